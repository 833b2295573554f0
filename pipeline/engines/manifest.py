"""The manifest: which document, under which digests, lies in which part; the lock; recovery.

One small JSON file per part, ``<processed>/.chucdanh/parts/<key>.json``, written after the part's tables and deleted
before them: a part exists exactly when its record does. Whatever a killed run left behind has no record and is swept
away by :func:`recover` at the start of the next one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pipeline.errors import BusyError, InputError, TableError
from pipeline.models import RawDocument, Stage
from pipeline.tables import SCHEMAS, STAGE_TABLES, STATE, part_files, part_path, table_folder, write_text

INPUTS = "inputs"
"""Key of the part of ``rejects`` that belongs to no part: what the reader refused, and duplicates."""

MERGED = "all"
"""Key of the only part of a dimension's public table."""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document in a part: its id, and the fingerprint of all that the reader handed over."""

    article_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One finished part. ``stages`` tells the chain digest of every stage whose tables it holds.

    ``replaces`` names the part whose remaining documents this one took over; a record of that part that is still
    there was left by a kill.
    """

    key: str
    documents: tuple[StoredDocument, ...]
    stages: Mapping[Stage, str]
    replaces: str | None = None


def fingerprint_document(raw: RawDocument) -> str:
    """Digest of a raw document with its source and what its container tells: 16 hex digits.

    >>> one, other = (RawDocument("0" * 16, source, b"x") for source in ("a.txt", "b.txt"))
    >>> fingerprint_document(one) == fingerprint_document(other)
    False
    """
    told = (raw.article_id, raw.source, raw.format, raw.url, raw.title, raw.published_on, raw.authors, raw.charset)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def part_key(fingerprints: Sequence[str]) -> str:
    """Key of the part that holds these documents: 16 hex digits, whatever their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()[:16]


def write_record(processed: Path, record: PartRecord) -> None:
    """Declare a part finished; its tables must lie on the disk."""
    content = {
        "key": record.key,
        "stages": record.stages,
        "replaces": record.replaces,
        "documents": [[document.article_id, document.fingerprint] for document in record.documents],
    }
    write_text(_record_path(processed, record.key), json.dumps(content) + "\n")


def read_record(processed: Path, key: str) -> PartRecord:
    """The record of one part.

    Raises:
        TableError: it is damaged.
    """
    path = _record_path(processed, key)
    try:
        content = json.loads(path.read_text("utf-8"))
        return PartRecord(
            key=content["key"],
            documents=tuple(StoredDocument(*document) for document in content["documents"]),
            stages={Stage(stage): digest for stage, digest in content["stages"].items()},
            replaces=content["replaces"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TableError(f"{path} is damaged ({error}); delete it and run again") from error


def delete_part(processed: Path, key: str) -> None:
    """Remove a part: first its record, so that it is gone for good, then its files."""
    delete_record(processed, key)
    for name in SCHEMAS:
        part_path(processed, name, key).unlink(missing_ok=True)


def delete_record(processed: Path, key: str) -> None:
    """Declare a part unfinished."""
    _record_path(processed, key).unlink(missing_ok=True)


def recover(processed: Path) -> dict[str, PartRecord]:
    """Sweep away what a killed run left, and return the records of the parts that stand.

    Raises:
        InputError: the folder holds tables that this program did not write there.
        TableError: a record is damaged.
    """
    if not _records_folder(processed).exists():
        _refuse_foreign_tables(processed)
        _records_folder(processed).mkdir(parents=True, exist_ok=True)
    records = {path.stem: read_record(processed, path.stem) for path in _records_folder(processed).glob("*.json")}
    for record in list(records.values()):
        if record.replaces in records and record.replaces != record.key:
            del records[record.replaces]
            delete_part(processed, record.replaces)
    _sweep(processed, keep=frozenset(records) | {INPUTS, MERGED})
    standing = (_without_missing_tables(processed, record) for record in records.values())
    return {record.key: record for record in sorted(standing, key=lambda record: record.key)}


def _without_missing_tables(processed: Path, record: PartRecord) -> PartRecord:
    """A record up to the first stage whose tables somebody deleted."""
    stages: dict[Stage, str] = {}
    for stage, digest in record.stages.items():
        if not all(part_path(processed, name, record.key).exists() for name in (*STAGE_TABLES[stage], "rejects")):
            break
        stages[stage] = digest
    return replace(record, stages=stages)


def sweep_temporary(processed: Path) -> None:
    """Delete unfinished files; nobody may be writing."""
    for folder in _folders(processed):
        for path in folder.glob(".*.tmp"):
            path.unlink(missing_ok=True)


def _sweep(processed: Path, *, keep: frozenset[str]) -> None:
    sweep_temporary(processed)
    for folder in _folders(processed):
        for path in folder.glob("part-*.parquet"):
            if path.stem.removeprefix("part-") not in keep:
                path.unlink(missing_ok=True)


def _folders(processed: Path) -> list[Path]:
    tables = {folder for name in SCHEMAS for folder in (processed / name, table_folder(processed, name))}
    return [folder for folder in (*sorted(tables), processed / STATE, _records_folder(processed)) if folder.is_dir()]


def _refuse_foreign_tables(processed: Path) -> None:
    for name in SCHEMAS:
        if part_files(processed, name):
            message = f"{processed / name} holds tables but no record of how they were made; name another folder"
            raise InputError(f"{message}, or delete them first")


def _records_folder(processed: Path) -> Path:
    return processed / STATE / "parts"


def _record_path(processed: Path, key: str) -> Path:
    return _records_folder(processed) / f"{key}.json"


@contextlib.contextmanager
def lock_folder(processed: Path) -> Iterator[None]:
    """Keep every other run out of a processed folder; the system frees the lock of a killed process.

    Raises:
        BusyError: another run is writing there.
        InputError: the folder cannot be written.
    """
    try:
        (processed / STATE).mkdir(parents=True, exist_ok=True)
        stream = (processed / STATE / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write to {processed}: {error.strerror}") from error
    with stream:
        try:
            _lock_file(stream)
        except OSError as error:
            message = f"another run is writing to {processed}; wait for it, or name another folder"
            raise BusyError(message) from error
        yield


def _lock_file(stream: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
