"""Whether a text is surely a value of a type: by xmlschema's judgement, and where engines are known to differ, by ours.

The standard orders some values only in part: a date without a time zone and one with, a month and thirty days, and what
is not a number. Engines settle such comparisons differently, so no value whose rightness hangs on one is called right.
"""

from __future__ import annotations

from functools import lru_cache

from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import parse
from orchestra_compiler.xsd.simple.moments import MOMENTS, duration_of, moment_of
from orchestra_compiler.xsd.simple.profile import Profile
from orchestra_compiler.xsd.simple.steps import LOWER, UPPER

_HARMLESS_CHARACTERS = 25
_MOST_WAYS = 1_000_000
_BOUNDS = (*LOWER, *UPPER)
_URI = (
    r"(([A-Za-z][A-Za-z0-9+\-.]*:)?(//[^#%\[\]:/?]+(:[0-9]+)?([/?]{PLAIN})?|(//)?/?[^#%\[\]:/]*(/[^/#%\[\]]{PLAIN})?|"
    r"[A-Za-z0-9]+:{PLAIN}))(#{PLAIN})?"
).replace("{PLAIN}", r"([^#%\[\]\\]|%[0-9A-Fa-f]{2})*")


def is_right(profile: Profile, text: str) -> bool:
    """Return whether every engine should take a text for a value of the type."""
    return is_safe(profile, text) and profile.type.accepts(text) and _is_comparable(profile, text)


def is_safe(profile: Profile, text: str) -> bool:
    """Return whether a matcher that tries one way after the other gets through the type's patterns in good time."""
    return len(text) <= _HARMLESS_CHARACTERS or all(
        automaton.effort(text) <= _MOST_WAYS for _, automaton in profile.patterns
    )


def _is_comparable(profile: Profile, text: str) -> bool:
    primitive = profile.type.primitive
    if primitive == "anyURI":
        return _uri().matches(text)
    bounds = [facet.values[0] for facet in profile.type.facets if facet.kind in _BOUNDS]
    if not bounds:
        return True
    if primitive in ("float", "double"):
        return text.strip() != "NaN"
    if primitive in MOMENTS:
        return all(_zoned(primitive, text) == _zoned(primitive, bound) for bound in bounds)
    if primitive == "duration":
        units = _units(text)
        return units == "nothing" or all(units == _units(bound) or text.strip() == bound.strip() for bound in bounds)
    return True


def _zoned(primitive: str, text: str) -> bool:
    moment = moment_of(primitive, text)
    return moment is not None and bool(moment.zone)


def _units(text: str) -> str:
    """Return what a duration is counted in; `nothing` for none at all."""
    months, seconds = duration_of(text) or (1, 1)
    return ("both" if seconds else "months") if months else "seconds" if seconds else "nothing"


@lru_cache(maxsize=1)
def _uri() -> Automaton:
    return Automaton(parse(_URI))
