"""Paths in replies: which words are paths, and which paths are known.

A word counts as a path when it stands in backticks, holds neither white space nor a wildcard, and

- its last part has one of the extensions listed here (`src/auth.py`, `README.md`), or
- it has a slash and its first part is a folder that the world knows (`src/unknown`), or it starts with `./`.

So `client/server`, `application/json`, `GET /api/users`, `Node.js` and `os.path` are words, not paths. A place behind
the path (`main.py:12`, `main.py#L3`) is cut off.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from orchestra_compiler.text_checks import prose
from pytest_orchestra.gates.subject import Finding

_SPAN = re.compile(r"(?<!`)`(?P<word>[^`\s]+)`(?!`)")
_PLACE = re.compile(r"(?::\d+(?:[:-]\d+)?|#L\d+(?:-L?\d+)?)$")
_PATH = re.compile(r"[\w.@+~\\/()\[\]-]+")
_EXTENSION_WORDS = (
    "astro bash bat c cc cfg clj cljs conf cpp cs css csv cts cxx dart env erl ex exs fish go gradle graphql groovy h hcl hpp "
    "hs html htm ini ipynb java jl js json json5 jsonc jsonl jsx kt kts less lock lua m md mdx mjs mk ml mm mts nix php pl png "
    "po prisma properties proto ps1 py pyi r rb rego rs rst sass scala scss sh sol sql svelte svg swift tex tf tfvars toml ts "
    "tsv tsx txt vue xml xsd xsl yaml yml zig"
)
_EXTENSIONS = frozenset(_EXTENSION_WORDS.split())
# Products that are spelt like files.
_PRODUCT_WORDS = (
    "alpine.js angular.js backbone.js chart.js d3.js discord.js ember.js express.js ext.js hono.js knockout.js matter.js meteor.js "
    "moment.js nest.js next.js node.js nuxt.js p5.js react.js require.js sails.js solid.js tensorflow.js three.js vue.js"
)
_PRODUCTS = frozenset(_PRODUCT_WORDS.split())
_SKIPPED = frozenset(
    {".git", ".hg", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".mypy_cache", ".ruff_cache"}
)


class Tree:
    """The files below a project's root, read on first use and once."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def paths(self) -> frozenset[str]:
        """All files and folders below the root, with every tail of them: `src/a.py` is known as `a.py` too."""
        known: set[str] = set()
        for folder, folders, files in os.walk(self._root):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED)
            below = Path(folder).relative_to(self._root).as_posix()
            for name in (*folders, *files):
                known.update(tails(posixpath.normpath(posixpath.join(below, name))))
        return frozenset(known)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders directly below the root."""
        if not self._root.is_dir():
            return frozenset()
        return frozenset(entry.name for entry in self._root.iterdir() if entry.is_dir())


def tails(path: str) -> Iterator[str]:
    """Yield a path and what is left of it as its first parts fall away."""
    while path:
        yield path
        path = path.partition("/")[2]


def named(text: str) -> Iterator[Finding]:
    """Yield the words in backticks that may be paths, normalised; `message` is the path."""
    for match in _SPAN.finditer(prose.without_fences(text)):
        word = _PLACE.sub("", match["word"])
        if _PATH.fullmatch(word) and word.strip("./\\"):
            yield Finding(word, match.start(), match.end())


def normal(path: str, root: Path | None = None) -> str:
    """Return a path with forward slashes, without `.` and inner `..`; below the root it is relative."""
    plain = posixpath.normpath(path.replace("\\", "/"))
    base = root.as_posix().rstrip("/") if root is not None else ""
    return plain[len(base) + 1 :] if base and plain.startswith(f"{base}/") else plain


def is_path(word: str, folders: frozenset[str]) -> bool:
    """Return whether a word in backticks is a path; `folders` are the first parts that the world knows."""
    last = word.rpartition("/")[2]
    stem, dot, extension = last.rpartition(".")
    if dot and stem and extension.lower() in _EXTENSIONS:
        return last.lower() not in _PRODUCTS
    return word.startswith("./") or ("/" in word and word.partition("/")[0] in folders)
