"""Matchers of words and of globs, compiled once; each says which word or glob it was that matched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeAlias

Match: TypeAlias = Callable[[str], str | None]
"""A text or path in; the word, or the glob, that matched it out."""
_MOST_STARS = 4


def word_matcher(words: Sequence[str]) -> Match:
    """Return a matcher of whole words and phrases in a text, whatever their case.

    A word ends where no letter, digit or underscore of any script follows. Between the words of a phrase any white
    space may stand. Of words that start at the same place the longest wins.
    """
    listed = sorted({word.strip() for word in words if word.strip()}, key=lambda word: (-len(word), word))
    if not listed:
        return _nothing
    choices = "|".join(r"\s+".join(re.escape(_composed(part)) for part in word.split()) for word in listed)
    search = re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE).search

    def match(text: str) -> str | None:
        found = search(_composed(text))
        return found.group() if found else None

    return match


def glob_matcher(globs: Sequence[str]) -> Match:
    """Return a matcher of paths by globs as `.gitignore` has them; a later `!glob` takes matches back."""
    from pathspec import GitIgnoreSpec

    check = GitIgnoreSpec.from_lines(globs).check_file

    def match(path: str) -> str | None:
        found = check(path)
        return globs[found.index] if found.include and found.index is not None else None

    return match


def is_glob(text: str) -> bool:
    """Return whether a text is a glob: not `!` alone, no backslash at the end, no range of characters the wrong way round.

    A name with more stars than anybody needs is none either: the time to match it grows with the power of their number.
    """
    if any(part.count("*") > _MOST_STARS for part in text.split("/")):
        return False
    try:
        glob_matcher([text])
    except (ValueError, re.error):
        return False
    return True


def _nothing(_text: str) -> str | None:
    return None


def _composed(text: str) -> str:
    """Return a text with letters and their accents as one character, so that an accent ends no word."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
