"""A project read, linked and checked: what every command begins with, and all that a lint does.

It stands apart from the compile, so that a lint loads no emitter, no renderer and no writer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestra_compiler.diagnostic import Diagnostic, Severity, in_order
from orchestra_compiler.model import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A project that was read, linked and checked.

    Attributes:
        fleet: The linked fleet; None only when `orchestra.yaml` itself cannot be used.
        diagnostics: All findings, in order.
        sources: Path -> content of every file that was read.
        patterns: The globs that name sources.
    """

    root: Path
    fleet: Fleet | None
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, bytes]
    patterns: tuple[str, ...]

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def check_project(root: Path) -> Checked:
    """Read, link and check a project; nothing is raised for what its files hold."""
    from orchestra_compiler import rules
    from orchestra_compiler.link import link
    from orchestra_compiler.project import load

    loaded = load(root)
    found, sources, fleet = list(loaded.diagnostics), dict(loaded.sources), loaded.fleet
    if fleet is not None:
        linked = link(fleet, root)
        fleet = linked.fleet
        sources |= linked.sources
        found += [*linked.diagnostics, *rules.check(fleet, sources)]
    return Checked(
        root=root,
        fleet=fleet,
        diagnostics=tuple(in_order(found)),
        sources=sources,
        patterns=loaded.patterns,
    )
