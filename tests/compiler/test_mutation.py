"""What a score says of its mutants."""

from __future__ import annotations

import json

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.mutation import Mutant, Score, Verdict, rendered, score_to_json


def mutant(verdict: Verdict, name: str = "threshold/strategic/+1", why: str = "") -> Mutant:
    return Mutant(
        name=name,
        component="strategic",
        place=Span("routing.yaml", 7),
        change="60 becomes 61",
        verdict=verdict,
        killed_by="routing/threshold/strategic-at" if verdict is Verdict.KILLED else "",
        why=why,
    )


def test_equivalent_mutants_count_neither_way_and_undecided_ones_as_survivors() -> None:
    score = Score(mutants=tuple(map(mutant, (Verdict.KILLED, Verdict.EQUIVALENT, Verdict.SURVIVED, Verdict.UNDECIDED))))
    assert [len(each) for each in (score.killed, score.equivalent, score.counted, score.survivors)] == [1, 1, 3, 2]
    assert score.ratio == 1 / 3


def test_nothing_to_kill_is_no_failure() -> None:
    assert Score().ratio == 1
    assert rendered(Score()) == "no mutants: there is nothing to change"
    assert Score(mutants=(mutant(Verdict.EQUIVALENT),)).ratio == 1


def test_survivors_are_told_by_place_name_and_change() -> None:
    score = Score(mutants=(mutant(Verdict.KILLED), mutant(Verdict.SURVIVED, "tier/x", '{"risk": "high"}')))
    assert rendered(score).splitlines() == [
        "1 of 2 mutants killed (50.0 %)",
        "routing.yaml:7: survived tier/x: 60 becomes 61",
        '    {"risk": "high"}',
    ]


def test_almost_all_is_never_shown_as_all() -> None:
    mutants = (*[mutant(Verdict.KILLED)] * 2999, mutant(Verdict.SURVIVED))
    assert rendered(Score(mutants=mutants)).startswith("2999 of 3000 mutants killed (99.9 %)\n")


def test_the_json_form_holds_every_mutant() -> None:
    found = json.loads(json.dumps(score_to_json(Score(mutants=(mutant(Verdict.KILLED), mutant(Verdict.EQUIVALENT))))))
    figures = {name: value for name, value in found.items() if name != "mutants"}
    assert figures == {"ratio": 1.0, "counted": 1, "killed": 1, "survived": 0, "undecided": 0, "equivalent": 1}
    assert found["mutants"][0] == {
        "name": "threshold/strategic/+1",
        "component": "strategic",
        "path": "routing.yaml",
        "line": 7,
        "change": "60 becomes 61",
        "verdict": "killed",
        "killed_by": "routing/threshold/strategic-at",
        "why": "",
    }
