"""What an agent's `knowledge.documents` name: files of the project, or titles of what lies elsewhere."""

from __future__ import annotations

from orchestra_compiler.patterns import pattern

_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]+:")  # of two letters or more: `C:` is a drive


def is_path(document: str) -> bool:
    """Return whether a document is named by a path: a URL has a scheme, and a title more than one word."""
    return not (_SCHEME.match(document) or any(character.isspace() for character in document))
