"""Ask for the value of a unit: remembered where nothing it looks at has changed, else made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from orchestra_compiler import codec
from orchestra_compiler.incremental import store
from orchestra_compiler.incremental.digest import digest, encoded

T = TypeVar("T")
_NAMED = 3


class Part(NamedTuple):
    """One thing that a unit looks at.

    Attributes:
        label: What it is to the unit, as `--explain` says it: `its agent`, `the schema`.
        content: All of it, as bytes.
        sources: The files it comes from.
    """

    label: str
    content: bytes
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, label: str, value: Any, *sources: str) -> Part:
        """Return the part for a value of the model, or a list of such."""
        return cls(label, encoded(value), tuple(sorted({source for source in sources if source})))


class Unit(NamedTuple):
    """What became of one unit in this compile.

    Attributes:
        anew: Whether it was made anew.
        why: Why so; empty where nothing is remembered to compare with.
        same: Whether it came out as it was before.
    """

    kind: str
    name: str
    anew: bool = False
    why: str = ""
    same: bool = False

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".rstrip()


class Units:
    """The units of one compile.

    Args:
        remembered: Key -> value of earlier compiles.
        tool: What is common to all keys: see `environment`.
    """

    def __init__(self, remembered: Mapping[str, store.Entry], tool: str) -> None:
        self._remembered = remembered
        self._tool = tool
        self._last = {
            (entry.kind, entry.name): entry
            for entry in sorted(remembered.values(), key=lambda entry: entry.age, reverse=True)
        }
        self._used: dict[str, store.Entry] = {}
        self._units: dict[tuple[str, str], Unit] = {}

    @property
    def all(self) -> tuple[Unit, ...]:
        """Every unit that was asked for, in order."""
        return tuple(self._units.values())

    def unit(self, kind: str, name: str) -> Unit | None:
        """Return what became of a unit, or None where it was not asked for."""
        return self._units.get((kind, name))

    def value(
        self,
        cls: type[T],
        kind: str,
        name: str,
        parts: Sequence[Part],
        make: Callable[[], T | None],
        outdated: Callable[[T], Sequence[str]] = lambda _: (),
    ) -> T | None:
        """Return the value of a unit, a frozen dataclass that `codec` knows.

        Args:
            cls: Its class.
            kind: What it is, and with `name` which one.
            name: Unique among its kind.
            parts: Everything that `make` looks at.
            make: Makes the value; None, where it cannot be made, is not remembered.
            outdated: Which files, of those that only the making could tell it would read, are others than they were.
        """
        key = digest([self._tool.encode(), kind.encode(), name.encode(), *_flat(parts)])
        entry = self._remembered.get(key)
        known = _decoded(cls, entry) if entry is not None else None
        files = () if known is None else tuple(outdated(known))
        if entry is not None and known is not None and not files:
            self._used[key] = entry
            self._units[kind, name] = Unit(kind, name)
            return known
        made = make()
        content = b"" if made is None else codec.canonical(codec.to_json(made))
        digests = {"": self._tool, **{part.label: sha256(part.content).hexdigest() for part in parts}}
        entry = store.Entry(kind, name, digests, 0, sha256(content).hexdigest(), content)
        last = self._last.get((kind, name))
        same = last is not None and last.checksum == entry.checksum
        why = f"{', '.join(files[:_NAMED])} changed" if files else _why(last, entry, parts)
        self._units[kind, name] = Unit(kind, name, anew=True, why=why, same=same)
        if made is None:
            return None
        self._used[key] = entry
        return codec.from_json(cls, codec.to_json(made))  # what a later compile will read is what this one goes on with

    def forget(self, kinds: Iterable[str]) -> None:
        """Remember nothing of these kinds: what they looked at changed while they did."""
        gone = set(kinds)
        self._used = {key: entry for key, entry in self._used.items() if entry.kind not in gone}

    def save(self, root: Path) -> None:
        """Keep the values for the next compile."""
        if any(unit.anew for unit in self.all) or self._used.keys() != self._remembered.keys():
            store.write(root, self._used, self._remembered)


def _flat(parts: Sequence[Part]) -> Iterable[bytes]:
    for part in parts:
        yield part.label.encode()
        yield part.content


def _decoded(cls: type[T], entry: store.Entry) -> T | None:
    import json

    if not entry.is_whole():
        return None
    try:
        return codec.from_json(cls, json.loads(entry.value))
    except (KeyError, TypeError, ValueError):  # of another form of the class, which the tool's digest should have told
        return None


def _why(last: store.Entry | None, now: store.Entry, parts: Sequence[Part]) -> str:
    """Return what changed since the unit was last made: the parts, with the files they come from."""
    if last is None:
        return ""
    if last.parts.get("") != now.parts[""]:
        return "the compiler or a library of it is another one"
    changed = [part for part in parts if last.parts.get(part.label) != now.parts[part.label]]
    if not changed:
        return "what was remembered of it is damaged"
    return ", ".join(
        f"{part.label} changed" + (f" ({', '.join(part.sources[:_NAMED])})" if part.sources else "") for part in changed
    )
