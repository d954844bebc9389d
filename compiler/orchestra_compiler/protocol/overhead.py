"""What the envelope of messages costs in tokens: everything but the text that an agent has to say.

Content is the description, the files with what is said of them, the error and what was tried; in a schema of the
project's own it is every element that holds a string without enumeration or pattern. The envelope is what the whole
message holds above its content, in each of three forms: XML, compact, and compact with what a channel knows left out.

Measured are the project's own scripted messages; a type of which it has none is measured by its smallest document.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median_low
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Fleet, Json, ScriptedReply
from orchestra_compiler.protocol import message, paths
from orchestra_compiler.protocol.channel import NOTHING, Channel
from orchestra_compiler.protocol.compact import to_compact
from orchestra_compiler.protocol.decoding import child_shape, shape_of
from orchestra_compiler.protocol.envelope import envelope
from orchestra_compiler.protocol.layout import UNKNOWN, Layout, Shape
from orchestra_compiler.protocol.schema import MessageSchema
from orchestra_compiler.tokens import TokenCounter
from orchestra_compiler.xsd import xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

GOAL_PERCENT = 5
FORMS = ("xml", "compact", "channel")
_EXPECTED = ("task-assignment", "task-completion")
"""What goes down a channel and comes back when all goes well; any other type must say what it is."""

_NAMES = ("an-agent", "another-agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCost:
    """One form of a type's messages.

    Attributes:
        form: `xml`, `compact`, or `channel`: compact, with what the channel knows left out.
        envelope_tokens: The median over the messages measured.
        percent: The envelope's share of a message with the type's median content.
        percent_at_reply: Its share of a message with as much content as the median of the project's plain replies; None
            where it has none.
        break_even_tokens: From how many tokens of content on the envelope is less than five per cent.
    """

    form: str
    envelope_tokens: int
    percent: Decimal
    percent_at_reply: Decimal | None
    break_even_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCost:
    """One message type.

    Attributes:
        messages: How many scripted messages were measured; 0 where the smallest document stands in for them.
        content_tokens: The median content.
    """

    type: str
    messages: int
    content_tokens: int
    forms: tuple[FormCost, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overhead:
    """What the envelopes of a project cost.

    Attributes:
        tokenizer: Who counted: `o200k_base`, or `estimate`.
        replies: How many of the project's scripted replies are plain text.
        reply_tokens: Their median.
        unmeasured: Type -> why it could not be measured.
    """

    tokenizer: str
    replies: int
    reply_tokens: int
    types: tuple[TypeCost, ...]
    unmeasured: Mapping[str, str]


class _Sizes(NamedTuple):
    """One message: tokens of its content, and of its envelope by form."""

    content: int
    envelopes: Mapping[str, int]


def overhead(fleet: Fleet, schema: MessageSchema, counter: TokenCounter, known: Sequence[str] = ()) -> Overhead:
    """Measure the envelope of every message type of a project.

    Args:
        fleet: The project's fleet.
        schema: Its message schema.
        counter: Who counts tokens.
        known: For a schema of the project's own: paths of the values that a channel knows.
    """
    documents, plain = _scripted(fleet, schema)
    replies = [counter.count(text) for text in plain]
    typical = median_low(replies) if replies else 0
    types, unmeasured = [], {}
    for kind in schema.types:
        try:
            found = documents.get(kind) or [_smallest(schema, kind)]
            sizes = [_measured(schema, each, counter, known) for each in found]
        except MessageError as error:
            unmeasured[kind] = error.message
            continue
        types.append(_type_cost(kind, sizes, len(documents.get(kind, ())), typical))
    return Overhead(
        tokenizer=counter.name,
        replies=len(replies),
        reply_tokens=typical,
        types=tuple(types),
        unmeasured=unmeasured,
    )


def _type_cost(kind: str, sizes: Sequence[_Sizes], messages: int, typical: int) -> TypeCost:
    content = median_low(each.content for each in sizes)
    forms = []
    for form in FORMS:
        measured = [each.envelopes[form] for each in sizes if form in each.envelopes]
        if not measured:
            continue
        tokens = median_low(measured)
        forms.append(
            FormCost(
                form=form,
                envelope_tokens=tokens,
                percent=_percent(tokens, content),
                percent_at_reply=_percent(tokens, typical) if typical else None,
                break_even_tokens=_break_even(tokens),
            )
        )
    return TypeCost(type=kind, messages=messages, content_tokens=content, forms=tuple(forms))


def _percent(tokens: int, content: int) -> Decimal:
    whole = max(tokens + content, 1)
    return (Decimal(100) * tokens / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _break_even(tokens: int) -> int:
    """Return the least content beside which an envelope is less than the goal: tokens / (tokens + content) < goal."""
    return max(tokens * (100 - GOAL_PERCENT) // GOAL_PERCENT + 1, 0) if tokens > 0 else 0


def _scripted(fleet: Fleet, schema: MessageSchema) -> tuple[dict[str, list[str]], list[str]]:
    """Return the valid messages of the project's scripts by type, and the replies that are plain text."""
    documents: dict[str, list[str]] = {}
    plain: list[str] = []
    for text, is_message in _replies(fleet, schema):
        if is_message or text.lstrip().startswith("<"):
            if not schema.validate(text):
                documents.setdefault(schema.type_of(text), []).append(text)
        elif text.strip():
            plain.append(text)
    return documents, plain


