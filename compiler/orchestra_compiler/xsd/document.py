"""The trees that generated documents are made of, and their text.

A node is frozen and shares what it does not change with the tree that it came from: a document with one change is a
new path from the root down to it and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from orchestra_compiler.xsd.model import ElementDeclaration, ElementParticle, Type
from orchestra_compiler.xsd.names import local_name, namespace_of

XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL, TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_XML = "http://www.w3.org/XML/1998/namespace"
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _TEXT | str.maketrans({"\n": "&#10;", "\t": "&#9;", '"': "&quot;"})

Path = tuple[int, ...]
"""The positions of the children that lead from the root to a node; empty for the root."""


@dataclass(frozen=True, slots=True)
class QualifiedName:
    """A value that is a name, such as that of `xsi:type`; written with the prefix that its document gives it."""

    name: str


Value = str | QualifiedName


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
        yield path, self
        for position, child in enumerate(self.children):
            yield from child.walk((*path, position))

    def at(self, path: Path) -> Node:
        """Return the node at a path."""
        node = self
        for position in path:
            node = node.children[position]
        return node

    def replaced(self, path: Path, *nodes: Node) -> Node:
        """Return the tree with other nodes, or none, at a path; the root can only be replaced by one."""
        if not path:
            (node,) = nodes
            return node
        position, below = path[0], path[1:]
        inside = (self.children[position].replaced(below, *nodes),) if below else nodes
        return replace(self, children=(*self.children[:position], *inside, *self.children[position + 1 :]))

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
        return 1 + sum(child.size() for child in self.children)


def to_text(root: Node) -> str:
    """Return a document as indented text, the same for the same tree; mixed content is not indented."""
    prefixes = _prefixes(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_written(root, prefixes, 0)) + "\n"


def _names(root: Node) -> Iterator[tuple[str, bool]]:
    """Yield every name in a document, and whether an empty prefix could stand for its namespace."""
    for _, node in root.walk():
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
    names = list(_names(root))
    spaces = dict.fromkeys(namespace_of(name) for name, _ in names if name.startswith("{"))
    prefixes = {space: f"n{number}" for number, space in enumerate(spaces, 1)}
    prefixes |= {space: known for space, known in ((XSI, "xsi"), (_XML, "xml")) if space in spaces}
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


def _written(node: Node, prefixes: dict[str, str], depth: int) -> Iterator[str]:
    name = _qualified(node.name, prefixes)
    yield f"<{name}"
    if not depth:
        for space, prefix in prefixes.items():
            if space != _XML:
                yield f' xmlns{":" if prefix else ""}{prefix}="{space.translate(_ATTRIBUTE)}"'
    for key, value in node.attributes:
        yield f' {_qualified(key, prefixes)}="{_value(value, prefixes).translate(_ATTRIBUTE)}"'
    text = _value(node.text, prefixes)
    if not node.children:
        yield f">{text.translate(_TEXT)}</{name}>" if text else "/>"
        return
    mixed = bool(text.strip()) or any(child.tail.strip() for child in node.children)
    yield ">" + text.translate(_TEXT) * mixed
    for child in node.children:
        if not mixed:
            yield "\n" + "  " * (depth + 1)
        yield from _written(child, prefixes, depth + 1)
        yield child.tail.translate(_TEXT) * mixed
    if not mixed:
        yield "\n" + "  " * depth
    yield f"</{name}>"
