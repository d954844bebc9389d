from __future__ import annotations

import pytest

from orchestra_compiler.rules.agent_names import Ending, Endings, is_placeholder, sounds_like_somebody


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("data-engineer", Ending.PERSON),
        ("cert-manager", Ending.TRADE),
        ("log-sifter", Ending.TRADE),  # two agents of the fleet end so
        ("aws-cli", Ending.ONCE),  # one does
        ("blue-sky", Ending.NOTHING),
    ],
)
def test_last_words_say_more_or_less(name: str, expected: Ending) -> None:
    endings = Endings(["ash-sifter", "flour-sifter", "signals-cli", "debugger"])
    assert endings.of(name) is expected
    assert endings.tells(name) is (expected >= Ending.TRADE)


@pytest.mark.parametrize(
    "name",
    ["agent-name-1", "your-agent", "on-call-engineer", "domain-expert", "specialist-agent", "bob1906-x", "non-expert"],
)
def test_placeholders_and_figures_of_speech(name: str) -> None:
    assert is_placeholder(name)


@pytest.mark.parametrize("name", ["data-engineer", "online-tutor", "inventory-clerk", "ios-expert"])
def test_names(name: str) -> None:
    assert not is_placeholder(name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("risk-supervisor", True), ("report-sanitizer", True), ("event-handler", False), ("delivery-gate", False)],
)
def test_words_for_doers(name: str, expected: bool) -> None:
    assert sounds_like_somebody(name) is expected
