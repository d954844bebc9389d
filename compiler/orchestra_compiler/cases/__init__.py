"""Generators of test cases: what a project's own files say must hold, tried from both sides."""
