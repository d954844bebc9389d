"""Documents with one violation each, by what is violated: a module per family."""
