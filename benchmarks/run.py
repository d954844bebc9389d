"""Measure what the README says: `make bench` (or `python benchmarks/run.py NAME ...` for some of them).

Each figure is the CPU time (user + system) of whole processes, the median of five, taken in turn with a floor measured in
the same run, and the ratio to that floor: absolute seconds depend on the machine, ratios hardly.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent_files import write_fleet

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
EXAMPLE = HERE.parent / "examples" / "agent_orchestra"
RUNS = 5
QUIET = ("-q", "-p", "no:cacheprovider")
# Plugins that happen to be installed here are no part of what is compared.
ALONE = tuple(word for name in ("hypothesispytest", "xdist", "anyio") for word in ("-p", f"no:{name}"))


@dataclass(frozen=True)
class Subject:
    """A command to measure; the first of a comparison is the floor."""

    name: str
    command: Sequence[str]
    folder: Path
    passing: Sequence[int] = (0,)


@dataclass(frozen=True)
class Figure:
    """Median CPU seconds and the highest peak memory in MB."""

    cpu_s: float
    peak_mb: float


def once(subject: Subject) -> Figure:
    """Run a command to its end and return what the operating system says it used."""
    with subprocess.Popen(
        [str(word) for word in subject.command],
        cwd=subject.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": ""},
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        complaint = process.stderr.read().decode() if process.stderr else ""
    if process.returncode not in subject.passing:
        raise SystemExit(f"{subject.name}: exit {process.returncode}\n{complaint}")
    return Figure(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(title: str, subjects: Sequence[Subject]) -> None:
    """Measure the subjects in turn, so that a drift of the machine's speed hits all of them alike."""
    for subject in subjects:
        once(subject)
    rounds = [[once(subject) for subject in subjects] for _ in range(RUNS)]
    print(f"\n{title}")
    print(f"  {'':<44}{'CPU s':>9}{'ratio':>8}{'peak MB':>9}")
    for column, subject in enumerate(subjects):
        cpu = statistics.median(row[column].cpu_s for row in rounds)
        ratio = statistics.median(row[column].cpu_s / row[0].cpu_s for row in rounds)
        peak = max(row[column].peak_mb for row in rounds)
        print(f"  {subject.name:<44}{cpu:>9.3f}{ratio:>8.2f}{peak:>9.0f}")


def python(*words: str) -> list[str]:
    """Return a command of this environment's interpreter."""
    return [sys.executable, *words]


def pytest_command(*words: str) -> list[str]:
    """Return a pytest command that loads no other installed plugin than ours."""
    return python("-m", "pytest", *QUIET, *ALONE, *words)


def idle(folder: Path) -> None:
    """What the plugin costs everybody who does not use it."""
    (folder / "test_one.py").write_text("def test_one():\n    assert True\n")
    compare(
        "pytest without --orchestra, one test",
        [
            Subject("without the plugin", pytest_command("-p", "no:orchestra"), folder),
            Subject("with the plugin", pytest_command(), folder),
        ],
    )


def check(folder: Path) -> None:
    """A no-op compile of a copy of the example."""
    copy = folder / "example"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns(".orchestra"))
    compiler = str(BIN / "orchestra-compile")
    for command in ([compiler], [compiler, "--check"]):
        subprocess.run(command, cwd=copy, check=True, stdout=subprocess.DEVNULL)
    compare(
        "orchestra-compile and --check with nothing to do, the example",
        [
            Subject("bare interpreter", python("-c", "pass"), copy),
            Subject("orchestra-compile --check", [compiler, "--check"], copy),
            Subject("orchestra-compile", [compiler], copy),
        ],
    )


def lint(folder: Path, counts: Sequence[int]) -> None:
    """A lint with all rules on, against reading the files and composing their front matter with libyaml and no more."""
    for count in counts:
        project = folder / str(count)
        write_fleet(project, count)
        command = [str(BIN / "orchestra"), "lint", "."]
        cold = ["sh", "-c", f"rm -rf .orchestra; exec {' '.join(command)}"]
        compare(
            f"orchestra lint, {count} Markdown agents",
            [
                Subject("read and compose", python(str(HERE / "read_and_compose.py"), "agents"), project),
                Subject("orchestra lint, nothing remembered", cold, project, (0, 1)),
                Subject("orchestra lint, nothing changed since", command, project, (0, 1)),
            ],
        )


