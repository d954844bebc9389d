"""Valid documents of a schema's message types, each put before every engine that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestra_compiler.protocol.build import Grower, Grown, UnmakableError
from orchestra_compiler.protocol.interface import Judged
from orchestra_compiler.protocol.paths import set_value
from orchestra_compiler.xsd.tree import to_text

_BRANCHES = 12
"""How many ways through the choices are tried before a type is given up."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A valid document, or the reason why there is none.

    Attributes:
        document: The XML; None where none could be made.
        reason: Why not; empty where there is a document.
        grown: The tree behind the document.
    """

    document: str | None
    reason: str = ""
    grown: Grown | None = None


def instance(schema: Judged, kind: str, *, full: bool = False) -> Instance:
    """Return a document of a message type that every engine present accepts: the smallest, or a full one.

    Where message types hang on a choice in the payload, one branch after the other is tried, first the one that is
    named like the type.

    Raises:
        MessageError: The schema has no such type.
    """
    reason = ""
    seen: set[str] = set()
    for grown in _candidates(schema, kind, full=full):
        if isinstance(grown, UnmakableError):
            reason = reason or str(grown)
            continue
        document = to_text(grown.root)
        if document in seen:
            continue
        seen.add(document)
        refused = {name: found[0] for name, found in schema.verdicts(document).items() if found}
        if not refused:
            return Instance(document, "", grown)
        reason = reason or "; ".join(f"{name} refuses it: {found}" for name, found in refused.items())
    return Instance(None, reason)


def _candidates(schema: Judged, kind: str, *, full: bool) -> Iterator[Grown | UnmakableError]:
    component = schema.component_of(kind)
    prefer = kind if schema.discriminator else ""
    for branch in range(_BRANCHES):
        try:
            grown = Grower(prefer=prefer, branch=branch, full=full).grow(component)
        except UnmakableError as error:
            yield error
            continue
        if schema.discriminator and not set_value(grown.root, schema.discriminator, kind):
            yield UnmakableError(f"the document has no place {schema.discriminator!r} for the type")
        else:
            yield grown
