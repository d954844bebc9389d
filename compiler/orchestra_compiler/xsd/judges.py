"""The two engines that judge documents, behind one interface.

lxml is some thirty times faster and is used wherever it is installed and can read the schema; xmlschema knows the
standard better, judges the schema itself, and stands in for lxml. Both get only documents that passed `xml.screen`.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.sources import XS, SchemaBrokenError, SchemaSources, shown
from orchestra_compiler.xsd.violation import Violation, facet_rule, lxml_rule

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import xmlschema

ENGINE_FAILURE = "engine-failure"
"""The rule of a document that an engine could neither accept nor refuse: it counts as refused."""

_LONGEST_MESSAGE = 300
_MOST_VIOLATIONS = 50
"""A document with more faults than this is explained well enough by the first of them."""


class Judge(Protocol):
    """An engine that says why a document breaks a schema."""

    name: str

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        """Return why a screened document is refused; empty when it is valid."""
        ...


class LxmlJudge:
    """libxml2's validator; the schema is compiled once."""

    name = "lxml"

    def __init__(self, path: Path) -> None:
        from lxml import etree

        self._etree = etree
        self._parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        self._schema = etree.XMLSchema(etree.parse(str(path), self._parser))
        self._lock = threading.Lock()  # the error log belongs to the schema, not to the call

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        """Return why a screened document is refused; empty when it is valid."""
        try:
            root = self._etree.fromstring(raw, self._parser)
        except self._etree.XMLSyntaxError as error:
            return (Violation("malformed-xml", "", error.lineno or 0, error.msg or "not XML"),)
        with self._lock:
            try:
                if self._schema.validate(root):
                    return ()
            except self._etree.XMLSchemaValidateError as error:
                return (Violation(ENGINE_FAILURE, "", 0, f"lxml could not judge the document: {error}"),)
            entries = list(islice(cast("Iterable[Any]", self._schema.error_log), _MOST_VIOLATIONS))
        return tuple(
            Violation(lxml_rule(entry.type_name), _named_path(root, entry), entry.line, _plain(entry.message))
            for entry in entries
        )


def _named_path(root: Any, entry: Any) -> str:
    """Return lxml's `/*/*[3]` with the elements' own names; for keys it gives no path, only a line."""
    path: str | None = entry.path or ("/*" if entry.line == root.sourceline else None)
    if path is None:
        return ""
    spaces = {prefix: space for element in root.iter("*") for prefix, space in element.nsmap.items() if prefix}
    found = root.getroottree().xpath(path, namespaces=spaces)
    if not found or not hasattr(found[0], "iterancestors"):
        return path
    chain = [found[0], *found[0].iterancestors()]
    return "/" + "/".join(_step(element, element.getparent()) for element in reversed(chain))


def _step(element: Any, parent: Any) -> str:
    """Return an element's local name, numbered from 1 where it has namesakes."""
    name = str(element.tag).rpartition("}")[2]
    alike = [] if parent is None else [child for child in parent if child.tag == element.tag]
    return f"{name}[{alike.index(element) + 1}]" if len(alike) > 1 else name


def _plain(message: str) -> str:
    """Return an engine's message without namespaces in braces, which nobody can read, and without most of a long value."""
    import re

    text = re.sub(r"\{[^{}\s]*\}(?=[\w*])", "", " ".join(message.split())).rstrip(".")
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}..."


class XmlschemaJudge:
    """xmlschema's validator over an already loaded schema."""

    name = "xmlschema"

    def __init__(self, schema: xmlschema.XMLSchemaBase) -> None:
        self._schema = schema

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        """Return why a screened document is refused; empty when it is valid."""
        tree = xml.read_with_lines(raw)
        if tree.root.tag.startswith(XS):  # xmlschema would find it among its own declarations
            return (
                Violation("root", _element_path(tree.root, {}), tree.lines[tree.root], "an XML Schema is no message"),
            )
        parents = {child: parent for parent in tree.root.iter() for child in parent}
        found: list[Violation] = []
        for error in self._errors(tree.root):
            if isinstance(error, str):
                found.append(Violation(ENGINE_FAILURE, "", 0, error))
                continue
            unexpected = getattr(error, "invalid_child", None)  # lxml blames the child too
            element = unexpected if unexpected is not None else error.obj if hasattr(error.obj, "tag") else error.elem
            path = _element_path(element, parents) if element is not None else ""
            line = tree.lines.get(element, 0) if element is not None else 0
            found.append(Violation(_xmlschema_rule(error), path, line, _plain(error.reason or str(error))))
        return tuple(found)

    def _errors(self, root: Element) -> Iterator[Any]:
        """Yield the engine's errors; where it fails itself, the text of that failure, which is no acceptance."""
        try:
            errors = self._schema.iter_errors(root, use_location_hints=False)
            yield from islice(errors, _MOST_VIOLATIONS)
        except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError) as error:
            yield f"xmlschema could not judge the document: {type(error).__name__}: {error}"


