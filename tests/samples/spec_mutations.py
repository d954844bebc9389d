"""Faults put into clean specs by a machine: every reference misspelt, every key left out, doubled or unknown, and so on.

The places are those of PyYAML's own composer, so that they do not come from the reader under test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import yaml
from spec_language import LISTS, ONES_OF_THEIR_OWN, OPEN, REFERENCES, REQUIRED, UNKNOWN_NAMES
from yaml import MappingNode, Node, ScalarNode, SequenceNode

FENCE = "---\n"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mutation(NamedTuple):
    """A file with one fault in it: what it holds, and what must be found, and where, counted from 1."""

    kind: str
    path: str
    content: str
    code: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.kind} {self.path}:{self.line}:{self.column} {self.code}"


class Entry(NamedTuple):
    """A value of a document: its path with `*` for names and positions, its key unless it is an item, and what holds it."""

    path: str
    key: ScalarNode | None
    value: Node
    parent: Node


class Spec:
    """One file, taken apart."""

    def __init__(self, path: str, text: str, kind: str) -> None:
        self.path, self.text, self.kind = path, text, kind
        self.offset = len(FENCE) if path.endswith(".md") else 0
        inner = text[self.offset :].partition(f"\n{FENCE}")[0] + "\n" if self.offset else text
        self.top = yaml.compose(inner, Loader=LOADER)
        self.entries = list(self._below(self.top, ""))

    def _below(self, node: Node, path: str) -> Iterator[Entry]:
        prefix = f"{path}." if path else ""
        if isinstance(node, MappingNode):
            for key, value in node.value:
                here = f"{prefix}{'*' if self._holds_names(path) else key.value}"
                yield Entry(here, key, value, node)
                yield from self._below(value, here)
        elif isinstance(node, SequenceNode):
            for value in node.value:
                yield Entry(f"{prefix}*", None, value, node)
                yield from self._below(value, f"{prefix}*")

    def _holds_names(self, path: str) -> bool:
        if path == "tiers":
            return self.kind in ("tiers", "routing")
        long_steps = self.kind == "mission" and path == "expect.*" and "\nsteps:" in self.text
        return path in ("signals", "steps", "replies", "layers", "layers.*", "hard.*.when") or long_steps

    def start(self, node: Node) -> int:
        """Return the index of a value's first character in the file."""
        return self.offset + node.start_mark.index

    def end(self, node: Node) -> int:
        """Return the index behind a value in the file."""
        return self.offset + node.end_mark.index

    def mutation(self, kind: str, code: str, place: int, start: int, end: int, new: str) -> Mutation:
        """Return the file with a stretch replaced; the finding must be at `place` of the file as it is then."""
        text = self.text[:start] + new + self.text[end:]
        before = text[:place]
        return Mutation(kind, self.path, text, code, before.count("\n") + 1, place - before.rfind("\n"))

    # The faults

    def misspelt(self) -> Iterator[Mutation]:
        """Yield every reference with a letter too many."""
        for path, key, value, _ in self.entries:
            code = REFERENCES[self.kind].get(path)
            if code and isinstance(value, ScalarNode) and not value.style:
                yield self.mutation("misspelt", code, self.start(value), self.end(value), self.end(value), "x")
            code = UNKNOWN_NAMES.get(path.rpartition(".")[0])
            if self.kind == "routing" and path == "tiers.*":
                code = "ORC102"
            if code and key is not None and key.value != "action":
                yield self.mutation("misspelt", code, self.start(key), self.end(key), self.end(key), "x")

    def missing(self) -> Iterator[Mutation]:
        """Yield every required key left out: told at the first key that is left of its mapping."""
        wanted = REQUIRED["front" if self.offset else self.kind]
        for path, key, value, parent in self.entries:
            if path not in wanted or key is None:
                continue
            nodes = [each for each, _ in parent.value]
            number = nodes.index(key)
            if not parent.flow_style:
                start = self.text.rfind("\n", 0, self.start(key)) + 1
                if self.text[start : self.start(key)].strip() or getattr(value, "flow_style", True) is False:
                    continue  # an item's first key, and what goes over many lines
                end = self.text.find("\n", self.end(value) - 1) + 1
            elif number == len(nodes) - 1:
                start, end = self.end(parent.value[number - 1][1]), self.end(value)
            else:
                start, end = self.start(key), self.start(nodes[number + 1])
            yield self.mutation("missing", "ORC012", self.start(nodes[0]), start, end, "")

    def doubled(self) -> Iterator[Mutation]:
        """Yield every key that stands on one line, written twice."""
        for _, key, value, parent in self.entries:
            if (
                key is None
                or value.start_mark.line != value.end_mark.line
                or key.start_mark.line != value.end_mark.line
            ):
                continue
            entry = self.text[self.start(key) : self.end(value)]
            between = ", " if parent.flow_style else "\n" + " " * key.start_mark.column
            end = self.end(value)
            yield self.mutation("doubled", "ORC002", end + len(between), end, end, between + entry)

    def wrong_types(self) -> Iterator[Mutation]:
        """Yield every value replaced by a list of lists, which is nobody's value."""
        for path, key, value, _ in self.entries:
            flat = (isinstance(value, ScalarNode) and not value.style) or getattr(value, "flow_style", False)
            if flat and not self.offset and (key is None or key.value not in ONES_OF_THEIR_OWN):
                start = self.start(value)
                place = (
                    start + 1 if path in LISTS and not isinstance(value, MappingNode) else start
                )  # where a list is fine, its item is wrong
                yield self.mutation("wrong type", "ORC013", place, start, self.end(value), "[[1]]")

    def unknown_keys(self) -> Iterator[Mutation]:
        """Yield every mapping with a key that it does not know."""
        for path, node in [("", self.top), *((each.path, each.value) for each in self.entries)]:
            if (
                not isinstance(node, MappingNode)
                or path in OPEN
                or (self._holds_names(path) and path not in UNKNOWN_NAMES)
            ):
                continue
            first = self.start(node.value[0][0])
            after = ", " if node.flow_style else "\n" + " " * node.value[0][0].start_mark.column
            code = UNKNOWN_NAMES.get(path, "ORC011")
            value = {"layers.*": "block", "hard.*.when": "high", "replies": "A text."}.get(path, "1")
            yield self.mutation("unknown key", code, first, first, first, f"qqqqq: {value}{after}")

    def odd_texts(self) -> Iterator[Mutation]:
        """Yield texts with a character that nobody sees, and bytes that no text has."""
        for path, _, value, _ in self.entries:
            if path in ("description", "prompt", "task", "steps.*.task", "knowledge.boundaries.*") and not value.style:
                middle = self.start(value) + len(value.value) // 2
                if "hidden-unicode" not in self.text and (self.kind == "agent" or path != "description"):
                    yield self.mutation("hidden", "ORC701", middle, middle, middle, "\u200b")
                yield self.mutation("control", "ORC006", middle, middle, middle, "\x01")

    def broken_lines(self) -> Iterator[Mutation]:
        """Yield lines that are indented by a tab, and quotes that nothing closes."""
        lines = self.text.splitlines(keepends=True)
        index = 0
        for line in lines:
            blank = len(line) - len(line.lstrip(" "))
            if blank and not self.offset and self._is_entry(index + blank):
                yield self.mutation("tab", "ORC001", index, index, index + blank, "\t")
            index += len(line)

    def _is_entry(self, index: int) -> bool:
        return any(self.start(each.key or each.value) == index for each in self.entries)

    def all(self) -> Iterator[Mutation]:
        """Yield all of them."""
        yield from self.misspelt()
        yield from self.missing()
        yield from self.doubled()
        yield from self.wrong_types()
        yield from self.unknown_keys()
        yield from self.odd_texts()
        yield from self.broken_lines()


def kind_of(path: str) -> str:
    """Return the kind of document that a file of the small project, or of the example, holds."""
    folder, _, name = path.rpartition("/")
    for kind in ("agent", "mission"):
        if folder.startswith(f"{kind}s"):
            return kind
    return {"orchestra.yaml": "project"}.get(name, name.removesuffix(".yaml"))
