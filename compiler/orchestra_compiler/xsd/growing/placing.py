"""Whole documents whose IDs and keys are consistent: the smallest, the largest, and the one around an element."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestra_compiler.xsd.document import Node, Path
from orchestra_compiler.xsd.growing.completing import completed
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.identity import settled
from orchestra_compiler.xsd.growing.keys import MissingError
from orchestra_compiler.xsd.growing.largest import FULLNESSES, largest
from orchestra_compiler.xsd.growing.making import Maker
from orchestra_compiler.xsd.growing.reaching import Step
from orchestra_compiler.xsd.growing.trying import holds
from orchestra_compiler.xsd.growing.wishing import Wish
from orchestra_compiler.xsd.model import ElementDeclaration, Schema
from orchestra_compiler.xsd.xml import MAX_DEPTH

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values

_MOST_ADDED = 12
"""So many elements are added to a document for what refers to them."""


class Placer:
    """Make documents of a schema.

    Args:
        schema: The schema.
        values: Where the values of simple types come from.
        prefer: The local name of the element that a choice takes first; empty for none.
        branch: Which branch a choice takes when none is preferred: 0 for the cheapest, 1 for the next, and so on around.
    """

    def __init__(self, schema: Schema, values: Values, prefer: str = "", branch: int = 0) -> None:
        self.schema = schema
        self.values = values
        self.maker = Maker(schema, values, prefer=prefer, branch=branch)

    def smallest(self, declaration: ElementDeclaration) -> Node:
        """Return the smallest document with this root.

        Raises:
            UnmakableError: None can be made.
        """
        return self.settled(self.maker.smallest(declaration))

    def largest(self, declaration: ElementDeclaration) -> Node:
        """Return a document with this root that holds as much as the schema allows, in bounds.

        Raises:
            UnmakableError: None can be made.
        """
        obstacle = UnmakableError("")
        for fullness in FULLNESSES:
            try:
                return self.settled(largest(self.maker, declaration, fullness))
            except UnmakableError as error:
                obstacle = error
        raise obstacle

    def settled(self, root: Node) -> Node:
        """Return a document whose IDs and keys are consistent; elements that references need are added.

        Raises:
            UnmakableError: Nothing makes it so.
        """
        return self.settled_around(root, ())[0]

    def settled_around(self, root: Node, path: Path) -> tuple[Node, Path]:
        """Return a document whose IDs and keys are consistent, and where the element at a path has moved to.

        Raises:
            UnmakableError: Nothing makes it so.
        """
        for _ in range(_MOST_ADDED):
            if any(len(place) >= MAX_DEPTH for place, _ in root.walk()):
                raise UnmakableError(f"the document would nest deeper than {MAX_DEPTH} elements")
            try:
                root = settled(root, self.values)
            except MissingError as missing:
                root, path = completed(self.maker, root, missing, path)
                continue
            if self.schema.xsd11 and root.declaration is not None and not holds(root.declaration, root):
                raise UnmakableError("an assertion, or a type chosen by attributes, refuses the document")
            return root, path
        raise UnmakableError(f"references need more than {_MOST_ADDED} more elements")

    def around(self, step: Step) -> tuple[Node, Path]:
        """Return a document around an element that a search has reached, not settled yet, and the way to it."""
        return self.placed(step, self.maker.least(step.form, step.particle))

    def placed(self, step: Step, node: Node) -> tuple[Node, Path]:
        """Return a document, not settled yet, around an element that was made for a place that a search has reached."""
        path: Path = ()
        while step.above is not None and step.part is not None:
            wish = Wish(nodes={step.part: node})
            above = self.maker.element(step.above.form, wish, step.above.particle)
            position = next(number for number, child in enumerate(above.children) if child is node)
            node, path, step = above, (position, *path), step.above
        return node, path
