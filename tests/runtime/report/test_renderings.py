from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import golden_files
import jsonschema
import ledger_samples as samples
import pytest
import report_samples

from orchestra_compiler.model import SuiteThresholds
from orchestra_spec import ROOT
from pytest_orchestra.ledger import Ledger
from pytest_orchestra.report import build, document, figures, markdown, terminal
from pytest_orchestra.report.values import Baseline, Report
from pytest_orchestra.values import UsageSource

SCHEMA = json.loads((ROOT / "schemas" / document.SCHEMA).read_bytes())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def full(tmp_path_factory) -> Report:
    path = tmp_path_factory.mktemp("full") / "ledger.db"
    report_samples.record(path)
    return report_samples.report(path)


@pytest.fixture(scope="module")
def empty(tmp_path_factory) -> Report:
    ledger = Ledger(tmp_path_factory.mktemp("empty") / "ledger.db")
    ledger.begin_run(samples.run_info())
    report = build(ledger, samples.RUN, samples.manifest())
    ledger.close()
    return report


@pytest.fixture(scope="module")
def simple(tmp_path_factory) -> Report:
    """A healthy run of one mission that cost real money."""
    ledger = Ledger(tmp_path_factory.mktemp("simple") / "ledger.db")
    ledger.begin_run(samples.run_info(provider="anthropic"))
    answer = samples.reply(1_234_567, 98_765, UsageSource.REPORTED, spent_usd=Decimal("1.728392"))
    samples.call(ledger, samples.request(), answer, paid=True)
    ledger.mission_finished(samples.RUN, samples.mission(), samples.result("checkout", samples.step("main", *_ENDED)))
    report = build(ledger, samples.RUN, samples.manifest(SuiteThresholds(pass_rate=Decimal("0.95"))))
    ledger.close()
    return report


_ENDED = (samples.Outcome.PASSED, samples.attempt(0, samples.Level.SELF, samples.PASSED))


@pytest.mark.parametrize("width", [100, 80, 60])
@pytest.mark.parametrize("which", ["full", "simple", "empty"])
def test_terminal_golden(request, which: str, width: int) -> None:
    report = request.getfixturevalue(which)
    golden_files.same(f"{which}-{width}.txt", terminal.render(report, width, detail=width == 100))


def test_markdown_golden(full: Report, simple: Report, empty: Report) -> None:
    for name, report in (("full", full), ("simple", simple), ("empty", empty)):
        golden_files.same(f"{name}.md", markdown.render(report))


def test_json_golden(full: Report, empty: Report) -> None:
    golden_files.same("full.json", report_samples.without_times(document.render(full).decode()))
    golden_files.same("empty.json", document.render(empty).decode())


@pytest.mark.parametrize("which", ["full", "simple", "empty"])
def test_json_is_what_the_schema_publishes(request, which: str) -> None:
    data = json.loads(document.render(request.getfixturevalue(which)))
    assert [error.message for error in VALIDATOR.iter_errors(data)] == []


def test_the_schema_is_sound_and_its_example_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    (example,) = SCHEMA["examples"]
    assert [error.message for error in VALIDATOR.iter_errors(example)] == []
    assert example["total"]["calls"] > 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["total"].update(priced_usd=0.5),
        lambda data: data["tiers"][0].pop("sources"),
        lambda data: data.update(more=1),
        lambda data: data["missions"][0].update(outcome="fine"),
    ],
)
def test_the_schema_refuses_what_is_not_a_report(full: Report, spoil) -> None:
    data = json.loads(document.render(full))
    spoil(data)
    assert not VALIDATOR.is_valid(data)


def test_json_is_canonical_enough_to_compare(full: Report) -> None:
    text = document.render(full).decode()
    data = json.loads(text)
    assert list(data) == sorted(data)
    assert text.endswith("}\n")
    assert len(text.splitlines()) > len(data["missions"]) + len(data["tiers"])
    assert data["total"]["priced_usd"] == "0.759706"


