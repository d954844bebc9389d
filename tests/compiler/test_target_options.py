"""Options of targets: each mistake is a finding at its place."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import target_project

from orchestra_compiler.check import check_project
from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.targets import TARGET_OPTIONS

BASE = target_project.FILES["orchestra.yaml"].partition("targets:\n")[0]


def check(root: Path, targets: str, changes: dict[str, str] | None = None) -> tuple[Diagnostic, ...]:
    files = {"orchestra.yaml": f"{BASE}targets: {targets}\n", **(changes or {})}
    return check_project(target_project.write(root, files)).diagnostics


def marked(targets: str, found: Diagnostic) -> str:
    """What stands at the place of a finding."""
    line = f"targets: {targets}"
    assert found.span.path == "orchestra.yaml"
    assert found.span.line == found.span.end_line == BASE.count("\n") + 1
    return line[found.span.column - 1 : found.span.end_column - 1]


@pytest.mark.parametrize(
    ("targets", "code", "place", "says"),
    [
        ("[{litellm: {num_retrys: 3}}]", "ORC140", "num_retrys", "did you mean `num_retries`"),
        ("[{map: {x: 1}}]", "ORC140", "x", "it has none"),
        ("[map, {litellm: {zzz: 3}}]", "ORC140", "zzz", "its options are"),
        ('[{litellm: {num_retries: "3"}}]', "ORC141", '"3"', "a whole number"),
        ("[{litellm: {num_retries: -1}}]", "ORC141", "-1", "a whole number"),
        ("[{litellm: {num_retries: true}}]", "ORC141", "true", "a whole number"),
        ("[{litellm: {num_retries: 1.5}}]", "ORC141", "1.5", "a whole number"),
        ("[{litellm: {max_budget: -0.01}}]", "ORC141", "-0.01", "an amount"),
        ("[{litellm: {budget_duration: often}}]", "ORC141", "often", "30s, 12h"),
        ("[{litellm: {provider_budgets: {a: b}}}]", "ORC141", "{a: b}", "per provider"),
        ("[{litellm: {provider_budgets: 3}}]", "ORC141", "3", "per provider"),
        ("[{claude-code: {model: full}}]", "ORC141", "full", "one of `alias`, `id`"),
        ("[{claude-code: {body: [source]}}]", "ORC141", "[source]", "one of `source`, `prompt`"),
        ("[{claude-md: {file: ../CLAUDE.md}}]", "ORC141", "../CLAUDE.md", "a path below"),
        ("[{claude-md: {file: /etc/x.md}}]", "ORC141", "/etc/x.md", "a path below"),
        ("[{claude-md: {file: agents.yaml}}]", "ORC141", "agents.yaml", "a path below"),
        ('[{claude-md: {file: ""}}]', "ORC141", '""', "a path below"),
        ("[{claude-md: {file: compiled/CLAUDE.md}}]", "ORC141", "compiled/CLAUDE.md", "output folder"),
        ("[{claude-md: {file: ./agents/reader.md}}]", "ORC141", "./agents/reader.md", "an agent's file"),
        ("[{a2a: {url: agents.example.org}}]", "ORC141", "agents.example.org", "a URL"),
        ('[{a2a: {url: "javascript:alert(1)"}}]', "ORC141", '"javascript:alert(1)"', "a URL"),
        ('[{a2a: {url: "https://a b"}}]', "ORC141", '"https://a b"', "a URL"),
        ('[{a2a: {url: "https://a", protocol: 1.0}}]', "ORC141", "1.0", 'write "1.0", in quotes'),
        ('[{a2a: {url: "https://a", version: 2}}]', "ORC141", "2", "in quotes"),
        ("[a2a]", "ORC142", "a2a", "needs the option `url`"),
        ("[map, {a2a: {version: v}}]", "ORC142", "a2a", "needs the option `url`"),
    ],
)
def test_a_mistake_is_found_at_its_place(tmp_path: Path, targets: str, code: str, place: str, says: str) -> None:
    (found,) = check(tmp_path, targets)
    assert found.code == code
    assert marked(targets, found) == place
    assert says in f"{found.message}; {found.hint}"


def test_a_provider_without_an_address_is_one_finding(tmp_path: Path) -> None:
    first, second = check(tmp_path, "[claude-code-router]")
    assert (first.code, second.code) == ("ORC142", "ORC142")
    assert {re.findall(r"provider `(\w+)`", each.message)[0] for each in (first, second)} == {"acme", "other"}
    targets = '[{claude-code-router: {base_urls: {acme: "http://127.0.0.1:1"}}}]'
    (found,) = check(tmp_path, targets)
    assert "`other`" in found.message
    assert marked(targets, found) == '{acme: "http://127.0.0.1:1"}'


@pytest.mark.parametrize("option", ["default", "web_search"])
def test_a_route_to_an_unknown_tier_is_found(tmp_path: Path, option: str) -> None:
    urls = 'base_urls: {acme: "http://a", other: "http://b"}'
    targets = f"[{{claude-code-router: {{{urls}, {option}: strategc}}}}]"
    (found,) = check(tmp_path, targets)
    assert found.code == "ORC102"
    assert marked(targets, found) == "strategc"
    assert "strategic" in found.hint


def test_what_copilot_cannot_take_is_told_at_the_agent(tmp_path: Path) -> None:
    reader = "---\nname: reader\ndescription: Reads long texts and sums them up.\ntier: routine\nrationale: Cheap.\ntools: Read, Bash(git:*), Edit(src/**)\n---\n"
    found = check(tmp_path, "[copilot]", {"agents/reader.md": reader + "x" * 30_001})
    assert [(each.code, each.severity, each.span.path) for each in found] == [
        ("ORC143", "warning", "agents/reader.md"),
        ("ORC143", "warning", "agents/reader.md"),
    ]
    assert "30,001 characters" in found[0].message
    assert (found[1].span.line, "Bash(git:*)` and 1 more" in found[1].message) == (6, True)
    assert not check(tmp_path, "[claude-code]", {"agents/reader.md": reader + "x" * 30_001})


@pytest.mark.parametrize(
    "targets",
    ["[{litellm: 3}]", "[{litellm: null}]", "[[]]", "[{}]", "{litellm: {}}", "[{a: {}, b: {}}]", "[{litellm: {x: .inf}}]", "3",
     "[{litellm: {max_budget: .nan}}]", "[{litellm: {max_budget: 1e400}}]", "[{? [a] : {}}]", "[map, map]",
     "[{litellm: {num_retries: 99999999999999999999999}}, {litellm: {x.y: {z: 1}}}]"],
)  # fmt: skip
def test_whatever_stands_there_is_told_and_nothing_breaks(tmp_path: Path, targets: str) -> None:
    assert check(tmp_path, targets)


def test_good_options_are_silent(tmp_path: Path) -> None:
    assert check_project(target_project.write(tmp_path)).diagnostics == ()


def test_every_option_says_what_it_holds() -> None:
    for options in TARGET_OPTIONS.values():
        for name, option in options.items():
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name)
            assert option.summary[0].isupper()
            assert not option.summary.endswith(".")
            assert option.default is None or not option.required
            assert not option.choices or option.default in option.choices


def test_a_look_at_options_loads_no_emitter(tmp_path: Path) -> None:
    root = target_project.write(tmp_path, {"orchestra.yaml": f"{BASE}targets: [litellm, claude-md, map]\n"})
    code = "import sys; from pathlib import Path; from orchestra_compiler.check import check_project;"
    code += f"assert not check_project(Path({str(root)!r})).failed;"
    code += "print([name for name in sys.modules if name.startswith('orchestra_compiler.emitters')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout == "[]\n"
