"""The values of a document: read, changed, and told of what they break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orchestra_compiler.xsd.demands.constraints import Demand
from orchestra_compiler.xsd.document import Node, Value
from orchestra_compiler.xsd.growing.grower import Site
from orchestra_compiler.xsd.growing.selecting import Slot, type_of
from orchestra_compiler.xsd.model import ComplexType, SimpleType
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation, changed
from orchestra_compiler.xsd.names import local_name

DANGLING = "no-such-value"
"""A value that no key and no ID has."""


def value_at(root: Node, slot: Slot) -> Value:
    """Return the value at a place of a document; empty where there is none."""
    node = root.at(slot.path)
    return (node.text if slot.attribute is None else node.get(slot.attribute)) or ""


def with_value(root: Node, slot: Slot, value: Value | None) -> Node:
    """Return a document with another value at a place; without the attribute for None."""
    node = root.at(slot.path)
    if slot.attribute is None:
        return root.replaced(slot.path, replace(node, text=value or ""))
    return root.replaced(slot.path, node.with_attribute(slot.attribute, value))


def other_values(root: Node, slot: Slot, context: Context) -> Iterator[Value]:
    """Yield values for a place that the whole document does not have yet."""
    node = root.at(slot.path)
    kind = type_of(node)
    if slot.attribute is not None:
        uses = kind.attributes if isinstance(kind, ComplexType) else ()
        kind = next((use.type for use in uses if use.name == slot.attribute), None)
    elif isinstance(kind, ComplexType):
        kind = kind.content if isinstance(kind.content, SimpleType) else None
    if not isinstance(kind, SimpleType):
        return
    present = {node.text for _, node in root.walk()} | {
        value for _, node in root.walk() for _, value in node.attributes
    }
    found = [DANGLING] if kind.accepts(DANGLING) else []
    for value in (*found, *context.grower.values.distinct(kind, len(present) + 3)):
        if value not in present:
            yield value


def mutation_at(demand: Demand, document: Node, base: Node, slot: Slot, scenario: str) -> Mutation:
    """Return the mutation that changed a document at a place; engines may blame what it is compared with."""
    whole = Site(document, slot.path)
    found = changed(demand, whole, document.at(slot.path), scenario, attribute=slot.attribute or "", base=base)
    shown = document.shown(slot.path) + (f"/@{local_name(slot.attribute)}" if slot.attribute else "")
    return replace(found, component=shown, path=())
