from __future__ import annotations

import json
import subprocess
import sys
import warnings
from collections.abc import Callable
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Diagnostic, Severity, Span
from orchestra_compiler.model import Expectation, Mission, Step
from orchestra_compiler.rules.expressions import LANGUAGES, fault
from pytest_orchestra.expectations import documents, texts
from pytest_orchestra.expectations.shortfall import UnusableError

PLACE = Span("missions/ship.yaml", 7, 5, 7, 20)
REPLY = '<r xmlns:p="urn:p"><a p:b="1">x</a></r>'


@pytest.fixture
def of(fleet, found) -> Callable[[str, object], list[Diagnostic]]:
    """Return what the rule finds in one expectation."""

    def check(kind: str, value: object) -> list[Diagnostic]:
        expectation = Expectation(kind=kind, value=json.dumps(value), step="main", span=PLACE)
        steps = (Step(name="main", task="Write it.", agent="coder"),)
        findings: list[Diagnostic] = found(
            "ORC605", fleet(missions=(Mission(name="ship", steps=steps, expectations=(expectation,)),))
        )
        return findings

    return check


def evaluated(kind: str, expression: str) -> None:
    """Evaluate an expression as the runtime does."""
    if kind == "regex":
        texts._compiled(expression)
    elif kind == "xpath":
        documents._select(expression, fromstring(REPLY), {"p": "urn:p"})
    else:
        documents._find(expression, {"a": [1]})


BROKEN = [
    ("regex", "opens at (", "missing ), unterminated subpattern at character 10"),
    ("regex", "a**", "multiple repeat at character 3"),
    ("regex", "a{99999999999}", "the repetition number is too large"),
    ("regex", "(?<=a*)b", "look-behind requires fixed-width pattern"),
    ("regex", "(" * 3000 + ")" * 3000, "it is nested too deeply"),
    ("xpath", "//a[", "unexpected end of source"),
    ("xpath", "//a]", "unexpected ']' symbol at character 4"),
    ("xpath", "", "source is empty"),
    ("xpath", "p:a[", "unexpected end of source"),
    ("xpath", "child::p:a b", "unexpected name 'b' at character 12"),
    ("xpath", "cuont(//a)", "unknown function 'cuont' at character 1"),
    ("xpath", "count(1, 2)", "Too many arguments: expected at most 1 argument at character 1"),
    ("xpath", "1 idiv 0", "Division by zero at character 3"),
    ("xpath", "(" * 5000, "it is nested too deeply"),
    ("json", "a.b", "expected '$', found 'a' at character 1"),
    ("json", "$.a[", "unbalanced brackets at character 5"),
    ("json", "$[?foo(@)]", "function 'foo' is not defined at character 4"),
    ("json", "$[99999999999999999999]", "index out of range at character 3"),
]
SOUND = [
    ("regex", r"\b8:00\b"),
    ("regex", "[[a]"),
    ("regex", ""),
    ("xpath", "payload/result/success"),
    ("xpath", "p:a/@p:b"),
    ("xpath", "//p:*[. = 'a:b[']"),
    ("xpath", "count(//file) = 0"),
    ("xpath", "for $i in (1, 2) return $i"),
    ("xpath", "p:made-up(1)"),
    ("xpath", "*:a"),
    ("json", "$"),
    ("json", "$..a[?@ > 1]"),
    ("json", "$['a', 'b'][0:2]"),
]


@pytest.mark.parametrize(("kind", "expression", "wrong"), BROKEN, ids=lambda each: each[:20])
def test_a_broken_expression(of, kind, expression, wrong) -> None:
    (finding,) = of(kind, expression if kind != "json" else {expression: 1})
    assert (finding.severity, finding.span) == (Severity.ERROR, PLACE)
    assert finding.message.endswith(f" is not a readable {LANGUAGES[kind][0]}: {wrong}")
    assert finding.hint.startswith("write it as ")
    assert len(finding.message) < 200
    with pytest.raises(UnusableError):
        evaluated(kind, expression)


@pytest.mark.parametrize(("kind", "expression"), SOUND)
def test_a_sound_expression(of, kind, expression) -> None:
    assert of(kind, expression if kind != "json" else {expression: 1}) == []


@pytest.mark.parametrize(("kind", "value"), [("regex", ["a", "b(", "c)"]), ("xpath", ["a", "b[", "c]"])])
def test_every_broken_expression_of_a_list_is_told(of, kind, value) -> None:
    assert [each.message.split("`")[1] for each in of(kind, value)] == value[1:]


@pytest.mark.parametrize("kind", ["xpath", "json"])
def test_every_broken_expression_of_a_mapping_is_told(of, kind) -> None:
    assert len(of(kind, {"[": 1, "]": True})) == 2


def test_texts_that_are_no_expressions_are_not_read(of) -> None:
    assert of("contains", "(") == []
    assert of("equals", "//a[") == []


@pytest.mark.parametrize("kind", sorted(LANGUAGES))
@given(expression=st.text(alphabet="ab:@$[]()'*?./|1, =&<>\\{}+-p\n", max_size=12))
def test_what_is_told_never_works_in_the_run(kind, expression) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if fault(kind, expression) is not None:
            with pytest.raises(UnusableError):
                evaluated(kind, expression)


@given(expression=st.text(alphabet="ab[]()*?+|{}1,\\^$", max_size=12))
def test_every_regular_expression_that_cannot_be_used_is_told(expression) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if fault("regex", expression) is None:
            evaluated("regex", expression)


def test_what_later_pythons_may_read_otherwise_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fault("regex", "[[b]--c]") is None


def test_libraries_wait_for_an_expression_of_theirs() -> None:
    code = (
        "import sys; from orchestra_compiler.rules.expressions import fault; import orchestra_compiler.rules;"
        "fault('regex', '('); print([name for name in ('elementpath', 'jsonpath_rfc9535') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"
