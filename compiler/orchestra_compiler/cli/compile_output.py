"""What `orchestra compile` says of a compile."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestra_compiler.build import Compilation
    from orchestra_compiler.writing.changes import Planned

_DONE = {"create": "created", "update": "updated", "remove": "removed", "keep": "unchanged"}
_WOULD = {"create": "missing", "update": "outdated", "remove": "stale", "keep": "up to date"}


def tell(line: str) -> None:
    """Say something at once that is no result."""
    sys.stderr.write(f"orchestra: {line}\n")
    sys.stderr.flush()


def show(compilation: Compilation) -> None:
    """Write the findings of a compile, and what it left out, to standard error."""
    from orchestra_compiler.cli.common import show_findings

    show_findings(compilation.checked, sys.stderr)
    if compilation.manifest is not None:
        for line in compilation.left_out:
            sys.stderr.write(f"left out: {line}\n")


def changed_sources(compilation: Compilation, arguments: argparse.Namespace) -> frozenset[str]:
    """Return the sources that are not what they were at the compile before; none without `--explain`."""
    from orchestra_compiler.writing import reasons

    manifest = compilation.manifest
    if manifest is None or not arguments.explain:
        return frozenset()
    earlier = reasons.read_earlier(arguments.out or compilation.checked.root / manifest.fleet.project.out)
    return frozenset(reasons.changed_sources(earlier, manifest.sources)) if earlier is not None else frozenset()


def text(
    compilation: Compilation,
    planned: tuple[Planned, ...],
    arguments: argparse.Namespace,
    changed_sources: frozenset[str],
) -> str:
    """Return what a compile says of the files: with `--explain` and `--check` a line each, then a summary."""
    words = _WOULD if arguments.check else _DONE
    out = str(arguments.out or _out(compilation))
    changed = [each for each in planned if each.change != "keep"]
    lines = []
    for each in changed if arguments.explain or arguments.check else ():
        place = each.path if each.section and not arguments.out else f"{out}/{each.path}"
        lines.append(f"{words[each.change]:<10} {place}" + (f": {each.why}" if arguments.explain else ""))
    if arguments.explain:
        lines += _explained(compilation, planned, changed_sources)
    return "\n".join([*lines, f"{out}: {_summary(compilation, planned, arguments, words)}", ""])


def _out(compilation: Compilation) -> str:
    return compilation.manifest.fleet.project.out if compilation.manifest is not None else ""


def _summary(
    compilation: Compilation, planned: tuple[Planned, ...], arguments: argparse.Namespace, words: dict[str, str]
) -> str:
    from orchestra_compiler.incremental.explanation import summary

    made = f"; {summary(compilation.units.all)}"
    if all(each.change == "keep" for each in planned):
        said = f"{len(planned)} files up to date" if arguments.check else f"{len(planned)} unchanged"
        return said + (made if arguments.explain and not arguments.check else "")
    counts = Counter(words[each.change] for each in planned)
    said = ", ".join(f"{counts[word]} {word}" for word in words.values() if counts[word])
    tells = arguments.explain or not (arguments.check or all(unit.anew for unit in compilation.units.all))
    return said + (made if tells else "")


def _explained(
    compilation: Compilation, planned: tuple[Planned, ...], changed_sources: frozenset[str]
) -> Iterator[str]:
    from orchestra_compiler.incremental.explanation import cut_off, units_anew

    yield from (f"made anew  {line}" for line in units_anew(compilation.units.all))
    written = {each.path for each in planned if each.change != "keep" and not each.section}
    yield from (f"cut off    {line}" for line in cut_off(changed_sources, compilation.outputs, written))
