"""Digests of what a unit looks at."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from orchestra_compiler.codec import to_json
from orchestra_compiler.source.files import Refusal


def digest(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of some texts, each with its length before it, so that no two lists of texts are one."""
    whole = sha256()
    for part in parts:
        whole.update(b"%d:" % len(part))
        whole.update(part)
    return whole.hexdigest()


def encoded(value: Any) -> bytes:
    """Return a value of the model, or a list of such, as bytes that differ whenever the values do.

    Unlike the manifest's JSON it keeps the order of mappings: a template that walks over one shows it.
    """
    return json.dumps(to_json(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def of_read(content: bytes | Refusal) -> str:
    """Return the SHA-256 of a file as it was read; why it cannot be read counts too; empty where it is not there."""
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    return "" if content.code == "ORC020" else f"{content.code} {content.message}"
