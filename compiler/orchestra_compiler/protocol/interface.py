"""What the makers of documents ask of a message schema, so that the schema may offer what they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from orchestra_compiler.xsd.engines.violation import Violation
    from orchestra_compiler.xsd.growing.grower import Grower
    from orchestra_compiler.xsd.model import ElementDeclaration


class Judged(Protocol):
    """A schema whose documents can be made, and that has every engine judge them."""

    @property
    def discriminator(self) -> str:
        """Path from the root to what names the type; empty where each type is an element of its own."""
        ...

    def root_of(self, kind: str) -> ElementDeclaration:
        """Return the root element of a message type."""
        ...

    def grower(self, prefer: str = "", branch: int = 0) -> Grower:
        """Return what makes documents; see `Grower` for the arguments."""
        ...

    def verdicts(self, document: str) -> Mapping[str, tuple[Violation, ...]]:
        """Return what every engine present says of a document."""
        ...
