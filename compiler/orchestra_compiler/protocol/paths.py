"""Discriminator paths: where in a document the word stands that names a message's type.

A path leads down from the root by local names, such as `type`, `header/kind` or `body/@type`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


_FIRST_ELEMENT = rb"\s*(?:<\?(?:(?!\?>).)*\?>\s*|<!--(?:(?!-->).)*-->\s*)*+<(?:[^\s/>:]+:)?([^\s/>:]+)"


def root_name(raw: bytes) -> str:
    """Return the local name of a screened document's root, without reading the rest of it."""
    found = re.match(_FIRST_ELEMENT, raw, re.DOTALL)
    return found.group(1).decode() if found else ""


def value_at(root: Element, path: str) -> str | None:
    """Return the word at a path of a document, without white space around it, or None where there is none."""
    element = root
    for step in steps(path):
        if step.startswith("@"):
            found = (value for name, value in element.attrib.items() if local_name(name) == step[1:])
            return next((value.strip(" \t\r\n") for value in found), None)
        below = next((child for child in element if local_name(child.tag) == step), None)
        if below is None:
            return None
        element = below
    return (element.text or "").strip(" \t\r\n")


def set_value(root: Element, path: str, word: str) -> bool:
    """Write a word at a path of a document; return whether the document has such a place."""
    element = root
    for step in steps(path):
        if step.startswith("@"):
            known = next((name for name in element.attrib if local_name(name) == step[1:]), step[1:])
            element.set(known, word)
            return True
        below = next((child for child in element if local_name(child.tag) == step), None)
        if below is None:
            return False
        element = below
    element.text = word
    return True


def steps(path: str) -> list[str]:
    """Return the steps of a path, from the root down."""
    return [step for step in path.strip("/").split("/") if step]
