"""Finds phrases that talk to the model instead of about the task: a heuristic, and no more than that.

A handful of patterns catches the direct attempts that reuse well-known wordings. It cannot catch an attack that
words itself afresh, and it catches nothing indirect (instructions hidden in a plausible document): a text without a
finding is not thereby harmless. A finding deserves a look, not a refusal.

The text is normalised first: compatibility forms (full-width letters), look-alikes of Latin letters, hidden
characters and case do not matter. Offsets are those of the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from orchestra_compiler.text_checks.found import Found

_GAP = r"[\s\W_]{1,4}"
_DROP = (
    r"(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|overrid(?:e|ing)|bypass(?:ing)?|neglect(?:ing)?|discard|"
    r"overlook|(?:do\s+not|don['’]?t|stop|never)\s+(?:listen(?:ing)?\s+to|follow(?:ing)?|obey(?:ing)?)|"
    r"pay\s+no\s+attention\s+to|forgotten|set\s+aside|drop|cancel|stop)"
)
_EARLIER = (
    r"(?:previous(?:ly)?|prior|preceding|above|earlier|former|initial|original|foregoing|existing|your|system|developer|"
    r"so\s+far|before|given)"
)
_FILL = r"(?:all|any|of|the|these|those|every|everything|about|my|other|and|safety|content|written|stated|single|old)"
_ORDERS = (
    r"(?:instructions?|orders?|prompts?|rules?|directions?|directives?|guidelines?|commands?|constraints?|"
    r"restrictions|programming|training|assignments?|tasks?|polic(?:y|ies)|context|information|guardrails?|filters?)"
)
_TOLD = r"(?:instructions?|(?:system|initial|original|first|hidden|secret)\s+(?:prompt|message|instructions?)|prompt|directives?)"
_SAY = (
    r"(?:repeat|print|output|reveal|show|display|tell|return|spell|dump|leak|disclose|expose|recite|echo|provide|give|"
    r"write|list|what\s+(?:is|are|was|were)|copy|paste|summari[sz]e|translate|encode)"
)
_FREE = r"(?:restrictions?|rules|filters?|limits|limitations|ethics|morals?|guidelines|censorship|polic(?:y|ies)|confines|safeguards)"


class _Family:
    """Phrases with one purpose. `hints` are words of which every phrase holds one: cheap to look for first."""

    def __init__(self, what: str, hints: str, *forms: str) -> None:
        self.what = what
        self.hints = tuple(hints.split())
        self._forms = forms

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a text first holds a hint: most processes never meet one, and compiling takes its time."""
        return re.compile("|".join(self._forms), re.MULTILINE)

    def search(self, text: str) -> re.Match[str] | None:
        """Return the first phrase in a normalised text."""
        return self.pattern.search(text) if any(map(text.__contains__, self.hints)) else None


