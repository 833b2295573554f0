"""A worker process of the local engine: takes tasks from a pipe, makes their parts, answers with their records.

Models and lexicons are loaded once per process, when the first document needs them. Where the work stands (document,
stage, since when) is kept in shared memory, so that whoever finds the process dead or late knows on what.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import Array, c_double
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.connection import Connection
from types import FrameType
from typing import TYPE_CHECKING

from pipeline.engines.manifest import PartRecord, declare_part
from pipeline.engines.tasks import Task, Verdict
from pipeline.errors import ChucdanhError
from pipeline.lean import leave_pandas_out
from pipeline.models import Stage
from pipeline.order import STAGES
from pipeline.storage import Location

if TYPE_CHECKING:
    from pipeline.engines.parts import Workshop

MakePart = Callable[[Task, "Workshop"], PartRecord]

INDEX, STAGE, SINCE, DONE = range(4)
"""Cells of the shared memory: document being worked on (-1: none), its stage, since when, documents done."""

_LEAST = 0.001  # seconds; a timer of none would never go off

Slot = Array[c_double]


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker is started with. ``declare`` is what declares a part finished."""

    processed: Location
    digests: Mapping[Stage, str]
    time_limit: float
    make: MakePart | None = None
    declare: Callable[[Location, PartRecord], None] = declare_part


@dataclass(frozen=True, slots=True)
class Job:
    """One message to a worker."""

    task: Task
    verdicts: Mapping[int, Verdict]


@dataclass(frozen=True, slots=True)
class Answer:
    """One message from a worker: the record, or what went wrong that is no document's fault."""

    record: PartRecord | None
    failure: str = ""


def serve(pipe: Connection, slot: Slot, settings: WorkerSettings) -> None:
    """Do jobs until the pipe is closed or brings ``None``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    threading.Thread(target=_die_with_parent, daemon=True).start()
    leave_pandas_out()
    guard = SlotGuard(slot, settings.time_limit)
    while (job := _receive(pipe)) is not None:
        pipe.send(_do_job(job, settings, guard))


def _do_job(job: Job, settings: WorkerSettings, guard: SlotGuard) -> Answer:
    try:
        # Here and not above: whoever plans the work imports this module too, and need not load the stages.
        from pipeline.engines.parts import Workshop, make_part
        from pipeline.flow import load_stages

        load_stages(until=job.task.until)
        collect_rarely()
    except Exception as error:
        return Answer(None, f"the program cannot start: {type(error).__name__}: {error}")
    make = settings.make or make_part
    try:
        workshop = Workshop(settings.processed, settings.digests, guard, job.verdicts, settings.declare)
        return Answer(make(job.task, workshop))
    except OSError as error:
        return Answer(None, f"cannot write to {settings.processed}: {error.strerror or error}")
    except ChucdanhError as error:
        return Answer(None, str(error))
    except Exception as error:
        return Answer(None, f"a part could not be made: {type(error).__name__}: {error}")


def collect_rarely() -> None:
    """Leave models and lexicons to the end of the process, and look for rubbish seldom.

    The stages leave hardly a cycle behind (27 objects in 400 articles, November 2026), yet the collector goes through
    all results of a part again and again; without it the same articles took 6 % less.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _receive(pipe: Connection) -> Job | None:
    try:
        job: Job | None = pipe.recv()
    except EOFError:
        return None
    return job


def _die_with_parent() -> None:
    """End this process when the parent ends, so that no orphan writes beside the next run."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


class SlotGuard:
    """Notes in shared memory where the work stands, and interrupts a document that takes longer than the limit.

    The interrupt is a signal: it reaches Python code and regular expressions, not a compiled library that hangs; for
    that the parent watches the slot.
    """

    def __init__(self, slot: Slot, time_limit: float) -> None:
        self._slot = slot
        self._time_limit = time_limit
        self._spent: dict[int, float] = {}  # seconds, of the documents that are under way
        slot[INDEX] = -1
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, self._interrupt)

    @contextmanager
    def step(self, index: int, stage: Stage) -> Iterator[None]:
        """See :class:`pipeline.engines.batches.Guard`."""
        slot, spent = self._slot, self._spent.get(index, 0.0)
        since = time.monotonic() - spent
        slot[STAGE], slot[SINCE], slot[INDEX] = STAGES.index(stage), since, index
        self._set_timer(max(self._time_limit - spent, _LEAST))
        try:
            yield
        finally:
            self._set_timer(0)
            slot[INDEX] = -1
            self._spent[index] = time.monotonic() - since

    def finish(self, index: int) -> None:
        """See :class:`pipeline.engines.batches.Guard`."""
        self._spent.pop(index, None)
        self._slot[DONE] = index + 1

    def _set_timer(self, seconds: float) -> None:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def _interrupt(self, signum: int, frame: FrameType | None) -> None:
        from pipeline.flow import TimeLimit

        raise TimeLimit(describe_limit(self._time_limit))


def describe_limit(seconds: float) -> str:
    """The detail of a timeout.

    >>> describe_limit(60.0)
    'more than 60 s'
    """
    return f"more than {seconds:g} s"
