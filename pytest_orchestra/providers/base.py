"""What the engine asks of whoever answers its calls."""

from __future__ import annotations

from typing import Protocol

from pytest_orchestra.values import Reply, Request


class Provider(Protocol):
    """Answers calls. A call that fails returns a reply with an error; an exception is a bug and stops the run."""

    @property
    def name(self) -> str:
        """What the ledger calls it."""
        ...

    @property
    def paid(self) -> bool:
        """Whether its calls cost money."""
        ...

    async def call(self, request: Request) -> Reply:
        """Answer one call; cancelled when nobody waits for the answer any more."""
        ...

    async def close(self) -> None:
        """Give back what the provider holds; no call follows."""
        ...
