"""libxml2's validator through lxml: some thirty times faster than xmlschema, without XSD 1.1.

libxml2 says what is wrong by the clause of the standard and by text. Where it tells one fault twice (a facet, then that
the value is none of the type) the first is kept. It is blind to dangling IDREFs and to IDs that are elements' content,
passes over characters that base64 does not have, and compares fixed values of elements as they are written. Matching a
pattern it gives up after some tenths of a second: an engine failure. It loads a schema by references of its own: they
lead to the gathered documents, or nowhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.engines.violation import (
    BEFORE_VALUES,
    ENGINE_FAILURE,
    IDENTITIES,
    VALUES,
    Violation,
    lxml_rule,
)
from orchestra_compiler.xsd.engines.wording import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestra_compiler.xsd.files.sources import SchemaSources

MOST_VIOLATIONS = 50
"""A document with more faults than this is explained well enough by the first of them."""

_ATTRIBUTE = pattern(r"Element '[^']*', attribute '([^']*)'")


class LxmlJudge:
    """libxml2's validator; the schema is compiled once.

    Raises:
        lxml.etree.XMLSchemaParseError: libxml2 cannot read the schema.
    """

    name = "lxml"

    def __init__(self, sources: SchemaSources) -> None:
        from lxml import etree

        documents = sources.read()
        texts = {each.file.address: each.text for each in documents}
        main = documents[0]
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        parser.resolvers.add(_gathered(texts))
        self._etree = etree
        tree = etree.fromstring(main.text, parser, base_url=main.file.address).getroottree()
        self._schema = etree.XMLSchema(tree)
        self._parser = _parser(remove_blank_text=False)
        self._quick_parser = _parser(remove_blank_text=True)
        self._lock = threading.Lock()  # the error log belongs to the schema, not to the call

    def accepts(self, raw: bytes) -> bool:
        """Return whether a harmless document is valid; one that is not well-formed is not."""
        parser = self._quick_parser if _is_bare(raw) else self._parser
        try:
            root = self._etree.fromstring(raw, parser)
            with self._lock:
                return bool(self._schema.validate(root))
        except (self._etree.XMLSyntaxError, self._etree.XMLSchemaValidateError):
            return False

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        """Return why a harmless document is refused; empty when it is valid."""
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
            entries = list(islice(cast("Iterable[Any]", self._schema.error_log), MOST_VIOLATIONS))
        return tuple(_without_echoes(_violation(root, entry) for entry in entries))


def _is_bare(raw: bytes) -> bool:
    """Return whether a document has no comments, CDATA sections or instructions for certain, as few have."""
    last = raw.rfind(b"?")
    return b"!" not in raw and (last < 0 or (raw.startswith(b"<?xml ") and raw.find(b"?>") == last))


def _parser(*, remove_blank_text: bool) -> Any:
    """Return a parser of documents; without blank text, but where it is all that an element holds.

    Spaces between elements have no meaning for a schema. Beside comments and instructions the library may take those of
    a value for such: there they must stay.
    """
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        collect_ids=False,
        remove_blank_text=remove_blank_text,
    )


def _gathered(texts: Mapping[str, bytes]) -> Any:
    """Return a resolver that knows the gathered documents and lets libxml2 open nothing else."""
    from lxml import etree

    class Gathered(etree.Resolver):
        def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]
            del public_id
            text = texts.get(system_url)
            if text is None:
                raise OSError(f"{system_url} is not among the files of the schema")
            return self.resolve_string(text, context, base_url=system_url)

    return Gathered()


def _violation(root: Any, entry: Any) -> tuple[Violation, str]:
    """Return what is wrong, and the attribute that it is about."""
    found = _ATTRIBUTE.match(entry.message)
    rule = lxml_rule(entry.type_name, entry.message)
    return (
        Violation(rule, _named_path(root, entry), entry.line, plain(entry.message)),
        found.group(1) if found else "",
    )


def _without_echoes(found: Iterable[tuple[Violation, str]]) -> Iterator[Violation]:
    """Yield violations without what libxml2 says a second time about the same value, and keys of values that are none."""
    told: dict[tuple[str, int, str], set[str]] = {}
    for violation, attribute in found:
        rules = told.setdefault((violation.path, violation.line, attribute), set())
        echo = violation.rule in rules or (violation.rule == "datatype" and bool(rules & BEFORE_VALUES))
        echo = echo or (violation.rule in IDENTITIES and any(each & VALUES for each in told.values()))
        rules.add(violation.rule)
        if not echo:
            yield violation


def _named_path(root: Any, entry: Any) -> str:
    """Return lxml's `/*/*[3]` with the elements' own names; for keys it gives no path, only a line."""
    path: str | None = entry.path or ("/*" if entry.line == root.sourceline else None)
    if path is None:
        return ""
    found = root.getroottree().xpath(path, namespaces=_spaces(root) if ":" in path else None)
    if not found or not hasattr(found[0], "iterancestors"):
        return path
    chain = [found[0], *found[0].iterancestors()]
    return "/" + "/".join(_step(element, element.getparent()) for element in reversed(chain))


def _spaces(root: Any) -> dict[str, str]:
    return {prefix: space for element in root.iter("*") for prefix, space in element.nsmap.items() if prefix}


def _step(element: Any, parent: Any) -> str:
    """Return an element's local name, numbered from 1 where it has namesakes."""
    name = str(element.tag).rpartition("}")[2]
    alike = [] if parent is None else [child for child in parent if child.tag == element.tag]
    return f"{name}[{alike.index(element) + 1}]" if len(alike) > 1 else name
