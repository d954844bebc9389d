"""YAML files that are not strict YAML, read all the same: what other tools' users write, and those tools often accept.

The text is read block by block: each key of a mapping and each item of a list whose lines are strict YAML by themselves
keeps its value; a value that is not is looked into, and at the bottom taken as the text it was meant to be, with a finding
(ORC009) at the character that broke it. Tabs that indent count as spaces. Nothing of a file is lost in silence.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source import blocks, excerpts, yaml
from orchestra_compiler.source.blocks import COMMENT, ITEM, KEY, TABBED, Entry, Line
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.requoted import quote_value
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import Document, List, Map
from orchestra_compiler.source.unquoted import bracketed, unquoted, why_not_yaml

MAX_CHARACTERS = 1_000_000
"""Longer texts are not recovered: each level of nesting reads its part of the text again."""
_REST = pattern(r"[ \t]*(?:\r\n|\n|\r|\Z)")
_MAX_DEPTH = 40
_BLOCK_SCALAR = pattern(r"[|>][+-]?[0-9]?[+-]?[ \t]*(?:#.*)?\Z")
_ANCHOR = pattern(r"&([\w.-]+)[ \t]*")
_ALIAS = pattern(r"\*([\w.-]+)[ \t]*(?:#.*)?\Z")
_MERGE = "<<"


class Recovery(NamedTuple):
    """What could be read of a text, and what had to be mended."""

    document: Document
    diagnostics: list[Diagnostic]


def recover(text: Text) -> Recovery | None:
    """Return the one mapping that a text that is not strict YAML was meant to be, or None where it is none."""
    if len(text.content) > MAX_CHARACTERS:
        return None
    recovering = _Recovering(text)
    value = recovering.whole()
    return None if value is None else Recovery(Document(text, value, value.start, value.end), recovering.found)


class _Recovering:
    """Reads one text. Every function returns a value and the indexes around it."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._content = blocks.untabbed(text.content)
        self._anchors: dict[str, Any] = {}
        self.found: list[Diagnostic] = []

    def whole(self) -> Map | None:
        """Return the mapping that the whole text is."""
        tab = TABBED.search(self._text.content)
        if tab:
            place = tab.start() + tab[0].index("\t")
            message, hint = "a tab indents this line, which YAML does not allow", "indent with spaces"
            self.found.append(fault("ORC009", self._text.span(place, place + 1), message, hint, fix=self._untabbed()))
            reading = yaml.read(self._text, content=self._content)
            if _is_sound(reading) and isinstance(reading.documents[0].value, Map):
                return reading.documents[0].value
        lines = blocks.lines_of(self._text.content)
        return self._mapping(lines, 0) if any(KEY.match(self._content, line.start) for line in lines) else None

    def _mapping(self, lines: Sequence[Line], depth: int) -> Map:
        value, spots = Map(), list[int]()
        entries, lost = blocks.entries_of(self._content, lines)
        for line in lost[: yaml.MAX_FINDINGS]:
            message = f"the line `{shown(self._content[line.start : line.end])}` belongs to no key"
            self.found.append(fault("ORC009", self._text.span(line.start, line.end), message, "write `key: value`"))
        for entry in entries:
            if len(self.found) >= yaml.MAX_FINDINGS:
                break
            if entry.key in value:
                span = self._text.span(entry.start, entry.key_end)
                self.found.append(fault("ORC002", span, f"the key `{shown(entry.key)}` stands here twice", "keep one"))
                continue
            item, start, end = self._alias(entry) or self._strict(entry) or self._looked_into(entry, depth)
            anchor = _ANCHOR.match(self._content, entry.value, entry.lines[0].end)
            if anchor:
                self._anchors[anchor[1]] = item
            value[entry.key] = item
            spots += (entry.start, entry.key_end, start, end)
        value.start, value.end = lines[0].start, lines[-1].end
        value.spots = spots
        if _MERGE in value:
            yaml.merge(value, value[_MERGE])
            value.drop(_MERGE)
        return value

    def _alias(self, entry: Entry) -> tuple[Any, int, int] | None:
        """Return what an entry's value, an alias, stands for, where that was read before."""
        alias = _ALIAS.match(self._content, entry.value, entry.end)
        known = alias is not None and alias[1] in self._anchors
        return (self._anchors[alias[1]], entry.value, entry.end) if alias and known else None

    def _strict(self, entry: Entry) -> tuple[Any, int, int] | None:
        """Return the value of an entry that is strict YAML by itself."""
        reading = self._read(entry.start, entry.end)
        documents = reading.documents
        if not _is_sound(reading) or list(documents[0].value) != [entry.key]:
            return None
        value = documents[0].value
        return value[entry.key], *value.spot(entry.key)

    def _read(self, start: int, end: int) -> yaml.Reading:
        """Return what a part of the text holds; the break of its last line is the end of a block of text."""
        rest = _REST.match(self._content, end)  # blanks, which count in a block of text
        excerpt = self._content[start : rest.end() if rest else end]
        return excerpts.read(self._text, start, excerpt, merges=True)

    def _looked_into(self, entry: Entry, depth: int) -> tuple[Any, int, int]:
        """Return the value of an entry that is not strict YAML."""
        first = _ANCHOR.sub("", self._content[entry.value : entry.lines[0].end], count=1)
        below = entry.lines[1:]
        if below and depth < _MAX_DEPTH and (not first or COMMENT.match(first)):
            if ITEM.match(self._content, below[0].start, below[0].end):
                items = self._sequence(below, depth + 1)
                return items, items.start, items.end
            if KEY.match(self._content, below[0].start, below[0].end):
                value = self._mapping(below, depth + 1)
                return value, value.start, value.end
        return self._meant(entry, first)

    def _sequence(self, lines: Sequence[Line], depth: int) -> List:
        value = List()
        value.spots = []
        for part in blocks.items_of(self._content, lines):
            if len(self.found) >= yaml.MAX_FINDINGS:
                break
            item, start, end = self._item(part, depth)
            value.append(item)
            value.spots += (start, end)
        value.start, value.end = lines[0].start, lines[-1].end
        return value

    def _item(self, lines: Sequence[Line], depth: int) -> tuple[Any, int, int]:
        first = lines[0]
        match = ITEM.match(self._content, first.start, first.end)
        start = match.end() if match else first.start
        reading = self._read(first.start, lines[-1].end)
        if _is_sound(reading) and isinstance(reading.documents[0].value, List):
            value = reading.documents[0].value
            if len(value) == 1:
                return value[0], *value.spot(0)
        inner = [Line(start, first.end, first.indent + start - first.start), *lines[1:]]
        if KEY.match(self._content, start, first.end) and depth < _MAX_DEPTH:
            mapping = self._mapping(inner, depth + 1)
            return mapping, mapping.start, mapping.end
        raw = self._text.content[start : lines[-1].end]
        self._tell("an item", raw, start, unquoted(" ".join(raw.split())))
        return unquoted(" ".join(raw.split())), start, lines[-1].end

    def _meant(self, entry: Entry, first: str) -> tuple[Any, int, int]:
        """Return the text, or the list of texts, that a value was meant to be."""
        value: Any
        raw = self._text.content[entry.value : entry.end]
        if _BLOCK_SCALAR.match(first):
            value = self._block(entry, folded=first[0] == ">")
        elif raw.startswith("[") and raw.endswith("]"):
            value = bracketed(self._text.content, entry.value, entry.end)
        else:
            value = unquoted(" ".join(raw.split()))
        self._tell(f"the value of `{shown(entry.key)}`", raw, entry.value, value)
        return value, min(entry.value, entry.end), entry.end

    def _block(self, entry: Entry, *, folded: bool) -> str:
        """Return the text of a block whose lines are not indented as they must be."""
        below = entry.lines[1:]
        if not below:
            return ""
        starts = [self._content.rfind("\n", 0, line.start) + 1 for line in below]
        least = min(line.start - start for line, start in zip(below, starts, strict=True))
        raw = self._content[starts[0] : entry.end]
        lines = [line[min(least, len(line) - len(line.lstrip())) :].rstrip() for line in raw.splitlines()]
        return " ".join(line.strip() for line in lines if line) + "\n" if folded else "\n".join(lines) + "\n"

    def _tell(self, what: str, raw: str, start: int, value: str | list[str]) -> None:
        why, offset = why_not_yaml(raw)
        hint = shown(f"write {json.dumps(value, ensure_ascii=False)}", 160)
        place = start + offset
        message = f"{what} is not strict YAML: {why}"
        fix = quote_value(self._text, start, start + len(raw), value)
        self.found.append(fault("ORC009", self._text.span(place, place + 1), message, hint, fix=fix))

    def _untabbed(self) -> Fix:
        """Return the fix that indents with as many spaces as there are characters, which is how the text is read."""
        tabbed = TABBED.finditer(self._text.content)
        edits = tuple(Edit(self._text.span(*match.span()), " " * len(match[0])) for match in tabbed)
        return Fix(title="indent with spaces", safety=Safety.SAFE, edits=edits)


def _is_sound(reading: yaml.Reading) -> bool:
    """Return whether a text was one document of strict YAML; a word that is only ambiguous makes it no less."""
    return len(reading.documents) == 1 and all(each.code == "ORC005" for each in reading.diagnostics)
