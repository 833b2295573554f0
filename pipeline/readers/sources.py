"""The raw folder as a stream of raw documents, in sorted path order.

What enters is a folder (or one file) and :class:`ReadOptions`; what leaves is one :class:`RawDocument` per file or
record, or a :class:`Rejection` with the reason. Nothing is decoded here. gzip and Zstandard are unpacked on the way,
archives (ZIP, tar) opened, both recognised by their first bytes; hidden files are passed over; symbolic links are
followed unless they lead back. ``source`` is the path, ``path#n`` for a record, ``archive.zip!/path`` for a member.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.readers.archives import ARCHIVE_READ_ERRORS, Member, archive_format, member_source, read_members
from pipeline.readers.containers import SEEKABLE_FORMATS, TEXT_FORMATS, container_format, read_records
from pipeline.readers.records import Container
from pipeline.readers.unpacking import (
    Budget,
    Metered,
    OutOfProportion,
    peek,
    read_up_to,
    recode,
    show_wide,
    spool,
    unpack,
    wide_encoding,
)
from pipeline.storage import Location, RemotePath

MAX_NESTING = 3
"""Archives within archives that are opened."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``max_mb``: limit per document, unpacked, in MiB; ``columns``: further column names of containers, ``field →
    column``."""

    max_mb: int = 64
    columns: Mapping[str, str] = field(default_factory=dict)


def read_sources(root: Location, *, options: ReadOptions | None = None) -> Iterator[RawDocument | Rejection]:
    """All documents below ``root`` in the order of their paths; ``root`` may be a single file, or behind a URL.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "b.txt").write_text("Đảng bộ xã", encoding="utf-8")
    ...     _ = (Path(folder) / "a.jsonl").write_text('{"text": "x"}\\n{"text": "y"}\\n')
    ...     [document.source for document in read_sources(Path(folder))]
    ['a.jsonl#0', 'a.jsonl#1', 'b.txt']
    """
    settings = options or ReadOptions()
    if isinstance(root, RemotePath):
        yield from _read_remote(root, settings)
        return
    base = root if root.is_dir() else root.parent
    for path, rejection in _walk(root, base, frozenset()):
        if rejection is not None:
            yield rejection
            continue
        try:
            yield from _read_file(path, _source(path, base), settings)
        except PermissionError:
            yield _reject(path, base, Reason.PERMISSION, "the file may not be opened")
        except OSError as error:
            yield _reject(path, base, Reason.UNREADABLE, error.strerror or str(error))


def _read_remote(root: RemotePath, options: ReadOptions) -> Iterator[RawDocument | Rejection]:
    base = root.parent if root.is_file() else root
    for path in [root] if root.is_file() else root.walk():
        source = path.url[len(base.url) + 1 :]
        if any(name.startswith(".") for name in source.split("/")):
            continue
        try:
            yield from _read_file(path, source, options)
        except OSError as error:
            reason = Reason.PERMISSION if isinstance(error, PermissionError) else Reason.UNREADABLE
            yield Rejection(source, None, Stage.READ, reason, error.strerror or str(error))


# --- the folder -----------------------------------------------------------------------------------------------------


def _walk(path: Path, base: Path, above: frozenset[tuple[int, int]]) -> Iterator[tuple[Path, Rejection | None]]:
    try:
        status = path.stat()
    except (OSError, RuntimeError) as error:
        yield path, _unreachable(path, base, error)
        return
    if stat.S_ISREG(status.st_mode):
        yield path, None
    elif stat.S_ISDIR(status.st_mode):
        here = (status.st_dev, status.st_ino)
        if here in above:
            yield path, _reject(path, base, Reason.LINK_LOOP, f"links to {os.path.realpath(path)}")
            return
        try:
            names = sorted(entry for entry in os.listdir(path) if not entry.startswith("."))
        except OSError as error:
            yield path, _unreachable(path, base, error)
            return
        for name in names:
            yield from _walk(path / name, base, above | {here})
    else:
        yield path, _reject(path, base, Reason.NOT_TEXT, "no regular file (pipe, socket or device)")


def _unreachable(path: Path, base: Path, error: Exception) -> Rejection:
    if isinstance(error, PermissionError):
        return _reject(path, base, Reason.PERMISSION, "the file or folder may not be read")
    # ELOOP is an OSError since Python 3.13 and a RuntimeError of pathlib before.
    if path.is_symlink() and not isinstance(error, FileNotFoundError):
        return _reject(path, base, Reason.LINK_LOOP, "the link leads back to itself")
    return _reject(path, base, Reason.UNREADABLE, "the link leads nowhere" if path.is_symlink() else str(error))


def _source(path: Path, base: Path) -> str:
    """The path below ``base``, with bytes that are no UTF-8 spelt out: it must fit into a table."""
    return path.relative_to(base).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _reject(path: Path, base: Path, reason: Reason, detail: str) -> Rejection:
    return Rejection(_source(path, base), None, Stage.READ, reason, detail)


# --- one file -------------------------------------------------------------------------------------------------------

Found = Iterator[RawDocument | Rejection]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a stream comes from: its source, how many archives it lies in, and what may still come out of the outermost
    one."""

    source: str
    nesting: int
    budget: Budget

    @property
    def name(self) -> str:
        return self.source.rpartition("/")[2]

    def reject(self, reason: Reason, detail: str) -> Rejection:
        return Rejection(self.source, None, Stage.READ, reason, detail)


