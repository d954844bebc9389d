"""Two schemas element by element: what the new one refuses that the old one accepts, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orchestra_compiler.diff import rules
from orchestra_compiler.diff.changes import Finding
from orchestra_compiler.diff.messages import content
from orchestra_compiler.diff.messages.content import Occurs, Term
from orchestra_compiler.diff.messages.simple import value_findings
from orchestra_compiler.xsd.names import local_name

_WILDCARD = "any of "


class Walk:
    """A walk down two schemas side by side. Each pair of types is looked at once, at the first place where it stands.

    Attributes:
        found: What differs.
        alike: (first place, other place) of pairs of types that stand at several.
        skipped: Paths that are left out: the word that names a message's type is somebody else's to compare.
    """

    def __init__(self, skipped: frozenset[str] = frozenset()) -> None:
        self.found: list[Finding] = []
        self.alike: list[tuple[str, str]] = []
        self._skipped = skipped
        self._seen: dict[tuple[int, int], str] = {}
        self._kept: list[Any] = []  # ids are only good while what they are of lives

    def element(self, old: Any, new: Any, where: str) -> None:
        """Compare two declarations of an element."""
        if old.name != new.name:
            spaces = (f"{space[1:-1] or 'none'!r}" for space in (_space(old.name), _space(new.name)))
            self._say(rules.NAMESPACE_NO_CHANGE, where, f"the namespace was {next(spaces)}, and is {next(spaces)} now")
        if old.nillable != new.nillable:
            rule = rules.NIL_NO_FORBID if old.nillable else rules.NIL_NO_ADMIT
            self._say(rule, where, f"the element {'may not' if old.nillable else 'may'} be nil")
        self._constants(old, new, where)
        self._type(old.type, new.type, where)

    def _say(self, rule: rules.Rule, where: str, message: str) -> None:
        self.found.append(rule.at(where, message))

    def _constants(self, old: Any, new: Any, where: str) -> None:
        if old.fixed != new.fixed:
            if new.fixed is None:
                self._say(rules.FIXED_NO_DELETE, where, f"the value is free that was fixed to {old.fixed!r}")
            else:
                self._say(rules.FIXED_NO_CHANGE, where, f"the value is fixed to {new.fixed!r}")
        if old.default != new.default:
            before, after = ("nothing" if each is None else repr(each) for each in (old.default, new.default))
            self._say(rules.DEFAULT_NO_CHANGE, where, f"left out it meant {before}, and means {after} now")

    def _type(self, old: Any, new: Any, where: str) -> None:
        pair = (id(old), id(new))
        if pair in self._seen:
            self.alike.append((self._seen[pair], where))
            return
        self._seen[pair] = where
        self._kept += [old, new]
        if _any(old) != _any(new):
            rule = rules.TYPE_NO_CHANGE if _any(old) else rules.TYPE_NO_WIDEN
            self._say(rule, where, "the content could be anything" if _any(old) else "the content may be anything now")
            return
        before, after = _simple(old), _simple(new)
        if before is not None and after is not None:
            if where not in self._skipped:
                self.found.extend(value_findings(before, after, where))
        elif (before is None) != (after is None):
            what = "elements now, and was a value" if after is None else "a value now, and was elements"
            self._say(rules.TYPE_NO_CHANGE, where, f"the content is {what}")
        else:
            self._content(old, new, where)
        self._attributes(getattr(old, "attributes", {}), getattr(new, "attributes", {}), where)

    def _content(self, old: Any, new: Any, where: str) -> None:
        if old.mixed != new.mixed:
            rule = rules.TEXT_NO_FORBID if old.mixed else rules.TEXT_NO_ADMIT
            self._say(rule, where, f"text between the elements is {'refused' if old.mixed else 'accepted'}")
        before, after = _term(old.content), _term(new.content)
        if before != after:
            self.found.extend(_content_findings(before, after, where))
        children, others = dict(_children(old.content)), dict(_children(new.content))
        for name, child in children.items():
            if name in others:
                self.element(child, others[name], f"{where}/{name}")

    def _attributes(self, old: Any, new: Any, where: str) -> None:
        before, after = _attribute_map(old), _attribute_map(new)
        if (None in old) != (None in new):
            rule = rules.ATTRIBUTE_NO_DELETE if None in old else rules.ATTRIBUTE_NO_ADD
            self._say(rule, where, f"attributes of other names {'are not' if None in old else 'are'} allowed")
        for name in sorted(before.keys() | after.keys()):
            path = f"{where}/@{name}"
            if name not in after:
                if None not in new:  # a wildcard may take it in
                    self._say(rules.ATTRIBUTE_NO_DELETE, path, f"the attribute {name} is gone")
            elif name not in before:
                if after[name].use == "required":
                    self._say(rules.ATTRIBUTE_NO_REQUIRE, path, f"the attribute {name} is new and must be there")
                else:
                    self._say(rules.ATTRIBUTE_NO_ADD, path, f"the attribute {name} is new")
            else:
                self._attribute(before[name], after[name], path)

    def _attribute(self, old: Any, new: Any, where: str) -> None:
        if old.use != new.use:
            if new.use == "required":
                self._say(rules.ATTRIBUTE_NO_REQUIRE, where, "the attribute must be there now")
            elif old.use == "required":
                self._say(rules.ATTRIBUTE_NO_RELEASE, where, "the attribute may be left out now")
        self._constants(old, new, where)
        pair = (id(old.type), id(new.type))
        if pair in self._seen:
            self.alike.append((self._seen[pair], where))
        else:
            self._seen[pair] = where
            self._kept += [old.type, new.type]
            if where not in self._skipped:
                self.found.extend(value_findings(old.type, new.type, where))


def _content_findings(old: Term, new: Term, where: str) -> Iterator[Finding]:
    """Yield what differs element by element, and by an example what only shows in their order or choice."""
    before, after = content.occurs(old), content.occurs(new)
    wild, wilder = (any(name.startswith(_WILDCARD) for name in side) for side in (before, after))
    said = list(_counted(before, after, where, wild=wild, wilder=wilder))
    if wild != wilder:
        rule = rules.ELEMENT_NO_DELETE if wild else rules.ELEMENT_NO_ADD
        said.append(rule.at(where, f"elements of other names {'are not' if wild else 'are'} allowed"))
    yield from said
    if not wild and not wilder:
        yield from _ordered(old, new, where, said)


def _ordered(old: Term, new: Term, where: str, said: list[Finding]) -> Iterator[Finding]:
    for rule, first, second in ((rules.CONTENT_NO_NARROW, old, new), (rules.CONTENT_NO_WIDEN, new, old)):
        if any(rule is rules.CONTENT_NO_WIDEN or each.category is rule.category for each in said):
            continue  # what was said of the elements already says so
        try:
            word = content.missed(first, second)
        except content.UndecidedError:
            if not said:
                yield rule.at(
                    where, "the order or choice of elements is another; the models are too large to be compared"
                )
            continue
        if word is not None:
            verb = "is refused now" if rule is rules.CONTENT_NO_NARROW else "is accepted now"
            yield rule.at(where, f"the content {', '.join(word) or 'without elements'} {verb}")


def _counted(
    old: Mapping[str, Occurs], new: Mapping[str, Occurs], where: str, *, wild: bool, wilder: bool
) -> Iterator[Finding]:
    """Yield what differs in the number of each element; a wildcard of the other side may take in what is not named."""
    for name in sorted(name for name in old.keys() | new.keys() if not name.startswith(_WILDCARD)):
        path, before, after = f"{where}/{name}", old.get(name, (0, 0)), new.get(name, (0, 0))
        if after[1] == 0 != before[1]:
            if not wilder:
                yield rules.ELEMENT_NO_DELETE.at(path, f"the element {name} is gone")
        elif before[1] == 0 != after[1]:
            if after[0]:
                yield rules.ELEMENT_NO_REQUIRE.at(path, f"the element {name} is new and must be there")
            elif not wild:
                yield rules.ELEMENT_NO_ADD.at(path, f"the element {name} is new")
        else:
            yield from _ranged(name, before, after, path)


def _ranged(name: str, before: Occurs, after: Occurs, path: str) -> Iterator[Finding]:
    change = f"{name} occurred {_times(before)}, and occurs {_times(after)} now"
    if after[0] > before[0] == 0:
        yield rules.ELEMENT_NO_REQUIRE.at(path, f"the element {name} must be there now")
    elif after[0] > before[0]:
        yield rules.OCCURS_NO_NARROW.at(path, change)
    elif after[0] < before[0]:
        yield rules.OCCURS_NO_WIDEN.at(path, change)
    if after[1] is not None and (before[1] is None or after[1] < before[1]):
        yield rules.OCCURS_NO_NARROW.at(path, change)
    elif before[1] is not None and (after[1] is None or after[1] > before[1]):
        yield rules.OCCURS_NO_WIDEN.at(path, change)


def _times(occurs: Occurs) -> str:
    least, most = occurs
    if most is None:
        return f"{least} times or more"
    return f"{least} to {most} times" if least != most else "once" if least == 1 else f"{least} times"


def _simple(kind: Any) -> Any:
    if kind.is_simple():
        return kind
    return kind.content if kind.has_simple_content() else None


def _any(kind: Any) -> bool:
    return bool(kind.name) and local_name(kind.name) == "anyType"


def _space(name: str) -> str:
    return "".join(name.rpartition("}")[:2]) or "{}"


def _attribute_map(attributes: Any) -> Mapping[str, Any]:
    known = ((name, attributes[name]) for name in attributes if name)
    return {local_name(name): each for name, each in known if each.use != "prohibited"}


def _term(group: Any) -> Term:
    parts = [_particle(each) for each in group]
    if group.model == "choice":
        whole = content.choice(*parts)
    else:
        whole = content.interleave(*parts) if group.model == "all" else content.sequence(*parts)
    return content.repeat(whole if parts else content.EMPTY, int(group.min_occurs), group.max_occurs)


def _particle(particle: Any) -> Term:
    if hasattr(particle, "model"):
        return _term(particle)
    least, most = int(particle.min_occurs), particle.max_occurs
    if particle.name is None:
        return content.repeat(content.Name(f"{_WILDCARD}{particle.namespace}"), least, most)
    elements = [particle, *particle.iter_substitutes()]
    own = [content.Name(each.local_name) for each in elements if not each.abstract]
    return content.repeat(content.choice(*own), least, most)


def _children(group: Any) -> Iterator[tuple[str, Any]]:
    for particle in group:
        if hasattr(particle, "model"):
            yield from _children(particle)
        elif particle.name is not None:
            yield from ((each.local_name, each) for each in (particle, *particle.iter_substitutes()))
