from __future__ import annotations

import math
import struct
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.xsd.simple.moments import duration_of, stepped_duration, stepped_moment, written_duration
from orchestra_compiler.xsd.simple.numbers import number_of, stepped_decimals, stepped_floats

MOMENTS = st.datetimes(min_value=datetime(1, 2, 1), max_value=datetime(9998, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.integers(-10_000, 10_000))
def test_days_and_seconds_are_those_of_the_calendar(moment: datetime, by: int) -> None:
    moment = moment.replace(microsecond=0)
    day = (moment + timedelta(days=by)) if 0 < moment.year + by // 300 < 9960 and moment.year > 30 else None
    if day is not None:
        assert stepped_moment("date", f"{moment:%Y-%m-%d}".rjust(10, "0"), by) == f"{day:%Y-%m-%d}".rjust(10, "0")
    later = moment + timedelta(seconds=by)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + "Z"
    assert stepped_moment("dateTime", text, by) == f"{later:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + "Z"


@pytest.mark.parametrize(
    ("kind", "text", "by", "expected"),
    [
        ("date", "2000-02-28+01:00", 1, "2000-02-29+01:00"),
        ("date", "1900-02-28", 1, "1900-03-01"),
        ("date", "0001-01-01", -1, "-0001-12-31"),
        ("date", "-0001-12-31", 1, "0001-01-01"),
        ("dateTime", "1999-12-31T23:59:59.5Z", 1, "2000-01-01T00:00:00.5Z"),
        ("dateTime", "2000-01-01T00:00:00.5Z", -1, "1999-12-31T23:59:59.5Z"),
        ("time", "23:59:59", 1, None),
        ("time", "00:00:09", 1, "00:00:10"),
        ("gYear", "-0001", 1, "0001"),
        ("gYear", "9999", 1, "10000"),
        ("gYearMonth", "1999-12Z", 1, "2000-01Z"),
        ("gMonth", "--12", 1, None),
        ("gMonth", "--11", 1, "--12"),
        ("gMonthDay", "--02-28", 1, "--02-29"),
        ("gMonthDay", "--12-31", 1, None),
        ("gDay", "---31", 1, None),
        ("gDay", "---30", 1, "---31"),
        ("date", "yesterday", 1, None),
        ("string", "a", 1, None),
    ],
)
def test_steps_of_moments(kind: str, text: str, by: int, expected: str | None) -> None:
    assert stepped_moment(kind, text, by) == expected


@pytest.mark.parametrize(
    ("text", "by", "expected"),
    [
        ("P1M", 1, "P2M"),
        ("P1Y", -1, "PT0S"),
        ("P30D", 1, "P31D"),
        ("PT59M", 1, "PT1H"),
        ("PT0.5S", 1, "PT1.5S"),
        ("PT0S", -1, "-PT1S"),
        ("-P1D", 1, "PT0S"),
        ("P1M1D", -2, None),
        ("P1Z", 1, None),
    ],
)
def test_steps_of_durations(text: str, by: int, expected: str | None) -> None:
    assert stepped_duration(text, by) == expected


@given(st.integers(0, 10**6), st.decimals(0, 10**9, places=3))
def test_a_written_duration_says_the_same(months: int, seconds: Decimal) -> None:
    written = written_duration(months, seconds)
    assert written is not None
    assert duration_of(written) == (months, seconds)


@given(st.decimals(-(10**40), 10**40, places=5), st.integers(-5, 5), st.integers(0, 8))
def test_a_decimal_moves_by_exactly_its_step(number: Decimal, by: int, scale: int) -> None:
    (moved,) = stepped_decimals(format(number, "f"), by, scale)
    found = number_of(moved)
    assert found is not None
    with_room = Decimal(by).scaleb(-scale)
    assert found == Decimal(int(number * 10**8) + int(with_room * 10**8)).scaleb(-8) or abs(number) > 10**15


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([1, -1]))
def test_the_next_double(number: float, by: int) -> None:
    moved = next(stepped_floats(repr(number), by, double=True))
    assert float(moved.replace("INF", "inf")) == math.nextafter(number, math.inf * by)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.sampled_from([1, -1]))
def test_the_next_float_is_another_one_of_single_precision(number: float, by: int) -> None:
    moved = next(stepped_floats(repr(number), by, double=False))
    if "INF" not in moved:
        (single,) = struct.unpack("<f", struct.pack("<f", float(moved)))
        assert (single > number) == (by > 0)
        assert single != number


@pytest.mark.parametrize("text", ["", "x", "INF", "1e999999999", "NaN"])
def test_what_is_no_number_has_no_neighbours(text: str) -> None:
    assert list(stepped_decimals(text, 1, None)) == []
    assert number_of(text) is None
