from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity, Span
from orchestra_compiler.lint.hidden import Hidden, Silencer
from orchestra_compiler.lint.outputs import render, sarif
from orchestra_compiler.rules import RULES

REPOSITORY = Path(__file__).parents[3]
SUBSET = json.loads((Path(__file__).parent / "sarif-subset.schema.json").read_bytes())
JUDGE = jsonschema.Draft202012Validator(SUBSET)
RESULT = JUDGE.evolve(schema={"$ref": "#/$defs/result", "$defs": SUBSET["$defs"]})
SPAN = Span("agents/a b – ü#?.md", 2, 3, 2, 9)
FIX = Fix(
    title="quote it",
    safety=Safety.UNSAFE,
    edits=(Edit(SPAN, '"x"'), Edit(SPAN._replace(path="b.yaml"), ""), Edit(Span(SPAN.path, 9, 1, 9, 1), "y")),
)
FOUND = Diagnostic(
    code="ORC205",
    rule="handoff-to-nobody",
    severity=Severity.WARNING,
    span=SPAN,
    message="no agent is called `x`",
    hint="did you mean `y`?",
    fix=FIX,
)


def log(found: list[Diagnostic], hidden: list[Hidden] | None = None) -> dict[str, Any]:
    written = render(found, "sarif", {}, colour=True, hidden=hidden or [])
    assert written.isascii()
    assert written.endswith("}\n")
    data: dict[str, Any] = json.loads(written)
    JUDGE.validate(data)
    return data


def results(found: list[Diagnostic], hidden: list[Hidden] | None = None) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = log(found, hidden)["runs"][0]["results"]
    return answer


def test_the_subset_is_a_schema_that_refuses() -> None:
    jsonschema.Draft202012Validator.check_schema(SUBSET)
    data = log([FOUND])
    for part, key, value in (
        (data, "version", "2.0.0"),
        (data["runs"][0], "columnKind", "bytes"),
        (data["runs"][0]["results"][0], "level", "info"),
        (data["runs"][0]["results"][0], "more", 1),
        (data["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"], "startLine", 0),
    ):
        before = part.get(key)
        part[key] = value
        assert not JUDGE.is_valid(data)
        if before is None:
            del part[key]
        else:
            part[key] = before
    assert JUDGE.is_valid(data)


@pytest.mark.skipif("ORCHESTRA_SARIF_SCHEMA" not in os.environ, reason="names no copy of the standard's own schema")
def test_the_schema_of_the_standard() -> None:
    schema = json.loads(Path(os.environ["ORCHESTRA_SARIF_SCHEMA"]).read_bytes())
    judge = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    hidden = [Hidden(FOUND, Silencer.IGNORE, "why", SPAN), Hidden(FOUND, Silencer.BASELINE)]
    for data in (log([]), log([FOUND, FOUND], hidden)):
        judge.validate(data)


