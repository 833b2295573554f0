"""What the Ray engine runs on a node: one part, made in a worker process of its own.

Ray starts a process for each core and keeps it from task to task; it in turn keeps a :class:`~.local.Bench`, whose
process loads models and lexicons once. A document that ends that process, or hangs in it, is found out here, on the
node, as in the local engine; a node or a Ray process that is lost costs its part, which Ray starts again elsewhere.

Nothing is declared finished here: the driver holds the lock, and a part counts when it says so.
"""

from __future__ import annotations

import hashlib
import pickle
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from pipeline import __version__
from pipeline.engines.digests import ROOT, compute_digests
from pipeline.engines.local import Bench
from pipeline.engines.manifest import PartRecord
from pipeline.engines.tasks import Task
from pipeline.engines.worker import Answer, WorkerSettings
from pipeline.errors import ChucdanhError
from pipeline.lean import leave_pandas_out
from pipeline.storage import STATE, Location


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What the work on a node needs: the settings of a worker, and the program that the driver runs."""

    worker: WorkerSettings
    grace: float
    program: str


def leave_to_driver(processed: Location, record: PartRecord) -> None:
    """Declare nothing."""


@cache
def program_digest() -> str:
    """Version and sources of the program on this machine: all nodes must give the same rows."""
    told = (__version__, sorted(compute_digests(ROOT).items()))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def make_on_node(packed: bytes, task: Task) -> Answer:
    """Make a part; ``packed`` is a pickled :class:`NodeSettings`, the same bytes for all tasks of a run."""
    try:
        bench = _Standing.bench(packed)
        with _without_main():
            return Answer(bench.make(task))
    except ChucdanhError as error:
        _Standing.close()
        return Answer(None, str(error))


class _Standing:
    """The bench of this process; one of another run is closed first."""

    _packed: bytes | None = None
    _bench: Bench | None = None

    @classmethod
    def bench(cls, packed: bytes) -> Bench:
        if cls._bench is None or cls._packed != packed:
            cls.close()
            settings: NodeSettings = pickle.loads(packed)
            _check(settings)
            leave_pandas_out()
            cls._packed, cls._bench = packed, Bench(settings.worker, grace=settings.grace)
        return cls._bench

    @classmethod
    def close(cls) -> None:
        if cls._bench is not None:
            cls._bench.close()
        cls._packed = cls._bench = None


def _check(settings: NodeSettings) -> None:
    node, processed = platform.node(), settings.worker.processed
    if settings.program != program_digest():
        raise ChucdanhError(f"node {node} has another version of chucdanh than the driver; install the same on all")
    if isinstance(processed, Path) and not (processed / STATE).is_dir():
        raise ChucdanhError(f"node {node} has no folder {processed}; name one that all nodes share, or a URL")


@contextmanager
def _without_main() -> Iterator[None]:
    """Start processes that do not import the main module of this one, which is Ray's: a second and 60 MB each."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
