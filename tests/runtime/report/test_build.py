from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import ledger_samples as samples
import pytest
import report_samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.errors import UsageError
from orchestra_compiler.model import CallError, Model, SuiteThresholds, Usage
from orchestra_compiler.prices import distribute
from pytest_orchestra.ledger import Ledger
from pytest_orchestra.report import build, document, figures, markdown, rows, terminal
from pytest_orchestra.report.values import Baseline, Report
from pytest_orchestra.values import Level, Outcome, UsageSource


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    made = Ledger(path)
    made.begin_run(samples.run_info())
    yield made
    made.close()


def built(ledger: Ledger, suite: SuiteThresholds | None = None, models: dict[str, Model] | None = None) -> Report:
    return build(ledger, samples.RUN, samples.manifest(suite, models))


def overall(report: Report) -> list[Baseline]:
    """Return the baselines over all calls."""
    return [each for each in report.baselines if each.source is None]


CALLS = st.lists(
    st.tuples(
        st.sampled_from(["routine", "implementation", "strategic", "retired"]),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["one", "two", "three", "four"]),
        st.sampled_from(list(UsageSource)),
        st.builds(
            Usage,
            input_tokens=st.integers(0, 10**7),
            output_tokens=st.integers(0, 10**7),
            cache_read_tokens=st.integers(0, 10**6),
            cache_write_tokens=st.integers(0, 10**6),
        ),
        st.integers(0, 10**13),
        st.integers(0, 10**14),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=CALLS)
def test_every_table_adds_up_to_the_total_to_the_last_picodollar(tmp_path_factory, calls) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("sums") / "ledger.db")
    ledger.begin_run(samples.run_info())
    pico = Decimal("1e-12")
    for number, (tier, agent, mission, source, usage, spent, priced) in enumerate(calls):
        asked = samples.request(mission, number=number, agent=agent, tier=tier)
        answer = samples.reply(usage=usage, source=source, spent_usd=spent * pico)
        handle = ledger.call_started(samples.RUN, asked, Level.SELF, "scripted", paid=False)
        ledger.call_finished(handle, answer, latency_s=0.1, priced_usd=priced * pico, paid=False)
    report = built(ledger)
    ledger.close()
    total = report.total.sums
    assert total.calls == len(calls)
    assert total.priced_usd == pico * sum(call[6] for call in calls)
    assert total.spent_usd == pico * sum(call[5] for call in calls)
    missions = [mission.line for mission in report.missions]
    for lines in (report.tiers, report.agents, report.models, missions, report.total.sources):
        assert sum((line.sums.priced_usd for line in lines), Decimal(0)) == total.priced_usd
        assert sum((line.sums.spent_usd for line in lines), Decimal(0)) == total.spent_usd
        assert sum(line.sums.calls for line in lines) == total.calls
        assert sum(line.sums.latency_us for line in lines) == total.latency_us
        assert sum(line.sums.usage.cache_read_tokens for line in lines) == total.usage.cache_read_tokens
    for whole in overall(report):
        parts = [each for each in report.baselines if each.tier == whole.tier and each.source]
        assert sum((each.priced_usd or 0 for each in parts), Decimal(0)) == whole.priced_usd
        assert sum((each.saving_usd or 0 for each in parts), Decimal(0)) == whole.saving_usd
    for line in (*report.tiers, *report.agents, *missions):
        assert sum((each.sums.priced_usd for each in line.sources), Decimal(0)) == line.sums.priced_usd
    _shown_columns_add_up(report)


def _shown_columns_add_up(report: Report) -> None:
    tables = (rows.tiers(report, 4), rows.sources(report, 4), rows.agents(report, 4, 2), rows.missions(report, 4, 2))
    for *body, total in tables:
        assert sum((_read(row.priced) for row in body), Decimal(0)) == _read(total.priced)
        assert sum((_read(row.spent) for row in body), Decimal(0)) == _read(total.spent)
        assert sum((_read(row.share) for row in body), Decimal(0)) == _read(total.share)


