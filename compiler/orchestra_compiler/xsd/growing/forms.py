"""In which forms an element may stand: as itself, as a substitute, or with another type named by `xsi:type`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from orchestra_compiler.xsd.model import ComplexType, ElementDeclaration, Type


class Form(NamedTuple):
    """What stands where a schema has an element.

    Attributes:
        declaration: The element's own, or that of a substitute.
        type: The element's own, or a derived one that `xsi:type` must name.
    """

    declaration: ElementDeclaration
    type: Type

    @property
    def named(self) -> bool:
        """Whether `xsi:type` must name the type."""
        return self.type is not self.declaration.type


def forms_of(declaration: ElementDeclaration) -> Iterator[Form]:
    """Yield every form that an element may take, the plainest first; abstract ones are left out."""
    for each in (declaration, *_substitutes(declaration)):
        if each.abstract:
            continue
        kind = each.type
        if not isinstance(kind, ComplexType):
            yield Form(each, kind)
            continue
        if not kind.abstract:
            yield Form(each, kind)
        for derived in kind.derived:
            if not _steps(derived, kind) & (kind.blocked | _blocked(each)):
                yield Form(each, derived)


def _substitutes(declaration: ElementDeclaration) -> Iterator[ElementDeclaration]:
    """Yield the elements that may take an element's place, without those whose derivation it blocks."""
    kind, blocked = declaration.type, _blocked(declaration)
    if isinstance(kind, ComplexType):
        blocked |= kind.blocked
    for each in declaration.substitutes:
        if not blocked or not _steps(each.type, kind) & blocked:
            yield each


def _blocked(declaration: ElementDeclaration) -> frozenset[str]:
    return frozenset((getattr(declaration.component, "block", None) or "").split())


def _steps(derived: Type, base: Type) -> frozenset[str]:
    """Return the kinds of derivation that lead from a type up to another."""
    steps, kind = set[str](), derived
    while isinstance(kind, ComplexType) and kind is not base and kind.base is not None:
        steps.add(kind.derivation)
        kind = kind.base
    if kind is not base:
        steps.add("restriction")  # among simple types there is nothing else
    return frozenset(steps)
