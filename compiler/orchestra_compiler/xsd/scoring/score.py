"""The mutation score of a schema's suite: one constraint loosened at a time, and which case notices.

A loosened schema is killed where an engine now accepts a case that must be refused. Only invalid cases can tell, since
loosening refuses nothing. What an engine cannot load as a schema is no mutant. What no case notices is looked at once
more: a change to what no document can hold, or to a content model that lets in the same children as before, is
equivalent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.mutation import Mutant, Score, Verdict
from orchestra_compiler.xsd.cases import INVALID, Case, Suite
from orchestra_compiler.xsd.engines.components import load_components
from orchestra_compiler.xsd.engines.judges import Judge, fast_judge, present_judges
from orchestra_compiler.xsd.files.places import Places
from orchestra_compiler.xsd.files.sources import SchemaBrokenError, SchemaSources, shown
from orchestra_compiler.xsd.loading import LoadedSchema
from orchestra_compiler.xsd.model import Place, Schema
from orchestra_compiler.xsd.reading import schema_of
from orchestra_compiler.xsd.scoring.equivalence import (
    NOTHING_NEW,
    complex_types,
    identities,
    never_missing,
    simple_types,
    told_apart,
)
from orchestra_compiler.xsd.scoring.facets import is_implied
from orchestra_compiler.xsd.scoring.loosening import Loosened, loosened
from orchestra_compiler.xsd.scoring.markup import Markup, parsed
from orchestra_compiler.xsd.scoring.patching import lets_in_nothing_new
from orchestra_compiler.xsd.scoring.reach import reached_places
from orchestra_compiler.xsd.simple.values import Values
from orchestra_compiler.xsd.suites.implied import implied_bounds, keyed_attributes

_MOST_TRIALS = 40
"""So many of the nearest cases are tried with the slow engine where the fast one has tried them all."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """A case as the engines read it."""

    case: Case
    raw: bytes


def score_schema(loaded: LoadedSchema, suite: Suite) -> Score:
    """Return which loosened forms of a schema the suite's invalid cases notice.

    Args:
        loaded: The schema; every file of its own is loosened, those of the catalogue are not.
        suite: Its cases.
    """
    return Score(mutants=tuple(_Bench(loaded, suite).mutants()))


class _Bench:
    """Tries every loosened form; trials that belong to the changed line come first, since one of them mostly tells."""

    def __init__(self, loaded: LoadedSchema, suite: Suite) -> None:
        self._loaded = loaded
        self._trials = [_Trial(each, each.document.encode()) for each in suite.cases if each.expected == INVALID]
        self._reached = reached_places(
            each for each in loaded.schema.elements.values() if not each.abstract or each.substitutes
        )
        self._types = complex_types(loaded.schema)
        self._simple = simple_types(loaded.schema)
        self._keyed = keyed_attributes(loaded.schema)
        self._identities = identities(loaded.schema)
        self._disputed = {
            (each.case.constraint.kind, each.case.place.line) for each in suite.quarantined if each.case.constraint
        }
        self._reasons = {
            (each.constraint.kind, each.place): each.reason for each in suite.left_out if each.constraint is not None
        }
        self._held: dict[int, bool] = {}
        self._values = Values()
        self._implied = implied_bounds(loaded.schema)

    def mutants(self) -> Iterator[Mutant]:
        own = set(self._loaded.sources.files)
        names: dict[str, int] = {}
        for number, document in enumerate(self._loaded.sources.documents):
            if document.file.path not in own:
                continue
            root = parsed(document.text)
            self._held.clear()
            file = shown(document.file.path, self._loaded.sources.base(self._loaded.root))
            for change in loosened(document.text, root):
                mutant = self._mutant(change, number, file)
                if mutant is not None:
                    again = names[mutant.name] = names.get(mutant.name, 0) + 1
                    yield mutant if again == 1 else replace(mutant, name=f"{mutant.name}-{again}")

    def _mutant(self, change: Loosened, number: int, file: str) -> Mutant | None:
        """Return what became of a change; None where it makes no schema."""
        made = Mutant(
            name=f"{change.kind}/{change.component}",
            component=change.component,
            place=Span(file, change.line),
            change=change.change,
            verdict=Verdict.EQUIVALENT,
            why="no document can hold it",
        )
        if not self._is_reached(change.element, file):
            return made
        shown = self._shown_equivalent(change, file)
        if shown:
            return replace(made, why=shown)
        sources = self._changed(change, number)
        quick = fast_judge(sources) if len(self._loaded.judges) > 1 else None
        if quick is None and len(self._loaded.judges) > 1:
            return None
        trials = sorted(self._trials, key=lambda each: _distance(each.case, change, file))
        killer = _killer([quick], trials) if quick is not None else None
        if killer is None:
            return self._survivor(made, change, sources, trials)
        return replace(made, verdict=Verdict.KILLED, killed_by=killer.id, why="")

    def _shown_equivalent(self, change: Loosened, file: str) -> str:
        """Return why a change is known to change nothing, before anything is loaded; empty where it is not."""
        if change.kind == "not-nillable" and change.element.get("abstract") in ("true", "1"):
            return "an abstract element stands in no document"
        place = Place(file, change.line)
        if change.kind == "key" and change.element.kind == "key" and "unique" in change.change:
            meant = [each for each in self._identities if each.place == place]
            if meant and all(never_missing(each, self._loaded.schema) for each in meant):
                return "no element that it compares can be without its fields"
        if change.kind == "datatype" and change.element.kind == "restriction" and change.element.below("enumeration"):
            return "only the words that it lists are valid, and each is a value of the type"
        if is_implied(change.kind, place, self._simple):
            return "other facets of the type forbid the same values"
        if change.kind == "required-attribute":
            uses = [(kind, use) for kind in self._types for use in kind.attributes if use.place == place]
            if uses and all((kind, use.name) in self._keyed for kind, use in uses):
                return "a key demands it as well"
        return ""

    def _survivor(
        self, made: Mutant, change: Loosened, sources: SchemaSources, trials: Sequence[_Trial]
    ) -> Mutant | None:
        """Look more closely at what the fast engine let pass; loading a changed schema is most of the work."""
        if lets_in_nothing_new(change, made.place.path, self._types, self._implied):
            return replace(made, why=NOTHING_NEW)
        known = self._reasons.get((change.kind, Place(made.place.path, change.line)), "")
        if known and (change.kind, change.line) in self._disputed:
            return replace(made, verdict=Verdict.UNDECIDED, why=known)
        try:
            components = load_components(sources, self._loaded.root)
        except SchemaBrokenError:
            return None
        judges = [each for each in present_judges(sources, components) if each.name == "xmlschema"]
        killer = _killer(judges, trials[:_MOST_TRIALS] if len(self._loaded.judges) > 1 else trials)
        if killer is not None:
            return replace(made, verdict=Verdict.KILLED, killed_by=killer.id, why="")
        places = Places(components, self._loaded.root)
        changed = schema_of(components, self._loaded.schema.files, places.of)
        verdict, why = self._told_apart(changed, change)
        return replace(made, verdict=verdict, why=known if known and verdict is Verdict.UNDECIDED else why)

    def _told_apart(self, changed: Schema, change: Loosened) -> tuple[Verdict, str]:
        return told_apart(self._loaded.schema, changed, change.kind, self._values, self._implied)

    def _changed(self, change: Loosened, number: int) -> SchemaSources:
        documents = list(self._loaded.sources.documents)
        documents[number] = documents[number]._replace(text=change.raw)
        return replace(self._loaded.sources, documents=tuple(documents))

    def _is_reached(self, element: Markup, file: str) -> bool:
        """Return whether a document can hold the top component of an element; what is not told in places counts as held."""
        top = element
        while top.parent is not None and top.parent.parent is not None:
            top = top.parent
        if top.kind not in ("complexType", "simpleType", "group", "attributeGroup", "attribute", "element"):
            return True
        known = self._held.get(id(top))
        if known is None:
            known = self._held[id(top)] = any(Place(file, each.line) in self._reached for each in top.walk())
        return known


def _killer(judges: Sequence[Judge], trials: Sequence[_Trial]) -> Case | None:
    """Return the first case that one of the engines now accepts."""
    return next((each.case for each in trials for judge in judges if judge.accepts(each.raw)), None)


def _distance(case: Case, change: Loosened, file: str) -> tuple[int, int]:
    """Return how far a case is from a change: those of the same kind and line first, then those of near lines."""
    constraint = case.constraint
    same = constraint is not None and constraint.kind == change.kind
    far = abs(case.place.line - change.line) if case.place.file == file else 1_000_000
    return 0 if same and far == 0 else 1, far
