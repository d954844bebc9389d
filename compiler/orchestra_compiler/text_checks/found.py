"""The value that all scanners yield."""

from __future__ import annotations

from typing import NamedTuple


class Found(NamedTuple):
    """A stretch of the scanned text, `text[start:end]`, and what it is, as a noun phrase.

    `what` is fit for a report as it stands: it never holds a secret and never an invisible character.
    """

    start: int
    end: int
    what: str
