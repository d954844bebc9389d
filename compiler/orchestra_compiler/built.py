"""What a compile builds in memory, and the files that emitters make of it.

It stands apart from the emitters, so that the writer knows its input without loading them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Fleet


class Output(NamedTuple):
    """One compiled file.

    Attributes:
        path: Relative to the output folder, with forward slashes.
        inputs: The sources it was made from; empty means all of them.
    """

    path: str
    content: bytes
    inputs: tuple[str, ...] = ()


class Section(NamedTuple):
    """A part of a file of the project that is otherwise somebody else's: it stands between two marker lines.

    Attributes:
        path: Relative to the project's root, with forward slashes. Where the file is not there it is made.
        name: What the markers say: `<!-- orchestra:NAME:begin ... -->` and `<!-- orchestra:NAME:end -->`.
        content: The lines between the markers, Markdown, with a line break at their end.
    """

    path: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A rendered text and the sources it was made from."""

    text: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Everything that emitters may turn into files.

    Attributes:
        prompts: Agent -> its rendered prompt.
        messages: `TYPE/AGENT` -> its message template.
        cases: The generated cases.
        case_files: Path below the output folder -> a document that belongs to a case.
    """

    fleet: Fleet
    prompts: Mapping[str, Text]
    messages: Mapping[str, Text]
    cases: tuple[Case, ...]
    case_files: Mapping[str, bytes]
