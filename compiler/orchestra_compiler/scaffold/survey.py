"""What a repository's agents are: its files read as a project would read them, and sorted into kept and left out.

Left out is what would stop a compile by its form alone: files that cannot be read as agents, and agents whose name another
has. Set aside is what is an agent of somebody else's: skills beside agents, and agents in folders of tests.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.frontends.formats import FORMATS
from orchestra_compiler.model import Agent
from orchestra_compiler.project import PROJECT_FILE, load
from orchestra_compiler.scaffold.likely import HOMES
from orchestra_compiler.scaffold.patterns import literal
from orchestra_compiler.scaffold.scan import Candidate, Scan

_TESTS = frozenset({"__tests__", "fixtures", "test-data", "test_data", "testdata", "tests"})
_SKILLS = "agent-skills"
_USUAL = frozenset(pattern.split("/")[0] for each in FORMATS for pattern in each.patterns if "/" in pattern) - {"**"}
"""Folders in which agents are usually kept: what is found elsewhere too is a copy."""


class LeftOut(NamedTuple):
    """A file that looks like an agent and is not matched, and why.

    Attributes:
        copy: Whether nothing is lost: another file says the same, word for word.
    """

    path: str
    why: str
    copy: bool = False


class Aside(NamedTuple):
    """Files of one kind that are not matched, though they could be, and why."""

    why: str
    files: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """The agents of a repository.

    Attributes:
        files: The files to be matched.
        agents: The agents they define.
        left_out: Files that would stop a compile, sorted.
        aside: Files that are matched only when somebody wants them.
    """

    files: tuple[Candidate, ...]
    agents: tuple[Agent, ...]
    left_out: tuple[LeftOut, ...] = ()
    aside: tuple[Aside, ...] = ()


def survey(root: Path, scan: Scan) -> Survey:
    """Read every file that was found, and sort them."""
    wanted, aside = _set_aside(scan.agents)
    overlay = {PROJECT_FILE: _every(wanted)}
    loaded = load(root, overlay)
    agents = loaded.fleet.agents if loaded.fleet is not None else ()
    unreadable = _unreadable(wanted, loaded.diagnostics, agents)
    same = _same_names(agents, {each.path for each in unreadable})
    left_out = {each.path: each for each in (*unreadable, *same)}
    return Survey(
        files=tuple(each for each in wanted if each.path not in left_out),
        agents=tuple(agent for agent in agents if agent.span.path not in left_out),
        left_out=tuple(left_out[path] for path in sorted(left_out)),
        aside=aside,
    )


def _set_aside(found: Sequence[Candidate]) -> tuple[Sequence[Candidate], tuple[Aside, ...]]:
    aside = []
    for why, is_one in (("agents in folders of tests", _is_test), ("skills beside agents", _is_skill)):
        these = tuple(each for each in found if is_one(each))
        if these and len(these) < len(found):
            aside.append(Aside(why, these))
            found = [each for each in found if not is_one(each)]
    return found, tuple(aside)


def _is_test(each: Candidate) -> bool:
    """Return whether a file lies in a folder of tests; one below a folder for agents is a kind of agents."""
    folders = each.path.lower().split("/")[:-1]
    return not _TESTS.isdisjoint(takewhile(lambda folder: folder not in HOMES, folders))


def _is_skill(each: Candidate) -> bool:
    return each.format.name == _SKILLS


def _every(files: Iterable[Candidate]) -> bytes:
    return json.dumps({"orchestra": 1, "name": "survey", "agents": [literal(each.path) for each in files]}).encode()


def _unreadable(
    wanted: Iterable[Candidate], found: Iterable[Diagnostic], agents: Iterable[Agent]
) -> tuple[LeftOut, ...]:
    """Return the files that cannot be read as agents, each with the first error in it."""
    reasons: dict[str, str] = {}
    for each in found:
        if each.severity is Severity.ERROR:
            reasons.setdefault(each.span.path, f"line {each.span.line}: {each.message}")
    given = {agent.span.path for agent in agents}
    return tuple(
        LeftOut(each.path, reasons.get(each.path, "it defines no agent"))
        for each in wanted
        if each.path in reasons or each.path not in given
    )


def _same_names(agents: Sequence[Agent], unreadable: Collection[str]) -> tuple[LeftOut, ...]:
    """Return the files in which an agent has the name of another one's: of copies the one in the likelier place stays."""
    by_file: dict[str, list[Agent]] = defaultdict(list)
    for agent in agents:
        if agent.span.path not in unreadable:
            by_file[agent.span.path].append(agent)
    beside = Counter(path.rpartition("/")[0] for path in by_file)

    def rank(path: str) -> tuple[int, bool, int, str]:
        return -len(by_file[path]), path.split("/", maxsplit=1)[0] not in _USUAL, -beside[path.rpartition("/")[0]], path

    first: dict[str, Agent] = {}
    out = []
    for path in sorted(by_file, key=rank):
        taken = [(agent, first[agent.name]) for agent in by_file[path] if agent.name in first]
        if not taken:
            first.update((agent.name, agent) for agent in by_file[path])
            continue
        agent, other = taken[0]
        copy = len(taken) == len(by_file[path]) and all(_same(*pair) for pair in taken)
        word = "is also in" if copy else "is another agent's name, in"
        out.append(LeftOut(path, f"`{agent.name}` {word} {other.span.path}", copy))
    return tuple(out)


def _same(agent: Agent, other: Agent) -> bool:
    return (agent.prompt, agent.description) == (other.prompt, other.description)
