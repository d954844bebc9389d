"""Documents from a schema's components: the smallest tree that the content models allow, or a full one.

A `Grown` tree remembers the component behind each element, so that mutants can say what they break. What cannot be
made (an abstract type, a wildcard that must be filled, a type without a known value) raises `UnmakableError` with a
reason, and the caller reports it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

from orchestra_compiler.xsd.names import local_name
from orchestra_compiler.xsd.values import right_value
from orchestra_compiler.xsd.xml import MAX_DEPTH

if TYPE_CHECKING:
    import xmlschema

_MOST_ELEMENTS = 5_000
_MOST_REPEATS = 1_000
_MOST_GROUPS = 100_000


class UnmakableError(Exception):
    """No document can be made, and why."""


@dataclass(frozen=True, slots=True)
class Grown:
    """A tree with the schema's component behind each of its elements."""

    root: Element
    components: dict[Element, Any]


@dataclass(slots=True)
class Grower:
    """Grow one document.

    Attributes:
        prefer: The local name of elements that a choice takes first; the message type as a rule.
        branch: Which branch a choice takes when none is preferred, modulo their number.
        full: Whether optional parts are grown too, once.
    """

    prefer: str = ""
    branch: int = 0
    full: bool = False
    components: dict[Element, Any] = field(default_factory=dict)
    _open: list[object] = field(default_factory=list)
    _ids: int = 0
    _groups: int = 0

    def grow(self, component: xmlschema.XsdElement) -> Grown:
        """Return a document with this root.

        Raises:
            UnmakableError: None can be made.
        """
        root = Element(str(component.name))
        self._fill(root, component)
        return Grown(root, self.components)

    def _fill(self, element: Element, component: Any) -> None:
        if len(self.components) >= _MOST_ELEMENTS:
            raise UnmakableError(f"the document would have more than {_MOST_ELEMENTS} elements")
        if len(self._open) >= MAX_DEPTH:
            raise UnmakableError(f"the document would nest deeper than {MAX_DEPTH}")
        if component.abstract or component.type.abstract:
            raise UnmakableError(f"<{component.local_name}> is abstract")
        self.components[element] = component
        kind = component.type
        self._attributes(element, getattr(kind, "attributes", {}))
        if kind.is_simple() or kind.has_simple_content():
            simple = kind if kind.is_simple() else kind.content
            element.text = self._value(component, simple, f"<{component.local_name}>")
        elif component.fixed is not None:
            element.text = str(component.fixed)
        elif hasattr(kind.content, "model"):
            self._open.append(kind)
            self._group(element, kind.content)
            self._open.pop()

    def _attributes(self, element: Element, attributes: Any) -> None:
        for name in attributes:
            attribute = attributes[name]
            wanted = name is not None and (attribute.use == "required" or (self.full and attribute.use == "optional"))
            if wanted:
                element.set(str(attribute.name), self._value(attribute, attribute.type, f"attribute {name!r}"))

    def _value(self, component: Any, kind: Any, what: str) -> str:
        if component.fixed is not None:
            return str(component.fixed)
        if kind.name is not None and local_name(kind.name) == "ID":
            self._ids += 1
            return f"id-{self._ids}"
        if component.default is not None:
            return str(component.default)
        value = right_value(kind)
        if value is None:
            raise UnmakableError(f"no value for {what} of type {local_name(kind.name or 'without a name')} was found")
        return value

    def _group(self, element: Element, group: Any) -> None:
        """Add what a group of particles demands."""
        for _ in range(self._times(group)):
            self._groups += 1
            if self._groups > _MOST_GROUPS:
                raise UnmakableError("the content model is too large")
            particles = list(group)
            if group.model == "choice":
                particles = [self._chosen(particles)] if particles else []
            for particle in particles:
                self._particle(element, particle)

    def _times(self, particle: Any) -> int:
        least = int(particle.min_occurs)
        if least > _MOST_REPEATS:
            raise UnmakableError(f"a part must occur {least} times")
        most = particle.max_occurs
        return max(least, 1) if self.full and (most is None or most > 0) else least

    def _chosen(self, particles: list[Any]) -> Any:
        preferred = [each for each in particles if getattr(each, "local_name", None) == self.prefer and self.prefer]
        return preferred[0] if preferred else particles[self.branch % len(particles)]

    def _particle(self, element: Element, particle: Any) -> None:
        if hasattr(particle, "model"):
            self._group(element, particle)
        elif particle.name is None:  # a wildcard: optional ones stay empty, whatever `full` says
            if particle.min_occurs:
                raise UnmakableError("a wildcard must be filled, and with what the schema does not say")
        else:
            for _ in range(self._element_times(particle)):
                self._fill(SubElement(element, str(particle.name)), particle)

    def _element_times(self, particle: Any) -> int:
        """Return how often an element is grown; what would nest in itself is left out where it may be."""
        if self._open.count(particle.type):
            if particle.min_occurs:
                raise UnmakableError(f"<{particle.local_name}> must hold itself")
            return 0
        times = self._times(particle)
        if not particle.min_occurs and (particle.abstract or particle.type.abstract):
            return 0
        return times
