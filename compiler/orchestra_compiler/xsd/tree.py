"""Element trees as JSON-like mappings, and as text.

A mapping names children and attributes by their local names, attributes with a leading `@`; a child that occurs more
than once is a list; an element with attributes keeps its text under `$`, one without is its text. Values are text:
which of them are numbers only the schema knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestra_compiler.model import Json
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML = "http://www.w3.org/XML/1998/namespace"
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = _TEXT | str.maketrans({"\n": "&#10;", "\t": "&#9;", '"': "&quot;"})


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
    """Return a document as indented UTF-8 text, the same for the same tree; mixed content is not indented."""
    prefixes = _prefixes(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_written(root, prefixes, 0, root=True)) + "\n"


def _prefixes(root: Element) -> dict[str, str]:
    """Return a prefix for each namespace; the root's own gets none unless some element has no namespace at all."""
    names = [name for element in root.iter() for name in (element.tag, *element.attrib)]
    spaces = dict.fromkeys(name[1:].rpartition("}")[0] for name in names if name.startswith("{"))
    prefixes = {space: f"n{number}" for number, space in enumerate(spaces, 1)}
    prefixes |= {space: known for space, known in ((XSI, "xsi"), (_XML, "xml")) if space in spaces}
    home = root.tag[1:].rpartition("}")[0] if root.tag.startswith("{") else ""
    qualified = [name for element in root.iter() for name in element.attrib]
    if (
        home
        and all(e.tag.startswith("{") for e in root.iter())
        and not any(n.startswith("{" + home) for n in qualified)
    ):
        prefixes[home] = ""
    return prefixes


def _name(name: str, prefixes: dict[str, str]) -> str:
    if not name.startswith("{"):
        return name
    space, _, local = name[1:].rpartition("}")
    return f"{prefixes[space]}:{local}" if prefixes[space] else local


def _written(element: Element, prefixes: dict[str, str], depth: int, *, root: bool = False) -> Iterator[str]:
    name = _name(element.tag, prefixes)
    yield f"<{name}"
    if root:
        for space, prefix in prefixes.items():
            if space != _XML:
                yield f' xmlns{":" if prefix else ""}{prefix}="{space.translate(_ATTRIBUTE)}"'
    for key, value in element.attrib.items():
        yield f' {_name(key, prefixes)}="{value.translate(_ATTRIBUTE)}"'
    text = element.text or ""
    if not len(element):
        yield f">{text.translate(_TEXT)}</{name}>" if text else "/>"
        return
    mixed = bool(text.strip()) or any((child.tail or "").strip() for child in element)
    yield ">" + text.translate(_TEXT) * mixed
    for child in element:
        if not mixed:
            yield "\n" + "  " * (depth + 1)
        yield from _written(child, prefixes, depth + 1)
        yield (child.tail or "").translate(_TEXT) * mixed
    if not mixed:
        yield "\n" + "  " * depth
    yield f"</{name}>"
