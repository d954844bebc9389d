"""Which rules a text breaks, in the words of `Violation.rule`, by xmlschema's judgement of a type alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.model import SimpleType, Variety
from orchestra_compiler.xsd.names import XS, local_name

_FAILURES = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError)


def breaches_of(kind: SimpleType, text: str) -> frozenset[str]:
    """Return the rules that a text breaks; empty where it is a value of the type.

    A breach of a facet that makes up a built-in type is one of its form: `datatype`; so is a text that no member of a
    union takes, whatever each of them has against it.
    """
    try:
        return frozenset(_rules(kind, text))
    except _FAILURES:
        return frozenset(("engine-failure",))


def _rules(kind: SimpleType, text: str) -> Iterator[str]:
    if kind.variety is Variety.UNION and not any(member.accepts(text) for member in kind.members):
        yield "datatype"
        return
    steps = None if kind.variety is Variety.ATOMIC else _steps(kind.component)
    if kind.variety is Variety.LIST and kind.item is not None:
        for word in text.split():
            yield from breaches_of(kind.item, word)
    for error in kind.component.iter_errors(text):
        owner = getattr(error.validator, "parent", None)
        if steps is None or any(owner is step for step in steps):
            yield _rule(error.validator, owner)


def _steps(component: Any) -> list[Any]:
    """Return a type and those that it restricts."""
    found: list[Any] = []
    while component is not None and not any(component is each for each in found):
        found.append(component)
        component = component.base_type
    return found


def _rule(validator: Any, owner: Any) -> str:
    name = type(validator).__name__
    built_in = owner is None or (owner.name or "").startswith(XS)
    if built_in or not name.endswith(("Facet", "Facets")):
        return "datatype"
    local = local_name(getattr(validator.elem, "tag", ""))
    return _CAPITAL.sub(lambda found: f"-{found[0].lower()}", local)


_CAPITAL = pattern("[A-Z]")
