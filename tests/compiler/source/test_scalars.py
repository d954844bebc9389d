from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.source.scalars import Float, ambiguous, exact, read


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("~", None), ("null", None), ("NULL", None), ("nuLL", "nuLL"), ("true", True), ("FALSE", False),
        ("tRue", "tRue"), ("0", 0), ("-12", -12), ("+3", 3), ("0o17", 15), ("0xFf", 255), ("1.50", 1.5), (".5", 0.5), ("1.", 1.0),
        ("1e3", 1000.0), ("-1.5E-2", -0.015), ("0.0", 0.0), (".", "."), ("-", "-"), ("1.2.3", "1.2.3"), ("0o8", "0o8"),
        ("yes", "yes"), ("0123", "0123"), ("1_000", "1_000"), ("12:30", "12:30"), ("0e-999999999", "0e-999999999"),
        ("9" * 400, "9" * 400), ("1e400", "1e400"),
    ],
)  # fmt: skip
def test_core_schema(text, value) -> None:
    result = read(text)
    if text == "0e-999999999":
        assert result == 0
        assert len(format(exact(result), "f")) < 10
    else:
        assert result == value
        assert type(result) is type(value)


@pytest.mark.parametrize(
    "text", ["y", "Yes", "NO", "on", "Off", "012", "-07", "0b101", "1_0", "12:30:45", "2026-01-31"]
)
def test_ambiguous(text) -> None:
    assert ambiguous(text)


@pytest.mark.parametrize(
    "text", ["yeah", "none", "0", "0.5", "10", "once", "v1_0", "12:3x", "2026", "claude-haiku-4-5"]
)
def test_not_ambiguous(text) -> None:
    assert not ambiguous(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20))
def test_numbers_keep_what_was_written(number) -> None:
    value = read(format(number, "f"))
    assert not isinstance(value, str)
    assert exact(value or 0) == number


def test_long_decimals_are_floats_with_their_text() -> None:
    value = read("0.1234567890123456789")
    assert isinstance(value, Float)
    assert value == 0.1234567890123456789
    assert exact(value) == Decimal("0.1234567890123456789")
