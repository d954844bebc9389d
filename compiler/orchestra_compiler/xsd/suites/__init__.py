"""The suite of a schema: its constraints, a document that violates each, and engines that confirm it."""
