"""Runs missions concurrently in one background thread, a bounded number of them ahead of whoever asks for results.

Whoever plans the missions stays in charge: nothing starts before the first result is asked for, no more than
`look_ahead` missions start beyond the one that was asked for last, and `stop` ends everything. The thread runs one
asyncio loop; the lock guards what both sides touch. Import this module late: it brings asyncio with it.
"""

from __future__ import annotations

import asyncio
import atexit
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from orchestra_compiler.errors import OrchestraError
from orchestra_compiler.model import Mission
from pytest_orchestra.budget import Budget
from pytest_orchestra.mission import MissionRun, not_run
from pytest_orchestra.providers.base import Provider
from pytest_orchestra.stage import Judge, Recorder, Stage
from pytest_orchestra.text_tokens import text_tokens
from pytest_orchestra.values import MissionResult, Outcome

if TYPE_CHECKING:
    from pytest_orchestra.compiled import CompiledProject

CONCURRENCY = 64
LOOK_AHEAD = 256
_LOOK_AGAIN_S = 1.0  # a waiting main thread notices Ctrl-C this often even where locks cannot be interrupted


class Engine:
    """The missions of a run.

    Args:
        provider: Who answers; closed when the engine ends, if it ever started.
        ledger: Where calls and missions are recorded; stays open.
        run: The run's name in the ledger.
        budget: The whole run's; once it is exhausted no further mission starts.
        concurrency: The most calls, and the most missions, in flight.
        look_ahead: How many missions beyond the one asked for may start.
        maxfail: Once so many missions have failed no further one starts; 0 means never.
    """

    def __init__(
        self,
        project: CompiledProject,
        provider: Provider,
        ledger: Recorder,
        *,
        run: str,
        budget: Budget | None = None,
        concurrency: int = CONCURRENCY,
        look_ahead: int = LOOK_AHEAD,
        maxfail: int = 0,
    ) -> None:
        self._project = project
        self._budget = budget if budget is not None else Budget()
        self._concurrency = max(1, concurrency)
        self._look_ahead = max(0, look_ahead)
        self._maxfail = maxfail
        self._stage = Stage(
            project=project,
            provider=provider,
            recorder=ledger,
            judge=self._judge(),
            budget=self._budget,
            slots=asyncio.Semaphore(self._concurrency),
            tokens=text_tokens(project.manifest.tokenizer),
            run=run,
        )
        self._missions = {mission.name: mission for mission in reversed(project.manifest.fleet.missions)}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()
        self._planned: list[Mission] = []
        self._index: dict[str, int] = {}
        self._started: set[int] = set()
        self._urgent: deque[int] = deque()  # asked for and not started
        self._next = 0  # where the window begins that look-ahead has not filled yet
        self._limit = 0  # and where it ends
        self._waking = False
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._awaited: list[str] = []
        self._results: dict[str, MissionResult] = {}
        self._failed = 0
        self._crash: BaseException | None = None
        self._stopping = False
        self._over = False

    def plan(self, missions: Sequence[str]) -> None:
        """Add missions, by name, in the order in which their results will be asked for; nothing starts yet.

        Raises:
            OrchestraError: The project has no such mission.
        """
        with self._changed:
            for name in missions:
                if name not in self._missions:
                    raise OrchestraError(f"there is no mission {name!r} in the manifest", "run orchestra-compile")
                if name not in self._index:
                    self._index[name] = len(self._planned)
                    self._planned.append(self._missions[name])

    def result(self, mission: str) -> MissionResult:
        """Return a mission's result, waiting for it; the first call starts the thread.

        A mission that never ran because the run was stopped ends `cancelled`, or `budget-stopped`.

        Raises:
            OrchestraError: The mission was not planned.
            Exception: Whatever crashed the engine before this mission ended, such as an error of the ledger.
        """
        index = self._index.get(mission)
        if index is None:
            raise OrchestraError(f"mission {mission!r} is not in the plan", "plan it before asking for its result")
        with self._changed:
            self._ask(index, mission)
            self._awaited.append(mission)
            try:
                while (self._waking or mission not in self._results) and self._crash is None and not self._over:
                    self._changed.wait(_LOOK_AGAIN_S)
            finally:
                self._awaited.remove(mission)
            found = self._results.get(mission)
            if found is None and self._crash is not None:
                raise self._crash
        return found if found is not None else not_run(self._planned[index], Outcome.CANCELLED, "the run was stopped")

    def stop(self) -> None:
        """Start no further mission, cancel and record those that run, and wait until the thread has ended.

        May be called from any thread and any number of times.
        """
        with self._changed:
            self._stopping = True
            thread, loop = self._thread, self._loop
            if thread is None:
                self._over = True
        if thread is None or loop is None:
            return
        _soon(loop, self._ending.set)
        if thread is not threading.current_thread():
            thread.join()
        atexit.unregister(self.stop)

    def _judge(self) -> Judge:
        from pytest_orchestra.gates import Gates

        return Gates(self._project)

    # --- The asking side; the lock is held. ---

    def _ask(self, index: int, name: str) -> None:
        """Move the window to a mission and wake the loop if that lets it start something worth waking for."""
        if self._over or self._stopping:
            return
        beyond = index + 1 + self._look_ahead
        if not index < self._next <= beyond:
            self._next = index + 1
        self._limit = beyond
        urgent = name not in self._results and index not in self._started
        if urgent:
            self._urgent.append(index)
        if self._thread is None:
            self._start()
            return
        room = min(self._limit, len(self._planned)) - self._next
        # Waking the loop costs more than starting a mission, so the window is refilled a quarter at a time. Whoever
        # wakes it waits until the missions that need nothing but time of this process have ended: two busy threads
        # would spend more on taking turns than on work.
        if (urgent or room * 4 > self._look_ahead) and not self._waking and self._loop is not None:
            self._waking = True
            _soon(self._loop, self._awake)

    def _start(self) -> None:
        """Start the thread: a daemon, so that it never keeps a process alive; `stop` runs at exit all the same."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="orchestra-engine", daemon=True)
        atexit.register(self.stop)
        self._waking = True
        self._thread.start()

    # --- The loop's side. ---

    def _work(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._the_loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - a thread has nobody else to tell
            self._fail(error)
        finally:
            with self._changed:
                self._over = True
                self._changed.notify_all()

    def _the_loop(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None  # noqa: S101 - `_start` made it
        return self._loop

    async def _serve(self) -> None:
        self._awake()
        await self._ending.wait()
        with self._changed:
            self._stopping = True
        running = list(self._tasks.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await self._stage.provider.close()

    def _awake(self) -> None:
        """Start what may run, and hold whoever woke the loop as long as each of its turns ends a mission."""
        self._fill()
        self._rest(-1)

    def _rest(self, ended: int) -> None:
        """Let the asking side go on if no mission ended during the loop's last turn."""
        with self._changed:
            if len(self._results) > ended and not self._stopping:
                asyncio.get_running_loop().call_soon(self._rest, len(self._results))
            else:
                self._waking = False
                self._changed.notify_all()

    def _fill(self) -> None:
        """Start as many missions as may run; a callback of the loop, so a crash in it must be carried out by hand."""
        try:
            with self._changed:
                closed = self._closed()
                startable = [] if closed else list(self._startable())
                refused = [self._planned[index] for index in self._urgent] if closed else []
                if closed:
                    self._urgent.clear()
            for index in startable:
                self._tasks[index] = asyncio.create_task(self._perform(index))
            for mission in refused:
                if closed and mission.name not in self._results:
                    self._refuse(mission, *closed)
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._fail(error)

    def _startable(self) -> Iterator[int]:
        """Take missions into the run, those asked for first, until it is full or the window is used up."""
        free = self._concurrency - len(self._tasks)
        while free > 0 and not self._stopping:
            if self._urgent:
                index = self._urgent.popleft()
            elif self._next < min(self._limit, len(self._planned)):
                index = self._next
                self._next += 1
            else:
                return
            if index not in self._started:
                self._started.add(index)
                free -= 1
                yield index

    def _closed(self) -> tuple[Outcome, str] | None:
        """Say why no further mission may start; None while they may."""
        if self._budget.exhausted:
            return Outcome.BUDGET_STOPPED, "the run's budget is used up"
        if self._maxfail and self._failed >= self._maxfail:
            return Outcome.CANCELLED, f"the run was stopped after {self._failed} failed missions"
        return None

    async def _perform(self, index: int) -> None:
        mission = self._planned[index]
        try:
            self._finish(await MissionRun(self._stage, mission).run())
        except Exception as error:  # noqa: BLE001 - handed to whoever waits
            self._fail(error)
        finally:
            del self._tasks[index]
        self._fill()

    def _refuse(self, mission: Mission, outcome: Outcome, detail: str) -> None:
        """End a mission that was asked for but may not start, and record that."""
        result = not_run(mission, outcome, detail)
        self._stage.recorder.mission_finished(self._stage.run, mission, result)
        self._finish(result)

    def _finish(self, result: MissionResult) -> None:
        with self._changed:
            if self._crash is not None and result.outcome is Outcome.CANCELLED:
                return  # cancelled by the crash: the crash is what there is to say
            self._results[result.mission] = result
            if result.failures:
                self._failed += 1
            if result.mission in self._awaited:
                self._changed.notify_all()

    def _fail(self, error: BaseException) -> None:
        """Carry a crash to whoever waits, and end the run: what cannot be recorded must not go on."""
        with self._changed:
            if self._crash is None:
                self._crash = error
            self._stopping = True
            self._changed.notify_all()
        self._ending.set()


def _soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended by itself meanwhile
        loop.call_soon_threadsafe(callback)
