"""Valid documents, made from the schema: the smallest, the largest, and every variation in between."""
