"""Paths made from globs: one that a glob matches, and one that none of them matches; both are tried before use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orchestra_compiler.cases.routing.path_search import UndecidedPathError, path_between

_PART = re.compile(r"\\(.)|\[([!^]?)(\]?[^\]]*)\]|((?<![^/])\*\*(?![^/]))|(\*+)|(\?)|([^\\\[*?]+|\[)", re.DOTALL)
_MISSES = ("zz-none/zz-none.zz", "zz-none", "zz-none/zz-none", "zz none.zz")


def path_for(glob: str) -> str | None:
    """Return a path that a glob matches, or None where none is found: a negated glob, a comment, an odd bracket."""
    if glob.startswith(("!", "#")) or not glob.strip():
        return None
    made = "".join(map(_filled, _PART.finditer(glob.strip().lstrip("/"))))
    tried = next(
        (path for path in (made, f"{made.rstrip('/')}/zq") if path.strip("/") and _matches((glob,), path)), None
    )
    return tried if tried is not None else _found(((glob,),), ())


def missed(globs: Sequence[str]) -> str | None:
    """Return a path that none of the globs matches, or None where they match whatever is tried."""
    tried = next((path for path in _MISSES if not any(_matches((glob,), path) for glob in globs)), None)
    return tried if tried is not None else _found((), (tuple(globs),))


def path_alone(glob: str, others: Iterable[tuple[str, ...]]) -> str | None:
    """Return a path that a glob matches and as few as can be of some other lists of globs, None where none is found.

    The lists that come first are avoided first.
    """
    path = path_for(glob)
    avoided: list[tuple[str, ...]] = []
    for globs in others:
        if path is None or glob in globs:  # who lists the same glob is hit as well
            continue
        if _matches(globs, path):
            better = _found(((glob,),), (*avoided, globs))
            if better is None:
                continue
            path = better
        avoided.append(globs)
    return path


def _found(hit: tuple[tuple[str, ...], ...], missed: tuple[tuple[str, ...], ...]) -> str | None:
    try:
        path = path_between(hit, missed)
    except UndecidedPathError:
        return None
    right = path is not None and all(_matches(each, path) for each in hit)
    return path if path and right and not any(_matches(each, path) for each in missed) else None


def _filled(part: re.Match[str]) -> str:
    escaped, negated, members, stars, star, mark, plain = part.groups()
    if members:
        return _outside(members) if negated else members[0]
    return escaped or (stars and "zq/zq") or (star and "zq") or (mark and "q") or plain or ""


def _outside(members: str) -> str:
    return next((letter for letter in "qzxw7_" if letter not in members), "q")


def _matches(globs: tuple[str, ...], path: str) -> bool:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(globs).match_file(path)
