"""Cases from the message schema: documents that must be accepted, and documents with one violation each.

Each message type has its smallest and its fullest document; all else comes from the suite of the schema. Every label is
confirmed by every XML engine present at compile time; one that is not is no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import Case
from orchestra_compiler.naming import file_name
from orchestra_compiler.protocol.schema import MessageSchema
from orchestra_compiler.xsd.suites.suite import suite_of

MOST_CASES = 1_000
"""So many documents does a message schema get at most; `orchestra cases` writes more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """The cases of the message schema.

    Attributes:
        files: Path below the output folder -> document.
        left_out: What could not be made or confirmed, and why, a line each.
    """

    cases: tuple[Case, ...] = ()
    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One document with its label.

    Attributes:
        name: Unique among the documents of the schema, with a slash in it: `status/minimal`, `invalid/missing-sender`.
        file: The schema's file and, from 1, the line that it is about; empty and 0 where that is the schema as a whole.
        rule: What must refuse it; empty for a valid one.
    """

    name: str
    scenario: str
    component: str
    file: str
    line: int
    rule: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The documents of a message schema, and what has none and why, a line each."""

    written: tuple[Written, ...] = ()
    left_out: tuple[str, ...] = ()


def documents_of(schema: MessageSchema) -> Documents:
    """Return the documents of a message schema, each judged by every engine present. This is what a compile spends its time on."""
    left_out: list[str] = []
    written = [each for kind in schema.types for each in _of_type(schema, kind, left_out)]
    known = {each.document for each in written}
    suite = suite_of(schema.loaded, schema.roots, most=MOST_CASES)
    written += [
        Written(
            name=case.id,
            scenario=case.scenario,
            component=case.component,
            file="" if schema.ours else case.place.file,
            line=case.place.line,
            rule=case.rule,
            document=case.document,
        )
        for case in suite.cases
        if case.document not in known
    ]
    left_out += [f"message/{each.case.id}: {each.reason}" for each in suite.quarantined]
    left_out += [
        f"message: {each.constraint or each.component}: {each.reason}" for each in suite.left_out if not each.idle
    ]
    return Documents(written=tuple(written), left_out=tuple(left_out))


def generate(schema: MessageSchema, span: Span) -> Generated:
    """Return the cases of a message schema, in order of their ids.

    Args:
        schema: The project's message schema.
        span: Where the project names it.
    """
    return assembled(documents_of(schema), span)


def assembled(documents: Documents, span: Span) -> Generated:
    """Return the cases of documents, in order of their ids."""
    cases = sorted((_case(each, span) for each in documents.written), key=lambda case: case.id)
    files = {_path(each): each.document.encode() for each in documents.written}
    return Generated(cases=tuple(cases), files=dict(sorted(files.items())), left_out=documents.left_out)


def _path(written: Written) -> str:
    return f"cases/messages/{written.name}.xml"


def _case(written: Written, span: Span) -> Case:
    return Case(
        id=f"message/{written.name}",
        kind="message",
        scenario=written.scenario,
        component=written.component,
        expected="invalid" if written.rule else "valid",
        rule=written.rule,
        file=_path(written),
        span=Span(written.file, written.line) if written.file and written.line else span,
    )


def _of_type(schema: MessageSchema, kind: str, left_out: list[str]) -> Iterator[Written]:
    below = file_name(kind)
    smallest, full = schema.instance(kind), schema.instance(kind, full=True)
    if smallest.document is None:
        left_out.append(f"message/{below}/minimal: no document could be made: {smallest.reason}")
    for name, made in (("minimal", smallest), ("full", full)):
        if made.document is not None and (name == "minimal" or made.document != smallest.document):
            root = schema.root_name or kind
            yield Written(
                name=f"{below}/{name}",
                scenario=name,
                component=f"/{root}",
                file="",
                line=0,
                rule="",
                document=made.document,
            )
