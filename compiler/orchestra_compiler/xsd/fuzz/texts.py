"""Random values of simple types."""

from __future__ import annotations

from itertools import islice

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.document import Value
from orchestra_compiler.xsd.fuzz.lots import Lots
from orchestra_compiler.xsd.model import FacetKind, SimpleType, Variety
from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.characters import CharSet
from orchestra_compiler.xsd.simple.profile import Profile, profile_of
from orchestra_compiler.xsd.simple.values import Values

_ALPHABET = "aZ09 -_.:/&<>\"'%#{}[]()äß\u00a0\u0301漢字\u05d0\U0001f600\U00010348"
_UNWRITABLE = pattern("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, escaped or not."""
_LONGEST = 24
_MOST_STEPS = 60
_USUAL = 40
_TRIES = 4
_DISTINCT = 8
_MOST_ITEMS = 4
_FAR = 10**9
_SCALE = 2
_NAMED = frozenset({"QName", "NOTATION", "ENTITY", "ENTITIES"})
_LEAST_BOUNDS = (FacetKind.MIN_INCLUSIVE, FacetKind.MIN_EXCLUSIVE)
_MOST_BOUNDS = (FacetKind.MAX_INCLUSIVE, FacetKind.MAX_EXCLUSIVE)


class Texts:
    """Makes random values; what a type binds is looked up once."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._profiles: dict[SimpleType, Profile] = {}
        self._distinct: dict[SimpleType, tuple[Value, ...]] = {}

    def of(self, kind: SimpleType, lots: Lots) -> Value | None:
        """Return a value that a type accepts; None when none is found."""
        if kind.primitive in _NAMED or kind.built_in in _NAMED or lots.happens(15):
            return self._known(kind, lots)
        for _ in range(_TRIES):
            text = self._drawn(kind, lots)
            if text is not None and not _UNWRITABLE.search(text) and kind.accepts(text):
                return text
        return self._known(kind, lots)

    def _known(self, kind: SimpleType, lots: Lots) -> Value | None:
        """Return one of the values that can be found without luck."""
        if kind not in self._distinct:
            self._distinct[kind] = tuple(self._values.distinct(kind, _DISTINCT))
        found = self._distinct[kind]
        return lots.one_of(found) if found else self._values.typical(kind)

    def _drawn(self, kind: SimpleType, lots: Lots) -> str | None:
        profile = self._profile(kind)
        if profile.words:
            return lots.one_of(profile.words)
        if kind.variety is Variety.UNION:
            value = self.of(lots.one_of(kind.members), lots) if kind.members else None
            return value if isinstance(value, str) else None
        if kind.variety is Variety.LIST and kind.item is not None:
            return self._list(kind.item, profile, lots)
        if profile.patterns:
            return walked(lots.one_of(profile.patterns)[1], lots)
        if kind.primitive == "decimal":
            return _number(kind, lots)
        if profile.form is not None:
            return walked(profile.form, lots)
        return _text(profile, lots)

    def _profile(self, kind: SimpleType) -> Profile:
        if kind not in self._profiles:
            self._profiles[kind] = profile_of(kind)
        return self._profiles[kind]

    def _list(self, item: SimpleType, profile: Profile, lots: Lots) -> str | None:
        most = profile.least + _MOST_ITEMS if profile.most is None else min(profile.most, profile.least + _MOST_ITEMS)
        values = [self.of(item, lots) for _ in range(lots.number(profile.least, max(profile.least, most)))]
        words = [value for value in values if isinstance(value, str)]
        return " ".join(words) if len(words) == len(values) else None


def walked(automaton: Automaton, lots: Lots) -> str | None:
    """Return a text that an expression matches, found by walking at random; None when the walk does not end."""
    remainder, text = automaton.start, ""
    for _ in range(_MOST_STEPS):
        steps = automaton.steps(remainder)
        if automaton.accepts(remainder) and (not steps or not lots.happens(80)):
            return text
        if not steps:
            return None
        chars, remainder = lots.one_of(steps)
        text += _character(chars, lots)
    return text if automaton.accepts(remainder) else None


def _character(chars: CharSet, lots: Lots) -> str:
    """Return a character: mostly one that people write, now and then any other that is allowed."""
    if lots.happens(5):
        low, high = lots.one_of(chars.ranges)
        return chr(lots.number(low, high))
    return lots.one_of(tuple(islice(chars.choices(), _USUAL))) if lots.happens(70) else chars.first()


def _number(kind: SimpleType, lots: Lots) -> str:
    """Return a number between the bounds, or near them where one is not a whole number."""
    least, most = _bound(kind, _LEAST_BOUNDS, -_FAR), _bound(kind, _MOST_BOUNDS, _FAR)
    whole = lots.number(min(least, most), max(least, most))
    if kind.built_in != "decimal" or lots.happens(50):
        return str(whole)
    return f"{whole}.{lots.number(0, 10**_SCALE - 1):0{_SCALE}}"


def _bound(kind: SimpleType, kinds: tuple[FacetKind, ...], otherwise: int) -> int:
    found = [facet for facet in kind.facets if facet.kind in kinds]
    try:
        return int(found[0].values[0].partition(".")[0]) if found else otherwise
    except ValueError:
        return otherwise


def _text(profile: Profile, lots: Lots) -> str:
    most = profile.least + _LONGEST if profile.most is None else min(profile.most, profile.least + _LONGEST)
    return "".join(lots.one_of(_ALPHABET) for _ in range(lots.number(profile.least, max(profile.least, most))))
