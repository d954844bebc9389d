from __future__ import annotations

from orchestra_compiler.diagnostic import Diagnostic, Edit, Fix, Safety, Severity, Span
from orchestra_compiler.fixes.edits import Taken


def edit(line: int, column: int, end_line: int, end_column: int) -> Edit:
    return Edit(Span("a.md", line, column, end_line, end_column), "")


def finding(*edits: Edit, path: str = "a.md") -> Diagnostic:
    fix = Fix(title="mend it", safety=Safety.SAFE, edits=edits)
    return Diagnostic(code="ORC007", rule="x", severity=Severity.WARNING, span=Span(path), message="m", fix=fix)


def test_of_two_fixes_that_meet_the_first_wins() -> None:
    taken = Taken()
    assert taken.claim(finding(edit(1, 1, 1, 5), edit(3, 1, 3, 1)))
    assert not taken.claim(finding(edit(1, 5, 1, 9)))  # what stands beside an edit may mean something else after it
    assert not taken.claim(finding(edit(9, 1, 9, 2), edit(3, 1, 3, 1)))
    assert taken.claim(finding(edit(9, 1, 9, 2)))
    assert not taken.claim(finding(edit(20, 1, 21, 1), edit(20, 5, 20, 6)))
    assert taken.claim(finding(edit(20, 1, 21, 1)))
