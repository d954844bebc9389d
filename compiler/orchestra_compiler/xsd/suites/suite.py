"""The suite of a schema: valid documents, invalid ones with one violation each, and what they cover."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from orchestra_compiler.xsd.cases import INVALID, VALID, Case, Constraint, LeftOut, Quarantined, Suite
from orchestra_compiler.xsd.demands.constraints import demands_of
from orchestra_compiler.xsd.demands.kinds import Kind
from orchestra_compiler.xsd.document import Node, to_text
from orchestra_compiler.xsd.growing.grower import Grower
from orchestra_compiler.xsd.growing.variations import vary
from orchestra_compiler.xsd.loading import LoadedSchema
from orchestra_compiler.xsd.model import ElementDeclaration, FacetKind
from orchestra_compiler.xsd.mutations.mutation import Context, Mutation
from orchestra_compiler.xsd.simple.values import Values
from orchestra_compiler.xsd.suites.implied import implied_bounds
from orchestra_compiler.xsd.suites.jury import Jury, Outcome
from orchestra_compiler.xsd.suites.labels import Labels
from orchestra_compiler.xsd.suites.sites import Sites
from orchestra_compiler.xsd.suites.trials import (
    ENTANGLED,
    Trial,
    candidates_of,
    idle_reason,
    new_lines_first,
    reason_of_none,
)

__all__ = ["MOST_CASES", "suite_of"]

MOST_CASES = 2_000
"""As many cases has a suite at most, unless more are asked for."""

_MOST_CANDIDATES = 24
"""So many documents are tried for a constraint before it counts as one without a case."""

_SEVERAL = frozenset({*FacetKind, Kind.DATATYPE, Kind.UNKNOWN_ELEMENT, Kind.ROOT})
"""Kinds that can be violated in ways that a validator may well tell apart: each way gets a case."""

_MOST_WAYS = 4

_KEYS = frozenset({Kind.ID, Kind.IDREF, Kind.UNIQUE, Kind.KEY, Kind.KEYREF})
"""Kinds that tie the values of a document together."""


def suite_of(
    loaded: LoadedSchema, roots: Sequence[ElementDeclaration] | None = None, *, most: int = MOST_CASES
) -> Suite:
    """Return the suite of a schema, every label confirmed by every engine present.

    Args:
        loaded: The schema with its engines.
        roots: The elements that documents may begin with; by default every global one that is not abstract.
        most: How many cases there may be; every constraint gets one before any gets a second.
    """
    if roots is None:
        roots = [each for each in loaded.schema.elements.values() if not each.abstract]
    maker = _SuiteMaker(loaded, roots, most)
    maker.add_valid()
    maker.add_invalid()
    return maker.suite()


class _SuiteMaker:
    def __init__(self, loaded: LoadedSchema, roots: Sequence[ElementDeclaration], most: int) -> None:
        self._jury = Jury(loaded.judges)
        self._grower = Grower(loaded.schema, Values())
        self._roots = tuple(roots)
        self._most = most
        self._schema = loaded.schema
        self._demands = demands_of(loaded.schema, self._roots)
        self._labels = Labels()
        self._cases: dict[str, Case] = {}
        self._plausible: dict[Node, bool] = {}
        self._quarantined: list[Quarantined] = []
        self._left_out: list[LeftOut] = []
        self._covered: dict[Constraint, tuple[str, ...]] = {}

    def suite(self) -> Suite:
        return Suite(
            cases=tuple(sorted(self._cases.values(), key=lambda case: case.id)),
            quarantined=tuple(self._quarantined),
            covered={constraint: ids for constraint, ids in self._covered.items() if ids},
            left_out=tuple(self._left_out),
            engines=self._jury.names,
        )

    # Valid documents

    def add_valid(self) -> None:
        room = max(self._most - len(self._demands), self._most // 4)
        for variation in islice(vary(self._grower, self._roots), min(room, self._most // 2)):
            document = to_text(variation.document)
            if document in self._cases:
                continue
            case = Case(
                id=self._labels.valid(variation.scenario, variation.component),
                scenario=variation.scenario,
                component=variation.component,
                place=variation.place,
                expected=VALID,
                document=document,
            )
            if self._jury.accepts(document):
                self._cases[document] = case
            else:
                self._quarantined.append(Quarantined(case=case, verdicts=self._jury.verdicts(document)))

    # Invalid documents

    def add_invalid(self) -> None:
        sites = Sites(self._grower, self._roots, self._accepts)
        self._left_out.extend(sites.left_out)
        found = self._demands
        keyed = any(demands[0].constraint.kind in _KEYS for demands in found)
        context = Context(
            schema=self._schema,
            grower=self._grower,
            sites=sites.all,
            implied=implied_bounds(self._schema) if keyed else {},
            keyed=keyed,
        )
        attempts = [Trial(demands, candidates_of(demands, sites, context)) for demands in found]
        self._covered = {attempt.constraint: () for attempt in attempts}
        for attempt in new_lines_first(attempts):
            if len(self._cases) >= self._most:
                attempt.reason = f"there are {self._most} cases already"
            else:
                self._try(attempt)
        for attempt in attempts:
            constraint = attempt.constraint
            if self._covered[constraint]:
                self._add_ways(attempt)
            else:
                self._give_up(attempt, sites, context)

    def _accepts(self, document: str) -> bool:
        return self._jury.accepts(document)

    def _try(self, attempt: Trial) -> None:
        """Add the first candidate that every engine refuses for its rule alone, else one with consequences."""
        for mutation in islice(attempt.candidates, _MOST_CANDIDATES):
            document = to_text(mutation.document)
            outcome = self._outcome(mutation, document)
            if outcome is Outcome.EXACT:
                self._add(attempt, mutation, document)
                return
            if attempt.best is None or outcome < attempt.best[0]:
                attempt.best = (outcome, mutation, document)
        if attempt.best is not None and attempt.best[0] is Outcome.WITH_CONSEQUENCES:
            self._add(attempt, *attempt.best[1:])

    def _outcome(self, mutation: Mutation, document: str) -> Outcome:
        known = self._cases.get(document)
        if known is not None:
            return {"": Outcome.ACCEPTED, mutation.rule: Outcome.EXACT}.get(known.rule, Outcome.OTHERWISE)
        if mutation.base is not None and not self._is_plausible(mutation.base):
            return Outcome.OTHERWISE
        return self._jury.outcome(document, mutation.rule, mutation.document.shown(mutation.path))

    def _is_plausible(self, base: Node) -> bool:
        known = self._plausible.get(base)
        if known is None:
            known = self._plausible[base] = self._jury.is_plausible(to_text(base))
        return known

    def _add(self, attempt: Trial, mutation: Mutation, document: str) -> None:
        constraint = attempt.constraint
        attempt.ways.add(mutation.scenario)
        if document not in self._cases:
            self._cases[document] = self._case(mutation, document)
        self._covered[constraint] = (*self._covered[constraint], self._cases[document].id)

    def _case(self, mutation: Mutation, document: str) -> Case:
        return Case(
            id=self._labels.invalid(mutation.scenario, mutation.constraint.component),
            scenario=mutation.scenario,
            component=mutation.component,
            place=mutation.constraint.place,
            expected=INVALID,
            rule=mutation.rule,
            document=document,
            constraint=mutation.constraint,
        )

    def _add_ways(self, attempt: Trial) -> None:
        """Add further ways to violate a constraint, as long as there is room."""
        if attempt.constraint.kind not in _SEVERAL:
            return
        for mutation in islice(attempt.candidates, _MOST_CANDIDATES):
            if len(self._cases) >= self._most or len(attempt.ways) >= _MOST_WAYS:
                return
            if mutation.scenario in attempt.ways:
                continue
            document = to_text(mutation.document)
            if document not in self._cases and self._outcome(mutation, document) is Outcome.EXACT:
                self._add(attempt, mutation, document)

    def _give_up(self, attempt: Trial, sites: Sites, context: Context) -> None:
        constraint = attempt.constraint
        reason = attempt.reason
        if not reason and attempt.best is None:
            reason = sites.reason(attempt.demands) or reason_of_none(attempt, context)
        elif attempt.best is not None:
            outcome, mutation, document = attempt.best
            if outcome is Outcome.ENTANGLED:
                reason = ENTANGLED
            elif outcome is Outcome.ACCEPTED:
                reason = (
                    idle_reason(attempt, context) or "every document that was tried is valid: nothing is forbidden here"
                )
            else:
                doubt = Quarantined(case=self._case(mutation, document), verdicts=self._jury.verdicts(document))
                self._quarantined.append(doubt)
                reason = doubt.reason
        self._left_out.append(
            LeftOut(component=constraint.component, place=constraint.place, reason=reason, constraint=constraint)
        )
