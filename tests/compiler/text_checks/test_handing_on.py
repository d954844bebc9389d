from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.text_checks import handing_on
from orchestra_compiler.text_checks.handing_on import Handing


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("Delegate to ", Handing.SURELY),
        ("it hands over to the `", Handing.SURELY),
        ("- Coordinate with **", Handing.SURELY),
        ("Escalates all of what is still left to ", Handing.LOOSELY),
        ("use the `", Handing.LOOSELY),
        ("- Assist ", Handing.LOOSELY),
        ("Delegate to a ", Handing.NOT),
        ("The results of ", Handing.NOT),
        ("", Handing.NOT),
    ],
)
def test_words_before_a_name_hand_work_to_it_more_or_less_surely(before: str, expected: Handing) -> None:
    assert handing_on.handing(before) is expected


@pytest.mark.parametrize(
    "after", ["", ".", "` for forms", "** on drivers", " agent", ", then", " – later", ")", "\nNext"]
)
def test_somebody_is_named(after: str) -> None:
    assert handing_on.names_somebody(after)


@pytest.mark.parametrize("after", ["` skill", " command", " syntax and", "** tool", " handbook", "s are", "` canvas."])
def test_a_noun_after_a_name_makes_it_a_thing(after: str) -> None:
    assert not handing_on.names_somebody(after)


@pytest.mark.parametrize(
    ("before", "name", "after", "told"),
    [
        ("Ask ", "ledger", " first", True),
        ("Report what is left to ", "ledger", "", True),
        ("Ask whether to keep ", "ledger", "", False),  # a plain word needs the verb right before it
        ("Ask whether to keep ", "price-ledger", "", True),
        ("Use ", "lazy-loading", " here", False),
        ("The folder → ", "admin", "", False),
        ("Ask ", "ada-of-devon", " on GitHub", False),
    ],
)
def test_verbs_before_an_at_sign(before: str, name: str, after: str, told: bool) -> None:
    assert handing_on.hands_to_mention(before, name, after) is told


@pytest.mark.parametrize(
    ("after", "thing"), [(" decorator", True), (" directives", True), (" for forms", False), ("` library", True)]
)
def test_a_mention_may_be_called_a_thing(after: str, thing: bool) -> None:
    assert handing_on.names_a_thing(after) is thing


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_is_judged(before: str, after: str) -> None:
    assert handing_on.handing(before) in Handing
    assert isinstance(handing_on.names_somebody(after), bool)
    assert isinstance(handing_on.hands_to_mention(before, "some-name", after), bool)