def _element_path(element: Element, parents: dict[Element, Element]) -> str:
    chain = [element]
    while chain[-1] in parents:
        chain.append(parents[chain[-1]])
    return "/" + "/".join(_step(each, parents.get(each)) for each in reversed(chain))


def _xmlschema_rule(error: Any) -> str:
    kind = type(error.validator).__name__
    reason = (error.reason or "").lower()
    if kind.endswith(("Facet", "Facets")):
        return facet_rule(kind.removeprefix("Xsd").removesuffix("s").removesuffix("Facet").lower())
    if "fixed value" in reason:
        return "fixed"
    if "character data" in reason:
        return "text"
    if type(error).__name__ == "XMLSchemaChildrenValidationError" or "child" in reason:
        return "content"
    if kind == "XsdAttributeGroup":
        return "missing-attribute" if "missing" in reason else "unknown-attribute"
    if kind.endswith(("Key", "Keyref", "Unique")) or "not found for xsd" in reason:
        return "identity"
    return _structure_rule(kind, reason)


def _structure_rule(kind: str, reason: str) -> str:
    if "not an element of the schema" in reason:
        return "root"
    if "must be empty" in reason or kind.endswith("Group"):
        return "content"
    return "datatype"


def load_components(sources: SchemaSources, root: Path) -> xmlschema.XMLSchemaBase:
    """Load a schema with xmlschema, which is the judge of schemas.

    Raises:
        SchemaBrokenError: It is not a valid schema.
    """
    import xmlschema

    path = sources.files[0]
    build = xmlschema.XMLSchema11 if sources.xsd11 else xmlschema.XMLSchema10
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an import that is not needed may stay unresolved
            return build(path.as_uri(), base_url=root.as_uri(), defuse="always", allow="sandbox")
    except xmlschema.XMLSchemaParseError as error:
        where, line = _place(error.elem, sources, root)
        raise SchemaBrokenError(_plain(error.message), where, line) from error
    except RecursionError as error:
        raise SchemaBrokenError("the schema nests too deeply", shown(path, root)) from error
    except Exception as error:  # whatever the library stumbles over in somebody's schema, the schema is at fault
        raise SchemaBrokenError(_plain(str(error)) or type(error).__name__, shown(path, root)) from error


def _place(element: Element | None, sources: SchemaSources, root: Path) -> tuple[str, int]:
    """Return the file and line of the first element that looks like the one at fault."""
    if element is not None:
        for path in sources.files:
            tree = xml.read_with_lines(path.read_bytes())
            for candidate in tree.root.iter(element.tag):
                if candidate.attrib == element.attrib and candidate.tag != f"{XS}schema":
                    return shown(path, root), tree.lines[candidate]
    return shown(sources.files[0], root), 0


def fast_judge(sources: SchemaSources) -> LxmlJudge | None:
    """Return lxml's judge where lxml is installed and can read the schema."""
    if sources.remote or sources.xsd11:
        return None
    try:
        from lxml import etree
    except ImportError:
        return None
    try:
        return LxmlJudge(sources.files[0])
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError):
        return None


def present_judges(sources: SchemaSources, components: xmlschema.XMLSchemaBase) -> Iterator[Judge]:
    """Yield every engine that is installed and can read the schema."""
    yield XmlschemaJudge(components)
    fast = fast_judge(sources)
    if fast is not None:
        yield fast
