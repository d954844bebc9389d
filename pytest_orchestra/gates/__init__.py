"""The quality gates: which checks run, in which order, and what their evidence leads to.

`Gates` is made once per run from the compiled policy. A check that is not listed, or is `off`, does not run; a listed
check that does not exist is an error before anything starts, never a check that silently passes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Action, Agent, GateCheck, GatePolicy, Layer, Step
from pytest_orchestra.gates.registry import REGISTRY
from pytest_orchestra.gates.subject import Check, Subject
from pytest_orchestra.values import Reply, Request, Verdict, VerdictKind

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

__all__ = ["ConfiguredCheck", "Gates"]

_KIND_OF = {Action.WARN: VerdictKind.WARN, Action.BLOCK: VerdictKind.BLOCK, Action.ESCALATE: VerdictKind.ESCALATE}
_LAYERS = tuple(Layer)
_REPLY_LAYERS = (Layer.GROUNDING, Layer.BOUNDARY, Layer.OUTPUT)


class ConfiguredCheck(NamedTuple):
    """A check that runs, with the verdict that its evidence leads to."""

    layer: Layer
    name: str
    failing: VerdictKind
    run: Check
    passed: Verdict

    def verdict(self, evidence: Sequence[str]) -> Verdict:
        """Return the check's verdict: a pass without evidence, else what the policy says."""
        if not evidence:
            return self.passed
        return Verdict(layer=self.layer, check=self.name, kind=self.failing, evidence=tuple(evidence))


class Gates:
    """The gates of one project.

    Args:
        project: The compiled project; None to judge texts by themselves, which only the input layer can.
        policy: Another policy than the project's own.

    Raises:
        OrchestraError: The policy lists a check that does not exist, or gives one a wrong option.
    """

    def __init__(self, project: CompiledProject | None, policy: GatePolicy | None = None) -> None:
        if policy is None:
            policy = project.manifest.fleet.gates if project is not None else GatePolicy()
        self.project = project
        configured = [_configured(check) for check in policy.checks if check.action is not Action.OFF]
        self._checks = tuple(sorted(configured, key=lambda check: (_LAYERS.index(check.layer), check.name)))
        self._of_tasks = self.checks(Layer.INPUT)
        self._of_replies = self.checks(*_REPLY_LAYERS)

    def checks(self, *layers: Layer) -> tuple[ConfiguredCheck, ...]:
        """Return the checks that run in these layers, in their order."""
        return tuple(check for check in self._checks if check.layer in layers)

    def judge_task(self, agent: Agent, step: Step, context: Mapping[str, str]) -> tuple[Verdict, ...]:
        """Return the input layer's verdicts on a step's task and on each piece of its context."""
        pieces = {"task": step.task} | {f"context from {name}": text for name, text in context.items()}
        subjects = {
            name: Subject(text=text, agent=agent, step=step, project=self.project) for name, text in pieces.items()
        }
        return tuple(
            check.verdict(
                [f"{name}: {each}" for name, subject in subjects.items() for each in _evidence(check, subject)]
            )
            for check in self._of_tasks
        )

    def judge_reply(self, request: Request, reply: Reply, chain: Sequence[str]) -> tuple[Verdict, ...]:
        """Return the verdicts of the layers after the input's; none where the call failed, for there is no reply then.

        `chain` names the agents that the mission's work has passed through so far.
        """
        if reply.error is not None:
            return ()
        subject = Subject(
            text=reply.text,
            tools=reply.tools,
            agent=request.agent,
            step=request.step,
            context=request.context,
            chain=tuple(chain),
            project=self.project,
        )
        return tuple(check.verdict(_evidence(check, subject)) for check in self._of_replies)


def _evidence(check: ConfiguredCheck, subject: Subject) -> list[str]:
    """Return each piece of evidence once, in the order in which it was found."""
    return list(dict.fromkeys([found.message for found in check.run(subject)]))


def _configured(check: GateCheck) -> ConfiguredCheck:
    maker = REGISTRY.get(check.layer, {}).get(check.name)
    if maker is None:
        known = ", ".join(REGISTRY.get(check.layer, {})) or "none"
        raise OrchestraError(
            f"the {check.layer.value} layer has no check {check.name!r}", f"its checks: {known}; see {check.span}"
        )
    options = {name: json.loads(text) for name, text in check.options.items()}
    passed = Verdict(layer=check.layer, check=check.name, kind=VerdictKind.PASS)
    return ConfiguredCheck(check.layer, check.name, _KIND_OF[check.action], maker(options), passed)
