"""The targets by name, with their options: data that the link step checks without loading the emitters."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from orchestra_compiler.model import Project

USUAL = ("cases", "messages", "prompts", "routing-table")
"""What a project compiles to that names no targets."""


class OptionKind(enum.StrEnum):
    """What an option of a target holds."""

    TEXT = "text"
    CHOICE = "one of its words"
    PATH = "a path below the project's folder"
    URL = "a URL that starts with http:// or https://"
    WHOLE = "a whole number, 0 or more"
    AMOUNT = "an amount of US dollars, 0 or more"
    DURATION = "a duration such as 30s, 12h, 7d or 1mo"
    URLS = "a URL per provider"
    AMOUNTS = "an amount of US dollars per provider"


class TargetOption(NamedTuple):
    """One option of a target.

    Attributes:
        summary: What it says, in one line, without a full stop.
        default: What holds without it; None where the emitter finds the value in the project, or does without.
        choices: The words of a choice.
    """

    kind: OptionKind
    summary: str
    default: str | int | None = None
    required: bool = False
    choices: tuple[str, ...] = ()


_Options = Mapping[str, TargetOption]

_BODY = TargetOption(
    OptionKind.CHOICE,
    "The text below the front matter: the agent's own (`source`), or the compiled prompt",
    "source",
    choices=("source", "prompt"),
)
_CLAUDE_CODE: _Options = {
    "body": _BODY,
    "model": TargetOption(
        OptionKind.CHOICE,
        "How `model:` names the tier: by the tier's alias where Claude Code knows it, or by the full id",
        "alias",
        choices=("alias", "id"),
    ),
}
_LITELLM: _Options = {
    "allowed_fails": TargetOption(OptionKind.WHOLE, "Failures a minute before a model rests", 3),
    "budget_duration": TargetOption(OptionKind.DURATION, "The time that `max_budget` is for", "1d"),
    "cooldown_time": TargetOption(OptionKind.WHOLE, "How long a model rests, in seconds", 30),
    "max_budget": TargetOption(
        OptionKind.AMOUNT, "The most the proxy may spend; without it, `suite.budget_usd` of the gates"
    ),
    "num_retries": TargetOption(
        OptionKind.WHOLE, "Further attempts with the same model; without it, `escalation.self` of the gates less one"
    ),
    "provider_budgets": TargetOption(OptionKind.AMOUNTS, "The most that each provider may be paid in that time"),
}
_ROUTER: _Options = {
    "base_urls": TargetOption(OptionKind.URLS, "Where a provider's API is, for those we know no address of"),
    "default": TargetOption(OptionKind.TEXT, "The tier of ordinary requests; without it, the tiers' `default`"),
    "long_context_threshold": TargetOption(
        OptionKind.WHOLE, "Tokens above which `longContext` answers; without it, from the windows of the models"
    ),
    "web_search": TargetOption(OptionKind.TEXT, "The tier whose first model searches the web"),
}
_A2A: _Options = {
    "protocol": TargetOption(OptionKind.CHOICE, "The version of the A2A protocol", "1.0", choices=("1.0", "0.3")),
    "url": TargetOption(OptionKind.URL, "Where the agents are served; each at `URL/NAME`", required=True),
    "version": TargetOption(OptionKind.TEXT, "The version of the agents", "1.0.0"),
}

TARGET_OPTIONS: Mapping[str, _Options] = MappingProxyType(
    {
        "a2a": _A2A,
        "cases": {},
        "catalogue": {},
        "claude-code": _CLAUDE_CODE,
        "claude-code-router": _ROUTER,
        "claude-md": {"file": TargetOption(OptionKind.PATH, "The file that gets the section", "CLAUDE.md")},
        "copilot": {"body": _BODY},
        "litellm": _LITELLM,
        "map": {},
        "messages": {},
        "prompts": {},
        "routing-table": {},
    }
)
"""Target -> option -> what it holds."""

TARGETS = tuple(TARGET_OPTIONS)
"""Each is the name of an emitter."""


def written(project: Project, target: str) -> dict[str, Any]:
    """Return a target's options as the project writes them, numbers exact."""
    text = project.target_options.get(target)
    found = json.loads(text, parse_float=Decimal) if text else {}
    return found if isinstance(found, dict) else {}
