"""Markdown with front matter, as people really write it.

The front matter is read as strict YAML first. Where that fails it is read key by key: each key whose value is strict YAML
keeps it, and any other value is taken as the text it was meant to be, with a finding (ORC007) at the character that broke
the YAML and the mend as its hint. The body is what follows the closing fence, character by character.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Fix, Safety, Severity
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source import excerpts, yaml
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.fences import Block, find
from orchestra_compiler.source.mends import remove_entry, replace, same_data
from orchestra_compiler.source.requoted import quote_value
from orchestra_compiler.source.text import Text, lines_of
from orchestra_compiler.source.tree import Document, List, Map
from orchestra_compiler.source.unquoted import bracketed, unquoted, why_not_yaml

_KEY = pattern(r"(?P<key>[A-Za-z_][A-Za-z0-9_-]*)[ \t]*:(?=[ \t\r\n]|\Z)[ \t]*")
_ITEM = pattern(r"[ \t]*-[ \t]+")
_NOT_BREAK = pattern(r"[^\r\n]")


class Page(NamedTuple):
    """A Markdown file: its front matter (an empty mapping where there is none), and the index where its body starts."""

    front: Document
    start: int
    diagnostics: list[Diagnostic]

    @property
    def body(self) -> str:
        """The text after the front matter, character by character."""
        return self.front.text.content[self.start :]


def read(text: Text) -> Page:
    """Return the front matter and the body of a Markdown text. Never raises."""
    block, found = find(text)
    if block is None:
        return Page(_document(text, Map(), 0, 0, []), 0, found)
    before = _NOT_BREAK.sub(" ", text.content[: block.start])
    reading = yaml.read(text, content=before + text.content[block.start : block.stop])
    documents = reading.documents
    if len(documents) == 1 and isinstance(documents[0].value, Map) and not _broken(reading.diagnostics):
        return Page(documents[0], block.body, found + reading.diagnostics)
    recovery = _Recovery(text, block)
    return Page(recovery.document(), block.body, found + recovery.found)


def _broken(found: list[Diagnostic]) -> bool:
    return any(each.severity is Severity.ERROR and each.code != "ORC002" for each in found)


def _document(text: Text, value: Map, start: int, end: int, spots: list[int]) -> Document:
    value.start, value.end, value.spots = start, end, spots
    return Document(text, value, start, end)


class _Chunk(NamedTuple):
    """A key with all the lines of its value: where the key starts and ends, and where the value does.

    `stop` is where the next key starts: a block of text ends with the line end before it.
    """

    key: str
    start: int
    key_end: int
    value: int
    end: int
    stop: int


class _Recovery:
    """Reads one block of front matter key by key."""

    def __init__(self, text: Text, block: Block) -> None:
        self._text = text
        self._block = block
        self.found: list[Diagnostic] = []

    def document(self) -> Document:
        """Return what could be read, and tell everything that had to be mended."""
        value, spots = Map(), list[int]()
        for chunk in self._chunks():
            if chunk.key in value:
                span = self._text.span(chunk.start, chunk.key_end)
                fix = self._repetition(chunk, value[chunk.key])
                self.found.append(
                    fault("ORC002", span, f"the key `{chunk.key}` stands here twice", "keep one", fix=fix)
                )
                continue
            item, start, end = self._strict(chunk) or self._mended(chunk)
            value[chunk.key] = item
            spots += (chunk.start, chunk.key_end, start, end)
        return _document(self._text, value, self._block.start, self._block.stop, spots)

    def _repetition(self, chunk: _Chunk, first: Any) -> Fix | None:
        """Return the fix of a key that stands there for the second time with the same value."""
        again = _Recovery(self._text, self._block)
        second, _, end = again._strict(chunk) or again._mended(chunk)
        return remove_entry(self._text, chunk.start, end) if same_data(first, second) else None

    def _chunks(self) -> Iterator[_Chunk]:
        content, stop = self._text.content, self._block.stop
        heads = []
        position = self._block.start
        for line in lines_of(content[position:stop]):
            match = _KEY.match(line)
            if match:
                heads.append((match["key"], position, position + match.end("key"), position + match.end()))
            elif not heads and line.strip() and not line.startswith("#"):
                end = position + len(line.rstrip())
                message = f"the line `{shown(line)}` belongs to no key"
                self.found.append(fault("ORC007", self._text.span(position, end), message, "write `key: value`"))
            elif not heads and "\t" in line and not line.strip():
                span = self._text.span(position, position + len(line.rstrip("\r\n")))
                fix = replace("remove the blanks", Safety.SAFE, span, "")
                self.found.append(
                    fault("ORC007", span, "a tab stands in a blank line", "leave the line empty", fix=fix)
                )
            position += len(line)
        for number, (key, start, key_end, value) in enumerate(heads):
            end = heads[number + 1][1] if number + 1 < len(heads) else stop
            yield _Chunk(key, start, key_end, min(value, end), value + len(content[value:end].rstrip(" \t\r\n")), end)

    def _strict(self, chunk: _Chunk) -> tuple[Any, int, int] | None:
        """Return the value of a chunk that is strict YAML by itself, with its place."""
        reading = excerpts.read(self._text, chunk.start, self._text.content[chunk.start : chunk.stop])
        documents = reading.documents
        if len(documents) != 1 or list(documents[0].value) != [chunk.key] or _broken(reading.diagnostics):
            return None
        self.found += reading.diagnostics
        return documents[0].value[chunk.key], *documents[0].value.spot(chunk.key)

    def _mended(self, chunk: _Chunk) -> tuple[Any, int, int]:
        raw = self._text.content[chunk.value : chunk.end]
        lines = [line for line in lines_of(raw) if line.strip()]
        value: Any
        if lines and all(_ITEM.match(line) for line in lines):
            value = self._items(chunk)
        elif raw.startswith("[") and raw.endswith("]"):
            value = bracketed(self._text.content, chunk.value, chunk.end)
        else:
            value = unquoted(" ".join(line.strip() for line in lines))
        reason, offset = why_not_yaml(raw)
        place = chunk.value + offset
        hint = shown(f"write {chunk.key}: {json.dumps(value, ensure_ascii=False)}", 160)
        message = f"the value of `{chunk.key}` is not strict YAML: {reason}"
        fix = quote_value(self._text, chunk.value, chunk.end, value)
        self.found.append(fault("ORC007", self._text.span(place, place + 1), message, hint, fix=fix))
        return value, chunk.value, chunk.end

    def _items(self, chunk: _Chunk) -> List:
        value = List()
        value.start, value.end, value.spots = chunk.value, chunk.end, []
        position = chunk.value
        for line in lines_of(self._text.content[chunk.value : chunk.end]):
            match = _ITEM.match(line)
            if match:
                value.append(unquoted(line[match.end() :]))
                value.spots += (position + match.end(), position + len(line.rstrip()))
            position += len(line)
        return value
