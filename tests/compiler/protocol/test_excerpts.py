from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Agent, Protocol
from orchestra_compiler.protocol.excerpts import excerpt, restored
from orchestra_compiler.protocol.schema import load_schema
from orchestra_compiler.protocol.templates import example

OURS = load_schema(Protocol(), Path())
AGENT = Agent(name="clerk", description="Takes orders.", prompt="Take orders.")


@pytest.mark.parametrize("first", OURS.types)
@pytest.mark.parametrize("other", OURS.types)
def test_an_excerpt_stands_for_a_valid_message_of_its_type(first: str, other: str) -> None:
    base, document = (example(OURS, kind, AGENT, "baker") for kind in (first, other))
    assert OURS.validate(base) == ()
    found = excerpt(base, document)
    assert bool(found) == (first != other)
    if found:
        whole = restored(base, found)
        assert OURS.validate(whole) == ()
        assert OURS.decode(whole) == OURS.decode(document)
        assert len(found) < 0.7 * len(document)


@pytest.mark.parametrize(
    ("base", "document"),
    [
        ("<a><b>1</b></a>", "<c><b>1</b></c>"),
        ("<a><b>1</b></a>", "<a><c>1</c></a>"),
        ("<a><b>1</b><b>2</b></a>", "<a><b>1</b><b>3</b></a>"),
        ("<a><b><b>1</b></b><c>a long enough text</c></a>", "<a><b><b>2</b></b><c>a long enough text</c></a>"),
        ("<a>x<b>1</b></a>", "<a>y<b>1</b></a>"),
        ("<a/>", "<a/>"),
        ("", ""),
    ],
)
def test_where_an_excerpt_would_mislead_there_is_none(base: str, document: str) -> None:
    assert excerpt(base, document) == ""


@pytest.mark.parametrize(
    ("base", "parts"),
    [("", "<b/>"), ("<a><b/></a>", ""), ("<a><b/></a>", "<c/>"), ("<a><b/></a>", "<b/><b/>"), ("<a><b/></a>", "<b>")],
)
def test_what_does_not_go_together_is_told(base: str, parts: str) -> None:
    with pytest.raises(MessageError):
        restored(base, parts)


@given(st.text(st.sampled_from("<ab/> x"), max_size=40), st.text(st.sampled_from("<ab/> x"), max_size=40))
def test_any_two_texts_have_an_excerpt_or_none(base: str, document: str) -> None:
    assert isinstance(excerpt(base, document), str)
