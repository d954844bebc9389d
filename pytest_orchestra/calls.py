"""One call: a slot, the money, a row in the ledger before and after, and the provider between them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import partial
from time import perf_counter
from typing import NamedTuple

from orchestra_compiler import prices
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import CallError, Model, Price, Usage
from pytest_orchestra.budget import Budget
from pytest_orchestra.stage import Stage
from pytest_orchestra.values import Level, Reply, Request, SeenMessage


class Answer(NamedTuple):
    """What came of a call.

    Attributes:
        latency_s: From sending the request to the whole reply, in seconds.
        fault: Why the call's price is not known; `priced_usd` is then the most it can be.
    """

    reply: Reply
    latency_s: float
    priced_usd: Decimal
    fault: str = ""


class NoMoney(NamedTuple):
    """The call was not made: its worst case fits no more. `whose` budget it was, in words."""

    whose: str
    worst_usd: Decimal


class _Open(NamedTuple):
    """A call that is in flight."""

    number: int
    request: Request
    level: Level
    began: float


class Caller:
    """Makes the calls of one step, one after the other.

    Attributes:
        timer: The step's deadline, if it has one; it stands still while a call waits for its turn or for money, so
            that how busy a run is decides nothing.
    """

    def __init__(self, stage: Stage, purse: Budget) -> None:
        self.timer: asyncio.Timeout | None = None
        self._stage = stage
        self._purse = purse
        self._open: _Open | None = None

    async def call(
        self, request: Request, price: Price, level: Level, told: SeenMessage | None = None
    ) -> Answer | NoMoney:
        """Make a call as soon as there is a free slot and the worst case fits both budgets.

        `told` is what the agent is told, for the audit trail: a call that is not made leaves no trace there.
        """
        slots = self._stage.slots
        if slots.locked():
            with self._paused():
                await slots.acquire()
        else:
            await slots.acquire()
        try:
            worst = worst_case(request, price)
            whose = await self._reserve(worst)
            return NoMoney(whose, worst) if whose else await self._answer(request, price, level, worst, told)
        finally:
            slots.release()

    def cut_off(self) -> tuple[Request, Level, Answer] | None:
        """Record the call that was in flight when the deadline came, as timed out; None where none was.

        What was sent is charged; what the answer would have cost is not known.
        """
        if self._open is None:
            return None
        number, request, level, began = self._open
        self._open = None
        source = self._stage.tokens.source("")
        usage = Usage(input_tokens=request.prompt_tokens)
        reply = Reply(error=CallError.TIMEOUT, detail="the deadline came first", usage=usage, usage_source=source)
        priced = prices.cost(_price(request.model), usage)
        answer = Answer(reply, perf_counter() - began, priced)
        self._finished(number, answer)
        return request, level, answer

    async def _answer(
        self, request: Request, price: Price, level: Level, worst: Decimal, told: SeenMessage | None
    ) -> Answer:
        """Make the call; one that is cut off or crashes is settled at its worst case, for nobody knows better."""
        provider = self._stage.provider
        booked = worst
        try:
            if told is not None:  # first, so that a paid call brings it to the disk
                self._stage.recorder.messages_seen(self._stage.run, (told,), paid=provider.paid)
            number = self._stage.recorder.call_started(
                self._stage.run, request, level, provider.name, paid=provider.paid
            )
            began = perf_counter()
            self._open = _Open(number, request, level, began)
            reply = await provider.call(request)
            self._open = None
            latency = perf_counter() - began
            booked, fault = _priced(price, reply.usage, worst)
        finally:
            self._settle(worst, booked)
        answer = Answer(reply, latency, booked, fault)
        self._finished(number, answer)
        return answer

    def _finished(self, number: int, answer: Answer) -> None:
        self._stage.recorder.call_finished(
            number,
            answer.reply,
            latency_s=answer.latency_s,
            priced_usd=answer.priced_usd,
            paid=self._stage.provider.paid,
        )

    async def _reserve(self, amount: Decimal) -> str:
        """Reserve with the mission's budget, then with the run's; return whose refused, or nothing."""
        if not await self._reserved(self._purse, amount):
            return "the mission's budget"
        fits = False
        try:
            fits = await self._reserved(self._stage.budget, amount)
        finally:
            if not fits:
                self._purse.settle(amount, Decimal(0))
        return "" if fits else "the run's budget"

    async def _reserved(self, budget: Budget, amount: Decimal) -> bool:
        """Reserve, waiting for calls in flight as long as their settlements may make room."""
        while not budget.reserve(amount):
            freed = asyncio.Event()
            if not budget.wait(amount, partial(_wake, asyncio.get_running_loop(), freed)):
                return False
            with self._paused():
                await freed.wait()
        return True

    def _settle(self, worst: Decimal, actual: Decimal) -> None:
        self._purse.settle(worst, actual)
        self._stage.budget.settle(worst, actual)

    @contextmanager
    def _paused(self) -> Iterator[None]:
        """Stop the deadline's clock meanwhile."""
        timer = self.timer
        due = timer.when() if timer is not None else None
        if timer is None or due is None:
            yield
            return
        loop = asyncio.get_running_loop()
        left = due - loop.time()
        timer.reschedule(None)
        try:
            yield
        finally:
            timer.reschedule(loop.time() + left)


def _wake(loop: asyncio.AbstractEventLoop, freed: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the loop has ended; nobody waits any more
        loop.call_soon_threadsafe(freed.set)


def worst_case(request: Request, price: Price) -> Decimal:
    """Return the most a call can cost, in US dollars: the whole prompt in and the longest answer out.

    A model whose longest answer is not known might fill its context window; a scripted answer may declare more.
    """
    longest = request.model.max_output_tokens or request.model.context_window
    usual = prices.cost(price, Usage(input_tokens=request.prompt_tokens, output_tokens=longest))
    script = request.mission.replies.get(request.step.name)
    scripted = script.reply_to(request.number) if script is not None else None
    if scripted is None or scripted.usage is None:
        return usual
    return max(usual, _priced(price, scripted.usage, usual)[0])


def _priced(price: Price, usage: Usage, worst: Decimal) -> tuple[Decimal, str]:
    try:
        return prices.cost(price, usage), ""
    except OrchestraError as error:
        return worst, str(error)


def _price(model: Model) -> Price:
    if model.price is None:
        raise OrchestraError(f"model {model.name} has no price", "run orchestra-compile")
    return model.price
