"""Test cases from a schema: documents with labels, and what a suite of them covers.

The shapes that pass from the generators to whoever writes, runs or scores a suite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.model import Place

VALID, INVALID = "valid", "invalid"
EQUIVALENT = "equivalent: without it the same documents are valid"
"""Why a constraint has no case that forbids nothing that others do not forbid; proven, not only tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """One thing that a schema forbids or demands.

    Attributes:
        kind: What it is, such as `enumeration`, `max-occurs`, `required-attribute`, `order`, `choice`, `keyref`.
        component: The schema component that it belongs to, such as `PercentageType`, `HeaderType/sender` or
            `OutputType/@type`.
        place: The line that says so.
        rule: The rule that refuses a document for it, as `Violation.rule` spells it.
    """

    kind: str
    component: str
    place: Place
    rule: str

    def __str__(self) -> str:
        return f"{self.kind} of {self.component} ({self.place.file}:{self.place.line})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A document with its label.

    Attributes:
        id: Unique in its suite and a file name too, such as `invalid/missing-sender`.
        scenario: What is tried, in a few words joined by hyphens, such as `minimal` or `missing-element`.
        component: The path of the element or attribute in the document, such as `/message/header/@version`.
        place: The line of the schema that the case is about.
        expected: `valid` or `invalid`.
        rule: The rule that must refuse it, as `Violation.rule` spells it; empty for a valid one.
        constraint: What is violated; None for a valid one.
    """

    id: str
    scenario: str
    component: str
    place: Place
    expected: str
    rule: str = ""
    document: str
    constraint: Constraint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A case whose label not every engine present confirms: what each of them said, by its name."""

    case: Case
    verdicts: Mapping[str, tuple[Violation, ...]]

    @property
    def reason(self) -> str:
        """Why the label does not count, in one line: the rules of each engine, or what it says of them."""
        said = {name: " and ".join(dict.fromkeys(each.rule for each in found)) for name, found in self.verdicts.items()}
        if set(said.values()) == {self.case.rule}:
            said = {name: f"{rule}{self._elsewhere(self.verdicts[name])}" for name, rule in said.items()}
        wanted = f"{self.case.rule!r}" if self.case.rule else "valid"
        return f"expected {wanted}, but " + ", ".join(f"{name}: {said[name] or 'valid'}" for name in sorted(said))

    def _elsewhere(self, found: tuple[Violation, ...]) -> str:
        """Return where else the rule is told to be broken; where it is the very element, what is said of it."""
        element = self.case.component.partition("/@")[0]
        path = next((each.path for each in found if each.path and not _is_in(each.path, element)), "")
        return f" at {path}" if path else f" ({found[0].message})"


def _is_in(path: str, element: str) -> bool:
    """Return whether a path is that of an element, or of one inside."""
    return path == element or path.startswith(f"{element}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What has no case, and why: a constraint, or an element of which no document could be made."""

    component: str
    place: Place
    reason: str
    constraint: Constraint | None = None

    @property
    def idle(self) -> bool:
        """Whether it is a constraint that forbids nothing which others do not forbid, so that it needs no case."""
        return self.constraint is not None and self.reason == EQUIVALENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The cases of a schema.

    Attributes:
        cases: Confirmed by every engine; in order of their ids.
        quarantined: Not confirmed, so no cases.
        covered: Constraint -> the ids of the invalid cases that violate it, in the schema's order.
        left_out: Constraints without a case, and elements without a document.
        engines: The names of the engines that judged.
    """

    cases: tuple[Case, ...]
    quarantined: tuple[Quarantined, ...] = ()
    covered: Mapping[Constraint, tuple[str, ...]] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    engines: tuple[str, ...] = ()
