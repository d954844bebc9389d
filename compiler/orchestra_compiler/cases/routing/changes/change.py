"""One change to a fleet, with what to call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import Fleet

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to a fleet's routing.

    Attributes:
        name: Unique among the changes of a fleet, such as `threshold/strategic/+1`.
        component: The hard rule, signal, tier or agent that is changed, as in the cases.
        place: Where it stands.
        change: What is done, in a few words.
        fleet: The fleet with the change.
    """

    name: str
    component: str
    place: Span
    change: str
    fleet: Fleet


def without(items: Sequence[Item], place: int) -> tuple[Item, ...]:
    """Return items without one of them."""
    return (*items[:place], *items[place + 1 :])


def put(items: Sequence[Item], place: int, item: Item) -> tuple[Item, ...]:
    """Return items with another one at a place."""
    return (*items[:place], item, *items[place + 1 :])


def swapped(items: Sequence[Item], one: int, two: int) -> tuple[Item, ...]:
    """Return items with two of them in one another's place."""
    return put(put(items, one, items[two]), two, items[one])


def signed(number: Decimal) -> str:
    """Return a number with its sign: `+1`, `-0.5`."""
    return format(number, "+f")
