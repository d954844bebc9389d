"""From xmlschema's components to the schema as plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from orchestra_compiler.xsd.model import (
    NOWHERE,
    Assertion,
    AttributeUse,
    ComplexType,
    ElementDeclaration,
    ElementParticle,
    Facet,
    FacetKind,
    Group,
    GroupKind,
    Identity,
    IdentityKind,
    Particle,
    Place,
    Process,
    Schema,
    SimpleType,
    Type,
    Variety,
    Wildcard,
)
from orchestra_compiler.xsd.names import XS, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import xmlschema

_ANY_TYPE, _ANY_SIMPLE = f"{XS}anyType", frozenset({f"{XS}anySimpleType", f"{XS}anyAtomicType", f"{XS}error"})
_KINDS = {
    "length": FacetKind.LENGTH,
    "minLength": FacetKind.MIN_LENGTH,
    "maxLength": FacetKind.MAX_LENGTH,
    "pattern": FacetKind.PATTERN,
    "enumeration": FacetKind.ENUMERATION,
    "minInclusive": FacetKind.MIN_INCLUSIVE,
    "minExclusive": FacetKind.MIN_EXCLUSIVE,
    "maxInclusive": FacetKind.MAX_INCLUSIVE,
    "maxExclusive": FacetKind.MAX_EXCLUSIVE,
    "totalDigits": FacetKind.TOTAL_DIGITS,
    "fractionDigits": FacetKind.FRACTION_DIGITS,
    "assertion": FacetKind.ASSERTION,
    "explicitTimezone": FacetKind.EXPLICIT_TIMEZONE,
}

PlaceOf = Callable[["Element | None"], Place]


def schema_of(components: xmlschema.XMLSchemaBase, files: tuple[str, ...], place_of: PlaceOf) -> Schema:
    """Return a loaded schema as plain values.

    Args:
        components: The schema in xmlschema.
        files: Its files as the user spells them, the main one first.
        place_of: Where an element of the schema's files stands.
    """
    return _Reader(components, place_of).schema(files)


class _Reader:
    """Reads each component once; a type refers to elements that are read while it is being filled."""

    def __init__(self, components: xmlschema.XMLSchemaBase, place_of: PlaceOf) -> None:
        self._components: Any = components
        self._place_of = place_of
        self._types: dict[int, Type] = {}
        self._declarations: dict[tuple[int, str], ElementDeclaration] = {}
        self._groups: dict[int, Group] = {}
        self._wildcards: dict[int, Wildcard] = {}
        self._identities: dict[int, Identity] = {}
        self._waiting: list[tuple[ComplexType, Any]] = []
        self._kept: list[object] = []  # what a key by `id` was made of must stay alive

    def schema(self, files: tuple[str, ...]) -> Schema:
        maps = self._components.maps
        elements = {name: self._declaration(each) for name, each in maps.elements.items() if not name.startswith(XS)}
        types = {name: self._type(each) for name, each in maps.types.items() if not name.startswith(XS)}
        self._fill_waiting()
        self._substitutes(elements)
        self._derived(types)
        return Schema(
            elements=elements,
            types=types,
            files=files,
            xsd11=self._components.xsd_version == "1.1",
            namespace=self._components.target_namespace,
            component=self._components,
        )

    def _place(self, component: Any) -> Place:
        elem = getattr(component, "elem", None)
        return NOWHERE if elem is None else self._place_of(elem)

    # Types

    def _type(self, component: Any) -> Type:
        known = self._types.get(id(component))
        if known is not None:
            return known
        return self._complex(component) if component.is_complex() else self._simple(component)

    def _simple(self, component: Any) -> SimpleType:
        known = self._types.get(id(component))
        if isinstance(known, SimpleType):
            return known
        item, members = _inherited(component, "item_type"), _inherited(component, "member_types")
        variety = Variety.LIST if item is not None else Variety.UNION if members else Variety.ATOMIC
        primitive = getattr(component, "primitive_type", None) if variety is Variety.ATOMIC else None
        made = SimpleType(
            name=component.name or "",
            place=self._place(component),
            variety=variety,
            primitive=local_name(getattr(primitive, "name", None) or "anySimpleType") * (variety is Variety.ATOMIC),
            built_in=_built_in(component),
            facets=tuple(self._facets(component)),
            item=self._simple(item) if variety is Variety.LIST else None,
            members=tuple(self._simple(each) for each in members) if variety is Variety.UNION and members else (),
            component=component,
        )
        self._remember(component, made)
        return made

    def _remember(self, component: Any, made: Type) -> None:
        self._kept.append(component)
        self._types[id(component)] = made

    def _facets(self, component: Any) -> Iterator[Facet]:
        """Yield what a type and those that it restricts declare, up to the first built-in type."""
        while component is not None and not (component.name or "").startswith(XS):
            if component.is_complex():  # simple content that restricts another complex type's
                component = component.content if component.has_simple_content() else None
                continue
            declared = [each for each in getattr(component, "facets", {}).values() if _is_declared(each, component)]
            for facet in declared:
                kind = _KINDS.get(local_name(getattr(facet.elem, "tag", "")))
                if kind is not None:
                    yield self._facet(kind, facet)
            component = component.base_type

    def _facet(self, kind: FacetKind, facet: Any) -> Facet:
        several = kind in (FacetKind.ENUMERATION, FacetKind.PATTERN)
        elements = list(facet) if several else [facet.elem]
        attribute = "test" if kind is FacetKind.ASSERTION else "value"
        return Facet(
            kind=kind,
            values=tuple(str(each.get(attribute, "")) for each in elements),
            places=tuple(self._place_of(each) for each in elements),
        )

    def _complex(self, component: Any) -> ComplexType:
        made = ComplexType(
            name=component.name or "",
            place=self._place(component),
            abstract=bool(component.abstract),
            mixed=bool(component.mixed),
            derivation=component.derivation or "",
            blocked=frozenset((component.block or "").split()),
            anything=component.name == _ANY_TYPE,
            open=getattr(component, "open_content", None) is not None,
            component=component,
        )
        self._remember(component, made)
        self._waiting.append((made, component))
        return made

    def _fill_waiting(self) -> None:
        """Fill types until none is left; done in a row, since a chain of types may be longer than Python's stack."""
        while self._waiting:
            made, component = self._waiting.pop()
            base = component.base_type
            made.base = self._type(base) if base is not None and base is not component else None
            made.attributes = tuple(self._attributes(component.attributes))
            wildcard = component.attributes.get(None)
            made.any_attribute = self._wildcard(wildcard) if wildcard is not None else None
            made.assertions = tuple(
                Assertion(test=each.elem.get("test", ""), place=self._place(each))
                for each in getattr(component, "assertions", ())
            )
            if made.anything:
                continue
            if component.has_simple_content():
                made.content = self._simple(component.content)
            elif hasattr(component.content, "model") and len(component.content):
                made.content = self._group(component.content)

    def _attributes(self, attributes: Any) -> Iterator[AttributeUse]:
        for name, attribute in attributes.items():
            if name is not None:
                yield AttributeUse(
                    name=str(attribute.name),
                    type=self._simple(attribute.type),
                    use=attribute.use or "optional",
                    fixed=_text(attribute.fixed),
                    default=_text(attribute.default),
                    place=self._place(attribute),
                )

    # Content models

    def _group(self, component: Any) -> Group:
        known = self._groups.get(id(component))
        if known is not None:
            return known
        made = Group(
            kind=GroupKind(component.model or "sequence"),
            particles=(),
            least=component.min_occurs,
            most=component.max_occurs,
            place=self._place(component),
        )
        self._groups[id(component)] = made
        self._kept.append(component)
        made.particles = tuple(self._particle(each) for each in component)
        return made

    def _particle(self, component: Any) -> Particle:
        if hasattr(component, "model"):
            return self._group(component)
        if component.name is None:
            return self._wildcard(component)
        return ElementParticle(
            declaration=self._declaration(component),
            least=component.min_occurs,
            most=component.max_occurs,
            place=self._place(component),
        )

    def _wildcard(self, component: Any) -> Wildcard:
        known = self._wildcards.get(id(component))
        if known is None:
            known = self._wildcards[id(component)] = Wildcard(
                least=getattr(component, "min_occurs", 1),
                most=getattr(component, "max_occurs", 1),
                process=Process(component.process_contents),
                place=self._place(component),
                component=component,
            )
            self._kept.append(component)
        return known

    def _declaration(self, component: Any) -> ElementDeclaration:
        """Return an element; one that only refers to a global one is that one, and one line of a file is one element."""
        component = component if component.ref is None else component.ref  # an element without children is false
        key = id(component.elem), str(component.name)
        known = self._declarations.get(key)
        if known is not None:
            return known
        made = ElementDeclaration(
            name=str(component.name),
            type=self._type(component.type),
            place=self._place(component),
            is_global=component.parent is None,
            nillable=bool(component.nillable),
            abstract=bool(component.abstract),
            fixed=_text(component.fixed),
            default=_text(component.default),
            conditional=bool(getattr(component, "alternatives", ())),
            component=component,
        )
        self._declarations[key] = made
        self._kept.append(component)
        made.identities = tuple(self._identity(each) for each in component.identities)
        return made

    def _identity(self, component: Any) -> Identity:
        known = self._identities.get(id(component))
        if known is not None:
            return known
        selector = component.selector
        made = Identity(
            kind=IdentityKind(local_name(component.elem.tag)),
            name=str(component.name),
            selector=selector.path if selector is not None else "",
            fields=tuple(each.path for each in component.fields),
            namespaces={**(getattr(selector, "namespaces", None) or {}), "": _default_space(selector)},
            place=self._place(component),
        )
        self._identities[id(component)] = made
        self._kept.append(component)
        refer = getattr(component, "refer", None)
        if made.kind is IdentityKind.KEYREF and refer is not None and not isinstance(refer, str):
            made.refer = self._identity(refer)
        return made

    # What is known only when everything is read

    def _substitutes(self, elements: Mapping[str, ElementDeclaration]) -> None:
        groups = self._components.maps.substitution_groups
        for name, declaration in elements.items():
            if "substitution" in (declaration.component.block or "") or name not in groups:
                continue
            members = sorted(declaration.component.iter_substitutes(), key=lambda each: str(each.name))
            found = (elements.get(str(each.name)) for each in members)
            declaration.substitutes = tuple(
                each for each in found if each is not None and each is not declaration and not each.abstract
            )

    def _derived(self, types: Mapping[str, Type]) -> None:
        for each in types.values():
            if not isinstance(each, ComplexType) or each.abstract:
                continue
            base, seen = each.base, {id(each)}
            while isinstance(base, ComplexType) and id(base) not in seen and not base.anything:
                seen.add(id(base))
                base.derived = (*base.derived, each)
                base = base.base


def _inherited(component: Any, name: str) -> Any:
    """Return what a list or union is made of; a restriction of one leaves that to its base."""
    seen = set[int]()
    while component is not None and id(component) not in seen:
        seen.add(id(component))
        if component.is_complex():
            component = component.content if component.has_simple_content() else None
            continue
        found = getattr(component, name, None)
        if found is not None:
            return found
        component = component.base_type
    return None


def _built_in(component: Any) -> str:
    seen = set[int]()
    while component is not None and id(component) not in seen:
        seen.add(id(component))
        if component.is_complex():
            component = component.content if component.has_simple_content() else None
            continue
        if (component.name or "").startswith(XS):
            return local_name(component.name)
        component = component.base_type
    return ""


def _default_space(selector: Any) -> str:
    """Return what a name without a prefix means in XPath: no namespace, unless XSD 1.1 says one."""
    return str(getattr(selector, "xpath_default_namespace", "") or "")


def _is_declared(facet: Any, component: Any) -> bool:
    return getattr(facet, "elem", None) is not None and getattr(facet, "parent", component) is component


def _text(value: object) -> str | None:
    return None if value is None else str(value)
