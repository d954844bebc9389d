"""Valid documents of a schema's message types, each put before every engine that is installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestra_compiler.protocol.discriminator import node_with
from orchestra_compiler.protocol.interface import Judged
from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.growing.grower import UnmakableError

_BRANCHES = 12
"""How many ways through the choices are tried before a type is given up."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A valid document, or the reason why there is none.

    Attributes:
        document: The XML; None where none could be made.
        reason: Why not; empty where there is a document.
        root: The tree behind the document.
    """

    document: str | None
    reason: str = ""
    root: Node | None = None


def instance(schema: Judged, kind: str, *, full: bool = False) -> Instance:
    """Return a document of a message type that every engine present accepts: the smallest, or a full one.

    Where message types hang on a choice in the payload, one branch after the other is tried, first the one that is
    named like the type.

    Raises:
        MessageError: The schema has no such type.
    """
    reason = ""
    seen: set[str] = set()
    for root in _candidates(schema, kind, full=full):
        if isinstance(root, UnmakableError):
            reason = reason or str(root)
            continue
        document = to_text(root)
        if document in seen:
            continue
        seen.add(document)
        refused = {name: found[0] for name, found in schema.verdicts(document).items() if found}
        if not refused:
            return Instance(document, "", root)
        reason = reason or "; ".join(f"{name} refuses it: {found}" for name, found in refused.items())
    return Instance(None, reason)


def _candidates(schema: Judged, kind: str, *, full: bool) -> Iterator[Node | UnmakableError]:
    declaration = schema.root_of(kind)
    prefer = kind if schema.discriminator else ""
    for branch in range(_BRANCHES):
        grower = schema.grower(prefer, branch)
        try:
            root = grower.largest(declaration) if full else grower.smallest(declaration)
        except UnmakableError as error:
            yield error
            continue
        named = node_with(root, schema.discriminator, kind) if schema.discriminator else root
        yield named or UnmakableError(f"the document has no place {schema.discriminator!r} for the type")
