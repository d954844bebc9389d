"""What mends are made of: text written so that every YAML reader takes it for the same text, and edits at their very place.

Whoever reports a finding says how to mend it. Where it does not see the file (the link step, the rules), it names the
word to replace and the value that the word stands in; `settled` finds the word there, or drops the mend.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Span
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.scalars import Float
from orchestra_compiler.source.text import Text, decode

_BREAKS = str.maketrans({"\x85": "\\N", "\u2028": "\\L", "\u2029": "\\P", "\x7f": "\\x7f", "\ufeff": "\\uFEFF"})
_PLAIN = pattern(r"[A-Za-z_](?:[\w./-]*[A-Za-z0-9_])?\Z", re.ASCII)
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_WORD_BEFORE = pattern(r"(?:[\w-]|\w\.)\Z")
_WORD_AFTER = pattern(r"[\w-]|\.\w")
_REST = pattern(r"[ \t]*(?:\r\n|\n|\r|\Z)")


def quoted(text: str) -> str:
    """Return text as a double-quoted scalar on one line, which YAML 1.1 and 1.2 and JSON5 read alike."""
    return json.dumps(text, ensure_ascii=False).translate(_BREAKS)


def scalar(text: str) -> str:
    """Return text as a scalar of one line: a simple word as it is, anything else quoted."""
    return text if _PLAIN.match(text) and text.lower() not in _RESERVED else quoted(text)


def replace(title: str, safety: Safety, span: Span, text: str, *, old: str = "") -> Fix:
    """Return the fix that replaces one stretch; see `Edit` for `old`."""
    return Fix(title=title, safety=safety, edits=(Edit(span, text, old),))


def rename(old: str, new: str, *spans: Span) -> Fix | None:
    """Return the unsafe fix that replaces a word by another at some places; None where no other is known."""
    if not new:
        return None
    edits = tuple(Edit(span, new, old) for span in spans)
    return Fix(title=f"replace `{old}` by `{new}`", safety=Safety.UNSAFE, edits=edits)


def remove_entry(text: Text, start: int, end: int) -> Fix | None:
    """Return the fix that removes the lines of an entry that says nothing new; None where more stands on them.

    Args:
        text: The file.
        start: Index of the entry's key.
        end: Index behind its value.
    """
    content = text.content
    if content[:start].rstrip()[-1:] in ("{", ","):  # within brackets a comma would be left over
        return None
    first = max(content.rfind("\n", 0, start), content.rfind("\r", 0, start)) + 1
    rest = None if content[start:end].endswith(("\n", "\r")) else _REST.match(content, end)
    last = rest.end() if rest else end
    if content[first:start].strip(" ") or not (last == len(content) or content[last - 1] in "\r\n"):
        return None
    return Fix(title="remove the repetition", safety=Safety.SAFE, edits=(Edit(text.span(first, last), ""),))


def same_data(old: Any, new: Any) -> bool:
    """Return whether two values of documents are equal in type, digits and order of keys too."""
    waiting = [(old, new)]
    while waiting:
        one, other = waiting.pop()
        if type(one) is not type(other) and not (isinstance(one, list) and isinstance(other, list)):
            return False
        if isinstance(one, dict):
            if list(one) != list(other):
                return False
            waiting += [(one[key], other[key]) for key in one]
        elif isinstance(one, list):
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other or (isinstance(one, Float) and isinstance(other, Float) and one.text != other.text):
            return False
    return True


def settled(found: Iterable[Diagnostic], sources: Mapping[str, bytes]) -> list[Diagnostic]:
    """Return findings whose fixes all stand at their very place; a fix whose word is not found just once is dropped.

    Args:
        found: Findings with or without fixes.
        sources: Path -> content.
    """
    texts: dict[str, Text | None] = {}
    return [each if each.fix is None else _settled(each, each.fix, sources, texts) for each in found]


def _settled(found: Diagnostic, fix: Fix, sources: Mapping[str, bytes], texts: dict[str, Text | None]) -> Diagnostic:
    edits = []
    for edit in fix.edits:
        path = edit.span.path
        if path not in texts:
            texts[path] = _text(path, sources)
        narrow = _narrowed(edit, texts[path])
        if narrow is None:
            return dataclasses.replace(found, fix=None)
        edits.append(narrow)
    return dataclasses.replace(found, fix=dataclasses.replace(fix, edits=tuple(dict.fromkeys(edits))))


def _text(path: str, sources: Mapping[str, bytes]) -> Text | None:
    if path not in sources:
        return None
    text, wrong = decode(path, sources[path])
    return None if wrong else text


def _narrowed(edit: Edit, text: Text | None) -> Edit | None:
    """Return the edit at the one place of its old word, or None where that cannot be told."""
    span = edit.span
    if text is None or not text.holds(span):
        return None
    if not edit.old:
        return edit
    first = text.index(span.line, span.column)
    written = text.content[first : text.index(span.end_line, span.end_column)]
    starts = [match.start() for match in re.finditer(re.escape(edit.old), written) if _alone(written, match)]
    if len(starts) != 1:
        return None
    start = first + starts[0]
    return Edit(text.span(start, start + len(edit.old)), edit.text)


def _alone(written: str, match: re.Match[str]) -> bool:
    """Return whether a match is no part of a longer word."""
    before, after = written[max(0, match.start() - 2) : match.start()], written[match.end() : match.end() + 2]
    if _WORD_AFTER.match(match[0]) and _WORD_BEFORE.search(before):
        return False
    return not (_WORD_BEFORE.search(match[0]) and _WORD_AFTER.match(after))