@pytest.mark.parametrize("width", range(40, 141, 5))
@pytest.mark.parametrize("ascii_only", [False, True])
def test_nothing_is_wider_than_the_terminal(full: Report, simple: Report, width: int, ascii_only: bool) -> None:
    for report in (full, simple):
        text = terminal.render(report, width, ascii_only=ascii_only, detail=True)
        assert max(map(len, text.splitlines())) <= width
        assert text.isascii() == ascii_only
        assert not re.search(r"[ \t]$", text, re.MULTILINE)


def test_colour_only_when_asked(full: Report) -> None:
    plain, coloured = terminal.render(full, 100), terminal.render(full, 100, colour=True)
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
    assert "\x1b[31m" in coloured


@pytest.mark.parametrize(
    ("encoding", "can"),
    [("utf-8", True), ("UTF8", True), ("cp1252", False), ("ascii", False), (None, False), ("?", False)],
)
def test_speaks_unicode(encoding: str | None, can: bool) -> None:
    assert terminal.speaks_unicode(encoding) == can


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "a\\|b"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("one\ntwo", "one two"),
        ("`x` *y* _z_ [l](u)", "\\`x\\` \\*y\\* \\_z\\_ \\[l\\](u)"),
        ("back\\slash ~", "back\\\\slash \\~"),
    ],
)
def test_markdown_escapes(text: str, shown: str) -> None:
    assert markdown.escape(text) == shown


def test_markdown_tables_have_the_same_cells_in_every_row(full: Report) -> None:
    for block in re.findall(r"(?:^\|.*\n)+", markdown.render(full), re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


@pytest.mark.parametrize(
    ("saving", "share", "shown"),
    [
        ("0.34", "0.34", "34 % below all-strong"),
        ("-3", "-1.5", "150 % above all-strong"),
        ("-30", "-15", "1,500 % above all-strong"),
        ("0", "0", "the same as all-strong"),
        ("0.1", "0.004", "0.4 % below all-strong"),
        ("0.1", "0.0001", "less than 0.1 % below all-strong"),
        ("-1", None, "above all-strong, which would cost nothing"),
    ],
)
def test_comparisons_in_words(saving: str, share: str | None, shown: str) -> None:
    part = None if share is None else Decimal(share)
    baseline = Baseline(tier="strong", model="m", priced_usd=Decimal(1), saving_usd=Decimal(saving), saving_share=part)
    assert figures.comparison(baseline) == shown


def test_a_missing_comparison_is_said() -> None:
    assert figures.comparison(Baseline(tier="strong", model="m", missing="m has no price")) == (
        "no comparison with all-strong: m has no price"
    )


@pytest.mark.parametrize(
    ("amount", "digits", "shown"),
    [("1234.5", 2, "$1,234.50"), ("-0.00125", 4, "-$0.0013"), ("-0.00001", 4, "$0.0000"), ("0.00005", 4, "$0.0001")],
)
def test_money(amount: str, digits: int, shown: str) -> None:
    assert figures.money(Decimal(amount), digits) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(999, "999"), (9_999, "9,999"), (10_000, "10.0k"), (999_949, "999.9k"), (1_234_567, "1.2M"), (2 * 10**9, "2.0G")],
)
def test_compact_numbers(value: int, shown: str) -> None:
    assert figures.number(value, compact=True) == shown
    assert figures.number(value) == f"{value:,}"


@pytest.mark.parametrize(("value", "shown"), [(None, "–"), (0.0123, "12.3 ms"), (1.5, "1.50 s"), (4321, "4,321.00 s")])
def test_seconds(value: float | None, shown: str) -> None:
    assert figures.seconds(value) == shown


def test_tiny_runs_show_more_decimals_and_large_ones_cents(simple: Report, empty: Report, tmp_path: Path) -> None:
    assert figures.money_digits(simple) == 4
    assert figures.money_digits(empty) == 4
    found = []
    for tokens in (1, 10**12):
        ledger = Ledger(tmp_path / f"{tokens}.db")
        ledger.begin_run(samples.run_info())
        samples.call(ledger, samples.request(), samples.reply(tokens, 0))
        found.append(figures.money_digits(build(ledger, samples.RUN, samples.manifest())))
        ledger.close()
    assert found == [6, 2]
