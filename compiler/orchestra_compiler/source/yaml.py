"""YAML to plain data that remembers its places: YAML 1.2 scalars, no tags, no merge keys, no bombs.

PyYAML's C scanner does the work; this module turns its events into `Map` and `List` (subclasses of dict and list)
directly. The events, rather than composed nodes, because nothing recurses then (ten thousand brackets are one finding),
an alias keeps its own place, and only two integers per value are kept, which the garbage collector never visits: on a
large file that is 0.7 times the CPU time of `yaml.CSafeLoader`, which keeps no places at all.

A key is always the text that was written (`10000:` is the key "10000"). Aliases share the value they name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source import scalars
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.mends import remove_entry, same_data
from orchestra_compiler.source.text import Text, control_characters
from orchestra_compiler.source.tree import Document, List, Map

MAX_DEPTH = 100
"""The deepest nesting of collections that is read."""
MAX_ALIASED = 10_000
"""The most values that all aliases of one file may stand for together."""
MAX_FINDINGS = 200
"""The reading of a file ends after so many findings."""

_Collection: TypeAlias = "Map | List"
_NEW: dict[type, Any] = {MappingStartEvent: Map, SequenceStartEvent: List}
_BREAKS_ONCE = {0x85: "\uf8f0", 0x2028: "\uf8f1", 0x2029: "\uf8f2"}
"""Characters that ended a line in YAML 1.1, and their stand-ins while the parser, which still thinks so, is at work."""
_OLD_BREAK = pattern("[\x85\u2028\u2029]")
MERGED = "merge keys (`<<`) are not part of the language"
"""What is said of a merge key: the keys that it stands for are not read."""
_ODD_KEYS = frozenset({"<<", "", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"})


class Reading(NamedTuple):
    """What a text holds: the documents that could be read, and what is wrong with it."""

    documents: list[Document]
    diagnostics: list[Diagnostic]


def read(text: Text, *, content: str | None = None, merges: bool = False) -> Reading:
    """Return the documents of a YAML text. Documents before a syntax error are returned. Never raises.

    Args:
        text: The file.
        content: Read in place of the text's own where only a part of it is YAML; it must have the same places: the rest
            blanked out, not cut off.
        merges: Whether `<<` merges mappings, as YAML 1.1 had it; otherwise it is a finding.
    """
    found = control_characters(text)
    if found:
        return Reading([], found)
    return _Builder(text, text.content if content is None else content, merges=merges).read()


_Frame: TypeAlias = "tuple[Any, list[int], str | None, int, bool]"
"""A collection that is being read while one inside it is: itself, its spots, its key; of the one inside its start, and
whether brackets enclose it."""


class _Stop(Exception):  # noqa: N818 - it ends the reading, and is no error of ours
    """The rest of the file is not worth reading; the finding is told."""


class _Builder:
    """Reads one text. `_drops` are the entries that were told as findings and must not be seen by anyone."""

    def __init__(self, text: Text, content: str, *, merges: bool = False) -> None:
        self._text = text
        self._content = content
        self._merges = merges
        self._merged: list[tuple[Map, str]] = []
        self._documents: list[Document] = []
        self._found: list[Diagnostic] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._drops: list[tuple[Map, str]] = []
        self._twice: list[tuple[int, Map, str, str]] = []
        self._stack: list[_Frame] = []
        self._aliased = 0
        self._plain = scalars.Plain()

    def read(self) -> Reading:
        try:
            self._build(_events(self._content))
        except yaml.YAMLError as error:
            self._found.append(_syntax(self._text, error))
        except _Stop:
            pass
        for mapping, key in self._merged:
            merge(mapping, mapping.get(key))
        for number, mapping, key, stand_in in self._twice:
            self._mend_repetition(number, mapping, key, stand_in)
        for mapping, key in self._drops:
            mapping.drop(key)
        if self._plain.ambiguous:
            self._found += _ambiguous_words(self._text, self._content)
        return Reading(self._documents, self._found)

    def _build(self, get: Callable[[], Any]) -> None:  # noqa: C901, PLR0912 - the hot loop: a call per event would double its time
        stack, plain = self._stack, self._plain
        special = "!" in self._content or "&" in self._content  # if not, no value has a tag or an anchor
        value: Any = None  # the collection being read, or None at a document's top
        spots: list[int] = []
        key: str | None = None
        while True:
            event = get()
            kind = type(event)
            start = event.start_mark.index
            if kind is ScalarEvent:
                item = plain[event.value] if event.implicit[0] else event.value
                end = event.end_mark.index
                if special and (event.tag is not None or event.anchor is not None):
                    self._properties(event, item)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append((value, spots, key, start, event.flow_style))
                value = _NEW[kind]()
                value.start, value.spots = start, []
                spots, key = value.spots, None
                if event.tag is not None or event.anchor is not None or len(stack) > MAX_DEPTH:
                    self._open(event, value)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                item, inner = value, spots
                value, spots, key, start, flow = stack.pop()
                # a block's end is, to the parser, where the next thing starts
                end = item.end = event.end_mark.index if flow or not inner else inner[-1]  # pyright: ignore - a collection
            elif kind is AliasEvent:
                item, end = self._alias(event, value), event.end_mark.index
            elif kind is StreamEndEvent:
                return
            else:
                if kind is DocumentEndEvent:
                    self._anchors.clear()
                continue
            if type(value) is Map:
                spots += (start, end)
                if key is None:
                    key = event.value if kind is ScalarEvent else None
                    if key is None or key in _ODD_KEYS or key in value:
                        key = self._odd_key(event, value, key, (start, end))
                else:
                    value[key], key = item, None
            elif value is None:
                self._top(event, item, start, end)
            else:
                value.append(item)  # pyright: ignore - it is a List here
                spots += (start, end)

    def _top(self, event: Any, item: Any, start: int, end: int) -> None:
        """Keep a document's value; an empty document (a `---` too many) is none."""
        if item is not None or getattr(event, "value", None):
            self._documents.append(Document(self._text, item, start, end))

    def _open(self, event: Any, value: _Collection) -> None:
        self._properties(event, value)
        if len(self._stack) > MAX_DEPTH:
            self._tell("ORC001", event, f"collections are nested more than {MAX_DEPTH} deep", "write it flatter")
            raise _Stop

    def _properties(self, event: Any, item: Any) -> None:
        """Look at a value's tag and anchor."""
        if event.tag is not None:
            self._tell(
                "ORC003",
                event,
                f"the tag `{event.tag}` is not allowed",
                "remove the tag; quote text that looks like another type",
            )
        if event.anchor is not None:
            self._anchors[event.anchor] = (item, event.start_mark.index, event.end_mark.index)

    def _alias(self, event: Any, value: Any) -> Any:
        name = event.anchor
        if name not in self._anchors:
            self._tell("ORC001", event, f"the alias `*{name}` names no anchor", "quote text that starts with `*`")
            return None
        item = self._anchors[name][0]
        if isinstance(item, Map | List) and (item is value or any(item is frame[0] for frame in self._stack)):
            self._tell("ORC004", event, f"the alias `*{name}` stands inside what it names", "write the value out")
            raise _Stop
        self._aliased += _size(item, MAX_ALIASED - self._aliased)
        if self._aliased > MAX_ALIASED:
            self._tell("ORC004", event, f"aliases stand for more than {MAX_ALIASED} values", "write the values out")
            raise _Stop
        return item

    def _odd_key(self, event: Any, value: Map, key: str | None, spot: tuple[int, int]) -> str:
        """Return a key that only looks odd; tell what is wrong with any other, and return a stand-in that is dropped."""
        if key is not None and key in value:
            first, _ = self._text.place(value.spots[4 * list(value).index(key)])
            self._twice.append((len(self._found), value, key, f"\0{len(self._drops)}"))
            self._add(
                "ORC002", spot, f"the key `{shown(key)}` stands here twice", f"the first is in line {first}; keep one"
            )
        elif key is not None and not event.implicit[0]:
            return key
        elif key == "<<" and self._merges:
            self._merged.append((value, f"\0{len(self._drops)}"))
        elif key == "<<":
            self._add("ORC003", spot, MERGED, "write the keys out")
        else:
            self._add("ORC013", spot, "a key must be text", "quote the key" if key else "write a word before the colon")
        stand_in = f"\0{len(self._drops)}"
        self._drops.append((value, stand_in))
        return stand_in

    def _mend_repetition(self, number: int, mapping: Map, key: str, stand_in: str) -> None:
        """Give the finding of a key that stands there twice its mend, where it has the same value both times."""
        if number < len(self._found) and stand_in in mapping and same_data(mapping[key], mapping[stand_in]):
            fix = remove_entry(self._text, mapping.key_spot(stand_in)[0], mapping.spot(stand_in)[1])
            self._found[number] = dataclasses.replace(self._found[number], fix=fix)

    def _tell(self, code: str, event: Any, message: str, hint: str) -> None:
        self._add(code, _indexes(event), message, hint)

    def _add(self, code: str, spot: tuple[int, int], message: str, hint: str) -> None:
        self._found.append(fault(code, self._text.span(*spot), message, hint))
        if len(self._found) >= MAX_FINDINGS:
            raise _Stop


