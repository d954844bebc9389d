"""A suite as files: names, lines, summary. The suites are made by hand, so that nothing else has a say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.mutation import Mutant, Score, Verdict, percent
from orchestra_compiler.xsd.cases import EQUIVALENT, Case, Constraint, LeftOut, Quarantined, Suite
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.model import Place
from orchestra_compiler.xsd.output.files import files_of, lines_with_documents, may_own
from orchestra_compiler.xsd.output.generated import FuzzCount, Generated, figures_of
from orchestra_compiler.xsd.output.lines import case_files
from orchestra_compiler.xsd.output.page import markdown
from orchestra_compiler.xsd.output.summary import to_json
from orchestra_compiler.xsd.output.terminal import terminal

LENGTH = Constraint(kind="max-length", component="note", place=Place("note.xsd", 4), rule="max-length")
ORDER = Constraint(kind="order", component="note", place=Place("note.xsd", 7), rule="content")
BOUND = Constraint(kind="order", component="note/x", place=Place("note.xsd", 8), rule="content")
VALID = Case(
    id="valid/minimal",
    scenario="minimal",
    component="/note",
    place=Place("note.xsd", 2),
    expected="valid",
    document="<note/>\n",
)
INVALID = Case(
    id="invalid/too-long",
    scenario="too-long",
    component="/note",
    place=Place("note.xsd", 4),
    expected="invalid",
    rule="max-length",
    document="<note>äöü…</note>\n",
    constraint=LENGTH,
)
DOUBTFUL = Case(
    id="invalid/swapped",
    scenario="swapped",
    component="/note",
    place=Place("note.xsd", 7),
    expected="invalid",
    rule="content",
    document="<note><b/><a/></note>\n",
    constraint=ORDER,
)
SUITE = Suite(
    cases=(VALID, INVALID),
    quarantined=(
        Quarantined(case=DOUBTFUL, verdicts={"xmlschema": (Violation("content", "/note", 1, "no"),) * 5, "lxml": ()}),
    ),
    covered={LENGTH: ("invalid/too-long",), ORDER: ()},
    left_out=(
        LeftOut(component="note", place=ORDER.place, reason="the engines differ", constraint=ORDER),
        LeftOut(component="note", place=BOUND.place, reason=EQUIVALENT, constraint=BOUND),
        LeftOut(component="page", place=Place("note.xsd", 9), reason="it is never used"),
    ),
    engines=("lxml", "xmlschema"),
)


def generated(suite: Suite = SUITE, **more: object) -> Generated:
    return Generated(schema="note.xsd", suite=suite, **({"scores": {}} | more))  # type: ignore[arg-type]


def records(content: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in content.splitlines()]


def test_every_case_has_a_line_and_its_document() -> None:
    files = files_of(generated())
    cases = records(files["cases.jsonl"])
    assert [case["id"] for case in cases] == ["invalid/too-long", "valid/minimal"]
    assert cases[0] == {
        "id": "invalid/too-long",
        "scenario": "too-long",
        "component": "/note",
        "line": 4,
        "expected": "invalid",
        "rule": "max-length",
        "file": "invalid/too-long.xml",
        "schema": "note.xsd",
        "clause": "cvc-maxLength-valid",
        "constraint": {
            "kind": "max-length",
            "component": "note",
            "schema": "note.xsd",
            "line": 4,
            "rule": "max-length",
        },
    }
    assert cases[1]["rule"] == cases[1]["clause"] == ""
    assert cases[1]["constraint"] is None
    assert files["invalid/too-long.xml"].decode() == INVALID.document
    assert files["valid/minimal.xml"].decode() == VALID.document


def test_quarantine_keeps_the_document_and_what_each_engine_said() -> None:
    files = files_of(generated())
    [doubtful] = records(files["quarantine.jsonl"])
    assert doubtful["file"] == "quarantine/invalid/swapped.xml"
    assert files["quarantine/invalid/swapped.xml"].decode() == DOUBTFUL.document
    assert doubtful["reason"] == "expected 'content', but lxml: valid, xmlschema: content"
    assert doubtful["verdicts"]["lxml"] == []  # type: ignore[index]
    assert (
        doubtful["verdicts"]["xmlschema"]
        == [  # type: ignore[index]
            {"rule": "content", "path": "/note", "line": 1, "message": "no"}
        ]
        * 3
    )


def test_every_file_may_be_ours_and_others_may_not() -> None:
    assert all(map(may_own, files_of(generated())))
    others = (
        "notes.txt",
        "valid/notes.txt",
        "docs/a.xml",
        "a.xml",
        "",
        "cases.jsonl/x",
        "../valid/a.xml",
        "/etc/passwd",
        "valid/../../a.xml",
        "valid/deeper/a.xml",
        "valid/a\0.xml",
        "valid/.xml",
        "quarantine/a.xml",
    )
    assert not any(map(may_own, others))


def test_lines_with_documents_need_no_files() -> None:
    lines = [json.loads(line) for line in lines_with_documents(SUITE.cases)]
    assert [(line["id"], line["document"]) for line in lines] == [
        ("invalid/too-long", INVALID.document),
        ("valid/minimal", VALID.document),
    ]
    assert all("file" not in line for line in lines)


@given(st.lists(st.text(min_size=1, max_size=120), unique=True, max_size=8), st.sampled_from(["valid", "invalid"]))
def test_files_stay_in_their_folder_and_apart_whatever_cases_are_called(names: list[str], expected: str) -> None:
    cases = [
        Case(id=f"{expected}/{name}", scenario="s", component="/", place=Place("", 0), expected=expected, document="")
        for name in names
    ]
    files = case_files(cases)
    assert len({file.casefold() for file in files.values()}) == len(names)
    for file in files.values():
        folder, _, name = file.partition("/")
        assert folder == expected
        assert name.endswith(".xml")
        assert not {"/", "\\", "\0", ":"} & set(name)
        assert ".." not in name


def test_the_figures() -> None:
    figures = figures_of(SUITE)
    assert (figures.valid, figures.invalid, figures.quarantined) == (1, 1, 1)
    assert {each.kind: (each.met, each.with_case) for each in figures.kinds} == {"max-length": (1, 1), "order": (2, 0)}
    whole = figures.constraints
    assert (whole.met, whole.with_case, whole.idle, whole.breakable, whole.left_out) == (3, 1, 1, 2, 1)
    assert [each.constraint for each in figures.without_effect] == [BOUND]
    assert [each.component for each in figures.without_case] == ["note"]
    assert [each.component for each in figures.without_document] == ["page"]


def test_the_summary_says_what_is_missing_and_why() -> None:
    summary = json.loads(
        files_of(generated(fuzz=FuzzCount(asked=4, valid=2, invalid=1, quarantined=1)))["summary.json"]
    )
    assert summary["cases"] == {"valid": 1, "invalid": 1, "quarantined": 1}
    assert summary["constraints"]["kinds"]["order"] == {
        "met": 2,
        "with_case": 0,
        "left_out": 1,
        "without_effect": 1,
    }
    assert [each["line"] for each in summary["without_effect"]] == [8]
    assert summary["without_case"] == [
        {"component": "note", "schema": "note.xsd", "line": 7, "kind": "order", "reason": "the engines differ"}
    ]
    assert summary["without_document"][0]["reason"] == "it is never used"
    assert summary["engines"] == ["lxml", "xmlschema"]
    assert summary["fuzz"] == {"asked": 4, "valid": 2, "invalid": 1, "quarantined": 1}
    assert summary["scores"] == {}
    assert to_json(generated())["fuzz"] is None


def score(*verdicts: Verdict) -> Score:
    return Score(
        mutants=tuple(
            Mutant(
                name=f"order/{number}",
                component="note",
                place=Span("note.xsd", 7),
                change="order no longer matters",
                verdict=verdict,
            )
            for number, verdict in enumerate(verdicts)
        )
    )


def test_survivors_are_named_everywhere() -> None:
    made = generated(scores={"schema": score(Verdict.KILLED, Verdict.SURVIVED)})
    assert to_json(made)["scores"]["schema"]["ratio"] == 0.5  # type: ignore[index]
    for text in (markdown(made), "\n".join(terminal(made))):
        assert "1 of 2 mutants killed (50.0 %)" in text
        assert "order/1" in text
        assert "order/0" not in text


def test_the_terminal_says_first_what_matters_first() -> None:
    lines = list(terminal(generated(), "schemas", "out"))
    assert lines[0] == "note.xsd: 1 valid and 1 invalid document"
    text = "\n".join(lines)
    assert "confirmed by lxml and xmlschema" in text
    assert "1 of 2 have an invalid document (50.0 %)" in text
    assert "1: the engines differ\n      schemas/note.xsd:7: order of note" in text
    assert "schemas/note.xsd:9: page" in text
    assert (
        "1 constraint, without which the same documents would be valid\n    schemas/note.xsd:8: order of note" in text
    )
    assert "invalid/swapped: expected 'content', but lxml: valid, xmlschema: content" in text
    assert lines[-1].startswith("  written to     out: 3 documents, ")


def test_survivors_are_cut_where_the_rest_can_be_read_elsewhere() -> None:
    made = generated(scores={"schema": score(*[Verdict.SURVIVED] * 40)})
    assert "    and 30 more" in terminal(made, "", "out")
    assert "    schemas/note.xsd:7: survived order/39: order no longer matters" in terminal(made, "schemas")


def test_long_lists_are_cut_in_the_terminal_and_whole_on_the_page() -> None:
    constraints = [
        Constraint(kind="pattern", component=f"t{number}", place=Place("note.xsd", number), rule="pattern")
        for number in range(1, 40)
    ]
    left_out = tuple(
        LeftOut(component=each.component, place=each.place, reason=f"reason {number % 7}", constraint=each)
        for number, each in enumerate(constraints)
    )
    made = generated(Suite(cases=(), left_out=left_out, covered=dict.fromkeys(constraints, ())))
    lines = list(terminal(made))
    assert len(lines) < 25
    assert "    and 4 other reasons" in lines
    page = markdown(made)
    assert all(f"note.xsd:{number}: pattern of t{number}" in page for number in range(1, 40))


def test_an_empty_suite_is_no_trouble() -> None:
    made = generated(Suite(cases=()))
    assert files_of(made)["cases.jsonl"] == b""
    assert next(terminal(made)) == "note.xsd: 0 valid and 0 invalid documents"
    assert markdown(made).startswith("# Cases of note.xsd\n")


@pytest.mark.parametrize("nasty", ["a|b", "x\n# y", "<script>", "`", "[a](b)", "*"])
def test_names_cannot_break_the_page(nasty: str) -> None:
    left_out = LeftOut(component=nasty, place=Place("note.xsd", 1), reason=nasty)
    page = markdown(generated(Suite(cases=(), left_out=(left_out,))))
    lines = page.splitlines()
    assert sum(line.startswith("#") for line in lines) == 2
    assert "<script>" not in page.replace("\\<", "")


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 0, "100.0 %"), (1, 3, "33.3 %"), (9999, 10_000, "99.9 %"), (5, 5, "100.0 %")]
)
def test_a_share_is_never_rounded_up(part: int, whole: int, said: str) -> None:
    assert percent(part, whole) == said


def test_the_same_suite_gives_the_same_bytes_in_any_order() -> None:
    turned = Suite(
        cases=SUITE.cases[::-1],
        quarantined=SUITE.quarantined,
        covered=SUITE.covered,
        left_out=SUITE.left_out,
        engines=SUITE.engines,
    )
    assert files_of(generated(turned)) == files_of(generated())
