"""Cases from the message schema: documents that must be accepted, and documents with one violation each.

Their labels are confirmed by every XML engine present at compile time; a label that is not is no case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.manifest import Case
from orchestra_compiler.naming import file_name
from orchestra_compiler.protocol.mutants import mutants
from orchestra_compiler.protocol.schema import MessageSchema


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
    """One document with its label; `rule` is empty for a valid one."""

    name: str
    scenario: str
    component: str
    rule: str
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The documents of one message type, and what has none and why, a line each."""

    written: tuple[Written, ...] = ()
    left_out: tuple[str, ...] = ()


def documents_of(schema: MessageSchema, kind: str) -> Documents:
    """Return the documents of a message type, each judged by every engine present. This is what a compile spends its time on."""
    left_out: list[str] = []
    written = tuple(_documents(schema, kind, left_out))
    return Documents(written=written, left_out=tuple(left_out))


def generate(schema: MessageSchema, span: Span) -> Generated:
    """Return the cases of every message type, in order of their ids.

    Args:
        schema: The project's message schema.
        span: Where the project names it.
    """
    return assembled({kind: documents_of(schema, kind) for kind in schema.types}, span)


def assembled(documents: Mapping[str, Documents], span: Span) -> Generated:
    """Return the cases of documents by message type, in order of their ids."""
    cases: list[Case] = []
    files: dict[str, bytes] = {}
    for kind in sorted(documents):
        for written in documents[kind].written:
            identity = f"message/{file_name(kind)}/{written.name}"
            path = f"cases/messages/{file_name(kind)}/{written.name}.xml"
            files[path] = written.document.encode()
            cases.append(_case(identity, path, written, span))
    ordered = tuple(sorted(cases, key=lambda case: case.id))
    left_out = tuple(line for kind in sorted(documents) for line in documents[kind].left_out)
    return Generated(cases=ordered, files=dict(sorted(files.items())), left_out=left_out)


def _case(identity: str, path: str, written: Written, span: Span) -> Case:
    return Case(
        id=identity,
        kind="message",
        scenario=written.scenario,
        component=written.component,
        expected="invalid" if written.rule else "valid",
        rule=written.rule,
        file=path,
        span=span,
    )


def _documents(schema: MessageSchema, kind: str, left_out: list[str]) -> Iterator[Written]:
    smallest, full = schema.instance(kind), schema.instance(kind, full=True)
    root, below = schema.root_name or kind, f"message/{file_name(kind)}"
    if smallest.document is None:
        left_out.append(f"{below}/minimal: no document could be made: {smallest.reason}")
    else:
        yield _valid("minimal", root, smallest.document)
    if full.document is not None and full.document != smallest.document:
        yield _valid("full", root, full.document)
    grown = full.grown or smallest.grown
    if grown is None:
        return
    verified = mutants(schema, grown)
    left_out.extend(f"{below}/{doubt.mutant.name}: {doubt.reason}" for doubt in verified.quarantined)
    if not verified.complete:
        tried = len(verified.mutants) + len(verified.quarantined)
        left_out.append(f"{below}: {tried} documents with one violation were tried, and more would be possible")
    for each in verified.mutants:
        yield Written(
            name=each.name, scenario=each.scenario, component=each.component, rule=each.rule, document=each.document
        )


def _valid(scenario: str, root: str, document: str) -> Written:
    return Written(name=scenario, scenario=scenario, component=f"/{root}", rule="", document=document)
