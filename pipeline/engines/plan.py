"""What is to be done, as tasks, and what is merged when they are done; whatever engine does them.

A run reads the raw folder once, as a stream. A document that a part holds, under the digests of today, is left alone;
the others are gathered into new parts in the order in which they come. When the stream has ended, the parts that hold
documents which are gone, or that are stale from some stage on, are made again from their stored tables; last, the
reader's rejections, the near-duplicates and the dimension tables are written, and the files of all tables are
published.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from pipeline.engines.clusters import find_clusters
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
from pipeline.engines.reduction import PARTS_A_SHARD, count_shards, merge_parts
from pipeline.engines.tasks import Engine, Meter, NewPart, SilentMeter, StoredPart, Task
from pipeline.errors import InputError
from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.order import STAGES, stage_before, stages_between
from pipeline.publication import FileFacts, TableFacts, add_up, publish, read_publication
from pipeline.readers import ReadOptions, read_sources
from pipeline.storage import STATE, Location, RemotePath, list_names, make_absolute, write_text
from pipeline.tables import (
    DIMENSIONS,
    MERGED_TABLES,
    SCHEMAS,
    STAGE_TABLES,
    clusters_table,
    part_path,
    read_facts,
    read_part,
    rejects_table,
    write_table,
)

PART_DOCUMENTS = 200
"""Documents in a part: some seconds of work for one worker, so that a kill costs little and many workers find enough.
"""

LAST_DOCUMENTS = 50
"""Documents in the last parts of a folder: they get smaller towards its end, so that no worker waits long for another.
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
    raw: Location,
    processed: Location,
    *,
    engine: Engine,
    options: ReadOptions | None = None,
    until: Stage = Stage.LINK,
    meter: Meter | None = None,
    part_documents: int = PART_DOCUMENTS,
    parts_a_shard: int = PARTS_A_SHARD,
    digests: Mapping[Stage, str] | None = None,
) -> RunReport:
    """Bring every table up to date with the raw folder, up to those of the stage ``until``.

    ``part_documents`` is the most that new parts hold, ``parts_a_shard`` the number of parts for which a dimension
    table gets another file, ``digests`` what the stages read (default: as it lies on the disk).

    Raises:
        InputError: ``raw`` is no folder, or ``processed`` cannot be written.
        BusyError: another run is writing to ``processed``.
        ChucdanhError: the disk is full.
    """
    _require_folder(raw)
    with lock_folder(processed) as check_lock:
        run = _Run(processed, until, meter or SilentMeter(), digests or stage_digests(), check_lock)
        files = _count_files(raw)
        run.meter.expect(files)
        documents = read_sources(raw, options=options or ReadOptions())
        run.work_off(run.plan(documents, part_documents, files=files), engine)
        run.write_refused()
        run.publish({**run.merge_clusters(engine), **run.merge_dimensions(engine, parts_a_shard)})
        return run.report()


def _require_folder(raw: Location) -> None:
    try:
        found = raw.is_dir()
    except Exception as error:  # every store has errors of its own: no such host, no credentials
        raise InputError(f"cannot read {raw}: {error}") from error
    if not found:
        raise InputError(f"there is no folder {raw}; name one with --raw")


