"""Why a case is in quarantine is told by what is different, never by the same word twice."""

from __future__ import annotations

import pytest

from orchestra_compiler.xsd.cases import INVALID, VALID, Case, Quarantined
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.model import Place


def reason(rule: str, **verdicts: list[tuple[str, str]]) -> str:
    """Return the reason of a case about `/m/a/@b`, whose verdicts are pairs of a rule and a path."""
    case = Case(
        id="x",
        scenario="y",
        component="/m/a/@b",
        place=Place("s.xsd", 1),
        expected=INVALID if rule else VALID,
        rule=rule,
        document="<m/>",
    )
    found = {name: tuple(Violation(*each, 1, "it says so") for each in pairs) for name, pairs in verdicts.items()}
    return Quarantined(case=case, verdicts=found).reason


@pytest.mark.parametrize(
    ("rule", "lxml", "xmlschema", "told"),
    [
        ("pattern", [], [("pattern", "/m/a")], "expected 'pattern', but lxml: valid, xmlschema: pattern"),
        ("content", [("content", "/m/c")], [("content", "/m")], "expected 'content', but lxml: content at /m/c, xmlschema: content at /m"),
        ("content", [("content", "/m/a/c")], [("content", "")], "expected 'content', but lxml: content (it says so), xmlschema: content (it says so)"),
        (
            "length", [("length", "/m/a"), ("pattern", "/m/a")], [("pattern", "/m/ab")],
            "expected 'length', but lxml: length and pattern, xmlschema: pattern",
        ),
        ("", [("type", "/m/a")], [], "expected valid, but lxml: type, xmlschema: valid"),
    ],
)  # fmt: skip
def test_a_reason_names_what_is_different(
    rule: str, lxml: list[tuple[str, str]], xmlschema: list[tuple[str, str]], told: str
) -> None:
    assert reason(rule, xmlschema=xmlschema, lxml=lxml) == told
