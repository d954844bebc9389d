"""The rules: each reads the linked fleet and yields what is wrong with it.

A rule is a module with `RULE` and `check(fleet, context)`. It joins by standing in `_MODULES`: nothing is found by
looking through folders, so what runs is what is written here. `RULES` names every code, whoever reports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from orchestra_compiler.diagnostic import Diagnostic, in_order
from orchestra_compiler.findings import LINK_RULES, Rule
from orchestra_compiler.lint.codes import LINT_RULES
from orchestra_compiler.model import Fleet
from orchestra_compiler.rules import (
    agent_untested,
    agent_without_tier,
    budget_below_cost,
    capability_spelt_twice,
    chain_without_message,
    cost_claim_unproven,
    deadline_below_latency,
    delegation_split,
    delegation_to_nobody,
    description_budget,
    description_short,
    descriptions_collide,
    expectation_impossible,
    expectation_unreadable,
    feature_never_carried,
    handoff_by_file_name,
    handoff_to_nobody,
    hard_rule_dead,
    hidden_instruction,
    hidden_unicode,
    hook_runs_download,
    message_never_sent,
    message_unheard,
    mission_asserts_nothing,
    model_outside_tier,
    model_repeated,
    model_retired,
    name_differs_from_file,
    permissions_bypassed,
    price_differs,
    price_inverted,
    price_stale,
    prompt_empty,
    prompt_over_budget,
    reply_missing,
    score_without_effect,
    script_too_short,
    secret_in_prompt,
    signal_without_effect,
    signal_word_repeated,
    skill_name_invalid,
    step_repeated,
    step_task_empty,
    template_tokens,
    text_over_limit,
    threshold_never_met,
    thresholds_out_of_order,
    tier_dearer_than_stronger,
    tier_unreachable,
    tier_without_rationale,
    tool_denied,
    tool_repeated,
    unknown_tool,
    unreachable_agent,
    url_with_credentials,
    workload_task_repeated,
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
    skill_name_invalid,
    descriptions_collide,
    description_budget,
    text_over_limit,
    prompt_empty,
    prompt_over_budget,
    handoff_to_nobody,
    handoff_by_file_name,
    unreachable_agent,
    capability_spelt_twice,
    unknown_tool,
    tool_repeated,
    tool_denied,
    delegation_to_nobody,
    delegation_split,
    tier_without_rationale,
    agent_without_tier,
    model_outside_tier,
    model_repeated,
    model_retired,
    price_inverted,
    price_stale,
    price_differs,
    tier_dearer_than_stronger,
    cost_claim_unproven,
    workload_task_repeated,
    message_unheard,
    message_never_sent,
    chain_without_message,
    tier_unreachable,
    hard_rule_dead,
    threshold_never_met,
    signal_without_effect,
    signal_word_repeated,
    score_without_effect,
    thresholds_out_of_order,
    feature_never_carried,
    mission_asserts_nothing,
    step_task_empty,
    reply_missing,
    step_repeated,
    expectation_unreadable,
    script_too_short,
    expectation_impossible,
    agent_untested,
    budget_below_cost,
    deadline_below_latency,
    hidden_unicode,
    secret_in_prompt,
    template_tokens,
    permissions_bypassed,
    hook_runs_download,
    url_with_credentials,
    hidden_instruction,
)

RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in sorted(
        (*CODES.values(), *LINT_RULES, *LINK_RULES, *(module.RULE for module in _MODULES)), key=lambda rule: rule.code
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
