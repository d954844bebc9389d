"""The files of a schema: found, made harmless, and where in them everything stands."""
