"""What a schema refuses, in the same words whichever engine refused it.

lxml names the clause of the XSD standard, xmlschema the component that failed; both are mapped to one vocabulary, so
that a rule in a case or a report does not depend on what is installed.

`clause_of` gives the standard's own name for each rule: "Validation Rule" names from XML Schema Part 1: Structures (W3C
Recommendation, 2nd edition, sections 3.3.4, 3.4.4, 3.11.4 and appendix C.1, which lists them all) and Part 2: Datatypes
(section 4.3, one per facet); for assertions and time zones from the same parts of XSD 1.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from orchestra_compiler.patterns import pattern

ENGINE_FAILURE = "engine-failure"
"""The rule of a document that an engine could neither accept nor refuse: it counts as refused."""

FACETS = frozenset({
    "enumeration", "pattern", "length", "min-length", "max-length", "min-inclusive", "max-inclusive", "min-exclusive",
    "max-exclusive", "total-digits", "fraction-digits", "assertion", "explicit-timezone",
})  # fmt: skip

VALUES = FACETS | {"datatype", "fixed"}
IDENTITIES = frozenset({"unique", "key", "keyref"})
BEFORE_VALUES = VALUES | {"nil"}
"""After one of these, a wrong form of the same value is the same fault told again."""

_CLAUSES = MappingProxyType({
    "enumeration": "cvc-enumeration-valid",
    "pattern": "cvc-pattern-valid",
    "length": "cvc-length-valid",
    "min-length": "cvc-minLength-valid",
    "max-length": "cvc-maxLength-valid",
    "min-inclusive": "cvc-minInclusive-valid",
    "max-inclusive": "cvc-maxInclusive-valid",
    "min-exclusive": "cvc-minExclusive-valid",
    "max-exclusive": "cvc-maxExclusive-valid",
    "total-digits": "cvc-totalDigits-valid",
    "fraction-digits": "cvc-fractionDigits-valid",
    "explicit-timezone": "cvc-explicitTimezone-valid",
    "assertion": "cvc-assertion",
    "datatype": "cvc-datatype-valid.1.2",
    "fixed": "cvc-elt.5.2.2",
    "content": "cvc-complex-type.2.4",
    "text": "cvc-complex-type.2.3",
    "missing-attribute": "cvc-complex-type.4",
    "unknown-attribute": "cvc-complex-type.3.2.2",
    "root": "cvc-elt.1",
    "nil": "cvc-elt.3",
    "type": "cvc-elt.4",
    "abstract": "cvc-elt.2",
    "unique": "cvc-identity-constraint.4.1",
    "key": "cvc-identity-constraint.4.2",
    "keyref": "cvc-identity-constraint.4.3",
    "id": "cvc-id.2",
    "idref": "cvc-id.1",
})  # fmt: skip

_LXML_RULES = MappingProxyType({
    "CVC_AU": "fixed",
    "CVC_COMPLEX_TYPE_2_1": "content",
    "CVC_COMPLEX_TYPE_2_2": "content",
    "CVC_COMPLEX_TYPE_2_3": "text",
    "CVC_COMPLEX_TYPE_2_4": "content",
    "CVC_COMPLEX_TYPE_3_1": "fixed",
    "CVC_COMPLEX_TYPE_3_2_1": "unknown-attribute",
    "CVC_COMPLEX_TYPE_3_2_2": "unknown-attribute",
    "CVC_COMPLEX_TYPE_4": "missing-attribute",
    "CVC_DATATYPE_VALID_1_2_1": "datatype",
    "CVC_DATATYPE_VALID_1_2_2": "datatype",
    "CVC_DATATYPE_VALID_1_2_3": "datatype",
    "CVC_ELT_1": "root",
    "CVC_ELT_2": "abstract",
    "CVC_ELT_3_1": "nil",
    "CVC_ELT_3_2_1": "nil",
    "CVC_ELT_3_2_2": "nil",
    "CVC_ELT_4_1": "type",
    "CVC_ELT_4_2": "type",
    "CVC_ELT_4_3": "type",
    "CVC_ELT_5_2_1": "datatype",
    "CVC_ELT_5_2_2_1": "fixed",
    "CVC_ELT_5_2_2_2_1": "fixed",
    "CVC_ELT_5_2_2_2_2": "fixed",
    "CVC_TYPE_2": "abstract",
    "CVC_TYPE_3_1_1": "unknown-attribute",
    "CVC_TYPE_3_1_2": "content",
    "CVC_WILDCARD": "content",
    "ELEMENT_CONTENT": "content",
})  # fmt: skip
_LXML_FACET = pattern(r"CVC_([A-Z]+)_VALID")
_LXML_IDENTITY = pattern(r"(?s).*\b(unique|keyref|key)(?: identity-constraint)? '[^']*'[^']*")
_LXML_MESSAGES = (
    (
        "CVC_DATATYPE_VALID_1_2_1",
        r"Element '[^']*', attribute '\{http://www\.w3\.org/2001/XMLSchema-instance\}type': The QName value",
        "type",
    ),
    ("CVC_COMPLEX_TYPE_2_1", r"(?:Element '[^']*': )?Character content is not allowed", "text"),
    (
        "CVC_WILDCARD",
        r"Element '[^']*', attribute '[^']*': No matching global attribute declaration",
        "unknown-attribute",
    ),
    ("CVC_ELT_1", r"Element '[^']*': No matching global element declaration available, but demanded by", "content"),
)
"""Where libxml2 uses one clause for several faults, its words tell them apart; names and values are no words of its."""

_LXML_ID = pattern(
    r"(?s)Element '[^']*'(?:, attribute '[^']*')?: '(.*)' is not a valid value of the (?:local )?atomic type 'xs:ID'\."
)
_NAME = pattern(r"[^\W\d][\w.\-\u00b7]*")
_FACETS = MappingProxyType({each.replace("-", ""): each for each in FACETS})


@dataclass(frozen=True, slots=True)
class Violation:
    """One reason why a document is not a message.

    Attributes:
        rule: `hostile-xml`, `malformed-xml`, `root`, `type`, `abstract`, `nil`, `content`, `text`, `missing-attribute`,
            `unknown-attribute`, `fixed`, `unique`, `key`, `keyref`, `id`, `idref`, `datatype`, `engine-failure`, or a
            facet such as `enumeration`, `pattern`, `max-length`.
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


