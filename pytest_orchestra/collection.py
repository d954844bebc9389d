"""From a compiled project to pytest items: one per generated case and one per mission."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from orchestra_compiler.diagnostic import Span
from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.manifest import Case
from orchestra_compiler.model import Fleet, Mission
from pytest_orchestra.case_checks import check
from pytest_orchestra.compiled import CompiledProject, open_project
from pytest_orchestra.values import MissionResult, Outcome

if TYPE_CHECKING:
    from pytest_orchestra.run import Run


class ProjectFile(pytest.File):
    """An `orchestra.yaml`: compiled when stale, then a parent of cases and missions."""

    def __init__(self, *, run: Run, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.run = run

    def collect(self) -> Iterable[pytest.Item]:
        """Yield the items: cases first, in the manifest's order, then missions."""
        project = open_project(self.path.parent)
        self.run.add(project)
        for case in project.manifest.cases:
            yield CaseItem.from_parent(self, name=f"cases/{case.id}", case=case, project=project)
        for mission in project.manifest.fleet.missions:
            yield MissionItem.from_parent(self, name=f"missions/{mission.name}", mission=mission, project=project)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """Show what is wrong with the project's files instead of a traceback of ours."""
        return str(excinfo.value) if isinstance(excinfo.value, OrchestraError) else super().repr_failure(excinfo)


class ProjectItem(pytest.Item):
    """What cases and missions share: a project, markers (`-m tier_strategic`) and keywords (`-k strategic`)."""

    parent: ProjectFile
    project: CompiledProject
    span: Span

    def _mark(self, kind: str, words: Iterable[tuple[str, str]]) -> None:
        """Set the markers; not as keywords too, of which pytest would keep three copies per test for its reports."""
        pairs = set(words)
        names = ("orchestra", kind, *sorted([marker_name(group, value) for group, value in pairs]))
        self.parent.run.declare_markers(names)
        self.own_markers.extend([_marker(name) for name in names])
        self.extra_keyword_matches.update([value for _, value in pairs])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what stopped a test in its own words instead of a traceback of ours."""
        return str(excinfo.value) if isinstance(excinfo.value, OrchestraError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the file and line that the test was compiled from."""
        return _source(self.project.root, self.span.path), self.span.line - 1, self.name


class CaseItem(ProjectItem):
    """One generated case."""

    def __init__(self, *, case: Case, project: CompiledProject, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.case = case
        self.project = project
        self.span = case.span
        self._mark("case", _case_words(case))

    def runtest(self) -> None:
        """Run the case and record what came of it."""
        self.parent.run.open_ledger(self.project)
        began = time.perf_counter()
        try:
            failure = check(self.case, self.project)
        except OrchestraError as error:
            failure = str(error)
        self.parent.run.case_finished(self.project, self.case, failure, time.perf_counter() - began)
        if failure is not None:
            raise CaseFailed(failure)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what the case expected, where it comes from, and what happened."""
        if not isinstance(excinfo.value, CaseFailed):
            return super().repr_failure(excinfo, style)
        case = self.case
        lines = [
            f"case      {case.id}",
            f"from      {case.span.place}",
            f"scenario  {case.scenario}",
            f"expected  {case.expected}" + (f" ({case.rule})" if case.rule else ""),
            f"actual    {excinfo.value}",
        ]
        return "\n".join(lines)


class MissionItem(ProjectItem):
    """One mission."""

    def __init__(self, *, mission: Mission, project: CompiledProject, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.mission = mission
        self.project = project
        self.span = mission.span
        self.result: MissionResult | None = None
        self.planned = False
        self._mark("mission", _mission_words(mission, project.manifest.fleet))

    def runtest(self) -> None:
        """Wait for the mission's result; the engine has most likely begun it already."""
        self.parent.run.open_ledger(self.project)
        self.result = result = self.parent.run.mission(self.project, self.mission.name)
        if result.failures or _shows_passed(self.config):
            from pytest_orchestra.explain import trace_text

            self.add_report_section("call", "mission", trace_text(self.mission, result))
        self.user_properties += [
            ("outcome", result.outcome.value),
            ("priced_usd", format(result.priced_usd, "f")),
        ]
        if result.outcome is Outcome.CANCELLED:
            pytest.skip("the run was stopped before this mission")
        if self.parent.run.never_started(result):
            pytest.skip("the run's budget was spent before this mission")
        if result.failures:
            raise MissionFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show mission, step, place, expected, actual and cost instead of a traceback."""
        if isinstance(excinfo.value, MissionFailed):
            from pytest_orchestra.explain import failure_text

            return failure_text(self.mission, excinfo.value.result)
        return super().repr_failure(excinfo, style)


class CaseFailed(Exception):  # noqa: N818 - a verdict, not a fault
    """A generated case does not hold."""


class MissionFailed(Exception):  # noqa: N818 - a verdict, not a fault
    """A mission did not show what it was expected to."""

    def __init__(self, result: MissionResult) -> None:
        super().__init__(result.mission)
        self.result = result


def _shows_passed(config: pytest.Config) -> bool:
    """Return whether pytest prints the sections of passed tests (`-rP`, `-rA`)."""
    return not {"P", "A"}.isdisjoint(str(config.getoption("reportchars", "")))


@cache
def _marker(name: str) -> pytest.Mark:
    decorator: pytest.MarkDecorator = getattr(pytest.mark, name)
    return decorator.mark


@cache
def _source(root: Path, path: str) -> Path:
    return root / path


@cache
def marker_name(group: str, value: str) -> str:
    """Return the marker of a value, such as `category_multi_agent`."""
    return f"{group}_" + "".join(letter if letter.isalnum() else "_" for letter in value)


def _case_words(case: Case) -> Iterator[tuple[str, str]]:
    yield "kind", case.kind
    if case.tier:
        yield "tier", case.tier
    for agent in case.agents:
        yield "agent", agent


def _mission_words(mission: Mission, fleet: Fleet) -> Iterator[tuple[str, str]]:
    yield "category", mission.category.value
    yield "risk", mission.risk.value
    yield from (("tag", tag) for tag in mission.tags)
    for step in mission.steps:
        if step.phase:
            yield "phase", step.phase.value
        agent = fleet.assigned(step)
        if agent:
            yield "agent", agent.name
        if agent and agent.tier:
            yield "tier", agent.tier
