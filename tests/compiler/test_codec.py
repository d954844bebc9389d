from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler import codec
from orchestra_compiler.diagnostic import Span
from orchestra_compiler.model import (
    Agent,
    Category,
    Condition,
    HardRule,
    Mission,
    Price,
    Script,
    ScriptedReply,
    Step,
    Tier,
    Usage,
)

words = st.text(min_size=1, max_size=8)
spans = st.builds(Span, words, st.integers(1, 9999), st.integers(1, 999), st.integers(1, 9999), st.integers(1, 999))
money = st.decimals(0, 1000, places=6, allow_nan=False)
features = st.dictionaries(
    words,
    st.one_of(words, st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.tuples(words)),
)
VALUES = st.one_of(
    st.builds(Agent, name=words, description=words, prompt=words, tools=st.none() | st.tuples(words), span=spans),
    st.builds(Price, input=money, output=money, cache_read=st.none() | money),
    st.builds(
        Mission,
        name=words,
        category=st.sampled_from(Category),
        budget_usd=st.none() | money,
        steps=st.tuples(
            st.builds(Step, name=words, task=words, features=features, deadline_s=st.none() | st.just(1.5))
        ),
        replies=st.dictionaries(
            words, st.builds(Script, replies=st.tuples(st.builds(ScriptedReply, text=words, usage=st.builds(Usage))))
        ),
        span=spans,
    ),
    st.builds(HardRule, name=words, tier=words, when=st.tuples(st.builds(Condition, feature=words, minimum=money))),
)


@given(VALUES)
def test_round_trip_through_json_text(value: object) -> None:
    text = codec.canonical(codec.to_json(value))
    assert codec.from_json(type(value), json.loads(text)) == value


@given(VALUES)
def test_canonical_is_stable(value: object) -> None:
    text = codec.canonical(codec.to_json(value))
    assert codec.canonical(json.loads(text)) == text
    assert text.endswith(b"\n")
    assert text.count(b"\n") == 1


def test_places_never_leave_the_process() -> None:
    agent = Agent(name="a", description="d", prompt="p", places={"tier": Span("x", 1, 2, 3, 4)})
    assert "places" not in codec.to_json(agent)


def test_money_is_a_decimal_string() -> None:
    assert codec.to_json(Price(input=Decimal("0.10"), output=Decimal(5))) == {"input": "0.10", "output": "5"}


def test_defaults_are_left_out_and_come_back() -> None:
    tier = Tier(name="t", models=())
    assert codec.to_json(tier) == {"name": "t", "models": []}
    assert codec.from_json(Tier, {"name": "t", "models": []}) == tier


@pytest.mark.parametrize(
    ("cls", "data"),
    [
        (Tier, [1]),
        (Tier, {"name": 1, "models": []}),
        (Tier, {"name": "t", "models": "ab"}),
        (Tier, {"name": "t", "models": [True]}),
        (Agent, {"name": "a", "description": "d", "prompt": "p", "span": {}}),
        (Agent, {"name": "a", "description": "d", "prompt": "p", "span": "x:1"}),
        (Agent, {"name": "a", "description": "d", "prompt": "p", "handoffs": "ab"}),
        (Price, {"input": "\ud800", "output": "1"}),
        (Price, {"input": "NaN", "output": "1"}),
        (Price, {"input": 1, "output": "1"}),
        (Usage, {"input_tokens": "x"}),
        (Usage, {"input_tokens": True}),
    ],
)
def test_what_is_of_another_type_is_refused(cls: type, data: dict[str, object]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        codec.from_json(cls, data)
