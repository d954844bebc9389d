"""Where something stands, and what is wrong with it.

`Span` and `Diagnostic` are the two values that every part of the compiler shares. Lines and columns count from 1, as
editors and compilers print them; `end_column` points one past the last character.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, NamedTuple


class Span(NamedTuple):
    """A stretch of one file; `path` is relative to the project's root, with forward slashes."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def place(self) -> str:
        """`path:line`, for reports."""
        return f"{self.path}:{self.line}"


class Severity(enum.StrEnum):
    """How bad a finding is: an error fails the compile, a warning and an info do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Safety(enum.StrEnum):
    """Whether a mend may be applied unseen."""

    SAFE = "safe"  # what the file means stays what it is to whoever reads it leniently; every other byte stays
    UNSAFE = "unsafe"  # it changes what the file says, or rests on a guess


class Edit(NamedTuple):
    """What stands in a span is replaced by a text; an empty span inserts. The span lies in the file as it is written.

    A line end in `text` becomes that of the file. `old`, where given, is what the span must hold: whoever cannot see the
    file gives the span of a whole value, and `source.mends.settled` narrows it to the one place of `old` in it.
    """

    span: Span
    text: str
    old: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A mend of one finding: all of its edits or none. `title` says what it does, as an order: `quote the value`."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the published JSON form of a mend."""
        edits = [{**each.span._asdict(), "text": each.text} for each in self.edits]
        return {"title": self.title, "safety": self.safety.value, "edits": edits}


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding about one place.

    Attributes:
        code: `ORC###`, stable for ever.
        rule: The kebab-case name of the rule.
        severity: How bad it is.
        span: Where it stands.
        message: One sentence: what is wrong.
        hint: What to do about it; may be empty.
        fix: The mend, where it can be applied by itself.
    """

    code: str
    rule: str
    severity: Severity
    span: Span
    message: str
    hint: str = ""
    fix: Fix | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the published JSON form of a finding; `fix` stands there where there is one."""
        mend = {"fix": self.fix.to_json()} if self.fix else {}
        return {
            "code": self.code,
            "rule": self.rule,
            "severity": self.severity.value,
            "path": self.span.path,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "message": self.message,
            "hint": self.hint,
            **mend,
        }


def in_order(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the findings sorted by place and code, without repetitions."""
    return sorted(set(diagnostics), key=lambda found: (found.span, found.code, found.message))
