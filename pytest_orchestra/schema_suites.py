"""The generated cases of a schema as a test function gets them, and the cache that spares making them again.

A suite stands in one file, named by the schema's place and what was asked of it. The file's first line says from what it
was made, and the digest of the rest: what does not fit, or was damaged, is made anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from orchestra_compiler.errors import ProjectError

_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a marker asks for.

    Attributes:
        schema: The schema's main file.
        roots: Names of global elements; empty for all.
        fuzz: The number of random documents.
        most: The most cases; None for no bound.
    """

    schema: Path
    roots: tuple[str, ...] = ()
    fuzz: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SchemaCase:
    """A document with its label.

    Attributes:
        id: Unique in its suite, such as `invalid/missing-element-sender`.
        document: The document's text.
        expected: `valid` or `invalid`.
        rule: What an invalid document breaks, such as `enumeration`; empty for a valid one.
        clause: The standard's own name of the rule, such as `cvc-enumeration-valid`.
        scenario: What is tried.
        component: The path of the element or attribute that it is tried on.
        schema: The file of the schema that says so.
        line: The line there.
    """

    id: str
    document: str
    expected: str
    rule: str
    clause: str
    scenario: str
    component: str
    schema: Path
    line: int
    _folder: Path

    @property
    def valid(self) -> bool:
        """Whether the schema accepts the document."""
        return self.expected == "valid"

    @property
    def path(self) -> Path:
        """A file with the document; written when it is first asked for."""
        from orchestra_compiler.writing.files import write_file

        path = self._folder / f"{sha256(self.id.encode()).hexdigest()[:16]}.xml"
        content = self.document.encode()
        if not path.is_file() or path.read_bytes() != content:
            write_file(path, content)
        return path

    def __repr__(self) -> str:
        return f"<{self.expected} document {self.id}>"

    def explained(self) -> str:
        """Return what the case is about, for whoever reads that a test of it failed."""
        lines = [
            f"case       {self.id}",
            f"expected   {self.expected}" + (f" ({self.rule}, {self.clause})" if self.rule else ""),
            f"scenario   {self.scenario}",
            f"component  {self.component}",
            f"schema     {self.schema}:{self.line}",
            "",
            self.document.rstrip("\n"),
        ]
        return "\n".join(lines)


def cases_of(asked: Asked, cache: Path) -> tuple[SchemaCase, ...]:
    """Return the cases of a schema, from the cache where they are there.

    Args:
        asked: What is wanted.
        cache: A folder that is ours.

    Raises:
        OrchestraError: The schema cannot be used, or has no such root.
    """
    from orchestra_compiler.xsd.generate import gathered

    base, files = gathered(asked.schema)
    key = _key(asked, files)
    name = sha256(repr(asked).encode()).hexdigest()[:32]
    file = cache / f"{name}.jsonl"
    records = _remembered(file, key)
    if records is None:
        with _alone(cache, file):
            records = _remembered(file, key)  # another process may have made it meanwhile
            if records is None:
                records = _made(asked)
                _remember(file, key, records)
    return tuple(_case(record, base, cache / name) for record in records)


def _case(record: dict[str, Any], base: Path, folder: Path) -> SchemaCase:
    return SchemaCase(
        id=record["id"],
        document=record["document"],
        expected=record["expected"],
        rule=record["rule"],
        clause=record["clause"],
        scenario=record["scenario"],
        component=record["component"],
        schema=base / record["schema"],
        line=record["line"],
        _folder=folder,
    )


def _made(asked: Asked) -> list[dict[str, Any]]:
    from orchestra_compiler.xsd.generate import generate, load_alone
    from orchestra_compiler.xsd.output.files import lines_with_documents

    generated = generate(load_alone(asked.schema), asked.roots, fuzz=asked.fuzz, most=asked.most)
    return [json.loads(line) for line in lines_with_documents(generated.suite.cases)]


# The cache


def _key(asked: Asked, files: Sequence[Path]) -> str:
    """Return a digest of all that decides what the cases are."""
    from orchestra_compiler.incremental.digest import digest
    from orchestra_compiler.incremental.environment import tool_digest

    parts = [tool_digest().encode(), repr(asked).encode(), _version_of_hypothesis(asked).encode()]
    for path in files:
        parts += [path.as_posix().encode("utf-8", "surrogateescape"), path.read_bytes()]
    return digest(parts)


def _version_of_hypothesis(asked: Asked) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("hypothesis") if asked.fuzz else ""
    except PackageNotFoundError:
        return ""


def _remembered(file: Path, key: str) -> list[dict[str, Any]] | None:
    """Return what a cache file holds; None where it is not there, is about something else, or is damaged."""
    try:
        head, _, body = file.read_bytes().partition(b"\n")
        if json.loads(head) != _head(key, body):
            return None
        return [json.loads(line) for line in body.splitlines()]
    except (OSError, ValueError, RecursionError):
        return None


def _remember(file: Path, key: str, records: Sequence[dict[str, Any]]) -> None:
    from orchestra_compiler.writing.files import write_file

    body = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    try:
        write_file(file, json.dumps(_head(key, body)).encode() + b"\n" + body)
    except OSError:  # a cache that cannot be written only costs time
        return


def _head(key: str, body: bytes) -> dict[str, object]:
    return {"version": _VERSION, "key": key, "sha256": sha256(body).hexdigest()}


@contextmanager
def _alone(cache: Path, file: Path) -> Iterator[None]:
    """Keep other processes from making the same at the same time; one that waits too long makes it as well."""
    from orchestra_compiler.writing.lock import held

    with ExitStack() as stack:
        with suppress(ProjectError):
            stack.enter_context(held(cache, file))
        yield
