"""Findings as JSON, as `diagnostics.schema.json` says."""

from __future__ import annotations

import json
from collections.abc import Sequence

from orchestra_compiler.diagnostic import Diagnostic
from orchestra_compiler.lint.outputs.summary import summarize


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Return findings and their count as one document."""
    document = {
        "diagnostics": [each.to_json() for each in diagnostics],
        "summary": summarize(diagnostics)._asdict(),
    }
    # ASCII only: a lone surrogate or a bidirectional control in a message can then hurt no reader of the document.
    return json.dumps(document, indent=2) + "\n"
