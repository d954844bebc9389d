"""The pages on generated documents name every field, file, argument and rule that there is."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from orchestra_compiler.cli.cases import RECORD
from orchestra_compiler.xsd.cases import Suite
from orchestra_compiler.xsd.engines import violation
from orchestra_compiler.xsd.output import files, lines
from orchestra_compiler.xsd.output.generated import Generated
from orchestra_compiler.xsd.output.summary import to_json
from pytest_orchestra import schema_cases
from pytest_orchestra.schema_suites import SchemaCase


def section(text: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, title
    return found[1]


def first_column(text: str) -> list[str]:
    cells = re.findall(r"^\| (`.+?) \| ", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_the_fields_of_a_line(docs: Path) -> None:
    page = (docs / "reference" / "schema-cases.md").read_text(encoding="utf-8")
    assert first_column(section(page, "A line of `cases.jsonl`")) == list(lines.CaseJson.__annotations__)
    constraint = re.search(r"^\| `constraint` \|(.*)$", page, re.MULTILINE)
    assert constraint is not None
    assert re.findall(r"`(\w+)`", constraint[1]) == list(lines.ConstraintJson.__annotations__)
    verdicts = re.search(r"^\| `verdicts` \|(.*)$", page, re.MULTILINE)
    assert verdicts is not None
    assert re.findall(r"`(\w+)`", verdicts[1]) == list(lines.ViolationJson.__annotations__)


def test_the_fields_of_the_summary(docs: Path) -> None:
    page = (docs / "reference" / "schema-cases.md").read_text(encoding="utf-8")
    empty = Generated(schema="x.xsd", suite=Suite(cases=()), scores={})
    assert first_column(section(page, "`summary.json`")) == list(to_json(empty))


def test_the_files(docs: Path) -> None:
    page = (docs / "reference" / "schema-cases.md").read_text(encoding="utf-8")
    named = {each.partition("/")[0] for each in first_column(page.partition("## ")[0])}
    assert named == {files.CASES, files.QUARANTINE, files.SUMMARY, files.PAGE, *files.FOLDERS, RECORD}


def test_the_rules(docs: Path) -> None:
    page = (docs / "reference" / "schema-cases.md").read_text(encoding="utf-8")
    assert set(first_column(section(page, "Rules"))) == set(violation._CLAUSES)


def test_the_marker(docs: Path) -> None:
    page = (docs / "reference" / "pytest-options.md").read_text(encoding="utf-8")
    arguments, case = section(page, "The marker `orchestra_cases`").split("| attribute of ")
    assert first_column(arguments) == ["schema", *schema_cases.OPTIONS]
    has = {field.name for field in dataclasses.fields(SchemaCase) if field.name[0] != "_"} | {"valid", "path"}
    assert set(first_column(case)) - {"orchestra_case"} == has
