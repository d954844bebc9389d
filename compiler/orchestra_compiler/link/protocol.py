"""The message types of the project's schema.

A schema that cannot be used is one finding at the place that names it; what refers to its types stays silent then.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.errors import MessageError
from orchestra_compiler.findings import MESSAGE_SCHEMA_BROKEN, place_of
from orchestra_compiler.model import Fleet, Protocol
from orchestra_compiler.protocol.shipped import TYPES

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The protocol with its types, what loads its schema unless that cannot be used, and the project's files that say so."""

    protocol: Protocol
    schema: Callable[[], MessageSchema] | None
    sources: Mapping[str, bytes] = field(default_factory=dict)


def resolve(fleet: Fleet, root: Path, found: list[Diagnostic]) -> Resolved:
    """Say which message types there are, of the project's own schema by reading it; a finding goes to `found` where that fails."""
    protocol = fleet.protocol
    if not protocol.schema:
        return Resolved(
            protocol=dataclasses.replace(protocol, types=TYPES), schema=cache(partial(_load, protocol, root))
        )
    try:
        schema = _load(protocol, root)
        types = tuple(sorted(schema.types))
    except MessageError as error:
        place = place_of(fleet.project.span, fleet.project.places, "messages.schema", "messages")
        place = place_of(place, protocol.places, "schema", "messages.schema", "messages")
        found.append(MESSAGE_SCHEMA_BROKEN.at(place, error.message, error.hint))
        return Resolved(protocol=protocol, schema=None)
    return Resolved(
        protocol=dataclasses.replace(protocol, types=types),
        schema=lambda: schema,
        sources=_project_files(schema.files, root),
    )


def _load(protocol: Protocol, root: Path) -> MessageSchema:
    from orchestra_compiler.protocol.schema import load_schema  # loads the XML libraries

    return load_schema(protocol, root)


def _project_files(files: tuple[Path, ...], root: Path) -> Mapping[str, bytes]:
    base = root.resolve()
    inside = sorted({file.resolve() for file in files if file.resolve().is_relative_to(base)})
    return {file.relative_to(base).as_posix(): file.read_bytes() for file in inside}
