"""Valid documents of a schema: the smallest and the largest of an element, and small ones around every declaration.

What cannot be made raises `UnmakableError` with the reason, or is told as `LeftOut`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.document import Node, Path
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.placing import Placer
from orchestra_compiler.xsd.growing.reaching import Unreached, reach
from orchestra_compiler.xsd.growing.variations import Variation, vary
from orchestra_compiler.xsd.model import ElementDeclaration
from orchestra_compiler.xsd.names import local_name

__all__ = ["Grower", "Site", "UnmakableError", "Variation"]


@dataclass(frozen=True, slots=True)
class Site:
    """An element in a valid document.

    Attributes:
        root: The document.
        path: The way to the element.
        new_declaration: Whether this is the first site of the element's declaration.
        new_type: Whether this is the first site of its type, and that is a complex one.
    """

    root: Node
    path: Path
    new_declaration: bool = True
    new_type: bool = True

    @property
    def node(self) -> Node:
        """The element."""
        return self.root.at(self.path)

    @property
    def declaration(self) -> ElementDeclaration:
        """What the schema says of the element."""
        return self.root.declared(self.path)

    @property
    def shown(self) -> str:
        """The element's path by names, such as `/message/header`."""
        return self.root.shown(self.path)


class Grower(Placer):
    """Grow documents of a schema."""

    def sites(self, roots: Iterable[ElementDeclaration]) -> Iterator[Site | LeftOut]:
        """Yield a small valid document around every element and complex type below some roots, each once."""
        for found in reach(self.maker.costs, roots):
            if isinstance(found, Unreached):
                yield _left_out(found.declaration, found.reason)
                continue
            try:
                root, path = self.settled_around(*self.around(found))
                yield Site(root, path, found.new_declaration, found.new_type)
            except UnmakableError as error:
                yield _left_out(found.form.declaration, str(error))

    def variations(self, roots: Iterable[ElementDeclaration]) -> Iterator[Variation]:
        """Yield valid documents for everything below some roots that the schema allows, the most worth first."""
        yield from vary(self, roots)


def _left_out(declaration: ElementDeclaration, reason: str) -> LeftOut:
    return LeftOut(component=local_name(declaration.name), place=declaration.place, reason=reason)
