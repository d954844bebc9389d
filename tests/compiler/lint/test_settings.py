from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import small_project

from orchestra_compiler.build import compile_project
from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.findings import Family, Option, Rule
from orchestra_compiler.lint.policy import BINDING, decide
from orchestra_compiler.lint.rule_names import RuleNames
from orchestra_compiler.lint.settings import LintSettings, Number, PathSetting, RuleSetting, Word, read
from orchestra_compiler.rules import RULES
from orchestra_compiler.source import yaml
from orchestra_compiler.source.text import Text

SPEC = small_project.FILES["agents/writer.yaml"]
SHORT = SPEC.replace("Writes short texts about anything on request.", "Writer.")
DANGLING = SPEC.replace("coordinator: lead", "coordinator: laed")
COLOUR = small_project.FILES["agents/reader.md"].replace("tier: routine", "tier: routine\nbackground-x: red")
PLACE = Span("orchestra.yaml", 3, 5, 3, 9)


def checked(root: Path, lint: str, changes: Mapping[str, str]) -> Checked:
    project = small_project.FILES["orchestra.yaml"] + lint
    return check_project(small_project.write(root, {"orchestra.yaml": project, **changes}))


def found(result: Checked) -> list[tuple[str, str, str]]:
    return [(each.span.path, each.code, each.severity.value) for each in result.diagnostics]


def settings(text: str) -> LintSettings:
    return read(yaml.read(Text("orchestra.yaml", text)).documents[0])


def test_a_project_without_settings_has_none() -> None:
    assert settings("orchestra: 1") == LintSettings()
    assert settings("orchestra: 1\nlint: {}") == LintSettings()


def test_everything_has_its_place() -> None:
    text = (
        "lint:\n"
        "  select: [ORC1]\n"
        "  ignore: [ORC201]\n"
        "  rules: {a-rule: {severity: info, most: 3}, other: 'off'}\n"
        "  paths: {'old/**': {ignore: [ORC2]}}\n"
        "  baseline: base.json\n"
    )
    got = settings(text)
    lines = text.splitlines()
    words = [*(got.select or ()), *got.ignore, *(each.rule for each in got.rules), got.paths[0].pattern, got.baseline]
    for word in words:
        assert word is not None
        line = lines[word.span.line - 1]
        assert line[word.span.column - 1 : word.span.end_column - 1].strip("'") == word.text
    assert got.rules[0].severity is Severity.INFO
    assert not got.rules[0].off
    assert [(each.option.text, each.value) for each in got.rules[0].numbers] == [("most", 3)]
    assert got.rules[1].off
    assert got.rules[1].severity is None


@pytest.mark.parametrize(
    "lint",
    [
        "3", "[]", "x", "{select: x}", "{select: [1, [a], {b: c}, null]}", "{rules: [a]}", "{rules: {a: 3, b: [x]}}",
        "{rules: {a: {severity: bad, x: w, z: true}}}", "{paths: [x]}", "{paths: {a: x, b: {ignore: y}}}",
        "{baseline: [x]}", "{baseline: ''}",
    ],
)  # fmt: skip
def test_wrong_types_are_the_schemas_findings_and_nothing_else(tmp_path: Path, lint: str) -> None:
    result = checked(tmp_path, f"lint: {lint}\n", {})
    assert {path for path, _, _ in found(result)} == {"orchestra.yaml"}
    assert {code for _, code, _ in found(result)} <= {"ORC010", "ORC013", "ORC014", "ORC030", "ORC036"}


@pytest.mark.parametrize(
    ("lint", "expected"),
    [
        ("", "warning"),
        ("lint: {rules: {description-short: error}}", "error"),
        ("lint: {rules: {ORC201: info}}", "info"),
        ("lint: {rules: {orc201: {severity: info}}}", "info"),
        ('lint: {rules: {description-short: "off"}}', None),
        ('lint: {rules: {description-short: {severity: "off"}}}', None),
        ("lint: {ignore: [ORC201]}", None),
        ("lint: {ignore: [description-short]}", None),
        ("lint: {ignore: [ORC2]}", None),
        ("lint: {ignore: [ORC]}", None),
        ("lint: {ignore: [ORC3]}", "warning"),
        ("lint: {select: [ORC2]}", "warning"),
        ("lint: {select: [ORC3, price-stale]}", None),
        ("lint: {select: []}", None),
        ("lint: {select: [ORC2], ignore: [ORC201]}", None),
        ("lint: {paths: {'agents/*.yaml': {ignore: [ORC201]}}}", None),
        ("lint: {paths: {'agents/*.md': {ignore: [ORC201]}}}", "warning"),
        ("lint: {paths: {agents: {ignore: [ORC2]}}}", None),
        ("lint: {paths: {'agents/*.yaml': {ignore: [ORC3]}}}", "warning"),
    ],
)
def test_settings_hold(tmp_path: Path, lint: str, expected: str | None) -> None:
    result = checked(tmp_path, f"{lint}\n", {"agents/writer.yaml": SHORT})
    assert found(result) == ([("agents/writer.yaml", "ORC201", expected)] if expected else [])


