"""hypothesis without what it picks up from the modules that happen to be loaded.

By default it tries constants that it finds in the source of the user's modules, too. So the same seed gives other
documents in another test run; a suite that is compared byte by byte cannot have that.
"""

from __future__ import annotations

from typing import Any

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

NAME = "orchestra-steady"


class SteadyProvider(HypothesisProvider):
    """Draws lots by its seed alone."""

    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


AVAILABLE_PROVIDERS[NAME] = f"{__name__}.{SteadyProvider.__name__}"