def test_every_rule_is_there_with_its_page() -> None:
    driver = log([])["runs"][0]["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    for rule in driver["rules"]:
        known = RULES[rule["id"]]
        path = urlsplit(rule["helpUri"]).path
        assert path.startswith("/pytest-orchestra/pytest-orchestra/blob/main/docs/rules/")
        assert path.rpartition("/")[2] == known.page
        assert rule["properties"] == {"family": known.family.value, "tags": [known.family.value]}
    assert driver["informationUri"] in (REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


def test_a_result() -> None:
    [result] = results([FOUND])
    assert list(RULES)[result["ruleIndex"]] == result["ruleId"] == "ORC205"
    assert result["level"] == "warning"
    assert result["message"]["text"] == "no agent is called `x`\ndid you mean `y`?"
    assert result["suppressions"] == []
    place = result["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 9}
    assert place["artifactLocation"] == {"uri": "agents/a%20b%20%E2%80%93%20%C3%BC%23%3F.md", "uriBaseId": "HERE"}
    assert unquote(place["artifactLocation"]["uri"]) == SPAN.path
    [change, other] = result["fixes"][0]["artifactChanges"]
    assert change["artifactLocation"] == place["artifactLocation"]
    assert [each.get("insertedContent") for each in change["replacements"]] == [{"text": '"x"'}, {"text": "y"}]
    assert "insertedContent" not in other["replacements"][0]
    assert result["fixes"][0]["properties"] == {"safety": "unsafe"}


@pytest.mark.parametrize(("severity", "level"), [("error", "error"), ("warning", "warning"), ("info", "note")])
def test_levels(severity: str, level: str) -> None:
    found = Diagnostic(code="ORC201", rule="description-short", severity=Severity(severity), span=SPAN, message="x")
    assert results([found])[0]["level"] == level


def test_silenced_findings_are_marked() -> None:
    hidden = [
        Hidden(FOUND, Silencer.IGNORE, "we know", Span("a.md", 1, 1, 1, 5)),
        Hidden(FOUND, Silencer.IGNORE, "", Span("a.md", 1, 1, 1, 5)),
        Hidden(FOUND, Silencer.BASELINE),
    ]
    told = [result["suppressions"] for result in results([FOUND], hidden)]
    assert [[each["kind"] for each in some] for some in told] == [[], ["inSource"], ["inSource"], ["external"]]
    assert told[1][0]["justification"] == "we know"
    assert told[1][0]["location"]["physicalLocation"]["artifactLocation"]["uri"] == "a.md"
    assert "justification" not in told[2][0]


def test_fingerprints_tell_findings_apart_and_survive_moving() -> None:
    def prints(*spans: Span) -> list[str]:
        found = [
            Diagnostic(code="ORC201", rule="description-short", severity=Severity.INFO, span=span, message="x")
            for span in spans
        ]
        return [result["partialFingerprints"]["orchestraFinding/v1"] for result in results(found)]

    one = prints(Span("a.md", 1), Span("a.md", 2), Span("b.md", 1))
    assert len(set(one)) == 3
    assert one == prints(Span("a.md", 7), Span("a.md", 9), Span("b.md", 3))


@pytest.mark.parametrize(
    ("path", "uri", "based"),
    [
        ("../other/a.md", "../other/a.md", False),
        ("..a/b.md", "..a/b.md", True),
        ("a:b.md", "a%3Ab.md", True),
        ("%41.md", "%2541.md", True),
        ("\udcff.md", "%FF.md", True),
    ],
)
def test_paths(path: str, uri: str, based: bool) -> None:
    found = Diagnostic(code="ORC201", rule="description-short", severity=Severity.INFO, span=Span(path), message="x")
    place = results([found])[0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == ({"uri": uri, "uriBaseId": "HERE"} if based else {"uri": uri})


def test_absolute_paths_need_no_base(tmp_path: Path) -> None:
    found = Diagnostic(
        code="ORC201",
        rule="description-short",
        severity=Severity.INFO,
        span=Span((tmp_path / "a b").as_posix()),
        message="x",
    )
    place = results([found])[0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": (tmp_path / "a b").as_uri()}


def test_the_base_is_where_the_command_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert log([])["runs"][0]["originalUriBaseIds"]["HERE"]["uri"] == tmp_path.resolve().as_uri() + "/"


@given(st.text(min_size=1), st.text(), st.tuples(*[st.integers(0, 9)] * 4))
def test_any_finding_can_be_written(message: str, path: str, numbers: tuple[int, int, int, int]) -> None:
    found = Diagnostic(
        code="ORC201",
        rule="description-short",
        severity=Severity.INFO,
        span=Span(path.replace("\0", ""), *numbers),
        message=message,
    )
    for result in sarif._results([found], []):
        RESULT.validate(result)
        for place in result["locations"]:
            region = place["physicalLocation"]["region"]
            assert (region["startLine"], region["startColumn"]) <= (region["endLine"], region["endColumn"])
