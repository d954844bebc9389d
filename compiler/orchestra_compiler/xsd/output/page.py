"""What a suite covers and what not, whole, as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from orchestra_compiler.mutation import rendered
from orchestra_compiler.wording import counted
from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.output.generated import Figures, Generated, figures_of
from orchestra_compiler.xsd.output.words import by_reason, confirmed, fuzz_line, left_out_line

_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_|<["})


def markdown(generated: Generated) -> str:
    """Return the whole summary as a page."""
    return "\n".join(_page(generated, figures_of(generated.suite))) + "\n"


def _page(generated: Generated, figures: Figures) -> Iterator[str]:
    yield from (f"# Cases of {_plain(generated.schema)}", "")
    yield f"{figures.valid:,} valid and {counted(figures.invalid, 'invalid document')},"
    yield f"{confirmed(generated.suite.engines)}; {figures.quarantined:,} in quarantine."
    if generated.fuzz is not None:
        yield f"Random ones among them: {fuzz_line(generated.fuzz)}."
    yield from _constraints(figures)
    yield from _left_out("Constraints without a case", figures.without_case)
    yield from _left_out("Constraints without effect", figures.without_effect)
    yield from _left_out("Elements without a document", figures.without_document)
    yield from _counts("Valid documents by scenario", "scenario", figures.scenarios["valid"])
    yield from _counts("Invalid documents by scenario", "scenario", figures.scenarios["invalid"])
    yield from _counts("Invalid documents by the rule that refuses them", "rule", figures.rules)
    if generated.suite.quarantined:
        yield from ("", "## Quarantine", "")
        yield from (f"- {_plain(f'{each.case.id}: {each.reason}')}" for each in generated.suite.quarantined)
    for name, score in generated.scores.items():
        yield from ("", f"## Mutation score of the {name}", "")
        yield from (f"    {_line(line)}" for line in rendered(score).split("\n"))


def _constraints(figures: Figures) -> Iterator[str]:
    whole = figures.constraints
    if not whole.met:
        return
    head = "| kind | met | with a case | without effect | left out |"
    yield from ("", "## Constraints by kind", "", head, "|---|--:|--:|--:|--:|")
    for each in (*figures.kinds, whole):
        figure = (each.met, each.with_case, each.idle, each.left_out)
        yield f"| {_plain(each.kind) or 'all'} | {' | '.join(f'{number:,}' for number in figure)} |"


def _left_out(title: str, left_out: Sequence[LeftOut]) -> Iterator[str]:
    if not left_out:
        return
    yield from ("", f"## {title}", "")
    for reason, alike in by_reason(left_out).items():
        yield f"- {len(alike):,}: {_plain(reason)}"
        yield from (f"  - {_plain(left_out_line(each))}" for each in alike)


def _counts(title: str, head: str, counts: Mapping[str, int]) -> Iterator[str]:
    if counts:
        yield from ("", f"## {title}", "", f"| {head} | documents |", "|---|--:|")
        yield from (f"| {_plain(word) or 'different ones'} | {number:,} |" for word, number in counts.items())


def _plain(text: str) -> str:
    """Return a text that cannot end its cell or line, and shows no markup of its own."""
    return _line(text).translate(_MARKUP)


def _line(text: str) -> str:
    return " ".join(text.split())
