"""Two schemas element by element: what the new one refuses that the old one accepts, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import Finding
from orchestra_compiler.diff.messages.content import content_findings
from orchestra_compiler.diff.messages.simple import value_findings
from orchestra_compiler.xsd.languages import stand_ins
from orchestra_compiler.xsd.model import AttributeUse, ComplexType, ElementDeclaration, Group, SimpleType, Type
from orchestra_compiler.xsd.names import local_name, namespace_of


class Pair(NamedTuple):
    """An element of one schema and the one that stands in its place in the other, with their path."""

    old: ElementDeclaration
    new: ElementDeclaration
    where: str


class Walk:
    """A walk down two schemas side by side. Each pair of elements or types is looked at once, where it stands first.

    Attributes:
        found: What differs.
        alike: (first place, other place) of pairs that stand at several.
        pairs: The elements that were compared.
        skipped: Paths that are left out: the word that names a message's type is somebody else's to compare.
    """

    def __init__(self, skipped: frozenset[str] = frozenset()) -> None:
        self.found: list[Finding] = []
        self.alike: list[tuple[str, str]] = []
        self.pairs: list[Pair] = []
        self._skipped = skipped
        self._seen: dict[tuple[object, object], str] = {}

    def element(self, old: ElementDeclaration, new: ElementDeclaration, where: str) -> None:
        """Compare two declarations of an element."""
        if not self._is_new(old, new, where):
            return
        self.pairs.append(Pair(old, new, where))
        before, after = (namespace_of(each.name) or "none" for each in (old, new))
        if before != after:
            self._say(rules.NAMESPACE_NO_CHANGE, where, f"the namespace was {before!r}, and is {after!r} now")
        if old.nillable != new.nillable:
            rule = rules.NIL_NO_FORBID if old.nillable else rules.NIL_NO_ADMIT
            self._say(rule, where, f"the element {'may not' if old.nillable else 'may'} be nil")
        self._constants(old, new, where)
        self._type(old.type, new.type, where)

    def _say(self, rule: rules.Rule, where: str, message: str) -> None:
        self.found.append(rule.at(where, message))

    def _constants(
        self, old: ElementDeclaration | AttributeUse, new: ElementDeclaration | AttributeUse, where: str
    ) -> None:
        if old.fixed != new.fixed:
            if new.fixed is None:
                self._say(rules.FIXED_NO_DELETE, where, f"the value is free that was fixed to {old.fixed!r}")
            else:
                self._say(rules.FIXED_NO_CHANGE, where, f"the value is fixed to {new.fixed!r}")
        if old.default != new.default:
            before, after = ("nothing" if each is None else repr(each) for each in (old.default, new.default))
            self._say(rules.DEFAULT_NO_CHANGE, where, f"left out it meant {before}, and means {after} now")

    def _is_new(self, old: object, new: object, where: str) -> bool:
        """Return whether two elements or types were not compared yet."""
        first = self._seen.setdefault((old, new), where)
        if first != where:
            self.alike.append((first, where))
        return first == where

    def _type(self, old: Type, new: Type, where: str) -> None:
        if not self._is_new(old, new, where):
            return
        if _anything(old) != _anything(new):
            free = _anything(old)
            rule = rules.TYPE_NO_CHANGE if free else rules.TYPE_NO_WIDEN
            self._say(rule, where, "the content could be anything" if free else "the content may be anything now")
            return
        before, after = _simple(old), _simple(new)
        if before is not None and after is not None:
            if where not in self._skipped:
                self.found.extend(value_findings(before, after, where))
        elif before is not None or after is not None:
            what = "elements now, and was a value" if after is None else "a value now, and was elements"
            self._say(rules.TYPE_NO_CHANGE, where, f"the content is {what}")
        elif isinstance(old, ComplexType) and isinstance(new, ComplexType):
            self._content(old, new, where)
        self._attributes(old, new, where)

    def _content(self, old: ComplexType, new: ComplexType, where: str) -> None:
        if old.mixed != new.mixed:
            rule = rules.TEXT_NO_FORBID if old.mixed else rules.TEXT_NO_ADMIT
            self._say(rule, where, f"text between the elements is {'refused' if old.mixed else 'accepted'}")
        before, after = (each.content if isinstance(each.content, Group) else None for each in (old, new))
        self.found.extend(content_findings(before, after, where))
        others = dict(_children(after))
        for name, child in dict(_children(before)).items():
            if name in others:
                self.element(child, others[name], f"{where}/{name}")

    def _attributes(self, old: Type, new: Type, where: str) -> None:
        before, after = attribute_map(old), attribute_map(new)
        wild, wilder = (isinstance(each, ComplexType) and each.any_attribute is not None for each in (old, new))
        if wild != wilder:
            rule = rules.ATTRIBUTE_NO_DELETE if wild else rules.ATTRIBUTE_NO_ADD
            self._say(rule, where, f"attributes of other names {'are not' if wild else 'are'} allowed")
        for name in sorted(before.keys() | after.keys()):
            path = f"{where}/@{name}"
            if name not in after:
                if not wilder:  # a wildcard may take it in
                    self._say(rules.ATTRIBUTE_NO_DELETE, path, f"the attribute {name} is gone")
            elif name not in before:
                if after[name].required:
                    self._say(rules.ATTRIBUTE_NO_REQUIRE, path, f"the attribute {name} is new and must be there")
                else:
                    self._say(rules.ATTRIBUTE_NO_ADD, path, f"the attribute {name} is new")
            else:
                self._attribute(before[name], after[name], path)

    def _attribute(self, old: AttributeUse, new: AttributeUse, where: str) -> None:
        if old.required != new.required:
            if new.required:
                self._say(rules.ATTRIBUTE_NO_REQUIRE, where, "the attribute must be there now")
            else:
                self._say(rules.ATTRIBUTE_NO_RELEASE, where, "the attribute may be left out now")
        self._constants(old, new, where)
        if self._is_new(old.type, new.type, where) and where not in self._skipped:
            self.found.extend(value_findings(old.type, new.type, where))


def attribute_map(kind: Type) -> Mapping[str, AttributeUse]:
    """Return the attributes that an element of a type may have, by local name."""
    uses = kind.attributes if isinstance(kind, ComplexType) else ()
    return {local_name(each.name): each for each in uses if each.use != "prohibited"}


def _simple(kind: Type) -> SimpleType | None:
    content = kind.content if isinstance(kind, ComplexType) else kind
    return content if isinstance(content, SimpleType) else None


def _anything(kind: Type) -> bool:
    return isinstance(kind, ComplexType) and kind.anything


def _children(group: Group | None) -> Iterator[tuple[str, ElementDeclaration]]:
    for particle in group.elements() if group is not None else ():
        yield from ((local_name(each.name), each) for each in stand_ins(particle))
