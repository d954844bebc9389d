"""References within missions: agents, capabilities, steps, features, and what expectations name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from orchestra_compiler.checks import check_names
from orchestra_compiler.diagnostic import Diagnostic, Span
from orchestra_compiler.findings import (
    DUPLICATE_NAME,
    STEP_CYCLE,
    UNKNOWN_AGENT,
    UNKNOWN_CAPABILITY,
    UNKNOWN_CHECK,
    UNKNOWN_MESSAGE_TYPE,
    UNKNOWN_STEP,
    UNKNOWN_TIER,
    place_of,
)
from orchestra_compiler.link.features import check_values
from orchestra_compiler.link.graphs import rings
from orchestra_compiler.link.scope import Scope
from orchestra_compiler.model import Expectation, Mission, Step
from orchestra_compiler.source.mends import rename
from orchestra_compiler.suggestions import Names

_CHECK_NAMES = Names(check_names())


def check(scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about what missions refer to."""
    yield from _duplicates(scope)
    for mission in scope.fleet.missions:
        steps = Names(step.name for step in mission.steps)
        for step in mission.steps:
            yield from _step(step, steps, scope)
        yield from _replies(mission, steps)
        yield from _rings(mission)
        yield from _expected_steps(mission, steps)
        for expectation in mission.expectations:
            yield from _names(expectation, steps, scope)


def _duplicates(scope: Scope) -> Iterator[Diagnostic]:
    first: dict[str, Mission] = {}
    for mission in scope.fleet.missions:
        earlier = first.setdefault(mission.name, mission)
        if earlier is not mission:
            yield DUPLICATE_NAME.at(
                place_of(mission.span, mission.places, "mission"),
                f"a mission called `{mission.name}` already stands in {earlier.span.place}",
                "rename one of the two",
            )


def _step(step: Step, steps: Names, scope: Scope) -> Iterator[Diagnostic]:
    at = partial(place_of, step.span, step.places)
    yield from scope.agent(step.agent, at("agent"), UNKNOWN_AGENT)
    yield from scope.capability(step.capability, at("capability"), UNKNOWN_CAPABILITY)
    yield from check_values(step.features, at, scope)
    for number, name in enumerate(step.needs):
        if name not in steps:
            span = at(f"needs.{number}", "needs")
            fix = rename(name, steps.nearest(name), span)
            yield UNKNOWN_STEP.at(span, f"the mission has no step `{name}`", _steps_hint(name, steps), fix=fix)


def _steps_hint(name: str, steps: Names) -> str:
    return steps.hint(name, f"its steps are {steps.listed()}")


def _replies(mission: Mission, steps: Names) -> Iterator[Diagnostic]:
    for name, script in mission.replies.items():
        if name not in steps:
            span = place_of(mission.span, mission.places, f"replies.{name}.name")
            if span is mission.span and script.replies:
                span = script.replies[0].span
            message = f"a reply for the step `{name}`, which is not there"
            fix = None if steps.nearest(name) in mission.replies else rename(name, steps.nearest(name), span)
            yield UNKNOWN_STEP.at(span, message, _steps_hint(name, steps), fix=fix)


def _rings(mission: Mission) -> Iterator[Diagnostic]:
    steps = {step.name: step for step in mission.steps}
    graph = {name: [need for need in step.needs if need in steps] for name, step in steps.items()}
    for ring in rings(graph):
        closing = steps[ring[-1]]
        number = closing.needs.index(ring[0])
        drawn = " → ".join(f"`{name}`" for name in (*ring, ring[0]))
        yield STEP_CYCLE.at(
            place_of(closing.span, closing.places, f"needs.{number}", "needs"),
            f"these steps wait for each other: {drawn}",
            "one of them must start without the other's reply",
        )


def _expected_steps(mission: Mission, steps: Names) -> Iterator[Diagnostic]:
    """Yield steps that are expected something of and are not there, each at its first expectation."""
    missing: dict[str, Expectation] = {}
    for expectation in mission.expectations:
        if expectation.step is not None and expectation.step not in steps:
            missing.setdefault(expectation.step, expectation)
    for name, expectation in missing.items():
        message = f"an expectation of the step `{name}`, which is not there"
        place = place_of(expectation.span, expectation.places, "step")
        fix = rename(name, steps.nearest(name), place)
        yield UNKNOWN_STEP.at(place, message, _steps_hint(name, steps), fix=fix)


def _names(expectation: Expectation, steps: Names, scope: Scope) -> Iterator[Diagnostic]:
    """Yield findings about the names that an expectation's value holds."""
    value: Any = json.loads(expectation.value)
    look_up = _LOOK_UPS.get(expectation.kind)
    if look_up is not None:
        for name, place in _words(value, expectation):
            yield from look_up(scope, name, place)
    elif expectation.kind == "gate":
        yield from _gates(value, expectation)
    elif expectation.kind == "order":
        for name, place in _words(value, expectation):
            if name not in steps:
                fix = rename(name, steps.nearest(name), place)
                message = f"the mission has no step `{name}`"
                yield UNKNOWN_STEP.at(place, message, _steps_hint(name, steps), fix=fix)


_LOOK_UPS: Mapping[str, Callable[[Scope, str, Span], Iterator[Diagnostic]]] = {
    "agent": lambda scope, name, span: scope.agent(name, span, UNKNOWN_AGENT),
    "message": lambda scope, name, span: scope.message(name, span, UNKNOWN_MESSAGE_TYPE),
    "tier": lambda scope, name, span: scope.tier(name, span, UNKNOWN_TIER),
}


def _gates(value: Any, expectation: Expectation) -> Iterator[Diagnostic]:
    for name in value if isinstance(value, Mapping) else ():
        if name not in _CHECK_NAMES:
            span = place_of(expectation.span, expectation.places, f"gate.{name}.name", "gate")
            hint = _CHECK_NAMES.hint(name, f"the checks are {_CHECK_NAMES.listed(99)}")
            fix = rename(name, _CHECK_NAMES.nearest(name), span)
            yield UNKNOWN_CHECK.at(span, f"no layer has a check `{name}`", hint, fix=fix)


def _words(value: Any, expectation: Expectation) -> Iterator[tuple[str, Span]]:
    """Yield the words of a value, each with its place: one word, a list of words, or a message's `type`."""
    path = expectation.kind
    if isinstance(value, Mapping):
        path, value = f"{path}.type", value.get("type")
    for number, word in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(word, str):
            here = f"{path}.{number}" if isinstance(value, list) else path
            yield word, place_of(expectation.span, expectation.places, here, path)
