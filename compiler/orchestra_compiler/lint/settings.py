"""The `lint:` part of `orchestra.yaml` as it is written, every word with its place.

Nothing is looked up here: which rules the words name is decided in `policy`, where all rules are known. Whatever has a
wrong type is left out; the schema of the project has told it already.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from orchestra_compiler.diagnostic import Severity, Span
from orchestra_compiler.source.tree import Document, Path

_OFF = "off"


class Word(NamedTuple):
    """A word and where it is written."""

    text: str
    span: Span


class Number(NamedTuple):
    """A number that is set for an option of a rule; `span` is that of the number."""

    option: Word
    value: float
    span: Span


class RuleSetting(NamedTuple):
    """What is set for one rule.

    Attributes:
        rule: Its code or name.
        off: Whether its findings are not wanted at all.
        severity: What its findings are to be; None where nothing is said.
        numbers: Its options.
    """

    rule: Word
    off: bool = False
    severity: Severity | None = None
    numbers: tuple[Number, ...] = ()


class PathSetting(NamedTuple):
    """Rules that are not looked at in the files that a pattern names."""

    pattern: Word
    ignore: tuple[Word, ...]


class LintSettings(NamedTuple):
    """What a project says about its own linting. A word names a rule by its code, its name or the beginning of codes.

    Attributes:
        select: Only these rules; None where nothing is said, which means all.
        baseline: The path of the file with old findings.
    """

    select: tuple[Word, ...] | None = None
    ignore: tuple[Word, ...] = ()
    rules: tuple[RuleSetting, ...] = ()
    paths: tuple[PathSetting, ...] = ()
    baseline: Word | None = None


def read(document: Document) -> LintSettings:
    """Return the settings that an `orchestra.yaml` holds."""
    data = document.value.get("lint") if isinstance(document.value, dict) else None
    if not isinstance(data, dict):
        return LintSettings()
    select, baseline = data.get("select"), data.get("baseline")
    return LintSettings(
        select=tuple(_words(document, ("lint", "select"), select)) if isinstance(select, list) else None,
        ignore=tuple(_words(document, ("lint", "ignore"), data.get("ignore"))),
        rules=tuple(_rules(document, data.get("rules"))),
        paths=tuple(_paths(document, data.get("paths"))),
        baseline=_word(document, ("lint", "baseline"), baseline),
    )


def _word(document: Document, path: Path, value: Any) -> Word | None:
    return Word(value, document.span_at(path)) if isinstance(value, str) and value else None


def _words(document: Document, path: Path, value: Any) -> Iterator[Word]:
    for number, item in enumerate(value if isinstance(value, list) else ()):
        word = _word(document, (*path, number), item)
        if word is not None:
            yield word


def _rules(document: Document, value: Any) -> Iterator[RuleSetting]:
    for name, item in value.items() if isinstance(value, dict) else ():
        path: Path = ("lint", "rules", name)
        rule = Word(name, document.key_span_at(path))
        if isinstance(item, str):
            yield RuleSetting(rule, item == _OFF, _severity(item))
        elif isinstance(item, dict):
            numbers = tuple(
                Number(Word(key, document.key_span_at((*path, key))), each, document.span_at((*path, key)))
                for key, each in item.items()
                if isinstance(each, int | float) and not isinstance(each, bool)
            )
            yield RuleSetting(rule, item.get("severity") == _OFF, _severity(item.get("severity")), numbers)


def _severity(value: Any) -> Severity | None:
    return Severity(value) if isinstance(value, str) and value in set(Severity) else None


def _paths(document: Document, value: Any) -> Iterator[PathSetting]:
    for pattern, item in value.items() if isinstance(value, dict) else ():
        path: Path = ("lint", "paths", pattern)
        words = _words(document, (*path, "ignore"), item.get("ignore")) if isinstance(item, dict) else ()
        yield PathSetting(Word(pattern, document.key_span_at(path)), tuple(words))
