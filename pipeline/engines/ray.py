"""The Ray engine: tasks on the cores of a cluster.

Parts and steps of merging are Ray tasks. The driver reads the raw folder, keeps about two parts a core on their way,
and declares a part finished when it comes back; documents travel through Ray, tables do not: each node writes its own
to ``processed``, which all must reach. What a lost node or process was at, Ray starts again elsewhere. When the driver
is lost, Ray ends its tasks, and the next run goes on from the manifest.
"""

from __future__ import annotations

import math
import os
import pickle
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pipeline.engines.local import GRACE, TIME_LIMIT
from pipeline.engines.manifest import PartRecord, declare_part
from pipeline.engines.ray_worker import NodeSettings, leave_to_driver, make_on_node, program_digest
from pipeline.engines.reduction import AnyStep, take_step
from pipeline.engines.tasks import Meter, Task
from pipeline.engines.worker import MakePart, WorkerSettings
from pipeline.errors import ChucdanhError, InputError
from pipeline.models import Stage
from pipeline.publication import FileFacts
from pipeline.storage import Location, make_absolute

RETRIES = 8
"""How often Ray starts a task again whose node or process was lost: machines that are lent may be taken away often."""

_AHEAD = 2  # parts on their way for each core: one is worked on, one waits beside it
_LOOK_AGAIN = 5.0  # seconds between two looks at the size of the cluster
_TICK = 1.0

Job = TypeVar("Job")
Result = TypeVar("Result")


class RayEngine:
    """Tasks of a Ray cluster.

    ``address`` is what ``ray.init`` takes; without one, and without ``RAY_ADDRESS``, Ray is started on this machine
    with ``workers`` cores. On a cluster ``workers`` bounds the parts in work at a time. The other options are those
    of :class:`pipeline.engines.local.LocalEngine`.

    Raises:
        InputError: Ray is not installed.
    """

    def __init__(
        self,
        *,
        address: str | None = None,
        workers: int | None = None,
        time_limit: float = TIME_LIMIT,
        grace: float = GRACE,
        make: MakePart | None = None,
    ) -> None:
        self._ray = _load_ray()
        self._address = address or os.environ.get("RAY_ADDRESS")
        self._workers = workers
        self._time_limit = time_limit
        self._grace = grace
        self._make = make

    def execute(
        self, tasks: Iterator[Task], *, processed: Location, digests: Mapping[Stage, str], meter: Meter
    ) -> Iterator[tuple[Task, PartRecord]]:
        """See :class:`pipeline.engines.tasks.Engine`.

        Raises:
            ChucdanhError: a folder cannot be written, a node has another program, or a task was lost too often.
        """
        worker = WorkerSettings(make_absolute(processed), dict(digests), self._time_limit, self._make, leave_to_driver)
        packed = pickle.dumps(NodeSettings(worker, self._grace, program_digest()))

        def submit(make: Any, task: Task) -> Any:
            return make.remote(packed, task)

        for task, answer in self._work_off(make_on_node, tasks, submit):
            if answer.record is None:
                raise ChucdanhError(answer.failure)
            declare_part(processed, answer.record)
            meter.advance(task.size)
            yield task, answer.record

    def reduce(self, steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
        """See :class:`pipeline.engines.tasks.Engine`."""

        def submit(take: Any, step: AnyStep) -> Any:
            return take.remote(step)

        yield from self._work_off(take_step, iter(steps), submit)

    def _work_off(
        self, function: Callable[..., Result], jobs: Iterator[Job], submit: Callable[[Any, Job], Any]
    ) -> Iterator[tuple[Job, Result]]:
        """Have a function done for each job, a bounded number at a time; in the order in which they are ready."""
        self._connect()
        remote = self._ray.remote(num_cpus=1, max_retries=RETRIES)(function)
        pending: dict[Any, Job] = {}
        room = _Room(self._ray, self._workers)
        try:
            while True:
                while len(pending) < room.size() and (job := next(jobs, None)) is not None:
                    pending[submit(remote, job)] = job
                if not pending:
                    return
                ready, _ = self._ray.wait(list(pending), timeout=_TICK)
                for reference in ready:
                    yield pending.pop(reference), self._fetch(reference)
        finally:
            for reference in pending:
                self._ray.cancel(reference, force=True)

    def _fetch(self, reference: Any) -> Any:
        exceptions = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except exceptions.RayTaskError as error:
            cause = error.cause
            raise cause if isinstance(cause, ChucdanhError) else ChucdanhError(f"on a node: {cause}") from error
        except exceptions.RayError as error:
            first = str(error).strip().partition("\n")[0]
            message = f"a task was lost {RETRIES + 1} times ({first}); is there enough memory on the nodes?"
            raise ChucdanhError(message) from error

    def _connect(self) -> None:
        if self._ray.is_initialized():
            return
        here = {"num_cpus": self._workers, "include_dashboard": False} if self._address in (None, "local") else {}
        try:
            self._ray.init(address=self._address or "local", log_to_driver=False, **here)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise InputError(f"no Ray cluster answers at {self._address} ({error})") from error


def _load_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    try:
        import ray
    except ImportError as error:
        message = "the engine ray needs the package Ray; install: pip install 'chucdanh[ray]'"
        raise InputError(message) from error
    return ray


class _Room:
    """How many jobs may be on their way: by the cores that the cluster has now."""

    def __init__(self, ray: Any, workers: int | None) -> None:
        self._ray = ray
        self._workers = workers
        self._size = workers or 0
        self._looked = -math.inf

    def size(self) -> int:
        """Looks at the cluster every few seconds: it may grow and shrink."""
        now = time.monotonic()
        if self._workers is None and now - self._looked > _LOOK_AGAIN:
            cores = int(self._ray.cluster_resources().get("CPU", 0))
            self._size, self._looked = max(_AHEAD, _AHEAD * cores), now
        return self._size
