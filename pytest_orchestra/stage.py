"""What every step of a run shares: the project, who answers, who judges, who records, and the limits."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from orchestra_compiler.model import Agent, Mission, Step
from pytest_orchestra.budget import Budget
from pytest_orchestra.providers.base import Provider
from pytest_orchestra.text_tokens import TextTokens
from pytest_orchestra.values import Level, MissionResult, Reply, Request, SeenMessage, Verdict

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject


class Judge(Protocol):
    """The quality gates, as a step needs them."""

    def judge_task(self, agent: Agent, step: Step, context: Mapping[str, str]) -> tuple[Verdict, ...]:
        """Return the verdicts on what an agent is about to be asked."""
        ...

    def judge_reply(self, request: Request, reply: Reply, chain: Sequence[str]) -> tuple[Verdict, ...]:
        """Return the verdicts on a reply; `chain` names the agents the work has passed through."""
        ...


class Recorder(Protocol):
    """The ledger, as a run needs it."""

    def call_started(self, run: str, request: Request, level: Level, provider: str, *, paid: bool) -> int:
        """Record that a call is about to be made and return its number."""
        ...

    def call_finished(self, call: int, reply: Reply, *, latency_s: float, priced_usd: Decimal, paid: bool) -> None:
        """Record what came of a call."""
        ...

    def messages_seen(self, run: str, seen: Sequence[SeenMessage], *, paid: bool) -> None:
        """Record what an agent was told, or which messages it sent; `paid`: the reply they stand in is kept."""
        ...

    def mission_finished(self, run: str, mission: Mission, result: MissionResult) -> None:
        """Record how a mission ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The run around a step.

    Attributes:
        budget: The whole run's; missions may have one of their own beside it.
        slots: One for each call that may be in flight.
        run: The run's name in the ledger.
    """

    project: CompiledProject
    provider: Provider
    recorder: Recorder
    judge: Judge
    budget: Budget
    slots: asyncio.Semaphore
    tokens: TextTokens
    run: str
