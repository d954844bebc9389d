from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.expectation_kinds import MISSION_KINDS, STEP_KINDS
from orchestra_compiler.model import CallError, Expectation, Layer, ToolUse, Usage
from pytest_orchestra.expectations import judged, known_kinds
from pytest_orchestra.expectations.shortfall import WIDTH, first_difference, nearest, quoted
from pytest_orchestra.values import Attempt, Level, MissionResult, Outcome, Reply, StepResult, Verdict, VerdictKind

PLACE = Span("missions/trial.yaml", 20)


def attempt(text="fine", *, number=0, level=Level.SELF, error=None, verdict=VerdictKind.PASS, **fields: Any) -> Attempt:
    return Attempt(
        number=number,
        level=level,
        agent="worker",
        tier="routine",
        model="r1",
        reply=Reply(
            text=text,
            error=error,
            tools=fields.pop("tools", ()),
            usage=Usage(input_tokens=100, output_tokens=10, cache_read_tokens=5),
        ),
        verdicts=(Verdict(layer=Layer.OUTPUT, check="taste", kind=verdict),),
        latency_s=0.5,
        priced_usd=Decimal("0.10"),
        **fields,
    )


def step(*attempts: Attempt, outcome=Outcome.PASSED, name="main", **fields: Any) -> StepResult:
    return StepResult(step=name, outcome=outcome, attempts=attempts, **{"order": 0, **fields})


TWO = step(attempt("bad", verdict=VerdictKind.BLOCK), attempt("fine text", number=1, tools=(ToolUse(name="Read"),)))


@pytest.fixture
def check(studio) -> Callable[..., tuple[str, str] | None]:
    """Evaluate one expectation; returns None, or the failure's (expected, actual)."""

    def evaluate(kind, value, about="fine", *, mission=False) -> tuple[str, str] | None:
        result_step = about if isinstance(about, StepResult) else step(attempt(about))
        expectation = Expectation(step=None if mission else "main", kind=kind, value=json.dumps(value), span=PLACE)
        made = studio.mission()
        made = type(made)(name="trial", steps=made.steps, expectations=(expectation,))
        result = MissionResult(mission="trial", outcome=Outcome.PASSED, steps={"main": result_step})
        failures = judged(made, result, studio.project(made)).failures
        assert all((each.span, each.kind) == (PLACE, kind) for each in failures)
        assert len(failures) <= 1
        return (failures[0].expected, failures[0].actual) if failures else None

    return evaluate


def test_the_runtime_covers_exactly_the_kinds_that_the_compiler_knows() -> None:
    assert known_kinds() == (STEP_KINDS, MISSION_KINDS)


HOLDS = [
    ("contains", "in", "fine"),
    ("contains", ["f", "ne"], "fine"),
    ("contains", 42, "it is 42"),
    ("not_contains", "x", "fine"),
    ("not_contains", ["x", "y"], "fine"),
    ("regex", "^f.ne$", "fine"),
    ("regex", ["f", "n"], "fine"),
    ("equals", "fine\n", " fine"),
    ("equals", 4, "4"),
    ("json", {"$.a[1]": 2, "$.b": None}, '{"a": [1, 2.0], "b": null}'),
    ("json", {"$.a[*]": 2}, '{"a": [1, 2]}'),
    ("json", {"$.a": {"b": [True]}}, 'Here:\n```json\n{"a": {"b": [true]}}\n```\nand more'),
    ("json", {"$": 1}, "1"),
    ("xpath", "//b", "<a><b/></a>"),
    ("xpath", ["//b", "count(//b) = 1", "string(//b)"], "<a><b>x</b></a>"),
    ("xpath", {"/a/b": "two", "count(//b)": 2, "//b/@id": "7"}, '<a><b id="7">one</b><b> <i>two</i></b></a>'),
    ("xpath", {"//x:b": "1", "//c": "2"}, '<a xmlns="urn:d" xmlns:x="urn:x"><x:b>1</x:b><c>2</c></a>'),
    ("xpath", {"not(//c)": True}, "<a/>"),
    ("tier", "routine", TWO),
    ("tier", ["strategic", "routine"], TWO),
    ("agent", "worker", TWO),
    ("model", "r1", TWO),
    ("outcome", "passed", TWO),
    ("outcome", "skipped", step(outcome=Outcome.SKIPPED)),
    ("level", "self", TWO),
    ("level", "coordinator", step(attempt(), attempt(level=Level.COORDINATOR))),
    ("level", "user", step(attempt(), outcome=Outcome.ESCALATED)),
    ("error", "timeout", step(attempt("", error=CallError.TIMEOUT), attempt())),
    ("attempts", 2, TWO),
    ("attempts", {"min": 2, "max": 2}, TWO),
    ("gate", {"taste": "block"}, TWO),
    ("gate", {"taste": "pass"}, TWO),
    ("gate", {"taste": "warn"}, step(verdicts=(Verdict(layer=Layer.INPUT, check="taste", kind=VerdictKind.WARN),))),
    ("tools", ["Read"], TWO),
    ("tools", "Read", TWO),
    ("tools", [], step()),
    ("tokens", {"max": 230, "min": 230}, TWO),
    ("cost_usd", {"max": 0.2}, TWO),
    ("cost_usd", {"max": "0.20"}, TWO),
    ("cost_usd", 0.2, TWO),
    ("latency_s", {"max": 1}, TWO),
]


