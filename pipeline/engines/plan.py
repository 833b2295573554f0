"""What is to be done, as tasks, and what is merged when they are done; whatever engine does them.

A run reads the raw folder once, as a stream. A document that a part holds, under the digests of today, is left alone;
the others are gathered into new parts in the order in which they come. When the stream has ended, the parts that hold
documents which are gone, or that are stale from some stage on, are made again from their stored tables; last, the
dimension tables and the reader's rejections are written.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.engines.digests import chain_digest, stage_digests
from pipeline.engines.manifest import (
    INPUTS,
    MERGED,
    PartRecord,
    delete_part,
    fingerprint_document,
    lock_folder,
    part_key,
    recover,
    sweep_temporary,
)
from pipeline.engines.tasks import Engine, Meter, NewPart, SilentMeter, StoredPart, Task
from pipeline.errors import InputError
from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.order import STAGES, stage_before, stages_between
from pipeline.readers import ReadOptions, read_sources
from pipeline.tables import (
    DIMENSIONS,
    STATE,
    merge_dimension,
    part_path,
    read_part,
    rejects_table,
    write_table,
    write_text,
)

PART_DOCUMENTS = 200
"""Documents in a part: some seconds of work for one worker, so that a kill costs little and many workers find enough.
"""

PART_BYTES = 32 << 20
"""Raw bytes after which a part is closed before it is full: bounds memory when documents are huge."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, counted in documents."""

    documents: int
    new: int
    redone: int
    removed: int


def run_all(
    raw: Path,
    processed: Path,
    *,
    engine: Engine,
    options: ReadOptions | None = None,
    until: Stage = Stage.LINK,
    meter: Meter | None = None,
    part_documents: int = PART_DOCUMENTS,
    digests: Mapping[Stage, str] | None = None,
) -> RunReport:
    """Bring every table up to date with the raw folder, up to those of the stage ``until``.

    ``part_documents`` is the size of new parts, ``digests`` what the stages read (default: as it lies on the disk).

    Raises:
        InputError: ``raw`` is no folder, or ``processed`` cannot be written.
        BusyError: another run is writing to ``processed``.
        ChucdanhError: the disk is full.
    """
    if not raw.is_dir():
        raise InputError(f"there is no folder {raw}; name one with --raw")
    with lock_folder(processed):
        run = _Run(processed, until, meter or SilentMeter(), digests or stage_digests())
        run.meter.expect(_count_files(raw))
        documents = read_sources(raw, options=options or ReadOptions())
        run.work_off(run.plan(documents, part_documents), engine)
        run.write_refused()
        run.merge_dimensions()
        return run.report()


def run_stage(
    processed: Path,
    stage: Stage,
    *,
    engine: Engine,
    meter: Meter | None = None,
    digests: Mapping[Stage, str] | None = None,
) -> RunReport:
    """Do one stage after the first, part by part, on the stored tables of the stages before.

    Raises:
        InputError: the stage before has written nothing yet.
        BusyError: another run is writing to ``processed``.
        ChucdanhError: the disk is full.
    """
    before = stage_before(stage)
    advice = (
        f"chucdanh {stage} needs the tables of chucdanh {before}, and there are none in {processed}; run that first"
    )
    if not (processed / STATE).is_dir():
        raise InputError(advice)
    with lock_folder(processed):
        run = _Run(processed, stage, meter or SilentMeter(), digests or stage_digests())
        if run.records and not any(before in record.stages for record in run.records.values()):
            raise InputError(advice)
        run.work_off(run.plan_stage(), engine)
        run.merge_dimensions()
        return run.report()


def _count_files(raw: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(raw))


