"""Element trees as JSON-like mappings, and as text.

A mapping names children and attributes by their local names, attributes with a leading `@`; a child that occurs more
than once is a list; an element with attributes keeps its text under `$`, one without is its text. Values are text:
which of them are numbers only the schema knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestra_compiler.model import Json
from orchestra_compiler.xsd.escapes import IN_ATTRIBUTE, IN_TEXT
from orchestra_compiler.xsd.names import XML, XSI, local_name, namespace_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TYPE = f"{{{XSI}}}type"


def to_mapping(element: Element) -> Json:
    """Return an element's content as plain JSON, the element's own name left out."""
    content: dict[str, Json] = {f"@{local_name(name)}": value for name, value in element.attrib.items()}
    for child in element:
        name, value = local_name(child.tag), to_mapping(child)
        if name not in content:
            content[name] = value
        elif isinstance(seen := content[name], list):
            seen.append(value)
        else:
            content[name] = [seen, value]
    text = element.text or ""
    if not content:
        return text
    if text.strip() or not len(element):
        content["$"] = text
    return content


def to_text(root: Element) -> str:
    """Return a document as indented UTF-8 text, the same for the same tree; mixed content is not indented.

    The type that an `xsi:type` names may be given by its full name: it is written with the prefix of its namespace.
    """
    prefixes = _prefixes(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_written(root, prefixes, 0, root=True)) + "\n"


def _prefixes(root: Element) -> dict[str, str]:
    """Return a prefix for each namespace.

    The root's own gets none, unless an element or a type that is named has no namespace at all, or an attribute needs a
    prefix of it.
    """
    bare = [name for element in root.iter() for name in (element.tag, element.get(_TYPE)) if name is not None]
    attributes = [name for element in root.iter() for name in element.attrib]
    names = [name for element in root.iter() for name in (element.tag, *element.attrib, element.get(_TYPE, ""))]
    spaces = dict.fromkeys(namespace_of(name) for name in names if name.startswith("{"))
    prefixes = {space: f"n{number}" for number, space in enumerate(spaces, 1)}
    prefixes |= {space: known for space, known in ((XSI, "xsi"), (XML, "xml")) if space in spaces}
    home = namespace_of(root.tag)
    if home and all(name.startswith("{") for name in bare) and home not in map(namespace_of, attributes):
        prefixes[home] = ""
    return prefixes


def _name(name: str, prefixes: dict[str, str]) -> str:
    if not name.startswith("{"):
        return name
    prefix = prefixes[namespace_of(name)]
    return f"{prefix}:{local_name(name)}" if prefix else local_name(name)


def _written(element: Element, prefixes: dict[str, str], depth: int, *, root: bool = False) -> Iterator[str]:
    name = _name(element.tag, prefixes)
    yield f"<{name}"
    if root:
        for space, prefix in prefixes.items():
            if space != XML:
                yield f' xmlns{":" if prefix else ""}{prefix}="{space.translate(IN_ATTRIBUTE)}"'
    for key, value in element.attrib.items():
        written = _name(value, prefixes) if key == _TYPE else value
        yield f' {_name(key, prefixes)}="{written.translate(IN_ATTRIBUTE)}"'
    text = element.text or ""
    if not len(element):
        yield f">{text.translate(IN_TEXT)}</{name}>" if text else "/>"
        return
    mixed = bool(text.strip()) or any((child.tail or "").strip() for child in element)
    yield ">" + text.translate(IN_TEXT) * mixed
    for child in element:
        if not mixed:
            yield "\n" + "  " * (depth + 1)
        yield from _written(child, prefixes, depth + 1)
        yield (child.tail or "").translate(IN_TEXT) * mixed
    if not mixed:
        yield "\n" + "  " * depth
    yield f"</{name}>"