def _replies(fleet: Fleet, schema: MessageSchema) -> Iterator[tuple[str, bool]]:
    """Yield the text of every scripted reply, and whether it was written as the fields of a message."""
    for mission in fleet.missions:
        for step in mission.steps:
            script, agent = mission.replies.get(step.name), fleet.assigned(step)
            for reply in script.replies if script is not None else ():
                if not reply.message:
                    yield reply.text, False
                elif agent is not None:
                    try:
                        yield _encoded(reply, schema, envelope(agent, step, mission.name)), True
                    except MessageError:  # what cannot be written is a finding of the lint
                        continue


def _encoded(reply: ScriptedReply, schema: MessageSchema, added: Mapping[str, str]) -> str:
    fields: dict[str, Json] = json.loads(reply.message)
    kind = str(fields.pop("type", ""))
    written = {name.replace("-", "_") for name in fields}
    return schema.encode(kind, {**fields, **{name: value for name, value in added.items() if name not in written}})


def _smallest(schema: MessageSchema, kind: str) -> str:
    if schema.ours:
        sender, recipient = _NAMES
        return schema.encode(kind, {"sender": sender, "recipient": recipient})
    made = schema.instance(kind)
    if made.document is None:
        raise MessageError(made.reason)
    return made.document


def _measured(schema: MessageSchema, document: str, counter: TokenCounter, known: Sequence[str]) -> _Sizes:
    content = counter.count("\n".join(content_of(schema, document)))
    texts = {"xml": document.rstrip("\n"), "compact": to_compact(schema, document, NOTHING)}
    channel = channel_of(schema, document, known)
    if channel != NOTHING:
        texts["channel"] = to_compact(schema, document, channel)
    return _Sizes(content, {form: max(counter.count(text) - content, 0) for form, text in texts.items()})


def channel_of(schema: MessageSchema, document: str, known: Sequence[str]) -> Channel:
    """Return the channel that a document came by: what its two ends know of it without reading it."""
    if schema.ours:
        value = message.parse(document)
        return Channel(
            type=value.type if value.type in _EXPECTED else None,
            sender=value.sender,
            recipient=value.recipient,
            task_id=value.task_id,
            parent_task=value.parent_task,
            timestamp=value.timestamp,
        )
    root = xml.read(document)
    found = ((path, paths.value_at(root, path)) for path in known)
    return Channel(values={path: text for path, text in found if text is not None})


def content_of(schema: MessageSchema, document: str) -> tuple[str, ...]:
    """Return the texts of a valid document that an agent writes freely, in their order."""
    if not schema.ours:
        root = xml.read(document)
        declared = schema.layout.elements.get(root.tag)
        shape = shape_of(root, declared.shape if declared else UNKNOWN, schema.layout)
        return tuple(_free_texts(root, shape, schema.layout))
    value = message.parse(document)
    files = [part for pair in (value.artifacts or {}).items() for part in pair]
    error = [value.error.message, value.error.attempted_recovery or ""] if value.error is not None else []
    return tuple(text for text in (*files, *error, value.description) if text)


def _free_texts(element: Element, shape: Shape, layout: Layout) -> Iterator[str]:
    free = shape.mixed or (shape.value is not None and shape.value.free)
    if free and element.text and element.text.strip():
        yield element.text
    for child in element:
        yield from _free_texts(child, child_shape(child, shape, layout), layout)
        if free and child.tail and child.tail.strip():
            yield child.tail
