"""Where in a schema's documents a constraint can be violated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from orchestra_compiler.xsd.cases import LeftOut
from orchestra_compiler.xsd.demands.constraints import Demand, Holder
from orchestra_compiler.xsd.demands.kinds import Kind
from orchestra_compiler.xsd.document import TYPE, to_text
from orchestra_compiler.xsd.growing.grower import Grower, Site
from orchestra_compiler.xsd.growing.selecting import type_of
from orchestra_compiler.xsd.model import ComplexType, ElementDeclaration, Group
from orchestra_compiler.xsd.names import local_name

_MOST_SITES = 3


class Sites:
    """The sites of a schema, found by what they are sites of.

    Args:
        accepts: Whether every engine accepts a document; others are no place to start from.
    """

    def __init__(self, grower: Grower, roots: Iterable[ElementDeclaration], accepts: Callable[[str], bool]) -> None:
        self.left_out: list[LeftOut] = []
        self._accepts = accepts
        self._usable: dict[Site, bool] = {}
        self._by_holder: dict[Holder, list[Site]] = {}
        self._abstract: dict[ElementDeclaration, list[Site]] = {}
        found: list[Site] = []
        for each in grower.sites(roots):
            if isinstance(each, LeftOut):
                self.left_out.append(each)
            else:
                found.append(each)
                self._note(each)
        self.all = tuple(found)

    def _note(self, site: Site) -> None:
        node = site.node
        kind = type_of(node)
        if node.type is None or node.declaration is None or node.declaration.type is not kind:
            self._by_holder.setdefault(site.declaration, []).append(site)
        if isinstance(kind, ComplexType):
            self._by_holder.setdefault(kind, []).append(site)
        model = kind.content if isinstance(kind, ComplexType) and site.new_type else None
        for part in model.elements() if isinstance(model, Group) else ():
            if part.declaration.abstract and part.most != 0:
                self._abstract.setdefault(part.declaration, []).append(site)

    def of(self, demand: Demand) -> Iterator[Site]:
        """Yield the sites where a demand can be violated, a few of them."""
        number = 0
        for site in self._found(demand):
            if self._is_usable(site):
                yield site
                number += 1
                if number == _MOST_SITES:
                    return

    def reason(self, demands: Sequence[Demand]) -> str:
        """Return why there is no site for any of some demands; empty where there is one."""
        found = [site for demand in demands for site in self._found(demand)]
        if any(self._is_usable(site) for site in found):
            return ""
        if found:
            return f"not every engine accepts a document with it: {found[0].shown}"
        place = demands[0].holder.place
        known = next((each.reason for each in self.left_out if each.place == place), "")
        return known or f"no document holds <{local_name(demands[0].holder.name)}>"

    def _found(self, demand: Demand) -> list[Site]:
        if demand.constraint.kind == Kind.ROOT:
            return list(self.all[:1])
        if not isinstance(demand.holder, ElementDeclaration):
            return self._by_holder.get(demand.holder, [])
        if demand.constraint.kind == Kind.ABSTRACT:
            return self._abstract.get(demand.holder, list(self.all[:1]))
        found = self._by_holder.get(demand.holder, [])
        if demand.constraint.kind == Kind.ABSTRACT_TYPE:
            return [site for site in found if site.node.get(TYPE) is not None]
        return found

    def _is_usable(self, site: Site) -> bool:
        known = self._usable.get(site)
        if known is None:
            known = self._usable[site] = self._accepts(to_text(site.root))
        return known
