"""The agents side by side: who came, who went, who was renamed, re-tiered, or may do more or less than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import FieldChange, Finding, ItemChange
from orchestra_compiler.diff.items import compared, field_changes
from orchestra_compiler.diff.words import Kind, Turn
from orchestra_compiler.model import Agent, Fleet

_PROSE = ("description", "rationale", "prompt")
_ELSEWHERE = ("source_format", "tools", "tier")
_ALL_TOOLS = "all tools"


def agent_changes(old: Fleet, new: Fleet) -> tuple[ItemChange, ...]:
    """Return the agents that are not what they were, sorted by name; a renamed one counts once, by its new name."""
    ranks = {name: place for place, name in enumerate((*old.tiers.names(), *new.tiers.names()))}

    def changes(before: Agent, after: Agent) -> Sequence[FieldChange]:
        return tuple(_fields(before, after, ranks))

    found = {each.name: each for each in compared(old.agent_by_name, new.agent_by_name, changes)}
    for was, name in _renamed(found, old, new):
        del found[was]
        fields = tuple(changes(old.agent_by_name[was], new.agent_by_name[name]))
        found[name] = ItemChange(name=name, kind=Kind.RENAMED, was=was, fields=fields)
    return tuple(_with_tier(found[name], old, new) for name in sorted(found))


def _with_tier(change: ItemChange, old: Fleet, new: Fleet) -> ItemChange:
    """Return the change with the tier of an agent that came or went."""
    if change.kind is Kind.ADDED:
        tier = FieldChange(name="tier", after=new.agent_by_name[change.name].tier or "")
    elif change.kind is Kind.REMOVED:
        tier = FieldChange(name="tier", before=old.agent_by_name[change.name].tier or "")
    else:
        return change
    return replace(change, fields=(tier,) if tier.before or tier.after else ())


def agent_findings(old: Fleet, new: Fleet, changes: Sequence[ItemChange]) -> Iterator[Finding]:
    """Yield what the agents' changes break."""
    for change in changes:
        if change.kind is Kind.REMOVED:
            yield rules.AGENT_NO_DELETE.at(change.name, f"the agent {change.name} is gone")
        elif change.kind is Kind.RENAMED:
            yield rules.AGENT_NO_DELETE.at(change.was, f"the agent {change.was} seems to be called {change.name} now")
        tools = change.field("tools")
        if tools is not None and tools.turn in (Turn.WIDENED, Turn.EXCHANGED):
            more = ", ".join(tools.added) or tools.after
            yield rules.TOOLS_NO_WIDEN.at(change.name, f"the agent {change.name} may use more: {more}")
    for capability in sorted(old.agents_by_capability.keys() - new.agents_by_capability.keys()):
        offered = ", ".join(agent.name for agent in old.agents_by_capability[capability])
        yield rules.CAPABILITY_NO_ORPHAN.at(
            capability, f"nobody offers the capability {capability} any longer ({offered} did)"
        )
    yield from _traffic(old, new)


def _fields(before: Agent, after: Agent, ranks: Mapping[str, int]) -> Iterator[FieldChange]:
    if before.tier != after.tier:
        was, now = ranks.get(before.tier or ""), ranks.get(after.tier or "")
        turn = None if was is None or now is None else Turn.RAISED if now > was else Turn.LOWERED
        yield FieldChange(name="tier", before=before.tier or "", after=after.tier or "", turn=turn)
    if before.tools != after.tools:
        yield _tools(before.tools, after.tools)
    yield from field_changes(before, after, skip=(*_ELSEWHERE, *_PROSE))
    yield from (FieldChange(name=name) for name in _PROSE if getattr(before, name) != getattr(after, name))


def _tools(before: tuple[str, ...] | None, after: tuple[str, ...] | None) -> FieldChange:
    old, new = before or (), after or ()
    added = tuple(tool for tool in new if tool not in old)
    removed = tuple(tool for tool in old if tool not in new)
    wider = after is None or (before is not None and any(not _covered(tool, old) for tool in added))
    narrower = before is None or (after is not None and any(not _covered(tool, new) for tool in removed))
    turn = {(True, True): Turn.EXCHANGED, (True, False): Turn.WIDENED, (False, True): Turn.NARROWED}.get(
        (wider, narrower)
    )
    return FieldChange(
        name="tools",
        before=_ALL_TOOLS if before is None else "",
        after=_ALL_TOOLS if after is None else "",
        added=added,
        removed=removed,
        turn=turn,
    )


def _covered(tool: str, allowed: Sequence[str]) -> bool:
    """Return whether a tool or pattern is allowed already, by a pattern or without its arguments (`Bash(git:*)`)."""
    return any(fnmatchcase(tool, pattern) or tool.partition("(")[0] == pattern for pattern in allowed)


def _renamed(found: Mapping[str, ItemChange], old: Fleet, new: Fleet) -> Iterator[tuple[str, str]]:
    """Yield old and new names of agents that went and came with the same prompt, where that is the only such pair."""
    gone: dict[str, list[str]] = {}
    came: dict[str, list[str]] = {}
    for change in found.values():
        if change.kind is Kind.REMOVED:
            gone.setdefault(old.agent_by_name[change.name].prompt.strip(), []).append(change.name)
        elif change.kind is Kind.ADDED:
            came.setdefault(new.agent_by_name[change.name].prompt.strip(), []).append(change.name)
    for prompt, names in gone.items():
        others = came.get(prompt, [])
        if prompt and len(names) == 1 and len(others) == 1:
            yield names[0], others[0]


def _traffic(old: Fleet, new: Fleet) -> Iterator[Finding]:
    """Yield message types that an agent stopped to accept while others send them, and those nobody sends now."""
    sent_before, sent = _senders(old), _senders(new)
    for name, agent in sorted(new.agent_by_name.items()):
        before = old.agent_by_name.get(name)
        for kind in sorted(set(before.accepts) - set(agent.accepts)) if before is not None else ():
            others = [sender for sender in sent.get(kind, ()) if sender != name]
            if others:
                who = f"{', '.join(others[:3])}{' and others' if len(others) > 3 else ''}"  # noqa: PLR2004
                verb = "send" if len(others) > 1 else "sends"
                yield rules.ACCEPT_NO_DELETE.at(
                    name, f"{name} does not accept {kind} any longer, but {who} still {verb} it"
                )
    accepted = {kind for agent in new.agent_by_name.values() for kind in agent.accepts}
    for kind in sorted(accepted & (sent_before.keys() - sent.keys())):
        yield rules.ACCEPT_NO_ORPHAN.at(kind, f"nobody sends {kind} any longer, which some still accept")


def _senders(fleet: Fleet) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, agent in sorted(fleet.agent_by_name.items()):
        for kind in agent.sends:
            found.setdefault(kind, []).append(name)
    return found
