"""What a file says, so that two contents can be compared: its values and its prose, without places and spelling."""

from __future__ import annotations

from typing import Any, NamedTuple

from orchestra_compiler.naming import MARKDOWN, YAML
from orchestra_compiler.source import markdown, yaml
from orchestra_compiler.source.mends import same_data
from orchestra_compiler.source.recovery import recover
from orchestra_compiler.source.text import Text, decode
from orchestra_compiler.source.tree import Map


class Meaning(NamedTuple):
    """What was read from one file.

    Attributes:
        values: The documents; of Markdown, the front matter.
        raw: Per key of Markdown's front matter, the text of its value as it is written, on one line.
        prose: What is no document: the body of Markdown, or a file that is neither Markdown nor YAML.
    """

    values: tuple[Any, ...]
    raw: dict[str, str]
    prose: str


def meaning_of(path: str, data: bytes) -> Meaning | None:
    """Return what a file says; None where it is no clean text."""
    text, wrong = decode(path, data)
    if wrong:
        return None
    if path.lower().endswith(MARKDOWN):
        page = markdown.read(text)
        value = page.front.value
        return Meaning((value,), _raw(text, value), page.body)
    if path.lower().endswith(YAML):
        return Meaning(_documents(text), {}, "")
    return Meaning((), {}, text.content)


def _documents(text: Text) -> tuple[Any, ...]:
    """Return the documents of a YAML text; what can be recovered where it is none."""
    reading = yaml.read(text)
    recovered = recover(text) if any(found.code == "ORC001" for found in reading.diagnostics) else None
    return (recovered.document.value,) if recovered else tuple(document.value for document in reading.documents)


def _raw(text: Text, value: Map) -> dict[str, str]:
    return {key: " ".join(text.content[slice(*value.spot(key))].split()) for key in value}


def same(old: Meaning | None, new: Meaning | None) -> bool:
    """Return whether two contents of a file say the same.

    Some keys of front matter are text whatever YAML makes of them, so that the front end takes what is written there:
    for these, text that is just that says the same as the value.
    """
    if old is None or new is None or old.prose != new.prose or len(old.values) != len(new.values):
        return False
    if not old.raw:
        return all(same_data(*pair) for pair in zip(old.values, new.values, strict=True))
    before, after = old.values[0], new.values[0]
    return list(before) == list(after) and all(
        same_data(before[key], after[key]) or _as_written(before[key], after[key], old.raw[key]) for key in before
    )


def _as_written(before: object, after: object, raw: str) -> bool:
    return before is not None and not isinstance(before, str) and isinstance(after, str) and after == raw
