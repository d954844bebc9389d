"""The router: a fleet's routing policy, compiled once, deciding one task after the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Agent, AgentTier, FeatureValue, Fleet, Model
from orchestra_compiler.routing.decision import NO_POINTS, Decision, Reason, plain
from orchestra_compiler.routing.hard import CompiledRule
from orchestra_compiler.routing.signals import compile_signal
from orchestra_compiler.suggestions import Names


class Router:
    """Decides which tier a task goes to.

    The first hard rule whose conditions all hold decides, whatever the agent's own tier. Otherwise the signals' points
    add up to a score, and the highest threshold that the score reaches names the tier; of equal thresholds that of the
    stronger tier. A score below every threshold goes to the default tier, or to the weakest tier with a threshold
    where that is weaker, so that a higher score never means a weaker tier. The agent's own tier then is a floor, is
    the answer (pin), or does not count. Without thresholds there is nothing to score: the agent's own tier decides,
    else the default tier.
    """

    def __init__(self, fleet: Fleet) -> None:
        policy, tiers = fleet.routing, fleet.tiers
        self._order = {name: place for place, name in enumerate(tiers.names())}
        self._models = {tier.name: tier.models for tier in tiers.tiers}
        self._default = tiers.default
        self._mode = policy.agent_tier
        self._rules = [CompiledRule(rule) for rule in policy.hard]
        self._signals = [(signal.feature, compile_signal(signal)) for signal in policy.signals]
        self._adds_agent = "agent" in _features_used(fleet)
        self._next = dict(zip(tiers.escalation, tiers.escalation[1:], strict=False))
        ladder = sorted((bound, self._place(tier), tier) for tier, bound in policy.thresholds.items())
        self._bounds = [bound for bound, _, _ in ladder]
        self._tiers = [tier for _, _, tier in ladder]
        self._below = min((self._default, *self._tiers), key=self._place)

    def decide(self, features: Mapping[str, FeatureValue], agent: Agent | None = None) -> Decision:
        """Return the tier for a task, with the reasons.

        The agent's name is the feature `agent` where the policy asks for that feature and the task does not have it.

        Raises:
            OrchestraError: A feature is not of the type that a rule or signal reads.
        """
        if self._adds_agent and agent is not None and "agent" not in features:
            features = {**features, "agent": agent.name}
        for rule in self._rules:
            how = rule.explain(features)
            if how is not None:
                return self._decision(rule.tier, NO_POINTS, f"hard:{rule.name}", (Reason(NO_POINTS, how),))
        return self._score(features, agent)

    def raised(self, tier: str) -> str | None:
        """Return the next tier of the escalation chain, or None at its end and for a tier outside it."""
        return self._next.get(tier)

    def models(self, tier: str) -> tuple[Model, ...]:
        """Return a tier's models, preferred first.

        Raises:
            OrchestraError: There is no such tier.
        """
        if tier not in self._models:
            known = Names(self._models)
            raise OrchestraError(f"no tier is called {tier!r}", known.hint(tier, f"known are {known.listed()}"))
        return self._models[tier]

    def candidates(self, tier: str) -> tuple[tuple[str, Model], ...]:
        """Return all models that may answer for a tier, each with its own tier, in the order in which they are asked.

        First the tier's own models, preferred first, then those of each tier above it in the escalation chain.

        Raises:
            OrchestraError: There is no such tier.
        """
        found = [(tier, model) for model in self.models(tier)]
        seen = {tier}
        above = self.raised(tier)
        while above is not None and above not in seen:
            seen.add(above)
            found += [(above, model) for model in self.models(above)]
            above = self.raised(above)
        return tuple(found)

    def _score(self, features: Mapping[str, FeatureValue], agent: Agent | None) -> Decision:
        reasons = [score(features.get(feature)) for feature, score in self._signals]
        total = sum((reason.points for reason in reasons), NO_POINTS)
        own = agent.tier if agent is not None and agent.tier in self._order else None
        if not self._bounds:
            tier, rule = (own, "agent-tier") if own is not None else (self._default, "default")
            why = f"no thresholds: {'the agent' if own is not None else 'the default'} tier {tier}"
            return self._decision(tier, total, rule, (*reasons, Reason(NO_POINTS, why)))
        tier, rule, why = self._reached(total)
        reasons.append(Reason(NO_POINTS, why))
        if own is not None and self._mode is AgentTier.PIN:
            tier, rule = own, "agent-pin"
            reasons.append(Reason(NO_POINTS, f"the agent's own tier {own} is pinned"))
        elif own is not None and self._mode is AgentTier.FLOOR and self._place(own) > self._place(tier):
            tier, rule = own, "agent-floor"
            reasons.append(Reason(NO_POINTS, f"the agent's own tier {own} is the floor"))
        return self._decision(tier, total, rule, tuple(reasons))

    def _reached(self, score: Decimal) -> tuple[str, str, str]:
        place = bisect_right(self._bounds, score) - 1
        if place < 0:
            why = f"score {plain(score)} is below every threshold: {self._below}"
            return self._below, "below-thresholds", why
        tier = self._tiers[place]
        return tier, "score", f"score {plain(score)} reaches {tier} at {plain(self._bounds[place])}"

    def _decision(self, tier: str, score: Decimal, rule: str, reasons: tuple[Reason, ...]) -> Decision:
        models = self._models.get(tier)
        return Decision(tier=tier, model=models[0].name if models else "", score=score, rule=rule, reasons=reasons)

    def _place(self, tier: str) -> int:
        return self._order.get(tier, -1)


def _features_used(fleet: Fleet) -> frozenset[str]:
    policy = fleet.routing
    asked = (condition.feature for rule in policy.hard for condition in rule.when)
    return frozenset((*asked, *(signal.feature for signal in policy.signals)))
