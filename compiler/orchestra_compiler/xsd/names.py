"""Names in XML: `{namespace}local` and its parts, and the namespaces of XML Schema itself."""

from __future__ import annotations

XML = "http://www.w3.org/XML/1998/namespace"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "{http://www.w3.org/2001/XMLSchema}"
"""What the name of everything in XML Schema's own namespace begins with."""


def local_name(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def namespace_of(name: str) -> str:
    """Return the namespace of a name; empty where it has none."""
    return name[1:].rpartition("}")[0] if name.startswith("{") else ""
