"""What counted tokens stand for: vendors that publish no tokenizer make more tokens of a text than ours does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from orchestra_compiler.prices import from_picodollars, listed
from orchestra_compiler.tokens import ESTIMATE, VOCABULARY, range_for
from pytest_orchestra.ledger import Cell
from pytest_orchestra.report.values import CountRange
from pytest_orchestra.values import UsageSource

_COUNTERS = {UsageSource.COUNTED: VOCABULARY, UsageSource.ESTIMATED: ESTIMATE}
_WHOLE = 10**6  # tokens, so many that no factor is rounded


def build(cells: Iterable[Cell]) -> tuple[CountRange, ...]:
    """Return the range of each source that is a count of ours."""
    priced: dict[UsageSource, Counter[str]] = {}
    for cell in cells:
        priced.setdefault(cell.source, Counter())[cell.model] += cell.tally.priced_pico
    return tuple(_range(source, counter, priced[source]) for source, counter in _COUNTERS.items() if source in priced)


def _range(source: UsageSource, counter: str, priced: Mapping[str, int]) -> CountRange:
    """Return the range over the models called, from what each is priced at in picodollars.

    A cost is linear in the tokens, so its range is that of the tokens: picodollars go where tokens would, and nothing
    depends on prices that may have changed since the run.
    """
    factors = {model: range_for(model, _WHOLE, counter) for model in priced}
    known = {model: factor for model, factor in factors.items() if factor is not None}
    inexact = {model: factor for model, factor in known.items() if factor != (_WHOLE, _WHOLE)}
    bounds = [range_for(model, priced[model], counter) or (0, 0) for model in inexact]
    return CountRange(
        source=source,
        tokenizers=tuple(sorted({listed()[model].tokenizer.partition("-")[0] for model in inexact})),
        low_factor=Decimal(min((low for low, _ in inexact.values()), default=_WHOLE)) / _WHOLE,
        high_factor=Decimal(max((high for _, high in inexact.values()), default=_WHOLE)) / _WHOLE,
        priced_usd=from_picodollars(sum(priced[model] for model in inexact)),
        priced_usd_low=from_picodollars(sum(low for low, _ in bounds)),
        priced_usd_high=from_picodollars(sum(high for _, high in bounds)),
        exact_usd=from_picodollars(sum(priced[model] for model in known.keys() - inexact.keys())),
        complete=known.keys() == factors.keys(),
    )
