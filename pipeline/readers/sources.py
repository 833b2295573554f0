"""The raw folder as a stream of raw documents, in sorted path order.

What enters is a folder (or one file) and :class:`ReadOptions`; what leaves is one :class:`RawDocument` per file or
record, or a
:class:`Rejection` with the reason. Nothing is decoded here. ``.gz`` and ``.zst`` are unpacked on the way, recognised by
their first bytes; hidden files are passed over; symbolic links are followed unless they lead back.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import zstandard

from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.readers.containers import Container, container_format, read_records, recode

HEAD = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PACKED = (OSError, EOFError, zlib.error, zstandard.ZstdError)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """``max_mb``: limit per document, unpacked, in MiB; ``columns``: further column names of containers, ``field →
    column``."""

    max_mb: int = 64
    columns: Mapping[str, str] = field(default_factory=dict)


def read_sources(root: Path, *, options: ReadOptions | None = None) -> Iterator[RawDocument | Rejection]:
    """All documents below ``root`` in the order of their paths; ``root`` may be a single file.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "b.txt").write_text("Đảng bộ xã", encoding="utf-8")
    ...     _ = (Path(folder) / "a.jsonl").write_text('{"text": "x"}\\n{"text": "y"}\\n')
    ...     [document.source for document in read_sources(Path(folder))]
    ['a.jsonl#0', 'a.jsonl#1', 'b.txt']
    """
    settings = options or ReadOptions()
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


def _read_file(path: Path, source: str, options: ReadOptions) -> Iterator[RawDocument | Rejection]:
    limit = options.max_mb << 20
    with ExitStack() as stack:
        raw = stack.enter_context(path.open("rb"))
        stream, packed = _unpack(raw)
        try:
            head = _peek(stream)
            kind = container_format(head, _bare_name(path.name, packed=packed), options.columns)
            if kind == "parquet":
                stream = _seekable(raw, stream, stack, packed=packed)
            elif kind in ("json", "jsonl") and head.startswith(_UTF16):
                stream = recode(stream)
            if kind is None:
                yield _single(stream, source, limit)
            else:
                yield from read_records(stream, Container(source, kind, limit, options.columns))
        except _PACKED as error:
            if isinstance(error, PermissionError):
                raise
            yield Rejection(
                source, None, Stage.READ, Reason.UNREADABLE, f"cannot be unpacked or read: {str(error)[:120]}"
            )


def _unpack(raw: IO[bytes]) -> tuple[IO[bytes], str]:
    magic = raw.read(4)
    raw.seek(0)
    if magic.startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=raw)), "gzip"
    if magic == _ZSTD:
        return io.BufferedReader(_Unzstd(raw)), "zstd"
    return raw, ""


class _Unzstd(io.RawIOBase):
    """Frames of Zstandard unpacked; unlike the library's own reader it tells a cut file from a whole one."""

    # A block of 128 KiB may take 4 bytes: what is fed at once bounds what comes out at once (to 32 MiB).
    STEP = 1024

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            packed = self._raw.read(self.STEP)
            if not packed:
                if self._frame is not None:
                    raise EOFError("the file ends within a Zstandard frame")
                return 0
            self._ready = memoryview(self._unpack(packed))
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _unpack(self, packed: bytes) -> bytes:
        out = bytearray()
        while packed:
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
            out += self._frame.decompress(packed)
            packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        return bytes(out)


def _peek(stream: IO[bytes]) -> bytes:
    """The first bytes, left in the stream; one ``peek`` may return fewer than there are, which is enough for a
    format."""
    return stream.peek(HEAD)[:HEAD]  # type: ignore[attr-defined,no-any-return]


def _bare_name(name: str, *, packed: str) -> str:
    return name.rpartition(".")[0] if packed and "." in name else name


def _seekable(raw: IO[bytes], stream: IO[bytes], stack: ExitStack, *, packed: str) -> IO[bytes]:
    """Parquet is read from its end: a packed file goes to a temporary one."""
    if not packed:
        return raw
    spooled: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the caller's stack closes it
    while chunk := stream.read(1 << 20):
        spooled.write(chunk)
    spooled.seek(0)
    return spooled


def _single(stream: IO[bytes], source: str, limit: int) -> RawDocument | Rejection:
    payload = stream.read(limit + 1)
    if len(payload) > limit:
        detail = f"more than {limit >> 20} MiB unpacked"
        return Rejection(source, None, Stage.READ, Reason.TOO_LARGE, detail)
    return RawDocument(hashlib.sha256(payload).hexdigest()[:16], source, payload)
