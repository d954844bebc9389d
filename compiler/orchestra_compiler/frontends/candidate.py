"""A file that may define agents, read once for whoever asks: which format it is in, and what it defines."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Container
from functools import cached_property
from typing import Any

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.naming import MARKDOWN
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source import markdown, yaml
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import Document, List, Map

ReadFile = Callable[[str, Span], "tuple[str | None, list[Diagnostic]]"]
"""Reads a text file of the project by its path; the span is where the path stands."""

_SURROGATES = pattern(r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


class Candidate:
    """One decoded file. What it holds is found out when first asked for.

    Attributes:
        path: Below the project's root.
        is_markdown: Whether it is read as Markdown with front matter; otherwise as YAML.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self.path = text.path
        self.is_markdown = text.path.lower().endswith(MARKDOWN)

    @cached_property
    def page(self) -> markdown.Page:
        """The file as Markdown."""
        return markdown.read(self.text)

    @cached_property
    def strict(self) -> yaml.Reading:
        """The file as YAML of our own language."""
        return yaml.read(self.text)

    @cached_property
    def lenient(self) -> yaml.Reading:
        """The file as other tools write YAML: merge keys merge, tags are passed over, and what is no YAML is recovered."""
        reading = self._merged()
        if not any(each.severity is Severity.ERROR and each.code == "ORC001" for each in reading.diagnostics):
            return reading
        from orchestra_compiler.source.recovery import recover

        recovered = recover(self.text)
        return reading if recovered is None else yaml.Reading([recovered.document], recovered.diagnostics)

    @property
    def top(self) -> Map | None:
        """The mapping that the first document is, however it had to be read."""
        documents = self.lenient.documents
        return documents[0].value if documents and isinstance(documents[0].value, Map) else None

    @property
    def mappings(self) -> list[Document]:
        """The documents that are mappings, however they had to be read."""
        return [each for each in self.lenient.documents if isinstance(each.value, Map)]

    def _merged(self) -> yaml.Reading:
        content = self.text.content
        paired = _SURROGATES.sub(_one_character, content) if self.path.lower().endswith(".json") else content
        odd = "<<" in content or "!" in content or paired is not content
        if not odd and not self.strict.diagnostics:
            return self.strict
        reading = yaml.read(self.text, content=paired, merges=True)
        found = [
            dataclasses.replace(each, severity=Severity.WARNING) if each.code == "ORC003" else each
            for each in reading.diagnostics
            if each.code != "ORC005"  # how its own tool reads a bare word is that tool's business
        ]
        told = {self.text.index(each.span.line, each.span.column) for each in found if each.code == "ORC003"}
        foreign = {index for index in told if content[index : index + 1] == "!" != content[index + 1 : index + 2]}
        for document in reading.documents if foreign else ():
            _forget(document.value, foreign)
        return yaml.Reading(reading.documents, found)


def _forget(value: Any, starts: Container[int]) -> None:
    """Put nothing in place of the values that start at some indexes: what `!include x` stands for is not known here."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Map):
            for key in item:
                if item.spot(key)[0] in starts:
                    item[key] = None
            waiting += [each for each in item.values() if isinstance(each, Map | List)]
        elif isinstance(item, List):
            waiting += [each for each in item if isinstance(each, Map | List)]


def _one_character(pair: re.Match[str]) -> str:
    """Return a character that JSON writes as a pair of surrogates as YAML writes it, in as many characters.

    In quotes, YAML passes over a line break behind a backslash.
    """
    high, low = (int(half, 16) for half in pair.groups())
    return f"\\\n\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"
