"""A schema from its file, with the engines that judge documents by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.judges import Judge, load_components, present_judges
from orchestra_compiler.xsd.model import Schema
from orchestra_compiler.xsd.places import Places
from orchestra_compiler.xsd.reading import schema_of
from orchestra_compiler.xsd.sources import SchemaSources, gather, shown
from orchestra_compiler.xsd.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSchema:
    """A schema and its judges; every engine that is installed and can read the schema, xmlschema first."""

    schema: Schema
    sources: SchemaSources
    judges: tuple[Judge, ...]

    def verdicts(self, document: str) -> Mapping[str, tuple[Violation, ...]]:
        """Return what every engine says of a document, by the engine's name."""
        raw = xml.screen(document)
        return {judge.name: judge.violations(raw) for judge in self.judges}


def load(path: Path, root: Path | None = None) -> LoadedSchema:
    """Load the schema in a file.

    Args:
        path: The XSD.
        root: The folder that no file of it may lie outside of; with None its relative paths may climb.

    Raises:
        SchemaBrokenError: It cannot be used; with the file and line at fault.
    """
    sources = gather(path, root)
    components = load_components(sources, root)
    places = Places(components, root)
    files = tuple(shown(each, root) for each in sources.files)
    return LoadedSchema(
        schema=schema_of(components, files, places.of),
        sources=sources,
        judges=tuple(present_judges(sources, components)),
    )
