"""Frozen dataclasses to plain JSON and back, by their annotations.

One reader and one writer are composed per class and kept, so that ten thousand missions load in a fraction of a second.
Fields equal to their defaults are left out; fields marked `metadata={"manifest": False}` never leave the process.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

from orchestra_compiler.diagnostic import Span

T = TypeVar("T")
_Convert = Callable[[Any], Any]


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a plain value: sorted keys, no spaces, UTF-8, one trailing newline."""
    return _ENCODER.encode(value).encode() + b"\n"


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_json(value: Any) -> Any:
    """Return a value of the model as plain JSON."""
    if value is None or isinstance(value, str | bool | int | float):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, Span):
        return f"{value.path}:{value.line}:{value.column}:{value.end_line}:{value.end_column}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(to_json(item) for item in value)
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    data = {}
    for name, default in _written_fields(typing.cast("Any", type(value))):
        item = getattr(value, name)
        if item != default:
            data[name] = to_json(item)
    return data


def from_json(cls: type[T], data: Mapping[str, Any]) -> T:
    """Return the value of `cls` that `data` holds.

    Raises:
        KeyError, TypeError, ValueError: `data` is not what `to_json` writes for `cls`.
    """
    return typing.cast("T", _reader(typing.cast("Any", cls))(data))


@cache
def _written_fields(cls: Any) -> tuple[tuple[str, object], ...]:
    return tuple(
        (field.name, field.default_factory() if callable(field.default_factory) else field.default)
        for field in dataclasses.fields(cls)
        if field.metadata.get("manifest", True)
    )


def _read_span(text: Any) -> Span:
    path, line, column, end_line, end_column = _expected(text, str).rsplit(":", 4)
    return Span(path, int(line), int(column), int(end_line), int(end_column))


def _read_decimal(text: Any) -> Decimal:
    try:
        value = Decimal(_expected(text, str))
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not value.is_finite():
        raise ValueError(f"{text!r} is no amount")
    return value


def _read_int(data: Any) -> int:
    if isinstance(data, bool):
        raise TypeError("a truth value where a number belongs")
    return _expected(data, int)


def _expected(data: Any, cls: type[T]) -> T:
    """Return plain JSON that is of the type it has to be: a manifest that somebody edited must not fail later on."""
    if not isinstance(data, cls):
        raise TypeError(f"{type(data).__name__} where {cls.__name__} belongs")
    return data


def _read_feature(data: Any) -> Any:
    """Read a `FeatureValue`: the one union whose member shows only in the data."""
    return tuple(data) if isinstance(data, list) else data


@cache
def _reader(annotation: Any) -> _Convert:
    """Return the function that turns plain JSON into a value of the annotated type."""
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        members = [member for member in arguments if member is not type(None)]
        if len(members) > 1:
            return _read_feature
        inner = _reader(members[0])
        return lambda data: None if data is None else inner(data)
    if origin is tuple:
        if arguments[1:] == (Ellipsis,):
            item = _reader(arguments[0])
            return lambda data: tuple([item(each) for each in _expected(data, list)])
        items = [_reader(argument) for argument in arguments]
        return lambda data: tuple([read(each) for read, each in zip(items, _expected(data, list), strict=True)])
    if origin is frozenset:
        item = _reader(arguments[0])
        return lambda data: frozenset([item(each) for each in _expected(data, list)])
    if origin is not None:  # a Mapping: its keys are strings
        item = _reader(arguments[1])
        return lambda data: {key: item(each) for key, each in _expected(data, dict).items()}
    return _class_reader(annotation)


def _class_reader(cls: Any) -> _Convert:
    if cls is Span:
        return _read_span
    if cls is Decimal:
        return _read_decimal
    if cls is float:
        return float
    if cls is int:
        return _read_int
    if cls in (str, bool):
        return lambda data: _expected(data, cls)
    if issubclass(cls, enum.Enum):
        return typing.cast("_Convert", cls)
    if not dataclasses.is_dataclass(cls):
        return _as_is
    build = typing.cast("Callable[..., Any]", cls)
    hints = typing.get_type_hints(cls)
    readers = {name: _reader(hints[name]) for name, _ in _written_fields(typing.cast("Any", cls))}
    return lambda data: build(**{name: readers[name](item) for name, item in _expected(data, dict).items()})


def _as_is(data: Any) -> Any:
    return data
