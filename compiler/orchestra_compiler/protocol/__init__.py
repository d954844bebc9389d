"""The message protocol: hostile XML refused, any XSD as the law, messages encoded, decoded and generated."""
