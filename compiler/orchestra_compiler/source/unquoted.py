"""Values that were meant to be text and are not strict YAML: what they say, and what is wrong with them."""

from __future__ import annotations

import re

from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.tree import List

_ITEM = pattern(r"[ \t]*-[ \t]+")


def unquoted(raw: str) -> str:
    """Return what a value that is not strict YAML was meant to be: its text, without quotes around the whole."""
    text = raw.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and not _closes_early(text):
        return text[1:-1]
    return text


def _closes_early(text: str) -> bool:
    """Return whether the first quote closes within the text, as in `"this" and "that"`, so that none enclose the whole."""
    place = text.find(text[0], 1, -1)
    return place > 1 and text[place - 1] not in " \t\\" and text[place + 1] in " \t,.;:"


def bracketed(content: str, start: int, end: int) -> List:
    """Return the texts between brackets that stand at `start` and before `end`, parted by commas, with their places."""
    value = List()
    value.start, value.end, value.spots = start, end, []
    place = start + 1
    for part in content[start + 1 : end - 1].split(","):
        if part.strip():
            value.append(unquoted(part))
            first = place + len(part) - len(part.lstrip())
            value.spots += (first, first + len(part.strip()))
        place += len(part) + 1
    return value


_STARTS = {
    "*": "`*` starts an alias",
    "&": "`&` starts an anchor",
    "!": "`!` starts a tag",
    "@": "`@` is reserved",
    "`": "a backtick is reserved",
    "%": "`%` starts a directive",
    "{": "`{` starts a mapping",
    "[": "`[` starts a list",
    '"': "the quotes do not enclose the whole value",
    "'": "the quotes do not enclose the whole value",
    "|": "the lines of a block must be indented",
    ">": "the lines of a block must be indented",
}
_COLON = pattern(r":(?=[ \t]|\s*\Z)", re.MULTILINE)
_TAB = pattern(r"^[ ]*\t", re.MULTILINE)


def why_not_yaml(raw: str) -> tuple[str, int]:
    """Return why a value is not strict YAML, and the offset of the character at fault."""
    start = len(raw) - len(raw.lstrip())
    item = _ITEM.match(raw, start)
    first = item.end() if item else start
    if raw[first : first + 1] in _STARTS:
        return _STARTS[raw[first]], first
    tab = _TAB.search(raw)
    if tab:
        return "a tab cannot indent", tab.end() - 1
    colon = _COLON.search(raw)
    if colon:
        return "`: ` starts a mapping inside plain text", colon.start()
    return "its lines do not belong together", first
