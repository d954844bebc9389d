"""The comparison as a whole: every aspect of two sides, in one value."""

from __future__ import annotations

from orchestra_compiler.diff import agents, policy
from orchestra_compiler.diff.cases import case_changes
from orchestra_compiler.diff.changes import Changes
from orchestra_compiler.diff.cost import cost
from orchestra_compiler.diff.messages import message_findings
from orchestra_compiler.diff.prompts import prompt_changes
from orchestra_compiler.diff.routing import routes
from orchestra_compiler.diff.rules import ordered
from orchestra_compiler.diff.sides import Side
from orchestra_compiler.model import Fleet


def compare(old: Side, new: Side) -> Changes:
    """Return everything that differs between two sides, sorted."""
    notes: list[str] = []
    before, after = old.manifest.fleet, new.manifest.fleet
    found = agents.agent_changes(before, after)
    prompts = prompt_changes(old.manifest, new.manifest, found)
    tiers = policy.tier_changes(before.tiers, after.tiers)
    findings = [
        *agents.agent_findings(before, after, found),
        *policy.tier_findings(tiers),
        *policy.gate_findings(before, after),
        *message_findings(old, new, notes),
    ]
    _note_tokenizers(old, new, notes)
    policies = policy.policy_changes(before, after)
    if tiers or policies or any(each.field("tier") for each in found):
        _note_workload(before, after, notes)
    return Changes(
        old=old.info,
        new=new.info,
        agents=found,
        tiers=tiers,
        policy=policies,
        routes=routes(old.manifest, new.manifest, found),
        findings=ordered(findings),
        prompts=prompts,
        cost=cost(before, after, notes),
        missions=policy.mission_changes(before, after),
        workload=policy.workload_changes(before, after),
        cases=case_changes(old.manifest, new.manifest),
        notes=tuple(notes),
    )


def _note_tokenizers(old: Side, new: Side, notes: list[str]) -> None:
    if old.info.tokenizer != new.info.tokenizer:
        notes.append(
            f"tokens were counted differently ({old.info.tokenizer} before, {new.info.tokenizer} after): "
            "prompts seem larger or smaller than they are"
        )


def _note_workload(old: Fleet, new: Fleet, notes: list[str]) -> None:
    if not old.workload.tasks and not new.workload.tasks:
        notes.append("what this costs: name a month's tasks under `workload`")
