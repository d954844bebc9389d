"""A schema as plain values: which elements there are, what each may hold, and on which line that is said.

This is what the generators of documents read. It is made once by `reading` from xmlschema's components, which stay
behind it as the judges of single values. Types refer to elements and elements to types, so the classes are compared by
identity and are filled by the reader alone; nobody else changes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple


class Place(NamedTuple):
    """A line of one of the schema's files: its path as the user spells it, and the line from 1; 0 where unknown."""

    file: str
    line: int


NOWHERE = Place("", 0)


class FacetKind(StrEnum):
    """The constraining facets of the standard, spelled like the rule that refuses a value for one."""

    LENGTH = "length"
    MIN_LENGTH = "min-length"
    MAX_LENGTH = "max-length"
    PATTERN = "pattern"
    ENUMERATION = "enumeration"
    MIN_INCLUSIVE = "min-inclusive"
    MIN_EXCLUSIVE = "min-exclusive"
    MAX_INCLUSIVE = "max-inclusive"
    MAX_EXCLUSIVE = "max-exclusive"
    TOTAL_DIGITS = "total-digits"
    FRACTION_DIGITS = "fraction-digits"
    ASSERTION = "assertion"
    EXPLICIT_TIMEZONE = "explicit-timezone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One facet as one step of derivation declares it.

    Attributes:
        values: As written: every word of an enumeration, every alternative of a pattern (a value must match one of
            them), otherwise one value.
        places: The line of each of the values.
    """

    kind: FacetKind
    values: tuple[str, ...]
    places: tuple[Place, ...]

    @property
    def place(self) -> Place:
        """The line of the first value."""
        return self.places[0]


class Variety(StrEnum):
    """What the values of a simple type are."""

    ATOMIC = "atomic"
    LIST = "list"
    UNION = "union"


@dataclass(eq=False, slots=True, kw_only=True)
class SimpleType:
    """A simple type.

    Attributes:
        name: `{namespace}local`; empty for a type without a name.
        primitive: The local name of the primitive built-in type, such as `decimal`; empty for lists and unions, and
            `anySimpleType` for what takes every text.
        built_in: The local name of the nearest built-in type that this one is or is derived from, such as
            `positiveInteger`; empty for unions, and for lists that derive from none.
        facets: What the schema itself declares for this type and the types that it restricts, most derived first;
            a built-in type's own facets are left out. An outer step's bound or words come before the inner step's, and a
            value must satisfy all of them.
        item: What a list consists of.
        members: What a union consists of.
        component: The type in xmlschema.
    """

    name: str
    place: Place
    variety: Variety
    primitive: str
    built_in: str
    facets: tuple[Facet, ...] = ()
    item: SimpleType | None = None
    members: tuple[SimpleType, ...] = ()
    component: Any = field(repr=False)

    def accepts(self, text: str) -> bool:
        """Return whether a text is of the type, by xmlschema's judgement; white space is treated as the type says."""
        try:
            return bool(self.component.text_is_valid(text))
        except (LookupError, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
            return False

    def first(self, kind: FacetKind) -> Facet | None:
        """Return the facet of this kind that binds: the most derived one."""
        return next((facet for facet in self.facets if facet.kind is kind), None)


@dataclass(eq=False, slots=True, kw_only=True)
class AttributeUse:
    """An attribute that a complex type has.

    Attributes:
        name: `{namespace}local`, or the plain name where it has no namespace.
        use: `required`, `optional` or `prohibited`.
    """

    name: str
    type: SimpleType
    use: str
    fixed: str | None
    default: str | None
    place: Place

    @property
    def required(self) -> bool:
        """Whether an element without it is refused."""
        return self.use == "required"


class Process(StrEnum):
    """How strictly what a wildcard lets in is judged."""

    STRICT = "strict"
    LAX = "lax"
    SKIP = "skip"


@dataclass(eq=False, slots=True, kw_only=True)
class Wildcard:
    """An `xs:any` (with occurrence bounds) or `xs:anyAttribute` (without)."""

    least: int = 1
    most: int | None = 1
    process: Process
    place: Place
    component: Any = field(repr=False)

    def lets_in(self, name: str) -> bool:
        """Return whether an element or attribute of this name (`{namespace}local`) may stand here."""
        return bool(self.component.is_matching(name))


@dataclass(eq=False, slots=True, kw_only=True)
class ElementParticle:
    """An element in a content model, with its bounds; `most` is None for unbounded."""

    declaration: ElementDeclaration
    least: int
    most: int | None
    place: Place


class GroupKind(StrEnum):
    """How the parts of a group follow one another."""

    SEQUENCE = "sequence"
    CHOICE = "choice"
    ALL = "all"


@dataclass(eq=False, slots=True, kw_only=True)
class Group:
    """A sequence, choice or all group, with its bounds; `most` is None for unbounded."""

    kind: GroupKind
    particles: tuple[Particle, ...]
    least: int
    most: int | None
    place: Place

    @property
    def hollow(self) -> bool:
        """Whether nothing can stand in it, not even in groups inside."""
        return all(each.most == 0 or (isinstance(each, Group) and each.hollow) for each in self.particles)

    def parts(self) -> Iterator[Particle]:
        """Yield the group itself and everything in it, at any depth of groups, in the schema's order."""
        yield self
        for each in self.particles:
            if isinstance(each, Group):
                yield from each.parts()
            else:
                yield each

    def elements(self) -> Iterator[ElementParticle]:
        """Yield every element in the group, at any depth of groups, in the schema's order."""
        return (each for each in self.parts() if isinstance(each, ElementParticle))


Particle = ElementParticle | Group | Wildcard


class IdentityKind(StrEnum):
    """The identity constraints, spelled like the rule that refuses a document for one."""

    UNIQUE = "unique"
    KEY = "key"
    KEYREF = "keyref"


@dataclass(eq=False, slots=True, kw_only=True)
class Identity:
    """An `xs:unique`, `xs:key` or `xs:keyref`.

    Attributes:
        selector: The XPath from the element that declares it to what is compared.
        fields: The XPaths from there to the values.
        namespaces: Prefix -> namespace, for both; the empty prefix is what a name without one means.
        refer: The key that a keyref refers to.
    """

    kind: IdentityKind
    name: str
    selector: str
    fields: tuple[str, ...]
    namespaces: Mapping[str, str]
    place: Place
    refer: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """An `xs:assert` of a complex type (XSD 1.1)."""

    test: str
    place: Place


@dataclass(eq=False, slots=True, kw_only=True)
class ComplexType:
    """A complex type.

    Attributes:
        name: `{namespace}local`; empty for a type without a name.
        content: A group of particles, the simple type of the text, or None where the element must be empty.
        mixed: Whether text may stand between the children.
        derivation: `extension`, `restriction`, or empty.
        blocked: Derivations by which no other type may take this one's place: `extension`, `restriction`.
        derived: The named types that an element of this type may claim by `xsi:type`, not abstract ones.
        anything: Whether this is `xs:anyType`, which takes everything.
        open: Whether XSD 1.1 open content lets in more than `content` says.
    """

    name: str
    place: Place
    base: Type | None = None
    derivation: str = ""
    abstract: bool = False
    mixed: bool = False
    content: Group | SimpleType | None = None
    attributes: tuple[AttributeUse, ...] = ()
    any_attribute: Wildcard | None = None
    assertions: tuple[Assertion, ...] = ()
    blocked: frozenset[str] = frozenset()
    derived: tuple[ComplexType, ...] = ()
    anything: bool = False
    open: bool = False
    component: Any = field(default=None, repr=False)


Type = ComplexType | SimpleType


@dataclass(eq=False, slots=True, kw_only=True)
class ElementDeclaration:
    """An element, global or local.

    Attributes:
        name: `{namespace}local`, or the plain name where it has no namespace.
        identities: Declared on this element.
        substitutes: The global elements that may take its place, abstract ones left out.
        conditional: Whether XSD 1.1 type alternatives choose its type by its attributes.
    """

    name: str
    type: Type
    place: Place
    is_global: bool = False
    nillable: bool = False
    abstract: bool = False
    fixed: str | None = None
    default: str | None = None
    identities: tuple[Identity, ...] = ()
    substitutes: tuple[ElementDeclaration, ...] = ()
    conditional: bool = False
    component: Any = field(default=None, repr=False)

    @property
    def simple_type(self) -> SimpleType | None:
        """The type of its text, where it holds text alone."""
        if isinstance(self.type, SimpleType):
            return self.type
        return self.type.content if isinstance(self.type.content, SimpleType) else None

    @property
    def attributes(self) -> tuple[AttributeUse, ...]:
        """The attributes it may have; none for a simple type."""
        return self.type.attributes if isinstance(self.type, ComplexType) else ()

    @property
    def group(self) -> Group | None:
        """Its content model, where it may have children."""
        if isinstance(self.type, ComplexType) and isinstance(self.type.content, Group):
            return self.type.content
        return None


@dataclass(eq=False, slots=True, kw_only=True)
class Schema:
    """A whole schema.

    Attributes:
        elements: The global elements by `{namespace}local`, in the order of the files.
        types: The global types likewise; built-in ones left out.
        files: The schema's files as the user spells them, the main one first.
        xsd11: Whether it is read as XSD 1.1.
        namespace: The target namespace of the main file; empty where it has none.
        component: The schema in xmlschema.
    """

    elements: Mapping[str, ElementDeclaration]
    types: Mapping[str, Type]
    files: tuple[str, ...]
    xsd11: bool
    namespace: str
    component: Any = field(repr=False)
