"""What a mission must show: each kind of expectation is one function, listed in one table.

The kinds' names are the compiler's data (`orchestra_compiler.expectation_kinds`); here stands what they mean.
"""

from __future__ import annotations

from pytest_orchestra.expectations.evaluation import judged, known_kinds, outcome_failure

__all__ = ["judged", "known_kinds", "outcome_failure"]