def _read(shown: str) -> Decimal:
    return Decimal(shown.strip("$ %").replace(",", ""))


def test_the_order_of_writing_does_not_matter(tmp_path: Path) -> None:
    renderings = set()
    for seed in (None, 1, 2, 3):
        path = tmp_path / f"{seed}.db"
        report_samples.record(path, None if seed is None else random.Random(seed))
        report = report_samples.report(path)
        text = report_samples.without_times(document.render(report).decode())
        renderings.add((text, terminal.render(report, 100, detail=True), markdown.render(report)))
    assert len(renderings) == 1


def test_tiers_stand_in_the_manifests_order_and_unknown_ones_last(ledger: Ledger) -> None:
    samples.call(ledger, samples.request(tier="retired"), samples.reply())
    report = built(ledger)
    assert [line.name for line in report.tiers] == ["routine", "implementation", "strategic", "retired"]
    assert [line.sums.calls for line in report.tiers] == [0, 0, 0, 1]
    assert any("tier retired" in note for note in report.notes)


def test_a_run_without_calls_has_every_tier_and_no_share(ledger: Ledger) -> None:
    report = built(ledger)
    assert [line.sums.calls for line in report.tiers] == [0, 0, 0]
    assert report.total.share == 0
    assert report.total.sums.accepted_rate is None
    assert report.total.sums.mean_latency_s is None
    assert report.baselines[0].saving_share is None
    assert report.suite.pass_rate is None


def test_baselines_price_the_same_tokens_and_hide_no_loss(ledger: Ledger) -> None:
    samples.call(ledger, samples.request(tier="strategic"), samples.reply(1_000_000, 100_000))
    middle, small, large = overall(built(ledger))
    assert (middle.tier, middle.model, middle.priced_usd) == ("implementation", "middle-1", Decimal("4.5"))
    assert (middle.saving_usd, middle.saving_share) == (Decimal(-3), Decimal(-3) / Decimal("4.5"))
    assert (small.tier, small.saving_usd) == ("routine", Decimal(-6))
    assert (large.tier, large.saving_usd, large.saving_share) == ("strategic", 0, 0)


