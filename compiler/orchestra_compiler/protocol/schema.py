"""A project's message schema: which types it has, what is a message of it, and its documents as plain values.

Everything heavy waits: with the types known from the manifest and lxml installed, xmlschema is never imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import orchestra_spec
from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json, Protocol
from orchestra_compiler.protocol import fields, message, paths, shipped
from orchestra_compiler.protocol.lookup import MISSING, Missing, look_up
from orchestra_compiler.xsd import tree, xml
from orchestra_compiler.xsd.judges import Judge, XmlschemaJudge, fast_judge, load_components, present_judges
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.sources import SchemaBrokenError, SchemaSources, gather, shown
from orchestra_compiler.xsd.violation import Violation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import xmlschema

    from orchestra_compiler.protocol.instances import Instance

__all__ = ["MISSING", "MessageSchema", "SchemaBrokenError", "Violation", "load_schema"]

DEFAULT_SCHEMA = orchestra_spec.ROOT / "messages" / "agent-message.xsd"


class MessageSchema:
    """The schema of one project's messages.

    Attributes:
        files: The XSD and every local file it includes or imports.
        root_name: The name every message's root must have; empty where each type is an element of its own.
        ours: Whether it is the schema that ships with us.
    """

    def __init__(self, protocol: Protocol, sources: SchemaSources, root: Path) -> None:
        self.files = sources.files
        self.ours = not protocol.schema
        self.root_name = message.ROOT if self.ours else protocol.root
        self.discriminator = message.DISCRIMINATOR if self.ours else protocol.discriminator
        self._sources = sources
        self._root = DEFAULT_SCHEMA.parent if self.ours else root
        self._known_types = shipped.TYPES if self.ours else protocol.types

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The message types, sorted: the discriminator's words, or the names of the global elements.

        Raises:
            SchemaBrokenError: Root or discriminator do not fit the schema.
        """
        if self._known_types:
            return self._known_types
        elements = self.components.elements
        if not self.discriminator:
            names = sorted({each.local_name for each in elements.values() if not each.abstract})
            names = [self.root_name] if self.root_name in names else names
            if not names:
                raise self._broken("the schema declares no element", "declare one global element per message type")
            return tuple(names)
        return self._words(self._root_component())

    def _words(self, component: xmlschema.XsdElement) -> tuple[str, ...]:
        try:
            return paths.words_at(component, self.discriminator)
        except SchemaBrokenError:
            raise
        except MessageError as error:
            raise self._broken(error.message, error.hint) from error

    def _root_component(self) -> xmlschema.XsdElement:
        elements = self.components.elements
        named = [each for each in elements.values() if each.local_name == self.root_name]
        if not self.root_name and len(elements) == 1:
            named = list(elements.values())
        if not named:
            known = ", ".join(sorted(each.local_name for each in elements.values())) or "none"
            raise self._broken(f"the schema has no root element {self.root_name!r}", f"its global elements: {known}")
        return named[0]

    def _broken(self, text: str, hint: str = "") -> SchemaBrokenError:
        return SchemaBrokenError(text, shown(self.files[0], self._root), 0, hint)

    @cached_property
    def components(self) -> xmlschema.XMLSchemaBase:
        """The schema as xmlschema's components; imports xmlschema.

        Raises:
            SchemaBrokenError: It is not a valid schema.
        """
        return load_components(self._sources, self._root)

    def component_of(self, kind: str) -> xmlschema.XsdElement:
        """Return the root component of a message type.

        Raises:
            MessageError: The schema has no such type.
        """
        self._demand(kind)
        if self.discriminator:
            return self._root_component()
        return next(each for each in self.components.elements.values() if each.local_name == kind)

    def _demand(self, kind: str) -> None:
        if kind not in self.types:
            raise MessageError(f"{kind!r} is not a message type", f"one of {', '.join(self.types)}")

    @cached_property
    def _judge(self) -> Judge:
        return fast_judge(self._sources) or XmlschemaJudge(self.components)

    @cached_property
    def judges(self) -> tuple[Judge, ...]:
        """Every engine that is installed and can read the schema; xmlschema always."""
        return tuple(present_judges(self._sources, self.components))

    def validate(self, document: str | bytes) -> tuple[Violation, ...]:
        """Return why a document is not a message; empty when it is one. Hostile XML is one violation."""
        try:
            raw = xml.screen(document)
        except xml.XmlError as error:
            return (Violation(error.rule, "", error.line, error.message),)
        return self._judge.violations(raw) or self._foreign_root(raw)

    def verdicts(self, document: str) -> dict[str, tuple[Violation, ...]]:
        """Return what every engine present says of a document, by the engine's name."""
        raw = xml.screen(document)
        return {judge.name: judge.violations(raw) or self._foreign_root(raw) for judge in self.judges}

    def _foreign_root(self, raw: bytes) -> tuple[Violation, ...]:
        """A valid document may still be no message: a schema can declare more global elements than the root."""
        if not self.root_name or not self._other_roots:
            return ()
        name = local_name(xml.read(raw).tag)
        if name == self.root_name:
            return ()
        return (Violation("root", f"/{name}", 1, f"the root element is {name!r}, not {self.root_name!r}"),)

    @cached_property
    def _other_roots(self) -> bool:
        """Whether any file declares a global element besides the root."""
        from orchestra_compiler.xsd.sources import XS

        roots = (xml.read(path.read_bytes()) for path in self.files)
        names = {child.get("name") for root in roots for child in root if child.tag == f"{XS}element"}
        return bool(names - {self.root_name})

    def type_of(self, document: str | bytes) -> str:
        """Return the type that a document says it is of, known to the schema or not.

        Raises:
            MessageError: The document is not let in, or says nothing at the discriminator's path.
        """
        return self._type_at(xml.read(document))

    def _type_at(self, root: Element) -> str:
        if not self.discriminator:
            return local_name(root.tag)
        found = paths.value_at(root, self.discriminator)
        if not found:
            raise MessageError(f"the document names no type at {self.discriminator!r}")
        return found

    def decode(self, document: str | bytes) -> Mapping[str, Json]:
        """Return a document as plain JSON.

        A valid message of our own protocol gives its natural fields with `type` (see `fields`), typed: `success` is a
        truth, `error.level` a number. Any other schema's gives its elements by local name (see `tree`), all text, and
        `type` where the schema itself leaves that name free.

        Raises:
            MessageError: The document is not let in, or is no message.
        """
        if self.ours:
            return fields.from_message(message.parse(document))
        root = xml.read(document)
        content = tree.to_mapping(root)
        mapping = content if isinstance(content, dict) else {"$": content}
        return {"type": self._type_at(root)} | mapping

    def field(self, document: str | bytes, name: str) -> Json | Missing:
        """Return the value of one field of a document, or `MISSING`.

        `name` is a natural field of our protocol (`task_id`, `error.level`), or a path below the root or the end of
        one, with dots or slashes (`result.success`, `body/@type`); a hyphen is as good as an underscore.

        Raises:
            MessageError: The document is not let in, or is no message.
        """
        found = look_up(dict(self.decode(document)), name)
        if found is not MISSING or not self.ours:
            return found
        return look_up(tree.to_mapping(xml.read(document)), name)

    def encode(self, kind: str, given: Mapping[str, Json]) -> str:
        """Return a message of a type as XML; the same fields give the same text.

        For our own protocol `given` holds natural fields (see `fields`). For any other schema it is nested mappings of
        elements by local name, laid over the smallest valid document of the type.

        Raises:
            MessageError: The type or a field is unknown, or a value does not fit.
        """
        if self.ours:
            text = message.encode(fields.to_message(kind, given))
        else:
            from orchestra_compiler.protocol.overlay import overlay

            text = overlay(self, kind, given)
        wrong = self.validate(text)
        if wrong:
            raise MessageError(f"the fields do not make a valid {kind}: {wrong[0]}")
        return text

    def instance(self, kind: str, *, full: bool = False) -> Instance:
        """Return the smallest valid document of a type, or with `full` one that has every optional part once.

        Raises:
            MessageError: The schema has no such type.
        """
        from orchestra_compiler.protocol.instances import instance

        return instance(self, kind, full=full)


def load_schema(protocol: Protocol, root: Path) -> MessageSchema:
    """Return the message schema of a project; one whose types are not known yet is judged as a whole.

    Raises:
        SchemaBrokenError: It cannot be used; a `MessageError` with path and line.
    """
    if not protocol.schema:
        return MessageSchema(protocol, SchemaSources((DEFAULT_SCHEMA,)), root)
    root = root.absolute()
    schema = MessageSchema(protocol, gather(root / protocol.schema, root), root)
    _ = schema.types
    return schema
