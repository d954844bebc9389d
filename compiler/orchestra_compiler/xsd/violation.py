"""What a schema refuses, in the same words whichever engine refused it.

lxml names the clause of the XSD standard, xmlschema the component that failed; both are mapped to one vocabulary, so
that a rule in a case or a report does not depend on what is installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LXML_RULES = {
    "CVC_AU": "fixed",
    "CVC_COMPLEX_TYPE_2_1": "content",
    "CVC_COMPLEX_TYPE_2_2": "content",
    "CVC_COMPLEX_TYPE_2_3": "text",
    "CVC_COMPLEX_TYPE_3_1": "fixed",
    "CVC_COMPLEX_TYPE_3_2_1": "unknown-attribute",
    "CVC_COMPLEX_TYPE_3_2_2": "unknown-attribute",
    "CVC_COMPLEX_TYPE_4": "missing-attribute",
    "CVC_DATATYPE_VALID_1_2_1": "datatype",
    "CVC_DATATYPE_VALID_1_2_2": "datatype",
    "CVC_DATATYPE_VALID_1_2_3": "datatype",
    "CVC_ELT_1": "root",
    "CVC_ELT_2": "root",
    "CVC_ELT_5_2_2_1": "fixed",
    "CVC_ELT_5_2_2_2_1": "fixed",
    "CVC_ELT_5_2_2_2_2": "fixed",
    "CVC_IDC": "identity",
    "CVC_TYPE_3_1_1": "unknown-attribute",
    "CVC_TYPE_3_1_2": "content",
    "ELEMENT_CONTENT": "content",
}
_LXML_FACET = re.compile(r"CVC_([A-Z]+)_VALID")
_FACETS = {
    "minlength": "min-length",
    "maxlength": "max-length",
    "mininclusive": "min-inclusive",
    "maxinclusive": "max-inclusive",
    "minexclusive": "min-exclusive",
    "maxexclusive": "max-exclusive",
    "totaldigits": "total-digits",
    "fractiondigits": "fraction-digits",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a document is not a message.

    Attributes:
        rule: `hostile-xml`, `malformed-xml`, `root`, `type`, `content`, `text`, `missing-attribute`, `unknown-attribute`,
            `fixed`, `identity`, `datatype`, `engine-failure`, or a facet such as `enumeration`, `pattern`, `max-length`.
        path: The element, such as `/agent-message/payload/result`; empty where the document has none.
        line: From 1; 0 where unknown.
        message: One sentence.
    """

    rule: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return (
            f"{place}{self.path}: {self.message} [{self.rule}]" if self.path else f"{place}{self.message} [{self.rule}]"
        )


def facet_rule(name: str) -> str:
    """Return a facet's rule from its name without separators, such as `minlength`."""
    return _FACETS.get(name, name)


def lxml_rule(type_name: str) -> str:
    """Return the rule behind one of lxml's error types, such as `SCHEMAV_CVC_PATTERN_VALID`."""
    name = type_name.removeprefix("SCHEMAV_")
    known = LXML_RULES.get(name)
    if known is not None:
        return known
    facet = _LXML_FACET.fullmatch(name)
    return facet_rule(facet.group(1).lower()) if facet else name.lower().replace("_", "-")
