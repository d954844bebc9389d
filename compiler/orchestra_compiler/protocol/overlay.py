"""Messages of a project's own schema from nested mappings: what is given, laid over the smallest valid document.

Elements are set by local name, attributes with a leading `@`, the text of an element with attributes under `$`, and
repeated elements as a list. Elements that the smallest document does not have are put where the schema wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.protocol.build import Grower, UnmakableError
from orchestra_compiler.protocol.fields import known_keys
from orchestra_compiler.protocol.instances import instance
from orchestra_compiler.protocol.interface import Judged
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.tree import to_text

ENVELOPE = frozenset({"sender", "recipient", "task_id", "timestamp"})
"""What a caller offers for every message; a schema of the project's own that has no place for it goes without."""


def overlay(schema: Judged, kind: str, fields: Mapping[str, Json]) -> str:
    """Return a document of a type with these fields.

    Raises:
        MessageError: The type or a field is unknown, or no document of the type can be made.
    """
    made = instance(schema, kind)
    if made.grown is None:
        raise MessageError(f"no {kind} message can be made: {made.reason}", "write the reply as `xml:`")
    component = schema.component_of(kind)
    names = {name.replace("-", "_") for name in _names(component)}
    fitting = {
        key: value
        for key, value in fields.items()
        if key.replace("-", "_") in names or key.replace("-", "_") not in ENVELOPE
    }
    _Writer(kind).lay(made.grown.root, component, fitting)
    return to_text(made.grown.root)


def _children(component: Any) -> dict[str, Any]:
    """Return the components of an element's children by local name, in the schema's order."""
    content: Any = getattr(component.type, "content", None)
    if not hasattr(content, "iter_elements"):
        return {}
    found: dict[str, Any] = {}
    for each in content.iter_elements():
        if each.name:
            found.setdefault(each.local_name, each)
    return found


def _names(component: Any) -> list[str]:
    attributes = getattr(component.type, "attributes", {})
    text = [] if _children(component) else ["$"]
    return [*_children(component), *(f"@{local_name(name)}" for name in attributes if name), *text]


class _Writer:
    """Lays values over elements; `kind` is the type, for errors."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def lay(self, element: Element, component: Any, value: Json) -> None:
        """Write a value over an element."""
        if not isinstance(value, dict):
            element.text = self._text(component, value)
            return
        children, attributes = _children(component), getattr(component.type, "attributes", {})
        keys = {f"@{local_name(name)}": str(attributes[name].name) for name in attributes if name}
        known = known_keys(value, _names(component), f"<{component.local_name}> in a {self.kind}")
        for name, item in known.items():
            if name == "$":
                element.text = self._text(component, item)
            elif name in keys:
                element.set(keys[name], self._text(component, item))
            else:
                self._replace(element, children, name, item if isinstance(item, list) else [item])

    def _replace(self, parent: Element, children: dict[str, Any], name: str, values: list[Json]) -> None:
        """Give the parent one child of this name per value, where the schema wants them."""
        component = children[name]
        old = [child for child in parent if local_name(child.tag) == name]
        order = {each: number for number, each in enumerate(children)}
        spot = sum(order.get(local_name(child.tag), 0) < order[name] for child in parent)
        for child in old:
            parent.remove(child)
        for number, value in enumerate(values):
            child = old[number] if number < len(old) else self._grown(component)
            self.lay(child, component, value)
            parent.insert(spot + number, child)

    def _grown(self, component: Any) -> Element:
        try:
            return Grower().grow(component).root
        except UnmakableError as error:
            raise MessageError(
                f"<{component.local_name}> cannot be made: {error}", "write the reply as `xml:`"
            ) from error

    def _text(self, component: Any, value: Json) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if value is None or isinstance(value, dict | list):
            raise MessageError(f"<{component.local_name}> must be text, a number or a truth")
        text = str(value)
        unfit = xml.unfit_character(text)
        if unfit is not None:
            raise MessageError(f"<{component.local_name}> holds U+{ord(unfit):04X}, which XML 1.0 cannot carry")
        return text
