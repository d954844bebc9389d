"""What all engines together say of a document that was made with a label.

A label is what people will hold against their own validators, so it counts only when every engine confirms it: a valid
document is accepted by all, an invalid one is refused by all, for the one rule that the label gives and at its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.engines.judges import Judge
from orchestra_compiler.xsd.engines.violation import FACETS, Violation

_CONSEQUENCES = frozenset({"unique", "key", "keyref", "id", "idref"})
"""What may be violated by necessity along with something else: who takes away a key takes it from its references too.

Likewise a text that is no value of a type at all may be told to break the type's facets as well.
"""


class Outcome(IntEnum):
    """How far engines confirm that a document breaks a rule; the less the better.

    Entangled is a value that breaks a facet and, in the words of every engine, other facets of its type as well.
    """

    EXACT = 0
    WITH_CONSEQUENCES = 1
    ENTANGLED = 2
    DISPUTED = 3
    OTHERWISE = 4
    ACCEPTED = 5


class Jury:
    """The engines, the fastest first."""

    def __init__(self, judges: Sequence[Judge]) -> None:
        self._judges = tuple(sorted(judges, key=lambda judge: judge.name != "lxml"))
        self._accepted: dict[str, bool] = {}
        self._plausible: dict[str, bool] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the engines, in alphabetical order."""
        return tuple(sorted(judge.name for judge in self._judges))

    def accepts(self, document: str) -> bool:
        """Return whether every engine accepts a document."""
        known = self._accepted.get(document)
        if known is None:
            raw = xml.screen(document)
            known = self._accepted[document] = all(judge.accepts(raw) for judge in self._judges)
        return known

    def is_plausible(self, document: str) -> bool:
        """Return whether the fastest engine accepts a document; enough for one that is valid by construction."""
        known = self._accepted.get(document, self._plausible.get(document))
        if known is None:
            known = self._plausible[document] = self._judges[0].accepts(xml.screen(document))
        return known

    def verdicts(self, document: str) -> Mapping[str, tuple[Violation, ...]]:
        """Return what every engine says."""
        raw = xml.screen(document)
        return {judge.name: judge.violations(raw) for judge in self._judges}

    def outcome(self, document: str, rule: str, path: str) -> Outcome:
        """Return how far the engines confirm that a document breaks this rule alone, at this element or in it.

        The first engine that says otherwise settles it, unless it accepts: then the others must be asked too.
        """
        raw = xml.screen(document)
        said: set[Outcome] = set()
        for judge in self._judges:
            found = _single(judge.violations(raw), rule, path)
            if found is Outcome.OTHERWISE:
                return found
            said.add(found)
        if Outcome.ACCEPTED in said and len(said) > 1:
            return Outcome.DISPUTED
        return max(said, default=Outcome.ACCEPTED)


def _single(violations: Sequence[Violation], rule: str, path: str) -> Outcome:
    """Return what one engine's verdict is worth."""
    if not violations:
        return Outcome.ACCEPTED
    told = [each for each in violations if not _is_echo(each, violations)]
    intended = [each for each in told if each.rule == rule]
    others = {each.rule for each in told} - {rule}
    consequences = _CONSEQUENCES | FACETS if rule == "datatype" else _CONSEQUENCES
    if not intended or not all(_is_at(each.path, path) for each in intended):
        return Outcome.OTHERWISE
    if not others <= consequences:
        return Outcome.ENTANGLED if rule in FACETS and others <= FACETS else Outcome.OTHERWISE
    return Outcome.WITH_CONSEQUENCES if others else Outcome.EXACT


def _is_echo(violation: Violation, violations: Sequence[Violation]) -> bool:
    """Return whether an engine says the same thing again of an element inside, where it belongs."""
    inside = f"{violation.path}/"
    return any(each.message == violation.message and each.path.startswith(inside) for each in violations)


def _is_at(blamed: str, path: str) -> bool:
    """Return whether an engine blames the element at a path or one of its children; some give no path at all."""
    return not blamed or blamed == path or blamed.rpartition("/")[0] == path or blamed.startswith(f"{path}/")
