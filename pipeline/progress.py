"""The progress bar of long work: how far, how fast, how long still."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TaskID, TimeRemainingColumn
from rich.text import Text


class RateColumn(ProgressColumn):
    """Documents per second."""

    def render(self, task: Task) -> Text:
        """The rate over the last moments, or nothing."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", "dim")


class BarMeter:
    """A :class:`pipeline.engines.tasks.Meter` on a progress bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def expect(self, documents: int) -> None:
        """Set the length of the bar."""
        self._progress.update(self._task, total=documents)

    def advance(self, documents: int) -> None:
        """Move the bar."""
        self._progress.advance(self._task, documents)


@contextmanager
def show_progress() -> Iterator[BarMeter]:
    """A bar on standard error; it disappears when the work is done."""
    columns = (BarColumn(), MofNCompleteColumn(), RateColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as progress:
        yield BarMeter(progress, progress.add_task("", total=None))