def test_a_run_may_name_its_own_headline_baseline(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin_run(samples.run_info(baseline="strategic"))
    assert [each.tier for each in overall(built(ledger))] == ["strategic", "routine", "implementation"]
    ledger.close()


def test_an_unknown_price_is_said_and_never_zero(ledger: Ledger) -> None:
    models = {
        "implementation": Model(name="unpriced"),
        "routine": Model(name="no-cache", price=samples.price("1", "5")),
        "strategic": samples.MODELS["strategic"],
    }
    samples.call(ledger, samples.request(), samples.reply(usage=Usage(cache_read_tokens=5)))
    baselines = overall(built(ledger, models=models))
    assert [each.priced_usd is None for each in baselines] == [True, True, False]
    assert baselines[0].missing == "unpriced has no price"
    assert "cache_read" in baselines[1].missing


def test_accepted_calls_are_those_that_ended_their_step_well(ledger: Ledger) -> None:
    for number in range(3):
        samples.call(ledger, samples.request(number=number), samples.reply())
    samples.call(ledger, samples.request("going-on"), samples.reply())  # its step has not ended: not judged
    attempts = [samples.attempt(number) for number in range(3)]
    ledger.mission_finished(
        samples.RUN, samples.mission(), samples.result("checkout", samples.step("main", Outcome.PASSED, *attempts))
    )
    sums = built(ledger).tiers[0].sums
    assert (sums.calls, sums.judged, sums.accepted) == (4, 3, 1)
    assert sums.accepted_rate == Decimal(1) / 3


def test_a_step_that_ended_badly_accepted_nothing(ledger: Ledger) -> None:
    samples.call(ledger, samples.request(), samples.reply())
    step = samples.step("main", Outcome.ESCALATED, samples.attempt())
    ledger.mission_finished(samples.RUN, samples.mission(), samples.result("checkout", step))
    assert built(ledger).total.sums.accepted_rate == 0


def test_only_steps_that_ran_count_for_escalations(ledger: Ledger) -> None:
    steps = [
        samples.step("a", Outcome.PASSED, samples.attempt()),
        samples.step("b", Outcome.PASSED, samples.attempt(0, Level.SELF), samples.attempt(1, Level.LEAD)),
        samples.step("c", Outcome.ESCALATED, samples.attempt()),
        samples.step("d", Outcome.BLOCKED),
        samples.step("e", Outcome.SKIPPED, order=-1),
        samples.step("f", Outcome.ESCALATED),
    ]
    ledger.mission_finished(samples.RUN, samples.mission(), samples.result("checkout", *steps))
    suite = built(ledger).suite
    assert suite.steps == 4
    assert [count for _, count in suite.levels] == [1, 0, 1, 2]
    assert suite.user_escalation_rate == Decimal("0.5")


def _with(ledger: Ledger, passed: int, failed: int, users: int = 0) -> None:
    for number in range(passed + failed):
        outcome = Outcome.ESCALATED if number < users else Outcome.PASSED
        step = samples.step("main", outcome, samples.attempt())
        name = f"mission-{number}"
        ended = samples.result(name, step, fails=number >= passed)
        ledger.mission_finished(samples.RUN, samples.mission(name), ended)


@pytest.mark.parametrize(
    ("suite", "users", "held"),
    [
        (SuiteThresholds(), 4, []),
        (SuiteThresholds(pass_rate=Decimal("0.75")), 0, [True]),
        (SuiteThresholds(pass_rate=Decimal("0.750001")), 0, [False]),
        (SuiteThresholds(user_escalations=Decimal("0.25")), 1, [False]),
        (SuiteThresholds(user_escalations=Decimal("0.250001")), 1, [True]),
        (SuiteThresholds(user_escalations=Decimal(0)), 0, [True]),
        (SuiteThresholds(budget_usd=Decimal("0.002")), 0, [True]),
        (SuiteThresholds(budget_usd=Decimal("0.001999999999")), 0, [False]),
        (
            SuiteThresholds(pass_rate=Decimal(1), user_escalations=Decimal(1), budget_usd=Decimal(1)),
            0,
            [False, True, True],
        ),
    ],
)
def test_suite_gates(ledger: Ledger, suite: SuiteThresholds, users: int, held: Sequence[bool]) -> None:
    _with(ledger, 3, 1, users)
    samples.call(ledger, samples.request(), samples.reply())  # priced at 0.002
    found = built(ledger, suite).suite
    assert [gate.held for gate in found.gates] == held
    assert found.gates_held == all(held)


def test_no_test_at_all_holds_no_pass_rate(ledger: Ledger) -> None:
    suite = built(ledger, SuiteThresholds(pass_rate=Decimal(0), user_escalations=Decimal("0.1"))).suite
    assert [(gate.actual, gate.held) for gate in suite.gates] == [(None, False), (None, True)]


def test_a_runs_own_budget_comes_before_the_manifests(path: Path) -> None:
    ledger = Ledger(path)
    ledger.begin_run(samples.run_info(budget_usd=Decimal("0.001")))
    samples.call(ledger, samples.request(), samples.reply())
    (gate,) = built(ledger, SuiteThresholds(budget_usd=Decimal(5))).suite.gates
    assert (gate.threshold, gate.actual, gate.held) == (Decimal("0.001"), Decimal("0.002"), False)
    ledger.close()


def test_what_did_not_run_is_named_with_its_reason(path: Path) -> None:
    report_samples.record(path)
    suite = report_samples.report(path).suite
    assert [(each.kind, each.name, each.reason) for each in suite.not_run] == [
        ("mission", "mission-06", "stopped by the budget"),
        ("mission", "mission-14", "never ended"),
        ("mission", "mission-15", "never ended"),
        ("routing", "routing/never", "never started"),
    ]
    assert suite.budget_stopped


def test_lost_calls_are_listed_and_in_no_sum(ledger: Ledger) -> None:
    samples.call(ledger, samples.request(), samples.reply())
    ledger.call_started(samples.RUN, samples.request("gone"), Level.SELF, "scripted", paid=True)
    report = built(ledger)
    assert [(call.mission, call.paid) for call in report.lost] == [("gone", True)]
    assert report.lost_calls == 1
    assert report.total.sums.calls == 1
    assert [(mission.line.name, mission.row) for mission in report.missions] == [("checkout", None), ("gone", None)]
    assert any("never seen to end" in note for note in report.notes)


def test_sources_are_kept_apart_and_mixing_is_said(ledger: Ledger) -> None:
    samples.call(ledger, samples.request("a"), samples.reply(1000, source=UsageSource.DECLARED))
    assert not any("more than one source" in note for note in built(ledger).notes)
    samples.call(ledger, samples.request("b"), samples.reply(2000, source=UsageSource.REPORTED))
    report = built(ledger)
    assert [(each.source, each.sums.usage.input_tokens) for each in report.total.sources] == [
        (UsageSource.REPORTED, 2000),
        (UsageSource.DECLARED, 1000),
    ]
    assert any("more than one source" in note for note in report.notes)


def test_each_source_is_compared_by_itself_and_the_headline_names_them(ledger: Ledger) -> None:
    samples.call(ledger, samples.request("a", tier="strategic"), samples.reply(1_000_000))
    assert figures.headline(built(ledger)) == "67 % above all-implementation"
    samples.call(ledger, samples.request("b"), samples.reply(3_000_000, source=UsageSource.DECLARED))
    report = built(ledger)
    named = [each for each in report.baselines if each.tier == "implementation"]
    assert [(each.source, each.priced_usd, each.saving_usd) for each in named] == [
        (None, Decimal("12.006"), Decimal("4.000")),
        (UsageSource.COUNTED, Decimal("3.003"), Decimal("-2.002")),
        (UsageSource.DECLARED, Decimal("9.003"), Decimal("6.002")),
    ]
    assert figures.headline(report) == "counted 67 % above, declared 67 % below all-implementation"


def test_a_source_without_tokens_changes_no_headline(ledger: Ledger) -> None:
    samples.call(ledger, samples.request("a"), samples.reply(0, 0, error=CallError.RATE_LIMIT))
    samples.call(ledger, samples.request("b"), samples.reply(1000, source=UsageSource.DECLARED))
    report = built(ledger)
    assert figures.headline(report) == "67 % below all-implementation"
    assert len(rows.comparisons(report, 4)) == 3
    assert not any("more than one source" in note for note in report.notes)


def test_a_source_that_cannot_be_compared_hides_no_other(ledger: Ledger) -> None:
    models = samples.MODELS | {"implementation": Model(name="no-cache", price=samples.price("3", "15"))}
    cached = Usage(input_tokens=5, cache_read_tokens=5)
    samples.call(ledger, samples.request("a"), samples.reply())
    samples.call(ledger, samples.request("b"), samples.reply(usage=cached, source=UsageSource.DECLARED))
    text = figures.headline(built(ledger, models=models))
    assert text.startswith("counted 67 % below all-implementation; no comparison of declared: ")
    assert "cache_read" in text


def counted_by(ledger: Ledger, *models: str, source: UsageSource = UsageSource.COUNTED) -> Report:
    """Record a call of 0.002 USD to each model and report."""
    for number, model in enumerate(models):
        asked = replace(samples.request(number=number), model=Model(name=model))
        handle = ledger.call_started(samples.RUN, asked, Level.SELF, "scripted", paid=False)
        answer = samples.reply(source=source)
        ledger.call_finished(handle, answer, latency_s=0, priced_usd=Decimal("0.002"), paid=False)
    return built(ledger)


def test_a_count_of_ours_is_a_range_for_models_that_count_otherwise(ledger: Ledger) -> None:
    report = counted_by(ledger, "claude-sonnet-4-5", "claude-sonnet-4-5", "gpt-5")
    (known,) = report.ranges
    assert (known.tokenizers, known.low_factor, known.high_factor) == (("claude",), Decimal("1.1"), Decimal("1.5"))
    assert (known.priced_usd, known.exact_usd) == (Decimal("0.004"), Decimal("0.002"))
    assert known.whole_usd == (Decimal("0.0064"), Decimal("0.008"))
    assert figures.stands_for(report, 4) == [
        (
            "claude models really use 1.1 to 1.5 times what o200k_base counts",
            "priced $0.0060 stands for $0.0064 to $0.0080",
        )
    ]
    (source,) = json.loads(document.render(report))["sources"]
    assert (Decimal(source["priced_usd_low"]), Decimal(source["priced_usd_high"])) == known.whole_usd


def test_a_range_says_nothing_of_models_that_nobody_measured(ledger: Ledger) -> None:
    report = counted_by(ledger, "claude-sonnet-4-5", "of-ones-own")
    assert report.ranges[0].whole_usd is None
    assert figures.stands_for(report, 4)[0][1] == "their priced $0.0020 stands for $0.0022 to $0.0030"
    assert json.loads(document.render(report))["sources"][0]["priced_usd_low"] is None


def test_an_estimate_widens_the_range(ledger: Ledger) -> None:
    report = counted_by(ledger, "claude-sonnet-4-5", source=UsageSource.ESTIMATED)
    assert figures.stands_for(report, 5) == [
        (
            "claude models really use 0.93 to 1.73 times what was estimated",
            "priced $0.00200 stands for $0.00187 to $0.00345",
        )
    ]


@pytest.mark.parametrize("source", [UsageSource.REPORTED, UsageSource.DECLARED])
def test_what_is_not_our_count_is_no_range(ledger: Ledger, source: UsageSource) -> None:
    report = counted_by(ledger, "claude-sonnet-4-5", source=source)
    assert (report.ranges, figures.stands_for(report, 4)) == ((), [])


def test_models_that_count_as_we_do_need_no_legend(ledger: Ledger) -> None:
    report = counted_by(ledger, "gpt-5")
    assert report.ranges[0].whole_usd == (Decimal("0.002"), Decimal("0.002"))
    assert figures.stands_for(report, 4) == []


def test_latencies_of_a_script_are_said_to_be(ledger: Ledger, tmp_path: Path) -> None:
    samples.call(ledger, samples.request(), samples.reply())
    measured = Ledger(tmp_path / "measured.db")
    measured.begin_run(samples.run_info(provider="anthropic"))
    samples.call(measured, samples.request(), samples.reply())
    for report, said in ((built(ledger), True), (built(measured), False)):
        assert ("latency: as scripted" in terminal.render(report, 100)) == said
        assert ("latency: as scripted" in markdown.render(report)) == said
        assert json.loads(document.render(report))["latency_source"] == ("scripted" if said else "measured")
    measured.close()


def test_a_changed_manifest_and_an_open_run_are_said(ledger: Ledger) -> None:
    report = build(ledger, samples.RUN, samples.manifest(), manifest_sha256="1" * 64)
    assert ["has not ended" in report.notes[0], "compiled anew" in report.notes[1]] == [True, True]
    ledger.end_run(samples.RUN, 0)
    assert build(ledger, samples.RUN, samples.manifest(), manifest_sha256=samples.SHA).notes == ()


def test_checks_are_counted_by_verdict(path: Path) -> None:
    report_samples.record(path)
    counts = [(check.layer.value, check.check, check.counts) for check in report_samples.report(path).suite.checks]
    assert counts == [
        ("input", "injection-phrases", (0, 10, 0, 0)),
        ("output", "message-schema", (14, 0, 4, 0)),
    ]


def test_an_unknown_run_lists_the_latest(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match=samples.RUN):
        build(ledger, "nobody", samples.manifest())


def test_a_distributed_column_is_what_the_rows_show() -> None:
    assert sum(distribute([Decimal("0.00005")] * 3, 4)) == Decimal("0.0002")  # 0.00015 rounds to 0.0002
