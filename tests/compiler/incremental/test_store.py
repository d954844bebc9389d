"""What is remembered between two compiles: never trusted, never growing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestra_compiler.incremental import store
from orchestra_compiler.incremental.digest import digest, encoded
from orchestra_compiler.incremental.environment import tool_digest
from orchestra_compiler.incremental.store import Entry
from orchestra_compiler.incremental.units import Part, Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    text: str = ""


def entry(text: str, kind: str = "k", name: str = "n") -> Entry:
    return Entry(kind, name, {"a": "1"}, 0, sha256(text.encode()).hexdigest(), text.encode())


def test_comes_back_as_it_was_written(tmp_path: Path) -> None:
    used = {"1": entry("one"), "2": entry("", "prompt", "ü\n:\t"), "3": entry("three\n\0" * 1000)}
    store.write(tmp_path, used, {})
    assert store.read(tmp_path) == used
    assert all(each.is_whole() for each in store.read(tmp_path).values())
    assert [path.name for path in store.path_of(tmp_path).parent.iterdir()] == ["units"]


def test_what_is_not_used_any_more_goes_after_a_while(tmp_path: Path) -> None:
    store.write(tmp_path, {"old": entry("old")}, {})
    for count in range(store.OLDEST + 1):
        assert ("old" in store.read(tmp_path)) == (count <= store.OLDEST)
        store.write(tmp_path, {"new": entry("new")}, store.read(tmp_path))
    assert store.read(tmp_path).keys() == {"new"}


def test_what_is_not_used_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_UNUSED_BYTES", 100)
    earlier = {str(number): entry("x" * 30) for number in range(9)}
    store.write(tmp_path, {"new": entry("y" * 1000)}, earlier)
    assert store.read(tmp_path).keys() == {"new", "0", "1", "2"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(noise=st.binary(min_size=1, max_size=20), place=st.integers(0, 600), cut=st.booleans())
def test_damage_is_never_trusted_and_never_raises(tmp_path: Path, noise: bytes, place: int, cut: bool) -> None:
    used = {str(number): entry(f"value {number}") for number in range(4)}
    store.write(tmp_path, used, {})
    path = store.path_of(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[:place] + noise + (b"" if cut else content[place:]))
    for key, found in store.read(tmp_path).items():
        assert not found.is_whole() or found == used[key]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"orchestra-units 1 x\n[]\n", b"\xff" * 99, b"[" * 100_000])
def test_a_foreign_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    store.write(tmp_path, {"1": entry("one")}, {})
    store.path_of(tmp_path).write_bytes(content)
    assert store.read(tmp_path) == {}


def test_a_place_that_cannot_be_written_is_only_slower(tmp_path: Path) -> None:
    (tmp_path / ".orchestra").write_text("in the way")
    store.write(tmp_path, {"1": entry("one")}, {})
    assert store.read(tmp_path) == {}


# Units


def ask(units: Units, text: str, *parts: Part, name: str = "n") -> list[str]:
    made: list[str] = []

    def make() -> Value:
        made.append(text)
        return Value(text=text)

    assert units.value(Value, "kind", name, parts, make) == Value(text=text)
    return made


def test_a_unit_is_made_once_for_the_same_parts(tmp_path: Path) -> None:
    part, other = Part("its text", b"1", ("a.yaml",)), Part("its text", b"2", ("a.yaml",))
    units = Units({}, "tool")
    assert ask(units, "one", part) == ["one"]
    assert units.all[0].why == ""
    units.save(tmp_path)
    units = Units(store.read(tmp_path), "tool")
    assert ask(units, "one", part) == []
    units = Units(store.read(tmp_path), "tool")
    assert ask(units, "two", other) == ["two"]
    assert units.all[0].why == "its text changed (a.yaml)"
    assert not units.all[0].same
    units = Units(store.read(tmp_path), "tool")
    assert ask(units, "one", other) == ["one"]
    assert units.all[0].same
    units = Units(store.read(tmp_path), "another tool")
    assert ask(units, "one", part) == ["one"]
    assert units.all[0].why == "the compiler or a library of it is another one"


def test_a_value_that_was_changed_behind_its_checksum_is_made_anew(tmp_path: Path) -> None:
    part = Part("its text", b"1")
    units = Units({}, "tool")
    ask(units, "one", part)
    units.save(tmp_path)
    path = store.path_of(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"one"', b'"two"'))
    units = Units(store.read(tmp_path), "tool")
    assert ask(units, "one", part) == ["one"]
    assert units.all[0].why == "what was remembered of it is damaged"


def test_what_cannot_be_made_is_not_remembered(tmp_path: Path) -> None:
    units = Units({}, "tool")
    assert units.value(Value, "kind", "n", [], lambda: None) is None
    units.save(tmp_path)
    assert store.read(tmp_path) == {}


def test_files_that_only_the_making_knew_of(tmp_path: Path) -> None:
    units = Units({}, "tool")
    ask(units, "one")
    units.save(tmp_path)
    units = Units(store.read(tmp_path), "tool")
    made = units.value(Value, "kind", "n", [], lambda: Value(text="two"), lambda _: ["part.j2"])
    assert made == Value(text="two")
    assert units.all[0].why == "part.j2 changed"


@given(st.lists(st.binary(max_size=4), max_size=5), st.lists(st.binary(max_size=4), max_size=5))
def test_other_parts_give_another_digest(one: list[bytes], other: list[bytes]) -> None:
    assert (digest(one) == digest(other)) == (one == other)


def test_the_order_of_a_mapping_counts() -> None:
    assert encoded(({"a": "1", "b": "2"},)) != encoded(({"b": "2", "a": "1"},))
    assert encoded((1,)) != encoded(("1",)) != encoded((True,))


def test_another_version_of_a_library_is_another_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestra_compiler.incremental.environment._contents", lambda _: ())  # files may be edited now
    now = tool_digest.__wrapped__()
    (tmp_path / "pytest-1.0.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert tool_digest.__wrapped__() == now  # nothing that is compiled depends on it
    (tmp_path / "Jinja2-1.0.dist-info").mkdir()
    assert tool_digest.__wrapped__() != now


def test_an_edit_of_a_template_of_ours_is_another_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prompt.md.j2").write_text("one")
    monkeypatch.setattr("orchestra_templates.ROOT", tmp_path)
    now = tool_digest.__wrapped__()
    (tmp_path / "prompt.md.j2").write_text("two")
    assert tool_digest.__wrapped__() != now
