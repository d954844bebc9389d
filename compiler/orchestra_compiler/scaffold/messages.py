"""The message schema of a repository, where it has one that can be told for certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Protocol
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema
    from orchestra_compiler.xsd.model import ElementDeclaration

_MESSAGES = ("message", "protocol")
_MOST_BYTES = 128 * 1024
_TYPE_NAMES = ("type", "kind", "message-type", "messageType", "message_type")


def guess(root: Path, schemas: Sequence[str]) -> Protocol | None:
    """Return how to read the repository's one message schema; None where there is none, or more than one to choose from.

    It is the only XML Schema there is, or the only one whose path speaks of messages or a protocol. It must load, and give
    at least two message types: by a discriminator, or by its elements if its path speaks of messages. A schema of anything
    else must not become the protocol.
    """
    named = [path for path in schemas if any(word in path.lower() for word in _MESSAGES)]
    meant = named or list(schemas)
    if len(meant) != 1 or (root / meant[0]).stat().st_size > _MOST_BYTES:
        return None
    return next(_readings(root, meant[0], by_elements=bool(named)), None)


def _readings(root: Path, path: str, *, by_elements: bool) -> Iterator[Protocol]:
    plain = Protocol(schema=path)
    schema = _loaded(plain, root)
    if schema is None:
        return
    elements = [each for each in schema.loaded.schema.elements.values() if not each.abstract]
    if len(elements) > 1:
        if by_elements:
            yield plain
        return
    for element in elements:
        children = element.group.elements() if element.group is not None else ()
        for discriminator in _discriminators([local_name(child.declaration.name) for child in children]):
            if _tells_types_apart(element, discriminator):
                yield Protocol(schema=path, root=local_name(element.name), discriminator=discriminator)


def _tells_types_apart(element: ElementDeclaration, discriminator: str) -> bool:
    from orchestra_compiler.protocol.discriminator import words_at

    try:
        return len(words_at(element, discriminator)) > 1
    except MessageError:
        return False


def _discriminators(children: Sequence[str]) -> Iterator[str]:
    for folder in ("", *(f"{child}/" for child in children)):
        for name in _TYPE_NAMES:
            yield f"{folder}@{name}"
            yield f"{folder}{name}"


def _loaded(protocol: Protocol, root: Path) -> MessageSchema | None:
    from orchestra_compiler.protocol.schema import load_schema

    try:
        return load_schema(protocol, root)
    except MessageError:
        return None
