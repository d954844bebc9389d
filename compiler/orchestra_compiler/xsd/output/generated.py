"""What came of a schema, and the figures that say how good that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestra_compiler.mutation import Score
from orchestra_compiler.xsd.cases import INVALID, VALID, LeftOut, Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzCount:
    """How many random documents were asked for, and what became of those that were made."""

    asked: int
    valid: int
    invalid: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """A suite with all that was made beside it.

    Attributes:
        schema: The main file's name.
        suite: The cases, the random ones among them.
        fuzz: Where random documents were asked for.
        scores: What was measured by changing one thing at a time, by what was changed: `schema`, `routing`.
    """

    schema: str
    suite: Suite
    fuzz: FuzzCount | None = None
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the constraints of a kind have a case.

    Attributes:
        met: All of them.
        with_case: Those that an invalid document violates.
        idle: Those that nothing can violate by itself: without them the same documents are valid.
    """

    kind: str
    met: int
    with_case: int
    idle: int

    @property
    def breakable(self) -> int:
        """How many can be violated."""
        return self.met - self.idle

    @property
    def left_out(self) -> int:
        """How many can be violated and have no case."""
        return self.breakable - self.with_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A suite in numbers.

    Attributes:
        kinds: The constraints by kind, sorted.
        constraints: All of them.
        scenarios: `valid` or `invalid` -> scenario -> number of cases; sorted.
        rules: The rule that refuses a document -> number of cases; sorted.
        without_case: The constraints that can be violated and have no case, in the suite's order.
        without_effect: The constraints that nothing can violate by itself.
        without_document: The elements that stand in no document.
    """

    valid: int
    invalid: int
    quarantined: int
    kinds: tuple[Share, ...]
    constraints: Share
    scenarios: Mapping[str, Mapping[str, int]]
    rules: Mapping[str, int]
    without_case: tuple[LeftOut, ...]
    without_effect: tuple[LeftOut, ...]
    without_document: tuple[LeftOut, ...]


def figures_of(suite: Suite) -> Figures:
    """Count what a suite holds."""
    kinds = _kinds(suite)
    of = {expected: [case for case in suite.cases if case.expected == expected] for expected in (VALID, INVALID)}
    return Figures(
        valid=len(of[VALID]),
        invalid=len(of[INVALID]),
        quarantined=len(suite.quarantined),
        kinds=kinds,
        constraints=Share(
            kind="",
            met=sum(each.met for each in kinds),
            with_case=sum(each.with_case for each in kinds),
            idle=sum(each.idle for each in kinds),
        ),
        scenarios={expected: _counted(case.scenario for case in cases) for expected, cases in of.items()},
        rules=_counted(case.rule for case in of[INVALID]),
        without_case=tuple(each for each in suite.left_out if each.constraint is not None and not each.idle),
        without_effect=tuple(each for each in suite.left_out if each.idle),
        without_document=tuple(each for each in suite.left_out if each.constraint is None),
    )


def _kinds(suite: Suite) -> tuple[Share, ...]:
    """Return the share of each kind; a constraint that is left out and yet covered counts once, as covered."""
    covered = {constraint for constraint, cases in suite.covered.items() if cases}
    left_out = {each.constraint for each in suite.left_out if each.constraint is not None}
    idle = Counter(each.constraint.kind for each in suite.left_out if each.constraint is not None and each.idle)
    met = Counter(constraint.kind for constraint in covered | left_out | suite.covered.keys())
    with_case = Counter(constraint.kind for constraint in covered)
    return tuple(Share(kind=kind, met=met[kind], with_case=with_case[kind], idle=idle[kind]) for kind in sorted(met))


def _counted(words: Iterable[str]) -> Mapping[str, int]:
    counts = Counter(words)
    return dict(sorted(counts.items()))
