"""Kinds of tasks under two policies at once, as they come to be: feature after feature, by what each does to both."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, TypeAlias, TypeVar

from orchestra_compiler.model import FeatureValue

_Kind = TypeVar("_Kind", "Effect", "State")


class Effect(NamedTuple):
    """What a feature does to a task: points in both policies, and the rules in question that it leaves possible.

    Attributes:
        anybody: An agent of any name may have the task. Without the feature `agent` nobody in particular has it: a task
            for an agent carries the agent's name.
    """

    gains: tuple[Decimal, Decimal]
    kept: tuple[int, int]
    anybody: bool = True


class State(NamedTuple):
    """What is known of a task so far.

    Attributes:
        sums: Its points in both policies.
        alive: A bit for each rule in question that may still hold, in both policies.
        anybody: Whether an agent of any name may have it.
    """

    sums: tuple[Decimal, Decimal]
    alive: tuple[int, int]
    anybody: bool = True


class Choice(NamedTuple):
    """A value of a feature, None where the task does not have it, and the choices before."""

    before: Choice | None
    feature: str
    value: FeatureValue | None


Task: TypeAlias = Choice | None
"""The last choice of a task's features; None is a task without any yet."""

Effects: TypeAlias = dict[tuple[Effect, int], Task]
"""What a feature can do, and which of the rules that both policies begin with it leaves possible."""

States: TypeAlias = dict[tuple[State, int], Task]
"""What can be known of tasks so far, and which of the rules that both policies begin with may still hold."""

NOTHING = Choice(None, "", None)


def fewest(found: dict[tuple[_Kind, int], Task]) -> dict[tuple[_Kind, int], Task]:
    """Return the entries of each kind whose bits contain no other entry's of the kind: what leaves fewer rules possible.

    Only where none of these rules holds can two policies differ, and what can be done about more of them is enough for
    fewer.
    """
    groups: dict[_Kind, list[int]] = {}
    for kind, bits in found:
        groups.setdefault(kind, []).append(bits)
    kept: dict[tuple[_Kind, int], Task] = {}
    for kind, group in groups.items():
        least: list[int] = []
        for bits in sorted(group, key=lambda each: (each.bit_count(), each)):
            if not any(fewer & bits == fewer for fewer in least):
                least.append(bits)
                kept[kind, bits] = found[kind, bits]
    return kept


def with_choice(task: Task, choice: Task) -> Task:
    """Return a task with one more choice; None where either is not known."""
    return choice._replace(before=task) if task is not None and choice is not None else None


def after(state: State, effect: Effect) -> State:
    """Return what is known of a task after one more feature."""
    (old, new), (gained, gained_new) = state.sums, effect.gains
    alive = (state.alive[0] & effect.kept[0], state.alive[1] & effect.kept[1])
    return State((old + gained, new + gained_new), alive, state.anybody and effect.anybody)


def features_of(task: Choice) -> dict[str, FeatureValue]:
    """Return the features that a task has, sorted by name."""
    found: dict[str, FeatureValue] = {}
    step: Task = task
    while step is not None:
        if step.value is not None:
            found[step.feature] = step.value
        step = step.before
    return dict(sorted(found.items()))
