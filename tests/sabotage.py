"""Ways to make a worker process fail on purpose. Each is a ``make`` of the local engine, importable by its workers."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pipeline.engines.batches import Guard
from pipeline.engines.manifest import PartRecord
from pipeline.engines.parts import Workshop, make_part
from pipeline.engines.tasks import NewPart, Task
from pipeline.models import Stage
from pipeline.order import STAGES
from pipeline.tables import read_part


class TrappedGuard:
    """A guard that springs a trap on one document when it reaches a stage."""

    def __init__(self, guard: Guard, trapped: int | None, stage: Stage, trap: Callable[[], None]) -> None:
        self._guard = guard
        self._trapped = trapped
        self._stage = stage
        self._trap = trap

    @contextmanager
    def step(self, index: int, stage: Stage) -> Iterator[None]:
        with self._guard.step(index, stage):
            if index == self._trapped and stage == self._stage:
                self._trap()
            yield

    def finish(self, index: int) -> None:
        self._guard.finish(index)


def _spring(task: Task, workshop: Workshop, stage: Stage, trap: Callable[[], None]) -> PartRecord:
    if isinstance(task, NewPart):
        sources = [raw.source for raw in task.documents]
    else:
        sources = read_part(workshop.processed, "articles", task.record.key)["source"].to_pylist()
    trapped = sources.index("bad.txt") if "bad.txt" in sources else None
    return make_part(task, replace(workshop, guard=TrappedGuard(workshop.guard, trapped, stage, trap)))


def _end_process() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})  # as compiled code that never returns to Python
    time.sleep(60)


def die_in_clean(task: Task, workshop: Workshop) -> PartRecord:
    """The worker is killed while it cleans ``bad.txt``."""
    return _spring(task, workshop, STAGES[0], _end_process)


def die_in_recognise(task: Task, workshop: Workshop) -> PartRecord:
    """The worker is killed while it recognises ``bad.txt``."""
    return _spring(task, workshop, Stage.RECOGNISE, _end_process)


def sleep_in_segment(task: Task, workshop: Workshop) -> PartRecord:
    """Segmenting ``bad.txt`` takes a minute."""
    return _spring(task, workshop, Stage.SEGMENT, lambda: time.sleep(60))


def hang_in_segment(task: Task, workshop: Workshop) -> PartRecord:
    """Segmenting ``bad.txt`` takes a minute and cannot be interrupted."""
    return _spring(task, workshop, Stage.SEGMENT, _hang)


def die_outside(task: Task, workshop: Workshop) -> PartRecord:
    """The worker is killed before any document."""
    _end_process()
    return make_part(task, workshop)


def fill_disk(task: Task, workshop: Workshop) -> PartRecord:
    """No file may grow beyond 4 KB, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    return make_part(task, workshop)
