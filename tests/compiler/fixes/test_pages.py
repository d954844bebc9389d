from __future__ import annotations

from pathlib import Path

import pytest

from orchestra_compiler.diagnostic import Safety
from orchestra_compiler.rules import RULES

PAGES = Path(__file__).parents[3] / "docs" / "rules"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_page_says_whether_its_findings_are_mended(rule) -> None:
    """And which option does it: the milder one where some fix is safe."""
    mend = (PAGES / rule.page).read_text(encoding="utf-8").partition("## How to mend it")[2]
    assert ("There is no automatic fix." in mend) == (rule.fix is None)
    assert ("--fix`" in mend) == (rule.fix is Safety.SAFE)
    assert rule.fix is not Safety.UNSAFE or "`--unsafe-fixes`" in mend
