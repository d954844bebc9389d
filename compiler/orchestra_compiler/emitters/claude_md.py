"""The routing section of a CLAUDE.md: which agent does which work, on which tier, and where it goes when it fails.

It is short on purpose, since every session reads it: an agent gets one line, its capabilities where it has some and the
first words of its description where it has none. The file around the section is somebody else's and stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.built import Built, Section
from orchestra_compiler.emitters import policy_words
from orchestra_compiler.emitters.agents import agents_of, by_tier, model_name
from orchestra_compiler.emitters.plain_text import code, first_sentence, markdown
from orchestra_compiler.emitters.settings import settings
from orchestra_compiler.model import Agent, Fleet, Tier

_LONGEST_LINE = 110
_MOST_CAPABILITIES = 6


def emit(built: Built) -> Iterator[Section]:
    """Yield the one section."""
    fleet = built.fleet
    lines = ["## Agents of this project", "", *_agents(fleet), *_routing(fleet), *_escalation(fleet)]
    content = "\n".join(lines).rstrip("\n") + "\n"
    yield Section(settings(fleet, "claude-md").text("file"), "claude-md", content.encode())


def _agents(fleet: Fleet) -> Iterator[str]:
    yield "Give each piece of work to the agent that it fits, by name. Weakest tier first."
    yield ""
    for group in sorted(by_tier(fleet), key=lambda group: (group.tier is None, group.number)):
        yield f"### {'No tier of their own' if group.tier is None else _tier(group.tier)}"
        yield ""
        yield from (f"- {code(agent.name)}: {_work(agent)}" for agent in group.agents)
        yield ""


def _tier(tier: Tier) -> str:
    model = f" ({code(model_name(tier))})" if model_name(tier) else ""
    about = f": {markdown(tier.description.rstrip('.'))}" if tier.description else ""
    return f"{code(tier.name)}{model}{about}"


def _work(agent: Agent) -> str:
    if not agent.capabilities:
        return markdown(first_sentence(agent.description, _LONGEST_LINE)) or "says nothing about itself"
    more = len(agent.capabilities) - _MOST_CAPABILITIES
    named = ", ".join(markdown(capability) for capability in agent.capabilities[:_MOST_CAPABILITIES])
    return f"{named} and {more} more" if more > 0 else named


def _routing(fleet: Fleet) -> Iterator[str]:
    policy = fleet.routing
    hard = list(policy_words.hard_rules(policy))
    scores = policy_words.thresholds(fleet)
    if not hard and not scores:
        return
    yield from ("### Which tier the work needs", "")
    if hard:
        yield from ("The first of these that holds decides:", "")
        yield from (f"{number}. {line}" for number, line in enumerate(hard, 1))
        yield ""
    if scores:
        yield f"{'Otherwise points' if hard else 'Points'} add up to a tier: {scores}."
        yield ""
        yield from (f"- {line}" for line in policy_words.signals(policy))
        yield ""
    yield from (policy_words.agent_tier(policy), "")


def _escalation(fleet: Fleet) -> Iterator[str]:
    yield from ("### When work fails", "")
    chain = " → ".join(code(name) for name in fleet.tiers.escalation)
    if len(fleet.tiers.escalation) > 1:
        yield f"Tiers climb {chain}. {policy_words.attempts(fleet.gates)}"
    else:
        yield policy_words.attempts(fleet.gates)
    yield ""
    above: dict[str, list[str]] = {}
    for agent in agents_of(fleet):
        if agent.coordinator in fleet.agent_by_name:
            above.setdefault(agent.coordinator or "", []).append(agent.name)
    for name in sorted(above):
        yield f"- To {code(name)}: from {', '.join(code(each) for each in sorted(above[name]))}."
