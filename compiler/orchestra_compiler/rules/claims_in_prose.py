"""Finds claims of costs in sentences: "saves 60 %", "72 % cheaper than opus", "$298 a month".

Only sentences that speak of money count: percentages of time, of tests or of tokens are no costs. The patterns are compiled
by the first search; most projects claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from orchestra_compiler.patterns import pattern

_FIGURE = r"(?<![\d.,])(?P<figure>\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?)"
_PERCENT = rf"{_FIGURE}\s?(?:%|percent\b|per cent\b)"
_LESS = r"(?:cheaper|less expensive|less money|lower (?:cost|bill|price)s?|off the bill)"
_SAVING = (
    rf"(?i)(?:\b(?:sav(?:e|es|ed|ing|ings)|cut(?:s|ting)?|reduc(?:e|es|ed|ing|tion)|lower(?:s|ed|ing)?|slash(?:es|ed)?)\b"
    rf"[^.;\n%]{{0,40}}?{_PERCENT})|(?:{_PERCENT.replace('figure', 'less')}\s+{_LESS}\b)"
    rf"|(?:{_PERCENT.replace('figure', 'noun')}\s+(?:cost\s+|price\s+)?(?:saving|savings|reduction)\b)"
)
_MONTH = rf"(?i)(?:\$\s?{_FIGURE}|\b{_FIGURE.replace('figure', 'after')}\s?(?:USD|dollars)\b)\s*(?:a|per|/|each|every)\s?month\b"
_MONEY = r"(?i)\b(?:costs?|bills?|spend|spending|price[sd]?|prices|money|cheaper|expensive|budget|usd|dollars?)\b|\$"
_OTHER = r"(?:time|tokens?|latency|memory|effort|work|lines?|tests?|storage|space|size|energy|bandwidth|calls?|requests?|context)"
_BEHIND = rf"(?i)\s*(?:of\s+)?(?:the\s+|all\s+|our\s+|your\s+)*{_OTHER}\b"
_WITHIN = rf"(?i)\b{_OTHER}\b"
_SENTENCE_END = pattern(r"[.;!?](?:\s|$)|\n\s*\n")


class Stated(NamedTuple):
    """A claim in a text, `text[start:end]`.

    Attributes:
        percent: What is saved, or None.
        monthly_usd: What a month costs, or None.
        sentence: The sentence it stands in.
    """

    start: int
    end: int
    percent: Decimal | None
    monthly_usd: Decimal | None
    sentence: str


def stated(text: str) -> Iterator[Stated]:
    """Yield the claims of a text, in its order."""
    if "%" in text or "percent" in text or "per cent" in text:
        for match in re.finditer(_SAVING, text):
            sentence = _sentence(text, match)
            if re.search(_MONEY, sentence) and not _of_other_things(text, match):
                yield Stated(*match.span(), _number(match), None, sentence)
    if "month" in text:
        for match in re.finditer(_MONTH, text):
            yield Stated(*match.span(), None, _number(match), _sentence(text, match))


def _of_other_things(text: str, match: re.Match[str]) -> bool:
    """Return whether what is saved is named and is no money: "saves 60 % of the time", "cuts latency by 60 %"."""
    if re.match(_BEHIND, text[match.end() : match.end() + 40]):
        return True
    return re.search(_WITHIN, match[0]) is not None and re.search(_MONEY, match[0]) is None


def _number(match: re.Match[str]) -> Decimal:
    return Decimal(next(each for each in match.groups() if each).replace(",", ""))


def _sentence(text: str, match: re.Match[str]) -> str:
    start = 0
    for end in _SENTENCE_END.finditer(text, 0, match.start()):
        start = end.end()
    after = _SENTENCE_END.search(text, match.end())
    return text[start : after.start() if after else len(text)]
