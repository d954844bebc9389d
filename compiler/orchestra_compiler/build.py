"""The compile as a whole: what earlier compiles left, the project in memory, and the writing of what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from orchestra_compiler import freshness
from orchestra_compiler._version import __version__
from orchestra_compiler.check import check_project
from orchestra_compiler.compilation import Compilation, compiled
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.incremental import store
from orchestra_compiler.incremental.environment import tool_digest
from orchestra_compiler.incremental.units import Units
from orchestra_compiler.manifest import MANIFEST_NAME, Manifest
from orchestra_compiler.writing import changes, journal, section_plan, writer
from orchestra_compiler.writing.changes import Change, Planned
from orchestra_compiler.writing.lock import held
from orchestra_compiler.writing.reasons import read_earlier

__all__ = ["Compilation", "compared", "compile_project", "planned_changes", "write"]


def _silent(_: str) -> None:
    """Say nothing."""


def compile_project(root: Path) -> Compilation:
    """Compile a project in memory, with what earlier compiles left in `.orchestra/cache`; nothing is written.

    Raises:
        ProjectError: The project's folder cannot be read at all.
    """
    checked = check_project(root)
    if checked.failed or checked.fleet is None:
        return Compilation(checked=checked, units=Units({}, ""))
    units = Units(store.read(root), tool_digest())
    return compiled(checked, checked.fleet, units)


def planned_changes(compilation: Compilation, out: Path | None = None) -> tuple[Planned, ...]:
    """Return what writing would change on disk: in `out`, or in the folder that the project names and in its sections.

    Raises:
        ProjectError: What is there cannot be read, or nothing can be put there.
    """
    manifest, root = compilation.manifest, compilation.checked.root
    if manifest is None:
        return ()
    folder = out or root / manifest.fleet.project.out
    known = changes.Known(
        sources=manifest.sources,
        tool=__version__,
        earlier=read_earlier(folder),
        chains=compilation.chains,
        journal=journal.read(root, folder),
    )
    other = known.earlier.project if out is not None and known.earlier else ""
    if other and other != manifest.fleet.project.name:
        raise ProjectError(
            f"{out} holds what another project compiled: {other}",
            f"name another folder, or remove {MANIFEST_NAME} there",
        )
    files = changes.plan(folder, compilation.outputs, known)
    _spare_sources(root, folder, manifest, files)
    return (*files, *section_plan.plan(out or root, compilation.sections, known))


def _spare_sources(root: Path, folder: Path, manifest: Manifest, planned: Iterable[Planned]) -> None:
    base, out = root.resolve(), folder.resolve()
    sources = {base / path for path in manifest.sources}
    found = next((each.path for each in planned if each.change is not Change.KEEP and out / each.path in sources), None)
    if found is not None:
        raise ProjectError(
            f"refuses to write {folder / found}: it is a source of this project", "name another folder to write to"
        )


def write(
    compilation: Compilation, since: int, out: Path | None = None, tell: Callable[[str], None] = _silent
) -> tuple[Planned, ...]:
    """Write what was compiled, and remember it for the next compile, for the next check only if it went to its own folder.

    Args:
        compilation: A compile without errors.
        since: `time.time_ns()` before the compile began.
        out: A folder to write to instead of the one that the project names, and in which the sections' files lie too.
        tell: Gets a line when another compile must be waited for.

    Raises:
        ProjectError: A file cannot be written, or another compile writes for too long.
    """
    manifest, root = compilation.manifest, compilation.checked.root
    if manifest is None:
        return ()
    folder = out or root / manifest.fleet.project.out
    with held(root, folder, tell):
        planned = planned_changes(compilation, out)
        _apply(root, folder, out or root, planned)
        compilation.units.save(root)
        if out is None:
            _remember(compilation, manifest, since, written=True)
    return planned


def _apply(root: Path, folder: Path, base: Path, planned: tuple[Planned, ...]) -> None:
    """Write what was planned, with a journal around it, and clean up after compiles that were interrupted."""
    left = journal.read(root, folder)
    anew = any(each.change is not Change.KEEP for each in planned)
    if anew:
        temporary = writer.temporary_name()
        intended = writer.intended(planned, temporary)
        try:
            journal.begin(root, folder, left.joined(intended) if left else intended)
        except OSError as error:
            raise ProjectError(f"cannot write below {root}: {error.strerror}", "nothing was changed") from error
        if base == root:  # elsewhere nothing is recorded
            freshness.forget(str(root))
        writer.apply(folder, planned, base, temporary)
    if left:
        writer.clean(folder, base, left)
    if left or anew:
        journal.end(root, folder)


def compared(
    compilation: Compilation, since: int, out: Path | None = None, tell: Callable[[str], None] = _silent
) -> tuple[Planned, ...]:
    """Return what `write` would change; where that is nothing, remember so, and the next check reads no file.

    Args:
        compilation: A compile without errors.
        since: `time.time_ns()` before the compile began.
        out: As for `write`.
        tell: As for `write`.

    Raises:
        ProjectError: What is there cannot be read, or another compile writes for too long.
    """
    manifest, root = compilation.manifest, compilation.checked.root
    if manifest is None:
        return ()
    folder = out or root / manifest.fleet.project.out
    with held(root, folder, tell, make=False):
        planned = planned_changes(compilation, out)
        same = all(each.change is Change.KEEP for each in planned)
        if same and out is None and journal.read(root, folder) is None:
            _remember(compilation, manifest, since, written=False)
        if (root / freshness.STATE_FOLDER).is_dir():
            compilation.units.save(root)
    return planned


def _remember(compilation: Compilation, manifest: Manifest, since: int, *, written: bool) -> None:
    out = manifest.fleet.project.out
    made = (
        *(f"{out}/{output.path}" for output in compilation.outputs),
        *sorted({each.path for each in compilation.sections}),
    )
    freshness.remember(
        str(compilation.checked.root),
        out,
        compilation.checked.patterns,
        manifest.sources,
        made,
        since,
        written=written,
        findings=len(compilation.checked.diagnostics) + len(compilation.left_out),
    )
