"""The rules of what breaks: each says what must not happen, who is hit, and how badly.

The names follow the manner of buf's rules for Protocol Buffers: a rule that is broken names the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from orchestra_compiler.diff.changes import Evidence, Finding
from orchestra_compiler.diff.words import Category, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. `summary` says in a sentence what happened when it is broken."""

    name: str
    category: Category
    severity: Severity
    summary: str

    def at(self, where: str, message: str, evidence: Evidence | None = None) -> Finding:
        """Return the finding that the rule is broken at a place."""
        return Finding(
            rule=self.name,
            category=self.category,
            severity=self.severity,
            where=where,
            message=message,
            evidence=evidence,
        )


def _sender(name: str, summary: str) -> Rule:
    return Rule(name=name, category=Category.SENDER, severity=Severity.BREAKING, summary=summary)


def _receiver(name: str, summary: str) -> Rule:
    return Rule(name=name, category=Category.RECEIVER, severity=Severity.NOTICE, summary=summary)


def _fleet(name: str, severity: Severity, summary: str) -> Rule:
    return Rule(name=name, category=Category.FLEET, severity=severity, summary=summary)


MESSAGE_TYPE_NO_DELETE = _sender("MESSAGE_TYPE_NO_DELETE", "A message type is gone.")
NAMESPACE_NO_CHANGE = _sender("NAMESPACE_NO_CHANGE", "An element stands in another namespace.")
ELEMENT_NO_DELETE = _sender("ELEMENT_NO_DELETE", "An element is not allowed any longer.")
ELEMENT_NO_REQUIRE = _sender("ELEMENT_NO_REQUIRE", "An element must be there that could be left out, or was unknown.")
OCCURS_NO_NARROW = _sender("OCCURS_NO_NARROW", "An element may occur less often, or must occur more often.")
CONTENT_NO_NARROW = _sender("CONTENT_NO_NARROW", "An order or a choice of elements is refused that was accepted.")
TEXT_NO_FORBID = _sender("TEXT_NO_FORBID", "Text between elements is not allowed any longer.")
ATTRIBUTE_NO_DELETE = _sender("ATTRIBUTE_NO_DELETE", "An attribute is not allowed any longer.")
ATTRIBUTE_NO_REQUIRE = _sender(
    "ATTRIBUTE_NO_REQUIRE", "An attribute must be there that could be left out, or was unknown."
)
ENUM_VALUE_NO_DELETE = _sender("ENUM_VALUE_NO_DELETE", "A word of a list is not allowed any longer.")
FACET_NO_NARROW = _sender("FACET_NO_NARROW", "A length, range or number of digits is narrower.")
PATTERN_NO_CHANGE = _sender("PATTERN_NO_CHANGE", "A pattern is new or another, so that values may be refused.")
TYPE_NO_CHANGE = _sender("TYPE_NO_CHANGE", "Values are of another type, so that values are refused.")
FIXED_NO_CHANGE = _sender("FIXED_NO_CHANGE", "A value is fixed that was free, or fixed to another.")
NIL_NO_FORBID = _sender("NIL_NO_FORBID", "An element may not be nil any longer.")
DOCUMENT_NO_REFUSE = _sender("DOCUMENT_NO_REFUSE", "A valid document is refused for a reason that no other rule names.")
MESSAGE_TYPE_NO_ADD = _receiver("MESSAGE_TYPE_NO_ADD", "A message type is new.")
ELEMENT_NO_ADD = _receiver("ELEMENT_NO_ADD", "An element is allowed that was unknown.")
OCCURS_NO_WIDEN = _receiver("OCCURS_NO_WIDEN", "An element may occur more often, or may be left out.")
CONTENT_NO_WIDEN = _receiver("CONTENT_NO_WIDEN", "An order or a choice of elements is accepted that was refused.")
TEXT_NO_ADMIT = _receiver("TEXT_NO_ADMIT", "Text between elements is allowed.")
ATTRIBUTE_NO_ADD = _receiver("ATTRIBUTE_NO_ADD", "An attribute is allowed that was unknown.")
ATTRIBUTE_NO_RELEASE = _receiver("ATTRIBUTE_NO_RELEASE", "An attribute may be left out that had to be there.")
ENUM_VALUE_NO_ADD = _receiver("ENUM_VALUE_NO_ADD", "A word of a list is new.")
FACET_NO_WIDEN = _receiver("FACET_NO_WIDEN", "A length, range or number of digits is wider.")
PATTERN_NO_DELETE = _receiver("PATTERN_NO_DELETE", "A pattern is gone.")
TYPE_NO_WIDEN = _receiver("TYPE_NO_WIDEN", "Values are of a wider type.")
FIXED_NO_DELETE = _receiver("FIXED_NO_DELETE", "A value is free that was fixed.")
DEFAULT_NO_CHANGE = _receiver("DEFAULT_NO_CHANGE", "What is left out means something else.")
NIL_NO_ADMIT = _receiver("NIL_NO_ADMIT", "An element may be nil.")
DOCUMENT_NO_ADMIT = _receiver(
    "DOCUMENT_NO_ADMIT", "A document is accepted that was refused, for a reason that no other rule names."
)
SCHEMA_REWORDED = Rule(
    name="SCHEMA_REWORDED",
    category=Category.RECEIVER,
    severity=Severity.SAFE,
    summary="The schema's files differ, and nothing was found that is accepted or refused otherwise.",
)
AGENT_NO_DELETE = _fleet("AGENT_NO_DELETE", Severity.BREAKING, "An agent is gone, or has another name.")
CAPABILITY_NO_ORPHAN = _fleet(
    "CAPABILITY_NO_ORPHAN", Severity.BREAKING, "A capability is offered by nobody any longer."
)
TIER_NO_DELETE = _fleet("TIER_NO_DELETE", Severity.BREAKING, "A tier is gone.")
ACCEPT_NO_DELETE = _fleet(
    "ACCEPT_NO_DELETE", Severity.BREAKING, "An agent accepts a message type no longer that others still send."
)
ACCEPT_NO_ORPHAN = _fleet(
    "ACCEPT_NO_ORPHAN", Severity.NOTICE, "A message type is still accepted, but nobody sends it any longer."
)
TOOLS_NO_WIDEN = _fleet("TOOLS_NO_WIDEN", Severity.NOTICE, "An agent may use tools that it could not use.")
GATE_NO_LOOSEN = _fleet("GATE_NO_LOOSEN", Severity.NOTICE, "A check of the quality gates is gone, or is milder.")

RULES: Mapping[str, Rule] = MappingProxyType(
    {each.name: each for each in list(globals().values()) if isinstance(each, Rule)}
)
"""Every rule by name: what breaks senders first, then what receivers may meet, then the fleet."""


def ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return findings without repetitions: breaking ones first, then by the table's order, place and text."""
    severities, rules = list(Severity), list(RULES)
    unique = dict.fromkeys(findings)
    return tuple(
        sorted(
            unique,
            key=lambda each: (severities.index(each.severity), rules.index(each.rule), each.where, each.message),
        )
    )
