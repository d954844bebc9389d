"""ORC208: a skill whose name breaks the rules of Agent Skills, so that hosts refuse to load it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.patterns import pattern
from orchestra_compiler.platforms import platform_name
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC208", "skill-name-invalid", Family.IDENTITY, Severity.WARNING, "Hosts do not load a skill of that name")

_NAME = pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield skills that are called otherwise than their folder, or with other than single words and hyphens."""
    for agent in fleet.agents:
        wrong = _wrong(agent) if platform_name(agent) == "agent-skills" else None
        if wrong is not None:
            yield RULE.at(place_of(agent.span, agent.places, "name"), *wrong)


def _wrong(agent: Agent) -> tuple[str, str] | None:
    folder = PurePosixPath(agent.span.path).parent.name
    if not _NAME.fullmatch(agent.name):
        plain = "-".join(re.findall(r"[a-z0-9]+", agent.name.lower()))
        message = f"a skill's name is lower-case words with single hyphens between them; `{agent.name}` is not"
        return message, f"write name: {plain}, and call its folder so" if plain else "choose another name"
    if folder and folder != agent.name:
        return (
            f"the skill `{agent.name}` stands in the folder `{folder}`",
            "rename one of the two; hosts ask for the same",
        )
    return None
