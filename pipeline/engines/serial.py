"""The serial engine: tasks one after the other in this very process.

For notebooks, debuggers and a few documents: nothing is started and models are loaded once. No time limit holds, and
a document that ends the process ends the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.engines.batches import OpenGuard
from pipeline.engines.manifest import PartRecord
from pipeline.engines.parts import Workshop, make_part
from pipeline.engines.reduction import AnyStep, take_steps
from pipeline.engines.tasks import Meter, Task
from pipeline.models import Stage
from pipeline.publication import FileFacts
from pipeline.storage import Location


class SerialEngine:
    """An :class:`pipeline.engines.tasks.Engine` without processes."""

    def execute(
        self, tasks: Iterator[Task], *, processed: Location, digests: Mapping[Stage, str], meter: Meter
    ) -> Iterator[tuple[Task, PartRecord]]:
        """See :class:`pipeline.engines.tasks.Engine`.

        Raises:
            OSError: the disk is full, or the folder cannot be written.
        """
        for task in tasks:
            record = make_part(task, Workshop(processed, digests, OpenGuard()))
            meter.advance(task.size)
            yield task, record

    def reduce(self, steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
        """See :class:`pipeline.engines.tasks.Engine`; done in this process, one after the other."""
        return take_steps(steps)
