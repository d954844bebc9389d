"""The options of a project's targets: known, of the right kind, and those that must be there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from orchestra_compiler.consumers import router_providers
from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import (
    TARGET_CANNOT_SAY,
    TARGET_OPTION_MISSING,
    TARGET_OPTION_UNKNOWN,
    TARGET_OPTION_WRONG,
    UNKNOWN_TIER,
    place_of,
)
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import Agent
from orchestra_compiler.naming import MARKDOWN
from orchestra_compiler.patterns import pattern
from orchestra_compiler.platforms import platforms
from orchestra_compiler.source.codes import shown
from orchestra_compiler.source.files import parts_of
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names
from orchestra_compiler.targets import TARGET_OPTIONS, OptionKind, TargetOption, written
from orchestra_compiler.tool_names import for_copilot

_URL = pattern(r"https?://[^\s/?#\x00-\x1f\"<>\\]+[^\s\x00-\x1f\"<>\\]*\Z")
_DURATION = pattern(r"[1-9][0-9]{0,5}(?:s|m|h|d|mo)\Z")
_EXAMPLES = {
    OptionKind.PATH: "write a Markdown file such as CLAUDE.md or docs/agents.md",
    OptionKind.URL: "write it such as https://agents.example.org",
    OptionKind.DURATION: "write a number and s, m, h, d or mo: 1d",
    OptionKind.URLS: "write it such as {my-host: https://llm.example.org/v1/chat/completions}",
    OptionKind.AMOUNTS: "write it such as {anthropic: 20, openai: 5.50}",
    OptionKind.TEXT: "put it in quotes",
}


class _Target(NamedTuple):
    """One target of the project, with its number in the list."""

    scope: Scope
    number: int
    name: str

    def place(self, path: str = "name") -> Span:
        """Return the place of something below the target, or of what is nearest to it."""
        project = self.scope.fleet.project
        here = f"targets.{self.number}.{self.name}"
        return place_of(project.span, project.places, f"{here}.{path}", here, f"targets.{self.number}", "targets")


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about the options of the known targets, and about what a target cannot hold."""
    for number, name in enumerate(scope.fleet.project.targets):
        if name in TARGET_OPTIONS:
            yield from _options(_Target(scope, number, name))


def _options(target: _Target) -> Iterator[Diagnostic]:
    known = TARGET_OPTIONS[target.name]
    options = written(target.scope.fleet.project, target.name)
    names = Names(known)
    for option, value in options.items():
        if option not in known:
            place = target.place(f"{option}.name")
            message = f"the target `{target.name}` has no option `{shown(option)}`"
            hint = names.hint(option, f"its options are {names.listed()}" if known else "it has none")
            yield TARGET_OPTION_UNKNOWN.at(place, message, hint, fix=rename(option, names.nearest(option), place))
        elif not _fits(value, known[option]):
            message = f"`{option}` of the target `{target.name}` must be {_wanted(known[option])}"
            yield TARGET_OPTION_WRONG.at(target.place(option), message, _hint(known[option]))
    for option, wanted in known.items():
        if wanted.required and option not in options:
            message = f"the target `{target.name}` needs the option `{option}`"
            hint = f"write {{{target.name}: {{{option}: …}}}}: {wanted.summary[:1].lower()}{wanted.summary[1:]}"
            yield TARGET_OPTION_MISSING.at(target.place(), message, hint)
    yield from _content(target, options)


def _content(target: _Target, options: dict[str, Any]) -> Iterator[Diagnostic]:
    """Yield findings of a target about the fleet that it is to be made of."""
    if target.name == "claude-code-router":
        yield from _providers(target, options)
        for option in ("default", "web_search"):
            tier = options.get(option)
            if isinstance(tier, str):
                yield from target.scope.tier(tier, target.place(option), UNKNOWN_TIER)
    if target.name == "claude-md":
        yield from _section(target, options.get("file"))
    if target.name == "copilot":
        for agent in target.scope.fleet.agents:
            yield from _copilot(agent)


