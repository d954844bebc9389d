"""How good a suite of cases is: what was changed in the thing that it tests, and whether a case noticed.

A mutant is the original with one change. A suite kills it where at least one case fails. A mutant that no case could tell
from the original is equivalent: it counts neither way, and is called so only where that was shown. What is left over has
survived, and is told by name: there a mistake would go unnoticed.

The measure is the mutation score of DeMillo, Lipton and Sayward (1978): killed over all that are not equivalent. This
module knows neither schemas nor policies; whoever makes mutants of either says what came of them in these values.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypedDict

from orchestra_compiler.diagnostic import Span


class Verdict(enum.StrEnum):
    """What became of a mutant."""

    KILLED = "killed"  # a case failed
    SURVIVED = "survived"  # no case failed, although some input tells the two apart
    UNDECIDED = "undecided"  # no case failed, and whether any input could tell them apart is open: counts as survived
    EQUIVALENT = "equivalent"  # it was shown that no input tells the two apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change to the original, and what became of it.

    Attributes:
        name: Unique in its score, readable: `threshold/strategic/+1`, `element/order/@urgent/optional`.
        component: What was changed: a tier, a signal, a hard rule, an element's path.
        place: Where that stands; only `path` and `line` need be set.
        change: What was done, in a few words: `60 becomes 61`.
        killed_by: The id of the first case that failed; empty unless killed.
        why: For an equivalent mutant what shows it; for a survivor an input that tells the two apart; for an undecided
            one what keeps it open. Empty for a killed one.
    """

    name: str
    component: str
    place: Span
    change: str
    verdict: Verdict
    killed_by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The mutants of one original, in the order in which they were made."""

    mutants: tuple[Mutant, ...] = ()

    @property
    def killed(self) -> tuple[Mutant, ...]:
        """Those that a case noticed."""
        return tuple(each for each in self.mutants if each.verdict is Verdict.KILLED)

    @property
    def equivalent(self) -> tuple[Mutant, ...]:
        """Those that no case could notice; they count neither way."""
        return tuple(each for each in self.mutants if each.verdict is Verdict.EQUIVALENT)

    @property
    def counted(self) -> tuple[Mutant, ...]:
        """Those that a case should notice: all but the equivalent ones."""
        return tuple(each for each in self.mutants if each.verdict is not Verdict.EQUIVALENT)

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Those that no case noticed, the undecided ones among them."""
        return tuple(each for each in self.mutants if each.verdict in (Verdict.SURVIVED, Verdict.UNDECIDED))

    @property
    def ratio(self) -> float:
        """Killed over counted, 0 to 1; 1 where there is nothing to kill."""
        counted = len(self.counted)
        return len(self.killed) / counted if counted else 1.0


class MutantJson(TypedDict):
    """A mutant in the published JSON form."""

    name: str
    component: str
    path: str
    line: int
    change: str
    verdict: str
    killed_by: str
    why: str


class ScoreJson(TypedDict):
    """A score in the published JSON form; `ratio` is killed over counted, 0 to 1."""

    ratio: float
    counted: int
    killed: int
    survived: int
    undecided: int
    equivalent: int
    mutants: list[MutantJson]


def score_to_json(score: Score) -> ScoreJson:
    """Return the published JSON form of a score, with every mutant."""
    verdicts = Counter(each.verdict for each in score.mutants)
    return {
        "ratio": score.ratio,
        "counted": len(score.counted),
        "killed": verdicts[Verdict.KILLED],
        "survived": verdicts[Verdict.SURVIVED],
        "undecided": verdicts[Verdict.UNDECIDED],
        "equivalent": verdicts[Verdict.EQUIVALENT],
        "mutants": [_mutant_to_json(each) for each in score.mutants],
    }


def rendered(score: Score) -> str:
    """Return a score for a reader: one line with the figures, then each survivor by name, place and change."""
    return "\n".join(_lines(score))


def _lines(score: Score) -> Iterator[str]:
    if not score.mutants:
        yield "no mutants: there is nothing to change"
        return
    counted, killed, same = len(score.counted), len(score.killed), len(score.equivalent)
    aside = f"; {same} more change nothing" if same else ""
    yield f"{killed} of {counted} mutants killed ({percent(killed, counted)}){aside}"
    for each in score.survivors:
        where = f"{each.place.place}: " if each.place.path else ""
        yield f"{where}{each.verdict.value} {each.name}: {each.change}"
        if each.why:
            yield f"    {each.why}"


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal, cut and not rounded: 100.0 % means all of them."""
    thousandths = part * 1000 // whole if whole else 1000
    return f"{thousandths // 10}.{thousandths % 10} %"


def _mutant_to_json(mutant: Mutant) -> MutantJson:
    return {
        "name": mutant.name,
        "component": mutant.component,
        "path": mutant.place.path,
        "line": mutant.place.line,
        "change": mutant.change,
        "verdict": mutant.verdict.value,
        "killed_by": mutant.killed_by,
        "why": mutant.why,
    }
