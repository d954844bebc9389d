"""What comes of the message schema as units: templates, and the documents of the message cases.

Of our own protocol a template looks at its type and two names; of any other it is the same for all agents and looks at
the schema's files, as the documents do.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.errors import MessageError
from orchestra_compiler.incremental.digest import encoded
from orchestra_compiler.incremental.units import Part, Units
from orchestra_compiler.model import Agent

if TYPE_CHECKING:
    from orchestra_compiler.cases.messages import Documents
    from orchestra_compiler.protocol.schema import MessageSchema

MESSAGE, DOCUMENTS = "message", "message cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message template, or why there is none.

    Attributes:
        example: The same message in few tokens, as it stands in prompts.
        guide: A line that says how to fill it; may be empty.
    """

    document: str | None
    example: str = ""
    guide: str = ""
    message: str = ""
    hint: str = ""


class Messages:
    """The templates and documents of one compile."""

    def __init__(self, units: Units, schema: MessageSchema, root: Path) -> None:
        self._units = units
        self._schema = schema
        self._root = root
        self._files = self._contents()
        self._part = Part(
            "the message schema",
            encoded((schema.root_name, schema.discriminator, schema.types, schema.ours, *self._files)),
            () if schema.ours else tuple(path for path, _ in self._files),
        )

    def _contents(self) -> list[tuple[str, str]]:
        """Return the schema's files with their contents, in the schema's order; those of ours are the compiler's own."""
        if self._schema.ours:
            return []
        base = self._root.absolute()
        return [
            (path.relative_to(base).as_posix(), path.read_bytes().decode("utf-8", "surrogateescape"))
            for path in self._schema.files
        ]

    def template(self, kind: str, agent: Agent) -> Template:
        """Return the template of a type for an agent that sends it."""
        if not self._schema.ours:
            return self._shared_template(kind)
        above = agent.coordinator or ""
        parts = [Part.of("its type and agents", (kind, agent.name, above), agent.span.path)]
        return self._made(f"{kind}/{agent.name}", parts, kind, agent.name, above)

    def _shared_template(self, kind: str) -> Template:
        return self._made(kind, [self._part], kind, "", "")

    def _made(self, name: str, parts: list[Part], kind: str, sender: str, above: str) -> Template:
        def make() -> Template:
            from orchestra_compiler.protocol import templates

            asked = (self._schema, kind, Agent(name=sender, description="", prompt=""), above or None)
            try:
                document, example = templates.render(*asked), templates.example(*asked)
            except MessageError as error:
                return Template(document=None, message=error.message, hint=error.hint)
            return Template(document=document, example=example, guide=templates.guide(self._schema, kind))

        return self._units.value(Template, MESSAGE, name, parts, make) or make()

    def writable_types(self) -> tuple[str, ...]:
        """Return the message types of which a document can be made."""
        types = self._schema.types
        return tuple(kind for kind in types if self._schema.ours or self._shared_template(kind).document is not None)

    def documents(self) -> Documents:
        """Return the documents of the message cases."""
        from orchestra_compiler.cases import messages

        def make() -> Documents:
            return messages.documents_of(self._schema)

        return self._units.value(messages.Documents, DOCUMENTS, "all", [self._part], make) or make()

    def settle(self) -> None:
        """Forget what was made of a schema that somebody edited meanwhile: nobody knows which of its texts was read."""
        try:
            same = self._contents() == self._files
        except OSError:
            same = False
        if not same:
            self._units.forget((MESSAGE, DOCUMENTS))
