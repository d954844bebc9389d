"""The audit trail of a step: what its agents are told and which messages they send, for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orchestra_compiler.model import Mission, Step
from pytest_orchestra.messages import Message
from pytest_orchestra.stage import Stage
from pytest_orchestra.values import MessageForm, Reply, Request, SeenMessage, Verdict, VerdictKind

REFUSED_BEFORE_ANY_CALL = -1
"""The number of a task that the input gate refused: there is no call."""

_KINDS = tuple(VerdictKind)


class Trail:
    """What is seen of one step's messages.

    Whoever is told the task first has it from the mission; whoever takes it over has it from the agent before.
    """

    def __init__(self, stage: Stage, mission: Mission, step: Step) -> None:
        self._stage = stage
        self._mission = mission
        self._step = step
        self._agent = ""
        self._asked_by = ""

    def refused(self, agent: str, verdicts: Iterable[Verdict]) -> None:
        """Record the task that the input gate kept from an agent."""
        seen = self._task(agent, REFUSED_BEFORE_ANY_CALL, verdicts)
        self._stage.recorder.messages_seen(self._stage.run, (seen,), paid=False)

    def told(self, request: Request, verdicts: Iterable[Verdict]) -> SeenMessage:
        """Return the task as an agent is given it, to be recorded when the call is made."""
        agent = request.agent.name
        if agent != self._agent:
            self._asked_by, self._agent = self._agent, agent
        return self._task(agent, request.number, verdicts)

    def answered(self, request: Request, reply: Reply, verdicts: Sequence[Verdict]) -> None:
        """Record the messages in a reply; of plain words there is nothing to record."""
        seen = tuple(self._messages(request, reply.text, verdicts))
        if seen:
            self._stage.recorder.messages_seen(self._stage.run, seen, paid=self._stage.provider.paid)

    def _task(self, agent: str, number: int, verdicts: Iterable[Verdict]) -> SeenMessage:
        message = next(iter(self._stage.project.messages_in(self._step.task)), None)
        gate, gate_check = gravest(verdicts)
        return SeenMessage(
            mission=self._mission.name,
            step=self._step.name,
            number=number,
            position=0,
            form=MessageForm.TASK if message is None else MessageForm.MESSAGE,
            sender=self._asked_by,
            recipient=agent,
            type="" if message is None else message.type,
            task_id=self._task_id(message),
            parent_task="" if message is None else message.parent_task,
            rule="" if message is None else self._rule(message),
            gate=gate,
            gate_check=gate_check,
            text=self._step.task,
        )

    def _messages(self, request: Request, text: str, verdicts: Sequence[Verdict]) -> Iterator[SeenMessage]:
        gate, gate_check = gravest(verdicts)
        end = 0
        for position, message in enumerate(self._stage.project.messages_in(text), 1):
            start = text.find(message.document, end)
            start = start if start >= 0 else text.find(message.document)
            end = start + len(message.document)
            yield SeenMessage(
                mission=self._mission.name,
                step=self._step.name,
                number=request.number,
                position=position,
                form=MessageForm.MESSAGE,
                sender=request.agent.name,
                recipient=message.recipient or self._asked_by,
                type=message.type,
                task_id=self._task_id(message),
                parent_task=message.parent_task,
                rule=self._rule(message),
                gate=gate,
                gate_check=gate_check,
                text=message.document,
                start=max(start, 0),
            )

    def _task_id(self, message: Message | None) -> str:
        named = "" if message is None else message.task_id
        return named or f"{self._mission.name}/{self._step.name}"

    def _rule(self, message: Message) -> str:
        found = self._stage.project.reader.violations(message.document)
        return found[0].rule if found else ""


def gravest(verdicts: Iterable[Verdict]) -> tuple[VerdictKind | None, str]:
    """Return the gravest kind of verdict and whose it is, the first of its kind; no name for a pass."""
    worst: Verdict | None = None
    for verdict in verdicts:
        if worst is None or (verdict.kind is not worst.kind and _graver(verdict.kind, worst.kind)):
            worst = verdict
    if worst is None:
        return None, ""
    return worst.kind, "" if worst.kind is VerdictKind.PASS else f"{worst.layer}/{worst.check}"


def _graver(kind: VerdictKind, other: VerdictKind) -> bool:
    return _KINDS.index(kind) > _KINDS.index(other)
