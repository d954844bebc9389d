"""One run over one or more projects: an engine and a ledger per project, opened with the first test that needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler._version import __version__
from orchestra_compiler.errors import OrchestraError, ProjectError
from orchestra_compiler.freshness import make_state_folder
from orchestra_compiler.manifest import Case
from orchestra_compiler.naming import file_name
from pytest_orchestra.budget import Budget
from pytest_orchestra.compiled import CompiledProject
from pytest_orchestra.ledger.keys import new_run_id
from pytest_orchestra.values import MissionResult, Outcome

if TYPE_CHECKING:
    from pytest_orchestra.engine import Engine
    from pytest_orchestra.ledger import Ledger
    from pytest_orchestra.report.values import Report


GATE_FAILED = 6
BUDGET_STOPPED = 7
_PASSED, _FAILED = 0, 1  # pytest's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of one run.

    Attributes:
        budget_usd: The most the run may be priced at, or None.
        concurrency: Calls in flight at once.
        report: The folder for reports, or None for the project's own.
        maxfail: After how many failures pytest stops; 0 means never.
        workers: Processes that share the run; each may use its share of the budget.
    """

    provider: str
    budget_usd: Decimal | None
    concurrency: int
    report: Path | None
    maxfail: int
    workers: int = 1


class ProjectRun:
    """What one project needs while it runs.

    Attributes:
        selected: The missions that are going to be run, in order.
        broken: Why the ledger cannot be used, once that is known.
    """

    def __init__(self, project: CompiledProject, run: str, settings: Settings, budget: Budget) -> None:
        self.project = project
        self.selected: list[str] = []
        self.broken: OrchestraError | None = None
        self._run = run
        self._settings = settings
        self._budget = budget

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, with this run begun in it."""
        from pytest_orchestra.ledger import Ledger, RunInfo

        make_state_folder(str(self.project.root))
        ledger = Ledger(self.project.ledger)
        manifest = self.project.manifest
        ledger.begin_run(
            RunInfo(
                run=self._run,
                project=manifest.fleet.project.name,
                manifest_sha256=self.project.manifest_sha256,
                provider=self._settings.provider,
                tool=__version__,
                started_at=datetime.now(UTC),
                baseline=manifest.fleet.tiers.baseline,
                budget_usd=self._settings.budget_usd,
            )
        )
        ledger.tests_planned(self._run, "mission", self.selected)
        return ledger

    @cached_property
    def engine(self) -> Engine:
        """The engine, knowing what was selected."""
        from pytest_orchestra.engine import Engine
        from pytest_orchestra.providers import create

        engine = Engine(
            self.project,
            create(self._settings.provider, self.project),
            self.ledger,
            run=self._run,
            concurrency=self._settings.concurrency,
            budget=self._budget,
            maxfail=self._settings.maxfail,
        )
        engine.plan(self.selected)
        return engine

    def opened(self, name: str) -> bool:
        """Return whether `ledger` or `engine` has been used."""
        return name in self.__dict__

    def stop(self) -> None:
        """Stop the engine, if it ever started."""
        if self.opened("engine"):
            self.engine.stop()


class Run:
    """All projects of one pytest run.

    Args:
        settings: What the user asked for.
        run: The run's id; None makes a new one.
        declare_marker: Tells pytest of a marker, so that `--strict-markers` knows it.

    Attributes:
        reports: Filled by `finish`: each project with its report.
        written: A line per report file that was written.
    """

    def __init__(self, settings: Settings, run: str | None, declare_marker: Callable[[str], None]) -> None:
        self.id = run or new_run_id(datetime.now(UTC))
        self.reports: list[tuple[CompiledProject, Report]] = []
        self.written: list[str] = []
        self._settings = settings
        self._declare = declare_marker
        self._declared: set[str] = set()
        self._budget = Budget(None if settings.budget_usd is None else settings.budget_usd / settings.workers)
        self._spent_elsewhere = False
        self._projects: dict[Path, ProjectRun] = {}
        self._run_elsewhere: set[Path] = set()

    @property
    def budget_spent(self) -> bool:
        """Whether the budget kept anything from running, in this process or in a worker."""
        return self._budget.exhausted or self._spent_elsewhere

    def add(self, project: CompiledProject) -> None:
        """Take a project into the run."""
        if project.root not in self._projects:
            self._projects[project.root] = ProjectRun(project, self.id, self._settings, self._budget)

    def declare_markers(self, names: Iterable[str]) -> None:
        """Tell pytest of markers that it does not know yet."""
        for name in names:
            if name not in self._declared:
                self._declared.add(name)
                self._declare(f"{name}: set by pytest-orchestra")

    def add_of_worker(self, project: CompiledProject) -> None:
        """Take a project into the report that a worker has run."""
        self.add(project)
        self._run_elsewhere.add(project.root)

    def spent_in_worker(self) -> None:
        """Note that a worker's share of the budget is spent."""
        self._spent_elsewhere = True

    def projects(self) -> Iterator[CompiledProject]:
        """Yield the projects that were worked on, in the order in which they were met."""
        return (each.project for each in self._worked_on())

    def open_ledger(self, project: CompiledProject) -> None:
        """Open a project's ledger before its first test, so that what is wrong with it is said once.

        Raises:
            OrchestraError: The ledger cannot be used.
        """
        each = self._projects[project.root]
        if each.broken is not None:  # a new exception: the same one, raised again, would grow by a traceback each time
            raise OrchestraError(each.broken.message, each.broken.hint)
        try:
            _ = each.ledger
        except OrchestraError as error:
            each.broken = error
            raise

    def select(self, project: CompiledProject, mission: str) -> None:
        """Plan a mission that is going to be run; called in item order, and only once each."""
        each = self._projects[project.root]
        each.selected.append(mission)
        if each.opened("engine"):
            each.engine.plan([mission])

    def mission(self, project: CompiledProject, mission: str) -> MissionResult:
        """Return a mission's result, waiting for it as long as it takes."""
        return self._projects[project.root].engine.result(mission)

    def case_finished(self, project: CompiledProject, case: Case, failure: str | None, duration_s: float) -> None:
        """Record how a generated case ended."""
        self._projects[project.root].ledger.case_finished(self.id, case, failure, duration_s)

    def never_started(self, result: MissionResult) -> bool:
        """Return whether the suite's budget was spent before this mission could begin."""
        begun = any(step.order >= 0 for step in result.steps.values())
        return result.outcome is Outcome.BUDGET_STOPPED and not begun

    def close(self) -> None:
        """Stop the engines and close the ledgers."""
        for each in self._projects.values():
            each.stop()
            if each.opened("ledger"):
                each.ledger.close()

    def finish(self, status: int) -> int:
        """Stop the engines, build the reports and write them.

        Args:
            status: pytest's own exit code.

        Returns:
            The exit code of the run: pytest's own; 6 when every test passed but a suite gate did not hold; 7 when the
            budget stopped the run.
        """
        for each in self._projects.values():
            each.stop()
        try:
            worked = self._worked_on()
            reports = [self._report(each, status) for each in worked]
            code = self._exit_code(status, reports)
            if code != status:
                reports = [self._report(each, code) for each in worked]
            self.reports = [(each.project, report) for each, report in zip(worked, reports, strict=True)]
            self._write()
        finally:
            self.close()
        return code

    def _report(self, each: ProjectRun, exit_code: int) -> Report:
        from pytest_orchestra.report.build import build

        each.ledger.end_run(self.id, exit_code)
        return build(each.ledger, self.id, each.project.manifest)

    def _exit_code(self, status: int, reports: Iterable[Report]) -> int:
        if self.budget_spent and status in (_PASSED, _FAILED):
            return BUDGET_STOPPED
        if status == _PASSED and not all(report.suite.gates_held for report in reports if report.suite.tests):
            return GATE_FAILED
        return status

    def _worked_on(self) -> list[ProjectRun]:
        return [
            each
            for each in self._projects.values()
            if each.opened("ledger") or each.project.root in self._run_elsewhere
        ]

    def _write(self) -> None:
        from orchestra_compiler.writing.files import write_file
        from pytest_orchestra.report import document, markdown

        for project, report in self.reports:
            folder = self._folder(project)
            try:
                write_file(folder / "orchestra-report.json", document.render(report))
                write_file(folder / "orchestra-report.md", markdown.render(report).encode())
            except OSError as error:
                raise ProjectError(f"cannot write the report to {folder}: {error.strerror}") from error
            self.written.append(f"report: {_shown(folder / 'orchestra-report.md')}, orchestra-report.json")

    def _folder(self, project: CompiledProject) -> Path:
        if self._settings.report is None:
            return project.state / "report"
        if len(self.reports) == 1:
            return self._settings.report
        name = project.manifest.fleet.project.name
        alike = [other for other, _ in self.reports if other.manifest.fleet.project.name == name]
        return self._settings.report / file_name(name if len(alike) == 1 else f"{name}-{alike.index(project) + 1}")


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
