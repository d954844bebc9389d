"""Values of front matter that are not strict YAML, written anew so that they are: the same text, in quotes."""

from __future__ import annotations

from collections.abc import Sequence

from orchestra_compiler.diagnostic import Edit, Fix, Safety
from orchestra_compiler.patterns import pattern
from orchestra_compiler.source.mends import quoted, scalar
from orchestra_compiler.source.text import Text, lines_of

_NESTED = pattern(r"\s*(?:-[ \t]|[\"']?[\w.$/-]+[\"']?[ \t]*:(?:\s|\Z))")
_IGNORE = pattern(r"(?:\A|\s)#\s*orchestra:\s*ignore")
_TABBED_LINES = pattern(r"(?:[ \t]*(?:\r\n|\n|\r))+[ ]*\t[ \t]*(?=[\r\n]|\Z)")
_BLOCK_SCALAR = pattern(r"[|>][+-]?[0-9]?[+-]?[ \t]*(?:#.*)?\Z")


def quote_value(text: Text, start: int, end: int, value: str | Sequence[str]) -> Fix | None:
    """Return the fix that writes a recovered value as strict YAML.

    Args:
        text: The file.
        start: Index behind the colon and its blanks.
        end: Index behind the value.
        value: What was recovered.

    Returns:
        None where nesting or a block of text was meant, so that quotes would make the misreading last.
    """
    raw = text.content[start:end]
    if isinstance(value, str):
        if _meant_otherwise(raw):
            return None
        title, new = "quote the value", quoted(value)
    elif raw.startswith("["):
        title, new = "quote the items", f"[{', '.join(scalar(item) for item in value)}]"
    else:
        title, new = "write the list anew", "".join(f"\n  - {scalar(item)}" for item in value)
    if not new.startswith("\n") and text.content[start - 1 : start] == ":":
        new = f" {new}"
    blank = _TABBED_LINES.match(text.content, end)  # no strict reader takes a blank line with a tab behind quotes
    end = blank.end() if blank else end
    return Fix(title=title, safety=Safety.SAFE, edits=(Edit(text.span(start, end), new),))


def _meant_otherwise(raw: str) -> bool:
    """Return whether a value that was recovered as text looks like a mapping, a list of more than texts, a block, or ends in an ignore."""
    if _IGNORE.search(raw):  # a comment to every strict reader, and to whoever wrote it
        return True
    first = lines_of(raw)[0].rstrip("\r\n") if raw else ""
    if not first.strip():
        return _NESTED.match(raw) is not None
    return _BLOCK_SCALAR.match(first) is not None or (raw.startswith("{") and raw.endswith("}") and ":" in raw)