def compile_again(folder: Path) -> None:
    """A no-op compile of a hundred specs, against a bare interpreter."""
    write_fleet(folder, 100)
    compiler = [str(BIN / "orchestra-compile")]
    for _ in range(2):
        subprocess.run(compiler, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    compare(
        "orchestra-compile with nothing to do, 100 Markdown agents",
        [
            Subject("bare interpreter", python("-c", "pass"), folder),
            Subject("orchestra-compile", compiler, folder),
            Subject("orchestra-compile --check", [*compiler, "--check"], folder),
        ],
    )


def yaml_reader(folder: Path) -> None:
    """YAML with places, against the fastest reader of PyYAML, which keeps none."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.rglob("*.yaml")))
    (folder / "specs.yaml").write_text("\n---\n".join(text for text in texts if "\n---\n" not in text) * 20)
    read = "from pathlib import Path; text = Path('specs.yaml').read_text()"
    peer = f"{read}; import yaml; list(yaml.load_all(text, Loader=yaml.CSafeLoader))"
    ours = (
        f"{read}; from orchestra_compiler.source import text as t, yaml; assert yaml.read(t.Text('', text)).documents"
    )
    compare(
        "reading YAML: the example's specs, twenty times",
        [
            Subject("yaml.CSafeLoader, no places", python("-c", peer), folder),
            Subject("ours, with places", python("-c", ours), folder),
        ],
    )


def missions(folder: Path, count: int) -> None:
    """Trivial missions with all reports on, against pytest alone and a 30-line YAML collector."""
    floor, collector, ours = folder / "floor", folder / "collector", folder / "ours"
    for each in (floor, collector, ours):
        each.mkdir()
    (floor / "test_floor.py").write_text(
        "import pytest\n\n"
        f"@pytest.mark.parametrize('number', range({count}))\n"
        "def test_reply(number):\n    assert str(number) in f'reply {number}'\n"
    )
    (collector / "conftest.py").write_text((HERE / "yaml_collector.py").read_text())
    cases = (f"- {{name: m-{n}, task: Say {n}., reply: reply {n}, contains: '{n}'}}\n" for n in range(count))
    (collector / "cases.yaml").write_text("".join(cases))
    (ours / "orchestra.yaml").write_text(
        "orchestra: 1\nname: bench\nagents: agent.yaml\nmissions: missions.yaml\ntargets: [prompts]\n"
    )
    (ours / "agent.yaml").write_text(
        "agent: echo\ndescription: Repeats what it is told, for measuring.\ntier: routine\nprompt: Repeat the task.\n"
    )
    documents = (
        f"mission: m-{n}\nagent: echo\ntask: Say {n}.\nreply: reply {n}\nexpect: [{{contains: '{n}'}}]\n"
        for n in range(count)
    )
    (ours / "missions.yaml").write_text("---\n".join(documents))
    baseline = Subject("30-line YAML collector", pytest_command("-p", "no:orchestra", "cases.yaml"), collector)
    orchestra = pytest_command("--orchestra")
    compare(
        f"{count:,} trivial missions",
        [
            baseline,
            Subject("pytest, parametrised", pytest_command("-p", "no:orchestra"), floor),
            Subject("pytest --orchestra, compiled before", orchestra, ours),
        ],
    )
    cold = ["sh", "-c", f"rm -rf compiled .orchestra; exec {' '.join(orchestra)}"]
    compare(
        f"{count:,} trivial missions, compiled in the run",
        [baseline, Subject("pytest --orchestra, nothing compiled", cold, ours)],
    )


def messages(folder: Path) -> None:
    """Bulk validation of messages, per document and without the start: the loops alone, in one process, in turn."""
    print("\nvalidating 500 messages, schema loaded")
    print(f"  {'':<44}{'CPU us':>9}{'ratio':>8}", flush=True)
    subprocess.run(python(str(HERE / "bulk_validation.py"), "500"), cwd=folder, check=True)


BENCHMARKS: dict[str, Callable[[Path], None]] = {
    "idle": idle,
    "check": check,
    "compile-100": compile_again,
    "yaml": yaml_reader,
    "messages": messages,
    "lint": lambda folder: lint(folder, (37, 835, 1_670)),
    "missions-1000": lambda folder: missions(folder, 1_000),
    "missions-10000": lambda folder: missions(folder, 10_000),
}


def main() -> None:
    for name in sys.argv[1:] or BENCHMARKS:
        with tempfile.TemporaryDirectory() as folder:
            BENCHMARKS[name](Path(folder))


if __name__ == "__main__":
    main()