def _read_file(path: Location, source: str, options: ReadOptions) -> Found:
    with _open(path) as raw:
        place = _Place(source, 0, Budget(raw.seek(0, os.SEEK_END)))
        raw.seek(0)
        try:
            yield from _not_nothing(_read_stream(raw, place, options), place)
        except OutOfProportion as error:
            yield place.reject(Reason.UNSAFE, str(error))


def _open(path: Location) -> IO[bytes]:
    if isinstance(path, RemotePath):
        return io.BufferedReader(cast(io.RawIOBase, path.open()))  # with peek
    return path.open("rb")


def _not_nothing(found: Found, place: _Place) -> Found:
    """What was found, or a row that says that there was nothing: a container without a record leaves a trace too."""
    one = None
    for one in found:
        yield one
    if one is None:
        yield place.reject(Reason.EMPTY, "no document lies in it")


def _read_stream(raw: IO[bytes], place: _Place, options: ReadOptions) -> Found:
    """A file or a member: unpacked, then an archive, a container of records, or a document."""
    with ExitStack() as stack:
        try:
            stream, packed = unpack(raw)
            head = peek(stream)
            archive = archive_format(head)
            if archive is not None:
                yield from _read_archive(raw, stream, archive, place, options, stack)
            else:
                yield from _read_content(raw, stream, head, packed, place, options, stack)
        except PermissionError:
            raise
        except ARCHIVE_READ_ERRORS as error:
            told = " ".join(str(error).split())[:120] or type(error).__name__
            yield place.reject(Reason.UNREADABLE, f"cannot be unpacked or read: {told}")


def _read_archive(
    raw: IO[bytes], stream: IO[bytes], kind: str, place: _Place, options: ReadOptions, stack: ExitStack
) -> Found:
    if place.nesting >= MAX_NESTING:
        yield place.reject(Reason.UNSAFE, f"lies in {place.nesting} archives; no more than {MAX_NESTING} are opened")
        return
    if kind == "zip" and (stream is not raw or place.nesting):
        stream = spool(Metered(stream, place.budget), stack)  # ZIP is read from its end
    for member in read_members(stream, kind, place.source, place.budget):
        if isinstance(member, Member):
            inside = _Place(member_source(place.source, member.name), place.nesting + 1, place.budget)
            yield from _not_nothing(_read_stream(member.stream, inside, options), inside)
        else:
            yield member


def _read_content(
    raw: IO[bytes],
    stream: IO[bytes],
    head: bytes,
    packed: str,
    place: _Place,
    options: ReadOptions,
    stack: ExitStack,
) -> Found:
    limit = options.max_mb << 20
    wide = wide_encoding(head)
    kind = container_format(show_wide(head, wide) if wide else head, _bare_name(place.name, packed), options.columns)
    if kind is None or (wide and kind not in TEXT_FORMATS):
        yield _single(stream, place, limit)
        return
    if wide:
        stream = recode(stream, wide)
    elif kind in SEEKABLE_FORMATS and (stream is not raw or place.nesting):
        stream = spool(stream, stack)
    yield from read_records(stream, Container(place.source, kind, limit, options.columns))


def _bare_name(name: str, packed: str) -> str:
    return name.rpartition(".")[0] if packed and "." in name else name


def _single(stream: IO[bytes], place: _Place, limit: int) -> RawDocument | Rejection:
    payload = read_up_to(stream, limit)
    if len(payload) > limit:
        return place.reject(Reason.TOO_LARGE, f"more than {limit >> 20} MiB unpacked")
    return RawDocument(hashlib.sha256(payload).hexdigest()[:16], place.source, payload)
