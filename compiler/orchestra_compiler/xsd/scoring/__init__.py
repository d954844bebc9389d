"""How good the suite of a schema is: the schema loosened in one place at a time, and whether a case notices."""
