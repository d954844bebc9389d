"""What a schema forbids or demands, one constraint after the other."""
