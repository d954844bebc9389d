"""Paths below a project on pytest's command line: `pytest --orchestra missions/edge` runs what is defined there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestra_compiler.project import PROJECT_FILE

_SPEC_SUFFIXES = frozenset({".yaml", ".yml", ".md", ".xsd"})


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a command line asks for.

    Attributes:
        args: The paths that pytest is to collect: each spec file and each folder below a project brings its project.
        within: Project root -> the paths below it that were named, relative; projects named as a whole are not in it.
    """

    args: tuple[str, ...]
    within: Mapping[Path, tuple[str, ...]]

    def holds(self, root: Path, source: str) -> bool:
        """Return whether what stands in a source of a project was asked for."""
        named = self.within.get(root)
        return named is None or any(source == path or source.startswith(f"{path}/") for path in named)


def narrowed(args: Iterable[str], here: Path) -> Narrowed:
    """Return the command line with its projects found.

    Args:
        args: Paths and node ids as given.
        here: The folder that relative ones start from.
    """
    kept: list[str] = []
    whole: set[Path] = set()
    within: dict[Path, list[str]] = {}
    for arg in args:
        path = (here / arg).resolve()
        root = None if "::" in arg else _root_above(path)
        if root is None:
            kept.append(arg)
            whole |= {path, (here / arg.partition("::")[0]).resolve().parent}
            continue
        if path.is_dir():
            kept.append(arg)
        kept.append(str(root / PROJECT_FILE))
        within.setdefault(root, []).append(path.relative_to(root).as_posix())
    return Narrowed(
        args=tuple(dict.fromkeys(kept)),
        within={root: tuple(paths) for root, paths in within.items() if root not in whole},
    )


def _root_above(path: Path) -> Path | None:
    """Return the project that a spec file or a folder lies in, unless it is a project's root itself."""
    if path.name == PROJECT_FILE or (path / PROJECT_FILE).is_file():
        return None
    if not path.is_dir() and path.suffix not in _SPEC_SUFFIXES:
        return None
    return (
        next((folder for folder in path.parents if (folder / PROJECT_FILE).is_file()), None) if path.exists() else None
    )
