"""Random damage: what goes wrong in documents that people and programs write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from orchestra_compiler.xsd.document import Node, Path, Value
from orchestra_compiler.xsd.fuzz.lots import Lots
from orchestra_compiler.xsd.model import NOWHERE, Place
from orchestra_compiler.xsd.names import local_name, namespace_of

_WORDS = (
    "", " ", "text", "-1", "0", "1e9", "99999999999999999999", "3.14159", "NaN", "true", "TRUE", "2023-02-29", "24:00:00",
    "&amp;", "]]>", "é", "\u00a0", "\U0001f600", "x" * 300,
)  # fmt: skip
_NAMES = ("unknown", "id", "type", "value")
_ELSEWHERE = "urn:example:elsewhere"


class Made(NamedTuple):
    """A random document.

    Attributes:
        scenario: What was done to it.
        component: The path of the element that it was done to first, before that.
        place: The line that declares that element, or the nearest around it.
    """

    root: Node
    scenario: str
    component: str
    place: Place


class _Target(NamedTuple):
    root: Node
    path: Path
    lots: Lots

    @property
    def node(self) -> Node:
        return self.root.at(self.path)

    def with_node(self, *nodes: Node) -> Node:
        return self.root.replaced(self.path, *nodes)


def whole(root: Node) -> Made:
    """Return a document to which nothing was done."""
    return Made(root, "random", root.shown(()), _place(root, ()))


def damaged(root: Node, lots: Lots) -> Made:
    """Return a document with one to three edits; the scenario is that of the only one, or says that there are several."""
    edits = lots.one_of((1, 1, 1, 2, 3))
    name, path, damaged_root = _edited(root, lots)
    for _ in range(edits - 1):
        _, _, damaged_root = _edited(damaged_root, lots)
    return Made(damaged_root, name if edits == 1 else "several-edits", root.shown(path), _place(root, path))


def _edited(root: Node, lots: Lots) -> tuple[str, Path, Node]:
    target = _Target(root, lots.one_of([path for path, _ in root.walk()]), lots)
    name = lots.one_of([name for name, edit in _EDITS.items() if edit.fits(target)])
    return name, target.path, _EDITS[name].make(target)


def _place(root: Node, path: Path) -> Place:
    for end in range(len(path), -1, -1):
        declaration = root.at(path[:end]).declaration
        if declaration is not None:
            return declaration.place
    return NOWHERE


def _deleted(target: _Target) -> Node:
    return target.with_node()


def _repeated(target: _Target) -> Node:
    return target.with_node(target.node, target.node)


def _moved(target: _Target) -> Node:
    """Move an element to any place in what is left without it."""
    rest, lots = target.with_node(), target.lots
    place = lots.one_of([path for path, _ in rest.walk()])
    return _with_child(rest, place, target.node, lots)


def _copied(target: _Target) -> Node:
    """Put a copy of another element into this one."""
    other = target.root.at(target.lots.one_of([path for path, _ in target.root.walk() if path]))
    return _with_child(target.root, target.path, other, target.lots)


def _with_child(root: Node, path: Path, child: Node, lots: Lots) -> Node:
    holder = root.at(path)
    position = lots.number(0, len(holder.children))
    return root.replaced(
        path, replace(holder, children=(*holder.children[:position], child, *holder.children[position:]))
    )


def _swapped(target: _Target) -> Node:
    """Exchange an element with one of its siblings."""
    above, position = target.path[:-1], target.path[-1]
    holder = target.root.at(above)
    children = list(holder.children)
    other = (position + target.lots.number(1, len(children) - 1)) % len(children)
    children[position], children[other] = children[other], children[position]
    return target.root.replaced(above, replace(holder, children=tuple(children)))


def _renamed(target: _Target) -> Node:
    """Give an element another name, one that stands elsewhere in the document among them."""
    names = sorted({node.name for _, node in target.root.walk()} | set(_NAMES))
    return target.with_node(replace(target.node, name=target.lots.one_of(names)))


def _in_another_namespace(target: _Target) -> Node:
    local, home = local_name(target.node.name), namespace_of(target.root.name)
    spaces = [f"{{{space}}}{local}" if space else local for space in (_ELSEWHERE, home, "")]
    others = [name for name in spaces if name != target.node.name]
    return target.with_node(replace(target.node, name=target.lots.one_of(others)))


def _retexted(target: _Target) -> Node:
    return target.with_node(replace(target.node, text=_changed(target.node.text, target.lots)))


def _emptied(target: _Target) -> Node:
    return target.with_node(replace(target.node, text="", children=()))


def _with_tail(target: _Target) -> Node:
    return target.with_node(replace(target.node, tail="text"))


def _without_attribute(target: _Target) -> Node:
    name, _ = target.lots.one_of(target.node.attributes)
    return target.with_node(target.node.with_attribute(name, None))


def _with_changed_attribute(target: _Target) -> Node:
    name, value = target.lots.one_of(target.node.attributes)
    return target.with_node(target.node.with_attribute(name, _changed(value, target.lots)))


def _with_more_attributes(target: _Target) -> Node:
    taken = {name for name, _ in target.node.attributes}
    names = [name for name in (*_NAMES, f"{{{_ELSEWHERE}}}mark") if name not in taken]
    return target.with_node(target.node.with_attribute(target.lots.one_of(names), target.lots.one_of(_WORDS)))


def _changed(value: Value, lots: Lots) -> str:
    """Return another text: any word, or the old one with a character less or more."""
    if not isinstance(value, str) or not value or lots.happens(50):
        return lots.one_of(_WORDS)
    position = lots.number(0, len(value) - 1)
    return value[:position] + lots.one_of(("", "x", "0", "-", value[position] * 2)) + value[position + 1 :]


class _Edit(NamedTuple):
    make: Callable[[_Target], Node]
    fits: Callable[[_Target], bool]


def _always(_: _Target) -> bool:
    return True


def _below(target: _Target) -> bool:
    return bool(target.path)


def _has_siblings(target: _Target) -> bool:
    return bool(target.path) and len(target.root.at(target.path[:-1]).children) > 1


def _has_attributes(target: _Target) -> bool:
    return bool(target.node.attributes)


def _has_elements(target: _Target) -> bool:
    return bool(target.root.children)


_EDITS: Mapping[str, _Edit] = {
    "deleted-element": _Edit(_deleted, _below),
    "repeated-element": _Edit(_repeated, _below),
    "moved-element": _Edit(_moved, _below),
    "copied-element": _Edit(_copied, _has_elements),
    "swapped-elements": _Edit(_swapped, _has_siblings),
    "renamed-element": _Edit(_renamed, _always),
    "other-namespace": _Edit(_in_another_namespace, _always),
    "changed-text": _Edit(_retexted, _always),
    "emptied-element": _Edit(_emptied, _always),
    "text-after-element": _Edit(_with_tail, _below),
    "deleted-attribute": _Edit(_without_attribute, _has_attributes),
    "changed-attribute": _Edit(_with_changed_attribute, _has_attributes),
    "added-attribute": _Edit(_with_more_attributes, _always),
}
