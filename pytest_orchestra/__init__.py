"""The runtime: routes, runs and judges missions, and says what they cost."""
