"""Money that may be used up: reserved before a call, settled after it, so that a limit cannot be overrun.

A call may start only while its worst case still fits beside everything settled and everything reserved. Calls in flight
usually settle far below their worst case; whoever finds no room can therefore wait for the next settlement and is told
at once when waiting cannot help.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

_NOTHING = Decimal(0)


class Budget:
    """A limit in US dollars on what calls are priced at; safe to share between threads.

    Attributes:
        limit: The most that may be settled; None means no limit.
        settled: The sum of all settlements so far.
        reserved: The sum of all reservations that are still open.
        exhausted: Some amount was refused for good: it would not fit even once all open reservations settle at nothing.
    """

    def __init__(self, limit: Decimal | None = None) -> None:
        self.limit = limit
        self.settled = _NOTHING
        self.reserved = _NOTHING
        self.exhausted = False
        self._lock = threading.Lock()
        self._waiting: list[Callable[[], None]] = []

    def reserve(self, amount: Decimal) -> bool:
        """Set `amount` aside; False where it does not fit beside what is settled and reserved."""
        with self._lock:
            if self.limit is not None and self.settled + self.reserved + amount > self.limit:
                return False
            self.reserved += amount
            return True

    def settle(self, reserved: Decimal, actual: Decimal) -> None:
        """Give a reservation back and book what the call really cost; 0 where it was never made."""
        with self._lock:
            self.reserved -= reserved
            self.settled += actual
            waiting, self._waiting = self._waiting, []
        for wake in waiting:
            wake()

    def wait(self, amount: Decimal, wake: Callable[[], None]) -> bool:
        """Have `wake` called once when it is worth trying to reserve `amount` again.

        `wake` is called by the thread that settles, or at once where the amount fits by now. Returns False, and marks
        the budget as exhausted, where no settlement can make room.
        """
        with self._lock:
            if self.limit is not None and self.settled + amount > self.limit:
                self.exhausted = True
                return False
            if self.limit is not None and self.settled + self.reserved + amount > self.limit:
                self._waiting.append(wake)
                return True
        wake()
        return True
