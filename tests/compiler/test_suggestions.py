from __future__ import annotations

import pytest

from orchestra_compiler.suggestions import Names


@pytest.mark.parametrize(
    ("known", "word", "meant"),
    [
        (["reader", "writer"], "raeder", "reader"),
        (["code-reviewer", "code-renderer"], "code-reviewr", "code-reviewer"),
        (["database-expert"], "Database_Expert", "database-expert"),
        (["tier-one", "tier-two"], "tier-tow", "tier-two"),
        (["agent-a", "agent-b"], "agent-c", ""),  # two are equally near
        (["reader"], "x", ""),
        ([], "reader", ""),
        (["disallowedTools"], "allowed-tools", ""),  # the contrary is no slip
        (["user-invocable"], "non-user-invocable", ""),
    ],
)
def test_the_nearest_name_is_meant_only_where_it_clearly_is(known, word, meant) -> None:
    assert Names(known).nearest(word) == meant


def test_no_more_words_are_searched_for_than_asked() -> None:
    names = Names(["reader"], most_searches=1)
    assert names.nearest("raeder") == "reader"
    assert names.nearest("readr") == ""
