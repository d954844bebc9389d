"""Values of simple types: right ones, those on their bounds, and wrong ones that break one rule each."""
