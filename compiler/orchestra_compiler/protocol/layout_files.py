"""The declarations of a schema's files by name, with the prefixes that are known where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.xsd.names import XS, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from orchestra_compiler.xsd.files.sources import SchemaSources

_XML = "http://www.w3.org/XML/1998/namespace"


class Place(NamedTuple):
    """Where an element of a schema file stands: the prefixes known there, and what its file says of names."""

    prefixes: Mapping[str, str]
    namespace: str
    qualified: bool
    qualified_attributes: bool


class Known(NamedTuple):
    """A named component; `older` is the one that a redefinition rests on."""

    element: Element
    older: Known | None


class Components:
    """The named components of a schema.

    Attributes:
        places: Every element of its files -> where it stands.
        known: Tag and full name of each component -> the component.
    """

    def __init__(self, sources: SchemaSources) -> None:
        self.places: dict[Element, Place] = {}
        self.known: dict[tuple[str, str], Known] = {}
        self._loaded: set[tuple[str, str]] = set()
        documents = sources.read()
        self._texts = {each.file.address: each.text for each in documents}
        self._load(documents[0].file.address, None)

    def named(self, tag: str, name: str, asking: Element) -> Element | None:
        """Return a named component; one that names itself means the one that it redefines."""
        known = self.known.get((tag, name))
        while known is not None and known.older is not None and _holds(known.element, asking):
            known = known.older
        return known.element if known is not None else None

    def name(self, written: str, element: Element) -> str:
        """Return the full name that is meant by one written at an element of a schema."""
        prefix, _, local = written.strip().rpartition(":")
        return full_name(self.places[element].prefixes.get(prefix, ""), local)

    def global_name(self, element: Element) -> str:
        """Return the full name of a global declaration."""
        return full_name(self.places[element].namespace, element.get("name", ""))

    def _load(self, address: str, adopted: str | None) -> None:
        root, scopes = _parsed(self._texts[address])
        own = root.get("targetNamespace")
        namespace = own or adopted or ""
        if (address, namespace) in self._loaded:
            return
        self._loaded.add((address, namespace))
        qualified = root.get("elementFormDefault") == "qualified"
        attributes = root.get("attributeFormDefault") == "qualified"
        for element, prefixes in scopes.items():
            # in a file without a namespace, names without a prefix mean the one that it was taken into
            known = {"": adopted, **prefixes} if adopted and not own else prefixes
            self.places[element] = Place(known, namespace, qualified, attributes)
        for child in root:
            self._follow(child, namespace)
            self._register(child, namespace)

    def _follow(self, element: Element, namespace: str) -> None:
        if local_name(element.tag) not in ("include", "import", "redefine", "override"):
            return
        address = element.get("schemaLocation", "")
        if address in self._texts:
            self._load(address, None if element.tag == f"{XS}import" else namespace)
        for each in element:
            self._register(each, namespace, again=True)

    def _register(self, element: Element, namespace: str, *, again: bool = False) -> None:
        name = element.get("name")
        if name:
            key = (local_name(element.tag), full_name(namespace, name))
            older = self.known.get(key)
            if older is None or again:
                self.known[key] = Known(element, older)


def _parsed(text: bytes) -> tuple[Element, dict[Element, Mapping[str, str]]]:
    """Return a schema file's root, and the prefixes that are known at each of its elements."""
    from xml.etree.ElementTree import iterparse

    bound: list[tuple[str, str]] = []
    prefixes: Mapping[str, str] | None = None
    scopes: dict[Element, Mapping[str, str]] = {}
    for event, item in iterparse(BytesIO(text), ("start-ns", "end-ns", "start")):  # noqa: S314 - screened when gathered
        if event == "start":
            prefixes = {"xml": _XML, **dict(bound)} if prefixes is None else prefixes
            scopes[item] = prefixes
            continue
        bound = [*bound, (item[0] or "", item[1] or "")] if event == "start-ns" else bound[:-1]
        prefixes = None
    return next(iter(scopes)), scopes


def full_name(namespace: str, name: str) -> str:
    """Return a name with its namespace, if it has one."""
    return f"{{{namespace}}}{name}" if namespace else name


def _holds(element: Element, inner: Element) -> bool:
    return any(each is inner for each in element.iter())
