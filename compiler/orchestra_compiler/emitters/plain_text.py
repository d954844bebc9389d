"""Other people's text inside files of ours: on one line, with nothing in it that the file's format would obey."""

from __future__ import annotations

import re
import unicodedata

_SPACE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_SPECIAL = re.compile(
    r"[\\`*\[\]|]"
    r"|(?<!\w)_|_(?!\w)"  # inside a word an underscore is only itself
    r"|~(?=~)"
    r"|(?<!\S)@"  # Claude Code takes `@path` for a file to read
)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_UNCODABLE = re.compile(r"[`|<>\\]")
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_SLUG = re.compile(r"[^\w\- ]")


def flat(text: str) -> str:
    """Return text on one line: control characters and line breaks are spaces, marks of direction are gone."""
    kept = (" " if unicodedata.category(each) in _SPACE else each for each in text if each not in _DIRECTION)
    return " ".join("".join(kept).split())


def cut(text: str, most: int) -> str:
    """Return flat text of at most `most` characters, cut at a word where one ends nearby."""
    line = flat(text)
    if len(line) <= most:
        return line
    head = line[: most - 1]
    word = head.rpartition(" ")[0]
    return f"{word if len(word) > most // 2 else head}…"


def first_sentence(text: str, most: int) -> str:
    """Return the first sentence of a text, cut to `most` characters."""
    return cut(_SENTENCE.split(flat(text), maxsplit=1)[0], most)


def markdown(text: str) -> str:
    """Return text as Markdown that shows it letter by letter, in a table as well as in a list."""
    escaped = _SPECIAL.sub(lambda found: f"\\{found[0]}", _ENTITY.sub("&amp;", flat(text)))
    return escaped.replace("<", "&lt;").replace(">", "&gt;")


def code(name: str) -> str:
    """Return a name as a code span; a name that could end the span is escaped text instead."""
    line = flat(name)
    return f"`{line}`" if line and not _UNCODABLE.search(line) else markdown(line)


def anchor(heading: str) -> str:
    """Return the anchor that GitHub and most renderers make of a heading's text."""
    return _SLUG.sub("", flat(heading).lower()).replace(" ", "-")
