"""The comparison as JSON, by the published schema `diff.schema.json`: every field, money as decimal strings."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from typing import Any

from orchestra_compiler.diff.changes import Changes
from orchestra_compiler.diff.output.headline import headline
from orchestra_compiler.diff.words import Severity

VERSION = 1


def render(changes: Changes) -> str:
    """Return the document, indented and in ASCII: safe for whatever reads the pipe."""
    return json.dumps(to_json(changes), indent=2) + "\n"


def to_json(changes: Changes) -> dict[str, Any]:
    """Return the comparison as plain JSON values."""
    return {
        "version": VERSION,
        "headline": headline(changes),
        "changed": not changes.empty,
        "breaking": len(changes.of(Severity.BREAKING)),
        **_plain(changes),
    }


def _plain(value: Any) -> Any:
    """Return a value with every field of its dataclasses, defaults included: a reader need not know them."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value
