"""Any XML Schema: reading it, judging documents by it, and a suite of valid and invalid documents that tests it."""
