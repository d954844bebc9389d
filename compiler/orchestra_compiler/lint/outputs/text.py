"""Findings as text: place, what is wrong, a frame of the source, the mend, and how many there are.

Whatever a project's files hold, what is written to a terminal holds no control characters, no invisible ones and none
that turn the direction of writing: those are shown as escapes. The caret stands under what is meant all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from orchestra_compiler.diagnostic import Diagnostic, Severity
from orchestra_compiler.lint.outputs.frames import Frames
from orchestra_compiler.lint.outputs.summary import summarize
from orchestra_compiler.lint.outputs.terminal import visible

_RESET, _BOLD, _DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
_COLOURS = {Severity.ERROR: "\x1b[1;31m", Severity.WARNING: "\x1b[1;33m", Severity.INFO: "\x1b[1;36m"}


def write(diagnostics: Sequence[Diagnostic], sources: Mapping[str, bytes], *, colour: bool) -> str:
    """Return findings as text; `sources` are the files by path, for the frames."""
    frames, paint = Frames(sources), _Paint(colour)
    blocks = ["".join(f"{line}\n" for line in _block(each, frames, paint)) for each in diagnostics]
    return "\n".join([*blocks, f"{paint(_BOLD, str(summarize(diagnostics)))}\n"])


class _Paint:
    """Colours, or none."""

    def __init__(self, colour: bool) -> None:  # noqa: FBT001 - the one thing it knows
        self._colour = colour

    def __call__(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self._colour and text else text


def _block(found: Diagnostic, frames: Frames, paint: _Paint) -> Iterator[str]:
    colour = _COLOURS[found.severity]
    where = visible(str(found.span)) if found.span.path else "(no file)"
    what = f"{paint(colour, found.severity.value)} {paint(_BOLD, f'{found.code}[{found.rule}]')}"
    yield f"{paint(_BOLD, where)}: {what} {visible(found.message)}"
    frame = frames.frame(found.span)
    margin = " " * 5
    if frame is not None:
        margin = " " * max(5, len(str(found.span.line)))
        number = str(found.span.line).rjust(len(margin))
        yield f"{paint(_DIM, f'{number} |')} {frame.source}".rstrip()
        yield f"{paint(_DIM, f'{margin} |')} {frame.indent}{paint(colour, frame.marks)}"
    if found.hint:
        yield f"{paint(_DIM, f'{margin} =')} hint: {visible(found.hint)}"
