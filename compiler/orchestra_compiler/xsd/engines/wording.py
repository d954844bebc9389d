"""What engines say, in a form for people."""

from __future__ import annotations

import re

_LONGEST = 300
_NAMESPACE = re.compile(r"""\{(?:(?<=^\{)|(?<=[\s'"(]\{)|(?<=##other\{))(?!\d+(?:,\d*)?\})[^{}\s]*\}(?=[\w*])""")
"""A namespace in front of a name; braces elsewhere belong to patterns."""
_OBJECT = re.compile(r"<(?:\w+\.)*(\w+) object at 0x[0-9a-fA-F]+>")
"""What Python says of an object without words of its own: where it lies in memory, which differs every time."""


def plain(message: str) -> str:
    """Return an engine's message without namespaces in braces, which nobody can read, and without most of a long value."""
    text = _NAMESPACE.sub("", " ".join(message[: 20 * _LONGEST].split())).rstrip(".")
    text = _OBJECT.sub(r"\1", text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
