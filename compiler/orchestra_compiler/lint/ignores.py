"""Ignores in the files themselves: `# orchestra: ignore[ORC205] why`, and `ignore-file[...]` for a whole file.

An ignore speaks of its own line. One that stands alone on a line speaks of the next line that holds more than comments,
and of all of the text that starts there, since no comment can stand inside a block of YAML text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from orchestra_compiler.diagnostic import Diagnostic, Edit, Severity, Span
from orchestra_compiler.lint.codes import IGNORE_UNREADABLE, IGNORE_WITHOUT_REASON, UNKNOWN_RULE
from orchestra_compiler.lint.comments import Comment, Commented, read
from orchestra_compiler.lint.rule_names import RuleNames
from orchestra_compiler.lint.settings import Word
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.codes import shown
from orchestra_compiler.source.text import LINE_END, Text, decode

_HINTED = re.compile(rb"orchestra:[ \t]*ignore")
_DIRECTIVE = pattern(r"(?:\A|#)\s*orchestra:[ \t]*ignore(?![A-Za-z])", re.DOTALL)
_PARTS = pattern(r"(?P<file>-file)?[ \t]*\[(?P<words>[^\[\]]*)\](?P<reason>.*)\Z", re.DOTALL)
_WORD = pattern(r"[^,\s]+")
_SAYS_SOMETHING = pattern(r"\w")
_NO_CONTENT = {"#": pattern(r"[ \t]*(?:#|\Z)"), "<": pattern(r"[ \t]*(?:<!--.*-->[ \t]*)?\Z")}
"""Lines that hold nothing but comments, by how a comment starts."""
_FORM = "write `orchestra: ignore[ORC205] why`, with the rules' codes or names in the brackets"


class Ignore(NamedTuple):
    """One ignore.

    Attributes:
        span: Its comment.
        words: What stands in its brackets, as far as it names rules, each with its codes.
        reason: Why, on one line; may be empty.
        lines: The lines it speaks of, first and last; None for the whole file.
        removal: What takes the comment out of the file.
        in_prompt: Whether a model reads the comment too.
    """

    span: Span
    words: tuple[tuple[Word, frozenset[str]], ...]
    reason: str
    lines: tuple[int, int] | None
    removal: Edit
    in_prompt: bool

    def speaks_of(self, found: Diagnostic) -> bool:
        """Return whether the finding lies where the ignore counts, whatever its code."""
        if found.span.path != self.span.path:
            return False
        return self.lines is None or self.lines[0] <= found.span.line <= self.lines[1]

    def word_for(self, code: str) -> Word | None:
        """Return the word that names a code, if there is one."""
        return next((word for word, codes in self.words if code in codes), None)


class Ignores(NamedTuple):
    """The ignores of a project, and what is wrong with them."""

    ignores: list[Ignore]
    diagnostics: list[Diagnostic]


def find(sources: Mapping[str, bytes], names: RuleNames) -> Ignores:
    """Return every ignore of some files; files without the words are not even decoded."""
    found = Ignores([], [])
    for path, content in sources.items():
        if b"orchestra:" in content and _HINTED.search(content):
            text, faults = decode(path, content)
            if not faults:
                _Reader(text, names, found).read()
    return found


class _Reader:
    """Reads one file."""

    def __init__(self, text: Text, names: RuleNames, found: Ignores) -> None:
        self._text = text
        self._names = names
        self._found = found
        self._lines_of_text = LINE_END.split(text.content)
        self._long: dict[int, int] | None = None
        self._next_content: dict[str, list[int]] = {}

    def read(self) -> None:
        commented = read(self._text)
        for comment in commented.comments:
            directive = _DIRECTIVE.search(comment.inner)
            if directive is None:
                continue
            span = self._text.span(comment.start, comment.end)
            parts = _PARTS.match(comment.inner, directive.end())
            if parts is None:
                message = f"`{shown(comment.inner.strip())}` is no ignore: it names no rules"
                self._found.diagnostics.append(IGNORE_UNREADABLE.at(span, message, _FORM))
                continue
            self._keep(comment, parts, commented, span)

    def _keep(self, comment: Comment, parts: re.Match[str], commented: Commented, span: Span) -> None:
        words = list(self._words(parts, comment.inside))
        if not _WORD.search(parts["words"]):
            self._found.diagnostics.append(IGNORE_UNREADABLE.at(span, "the ignore names no rules", _FORM))
        reason = " ".join(parts["reason"].split()).lstrip("-–—:, ")
        if not _SAYS_SOMETHING.search(reason):
            message, hint = "the ignore does not say why", "write the reason behind the brackets"
            self._found.diagnostics.append(IGNORE_WITHOUT_REASON.at(span, message, hint))
        if words:
            self._found.ignores.append(
                Ignore(
                    span=span,
                    words=tuple(words),
                    reason=reason,
                    lines=None if parts["file"] else self._lines(comment, commented),
                    removal=Edit(self._text.span(*self._stretch(comment)), ""),
                    in_prompt=comment.in_prompt,
                )
            )

    def _words(self, parts: re.Match[str], start: int) -> Iterator[tuple[Word, frozenset[str]]]:
        for match in _WORD.finditer(parts["words"]):
            place = start + parts.start("words") + match.start()
            span = self._text.span(place, place + len(match[0]))
            codes = self._names.codes(match[0])
            if codes:
                yield Word(match[0], span), codes
            else:
                message = f"no rule is called `{shown(match[0])}`"
                hint = self._names.hint(match[0])
                self._found.diagnostics.append(UNKNOWN_RULE.at(span, message, hint, Severity.WARNING))

    def _lines(self, comment: Comment, commented: Commented) -> tuple[int, int]:
        """Return the first and the last line that an ignore speaks of."""
        first, last = (self._text.place(index)[0] for index in (comment.start, comment.end))
        if self._stands_alone(comment):
            last = self._next(comment)
        long = self._long_values(commented)
        return first, max(last, long.get(first, 0), long.get(last, 0))

    def _long_values(self, commented: Commented) -> Mapping[int, int]:
        """Return first line -> last line of the values that go over several lines."""
        if self._long is None:
            spans = [(self._text.place(each.start)[0], each) for each in commented.values]
            ends = [(line, self._text.place(max(each.start, each.end - 1))[0]) for line, each in spans]
            self._long = {line: end for line, end in ends if end > line}
        return self._long

    def _next(self, comment: Comment) -> int:
        """Return the first line behind a comment that holds more than comments; the last line where there is none."""
        mark = self._text.content[comment.start]
        if mark not in self._next_content:
            self._next_content[mark] = _next_content(self._lines_of_text, _NO_CONTENT[mark])
        return self._next_content[mark][self._text.place(comment.end)[0]]

    def _around(self, comment: Comment) -> tuple[int, int]:
        """Return the indexes where the comment's first line starts and its last one ends."""
        content = self._text.content
        start = max(content.rfind("\n", 0, comment.start), content.rfind("\r", 0, comment.start)) + 1
        end = LINE_END.search(content, comment.end)
        return start, end.start() if end else len(content)

    def _stands_alone(self, comment: Comment) -> bool:
        start, end = self._around(comment)
        content = self._text.content
        return not content[start : comment.start].strip() and not content[comment.end : end].strip()

    def _stretch(self, comment: Comment) -> tuple[int, int]:
        """Return the indexes around what goes when the comment goes: its lines, or the blanks before it."""
        start, end = self._around(comment)
        content = self._text.content
        if self._stands_alone(comment):
            after = LINE_END.match(content, end)
            return start, after.end() if after else end
        kept = len(content[start : comment.start].rstrip(" \t"))
        return start + kept, comment.end


def _next_content(lines: list[str], empty: re.Pattern[str]) -> list[int]:
    """Return by line, from 0, the number from 1 of the first later line that holds something, or of the last line."""
    following = [len(lines)] * (len(lines) + 1)
    for index in range(len(lines) - 1, 0, -1):
        following[index] = following[index + 1] if empty.match(lines[index]) else index + 1
    return following
