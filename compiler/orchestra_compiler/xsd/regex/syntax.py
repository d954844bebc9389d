"""What an expression consists of, once read."""

from __future__ import annotations

from dataclasses import dataclass

from orchestra_compiler.xsd.regex.characters import CharSet


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """One character of a set."""

    chars: CharSet


@dataclass(frozen=True, slots=True, eq=False)
class Sequence:
    """One part after the other; without parts, the empty text."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of several branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """A part several times; `most` is None for without end."""

    part: Node
    least: int
    most: int | None


Node = One | Sequence | Choice | Repeat


def in_a_row(parts: list[Node]) -> Node:
    """Return parts as one node."""
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


def one_of(branches: list[Node]) -> Node:
    """Return branches as one node."""
    return branches[0] if len(branches) == 1 else Choice(tuple(branches))


def literal(text: str) -> Node:
    """Return the expression that a text alone matches."""
    return in_a_row([One(CharSet.of(char)) for char in text])


_FEW = 4


def nests_repeats(node: Node, within: bool = False) -> bool:  # noqa: FBT001, FBT002 (said of the recursion alone)
    """Return whether a repetition stands inside another one, each of more than a few rounds."""
    if isinstance(node, One):
        return False
    if isinstance(node, Repeat):
        many = node.most is None or node.most > _FEW
        return (many and within) or nests_repeats(node.part, within or many)
    parts = node.parts if isinstance(node, Sequence) else node.branches
    return any(nests_repeats(part, within) for part in parts)


def simplified(node: Node) -> Node:
    """Return an expression that matches the same with fewer repetitions inside others: `(a{0,5}){0,5}` as `a{0,25}`."""
    if isinstance(node, One):
        return node
    if isinstance(node, Sequence):
        return Sequence(tuple(simplified(part) for part in node.parts))
    if isinstance(node, Choice):
        return Choice(tuple(simplified(branch) for branch in node.branches))
    part = simplified(node.part)
    if isinstance(part, Repeat) and part.least <= 1 and part.most != 0 and node.most != 0:
        most = None if part.most is None or node.most is None else part.most * node.most
        return Repeat(part.part, part.least * node.least, most)
    return Repeat(part, node.least, node.most)
