"""What writing would change in files that are only partly ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from orchestra_compiler.built import Section
from orchestra_compiler.errors import ProjectError
from orchestra_compiler.writing.changes import Change, Known, Planned
from orchestra_compiler.writing.folder import Folder
from orchestra_compiler.writing.reasons import Reasons
from orchestra_compiler.writing.sections import MarkerError, held, spliced


def key_of(section: Section) -> str:
    """Return the name under which the manifest knows a section."""
    return f"{section.path}#{section.name}"


def digests(sections: Iterable[Section]) -> dict[str, str]:
    """Return what the manifest says of sections."""
    return {key_of(section): sha256(section.content).hexdigest() for section in sections}


def plan(root: Path, sections: Sequence[Section], known: Known) -> tuple[Planned, ...]:
    """Return what writing would do to each file that holds a section, or held one, sorted by path.

    Args:
        root: The folder below which the sections' files lie.
        sections: Those that are wanted.
        known: As for `changes.plan`.

    Raises:
        ProjectError: The markers of a file make no sense, a file is no text, is a source of the project, or lies elsewhere.
    """
    earlier = known.earlier
    old = (*(earlier.sections if earlier else ()), *(known.journal.sections if known.journal else ()))
    if not old and not sections:
        return ()
    reasons = Reasons(earlier, known.sources, known.tool)
    folder = Folder(root)
    paths = sorted({section.path for section in sections} | {key.rpartition("#")[0] for key in old})
    planned = (_file(folder, path, sections, old, known, reasons) for path in paths)
    return tuple(each for each in planned if each is not None)


def _file(
    folder: Folder, path: str, sections: Sequence[Section], old: Iterable[str], known: Known, reasons: Reasons
) -> Planned | None:
    wanted = {section.name: section for section in sections if section.path == path}
    gone = {name for file, _, name in (key.rpartition("#") for key in old) if file == path} - wanted.keys()
    if wanted and path in known.sources:
        raise ProjectError(
            f"refuses to write a section to {path}: it is a source of this project",
            "name another file in the target's options",
        )
    current = folder.content(path)
    if current is None and not wanted:
        return None
    try:
        made = spliced(current, {name: section.content for name, section in wanted.items()}, gone)
        lines = {name: held(current, name) if current is not None else None for name in wanted}
    except MarkerError as error:
        where = f"{path}:{error.line}" if error.line else path
        raise ProjectError(f"{where}: {error.message}", "mend the markers, or remove them all") from error
    names = tuple(sorted(wanted.keys() | gone))
    if made == current:
        return (
            Planned(path=path, change=Change.KEEP, why="nothing changed", content=made or b"", section=names)
            if wanted
            else None
        )
    if made is None:
        return Planned(path=path, change=Change.REMOVE, why="nothing is left of it", section=names)
    why = "; ".join(
        f"section {name}: {reasons.of_section(key_of(section), section.content, lines[name])}"
        for name, section in sorted(wanted.items())
        if lines[name] != section.content
    )
    change = Change.CREATE if current is None else Change.UPDATE
    return Planned(path=path, change=change, why=why or "a section is not wanted any more", content=made, section=names)
