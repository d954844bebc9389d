"""`orchestra cases` as its users know it: a schema in, documents with labels out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import xmlschema
from commands import Orchestra

from orchestra_compiler.xsd.suites.suite import MOST_CASES

SCHEMA = """\
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="parts/types.xsd"/>
  <xs:element name="order">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="piece" type="Piece" maxOccurs="3"/>
        <xs:element name="note" type="xs:string" minOccurs="0"/>
      </xs:sequence>
      <xs:attribute name="urgent" type="xs:boolean" use="required"/>
    </xs:complexType>
  </xs:element>
  <xs:element name="thanks" type="xs:string"/>
</xs:schema>
"""
TYPES = """\
<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:simpleType name="Piece">
    <xs:restriction base="xs:string">
      <xs:enumeration value="bread"/>
      <xs:enumeration value="roll"/>
    </xs:restriction>
  </xs:simpleType>
</xs:schema>
"""
MAIN = "from pytest_orchestra.cli import main; raise SystemExit(main())"


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    folder = tmp_path / "schemas"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "types.xsd").write_text(TYPES)
    (folder / "order.xsd").write_text(SCHEMA)
    return folder / "order.xsd"


def cases(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "cases.jsonl").read_text(encoding="utf-8").splitlines()]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_cases_are_written_with_true_labels(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = orchestra("cases", schema, "--out", out)
    assert (answer.code, answer.err) == (0, "")
    found = cases(out)
    assert [case["id"] for case in found] == sorted(case["id"] for case in found)  # type: ignore[type-var]
    judge = xmlschema.XMLSchema10(str(schema))
    for case in found:
        document = out / str(case["file"])
        assert document.parent.name == case["expected"]
        assert judge.is_valid(str(document)) == (case["expected"] == "valid"), case["id"]
        assert bool(case["rule"]) == bool(case["clause"]) == (case["expected"] == "invalid")
    assert {"enumeration", "content", "missing-attribute", "datatype"} <= {case["rule"] for case in found}


def test_lines_lead_to_what_the_case_is_about(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    orchestra("cases", schema, "--out", tmp_path / "out")
    by_rule = {str(case["rule"]): case for case in cases(tmp_path / "out")}
    for rule, words in {"missing-attribute": 'name="urgent"', "enumeration": "enumeration"}.items():
        file = schema.parent / str(by_rule[rule]["schema"])
        line = file.read_text().splitlines()[int(str(by_rule[rule]["line"])) - 1]
        assert words in line
    assert by_rule["enumeration"]["schema"] == "parts/types.xsd"


@pytest.mark.usefixtures("schema")
def test_the_summary_in_the_terminal(orchestra: Orchestra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = orchestra("cases", "schemas/order.xsd", "--out", "out")
    first, *_, last = answer.out.splitlines()
    found = cases(tmp_path / "out")
    valid = sum(case["expected"] == "valid" for case in found)
    assert first == f"order.xsd: {valid} valid and {len(found) - valid} invalid documents"
    assert last.startswith("  written to     out: ")
    assert (tmp_path / "out" / "summary.md").read_text().startswith("# Cases of order.xsd\n")
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["cases"]["valid"] == valid


def test_without_out_nothing_is_written(
    orchestra: Orchestra, schema: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    answer = orchestra("cases", schema)
    assert answer.code == 0
    assert "written to" not in answer.out
    assert tree(tmp_path) == before


def test_json_holds_the_documents_or_names_their_files(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    answer = orchestra("cases", schema, "--json")
    lines = [json.loads(line) for line in answer.out.splitlines()]
    assert all(line["document"].startswith("<?xml") and "file" not in line for line in lines)
    assert answer.err.startswith("order.xsd: ")
    written = orchestra("cases", schema, "--json", "--out", tmp_path / "out")
    assert written.out == (tmp_path / "out" / "cases.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line)["id"] for line in written.out.splitlines()] == [line["id"] for line in lines]


def test_the_same_bytes_from_anywhere(schema: Path, tmp_path: Path) -> None:
    trees = []
    for number, (folder, name) in enumerate(
        [(tmp_path, "schemas/order.xsd"), (schema.parent / "parts", "../order.xsd")]
    ):
        out = tmp_path / f"out{number}"
        subprocess.run(
            [sys.executable, "-c", MAIN, "cases", name, "--out", str(out), "--fuzz", "10"],
            cwd=folder,
            env=os.environ | {"PYTHONHASHSEED": str(number)},
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=100,
        )
        trees.append(tree(out))
    assert trees[0] == trees[1]
    assert "valid/fuzz-0001.xml" in trees[0]


def test_an_earlier_run_is_replaced_and_nothing_else(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    orchestra("cases", schema, "--out", out, "--root", "thanks")
    earlier = set(tree(out))
    (out / "README").write_text("mine")
    (out / "valid" / "mine.xml").write_text("<mine/>")
    orchestra("cases", schema, "--out", out, "--root", "order")
    assert (out / "README").read_text() == "mine"
    assert (out / "valid" / "mine.xml").read_text() == "<mine/>"
    listed = {str(case["file"]) for case in cases(out)}
    assert {path for path in tree(out) if path.startswith(("valid/", "invalid/"))} == {*listed, "valid/mine.xml"}
    assert earlier - set(tree(out))


def test_a_foreign_file_stops_it(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    (tmp_path / "summary.md").write_text("of last year")
    answer = orchestra("cases", schema, "--out", tmp_path)
    assert answer.code == 2
    assert "summary.md is there already" in answer.err
    assert not (tmp_path / "cases.jsonl").exists()


def test_roots(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    orchestra("cases", schema, "--out", tmp_path / "out", "--root", "thanks")
    valid = [case for case in cases(tmp_path / "out") if case["expected"] == "valid"]
    assert {str(case["component"]).split("/")[1] for case in valid} == {"thanks"}
    answer = orchestra("cases", schema, "--root", "oder")
    assert answer.code == 2
    assert "did you mean `order`?" in answer.err
    assert "it has `order`, `thanks`" in orchestra("cases", schema, "--root", "{urn:x}y").err


def test_at_most_so_many(orchestra: Orchestra, schema: Path) -> None:
    assert len(orchestra("cases", schema, "--json", "--most", "5").out.splitlines()) <= 5
    assert f"(default: {MOST_CASES})" in orchestra("cases", "--help").out


def test_random_documents_come_on_top(orchestra: Orchestra, schema: Path) -> None:
    lines = [json.loads(line) for line in orchestra("cases", schema, "--json", "--fuzz", "7").out.splitlines()]
    random = [line["id"] for line in lines if "/fuzz-" in line["id"]]
    assert random == [*(f"invalid/fuzz-{n:04}" for n in range(1, 5)), *(f"valid/fuzz-{n:04}" for n in range(1, 4))]


def test_a_schema_that_is_broken_is_a_finding_at_its_line(
    orchestra: Orchestra, schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.write_text(SCHEMA.replace('type="Piece"', 'type="Peace"'))
    monkeypatch.chdir(schema.parent.parent)
    answer = orchestra("cases", "schemas/order.xsd", "--out", "out")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("schemas/order.xsd:7:1: error ORC115[message-schema-broken] ")
    assert '"Peace"' in answer.err  # the line itself
    assert not Path("out").exists()


def test_a_broken_part_is_a_finding_in_that_file(
    orchestra: Orchestra, schema: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (schema.parent / "parts" / "types.xsd").write_text(TYPES.replace("</xs:simpleType>", ""))
    monkeypatch.chdir(schema.parent)
    answer = orchestra("cases", "order.xsd")
    assert answer.code == 1
    assert answer.err.startswith("parts/types.xsd:")


HOSTILE = {
    "empty": b"",
    "binary": bytes(range(256)),
    "text": b"this is no XML",
    "entities": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
    "external": b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>',
    "deep": b"<x>" * 50_000,
    "utf-16": "<x/>".encode("utf-16"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_files_that_are_no_xml_are_findings(orchestra: Orchestra, tmp_path: Path, name: str) -> None:
    (tmp_path / "x.xsd").write_bytes(HOSTILE[name])
    answer = orchestra("cases", tmp_path / "x.xsd")
    assert answer.code == 1
    assert "ORC115" in answer.err
    assert "bug of ours" not in answer.err


def test_what_the_command_line_gets_wrong(orchestra: Orchestra, schema: Path, tmp_path: Path) -> None:
    (tmp_path / "doc.xml").write_text("<order/>")
    (tmp_path / "none.xsd").write_text('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>')
    (tmp_path / "abstract.xsd").write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" abstract="true"/></xs:schema>'
    )
    for words, said in (
        ((schema.with_name("oder.xsd"),), "did you mean `order.xsd`?"),
        ((tmp_path / "doc.xml",), "is no XML Schema: its root is <order>"),
        ((tmp_path / "none.xsd",), "declares no global element"),
        ((tmp_path / "abstract.xsd",), "is abstract"),
        ((tmp_path,), "holds no orchestra.yaml\n  name one of its schemas: `abstract.xsd`, `none.xsd`"),
        ((schema.parent / "parts" / "nothing",), "name an XML Schema, or a project's folder"),
        ((os.devnull,), "no regular file"),
        ((schema, "--fail-under", "95"), "add --score"),
        ((schema, "--most", "0"), "'0' is no whole number"),
        ((schema, "--fuzz", "-1"), "no whole number"),
        ((schema, "--fuzz", "9" * 5000), "no whole number"),
        ((schema, "--score", "--fail-under", "120"), "percent"),
        ((schema, "--score", "--fail-under", "nan"), "percent"),
        ((schema, "--out", ""), "names no folder"),
    ):
        answer = orchestra("cases", *words)
        assert answer.code == 2, words
        assert said in answer.err, words


def test_a_project_gives_its_own_schema(orchestra: Orchestra, project: Path, tmp_path: Path) -> None:
    answer = orchestra("cases", project, "--out", tmp_path / "out")
    assert answer.code == 0
    assert answer.out.startswith("notes.xsd: ")
    assert {case["schema"] for case in cases(tmp_path / "out")} == {"notes.xsd"}


def test_a_project_without_a_schema_gives_the_one_that_ships_with_us(orchestra: Orchestra, tmp_path: Path) -> None:
    (tmp_path / "orchestra.yaml").write_text("orchestra: 1\nname: x\nagents: agents.yaml\n")
    (tmp_path / "agents.yaml").write_text(
        "agent: a\ndescription: Does all that there is to be done here.\ntier: routine\nrationale: Little.\nprompt: Do it.\n"
    )
    answer = orchestra("cases", tmp_path / "orchestra.yaml", "--most", "10")
    assert answer.code == 0
    assert answer.out.startswith("agent-message.xsd: ")


def test_a_project_with_errors_is_shown_with_them(orchestra: Orchestra, project: Path) -> None:
    (project / "notes.xsd").write_text("<broken")
    answer = orchestra("cases", project)
    assert answer.code == 1
    assert "ORC115" in answer.err


@pytest.mark.parametrize(("percent", "code"), [("0", 0), ("100%", 1)])
def test_a_score_below_what_was_asked_for_is_a_finding(
    orchestra: Orchestra, schema: Path, monkeypatch: pytest.MonkeyPatch, percent: str, code: int
) -> None:
    from orchestra_compiler.diagnostic import Span
    from orchestra_compiler.mutation import Mutant, Score, Verdict

    survivor = Mutant(
        name="piece/max-occurs", component="piece", place=Span("order.xsd", 7), change="3 becomes 4",
        verdict=Verdict.SURVIVED,
    )  # fmt: skip
    monkeypatch.setattr("orchestra_compiler.xsd.scoring.score.score_schema", lambda *_: Score(mutants=(survivor,)))
    answer = orchestra("cases", schema, "--score", "--fail-under", percent)
    assert answer.code == code
    assert "piece/max-occurs" in answer.out


def test_the_score_is_measured_and_told(orchestra: Orchestra, project: Path, tmp_path: Path) -> None:
    answer = orchestra("cases", project, "--score", "--fail-under", "0", "--out", tmp_path / "out")
    assert answer.code == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    for name in ("schema", "routing"):
        score = summary["scores"][name]
        assert 0 < score["killed"] <= score["counted"]
        assert f"  {name} score" in answer.out
        assert f"{score['killed']} of {score['counted']} mutants killed" in answer.out
        assert f"## Mutation score of the {name}" in (tmp_path / "out" / "summary.md").read_text(encoding="utf-8")
