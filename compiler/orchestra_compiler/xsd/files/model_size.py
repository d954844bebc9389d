"""How large content models become when engines spell them out, so that a small schema cannot make them work for hours.

Groups that refer to groups double with every level: a schema whose model has more than `MAX_PARTICLES` parts is refused.
libxml2 also compares all ways through a model with each other: its work grows with the square of the parts that may be
left out or repeated, and with their cube where the whole may be repeated. A schema above `MAX_COMPARISONS` (some two
seconds) is judged by xmlschema alone, which walks through models instead. Bounds on occurrences, however large, cost
neither engine anything: both count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from orchestra_compiler.xsd.names import XS, local_name

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_PARTICLES = 200_000
MAX_COMPARISONS = 15_000_000

_COMPOSITORS = frozenset(XS + name for name in ("sequence", "choice", "all"))
_PARTICLES = frozenset(XS + name for name in ("element", "any"))
_GROUP = f"{XS}group"
_FEW = 150
_DEEPEST = 200


class _Size(NamedTuple):
    """A model's size: all its parts, and those of its top that may be left out or repeated."""

    parts: int
    loose: int


def largest_model(texts: Iterable[bytes]) -> int:
    """Return the number of parts of the largest named group, all its references followed; endless ones count as huge."""
    texts = list(texts)
    if not any(b"group" in text and b"ref" in text for text in texts):
        return 0
    sizes = _Sizes(_roots(texts))
    return max((sizes.group(name, 0).parts for name in sizes.groups), default=0)


def comparisons(texts: Iterable[bytes]) -> int:
    """Return how many comparisons libxml2 would make, roughly; 0 where it is plain that they are few."""
    texts = list(texts)
    if sum(text.count(b"Occurs") for text in texts) < _FEW:
        return 0
    roots = list(_roots(texts))
    sizes = _Sizes(roots)
    return sum(sizes.comparisons(root, repeated=False) for root in roots)


def _roots(texts: Iterable[bytes]) -> Iterator[Element]:
    from xml.etree.ElementTree import fromstring

    for text in texts:
        yield fromstring(text)  # noqa: S314 - made harmless when it was gathered


class _Sizes:
    """The sizes of the named groups of all files; namesakes of different namespaces count as one, the larger."""

    def __init__(self, roots: Iterable[Element]) -> None:
        self.groups: dict[str, list[Element]] = {}
        self._known: dict[str, _Size] = {}
        for root in roots:
            for each in root.iter(_GROUP):
                if each.get("name"):
                    self.groups.setdefault(each.get("name", ""), []).append(each)

    def group(self, name: str, depth: int) -> _Size:
        if name not in self._known:
            self._known[name] = _Size(0, 0)  # a group that holds itself is an error that the engines tell
            if depth > _DEEPEST:
                return _Size(MAX_PARTICLES + 1, 0)
            sizes = [self._sum(each, depth + 1) for each in self.groups.get(name, ())]
            self._known[name] = _Size(
                max((s.parts for s in sizes), default=0), max((s.loose for s in sizes), default=0)
            )
        return self._known[name]

    def _sum(self, element: Element, depth: int) -> _Size:
        parts = loose = 0
        for child in element:
            if child.tag in _PARTICLES:
                parts += 1
                loose += _is_loose(child)
            elif child.tag == _GROUP or child.tag in _COMPOSITORS:
                size = self._of(child, depth)
                parts, loose = parts + size.parts, loose + size.loose
        return _Size(parts, loose)

    def _of(self, child: Element, depth: int) -> _Size:
        if child.tag == _GROUP:
            return self.group(local_name(child.get("ref", "").replace(":", "}")), depth)
        return self._sum(child, depth + 1)

    def comparisons(self, element: Element, *, repeated: bool) -> int:
        """Return the comparisons of all models below an element."""
        if element.tag in _COMPOSITORS:
            repeated = repeated or _is_repeated(element)
            outermost = self._sum(element, 0).loose
            return int(outermost ** (3 if repeated else 2)) + self._nested(element, repeated=repeated)
        return sum(self.comparisons(child, repeated=False) for child in element)

    def _nested(self, element: Element, *, repeated: bool) -> int:
        """Return those of repeated models within one that is not, and of types declared inside."""
        total = 0
        for child in element:
            if child.tag in _COMPOSITORS:
                inner = not repeated and _is_repeated(child)
                own = int(self._sum(child, 0).loose ** 3) if inner else 0
                total += own + self._nested(child, repeated=repeated or inner)
            else:
                total += self.comparisons(child, repeated=False)
        return total


def _is_repeated(element: Element) -> bool:
    return element.get("maxOccurs", "1").strip() not in ("0", "1")


def _is_loose(element: Element) -> bool:
    return element.get("minOccurs", "1").strip() == "0" or _is_repeated(element)
