"""A project read, linked and checked: what every command begins with, and all that a lint does.

It stands apart from the compile, so that a lint loads no emitter, no renderer and no writer.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from orchestra_compiler.diagnostic import Diagnostic, Severity, in_order
from orchestra_compiler.source.files import Refusal, read

if TYPE_CHECKING:
    from orchestra_compiler.lint.hidden import Hidden
    from orchestra_compiler.lint.judge import Judge
    from orchestra_compiler.model import Fleet


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is wrong with a project.

    Attributes:
        diagnostics: All findings that are shown, in order: as bad as the project wants them, without those that its
            settings, its ignores or its baseline hide.
        hidden: Findings that an ignore or the baseline hides.
        baseline_gone: How many findings of the baseline no longer occur.
    """

    root: Path
    diagnostics: tuple[Diagnostic, ...]
    hidden: tuple[Hidden, ...] = ()
    baseline_gone: int = 0

    def content(self, path: str) -> bytes:
        """Return the content of a file of the project, to show a line of it; nothing where it cannot be read."""
        content = read(os.fspath(self.root), path)
        return b"" if isinstance(content, Refusal) else content


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Findings):
    """A project that was read, linked and checked.

    Attributes:
        fleet: The linked fleet; None only when `orchestra.yaml` itself cannot be used.
        sources: Path -> content of every file that was read.
        patterns: The globs that name sources.
        judge: Knows what the project says about findings.
    """

    fleet: Fleet | None
    sources: Mapping[str, bytes]
    patterns: tuple[str, ...]
    judge: Judge

    def content(self, path: str) -> bytes:
        """Return the content of a file as it was judged; nothing of one that was not read."""
        return self.sources.get(path, b"")

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)

    def with_more(self, found: Iterable[Diagnostic], sources: Mapping[str, bytes]) -> Checked:
        """Return the project with findings of a later step, which its settings hold for too, and with the files it read."""
        more = self.judge.judge_more(found)
        return replace(
            self,
            diagnostics=tuple(in_order([*self.diagnostics, *more.shown])),
            hidden=(*self.hidden, *more.hidden),
            sources=sources,
        )


def check_project(root: Path, overlay: Mapping[str, bytes] = MappingProxyType({})) -> Checked:
    """Read, link and check a project; nothing is raised for what its files hold.

    `overlay` holds the contents of files, by path below the root, that count in place of what the disk has.
    """
    from orchestra_compiler import rules
    from orchestra_compiler.link import link
    from orchestra_compiler.lint import judge as judging
    from orchestra_compiler.lint.known import read_known
    from orchestra_compiler.lint.policy import decide
    from orchestra_compiler.lint.rule_names import RuleNames
    from orchestra_compiler.project import load
    from orchestra_compiler.source.mends import settled

    loaded = load(root, overlay)
    found, sources, fleet = list(loaded.diagnostics), dict(loaded.sources), loaded.fleet
    names = RuleNames(rules.RULES)
    if fleet is not None:
        linked = link(fleet, root)
        fleet = linked.fleet
        sources |= linked.sources
        found += linked.diagnostics
    policy = decide(loaded.lint, names, sources)
    if fleet is not None:
        found += rules.check(fleet, sources, policy.numbers)
    known = read_known(root, loaded.lint.baseline, overlay)
    judge = judging.Judge(policy, sources, names, known.findings)
    judged = judge.judge([*settled(found, sources), *known.diagnostics])
    return Checked(
        root=root,
        fleet=fleet,
        diagnostics=tuple(judged.shown),
        sources={**sources, **known.sources},
        patterns=loaded.patterns,
        hidden=tuple(judged.hidden),
        baseline_gone=judged.gone,
        judge=judge,
    )
