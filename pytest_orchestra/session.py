"""The pytest hooks of a run with `--orchestra`: collect, plan, run, report, decide the exit code."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.project import PROJECT_FILE
from pytest_orchestra.collection import MissionItem, ProjectFile, ProjectItem
from pytest_orchestra.compiled import compiled_before
from pytest_orchestra.narrowing import Narrowed, narrowed
from pytest_orchestra.run import Run
from pytest_orchestra.settings import settings_of

_LOG_WIDTH = 120  # columns of a CI log
_WORKER_INPUT = "orchestra_run"
_WORKER_OUTPUT = "orchestra_projects"
_WORKER_SPENT = "orchestra_budget_spent"


def start(config: pytest.Config) -> None:
    """Register the hooks for this run."""
    settings = settings_of(config)
    inherited = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    run = Run(settings, inherited, lambda line: config.addinivalue_line("markers", line))
    config.pluginmanager.register(Session(config, run, _find_projects(config)), "orchestra-session")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Controller(run), "orchestra-controller")


def _find_projects(config: pytest.Config) -> Narrowed:
    """Have pytest collect the projects that the command line means, and return which parts of them.

    Without a path that is the project at the root, whatever `testpaths` says.
    """
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        found = narrowed(config.args, config.invocation_params.dir)
        config.args[:] = found.args
        return found
    if (config.rootpath / PROJECT_FILE).is_file() and str(config.rootpath) not in config.args:
        config.args.append(str(config.rootpath / PROJECT_FILE))
    return Narrowed((), {})


class Session:
    """The hooks of one process of the run."""

    def __init__(self, config: pytest.Config, run: Run, wanted: Narrowed) -> None:
        self._config = config
        self._run = run
        self._wanted = wanted
        self._is_worker = hasattr(config, "workerinput")

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect an `orchestra.yaml`."""
        if file_path.name != PROJECT_FILE:
            return None
        collector: ProjectFile = ProjectFile.from_parent(parent, path=file_path, run=self._run)
        return collector

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what lies beside the paths that were named."""
        left_out = [item for item in items if isinstance(item, ProjectItem) and not self._is_wanted(item)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item not in set(left_out)]

    def _is_wanted(self, item: ProjectItem) -> bool:
        return self._wanted.holds(item.project.root.resolve(), item.span.path)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell the engines what was selected, in which order; nothing starts yet.

        A worker of pytest-xdist collects everything and runs only a share of it, which it learns item by item.
        """
        if not self._is_worker:
            self._select(session.items)

    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> None:
        """In a worker, plan the item and the one that follows."""
        if self._is_worker:
            self._select([item, *([nextitem] if nextitem else [])])

    def _select(self, items: Iterable[pytest.Item]) -> None:
        for item in items:
            if isinstance(item, MissionItem) and not item.planned:
                item.planned = True
                self._run.select(item.project, item.mission.name)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Open the project's ledger; one that cannot be used ends the run before any call is made.

        A worker of pytest-xdist must not exit by itself: there every test fails with the reason.
        """
        if isinstance(item, ProjectItem) and not self._is_worker:
            try:
                self._run.open_ledger(item.project)
            except OrchestraError as error:
                pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Report a mission's own duration, not how long pytest waited for it."""
        report = yield
        if call.when == "call" and isinstance(item, MissionItem) and item.result is not None:
            report.duration = item.result.duration_s
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop the engines, write the reports, and turn a green run red when a suite gate did not hold."""
        if self._is_worker:
            self._run.close()
            output: dict[str, Any] = self._config.workeroutput  # type: ignore[attr-defined]
            output[_WORKER_OUTPUT] = [str(project.root) for project in self._run.projects()]
            output[_WORKER_SPENT] = self._run.budget_spent
            return
        status = int(session.exitstatus)
        try:
            session.exitstatus = self._run.finish(status)
        except OrchestraError as error:  # the disk gave way under the ledger or the reports
            self._run.written.append(f"orchestra: {error}")
            session.exitstatus = status or pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write the cost-per-tier report of each project."""
        from pytest_orchestra.report import terminal

        unicode = terminal.speaks_unicode(getattr(sys.stdout, "encoding", None))
        for project, report in self._run.reports:
            terminalreporter.section(f"orchestra: {project.manifest.fleet.project.name}")
            text = terminal.render(report, self._width(terminalreporter), ascii_only=not unicode)
            for line in text.splitlines():
                terminalreporter.write_line(line)
        for line in self._run.written:
            terminalreporter.write_line(line)

    @staticmethod
    def _width(terminalreporter: Any) -> int:
        from shutil import get_terminal_size

        return get_terminal_size().columns if terminalreporter.isatty else _LOG_WIDTH


class Controller:
    """The hooks of pytest-xdist's controller: one run id for all workers, one report from the shared ledger."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the run's id to a worker."""
        node.workerinput[_WORKER_INPUT] = self._run.id

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Learn from a finished worker which projects it ran."""
        output = getattr(node, "workeroutput", {})
        if output.get(_WORKER_SPENT):
            self._run.spent_in_worker()
        for root in output.get(_WORKER_OUTPUT, ()):
            try:
                self._run.add_of_worker(compiled_before(Path(root)))  # what the worker ran, whatever was edited since
            except OrchestraError:  # the worker has reported it as a collection error
                continue
