"""Documents with exactly one violation, made from a valid one.

A mutant's label is what people will hold against their own validators, so it counts only when every engine present
refuses the document for the reason the label gives. All others come back as quarantined, with what
each engine said.
"""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from orchestra_compiler.naming import file_name
from orchestra_compiler.protocol.build import Grown
from orchestra_compiler.protocol.paths import set_value
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.tree import to_text
from orchestra_compiler.xsd.values import wrong_values
from orchestra_compiler.xsd.violation import Violation

if TYPE_CHECKING:
    from orchestra_compiler.protocol.schema import MessageSchema

MOST_MUTANTS = 250
"""Per document; a schema with a thousand elements does not need a mutant of each."""

_MOST_ELEMENTS = 60_000  # in all mutants of a document together: engines judge each of them
_MOST_OCCURRENCES = 50
_UNKNOWN = "no-such-element"


@dataclass(frozen=True, slots=True)
class Mutant:
    """An invalid document and what is wrong with it.

    Attributes:
        name: Scenario and element as a file name, such as `missing-sender`; unique among a document's mutants.
        component: The path of the element or attribute at fault.
        rule: The rule that must refuse it, as `Violation.rule` spells it.
    """

    name: str
    scenario: str
    component: str
    rule: str
    document: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A document whose label could not be confirmed, with the violations each engine found."""

    mutant: Mutant
    verdicts: Mapping[str, tuple[Violation, ...]]

    @property
    def reason(self) -> str:
        """Why the label does not hold, in one line: what each engine said."""
        verdicts = sorted(self.verdicts.items())
        said = ", ".join(f"{name}: {found[0].rule if found else 'valid'}" for name, found in verdicts)
        agreed = len({self.mutant.rule in {each.rule for each in found} for _, found in verdicts}) == 1
        why = "was not confirmed" if agreed else "is not what all engines say"
        return f"that it breaks {self.mutant.rule!r} {why} ({said})"


@dataclass(frozen=True, slots=True)
class Verified:
    """The mutants of one document, told apart by whether the engines confirm them.

    Attributes:
        complete: False where further mutants could have been made: `MOST_MUTANTS` are enough, and fewer of a document
            with hundreds of elements.
    """

    mutants: tuple[Mutant, ...]
    quarantined: tuple[Quarantined, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class _Edit:
    """One change, done on a copy of the tree: `path` leads to the element by child positions."""

    scenario: str
    component: str
    rule: str
    root: Element


def mutants(schema: MessageSchema, grown: Grown) -> Verified:
    """Return the documents that differ from a valid one by one violation each, confirmed by every engine present."""
    good: list[Mutant] = []
    bad: list[Quarantined] = []
    names: set[str] = set()
    documents = {to_text(grown.root)}
    most, complete = min(MOST_MUTANTS, max(1, _MOST_ELEMENTS // len(grown.components))), True
    for edit in chain(_mislabelled(schema, grown), _edits(grown)):  # lazily: each edit is a copy of the whole tree
        if len(good) + len(bad) >= most:
            complete = False
            break
        document = to_text(edit.root)
        if document in documents:
            continue
        documents.add(document)
        mutant = Mutant(_named(edit, names), edit.scenario, edit.component, edit.rule, document)
        verdicts = schema.verdicts(document)
        confirmed = all(any(edit.rule == each.rule for each in found) for found in verdicts.values())
        if confirmed:
            good.append(mutant)
        else:
            bad.append(Quarantined(mutant, verdicts))
    return Verified(tuple(good), tuple(bad), complete)


def _mislabelled(schema: MessageSchema, grown: Grown) -> Iterator[_Edit]:
    """Yield the document under each other type's name, where the schema ties a type to its content."""
    for kind in schema.types if schema.discriminator else ():
        root = copy.deepcopy(grown.root)
        set_value(root, schema.discriminator, kind)
        if any(schema.verdicts(to_text(root)).values()):
            shown = f"/{local_name(root.tag)}/{schema.discriminator.strip('/')}"
            yield _Edit(f"mislabelled-{kind}", shown, "identity", root)


def _named(edit: _Edit, names: set[str]) -> str:
    """Return a name that is not in `names` yet, and put it there."""
    *_, above, last = ["", *(part.removeprefix("@") for part in edit.component.split("/"))]
    base = file_name(f"{edit.scenario}-{last}")
    if base in names:
        base = file_name(f"{edit.scenario}-{above}-{last}")
    name, number = base, 1
    while name in names:
        number += 1
        name = f"{base}-{number}"
    names.add(name)
    return name


