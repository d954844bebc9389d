"""Routing policies made at random, small enough that everything about them can be tried out, and odd enough to matter."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from orchestra_compiler.model import (
    Agent,
    AgentTier,
    Condition,
    FeatureType,
    Fleet,
    GatePolicy,
    HardRule,
    Model,
    Project,
    Protocol,
    RoutingPolicy,
    Signal,
    SignalKind,
    Tier,
    Tiers,
    Workload,
)

TIERS = ("routine", "implementation", "strategic")
FEATURES = {
    "size": FeatureType.NUMBER,
    "age": FeatureType.NUMBER,
    "kind": FeatureType.WORD,
    "tags": FeatureType.LIST,
    "urgent": FeatureType.TRUTH,
}
_BOUNDS = st.one_of(st.integers(-2, 9).map(Decimal), st.sampled_from([Decimal("0.5"), Decimal("2.25")]))
_POINTS = st.one_of(st.integers(-4, 9).map(Decimal), st.sampled_from([Decimal("1.5"), Decimal(20)]))
_KINDS = ["a", "b", "c", "log in"]
_GLOBS = ["*.py", "a/**", "b", "**/auth/**", "auth/", "src/*.py", "**/x?.[ch]", "*", "docs/**/index.md"]
_WORDS = ["pay", "log in", "log in again", "c++", "über", "in"]
_AGENTS = ("clerk", "chief", "helper", "nobody")


def fleet_of(policy: RoutingPolicy, agents: tuple[Agent, ...] = (), default: str = "routine") -> Fleet:
    """Return a fleet with this policy and three tiers of two models each."""
    tiers = tuple(Tier(name=name, models=(Model(name=f"{name}-1"), Model(name=f"{name}-2"))) for name in TIERS)
    return Fleet(
        project=Project(name="random"),
        agents=agents,
        tiers=Tiers(tiers=tiers, escalation=TIERS, baseline="implementation", default=default),
        routing=policy,
        gates=GatePolicy(),
        protocol=Protocol(),
        missions=(),
        workload=Workload(),
    )


def some(items: list[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy of a few different items in any order."""
    return st.lists(st.sampled_from(items), min_size=1, max_size=most, unique=True).map(tuple)


SIGNALS = st.one_of(
    st.builds(
        lambda feature, steps: Signal(
            name="", feature=feature, kind=SignalKind.STEPS, steps=tuple(sorted(steps.items()))
        ),
        st.sampled_from(["size", "age"]),
        st.dictionaries(_BOUNDS, _POINTS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda feature, table, default: Signal(
            name="", feature=feature, kind=SignalKind.TABLE, table=table, default=default
        ),
        st.sampled_from(["kind", "tags", "agent"]),
        st.dictionaries(st.sampled_from(["a", "b", "c", "clerk"]), _POINTS, min_size=1, max_size=3),
        _POINTS,
    ),
    st.builds(
        lambda table, default: Signal(name="", feature="urgent", kind=SignalKind.TABLE, table=table, default=default),
        st.dictionaries(st.sampled_from(["true", "false"]), _POINTS, min_size=1),
        _POINTS,
    ),
    st.builds(
        lambda feature, words, points: Signal(
            name="", feature=feature, kind=SignalKind.WORDS, words=words, points=points
        ),
        st.sampled_from(["text", "text", "kind", "tags"]),
        some(_WORDS),
        _POINTS,
    ),
    st.builds(
        lambda globs, points: Signal(name="", feature="files", kind=SignalKind.GLOBS, globs=globs, points=points),
        some(_GLOBS),
        _POINTS,
    ),
)
CONDITIONS = st.one_of(
    st.builds(lambda values: Condition(feature="kind", values=values), some(_KINDS)),
    st.builds(lambda values: Condition(feature="tags", values=values), some(_KINDS)),
    st.builds(lambda values: Condition(feature="agent", values=values), some(list(_AGENTS), 2)),
    st.builds(lambda value: Condition(feature="urgent", values=(value,)), st.sampled_from(["true", "false"])),
    st.builds(
        lambda feature, low, more: Condition(feature=feature, minimum=low, maximum=low + more),
        st.sampled_from(["size", "age"]),
        _BOUNDS,
        st.integers(-1, 5).map(Decimal),
    ),
    st.builds(lambda low: Condition(feature="size", minimum=low), _BOUNDS),
    st.builds(lambda high: Condition(feature="size", maximum=high), _BOUNDS),
    st.builds(lambda globs: Condition(feature="files", globs=globs), some(_GLOBS)),
)
RULES = st.builds(
    lambda when, tier: HardRule(name="", when=tuple(when), tier=tier),
    st.lists(CONDITIONS, min_size=1, max_size=3, unique_by=lambda each: each.feature),
    st.sampled_from(TIERS),
)


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    """Draw a fleet with any policy and a few agents."""
    rules = draw(st.lists(RULES, max_size=4))
    signals = draw(st.lists(SIGNALS, max_size=4))
    policy = RoutingPolicy(
        features=FEATURES,
        hard=tuple(
            HardRule(name=f"rule-{number}", when=rule.when, tier=rule.tier) for number, rule in enumerate(rules)
        ),
        signals=tuple(_named(signal, f"signal-{number}") for number, signal in enumerate(signals)),
        thresholds=draw(st.dictionaries(st.sampled_from(TIERS), _POINTS)),
        agent_tier=draw(st.sampled_from(list(AgentTier))),
    )
    own = draw(st.lists(st.sampled_from([None, *TIERS]), max_size=3))
    agents = tuple(
        Agent(name=name, description="works", prompt="Work.", tier=tier)
        for name, tier in zip(_AGENTS, own, strict=False)
    )
    return fleet_of(policy, agents, draw(st.sampled_from(TIERS)))


def _named(signal: Signal, name: str) -> Signal:
    return Signal(
        name=name,
        feature=signal.feature,
        kind=signal.kind,
        steps=signal.steps,
        table=signal.table,
        default=signal.default,
        globs=signal.globs,
        words=signal.words,
        points=signal.points,
    )
