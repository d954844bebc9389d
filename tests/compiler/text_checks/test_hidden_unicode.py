from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestra_compiler.text_checks import hidden_unicode

FLAG_OF_ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("text", "start", "end", "word"),
    [
        ("a\u200bb", 1, 2, "zero-width spaces"),
        ("a\u202eb", 1, 2, "bidirectional controls"),
        ("x\u2066y\u2069", 1, 2, "bidirectional controls"),
        ("abc\u200e", 3, 4, "marks of direction"),
        ("x\U000e0068\U000e0069", 1, 3, "2 tag characters that spell 'hi'"),
        ("\U0001f3f4\U000e0069\U000e0067\U000e007f", 1, 4, "tag characters that spell 'ig'"),
        ("a\ufe0f", 1, 2, "variation selectors"),
        ("\U0001f600\ufe0f\ufe01\ufe02", 1, 4, "variation selectors"),
        ("a\U000e0150", 1, 2, "variation selectors"),
        ("i\u00adg\u00adn\u00ado", 1, 6, "soft hyphens in a row"),
        ("a\u00ad\u00adb", 1, 3, "soft hyphens in a row"),
        ("go\u200don", 2, 3, "zero-width joiners"),
        ("\u0645\u06cc\u200ca", 2, 3, "zero-width joiners"),
        ("\u0645\u200c\u200c\u0645", 1, 3, "zero-width joiners"),
        ("end\ufeff", 3, 4, "byte-order marks"),
        ("in\u2060fo", 2, 3, "invisible characters"),
        ("x\u3164", 1, 2, "invisible characters"),
        ("\x1b[31mred", 0, 1, "control characters"),
        ("nul\x00", 3, 4, "control characters"),
    ],
)
def test_hidden_characters_are_found_where_they_stand(text: str, start: int, end: int, word: str) -> None:
    found = next(hidden_unicode.scan(text))
    assert (found.start, found.end) == (start, end)
    assert word in found.what


@pytest.mark.parametrize(
    "text",
    [
        "tabs\tand\r\nlines\f",
        "\ufeffa byte-order mark at the start",
        "\U0001f469\u200d\U0001f4bb",  # a sequence of emoji
        "\U0001f9d1\U0001f3fd\u200d\U0001f680",  # with a skin tone
        "\U0001f3f3\ufe0f\u200d\U0001f308",  # with a variation selector
        FLAG_OF_ENGLAND,
        "\u2764\ufe0f 1\ufe0f\u20e3 \u2714\ufe0e",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "\u0915\u094d\u200d\u0937",  # Devanagari
        "\u0d28\u0d4d\u200d ",  # Malayalam: the joiner ends the word
        "\u0e20\u0e32\u0e29\u0e32\u200b\u0e44\u0e17\u0e22",  # Thai
        "\u05e9\u05dc\u05d5\u05dd\u200f!",  # Hebrew
        "\u845b\U000e0100",  # an ideographic variant
        "in\u00adfor\u00adma\u00adtion",
        "naïve 東京 Ωμέγα привет",
    ],
)
def test_honest_uses_pass(text: str) -> None:
    assert list(hidden_unicode.scan(text)) == []


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_printable_ascii_hides_nothing(text: str) -> None:
    assert list(hidden_unicode.scan(text)) == []


@given(st.text())
def test_findings_lie_in_the_text_in_order_and_name_nothing_invisible(text: str) -> None:
    end = 0
    for found in hidden_unicode.scan(text):
        assert end <= found.start < found.end <= len(text)
        assert found.what.isprintable()
        end = found.end


@given(st.text(alphabet="abc é中😀"), st.text(alphabet=[chr(0xE0000 + n) for n in range(0x20, 0x7F)], min_size=1))
def test_tags_outside_of_flags_never_pass(before: str, tags: str) -> None:
    assert [found.end - found.start for found in hidden_unicode.scan(before + tags)] == [len(tags)]
