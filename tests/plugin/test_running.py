"""`pytest --orchestra` as its users know pytest."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest


def node_ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


@pytest.mark.usefixtures("project")
def test_without_the_flag_nothing_is_collected(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_without_the_flag_nothing_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_modules():
            ours = {name for name in sys.modules if name.startswith(("pytest_orchestra", "orchestra_"))}
            assert ours == {"pytest_orchestra", "pytest_orchestra.plugin"}
            assert not {"yaml", "jsonschema", "xmlschema", "jinja2", "tiktoken", "lxml"} & set(sys.modules)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:hypothesispytest")
    result.assert_outcomes(passed=1)


def test_the_plugin_can_be_left_out(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("-p", "no:orchestra", "--orchestra")
    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.usefixtures("project")
def test_ids_are_readable(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "--co", "-q")
    assert "orchestra.yaml::missions/hello" in node_ids(result)
    assert "orchestra.yaml::cases/prompt/writer" in node_ids(result)
    assert "orchestra.yaml::cases/pair/writer/task-completion" in node_ids(result)


def test_collecting_runs_nothing(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest_subprocess("--orchestra", "--co", "-q")
    assert not (project / ".orchestra" / "ledger.sqlite").exists()
    assert not (project / ".orchestra" / "report").exists()


def test_a_green_run_prints_the_bill_and_writes_reports(pytester: pytest.Pytester, untouched: Path) -> None:
    result = pytester.runpytest_subprocess("--orchestra")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*orchestra: small*", "*tier*calls*", "*routine*", "*strategic*"])
    report = json.loads((untouched / ".orchestra" / "report" / "orchestra-report.json").read_text())
    assert {tier["name"]: tier["calls"] for tier in report["tiers"]} == {
        "routine": 2,
        "implementation": 0,
        "strategic": 1,
    }
    assert (untouched / ".orchestra" / "report" / "orchestra-report.md").read_text().startswith("#")


def test_the_second_run_compiles_nothing(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest_subprocess("--orchestra")
    before = {path: path.stat().st_mtime_ns for path in (project / "compiled").rglob("*")}
    pytester.runpytest_subprocess("--orchestra")
    assert {path: path.stat().st_mtime_ns for path in (project / "compiled").rglob("*")} == before


def test_a_changed_spec_is_compiled_first(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest_subprocess("--orchestra")
    mission = project / "missions" / "hello.yaml"
    mission.write_text(mission.read_text().replace("Hello, reader.", "Good day."))
    result = pytester.runpytest_subprocess("--orchestra", "-k", "hello")
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_failure_says_what_a_person_needs(pytester: pytest.Pytester, project: Path) -> None:
    (project / "missions" / "bad.yaml").write_text(
        "mission: bad\nagent: writer\ntask: Say yes.\nreply: No.\nexpect:\n  - contains: 'Yes'\n"
    )
    result = pytester.runpytest_subprocess("--orchestra", "-k", "missions/bad")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "mission   bad (individual, risk low)",
            "spec      missions/bad.yaml:1",
            "cost      $* priced, $0.0000 spent",
            "step main: contains, expected at missions/bad.yaml:6",
            "*expected*Yes*",
            "*actual*No.*",
        ]
    )
    assert "Traceback" not in result.stdout.str()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-m", "mission"], {"hello", "plan"}),
        (["-m", "mission and category_multi_agent"], {"plan"}),
        (["-m", "mission and tier_strategic"], {"plan"}),
        (["-m", "phase_scout"], {"plan"}),
        (["-m", "risk_high"], {"plan"}),
        (["-m", "agent_lead and mission"], {"plan"}),
        (["-k", "hello"], {"hello"}),
        (["-m", "mission", "-k", "multi-agent"], {"plan"}),
        (["-m", "mission", "-k", "not hello"], {"plan"}),
    ],
)
def test_selection(pytester: pytest.Pytester, words: list[str], expected: set[str]) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "--co", "-q", "--strict-markers", *words)
    found = {line.partition("::missions/")[2] for line in node_ids(result)}
    assert found == expected


def test_selecting_one_mission_runs_one(pytester: pytest.Pytester, project: Path) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "orchestra.yaml::missions/hello")
    result.assert_outcomes(passed=1)
    with closing(sqlite3.connect(project / ".orchestra" / "ledger.sqlite")) as ledger:
        assert ledger.execute("SELECT DISTINCT mission FROM calls").fetchall() == [("hello",)]


def test_last_failed(pytester: pytest.Pytester, project: Path) -> None:
    (project / "missions" / "bad.yaml").write_text(
        "mission: bad\nagent: writer\ntask: Say yes.\nreply: No.\nexpect: [{equals: 'Yes'}]\n"
    )
    pytester.runpytest_subprocess("--orchestra")
    result = pytester.runpytest_subprocess("--orchestra", "--lf", "-v")
    result.assert_outcomes(failed=1)


def test_exitfirst_stops_the_engine(pytester: pytest.Pytester, project: Path) -> None:
    for number in range(40):
        wrong = "reply: No.\nexpect: [{equals: 'Yes'}]\n" if number == 0 else "reply: Yes.\nexpect: [{equals: Yes.}]\n"
        (project / "missions" / f"n{number:02}.yaml").write_text(
            f"mission: a{number:02}\nagent: writer\ntask: Say yes.\n" + wrong
        )
    result = pytester.runpytest_subprocess("--orchestra", "-m", "mission", "-x", "--orchestra-concurrency", "1")
    result.assert_outcomes(failed=1)
    with closing(sqlite3.connect(project / ".orchestra" / "ledger.sqlite")) as ledger:
        (begun,) = ledger.execute("SELECT COUNT(DISTINCT mission) FROM calls").fetchone()
    assert begun < 40


def test_errors_in_the_project_are_one_red_collection(pytester: pytest.Pytester, project: Path) -> None:
    (project / "agents" / "writer.yaml").write_text(
        "agent: writer\ndescriptoin: Writes.\ntier: rotine\nprompt: Write.\n"
    )
    result = pytester.runpytest_subprocess("--orchestra")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*agents/writer.yaml:2:1*ORC011*", "*did you mean `description`*"])
    assert "Traceback" not in result.stdout.str()


def test_a_suite_gate_that_does_not_hold_is_exit_6(pytester: pytest.Pytester, project: Path) -> None:
    with (project / "orchestra.yaml").open("a") as file:
        file.write("gates: gates.yaml\n")
    (project / "gates.yaml").write_text("suite: {budget_usd: 0.000001}\n")
    result = pytester.runpytest_subprocess("--orchestra")
    assert result.ret == 6
    report = json.loads((project / ".orchestra" / "report" / "orchestra-report.json").read_text())
    assert report["run"]["exit_code"] == 6


@pytest.mark.usefixtures("project")
def test_a_spent_budget_is_exit_7(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "--orchestra-budget", "0.000001")
    assert result.ret == 7
    result.stdout.fnmatch_lines(["*budget*"])


@pytest.mark.usefixtures("project")
def test_a_spent_budget_is_exit_7_with_workers_too(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "--orchestra-budget", "0.000001", "-n", "2")
    assert result.ret == 7


def test_workers_together_keep_to_the_budget(pytester: pytest.Pytester, project: Path) -> None:
    (project / "orchestra.yaml").write_text(
        "orchestra: 1\nname: small\nagents: agents/*.yaml\nmissions: missions/*.yaml\ntiers: tiers.yaml\n"
    )
    (project / "tiers.yaml").write_text(
        "tiers:\n  routine: [{model: m, provider: p, context_window: 9000, max_output_tokens: 9, "
        "price: {input: 1, output: 1, source: here, date: '2026-01-01'}}]\n  strategic: [claude-opus-4-5]\n"
    )
    for number in range(20):
        (project / "missions" / f"n{number}.yaml").write_text(
            f"mission: n{number}\nagent: writer\ntask: Say yes.\n"
            "reply: {text: 'Yes', usage: {input_tokens: 900}}\nexpect: [{equals: 'Yes'}]\n"
        )
    result = pytester.runpytest_subprocess(
        "--orchestra", "--orchestra-budget", "0.008", "-n", "2", "-m", "mission", "-k", "missions/n"
    )
    report = json.loads((project / ".orchestra" / "report" / "orchestra-report.json").read_text())
    assert result.ret == 7
    assert 0 < float(report["total"]["priced_usd"]) <= 0.008


def test_collecting_leaves_the_last_report_alone(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest_subprocess("--orchestra")
    report = project / ".orchestra" / "report" / "orchestra-report.json"
    before = report.read_bytes()
    pytester.runpytest_subprocess("--orchestra", "--co", "-q")
    assert report.read_bytes() == before


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_ledger_that_cannot_be_used_is_said_once(pytester: pytest.Pytester, project: Path, workers: str) -> None:
    (project / ".orchestra").mkdir(exist_ok=True)
    (project / ".orchestra" / "ledger.sqlite").write_bytes(b"garbage " * 1000)
    result = pytester.runpytest_subprocess("--orchestra", "-n", workers)
    assert result.ret == (pytest.ExitCode.USAGE_ERROR if workers == "0" else pytest.ExitCode.TESTS_FAILED)
    text = result.stdout.str() + result.stderr.str()
    assert "ledger" in text
    assert "Traceback" not in text


@pytest.mark.usefixtures("project")
def test_nothing_ran_is_red(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "-k", "no-such-thing")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("option", "value"),
    [("budget", "much"), ("budget", "-1"), ("budget", "NaN"), ("concurrency", "0"), ("provider", "nobody")],
)
def test_bad_options_are_usage_errors(pytester: pytest.Pytester, option: str, value: str) -> None:
    result = pytester.runpytest_subprocess("--orchestra", f"--orchestra-{option}", value)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_the_root_project_is_found_whatever_testpaths_says(pytester: pytest.Pytester, project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "test_it.py").write_text("def test_it(): assert True\n")
    pytester.makeini("[pytest]\ntestpaths = tests\norchestra_concurrency = 2\n")
    result = pytester.runpytest_subprocess("--orchestra", "--co", "-q")
    assert "orchestra.yaml::missions/hello" in node_ids(result)
    assert "tests/test_it.py::test_it" in node_ids(result)


def test_reports_go_where_asked(pytester: pytest.Pytester, project: Path) -> None:
    pytester.runpytest_subprocess("--orchestra", "--orchestra-report", "out")
    assert {path.name for path in (project / "out").iterdir()} == {"orchestra-report.json", "orchestra-report.md"}


def test_junit_has_the_missions_own_time_and_cost(pytester: pytest.Pytester, project: Path) -> None:
    (project / "missions" / "slow.yaml").write_text(
        "mission: slow\nagent: writer\ntask: Wait.\nreply: {text: Done., latency_s: 0.2}\nexpect: [{equals: Done.}]\n"
    )
    pytester.runpytest_subprocess("--orchestra", "-m", "mission", "--junit-xml", "junit.xml")
    text = (project / "junit.xml").read_text()
    (slow,) = [part for part in text.split("<testcase ") if "missions/slow" in part]
    assert float(slow.split('time="')[1].split('"')[0]) >= 0.2
    assert 'name="priced_usd"' in slow


def untimed(value: object) -> object:
    """The value without whatever depends on the clock."""
    if isinstance(value, dict):
        return {key: untimed(item) for key, item in value.items() if "latency" not in key and "duration" not in key}
    return [untimed(item) for item in value] if isinstance(value, list) else value


@pytest.mark.usefixtures("project")
def test_xdist_gives_the_same_report(pytester: pytest.Pytester) -> None:
    folder = pytester.path / ".orchestra" / "report"
    figures = []
    for workers in ("0", "2"):
        result = pytester.runpytest_subprocess("--orchestra", "-n", workers)
        assert result.ret == pytest.ExitCode.OK
        result.stdout.fnmatch_lines(["*orchestra: small*", "*tier*calls*"])
        report = json.loads((folder / "orchestra-report.json").read_text())
        (folder / "orchestra-report.json").unlink()
        figures.append(untimed({"tiers": report["tiers"], "missions": report["missions"], "suite": report["suite"]}))
    assert figures[0] == figures[1]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_suite_gates_hold_with_and_without_xdist(pytester: pytest.Pytester, project: Path, workers: str) -> None:
    with (project / "orchestra.yaml").open("a") as file:
        file.write("gates: gates.yaml\n")
    (project / "gates.yaml").write_text("suite: {budget_usd: 0.000001}\n")
    assert pytester.runpytest_subprocess("--orchestra", "-n", workers, "-m", "mission").ret == 6


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["missions"], {"missions/hello", "missions/plan"}),
        (["missions/hello.yaml"], {"missions/hello"}),
        (["missions/hello.yaml", "missions/plan.yaml"], {"missions/hello", "missions/plan"}),
        (["agents/lead.yaml"], {"cases/prompt/lead"}),
    ],
)
def test_paths_below_a_project(pytester: pytest.Pytester, paths: list[str], expected: set[str]) -> None:
    result = pytester.runpytest_subprocess("--orchestra", "--co", "-q", *paths)
    found = {line.partition("::")[2] for line in node_ids(result)}
    assert {name for name in found if name.startswith(("missions/", "cases/prompt/"))} == expected


def test_python_tests_beside_missions_still_run(pytester: pytest.Pytester, project: Path) -> None:
    (project / "missions" / "test_it.py").write_text("def test_it(): assert True\n")
    result = pytester.runpytest_subprocess("--orchestra", "missions", "-m", "not case")
    result.assert_outcomes(passed=3, deselected=result.parseoutcomes().get("deselected", 0))


def test_a_report_that_cannot_be_written_is_said(pytester: pytest.Pytester, project: Path) -> None:
    result = pytester.runpytest_subprocess(
        "--orchestra", "-m", "mission", "--orchestra-report", "orchestra.yaml", "--junit-xml", "j.xml"
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["*tier*calls*", "*cannot write the report to*"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert (project / "j.xml").is_file()


def test_names_of_projects_decide_no_place(pytester: pytest.Pytester, project: Path) -> None:
    for folder, name in (("one", "../../evil"), ("two", "same"), ("three", "same")):
        for source in ("agents/lead.yaml", "agents/writer.yaml", "missions/hello.yaml"):
            path = project / "all" / folder / source
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((project / source).read_text())
        (project / "all" / folder / "orchestra.yaml").write_text(
            f"orchestra: 1\nname: {name}\nagents: agents/*.yaml\nmissions: missions/*.yaml\n"
        )
    result = pytester.runpytest_subprocess("--orchestra", "all", "-m", "mission", "--orchestra-report", "out")
    assert result.ret == pytest.ExitCode.OK
    assert len(list((project / "out").iterdir())) == 3
    assert not (project.parent / "evil").exists()


@pytest.mark.usefixtures("project")
def test_a_node_id_beside_a_path_is_kept(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess(
        "--orchestra", "--co", "-q", "missions/hello.yaml", "orchestra.yaml::cases/prompt/writer"
    )
    assert "orchestra.yaml::cases/prompt/writer" in node_ids(result)


def test_a_mission_cannot_declare_its_way_past_its_budget(pytester: pytest.Pytester, project: Path) -> None:
    (project / "missions" / "dear.yaml").write_text(
        "mission: dear\nagent: writer\ntask: Say yes.\nbudget_usd: 0.02\n"
        "reply: {text: 'Yes', usage: {input_tokens: 9000000}}\nexpect: [{outcome: budget-stopped}]\n"
    )
    result = pytester.runpytest_subprocess("--orchestra", "-k", "missions/dear")
    assert result.ret == pytest.ExitCode.OK
