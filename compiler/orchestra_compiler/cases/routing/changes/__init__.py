"""Every single change to who gets which task: what a careless hand, or a careless program, could do to a policy.

The score of the cases is taken over these, and the generator looks at the same changes for what its cases have not told
apart yet.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.cases.routing.changes.change import Change
from orchestra_compiler.cases.routing.changes.rules import rule_changes
from orchestra_compiler.cases.routing.changes.signals import signal_changes
from orchestra_compiler.cases.routing.changes.tiers import fallback_changes, tier_changes
from orchestra_compiler.model import Fleet

__all__ = ["Change", "changes"]


def changes(fleet: Fleet) -> Iterator[Change]:
    """Yield every single change to a fleet's routing, in the order of a decision; names are unique."""
    yield from rule_changes(fleet)
    yield from signal_changes(fleet)
    yield from tier_changes(fleet)
    yield from fallback_changes(fleet)