_FAMILIES = (
    _Family(
        "an order to drop earlier instructions",
        "ignor disregard forg overrid bypass neglect discard overlook listen follow obey attention aside drop cancel stop focus",
        rf"\b{_DROP}{_GAP}(?:{_FILL}{_GAP}){{0,4}}{_EARLIER}{_GAP}(?:\w+{_GAP}){{0,2}}{_ORDERS}\b",
        (
            rf"\b{_DROP}{_GAP}(?:(?:about|all|of|the|any|every){_GAP}){{1,4}}(?:\w+{_GAP})?{_ORDERS}{_GAP}(?:\w+{_GAP}){{0,3}}"
            r"(?:before|above|so\s+far|earlier|previously|you(?:['’]ve)?\b|given|were\s+given|told)"
        ),
        (
            rf"\b(?:forget|ignore|disregard){_GAP}(?:about{_GAP})?(?:everything|all|anything|whatever|what){_GAP}"
            r"(?:that\s+)?(?:above|before|prior|previous|so\s+far|you\s+(?:know|knew|were|have|['’]ve)|i\s+(?:said|told)|was\s+said)"
        ),
        rf"\b(?:forget|stop|ignore){_GAP}(?:about{_GAP})?all{_GAP}(?:(?:of|the|your|my|previous){_GAP}){{0,3}}(?:tasks?|assignments?|instructions?|rules)\b",
        r"\bfocus\s+on\s+(?:your|the|this|a)\s+new\s+(?:task|challenge|assignment|instructions?)\b",
    ),
    _Family(
        "a request for the hidden instructions",
        "instruction prompt directive message password passphrase secret your",
        (
            rf"\b{_SAY}{_GAP}(?:(?:me|us|out|all|back|of|to|exactly){_GAP}){{0,3}}(?:(?:the|your|any|these){_GAP}){{0,2}}"
            rf"(?:{_EARLIER}{_GAP}|own{_GAP}|full{_GAP}|entire{_GAP}|exact{_GAP}){{1,3}}{_TOLD}\b"
        ),
        rf"\b(?:repeat|print|output|reveal|leak|dump|recite|disclose){_GAP}(?:(?:me|out|all|back|the|your|of){_GAP}){{0,3}}{_TOLD}\b",
        r"\b(?:what|which)\s+(?:was|were|is|are)\s+your\s+(?:original|initial|first|system|secret|hidden)\s+\w+",
        r"\bhere\s+are\s+my\s+instructions\b|\bthe\s+instructions\s+so\s+far\b",
        (
            r"\b(?:tell|reveal|give|show|share|say)\s+(?:it\s+to\s+)?(?:me|us)\s+(?:the|your)\s+(?:secret\s+)?"
            r"(?:password|passphrase|secret\s+(?:word|key|code|phrase))"
        ),
    ),
    _Family(
        "a persona without rules",
        "anything mode dan restriction rules filter limit ethic moral guideline censor polic confine safeguard",
        r"\bdo\s+anything\s+now\b|\bdan\s+mode\b|\b(?:developer|god|debug|jailbreak|sudo|unrestricted)\s+mode\s+(?:is\s+)?(?:now\s+)?(?:on|enabled|activated|output)\b",
        r"\b(?:you\s+are|act\s+as|called|named|as|become|turned\s+(?:on|into))\s+(?:now\s+)?(?:\w+\s+){0,3}dan\b(?=\W|$)",
        (
            rf"\b(?:without|no|free\s+(?:of|from)|(?:not|n['’]t|no\s+longer|never)\s+(?:limited|bound|restricted|constrained|follow)(?:\s+(?:by|to))?|"
            rf"ignores?)\s+(?:any|all|its|their|the|of)?\s*(?:\w+\s+){{0,2}}{_FREE}\b.{{0,80}}\b(?:ai|chatbot|assistant|model|persona|gpt|chatgpt|respond|answer)\b"
        ),
        (
            rf"\b(?:ai|chatbot|assistant|model|persona|gpt|chatgpt)\b.{{0,60}}\b(?:without|free\s+(?:of|from)|no\s+longer|not\s+bound\s+by|does\s+not\s+follow)\s+"
            rf"(?:any|all|its|the)?\s*(?:\w+\s+){{0,2}}{_FREE}\b"
        ),
        rf"\b(?:broken?\s+free|break\s+free|override)\s+(?:of|from|the)\s+(?:\w+\s+){{0,3}}{_FREE}\b",
        rf"\bpretend\s+(?:to\s+have\s+|you\s+(?:have\s+)?)?(?:forgotten|no|not\s+to\s+have|don['’]?t\s+have)\b.{{0,40}}{_FREE}",
    ),
    _Family(
        "an order to become someone else",
        "from rogue evil jailbroken unfiltered unrestricted uncensored",
        r"\bfrom\s+(?:now|this\s+(?:moment|point))\s+on\w*\W{1,3}(?:\w+\s+){0,2}you\s+(?:are|will|must|shall|reply|respond|act|have|should|only)\b",
        r"\byou\s+(?:will|shall|are\s+going\s+to|are)\s+(?:now\s+)?(?:be\s+)?(?:called|act|known|named)\b.{0,60}\bfrom\s+now\s+on\b",
        r"\bfrom\s+now\s+(?:on\s+)?(?:on\s+)?known\s+as\b",
        r"\byou\s+are\s+(?:now\s+)?(?:a\s+)?(?:rogue|evil|jailbroken|unfiltered|unrestricted|uncensored)\b",
    ),
    _Family(
        "a forged frame",
        "system developer admin instructions directives orders prompt %% ===",
        r"(?:^|[{\[(])[ \t]{0,8}(?:system|developer|admin(?:istrator)?)\s*(?:message|prompt|override|note)?\s*:\s*(?=.{0,160}\b(?:you\s+(?:must|are|will|should|now)|approved|ignore|new))",
        r"\b(?:here\s+are\s+)?(?:your\s+)?new\s+(?:system\s+)?(?:instructions|directives|orders|prompt)\s*:",
        r"%{2,}\s*end\b|={3,}\s*end\s+of\s+(?:the\s+)?(?:user|system|prompt|input|context|document)",
    ),
    _Family(
        "an order to deceive or leak",
        "user human operator http ftp: @",
        r"\b(?:do\s+not|don['’]?t|never)\s+(?:tell|inform|notify|alert|mention\s+(?:this|it|that)\s+to)\s+(?:this\s+to\s+)?the\s+(?:user|human|operator)\b",
        r"\bwithout\s+(?:telling|informing|notifying|alerting)\s+the\s+(?:user|human|operator)\b",
        (
            r"\b(?:send|post|upload|forward|exfiltrate|transmit|append)\b.{0,60}\b(?:credentials|api\s+keys?|passwords?|tokens?|secrets?|"
            r"conversation|chat\s+history|environment\s+variables|private\s+keys?)\b.{0,40}\bto\s+(?:https?://|ftp://|\S+@)"
        ),
    ),
    _Family(
        "an order to drop earlier instructions, not in English",
        "ignor vergiss vergessen missachte olvid descarta oublie 忽 无视 忘记",
        (
            r"\b(?:ignorier\w*|vergiss|vergessen\s+sie|missachte\w*)\b.{0,30}\b(?:alle[sn]?|vorherigen?|bisherigen?|obigen?|davor|vorigen?|deine)\b"
            r".{0,40}\b(?:anweisung\w*|befehl\w*|aufgaben?|instruktion\w*|auftr\w+|davor|regeln|vorgaben|gesagt\w*)\b"
        ),
        r"\b(?:ignora|olvida|ignore|olvide|descarta)\b.{0,30}\b(?:instrucciones|ordenes|órdenes|reglas|indicaciones)\b.{0,20}\b(?:anteriores|previas|arriba)\b",
        r"\b(?:ignore[zr]?|oublie[zr]?)\b.{0,30}\b(?:instructions|consignes|ordres|regles|règles)\b.{0,20}\b(?:precedentes|précédentes|ci-dessus|anterieures|antérieures)\b",
        r"(?:忽略|无视|忘记|忽视).{0,8}(?:之前|以上|上面|前面|先前|所有).{0,8}(?:指令|指示|命令|说明|提示|规则|内容)",
    ),
)
# Cyrillic, then Greek letters that most fonts draw like Latin ones (UTS #39).
_LOOK_ALIKES = str.maketrans("аеорсхуіѕјӏԁαοενικτρ", "aeopcxyisjldaoeviktp")
_HIDDEN = frozenset(("Cf", "Mn", "Me"))


def scan(text: str) -> Iterator[Found]:
    """Yield the first phrase of each kind, in the order of the text; `what` says what it attempts."""
    plain, places = _normalised(text)
    hits = [(match, family.what) for family in _FAMILIES if (match := family.search(plain))]
    for match, what in sorted(hits, key=lambda hit: hit[0].span()):
        start, end = match.span()
        yield Found(*((start, end) if places is None else (places[start], places[end - 1] + 1)), what)


def _normalised(text: str) -> tuple[str, list[int] | None]:
    """Return the text in lower case with its disguises undone, and each character's place; None where none moved."""
    if text.isascii():
        return text.lower(), None
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if unicodedata.category(character) in _HIDDEN:
            continue
        for plain in unicodedata.normalize("NFKC", character).lower().translate(_LOOK_ALIKES):
            characters.append(plain)
            places.append(place)
    return "".join(characters), places
