"""Schemas that others import from the network, known by heart: nothing is ever looked up there.

The files are those that xmlschema ships for the same purpose; they are found beside it without importing it. A schema
names them by their namespace or by one of the addresses under which they are published.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_XML = "http://www.w3.org/XML/1998/namespace"
_XLINK = "http://www.w3.org/1999/xlink"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_DSIG11 = "http://www.w3.org/2009/xmldsig11#"
_XENC = "http://www.w3.org/2001/04/xmlenc#"
_XENC11 = "http://www.w3.org/2009/xmlenc11#"
_XHTML = "http://www.w3.org/1999/xhtml"
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_WSDL_SOAP = "http://schemas.xmlsoap.org/wsdl/soap/"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_FACETS = "http://www.w3.org/2001/XMLSchema-hasFacetAndProperty"
_VERSIONING = "http://www.w3.org/2007/XMLSchema-versioning"

BUILT_IN = frozenset({"http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-instance"})
"""Namespaces that every engine knows without a file; libxml2 refuses a file for them."""

_FILES = {
    _XML: "XML/xml.xsd",
    _XLINK: "XLINK/xlink.xsd",
    _DSIG: "DSIG/xmldsig-core-schema.xsd",
    _DSIG11: "DSIG/xmldsig11-schema.xsd",
    _XENC: "XENC/xenc-schema.xsd",
    _XENC11: "XENC/xenc-schema-11.xsd",
    _XHTML: "XHTML/xhtml1-strict.xsd",
    _WSDL: "WSDL/wsdl.xsd",
    _WSDL_SOAP: "WSDL/wsdl-soap.xsd",
    _ENVELOPE: "WSDL/soap-envelope.xsd",
    _ENCODING: "WSDL/soap-encoding.xsd",
    _FACETS: "HFP/XMLSchema-hasFacetAndProperty.xsd",
    _VERSIONING: "VC/XMLSchema-versioning.xsd",
}

_ADDRESSES = {
    "www.w3.org/2001/xml.xsd": _XML,
    "www.w3.org/2001/03/xml.xsd": _XML,
    "www.w3.org/2004/10/xml.xsd": _XML,
    "www.w3.org/2005/08/xml.xsd": _XML,
    "www.w3.org/2007/08/xml.xsd": _XML,
    "www.w3.org/2009/01/xml.xsd": _XML,
    "www.w3.org/XML/1998/namespace.xsd": _XML,
    "www.w3.org/1999/xlink.xsd": _XLINK,
    "www.w3.org/XML/2008/06/xlink.xsd": _XLINK,
    "www.w3.org/TR/xmldsig-core/xmldsig-core-schema.xsd": _DSIG,
    "www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd": _DSIG,
    "www.w3.org/TR/2008/REC-xmldsig-core-20080610/xmldsig-core-schema.xsd": _DSIG,
    "www.w3.org/TR/xmldsig-core1/xmldsig11-schema.xsd": _DSIG11,
    "www.w3.org/TR/xmlenc-core/xenc-schema.xsd": _XENC,
    "www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd": _XENC,
    "www.w3.org/TR/xmlenc-core1/xenc-schema-11.xsd": _XENC11,
    "www.w3.org/2002/08/xhtml/xhtml1-strict.xsd": _XHTML,
    "www.w3.org/2002/08/xhtml/xhtml1-transitional.xsd": _XHTML,
    "www.w3.org/TR/xhtml1-schema/xhtml1-strict.xsd": _XHTML,
}


@cache
def folder() -> Path | None:
    """Return the folder of the shipped schemas; None where xmlschema is not installed as files."""
    from importlib.util import find_spec

    found = find_spec("xmlschema")
    schemas = Path(found.origin).parent / "schemas" if found and found.origin else None
    return schemas if schemas is not None and schemas.is_dir() else None


def by_namespace(namespace: str) -> Path | None:
    """Return the file of a namespace, or None."""
    name = _FILES.get(namespace)
    base = folder() if name else None
    return base / name if base and name and (base / name).is_file() else None


def by_address(address: str) -> Path | None:
    """Return the file published at an address on the network, or None."""
    place = address.partition("://")[2].partition("?")[0].partition("#")[0]
    namespace = _ADDRESSES.get(place)
    if namespace is None:
        namespace = next((each for each in _FILES if each.rstrip("/#") == address.rstrip("/#")), "")
    return by_namespace(namespace)


def holds(path: Path) -> bool:
    """Return whether a file is one of the catalogue's."""
    base = folder()
    return base is not None and path.is_relative_to(base)
