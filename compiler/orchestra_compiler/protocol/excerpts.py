"""Examples of several message types in few tokens: one whole, of each other only the parts in which it differs.

A part is a child of the root. An excerpt is made only where putting it back gives the very same document.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from orchestra_compiler.errors import MessageError
from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd import tree, xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT_TAG = pattern(r"\A\s*(<(?P<name>[^\s/>]+)[^<>]*(?<!/)>)")
_CHILD = pattern(r"<(?P<name>[^\s/>]+)(?:\s[^<>]*)?(?:/>|>.*?</(?P=name)>)", re.DOTALL)
_WORTH = 0.7
"""An excerpt that is longer than this share of the document is none."""


def excerpt(base: str, document: str) -> str:
    """Return the parts of a document in which it differs from another, or an empty text where it had better stand whole."""
    here, there = _parts(base), _parts(document)
    if here is None or there is None or here.keys() != there.keys():
        return ""
    differing = "".join(text for name, text in there.items() if here[name] != text)
    if not differing or len(differing) > _WORTH * len(document):
        return ""
    try:
        same = _canonical(xml.read(restored(base, differing))) == _canonical(xml.read(document))
    except MessageError:
        return ""
    return differing if same else ""


def restored(base: str, differing: str) -> str:
    """Return the document that an excerpt stands for.

    Raises:
        MessageError: The two do not go together.
    """
    found = _ROOT_TAG.match(base)
    if found is None:
        raise MessageError("the whole example is no document")
    parts = xml.read(f"{found[1]}{differing}</{found['name']}>")
    root = xml.read(base)
    replacing = {child.tag: child for child in parts}
    if not replacing or len(replacing) != len(parts) or not replacing.keys() <= {child.tag for child in root}:
        raise MessageError("the excerpt has parts that the whole example has no place for")
    for number, child in enumerate(list(root)):
        root[number] = replacing.get(child.tag, child)
    return tree.to_text(root)


def _parts(document: str) -> dict[str, str] | None:
    """Return the text of each child of the root by its tag; None where two have the same, or something else stands there."""
    found = _ROOT_TAG.match(document)
    if found is None or not document.rstrip().endswith(f"</{found['name']}>"):
        return None
    inside = document[found.end() : document.rindex("</")]
    parts: dict[str, str] = {}
    end = 0
    for child in _CHILD.finditer(inside):
        if inside[end : child.start()].strip() or child["name"] in parts:
            return None
        parts[child["name"]] = child.group()
        end = child.end()
    return None if inside[end:].strip() else parts


def _canonical(root: Element) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    each = root.iter()
    return [(one.tag, (one.text or "").strip(), tuple(sorted(one.attrib.items()))) for one in each]
