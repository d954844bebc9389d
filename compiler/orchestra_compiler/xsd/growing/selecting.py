"""The XPath of identity constraints: child steps, descendants from the start, names with wildcards, and attributes.

The standard's grammar (XML Schema Part 1, 3.11.6) is small enough to be read here: ways divided by `|`, each with an
optional `.//` in front and steps divided by `/`, the last of a field's possibly an attribute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from orchestra_compiler.xsd.document import Node, Path
from orchestra_compiler.xsd.model import Identity, Type
from orchestra_compiler.xsd.names import local_name, namespace_of


class Slot(NamedTuple):
    """Where a value stands: in an attribute of the element at a path, or with None in its text."""

    path: Path
    attribute: str | None = None


class Name(NamedTuple):
    """What a step asks of a name; None takes everything."""

    space: str | None
    local: str | None

    def fits(self, name: str) -> bool:
        """Return whether a name is one that the step asks for."""
        return self.local in (None, local_name(name)) and self.space in (None, namespace_of(name))


class Way(NamedTuple):
    """One way of a path: whether it starts anywhere below, its steps, and the attribute that it ends in."""

    anywhere: bool
    steps: tuple[Name, ...]
    attribute: Name | None


def selected(root: Node, start: Path, identity: Identity) -> list[Path]:
    """Return the elements that an identity constraint compares, in document order, each once."""
    found = {path for way in ways(identity.selector, identity) for path, _ in _followed(root.at(start), start, way)}
    return sorted(found)


def fields(root: Node, start: Path, identity: Identity) -> list[list[Slot]]:
    """Return for each of a constraint's fields the places of its values below one selected element."""
    node = root.at(start)
    return [list(dict.fromkeys(_slots(node, start, ways(each, identity)))) for each in identity.fields]


def ways(path: str, identity: Identity) -> tuple[Way, ...]:
    """Return the ways that the selector or a field of a constraint means."""
    return _ways(path, tuple(sorted(identity.namespaces.items())))


def type_of(node: Node) -> Type | None:
    """Return the type of an element: the one that `xsi:type` names, or that of its declaration."""
    return node.type or (node.declaration.type if node.declaration is not None else None)


def _slots(node: Node, start: Path, along: tuple[Way, ...]) -> Iterator[Slot]:
    for way in along:
        for path, found in _followed(node, start, way):
            if way.attribute is None:
                yield Slot(path)
                continue
            for name in _attribute_names(found):
                if way.attribute.fits(name):
                    yield Slot(path, name)


def _attribute_names(node: Node) -> Iterator[str]:
    """Yield the attributes that an element has, or has by default."""
    present = [name for name, _ in node.attributes]
    yield from present
    for use in getattr(type_of(node), "attributes", ()):
        if use.name not in present and use.use != "prohibited" and (use.default is not None or use.fixed is not None):
            yield use.name


def _followed(node: Node, start: Path, way: Way) -> Iterator[tuple[Path, Node]]:
    found = node.walk(start) if way.anywhere else iter([(start, node)])
    for step in way.steps:
        found = _children(found, step)
    yield from found


def _children(found: Iterator[tuple[Path, Node]], step: Name) -> Iterator[tuple[Path, Node]]:
    for path, node in found:
        for position, child in enumerate(node.children):
            if step.fits(child.name):
                yield (*path, position), child


@lru_cache(maxsize=1024)
def _ways(path: str, spaces: tuple[tuple[str, str], ...]) -> tuple[Way, ...]:
    return tuple(_way(each, dict(spaces)) for each in "".join(path.split()).split("|"))


def _way(path: str, spaces: Mapping[str, str]) -> Way:
    anywhere = path.startswith(".//")
    steps, attribute = list[Name](), None
    for step in path.removeprefix(".//").split("/"):
        plain = step.removeprefix("child::")
        if plain.startswith(("@", "attribute::")):
            attribute = _name(plain.removeprefix("@").removeprefix("attribute::"), {**spaces, "": ""})
        elif plain not in (".", ""):
            steps.append(_name(plain, spaces))
    return Way(anywhere, tuple(steps), attribute)


def _name(test: str, spaces: Mapping[str, str]) -> Name:
    if test == "*":
        return Name(None, None)
    prefix, _, local = test.rpartition(":")
    return Name(spaces.get(prefix, ""), None if local == "*" else local)
