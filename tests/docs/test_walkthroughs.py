"""The pages that say "write this, type that, see this" are done as they are written; see `conftest` for the convention."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from orchestra_compiler.tokens import VOCABULARY, available

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.usefixtures("walkthrough")
def test_a_walkthrough_works(blocks: list[Any], workshop: Path) -> None:
    if available() != VOCABULARY:
        pytest.skip("the pages show counts of a tokenizer that is not installed")
    for fence in blocks:
        if path := fence.option("file"):
            (workshop / path).parent.mkdir(parents=True, exist_ok=True)
            (workshop / path).write_text(fence.text, encoding="utf-8")
        elif fence.language == "console":
            _do(fence, workshop)


@pytest.mark.usefixtures("walkthrough")
def test_every_walkthrough_runs_something(blocks: list[Any]) -> None:
    assert any(fence.language == "console" for fence in blocks)


def test_what_is_to_be_installed_exists(docs: Path) -> None:
    data = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in docs.rglob("*.md"))
    asked = re.findall(r"pip install ['\"]?([a-z-]+)(?:\[([a-z,]+)\])?", text)
    assert asked
    for name, extras in asked:
        assert name == data["name"]
        assert set(filter(None, extras.split(","))) <= data["optional-dependencies"].keys()


def _do(fence: Any, folder: Path) -> None:
    commands = _commands(fence.text)
    for number, (command, shown) in enumerate(commands, 1):
        wanted = int(fence.option("exit") or 0) if number == len(commands) else 0
        result = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            env=_environment(),
            check=False,
        )
        assert result.returncode == wanted, f"{fence.place}: {command}\n{result.stdout}"
        if shown:
            _compare(shown, result.stdout, f"{fence.place}: {command}")


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "ORCHESTRA_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    addopts = "-p no:cacheprovider -p no:hypothesispytest"
    return kept | {"PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "PYTEST_ADDOPTS": addopts}


def _commands(text: str) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\"):
            found[-1] = (f"{found[-1][0]}\n{line}", found[-1][1])
        elif found:
            found[-1][1].append(line)
    return found


def _compare(shown: list[str], written: str, place: str) -> None:
    pattern = ""
    for line in shown:
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ \t]*\n"
    text = written if written.endswith("\n") else f"{written}\n"
    wanted = "\n".join(shown)
    assert re.fullmatch(pattern + r"\s*", text), f"{place}\nshown:\n{wanted}\nwritten:\n{written}"
