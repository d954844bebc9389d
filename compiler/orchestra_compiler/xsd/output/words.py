"""What the terminal and the page say in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.output.generated import FuzzCount


def confirmed(engines: tuple[str, ...]) -> str:
    """Say who has confirmed the labels."""
    if len(engines) == 1:
        return f"confirmed by {engines[0]} alone"
    return f"confirmed by {', '.join(engines[:-1])} and {engines[-1]}" if engines else "confirmed by nobody"


def in_folder(folder: str, file: str) -> str:
    """Return a file's path behind a folder's, which may be empty."""
    return f"{folder}/{file}" if folder not in ("", ".") else file


def left_out_line(left_out: LeftOut, folder: str = "") -> str:
    """Return what has no case as one line: the place, and what it is.

    Args:
        left_out: What has no case.
        folder: The folder that names of the schema's files start from; empty for no folder.
    """
    place = left_out.place
    what = f"{left_out.constraint.kind} of {left_out.component}" if left_out.constraint else left_out.component
    return f"{in_folder(folder, place.file)}:{place.line}: {what}"


def by_reason(left_out: Iterable[LeftOut]) -> Mapping[str, Sequence[LeftOut]]:
    """Return what has no case by the reason, the one that most have first."""
    found: dict[str, list[LeftOut]] = {}
    for each in left_out:
        found.setdefault(each.reason, []).append(each)
    return dict(sorted(found.items(), key=lambda each: (-len(each[1]), each[0])))


def fuzz_line(fuzz: FuzzCount) -> str:
    """Say what came of the random documents."""
    doubtful = f", {fuzz.quarantined:,} in quarantine" if fuzz.quarantined else ""
    few = "" if fuzz.valid + fuzz.invalid >= fuzz.asked else "; no more were found"
    return f"{fuzz.valid:,} valid and {fuzz.invalid:,} invalid of {fuzz.asked:,} asked for{doubtful}{few}"
