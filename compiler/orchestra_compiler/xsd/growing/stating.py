"""The value that an attribute or an element's text gets: the fixed one, the default one, or the type's typical one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestra_compiler.xsd.document import QualifiedName, Value
from orchestra_compiler.xsd.growing.costs import UnmakableError, is_entity
from orchestra_compiler.xsd.model import AttributeUse, ElementDeclaration, SimpleType
from orchestra_compiler.xsd.names import local_name

if TYPE_CHECKING:
    from orchestra_compiler.xsd.simple.values import Values


def attribute_value(values: Values, use: AttributeUse) -> Value:
    """Return the value that an attribute gets.

    Raises:
        UnmakableError: None is known.
    """
    stated = use.fixed if use.fixed is not None else use.default
    return _value(values, use.type, stated, None, f"the attribute {local_name(use.name)}")


def text_value(values: Values, declaration: ElementDeclaration, kind: SimpleType) -> Value:
    """Return the text that an element of a type gets.

    Raises:
        UnmakableError: None is known.
    """
    stated = declaration.fixed if declaration.fixed is not None else declaration.default
    if kind is not declaration.simple_type and declaration.fixed is None and stated and not kind.accepts(stated):
        stated = None  # the default is of the declaration's own type, and this is a derived one
    return _value(values, kind, stated, declaration, f"<{local_name(declaration.name)}>")


def _value(
    values: Values, kind: SimpleType, stated: str | None, holder: ElementDeclaration | None, where: str
) -> Value:
    if stated is not None and kind.primitive != "QName":
        return stated
    if stated is not None and holder is not None:
        return _resolved(stated, holder)
    value = values.typical(kind) if not is_entity(kind) else None
    if value is None:
        raise UnmakableError(f"no value was found for {where}")
    return value


def _resolved(stated: str, holder: ElementDeclaration) -> Value:
    """Return a fixed or default name by its namespace; the schema's own prefixes mean nothing in a document."""
    prefix, colon, local = stated.strip().rpartition(":")
    space = (getattr(holder.component, "namespaces", None) or {}).get(prefix)
    if space:
        return QualifiedName(f"{{{space}}}{local}")
    return stated if colon else QualifiedName(local)