def merge(mapping: Map, merged: Any) -> None:
    """Take over the entries of one mapping, or of several, that a mapping does not have itself, with their places."""
    for each in merged if isinstance(merged, List) else [merged]:
        whole = isinstance(each, Map) and len(each.spots) == 4 * len(each) and len(mapping.spots) == 4 * len(mapping)
        if each is mapping or not whole:  # the reading stopped inside of it
            continue
        for number, (key, value) in enumerate(list(each.items())):
            if key not in mapping and not key.startswith("\0"):
                mapping[key] = value
                mapping.spots += each.spots[4 * number : 4 * number + 4]


def _events(content: str) -> Callable[[], Any]:
    """Return the function that gives the next event of `content`."""
    hidden = content.translate(_BREAKS_ONCE) if _OLD_BREAK.search(content) else content
    get: Callable[[], Any] = _parser(hidden).get_event
    if hidden is content:
        return get

    def restored() -> Any:
        event = get()
        if type(event) is ScalarEvent:
            for old, stand_in in _BREAKS_ONCE.items():
                event.value = event.value.replace(stand_in, chr(old))
        return event

    return restored


def _parser(content: str) -> Any:
    """Return the C parser of `content`, or the pure Python one where PyYAML was built without libyaml."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _PythonParser(content)
    return CParser(content)


class _PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser, put together as its loaders do, without composer, constructor and resolver."""

    def __init__(self, content: str) -> None:
        Reader.__init__(self, content)
        Scanner.__init__(self)
        Parser.__init__(self)


