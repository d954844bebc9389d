"""The page about comparisons lists the rules as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

from orchestra_compiler.diff.rules import RULES


def test_the_rules_of_what_breaks(docs: Path) -> None:
    text = (docs / "reference" / "diff.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([A-Z]+) \| ([a-z]+) \| (.+) \|$", text, re.MULTILINE)
    assert rows == [(rule.name, rule.category.value, rule.severity.value, rule.summary) for rule in RULES.values()]
