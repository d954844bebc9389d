"""Whether two policies route every task alike: decided over all kinds of tasks, not over some tasks.

Feature after feature, every profile that its values can have is added to the pairs of sums so far, one sum per policy,
along with the hard rules that may still hold in each. What is left at the end is every pair of answers that any task can
get. The policies are read by `naive`: the router has no part in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from orchestra_compiler.cases.routing import naive
from orchestra_compiler.cases.routing.profiles import Profile, TooManyError, profile_of, profiles_of
from orchestra_compiler.cases.routing.shared import Shared, merged
from orchestra_compiler.cases.routing.tasks import (
    NOTHING,
    Choice,
    Effect,
    Effects,
    State,
    States,
    Task,
    after,
    features_of,
    fewest,
    with_choice,
)
from orchestra_compiler.model import Agent, Fleet, HardRule, Tiers
from orchestra_compiler.mutation import Verdict

_MOST_STATES = 20_000
_LONGEST_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether two fleets route alike: equivalent, survived (they do not) or undecided; `why` says what shows it."""

    verdict: Verdict
    why: str


_Owner = tuple[str | None, str | None]  # an agent's own tier in both fleets


def judged(old: Fleet, new: Fleet) -> Judgement:
    """Return whether two fleets route every task alike, and have the same models answer for it.

    Whoever finds that they do not gives a task that shows it, tried with both policies. Rules are told apart by their
    names, tasks by tier, score and rule.
    """
    if _answers(old.tiers) != _answers(new.tiers):
        return Judgement(verdict=Verdict.SURVIVED, why="another model answers when some are unavailable")
    try:
        judgement = _Comparison(old, new).judged()
        open_still = judgement.verdict is Verdict.UNDECIDED
        return _Comparison(old, new, closely=True).judged() if open_still else judgement
    except TooManyError as error:
        return Judgement(verdict=Verdict.UNDECIDED, why=f"too many to try them all: {error}")


def _answers(tiers: Tiers) -> list[list[tuple[str, str]]]:
    """Return for each tier who answers, in the order in which they are asked."""
    found = []
    for tier in tiers.tiers:
        chain = tiers.escalation
        above = chain[chain.index(tier.name) + 1 :] if tier.name in chain else ()
        asked = [tier, *(each for name in above if (each := tiers.get(name)) is not None)]
        found.append([(tier.name, ""), *((each.name, model.name) for each in asked for model in each.models)])
    return sorted(found)


