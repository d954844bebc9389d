from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from orchestra_compiler import rules
from orchestra_compiler.rules import RULES

PAGES = Path(__file__).parents[3] / "docs" / "rules"
SECTIONS = ["What it does", "Why it is bad", "Example", "Use instead", "How to mend it"]


def test_a_sound_fleet_has_no_findings(fleet) -> None:
    assert list(rules.check(fleet(), {})) == []


def test_codes_and_names_are_unique_and_well_formed() -> None:
    assert all(re.fullmatch(r"ORC\d{3}", code) for code in RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name) for rule in RULES.values())
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert list(RULES) == sorted(RULES)


def test_every_module_with_a_rule_is_registered() -> None:
    modules = [
        importlib.import_module(f"{rules.__name__}.{each.name}") for each in pkgutil.iter_modules(rules.__path__)
    ]
    defined = {module.RULE.code for module in modules if hasattr(module, "RULE")}
    assert len(defined) >= 23
    assert defined <= set(RULES)
    assert {module.RULE.code for module in rules._MODULES} == defined


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_has_a_page_with_all_sections(rule) -> None:
    page = (PAGES / rule.page).read_text(encoding="utf-8")
    assert page.startswith(f"# {rule.code}: {rule.name}\n")
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == SECTIONS
    assert f"*{rule.severity.value.capitalize()}. {rule.summary}.*" in page


def test_no_page_is_left_over() -> None:
    assert {path.name for path in PAGES.glob("ORC*.md")} == {rule.page for rule in RULES.values()}


def test_findings_come_in_order(fleet, agent) -> None:
    agents = tuple(agent(f"a{number}-helper", description="Too short.", prompt="") for number in (2, 1))
    assert [(each.span.path, each.code) for each in rules.check(fleet(agents=agents), {})] == [
        ("agents/a1-helper.yaml", "ORC201"),
        ("agents/a1-helper.yaml", "ORC204"),
        ("agents/a2-helper.yaml", "ORC201"),
        ("agents/a2-helper.yaml", "ORC204"),
    ]
