"""Which formats of agents are read, and how a file shows which of them it is written in.

To add a format, write a module with `NAME` (what `Agent.source_format` says), `fits` (whether a `Candidate` is written in it,
judged by its path or by the keys at its top, never by a guess at its prose) and `build` (the agents it defines, each a
`Built` with its findings; one broken agent never hides another), and name it in `FORMATS`. The first format that fits is
the file's. A format of several agents to a file sets `own_names`. Its values are judged by a schema of
`orchestra_spec/schemas`, named in `source.validation.FOREIGN_KINDS`, and its keys are explained in
`docs/reference/agent-formats.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from orchestra_compiler.diagnostic import Severity
from orchestra_compiler.frontends import agent, agent_spec, claude_code, copilot, crewai, docker_agent, skill
from orchestra_compiler.frontends.candidate import Candidate, ReadFile
from orchestra_compiler.frontends.common import Built
from orchestra_compiler.frontends.documents import build_each
from orchestra_compiler.model import Agent
from orchestra_compiler.naming import name_in_path
from orchestra_compiler.source.codes import fault
from orchestra_compiler.source.text import Text, decode


class Format(NamedTuple):
    """One format of agent definitions.

    Attributes:
        name: What `Agent.source_format` says of its agents.
        title: What people call it.
        patterns: Where its files usually lie, as patterns relative to a repository's root.
        fits: Whether a file is written in it.
        build: The agents that a file defines; what is wrong with the file itself is a `Built` of nothing.
        own_names: Whether the names in a file mean nothing outside of it, so that two files may use the same.
    """

    name: str
    title: str
    patterns: tuple[str, ...]
    fits: Callable[[Candidate], bool]
    build: Callable[[Candidate, ReadFile], Sequence[Built[Agent]]]
    own_names: bool = False


FORMATS: tuple[Format, ...] = (
    Format(
        name=skill.NAME,
        title="Agent Skills",
        patterns=(
            ".agents/skills/**/SKILL.md",
            ".claude/skills/**/SKILL.md",
            ".github/skills/**/SKILL.md",
            "plugins/*/skills/**/SKILL.md",
            "skills/**/SKILL.md",
        ),
        fits=skill.fits,
        build=lambda candidate, _: [skill.build(candidate)],
    ),
    Format(
        name=copilot.NAME,
        title="GitHub Copilot custom agents",
        patterns=(
            ".github/agents/**/*.md",
            ".github/chatmodes/**/*.md",
            "agents/**/*.agent.md",
            "chatmodes/**/*.chatmode.md",
        ),
        fits=copilot.fits,
        build=lambda candidate, _: [copilot.build(candidate)],
    ),
    Format(
        name=claude_code.NAME,
        title="Claude Code sub-agents",
        patterns=(".claude/agents/**/*.md", "agents/**/*.md", "plugins/*/agents/**/*.md"),
        fits=claude_code.fits,
        build=lambda candidate, _: [claude_code.build_page(candidate.page)],
    ),
    Format(
        name=agent_spec.NAME,
        title="Open Agent Specification",
        patterns=("agents/**/*.json", "agents/**/*.yaml", "agentspec/**/*.json", "agentspec/**/*.yaml"),
        fits=agent_spec.fits,
        build=lambda candidate, _: [*_of_file(candidate), *agent_spec.build(candidate)],
        own_names=True,
    ),
    Format(
        name=docker_agent.NAME,
        title="Docker Agent (cagent)",
        patterns=(
            "agent.yaml",
            "agent.yml",
            "cagent.yaml",
            "cagent.yml",
            "docker-agent.yaml",
            ".github/agents/*.yaml",
            "agents/**/*.yaml",
        ),
        fits=docker_agent.fits,
        build=lambda candidate, read_file: [*_of_file(candidate), *docker_agent.build(candidate, read_file)],
        own_names=True,
    ),
    Format(
        name=crewai.NAME,
        title="CrewAI",
        patterns=("config/agents.yaml", "src/**/config/agents.yaml", "**/config/agents.yaml"),
        fits=crewai.fits,
        build=lambda candidate, _: [*_of_file(candidate), *crewai.build(candidate)],
        own_names=True,
    ),
    Format(
        name=agent.NAME,
        title="YAML agent specs",
        patterns=("agents/**/*.yaml", "agents/**/*.yml"),
        fits=agent.fits,
        build=lambda candidate, read_file: build_each(
            candidate.text, candidate.strict, "agent", lambda document: agent.build(document, read_file)
        ),
    ),
)
"""Every format, in the order in which they are tried."""

_PAGES = frozenset(
    {
        "agents",
        "changelog",
        "claude",
        "code_of_conduct",
        "contributing",
        "gemini",
        "index",
        "license",
        "notes",
        "readme",
    }
    | {"security", "todo"}
)
"""Names of Markdown files that are about agents, and none."""
BY_NAME = {each.name: each for each in FORMATS}


def read(text: Text, read_file: ReadFile) -> Sequence[Built[Agent]]:
    """Build the agents that a file defines, in whichever format; that it defines none is a finding."""
    candidate = Candidate(text)
    format_ = _format_of(candidate)
    if format_ is None and not candidate.is_markdown and candidate.strict.diagnostics:
        format_ = BY_NAME[agent.NAME]  # nothing can be made of it: what breaks it is told
    built = format_.build(candidate, read_file) if format_ is not None else ()
    return (
        built if any(each.value or each.diagnostics or each.name for each in built) else [_nothing(candidate, format_)]
    )


def recognise(path: str, content: bytes) -> Format | None:
    """Return the format that a file is written in, or None where it defines no agent in any of them.

    A file that is not clean text counts as well, by what can be made out of it: it is meant as an agent, if a broken one.
    """
    text, _ = decode(path, content)
    return _format_of(Candidate(text)) if text.content else None


def _format_of(candidate: Candidate) -> Format | None:
    return next((each for each in FORMATS if each.fits(candidate)), None)


def _of_file(candidate: Candidate) -> list[Built[Agent]]:
    """Return the findings about a file of another tool as a whole."""
    found = candidate.lenient.diagnostics
    return [Built(None, found)] if found else []


def _nothing(candidate: Candidate, format_: Format | None) -> Built[Agent]:
    """Return the finding that a file defines no agent."""
    text = candidate.text
    first = next(iter(text.content.splitlines()), "")
    if format_ is not None:
        message = f"`{text.path}` is a file of {format_.title} that defines no agent"
    else:
        message = f"`{text.path}` defines no agent, and is passed over"
    known = ", ".join(each.title for each in FORMATS)
    hint = f"narrow the pattern, or write an agent as one of these have it: {known}"
    if candidate.is_markdown:
        hint = "narrow the pattern, or start the file with `---`, `name:`, `description:` and `---`"
    is_page = candidate.is_markdown and name_in_path(text.path) in _PAGES
    severity = Severity.INFO if is_page else None
    return Built(None, [fault("ORC008", text.span(0, len(first)), message, hint, severity=severity)])
