"""One part of tables: made from raw documents, or made again from its stored tables.

What enters is a task and the digests of the stages; what leaves, on the disk, are the part's tables and then its
record. The order of writing makes a part whole or absent: what an old record promises no longer is struck from it
first, the tables follow, the new record comes last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from pipeline.engines.assembly import build_rejects, build_tables, read_tables, restore_states
from pipeline.engines.batches import Guard, Subject, pass_stages, raw_subject, stored_subject
from pipeline.engines.digests import chain_digest
from pipeline.engines.manifest import (
    PartRecord,
    StoredDocument,
    declare_part,
    delete_record,
    fingerprint_document,
    part_key,
    write_record,
)
from pipeline.engines.tasks import NewPart, StoredPart, Task, Verdict
from pipeline.flow import Outcome
from pipeline.models import Stage
from pipeline.order import STAGES, stage_before, stages_between
from pipeline.storage import Location
from pipeline.tables import SCHEMAS, STAGE_TABLES, part_path, write_table


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the work on a part needs besides the task: the folder, the own digests of the stages, earlier verdicts.

    ``declare`` is what declares the part finished once its tables are written.
    """

    processed: Location
    digests: Mapping[Stage, str]
    guard: Guard
    verdicts: Mapping[int, Verdict] = field(default_factory=dict)
    declare: Callable[[Location, PartRecord], None] = declare_part


def make_part(task: Task, workshop: Workshop) -> PartRecord:
    """Do one task, on the disk too; the record of the part that now stands.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
        TableError: a stored table is damaged.
    """
    return _make_new(task, workshop) if isinstance(task, NewPart) else _make_again(task, workshop)


def _make_new(task: NewPart, workshop: Workshop) -> PartRecord:
    stages = stages_between(Stage.CLEAN, task.until)
    documents = [StoredDocument(raw.article_id, fingerprint_document(raw)) for raw in task.documents]
    record = _set_record(workshop.processed, documents, extend_chain({}, stages, workshop.digests))
    outcomes = list(_work([raw_subject(raw) for raw in task.documents], stages, workshop))
    tables = build_tables(outcomes, stages=stages)
    rejects = build_rejects(outcomes, kept=SCHEMAS["rejects"].empty_table(), stages=stages)
    delete_record(workshop.processed, record.key)
    return _write_part(record, {**tables, "rejects": rejects}, workshop)


def _make_again(task: StoredPart, workshop: Workshop) -> PartRecord:
    processed, old = workshop.processed, task.record
    documents = [document for document in old.documents if document.fingerprint in task.keep]
    stages = stages_between(task.start, task.until) if task.start else ()
    stored = read_tables(processed, old.key, frozenset(document.article_id for document in documents))
    made = _redo(stored, stages, workshop) if stages else {}
    record = _set_record(processed, documents, extend_chain(old.stages, stages, workshop.digests))
    if record.key != old.key:
        return _write_part(replace(record, replaces=old.key), {**stored, **made}, workshop)
    if stages:
        write_record(processed, replace(old, stages=_stages_untouched(old.stages, stages[0]), replaces=None))
        return _write_part(replace(record, files=old.files), made, workshop)
    return replace(record, files=old.files)


def _redo(stored: Mapping[str, pa.Table], stages: Sequence[Stage], workshop: Workshop) -> dict[str, pa.Table]:
    """The tables of ``stages`` from those stored; an article that an earlier stage failed on stays where it was."""
    states = restore_states(stored, start=stages[0])
    fit = [stored_subject(state) for state, is_fit in states if is_fit]
    unfit = [Outcome(state, ()) for state, is_fit in states if not is_fit]
    outcomes = [*_work(fit, stages, workshop), *unfit]
    rejects = build_rejects(outcomes, kept=stored["rejects"], stages=stages)
    return {**build_tables(outcomes, stages=stages), "rejects": rejects}


def _work(subjects: Sequence[Subject], stages: Sequence[Stage], workshop: Workshop) -> Iterator[Outcome]:
    return pass_stages(subjects, stages, verdicts=workshop.verdicts, guard=workshop.guard)


def _set_record(processed: Location, documents: Sequence[StoredDocument], stages: Mapping[Stage, str]) -> PartRecord:
    key = part_key(processed, [document.fingerprint for document in documents], stages)
    return PartRecord(key, tuple(documents), stages)


def extend_chain(
    stored: Mapping[Stage, str], stages: Sequence[Stage], digests: Mapping[Stage, str]
) -> Mapping[Stage, str]:
    """Chain digests after ``stages`` were done on tables of chain ``stored``; later stages keep what they have."""
    chain = dict(stored)
    for stage in stages:
        before = stage_before(stage)
        chain[stage] = chain_digest(chain[before] if before else "", digests[stage])
    return {stage: chain[stage] for stage in STAGES if stage in chain}


def _stages_untouched(stored: Mapping[Stage, str], start: Stage) -> Mapping[Stage, str]:
    """What a record may still promise while the stages from ``start`` on are written over.

    Three stages write the mentions: once the second has begun to, those of the first are gone too.
    """
    first = min(STAGES.index(start), STAGES.index(Stage.RECOGNISE))
    return {stage: stored[stage] for stage in STAGES[:first]}


def _write_part(record: PartRecord, tables: Mapping[str, pa.Table], workshop: Workshop) -> PartRecord:
    """Write tables of a part and declare it; the record with what was written."""
    latest = list(record.stages.values())[-1]
    files = dict(record.files)
    for name, table in tables.items():
        writers = [stage for stage in record.stages if name in STAGE_TABLES[stage]]
        digest = record.stages[writers[-1]] if writers else latest
        files[name] = write_table(part_path(workshop.processed, name, record.key), table, digest=digest)
    record = replace(record, files=files)
    workshop.declare(workshop.processed, record)
    return record
