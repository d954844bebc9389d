"""The rounds of mending: choose fixes that do not meet, apply them in memory, read the project again, keep what holds.

Safe mends go first, file by file: each file must say the same as before. What is left over is judged on the whole
project. A round that does not hold is halved until the mends at fault stand alone; those are not tried again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.check import Checked, check_project
from orchestra_compiler.diagnostic import Diagnostic, Edit, Safety, Severity
from orchestra_compiler.fixes.edits import Taken
from orchestra_compiler.fixes.fleets import fleets_agree
from orchestra_compiler.fixes.locations import Locations
from orchestra_compiler.fixes.outcome import still_there
from orchestra_compiler.source.meaning import meaning_of, same
from orchestra_compiler.source.patches import Patched, patch

MAX_ROUNDS = 50
"""A mend may bring another to light; after so many rounds what is left stays for the next run."""
_MOST_CHECKS = 200  # of the project, in all rounds together

Wanted = Callable[[Sequence[Diagnostic]], Sequence[Diagnostic]]
"""Takes all findings of a reading, and returns those that are to be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What mending a project comes to; nothing is written yet.

    Attributes:
        contents: Path below the root -> new content, of the changed files only; a link is named as what it leads to.
        applied: The findings that were mended, each as it was found in its round.
        left: The wanted findings of the last reading: those without a mend, and those whose mend was not kept.
        before: Path -> what each changed file held.
    """

    contents: Mapping[str, bytes]
    applied: tuple[Diagnostic, ...]
    left: tuple[Diagnostic, ...]
    before: Mapping[str, bytes] = field(default_factory=dict)


def fix_project(root: Path, wanted: Wanted, *, unsafe: bool) -> Fixed:
    """Return a project's files with their findings mended, as far as that can be proved right.

    Args:
        root: The project's folder.
        wanted: Chooses the findings to mend, anew for each reading.
        unsafe: Whether mends that change what a file says are applied too.
    """
    return _Fixing(root, wanted, unsafe=unsafe).run()


class _State(NamedTuple):
    """A reading of the project, and the contents by path that the disk does not have yet."""

    checked: Checked
    overlay: Mapping[str, bytes]


class _Fixing:
    def __init__(self, root: Path, wanted: Wanted, *, unsafe: bool) -> None:
        self._root = root
        self._wanted = wanted
        self._unsafe = unsafe
        self._state = _State(check_project(root), {})
        self._locations = Locations(root, self._state.checked)
        self._originals = dict(self._state.checked.sources)
        self._applied: list[Diagnostic] = []
        self._refused: set[Diagnostic] = set()
        self._checks = 0

    def run(self) -> Fixed:
        for _ in range(MAX_ROUNDS):
            before = len(self._applied)
            for safety in (Safety.SAFE, Safety.UNSAFE) if self._unsafe else (Safety.SAFE,):
                self._round(safety)
            if len(self._applied) == before:
                break
        mended = sorted(path for path, data in self._state.overlay.items() if data != self._originals[path])
        real = self._locations.real
        return Fixed(
            contents={real(path): self._state.overlay[path] for path in mended},
            applied=tuple(self._applied),
            left=tuple(self._wanted(self._state.checked.diagnostics)),
            before={real(path): self._originals[path] for path in mended},
        )

    def _round(self, safety: Safety) -> None:
        batch = self._batch(safety)
        if safety is Safety.SAFE:
            batch = self._sound_ones(batch)
        base, kept = self._state, list[Diagnostic]()
        waiting = [batch] if batch else []
        while waiting:
            part = waiting.pop()
            state = self._tried(base, [*kept, *part], safety)
            if state is not None:
                self._state = state
                self._originals = {**state.checked.sources, **self._originals}
                kept += part
            elif len(part) == 1:
                self._refused.update(part)
            else:
                waiting += [part[len(part) // 2 :], part[: len(part) // 2]]
        self._applied += kept

    def _batch(self, safety: Safety) -> list[Diagnostic]:
        """Return the findings of this reading that can be mended together."""
        checked, taken = self._state.checked, Taken()
        return [
            found
            for found in self._wanted(checked.diagnostics)
            if found.fix is not None and found.fix.safety is safety and found not in self._refused
            if all(self._locations.may_change(edit.span.path, checked.sources) for edit in found.fix.edits)
            if taken.claim(found)
        ]

    def _sound_ones(self, batch: list[Diagnostic]) -> list[Diagnostic]:
        """Leave out, without a reading of the project, the fixes that change what their files say by themselves."""
        sources = self._state.checked.sources

        def holds(fixes: Sequence[Diagnostic]) -> bool:
            patched = _patched(fixes, sources)
            return patched is not None and _say_the_same(patched, sources)

        by_file: dict[str, list[Diagnostic]] = {}
        for found in batch:
            by_file.setdefault(found.span.path, []).append(found)
        groups = by_file.values()
        sound = [
            each for group in groups for each in (group if holds(group) else [one for one in group if holds([one])])
        ]
        self._refused.update(set(batch) - set(sound))
        return sound

    def _tried(self, base: _State, fixes: Sequence[Diagnostic], safety: Safety) -> _State | None:
        """Return the state after some fixes, or None where it does not hold."""
        patched = _patched(fixes, base.checked.sources)
        if patched is None or (safety is Safety.SAFE and not _say_the_same(patched, base.checked.sources)):
            return None
        self._checks += 1
        if self._checks > _MOST_CHECKS:
            return None
        overlay = dict(base.overlay)
        for path, each in patched.items():
            overlay.update(dict.fromkeys(self._locations.same(path, base.checked.sources), each.data))
        checked = check_project(self._root, overlay)
        if safety is Safety.SAFE:
            sound = fleets_agree(base.checked.fleet, checked.fleet)
        else:
            sound = not _errors(checked.diagnostics) - _errors(base.checked.diagnostics)
        holds = sound and not still_there(fixes, base.checked, checked, patched)
        return _State(checked, overlay) if holds else None


def _patched(fixes: Sequence[Diagnostic], sources: Mapping[str, bytes]) -> dict[str, Patched] | None:
    """Return the files that some fixes change; None where one of their places is not there."""
    edits: dict[str, list[Edit]] = {}
    for found in fixes:
        for edit in found.fix.edits if found.fix else ():
            edits.setdefault(edit.span.path, []).append(edit)
    patched = {path: patch(path, sources[path], each) for path, each in edits.items() if path in sources}
    sound = {path: each for path, each in patched.items() if each is not None}
    return sound if len(sound) == len(edits) else None


def _say_the_same(patched: Mapping[str, Patched], sources: Mapping[str, bytes]) -> bool:
    return all(same(meaning_of(path, sources[path]), meaning_of(path, each.data)) for path, each in patched.items())


def _errors(diagnostics: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((each.span.path, each.code) for each in diagnostics if each.severity is Severity.ERROR)
