"""The regular expressions in XPath, of assertions and conditional types, in bounded time.

`matches`, `replace` and `tokenize` look for a pattern anywhere in a text, by Python's `re`, which may try very many ways.
Where a text is too long for that, `matches` asks an automaton; what that cannot do (flags, back-references, lazy
quantifiers, anchors in the middle), and what the others would do, is refused: the assertion fails and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from orchestra_compiler.xsd.engines.atoms import takes
from orchestra_compiler.xsd.engines.matching import Automaton, automaton
from orchestra_compiler.xsd.engines.pattern_syntax import UnreadablePatternError, longest_for_re, parsed

FUNCTIONS = ("matches", "replace", "tokenize")
DEEPEST = 4
"""How deep the functions may stand in each other's arguments: each of them evaluates its own twice."""
_BEYOND = re.compile(r"\\[1-9]|[*+?}]\?|\(\?|(?<![\\\[])\^|(?<!\\)\$")
_ANYTHING = r"[\s\S]*"


class DeepExpressionError(ValueError):
    """Functions that take a pattern stand too deep in each other's arguments."""


def guard(token: Any) -> None:
    """Guard the functions of a parsed expression.

    Raises:
        DeepExpressionError: They nest too deeply.
    """
    if _depth(token) > DEEPEST:
        raise DeepExpressionError(f"{', '.join(FUNCTIONS)} nest deeper than {DEEPEST}")
    for each in token.iter(*FUNCTIONS):
        if not isinstance(each.evaluate, _Guarded):
            each.evaluate = _Guarded(each)


def longest_for_search(pattern: str) -> int | None:
    """Return how long a text may be so that a search by `re` takes bounded time; None for any length."""
    return longest_for_re(f".*({pattern})")


@lru_cache(maxsize=256)
def searcher(pattern: str, version: str) -> Automaton | None:
    """Return what finds a pattern in a text in linear time, or None where no automaton can."""
    core = pattern.removeprefix("^")
    core = core if core.endswith(r"\$") else core.removesuffix("$")
    start = "" if pattern.startswith("^") else _ANYTHING
    end = "" if pattern != core and pattern.endswith("$") and not pattern.endswith(r"\$") else _ANYTHING
    try:
        if _BEYOND.search(core) or (parsed(core).kind == "choice" and not (start and end)):
            return None
        return automaton(f"{start}({core}){end}", lambda atom, char: takes(atom, char, version))
    except UnreadablePatternError:
        return None


class _Guarded:
    """Stands for a function's own `evaluate`."""

    def __init__(self, token: Any) -> None:
        self._token = token
        self._evaluate = token.evaluate

    def __call__(self, context: Any = None) -> Any:
        token = self._token
        used = context if token.context is None else token.context
        text, pattern = (
            str(token.get_argument(used, index, default="", cls=str)) if len(token) > index else "" for index in (0, 1)
        )
        longest = longest_for_search(pattern)
        if longest is None or len(text) <= longest:
            return self._evaluate(context)
        found = searcher(pattern, token.parser.xsd_version) if token.symbol == "matches" and len(token) < 3 else None  # noqa: PLR2004 - flags
        if found is None:
            raise token.error(
                "FORX0002", f"the pattern {pattern[:100]!r} could take too long on {len(text)} characters"
            )
        return found.match(text) is True


def _depth(token: Any) -> int:
    """Return how deep the functions nest in a parsed expression."""
    deepest = 0
    waiting: list[tuple[Any, int]] = [(token, 0)]
    while waiting:
        each, above = waiting.pop()
        depth = above + (each.symbol in FUNCTIONS)
        deepest = max(deepest, depth)
        waiting.extend((child, depth) for child in _children(each))
    return deepest


def _children(token: Any) -> Iterator[Any]:
    return (each for each in token if hasattr(each, "symbol"))
