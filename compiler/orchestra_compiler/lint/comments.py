"""Comments of YAML, of front matter, and of Markdown or XML: what a reader of the file sees and its parser does not.

A `#` inside a quoted text or a block is no comment, and neither is `<!-- -->` inside a Markdown code fence. A YAML text
with a syntax error has its comments up to there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from orchestra_compiler.naming import MARKDOWN, YAML
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source import fences
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.yaml import MAX_DEPTH

_XML = (".xsd", ".xml")
_MARK = pattern(r"(?<![^ \t\r\n])#")
_LINE_END = pattern(r"[\r\n]|\Z")
_OPEN, _CLOSE = "<!--", "-->"
_FENCE = pattern(r"^ {0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^\r\n]*)$", re.MULTILINE)
_NOT_BREAK = pattern(r"[^\r\n]")


class Comment(NamedTuple):
    """One comment.

    Attributes:
        start, end: Indexes around it, its marks included.
        inside: The index behind its opening mark.
        inner: What stands between its marks.
        in_prompt: Whether it stands in prose that a model reads, marks and all.
    """

    start: int
    end: int
    inside: int
    inner: str
    in_prompt: bool = False


class Value(NamedTuple):
    """One scalar of YAML: indexes around it, and where its text starts, which for a block is behind its first line."""

    start: int
    text: int
    end: int


class Commented(NamedTuple):
    """The comments of a file, and the values of its YAML."""

    comments: list[Comment]
    values: list[Value]


def read(text: Text) -> Commented:
    """Return the comments of a file, whose kind its name tells."""
    path, content = text.path.lower(), text.content
    if path.endswith(YAML):
        return _of_yaml(content)
    if path.endswith(_XML):
        return Commented(list(_of_markup(content, 0, in_prompt=False)), [])
    block = fences.find(text)[0] if path.endswith(MARKDOWN) else None
    if block is None:
        return Commented(list(_of_prose(content, 0)), [])
    front = _NOT_BREAK.sub(" ", content[: block.start]) + content[block.start : block.stop]
    comments, values = _of_yaml(front)
    return Commented([*comments, *_of_prose(content, block.body)], values)


def _of_yaml(content: str) -> Commented:
    values = list(_values(content))
    starts = [each.text for each in values]
    comments = []
    mark = _MARK.search(content)
    while mark:
        before = bisect_right(starts, mark.start()) - 1
        position = mark.end()
        if before < 0 or mark.start() >= values[before].end:
            position = _end_of_line(content, position)
            comments.append(Comment(mark.start(), position, mark.end(), content[mark.end() : position]))
        mark = _MARK.search(content, position)
    return Commented(comments, values)


def _end_of_line(content: str, start: int) -> int:
    match = _LINE_END.search(content, start)
    return match.start() if match else len(content)


def _values(content: str) -> Iterator[Value]:
    """Yield each scalar; what stands behind a syntax error, or deeper than is read, counts as one."""
    import yaml

    scalar: Any = yaml.ScalarEvent
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    end = depth = 0
    try:
        events: Any = yaml.parse(content, Loader=loader)
        for event in events:
            end = event.end_mark.index
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                break
            if type(event) is scalar:
                start = event.start_mark.index
                yield Value(start, _end_of_line(content, start) if event.style in ("|", ">") else start, end)
        else:
            return
    except yaml.YAMLError:
        pass
    yield Value(end, end, len(content))


def _of_prose(content: str, start: int) -> Iterator[Comment]:
    """Yield the comments of Markdown that stand in no code."""
    code = list(_code(content, start))
    starts = [first for first, _ in code]
    for comment in _of_markup(content, start, in_prompt=True):
        before = bisect_right(starts, comment.start) - 1
        fenced = before >= 0 and comment.start < code[before][1]
        if not fenced and content[comment.start - 1 : comment.start] != "`":
            yield comment


def _of_markup(content: str, start: int, *, in_prompt: bool) -> Iterator[Comment]:
    opened = content.find(_OPEN, start)
    while opened >= 0:
        inside = opened + len(_OPEN)
        closed = content.find(_CLOSE, inside)
        if closed < 0:
            return
        end = closed + len(_CLOSE)
        yield Comment(opened, end, inside, content[inside:closed], in_prompt)
        opened = content.find(_OPEN, end)


def _code(content: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield the indexes around each fenced block of code; one that is not closed goes on to the end."""
    opened: re.Match[str] | None = None
    for match in _FENCE.finditer(content, start):
        if opened is None:
            opened = match
        elif match["mark"].startswith(opened["mark"]) and not match["info"].strip():
            yield opened.start(), match.end()
            opened = None
    if opened is not None:
        yield opened.start(), len(content)
