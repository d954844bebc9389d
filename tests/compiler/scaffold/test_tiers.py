from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.frontends.loader import default_tiers
from orchestra_compiler.model import Agent
from orchestra_compiler.prices import catalogue
from orchestra_compiler.scaffold.tiers import guess, meaning

TIERS = default_tiers().tiers


def agents(*words: str | None, tier: str | None = None) -> list[Agent]:
    return [
        Agent(name=f"a{n}", description="", prompt="", model=word, tier=tier, span=Span(f"a{n}.md"))
        for n, word in enumerate(words)
    ]


@pytest.mark.parametrize(
    ("word", "tier", "model"),
    [
        ("haiku", "routine", "claude-haiku-4-5"),
        ("opus", "strategic", "claude-opus-4-5"),
        ("claude-3-5-sonnet-20241022", "implementation", "claude-3-5-sonnet-20241022"),
        ("anthropic/claude-sonnet-4-5", "implementation", "claude-sonnet-4-5"),
        ("Claude Sonnet 4.5 (copilot)", "implementation", "claude-sonnet-4-5"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "implementation", "claude-sonnet-4-20250514"),
        ("claude-opus-4-1@20250805", "strategic", "claude-opus-4-1-20250805"),
        ("sonnet[1m]", "implementation", None),
        ("claude-9-haiku-preview", "routine", None),
        ("openai/gpt-4o", "implementation", "gpt-4o"),
        ("GPT-5 (copilot)", "implementation", "gpt-5"),
        ("gpt-5-nano", "routine", "gpt-5-nano"),
    ],
)
def test_words_that_can_be_explained(word, tier, model) -> None:
    found = meaning(word, TIERS)
    assert found is not None
    assert (found.tier, found.model) == (tier, model)
    assert found.why


@pytest.mark.parametrize(
    "word", ["llama3.1:8b", "pro", "gpt", "claude", "[opus/sonnet/haiku]", "house-large", "", " ", "/", "(", "\x00"]
)
def test_words_that_nothing_explains(word) -> None:
    assert meaning(word, TIERS) is None


@given(st.text(max_size=40))
def test_no_word_is_ever_taken_for_a_model_without_a_price(word) -> None:
    found = meaning(word, TIERS)
    if found is not None:
        assert found.tier in {tier.name for tier in TIERS}
        assert found.model is None or catalogue()[found.model].price is not None


def test_an_unknown_word_is_in_no_tier() -> None:
    guessed = guess(agents("house-large", "haiku", "house-large"))
    assert [(each.word, each.files) for each in guessed.unknown] == [("house-large", ("a0.md", "a2.md"))]
    named = {each.name for tier in guessed.tiers for each in (*tier.aliases, *tier.models)}
    assert "house-large" not in named


def test_pinned_models_come_first_where_most_ask_for_them() -> None:
    middle = guess(agents("claude-sonnet-4-20250514", "claude-sonnet-4-20250514", "sonnet")).tiers[0]
    assert [each.name for each in middle.models] == ["claude-sonnet-4-20250514", "claude-sonnet-4-5"]
    assert [each.name for each in middle.aliases] == ["sonnet"]
    assert all(each.why for each in middle.models)
    assert middle.agents == 3


def test_tiers_nobody_asks_for_keep_their_words_and_models() -> None:
    strongest = guess(agents("haiku")).tiers[2]
    assert [(each.name, each.why) for each in strongest.aliases] == [("opus", "")]
    assert [each.name for each in strongest.models] == ["claude-opus-4-5"]


def test_no_tier_is_written_that_nothing_could_ever_climb_to() -> None:
    assert [tier.name for tier in guess(agents("opus", None)).tiers] == ["implementation", "strategic"]
    strict = guess(agents("opus"))
    assert ([tier.name for tier in strict.tiers], strict.baseline, strict.default.name) == (
        ["strategic"],
        *["strategic"] * 2,
    )
    assert [tier.name for tier in guess(agents("house-large")).tiers] == ["routine", "implementation", "strategic"]


def test_agents_that_leave_the_model_to_others_get_the_middle_tier() -> None:
    guessed = guess(agents("inherit", None, "haiku"))
    assert guessed.default.name == "implementation"
    assert guessed.default.why.startswith("2 agents leave")
    assert guess(agents("haiku")).default == ("routine", "")


def test_agents_with_a_tier_of_their_own_are_no_guess() -> None:
    guessed = guess(agents("house-large", "haiku", None, tier="routine"))
    assert (guessed.unknown, guessed.default.why) == ((), "")
    assert not any(tier.agents for tier in guessed.tiers)