class _Place:
    """An element of the valid tree: where it is, and a way to it in a copy."""

    def __init__(self, grown: Grown, element: Element, path: tuple[int, ...], shown: str) -> None:
        self.element = element
        self.component: Any = grown.components[element]
        self.path = path
        self.shown = shown
        self._root = grown.root

    def copied(self) -> tuple[Element, Element]:
        """Return a copy of the whole tree and this element in it."""
        root = copy.deepcopy(self._root)
        element = root
        for position in self.path:
            element = element[position]
        return root, element


def _places(grown: Grown) -> Iterator[_Place]:
    waiting = deque([_Place(grown, grown.root, (), "/" + local_name(grown.root.tag))])
    while waiting:
        place = waiting.popleft()
        yield place
        for position, child in enumerate(place.element):
            waiting.append(_Place(grown, child, (*place.path, position), f"{place.shown}/{local_name(child.tag)}"))


def _edits(grown: Grown) -> Iterator[_Edit]:
    for place in _places(grown):
        yield from _values(place)
        yield from _attributes(place)
        if len(place.element):
            yield from _children(place, grown)
            yield from _structure(place)


def _values(place: _Place) -> Iterator[_Edit]:
    kind = place.component.type
    simple = kind if kind.is_simple() else kind.content if kind.has_simple_content() else None
    if simple is None:
        return
    if place.component.fixed is not None:
        root, element = place.copied()
        element.text = f"{element.text}-changed"
        yield _Edit("changed-fixed", place.shown, "fixed", root)
        return
    for wrong in wrong_values(simple):
        root, element = place.copied()
        element.text = wrong.value
        yield _Edit(wrong.scenario, place.shown, wrong.rule, root)


def _attributes(place: _Place) -> Iterator[_Edit]:
    attributes = getattr(place.component.type, "attributes", {})
    for name in sorted(name for name in attributes if name):
        attribute, shown = attributes[name], f"{place.shown}/@{local_name(name)}"
        key = str(attribute.name)
        if key not in place.element.attrib:
            continue
        if attribute.use == "required":
            root, element = place.copied()
            del element.attrib[key]
            yield _Edit("missing-attribute", shown, "missing-attribute", root)
        if attribute.fixed is None:
            for wrong in wrong_values(attribute.type):
                root, element = place.copied()
                element.set(key, wrong.value)
                yield _Edit(wrong.scenario, shown, wrong.rule, root)
    if None not in attributes and (attributes or not place.path):  # one of many alike, where attributes are expected
        root, element = place.copied()
        element.set("no-such-attribute", "x")
        yield _Edit("unknown-attribute", place.shown, "unknown-attribute", root)


def _children(place: _Place, grown: Grown) -> Iterator[_Edit]:
    tags = [child.tag for child in place.element]
    for position, child in enumerate(place.element):
        component = grown.components[child]
        shown = f"{place.shown}/{local_name(child.tag)}"
        demanded, once = _occurrence(component)
        if demanded and tags.count(child.tag) == component.min_occurs:
            root, element = place.copied()
            element.remove(element[position])
            yield _Edit("missing", shown, "content", root)
        most = component.max_occurs
        if once and most is not None and most <= _MOST_OCCURRENCES and tags.index(child.tag) == position:
            root, element = place.copied()
            for _ in range(most + 1 - tags.count(child.tag)):
                element.insert(position, copy.deepcopy(element[position]))
            yield _Edit("repeated", shown, "content", root)


def _occurrence(component: Any) -> tuple[bool, bool]:
    """Return whether a particle must be there, and whether no group around it may bring it a second time."""
    demanded, once, group = component.min_occurs > 0, True, component.parent
    while group is not None and hasattr(group, "model"):
        demanded = demanded and group.min_occurs > 0
        once = once and group.max_occurs == 1
        if group.model == "choice" and any(not each.min_occurs for each in group):
            demanded = False
        group = group.parent
    return demanded, once


def _structure(place: _Place) -> Iterator[_Edit]:
    element = place.element
    group = place.component.type.content
    if group.model == "sequence" and len(element) > 1 and element[0].tag != element[1].tag:
        root, copied = place.copied()
        first = copied[0]
        copied.remove(first)
        copied.insert(1, first)
        yield _Edit("swapped", f"{place.shown}/{local_name(first.tag)}", "content", root)
    root, copied = place.copied()
    space = "".join(element[0].tag.rpartition("}")[:2])
    copied.append(Element(f"{space}{_UNKNOWN}"))
    yield _Edit("unknown-element", place.shown, "content", root)
    if not place.component.type.mixed:
        root, copied = place.copied()
        copied.text = "stray text"
        yield _Edit("stray-text", place.shown, "text", root)