class _Comparison:
    """Two fleets in comparison, with the features that either reads: those of hard rules first, so that they settle.

    Hard rules that both begin with decide alike: of tasks that they decide on nothing need be known. Where the policies
    score alike, what follows the rules in question is alike as well, be it further rules or the score.
    """

    def __init__(self, old: Fleet, new: Fleet, *, closely: bool = False) -> None:
        self._fleets = (old, new)
        self._scores_alike = old.routing.signals == new.routing.signals and _score_of(old) == _score_of(new)
        self._begin, end = _difference(old.routing.hard, new.routing.hard)
        rest = end if self._scores_alike else 0
        self._asked = tuple(fleet.routing.hard[self._begin : len(fleet.routing.hard) - rest] for fleet in self._fleets)
        self._readers = merged(old, new)
        self._effects = [self._effects_of(reader, closely=closely) for reader in self._readers]
        self._owners = _owners(old, new)

    def judged(self) -> Judgement:
        """Return whether the fleets route alike.

        Raises:
            TooManyError: There are too many ends that a task can come to.
        """
        if not any(self._asked) and _score_of(self._fleets[0]) == _score_of(self._fleets[1]) and self._reads_alike():
            return Judgement(verdict=Verdict.EQUIVALENT, why="every value is read alike, and every score")
        open_end = ""
        for state, task in self._ends():
            for owner in self._owners if state.anybody else self._owners[:1]:
                if self._outcome(0, state, owner) == self._outcome(1, state, owner):
                    continue
                shown = self._shown(task, owner) if task is not None else None
                if shown is not None:
                    return Judgement(verdict=Verdict.SURVIVED, why=f"not told apart on {shown}")
                open_end = "no values were found for a combination of word and glob lists that may exist"
        if open_end:
            return Judgement(verdict=Verdict.UNDECIDED, why=open_end)
        return Judgement(verdict=Verdict.EQUIVALENT, why="no combination of values is routed otherwise")

    def _reads_alike(self) -> bool:
        return all(effect.gains[0] == effect.gains[1] for effects in self._effects for effect, _ in effects)

    def _effects_of(self, reader: Shared, *, closely: bool) -> Effects:
        """Return what a feature can do, each with a value that does it as a choice, None where none is known."""
        absent, before = self._effect(reader, profile_of(reader.both, None))
        absent = absent._replace(anybody=reader.both.feature != "agent")
        found: Effects = {(absent, before): Choice(None, reader.both.feature, None)}
        for profile, value in profiles_of(reader.both, closely=closely).items():
            effect = self._effect(reader, profile)
            if found.get(effect) is None:
                found[effect] = Choice(None, reader.both.feature, value) if value is not None else None
        return fewest(found)

    def _effect(self, reader: Shared, profile: Profile) -> tuple[Effect, int]:
        split = reader.old_signals
        gains = (sum(profile.points[:split], Decimal(0)), sum(profile.points[split:], Decimal(0)))
        before, kept = self._everything()
        for (side, rule), held in zip(reader.rules, profile.held, strict=True):
            if not held and rule < self._begin:
                before &= ~(1 << rule)
            elif not held and rule - self._begin < len(self._asked[side]):
                kept[side] &= ~(1 << (rule - self._begin))
        return Effect((Decimal(0), Decimal(0)) if self._scores_alike else gains, (kept[0], kept[1])), before

    def _everything(self) -> tuple[int, list[int]]:
        return (1 << self._begin) - 1, [(1 << len(rules)) - 1 for rules in self._asked]

    def _ends(self) -> Iterator[tuple[State, Task]]:
        """Yield every end that a task can come to, with such a task, None where none is known."""
        before, everyone = self._everything()
        states: States = {(State((Decimal(0), Decimal(0)), (everyone[0], everyone[1])), before): NOTHING}
        read: set[str] = set()
        for reader, effects in zip(self._readers, self._effects, strict=True):
            read.add(reader.both.feature)
            sure = sum(1 << place for place in range(self._begin) if self._is_sure(place, read))
            following: States = {}
            for (state, alive), task in states.items():
                for (effect, kept), choice in effects.items():
                    if alive & kept & sure:
                        continue  # a rule that both begin with decides
                    reached = (after(state, effect), alive & kept)
                    if following.get(reached) is None:
                        following[reached] = with_choice(task, choice)
            states = fewest(following)
            if len(states) > _MOST_STATES:
                raise TooManyError("sums and hard rules")
        yield from ((state, task) for (state, alive), task in states.items() if not alive)

    def _is_sure(self, place: int, read: set[str]) -> bool:
        """Return whether a rule that may still hold is sure to, now that some features are known."""
        return all(each.feature in read for each in self._fleets[0].routing.hard[place].when)

    def _outcome(self, side: int, state: State, owner: _Owner) -> tuple[str, Decimal, str]:
        alive = state.alive[side]
        if alive:
            rule = self._asked[side][(alive & -alive).bit_length() - 1]
            return rule.tier, Decimal(0), rule.name
        if self._scores_alike:
            return "", Decimal(0), ""  # whatever follows is the same in both
        return naive.tier_for(self._fleets[side], state.sums[side], owner[side]), state.sums[side], ""

    def _shown(self, task: Choice, owner: _Owner) -> str | None:
        """Return a task as JSON if the policies really differ on it."""
        features = features_of(task)
        old, new = self._fleets
        pair = next(each for each in _pairs(old, new) if owner == tuple(map(_tier_of, each)))
        if naive.expected(old, features, pair[0]) == naive.expected(new, features, pair[1]):
            return None
        text = json.dumps(features, ensure_ascii=False, sort_keys=True)
        shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
        return f"{shown} for {pair[0].name}" if pair[0] is not None else shown


def _pairs(old: Fleet, new: Fleet) -> Iterator[tuple[Agent | None, Agent | None]]:
    """Yield nobody, then each agent as it is in both fleets."""
    yield None, None
    yield from ((agent, new.agent_by_name.get(name)) for name, agent in old.agent_by_name.items())


def _owners(old: Fleet, new: Fleet) -> tuple[_Owner, ...]:
    """Return which own tiers agents have in both fleets, nobody's first."""
    pairs = ((_tier_of(one), _tier_of(two)) for one, two in _pairs(old, new))
    return tuple(dict.fromkeys(pairs))


def _score_of(fleet: Fleet) -> tuple[object, ...]:
    """Return all that makes a tier of a score."""
    policy = fleet.routing
    return dict(policy.thresholds), policy.agent_tier, fleet.tiers, [agent.tier for agent in fleet.agents]


def _difference(old: Sequence[HardRule], new: Sequence[HardRule]) -> tuple[int, int]:
    """Return how many rules two lists begin with alike, and how many of the others they end with alike."""
    begin = _alike(old, new)
    return begin, _alike(old[begin:][::-1], new[begin:][::-1])


def _alike(old: Sequence[HardRule], new: Sequence[HardRule]) -> int:
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))))


def _tier_of(agent: Agent | None) -> str | None:
    return agent.tier if agent is not None else None