class _Run:
    """The books of one run: the parts that stand, the documents met, what was done."""

    def __init__(self, processed: Path, until: Stage, meter: Meter, digests: Mapping[Stage, str]) -> None:
        self.processed = processed
        self.until = until
        self.meter = meter
        self.digests = digests
        self.records = recover(processed)
        self.first_sources: dict[str, str] = {}  # article_id to the source where it was first met
        self.refused: list[Rejection] = []
        self.new = self.redone = self.removed = 0

    def plan(self, stream: Iterable[RawDocument | Rejection], part_documents: int) -> Iterator[Task]:
        """New parts while the raw folder is read, then the parts to make again."""
        old = dict(self.records)
        clean = self._extended({}, Stage.CLEAN)
        known = {
            document.fingerprint: record.key
            for record in old.values()
            if record.stages.get(Stage.CLEAN) == clean
            for document in record.documents
        }
        live: dict[str, set[str]] = defaultdict(set)
        made: set[str] = set()
        for documents in _gather(self._unknown(stream, known, live), part_documents):
            made.add(part_key([fingerprint_document(raw) for raw in documents]))
            yield NewPart(documents, self.until)
        for record in old.values():
            if record.key not in made:
                yield from self._plan_stored(record, frozenset(live[record.key]))

    def _unknown(
        self, stream: Iterable[RawDocument | Rejection], known: Mapping[str, str], live: Mapping[str, set[str]]
    ) -> Iterator[RawDocument]:
        """The documents that no part holds; notes those that are held, refused or met before."""
        for raw in stream:
            if isinstance(raw, Rejection):
                self.refused.append(raw)
            elif raw.article_id in self.first_sources:
                first = self.first_sources[raw.article_id]
                self.refused.append(Rejection(raw.source, raw.article_id, Stage.READ, Reason.DUPLICATE, first))
            else:
                self.first_sources[raw.article_id] = raw.source
                fingerprint = fingerprint_document(raw)
                if fingerprint in known:
                    live[known[fingerprint]].add(fingerprint)
                    self.meter.advance(1)
                else:
                    self.new += 1
                    yield raw
        self.meter.expect(len(self.first_sources))

    def _plan_stored(self, record: PartRecord, keep: frozenset[str]) -> Iterator[StoredPart]:
        self.removed += len(record.documents) - len(keep)
        if not keep:
            del self.records[record.key]
            delete_part(self.processed, record.key)
            return
        start = self._first_stale(record)
        if start or len(keep) < len(record.documents):
            yield StoredPart(record, keep, start, self.until)

    def plan_stage(self) -> Iterator[StoredPart]:
        """The parts whose tables of the last stage are not what its lexicons and the tables before it give."""
        self.meter.expect(sum(len(record.documents) for record in self.records.values()))
        for record in list(self.records.values()):
            start = self._stage_start(record)
            if start:
                yield StoredPart(
                    record, frozenset(document.fingerprint for document in record.documents), start, self.until
                )
            else:
                self.meter.advance(len(record.documents))

    def _first_stale(self, record: PartRecord) -> Stage | None:
        """Where to take the part up. Later stages write over the mentions of ``recognise``: it is then done again
        too.
        """
        for stage in stages_between(Stage.SEGMENT, self.until) if self.until != Stage.CLEAN else ():
            if record.stages.get(stage) != self._extended(record.stages, stage):
                return min(stage, Stage.RECOGNISE, key=STAGES.index)
        return None

    def _stage_start(self, record: PartRecord) -> Stage | None:
        missing = [stage for stage in stages_between(Stage.SEGMENT, self.until) if stage not in record.stages]
        if missing and missing[0] != self.until:
            return missing[0]
        if record.stages.get(self.until) == self._extended(record.stages, self.until):
            return None
        written_over = any(stage in record.stages for stage in STAGES[max(3, STAGES.index(self.until)) :])
        return min(self.until, Stage.RECOGNISE, key=STAGES.index) if written_over else self.until

    def _extended(self, stages: Mapping[Stage, str], stage: Stage) -> str:
        """The chain digest that ``stage`` would have on the stored tables of the stage before."""
        before = stage_before(stage)
        return chain_digest(stages.get(before, "") if before else "", self.digests[stage])

    def work_off(self, tasks: Iterator[Task], engine: Engine) -> None:
        """Have an engine do the tasks; leaves no unfinished file, whatever happens."""
        try:
            done = engine.execute(tasks, processed=self.processed, digests=self.digests, meter=self.meter)
            for task, record in done:
                if isinstance(task, StoredPart):
                    self.records.pop(task.record.key, None)
                    self.redone += task.size if task.start else 0
                self.records[record.key] = record
        finally:
            sweep_temporary(self.processed)

    def write_refused(self) -> None:
        """Write what the reader refused and the duplicates, when they are not what is there already."""
        path = part_path(self.processed, "rejects", INPUTS)
        table = rejects_table(self.refused)
        if not path.exists() or not read_part(self.processed, "rejects", INPUTS).equals(table):
            write_table(path, table, digest=self._target(Stage.CLEAN))

    def merge_dimensions(self) -> None:
        """Write the public tables of positions, organisations and places, when a part has changed."""
        records = [self.records[key] for key in sorted(self.records) if Stage.NORMALISE in self.records[key].stages]
        told = repr(
            [(record.key, record.stages.get(Stage.NORMALISE), record.stages.get(Stage.LINK)) for record in records]
        )
        digest = hashlib.sha256(told.encode()).hexdigest()
        note = self.processed / STATE / "merged"
        paths = {name: self.processed / name / f"part-{MERGED}.parquet" for name in DIMENSIONS}
        is_merged = (
            all(path.exists() for path in paths.values()) and note.exists() and note.read_text("utf-8") == digest
        )
        if is_merged or not (records or any(path.exists() for path in paths.values())):
            return
        note.unlink(missing_ok=True)
        for name, path in paths.items():
            table = merge_dimension(name, (read_part(self.processed, name, record.key) for record in records))
            write_table(path, table, digest=self._target(Stage.LINK))
        write_text(note, digest)

    def _target(self, until: Stage) -> str:
        chain: dict[Stage, str] = {}
        for stage in stages_between(Stage.CLEAN, until):
            chain[stage] = self._extended(chain, stage)
        return chain[until]

    def report(self) -> RunReport:
        """What was done."""
        documents = sum(len(record.documents) for record in self.records.values())
        return RunReport(documents, self.new, self.redone, self.removed)


def _gather(documents: Iterable[RawDocument], number: int) -> Iterator[tuple[RawDocument, ...]]:
    """Documents in parts, each closed when it is full by number or by size."""
    part: list[RawDocument] = []
    size = 0
    for raw in documents:
        if part and (len(part) >= number or size + len(raw.payload) > PART_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(raw)
        size += len(raw.payload)
    if part:
        yield tuple(part)
