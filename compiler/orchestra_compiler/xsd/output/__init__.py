"""A suite of cases for whoever is to use it: lines of JSON, documents as files, and what was covered and what not.

Everything here is pure and depends on the suite alone: the same suite gives the same bytes on any machine.
"""
