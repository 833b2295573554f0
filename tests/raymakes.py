"""Ways to make parts on a Ray cluster that let a test say when. Each is a ``make``, importable on the nodes."""

from __future__ import annotations

import os
import time
from pathlib import Path

from pipeline.engines.manifest import PartRecord
from pipeline.engines.parts import Workshop, make_part
from pipeline.engines.tasks import Task

GUARD = 600.0
"""Seconds after which a test that waits gives up; no test takes that long."""


def wait_for(path: Path) -> None:
    """Return when there is such a file."""
    end = time.monotonic() + GUARD
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} did not appear")
        time.sleep(0.05)


def stall_on_victim(task: Task, workshop: Workshop) -> PartRecord:
    """On the node that the file ``victim`` names, begin and never end; elsewhere, wait until it has begun there."""
    folder = Path(str(workshop.processed)).parent
    begun = folder / "begun"
    if os.environ["RAY_RAYLET_PID"] == (folder / "victim").read_text():
        begun.touch()
        wait_for(folder / "never")
    wait_for(begun)
    return make_part(task, workshop)
