"""The first `orchestra.yaml` of a repository: everything that is decided, before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.errors import UsageError
from orchestra_compiler.frontends.formats import recognise
from orchestra_compiler.model import Protocol
from orchestra_compiler.naming import name_of_folder
from orchestra_compiler.project import PROJECT_FILE
from orchestra_compiler.scaffold import messages, tiers
from orchestra_compiler.scaffold.marks import is_ours
from orchestra_compiler.scaffold.patterns import Pattern, cover, literal
from orchestra_compiler.scaffold.scan import Candidate, Recognise, Scan, scan
from orchestra_compiler.scaffold.survey import LeftOut, Survey, survey
from orchestra_compiler.source.files import Refusal, read, search
from orchestra_compiler.source.text import decode

TIERS_FILES = ("tiers.yaml", "orchestra-tiers.yaml")
"""Where the tiers go: the first that is not somebody else's already."""
_LONGEST_NAME = 200
_NAMED = 3
_TRIES = 4


class Found(NamedTuple):
    """One pattern, and how many agents of one format it finds in how many files."""

    pattern: str
    title: str
    agents: int
    files: int


class Offer(NamedTuple):
    """Patterns that are written as a comment: what they match could be made part of the fleet."""

    why: str
    patterns: tuple[str, ...]
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be written, and what there is to say about it.

    Attributes:
        found: Every pattern with what it finds, sorted; a pattern that finds two formats stands here twice.
        besides: Patterns of what is left out, without their `!`, each with the reason or an empty text.
        tiers: The guessed tiers; None where no agent names a model.
        tiers_file: The document that the project names, ours or one that is there; empty for none.
        keeps_tiers: Whether that document was there before and stays as it is.
    """

    root: Path
    name: str
    found: tuple[Found, ...]
    besides: tuple[tuple[str, str], ...]
    left_out: tuple[LeftOut, ...]
    offers: tuple[Offer, ...]
    agents: int
    tiers: tiers.GuessedTiers | None
    tiers_file: str
    keeps_tiers: bool
    protocol: Protocol | None


def plan(root: Path, recognised: Recognise = recognise, *, replaces: bool = False) -> Plan:
    """Look through a repository and decide on its project; with `replaces`, earlier files of ours count as not there.

    Raises:
        UsageError: It holds no agent, or none that can be read.
    """
    seen = scan(str(root), recognised)
    found = survey(root, seen) if seen.agents else Survey(files=(), agents=())
    if not found.agents:
        raise _nothing(root, seen, found)
    offered = {each.path for aside in found.aside for each in aside.files}
    reasons = {literal(each.path): each.why for each in found.left_out}
    apart = {each.path for each in found.left_out}
    others = {*seen.others, *apart, *offered, PROJECT_FILE, *TIERS_FILES}
    patterns = _patterns(root, {each.path for each in found.files}, others, apart)
    guessed = tiers.guess(found.agents)
    named = any(tier.agents for tier in guessed.tiers) or bool(guessed.unknown)
    file, keeps = _tiers_file(root, replaces=replaces) if named else _existing_tiers(root, replaces=replaces)
    return Plan(
        root=root,
        name=name_of_folder(root)[:_LONGEST_NAME],
        found=_counted(patterns, found),
        besides=tuple(sorted({(text, reasons.get(text, "")) for each in patterns for text in each.besides})),
        left_out=found.left_out,
        offers=tuple(_offer(aside.why, aside.files, seen) for aside in found.aside),
        agents=len(found.agents),
        tiers=guessed if named and not keeps else None,
        tiers_file=file,
        keeps_tiers=keeps,
        protocol=messages.guess(root, seen.schemas),
    )


def remaining_errors(root: Path, files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """Return the errors that a compile of the project would stop at once these files are written."""
    from orchestra_compiler.check import check_project

    checked = check_project(root, files)
    return tuple(each for each in checked.diagnostics if each.severity is Severity.ERROR)


def _nothing(root: Path, seen: Scan, found: Survey) -> UsageError:
    if not found.left_out:
        hint = "write one, say in agents/NAME.md or .claude/agents/NAME.md; or let `orchestra init --example` write a project to start from"
        return UsageError(f"no agents among the {seen.looked_at} files below {root}", hint)
    shown = "; ".join(f"{each.path}: {each.why}" for each in found.left_out[:_NAMED])
    more = f"; and {len(found.left_out) - _NAMED} more" if len(found.left_out) > _NAMED else ""
    return UsageError(f"none of the {len(found.left_out)} agents below {root} can be read", shown + more)


def _patterns(root: Path, wanted: set[str], others: set[str], apart: set[str]) -> tuple[Pattern, ...]:
    """Return patterns that find nothing else, not even in the folders that the scan did not enter."""
    patterns = cover(wanted, sorted(others), apart)
    for _ in range(_TRIES):
        found = {path for each in patterns for path in search(root, each.text).files}
        if found <= wanted | others:
            break
        others |= found - wanted
        patterns = cover(wanted, sorted(others), apart)
    return patterns


def _counted(patterns: Sequence[Pattern], found: Survey) -> tuple[Found, ...]:
    titles = {each.path: each.format.title for each in found.files}
    agents = Counter(agent.span.path for agent in found.agents)
    rows = []
    for pattern in patterns:
        files, counts = Counter[str](), Counter[str]()
        for path in pattern.files:
            files[titles[path]] += 1
            counts[titles[path]] += agents[path]
        rows += [Found(pattern.text, title, counts[title], files[title]) for title in sorted(counts)]
    return tuple(rows)


def _offer(why: str, files: Sequence[Candidate], seen: Scan) -> Offer:
    paths = {each.path for each in files}
    others = [*seen.others, *(each.path for each in seen.agents if each.path not in paths)]
    return Offer(why, tuple(each.text for each in cover(paths, others)), len(files))


def _tiers_file(root: Path, *, replaces: bool) -> tuple[str, bool]:
    """Return where the guessed tiers go, or the project's own tiers where it has some."""
    kept = _existing_tiers(root, replaces=replaces)
    if kept[0]:
        return kept
    for name in TIERS_FILES:
        path = root / name
        if not path.exists() or (replaces and is_ours(path)):
            return name, False
    raise UsageError(f"{' and '.join(TIERS_FILES)} are there already, and are no tiers", "move one of them away")


def _existing_tiers(root: Path, *, replaces: bool) -> tuple[str, bool]:
    """Return the project's own tiers document, if it has one that can be used."""
    from orchestra_compiler.frontends.tiers import build
    from orchestra_compiler.source import yaml

    name = TIERS_FILES[0]
    content = read(str(root), name)
    if isinstance(content, Refusal) or (replaces and is_ours(root / name)):
        return "", False
    text, found = decode(name, content)
    documents = [] if found else yaml.read(text).documents
    usable = len(documents) == 1 and build(documents[0]).value is not None
    return (name, True) if usable else ("", False)
