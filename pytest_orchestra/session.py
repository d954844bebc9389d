"""The pytest hooks of a run with `--orchestra`: collect, plan, run, report, decide the exit code."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import pytest

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.project import PROJECT_FILE
from pytest_orchestra.collection import MissionItem, ProjectFile
from pytest_orchestra.compiled import open_project
from pytest_orchestra.run import Run
from pytest_orchestra.settings import settings_of

GATE_FAILED = 6
BUDGET_STOPPED = 7
_WORKER_INPUT = "orchestra_run"
_WORKER_OUTPUT = "orchestra_projects"


def start(config: pytest.Config) -> None:
    """Register the hooks for this run."""
    settings = settings_of(config)
    inherited = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    run = Run(settings, inherited, lambda line: config.addinivalue_line("markers", line))
    config.pluginmanager.register(Session(config, run), "orchestra-session")
    if config.pluginmanager.hasplugin("dsession"):
        config.pluginmanager.register(Controller(run), "orchestra-controller")
    _add_root(config)


def _add_root(config: pytest.Config) -> None:
    """Let `pytest --orchestra` without a path find the project at the root, whatever `testpaths` says."""
    from_testpaths = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if from_testpaths and (config.rootpath / PROJECT_FILE).is_file():
        config.args.append(str(config.rootpath / PROJECT_FILE))


class Session:
    """The hooks of one process of the run."""

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self._config = config
        self._run = run
        self._is_worker = hasattr(config, "workerinput")

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect an `orchestra.yaml`."""
        if file_path.name != PROJECT_FILE:
            return None
        collector: ProjectFile = ProjectFile.from_parent(parent, path=file_path, run=self._run)
        return collector

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
            roots = [str(project.root) for project in self._run.projects()]
            self._config.workeroutput[_WORKER_OUTPUT] = roots  # type: ignore[attr-defined]
            self._run.close()
            return
        session.exitstatus = self._finish(int(session.exitstatus))

    def _finish(self, status: int) -> int:
        self._run.finish(status)
        if self._run.budget_stopped and status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return BUDGET_STOPPED
        if status == pytest.ExitCode.OK and not all(report.suite.gates_held for _, report in self._run.reports):
            return GATE_FAILED
        return status

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

        return get_terminal_size().columns if terminalreporter.isatty else 100


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
        for root in getattr(node, "workeroutput", {}).get(_WORKER_OUTPUT, ()):
            try:
                self._run.add(open_project(Path(root)))
            except OrchestraError:  # the worker has reported it as a collection error
                continue