@pytest.mark.parametrize(("kind", "value", "about"), HOLDS)
def test_holds(check, kind, value, about) -> None:
    assert check(kind, value, about) is None


FAILS = [
    ("contains", ["fine", "gold"], "fine", "'gold' in the reply", "'fine'"),
    ("not_contains", ["x", "in"], "fine", "no 'in' in the reply", "'fine'"),
    ("regex", "^x", "fine", "a match of '^x'", "'fine'"),
    ("equals", "fin", "fine", "'fin'", "'fine'"),
    (
        "equals",
        "x",
        step(outcome=Outcome.SKIPPED, detail="needs a"),
        "'x'",
        "no reply: the step ended skipped (needs a)",
    ),
    (
        "contains",
        "x",
        step(attempt("", error=CallError.SERVER)),
        "'x'",
        "no reply: the last call failed with server-error",
    ),
    ("json", {"$.a": True}, '{"a": 1}', "$.a = 'true'", "'1'"),
    ("json", {"$.x": 1}, '{"a": 1}', "$.x = '1'", "nothing there"),
    ("json", {"$.x": 1}, "fine", '{"$.x": 1}', "the reply is not JSON: 'fine'"),
    ("json", {"$.x": 1}, "```json\nfine\n```", '{"$.x": 1}', "the reply is not JSON: '```json\\nfine\\n```'"),
    ("xpath", "//c", "<a/>", "something at //c", "nothing; the reply is '<a/>'"),
    ("xpath", "//c = 1", "<a/>", "something at //c = 1", "nothing; the reply is '<a/>'"),
    ("xpath", {"//b": "two"}, "<a><b>one</b><b>tow</b></a>", "//b = 'two'", "'one' | 'tow'"),
    ("tier", "strategic", TWO, "tier strategic", "tier routine"),
    ("tier", "strategic", step(), "tier strategic", "no reply: the step ended passed"),
    ("agent", "boss", TWO, "agent boss", "agent worker"),
    ("model", "s1", TWO, "model s1", "model r1"),
    ("outcome", "blocked", step(outcome=Outcome.ERROR, detail="why"), "blocked", "error (why)"),
    ("level", "user", TWO, "level user", "level self"),
    ("error", "timeout", TWO, "a call that fails with timeout", "no call failed"),
    ("error", "timeout", step(attempt(error=CallError.SERVER)), "a call that fails with timeout", "server-error"),
    ("attempts", 1, TWO, "1 call", "2 calls"),
    ("attempts", {"min": 3, "max": 4}, TWO, "3 to 4 calls", "2 calls"),
    ("gate", {"taste": "escalate"}, TWO, "taste: escalate", "taste: block, pass"),
    ("gate", {"smell": "pass"}, TWO, "smell: pass", "smell gave no verdict"),
    ("tools", ["Read", "Write"], TWO, "tool Write used", "tools used: Read"),
    ("tools", ["Write"], step(), "tool Write used", "tools used: none"),
    ("tokens", {"max": 229}, TWO, "at most 229 tokens", "230 tokens"),
    ("cost_usd", {"max": 0.19}, TWO, "at most 0.19 USD", "0.20 USD"),
    ("cost_usd", {"min": "0.3"}, TWO, "at least 0.3 USD", "0.20 USD"),
    ("latency_s", {"max": 0.9}, TWO, "at most 0.9 s", "1.0 s"),
]


