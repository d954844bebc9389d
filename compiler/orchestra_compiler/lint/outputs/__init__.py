"""The forms that findings take: text with a frame of the source, JSON, SARIF, annotations for GitHub."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.lint.hidden import Hidden

__all__ = ["FORMATS", "render"]

FORMATS = ("text", "json", "sarif", "github")


def render(
    diagnostics: Sequence[Diagnostic],
    format: str,  # noqa: A002 - named as the option is
    sources: Mapping[str, bytes],
    colour: bool,  # noqa: FBT001
    hidden: Sequence[Hidden] = (),
) -> str:
    """Return findings as one text, which ends with a line break unless it is empty.

    Args:
        diagnostics: In the order in which they are shown.
        format: One of `FORMATS`.
        sources: Path -> content of the files, for the frames of the text.
        colour: Whether to colour the text; the other formats have no colours.
        hidden: Silenced findings; SARIF alone shows them, as such.

    Raises:
        ValueError: There is no such format.
    """
    from orchestra_compiler.lint.outputs import github, json_form, text

    writers: Mapping[str, Callable[[], str]] = {
        "text": lambda: text.write(diagnostics, sources, colour=colour),
        "json": lambda: json_form.write(diagnostics),
        "sarif": lambda: _sarif(diagnostics, hidden),
        "github": lambda: github.write(diagnostics),
    }
    if format not in writers:
        raise ValueError(f"there is no format {format!r}; the formats are {', '.join(writers)}")
    return writers[format]()


def _sarif(diagnostics: Sequence[Diagnostic], hidden: Sequence[Hidden]) -> str:
    from orchestra_compiler.lint.outputs import sarif

    return sarif.write(diagnostics, hidden)
