"""The local engine: tasks on worker processes of this machine.

Each worker holds one task, one more waits: memory is bounded by their number, whatever the size of the input. A
document that ends its worker is tried once more in a new one; when it ends that too, or when it takes longer than the
time limit, it alone is given up.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess

from pipeline.engines.manifest import PartRecord
from pipeline.engines.reduction import AnyStep, take_steps
from pipeline.engines.tasks import Meter, SilentMeter, Task, Verdict
from pipeline.engines.worker import (
    DONE,
    INDEX,
    SINCE,
    STAGE,
    Answer,
    Job,
    MakePart,
    Slot,
    WorkerSettings,
    describe_limit,
    serve,
)
from pipeline.errors import ChucdanhError
from pipeline.models import Reason, Stage
from pipeline.order import STAGES
from pipeline.publication import FileFacts
from pipeline.storage import Location

TIME_LIMIT = 60.0
"""Seconds for one document. Ordinary articles take milliseconds; the longest of 2,000 real ones takes under a second.
"""

GRACE = 5.0
"""Seconds beyond the limit in which a worker may interrupt itself, before it is killed."""

_TICK = 0.1  # seconds between two looks at the workers
_ATTEMPTS = 2  # of a document that ends its worker: the first death may be another's fault (memory)


class LocalEngine:
    """Worker processes, started when there is work for them.

    ``workers`` defaults to the cores this process may use; ``time_limit`` is in seconds per document; ``make`` is
    what does a task (a function that worker processes can import).
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        time_limit: float = TIME_LIMIT,
        grace: float = GRACE,
        make: MakePart | None = None,
    ) -> None:
        self._workers = workers or usable_cores()
        self._time_limit = time_limit
        self._grace = grace
        self._make = make

    def execute(
        self, tasks: Iterator[Task], *, processed: Location, digests: Mapping[Stage, str], meter: Meter
    ) -> Iterator[tuple[Task, PartRecord]]:
        """See :class:`pipeline.engines.tasks.Engine`.

        Raises:
            ChucdanhError: the disk is full, or a worker ends outside of any document.
        """
        settings = WorkerSettings(processed, digests, self._time_limit, self._make)
        crew = _Crew(tasks, settings, self._workers, self._grace, meter)
        try:
            yield from crew.work_off()
            crew.dismiss()
        finally:
            crew.kill()

    def reduce(self, steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
        """See :class:`pipeline.engines.tasks.Engine`; done in this process, one after the other."""
        return take_steps(steps)


class Bench:
    """One worker process that is given tasks one at a time, for engines whose tasks start elsewhere.

    A document that ends the process or takes too long costs itself only, as in :class:`LocalEngine`.
    """

    def __init__(self, settings: WorkerSettings, *, grace: float = GRACE) -> None:
        self._inbox = _Inbox()
        self._crew = _Crew(self._inbox, settings, 1, grace, SilentMeter())

    def make(self, task: Task) -> PartRecord:
        """Do one task.

        Raises:
            ChucdanhError: the disk is full, or the worker ends outside of any document.
        """
        self._inbox.tasks.append(task)
        [(_, record)] = self._crew.work_off()
        return record

    def close(self) -> None:
        """End the process."""
        self._crew.kill()


class _Inbox(Iterator[Task]):
    """Tasks as they come; empty now is not empty for ever."""

    def __init__(self) -> None:
        self.tasks: deque[Task] = deque()

    def __next__(self) -> Task:
        if not self.tasks:
            raise StopIteration
        return self.tasks.popleft()


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(slots=True)
class _Assignment:
    """A task and what was learnt of it from dead workers."""

    task: Task
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    deaths: dict[int, int] = field(default_factory=dict)
    counted: int = 0


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection
    slot: Slot
    assignment: _Assignment | None = None


class _Crew:
    """The workers of one run and the tasks that wait."""

    def __init__(self, tasks: Iterator[Task], settings: WorkerSettings, size: int, grace: float, meter: Meter) -> None:
        self._tasks = tasks
        self._settings = settings
        self._size = size
        self._grace = grace
        self._meter = meter
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._waiting: list[_Assignment] = []

    def work_off(self) -> Iterator[tuple[Task, PartRecord]]:
        """Do all tasks."""
        while True:
            self._assign()
            busy = [worker for worker in self._workers if worker.assignment]
            if not busy:
                return
            self._fetch()
            watched = [source for worker in busy for source in (worker.pipe, worker.process.sentinel)]
            connection.wait(watched, timeout=_TICK)
            for worker in busy:
                yield from self._look_at(worker)

    def dismiss(self) -> None:
        """Let the workers end by themselves."""
        for worker in self._workers:
            worker.pipe.send(None)
        for worker in self._workers:
            worker.process.join(timeout=self._grace)

    def kill(self) -> None:
        """End whatever still runs."""
        while self._workers:
            self._remove(self._workers[0])

    def _assign(self) -> None:
        """Give every idle worker a task; start workers as long as there are tasks and room."""
        while (idle := self._find_idle()) or len(self._workers) < self._size:
            self._fetch()
            if not self._waiting:
                return
            worker = idle or self._start_worker()
            worker.assignment = self._waiting.pop(0)
            worker.slot[INDEX], worker.slot[DONE] = -1, 0
            worker.pipe.send(Job(worker.assignment.task, worker.assignment.verdicts))

    def _find_idle(self) -> _Worker | None:
        return next((worker for worker in self._workers if worker.assignment is None), None)

    def _fetch(self) -> None:
        """Have one task ready, so that no worker waits for the reader."""
        if not self._waiting and (task := next(self._tasks, None)) is not None:
            self._waiting.append(_Assignment(task))

    def _start_worker(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        slot: Slot = self._context.RawArray("d", 4)
        process = self._context.Process(target=serve, args=(theirs, slot, self._settings), daemon=True)
        with _no_interrupts():
            process.start()
        theirs.close()
        worker = _Worker(process, ours, slot)
        self._workers.append(worker)
        return worker

    def _look_at(self, worker: _Worker) -> Iterator[tuple[Task, PartRecord]]:
        """Take a worker's answer; find out whether it is dead or late."""
        assignment = worker.assignment
        if assignment is None:
            return
        answer = _answer_of(worker)
        if answer is None:
            self._count(assignment, int(worker.slot[DONE]))
            self._check_pulse(worker, assignment)
            return
        if answer.record is None:
            raise ChucdanhError(answer.failure)
        self._count(assignment, assignment.task.size)
        worker.assignment = None
        yield assignment.task, answer.record

    def _count(self, assignment: _Assignment, done: int) -> None:
        if done > assignment.counted:
            self._meter.advance(done - assignment.counted)
            assignment.counted = done

    def _check_pulse(self, worker: _Worker, assignment: _Assignment) -> None:
        index, stage = int(worker.slot[INDEX]), STAGES[int(worker.slot[STAGE])]
        limit = self._settings.time_limit
        if not worker.process.is_alive():
            self._bury(assignment, index, stage, _describe_exit(worker.process.exitcode))
        elif index >= 0 and time.monotonic() - worker.slot[SINCE] > limit + self._grace:
            assignment.verdicts[index] = Verdict(stage, Reason.TIMEOUT, describe_limit(limit))
        else:
            return
        self._remove(worker)
        self._waiting.insert(0, assignment)

    def _bury(self, assignment: _Assignment, index: int, stage: Stage, how: str) -> None:
        """Note on which document a worker died."""
        deaths = assignment.deaths[index] = assignment.deaths.get(index, 0) + 1
        if deaths < _ATTEMPTS:
            return
        if index < 0:
            raise ChucdanhError(f"a worker process {how} outside of any document; is there enough memory?")
        assignment.verdicts[index] = Verdict(stage, Reason.CRASHED, f"{stage}: the worker process {how}")

    def _remove(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.join()
        worker.process.close()
        worker.pipe.close()


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """Start a process that Ctrl-C does not reach, not even while it starts: it inherits what this one ignores."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _answer_of(worker: _Worker) -> Answer | None:
    try:
        answer: Answer | None = worker.pipe.recv() if worker.pipe.poll() else None
    except (EOFError, ConnectionError):
        return None
    return answer


def _describe_exit(code: int | None) -> str:
    """
    >>> _describe_exit(-9), _describe_exit(3)
    ('was ended by SIGKILL', 'ended with code 3')
    """
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