def _section(target: _Target, file: object) -> Iterator[Diagnostic]:
    """Yield a finding where the section would land in a file that is a source or compiled itself."""
    fleet = target.scope.fleet
    parts = parts_of(file) if isinstance(file, str) else None
    path = "/".join(parts or ())
    if path.startswith(f"{fleet.project.out}/"):
        message = f"`{shown(path)}` lies in the output folder, whose files are compiled whole"
        yield TARGET_OPTION_WRONG.at(target.place("file"), message, "name a file outside of it")
    elif path in {agent.span.path for agent in fleet.agents}:
        message = f"`{shown(path)}` is an agent's file, and its text is the agent's prompt"
        yield TARGET_OPTION_WRONG.at(target.place("file"), message, "name a file that no agent is read from")


def _providers(target: _Target, options: Mapping[str, Any]) -> Iterator[Diagnostic]:
    given = options.get("base_urls")
    known = {*router_providers(), *(given if isinstance(given, dict) else ())}
    models = (model for tier in target.scope.fleet.tiers.tiers for model in tier.models)
    for provider in dict.fromkeys(model.provider for model in models if model.provider not in known):
        called = f"the provider `{shown(provider)}`" if provider else "a model without a provider"
        message = f"the target `{target.name}` knows no address of {called}"
        hint = "give it under `base_urls`" if provider else "give the model a `provider` in the tiers document"
        yield TARGET_OPTION_MISSING.at(target.place("base_urls"), message, hint)


def _copilot(agent: Agent) -> Iterator[Diagnostic]:
    partly = [tool for tool in agent.tools or () if for_copilot(tool) is None]
    if partly:
        number = (agent.tools or ()).index(partly[0])
        more = f" and {len(partly) - 1} more" if partly[1:] else ""
        yield TARGET_CANNOT_SAY.at(
            place_of(agent.span, agent.places, f"tools.{number}", "tools"),
            f"Copilot cannot allow a tool in part: its file of `{agent.name}` leaves out `{shown(partly[0])}`{more}",
            "allow the whole tool, or do without it there",
        )
    longest = platforms()["copilot"].limits.get("prompt", 0)
    if longest and len(agent.prompt) > longest:
        yield TARGET_CANNOT_SAY.at(
            place_of(agent.span, agent.places, "name"),
            f"the text of `{agent.name}` has {len(agent.prompt):,} characters; Copilot takes {longest:,}",
            "move a part of it to documents that the agent reads when it needs them",
        )


def _fits(value: object, option: TargetOption) -> bool:
    kind = option.kind
    if kind is OptionKind.WHOLE:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if kind is OptionKind.AMOUNT:
        return _is_amount(value)
    if kind in (OptionKind.URLS, OptionKind.AMOUNTS):
        good = _is_url if kind is OptionKind.URLS else _is_amount
        return isinstance(value, dict) and all(good(each) for each in value.values())
    return isinstance(value, str) and bool(value.strip()) and _is_text(value, option)


def _is_text(value: str, option: TargetOption) -> bool:
    if option.kind is OptionKind.CHOICE:
        return value in option.choices
    if option.kind is OptionKind.DURATION:
        return bool(_DURATION.match(value))
    if option.kind is OptionKind.URL:
        return _is_url(value)
    return option.kind is not OptionKind.PATH or (bool(parts_of(value)) and value.lower().endswith(MARKDOWN))


def _is_amount(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0


def _is_url(value: object) -> bool:
    return isinstance(value, str) and bool(_URL.match(value))


def _wanted(option: TargetOption) -> str:
    if option.kind is OptionKind.CHOICE:
        return f"one of {', '.join(f'`{choice}`' for choice in option.choices)}"
    return option.kind.value


def _hint(option: TargetOption) -> str:
    if option.kind is OptionKind.CHOICE:
        return f'write "{option.choices[0]}", in quotes'
    return _EXAMPLES.get(option.kind, "")
