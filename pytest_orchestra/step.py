"""Runs one step: route, input gate, call, reply gates, and up the error levels until it ends.

The scripted replies of a step answer its calls in order, whoever is asked and on whatever level.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Prompt
from orchestra_compiler.model import Agent, CallError, FeatureValue, Mission, Model, Price, Step
from pytest_orchestra.budget import Budget
from pytest_orchestra.calls import Answer, Caller, NoMoney
from pytest_orchestra.gates.escalation import FIRST, Event, State, after, event_of
from pytest_orchestra.ladder import Ladder, ModelChoice
from pytest_orchestra.stage import Stage
from pytest_orchestra.trail import Trail
from pytest_orchestra.values import (
    Attempt,
    Level,
    Outcome,
    Request,
    StepResult,
    Verdict,
    VerdictKind,
)

_REFUSING = (VerdictKind.BLOCK, VerdictKind.ESCALATE)


class _Fault(Exception):  # noqa: N818 - not an error of ours: it becomes the step's outcome
    """The step cannot be run as its project stands."""


class _Brief(NamedTuple):
    """What one agent is asked, whichever attempt it is: itself, its compiled prompt, the context and its size."""

    agent: Agent
    prompt: Prompt
    context: Mapping[str, str]
    tokens: int


class StepRun:
    """One step on its way.

    Args:
        stage: The run around it.
        purse: The mission's own budget.
        context: The replies of the steps this one needs, by step.
        chain: The agents whose work those replies are, in the mission's order.
        order: The how-manieth step of its mission it is to start.
    """

    def __init__(
        self,
        stage: Stage,
        mission: Mission,
        step: Step,
        *,
        purse: Budget,
        context: Mapping[str, str],
        chain: Sequence[str] = (),
        order: int = 0,
    ) -> None:
        self.step = step
        self._stage = stage
        self._mission = mission
        self._context = context
        self._chain = list(chain)
        self._order = order
        self._caller = Caller(stage, purse)
        self._choice = ModelChoice(stage.project.router)
        self._trail = Trail(stage, mission, step)
        self._attempts: list[Attempt] = []
        self._verdicts: tuple[Verdict, ...] = ()
        self._route: tuple[str, ...] = ()

    async def run(self) -> StepResult:
        """Run the step to its end; when it is cancelled, `ended` still tells how far it came."""
        deadline = self.step.deadline_s
        if deadline is None:
            return await self._work()
        timer = self._caller.timer = asyncio.timeout(deadline)
        try:
            async with timer:
                return await self._work()
        except TimeoutError:
            if not timer.expired():
                raise
            return self.overdue(f"the step's deadline of {deadline:g} s passed")

    def overdue(self, detail: str) -> StepResult:
        """Return the result of a step that a deadline ended, the call in flight recorded as timed out."""
        cut = self._caller.cut_off()
        if cut is not None:
            self._record(*cut, (), Event.ERROR)
        return self.ended(Outcome.DEADLINE, detail)

    def ended(self, outcome: Outcome, detail: str = "") -> StepResult:
        """Return the result as things stand."""
        return StepResult(
            step=self.step.name,
            outcome=outcome,
            attempts=tuple(self._attempts),
            route=self._route,
            verdicts=self._verdicts,
            order=self._order,
            detail=detail,
        )

    async def _work(self) -> StepResult:
        try:
            agent = self._agent()
            brief = self._brief(agent, self._context)
            self._route = self._decide(brief)
            self._verdicts = self._stage.judge.judge_task(agent, self.step, self._context)
            refusals = [verdict for verdict in self._verdicts if verdict.kind in _REFUSING]
            if refusals:
                self._trail.refused(agent.name, self._verdicts)
                return self.ended(Outcome.BLOCKED, _because(refusals))
            return await self._climb(brief)
        except _Fault as fault:
            return self.ended(Outcome.ERROR, str(fault))

    async def _climb(self, brief: _Brief) -> StepResult:
        """Attempt by attempt, until one passes or nobody is left but the user."""
        fleet = self._stage.project.manifest.fleet
        policy = fleet.gates.escalation
        ladder = Ladder(fleet, brief.agent)
        state: State = FIRST
        while True:
            answering = ladder.agent(state)
            if answering is not brief.agent:
                brief = self._brief(answering, {**self._context, **self._refused()})
                self._decide(brief)
            request, price = self._request(brief)
            told = self._trail.told(request, self._verdicts)
            answer = await self._caller.call(request, price, state.level, told)
            if isinstance(answer, NoMoney):
                return self.ended(Outcome.BUDGET_STOPPED, _short(answer))
            event = self._judge(request, state.level, answer)
            following = after(state, event, policy, ladder.levels)
            if isinstance(following, Outcome):
                return self.ended(following, "" if following is Outcome.PASSED else self._last_words())
            self._choice.failed(request.tier, request.model, answer.reply.error, climb=policy.raise_tier)
            state = following

    def _agent(self) -> Agent:
        agent = self._stage.project.manifest.fleet.assigned(self.step)
        if agent is None:
            raise _Fault(f"{self.step.span.place}: no agent of the fleet can take this step")
        return agent

    def _brief(self, agent: Agent, context: Mapping[str, str]) -> _Brief:
        prompt = self._stage.project.manifest.prompts.get(agent.name)
        if prompt is None:
            raise _Fault(f"agent {agent.name!r} has no compiled prompt (run orchestra-compile)")
        tokens = prompt.tokens + self.step.task_tokens
        if context:
            tokens += sum(map(self._stage.tokens.of, context.values()))
        return _Brief(agent, prompt, context, tokens)

    def _decide(self, brief: _Brief) -> tuple[str, ...]:
        """Have the router name the tier that an agent starts with; return its reasons."""
        features = features_of(self._mission, self.step, brief.agent, brief.tokens)
        try:
            decision = self._stage.project.router.decide(features, brief.agent)
        except OrchestraError as error:
            raise _Fault(f"{self.step.span.place}: the step cannot be routed: {error}") from error
        self._choice.start(decision.tier)
        return tuple([f"{each.points:+f} {each.text}" if each.points else each.text for each in decision.reasons])

    def _request(self, brief: _Brief) -> tuple[Request, Price]:
        tier, model = self._model()
        if model.price is None:
            raise _Fault(f"model {model.name!r} of tier {tier!r} has no price (run orchestra-compile)")
        request = Request(
            mission=self._mission,
            step=self.step,
            number=len(self._attempts),
            agent=brief.agent,
            tier=tier,
            model=model,
            prompt_path=brief.prompt.path,
            prompt_tokens=brief.tokens,
            context=brief.context,
        )
        return request, model.price

    def _model(self) -> tuple[str, Model]:
        try:
            picked = self._choice.pick()
        except OrchestraError as error:
            raise _Fault(f"{self.step.span.place}: the step cannot be routed: {error}") from error
        if picked is None:
            raise _Fault(f"{self.step.span.place}: the tier that the step is routed to has no models")
        return picked

    def _judge(self, request: Request, level: Level, answer: Answer) -> Event:
        """Judge a reply and record the attempt; a call that failed has nothing to judge."""
        if not self._chain or self._chain[-1] != request.agent.name:
            self._chain.append(request.agent.name)
        verdicts: tuple[Verdict, ...] = ()
        if answer.reply.error is None:
            verdicts = self._stage.judge.judge_reply(request, answer.reply, self._chain)
        event = event_of(answer.reply, verdicts)
        self._trail.answered(request, answer.reply, verdicts)
        self._record(request, level, answer, verdicts, event)
        if answer.reply.error is CallError.NO_REPLY:
            raise _Fault(answer.reply.detail)
        if answer.fault:
            raise _Fault(f"a call to {request.model.name} cannot be priced: {answer.fault}")
        return event

    def _record(
        self, request: Request, level: Level, answer: Answer, verdicts: tuple[Verdict, ...], event: Event
    ) -> None:
        self._attempts.append(
            Attempt(
                number=request.number,
                level=level,
                agent=request.agent.name,
                tier=request.tier,
                model=request.model.name,
                reply=answer.reply,
                verdicts=verdicts,
                latency_s=answer.latency_s,
                priced_usd=answer.priced_usd,
                event=event.value,
            )
        )

    def _refused(self) -> dict[str, str]:
        """The reply that the next level is to mend, under the step's own name; nothing where the call failed."""
        text = self._attempts[-1].reply.text
        return {self.step.name: text} if text else {}

    def _last_words(self) -> str:
        last = self._attempts[-1]
        if last.reply.error is not None:
            return f"{last.reply.error.value}: {last.reply.detail}".removesuffix(": ")
        return _because([verdict for verdict in last.verdicts if verdict.kind in _REFUSING])


def features_of(mission: Mission, step: Step, agent: Agent, tokens: int) -> dict[str, FeatureValue]:
    """Return what the router may know of a step; the author's own features win over ours."""
    features: dict[str, FeatureValue] = {
        "agent": agent.name,
        "category": mission.category.value,
        "context_tokens": tokens,
        "risk": mission.risk.value,
        "text": step.task,
    }
    if step.capability is not None:
        features["capability"] = step.capability
    if step.phase is not None:
        features["phase"] = step.phase.value
    features.update(step.features)
    return features


def _because(refusals: Sequence[Verdict]) -> str:
    return "; ".join(f"{verdict.check}: {', '.join(verdict.evidence) or verdict.kind.value}" for verdict in refusals)


def _short(refusal: NoMoney) -> str:
    return f"the next call may cost {refusal.worst_usd:f} USD, more than {refusal.whose} has left"
