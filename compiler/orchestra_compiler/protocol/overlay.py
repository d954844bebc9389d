"""Messages of a project's own schema from nested mappings: what is given, laid over the smallest valid document.

Elements are set by local name, attributes with a leading `@`, the text of an element with attributes under `$`, and
repeated elements as a list. Elements that the smallest document does not have are put where the schema wants them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.protocol import typed
from orchestra_compiler.protocol.fields import known_keys
from orchestra_compiler.protocol.instances import instance
from orchestra_compiler.protocol.interface import Judged
from orchestra_compiler.protocol.layout import Value
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.growing.grower import UnmakableError
from orchestra_compiler.xsd.model import ElementDeclaration, ElementParticle
from orchestra_compiler.xsd.names import local_name

ENVELOPE = frozenset({"sender", "recipient", "task_id", "timestamp"})
"""What a caller offers for every message; a schema of the project's own that has no place for it goes without."""


def overlay(schema: Judged, kind: str, fields: Mapping[str, Json]) -> str:
    """Return a document of a type with these fields.

    Raises:
        MessageError: The type or a field is unknown, or no document of the type can be made.
    """
    made = instance(schema, kind)
    if made.root is None:
        raise MessageError(f"no {kind} message can be made: {made.reason}", "write the reply as `xml:`")
    declaration = schema.root_of(kind)
    names = {name.replace("-", "_") for name in _names(declaration)}
    fitting = {
        key: value
        for key, value in fields.items()
        if key.replace("-", "_") in names or key.replace("-", "_") not in ENVELOPE
    }
    return to_text(_Writer(schema, kind).laid(made.root, declaration, fitting))


def _children(declaration: ElementDeclaration) -> dict[str, ElementParticle]:
    """Return an element's children by local name, in the schema's order."""
    found: dict[str, ElementParticle] = {}
    for each in declaration.group.elements() if declaration.group is not None else ():
        found.setdefault(local_name(each.declaration.name), each)
    return found


def _names(declaration: ElementDeclaration) -> list[str]:
    text = [] if _children(declaration) else ["$"]
    return [*_children(declaration), *(f"@{local_name(each.name)}" for each in declaration.attributes), *text]


class _Writer:
    """Lays values over elements; `kind` is the type, for errors."""

    def __init__(self, schema: Judged, kind: str) -> None:
        self._grower = schema.grower()
        self._kind = kind

    def laid(self, node: Node, declaration: ElementDeclaration, value: Json) -> Node:
        """Return an element with a value written over it."""
        if not isinstance(value, dict):
            return replace(node, text=_text(declaration.name, value))
        children = _children(declaration)
        keys = {f"@{local_name(each.name)}": each.name for each in declaration.attributes}
        where = f"<{local_name(declaration.name)}> in a {self._kind}"
        for name, item in known_keys(value, _names(declaration), where).items():
            if name == "$":
                node = replace(node, text=_text(declaration.name, item))
            elif name in keys:
                node = node.with_attribute(keys[name], _text(declaration.name, item))
            else:
                node = self._replaced(node, children, name, item if isinstance(item, list) else [item])
        return node

    def _replaced(self, node: Node, children: dict[str, ElementParticle], name: str, values: list[Json]) -> Node:
        """Return an element with one child of this name per value, where the schema wants them."""
        particle = children[name]
        old = [child for child in node.children if local_name(child.name) == name]
        kept = [child for child in node.children if local_name(child.name) != name]
        order = {each: number for number, each in enumerate(children)}
        spot = sum(order.get(local_name(child.name), 0) < order[name] for child in kept)
        new = [
            self.laid(old[number] if number < len(old) else self._grown(particle), particle.declaration, value)
            for number, value in enumerate(values)
        ]
        return replace(node, children=(*kept[:spot], *new, *kept[spot:]))

    def _grown(self, particle: ElementParticle) -> Node:
        name = local_name(particle.declaration.name)
        try:
            return replace(self._grower.smallest(particle.declaration), particle=particle)
        except UnmakableError as error:
            raise MessageError(f"<{name}> cannot be made: {error}", "write the reply as `xml:`") from error


def _text(name: str, value: Json) -> str:
    text = typed.write(Value(), value, local_name(name))
    unfit = xml.unfit_character(text)
    if unfit is not None:
        raise MessageError(f"<{local_name(name)}> holds U+{ord(unfit):04X}, which XML 1.0 cannot carry")
    return text
