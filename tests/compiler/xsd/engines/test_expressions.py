"""Patterns in XPath: what they match stays, and none of them makes a document wait: without the guard these tests would not end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler.xsd.engines.expressions import DEEPEST, longest_for_search, searcher
from orchestra_compiler.xsd.files.broken import SchemaBrokenError
from orchestra_compiler.xsd.loading import LoadedSchema, load


def loaded(folder: Path, body: str) -> LoadedSchema:
    """Return a schema of XSD 1.1 with this body."""
    path = folder / "s.xsd"
    path.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{body}</xs:schema>', encoding="utf-8")
    return load(path)


def value(test: str, more: str = "") -> str:
    """Return an element whose value an assertion is about."""
    return (
        f'<xs:element name="r"{more}><xs:simpleType><xs:restriction base="xs:string"><xs:assertion test="{test}"/>'
        "</xs:restriction></xs:simpleType></xs:element>"
    )


def element(test: str) -> str:
    """Return an element that an assertion is about."""
    return (
        '<xs:element name="r"><xs:complexType><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="k"/>'
        f'<xs:assert test="{test}"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>'
    )


_OF = '<xs:complexType name="{}"><xs:simpleContent><xs:{} base="{}">{}</xs:{}></xs:simpleContent></xs:complexType>'
CONDITIONAL = (
    _OF.format("t", "extension", "xs:string", '<xs:attribute name="k"/>', "extension")
    + _OF.format("empty", "restriction", "t", '<xs:maxLength value="0"/>', "restriction")
    + '<xs:element name="r" type="t"><xs:alternative test="matches(@k, \'^(a+)+b$\')" type="t"/>'
    '<xs:alternative type="empty"/></xs:element>'
)
LONG = "a" * 5_000


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        (value("matches($value, '^(a+)+b$')"), f"<r>{LONG}b</r>", f"<r>{LONG}</r>"),
        (value("matches($value, '(a+)+b')"), f"<r>x{LONG}bx</r>", f"<r>{LONG}</r>"),
        (value("matches($value, '(a|aa)+b$')"), f"<r>x{LONG}b</r>", f"<r>{LONG}</r>"),
        (value("not(matches($value, 'a*a*a*a*a*b'))"), f"<r>{LONG}</r>", f"<r>{LONG}b</r>"),
        (element("matches(., '^(a+)+b$')"), f"<r>{LONG}b</r>", f"<r>{LONG}</r>"),
        (element("matches(@k, '^(a+)+b$')"), f'<r k="{LONG}b"/>', f'<r k="{LONG}"/>'),
        (CONDITIONAL, f'<r k="{LONG}b">x</r>', f'<r k="{LONG}">x</r>'),
    ],
)
def test_no_pattern_makes_a_document_wait(body: str, right: str, wrong: str, tmp_path: Path) -> None:
    schema = loaded(tmp_path, body)
    assert schema.sources.xsd11
    (judge,) = schema.judges
    assert judge.violations(right.encode()) == ()
    assert [each.rule for each in judge.violations(wrong.encode())] != []
    assert not judge.accepts(wrong.encode())


@pytest.mark.parametrize(
    "test",
    [
        "matches($value, '(a+)+B', 'i')",
        r"matches($value, '(a+)+\1b')",
        "matches($value, '(a+?)+?b')",
        "matches($value, '^(a+)+b|^(a+)+c')",
        "replace($value, '(a+)+b', 'x') = ''",
        "tokenize($value, '(a+)+b') = 'x'",
    ],
)
def test_what_no_automaton_can_do_fails_and_says_so(test: str, tmp_path: Path) -> None:
    (judge,) = loaded(tmp_path, value(test)).judges
    (found,) = judge.violations(f"<r>{LONG}</r>".encode())
    assert found.rule == "assertion"
    assert "could take too long on 5000 characters" in found.message


def test_a_default_value_does_not_make_the_schema_wait(tmp_path: Path) -> None:
    with pytest.raises(SchemaBrokenError, match="default"):
        loaded(tmp_path, value("matches($value, '^(a+)+b$')", f' default="{LONG}"'))


def test_functions_that_nest_too_deeply_are_refused_with_the_schema(tmp_path: Path) -> None:
    def nested(depth: int) -> str:
        inner = "$value" if not depth else nested(depth - 1)
        return f"replace({inner}, 'a', 'b')"

    assert loaded(tmp_path, value(f"{nested(DEEPEST - 1)} = 'b'")).judges[0].accepts(b"<r>a</r>")
    for body in (value(f"{nested(DEEPEST)} = 'b'"), element(f"{nested(DEEPEST)} = 'b'".replace("$value", "@k"))):
        with pytest.raises(SchemaBrokenError, match=f"nest deeper than {DEEPEST}"):
            loaded(tmp_path, body)


def test_short_texts_go_the_librarys_own_way(tmp_path: Path) -> None:
    (judge,) = loaded(tmp_path, value("matches($value, '^a+b$', 'i') and replace($value, 'a', 'x') = 'xB'")).judges
    assert judge.accepts(b"<r>aB</r>")
    assert not judge.accepts(b"<r>ab</r>")


@pytest.mark.parametrize(("pattern", "longest"), [("abc", None), ("[ab]", None), ("a+b", 1000), ("(a+)+b", 0)])
def test_a_search_may_take_as_long_as_its_repetitions_allow(pattern: str, longest: int | None) -> None:
    assert longest_for_search(pattern) == longest


pieces = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\d", "a+", "b*", "a?", "(ab)+", "(a|b)", "a{1,2}"])


@settings(deadline=None)
@given(st.lists(pieces, min_size=1, max_size=4).map("".join), st.booleans(), st.booleans(), st.text("ab1", max_size=7))
def test_an_automaton_finds_what_a_search_finds(core: str, start: bool, end: bool, text: str) -> None:
    pattern = "^" * start + core + "$" * end
    found = searcher(pattern, "1.1")
    assert found is not None
    assert bool(found.match(text)) == bool(re.search(pattern.replace("$", r"\Z"), text))
