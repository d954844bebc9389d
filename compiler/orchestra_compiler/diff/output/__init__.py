"""A comparison as readers want it: text for a terminal, Markdown for a pull request, JSON for programs."""

from __future__ import annotations

from orchestra_compiler.diff.changes import Changes
from orchestra_compiler.diff.output import document, markdown, text

__all__ = ["FORMATS", "render"]

FORMATS = ("text", "json", "markdown")


def render(changes: Changes, format: str, width: int) -> str:  # noqa: A002 - named as the option is
    """Return the comparison in one of the formats, ending in a newline; `width` is the terminal's, for `text`."""
    if format == "json":
        return document.render(changes)
    return markdown.render(changes) if format == "markdown" else text.render(changes, width)
