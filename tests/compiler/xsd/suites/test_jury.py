"""What engines together say of a label."""

from __future__ import annotations

import pytest

from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.suites.jury import Jury, Outcome

DOCUMENT = "<a><b/></a>"


class Engine:
    """An engine that says what it is told to."""

    def __init__(self, name: str, *found: tuple[str, str, str]) -> None:
        self.name = name
        self.asked = 0
        self._found = tuple(Violation(rule, path, 1, message) for rule, path, message in found)

    def accepts(self, raw: bytes) -> bool:
        return not self.violations(raw)

    def violations(self, raw: bytes) -> tuple[Violation, ...]:
        assert raw.startswith(b"<a")
        self.asked += 1
        return self._found


CONTENT = ("content", "/a/b", "unexpected")
SAID = {
    "both name the rule at its place": ([CONTENT], [("content", "/a", "missing")], Outcome.EXACT),
    "one gives no place": ([CONTENT], [("content", "", "missing")], Outcome.EXACT),
    "both accept": ([], [], Outcome.ACCEPTED),
    "one accepts": ([], [CONTENT], Outcome.DISPUTED),
    "the other accepts": ([CONTENT], [], Outcome.DISPUTED),
    "one names another rule": ([CONTENT], [("text", "/a", "text")], Outcome.OTHERWISE),
    "one names another rule too": ([CONTENT], [CONTENT, ("text", "/a", "text")], Outcome.OTHERWISE),
    "one names another place": ([CONTENT], [("content", "/x", "missing")], Outcome.OTHERWISE),
    "a key is lost with it": ([CONTENT, ("keyref", "/a", "dangling")], [CONTENT], Outcome.WITH_CONSEQUENCES),
    "only the key is lost": ([("keyref", "/a", "dangling")], [CONTENT], Outcome.OTHERWISE),
    "other facets forbid it too": ([("content", "/a", "x")], [CONTENT, ("pattern", "/a", "y")], Outcome.OTHERWISE),
    "it is told of what holds it first": ([("type", "/", "wrong"), CONTENT], [CONTENT], Outcome.OTHERWISE),
    "the same is told twice": ([("type", "/a", "unexpected"), CONTENT], [CONTENT], Outcome.EXACT),
}


@pytest.mark.parametrize("name", SAID)
def test_a_label_counts_when_all_confirm_it(name: str) -> None:
    first, second, outcome = SAID[name]
    jury = Jury([Engine("xmlschema", *second), Engine("lxml", *first)])
    assert jury.outcome(DOCUMENT, "content", "/a") is outcome


def test_what_is_no_value_may_break_its_facets_too() -> None:
    found = [("datatype", "/a", "no number"), ("enumeration", "/a", "not 1 or 2")]
    assert Jury([Engine("lxml", *found)]).outcome(DOCUMENT, "datatype", "/a") is Outcome.WITH_CONSEQUENCES
    assert Jury([Engine("lxml", *found)]).outcome(DOCUMENT, "enumeration", "/a") is Outcome.OTHERWISE


def test_the_slow_engine_is_not_asked_when_the_fast_one_says_otherwise() -> None:
    slow = Engine("xmlschema", CONTENT)
    Jury([slow, Engine("lxml", ("text", "/a", "text"))]).outcome(DOCUMENT, "content", "/a")
    assert slow.asked == 0


def test_a_valid_document_is_accepted_by_all_and_each_is_asked_once() -> None:
    engines = [Engine("xmlschema"), Engine("lxml")]
    jury = Jury(engines)
    assert jury.accepts(DOCUMENT)
    assert jury.accepts(DOCUMENT)
    assert jury.is_plausible(DOCUMENT)
    assert [each.asked for each in engines] == [1, 1]
    assert not Jury([Engine("xmlschema", CONTENT), Engine("lxml")]).accepts(DOCUMENT)
    assert jury.names == ("lxml", "xmlschema")


def test_verdicts_are_by_name() -> None:
    said = Jury([Engine("xmlschema", CONTENT), Engine("lxml")]).verdicts(DOCUMENT)
    assert {name: [each.rule for each in found] for name, found in said.items()} == {
        "lxml": [],
        "xmlschema": ["content"],
    }


def test_facets_that_are_broken_together_are_entangled() -> None:
    found = [("min-length", "/a", "too short"), ("pattern", "/a", "not digits")]
    assert Jury([Engine("lxml", *found)]).outcome(DOCUMENT, "min-length", "/a") is Outcome.ENTANGLED
