"""Which files make up a schema, found before any engine opens one.

Engines read what is gathered here and nothing else. A reference on the disk is a relative path to an XML Schema, inside
of the project where there is one. A reference to the network is never followed: the catalogue stands in for the common
addresses, then a file of the same name and target namespace at or below the referring file's folder (there are several
XLinks of one namespace: the user's copy is the one that is meant), then the catalogue's file of the namespace. An import
that finds nothing is legal, for the standard takes locations as hints; what is missing shows where something of it is
used. An include that finds nothing is an error.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from orchestra_compiler.xsd.files import catalogue
from orchestra_compiler.xsd.files.broken import SchemaBrokenError, shown
from orchestra_compiler.xsd.files.gathering import Gathering, SchemaDocument, Unresolved
from orchestra_compiler.xsd.files.model_size import MAX_PARTICLES, largest_model

__all__ = ["SchemaBrokenError", "SchemaDocument", "SchemaSources", "Unresolved", "gather", "shown"]


@dataclass(frozen=True, slots=True)
class SchemaSources:
    """The files of one schema.

    Attributes:
        files: The user's own files: the main one first, the others sorted.
        documents: What engines read, the main one first; with files of the catalogue.
        xsd11: Whether the schema asks for XSD 1.1 or uses what only that has; lxml does not know it.
        unresolved: Imports without a file.
    """

    files: tuple[Path, ...]
    documents: tuple[SchemaDocument, ...] = field(default=(), repr=False)
    xsd11: bool = False
    unresolved: tuple[Unresolved, ...] = ()

    def base(self, root: Path | None) -> Path:
        """Return the folder that paths are shown from: the root where there is one, else that of the main file."""
        return self.files[0].parent if root is None else root.absolute()

    def read(self) -> tuple[SchemaDocument, ...]:
        """Return the documents, gathered now where only the main file is known."""
        return self.documents or gather(self.files[0], self.files[0].parent).documents


def gather(path: Path, root: Path | None) -> SchemaSources:
    """Return the files that a schema consists of.

    Args:
        path: The main file.
        root: The folder that no file may lie outside of; with None relative paths may climb.

    Raises:
        SchemaBrokenError: A file is missing, is not harmless XML, is no schema, or lies outside the root.
    """
    path = Path(os.path.normpath(path.absolute()))
    root = None if root is None else root.absolute()
    if root is not None and not path.resolve().is_relative_to(root.resolve()):
        raise SchemaBrokenError("the message schema lies outside the project", path.name)
    gathering = Gathering(path, root)
    gathering.run()
    documents = tuple(gathering.documents())
    if largest_model(each.text for each in documents) > MAX_PARTICLES:
        raise SchemaBrokenError(
            f"its groups make a content model of more than {MAX_PARTICLES} parts", shown(path, root or path.parent)
        )
    ours = [each.file.path for each in documents if not catalogue.holds(each.file.path)]
    files = (path, *sorted(each for each in ours if each != path))
    return SchemaSources(
        files, documents, any(each.file.xsd11 for each in documents), tuple(gathering.unresolved.values())
    )
