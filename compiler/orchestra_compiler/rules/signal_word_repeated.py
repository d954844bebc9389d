"""ORC508: a word or a glob that stands twice in a signal, and gives its points once."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.findings import Family, Rule, place_of
from orchestra_compiler.model import Fleet, Signal
from orchestra_compiler.rules.context import Context

RULE = Rule("ORC508", "signal-word-repeated", Family.ROUTING, Severity.WARNING, "A word stands twice in a signal")


def check(fleet: Fleet, context: Context) -> Iterator[Diagnostic]:  # noqa: ARG001 - one shape for all rules
    """Yield words that differ from an earlier one in letter case alone, if at all, and globs that are the same."""
    for signal in fleet.routing.signals:
        yield from _repeated(signal, "words", [word.casefold() for word in signal.words], signal.words)
        yield from _repeated(signal, "globs", signal.globs, signal.globs)


def _repeated(
    signal: Signal, key: str, compared: list[str] | tuple[str, ...], written: tuple[str, ...]
) -> Iterator[Diagnostic]:
    first: dict[str, str] = {}
    for number, (same, word) in enumerate(zip(compared, written, strict=True)):
        if same in first:
            yield RULE.at(
                place_of(signal.span, signal.places, f"{key}.{number}", key),
                f"the signal `{signal.name}` has `{first[same]}` already; a text with it gets the points once",
                "remove it, or write the word that was meant",
            )
        first.setdefault(same, word)
