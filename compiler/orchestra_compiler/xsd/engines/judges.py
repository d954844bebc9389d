"""The two engines that judge documents, behind one interface.

lxml is some thirty times faster and is used wherever it is installed and can read the schema; xmlschema knows the
standard better, judges the schema itself, and stands in for lxml. Both get only documents that passed `xml.screen`, and
read the very same files of the schema, none of which they open themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from orchestra_compiler.xsd.engines.lxml_judge import LxmlJudge
from orchestra_compiler.xsd.engines.violation import ENGINE_FAILURE, Violation
from orchestra_compiler.xsd.files.model_size import MAX_COMPARISONS, comparisons

if TYPE_CHECKING:
    import xmlschema

    from orchestra_compiler.xsd.files.sources import SchemaSources

__all__ = [
    "ENGINE_FAILURE",
    "Judge",
    "LxmlJudge",
    "fast_judge",
    "present_judges",
]


class Judge(Protocol):
    """An engine that says whether a document breaks a schema, and why."""

    name: str

    def accepts(self, raw: bytes) -> bool:
        """Return whether a harmless document is valid, without an explanation; one that is not well-formed is not."""
        ...

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        """Return why a harmless document is refused, one that is not well-formed as that; empty when it is valid."""
        ...


def fast_judge(sources: SchemaSources) -> LxmlJudge | None:
    """Return lxml's judge where lxml is installed and can read the schema in reasonable time."""
    if sources.xsd11:
        return None
    try:
        from lxml import etree
    except ImportError:
        return None
    if comparisons(each.text for each in sources.read()) > MAX_COMPARISONS:
        return None
    try:
        return LxmlJudge(sources)
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError, OSError):
        return None


def present_judges(sources: SchemaSources, components: xmlschema.XMLSchemaBase) -> Iterator[Judge]:
    """Yield every engine that is installed and can read the schema."""
    from orchestra_compiler.xsd.engines.xmlschema_judge import XmlschemaJudge

    yield XmlschemaJudge(components)
    fast = fast_judge(sources)
    if fast is not None:
        yield fast
