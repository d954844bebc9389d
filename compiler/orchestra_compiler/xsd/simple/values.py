"""Values of simple types: the face of this package.

Every value is put before the type itself before it is handed out: what is called right is accepted, and what is called
wrong is refused for the rule that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from orchestra_compiler.xsd.document import Value
from orchestra_compiler.xsd.model import Facet, SimpleType
from orchestra_compiler.xsd.simple.boundaries import attempts
from orchestra_compiler.xsd.simple.breaches import breaches_of
from orchestra_compiler.xsd.simple.candidates import candidates, more_candidates
from orchestra_compiler.xsd.simple.judging import is_right, is_safe
from orchestra_compiler.xsd.simple.labelled import RightValue, WrongValue
from orchestra_compiler.xsd.simple.meaning import meaning_of
from orchestra_compiler.xsd.simple.profile import Profile, profile_of
from orchestra_compiler.xsd.simple.qualified import is_named, names_of, right_names, wrong_names
from orchestra_compiler.xsd.simple.wrong import Assault, assaults

__all__ = ["RightValue", "Values", "WrongValue"]

_MOST_TRIES = 4_000


class Values:
    """Gives values of types; what is found once is kept."""

    def __init__(self) -> None:
        self._profiles: dict[SimpleType, Profile] = {}
        self._typical: dict[SimpleType, Value | None] = {}
        self._texts: dict[tuple[SimpleType, int], tuple[str, ...]] = {}
        self._boundaries: dict[SimpleType, tuple[RightValue, ...]] = {}
        self._wrong: dict[SimpleType, tuple[WrongValue, ...]] = {}

    def typical(self, kind: SimpleType) -> Value | None:
        """Return the most usual value of a type; None where none is found."""
        if kind not in self._typical:
            self._typical[kind] = None  # a type that contains itself has no value of its own making
            self._typical[kind] = next(iter(names_of(kind)), None) if is_named(kind) else self._first_text(kind)
        return self._typical[kind]

    def distinct(self, kind: SimpleType, count: int) -> tuple[Value, ...]:
        """Return up to so many values that differ in meaning, the typical one first."""
        return names_of(kind)[:count] if is_named(kind) else self.texts(kind, count)

    def boundaries(self, kind: SimpleType) -> tuple[RightValue, ...]:
        """Return right values on and next to each bound of a type, each text once."""
        if kind not in self._boundaries:
            self._boundaries[kind] = tuple(self._right(kind))
        return self._boundaries[kind]

    def wrong(self, kind: SimpleType) -> tuple[WrongValue, ...]:
        """Return wrong values for each facet of a type and for its form, each text once; none where nothing is wrong."""
        if kind not in self._wrong:
            self._wrong[kind] = tuple(self._refused(kind))
        return self._wrong[kind]

    def texts(self, kind: SimpleType, count: int) -> tuple[str, ...]:
        """Return what `distinct` does, where the values are texts."""
        typical = self.typical(kind)
        if not isinstance(typical, str):
            return ()
        if count <= 1:
            return (typical,)[:count]
        if (kind, count) not in self._texts:
            self._texts[kind, count] = tuple(islice(self._differing(kind, typical), count))
        return self._texts[kind, count]

    def wrong_texts(self, kind: SimpleType) -> tuple[WrongValue, ...]:
        """Return what `wrong` does, where the values are texts."""
        return tuple(each for each in self.wrong(kind) if isinstance(each.value, str))

    def _first_text(self, kind: SimpleType) -> str | None:
        profile = self._profile(kind)
        return next((text for text in islice(candidates(profile, self), _MOST_TRIES) if is_right(profile, text)), None)

    def _profile(self, kind: SimpleType) -> Profile:
        if kind not in self._profiles:
            self._profiles[kind] = profile_of(kind)
        return self._profiles[kind]

    def _differing(self, kind: SimpleType, typical: str) -> Iterator[str]:
        profile, seen = self._profile(kind), set()
        for source in (iter((typical,)), candidates(profile, self), more_candidates(profile, self, typical)):
            for text in islice(source, _MOST_TRIES):
                if is_right(profile, text) and (meaning := meaning_of(kind, text)) not in seen:
                    seen.add(meaning)
                    yield text

    def _right(self, kind: SimpleType) -> Iterator[RightValue]:
        if is_named(kind):
            yield from right_names(kind)
            return
        profile, seen = self._profile(kind), set[str]()
        for attempt in attempts(profile, self):
            text = next((text for text in attempt.texts if is_right(profile, text)), None)
            if text is not None and text not in seen:
                seen.add(text)
                yield RightValue(value=text, scenario=attempt.scenario, place=attempt.place)

    def _refused(self, kind: SimpleType) -> Iterator[WrongValue]:
        typical, profile = self.typical(kind), self._profile(kind)
        seen: set[tuple[str, Facet | None]] = set()
        if is_named(kind):
            yield from wrong_names(kind)
        if not isinstance(typical, str):
            return
        for assault in assaults(profile, self, typical):
            text = _broken_by(profile, assault)
            if text is not None and (text, assault.facet) not in seen:
                seen.add((text, assault.facet))
                yield WrongValue(
                    value=text, rule=assault.rule, scenario=assault.scenario, facet=assault.facet, place=assault.place
                )


def _broken_by(profile: Profile, assault: Assault) -> str | None:
    """Return the first text that breaks the rule alone, else the first that breaks it among others.

    An engine that finds a wrong form looks no further, or tells of a missed pattern alone; so a text of which a facet
    and the form are to blame proves nothing.
    """
    second = None
    for text in islice(assault.texts, _MOST_TRIES):
        if not is_safe(profile, text) or profile.type.accepts(text):
            continue
        broken = breaches_of(profile.type, text)
        if broken == {assault.rule}:
            return text
        if second is None and assault.rule in broken and not broken & _HIDING[assault.rule == "datatype"]:
            second = text
    return second


_HIDING = (frozenset(("datatype", "engine-failure")), frozenset(("pattern", "engine-failure")))
"""What hides the breach of a facet, and what hides that of a form."""
