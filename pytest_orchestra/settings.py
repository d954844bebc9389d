"""What the command line and the ini file ask of a run."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import pytest

from pytest_orchestra.providers import PROVIDERS
from pytest_orchestra.run import Settings

_MOST_USD = 1_000_000


def settings_of(config: pytest.Config) -> Settings:
    """Read the settings.

    Raises:
        pytest.UsageError: An option's value makes no sense.
    """
    report = _option(config, "report")
    return Settings(
        provider=_provider(_option(config, "provider")),
        budget_usd=_budget(_option(config, "budget")),
        concurrency=_concurrency(_option(config, "concurrency")),
        report=(config.invocation_params.dir / report) if report else None,
        workers=int(getattr(config, "workerinput", {}).get("workercount", 1)),
        maxfail=int(config.getoption("maxfail", 0) or 0),
    )


def _option(config: pytest.Config, name: str) -> str:
    given = config.getoption(f"orchestra_{name}")
    return str(config.getini(f"orchestra_{name}") if given is None else given)


def _provider(name: str) -> str:
    if name not in PROVIDERS:
        raise pytest.UsageError(
            f"--orchestra-provider: nobody is called {name!r}; known: {', '.join(sorted(PROVIDERS))}"
        )
    return name


def _budget(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        budget = Decimal(text)
    except InvalidOperation:
        budget = Decimal("NaN")
    if not budget.is_finite() or not 0 <= budget <= _MOST_USD:
        raise pytest.UsageError(f"--orchestra-budget: {text!r} is not an amount of US dollars such as 2.50")
    return budget


def _concurrency(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise pytest.UsageError(f"--orchestra-concurrency: {text!r} is not a whole number of at least 1")
    return int(text)
