"""Agents as Markdown files with front matter, as Claude Code and its like keep them.

The body is the prompt, character by character. Keys this language does not know are kept in `extra`; those that the
sub-agents page of Claude Code's documentation lists pass in silence, others are told as information. Claude Code's
`hooks` is a mapping of events: their names are the agent's hooks, the mapping itself goes to `extra`. Its `memory`, when
one of three scopes, says where memory is kept, not which namespace it has, and goes to `extra` too. An agent that may
call only certain others (`tools: Agent(worker)`) hands off to these, unless it has a key `handoffs` of ours.
"""

from __future__ import annotations

from typing import Any

from orchestra_compiler.frontends import delegation, names
from orchestra_compiler.frontends.agent import shared_fields
from orchestra_compiler.frontends.candidate import Candidate
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.frontends.front_matter import OUR_KEYS, Dialect, judged, kept, memory_and_hooks
from orchestra_compiler.model import Agent
from orchestra_compiler.source import markdown
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.text import Text

NAME = "claude-code"
DOCUMENTED_KEYS = frozenset(
    {"background", "color", "disallowedTools", "effort", "initialPrompt", "isolation", "maxTurns", "mcpServers"}
    | {"omitClaudeMd", "permissionMode", "skills"}
)
"""Keys of Claude Code's sub-agents that have no field in the model."""
_DIALECT = Dialect(
    schema="agent-front-matter",
    own=OUR_KEYS,
    documented=DOCUMENTED_KEYS,
    texts=("name", "description", "tier", "rationale", "coordinator", "model", "memory", "color"),
)
_SIGNS = frozenset({"tools", "model", "tier", "capabilities", "coordinator", "disallowedTools", "permissionMode"})
_OF_A_COMMAND = frozenset({"allowed-tools", "argument-hint", "layout", "title"})


def fits(candidate: Candidate) -> bool:
    """Return whether a Markdown file is an agent: its front matter names or describes one.

    A slash command, a page of a web site, or a README without front matter is none.
    """
    if not candidate.is_markdown:
        return False
    front = candidate.page.front.value
    if "name" in front:
        return True
    if "/commands/" in f"/{candidate.path}":
        return False
    return not _SIGNS.isdisjoint(front) or ("description" in front and _OF_A_COMMAND.isdisjoint(front))


def build(text: Text) -> Built[Agent]:
    """Build the agent of a Markdown text. Only a known key with a value of the wrong type, or twice, breaks it."""
    return build_page(markdown.read(text))


def build_page(page: markdown.Page) -> Built[Agent]:
    """Build the agent of a Markdown page."""
    found = judged(page, _DIALECT)
    stem = page.front.text.path.rpartition("/")[2].removesuffix(".md").removesuffix(".agent")
    name, mended = names.of_document(page.front, stem)
    found += mended
    if has_errors(found):
        return Built(None, found, name)
    return Built(_agent(page, name), found, name)


def _agent(page: markdown.Page, name: str) -> Agent:
    data = page.front.value
    fields, also_kept = memory_and_hooks(data)
    shared: dict[str, Any] = shared_fields(data)
    more = {"prompt": (page.start, len(page.front.text.content))}
    called = {} if "handoffs" in data else delegation.in_tools(shared["tools"], page.front)
    if called:
        shared["handoffs"] = tuple(called)
        more |= {f"handoffs.{number}": spot for number, spot in enumerate(called.values())}
        more["handoffs"] = data.spot("tools")
    return Agent(
        name=name,
        prompt=page.body,
        source_format=NAME,
        model=data.get("model"),
        extra=kept(data, OUR_KEYS, *also_kept),
        span=page.front.span,
        places=LazyPlaces(page.front.text, data, more),
        **fields,
        **shared,
    )
