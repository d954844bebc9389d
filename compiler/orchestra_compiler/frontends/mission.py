"""Missions: the short form of one step, and the long form of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.expectation_kinds import MISSION_KINDS, STEP_KINDS
from orchestra_compiler.frontends.common import (
    Built,
    compact,
    decimal,
    entry,
    faults,
    features,
    has_errors,
    name_in,
    named_places,
    places,
    seconds,
    usage,
    whole,
    words,
)
from orchestra_compiler.model import (
    CallError,
    Category,
    Expectation,
    Mission,
    Phase,
    Risk,
    Script,
    ScriptedReply,
    Step,
    ToolUse,
)
from orchestra_compiler.source.codes import did_you_mean, fault, shown
from orchestra_compiler.source.mends import rename
from orchestra_compiler.source.places import LazyPlaces
from orchestra_compiler.source.tree import Document, List, Map, Path
from orchestra_compiler.suggestions import Names

MAIN = "main"
"""The name of the one step of the short form."""


def build(document: Document) -> Built[Mission]:
    """Build the mission of a document."""
    name = name_in(document, "mission")
    bad = dict(_bad_expectations(document))
    found = faults(document, "mission", ignoring=list(bad)) + list(bad.values())
    if has_errors(found):
        return Built(None, found, name)
    data = document.value
    mission = Mission(
        name=name,
        steps=_steps(document),
        category=Category(data.get("category", Category.INDIVIDUAL)),
        risk=Risk(data.get("risk", Risk.LOW)),
        description=data.get("description", ""),
        tags=words(data.get("tags")),
        replies=_replies(document),
        expectations=tuple(_expectations(document)),
        budget_usd=decimal(data.get("budget_usd")),
        deadline_s=seconds(data.get("deadline_s")),
        span=document.span,
        places=places(document),
    )
    return Built(mission, found, name)


def _bad_expectations(document: Document) -> Iterator[tuple[Path, Diagnostic]]:
    """Yield the expectations whose first word is neither a kind nor a step, by their paths.

    The schema takes such a word for a step's name. A word with a mapping of step expectations below it is left to the link
    step, which knows that there is no such step.
    """
    data = document.value
    expected = data.get("expect") if isinstance(data, dict) else None
    if not isinstance(expected, list):
        return
    steps = set(data["steps"]) if isinstance(data.get("steps"), dict) else {MAIN}
    alone = len(steps) == 1
    known = steps | MISSION_KINDS | (STEP_KINDS if alone else set())
    for number, item in enumerate(expected):
        for word in item if isinstance(item, dict) and len(item) == 1 else ():
            below = item[word]
            if word in known or (word not in STEP_KINDS and isinstance(below, dict) and STEP_KINDS & set(below)):
                continue
            path, fix = ("expect", number, word), None
            if word in STEP_KINDS:
                message = f"`{word}` speaks of a step, and this mission has several"
                hint = "write it below the step's name"
            else:
                message = f"unknown expectation `{shown(word)}`"
                hint = did_you_mean(word, known) or "name a step, or an expectation of the whole mission"
                fix = rename(word, Names(sorted(known)).nearest(word), document.key_span_at(path))
            yield path, fault("ORC112", document.key_span_at(path), message, hint, fix=fix)


def _steps(document: Document) -> tuple[Step, ...]:
    data = document.value
    if "steps" not in data:
        return (_step(document, MAIN, data, short=True),)
    return tuple(_step(document, name, data["steps"][name]) for name in data["steps"])


def _step(document: Document, name: str, written: Map, *, short: bool = False) -> Step:
    """Build a step; in the short form the mission itself is the step, and the deadline is the mission's."""
    return Step(
        name=name,
        task=written["task"],
        agent=written.get("agent"),
        capability=written.get("capability"),
        needs=() if short else words(written.get("needs")),
        phase=Phase(written["phase"]) if "phase" in written else None,
        features=features(written.get("features")),
        deadline_s=None if short else seconds(written.get("deadline_s")),
        optional=False if short else written.get("optional", False),
        span=document.span if short else entry(document, document.value["steps"], name),
        places=places(document) if short else named_places(document, document.value["steps"], name),
    )


def _replies(document: Document) -> Mapping[str, Script]:
    data = document.value
    if "reply" in data:
        return {MAIN: _script(document, data, "reply")}
    parent = data.get("replies", {})
    return {step: _script(document, parent, step) for step in parent}


def _script(document: Document, parent: Map, key: str) -> Script:
    written = parent[key]
    if isinstance(written, List):
        replies = tuple(_reply(document, item, written.spot(number)) for number, item in enumerate(written))
        return Script(replies=replies)
    return Script(replies=(_reply(document, written, parent.spot(key)),), repeats=True)


def _reply(document: Document, written: Any, spot: tuple[int, int]) -> ScriptedReply:
    span = document.text.span(*spot)
    if isinstance(written, str):
        return ScriptedReply(text=written, span=span)
    text = compact(written["json"]) if "json" in written else written.get("xml", written.get("text", ""))
    return ScriptedReply(
        text=text,
        message=compact(written["message"]) if "message" in written else "",
        tools=tuple(ToolUse(name=use["name"], input=compact(use.get("input", {}))) for use in written.get("tools", ())),
        error=CallError(written["error"]) if "error" in written else None,
        latency_s=float(written.get("latency_s", 0)),
        usage=usage(written["usage"]) if "usage" in written else None,
        span=span,
        places=places(document, written),
    )


def _expectations(document: Document) -> Iterator[Expectation]:
    data = document.value
    steps = data.get("steps", {MAIN: None})
    only = next(iter(steps))
    for item in data.get("expect", ()):
        for word, below in item.items():
            if word in MISSION_KINDS:
                span, at = whole(document, item), places(document, item)
                yield Expectation(kind=word, value=compact(below), span=span, places=at)
            elif word in STEP_KINDS:
                span, at = whole(document, item), places(document, item)
                yield Expectation(kind=word, value=compact(below), step=only, span=span, places=at)
            else:
                at = LazyPlaces(document.text, below, {"step": item.key_spot(word)})
                for kind in below:
                    span = entry(document, below, kind)
                    yield Expectation(kind=kind, value=compact(below[kind]), step=word, span=span, places=at)
