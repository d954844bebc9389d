"""Leaving out of a document what both ends of a channel know, and putting it back where the schema wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orchestra_compiler.protocol.decoding import child_shape, shape_of
from orchestra_compiler.protocol.layout import UNKNOWN, Layout, Shape
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def without(root: Element, known: Mapping[str, str]) -> Element:
    """Return a copy of a document without the values that are as known; a parent that has nothing else goes too."""
    from copy import deepcopy

    shorter = deepcopy(root)
    for path, text in known.items():
        *above, last = _steps(path)
        chain = _chain(shorter, above)
        if chain is not None:
            _remove(chain, last, text)
    return shorter


def completed(root: Element, layout: Layout, known: Mapping[str, str]) -> Element:
    """Return a copy of a document with the known values that it lacks."""
    from copy import deepcopy

    whole = deepcopy(root)
    declared = layout.elements.get(whole.tag)
    for path, text in known.items():
        element, shape = whole, shape_of(whole, declared.shape if declared else UNKNOWN, layout)
        *above, last = _steps(path)
        for step in above:
            child = _only(element, step)
            if child is None:
                child = _added(element, shape, step)
            if child is None:
                break
            element, shape = child, child_shape(child, shape, layout)
        else:
            _set(element, shape, last, text)
    return whole


def same(one: Element, other: Element) -> bool:
    """Return whether two documents are alike but for the white space between their elements."""
    if one.tag != other.tag or one.attrib != other.attrib or len(one) != len(other):
        return False
    if (one.text or "").strip() != (other.text or "").strip() or (one.tail or "").strip() != (other.tail or "").strip():
        return False
    return all(map(same, one, other))


def _steps(path: str) -> list[str]:
    return [step for step in path.strip("/").split("/") if step] or [""]


def _only(element: Element, step: str) -> Element | None:
    found = [child for child in element if local_name(child.tag) == step]
    return found[0] if len(found) == 1 else None


def _chain(root: Element, steps: list[str]) -> list[Element] | None:
    chain = [root]
    for step in steps:
        child = _only(chain[-1], step)
        if child is None:
            return None
        chain.append(child)
    return chain


def _remove(chain: list[Element], last: str, text: str) -> None:
    element = chain[-1]
    if last.startswith("@"):
        name = next((name for name in element.attrib if local_name(name) == last[1:]), None)
        if name is None or element.attrib[name].strip() != text:
            return
        del element.attrib[name]
    else:
        child = _only(element, last)
        if child is None or len(child) or child.attrib or (child.text or "").strip() != text:
            return
        element.remove(child)
    while len(chain) > 1 and not len(chain[-1]) and not chain[-1].attrib and not (chain[-1].text or "").strip():
        emptied = chain.pop()
        chain[-1].remove(emptied)


def _set(element: Element, shape: Shape, last: str, text: str) -> None:
    if last.startswith("@"):
        known = shape.attribute_by_local_name.get(last[1:])
        element.attrib.setdefault(known.name if known else last[1:], text)
    elif not any(local_name(child.tag) == last for child in element):
        child = _added(element, shape, last)
        if child is not None:
            child.text = text


def _added(element: Element, shape: Shape, step: str) -> Element | None:
    """Return a new child at the place where the schema declares it; None where there are several or it declares none."""
    from xml.etree.ElementTree import Element

    declared = shape.child_by_local_name.get(step)
    if declared is None or any(local_name(child.tag) == step for child in element):
        return None
    order = {name: number for number, name in enumerate(shape.children)}
    rank = order[declared.name]
    spot = sum(order.get(child.tag, rank) < rank for child in element)
    child = Element(declared.name)
    element.insert(spot, child)
    return child
