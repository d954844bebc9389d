"""The rule behind an error of xmlschema: by the component that failed, and by what the engine itself says of it.

A reason quotes names, values and parts of the schema, in which any word may stand: only its fixed words, at its start or
its end, are read.
"""

from __future__ import annotations

import re
from typing import Any

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.engines.violation import facet_rule, is_name
from orchestra_compiler.xsd.names import XS

_ATTRIBUTE = re.compile(r"""attribute ((?:\{[^}]*\})?[^=\s{}]+)=(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|None): """)
"""What stands in front of each reason that is about an attribute's value, the value as Python writes it."""
_NAMED = pattern(r"(?:attribute|missing required attribute|use of attribute) '([^']*)'|'([^']*)' attribute not allowed")

_DANGLING = re.compile(r"IDREF (.*) not found in XML document", re.DOTALL)
_FIXED_ATTRIBUTE = re.compile(r"attribute '[^']*' has a fixed value ")
_TWICE = re.compile(r"duplicated value .* for Xsd(?:11)?(Unique|Key)\([^()]*\)", re.DOTALL)
_DANGLING_KEY = re.compile(
    r"value \(.*\) not found for Xsd(?:11)?(?:Unique|Key)\([^()]*\)(?: \(\d+ times\))?", re.DOTALL
)
_FIELD = re.compile(r"XsdFieldSelector\(path=.*\) field (?:selects |doesn't have )", re.DOTALL)
_ABSTRACT_TYPE = re.compile(r"Xsd\w+\((?:name|ref)=.*\) is abstract", re.DOTALL)
_OF_ELEMENTS = (
    ("can't use an abstract ", "abstract"),
    ("element is not nillable", "nil"),
    ("xsi:nil", "nil"),
    ("character data is not allowed", "text"),
    ("must have the fixed value ", "fixed"),
    ("a simple content element can't have child elements", "content"),
    ("cannot validate against xs:NOTATION", "datatype"),
    ("missing enumeration facet in xs:NOTATION", "datatype"),
    ("missing key field ", "key"),
)
_OF_VALUES = (("duplicated xs:ID value ", "id"), ("no more than one attribute of type ID ", "id"))


def rule_of(error: Any) -> str:
    """Return the rule behind an error."""
    kind = type(error.validator).__name__.replace("Xsd11", "Xsd")
    if kind.endswith(("Facet", "Facets")):
        return _of_facet(error.validator, kind)
    name = type(error).__name__
    if name in ("XMLSchemaChildrenValidationError", "XMLSchemaDecodeError"):
        return "content" if name == "XMLSchemaChildrenValidationError" else "datatype"
    reason = error.reason or ""
    prefix = _ATTRIBUTE.match(reason)
    reason = reason[prefix.end() :] if prefix else reason
    if kind == "XsdElement":
        return _of_element(error.validator, reason)
    if "Schema" in kind:
        return _of_document(reason)
    return _of_component(kind, reason)


def attribute_of(message: str) -> str:
    """Return the attribute that a reason is about, as it names it; empty where it is about the element."""
    found = _ATTRIBUTE.match(message) or _NAMED.match(message)
    return next(filter(None, found.groups()), "") if found else ""


def is_echo(error: Any) -> bool:
    """Return whether a reference leads nowhere only because it is no name: that was told as its wrong form."""
    found = _DANGLING.fullmatch(getattr(error, "reason", None) or "")
    return found is not None and not is_name(found.group(1)[1:-1])


def _of_facet(facet: Any, kind: str) -> str:
    parent = getattr(facet, "parent", None)
    if parent is not None and (parent.name or "").startswith(XS):
        return "datatype"  # what makes up a built-in type is its form
    return facet_rule(kind.removeprefix("Xsd").removeprefix("Guarded").removesuffix("s").removesuffix("Facet").lower())


def _of_document(reason: str) -> str:
    if _DANGLING.fullmatch(reason):
        return "idref"
    return "keyref" if _DANGLING_KEY.fullmatch(reason) else "root"


def _of_element(element: Any, reason: str) -> str:
    told = next((rule for words, rule in _OF_ELEMENTS if reason.startswith(words)), None)
    if told:
        return told
    if _DANGLING_KEY.fullmatch(reason):
        return "keyref"
    if found := _TWICE.fullmatch(reason):
        return found.group(1).lower()
    if _FIELD.match(reason):
        return next((_kind_of(each) for each in element.selected_by if _has_field(each, reason)), "key")
    return "abstract" if _ABSTRACT_TYPE.fullmatch(reason) else "type"


def _has_field(identity: Any, reason: str) -> bool:
    return any(reason.startswith(repr(field)) for field in identity.fields)


def _kind_of(identity: Any) -> str:
    return type(identity).__name__.replace("Xsd11", "Xsd").removeprefix("Xsd").lower()


def _of_component(kind: str, reason: str) -> str:
    if kind.endswith("Group") and kind != "XsdAttributeGroup":
        if reason.startswith("usage of "):
            return "type"
        return "text" if reason.startswith("character data between child elements") else "content"
    if kind == "XsdAnyElement":
        return "content"
    if kind == "XsdAssert":
        return "assertion"
    if kind == "XsdAttributeGroup" and reason.startswith("missing required attribute "):
        return "missing-attribute"
    if kind in ("XsdAttributeGroup", "XsdAnyAttribute"):
        return "unknown-attribute"
    if kind == "XsdAttribute" and _FIXED_ATTRIBUTE.match(reason):
        return "fixed"
    return next((rule for words, rule in _OF_VALUES if reason.startswith(words)), "datatype")
