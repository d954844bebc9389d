"""A schema from text, ready to grow documents, and the judgement of its engines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.growing.grower import Grower
from orchestra_compiler.xsd.languages import language_of
from orchestra_compiler.xsd.loading import LoadedSchema, load
from orchestra_compiler.xsd.model import ComplexType, ElementDeclaration, Group
from orchestra_compiler.xsd.simple.values import Values

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'


class Plot:
    """A schema in which documents grow.

    Args:
        folder: Where its file is written.
        body: What stands inside of `xs:schema`; or a whole schema.
        engines: How many engines must judge it.
    """

    def __init__(self, folder: Path, body: str, engines: int = 2, branch: int = 0, prefer: str = "") -> None:
        path = folder / "grown.xsd"
        path.write_text(body if body.startswith("<xs:schema") else f"{HEAD}{body}</xs:schema>", encoding="utf-8")
        self.loaded: LoadedSchema = load(path, folder)
        assert len(self.loaded.judges) == engines
        self.grower = Grower(self.loaded.schema, Values(), prefer=prefer, branch=branch)

    @property
    def roots(self) -> list[ElementDeclaration]:
        """Every global element."""
        return list(self.loaded.schema.elements.values())

    def root(self, name: str = "root") -> ElementDeclaration:
        """Return a global element."""
        return self.loaded.schema.elements[f"{{urn:t}}{name}"]

    def faults(self, document: Node) -> list[str]:
        """Return what the engines have against a document."""
        verdicts = self.loaded.verdicts(to_text(document))
        return [f"{name}: {found[0]}" for name, found in verdicts.items() if found]

    def accept(self, documents: Iterable[Node]) -> None:
        """Assert that every engine accepts all of some documents.

        Engines err on groups within groups that may be empty, each in its own way: where one accepts a document and every
        element has children of its content model, the other is wrong.
        """
        for document in documents:
            faults = self.faults(document)
            assert len(faults) < len(self.loaded.judges) or not faults, f"{faults}\n{to_text(document)}"
            assert not faults or _follows_models(document), f"{faults}\n{to_text(document)}"


def _follows_models(document: Node) -> bool:
    kinds = [(node, node.type or (node.declaration.type if node.declaration else None)) for node in document.nodes()]
    return all(
        language_of(kind.content).accepts([child.name for child in node.children])
        for node, kind in kinds
        if isinstance(kind, ComplexType) and isinstance(kind.content, Group)
    )


def names(node: Node) -> list[str]:
    """Return the local names of an element's children."""
    return [child.name.rpartition("}")[2] for child in node.children]
