"""Every way to loosen a schema by one constraint, as a change to the text of one of its files.

A loosened schema accepts everything that the original accepts, and as a rule something more: a suite that is worth its
name holds a document that is part of the more. Some changes make no valid schema (two ways to read a document, say);
those are for the engines to refuse, and count for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from orchestra_compiler.xsd.scoring.markup import (
    Markup,
    renamed,
    with_attribute,
    with_content,
    without,
)

_BOUNDS = {
    "minLength": -1,
    "maxLength": 1,
    "minInclusive": -1,
    "maxInclusive": 1,
    "totalDigits": 1,
    "fractionDigits": 1,
}
_EXCLUSIVE = {"minExclusive": "minInclusive", "maxExclusive": "maxInclusive"}
_PARTICLES = ("element", "group", "sequence", "choice", "all", "any")
_TEXTS = frozenset({"string", "normalizedString", "token", "anySimpleType", "anyType", "anyAtomicType", "anyURI"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loosened:
    """One change to one file.

    Attributes:
        kind: What was loosened, spelled like `Constraint.kind` where there is one for it.
        component: The components around it by name, such as `HeaderType/priority`.
        line: Where in the file, from 1.
        change: What was done, in a few words.
        raw: The whole changed file.
        element: What was changed.
    """

    kind: str
    component: str
    line: int
    change: str
    raw: bytes
    element: Markup


def loosened(raw: bytes, root: Markup) -> Iterator[Loosened]:
    """Yield every loosened form of a file, in the order of its lines."""
    file = _File(raw, root)
    for element in root.walk():
        if element.kind and not _in_annotation(element):
            yield from file.changes(element)


def _in_annotation(element: Markup) -> bool:
    while element.parent is not None:
        element = element.parent
        if element.kind == "annotation":
            return True
    return False


class _File:
    """The changes to one file, by what kind of element they are made to."""

    def __init__(self, raw: bytes, root: Markup) -> None:
        self._raw = raw
        self._prefix = root.prefix

    def changes(self, element: Markup) -> Iterator[Loosened]:
        kind = element.kind
        if kind in ("restriction", "list"):
            yield from self._facets(element)
        elif kind == "attribute":
            yield from self._attribute(element)
        elif kind == "complexType":
            yield from self._complex(element)
        elif kind in ("unique", "key", "keyref"):
            yield from self._identity(element)
        elif kind in ("assert", "assertion"):
            yield self._made("assertion", element, "assertion removed", without(self._raw, element))
        if kind in _PARTICLES and element.parent is not None and element.parent.kind != "schema":
            yield from self._occurrence(element)
        if kind == "element":
            yield from self._element(element)
        if kind in ("sequence", "choice"):
            yield from self._model(element)
        if kind in ("any", "anyAttribute"):
            yield from self._wildcard(element)

    def _made(self, kind: str, element: Markup, change: str, raw: bytes) -> Loosened:
        return Loosened(
            kind=kind, component=_component(element), line=element.line, change=change, raw=raw, element=element
        )

    def _set(self, kind: str, element: Markup, name: str, value: str | None) -> Loosened:
        shown = f"{name} {element.get(name)!r} removed" if value is None else f"{name} becomes {value!r}"
        return self._made(kind, element, shown, with_attribute(self._raw, element, name, value))

    # Simple types

    def _facets(self, element: Markup) -> Iterator[Loosened]:
        for kind, name in (("enumeration", "enumeration"), ("pattern", "pattern")):
            several = element.below(name)
            if several:
                yield self._made(kind, several[0], f"{name} removed", without(self._raw, *several))
        for facet in element.children:
            yield from self._facet(facet)
        yield from self._text_type(element, "base" if element.kind == "restriction" else "itemType")

    def _facet(self, facet: Markup) -> Iterator[Loosened]:
        name, value = facet.kind, facet.get("value").strip()
        rule = _kebab(name)
        if name == "length":
            for other in ("minLength", "maxLength"):
                yield self._made(rule, facet, f"length becomes {other}", renamed(self._raw, facet, other))
        elif name in _EXCLUSIVE:
            changed = renamed(self._raw, facet, _EXCLUSIVE[name])
            yield self._made(rule, facet, f"{name} becomes {_EXCLUSIVE[name]}", changed)
        elif name in _BOUNDS:
            shifted = _shifted(value, _BOUNDS[name])
            if shifted is not None:
                yield self._set(rule, facet, "value", shifted)
        elif name != "explicitTimezone":
            return
        yield self._made(rule, facet, f"{name} removed", without(self._raw, facet))

    def _text_type(self, element: Markup, attribute: str) -> Iterator[Loosened]:
        """Let any text stand where a built-in type with a form of its own is named."""
        name = element.get(attribute)
        prefix, _, local = name.rpartition(":")
        if (f"{prefix}:" if prefix else "") == self._prefix and local and local not in _TEXTS:
            text = "NCName" if local in ("ID", "IDREF") else "NMTOKENS" if local == "IDREFS" else "string"
            kind = local.lower() if local in ("ID", "IDREF") else "datatype"
            yield self._set(kind, element, attribute, f"{self._prefix}{text}")

    # Attributes and elements

    def _attribute(self, element: Markup) -> Iterator[Loosened]:
        if element.get("use") == "required":
            yield self._set("required-attribute", element, "use", "optional")
        if element.get("use") == "prohibited":
            yield self._set("prohibited-attribute", element, "use", "optional")
        if "fixed" in element.attributes:
            yield self._set("fixed", element, "fixed", None)
        yield from self._text_type(element, "type")

    def _element(self, element: Markup) -> Iterator[Loosened]:
        if "fixed" in element.attributes:
            yield self._set("fixed", element, "fixed", None)
        if element.get("abstract") in ("true", "1"):
            yield self._set("abstract", element, "abstract", None)
        if "ref" not in element.attributes and element.get("nillable", "false") in ("false", "0"):
            yield self._set("not-nillable", element, "nillable", "true")
        if "block" in element.attributes:
            yield self._set("type", element, "block", "")
        yield from self._text_type(element, "type")

    def _complex(self, element: Markup) -> Iterator[Loosened]:
        if element.get("abstract") in ("true", "1"):
            yield self._set("abstract", element, "abstract", None)
        if "block" in element.attributes:
            yield self._set("type", element, "block", "")
        holder = _attribute_holder(element)
        if holder is not None and not any(each.kind == "anyAttribute" for each in holder.children):
            added = f'<{self._prefix}anyAttribute processContents="skip"/>'
            place = next((each for each in holder.children if each.kind == "assert"), None)
            raw = with_content(self._raw, holder, added) if place is None else _before(self._raw, place, added)
            yield self._made("unknown-attribute", element, "any attribute let in", raw)
        content = element.below("complexContent")
        mixed = content[0].get("mixed", element.get("mixed")) if content else element.get("mixed")
        if not element.below("simpleContent") and mixed not in ("true", "1"):
            yield self._set("text", element, "mixed", "true")

    # Content models

    def _occurrence(self, element: Markup) -> Iterator[Loosened]:
        least, most = element.get("minOccurs", "1").strip(), element.get("maxOccurs", "1").strip()
        if least.isdigit() and int(least) > 0:
            yield self._set("min-occurs", element, "minOccurs", str(int(least) - 1))
        if most.isdigit() and int(most) > 0:
            yield self._set("max-occurs", element, "maxOccurs", str(int(most) + 1))

    def _model(self, element: Markup) -> Iterator[Loosened]:
        parts = element.below(*_PARTICLES)
        if element.kind == "sequence" and len(parts) > 1:
            yield self._made("order", element, "sequence becomes all", renamed(self._raw, element, "all"))
        if not any(each.kind == "any" for each in parts) and parts:
            for space in ("##any", "##other"):
                added = f'<{self._prefix}any namespace="{space}" processContents="skip" minOccurs="0"/>'
                raw = with_content(self._raw, element, added)
                yield self._made("unknown-element", element, f"any element of {space} let in", raw)

    def _wildcard(self, element: Markup) -> Iterator[Loosened]:
        about = "attribute-" if element.kind == "anyAttribute" else ""
        if element.get("namespace", "##any") != "##any":
            yield self._set(f"{about}wildcard-namespace", element, "namespace", "##any")
        if element.get("processContents", "strict") != "skip":
            yield self._set(f"{about}wildcard-strictness", element, "processContents", "skip")

    def _identity(self, element: Markup) -> Iterator[Loosened]:
        if element.kind == "key":
            yield self._made("key", element, "key becomes unique", renamed(self._raw, element, "unique"))
        yield self._made(element.kind, element, f"{element.kind} removed", without(self._raw, element))


def _before(raw: bytes, element: Markup, text: str) -> bytes:
    return raw[: element.start] + text.encode() + raw[element.start :]


def _attribute_holder(element: Markup) -> Markup | None:
    """Return what the attributes of a complex type are written in: the type itself, or its extension or restriction."""
    for content in element.below("simpleContent", "complexContent"):
        return next(iter(content.below("extension", "restriction")), None)
    return element


def _component(element: Markup) -> str:
    """Return the names of the components around an element, from the outermost one."""
    names: list[str] = []
    current: Markup | None = element
    while current is not None:
        name = current.get("name") or current.get("ref").rpartition(":")[2]
        if name:
            names.append(f"@{name}" if current.kind == "attribute" else name)
        current = current.parent
    return "/".join(reversed(names))


def _shifted(value: str, step: int) -> str | None:
    """Return a bound moved by one step of its own last digit; None where it is no number, or a length below 0."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    exponent = number.as_tuple().exponent
    unit = Decimal(1).scaleb(min(int(exponent), 0))
    return format(number + step * unit, "f")


def _kebab(name: str) -> str:
    return "".join(f"-{char.lower()}" if char.isupper() else char for char in name)
