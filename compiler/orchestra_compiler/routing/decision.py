"""What the router says of a task, and its published JSON form."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

NO_POINTS = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a decision, with the points it gave; what decides without points gives 0."""

    points: Decimal
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The tier a task goes to, and why.

    Attributes:
        model: The tier's preferred model; empty for a tier without models.
        score: The sum of the reasons' points, exactly.
        rule: What decided: `hard:NAME`, `score`, `below-thresholds`, `agent-floor`, `agent-pin`, and without
            thresholds `agent-tier` or `default`.
        reasons: One per signal in the policy's order, then what turned the score into the tier. A hard rule decides
            before any score, so there it is the only reason.
    """

    tier: str
    model: str
    score: Decimal
    rule: str
    reasons: tuple[Reason, ...]


class ReasonJson(TypedDict):
    """A reason in the published JSON form."""

    points: str
    text: str


class DecisionJson(TypedDict):
    """A decision in the published JSON form; decimals are strings."""

    score: str
    tier: str
    model: str
    rule: str
    reasons: list[ReasonJson]


def decision_to_json(decision: Decision) -> DecisionJson:
    """Return the JSON that `orchestra route` writes for a task."""
    return {
        "score": plain(decision.score),
        "tier": decision.tier,
        "model": decision.model,
        "rule": decision.rule,
        "reasons": [{"points": plain(reason.points), "text": reason.text} for reason in decision.reasons],
    }


def plain(number: Decimal) -> str:
    """Return a number as people write it: no exponent, no trailing zeros."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
