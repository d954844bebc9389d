"""What `--explain` says beyond the reason of each file: the units that were made anew, and where a change ended."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from orchestra_compiler.built import Output
from orchestra_compiler.incremental.units import Unit
from orchestra_compiler.manifest import MANIFEST_NAME


def summary(units: Sequence[Unit]) -> str:
    """Return how much of a compile was made anew."""
    anew = sum(unit.anew for unit in units)
    return f"{anew} of {len(units)} units made anew"


def units_anew(units: Sequence[Unit]) -> Iterator[str]:
    """Yield a line per unit that was made anew although something was remembered of it; one line for all others."""
    unknown = [unit for unit in units if unit.anew and not unit.why]
    if unknown and len(unknown) == len(units):
        yield "nothing is remembered of an earlier compile"
        return
    for unit in units:
        if unit.anew:
            why = unit.why or "nothing is remembered of it"
            yield f"{unit}: {why}" + ("; it came out the same" if unit.same else "")


def cut_off(changed: Collection[str], outputs: Sequence[Output], written: Collection[str]) -> Iterator[str]:
    """Yield a line per changed source whose own outputs did not all change with it.

    Args:
        changed: The sources that are not what they were.
        outputs: All that was compiled.
        written: The paths of those that are not what they were.
    """
    for source in sorted(changed):
        own = [output.path for output in outputs if source in output.inputs and output.path != MANIFEST_NAME]
        kept = sum(path not in written for path in own)
        if kept and kept == len(own):
            yield f"{source} changed, its {len(own)} {'output' if len(own) == 1 else 'outputs'} did not"
        elif kept:
            yield f"{source} changed, {kept} of its {len(own)} outputs did not"
