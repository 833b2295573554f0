"""Units of work that a plan hands to an engine, and what an engine hands back. Light: who plans need not load the
stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.engines.manifest import PartRecord
from pipeline.engines.reduction import AnyStep
from pipeline.models import RawDocument, Reason, Stage
from pipeline.publication import FileFacts
from pipeline.storage import Location


@dataclass(frozen=True, slots=True)
class NewPart:
    """Raw documents that no part holds yet."""

    documents: tuple[RawDocument, ...]
    until: Stage

    @property
    def size(self) -> int:
        """Number of documents."""
        return len(self.documents)


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part to make again from its tables: without the documents that are gone, or from a stage that is stale.

    ``keep`` holds the fingerprints of the documents that stay, at least one; ``start`` is the first stage to do
    again, if any.
    """

    record: PartRecord
    keep: frozenset[str]
    start: Stage | None
    until: Stage

    @property
    def size(self) -> int:
        """Number of documents."""
        return len(self.keep)


Task = NewPart | StoredPart


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a document that ended its worker: the stage is not tried on it again."""

    stage: Stage
    reason: Reason
    detail: str


class Meter(Protocol):
    """Shows how the work goes on."""

    def expect(self, documents: int) -> None:
        """So many documents there will be in all, as far as is known."""

    def advance(self, documents: int) -> None:
        """So many more are done."""


class SilentMeter:
    """Shows nothing."""

    def expect(self, documents: int) -> None:
        """Nothing."""

    def advance(self, documents: int) -> None:
        """Nothing."""


class Engine(Protocol):
    """Where tasks are done. It takes a task when it has room for it, so that no more than a few are in memory."""

    def execute(
        self, tasks: Iterator[Task], *, processed: Location, digests: Mapping[Stage, str], meter: Meter
    ) -> Iterator[tuple[Task, PartRecord]]:
        """Do the tasks in any order; yield each with the record of the part that now stands."""

    def reduce(self, steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
        """Do steps of merging in any order; yield each with the file it wrote."""
