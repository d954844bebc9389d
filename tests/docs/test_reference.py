"""The reference says what the code says: generated pages are current, written ones name what there is."""

from __future__ import annotations

import dataclasses
import os
import re
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from orchestra_compiler.checks import CHECKS
from orchestra_compiler.expectation_kinds import MISSION_KINDS, STEP_KINDS
from orchestra_compiler.frontends.loader import default_gates
from orchestra_compiler.manifest import Case, Manifest, Prompt
from orchestra_compiler.prices import catalogue
from orchestra_compiler.protocol import fields, message, shipped
from orchestra_compiler.rules import RULES
from pytest_orchestra import plugin, run
from pytest_orchestra.ledger import schema

_HEADING = re.compile(r"^### `([^`]+)`$", re.MULTILINE)


def _text(docs: Path, name: str) -> str:
    return (docs / "reference" / name).read_text(encoding="utf-8")


def _section(text: str, title: str) -> str:
    """Return what stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"no section {title!r}"
    return found[1]


def _first_column(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_the_generated_pages_are_current(reference: ModuleType) -> None:
    for path, text in reference.pages().items():
        if os.environ.get("ORCHESTRA_UPDATE_DOCS") == "1":
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: set ORCHESTRA_UPDATE_DOCS=1"


def test_generating_twice_gives_the_same(reference: ModuleType) -> None:
    assert reference.pages() == reference.pages()


def test_the_index_of_rules_names_every_rule(reference: ModuleType) -> None:
    index = reference.rules()
    assert [code for code in RULES if f"[{code}](" not in index] == []


def test_the_language_page_has_every_key_of_the_top_level(reference: ModuleType) -> None:
    text = reference.language()
    for name in ("prompt_budget_tokens", "agent_tier", "raise_tier", "deadline_s", "cache_write_tokens", "aliases"):
        assert name in text
    assert "| `steps.NAME.optional` |" in text


def test_the_expectations_are_those_of_the_code(docs: Path) -> None:
    text = _text(docs, "expectations.md")
    assert set(_HEADING.findall(_section(text, "Of a step"))) == STEP_KINDS
    assert set(_HEADING.findall(_section(text, "Of the mission"))) == MISSION_KINDS


def test_each_expectation_has_an_example_that_is_run(docs: Path) -> None:
    text = _text(docs, "expectations.md")
    for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name = part.split("`")[1]
        assert "```yaml mission run\n" in part, name
        assert re.search(rf"\b{name}:", part), name


def test_the_checks_are_those_of_the_code(docs: Path) -> None:
    text = _text(docs, "gates.md")
    for layer, checks in CHECKS.items():
        assert set(_HEADING.findall(_section(text, f"The {layer.value} layer"))) == set(checks)


def test_the_options_and_default_actions_of_the_checks(docs: Path) -> None:
    actions = {check.name: check.action.value for check in default_gates().checks}
    options = {name: names for checks in CHECKS.values() for name, names in checks.items()}
    table = _section(_text(docs, "gates.md"), "All checks")
    rows = {
        row[0]: row for row in re.findall(r"^\| `([a-z-]+)` \| ([a-z]+) \| ([a-z]+) \| (.*?) \|", table, re.MULTILINE)
    }
    assert rows.keys() == options.keys() == actions.keys()
    for name, (_, layer, action, named) in rows.items():
        assert action == actions[name], name
        assert tuple(re.findall(r"`([a-z]+)`", named)) == options[name], name
        assert name in {each for each_layer, checks in CHECKS.items() if each_layer.value == layer for each in checks}


def test_the_message_types_and_fields(docs: Path) -> None:
    text = _text(docs, "messages.md")
    assert set(_HEADING.findall(_section(text, "An example of each type"))) == set(shipped.TYPES)
    assert tuple(_first_column(_section(text, "Natural fields"))) == fields.FIELDS
    for word in (*message.ACTIONS, *message.CATEGORIES, *message.PRIORITIES, *message.STATES):
        assert f"`{word}`" in text


@pytest.mark.parametrize(("title", "cls"), [("The manifest", Manifest), ("A case", Case), ("A prompt", Prompt)])
def test_the_fields_of_the_manifest(docs: Path, title: str, cls: Any) -> None:
    named = _first_column(_section(_text(docs, "manifest.md"), title))
    assert named == [field.name for field in dataclasses.fields(cls)]


def test_the_tables_of_the_ledger(docs: Path) -> None:
    text = _text(docs, "ledger.md")
    connection = sqlite3.connect(":memory:")
    for statement in schema.CREATE:
        connection.execute(statement)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert set(re.findall(r"^## `([a-z]+)`$", text, re.MULTILINE)) == set(tables)
    for table in tables:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        assert _first_column(_section(text, f"`{table}`")) == columns
    connection.close()


class _Recorder:
    """Stands in for pytest's parser and its group of options."""

    def __init__(self) -> None:
        self.options: set[str] = set()
        self.ini: dict[str, str] = {}

    def getgroup(self, *_: object) -> _Recorder:
        return self

    def addoption(self, name: str, **_: object) -> None:
        self.options.add(name)

    def addini(self, name: str, _help: str, *, default: str) -> None:
        self.ini[name] = default


def test_the_options_of_pytest(docs: Path) -> None:
    asked: Any = _Recorder()
    plugin.pytest_addoption(asked)
    text = _text(docs, "pytest-options.md")
    named = {column.split()[0] for column in _first_column(_section(text, "Options"))}
    assert named == asked.options
    rows = re.findall(r"^\| `(orchestra_\w+)` \| (.*?) \|", _section(text, "Ini names"), re.MULTILINE)
    assert {name: default.strip("`") if default != "none" else "" for name, default in rows} == asked.ini


def test_the_exit_codes_of_pytest(docs: Path) -> None:
    codes = re.findall(r"^\| (\d) \|", _section(_text(docs, "pytest-options.md"), "Exit codes"), re.MULTILINE)
    assert codes == ["0", "1", "2", "3", "4", "5", str(run.GATE_FAILED), str(run.BUDGET_STOPPED)]


def test_the_split_that_saves_nothing() -> None:
    """`explanation/cost.md` adds this up with the prices of the day; new prices need a new example."""
    price = {name: catalogue()[name].price for name in ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5")}
    agents = {"claude-haiku-4-5": 13, "claude-sonnet-4-5": 21, "claude-opus-4-5": 13}
    found = [(each.input, each.output) for each in price.values() if each is not None]
    assert found == [(1, 5), (3, 15), (5, 25)]
    assert sum(count * found[place][0] for place, count in enumerate(agents.values())) == 47 * found[1][0]