def _indexes(event: Any) -> tuple[int, int]:
    return event.start_mark.index, event.end_mark.index


def _size(item: Any, limit: int) -> int:
    """Return how many values `item` holds, itself included; counting ends once they are more than `limit`."""
    size, waiting = 0, [item]
    while waiting and size <= limit:
        value = waiting.pop()
        size += 1
        if isinstance(value, Map):
            waiting += value.values()
        elif isinstance(value, List):
            waiting += value
    return size


_HINTS = {
    "mapping values are not allowed": "quote the value: `: ` inside plain text starts a new key",
    "cannot start any token": "quote the value, or indent with spaces where a tab stands",
    "could not find expected ':'": "write `key: value`, or quote text that runs over several lines",
    "did not find expected key": "check the indentation and the quotes of the lines before",
    "did not find expected <document start>": "write everything below one mapping, or separate documents with `---`",
    "unexpected end of stream": "close the quote or the bracket",
}


def _syntax(text: Text, error: yaml.YAMLError) -> Diagnostic:
    """Return the finding of a text that is not YAML, at the place where the parser gave up."""
    mark: object = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    index = min(getattr(mark, "index", getattr(error, "position", 0)), len(text.content))
    parts = [getattr(error, "context", None), getattr(error, "problem", None) or getattr(error, "reason", None)]
    message = ", ".join(part for part in parts if part) or "the text cannot be read"
    hint = next((hint for part, hint in _HINTS.items() if part in message), "")
    return fault("ORC001", text.span(index, index + 1), shown(f"not YAML: {message}", 160), hint)


def _ambiguous_words(text: Text, content: str) -> Iterator[Diagnostic]:
    """Read the text once more, and find every bare word that other readers take for something else."""
    get = _events(content)
    count = 0
    try:
        while count < MAX_FINDINGS:
            event: Any = get()
            if type(event) is StreamEndEvent:
                return
            if type(event) is ScalarEvent and event.implicit[0] and scalars.ambiguous(event.value):
                count += 1
                start, end = _indexes(event)
                found = f"the bare word `{event.value}` is text here, and something else to other YAML readers"
                mend = Edit(text.span(start, end), f'"{event.value}"')
                bare = content[start:end] == event.value  # else an anchor stands before it
                fix = Fix(title="quote the word", safety=Safety.SAFE, edits=(mend,)) if bare else None
                yield fault("ORC005", text.span(start, end), found, f'write "{event.value}"', fix=fix)
    except yaml.YAMLError:
        return  # told by the first reading
