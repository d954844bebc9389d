from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.regex.automaton import Automaton
from orchestra_compiler.xsd.regex.parsing import PatternError, parse

SYNTAX = st.text(st.sampled_from(r"ab01-^[](){}|?*+.,\dDwWsSiIcCpPnt{Lu}IsGreek" + "é \n"), max_size=30)


@pytest.mark.parametrize(
    ("pattern", "right", "wrong"),
    [
        ("", ["", ""], ["a"]),
        ("a|b|", ["a", "b", ""], ["c", "ab"]),
        ("[A-Z]{2}[0-9]{4}", ["AB1234"], ["AB123", "ab1234", "AB12345"]),
        ("a{2,}", ["aa", "aaaa"], ["a", ""]),
        ("a{0}b", ["b"], ["ab"]),
        ("(a|bc)*d?", ["", "abcad", "d"], ["b", "dd"]),
        ("[a-z-[aeiou]]+", ["xyz"], ["xay"]),
        ("[^a-c-[x]]", ["d"], ["a", "x"]),
        ("[-a]", ["-", "a"], ["b"]),
        ("[a-]", ["-", "a"], ["b"]),
        (r"[\-\]\[^]", ["-", "]", "[", "^"], ["\\"]),
        (r"[+\-.0-9]", ["+", "-", ".", "5"], [","]),
        (".", ["a", " ", "é"], ["\n", "\r", ""]),
        ("^a$", ["^a$"], ["a"]),
        (r"\d\D", ["1a", "٣x"], ["11"]),
        (r"\w\W", ["a-", "é "], ["aa"]),
        (r"\s\S", [" a", "\ta"], ["aa"]),
        (r"\i\c*", ["a1", "_:.-", "é"], ["1a", "-", ""]),
        (r"[\i-[:]][\c-[:]]*", ["a-b"], ["a:b", ":"]),
        (r"\I\C", ["1 "], ["a "]),
        (r"\p{Lu}\P{Lu}", ["Aa", "É1"], ["AA"]),
        (r"\p{IsGreek}+", ["αβ"], ["ab"]),
        (r"\p{IsNowhere}", ["a"], [""]),
        (r"\n\t\r\\\.\^\$", ["\n\t\r\\.^$"], ["n"]),
        ("😀{2}", ["😀😀"], ["😀"]),
        (r"(((a)))", ["a"], [""]),
        (r"x{0,10000000}", ["", "xxx"], ["y"]),
    ],
)
def test_what_matches(pattern: str, right: list[str], wrong: list[str]) -> None:
    automaton = Automaton(parse(pattern))
    assert [text for text in right if not automaton.matches(text)] == []
    assert [text for text in wrong if automaton.matches(text)] == []


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("(a", 0), ("a)", 1), ("[a", 2), ("[]", 1), ("*a", 0), ("a**", 2), ("a{,3}", 1), ("a{3,2}", 1), ("a{x}", 1),
        ("a{2", 1), ("\\", 1), (r"\b", 0), (r"\1", 0), (r"\p", 0), (r"\p{Lu", 0), (r"\p{Xx}", 0), ("[z-a]", 1),
        ("[a[b]", 2), ("[a-[b]c]", 6), ("a{99999999999999999999}", 1), ("]", 0),
    ],
)  # fmt: skip
def test_a_broken_expression_is_refused_at_its_place(pattern: str, position: int) -> None:
    with pytest.raises(PatternError) as raised:
        parse(pattern)
    expected = pattern.find("{") if pattern.startswith("a{") else position
    assert raised.value.position in (expected, expected + 1, len(pattern))


@pytest.mark.parametrize("pattern", ["(" * 5_000 + "a" + ")" * 5_000, "[a-" * 5_000 + "[b" + "]" * 5_001, "(" * 5_000])
def test_deep_nesting_is_refused_not_followed(pattern: str) -> None:
    with pytest.raises(PatternError):
        parse(pattern)


@given(SYNTAX | st.text(max_size=30))
def test_every_text_is_read_or_refused(pattern: str) -> None:
    position = None
    try:
        Automaton(parse(pattern)).matches("a1")
    except PatternError as error:
        position = error.position
    assert position is None or 0 <= position <= len(pattern)
