"""The scores a policy can reach, and features that meet some hard rules and avoid others; found by exact search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.values import Readers, Space
from orchestra_compiler.model import FeatureValue, HardRule, RoutingPolicy

_MOST_STATES = 5_000


@dataclass(frozen=True, slots=True)
class _State:
    """Some features chosen so far, as a chain: the last choice and those before it."""

    before: _State | None = None
    feature: str = ""
    value: FeatureValue | None = None

    def features(self) -> dict[str, FeatureValue]:
        chosen: dict[str, FeatureValue] = {}
        state: _State | None = self
        while state is not None:
            if state.value is not None:
                chosen[state.feature] = state.value
            state = state.before
        return dict(sorted(chosen.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Every score that some features reach while no hard rule decides, with such features.

    Attributes:
        complete: False where the search was cut short: further scores may exist.
    """

    by_score: Mapping[Decimal, Mapping[str, FeatureValue]]
    complete: bool = True

    def at_least(self, bound: Decimal) -> Decimal | None:
        """Return the lowest score not below a bound."""
        return min((score for score in self.by_score if score >= bound), default=None)

    def below(self, bound: Decimal) -> Decimal | None:
        """Return the highest score below a bound."""
        return max((score for score in self.by_score if score < bound), default=None)


def reach(policy: RoutingPolicy, space: Space, present: frozenset[str] = frozenset()) -> Reach:
    """Return the scores a policy can reach; `present` are features that no task lacks.

    Feature after feature, each kind of value it may have is added to every sum so far. Along with the sum goes which
    hard rules may still hold, a bit per rule; a sum at whose end one does hold is no score.
    """
    everyone = (1 << len(policy.hard)) - 1
    states: dict[tuple[Decimal, int], _State] = {(Decimal(0), everyone): _State()}
    complete = True
    for reader, values in space:
        following: dict[tuple[Decimal, int], _State] = {}
        tried = values if reader.feature in present else (None, *values)
        effects = _effects(policy.hard, reader, tried)
        for (score, alive), state in states.items():
            for (gain, kept), value in effects.items():
                key = (score + gain, alive & kept)
                if key not in following:
                    following[key] = state if value is None else _State(state, reader.feature, value)
        states, whole = _thinned(following)
        complete = complete and whole
    reached = {score: state.features() for (score, alive), state in states.items() if not alive}
    return Reach(by_score=dict(sorted(reached.items())), complete=complete)


def meeting(
    space: Space,
    wanted: Sequence[HardRule],
    avoided: Sequence[HardRule],
    instead: Mapping[str, Sequence[FeatureValue | None]] | None = None,
) -> Mapping[str, FeatureValue] | None:
    """Return features that meet all the wanted rules and none of the avoided ones, or None where none were found.

    Only features that the wanted rules ask for are set: any more could only make an avoided rule hold. Feature after feature
    goes along which of the avoided rules may still hold, a bit per rule.

    Args:
        space: The features' values.
        wanted: The rules to be met.
        avoided: Those that must not hold.
        instead: Feature -> the values to be tried for it, whatever the wanted rules say; None among them leaves it out.
    """
    given = instead or {}
    asked = {condition.feature for rule in wanted for condition in rule.when} | given.keys()
    near = [rule for rule in avoided if all(each.feature in asked for each in rule.when)]  # no other can hold
    states: dict[int, _State] = {(1 << len(near)) - 1: _State()}
    for reader, values in space:
        if reader.feature not in asked:
            continue
        tried = given.get(reader.feature)
        if tried is None:
            tried = [value for value in values if _meets(wanted, reader, value)]
        choices: dict[int, FeatureValue | None] = {}
        for value in tried:
            choices.setdefault(_left_possible(near, reader, value), value)
        following: dict[int, _State] = {}
        for alive, state in states.items():
            for kept, value in choices.items():
                following.setdefault(alive & kept, _State(state, reader.feature, value))
        states = dict(islice(following.items(), _MOST_STATES))
    return states[0].features() if 0 in states else None


def _effects(
    rules: Sequence[HardRule], reader: Readers, values: Sequence[FeatureValue | None]
) -> Mapping[tuple[Decimal, int], FeatureValue | None]:
    """Return what a feature can do: points, and the rules that it leaves possible; each with the first value for it."""
    found: dict[tuple[Decimal, int], FeatureValue | None] = {}
    for value in values:
        gain = sum((naive.points(signal, value) for signal in reader.signals), Decimal(0))
        found.setdefault((gain, _left_possible(rules, reader, value)), value)
    return found


def _left_possible(rules: Sequence[HardRule], reader: Readers, value: FeatureValue | None) -> int:
    """Return which rules may hold with this value of a feature, a bit per rule; an absent feature meets no condition."""
    return sum(
        1 << place
        for place, rule in enumerate(rules)
        if all(value is not None and naive.holds(each, value) for each in rule.when if each.feature == reader.feature)
    )


def _meets(rules: Sequence[HardRule], reader: Readers, value: FeatureValue) -> bool:
    asked = [each for rule in rules for each in rule.when if each.feature == reader.feature]
    return all(naive.holds(each, value) for each in asked)


def _thinned(
    states: dict[tuple[Decimal, int], _State],
) -> tuple[dict[tuple[Decimal, int], _State], bool]:
    """Keep a search within bounds: of too many sums, evenly spread ones, the least and the greatest among them."""
    if len(states) <= _MOST_STATES:
        return states, True
    keys = sorted(states)
    step = len(keys) / (_MOST_STATES - 1)
    kept = [keys[min(int(place * step), len(keys) - 1)] for place in range(_MOST_STATES)]
    return {key: states[key] for key in (*kept, keys[-1])}, False
