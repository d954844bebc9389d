"""Messages that a schema accepts, made from it, to be put before another schema.

They are the smallest and the fullest of each type, small ones that aim at what the other schema has in an element's
place, and small ones that each try one thing that the schema allows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from orchestra_compiler.diff.messages.aims import Draft, aimed
from orchestra_compiler.errors import MessageError
from orchestra_compiler.protocol.discriminator import node_with
from orchestra_compiler.xsd.document import to_text
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from orchestra_compiler.diff.messages.structure import Pair
    from orchestra_compiler.protocol.schema import MessageSchema
    from orchestra_compiler.xsd.growing.grower import Variation

_MOST_DOCUMENTS = 300
"""For each root, so many that aim at a difference, and so many that try one thing each."""
_WHOLE = frozenset({"minimal", "maximal"})
"""Variations that every type has by itself."""
_NUMBER = re.compile(r"\[\d+\]")
_OCCURS = "occurs-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A message that its own side accepts.

    Attributes:
        kind: Its message type.
        label: What it tries.
        where: The path of what is tried; empty for a whole message.
        value: The value that is tried there.
    """

    kind: str
    label: str
    text: str
    where: str = ""
    value: str = ""

    @property
    def name(self) -> str:
        """What the document is called in a finding."""
        return f"{self.kind}, {self.label}"


def documents(schema: MessageSchema, kinds: Sequence[str], pairs: Sequence[Pair]) -> Iterator[Document]:
    """Yield messages of these types that the schema accepts, by its own judge; what types share is tried once.

    Args:
        schema: The schema.
        kinds: Message types.
        pairs: The schema's elements, each with the one that another schema has in its place.

    Raises:
        MessageError: The schema has no such type.
    """
    seen: set[tuple[str, str]] = set()  # the smallest document may come again, as the one with a certain value
    for each in _drafts(schema, kinds, pairs):
        for kind, text in _named(schema, kinds, each):
            key = text, each.where
            if key in seen:
                break
            if not schema.validate(text):
                seen.add(key)
                yield Document(kind=kind, label=each.label, text=text, where=each.where, value=each.value)
                break


def _drafts(schema: MessageSchema, kinds: Sequence[str], pairs: Sequence[Pair]) -> Iterator[Draft]:
    for kind in kinds:
        for label, full in (("full", True), ("minimal", False)):
            root = schema.instance(kind, full=full).root
            if root is not None:
                yield Draft(label=label, document=root, kind=kind)
    roots = dict.fromkeys(schema.root_of(kind) for kind in kinds)
    most = _MOST_DOCUMENTS * len(roots)
    yield from islice(aimed(schema.grower(), roots, pairs), most)
    for each in islice(schema.grower().variations(roots), most):
        if each.scenario not in _WHOLE:
            yield Draft(label=_label(each), where=_NUMBER.sub("", each.component), document=each.document)


def _named(schema: MessageSchema, kinds: Sequence[str], draft: Draft) -> Iterator[tuple[str, str]]:
    """Yield message types that a draft may be of, the most likely first, each with its text as one of that type.

    Where one root serves all types, that is the type which something in the document is named like, the one that the
    document names already, or any other: a schema may tie the type's name to the rest of the document.
    """
    text = to_text(draft.document)
    if not schema.discriminator or draft.kind:
        yield draft.kind or local_name(draft.document.name), text
        return
    inside = {local_name(each.name) for each in draft.document.nodes()}
    likely = [each for each in kinds if each in inside]
    for kind in dict.fromkeys((*likely, *_stated(schema, text), *kinds)):
        named = node_with(draft.document, schema.discriminator, kind)
        if kind in kinds and named is not None:
            yield kind, to_text(named)


def _stated(schema: MessageSchema, text: str) -> Iterator[str]:
    """Yield the type that a document names; none where that place is empty, or nil."""
    with suppress(MessageError):
        yield schema.type_of(text)


def _label(variation: Variation) -> str:
    """Return what a variation tries: `<b> 2 times`, `with <b>`, `longest in <b>`."""
    last = _NUMBER.sub("", variation.component).rpartition("/")[2]
    shown = last if last.startswith("@") else f"<{last}>"
    scenario = variation.scenario
    if scenario.startswith(_OCCURS) and scenario.removeprefix(_OCCURS).isdigit():
        return f"{shown} {scenario.removeprefix(_OCCURS)} times"
    words = scenario.removesuffix(f"-{last.removeprefix('@')}")
    return f"{words} {shown}" if words != scenario else f"{scenario} in {shown}"
