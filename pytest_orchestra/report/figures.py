"""Figures as a person reads them: money, shares, tokens, times, and one line on how the tokens were obtained.

Columns of money and of shares are rounded together, so that the lines shown add up to the total shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from orchestra_compiler.prices import distribute
from orchestra_compiler.tokens import VOCABULARY
from pytest_orchestra.report.values import Baseline, CountRange, Report, SuiteGate
from pytest_orchestra.values import UsageSource

NOTHING = "–"
_CENT = Decimal("0.01")
_THOUSAND = 1000
_GATE_NAMES = {"pass_rate": "pass rate", "user_escalations": "user escalations", "budget": "budget"}
_SOURCES = {
    UsageSource.REPORTED: "reported by the provider",
    UsageSource.ESTIMATED: "estimated without a tokenizer",
    UsageSource.DECLARED: "declared by the missions' authors",
}


def money_digits(report: Report) -> int:
    """Return the decimals that all money of a report is shown with: more for tiny runs, cents for large ones."""
    largest = max(report.total.sums.priced_usd, report.total.sums.spent_usd)
    if 0 < largest < _CENT:
        return 6
    return 4 if largest < _THOUSAND else 2


def money(amount: Decimal, digits: int) -> str:
    """Return an amount such as `$1,234.50` or `-$0.0012`."""
    rounded = _rounded(amount, digits)
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.{digits}f}"


def money_column(amounts: Sequence[Decimal], digits: int) -> list[str]:
    """Return amounts rounded so that they add up to their rounded total."""
    return [money(amount, digits) for amount in distribute(amounts, digits)]


def share(part: Decimal | None) -> str:
    """Return a share of 0 to 1 as a percentage with one decimal."""
    return NOTHING if part is None else f"{_rounded(part * 100, 1)} %"


def share_column(shares: Sequence[Decimal]) -> list[str]:
    """Return shares as percentages that add up to 100.0 %, or to 0.0 %."""
    return [f"{part:.1f} %" for part in distribute([each * 100 for each in shares], 1)]


def number(value: int, *, compact: bool = False) -> str:
    """Return a count with thousands separators; `compact` gives `1.2M` for 1,234,567."""
    if compact:
        for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
            if value >= size * 10 or (value >= size and unit != "k"):
                return f"{Decimal(value) / size:.1f}{unit}"
    return f"{value:,}"


def seconds(value: float | None) -> str:
    """Return a duration with a unit that suits it."""
    if value is None:
        return NOTHING
    if value < 1:
        return f"{value * 1000:.1f} ms"
    return f"{value:,.2f} s"


def plural(count: int, word: str) -> str:
    """Return `1 call`, `2 calls`."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def comparison(baseline: Baseline) -> str:
    """Return how the run stands against a baseline: `34 % below all-implementation`; never silent when it is above."""
    against = f"all-{baseline.tier}"
    if baseline.missing:
        return f"no comparison with {against}: {baseline.missing}"
    nothing = ", which would cost nothing" if baseline.saving_usd and baseline.saving_share is None else ""
    return f"{_side(baseline)} {against}{nothing}"


def headline(report: Report) -> str:
    """Return how the run stands against its first baseline, or ``""`` without one.

    Where tokens come from several sources, each is compared by itself: `counted 13 % above, declared 41 % below
    all-implementation`.
    """
    if not report.baselines:
        return ""
    whole, sources = report.baselines[0], report.total.token_sources
    parts = [each for each in report.baselines if each.tier == whole.tier and each.source in sources]
    known = [each for each in parts if not each.missing]
    if len(sources) < 2 or not known:  # noqa: PLR2004 - one source is as good as all
        return comparison(whole)
    text = f"{', '.join(f'{each.source} {_side(each)}' for each in known)} all-{whole.tier}"
    unknown = [f"no comparison of {each.source}: {each.missing}" for each in parts if each.missing]
    return "; ".join([text, *unknown])


def _side(baseline: Baseline) -> str:
    if not baseline.saving_usd:
        return "the same as"
    side = "below" if baseline.saving_usd > 0 else "above"
    return side if baseline.saving_share is None else f"{_percent(abs(baseline.saving_share))} {side}"


def gate(held: SuiteGate, digits: int) -> tuple[str, str, str]:
    """Return a suite gate's name, its actual figure, and what it had to be."""
    name = _GATE_NAMES[held.name]
    if held.name == "budget":
        return name, money(held.actual or Decimal(0), digits), f"at most {_exact_money(held.threshold)}"
    words = "at least" if held.name == "pass_rate" else "below"
    return name, share(held.actual), f"{words} {(held.threshold * 100).normalize():f} %"


def how_counted(report: Report) -> str:
    """Return the line that stands with every table of tokens: where the figures come from."""
    words = _SOURCES | {UsageSource.COUNTED: f"counted with {report.tokenizer}"}
    sources = report.total.sources
    if not sources:
        return "no tokens were used"
    if len(sources) == 1:
        return f"tokens {words[sources[0].source]}"
    return "tokens " + ", ".join(f"of {plural(each.sums.calls, 'call')} {words[each.source]}" for each in sources)


def stands_for(report: Report, digits: int) -> list[tuple[str, str]]:
    """Return, per source that is a count of ours, how models count and what the priced money therefore stands for."""
    several = len(report.total.token_sources) > 1
    return [_stands_for(each, digits, several=several) for each in report.ranges if each.priced_usd]


def _stands_for(known: CountRange, digits: int, *, several: bool) -> tuple[str, str]:
    counted = f"{VOCABULARY} counts" if known.source is UsageSource.COUNTED else "was estimated"
    low, high = _factor(known.low_factor, ROUND_FLOOR), _factor(known.high_factor, ROUND_CEILING)
    usd, bounds = known.exact_usd + known.priced_usd, known.whole_usd
    if bounds is None:  # nothing is known of the other models, so only these models' part is given a range
        usd, bounds = known.priced_usd, (known.priced_usd_low, known.priced_usd_high)
    part = f"{'' if known.complete else 'their '}{known.source if several else 'priced'} {money(usd, digits)}"
    return (
        f"{' and '.join(known.tokenizers)} models really use {low} to {high} times what {counted}",
        f"{part} stands for {' to '.join(money(each, digits) for each in bounds)}",
    )


def _factor(factor: Decimal, rounding: str) -> str:
    return format(factor.quantize(_CENT, rounding).normalize(), "f")


def _exact_money(amount: Decimal) -> str:
    exact = format(amount.normalize(), ",f")
    whole, _, cents = exact.partition(".")
    return f"${whole}.{cents:0<2}"


def _percent(part: Decimal) -> str:
    """Return a percentage without decimals, or with one where it would else round to nothing."""
    percent = part * 100
    if percent >= 1:
        return f"{_rounded(percent, 0):,} %"
    return f"{_rounded(percent, 1)} %" if percent >= Decimal("0.05") else "less than 0.1 %"


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
