"""Cases of kind `prompt`: what an agent's spec says must be found in the prompt that was compiled from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType

from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.naming import file_name


def generate(fleet: Fleet, shown: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> tuple[Case, ...]:
    """Return one case per agent, sorted by id.

    The expected texts come from the spec, the prompt from the template: a template that forgets the boundaries, or a
    prompt file that was edited after the compile, fails its case.

    Args:
        fleet: The project's fleet.
        shown: Agent -> the message types that its prompt must show a valid example of.
    """
    budget = fleet.project.prompt_budget_tokens
    cases = (_case(agent, budget, shown.get(agent.name, ())) for agent in fleet.agent_by_name.values())
    return tuple(sorted(cases, key=lambda case: case.id))


def _case(agent: Agent, budget: int, shown: tuple[str, ...]) -> Case:
    says = [agent.prompt.strip(), *agent.boundaries, *agent.accepts, *agent.sends]
    if agent.coordinator:
        says.append(agent.coordinator)
    data = {"says": [_unix(text) for text in says if text], "most_tokens": budget}
    if shown:
        data["examples"] = list(shown)
    return Case(
        id=f"prompt/{file_name(agent.name)}",
        kind="prompt",
        scenario="the compiled prompt says what the spec says",
        component=agent.name,
        expected="complete",
        rule="prompt-complete",
        agents=(agent.name,),
        tier=agent.tier or "",
        data=json.dumps(data, ensure_ascii=False),
        span=agent.span,
    )


def _unix(text: str) -> str:
    """Return a text with the line ends that compiled prompts have, whatever those of the spec are."""
    return text.replace("\r\n", "\n")
