"""What tells message types apart: the words that a schema allows for it, and its place in a generated document."""

from __future__ import annotations

from dataclasses import replace

from orchestra_compiler.errors import MessageError
from orchestra_compiler.protocol.paths import steps
from orchestra_compiler.xsd.document import Node
from orchestra_compiler.xsd.model import AttributeUse, ElementDeclaration, FacetKind
from orchestra_compiler.xsd.names import local_name


def words_at(root: ElementDeclaration, path: str) -> tuple[str, ...]:
    """Return the words that a schema allows at a path below a root element, sorted.

    Raises:
        MessageError: The path leads nowhere, or to a type without an enumeration.
    """
    current: ElementDeclaration | AttributeUse | None = root
    for step in steps(path):
        current = _below(current, step)
        if current is None:
            raise MessageError(
                f"the discriminator {path!r} leads nowhere: the schema has no {step!r} there",
                "name the path from the root element to the word that tells message types apart",
            )
    if current is None or current.fixed is not None:
        return (str(current.fixed),) if current is not None else ()
    kind = current.type if isinstance(current, AttributeUse) else current.simple_type
    words = kind.first(FacetKind.ENUMERATION) if kind is not None else None
    if words is None:
        raise MessageError(
            f"the discriminator {path!r} has no enumeration, so its types cannot be known",
            "list the message types as xs:enumeration values",
        )
    return tuple(sorted({word.strip() for word in words.values}))


def _below(current: ElementDeclaration | AttributeUse | None, step: str) -> ElementDeclaration | AttributeUse | None:
    if not isinstance(current, ElementDeclaration):
        return None
    if step.startswith("@"):
        return next((each for each in current.attributes if local_name(each.name) == step[1:]), None)
    children = current.group.elements() if current.group is not None else ()
    return next((each.declaration for each in children if local_name(each.declaration.name) == step), None)


def node_with(root: Node, path: str, word: str) -> Node | None:
    """Return a generated document with a word at a path, or None where it has no such place."""
    node, way = root, tuple[int, ...]()
    for step in steps(path):
        if step.startswith("@"):
            known = next((name for name, _ in node.attributes if local_name(name) == step[1:]), step[1:])
            return root.replaced(way, node.with_attribute(known, word))
        position = next((at for at, child in enumerate(node.children) if local_name(child.name) == step), None)
        if position is None:
            return None
        node, way = node.children[position], (*way, position)
    return root.replaced(way, replace(node, text=word))
