"""What a suite covers and what not, and why: as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from orchestra_compiler.mutation import score_to_json
from orchestra_compiler.xsd.output.generated import Generated, Share, figures_of
from orchestra_compiler.xsd.output.lines import left_out_to_json

_VERSION = 1


def to_json(generated: Generated) -> Mapping[str, object]:
    """Return the published JSON form of a summary."""
    figures, suite = figures_of(generated.suite), generated.suite
    fuzz = generated.fuzz
    return {
        "version": _VERSION,
        "schema": generated.schema,
        "engines": list(suite.engines),
        "cases": {"valid": figures.valid, "invalid": figures.invalid, "quarantined": figures.quarantined},
        "constraints": {
            **_share(figures.constraints),
            "kinds": {each.kind: _share(each) for each in figures.kinds},
        },
        "scenarios": figures.scenarios,
        "rules": figures.rules,
        "without_case": [left_out_to_json(each) for each in figures.without_case],
        "without_effect": [left_out_to_json(each) for each in figures.without_effect],
        "without_document": [left_out_to_json(each) for each in figures.without_document],
        "fuzz": fuzz
        and {
            "asked": fuzz.asked,
            "valid": fuzz.valid,
            "invalid": fuzz.invalid,
            "quarantined": fuzz.quarantined,
        },
        "scores": {name: score_to_json(score) for name, score in generated.scores.items()},
    }


def _share(share: Share) -> Mapping[str, int]:
    return {"met": share.met, "with_case": share.with_case, "left_out": share.left_out, "without_effect": share.idle}
