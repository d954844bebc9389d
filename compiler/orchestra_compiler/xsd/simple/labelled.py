"""Values with what they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from orchestra_compiler.xsd.document import Value
from orchestra_compiler.xsd.model import Facet, Place, SimpleType


@dataclass(frozen=True, slots=True, kw_only=True)
class RightValue:
    """A value that a type accepts, what it tries, and the line that it is about."""

    value: Value
    scenario: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongValue:
    """A value that a type refuses.

    Attributes:
        rule: The rule that refuses it, as `Violation.rule` spells it.
        scenario: What is wrong with it, in a few words joined by hyphens.
        facet: The facet that is broken; None for a wrong form.
        place: The line of the facet, or of the type.
    """

    value: Value
    rule: str
    scenario: str
    facet: Facet | None
    place: Place


class Giver(Protocol):
    """Gives values of the types that a list or union consists of, as texts."""

    def texts(self, kind: SimpleType, count: int) -> tuple[str, ...]:
        """Return up to so many right texts that differ in value, the most typical first."""
        ...

    def wrong_texts(self, kind: SimpleType) -> tuple[WrongValue, ...]:
        """Return wrong values that are texts."""
        ...
