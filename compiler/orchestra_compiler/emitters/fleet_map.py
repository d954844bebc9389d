"""The map of a fleet: `map.mmd` for pages that draw Mermaid, `map.svg` for all others."""

from __future__ import annotations

from collections.abc import Iterator

from orchestra_compiler.built import Built, Output
from orchestra_compiler.emitters import mermaid, svg


def emit(built: Built) -> Iterator[Output]:
    """Yield the two files."""
    yield Output("map.mmd", mermaid.render(built.fleet).encode())
    yield Output("map.svg", svg.render(built.fleet).encode())
