"""A short text form of messages for agents' contexts and for logs, and the way back.

What a message of the shipped protocol says in 45 lines of XML stands in a head of self-describing words, a line for each
file and for the error, an empty line, and the description as it is:

    result clerk>head-baker #order-17 2026-05-04T08:30:00Z high
    file orders/17.md: What is in the box.

    Order 17 is packed.

What the type implies is left out, and so is what the `Channel` knows. `docs/reference/compact.md` has the grammar. Messages
of any other schema take the form of an outline (see `outline`).

A text comes back as a document that decodes to the same and is valid; where that cannot be, there is no text.
"""

from __future__ import annotations

from orchestra_compiler.errors import MessageError
from orchestra_compiler.protocol import message, note, note_reading, outline, outline_reading
from orchestra_compiler.protocol.channel import NOTHING, Channel
from orchestra_compiler.protocol.schema import MessageSchema
from orchestra_compiler.xsd import tree, xml


def to_compact(schema: MessageSchema, document: str | bytes, channel: Channel = NOTHING) -> str:
    """Return a valid document in its short form.

    Raises:
        MessageError: The document is not valid, or holds something that the short form cannot carry.
    """
    wrong = schema.validate(document)
    if wrong:
        raise MessageError(f"the document is not a valid message: {wrong[0]}")
    if schema.ours:
        text = note.write(message.parse(document), channel)
    else:
        text = outline.write(xml.read(document), schema.layout, channel)
    if schema.decode(from_compact(schema, text, channel)) != schema.decode(document):
        raise MessageError("the compact form cannot carry this document", "keep the XML")
    return text


def from_compact(schema: MessageSchema, text: str, channel: Channel = NOTHING) -> str:
    """Return the valid document that a short form stands for.

    Raises:
        MessageError: It is no short form of a message, or lacks what the channel does not know.
    """
    if schema.ours:
        document = message.encode(note_reading.read(text, channel))
    else:
        document = tree.to_text(outline_reading.read(text, schema.layout, channel))
    wrong = schema.validate(document)
    if wrong:
        raise MessageError(f"the compact form does not make a valid message: {wrong[0]}")
    return document
