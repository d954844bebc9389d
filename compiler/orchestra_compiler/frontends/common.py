"""What the front ends share: the result they return, and the reading of short forms."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.model import FeatureValue, Usage
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.places import LazyPlaces, split_outside_brackets
from orchestra_compiler.source.scalars import exact
from orchestra_compiler.source.tree import Document, Map, Path
from orchestra_compiler.source.validation import validate

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Built(Generic[T]):
    """What a front end made of a document.

    Attributes:
        value: The model's value; None where the document has errors.
        name: What the document is about to define, where it says so, built or not.
    """

    value: T | None
    diagnostics: list[Diagnostic]
    name: str = ""


def faults(document: Document, kind: str, *, ignoring: Collection[Path] = ()) -> list[Diagnostic]:
    """Return what is wrong with a document of a kind; see `validate`."""
    return validate(document, kind, ignoring=ignoring)


def has_errors(found: Iterable[Diagnostic]) -> bool:
    """Return whether one of the findings is an error."""
    return any(each.severity is Severity.ERROR for each in found)


def name_in(document: Document, key: str) -> str:
    """Return the text at a key of a document that may be anything."""
    value = document.value.get(key) if isinstance(document.value, dict) else None
    return value if isinstance(value, str) else ""


def places(document: Document, value: Map | None = None) -> LazyPlaces:
    """Return the places of a mapping of a document, by default of the whole."""
    return LazyPlaces(document.text, document.value if value is None else value)


def named_places(document: Document, parent: Map, name: str) -> LazyPlaces:
    """Return the places of the entry of a mapping: those of its value, and as `name` that of its key."""
    return LazyPlaces(document.text, parent[name], {"name": parent.key_spot(name)})


def whole(document: Document, value: Map) -> Span:
    """Return the span of a mapping of a document."""
    return document.text.span(value.start, value.end)


def entry(document: Document, parent: Map, key: str) -> Span:
    """Return the span from a key to the end of its value."""
    return document.text.span(parent.key_spot(key)[0], parent.spot(key)[1])


def words(value: Any) -> tuple[str, ...]:
    """Return a list of words, from a list or from a string with commas."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(part.strip() for part in split_outside_brackets(value) if part.strip())
    return tuple(value)


def bad_globs(document: Document, path: Path, globs: Sequence[str]) -> Iterator[Diagnostic]:
    """Yield a finding for each of a list's texts that is no glob; `path` leads to the list."""
    from orchestra_compiler.routing.matching import is_glob

    for number, glob in enumerate(globs):
        if not is_glob(glob):
            hint = "write it as in .gitignore; a `!` needs a glob behind it, a `\\` a character; four `*` in a name are the most"
            yield fault("ORC010", document.span_at((*path, number)), f"`{shown(glob)}` is no glob", hint)


def compact(value: Any) -> str:
    """Return the JSON text that the model keeps of a value."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def decimal(value: Any) -> Decimal | None:
    """Return a number of a document as it was written, or None where there is none."""
    return None if value is None else exact(value)


def seconds(value: Any) -> float | None:
    """Return seconds, or None where there are none."""
    return None if value is None else float(value)


def features(value: Any) -> dict[str, FeatureValue]:
    """Return a task's features; lists become tuples."""
    return {name: tuple(item) if isinstance(item, list) else item for name, item in (value or {}).items()}


def usage(value: Any) -> Usage:
    """Return usage from a mapping with some of its counts."""
    counts = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
    return Usage(**{count: int(value[count]) for count in counts if count in value})
