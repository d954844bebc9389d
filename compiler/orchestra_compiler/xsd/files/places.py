"""Where in which file an element of a loaded schema stands.

xmlschema keeps the elements of every document but not their lines. The same text is read once more with lines, and both
trees are walked side by side in document order: what xmlschema left out of its tree (parts for another version of XSD)
is passed over in ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.files.schema_text import harmless
from orchestra_compiler.xsd.files.sources import shown
from orchestra_compiler.xsd.model import Place

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import xmlschema


class Places:
    """The places of all elements of all documents that make up a schema.

    Paths are shown from the root; where there is none, from the main file's folder.

    Attributes:
        main: The main file, line 0: the place of what has none.
    """

    def __init__(self, components: xmlschema.XMLSchemaBase, root: Path | None) -> None:
        self._places: dict[Element, Place] = {}
        base = Path(components.source.filepath or "/").parent if root is None else root.absolute()
        self.main = Place(_name(components.source, base), 0)
        for schema in components.maps.schemas:
            if schema.meta_schema is not None:
                self._places.update(places_in(schema.source, base))

    def of(self, elem: Element | None) -> Place:
        """Return the place of an element; of one that the library made itself, that of the first known part of it."""
        if elem is None:
            return self.main
        return next((self._places[each] for each in elem.iter() if each in self._places), self.main)


def places_in(source: xmlschema.XMLResource, base: Path) -> Iterator[tuple[Element, Place]]:
    """Yield every element of one document with its place."""
    try:
        with source.open() as file:
            content = file.read()
        raw = content.encode() if isinstance(content, str) else content
        tree = xml.tree_with_lines(harmless(raw))
    except (OSError, xml.XmlError):  # it was read a moment ago: whoever changed it loses its lines
        return
    name = _name(source, base)
    for element, twin in _paired(source.root, tree.root):
        yield element, Place(name, tree.lines[twin])


def _name(source: xmlschema.XMLResource, base: Path) -> str:
    return shown(Path(source.filepath), base) if source.filepath else ""


def _paired(kept: Element, read: Element) -> Iterator[tuple[Element, Element]]:
    """Yield each element with its twin; `kept` may lack children that `read` has."""
    waiting = [(kept, read)]
    while waiting:
        element, twin = waiting.pop()
        yield element, twin
        if len(twin) == len(element):
            waiting.extend(zip(element, twin, strict=True))
        else:
            waiting.extend(_aligned(element, twin))


def _aligned(kept: Element, read: Element) -> Iterator[tuple[Element, Element]]:
    rest = iter(read)
    for child in kept:
        twin = next((each for each in rest if each.tag == child.tag and each.attrib == child.attrib), None)
        if twin is None:
            return
        yield child, twin