def test_the_compile_obeys_too(tmp_path: Path) -> None:
    lint = "lint: {rules: {description-short: error}}\n"
    project = small_project.FILES["orchestra.yaml"]
    root = small_project.write(tmp_path, {"orchestra.yaml": project + lint, "agents/writer.yaml": SHORT})
    assert compile_project(root).manifest is None
    small_project.write(root, {"orchestra.yaml": project + lint.replace("error", "info"), "agents/writer.yaml": SHORT})
    compilation = compile_project(root)
    assert compilation.manifest is not None
    assert found(compilation.checked) == [("agents/writer.yaml", "ORC201", "info")]


ODD = (
    '<xs:element name="odd"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="1"/>'
    '<xs:pattern value="[a-z]{5}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>'
)
UNMAKABLE = {
    "notes.xsd": small_project.FILES["notes.xsd"].replace("</xs:schema>", ODD),
    "agents/writer.yaml": SPEC.replace("sends: [answer]", "sends: [odd, answer]"),
    "agents/lead.yaml": small_project.FILES["agents/lead.yaml"].replace("accepts: [answer]", "accepts: [answer, odd]"),
}
IGNORED = UNMAKABLE["agents/writer.yaml"].replace("answer]\n", "answer] # orchestra: ignore[ORC118] by hand\n", 1)


@pytest.mark.parametrize(
    ("lint", "writer", "expected", "compiles"),
    [
        ("", "", ["warning"], True),
        ("lint: {rules: {message-unmakable: info}}", "", ["info"], True),
        ("lint: {rules: {message-unmakable: error}}", "", ["error"], False),
        ("lint: {ignore: [ORC1]}", "", [], True),
        ("", IGNORED, [], True),
    ],
)
def test_what_only_the_compile_finds_obeys_too(
    tmp_path: Path, lint: str, writer: str, expected: list[str], compiles: bool
) -> None:
    changes = {**UNMAKABLE, **({"agents/writer.yaml": writer} if writer else {})}
    project = small_project.FILES["orchestra.yaml"] + f"{lint}\n"
    compilation = compile_project(small_project.write(tmp_path, {**changes, "orchestra.yaml": project}))
    assert [(each.code, each.severity.value) for each in compilation.checked.diagnostics] == [
        ("ORC118", severity) for severity in expected
    ]
    assert (compilation.manifest is not None) is compiles


@pytest.mark.parametrize(
    "lint",
    [
        'lint: {rules: {unknown-coordinator: "off"}}',
        "lint: {rules: {ORC105: warning}}",
        "lint: {ignore: [ORC105]}",
        "lint: {paths: {'agents/**': {ignore: [unknown-coordinator]}}}",
    ],
)
def test_errors_that_stop_the_compile_stay_and_the_attempt_is_told(tmp_path: Path, lint: str) -> None:
    result = checked(tmp_path, f"{lint}\n", {"agents/writer.yaml": DANGLING})
    assert found(result) == [("agents/writer.yaml", "ORC105", "error"), ("orchestra.yaml", "ORC032", "warning")]
    assert result.failed


@pytest.mark.parametrize("lint", ["lint: {ignore: [ORC1]}", "lint: {select: [ORC3]}", "lint: {ignore: [ORC]}"])
def test_what_names_many_rules_holds_for_those_that_can_be_silenced(tmp_path: Path, lint: str) -> None:
    result = checked(tmp_path, f"{lint}\n", {"agents/writer.yaml": DANGLING})
    assert found(result) == [("agents/writer.yaml", "ORC105", "error")]


def test_milder_findings_of_a_binding_rule_can_be_silenced(tmp_path: Path) -> None:
    assert "ORC011" in BINDING
    told = ("agents/reader.md", "ORC011", "info")
    assert found(checked(tmp_path / "a", "", {"agents/reader.md": COLOUR})) == [told]
    assert found(checked(tmp_path / "b", "lint: {ignore: [ORC011]}\n", {"agents/reader.md": COLOUR})) == []
    worse = checked(tmp_path / "c", "lint: {rules: {unknown-key: warning}}\n", {"agents/reader.md": COLOUR})
    assert found(worse) == [("agents/reader.md", "ORC011", "warning")]
    both = {"agents/reader.md": COLOUR, "agents/writer.yaml": f"{SPEC}colour: red\n"}
    assert found(checked(tmp_path / "d", "lint: {ignore: [ORC011]}\n", both)) == [
        ("agents/writer.yaml", "ORC011", "error")
    ]


