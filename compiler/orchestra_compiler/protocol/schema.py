"""A project's message schema: which types it has, what is a message of it, and its documents as plain values.

Everything heavy waits: with the types known from the manifest and lxml installed, xmlschema is never imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import orchestra_spec
from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json, Protocol
from orchestra_compiler.protocol import fields, message, paths, shipped
from orchestra_compiler.protocol.assembly import assemble
from orchestra_compiler.protocol.decoding import to_json
from orchestra_compiler.protocol.layout import Declaration, Layout
from orchestra_compiler.protocol.lookup import MISSING, Missing, look_up
from orchestra_compiler.xsd import tree, xml
from orchestra_compiler.xsd.engines.judges import Judge, fast_judge
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.files.sources import SchemaBrokenError, SchemaSources, gather, shown
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from orchestra_compiler.protocol.instances import Instance
    from orchestra_compiler.xsd.growing.grower import Grower
    from orchestra_compiler.xsd.loading import LoadedSchema
    from orchestra_compiler.xsd.model import ElementDeclaration
    from orchestra_compiler.xsd.simple.values import Values

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
        elements = self.loaded.schema.elements
        if not self.discriminator:
            names = sorted({local_name(name) for name, each in elements.items() if not each.abstract})
            names = [self.root_name] if self.root_name in names else names
            if not names:
                raise self._broken("the schema declares no element", "declare one global element per message type")
            return tuple(names)
        return self._words(self._root_element())

    def _words(self, root: ElementDeclaration) -> tuple[str, ...]:
        from orchestra_compiler.protocol.discriminator import words_at

        try:
            return words_at(root, self.discriminator)
        except MessageError as error:
            raise self._broken(error.message, error.hint) from error

    def _root_element(self) -> ElementDeclaration:
        elements = self.loaded.schema.elements
        named = [each for name, each in elements.items() if local_name(name) == self.root_name]
        if not self.root_name and len(elements) == 1:
            named = list(elements.values())
        if not named:
            known = ", ".join(sorted(map(local_name, elements))) or "none"
            raise self._broken(f"the schema has no root element {self.root_name!r}", f"its global elements: {known}")
        return named[0]

    def _broken(self, text: str, hint: str = "") -> SchemaBrokenError:
        return SchemaBrokenError(text, shown(self.files[0], self._root), 0, hint)

    @cached_property
    def loaded(self) -> LoadedSchema:
        """The schema as plain values, with its judges; imports xmlschema.

        Raises:
            SchemaBrokenError: It is not a valid schema.
        """
        from orchestra_compiler.xsd.loading import loaded

        return loaded(replace(self._sources, documents=self._sources.read()), self._root)

    @cached_property
    def roots(self) -> tuple[ElementDeclaration, ...]:
        """The elements that messages begin with, in the order of their types."""
        return tuple(dict.fromkeys(self.root_of(kind) for kind in self.types))

    def root_of(self, kind: str) -> ElementDeclaration:
        """Return the root element of a message type.

        Raises:
            MessageError: The schema has no such type.
        """
        self._demand(kind)
        if self.discriminator:
            return self._root_element()
        elements = self.loaded.schema.elements
        return next(each for name, each in elements.items() if local_name(name) == kind)

    def grower(self, prefer: str = "", branch: int = 0) -> Grower:
        """Return what makes documents; see `Grower` for the arguments."""
        from orchestra_compiler.xsd.growing.grower import Grower

        return Grower(self.loaded.schema, self._values, prefer=prefer, branch=branch)

    @cached_property
    def _values(self) -> Values:
        from orchestra_compiler.xsd.simple.values import Values

        return Values()

    def _demand(self, kind: str) -> None:
        if kind not in self.types:
            raise MessageError(f"{kind!r} is not a message type", f"one of {', '.join(self.types)}")

    @cached_property
    def _judge(self) -> Judge:
        return fast_judge(self._sources) or self.loaded.judges[0]

    def validate(self, document: str | bytes) -> tuple[Violation, ...]:
        """Return why a document is not a message; empty when it is one. Hostile XML is one violation."""
        try:
            return self._judged(document)
        except xml.XmlError as error:
            return (Violation(error.rule, "", error.line, error.reason),)

    def is_valid(self, document: str | bytes) -> bool:
        """Return whether a document is a message, without a reason: what is plainly harmless is parsed but once."""
        try:
            raw = xml.plain_bytes(document) or xml.screen(document)
        except xml.XmlError:
            return False
        return self._judge.accepts(raw) and not self._foreign_root(raw)

    def validate_many(self, documents: Iterable[str | bytes]) -> Iterator[tuple[Violation, ...]]:
        """Yield for each document in turn why it is not a message; only what is refused is explained."""
        return map(self.validate, documents)

    def _judged(self, document: str | bytes) -> tuple[Violation, ...]:
        raw = xml.plain_bytes(document)
        found = () if raw is None else self._judge.violations(raw)
        if raw is None or any(each.rule == xml.MalformedXmlError.rule for each in found):
            raw = xml.screen(document)
            found = self._judge.violations(raw)
        return found or self._foreign_root(raw)

    def verdicts(self, document: str) -> dict[str, tuple[Violation, ...]]:
        """Return what every engine present says of a document, by the engine's name."""
        raw = xml.screen(document)
        return {judge.name: judge.violations(raw) or self._foreign_root(raw) for judge in self.loaded.judges}

    def _foreign_root(self, raw: bytes) -> tuple[Violation, ...]:
        """A valid document may still be no message: a schema can declare more global elements than the root."""
        if not self.root_name or not self._other_roots:
            return ()
        name = paths.root_name(raw)
        if name == self.root_name:
            return ()
        return (Violation("root", f"/{name}", 1, f"the root element is {name!r}, not {self.root_name!r}"),)

    @cached_property
    def _other_roots(self) -> bool:
        """Whether any file declares a global element besides the root."""
        return not self.ours and any(local_name(name) != self.root_name for name in self.layout.elements)

    @cached_property
    def layout(self) -> Layout:
        """What its documents look like, as far as their values need it."""
        from orchestra_compiler.protocol.layout_reading import read_layout

        return read_layout(self._sources)

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

        A valid message of our own protocol gives its natural fields with `type` (see `fields`). Any other schema's gives
        its elements by local name (see `decoding`), and `type` where the schema itself leaves that name free. Either way
        truths, numbers and lists are what they are (see `typed`), and `encode` takes it all back.

        Raises:
            MessageError: The document is not let in, or is no message.
        """
        if self.ours:
            return fields.from_message(message.parse(document))
        root = xml.read(document)
        content = to_json(root, self.layout)
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
        elements by local name: a whole message, as `decode` gives it, is written as it is; what is not whole is laid over
        the smallest valid document of the type. `type` may be given too.

        Raises:
            MessageError: The type or a field is unknown, or a value does not fit.
        """
        parts = {name: value for name, value in given.items() if name != "type" or value != kind}
        if self.ours:
            text = message.encode(fields.to_message(kind, parts))
        else:
            whole = self._whole(kind, given)
            if whole is not None and not self.validate(whole):
                return whole
            from orchestra_compiler.protocol.overlay import overlay

            text = overlay(self, kind, given if self._names_type(kind) else parts)
        wrong = self.validate(text)
        if wrong:
            raise MessageError(f"the fields do not make a valid {kind}: {wrong[0]}")
        return text

    def _whole(self, kind: str, given: Mapping[str, Json]) -> str | None:
        """Return the document that a whole message's fields stand for, or None where they are not whole."""
        self._demand(kind)
        declaration = self.declaration(kind)
        if declaration is None:
            return None
        own = {name: value for name, value in given.items() if name != "type" or self._names_type(kind)}
        try:
            root = assemble(self.layout, declaration, dict(own))
        except MessageError:
            return None
        if self.discriminator and paths.value_at(root, self.discriminator) != kind:
            paths.set_value(root, self.discriminator, kind)
        return tree.to_text(root)

    def _names_type(self, kind: str) -> bool:
        """Return whether messages of a type have an element `type` themselves."""
        declaration = self.declaration(kind)
        return declaration is not None and "type" in declaration.shape.child_by_local_name

    def declaration(self, kind: str) -> Declaration | None:
        """Return what the schema declares as the root of a type's messages."""
        name = self.root_name if self.discriminator else kind
        if not name and len(self.layout.elements) == 1:
            return next(iter(self.layout.elements.values()))
        return self.layout.element(name)

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
