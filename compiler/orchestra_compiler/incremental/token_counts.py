"""Token counts as units: they look at texts and at the tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestra_compiler import tokens
from orchestra_compiler.counting import filled, fixed_texts
from orchestra_compiler.incremental.units import Part, Units
from orchestra_compiler.model import Fleet, Mission

COUNTS, TOKENIZER = "token counts", "tokenizer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A value that is a name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The tokens of a mission's fixed texts, in their order."""

    counts: tuple[int, ...]


class TokenCounts:
    """The token counts of one compile.

    Attributes:
        part: What every count looks at besides its text.
    """

    def __init__(self, units: Units) -> None:
        self._units = units
        self.part = Part("the tokenizer", tokens.identity().encode())

    @property
    def tokenizer(self) -> str:
        """The name of the counter that every count is from."""
        made = self._units.value(Name, TOKENIZER, "", [self.part], lambda: Name(name=tokens.counter().name))
        return made.name if made is not None else tokens.ESTIMATE

    def counted(self, fleet: Fleet) -> Fleet:
        """Return the fleet with the fixed texts of its missions counted."""
        return replace(fleet, missions=tuple(map(self._counted, fleet.missions)))

    def _counted(self, mission: Mission) -> Mission:
        texts = fixed_texts(mission)
        parts = [self.part, Part.of("its texts", texts, mission.span.path)]
        made = self._units.value(Counts, COUNTS, mission.name, parts, lambda: _counts(texts))
        return filled(mission, made.counts if made is not None else ())


def _counts(texts: Sequence[str]) -> Counts:
    counter = tokens.counter()
    return Counts(counts=tuple(counter.count(text) for text in texts))
