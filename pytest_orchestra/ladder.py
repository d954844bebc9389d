"""Who answers at which error level, and with which model.

Two small machines beside the escalation machine of the gates: that one says on which level the next attempt is made,
these say which agent and which model make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from orchestra_compiler.model import Agent, CallError, Fleet, Model
from pytest_orchestra.values import Level

if TYPE_CHECKING:
    from pytest_orchestra.gates.escalation import State


class Candidates(Protocol):
    """The router, as the choice of models needs it."""

    def candidates(self, tier: str) -> Sequence[tuple[str, Model]]:
        """Return the models that may answer for a tier, each with its own tier, preferred first."""
        ...

    def raised(self, tier: str) -> str | None:
        """Return the next tier of the escalation chain, or None at its end."""
        ...


class Ladder:
    """The agents that deal with a step, level by level.

    Attributes:
        levels: The levels that somebody stands on; the user always does.
    """

    def __init__(self, fleet: Fleet, agent: Agent) -> None:
        self._agent = agent
        self._above = fleet.chain_of_command(agent)[1:]
        levels = {Level.SELF, Level.USER}
        if self._above:
            levels.add(Level.COORDINATOR)
        if len(self._above) > 1:
            levels.add(Level.LEAD)
        self.levels = frozenset(levels)

    def agent(self, state: State) -> Agent:
        """Return who makes an attempt; each further attempt of the lead climbs one agent, up to the top."""
        if state.level is Level.SELF or not self._above:
            return self._agent
        if state.level is Level.COORDINATOR or len(self._above) == 1:
            return self._above[0]
        return self._above[min(1 + state.attempt, len(self._above) - 1)]


class ModelChoice:
    """The tier and the model of one agent's next attempt at a step.

    A model that failed by itself is not asked again by this step while another one is left.
    """

    def __init__(self, router: Candidates) -> None:
        self._router = router
        self._down: set[str] = set()
        self._tier = ""

    def start(self, tier: str) -> None:
        """Begin with the tier that the router decided for an agent."""
        self._tier = tier

    def pick(self) -> tuple[str, Model] | None:
        """Return the model to ask, with the tier it belongs to; None where the tier has none."""
        candidates = self._router.candidates(self._tier)
        standing = (candidate for candidate in candidates if candidate[1].name not in self._down)
        return next(standing, candidates[0] if candidates else None)

    def failed(self, tier: str, model: Model, error: CallError | None, *, climb: bool) -> None:
        """Learn from an attempt: pass over a model that failed, or climb a tier where the answer was refused."""
        if error is not None and error.retryable:
            self._down.add(model.name)
        elif climb:
            self._tier = self._router.raised(tier) or tier
