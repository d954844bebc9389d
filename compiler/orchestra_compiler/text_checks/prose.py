"""Tells prose from code in Markdown, so that a decorator in a code fence is not read as a sentence.

Code is blanked, not cut, so that offsets into the result are offsets into the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A fence may be indented (lists) or quoted; it ends with as many of its characters or more, or with the text.
_FENCE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^`\n]*)\n"
    r"(?P<content>(?:.*\n)*?)(?:[ \t>]*(?P=fence)[`~]*[ \t]*$|(?P<last>.*)\Z)",
    re.MULTILINE,
)
# A code span ends with as many backticks as it began with and does not pass a blank line.
_SPAN = re.compile(r"(?<!`)(?P<ticks>`{1,2}|`{4,})(?!`)(?:(?!\n[ \t]*\n)[\s\S])+?(?<!`)(?P=ticks)(?!`)")
_NOT_NEWLINE = re.compile(r"[^\n]")


def without_code(text: str) -> str:
    """Return the text with fenced code and code spans blanked; length and line breaks stay as they were."""
    if "`" not in text and "~~~" not in text:
        return text
    return _SPAN.sub(_blank, without_fences(text))


def without_fences(text: str) -> str:
    """Return the text with fenced code blanked; code spans stay."""
    return _FENCE.sub(_blank, text) if "```" in text or "~~~" in text else text


def fenced(text: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the content of each fenced block, in order; a fence never closed ends with the text."""
    if "```" in text or "~~~" in text:
        for match in _FENCE.finditer(text):
            yield match["info"].strip().lower(), match["content"] + (match["last"] or "")


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])
