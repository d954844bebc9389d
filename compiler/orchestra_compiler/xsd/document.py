"""The trees that generated documents are made of, and their text.

A node is frozen and shares what it does not change with the tree that it came from: a document with one change is a
new path from the root down to it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from orchestra_compiler.xsd.escapes import IN_ATTRIBUTE, IN_TEXT
from orchestra_compiler.xsd.model import ComplexType, ElementDeclaration, ElementParticle, Group, Type
from orchestra_compiler.xsd.names import XML, XSI, local_name, namespace_of

NIL, TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"

_DEEPEST_INDENT = 50
"""Deeper elements are not indented further, or a deep document would consist of white space."""

Path = tuple[int, ...]
"""The positions of the children that lead from the root to a node; empty for the root."""


@dataclass(frozen=True, slots=True)
class QualifiedName:
    """A value that is a name, such as that of `xsi:type`; written with the prefix that its document gives it."""

    name: str


Value = str | QualifiedName

Prefixes = tuple[tuple[str, str], ...]
"""The namespaces of a document, each with its prefix."""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """An element of a document.

    Attributes:
        name: `{namespace}local`, or the plain name where it has no namespace.
        attributes: Names, written like the element's, with their values.
        tail: The text after the element, before the next one.
        declaration: What the schema says of it; None for an element that the schema does not know.
        particle: The place in its parent's content model; None for a root, a substitute of nothing, or an unknown one.
        type: Its type, where `xsi:type` names another one than the declaration's.
    """

    name: str
    attributes: tuple[tuple[str, Value], ...] = ()
    text: Value = ""
    children: tuple[Node, ...] = ()
    tail: str = ""
    declaration: ElementDeclaration | None = None
    particle: ElementParticle | None = None
    type: Type | None = None
    _texts: dict[tuple[Prefixes, int], str] = field(default_factory=dict, init=False, repr=False)

    def get(self, name: str) -> Value | None:
        """Return the value of an attribute, or None."""
        return dict(self.attributes).get(name)

    def with_attribute(self, name: str, value: Value | None) -> Node:
        """Return the node with an attribute set in its place, added at the end, or with None taken away."""
        found = dict(self.attributes)
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
        return replace(self, attributes=tuple(found.items()))

    def walk(self, path: Path = ()) -> Iterator[tuple[Path, Node]]:
        """Yield every node below with its path, this one first, in document order."""
        waiting = [(path, self)]
        while waiting:
            place, node = waiting.pop()
            yield place, node
            children = enumerate(node.children)
            waiting += [((*place, position), child) for position, child in children][::-1]

    def at(self, path: Path) -> Node:
        """Return the node at a path."""
        node = self
        for position in path:
            node = node.children[position]
        return node

    def declared(self, path: Path = ()) -> ElementDeclaration:
        """Return what the schema says of the element at a path.

        Raises:
            LookupError: It says nothing.
        """
        declaration = self.at(path).declaration
        if declaration is None:
            raise LookupError(self.shown(path))
        return declaration

    def replaced(self, path: Path, *nodes: Node) -> Node:
        """Return the tree with other nodes, or none, at a path; the root can only be replaced by one."""
        if not path:
            (node,) = nodes
            return node
        position, below = path[0], path[1:]
        inside = (self.children[position].replaced(below, *nodes),) if below else nodes
        return replace(self, children=(*self.children[:position], *inside, *self.children[position + 1 :]))

    def with_child(self, path: Path, position: int, child: Node) -> Node:
        """Return the tree with one more element among the children of the one at a path."""
        node = self.at(path)
        children = (*node.children[:position], child, *node.children[position:])
        return self.replaced(path, replace(node, children=children))

    def shown(self, path: Path) -> str:
        """Return a path by local names, such as `/message/header/sender`, numbered from 1 among namesakes."""
        node, steps = self, [local_name(self.name)]
        for position in path:
            child = node.children[position]
            alike = [number for number, each in enumerate(node.children) if each.name == child.name]
            number = f"[{alike.index(position) + 1}]" if len(alike) > 1 else ""
            steps.append(local_name(child.name) + number)
            node = child
        return "/" + "/".join(steps)

    def size(self) -> int:
        """Return the number of elements, this one counted."""
        return sum(1 for _ in self.nodes())

    def nodes(self) -> Iterator[Node]:
        """Yield every node below, this one first, in document order."""
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children[::-1]


def to_text(root: Node) -> str:
    """Return a document as indented text, the same for the same tree; mixed content is not indented."""
    prefixes = _prefixes(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_written(root, prefixes)) + "\n"


def prefixes_of(root: Node) -> dict[str, str]:
    """Return the prefixes that a document's text declares, with their namespaces."""
    return {prefix: space for space, prefix in _prefixes(root).items()}


