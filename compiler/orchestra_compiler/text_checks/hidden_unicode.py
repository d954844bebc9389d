"""Finds characters a reader does not see but a model does.

Invisible characters have honest uses, and those pass: joiners between letters of the scripts that need them, joiners
and tags within emoji sequences, one variation selector after a character that has variants, a byte-order mark at the
very start, marks of direction beside letters written from right to left. All else is reported, a run at a time.
Sources: Unicode Standard, chapter 23; UTS #51 (emoji sequences); UTS #37 (ideographic variants); UTS #39 (joiners).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from orchestra_compiler.patterns import pattern
from orchestra_compiler.text_checks.found import Found

_INVISIBLE = (
    r"[\u034F\u17B4\u17B5\u2060-\u2065\u206A-\u206F\u3164\uFFA0\uFFF0-\uFFFB\U0001BCA0-\U0001BCA3"
    r"\U0001D173-\U0001D17A\U000E0080-\U000E00FF\U000E01F0-\U000E0FFF]+"
)
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("tag", "tag characters", r"[\U000E0000-\U000E007F]+"),
    ("selector", "variation selectors", r"[\uFE00-\uFE0F\U000E0100-\U000E01EF]+"),
    ("bidi", "bidirectional controls", r"[\u202A-\u202E\u2066-\u2069]+"),
    ("direction", "marks of direction", r"[\u200E\u200F\u061C]+"),
    ("joiner", "zero-width joiners", r"[\u200C\u200D]+"),
    ("space", "zero-width spaces", r"\u200B+"),
    ("mark", "byte-order marks", r"\uFEFF+"),
    ("filler", "invisible fillers", r"[\u115F\u1160]+"),
    ("mongolian", "Mongolian separators", r"[\u180B-\u180F]+"),
    ("hyphen", "soft hyphens in a row", r"\u00AD{2,}|\u00AD(?:\w\u00AD){2,}"),
    ("invisible", "invisible characters", _INVISIBLE),
    ("control", "control characters", r"[\x00-\x08\x0B\x0E-\x1F\x7F-\x9F]+"),
)
_NAMES = {group: name for group, name, _ in _KINDS}
_HIDDEN = pattern("|".join(f"(?P<{group}>{pattern})" for group, _, pattern in _KINDS))
# One class of characters is searched many times faster than the alternation, and nearly every text holds none of it.
_SUSPECT = pattern(
    "[" + "".join(re.findall(r"\[(.*?)\]", "".join(kind[2] for kind in _KINDS))) + r"\u00AD\u200B\uFEFF]"
)

_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n\r\x0c"

_TAG_BASE = 0xE0000
_PRINTABLE = range(0x20, 0x7F)
_SHOWN = 4  # code points named in a finding


def scan(text: str) -> Iterator[Found]:
    """Yield runs of hidden characters; `what` names them, and spells out what tags say."""
    # What is not plain ASCII is little, and found by the byte: the patterns then look at that alone.
    unusual = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN)
    if not unusual or not _SUSPECT.search(unusual.decode("utf-8", "surrogatepass")):
        return
    for match in _runs(text):
        if not _is_honest(match):
            yield Found(match.start(), match.end(), _describe(match.lastgroup or "", match[0]))


def _runs(text: str) -> Iterator[re.Match[str]]:
    suspect = _SUSPECT.search(text)
    while suspect:
        run = _HIDDEN.match(text, suspect.start())
        if run:
            yield run
        suspect = _SUSPECT.search(text, run.end() if run else suspect.end())


def _is_honest(run: re.Match[str]) -> bool:
    from orchestra_compiler.text_checks.honest_unicode import HONEST

    honest = HONEST.get(run.lastgroup or "")
    return honest is not None and honest(run.string, run.start(), run.end())


def _describe(group: str, run: str) -> str:
    if group == "tag":
        said = "".join(chr(ord(tag) - _TAG_BASE) for tag in run if ord(tag) - _TAG_BASE in _PRINTABLE)
        return f"{len(run)} tag characters that spell {said!r}" if said else f"{len(run)} tag characters"
    points = " ".join(f"U+{ord(character):04X}" for character in run[:_SHOWN])
    return f"{_NAMES[group]} ({points}{' …' if len(run) > _SHOWN else ''})"