def run_stage(
    processed: Location,
    stage: Stage,
    *,
    engine: Engine,
    meter: Meter | None = None,
    parts_a_shard: int = PARTS_A_SHARD,
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
    with lock_folder(processed) as check_lock:
        run = _Run(processed, stage, meter or SilentMeter(), digests or stage_digests(), check_lock)
        if run.records and not any(before in record.stages for record in run.records.values()):
            raise InputError(advice)
        run.work_off(run.plan_stage(), engine)
        run.publish({**run.merge_clusters(engine), **run.merge_dimensions(engine, parts_a_shard)})
        return run.report()


def _count_files(raw: Location) -> int:
    if isinstance(raw, RemotePath):
        return 0  # listing it twice costs more than knowing early is worth
    return sum(len(files) for _, _, files in os.walk(raw))


class _Run:
    """The books of one run: the parts that stand, the documents met, what was done."""

    def __init__(
        self,
        processed: Location,
        until: Stage,
        meter: Meter,
        digests: Mapping[Stage, str],
        check_lock: Callable[[], None],
    ) -> None:
        self.processed = processed
        self.check_lock = check_lock
        self.until = until
        self.meter = meter
        self.digests = digests
        self.records = recover(processed)
        self.first_sources: dict[str, str] = {}  # article_id to the source where it was first met
        self.refused: list[Rejection] = []
        self.inputs = _published_inputs(processed)  # key of the part of rejects that the reader wrote
        self.new = self.redone = self.removed = 0

    def plan(self, stream: Iterable[RawDocument | Rejection], part_documents: int, *, files: int) -> Iterator[Task]:
        """New parts while the raw folder is read, then the parts to make again; ``files`` is how many it holds, so far
        as that is known.
        """
        old = dict(self.records)
        chain = self._chain()
        clean = chain[Stage.CLEAN]
        known = {
            document.fingerprint: record.key
            for record in old.values()
            if record.stages.get(Stage.CLEAN) == clean
            for document in record.documents
        }
        live: dict[str, set[str]] = defaultdict(set)
        made: set[str] = set()
        unknown = self._unknown(stream, known, live)
        for documents in _gather(unknown, lambda: _part_size(part_documents, files - len(self.first_sources))):
            made.add(part_key(self.processed, [fingerprint_document(raw) for raw in documents], chain))
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
                self.check_lock()
                if isinstance(task, StoredPart):
                    self.records.pop(task.record.key, None)
                    self.redone += task.size if task.start else 0
                self.records[record.key] = record
        finally:
            sweep_temporary(self.processed)

    def write_refused(self) -> None:
        """Write what the reader refused and the duplicates, when they are not what is there already."""
        table = rejects_table(self.refused)
        if isinstance(self.processed, RemotePath):  # what is published is not written over
            self.inputs = f"{INPUTS}-{_digest(table.to_pylist())[:16]}"
        path = part_path(self.processed, "rejects", self.inputs)
        if not path.exists() or not read_part(self.processed, "rejects", self.inputs).equals(table):
            write_table(path, table, digest=self._chain()[Stage.CLEAN])

    def merge_dimensions(self, engine: Engine, parts_a_shard: int) -> Mapping[str, Sequence[FileFacts]]:
        """Write the public tables of positions, organisations and places, when a part has changed; their files."""
        records = [self.records[key] for key in sorted(self.records) if Stage.NORMALISE in self.records[key].stages]
        shards = count_shards(len(records), parts_a_shard=parts_a_shard)
        told = [(record.key, record.stages.get(Stage.NORMALISE), record.stages.get(Stage.LINK)) for record in records]
        digest = _digest([told, shards] if shards > 1 else told)
        note = self.processed / STATE / "merged"
        files = self._read_merged(note, digest)
        if files is not None or not (records or any(list_names(self.processed / name) for name in DIMENSIONS)):
            return files or {}
        self.check_lock()
        note.unlink(missing_ok=True)
        prefix = f"{digest[:16]}-" if isinstance(self.processed, RemotePath) else ""
        keys = [record.key for record in records]
        target = self._chain(Stage.LINK)[Stage.LINK]
        here = make_absolute(self.processed)
        files = merge_parts(here, keys, digest=target, shards=shards, prefix=prefix, do=engine.reduce)
        self._delete_other_files(files)
        write_text(note, json.dumps({"of": digest, "files": {name: list(map(astuple, files[name])) for name in files}}))
        return files

    def merge_clusters(self, engine: Engine) -> Mapping[str, Sequence[FileFacts]]:
        """Write the public table of near-duplicates, when an article has come, changed or gone; its file."""
        records = [self.records[key] for key in sorted(self.records)]
        digest = _digest([(record.key, record.stages.get(Stage.CLEAN)) for record in records])
        note = self.processed / STATE / "clustered"
        files = self._read_merged(note, digest)
        if files is not None or not (records or list_names(self.processed / "clusters")):
            return files or {}
        self.check_lock()
        note.unlink(missing_ok=True)
        articles = sum(len(record.documents) for record in records)
        keys = [record.key for record in records]
        members = find_clusters(make_absolute(self.processed), keys, articles=articles, do=engine.reduce)
        prefix = f"{digest[:16]}-" if isinstance(self.processed, RemotePath) else ""
        path = self.processed / "clusters" / f"part-{prefix}{MERGED}.parquet"
        files = {"clusters": [write_table(path, clusters_table(members), digest=self._chain()[Stage.CLEAN])]}
        write_text(note, json.dumps({"of": digest, "files": {name: list(map(astuple, files[name])) for name in files}}))
        return files

    def _read_merged(self, note: Location, digest: str) -> Mapping[str, Sequence[FileFacts]] | None:
        """The files that the last merging wrote, when it was one of the same parts and they are still there."""
        try:
            content = json.loads(note.read_text("utf-8"))
            files = {name: [FileFacts(*facts) for facts in found] for name, found in content["files"].items()}
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
        there = {(name, file) for name in MERGED_TABLES for file in list_names(self.processed / name)}
        stands = all((name, facts.name) in there for name, found in files.items() for facts in found)
        return files if stands and content["of"] == digest else None

    def _delete_other_files(self, files: Mapping[str, Sequence[FileFacts]]) -> None:
        """Of a table on a disk, the files of another number of shards. Behind a URL they may be published."""
        if isinstance(self.processed, RemotePath):
            return
        for name, found in files.items():
            written = {facts.name for facts in found}
            for file in list_names(self.processed / name):
                if file.startswith("part-") and file not in written:
                    (self.processed / name / file).unlink(missing_ok=True)

    def publish(self, merged: Mapping[str, Sequence[FileFacts]]) -> None:
        """Declare which files the tables are."""
        self.check_lock()
        tables: dict[str, TableFacts] = {}
        for name in SCHEMAS:
            files = list(merged.get(name, ()) if name in MERGED_TABLES else self._part_files(name))
            if files:
                tables[name] = add_up(files)
        publish(self.processed, tables)

    def _part_files(self, name: str) -> Iterator[FileFacts]:
        writers = [stage for stage in STAGES if name in STAGE_TABLES[stage]] or [Stage.CLEAN]
        for record in self.records.values():
            if writers[0] in record.stages:
                yield record.files.get(name) or read_facts(part_path(self.processed, name, record.key))
        path = part_path(self.processed, name, self.inputs)
        if name == "rejects" and path.exists():
            yield read_facts(path)

    def _chain(self, until: Stage | None = None) -> Mapping[Stage, str]:
        """The chain digests of new parts."""
        chain: dict[Stage, str] = {}
        for stage in stages_between(Stage.CLEAN, until or self.until):
            chain[stage] = self._extended(chain, stage)
        return chain

    def report(self) -> RunReport:
        """What was done."""
        documents = sum(len(record.documents) for record in self.records.values())
        return RunReport(documents, self.new, self.redone, self.removed)


def _digest(told: object) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()


def _published_inputs(processed: Location) -> str:
    if isinstance(processed, RemotePath) and (rejects := read_publication(processed).get("rejects")):
        keys = [file.removeprefix("part-").removesuffix(".parquet") for file in rejects.files]
        return next((key for key in keys if key.startswith(INPUTS)), INPUTS)
    return INPUTS


def _part_size(most: int, left: int) -> int:
    """Documents of a part when ``left`` files are still to be read. Where that is not known (a container holds more
    documents than files) parts stay full; how many workers there are never counts, as parts must not depend on it.

    >>> [_part_size(200, left) for left in (5000, 500, 100, 0, -5)], _part_size(30, 100)
    ([200, 125, 50, 50, 200], 30)
    """
    return min(most, max(LAST_DOCUMENTS, left // 4)) if left >= 0 else most


def _gather(documents: Iterable[RawDocument], most: Callable[[], int]) -> Iterator[tuple[RawDocument, ...]]:
    """Documents in parts, each closed when it is full by number or by size."""
    part: list[RawDocument] = []
    size = 0
    for raw in documents:
        if part and (len(part) >= most() or size + len(raw.payload) > PART_BYTES):
            yield tuple(part)
            part, size = [], 0
        part.append(raw)
        size += len(raw.payload)
    if part:
        yield tuple(part)
