"""What a message schema says of the form of its documents, as far as reading and writing values needs it.

It is no judge: whether a document is valid, an engine says. It knows which values are numbers, truths or lists, and
which children an element has in which order; what it does not understand it takes for text.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, TypeAlias

from orchestra_compiler.xsd.names import local_name


class Kind(enum.StrEnum):
    """What a simple value is. The first three are texts, told apart by what becomes of their white space."""

    TEXT = "text"
    LINE = "line"
    WORD = "word"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    TRUTH = "truth"


class Value(NamedTuple):
    """A simple type.

    Attributes:
        many: Whether it is a list (`xs:list`); `kind` is that of its items.
        free: Whether anybody may write any text there: a string without enumeration or pattern.
    """

    kind: Kind = Kind.TEXT
    many: bool = False
    free: bool = False


class Attribute(NamedTuple):
    """An attribute; `implied` is the only value that it can have where it is always there, else None."""

    name: str
    value: Value = Value()
    implied: str | None = None


class ElementPart(NamedTuple):
    """A place for an element: any of some declarations, as often as said; `most` is None where there is no limit."""

    choices: tuple[Declaration, ...]
    least: int
    most: int | None


class GroupPart(NamedTuple):
    """A place for a group of parts; `order` is `sequence`, `choice` or `all`."""

    order: str
    parts: tuple[Part, ...]
    least: int
    most: int | None


class AnyPart(NamedTuple):
    """A place for elements that the schema does not name."""

    least: int
    most: int | None


Part: TypeAlias = "ElementPart | GroupPart | AnyPart"


class Shape:
    """A type: what an element of it holds.

    Attributes:
        value: What its text is; None where it has children and no text.
        attributes: The attributes by full name.
        content: Its children; None where it has none.
        mixed: Whether text may stand between the children.
    """

    def __init__(
        self,
        value: Value | None = None,
        attributes: Mapping[str, Attribute] | None = None,
        content: Part | None = None,
        *,
        mixed: bool = False,
    ) -> None:
        self.value = value
        self.attributes = attributes or {}
        self.content = content
        self.mixed = mixed

    @cached_property
    def children(self) -> Mapping[str, Declaration]:
        """The elements that may be children, by full name, in the schema's order."""
        found: dict[str, Declaration] = {}
        for each in _declared(self.content):
            found.setdefault(each.name, each)
        return found

    @cached_property
    def child_by_local_name(self) -> Mapping[str, Declaration]:
        """The same by local name; of two namesakes the first."""
        found: dict[str, Declaration] = {}
        for each in self.children.values():
            found.setdefault(local_name(each.name), each)
        return found

    @cached_property
    def attribute_by_local_name(self) -> Mapping[str, Attribute]:
        """The attributes by local name."""
        return {local_name(name): each for name, each in self.attributes.items()}


UNKNOWN = Shape(Value(), mixed=True)
"""What is taken for a type that nobody declared."""


class Declaration:
    """An element that the schema declares; its type is looked up when it is asked for, since types may hold themselves."""

    def __init__(self, name: str, shape: Callable[[], Shape], *, nillable: bool = False) -> None:
        self.name = name
        self.nillable = nillable
        self._shape = shape

    @cached_property
    def shape(self) -> Shape:
        """What it holds."""
        return self._shape()


class Layout(NamedTuple):
    """A schema's global elements and types, by full name; types are looked up by whoever needs one by name."""

    elements: Mapping[str, Declaration]
    types: Mapping[str, Callable[[], Shape]]

    def element(self, name: str) -> Declaration | None:
        """Return the first global element of a local name."""
        return next((each for full, each in self.elements.items() if local_name(full) == name), None)

    def type(self, name: str) -> Shape | None:
        """Return the only type of a local name, or None where there is none or more than one."""
        full = self.type_name(name)
        return None if full is None else self.types[full]()

    def type_name(self, name: str) -> str | None:
        """Return the full name of that type."""
        found = [full for full in self.types if local_name(full) == name]
        return found[0] if len(found) == 1 else None


def _declared(part: Part | None) -> Iterator[Declaration]:
    if isinstance(part, ElementPart):
        yield from part.choices
    elif isinstance(part, GroupPart):
        for each in part.parts:
            yield from _declared(each)
