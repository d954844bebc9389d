"""A schema from its file, with the engines that judge documents by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import Judge, present_judges
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.files.places import Places
from orchestra_compiler.xsd.files.sources import SchemaSources, gather, shown
from orchestra_compiler.xsd.model import Schema
from orchestra_compiler.xsd.reading import schema_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSchema:
    """A schema and its judges.

    Attributes:
        judges: Every engine that is installed and can read the schema, xmlschema first.
        root: The folder that the places of the schema count from; None for that of its main file.
    """

    schema: Schema
    sources: SchemaSources
    judges: tuple[Judge, ...]
    root: Path | None

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
    return loaded(gather(path, root), root)


def loaded(sources: SchemaSources, root: Path | None) -> LoadedSchema:
    """Load a schema from its gathered files.

    Raises:
        SchemaBrokenError: It cannot be used; with the file and line at fault.
    """
    components = load_components(sources, root)
    places = Places(components, root)
    files = tuple(shown(each, sources.base(root)) for each in sources.files)
    return LoadedSchema(
        schema=schema_of(components, files, places.of),
        sources=sources,
        judges=tuple(present_judges(sources, components)),
        root=root,
    )