@pytest.mark.parametrize(("kind", "value", "about", "expected", "actual"), FAILS)
def test_fails(check, kind, value, about, expected, actual) -> None:
    assert check(kind, value, about) == (expected, actual)


UNUSABLE = [
    ("regex", "(", "'(' is not a regular expression: missing ), unterminated subpattern at position 0"),
    ("xpath", "//[", "the XPath '//[' cannot be evaluated: "),
    ("xpath", "//nope:b", "the XPath '//nope:b' cannot be evaluated: "),
    ("xpath", "doc('file:///etc/passwd')", "the XPath "),
    ("json", {"$.[": 1}, "'$.[' is not a JSONPath: "),
    ("json", "$.a", "it must be a mapping"),
    ("contains", {"a": 1}, "it must be a text or a list of texts"),
    ("gate", "taste", "it must be a mapping"),
    ("attempts", "many", '"many" is not a number'),
    ("attempts", True, "true is not a number"),
    ("tokens", {"most": 5}, '{"most": 5} must have `min`, `max` or both'),
    ("tokens", {"max": "inf"}, '"inf" is not a number'),
    ("telepathy", 1, "there is no kind 'telepathy'"),
]


@pytest.mark.parametrize(("kind", "value", "why"), UNUSABLE)
def test_an_expectation_that_cannot_be_checked_is_a_failure_that_says_so(check, kind, value, why) -> None:
    about = "<a/>" if kind == "xpath" else '{"a": 1}'
    expected, actual = check(kind, value, about)
    assert expected == json.dumps(value)
    assert actual.startswith(f"this expectation cannot be checked: {why}")


@pytest.mark.parametrize("text", ["fine", "<a>", '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'])
def test_what_is_no_harmless_xml_fails_an_xpath(check, text) -> None:
    expected, actual = check("xpath", "//a", text)
    assert expected == 'XML with "//a"'
    assert actual.startswith("not XML that is let in: ")


MESSAGE = {"sender": "worker", "recipient": "boss", "task_id": "t-1", "description": "All done."}


@pytest.fixture
def message(studio) -> str:
    return studio.project(studio.mission()).messages.encode("task-completion", MESSAGE)


@pytest.mark.parametrize(
    "value",
    [
        "task-completion",
        {"type": "task-completion", "success": True, "task-id": "t-1"},
        {"sender": "worker", "quality_gates": {"input": "not-run"}},
    ],
)
def test_a_message_holds(check, message, value) -> None:
    assert check("message", value, message) is None


def test_a_message_of_another_type_or_with_other_fields_fails(check, message) -> None:
    assert check("message", "status", message) == ("a message of type status", "type task-completion")
    assert check("message", {"sender": "boss"}, message) == ("sender = 'boss'", "sender = 'worker'")
    assert check("message", {"colour": "red"}, message) == ("a field colour", "the message has no colour")
    wanted = {"quality_gates": {"input": "passed"}}
    failed = ("quality_gates.input = 'passed'", "quality_gates.input = 'not-run'")
    assert check("message", wanted, message) == failed


def test_an_invalid_or_no_message_fails(check, message) -> None:
    expected, actual = check(
        "message", "task-completion", message.replace("All done.", "").replace("<sender>worker", "<sender>")
    )
    assert expected == "a valid task-completion"
    assert "sender" in actual
    expected, actual = check("message", "status", "fine")
    assert expected == 'a message "status"'
    assert actual.startswith("not a message: ")


def result(outcome=Outcome.PASSED, **steps: StepResult) -> MissionResult:
    return MissionResult(mission="trial", outcome=outcome, steps=steps, duration_s=1.25, priced_usd=Decimal("0.30"))


THREE = result(
    a=step(attempt(), name="a", order=1),
    b=step(attempt(), name="b", order=0),
    c=step(name="c", order=-1, outcome=Outcome.ESCALATED, detail="ugly"),
)


