"""Few, tight patterns that match some files of a repository and as little else as possible.

Every file suggests the patterns that would match it: each folder of its path as it is, or up to two of them as `*`, or
all from some folder on as `**`; its name as it is, or as `*` with its ending. Of all these the one is taken again and
again that costs least for each file, until every file is matched. A pattern costs a line, what it matches too much costs
a line for each name to leave out, and wildcards cost a little, those at the root a lot: what is added there later is
seldom an agent.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations
from math import inf
from typing import TypeAlias

from orchestra_compiler.scaffold.likely import HOMES
from orchestra_compiler.source.walk import NOT_ENTERED, is_unicode

Shape: TypeAlias = "tuple[str, str]"
"""A pattern in the making: the folders with a slash at their end, and the name."""

_STAR, _ANY = 0.2, 0.45
_ROOT_STAR, _ROOT_ANY = 5.0, 8.0
_HOME = 0.3
_DEEPEST = 12
_MOST_STARS = 2
_KINDS = (".agent", ".chatmode", ".subagent", ".prompt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One pattern.

    Attributes:
        text: As `orchestra.yaml` has it.
        files: The wanted files that it matches, sorted, without those of earlier patterns.
        besides: Patterns of what it matches too much, without their `!`.
    """

    text: str
    files: tuple[str, ...]
    besides: tuple[str, ...] = ()


def cover(wanted: Collection[str], others: Iterable[str], apart: Collection[str] = ()) -> tuple[Pattern, ...]:
    """Return patterns, sorted, that together match each wanted file and, once `besides` are left out, nothing else.

    Args:
        wanted: Paths of files.
        others: Paths of everything else that must not be matched.
        apart: Those of them that are left out one by one, by their whole paths.
    """
    matched: dict[Shape, list[str]] = defaultdict(list)
    for path in sorted(wanted):
        for shape in _shapes(path):
            matched[shape].append(path)
    surplus = _surplus(matched, others)
    costs = {shape: _cost(shape, surplus.get(shape, ())) for shape in matched}
    chosen, taken = [], set[str]()
    for shape in _needed(_cheapest(matched, costs), matched):
        files = tuple(path for path in matched[shape] if path not in taken)
        taken.update(files)
        chosen.append(
            Pattern(
                text="".join(shape), files=files, besides=_besides(shape, surplus.get(shape, ()), {*apart}, matched)
            )
        )
    return tuple(sorted(chosen, key=lambda each: each.text))


def _cheapest(matched: Mapping[Shape, Sequence[str]], costs: Mapping[Shape, float]) -> Iterator[Shape]:
    """Yield patterns, each time the one that costs least for each file that is matched for the first time."""
    open_ = dict(matched)
    while open_:
        shape = min(open_, key=lambda each: (costs[each] / len(open_[each]), costs[each], each))
        done = set(open_[shape])
        open_ = {each: kept for each, paths in open_.items() if (kept := [path for path in paths if path not in done])}
        yield shape


def _needed(shapes: Iterable[Shape], matched: Mapping[Shape, Sequence[str]]) -> list[Shape]:
    """Return the patterns without those whose files the others match too, looked at from the smallest on."""
    kept = list(shapes)
    times = Counter(path for shape in kept for path in matched[shape])
    for shape in sorted(kept, key=lambda each: len(matched[each])):
        if all(times[path] > 1 for path in matched[shape]):
            kept.remove(shape)
            times.subtract(matched[shape])
    return kept


def literal(path: str) -> str:
    """Return the pattern that matches one path and no other."""
    text = re.sub(r"([*?\[])", r"[\1]", path)
    return f"./{text}" if text.startswith("!") or text[1:2] == ":" else text  # neither a negation nor a drive


def _shapes(path: str) -> Iterator[Shape]:
    folder, slash, name = path.rpartition("/")
    for folders in _folders(folder + slash):
        for tail in _tails(name):
            yield folders, tail


@lru_cache(maxsize=4096)
def _folders(folder: str) -> tuple[str, ...]:
    """Return what a folder's path could be in a pattern; the path itself first."""
    names = folder.split("/")[:-1]
    parts = [literal(name) for name in names]
    found = ["".join(f"{part}/" for part in parts)]
    open_ = [number for number, name in enumerate(names) if name[0] != "."]
    if len(parts) <= _DEEPEST:
        some = chain.from_iterable(combinations(open_, count) for count in range(1, _MOST_STARS + 1))
        found += ["".join("*/" if n in stars else f"{part}/" for n, part in enumerate(parts)) for stars in some]
    found += [
        "".join(f"{part}/" for part in parts[:number]) + "**/"
        for number in range(len(names) + 1)
        if all(name[0] != "." and name not in NOT_ENTERED for name in names[number:])
    ]
    return tuple(found)


def _tails(name: str) -> Iterator[str]:
    stem, dot, ending = name.rpartition(".")
    yield literal(name)
    if name[0] == ".":
        return
    yield f"*{dot}{ending}"
    for kind in _KINDS:
        if stem.endswith(kind):
            yield f"*{kind}{dot}{ending}"


def _surplus(matched: Collection[Shape], others: Iterable[str]) -> dict[Shape, list[str]]:
    """Return what each pattern matches too much."""
    tails: dict[str, set[str]] = defaultdict(set)
    for folders, tail in matched:
        tails[folders].add(tail)
    relevant: dict[str, list[str]] = {}
    found: dict[Shape, list[str]] = defaultdict(list)
    for path in others:
        folder, slash, name = path.rpartition("/")
        if folder not in relevant:
            relevant[folder] = [each for each in _folders(folder + slash) if each in tails]
        for folders in relevant[folder]:
            for tail in tails[folders].intersection(_tails(name)):
                found[folders, tail].append(path)
    return found


def _cost(shape: Shape, surplus: Sequence[str]) -> float:
    if not all(map(is_unicode, surplus)):  # it could not be left out, for it cannot be written
        return inf
    folders, tail = shape
    parts = folders.split("/")[:-1]
    cost = 1.0 + len({path.rpartition("/")[2] for path in surplus})
    for number, part in enumerate(parts):
        if part == "**":
            cost += _ANY if number else _ROOT_ANY
        elif part == "*":
            cost += _STAR if number else _ROOT_STAR
    if tail.startswith("*"):
        cost += _STAR / 2
        cost -= _HOME if parts and parts[-1] in HOMES else 0
    return cost


def _besides(
    shape: Shape, surplus: Iterable[str], apart: Collection[str], matched: Collection[Shape]
) -> tuple[str, ...]:
    """Return what leaves out the surplus: one pattern for each name, or each file where a wanted one has that name too."""
    found = set()
    for path in surplus:
        named = (shape[0], literal(path.rpartition("/")[2]))
        found.add(literal(path) if path in apart or named in matched else "".join(named))
    return tuple(sorted(found))
