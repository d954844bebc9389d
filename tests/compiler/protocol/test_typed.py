from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.errors import MessageError
from orchestra_compiler.model import Json
from orchestra_compiler.protocol import typed
from orchestra_compiler.protocol.layout import Kind, Value


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.TEXT, " a\n b ", " a\n b "),
        (Kind.LINE, "a\tb\n", "a b "),
        (Kind.WORD, " a\n  b ", "a b"),
        (Kind.WORD, "a\u00a0 b", "a\u00a0 b"),
        (Kind.TRUTH, " true ", True),
        (Kind.TRUTH, "0", False),
        (Kind.TRUTH, "yes", "yes"),
        (Kind.INTEGER, "+007", 7),
        (Kind.INTEGER, "-" + "9" * 40, -int("9" * 40)),
        (Kind.INTEGER, "9" * 5000, "9" * 5000),
        (Kind.INTEGER, "\u0663", "\u0663"),
        (Kind.INTEGER, "1_0", "1_0"),
        (Kind.DECIMAL, "19.99", 19.99),
        (Kind.DECIMAL, "19.90", 19.9),
        (Kind.DECIMAL, "5.00", 5),
        (Kind.DECIMAL, "-.5", -0.5),
        (Kind.DECIMAL, "12345678901234567890.12", "12345678901234567890.12"),
        (Kind.DECIMAL, "0.1000000000000000055", "0.1000000000000000055"),
        (Kind.DECIMAL, "1e5", "1e5"),
        (Kind.FLOAT, "1e5", 100000.0),
        (Kind.FLOAT, "NaN", "NaN"),
        (Kind.FLOAT, "-INF", "-INF"),
        (Kind.FLOAT, "1e400", "1e400"),
        (Kind.FLOAT, "", ""),
    ],
)
def test_a_text_is_what_its_type_says(kind: Kind, text: str, value: Json) -> None:
    read = typed.read(Value(kind), text)
    assert read == value
    assert type(read) is type(value)


def test_a_list_has_values_of_its_items() -> None:
    numbers = Value(Kind.INTEGER, many=True)
    assert typed.read(numbers, " 1\n2  3 ") == [1, 2, 3]
    assert typed.read(numbers, "  ") == []
    assert typed.write(numbers, [1, 2], "n") == "1 2"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.TRUTH, True, "true"),
        (Kind.DECIMAL, 1e22, "10000000000000000000000"),
        (Kind.DECIMAL, 1e28, "1" + 28 * "0"),
        (Kind.TEXT, 1.0, "1.0"),
        (Kind.DECIMAL, 1e-7, "0.0000001"),
        (Kind.DECIMAL, 5.0, "5"),
        (Kind.FLOAT, 1e-7, "1e-07"),
        (Kind.FLOAT, float("inf"), "INF"),
        (Kind.FLOAT, float("nan"), "NaN"),
    ],
)
def test_numbers_are_written_as_xml_has_them(kind: Kind, value: Json, text: str) -> None:
    assert typed.write(Value(kind), value, "n") == text


def test_a_number_that_python_does_not_write_is_refused() -> None:
    with pytest.raises(MessageError, match="too many digits"):
        typed.write(Value(Kind.INTEGER), 10**5000, "n")


@pytest.mark.parametrize("value", [None, {}, [], ["a"]])
def test_what_is_no_simple_value_is_refused(value: Json) -> None:
    with pytest.raises(MessageError, match="must be text, a number or a truth"):
        typed.write(Value(), value, "n")


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_no_decimal_loses_a_digit(number: Decimal) -> None:
    text = format(number, "f")
    if len(text) > 300:
        return
    value = Value(Kind.DECIMAL)
    assert Decimal(typed.write(value, typed.read(value, text), "n")) == number


@given(st.sampled_from(Kind), st.booleans(), st.text(max_size=60))
def test_what_was_read_reads_the_same_again(kind: Kind, many: bool, text: str) -> None:
    value = Value(kind, many=many)
    read = typed.read(value, text)
    assert typed.read(value, typed.write(value, read, "n")) == read
