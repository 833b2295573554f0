"""The manifest: which document, under which digests, lies in which part; the lock; recovery.

One small JSON file per part, ``<processed>/.chucdanh/parts/<key>.json``, written after the part's tables and deleted
before them: a part exists exactly when its record does. Whatever a killed run left behind has no record and is swept
away by :func:`recover` at the start of the next one.

Behind a URL several files cannot appear or disappear at once. There a part that is made again gets a key of its own,
and files stay until the run after the next: readers go by what was published (:mod:`pipeline.publication`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from pipeline.engines.lease import hold_lease
from pipeline.errors import BusyError, InputError, TableError
from pipeline.models import RawDocument, Stage
from pipeline.publication import FileFacts, read_publication
from pipeline.storage import Location, RemotePath, list_names, read_many
from pipeline.tables import MERGED_TABLES, SCHEMAS, STAGE_TABLES, STATE, part_path, table_folder, write_text

INPUTS = "inputs"
"""Key of the part of ``rejects`` that belongs to no part: what the reader refused, and duplicates."""

MERGED = "all"
"""Key of the only file of a merged public table; where there are many parts it has several, by number."""

_SHARD = re.compile(r"[0-9a-f]{4}")
_PART = re.compile(r"part-(.+)\.parquet")


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document in a part: its id, and the fingerprint of all that the reader handed over."""

    article_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One finished part. ``stages`` tells the chain digest of every stage whose tables it holds.

    ``replaces`` names the part whose remaining documents this one took over; a record of that part that is still
    there was left by a kill. ``files`` tells what was written, by table.
    """

    key: str
    documents: tuple[StoredDocument, ...]
    stages: Mapping[Stage, str]
    replaces: str | None = None
    files: Mapping[str, FileFacts] = field(default_factory=dict)


def fingerprint_document(raw: RawDocument) -> str:
    """Digest of a raw document with its source and what its container tells: 16 hex digits.

    >>> one, other = (RawDocument("0" * 16, source, b"x") for source in ("a.txt", "b.txt"))
    >>> fingerprint_document(one) == fingerprint_document(other)
    False
    """
    told = (raw.article_id, raw.source, raw.format, raw.url, raw.title, raw.published_on, raw.authors, raw.charset)
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def part_key(processed: Location, fingerprints: Sequence[str], stages: Mapping[Stage, str]) -> str:
    """Key of the part that holds these documents after these stages: 16 hex digits, whatever their order.

    On a disk the stages do not matter, a part that is made again takes the place of the old one.
    """
    told = [*sorted(fingerprints), *(stages.values() if isinstance(processed, RemotePath) else ())]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def declare_part(processed: Location, record: PartRecord) -> None:
    """Declare a part finished, and the one that it replaces gone."""
    write_record(processed, record)
    if record.replaces:
        delete_part(processed, record.replaces)


def write_record(processed: Location, record: PartRecord) -> None:
    """Declare a part finished; its tables must lie on the disk."""
    content = {
        "key": record.key,
        "stages": record.stages,
        "replaces": record.replaces,
        "files": {name: [facts.rows, facts.size, facts.sha256] for name, facts in sorted(record.files.items())},
        "documents": [[document.article_id, document.fingerprint] for document in record.documents],
    }
    write_text(_record_path(processed, record.key), json.dumps(content) + "\n")


def _parse_record(text: bytes, path: Location) -> PartRecord:
    try:
        content = json.loads(text)
        key = content["key"]
        return PartRecord(
            key=key,
            documents=tuple(StoredDocument(*document) for document in content["documents"]),
            stages={Stage(stage): digest for stage, digest in content["stages"].items()},
            replaces=content["replaces"],
            files={name: FileFacts(f"part-{key}.parquet", *facts) for name, facts in content.get("files", {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Location, error: Exception) -> TableError:
    return TableError(f"{path} is damaged ({error}); delete it and run again")


def _read_records(processed: Location) -> dict[str, PartRecord]:
    folder = _records_folder(processed)
    paths = [folder / name for name in list_names(folder) if name.endswith(".json") and not name.startswith(".")]
    try:
        return {path.stem: _parse_record(text, path) for path, text in read_many(paths)}
    except OSError as error:
        raise _damaged(folder, error) from error


def delete_part(processed: Location, key: str) -> None:
    """Remove a part: first its record, so that it is gone for good, then its files.

    Behind a URL the files stay: they may be published. :func:`recover` sweeps them away when they are not.
    """
    delete_record(processed, key)
    if isinstance(processed, Path):
        for name in SCHEMAS:
            part_path(processed, name, key).unlink(missing_ok=True)


def delete_record(processed: Location, key: str) -> None:
    """Declare a part unfinished."""
    _record_path(processed, key).unlink(missing_ok=True)


def recover(processed: Location) -> dict[str, PartRecord]:
    """Sweep away what a killed run left, and return the records of the parts that stand.

    Raises:
        InputError: the folder holds tables that this program did not write there.
        TableError: a record is damaged.
    """
    if not _records_folder(processed).exists():
        _refuse_foreign_tables(processed)
        _records_folder(processed).mkdir(parents=True, exist_ok=True)
    records = _read_records(processed)
    for record in list(records.values()):
        if record.replaces in records and record.replaces != record.key:
            del records[record.replaces]
            delete_part(processed, record.replaces)
    listing = _sweep(processed, keep=frozenset(records) | {INPUTS})
    standing = (_without_missing_tables(listing, record) for record in records.values())
    return {record.key: record for record in sorted(standing, key=lambda record: record.key)}


def _without_missing_tables(listing: Mapping[str, frozenset[str]], record: PartRecord) -> PartRecord:
    """A record up to the first stage whose tables somebody deleted."""
    stages: dict[Stage, str] = {}
    for stage, digest in record.stages.items():
        if not all(f"part-{record.key}.parquet" in listing[name] for name in (*STAGE_TABLES[stage], "rejects")):
            break
        stages[stage] = digest
    return replace(record, stages=stages)


def sweep_temporary(processed: Location) -> None:
    """Delete unfinished files; nobody may be writing. Behind a URL there are none, or the next run sweeps them."""
    if isinstance(processed, RemotePath):
        return
    for folder in _folders(processed):
        for path in folder.glob(".*.tmp"):
            path.unlink(missing_ok=True)


def _sweep(processed: Location, *, keep: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """Delete unfinished files and those of parts not to be kept; the names that stay, by table."""
    published = read_publication(processed) if isinstance(processed, RemotePath) else {}
    listing: dict[str, frozenset[str]] = {}
    for folder in _folders(processed):
        public = published.get(folder.name) if folder == processed / folder.name else None
        stays = set(public.files if public else ())
        for name in list_names(folder):
            match = _PART.fullmatch(name)
            if match and (match[1] in keep or _is_merged(folder, processed, match[1])):
                stays.add(name)
            elif (match and name not in stays) or (name.startswith(".") and name.endswith(".tmp")):
                (folder / name).unlink(missing_ok=True)
        listing.setdefault(str(folder), frozenset(stays))
    return {name: listing.get(str(table_folder(processed, name)), frozenset()) for name in SCHEMAS}


def _is_merged(folder: Location, processed: Location, key: str) -> bool:
    """Whether this is a file of a merged public table on a disk; merging sees to those."""
    is_public = isinstance(processed, Path) and folder.name in MERGED_TABLES and folder == processed / folder.name
    return is_public and (key == MERGED or bool(_SHARD.fullmatch(key)))


def _folders(processed: Location) -> list[Location]:
    tables = {folder for name in SCHEMAS for folder in (processed / name, table_folder(processed, name))}
    folders = [*sorted(tables, key=str), processed / STATE, _records_folder(processed)]
    return [folder for folder in folders if folder.is_dir()]


def _refuse_foreign_tables(processed: Location) -> None:
    for name in SCHEMAS:
        if any(_PART.fullmatch(file) for file in list_names(processed / name)):
            message = f"{processed / name} holds tables but no record of how they were made; name another folder"
            raise InputError(f"{message}, or delete them first")


def _records_folder(processed: Location) -> Location:
    return processed / STATE / "parts"


def _record_path(processed: Location, key: str) -> Location:
    return _records_folder(processed) / f"{key}.json"


@contextlib.contextmanager
def lock_folder(processed: Location) -> Iterator[Callable[[], None]]:
    """Keep every other run out of a processed folder; the system frees the lock of a killed process.

    Behind a URL it is a lease, which a killed process loses after a while. What is yielded raises when it is lost.

    Raises:
        BusyError: another run is writing there.
        InputError: the folder cannot be written.
    """
    if isinstance(processed, RemotePath):
        with hold_lease(processed) as check:
            yield check
        return
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
        yield _never_lost


def _never_lost() -> None:
    """The system keeps the lock of a file as long as the process lives."""


def _lock_file(stream: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
