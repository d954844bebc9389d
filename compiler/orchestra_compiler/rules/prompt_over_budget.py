"""ORC209: a prompt that holds more tokens than the project allows, before anything is added to it.

A tokenizer costs more to load than all rules together, so it is asked last. Text does not come near a token for two
bytes: what is short enough by that is not looked at. Then words and signs are counted, and only where these leave a doubt
the tokens are. A model whose vendor publishes no tokenizer has a range; its low end decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from orchestra_compiler import tokens
from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.rules.context import Context

RULE = Rule(
    "ORC209", "prompt-over-budget", Family.PROMPT, Severity.WARNING, "A prompt is over the project's token budget"
)

_LEAST_BYTES = 2  # to a token of o200k_base; Markdown, code and JSON have 2.4 at the least, prose more than four
_MOST_BYTES = 4  # to a character
_LETTERS = bytes(code for code in range(128) if chr(code).isalpha()) + b" \t\n\r\x0b\x0c"
_LONGEST_WORD = 200  # bytes; longer ones are data, of which a token holds fewer letters


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield the prompts that are over `build.prompt_budget_tokens` by themselves."""
    budget = fleet.project.prompt_budget_tokens
    models = {tier.name: tier.models[0].name for tier in fleet.tiers.tiers if tier.models}
    for agent in fleet.agents:
        if len(agent.prompt) * _MOST_BYTES <= budget:
            continue
        found = _over(agent, budget, models)
        if found is not None:
            yield RULE.at(
                place_of(agent.span, agent.places, "prompt", "prompt_file"),
                f"the prompt of `{agent.name}` holds {found}; `build.prompt_budget_tokens` is {budget:,}",
                "move what it only sometimes needs into documents, or raise the budget",
            )


def _over(agent: Agent, budget: int, models: Mapping[str, str]) -> str | None:
    """Return how many tokens a prompt holds in words, or None where that is within the budget."""
    model = models.get(agent.tier or "", "")
    factor = _low_factor(model)
    if _most(agent.prompt.encode("utf-8", "replace"), budget / factor) * factor <= budget:
        return None
    counter = tokens.counter()
    count = counter.count(agent.prompt)
    low, high = tokens.range_for(model, count, counter.name) or _known_to(count, counter.name)
    if low <= budget:
        return None
    return f"{low:,} tokens" if low == high else f"{low:,} to {high:,} tokens" + (f" of `{model}`" if model else "")


def _known_to(count: int, tokenizer: str) -> tuple[int, int]:
    """Return between how many tokens a count lies by itself."""
    error = tokens.ESTIMATE_ERROR if tokenizer == tokens.ESTIMATE else 0
    return int(count * (1 - error)), int(count * (1 + error))


def _most(text: bytes, enough: float) -> float:
    """Return how many tokens a text can hold at the most; loosely where that is no more than `enough`.

    A token for each word, for each sign, figure and byte of other alphabets, and for ten bytes more: on 260 Markdown
    agents, and on as many files of Python and JSON, `o200k_base` makes at most four fifths of that.
    """
    loosely = len(text) / _LEAST_BYTES
    if loosely <= enough:
        return loosely
    words = text.split()
    if len(max(words, key=len, default=b"")) > _LONGEST_WORD:
        return loosely
    return min(loosely, len(words) + len(text.translate(None, _LETTERS)) + len(text) / 10)


@cache
def _low_factor(model: str) -> float:
    span = tokens.range_for(model, 1000) if model else None
    return 1.0 if span is None else span[0] / 1000
