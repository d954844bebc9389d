"""Reads the words around a name in prose: whether they hand work to whoever bears it.

English only. "Defer schemas to NAME" hands work on, "use NAME" may as well name a tool, and "the NAME skill" or "NAME
syntax" names something else altogether: what follows a name is as telling as what stands before it.
"""

from __future__ import annotations

import re
from enum import IntEnum

from orchestra_compiler.patterns import pattern

_VERB = (
    r"(?:delegat(?:e|es|ed|ing)|hand(?:s|ed|ing)?(?: it| this| work| them)?[ -]?(?:off|over)|escalat(?:e|es|ed|ing)"
    r"|defer(?:s|red|ring)?|consult(?:s|ed|ing)?|assign(?:s|ed|ing)?|rout(?:e|es|ed|ing)|forward(?:s|ed|ing)?"
    r"|refer(?:s|red|ring)?|pass(?:es|ed|ing)?|collaborat(?:e|es|ed|ing)|coordinat(?:e|es|ed|ing)|work(?:s|ing)?"
    r"|partner(?:s|ed|ing)?|support(?:s|ed|ing)?|guid(?:e|es|ed|ing)|help(?:s|ed|ing)?|assist(?:s|ed|ing)?"
    r"|engag(?:e|es|ed|ing)|invok(?:e|es|ed|ing)|involv(?:e|es|ed|ing)|ask(?:s|ed|ing)?|call(?:s|ed|ing)?"
    r"|clarif(?:y|ies|ied|ying)|spawn(?:s|ed|ing)?|launch(?:es|ed|ing)?|use(?:s|d)?|using|send(?:s|ing)?|notif(?:y|ies))"
)
_HANDS_ON = (
    r"(?:delegat(?:e|es|ed|ing)|hand(?:s|ed|ing)?|escalat(?:e|es|ed|ing)|defer(?:s|red|ring)?|assign(?:s|ed|ing)?"
    r"|rout(?:e|es|ed|ing)|forward(?:s|ed|ing)?|refer(?:s|red|ring)?|pass(?:es|ed|ing)?|leav(?:e|es|ing)"
    r"|report(?:s|ed|ing)?|dispatch(?:es|ed|ing)?)"
)
_TO_SOMEBODY = (
    r"(?:delegat(?:e|es|ed|ing)|hand(?:s|ed|ing)?(?: it| this| work| them)?[ -]?(?:off|over)|escalat(?:e|es|ed|ing)"
    r"|defer(?:s|red|ring)?|collaborat(?:e|es|ed|ing)|coordinat(?:e|es|ed|ing)|partner(?:s|ed|ing)?)"
)
_MARKS = r"[`*_\"]{0,3}"
_NEAR = pattern(rf"\b{_VERB}(?: \w+){{0,3}}?(?: (?:to|with|from|by))?(?: the)? {_MARKS}$", re.IGNORECASE)
_FAR = pattern(rf"\b{_HANDS_ON}(?: [\w,/&-]+){{1,7}} to(?: the)? {_MARKS}$", re.IGNORECASE)
_SURELY = pattern(rf"\b{_TO_SOMEBODY}(?: \w+){{0,3}}? (?:to|with)(?: the)? {_MARKS}$", re.IGNORECASE)
_ARTICLE = pattern(r"\b(?:a|an|any|each|every|some|your|our|their)\b [`*_\"]*$", re.IGNORECASE)

_TO_A_MENTION = (
    r"(?:consult(?:s|ed|ing)?|engag(?:e|es|ed|ing)|involv(?:e|es|ed|ing)|ask(?:s|ed|ing)?|clarif(?:y|ies|ied|ying)"
    r"|spawn(?:s|ed|ing)?|launch(?:es|ed|ing)?|notif(?:y|ies)|send(?:s|ing)?|ping|tag|contact|loop in|summon)"
)
_BEFORE_MENTION = pattern(
    rf"(?:(?<!@)\b(?:{_TO_SOMEBODY}|{_HANDS_ON}|{_TO_A_MENTION})\b[^.\n]{{0,60}}|(?:→|->|=>)\s*)[`*_\"]*$",
    re.IGNORECASE,
)
_JUST_BEFORE_MENTION = pattern(
    rf"(?:\b(?:{_HANDS_ON}|{_TO_SOMEBODY}|{_TO_A_MENTION}|to|with|from|by|and|or)[:,]?|[:,/+&])\s*[`*_\"(]*$",
    re.IGNORECASE,
)
_ELSEWHERE = pattern(
    r"\b(?:git ?hub|gitlab|slack|twitter|discord|telegram|instagram|handles?|maintainers?)\b", re.IGNORECASE
)

_AGENT_WORD = pattern(r"[`*_\"]{0,3} (?:sub-?)?agents?\b", re.IGNORECASE)
_FOLLOWS = pattern(
    r"[`*_\"')\]]{0,4}(?:\s*(?:\Z|\n|[^\sA-Za-z0-9`*_\"')\]])|\s+(?:(?:sub-?)?agents?|about|across|after|again|against|alone|also|and"
    r"|are|as|at|because|before|both|but|by|can|concerning|does|during|early|either|first|for|from|handles?|has|have|if"
    r"|immediately|in|instead|is|later|may|must|next|not|now|of|on|once|only|or|over|per|proactively|rather|regarding|should"
    r"|so|that|then|through|to|too|under|unless|until|using|via|was|when|whenever|where|which|while|who|will|with"
    r"|within|without)\b)",
    re.IGNORECASE,
)
_A_THING = pattern(
    r"[`*_\"]{0,3} (?:annotation|attribute|block|branch|component|decorator|directive|event|handle|handler|helper|import"
    r"|label|librar|macro|module|namespace|package|plugin|quer|rule|scope|skill|style|syntax|tag|tool|user)(?:s|ies|y)?\b",
    re.IGNORECASE,
)


class Handing(IntEnum):
    """How surely the words before a name hand work to it; `LOOSELY` may name a tool as well ("use", "work with")."""

    NOT = 0
    LOOSELY = 1
    SURELY = 2


def handing(before: str) -> Handing:
    """Return how surely the end of a line before a name hands work to it."""
    if _ARTICLE.search(before):
        return Handing.NOT
    if _SURELY.search(before):
        return Handing.SURELY
    return Handing.LOOSELY if follows_verb(before) else Handing.NOT


def ends_with_preposition(before: str) -> bool:
    """Return whether words end with `to` or `with`, without which none hand work on surely; takes no search."""
    return before.rstrip(' `*_"').lower().removesuffix(" the").endswith((" to", " with"))


def follows_verb(before: str) -> bool:
    """Return whether a verb of handing on stands near before a name, or farther where `to` stands between."""
    return _NEAR.search(before) is not None or _FAR.search(before) is not None


def hands_to_mention(before: str, name: str, after: str) -> bool:
    """Return whether a verb of handing on stands before an at-sign; a plain word needs it right before."""
    if _BEFORE_MENTION.search(before) is None or _ELSEWHERE.search(f"{before} {after}"):
        return False
    return "-" in name or _JUST_BEFORE_MENTION.search(before) is not None


def names_somebody(after: str) -> bool:
    """Return whether a name may stand for somebody with what follows it: no noun does, but `agent`."""
    return _FOLLOWS.match(after) is not None


def is_called_agent(after: str) -> bool:
    """Return whether the word after a name calls it an agent."""
    return _AGENT_WORD.match(after) is not None


def names_a_thing(after: str) -> bool:
    """Return whether the word after a mention calls it something else than an agent: a decorator, a package."""
    return _A_THING.match(after) is not None
