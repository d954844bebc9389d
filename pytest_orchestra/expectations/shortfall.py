"""How an expectation says that it does not hold, in texts short enough to read."""

from __future__ import annotations

import json
from typing import NamedTuple

from orchestra_compiler.model import Json
from pytest_orchestra.values import StepResult

WIDTH = 160  # the most characters shown of one text


class Shortfall(NamedTuple):
    """What was expected and what there was instead."""

    expected: str
    actual: str


class UnusableError(Exception):
    """The expectation itself cannot be evaluated; the text says why, and where in it."""


def quoted(text: str, around: int = 0) -> str:
    """Return a text in quotes on one line, with what is far from the position `around` left out."""
    if len(text) <= WIDTH:
        return repr(text)
    start = max(0, min(around - WIDTH // 3, len(text) - WIDTH))
    end = min(len(text), start + WIDTH)
    before = f"…({start} characters) " if start else ""
    after = f" …({len(text) - end} more)" if end < len(text) else ""
    return f"{before}{text[start:end]!r}{after}"


def first_difference(one: str, other: str) -> int:
    """Return the position of the first character in which two texts differ."""
    if one == other:
        return len(one)
    pairs = enumerate(zip(one, other, strict=False))
    return next((position for position, (a, b) in pairs if a != b), min(len(one), len(other)))


def nearest(needle: str, text: str) -> int:
    """Return where in a text the longest beginning of `needle` that it contains ends; 0 where nothing fits."""
    low, high = 0, len(needle)
    while low < high:  # if a beginning occurs, so do all shorter ones
        middle = (low + high + 1) // 2
        if needle[:middle] in text:
            low = middle
        else:
            high = middle - 1
    return text.find(needle[:low]) + low if low else 0


def compact(value: Json) -> str:
    """Return a value as short JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def as_text(value: Json) -> str:
    """Return a scalar as an author would write it in a text."""
    return value if isinstance(value, str) else compact(value)


def as_texts(value: Json) -> list[str]:
    """Return one text or a list of texts as a list.

    Raises:
        UnusableError: It is something else.
    """
    values = value if isinstance(value, list) else [value]
    if any(each is None or isinstance(each, list | dict) for each in values):
        raise UnusableError("it must be a text or a list of texts")
    return [as_text(each) for each in values]


def as_mapping(value: Json) -> dict[str, Json]:
    """Return a mapping as it is.

    Raises:
        UnusableError: It is something else.
    """
    if not isinstance(value, dict):
        raise UnusableError("it must be a mapping")
    return value


def reply_of(step: StepResult) -> str | None:
    """Return the text of the last attempt, or None where there is none to look at."""
    final = step.final
    if final is None or (final.reply.error is not None and not final.reply.text):
        return None
    return final.reply.text


def no_reply(step: StepResult) -> str:
    """Say why a step has no reply."""
    final = step.final
    if final is not None and final.reply.error is not None:
        return f"no reply: the last call failed with {final.reply.error.value}"
    return f"no reply: the step ended {step.outcome.value}" + (f" ({step.detail})" if step.detail else "")
