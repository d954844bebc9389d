from __future__ import annotations

import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import orchestra_spec
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.lint.outputs import render
from orchestra_compiler.lint.outputs.terminal import visible

SPEC = b"agent: a\nhandoffs: [debuger]\n"
FOUND = Diagnostic(
    code="ORC101",
    rule="unknown-agent",
    severity=Severity.ERROR,
    span=Span("agents/a.yaml", 2, 12, 2, 19),
    message="no agent is called `debuger`",
    hint="did you mean `debugger`?",
)


def finding(message: str = "Message.", hint: str = "", span: Span | None = None, **fields: object) -> Diagnostic:
    given = {"code": "ORC201", "rule": "description-short", "severity": Severity.WARNING, **fields}
    return Diagnostic(span=span or Span("b.md", 1, 1, 1, 2), message=message, hint=hint, **given)  # type: ignore[arg-type]


def frame_of(source: str, span: Span) -> list[str]:
    return render([finding(span=span)], "text", {span.path: source.encode()}, colour=False).split("\n")[1:3]


def test_text() -> None:
    assert render([FOUND], "text", {"agents/a.yaml": SPEC}, colour=False) == (
        "agents/a.yaml:2:12: error ORC101[unknown-agent] no agent is called `debuger`\n"
        "    2 | handoffs: [debuger]\n"
        "      |            ^^^^^^^\n"
        "      = hint: did you mean `debugger`?\n"
        "\n"
        "1 error in 1 file\n"
    )


def test_text_without_the_source() -> None:
    assert render([FOUND], "text", {}, colour=False).split("\n")[1] == "      = hint: did you mean `debugger`?"


def test_the_summary_counts_everything() -> None:
    found = [FOUND, FOUND, finding(), finding(severity=Severity.INFO, span=Span("c.md"))]
    assert render(found, "text", {}, colour=False).endswith("\n2 errors, 1 warning, 1 info in 3 files\n")
    assert render([], "text", {}, colour=False) == "no findings\n"


def test_colour_changes_nothing_but_colours() -> None:
    sources = {"agents/a.yaml": SPEC}
    coloured = render([FOUND], "text", sources, colour=True)
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render([FOUND], "text", sources, colour=False)


@pytest.mark.parametrize(
    ("source", "span", "line", "marks"),
    [
        ("\tname: é x", Span("a", 1, 10, 1, 11), "    name: é x", " " * 12 + "^"),
        ("名前: x", Span("a", 1, 5, 1, 6), "名前: x", " " * 6 + "^"),
        ("名前: x", Span("a", 1, 1, 1, 3), "名前: x", "^^^^"),
        ("e\u0301x y", Span("a", 1, 5, 1, 6), "e\u0301x y", "   ^"),
        ("a\u200bb", Span("a", 1, 2, 1, 3), "a\\u200bb", " ^^^^^^"),
        ("a\x1b[2Jb", Span("a", 1, 6, 1, 7), "a\\x1b[2Jb", " " * 8 + "^"),
        ("short", Span("a", 1, 40, 1, 44), "short", " " * 5 + "^"),
        ("one\ntwo", Span("a", 1, 2, 2, 2), "one", " ^^"),
        ("\ufeffone", Span("a", 1, 1, 1, 4), "one", "^^^"),
        ("one", Span("a", 1), "one", "^"),
    ],
)
def test_the_caret_stands_below_what_is_meant(source, span, line, marks) -> None:
    assert frame_of(source, span) == [f"    1 | {line}", f"      | {marks}"]


@pytest.mark.parametrize("span", [Span("a", 7, 1, 7, 2), Span("a", 0, 0, 0, 0), Span("a", 2, 1, 2, 1)])
def test_no_frame_where_there_is_no_such_line(span) -> None:
    assert frame_of("one\n\n", span) == ["", "1 warning in 1 file"]


def test_long_lines_are_cut_around_the_place() -> None:
    line, below = frame_of("x" * 500 + "WORD" + "y" * 500, Span("a", 1, 501, 1, 505))
    shown, marks = line.split("| ")[1], below.split("| ")[1]
    assert len(shown) <= 122
    assert shown.startswith("…x")
    assert shown.endswith("y…")
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "WORD"


def test_what_a_project_holds_never_reaches_the_terminal_raw() -> None:
    nasty = "\x1b]0;owned\x07\r\n\u202e\U000e0041"
    text = render([finding(nasty, nasty, Span(f"a{nasty}.md"))], "text", {f"a{nasty}.md": nasty.encode()}, colour=False)
    assert {unicodedata.category(each) for each in text.replace("\n", "")} & {"Cc", "Cf"} == set()
    assert text.count("\n") == 6


def test_json() -> None:
    document = json.loads(render([FOUND, finding()], "json", {}, colour=True))
    assert document["diagnostics"][0] == {
        "code": "ORC101",
        "rule": "unknown-agent",
        "severity": "error",
        "path": "agents/a.yaml",
        "line": 2,
        "column": 12,
        "end_line": 2,
        "end_column": 19,
        "message": "no agent is called `debuger`",
        "hint": "did you mean `debugger`?",
    }
    assert document["summary"] == {"errors": 1, "warnings": 1, "infos": 0, "files": 2}


@pytest.fixture(scope="module")
def judge() -> Draft202012Validator:

    schema = json.loads((orchestra_spec.ROOT / "schemas" / "diagnostics.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_json_is_what_its_schema_says(judge) -> None:
    for found in ([], [FOUND, finding(hint="")]):
        judge.validate(json.loads(render(found, "json", {}, colour=False)))


@pytest.mark.parametrize("change", [{"severity": "fatal"}, {"code": "E1"}, {"line": 0}, {"message": ""}, {"more": 1}])
def test_the_schema_refuses_other_documents(judge, change) -> None:
    document = json.loads(render([FOUND], "json", {}, colour=False))
    document["diagnostics"][0] |= change
    assert not judge.is_valid(document)


def test_github() -> None:
    assert render([FOUND], "github", {}, colour=True) == (
        "::error file=agents/a.yaml,line=2,endLine=2,col=12,endColumn=19,title=ORC101 unknown-agent"
        "::no agent is called `debuger`%0Adid you mean `debugger`?\n"
    )


def test_github_escapes() -> None:
    text = render([finding("50 % of a,b: c\r\nd", span=Span("x,y:z%.md", 3, 1, 5, 2))], "github", {}, colour=False)
    assert text == (
        "::warning file=x%2Cy%3Az%25.md,line=3,endLine=5,title=ORC201 description-short::50 %25 of a,b: c%0D%0Ad\n"
    )


def test_github_calls_an_info_a_notice() -> None:
    assert render([finding(severity=Severity.INFO)], "github", {}, colour=False).startswith("::notice ")


def test_other_formats() -> None:
    with pytest.raises(ValueError, match="the formats are text, json, sarif, github"):
        render([], "xml", {}, colour=False)


@given(st.text(), st.text(), st.integers(0, 4), st.integers(0, 40), st.integers(0, 4), st.integers(0, 40))
def test_any_text_and_any_span_can_be_shown(source, message, line, column, end_line, end_column) -> None:
    found = finding(message, message, Span("a", line, column, end_line, end_column))
    sources = {"a": source.encode("utf-8", "surrogatepass")}
    for form in ("text", "github", "json", "sarif"):
        written = render([found], form, sources, colour=False)
        assert written.endswith("\n")
        written.encode()
    assert render([found], "github", {}, colour=False).count("\n") == 1


@given(st.text())
def test_visible_text_is_visible(text) -> None:
    assert all(unicodedata.category(each)[0] != "C" or each == " " for each in visible(text))