@pytest.mark.parametrize(
    ("lint", "code", "column", "hint"),
    [
        ("lint: {ignore: [ORC999]}", "ORC030", 17, "rules are named ORC205"),
        ("lint: {ignore: [desciption-short]}", "ORC030", 17, "did you mean `description-short`"),
        ("lint: {select: [nothing-like-it]}", "ORC030", 17, "rules are named"),
        ("lint: {rules: {ORC2: info}}", "ORC030", 16, ""),
        ("lint: {rules: {price-stal: info}}", "ORC030", 16, "did you mean `price-stale`"),
        ("lint: {paths: {agents: {ignore: [x]}}}", "ORC030", 34, "rules are named"),
        ("lint: {paths: {agnets: {ignore: []}}}", "ORC036", 16, ".gitignore"),
        ("lint: {rules: {price-stale: {mots: 3}}}", "ORC031", 30, ""),
    ],
)
def test_wrong_settings_are_told_at_their_place(tmp_path: Path, lint: str, code: str, column: int, hint: str) -> None:
    result = checked(tmp_path, f"{lint}\n", {})
    told = [each for each in result.diagnostics if each.code == code]
    line = small_project.FILES["orchestra.yaml"].count("\n") + 1
    assert [(each.span.path, each.span.line, each.span.column) for each in told] == [("orchestra.yaml", line, column)]
    assert hint in told[0].hint
    assert len(result.diagnostics) == 1


@pytest.mark.parametrize("pattern", ["!", "\\", "a\\", "é[ü-ß]", "[", "//", "\0", "a\nb", "***", "x" * 10_000])
def test_odd_patterns(pattern: str) -> None:
    asked = LintSettings(paths=(PathSetting(Word(pattern, PLACE), (Word("ORC2", PLACE),)),))
    policy = decide(asked, RuleNames(RULES), ["agents/a.md", "b.yaml"])
    assert [each.code for each in policy.diagnostics] in (["ORC036"], [])
    finding = Diagnostic(
        code="ORC201", rule="description-short", severity=Severity.INFO, span=Span("agents/a.md"), message="x"
    )
    assert policy.silences(finding) is (pattern == "***")


OPTIONS = {"most": Option(5, 1, 10, "how many")}
SAMPLE = Rule("ORC299", "a-sample", Family.PROMPT, Severity.WARNING, "Sample", options=OPTIONS)


def decided(*numbers: tuple[str, float]) -> Any:
    given = tuple(Number(Word(name, PLACE), value, PLACE) for name, value in numbers)
    asked = LintSettings(rules=(RuleSetting(Word("a-sample", PLACE), numbers=given),))
    return decide(asked, RuleNames({**RULES, SAMPLE.code: SAMPLE}), [])


@pytest.mark.parametrize("value", [1, 5.5, 10])
def test_numbers_reach_the_rule(value: float) -> None:
    policy = decided(("most", value))
    assert policy.numbers == {"ORC299": {"most": value}}
    assert policy.diagnostics == ()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("most", 0, "from 1 to 10; the default is 5"),
        ("most", 10.1, "from 1 to 10"),
        ("most", -1e300, "from 1 to 10"),
        ("mots", 3, "did you mean `most`"),
        ("other", 3, "its options are `most`"),
    ],
)
def test_numbers_that_a_rule_does_not_take_are_told_and_not_used(name: str, value: float, hint: str) -> None:
    policy = decided((name, value))
    assert policy.numbers == {"ORC299": {}}
    assert [each.code for each in policy.diagnostics] == ["ORC031"]
    assert hint in policy.diagnostics[0].hint


def test_a_rule_hears_its_number_from_the_project(tmp_path: Path) -> None:
    rule, name, option = next((rule, name, option) for rule in RULES.values() for name, option in rule.options.items())
    lint = f"lint: {{rules: {{{rule.name}: {{{name}: {option.maximum:g}}}}}}}\n"
    result = checked(tmp_path, lint, {})
    assert [each for each in result.diagnostics if each.span.path == "orchestra.yaml"] == []
    policy = decide(settings(lint), RuleNames(RULES), [])
    assert policy.numbers == {rule.code: {name: option.maximum}}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("ORC205", {"ORC205"}), (" orc205 ", {"ORC205"}), ("handoff-to-nobody", {"ORC205"}), ("ORC20", "ORC20"),
        ("ORC", "ORC"), ("OR", set()), ("", set()), ("205", set()), ("ORC205x", set()), ("hand", set()),
    ],
)  # fmt: skip
def test_words_for_rules(word: str, expected: set[str] | str) -> None:
    wanted = {code for code in RULES if code.startswith(expected)} if isinstance(expected, str) else expected
    assert RuleNames(RULES).codes(word) == wanted
