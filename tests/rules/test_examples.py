"""Every rule on examples: each fault is told once, with its code, at its place, and what is good is left alone.

`tests/samples/rule_examples.py` says how an example is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import small_project
from rule_examples import FOLDER, LAST_TOUCHES, Example, Judged, examples, judged

from orchestra_compiler import build
from orchestra_compiler.rules import RULES

EXAMPLES = tuple(examples())
BAD = tuple(example for example in EXAMPLES if example.bad)
GOOD = tuple(example for example in EXAMPLES if not example.bad)


def test_the_clean_project_is_clean(tmp_path) -> None:
    assert build.compile_project(small_project.write(tmp_path)).checked.diagnostics == ()


def test_every_folder_is_that_of_a_rule() -> None:
    assert {folder.name for folder in FOLDER.glob("ORC*")} <= {f"{rule.code}-{rule.name}" for rule in RULES.values()}
    assert set(LAST_TOUCHES) <= {str(example) for example in EXAMPLES}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_has_good_and_bad_examples(rule) -> None:
    mine = [example for example in EXAMPLES if example.code == rule.code]
    assert {example.folder.parent.name for example in mine} == {f"{rule.code}-{rule.name}"}
    assert {example.bad for example in mine} == {True, False}


@pytest.mark.parametrize("example", BAD, ids=str)
def test_a_fault_is_told_with_its_code_at_its_place(example: Example) -> None:
    result = judged(example)
    assert result.marks, "nothing is marked"
    assert result.own == result.marks, told(result)
    assert [each for each in result.found if each.code != example.code] == []  # one fault, one kind of finding


@pytest.mark.parametrize("example", GOOD, ids=str)
def test_what_is_good_has_no_findings(example: Example) -> None:
    result = judged(example)
    assert result.marks == []
    assert result.found == ()
    assert re.fullmatch(r"good(-[a-z0-9-]+)?", example.folder.name)


def test_the_figures_over_all_faults() -> None:
    results = [judged(example) for example in BAD]
    faults = sum(len(each.marks) for each in results)
    figures = {
        "faults": faults,
        "findings per fault": sum(len(each.found) for each in results) / faults,
        "right code": sum(min(len(each.own), len(each.marks)) for each in results) / faults,
        "right line": sum(each.right(2) for each in results) / faults,
        "right column": sum(each.right(3) for each in results) / faults,
    }
    print(figures)  # noqa: T201 - the figures themselves are shown by `pytest -rP`
    missed = list(told_of_missed(results))
    assert figures["right code"] == 1, missed
    assert figures["right line"] == 1, missed
    assert figures["right column"] >= 0.95, missed
    assert figures["findings per fault"] <= 1.1, missed


def told_of_missed(results: list[Judged]) -> Iterator[str]:
    for each in results:
        if each.own != each.marks or len(each.found) != len(each.marks):
            yield f"{each.example}: marked {each.marks}; {told(each)}"


def told(result: Judged) -> str:
    return "found " + ("; ".join(str(each) for each in result.found) or "nothing")
