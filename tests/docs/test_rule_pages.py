"""The examples on the pages of the rules are true: the first has the finding, the second has not."""

from __future__ import annotations

from pathlib import Path

import pytest
from rule_pages import Page, pages, project

from orchestra_compiler.check import check_project

IN_WORDS = {
    "ORC004": "it ends in `and so on`",
    "ORC006": "the encoding is told in a comment",
    "ORC022": "the folder is told in a comment",
    "ORC036": "the folders are not shown",
    "ORC037": "the baseline is not shown",
    "ORC108": "two files in one block",
    "ORC115": "the schema is not shown",
    "ORC117": "a template, which only a compile reads",
    "ORC118": "a schema, of which only a compile makes documents",
    "ORC143": "the target is told in the text",
    "ORC206": "the length is told in words",
    "ORC207": "the length is told in words",
    "ORC208": "the folder of skills is told in a comment",
    "ORC209": "the length is told in words",
    "ORC501": "the tiers and the signals are not shown",
    "ORC505": "the tasks are told in a comment",
    "ORC609": "the other missions are told in a comment",
    "ORC702": "nobody's token stands in it",
    "ORC706": "nobody's password stands in it",
    "ORC230": "the other file is told in a comment",
}
"""Pages whose examples are no whole files, and why; their rules have whole ones in tests/rules."""
OF_FORM = ("ORC00", "ORC010", "ORC011", "ORC012", "ORC013", "ORC014")


def codes(root: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [each.code for each in check_project(root).diagnostics]


@pytest.mark.parametrize("rule_page", [each for each in pages() if each.code not in IN_WORDS], ids=str)
def test_the_example_has_the_finding_and_what_to_use_instead_has_not(rule_page: Page, tmp_path: Path) -> None:
    good = codes(tmp_path / "good", project(rule_page, rule_page.instead))
    assert rule_page.code in codes(tmp_path / "bad", project(rule_page, rule_page.example))
    assert rule_page.code not in good
    assert [code for code in good if code.startswith(OF_FORM)] == []
