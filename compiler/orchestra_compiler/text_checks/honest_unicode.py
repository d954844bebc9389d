"""The honest uses of characters that a reader does not see: what `hidden_unicode` lets pass, kind by kind.

Imported once a text holds such a character, which hardly any does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from orchestra_compiler.patterns import pattern

_Honest = Callable[[str, int, int], bool]

# Arabic to N'Ko, Arabic extensions, the Indic blocks with Tibetan and Myanmar, Khmer, Mongolian, Vedic, Arabic forms.
_JOINING = pattern(
    r"[\u0600-\u08FF\u0900-\u109F\u1780-\u17FF\u1800-\u18AF\u1900-\u1AAF\u1B00-\u1C4F\u1CD0-\u1CFF\uA800-\uA82F\uA840-\uA8FF"
    r"\uA980-\uA9DF\uAA00-\uAA7F\uABC0-\uABFF\uFB50-\uFDFF\uFE70-\uFEFE\U00010D00-\U00011FFF\U0001E900-\U0001E95F]"
)
_UNSPACED = pattern(
    r"[\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u1950-\u19DF\u1A20-\u1AAF\u0F00-\u0FFF\u3040-\u30FF\u4E00-\u9FFF]"
)
_PICTURE = pattern(
    r"[\u00A9\u00AE\u203C\u2049\u2122\u2139\u2190-\u21FF\u2300-\u23FF\u2460-\u24FF\u25A0-\u27BF\u2900-\u297F\u2B00-\u2BFF"
    r"\u3030\u303D\u3297\u3299\U0001F000-\U0001FAFF]"
)
_IDEOGRAPH = pattern(r"[\u2E80-\u2FDF\u3005-\u3007\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\U00020000-\U0003FFFF]")
_JAMO = pattern(r"[\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]")
_MONGOLIAN = pattern(r"[\u1820-\u18AF]")
# England, Scotland, Wales, Northern Ireland; the states of the US and the provinces of Canada.
_FLAG = pattern(r"gb(?:eng|sct|wls|nir)|us[a-z]{2}|ca[a-z]{2}")
_BLACK_FLAG, _CANCEL_TAG, _TEXT_STYLE, _EMOJI_STYLE = "\U0001f3f4", "\U000e007f", "\ufe0e", "\ufe0f"
_TAG_BASE = 0xE0000


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the characters beside a run; an empty string at the text's ends."""
    return text[start - 1 : start] if start else "", text[end : end + 1]


def _is(pattern: re.Pattern[str], character: str) -> bool:
    return bool(character) and pattern.match(character) is not None


def _flag(text: str, start: int, end: int) -> bool:
    run = text[start:end]
    said = "".join(chr(ord(tag) - _TAG_BASE) for tag in run[:-1])
    return text[start - 1 : start] == _BLACK_FLAG and run[-1] == _CANCEL_TAG and _FLAG.fullmatch(said) is not None


def _variant(text: str, start: int, end: int) -> bool:
    before, _ = _around(text, start, end)
    if end - start > 1 or not before:
        return False
    selector = text[start]
    if selector in (_TEXT_STYLE, _EMOJI_STYLE):
        return before in "0123456789#*" or _is(_PICTURE, before) or unicodedata.category(before) in ("So", "Sm", "Po")
    if selector >= "\U000e0100":
        return _is(_IDEOGRAPH, before)
    return unicodedata.category(before) in ("Lo", "Sm", "So", "Po")


def _joins(text: str, start: int, end: int) -> bool:
    before, after = _around(text, start, end)
    if end - start > 1:
        return False
    if _is(_JOINING, before):  # a joiner may end a word, but not lean on a letter of another script
        return _is(_JOINING, after) or not after.isalnum()
    styled = text[start - 2 : start - 1] if before == _EMOJI_STYLE and start > 1 else before
    return text[start] == "\u200d" and _is(_PICTURE, styled) and _is(_PICTURE, after)


def _separates(text: str, start: int, end: int) -> bool:
    before, after = _around(text, start, end)
    return end - start == 1 and _is(_UNSPACED, before) and _is(_UNSPACED, after)


def _turns(text: str, start: int, end: int) -> bool:
    beside = text[max(0, start - 2) : start] + text[end : end + 2]
    return end - start == 1 and any(unicodedata.bidirectional(character) in ("R", "AL") for character in beside)


def _starts(text: str, start: int, end: int) -> bool:  # noqa: ARG001 - one shape for all
    return start == 0 and end == 1


def _beside(pattern: re.Pattern[str]) -> _Honest:
    def honest(text: str, start: int, end: int) -> bool:
        return end - start == 1 and any(_is(pattern, character) for character in _around(text, start, end))

    return honest


HONEST: Mapping[str, _Honest] = {
    "tag": _flag,
    "selector": _variant,
    "joiner": _joins,
    "space": _separates,
    "direction": _turns,
    "mark": _starts,
    "filler": _beside(_JAMO),
    "mongolian": _beside(_MONGOLIAN),
}
"""By the kind of character: whether the run `text[start:end]` is put to honest use."""
