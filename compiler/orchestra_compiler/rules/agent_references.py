"""Finds the places of a prompt that may name an agent, and judges each by the words around it.

Read are `@name` in prose, `@name` alone in a code span, a hyphenated name after a verb of handing on ("defer to
database-architect"), one that is called an agent ("the `code-searcher` agent"), the value of `Target agent:` and that of
`subagent_type`, the last in code as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from orchestra_compiler.model import Agent
from orchestra_compiler.patterns import pattern
from orchestra_compiler.rules.agent_names import Ending, Endings, is_placeholder, sounds_like_somebody
from orchestra_compiler.suggestions import Names
from orchestra_compiler.text_checks import Found, handing_on, mentions
from orchestra_compiler.text_checks.handing_on import Handing
from orchestra_compiler.text_checks.prose import Prose

_NAME = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+"
# From the last hyphen on: a search for a character is many times as fast as one for a word.
_LAST_WORD = pattern(r"-([a-z0-9]+)(?![\w/(.=@-]{0,80}[\w/(=@])")
_WORDS = pattern(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_OF_WORDS = "abcdefghijklmnopqrstuvwxyz0123456789-"
_GLUED = pattern(r"[\w/.@=]")  # before a name, it makes a path, an address or a longer word of it
_HYPHENATED = pattern(rf"(?<![\w/.@=-]){_NAME}(?![\w-])")
_CODE_MENTION = pattern(rf"(?<!`)`@(?P<name>{_NAME})`(?!`)")
_SUBAGENT = pattern(rf"subagent_type[\"']?\s*[:=]\s*[\"'](?:[\w-]+:)?(?P<name>{_NAME})[\"']")
_TARGET = pattern(rf"\b[Tt]arget [Aa]gent\**:\** +[`*]{{0,2}}(?P<name>{_NAME})(?![\w/.=@-])")
_MARKS = ("`", "*")
_FARTHEST = 80  # characters
_MOST_AFTER = 24  # characters that say what a name is


class Kind(Enum):
    """What the words around a name make of it: `TOLD` an agent, `THING` something else; a bare mention says neither."""

    TOLD = auto()
    MENTION = auto()
    THING = auto()


class Reference(NamedTuple):
    """A stretch of a prompt that names an agent, or may."""

    name: str
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Known:
    """The agents' names, and what their last words say."""

    names: Names
    endings: Endings

    def __contains__(self, name: object) -> bool:
        """Return whether an agent has the name, in Claude Code's long form as well."""
        return name in self.names or (isinstance(name, str) and name.removeprefix("agent-") in self.names)


