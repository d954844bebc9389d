"""Names of agents: as written where they are plain words, else mended to one, the same way wherever a name stands."""

from __future__ import annotations

import re
import unicodedata

from orchestra_compiler.diagnostic import Diagnostic, Safety, Severity
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.codes import fault, shown
from orchestra_compiler.source.mends import replace, scalar
from orchestra_compiler.source.tree import Document

_NAME = pattern(r"[a-z0-9][a-z0-9._-]*\Z")
_LONGEST = 100


def is_plain(name: str) -> bool:
    """Return whether a name needs no mending."""
    return _NAME.match(name) is not None and len(name) <= _LONGEST


def plain(text: str) -> str:
    """Return a name mended to lower-case letters, digits, `.`, `_` and `-`; empty where nothing of it is left.

    Letters lose their accents: `Développeur` is read as `developpeur`.
    """
    if is_plain(text):
        return text
    letters = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9._]+", "-", letters.lower()).strip("-._")[:_LONGEST].rstrip("-._")


def of_document(document: Document, otherwise: str, *, free: bool = False) -> tuple[str, list[Diagnostic]]:
    """Return the name that a document gives its agent under `name`, with findings about it.

    Args:
        document: What the agent is read from.
        otherwise: What the agent is called where the document does not say, such as its file's name.
        free: Whether the format lets a name be any text, so that neither mending nor absence is worth a word.
    """
    written = document.value.get("name")
    if isinstance(written, str) and is_plain(written):
        return written, []
    name = plain(written if isinstance(written, str) else "") or plain(otherwise) or "agent"
    if free:
        return name, []
    if isinstance(written, str):
        message = f"the name `{shown(written)}` is not a plain word; it is read as `{name}`"
        hint, span = f"write name: {name}", document.span_at(("name",))
        mend = replace("write a plain word", Safety.UNSAFE, span, name, old=written)
        return name, [fault("ORC010", span, message, hint, severity=Severity.WARNING, fix=mend)]
    if "name" in document.value:
        return name, []  # of the wrong type, which is told
    message = f"`name` is missing; the agent is called `{name}` after its file"
    hint, span = f"write name: {name}", document.head_span_at(())
    # An empty span inserts: above the first key, where it starts a line of its own.
    above = span._replace(end_line=span.line, end_column=span.column)
    fix = replace("write the name", Safety.UNSAFE, above, f"name: {scalar(name)}\n") if _starts_line(document) else None
    return name, [fault("ORC012", span, message, hint, severity=Severity.WARNING, fix=fix)]


def _starts_line(document: Document) -> bool:
    """Return whether the first key of a document starts its line, so that another key can stand above it."""
    spots = document.value.spots
    return bool(spots) and document.text.place(spots[0])[1] == 1
