from __future__ import annotations

import asyncio
import threading
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_orchestra.budget import Budget

CENT = Decimal("0.01")


def test_without_a_limit_everything_fits() -> None:
    budget = Budget()
    assert budget.reserve(Decimal(10**9))
    budget.settle(Decimal(10**9), Decimal(5))
    assert (budget.reserved, budget.settled, budget.exhausted) == (0, 5, False)


def test_a_call_starts_only_if_its_worst_case_fits_beside_what_is_reserved() -> None:
    budget = Budget(Decimal(1))
    assert budget.reserve(Decimal("0.6"))
    assert not budget.reserve(Decimal("0.5"))
    assert budget.reserve(Decimal("0.4"))  # the limit itself is allowed
    assert not budget.reserve(CENT)
    assert not budget.exhausted  # what is reserved may settle lower


def test_settling_gives_back_what_was_not_used() -> None:
    budget = Budget(Decimal(1))
    budget.reserve(Decimal(1))
    budget.settle(Decimal(1), Decimal("0.3"))
    assert budget.reserve(Decimal("0.7"))
    assert not budget.reserve(CENT)


def test_waiting_for_room_wakes_at_the_next_settlement_once() -> None:
    budget = Budget(Decimal(1))
    woken: list[int] = []
    budget.reserve(Decimal(1))
    assert budget.wait(CENT, lambda: woken.append(1))
    assert not woken
    budget.settle(Decimal(1), Decimal(0))
    budget.reserve(CENT)
    budget.settle(CENT, Decimal(0))
    assert woken == [1]


def test_waiting_for_room_that_is_there_wakes_at_once() -> None:
    woken: list[int] = []
    assert Budget(Decimal(1)).wait(Decimal(1), lambda: woken.append(1))
    assert woken == [1]


def test_waiting_is_refused_when_no_settlement_can_make_room() -> None:
    budget = Budget(Decimal(1))
    budget.reserve(Decimal("0.5"))
    assert not budget.wait(Decimal("1.01"), lambda: pytest.fail("nobody waits"))
    assert budget.exhausted
    budget.settle(Decimal("0.5"), Decimal("0.5"))


amounts = st.integers(0, 400).map(lambda cents: cents * CENT)
shares = st.integers(0, 100).map(lambda percent: percent * CENT)


@settings(max_examples=60, deadline=None)
@given(limit=amounts, calls=st.lists(st.tuples(amounts, shares), max_size=25), width=st.integers(1, 6))
def test_the_total_never_exceeds_the_limit_and_nothing_leaks(limit, calls, width) -> None:
    """Calls wait for room, run beside each other and settle at or below their worst case."""
    budget = Budget(limit)
    made: list[Decimal] = []

    async def call(worst: Decimal, actual: Decimal, slots: asyncio.Semaphore) -> None:
        async with slots:
            while not budget.reserve(worst):
                freed = asyncio.Event()
                if not budget.wait(worst, freed.set):
                    assert budget.settled + worst > limit
                    return
                await freed.wait()
            await asyncio.sleep(0)
            budget.settle(worst, actual)
            made.append(actual)
            assert budget.settled + budget.reserved <= limit

    async def run() -> None:
        slots = asyncio.Semaphore(width)
        await asyncio.gather(*(call(worst, worst * share, slots) for worst, share in calls))

    asyncio.run(run())
    assert budget.settled == sum(made, Decimal(0)) <= limit
    assert budget.reserved == 0


def test_threads_share_one_budget() -> None:
    budget = Budget(Decimal(10))
    refused: list[int] = []

    def spend() -> None:
        for _ in range(200):
            if budget.reserve(Decimal("0.1")):
                budget.settle(Decimal("0.1"), Decimal("0.05"))
            else:
                refused.append(1)

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.reserved == 0
    assert budget.settled <= 10
    assert budget.settled == (800 - len(refused)) * Decimal("0.05")