def clause_of(rule: str) -> str:
    """Return the standard's own name for a rule; empty for those that are ours: XML itself, and engines that fail."""
    return _CLAUSES.get(rule, "")


def is_name(text: str) -> bool:
    """Return whether a text could be an ID at all: a name without a colon."""
    return _NAME.fullmatch(text.strip()) is not None


def facet_rule(name: str) -> str:
    """Return a facet's rule from its name without separators, such as `minlength`."""
    return _FACETS.get(name, name)


def lxml_rule(type_name: str, message: str = "") -> str:
    """Return the rule behind one of lxml's error types, such as `SCHEMAV_CVC_PATTERN_VALID`."""
    name = type_name.removeprefix("SCHEMAV_")
    if name == "CVC_IDC":
        found = _LXML_IDENTITY.fullmatch(message)
        return found.group(1) if found else "key"
    if name == "CVC_DATATYPE_VALID_1_2_1" and (twice := _LXML_ID.fullmatch(message)) and is_name(twice.group(1)):
        return "id"
    told = next((rule for clause, words, rule in _LXML_MESSAGES if name == clause and re.match(words, message)), None)
    if told is not None:
        return told
    known = _LXML_RULES.get(name)
    if known is not None:
        return known
    facet = _LXML_FACET.fullmatch(name)
    return facet_rule(facet.group(1).lower()) if facet else name.lower().replace("_", "-")
