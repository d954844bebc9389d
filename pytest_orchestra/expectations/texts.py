"""Expectations of a reply's text. All look at the last attempt."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, TypeAlias

from orchestra_compiler.model import Json
from pytest_orchestra.expectations.shortfall import (
    Shortfall,
    UnusableError,
    as_text,
    as_texts,
    first_difference,
    nearest,
    no_reply,
    quoted,
    reply_of,
)
from pytest_orchestra.values import StepResult

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

TextCheck: TypeAlias = "Callable[[Json, str, CompiledProject], Shortfall | None]"
StepCheck: TypeAlias = "Callable[[Json, StepResult, CompiledProject], Shortfall | None]"


def of_reply(check: TextCheck) -> StepCheck:
    """Turn a check of a text into one of a step; a step without a reply fails it."""

    @wraps(check)
    def of_step(value: Json, step: StepResult, project: CompiledProject) -> Shortfall | None:
        text = reply_of(step)
        if text is None:
            return Shortfall(quoted(as_text(value)), no_reply(step))
        return check(value, text, project)

    return of_step


@of_reply
def contains(value: Json, text: str, _project: CompiledProject) -> Shortfall | None:
    """Hold when every given text occurs in the reply, letter for letter."""
    missing = next((each for each in as_texts(value) if each not in text), None)
    if missing is None:
        return None
    return Shortfall(f"{quoted(missing)} in the reply", quoted(text, nearest(missing, text)))


@of_reply
def not_contains(value: Json, text: str, _project: CompiledProject) -> Shortfall | None:
    """Hold when none of the given texts occurs in the reply."""
    found = next((each for each in as_texts(value) if each in text), None)
    if found is None:
        return None
    return Shortfall(f"no {quoted(found)} in the reply", quoted(text, text.find(found)))


@of_reply
def equals(value: Json, text: str, _project: CompiledProject) -> Shortfall | None:
    """Hold when the reply is this text; white space around either does not count."""
    expected, actual = as_text(value).strip(), text.strip()
    if expected == actual:
        return None
    around = first_difference(expected, actual)
    return Shortfall(quoted(expected, around), quoted(actual, around))


@of_reply
def regex(value: Json, text: str, _project: CompiledProject) -> Shortfall | None:
    """Hold when each regular expression (Python's `re`) matches somewhere in the reply."""
    for pattern in as_texts(value):
        if not _compiled(pattern).search(text):
            return Shortfall(f"a match of {quoted(pattern)}", quoted(text))
    return None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnusableError(f"{pattern!r} is not a regular expression: {error}") from error
