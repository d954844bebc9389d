"""The quick way to a verdict says the same as the careful one, whatever the document."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestra_compiler.model import Protocol
from orchestra_compiler.protocol.schema import MessageSchema, load_schema
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.engines.judges import Judge
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.loading import load

PIECES = (
    "", " ", "\n  ", "x", "<", ">", "&", "&amp;", "&#1;", "&#32;", "&gone;", "]]>", "<a/>", "</type>", "<!-- x -->", "<?p q?>",
    "<![CDATA[ ]]>", "<!DOCTYPE m>", "é", "\u2028", "\x00", "\x01", "\ufffe", "\ud800", "\U00010000", "<\u1000/>", ' a="1"',
    ' xmlns:a=""', ' xmlns="urn:x"', ' xmlns:p="http://www.w3.org/2001/XInclude"', "<a:b/>", "!", "?", "=", "<d>" * 201, "true",
)  # fmt: skip


@cache
def ours() -> MessageSchema:
    """Return our own message schema."""
    return load_schema(Protocol(), Path())


@cache
def message() -> str:
    """Return a valid message."""
    fields = {
        "sender": "a",
        "recipient": "b",
        "task_id": "t-1",
        "description": "Say it.",
        "artifacts": {"x.py": "New."},
    }
    return ours().encode(ours().types[0], fields)


def careful(schema: MessageSchema, document: str | bytes) -> tuple[Violation, ...]:
    """Return what is wrong with a document that is screened first."""
    try:
        raw = xml.screen(document)
    except xml.XmlError as error:
        return (Violation(error.rule, "", error.line, error.reason),)
    return schema._judge.violations(raw)


edits = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(PIECES), st.integers(0, 3)), max_size=3)


@settings(max_examples=300, deadline=None)
@given(edits, st.booleans())
@example([], True)
@example([(0.5, "é", 0)], True)
@example([(0.0, '<?xml version="1.0" encoding="utf-8"?>', 0)], False)
@example([(0.0, '<?xml version="1.0" encoding="latin-1"?>', 0)], False)
def test_both_ways_say_the_same_of_a_changed_message(changes: list[tuple[float, str, int]], whole: bool) -> None:
    document = message()
    for where, piece, removed in changes:
        at = int(where * len(document))
        document = document[:at] + piece + document[at + removed :]
    given_as: str | bytes = document if whole else document.encode("utf-8", "surrogatepass")
    found = careful(ours(), given_as)
    assert ours().validate(given_as) == found
    assert ours().is_valid(given_as) == (not found)


blanks = st.text(" \n\t", max_size=3)
marks = st.sampled_from(["", "<!--c-->", "<?p?>", "<![CDATA[ ]]>", "<![CDATA[]]>", "&#32;", "&#9;", "!", "?", "x"])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(blanks, marks, blanks), max_size=3),
    st.sampled_from(["word", "mixed", "empty", "list", "nil", "fixed"]),
)
def test_blanks_that_mean_something_are_kept(parts: list[tuple[str, str, str]], name: str) -> None:
    """A quick parser leaves out blanks between elements: never those of a value."""
    pytest.importorskip("lxml")
    judge = spaces()
    nil = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"' if name == "nil" else ""
    text = "".join("".join(part) for part in parts)
    raw = f"<r>\n <{name}{nil}>{text}</{name}>\n</r>".encode()
    assert judge.accepts(raw) == (not judge.violations(raw))


@cache
def spaces() -> Judge:
    """Return lxml's judge of a schema in which blanks count."""

    def limited(name: str, more: str = "") -> str:
        return (
            f'<xs:element name="{name}"{more}><xs:simpleType><xs:restriction base="xs:string"><xs:minLength value="2"/>'
            "</xs:restriction></xs:simpleType></xs:element>"
        )

    body = (
        limited("word")
        + limited("nil", ' nillable="true"')
        + '<xs:element name="fixed" type="xs:string" fixed="  "/><xs:element name="empty"><xs:complexType/></xs:element>'
        '<xs:element name="mixed"><xs:complexType mixed="true"/></xs:element><xs:element name="list" type="xs:NMTOKENS"/>'
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, "s.xsd")
        path.write_text(
            '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="r"><xs:complexType><xs:choice>'
            f"{body}</xs:choice></xs:complexType></xs:element></xs:schema>"
        )
        return next(judge for judge in load(path).judges if judge.name == "lxml")


def test_many_verdicts_come_in_turn() -> None:
    broken = message().replace("<priority>normal<", "<priority>urgent<")
    found = [[each.rule for each in one] for one in ours().validate_many([message(), broken, "<", message().encode()])]
    assert found == [[], ["enumeration"], ["malformed-xml"], []]
    assert not ours().is_valid("<!DOCTYPE m><m/>")
