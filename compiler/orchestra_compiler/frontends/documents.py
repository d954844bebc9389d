"""Every document of a YAML file of our own language, one value each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.frontends.common import Built, has_errors
from orchestra_compiler.source.codes import fault
from orchestra_compiler.source.text import Text
from orchestra_compiler.source.tree import Document
from orchestra_compiler.source.yaml import Reading

T = TypeVar("T")


def build_each(text: Text, reading: Reading, kind: str, build: Callable[[Document], Built[T]]) -> list[Built[T]]:
    """Build every document of a file; what is wrong with the file itself comes first, as a `Built` of nothing.

    Args:
        text: The file.
        reading: What it holds.
        kind: The key that names what a document defines.
        build: Builds one document.
    """
    found = list(reading.diagnostics)
    if not reading.documents and not found:
        found.append(fault("ORC010", Span(text.path), "the file holds no document", f"write `{kind}: NAME`"))
    built: list[Built[T]] = [Built(None, found)] if found else []
    if has_errors(reading.diagnostics):
        # what stands behind the last document that could be read was about to be one too
        rest = text.content[max((each.end for each in reading.documents), default=0) :]
        names = re.finditer(rf"^{kind}[ \t]*:[ \t]*[\"']?([a-z0-9][a-z0-9._-]*)", rest, re.MULTILINE)
        built += [Built(None, [], match[1]) for match in names]
    for document in reading.documents:
        each = build(document)
        broken = _holds(document.span, reading.diagnostics)
        built.append(Built(None, each.diagnostics, each.name) if broken else each)
    return built


def _holds(span: Span, found: Iterable[Diagnostic]) -> bool:
    """Return whether an error lies inside a document."""
    start, end = span[1:3], span[3:5]
    return any(each.severity is Severity.ERROR and start <= each.span[1:3] <= end for each in found)