class Reader:
    """Reads an agent's prompt for names of agents.

    Args:
        agent: Whose prompt it is.
        known: The names that are known; without an at-sign only other ones are looked for.
    """

    def __init__(self, agent: Agent, known: Known) -> None:
        self._own_name = agent.name
        self._prompt = agent.prompt
        self._known = known
        self._prose = Prose(agent.prompt)
        self._in_company: dict[int, bool] = {}  # by the paragraph's offset
        self._last = (0, "")

    def references(self) -> list[Reference]:
        """Return the stretches that may name an agent, in the order of the text, one for each place."""
        found: dict[int, Reference] = {}
        for reference in (*self._mentions(), *self._handed(), *self._targets()):
            found.setdefault(reference.start, reference)
        return [found[start] for start in sorted(found)]

    def _mentions(self) -> Iterator[Reference]:
        for mention in mentions.scan(self._prompt, self._prose):
            yield Reference(mention.what, mention.start, mention.end, self._kind(mention))
        for match in _CODE_MENTION.finditer(self._prompt) if "`@" in self._prompt else ():
            if match["name"] not in mentions.NOT_AGENTS:
                yield Reference(match["name"], *match.span("name"), Kind.MENTION)

    def _kind(self, mention: Found) -> Kind:
        if mention.what in self._known:  # what the words around it say matters to nobody
            return Kind.MENTION
        if handing_on.names_a_thing(self._after(mention.end)):
            return Kind.THING
        return Kind.TOLD if self._is_told(mention.start, mention.end, mention.what) else Kind.MENTION

    def _handed(self) -> Iterator[Reference]:
        for match in _LAST_WORD.finditer(self._prompt):
            marked = self._prompt.startswith(_MARKS, match.end())
            after = self._after(match.end())
            telling = match[1] in self._known.endings or ("gent" in after.lower() and handing_on.is_called_agent(after))
            if not telling and not marked:
                continue
            start = self._start_of_name(match.start())
            name = self._prompt[start : match.end()]
            if start < 0 or name in self._known or is_placeholder(name):
                continue
            before = _line_before(self._prompt, start)
            if not telling and not handing_on.ends_with_preposition(before):
                continue
            if handing_on.follows_verb(before) and self._is_handed(name, start, match.end()):
                yield Reference(name, start, match.end(), Kind.TOLD)

    def _targets(self) -> Iterator[Reference]:
        for match in _SUBAGENT.finditer(self._prompt) if "subagent_type" in self._prompt else ():
            yield Reference(match["name"], *match.span("name"), Kind.TOLD)
        for match in _TARGET.finditer(self._prompt) if "arget " in self._prompt else ():
            says = self._known.endings.of(match["name"]) > Ending.NOTHING or sounds_like_somebody(match["name"])
            if says and self._in_words(*match.span("name")) is not None:
                yield Reference(match["name"], *match.span("name"), Kind.TOLD)

    def _start_of_name(self, end: int) -> int:
        """Return where the name begins whose last hyphen stands at `end`; -1 where that is no name."""
        first = max(0, end - _FARTHEST)
        start = first + len(self._prompt[first:end].rstrip(_OF_WORDS))
        glued = start > 0 and (start == first or _GLUED.match(self._prompt, start - 1))
        return start if not glued and _WORDS.fullmatch(self._prompt, start, end) else -1

    def _is_handed(self, name: str, start: int, end: int) -> bool:
        """Return whether the words around a name without an at-sign say that work is handed to its bearer."""
        before = self._in_words(start, end)
        force = Handing.NOT if before is None else handing_on.handing(before)
        after = self._after(end)
        if force is Handing.NOT or not handing_on.names_somebody(after):
            return False
        ending = self._known.endings.of(name)
        marked = self._prompt.startswith(_MARKS, end)
        if ending is Ending.PERSON:
            return True
        called = handing_on.is_called_agent(after)
        if called or force is Handing.SURELY:
            return ending is Ending.TRADE or ((called or marked) and sounds_like_somebody(name))
        return ending is Ending.TRADE and self._has_company(start)

    def _in_words(self, start: int, end: int) -> str | None:
        """Return what stands before a name in its line of prose; `None` for a name within code."""
        offset, paragraph = self._paragraph(start)
        if paragraph[start - offset] == " ":
            if self._prompt[start - 1 : start] != "`" or self._prompt[end : end + 1] != "`":
                return None
            start -= 1
        return _line_before(paragraph, start - offset)

    def _is_told(self, start: int, end: int, name: str) -> bool:
        offset, paragraph = self._paragraph(start)
        return handing_on.hands_to_mention(_line_before(paragraph, start - offset), name, self._after(end))

    def _has_company(self, place: int) -> bool:
        """Return whether the paragraph names an agent that exists, other than this one."""
        offset, paragraph = self._paragraph(place)
        if offset not in self._in_company:
            text = self._prompt[offset : offset + len(paragraph)]
            found = (match[0] for match in _HYPHENATED.finditer(text))
            self._in_company[offset] = any(name != self._own_name and name in self._known.names for name in found)
        return self._in_company[offset]

    def _paragraph(self, place: int) -> tuple[int, str]:
        """Return the offset and the prose of the paragraph around a place; mostly the last one that was asked for."""
        offset, paragraph = self._last
        if not offset <= place < offset + len(paragraph):
            self._last = self._prose.paragraph(place)
        return self._last

    def _after(self, end: int) -> str:
        return self._prompt[end : end + _MOST_AFTER]


def _line_before(prose: str, place: int) -> str:
    """Return what stands before a place in its line, as far as a verb may stand away."""
    return prose[max(prose.rfind("\n", 0, place) + 1, place - _FARTHEST) : place]
