"""What the makers of documents ask of a message schema, so that the schema may offer what they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import xmlschema

    from orchestra_compiler.xsd.violation import Violation


class Judged(Protocol):
    """A schema that shows its components and has every engine judge a document."""

    @property
    def discriminator(self) -> str:
        """Path from the root to what names the type; empty where each type is an element of its own."""
        ...

    def component_of(self, kind: str) -> xmlschema.XsdElement:
        """Return the root component of a message type."""
        ...

    def verdicts(self, document: str) -> dict[str, tuple[Violation, ...]]:
        """Return what every engine present says of a document."""
        ...
