"""The page on targets names every target, every option and every default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import small_project
import target_project

from orchestra_compiler.check import check_project
from orchestra_compiler.targets import TARGET_OPTIONS, TARGETS


@pytest.fixture(scope="module")
def targets_page(docs: Path) -> str:
    return (docs / "reference" / "targets.md").read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def rows(text: str) -> dict[str, str]:
    return dict(re.findall(r"^\| `([a-z0-9_-]+)` \| (.*) \|$", text, re.MULTILINE))


def test_the_table_has_every_target(targets_page: str) -> None:
    assert tuple(rows(section(targets_page, "All targets"))) == TARGETS


@pytest.mark.parametrize("target", [name for name in TARGETS if TARGET_OPTIONS[name]])
def test_every_option_stands_there_with_its_default_and_choices(targets_page: str, target: str) -> None:
    text = rows(section(targets_page, f"`{target}`"))
    options = TARGET_OPTIONS[target]
    assert list(text) == list(options)
    for name, option in options.items():
        held, _, otherwise = text[name].rpartition(" | ")
        if option.default is not None:
            assert otherwise == f"`{option.default}`"
        assert (otherwise == "required") == option.required
        for choice in option.choices:
            assert choice in held


def test_every_emitted_file_is_named(targets_page: str, tmp_path: Path) -> None:
    fleet = target_project.checked(target_project.write(tmp_path))
    table = rows(section(targets_page, "All targets"))
    for target in target_project.OTHERS:
        for path in target_project.emit(fleet, target):
            folder, _, name = path.rpartition("/")
            ending = name.partition(".")[2]
            assert name in table[target] or f"{folder}/AGENT.{ending}" in table[target], path


@pytest.mark.parametrize("name", ["how-to/emit-for-other-tools.md", "reference/targets.md"])
def test_the_examples_of_options_are_good_ones(docs: Path, tmp_path: Path, name: str) -> None:
    examples = re.findall(
        r"^```yaml project\n(.*?)^```", (docs / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert examples
    for number, example in enumerate(examples):
        root = small_project.write(tmp_path / str(number), {"orchestra.yaml": example})
        assert [each for each in check_project(root).diagnostics if each.span.path == "orchestra.yaml"] == []
