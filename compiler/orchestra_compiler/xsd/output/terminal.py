"""What a suite covers and what not, in a few lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from orchestra_compiler.mutation import Mutant, Score, percent, rendered
from orchestra_compiler.wording import counted
from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.output.generated import Figures, Generated, figures_of
from orchestra_compiler.xsd.output.words import by_reason, confirmed, fuzz_line, in_folder, left_out_line

_SHOWN = 5
_MOST_RULES = 8
_MOST_REASONS = 3
_MOST_SURVIVORS = 10
_MOST_EXAMPLES = 2


def terminal(generated: Generated, folder: str = "", written: str = "") -> Iterator[str]:
    """Yield what a user wants to know first, line by line, without line ends.

    Args:
        generated: What was made.
        folder: The folder that names of the schema's files start from, as it is reached from here.
        written: The folder that the cases were written to, as the user named it; empty where nothing was written.
    """
    figures, suite = figures_of(generated.suite), generated.suite
    yield f"{generated.schema}: {figures.valid:,} valid and {counted(figures.invalid, 'invalid document')}"
    yield _row("labels", confirmed(suite.engines))
    whole = figures.constraints
    if whole.met:
        share = percent(whole.with_case, whole.breakable)
        yield _row("constraints", f"{whole.with_case:,} of {whole.breakable:,} have an invalid document ({share})")
    if figures.rules:
        yield _row("refused for", _most(figures.rules))
    yield from _left_out("no case for", figures.without_case, folder)
    yield from _without_effect(figures.without_effect, folder)
    yield from _left_out("not reached", figures.without_document, folder)
    yield from _quarantine(generated)
    if generated.fuzz is not None:
        yield _row("fuzz", fuzz_line(generated.fuzz))
    for name, score in generated.scores.items():
        yield from _scored(name, score, folder, most=_MOST_SURVIVORS if written else None)
    if written:
        yield _row(
            "written to", f"{written}: {_files(figures)}, cases.jsonl, quarantine.jsonl, summary.json, summary.md"
        )


def _row(title: str, text: str) -> str:
    return f"  {title:<15}{text}"


def _files(figures: Figures) -> str:
    return counted(figures.valid + figures.invalid + figures.quarantined, "document")


def _most(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = [f"{rule or 'different reasons'} {number:,}" for rule, number in ordered[:_MOST_RULES]]
    rest = len(ordered) - len(shown)
    return ", ".join([*shown, *([f"{counted(rest, 'other rule')}"] if rest else [])])


def _left_out(title: str, left_out: Sequence[LeftOut], folder: str) -> Iterator[str]:
    """Yield the commonest reasons, each with its first examples."""
    if not left_out:
        return
    yield _row(title, counted(len(left_out), "constraint" if left_out[0].constraint else "element"))
    reasons = by_reason(left_out)
    for reason, alike in islice(reasons.items(), _MOST_REASONS):
        yield f"    {len(alike):,}: {reason}"
        yield from (f"      {left_out_line(each, folder)}" for each in alike[:_MOST_EXAMPLES])
        if len(alike) > _MOST_EXAMPLES:
            yield f"      and {len(alike) - _MOST_EXAMPLES:,} more"
    if len(reasons) > _MOST_REASONS:
        yield f"    and {counted(len(reasons) - _MOST_REASONS, 'other reason')}"


def _without_effect(left_out: Sequence[LeftOut], folder: str) -> Iterator[str]:
    """Yield what forbids nothing: no gap in the suite, but something that the schema's author may not know."""
    if left_out:
        noun = counted(len(left_out), "constraint")
        yield _row("no effect", f"{noun}, without which the same documents would be valid")
        yield from _first([left_out_line(each, folder) for each in left_out[:_MOST_EXAMPLES]], len(left_out))


def _quarantine(generated: Generated) -> Iterator[str]:
    doubtful = generated.suite.quarantined
    if doubtful:
        noun = "document whose label" if len(doubtful) == 1 else "documents whose label"
        yield _row("quarantine", f"{len(doubtful):,} {noun} not every engine confirms")
        yield from _first([f"{each.case.id}: {each.reason}" for each in doubtful[:_SHOWN]], len(doubtful))


def _first(lines: Sequence[str], whole: int) -> Iterator[str]:
    yield from (f"    {line}" for line in lines)
    if whole > len(lines):
        yield f"    and {whole - len(lines):,} more"


def _scored(name: str, score: Score, folder: str, most: int | None) -> Iterator[str]:
    """Yield the figures, and the first survivors with their places as they are reached from here."""
    first, *rest = rendered(Score(mutants=tuple(_seen_from(folder, each) for each in score.mutants))).split("\n")
    yield _row(f"{name} score", first)
    shown = 0
    for line in rest:
        shown += not line.startswith(" ")
        if most is not None and shown > most:
            yield f"    and {len(score.survivors) - most:,} more"
            return
        yield f"    {line}"


def _seen_from(folder: str, mutant: Mutant) -> Mutant:
    path = in_folder(folder, mutant.place.path) if mutant.place.path else ""
    return replace(mutant, place=mutant.place._replace(path=path))
