"""Names in XML: `{namespace}local` and its parts."""

from __future__ import annotations


def local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def namespace_of(name: str) -> str:
    """Return the namespace of a name; empty where it has none."""
    return name[1:].rpartition("}")[0] if name.startswith("{") else ""
