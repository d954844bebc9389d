"""Discriminator paths: where in a document, and where in a schema, the word stands that names a message's type.

A path leads down from the root by local names, such as `type`, `header/kind` or `body/@type`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orchestra_compiler.errors import MessageError
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def value_at(root: Element, path: str) -> str | None:
    """Return the word at a path of a document, without white space around it, or None where there is none."""
    element = root
    for step in _steps(path):
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
    for step in _steps(path):
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


def words_at(component: Any, path: str) -> tuple[str, ...]:
    """Return the words that a schema allows at a path below a root component, sorted.

    Raises:
        MessageError: The path leads nowhere, or to a type without an enumeration.
    """
    for step in _steps(path):
        component = _below(component, step)
        if component is None:
            raise MessageError(
                f"the discriminator {path!r} leads nowhere: the schema has no {step!r} there",
                "name the path from the root element to the word that tells message types apart",
            )
    if component.fixed is not None:
        return (str(component.fixed),)
    kind = component.type
    words = kind.enumeration or getattr(getattr(kind, "content", None), "enumeration", None)
    if not words:
        raise MessageError(
            f"the discriminator {path!r} has no enumeration, so its types cannot be known",
            "list the message types as xs:enumeration values",
        )
    return tuple(sorted({str(word) for word in words}))


def _steps(path: str) -> list[str]:
    return [step for step in path.strip("/").split("/") if step]


def _below(component: Any, step: str) -> Any:
    kind = component.type
    if step.startswith("@"):
        attributes = getattr(kind, "attributes", {})
        return next((attributes[name] for name in attributes if name and local_name(name) == step[1:]), None)
    if not hasattr(kind, "content") or not hasattr(kind.content, "iter_elements"):
        return None
    return next((each for each in kind.content.iter_elements() if each.name and each.local_name == step), None)
