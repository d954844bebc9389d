"""The rules: each reads the linked fleet and yields what is wrong with it.

A rule is a module with `RULE` and `check(fleet, context)`. It joins by standing in `_MODULES`: nothing is found by
looking through folders, so what runs is what is written here. `RULES` names every code, whoever reports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from orchestra_compiler.diagnostic import Diagnostic, in_order
from orchestra_compiler.findings import LINK_RULES, Rule
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules import (
    agent_without_tier,
    description_short,
    descriptions_collide,
    expectation_unreadable,
    handoff_by_file_name,
    handoff_to_nobody,
    hard_rule_dead,
    hidden_unicode,
    message_never_sent,
    message_unheard,
    mission_asserts_nothing,
    name_differs_from_file,
    price_inverted,
    price_stale,
    prompt_empty,
    reply_missing,
    script_too_short,
    secret_in_prompt,
    signal_without_effect,
    step_repeated,
    step_task_empty,
    template_tokens,
    threshold_never_met,
    tier_dearer_than_stronger,
    tier_unreachable,
    tier_without_rationale,
)
from orchestra_compiler.rules.context import Context
from orchestra_compiler.source.codes import CODES

__all__ = ["RULES", "Context", "RuleModule", "check"]


class RuleModule(Protocol):
    """What a rule's module must have."""

    RULE: Rule

    def check(self, fleet: Fleet, context: Context) -> Iterator[Diagnostic]:
        """Yield what is wrong."""
        ...


_MODULES: tuple[RuleModule, ...] = (
    description_short,
    name_differs_from_file,
    descriptions_collide,
    prompt_empty,
    handoff_to_nobody,
    handoff_by_file_name,
    tier_without_rationale,
    agent_without_tier,
    price_inverted,
    price_stale,
    tier_dearer_than_stronger,
    message_unheard,
    message_never_sent,
    tier_unreachable,
    hard_rule_dead,
    threshold_never_met,
    signal_without_effect,
    mission_asserts_nothing,
    step_task_empty,
    reply_missing,
    step_repeated,
    expectation_unreadable,
    script_too_short,
    hidden_unicode,
    secret_in_prompt,
    template_tokens,
)

RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in sorted(
        (*CODES.values(), *LINK_RULES, *(module.RULE for module in _MODULES)), key=lambda rule: rule.code
    )
}
"""Every rule by its code: the reader's, the link step's and those of this package."""


def check(
    fleet: Fleet, sources: Mapping[str, bytes], numbers: Mapping[str, Mapping[str, float]] | None = None
) -> Iterator[Diagnostic]:
    """Yield the findings of all rules about a linked fleet, in order.

    Args:
        fleet: As the link step left it.
        sources: Path -> content of the project's files, to point at the very character.
        numbers: Code -> what the project sets for that rule, by the names of its options.
    """
    context = Context(sources, numbers)
    found = [finding for module in _MODULES for finding in module.check(fleet, context)]
    yield from in_order(found)