def _names(root: Node) -> Iterator[tuple[str, bool]]:
    """Yield every name in a document, and whether an empty prefix could stand for its namespace."""
    for node in root.nodes():
        yield node.name, True
        if isinstance(node.text, QualifiedName):
            yield node.text.name, True
        for name, value in node.attributes:
            yield name, False
            if isinstance(value, QualifiedName):
                yield value.name, True


def _prefixes(root: Node) -> dict[str, str]:
    """Return a prefix for each namespace.

    The root's own gets none, unless something has no namespace and is read with the default one, or an attribute needs
    a prefix of it.
    """
    names = list(dict.fromkeys(_names(root)))
    spaces = dict.fromkeys(namespace_of(name) for name, _ in names if name.startswith("{"))
    prefixes = {space: f"n{number}" for number, space in enumerate(spaces, 1)}
    prefixes |= {space: known for space, known in ((XSI, "xsi"), (XML, "xml")) if space in spaces}
    home = namespace_of(root.name)
    plain = any(bare and not name.startswith("{") for name, bare in names)
    demanded = any(not bare and namespace_of(name) == home for name, bare in names)
    if home and not plain and not demanded:
        prefixes[home] = ""
    return prefixes


def _qualified(name: str, prefixes: dict[str, str]) -> str:
    prefix = prefixes[namespace_of(name)] if name.startswith("{") else ""
    return f"{prefix}:{local_name(name)}" if prefix else local_name(name)


def _value(value: Value, prefixes: dict[str, str]) -> str:
    return _qualified(value.name, prefixes) if isinstance(value, QualifiedName) else value


def _written(root: Node, prefixes: dict[str, str]) -> list[str]:
    """Return a document's text in pieces; what is still to come waits in a list, however deep the tree is.

    Documents share most of their elements, so each remembers its text, which hangs on the prefixes and its depth alone.
    """
    spaces = [
        f' xmlns{":" if prefix else ""}{prefix}="{space.translate(IN_ATTRIBUTE)}"'
        for space, prefix in prefixes.items()
        if space != XML
    ]
    known = tuple(prefixes.items())
    pieces: list[str] = []
    waiting: list[str | tuple[Node, int] | tuple[Node, int, int]] = [(root, 0)]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        node, depth, *begun = piece
        key = known, depth
        if begun:  # all of it is written: from here on it is one piece
            whole = node._texts[key] = "".join(pieces[begun[0] :])  # noqa: SLF001 - this module's own
            pieces[begun[0] :] = [whole]
        elif depth and key in node._texts:  # noqa: SLF001
            pieces.append(node._texts[key])  # noqa: SLF001
        else:
            if depth:
                waiting.append((node, depth, len(pieces)))
            pieces.append(f"<{_qualified(node.name, prefixes)}" + "".join(() if depth else spaces))
            for name, value in node.attributes:
                pieces.append(f' {_qualified(name, prefixes)}="{_value(value, prefixes).translate(IN_ATTRIBUTE)}"')
            waiting += reversed(list(_inside(node, prefixes, depth)))
    return pieces


def _inside(node: Node, prefixes: dict[str, str], depth: int) -> Iterator[str | tuple[Node, int]]:
    """Yield what follows the attributes of an element: its text, its children, and its end."""
    name, text = _qualified(node.name, prefixes), _value(node.text, prefixes)
    if not node.children:
        yield f">{text.translate(IN_TEXT)}</{name}>" if text else "/>"
        return
    mixed = bool(text.strip()) or any(child.tail.strip() for child in node.children) or not _takes_space(node)
    line = "\n" + "  " * min(depth, _DEEPEST_INDENT)
    yield ">" + text.translate(IN_TEXT) * mixed
    for child in node.children:
        if not mixed:
            yield line + "  "
        yield child, depth + 1
        yield child.tail.translate(IN_TEXT) * mixed
    yield f"</{name}>" if mixed else f"{line}</{name}>"


def _takes_space(node: Node) -> bool:
    """Return whether white space may stand between the children: not where the schema expects text, or nothing."""
    kind = node.type or (node.declaration.type if node.declaration is not None else None)
    if kind is None or not isinstance(kind, ComplexType):
        return kind is None
    return kind.anything or (isinstance(kind.content, Group) and not kind.content.hollow)
