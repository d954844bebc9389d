"""xmlschema's validator: it knows the standard best, XSD 1.1 too, and stands in wherever lxml cannot judge.

xmlschema says what is wrong by the component that failed and by text; both are read here. Where it tells one fault
twice, at a child and again at what holds it, the first is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers.expat import ExpatError

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.engines.violation import (
    BEFORE_VALUES,
    ENGINE_FAILURE,
    IDENTITIES,
    VALUES,
    Violation,
)
from orchestra_compiler.xsd.engines.wording import plain
from orchestra_compiler.xsd.engines.xmlschema_rules import attribute_of, is_echo, rule_of
from orchestra_compiler.xsd.names import XS, namespace_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import xmlschema

MOST_VIOLATIONS = 50
_STUMBLES = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError)


class XmlschemaJudge:
    """xmlschema's validator over an already loaded schema."""

    name = "xmlschema"

    def __init__(self, schema: xmlschema.XMLSchemaBase) -> None:
        self._schema = schema

    def accepts(self, raw: bytes) -> bool:
        """Return whether a harmless document is valid; one that is not well-formed is not."""
        import xmlschema

        try:
            document = _read(raw)
            root, source, spaces = document.root, document.source, document.namespaces
            return not root.tag.startswith(XS) and self._schema.is_valid(
                source, namespaces=spaces, use_location_hints=False
            )
        except (*_STUMBLES, xmlschema.XMLResourceError):
            return False

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        """Return why a harmless document is refused; empty when it is valid."""
        import xmlschema

        try:
            document = _read(raw)
        except xmlschema.XMLResourceError as error:
            return (Violation("malformed-xml", "", 0, plain(str(error))),)
        if document.root.tag.startswith(XS):  # xmlschema would find it among its own declarations
            return (document.violation("root", document.root, "an XML Schema is no message"),)
        told = (self._told(document, error) for error in self._errors(document) if not is_echo(error))
        return tuple(_without_echoes(told))

    def _errors(self, document: _Document) -> Iterator[Any]:
        """Yield the engine's errors; where it fails itself, the text of that failure, which is no acceptance."""
        try:
            errors = self._schema.iter_errors(document.source, namespaces=document.namespaces, use_location_hints=False)
            yield from islice(errors, MOST_VIOLATIONS)
        except _STUMBLES as error:
            yield f"xmlschema could not judge the document: {type(error).__name__}: {error}"

    @staticmethod
    def _told(document: _Document, error: Any) -> _Told:
        if isinstance(error, str):
            return _Told(Violation(ENGINE_FAILURE, "", 0, plain(error)), None, "")
        unexpected = getattr(error, "invalid_child", None)  # lxml blames the child too
        element = unexpected if unexpected is not None else error.obj if hasattr(error.obj, "tag") else error.elem
        reason = error.reason or str(error)
        return _Told(document.violation(rule_of(error), element, plain(reason)), element, attribute_of(reason))


class _Told(NamedTuple):
    violation: Violation
    element: Element | None
    attribute: str


class _Document:
    """A document as the engine reads it, and where its elements are.

    Attributes:
        source: What the engine is given.
        namespaces: The prefixes of the root, where `source` does not know them; the empty one is the default.
    """

    def __init__(self, root: Element, tree: xml.Tree, source: Any, namespaces: dict[str, str] | None = None) -> None:
        self.root = root
        self.source = source
        self.namespaces = namespaces
        self._tree = tree

    @cached_property
    def parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.root.iter() for child in parent}

    @cached_property
    def lines(self) -> dict[Element, int]:
        if self.root is self._tree.root:
            return self._tree.lines
        twins = zip(self.root.iter(), self._tree.root.iter(), strict=True)
        return {element: self._tree.lines[twin] for element, twin in twins}

    def violation(self, rule: str, element: Element | None, message: str) -> Violation:
        if element is None:
            return Violation(rule, "", 0, message)
        return Violation(rule, self.path(element), self.lines.get(element, 0), message)

    def path(self, element: Element) -> str:
        chain = [element]
        while chain[-1] in self.parents:
            chain.append(self.parents[chain[-1]])
        return "/" + "/".join(_step(each, self.parents.get(each)) for each in reversed(chain))


def _step(element: Element, parent: Element | None) -> str:
    """Return an element's local name, numbered from 1 where it has namesakes."""
    name = element.tag.rpartition("}")[2]
    alike = [] if parent is None else [child for child in parent if child.tag == element.tag]
    return f"{name}[{alike.index(element) + 1}]" if len(alike) > 1 else name


def _read(raw: bytes) -> _Document:
    """Read a document; it opens nothing.

    Values such as that of `xsi:type` hang on the prefixes, which take the engine long to gather: a document with one
    namespace and no prefix does without.
    """
    import xmlschema

    if raw.count(b"xmlns") <= 1 and b"xmlns:" not in raw:
        with suppress(ExpatError):
            tree = xml.tree_with_lines(raw)
            return _Document(tree.root, tree, tree.root, {"": namespace_of(tree.root.tag)})
    resource = xmlschema.XMLResource(BytesIO(raw), allow="none", defuse="never")
    return _Document(resource.root, xml.tree_with_lines(raw), resource)


def _without_echoes(found: Iterable[_Told]) -> Iterator[Violation]:
    """Yield violations without what xmlschema says a second time of the same value, and keys of values that are none."""
    told: dict[tuple[Element | None, str], dict[str, Violation]] = {}
    for violation, element, attribute in found:
        rules = told.setdefault((element, attribute), {})
        if violation.rule == "datatype":
            rules.pop("pattern", None)  # a text that is no value at all is told as that, as libxml2 does
        echo = violation.rule in rules or (
            violation.rule in ("fixed", "datatype") and bool(rules.keys() & BEFORE_VALUES)
        )
        echo = echo or (violation.rule in IDENTITIES and any(each.keys() & VALUES for each in told.values()))
        if not echo:
            rules[violation.rule] = violation
    for rules in told.values():
        yield from rules.values()
