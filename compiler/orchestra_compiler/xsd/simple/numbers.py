"""Steps from one number to its neighbours, written as the type writes numbers."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from decimal import Context, Decimal, InvalidOperation

_EXACT = Context(prec=400)


def written(number: Decimal) -> str:
    """Return a number without an exponent."""
    return format(number, "f")


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is; None where it is none, or not a finite one."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _EXACT.prec else None


def scale_of(number: Decimal) -> int:
    """Return how many digits stand behind the point."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def stepped_decimals(text: str, by: int, scale: int | None) -> Iterator[str]:
    """Yield a decimal moved by some steps, the smallest step first.

    Args:
        text: The number.
        by: How many steps; negative for downwards.
        scale: How many digits may stand behind the point; None for no bound, which makes the last place the step.
    """
    number = number_of(text)
    if number is None:
        return
    scales = [scale] if scale is not None else [scale_of(number), 0, scale_of(number) + 1]
    for each in dict.fromkeys(scales):
        yield written(_EXACT.add(number, _EXACT.scaleb(Decimal(by), -each)))


def stepped_floats(text: str, by: int, *, double: bool) -> Iterator[str]:
    """Yield a float moved to its neighbours, then one moved by whole numbers."""
    try:
        number = start = float(text)
    except ValueError:
        return
    if math.isfinite(number):
        toward = math.inf if by > 0 else -math.inf
        for _ in range(abs(by)):
            number = math.nextafter(number, toward) if double else _next_single(number, toward)
        yield _written_float(number, double=double)
        yield _written_float(start + by, double=double)


def _written_float(number: float, *, double: bool) -> str:
    if math.isinf(number):
        return "INF" if number > 0 else "-INF"
    return repr(number) if double else f"{number:.9g}"


def _next_single(number: float, toward: float) -> float:
    """Return the next number of single precision."""
    try:
        (bits,) = struct.unpack("<i", struct.pack("<f", number))
    except OverflowError:
        return toward
    if number == 0:
        return math.copysign(2.0**-149, toward)
    bits += 1 if (number > 0) == (toward > 0) else -1
    (following,) = struct.unpack("<f", struct.pack("<i", bits))
    return float(following)
