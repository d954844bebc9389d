from __future__ import annotations

import gzip
import hashlib
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestra_compiler import tokens

TEXT = st.text(st.characters(), max_size=200)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forget what was loaded and found, before and after."""
    tokens.counter.cache_clear()
    tokens._package.cache_clear()
    yield
    tokens.counter.cache_clear()
    tokens._package.cache_clear()


@pytest.fixture
def no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Point tiktoken's cache at an empty folder."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_installed_file", lambda: None)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def vocabulary() -> bytes:
    content = tokens._installed()
    if content is None:
        pytest.skip("no vocabulary is installed")
    return content


@pytest.mark.usefixtures("no_network")
def test_installed_vocabulary_counts_for_real() -> None:
    vocabulary()
    counter = tokens.counter()
    assert counter.name == tokens.available() == "o200k_base"
    assert counter.count("") == 0
    assert counter.count("hello world") == 2
    assert tokens.counter() is counter


def test_special_tokens_are_plain_text() -> None:
    counter = tokens.counter()
    assert counter.count("<|endoftext|>") > 1
    assert counter.count("a <|endofprompt|> b") > 3


def test_lone_surrogates_are_counted() -> None:
    assert tokens.counter().count("a\ud800b") > 0


@pytest.mark.parametrize("text", [" " * 1_000_000, "\n" * 300_000, "^" * 100_000, "a" * 100_000, "中" * 50_000])
def test_monstrous_runs_are_counted(text: str) -> None:
    assert 0 < tokens.counter().count(text) <= len(text)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["word", " ", "\n", "\r\n", "  ", "/path", "é", ";", "12345", "\t", "#"]), max_size=60))
def test_cutting_at_safe_places_changes_no_count(parts: list[str]) -> None:
    vocabulary()
    text = "".join(parts)
    encode = tokens.counter()._encode  # type: ignore[attr-defined]
    cuts = [0, *(match.end() for match in tokens._SAFE_CUT.finditer(text)), len(text)]
    cut = [text[start:end] for start, end in pairwise(cuts)]
    assert "".join(cut) == text
    assert sum(len(encode(piece)) for piece in cut) == len(encode(text))


@given(TEXT, st.integers(1, 40))
def test_pieces_are_the_text(text: str, longest: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_LONGEST_PIECE", longest)
        pieces = list(tokens._pieces(text))
    assert "".join(pieces) == text
    assert all(len(piece) <= longest for piece in pieces)


@pytest.mark.usefixtures("fresh", "not_installed", "no_network", "no_cache")
def test_without_any_vocabulary_it_is_an_estimate_and_says_so() -> None:
    assert tokens.available() == "estimate"
    assert tokens.counter().name == "estimate"
    assert tokens.counter().count("Three plain words.") == 4


@pytest.mark.usefixtures("fresh", "not_installed", "no_network")
def test_tiktokens_own_cache_is_used(no_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    content = vocabulary()
    (no_cache / hashlib.sha1(tokens._URL.encode()).hexdigest()).write_bytes(content)
    monkeypatch.setattr(tokens, "_installed_file", lambda: None)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(no_cache))
    assert tokens.available() == "o200k_base"
    assert tokens.counter().count("hello world") == 2


@pytest.mark.usefixtures("fresh", "not_installed", "no_network")
@pytest.mark.parametrize("content", [b"", b"IQ== 0\n", b"\xff\xfe garbage"])
def test_damaged_cache_is_never_trusted(no_cache: Path, content: bytes) -> None:
    file = no_cache / hashlib.sha1(tokens._URL.encode()).hexdigest()
    file.write_bytes(content)
    assert tokens.counter().name == "estimate"
    assert file.read_bytes() == content, "tiktoken would delete it and download"


@pytest.mark.usefixtures("fresh", "no_cache", "no_network")
@pytest.mark.parametrize(
    "content",
    [b"no gzip at all", gzip.compress(b"IQ== 0\n"), gzip.compress(b"x" * 999)[:30]],
    ids=["no gzip", "another vocabulary", "cut off"],
)
def test_damaged_installed_vocabulary_is_never_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    file = tmp_path / "vocabulary.gz"
    file.write_bytes(content)
    monkeypatch.setattr(tokens, "_installed_file", lambda: file)
    assert tokens.counter().name == "estimate"


@pytest.mark.usefixtures("fresh", "not_installed")
def test_an_empty_cache_folder_name_means_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    assert tokens.available() == "estimate"


@pytest.mark.usefixtures("fresh", "not_installed")
def test_default_cache_folder_is_tiktokens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.delenv("DATA_GYM_CACHE_DIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert tokens.available() == "estimate"
    (tmp_path / "data-gym-cache").mkdir()
    (tmp_path / "data-gym-cache" / "fb374d419588a4632f3f557e76b4b70aebbca790").write_bytes(b"x")
    assert tokens.available() == "o200k_base"


def test_a_tiktoken_that_reads_in_another_way_is_not_run() -> None:
    def constructor() -> dict[str, object]:
        raise AssertionError("it would download")

    assert tokens._offline(constructor, b"") is None
    assert tokens._offline(None, b"") is None


def test_asking_what_is_available_loads_nothing() -> None:
    code = (
        "import sys; from orchestra_compiler import tokens; tokens.available();"
        "print([name for name in ('tiktoken', 'bpe_openai', 'requests', 'regex', 'gzip') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("model", "count", "expected"),
    [
        ("gpt-4o", 1000, (1000, 1000)),
        ("claude-sonnet-4-5", 1000, (1100, 1500)),
        ("claude-sonnet-4-5-20250929", 1, (1, 2)),
        ("claude-opus-5", 100, (143, 195)),
        ("claude-opus-5", 0, (0, 0)),
        ("gemini-2.5-pro", 1000, None),
        ("nobody-knows", 1000, None),
    ],
)
def test_range_for_a_model(model: str, count: int, expected: tuple[int, int] | None) -> None:
    assert tokens.range_for(model, count) == expected


def test_an_estimate_widens_the_range() -> None:
    assert tokens.range_for("gpt-4o", 1000, "estimate") == (850, 1150)


@given(TEXT)
def test_the_estimate_counts_any_text(text: str) -> None:
    count = tokens._Estimate().count(text)
    assert 0 <= count <= len(text)
    assert count > 0 or not text.strip()


def test_the_estimate_is_near_the_truth_on_agents(shared_data: Path) -> None:
    vocabulary()
    texts = [file.read_text(encoding="utf-8") for file in sorted((shared_data / "agents").rglob("*.md"))]
    bodies = [text for text in texts if len(text) > 400]
    counts = [(tokens._Estimate().count(body), tokens.counter().count(body)) for body in bodies]
    errors = sorted(abs(estimate / true - 1) for estimate, true in counts)
    assert len(errors) > 100
    assert errors[int(len(errors) * 0.95)] < 0.10
    assert errors[-1] < float(tokens.ESTIMATE_ERROR)
    assert abs(sum(estimate for estimate, _ in counts) / sum(true for _, true in counts) - 1) < 0.03
