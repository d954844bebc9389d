"""Steps from one date or time to its neighbours, by the calendar that XML Schema counts in."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from orchestra_compiler.patterns import pattern

_ZONE = r"(?P<zone>Z|[+-]\d\d:\d\d)?"
_YEAR, _CLOCK = r"(?P<year>-?\d{4,9})", r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d(?:\.\d+)?)"
_FORMS = {
    "dateTime": pattern(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)T{_CLOCK}{_ZONE}"),
    "date": pattern(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d){_ZONE}"),
    "time": pattern(rf"{_CLOCK}{_ZONE}"),
    "gYearMonth": pattern(rf"{_YEAR}-(?P<month>\d\d){_ZONE}"),
    "gYear": pattern(rf"{_YEAR}{_ZONE}"),
    "gMonthDay": pattern(rf"--(?P<month>\d\d)-(?P<day>\d\d){_ZONE}"),
    "gDay": pattern(rf"---(?P<day>\d\d){_ZONE}"),
    "gMonth": pattern(rf"--(?P<month>\d\d){_ZONE}"),
}
MOMENTS = frozenset(_FORMS)
"""The primitive types whose values are dates or times."""

_DAY_S = 86_400
_LEAP_YEAR = 2000


class Moment(NamedTuple):
    """A date, a time of day, or both; what a kind lacks has the value that changes nothing."""

    year: int
    month: int
    day: int
    second: Decimal
    """Since midnight."""

    zone: str


def moment_of(kind: str, text: str) -> Moment | None:
    """Return what a text of a primitive type such as `date` says; None where it cannot be read."""
    form = _FORMS.get(kind)
    found = form.fullmatch(text.strip()) if form is not None else None
    if found is None:
        return None
    parts = found.groupdict()
    year = int(parts.get("year") or _LEAP_YEAR)
    clock = int(parts.get("hour") or 0) * 3600 + int(parts.get("minute") or 0) * 60
    return Moment(
        year=year + (year < 0),  # there is no year 0: -1 comes before 1
        month=int(parts.get("month") or 1),
        day=int(parts.get("day") or 1),
        second=clock + Decimal(parts.get("second") or 0),
        zone=parts["zone"] or "",
    )


def stepped_moment(kind: str, text: str, by: int) -> str | None:
    """Return a moment moved by the smallest unit of its type: a second, a day, a month or a year; None beyond its end."""
    start = moment_of(kind, text)
    if start is None:
        return None
    if kind == "gYear":
        return _written(kind, start._replace(year=start.year + by))
    if kind in ("gYearMonth", "gMonth"):
        return _written(kind, _moved_by_months(start, by), start)
    if kind == "dateTime":
        days, whole = divmod(int(start.second) + by, _DAY_S)
        return _written(kind, _moved_by_days(start._replace(second=whole + start.second % 1), days))
    if kind == "time":
        second = start.second + by
        return _written(kind, start._replace(second=second)) if 0 <= second < _DAY_S else None
    return _written(kind, _moved_by_days(start, by), start)


def _moved_by_months(start: Moment, by: int) -> Moment:
    years, month = divmod(start.month - 1 + by, 12)
    return start._replace(year=start.year + years, month=month + 1)


def _moved_by_days(start: Moment, by: int) -> Moment:
    year, month, day = _date_of(_days_of(start.year, start.month, start.day) + by)
    return start._replace(year=year, month=month, day=day)


def _days_of(year: int, month: int, day: int) -> int:
    """Return the days since the first of March of year 0, in the Gregorian calendar without end."""
    year -= month <= 2  # noqa: PLR2004 (February is the last month of such a year)
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 1


def _date_of(days: int) -> tuple[int, int, int]:
    era, rest = divmod(days, 146_097)
    years = (rest - rest // 1_460 + rest // 36_524 - rest // 146_096) // 365
    rest -= 365 * years + years // 4 - years // 100
    shifted = (5 * rest + 2) // 153
    month = (shifted + 2) % 12 + 1
    return era * 400 + years + (shifted >= 10), month, rest - (153 * shifted + 2) // 5 + 1  # noqa: PLR2004


def _written(kind: str, moment: Moment, start: Moment | None = None) -> str | None:
    if start is not None and kind in ("gMonth", "gMonthDay") and moment.year != start.year:
        return None
    if start is not None and kind == "gDay" and moment.month != start.month:
        return None
    number = moment.year - (moment.year <= 0)
    year = f"{'-' * (number < 0)}{abs(number):04d}"
    minutes, second = divmod(moment.second, 60)
    whole = f"{second:f}" if second >= 10 else f"0{second:f}"  # noqa: PLR2004
    clock = f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{whole}"
    month, day = f"{moment.month:02d}", f"{moment.day:02d}"
    forms = {
        "dateTime": f"{year}-{month}-{day}T{clock}",
        "date": f"{year}-{month}-{day}",
        "time": clock,
        "gYearMonth": f"{year}-{month}",
        "gYear": year,
        "gMonthDay": f"--{month}-{day}",
        "gDay": f"---{day}",
        "gMonth": f"--{month}",
    }
    return forms[kind] + moment.zone


_DURATION = pattern(
    r"(?P<sign>-?)P(?:(?P<Y>\d+)Y)?(?:(?P<M>\d+)M)?(?:(?P<D>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)
_UNIT_S = {"D": _DAY_S, "h": 3600, "m": 60, "s": 1}


def duration_of(text: str) -> tuple[int, Decimal] | None:
    """Return the months and the seconds of a duration; None where it cannot be read."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        return None
    parts = {name: Decimal(value) for name, value in found.groupdict().items() if value and name != "sign"}
    sign = -1 if found["sign"] else 1
    months = int(parts.get("Y", Decimal(0)) * 12 + parts.get("M", Decimal(0)))
    seconds = sum((parts.get(name, Decimal(0)) * unit for name, unit in _UNIT_S.items()), Decimal(0))
    return sign * months, sign * seconds


def stepped_duration(text: str, by: int) -> str | None:
    """Return a duration moved by the smallest unit that it names."""
    found, length = _DURATION.fullmatch(text.strip()), duration_of(text)
    if found is None or length is None:
        return None
    months, seconds = length
    named = [name for name, value in found.groupdict().items() if value and name != "sign"]
    unit = named[-1] if named else "D"
    if unit in ("Y", "M"):
        months += by * (12 if unit == "Y" else 1)
    else:
        seconds += by * _UNIT_S[unit]
    return written_duration(months, seconds)


def written_duration(months: int, seconds: Decimal) -> str | None:
    """Return a duration in words of the standard; None where its parts have different signs, which cannot be written."""
    if months * seconds < 0:
        return None
    sign = "-" if months < 0 or seconds < 0 else ""
    years, months = divmod(abs(months), 12)
    days, rest = divmod(abs(seconds), _DAY_S)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    dated = "".join(f"{int(value)}{unit}" for value, unit in ((years, "Y"), (months, "M"), (days, "D")) if value)
    clock = "".join(f"{int(value)}{unit}" for value, unit in ((hours, "H"), (minutes, "M")) if value)
    clock += f"{rest:f}S" if rest else ""
    return f"{sign}P{dated}{'T' * bool(clock)}{clock}" if dated or clock else "PT0S"
