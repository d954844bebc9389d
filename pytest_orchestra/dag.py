"""The order of a mission's steps: which may start at once, and which may start once another has ended."""

from __future__ import annotations

from collections.abc import Sequence

from orchestra_compiler.model import Step


class Dag:
    """The needs of a mission's steps, counted down as steps end.

    A step on a circle, or one that needs a step which does not exist, is never released.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._missing = {step.name: len(set(step.needs)) for step in steps}
        self._dependants: dict[str, list[Step]] = {}
        for step in steps:
            for need in set(step.needs):
                self._dependants.setdefault(need, []).append(step)
        self._first = [step for step in steps if not step.needs]

    def first(self) -> list[Step]:
        """Return the steps that need no other, in the mission's order."""
        return self._first

    def ended(self, step: Step) -> list[Step]:
        """Note that a step has ended, well or not; return those that waited for it last, in the mission's order."""
        released: list[Step] = []
        for dependant in self._dependants.get(step.name, ()):
            self._missing[dependant.name] -= 1
            if self._missing[dependant.name] == 0:
                released.append(dependant)
        return released
