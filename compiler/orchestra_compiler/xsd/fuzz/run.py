"""Adds random documents to a suite; each has the label on which all engines agree, or goes to quarantine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

from orchestra_compiler.errors import UsageError
from orchestra_compiler.xsd import xml
from orchestra_compiler.xsd.cases import INVALID, VALID, Case, Quarantined, Suite
from orchestra_compiler.xsd.document import to_text
from orchestra_compiler.xsd.engines.judges import ENGINE_FAILURE
from orchestra_compiler.xsd.engines.violation import Violation
from orchestra_compiler.xsd.fuzz.edits import Made, damaged, whole
from orchestra_compiler.xsd.fuzz.lots import Lots
from orchestra_compiler.xsd.fuzz.texts import Texts
from orchestra_compiler.xsd.fuzz.trees import Trees
from orchestra_compiler.xsd.growing.costs import UnmakableError
from orchestra_compiler.xsd.growing.grower import Grower
from orchestra_compiler.xsd.loading import LoadedSchema
from orchestra_compiler.xsd.model import ElementDeclaration
from orchestra_compiler.xsd.output.generated import FuzzCount
from orchestra_compiler.xsd.simple.values import Values

_LEAST_BATCH = 10
_MOST_BATCH = 200
_PATIENCE = 3
"""So many batches in a row without a new document end the search."""


def fuzzed(
    loaded: LoadedSchema, suite: Suite, roots: Sequence[ElementDeclaration], count: int
) -> tuple[Suite, FuzzCount]:
    """Return a suite with up to `count` random documents more, half of them valid, half of them damaged.

    The same schema, engines and version of hypothesis give the same documents.

    Raises:
        UsageError: hypothesis is not installed.
    """
    _demand_hypothesis()
    found = _Found(loaded, count, {case.document for case in suite.cases})
    trees = Trees(*_tools(loaded))
    batch = idle = 0
    while found.missing and idle < _PATIENCE and roots:
        before = found.size
        _run(found, trees, roots, batch)
        idle = 0 if found.size > before else idle + 1
        batch += 1
    both = sorted([*suite.cases, *found.cases[VALID], *found.cases[INVALID]], key=lambda case: case.id)
    more = replace(suite, cases=tuple(both), quarantined=(*suite.quarantined, *found.quarantined))
    return more, FuzzCount(
        asked=count,
        valid=len(found.cases[VALID]),
        invalid=len(found.cases[INVALID]),
        quarantined=len(found.quarantined),
    )


def _tools(loaded: LoadedSchema) -> tuple[Grower, Texts]:
    values = Values()
    return Grower(loaded.schema, values), Texts(values)


class _Found:
    """The documents found so far, each with its label."""

    def __init__(self, loaded: LoadedSchema, count: int, known: set[str]) -> None:
        self._loaded = loaded
        self._known = known
        self._wanted = {VALID: count // 2, INVALID: count - count // 2}
        self.cases: dict[str, list[Case]] = {VALID: [], INVALID: []}
        self.quarantined: list[Quarantined] = []
        self._most_quarantined = count

    @property
    def missing(self) -> int:
        """How many documents are still looked for."""
        return sum(max(wanted - len(self.cases[label]), 0) for label, wanted in self._wanted.items())

    @property
    def size(self) -> int:
        """How many documents have been found, those in quarantine counted."""
        return sum(map(len, self.cases.values())) + len(self.quarantined)

    def add(self, made: Made, expected: str) -> None:
        """Judge a document, unless it is known or enough are there, and keep it under the label that it gets.

        Args:
            made: The document.
            expected: The label that it was made for.
        """
        if not self.missing or len(self.cases[expected]) >= self._wanted[expected]:
            return
        document = to_text(made.root)
        if document in self._known:
            return
        self._known.add(document)
        try:
            verdicts = self._loaded.verdicts(document)
        except xml.XmlError:  # a character that no document may hold, or too much of something
            return
        label, rule = _label(verdicts)
        if label:
            if len(self.cases[label]) < self._wanted[label]:
                self.cases[label].append(self._case(made, label, rule, document, len(self.cases[label])))
        elif len(self.quarantined) < self._most_quarantined:
            case = self._case(made, expected, "", document, len(self.quarantined), "fuzz-doubtful")
            self.quarantined.append(Quarantined(case=case, verdicts=verdicts))

    def _case(self, made: Made, expected: str, rule: str, document: str, number: int, name: str = "fuzz") -> Case:
        return Case(
            id=f"{expected}/{name}-{number + 1:04}",
            scenario=made.scenario,
            component=made.component,
            place=made.place,
            expected=expected,
            rule=rule,
            document=document,
        )


def _label(verdicts: Mapping[str, tuple[Violation, ...]]) -> tuple[str, str]:
    """Return the label on which all engines agree, and the rule that all of them name first; empty where they differ."""
    if any(each.rule == ENGINE_FAILURE for found in verdicts.values() for each in found):
        return "", ""
    if not any(verdicts.values()):
        return VALID, ""
    if not all(verdicts.values()):
        return "", ""
    rules = {found[0].rule for found in verdicts.values()}
    return INVALID, rules.pop() if len(rules) == 1 else ""


def _run(found: _Found, trees: Trees, roots: Sequence[ElementDeclaration], number: int) -> None:
    """Make one batch of documents, of each the whole and a damaged form.

    What is drawn depends on the batch's number and size alone, never on what was found before.
    """
    from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
    from hypothesis.errors import Unsatisfiable

    @strategies.composite
    def pairs(draw: strategies.DrawFn) -> tuple[Made, Made] | None:
        lots = Lots(lambda least, most: draw(strategies.integers(least, most)))
        try:
            root = trees.document(lots.one_of(roots), lots)
        except UnmakableError:
            return None
        return whole(root), damaged(root, lots)

    @seed(number)
    @settings(
        max_examples=min(max(found.missing, _LEAST_BATCH), _MOST_BATCH),
        phases=(Phase.generate,),
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=cast("list[HealthCheck]", list(HealthCheck)),
        backend=_backend(),
    )
    @given(pairs())
    def add(pair: tuple[Made, Made] | None) -> None:
        if pair is not None:
            found.add(pair[0], VALID)
            found.add(pair[1], INVALID)

    with suppress(Unsatisfiable):  # documents of this schema take more decisions than hypothesis allows for
        add()


def _demand_hypothesis() -> None:
    from importlib.util import find_spec

    if find_spec("hypothesis") is None:
        raise UsageError("random documents need hypothesis", "pip install 'pytest-orchestra[fuzz]'")


def _backend() -> str:
    """Return the name of the backend that draws by its seed alone; versions without such things do so anyway."""
    try:
        from orchestra_compiler.xsd.fuzz import steady
    except ImportError:
        return "hypothesis"
    return steady.NAME
