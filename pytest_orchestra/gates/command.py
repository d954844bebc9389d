"""What `orchestra gate LAYER` does: judges texts that stand alone, and says where in them the evidence is."""

from __future__ import annotations

from typing import NamedTuple

from orchestra_compiler.errors import UsageError
from orchestra_compiler.model import Json, Layer
from pytest_orchestra.gates import Gates
from pytest_orchestra.gates.registry import HEURISTIC
from pytest_orchestra.gates.subject import Subject
from pytest_orchestra.values import VerdictKind

TEXT_LAYERS = (Layer.INPUT, Layer.GROUNDING, Layer.OUTPUT)
"""Layers that can judge a text alone; the others judge tool calls and histories."""

_PLACES = 6  # decimals of a score


class TextFinding(NamedTuple):
    """One piece of evidence of one check; `text[start:end]` is where it stands, 0 and 0 for the text as a whole."""

    check: str
    kind: VerdictKind
    message: str
    start: int
    end: int


class Judgement(NamedTuple):
    """What a layer says of a text.

    Attributes:
        verdict: The gravest of its checks' verdicts.
        score: How sure the layer is that something is wrong, 0 to 1: 1 with any exact finding, else half the doubt
            gone per kind of phrase that a heuristic met (0.5, 0.75, 0.875, ...).
        findings: In the order of the text.
    """

    verdict: VerdictKind
    score: float
    findings: tuple[TextFinding, ...]


def judge_text(layer: Layer, text: str, gates: Gates) -> Judgement:
    """Judge a text by the configured checks of a layer.

    Raises:
        UsageError: The layer cannot judge a text alone, or needs a project and has none.
    """
    if layer not in TEXT_LAYERS:
        known = ", ".join(each.value for each in TEXT_LAYERS)
        raise UsageError(f"the {layer.value} layer judges what agents do, not texts", f"one of {known}")
    if layer is not Layer.INPUT and gates.project is None:
        raise UsageError(f"the {layer.value} layer needs a compiled project", "name the project's folder")
    subject = Subject(text=text, project=gates.project)
    found = {
        TextFinding(check.name, check.failing, *finding)
        for check in gates.checks(layer)
        for finding in check.run(subject)
    }
    findings = tuple(sorted(found, key=lambda each: (each.start, each.end, each.check, each.message)))
    kinds = {finding.kind for finding in findings}
    gravest = next((kind for kind in reversed(VerdictKind) if kind in kinds), VerdictKind.PASS)
    return Judgement(gravest, _score(findings), findings)


def to_json(judgement: Judgement) -> dict[str, Json]:
    """Return the published JSON form of a judgement."""
    return {
        "verdict": judgement.verdict.value,
        "score": judgement.score,
        "findings": [
            {
                "check": each.check,
                "kind": each.kind.value,
                "message": each.message,
                "start": each.start,
                "end": each.end,
            }
            for each in judgement.findings
        ],
    }


def _score(findings: tuple[TextFinding, ...]) -> float:
    if any(finding.check not in HEURISTIC for finding in findings):
        return 1.0
    return round(1 - 0.5 ** len(findings), _PLACES)
