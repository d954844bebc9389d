"""From a schema's file to everything that is made of it, in one call: for the command line and for pytest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from orchestra_compiler.errors import UsageError
from orchestra_compiler.suggestions import Names
from orchestra_compiler.xsd.files.sources import gather
from orchestra_compiler.xsd.loading import LoadedSchema, load
from orchestra_compiler.xsd.model import ElementDeclaration, Schema
from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.output.generated import Generated
from orchestra_compiler.xsd.suites.suite import suite_of


def load_alone(path: Path) -> LoadedSchema:
    """Load a schema that belongs to no project; its places count from the folder that holds all of its files.

    Raises:
        SchemaBrokenError: It cannot be used; with the file and line at fault.
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links stay as they are written
    return load(absolute, gathered(absolute).folder)


class Gathered(NamedTuple):
    """The user's own files of a schema, and the folder that holds all of them."""

    folder: Path
    files: tuple[Path, ...]


def gathered(path: Path) -> Gathered:
    """Return the files of a schema that belongs to no project.

    Raises:
        SchemaBrokenError: They cannot be found, or read.
    """
    files = gather(path, None).files
    return Gathered(Path(os.path.commonpath([each.parent for each in files])), files)


def generate(loaded: LoadedSchema, roots: Sequence[str] = (), *, fuzz: int = 0, most: int | None = None) -> Generated:
    """Return the suite of a schema, with random documents where they are asked for.

    Args:
        loaded: The schema.
        roots: Names of global elements that documents begin with; every one that may for none.
        fuzz: How many random documents.
        most: The most cases; None for the usual bound.

    Raises:
        UsageError: There is no such element, or hypothesis is not installed.
    """
    declarations = roots_named(loaded.schema, roots)
    suite = suite_of(loaded, declarations) if most is None else suite_of(loaded, declarations, most=most)
    count = None
    if fuzz:
        from orchestra_compiler.xsd.fuzz.run import fuzzed

        suite, count = fuzzed(loaded, suite, declarations, fuzz)
    return Generated(schema=loaded.schema.files[0], suite=suite, fuzz=count, scores={})


def roots_named(schema: Schema, names: Sequence[str]) -> tuple[ElementDeclaration, ...]:
    """Return the global elements that names mean, local ones or `{namespace}local`; every one that may be a root for none.

    Raises:
        UsageError: There is no such element, or none at all, or it is abstract.
    """
    file, found = schema.files[0], dict[str, ElementDeclaration]()
    if not schema.elements:
        raise UsageError(f"{file} declares no global element, so nothing is a document of it", "name one that does")
    for name in names or schema.elements:
        meant = {key: each for key, each in schema.elements.items() if name in (key, local_name(key))}
        if not meant:
            known = Names(map(local_name, schema.elements))
            raise UsageError(f"{file} has no global element {name!r}", known.hint(name, f"it has {known.listed()}"))
        if names and all(each.abstract for each in meant.values()):
            raise UsageError(f"the element {name!r} is abstract: no document has it", "name one that takes its place")
        found |= {key: each for key, each in meant.items() if not each.abstract}
    if not found:
        raise UsageError(f"every global element of {file} is abstract", "name a schema with an element of its own")
    return tuple(found.values())
