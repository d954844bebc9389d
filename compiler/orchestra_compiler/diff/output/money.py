"""Amounts as people read them: rounded so that the parts still add up, with their sign."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

from orchestra_compiler.diff.changes import Cost

_EXACT = Context(prec=100)
_CENTS, _FINE = 2, 4


def digits_of(cost: Cost) -> int:
    """Return how many decimals the amounts of a month need: cents, and more where cents would show no difference."""
    alike = rounded(cost.before_usd, _CENTS) == rounded(cost.after_usd, _CENTS)
    return _FINE if max(cost.before_usd, cost.after_usd) < 1 or (alike and cost.change_usd) else _CENTS


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Return an amount rounded half up."""
    with localcontext(_EXACT):
        return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def shared(total: Decimal, parts: Sequence[Decimal], digits: int) -> tuple[Decimal, ...]:
    """Round parts, which may be negative, so that they add up to a rounded total, by the largest remainder."""
    unit = Decimal(1).scaleb(-digits)
    with localcontext(_EXACT):
        floors = [part.quantize(unit, ROUND_FLOOR) for part in parts]
        missing = int((total - sum(floors, Decimal(0))) / unit)
        by_remainder = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
        found = list(floors)
        for turn in range(abs(missing)):
            place = by_remainder[turn % len(parts)] if missing > 0 else by_remainder[-1 - turn % len(parts)]
            found[place] += unit if missing > 0 else -unit
    return tuple(found)


def dollars(amount: Decimal) -> str:
    """Return an amount such as `$1,204.50`."""
    return f"${amount:,f}" if amount >= 0 else f"-${-amount:,f}"


def difference(amount: Decimal) -> str:
    """Return a difference with its sign, such as `+$2.70`; `$0.00` has none."""
    return f"+{dollars(amount)}" if amount > 0 else dollars(amount or abs(amount))
