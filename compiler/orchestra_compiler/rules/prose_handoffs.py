"""Which agents prompts name as those that work is handed to, and which of these names no agent has.

Three ways of naming an agent are read: `@name` in prose, `@name` alone in a code span, and a hyphenated name after a
verb of handing on ("defer to database-architect"). Prose is full of hyphens and at-signs, so a name counts only with a
second sign that an agent is meant: a known agent's name is nearly the same, or the name ends as agents' names end
(`-architect`), an `@name` follows a verb of handing on, or the same prompt mentions agents that exist.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Agent, Fleet
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.rules.context import Context
from orchestra_compiler.suggestions import Names
from orchestra_compiler.text_checks import mentions
from orchestra_compiler.text_checks.prose import without_code

_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
_VERB = (
    r"(?:delegat(?:e|es|ed|ing)|hand(?:s|ed|ing)?(?: it| this| work| them)?[ -]?(?:off|over)|escalat(?:e|es|ed|ing)"
    r"|defer(?:s|red|ring)?|consult(?:s|ed|ing)?|assign(?:s|ed|ing)?|rout(?:e|es|ed|ing)|forward(?:s|ed|ing)?"
    r"|refer(?:s|red|ring)?|pass(?:es|ed|ing)?|collaborat(?:e|es|ed|ing)|coordinat(?:e|es|ed|ing)|work(?:s|ing)?"
    r"|partner(?:s|ed|ing)?|support(?:s|ed|ing)?|guid(?:e|es|ed|ing)|help(?:s|ed|ing)?|assist(?:s|ed|ing)?"
    r"|engag(?:e|es|ed|ing)|invok(?:e|es|ed|ing)|involv(?:e|es|ed|ing)|ask(?:s|ed|ing)?|call(?:s|ed|ing)?"
    r"|clarif(?:y|ies|ied|ying)|spawn(?:s|ed|ing)?|launch(?:es|ed|ing)?|use(?:s|d)?|using|send(?:s|ing)?|notif(?:y|ies))"
)
# From the last hyphen on: a search for a character is many times as fast as one for a word.
_LAST_WORD = re.compile(r"-([a-z0-9]+)(?![\w/(.=@-]*[\w/(=@])")
_WORDS_BEFORE = re.compile(r"(?<![\w/.@=-])[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")
_BEFORE_NAME = re.compile(
    rf"\b{_VERB}(?: \w+){{0,3}}?(?: (?:to|with|from|by))?(?: the)? [`*_\"]{{0,3}}$", re.IGNORECASE
)
_HANDS_ON = (
    r"(?:delegat(?:e|es|ed|ing)|hand(?:s|ed|ing)?|escalat(?:e|es|ed|ing)|defer(?:s|red|ring)?|assign(?:s|ed|ing)?"
    r"|rout(?:e|es|ed|ing)|forward(?:s|ed|ing)?|refer(?:s|red|ring)?|pass(?:es|ed|ing)?|leav(?:e|es|ing))"
)
_BEFORE_FAR_NAME = re.compile(rf"\b{_HANDS_ON}(?: [\w,/&-]+){{1,7}} to(?: the)? [`*_\"]{{0,3}}$", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:a|an|any|each|every|some|your|our|their)\b [`*_\"]*$", re.IGNORECASE)
_BEFORE_MENTION = re.compile(rf"(?:\b{_VERB}\b[^.\n]{{0,60}}|(?:→|->|=>)\s*)[`*_\"]*$", re.IGNORECASE)
_CODE_MENTION = re.compile(rf"(?<!`)`@(?P<name>{_NAME})`(?!`)")
_SUBAGENT = re.compile(rf"subagent_type[\"']?\s*[:=]\s*[\"'](?:[\w-]+:)?(?P<name>{_NAME})[\"']")

_ROLES = frozenset(
    [
        "administrator",
        "admin",
        "agent",
        "analyst",
        "architect",
        "auditor",
        "builder",
        "coordinator",
        "debugger",
        "designer",
        "developer",
        "engineer",
        "expert",
        "manager",
        "optimizer",
        "orchestrator",
        "planner",
        "pro",
        "researcher",
        "reviewer",
        "specialist",
        "tester",
        "writer",
    ]
)
_BUILT_IN = frozenset({"claude-code-guide", "general-purpose", "output-style-setup", "statusline-setup"})
_PLACEHOLDER = re.compile(
    r"(?:^|-)(?:name|names|your|some|other|another|next|target|example|placeholder|foo|bar|baz|xxx|xyz|x|n|id|type|here|re|non"
    r"|sub|multi|single|cross|custom|team|teams|user|users|oncall|\d+)(?:-|$)"
)
_MOST_SEARCHES = 400  # here a near miss is what makes a finding, so more are looked for
_FARTHEST = 80  # characters
_A_TEAM = 2  # mentions of agents that exist, after which an unknown one is meant as such
_NEAR_SINGLE = 5  # letters; a shorter plain word after an at-sign resembles too much


class _Reference(NamedTuple):
    """A stretch of a prompt that names an agent; `certain` where the way it is written leaves no doubt."""

    name: str
    start: int
    end: int
    mention: bool
    certain: bool


class Unknown(NamedTuple):
    """A name that a prompt hands work to and that no agent has.

    Attributes:
        agent: Whose prompt it is.
        span: The first place of the name.
        times: How often the prompt names it.
        owners: Agents that a file of that name holds under another one.
        near: Agents whose names are nearly the same, the nearest first.
    """

    agent: Agent
    name: str
    span: Span
    times: int
    owners: tuple[str, ...]
    near: tuple[str, ...]

    @property
    def often(self) -> str:
        """How often, as the end of a message; nothing for once."""
        return f", {self.times} times" if self.times > 1 else ""


def unknown_names(fleet: Fleet, context: Context) -> Sequence[Unknown]:
    """Return, for each agent, the names in its prompt that no agent has."""
    return context.once("handoffs to unknown names", lambda: tuple(_unknown_names(fleet, context)))


def _unknown_names(fleet: Fleet, context: Context) -> Iterator[Unknown]:
    broken = [name.removeprefix("agent:") for name in fleet.broken if name.startswith("agent:")]
    names = Names(sorted(fleet.agent_by_name), [*broken, *_BUILT_IN], most_searches=_MOST_SEARCHES)
    files: dict[str, list[str]] = {}
    for agent in fleet.agents:
        files.setdefault(name_in_path(agent.span.path), []).append(agent.name)
    ends = _ROLES | {name.rsplit("-", 1)[1] for name in fleet.agent_by_name if "-" in name}
    for agent in fleet.agents:
        for name, found in _missing(agent, names, ends).items():
            span = context.locate(context.prompt(agent), found[0].start, found[0].end)
            yield Unknown(agent, name, span, len(found), tuple(files.get(name, ())), names.near(name))


def _missing(agent: Agent, names: Names, ends: frozenset[str]) -> Mapping[str, Sequence[_Reference]]:
    missing: dict[str, list[_Reference]] = {}
    found_here = references(agent.prompt, ends)
    team = sum(reference.mention and _known(reference.name, names) for reference in found_here) >= _A_TEAM
    for reference in found_here:
        if not _known(reference.name, names) and _meant(reference, names, ends, team=team):
            missing.setdefault(reference.name, []).append(reference)
    return missing


def references(prompt: str, ends: Container[str]) -> list[_Reference]:
    """Return the stretches that may name an agent, in the order of the text, one for each place.

    Args:
        prompt: Markdown.
        ends: Last words of hyphenated names that agents have; others do not count without an at-sign.
    """
    found: dict[int, _Reference] = {}
    prose = ""  # made where something is found: most prompts name nobody
    for mention in mentions.scan(prompt) if "@" in prompt else ():
        prose = prose or without_code(prompt)
        certain = _BEFORE_MENTION.search(_line_before(prose, mention.start)) is not None
        found[mention.start + 1] = _Reference(mention.what, mention.start, mention.end, mention=True, certain=certain)
    for match in _CODE_MENTION.finditer(prompt) if "`@" in prompt else ():
        found.setdefault(match.start("name"), _reference(match, mention=True))
    for match in _LAST_WORD.finditer(prompt):
        start = _start_of_name(prompt, match.start()) if match[1] in ends else -1
        if start < 0 or not _follows_verb(_line_before(prompt, start)):
            continue
        prose = prose or without_code(prompt)
        if _is_handed(prompt, prose, start, match.end()):
            name = prompt[start : match.end()]
            found.setdefault(start, _Reference(name, start, match.end(), mention=False, certain=False))
    for match in _SUBAGENT.finditer(prompt):
        found[match.start("name")] = _reference(match, certain=True)
    return [found[start] for start in sorted(found)]


def _reference(match: re.Match[str], *, mention: bool = False, certain: bool = False) -> _Reference:
    return _Reference(match["name"], *match.span("name"), mention=mention, certain=certain)


def _start_of_name(prompt: str, end: int) -> int:
    """Return where the name begins whose last hyphen stands at `end`; -1 where that is no name."""
    first = max(0, end - _FARTHEST)
    match = _WORDS_BEFORE.search(prompt[first:end])
    return first + match.start() if match else -1


def _is_handed(prompt: str, prose: str, start: int, end: int) -> bool:
    """Return whether a verb of handing on stands before a name in prose, or before one alone in a code span."""
    if prose[start] == " ":
        if prompt[start - 1 : start] != "`" or prompt[end : end + 1] != "`":
            return False
        start -= 1
    before = _line_before(prose, start)
    return _follows_verb(before) and _ARTICLE.search(before) is None


def _follows_verb(before: str) -> bool:
    """Return whether a verb of handing on stands near before a name, or farther where `to` stands between."""
    return _BEFORE_NAME.search(before) is not None or _BEFORE_FAR_NAME.search(before) is not None


def _line_before(prose: str, place: int) -> str:
    """Return what stands before a place in its line, as far as a verb may stand away."""
    return prose[max(prose.rfind("\n", 0, place) + 1, place - _FARTHEST) : place]


def _known(name: str, names: Names) -> bool:
    return name in names or name.removeprefix("agent-") in names


def _meant(reference: _Reference, names: Names, ends: frozenset[str], *, team: bool) -> bool:
    """Return whether a second sign says that an agent is meant; `team`: the prompt mentions agents that exist."""
    name = reference.name
    if _PLACEHOLDER.search(name):
        return False
    if reference.certain:
        return True
    if "-" not in name:
        return len(name) >= _NEAR_SINGLE and bool(names.near(name))
    if name.rsplit("-", 1)[1] in ends:
        return True
    return reference.mention and (team or bool(names.near(name)))
