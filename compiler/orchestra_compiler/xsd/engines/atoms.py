"""One atom of a pattern, a character or a class, as xmlschema reads it."""

from __future__ import annotations

import re
from functools import lru_cache

from elementpath.regex import translate_pattern


@lru_cache(maxsize=4096)
def _compiled(atom: str, version: str) -> re.Pattern[str]:
    found = translate_pattern(atom, xsd_version=version, back_references=False, lazy_quantifiers=False, anchors=False)
    return re.compile(found)


def takes(atom: str, char: str, version: str) -> bool:
    """Return whether an atom takes a character, in a version of XSD."""
    return _compiled(atom, version).match(char) is not None
