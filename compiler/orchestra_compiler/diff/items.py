"""Named things side by side: what is new, what is gone, and field by field what is not what it was."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from orchestra_compiler.codec import canonical, to_json
from orchestra_compiler.diff.changes import FieldChange, ItemChange
from orchestra_compiler.diff.words import Kind
from orchestra_compiler.routing.decision import plain

T = TypeVar("T")
_LONGEST = 80
_PAIR = 2
_NO_MEANING = frozenset({"span", "places", "task_tokens", "output_tokens"})
"""Where a thing stands, and what a tokenizer makes of texts that are compared themselves."""


def compared(
    old: Mapping[str, T], new: Mapping[str, T], changes: Callable[[T, T], Sequence[FieldChange]]
) -> tuple[ItemChange, ...]:
    """Return what is added, removed or changed, sorted by name."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            found.append(ItemChange(name=name, kind=Kind.ADDED))
        elif name not in new:
            found.append(ItemChange(name=name, kind=Kind.REMOVED))
        elif old[name] != new[name] and (fields := tuple(changes(old[name], new[name]))):
            found.append(ItemChange(name=name, kind=Kind.CHANGED, fields=fields))
    return tuple(found)


def numbered(items: Sequence[T], name: Callable[[T], str]) -> Mapping[str, T]:
    """Return things by name; of namesakes the second is called `NAME #2` and so on."""
    found: dict[str, T] = {}
    for item in items:
        plain_name, number = name(item), 1
        key = plain_name
        while key in found:
            number += 1
            key = f"{plain_name} #{number}"
        found[key] = item
    return found


def field_changes(old: Any, new: Any, skip: Sequence[str] = ()) -> Iterator[FieldChange]:
    """Yield the fields of two values of one dataclass that differ; places in files never count."""
    for field in dataclasses.fields(old):
        if field.name in _NO_MEANING or field.name in ("name", *skip):
            continue
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before == after or meaning(before) == meaning(after):
            continue
        if _is_table(before) and _is_table(after):
            yield from table_changes(field.name, before, after)
        else:
            yield field_change(field.name, before, after)


def table_changes(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yield the rows of a table that differ, each as a field of its own."""
    for row in sorted(before.keys() | after.keys()):
        was, now = before.get(row), after.get(row)
        if meaning(was) != meaning(now):
            yield field_change(f"{name}.{row}", was, now)


def field_change(name: str, before: Any, after: Any) -> FieldChange:
    """Return the change of one field: lists by their items, short values as text, long ones by name alone."""
    if _is_words(before) and _is_words(after):
        old, new = before or (), after or ()
        return FieldChange(
            name=name,
            added=tuple(each for each in new if each not in old),
            removed=tuple(each for each in old if each not in new),
        )
    old_text, new_text = as_text(before), as_text(after)
    if max(len(old_text), len(new_text)) > _LONGEST or "\n" in old_text + new_text:
        return FieldChange(name=name)
    return FieldChange(name=name, before=old_text, after=new_text)


def meaning(value: Any) -> object:
    """Return a value without the places where its parts were written, so that moved lines are no change."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (field.name for field in dataclasses.fields(value) if field.name not in _NO_MEANING)
        return tuple((name, meaning(getattr(value, name))) for name in fields)
    if isinstance(value, Mapping):
        return tuple(sorted((key, meaning(item)) for key, item in value.items()))
    if isinstance(value, tuple | list):
        return tuple(meaning(item) for item in value)
    return value


def as_text(value: Any) -> str:
    """Return a value in the words of the language; nothing for what is not set."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, enum.Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str | int | float):
        return str(value)
    if _is_words(value):
        return ", ".join(value)
    if isinstance(value, tuple) and all(isinstance(each, tuple) and len(each) == _PAIR for each in value):
        return ", ".join(f"{as_text(left)}: {as_text(right)}" for left, right in value)
    return canonical(to_json(value)).decode().strip()


def _is_table(value: Any) -> bool:
    """Return whether a value is a mapping of single values: rows that are read one by one."""
    return isinstance(value, Mapping) and all(isinstance(each, str | int | float | Decimal) for each in value.values())


def _is_words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) for each in value)