@pytest.mark.parametrize(
    ("kind", "value", "failure"),
    [
        ("order", ["b", "a"], None),
        ("order", ["a", "b"], ("started in the order a, b", "started: b, a")),
        ("order", ["b", "c"], ("started in the order b, c", "started: b, a")),
        ("cost_usd", {"max": 0.3}, None),
        ("cost_usd", {"max": 0.29}, ("at most 0.29 USD", "0.30 USD")),
        ("tokens", {"max": 230}, None),
        ("tokens", {"max": 10}, ("at most 10 tokens", "230 tokens")),
        ("latency_s", {"max": 1.25}, None),
        ("latency_s", {"max": 1}, ("at most 1 s", "1.25 s")),
        ("user_escalations", {"max": 1}, None),
        ("user_escalations", 0, ("0 steps with the user", "1 step with the user")),
        ("outcome", "passed", None),
        ("outcome", "escalated", ("escalated", "passed (c: escalated (ugly))")),
        (
            "telepathy",
            1,
            ("1", "this expectation cannot be checked: nothing called 'telepathy' can be expected of a mission"),
        ),
    ],
)
def test_of_a_whole_mission(studio, kind, value, failure) -> None:
    mission = studio.mission(*(studio.step(name) for name in "abc"), expect=[(None, kind, value)])
    failures = judged(mission, THREE, studio.project(mission)).failures
    assert [(each.expected, each.actual) for each in failures] == ([] if failure is None else [failure])
    assert all(each.step is None for each in failures)


def test_an_expectation_of_a_step_that_is_not_there_fails(studio) -> None:
    mission = studio.mission(expect=[("ghost", "contains", "x")])
    failures = judged(mission, result(main=step(attempt())), studio.project(mission)).failures
    assert failures[0].actual == "this expectation cannot be checked: there is no step 'ghost'"


def test_every_mission_must_pass_unless_it_states_its_outcome(studio) -> None:
    blocked = result(Outcome.BLOCKED, main=step(outcome=Outcome.BLOCKED, detail="why"))
    plain = studio.mission(expect=[("main", "outcome", "blocked")])
    (failure,) = judged(plain, blocked, studio.project(plain)).failures
    assert (failure.step, failure.kind, failure.span) == (None, "outcome", plain.span)
    assert (failure.expected, failure.actual) == ("passed", "blocked (main: blocked (why))")
    stated = studio.mission(expect=[(None, "outcome", "blocked")])
    assert judged(stated, blocked, studio.project(stated)).failures == ()


def test_failures_stand_in_the_order_of_writing(studio) -> None:
    mission = studio.mission(expect=[("main", "contains", "x"), (None, "tokens", 0), ("main", "regex", "y")])
    failures = judged(mission, result(main=step(attempt())), studio.project(mission)).failures
    assert [each.kind for each in failures] == ["contains", "tokens", "regex"]
    assert [each.span.line for each in failures] == [20, 21, 22]


def test_a_long_text_is_shown_around_its_first_difference(check) -> None:
    text = "a" * 1000 + "needle in the hay" + "b" * 1000
    _, actual = check("contains", "needle in the straw", text)
    assert "needle in the hay" in actual
    assert len(actual) < 2 * WIDTH
    expected, actual = check("equals", text.replace("hay", "straw"), text)
    assert "needle in the straw" in expected
    assert "needle in the hay" in actual
    assert actual.startswith("…(")
    assert actual.endswith(" more)")


texts = st.text(alphabet="ab\n", max_size=400)


@given(text=texts, around=st.integers(0, 500))
def test_a_quoted_text_says_how_much_is_left_out(text, around) -> None:
    shown = quoted(text, around)
    assert "\n" not in shown
    if len(text) <= WIDTH:
        assert shown == repr(text)
    else:
        left_out = sum(int(word) for word in shown.replace("(", " ").split() if word.isdigit())
        assert left_out == len(text) - WIDTH


@given(one=texts, other=texts)
def test_the_first_difference_and_the_nearest_beginning(one, other) -> None:
    position = first_difference(one, other)
    assert one[:position] == other[:position]
    assert one == other or one[position : position + 1] != other[position : position + 1]
    end = nearest(one, other)
    if one in other:
        assert end == other.find(one) + len(one) or not one
