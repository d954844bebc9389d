"""Documents that prove a finding: messages of one side put before the other.

Every document is one that its own side accepts, by that side's own judge; so a refusal by the other side is a fact. What
is refused for a reason that no finding names becomes a finding itself: keys, assertions and whatever else the comparison
of the declarations does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orchestra_compiler.diff.changes import Evidence, Finding
from orchestra_compiler.diff.messages.documents import Document
from orchestra_compiler.diff.rules import Rule
from orchestra_compiler.diff.words import Category

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema
    from orchestra_compiler.xsd.engines.violation import Violation

_MOST_NAMES = 500
"""Of one place: a type that stands at many places within itself has more than it is worth to look at."""
_NUMBER = re.compile(r"\[\d+\]")
_OF_ATTRIBUTES = frozenset({"missing-attribute", "unknown-attribute"})
_STRUCTURE = _OF_ATTRIBUTES | {"content", "root", "text"}
_OF_VALUES = frozenset({"ENUM", "FACET", "FIXED", "PATTERN"})
"""First words of the rules about values: an engine refuses such a value at the element itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A document of one side that the other refuses, and why."""

    document: Document
    violations: tuple[Violation, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """Where it is refused, without the numbers of namesakes."""
        return tuple(_plain(violation) for violation in self.violations)


def refused(found: Iterable[Document], by: MessageSchema) -> tuple[Refused, ...]:
    """Return the documents that a schema refuses."""
    judged = ((document, by.validate(document.text)) for document in found)
    return tuple(Refused(document=document, violations=violations) for document, violations in judged if violations)


def proven(
    findings: Sequence[Finding], refusals: Sequence[Refused], alike: Sequence[tuple[str, str]], rest: Rule
) -> Iterator[Finding]:
    """Yield the findings, those of the rule's category with a refused document where there is one; then what is left.

    Args:
        findings: What the declarations told.
        refusals: Documents of the side that accepts more.
        alike: (first place, other place) of types that stand at several places and were compared at the first.
        rest: The rule of refusals that no finding explains.
    """
    places = _Places(alike)
    for finding in findings:
        if finding.category is rest.category and finding.evidence is None:
            yield replace(finding, evidence=_evidence(finding, refusals, places))
        else:
            yield finding
    told = [finding.where for finding in findings if finding.where.startswith("/")]
    said: set[str] = set()
    verb = "is refused now" if rest.category is Category.SENDER else "is accepted now, and was refused"
    for each in sorted(refusals, key=lambda refusal: not refusal.document.where):  # what tries one thing says the most
        for path, violation in zip(each.paths, each.violations, strict=True):
            if path not in said and not any(places.near(path, where) for where in told):
                said.add(path)
                evidence = Evidence(document=each.document.name, refusal=str(violation))
                yield rest.at(path or each.document.kind, f"a document {verb}: {violation.message}", evidence)


class _Places:
    """Paths, and which of them are the same place of the schema: a type that stands at several was compared at one."""

    def __init__(self, alike: Sequence[tuple[str, str]]) -> None:
        self._alike = alike
        self._longest = max((len(first) for first, _ in alike), default=0)
        self._known: dict[str, frozenset[str]] = {}

    def same(self, path: str, where: str) -> bool:
        """Return whether a path leads to a place that was compared."""
        return where in self._names(path)

    def near(self, path: str, where: str) -> bool:
        """Return whether a refusal at a path may come from what a finding says of a place.

        That is the same element, the one around it, one beside it (engines blame the element that comes instead), or,
        of a content model, one in it.
        """
        element = _element(where)
        around = element.rpartition("/")[0]
        return any(
            name in (element, around) or name.rpartition("/")[0] in (element, around) for name in self._names(path)
        )

    def _names(self, path: str) -> frozenset[str]:
        """Return the path and all that lead to the same place by way of the first place of a type."""
        if path not in self._known:
            found, waiting = {path}, [path]
            longest = 2 * max(len(path), self._longest)  # a type within itself has no end of paths
            while waiting:
                current = waiting.pop()
                for moved in self._moved(current):
                    if moved not in found and len(moved) <= longest and len(found) < _MOST_NAMES:
                        found.add(moved)
                        waiting.append(moved)
            self._known[path] = frozenset(found)
        return self._known[path]

    def _moved(self, path: str) -> Iterator[str]:
        for first, other in self._alike:
            if path == other or path.startswith((f"{other}/", f"{other}/@")):
                yield first + path[len(other) :]
            elif path == _element(other):  # engines blame the element for its attribute
                yield _element(first)


def _plain(violation: Violation) -> str:
    return _NUMBER.sub("", violation.path)


def _evidence(finding: Finding, refusals: Sequence[Refused], places: _Places) -> Evidence | None:
    best: tuple[int, Evidence] | None = None
    for each in refusals:
        kin = next((violation for violation in each.violations if _kin(finding, violation, places)), None)
        fit = _fit(finding, each.document, places) if kin is not None else 0
        if fit and (best is None or fit > best[0]):
            best = fit, Evidence(document=each.document.name, refusal=str(kin))
    return best[1] if best is not None else None


def _kin(finding: Finding, violation: Violation, places: _Places) -> bool:
    """Return whether a refusal is of the kind that a finding speaks of, and at its place."""
    path, kind = _plain(violation), finding.rule.partition("_")[0]
    structural = violation.rule in _STRUCTURE
    if kind in _OF_VALUES:
        return not structural and places.same(path, _element(finding.where))
    if kind == "ATTRIBUTE":
        return violation.rule in _OF_ATTRIBUTES and places.same(path, _element(finding.where))
    return (structural or kind == "TYPE" or violation.rule == kind.lower()) and places.near(path, finding.where)


def _fit(finding: Finding, document: Document, places: _Places) -> int:
    """Return how well a refused document shows what a finding speaks of.

    By the value is best, then by the place, then by the element around it, last as it is.

    A word of a list is shown by that very word or not at all.
    """
    varied = bool(document.where) and places.same(document.where, finding.where)
    if varied and document.value and repr(document.value) in finding.message:
        return 4
    if finding.rule.startswith("ENUM"):
        return 0
    if varied:
        return 3
    around = finding.where.rpartition("/")[0]
    return 2 if document.where and places.same(document.where, around) else 1


def _element(where: str) -> str:
    return where.partition("/@")[0]
