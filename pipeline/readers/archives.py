"""Archives to their members: ZIP and tar, one member at a time; nothing is written to disk under a member's name.

What enters is an open binary stream; what leaves is one :class:`Member` with its stream per file, or a
:class:`Rejection` for one that may not or cannot be read: locked with a password, a path that leads out of the archive,
no regular file, damaged. Hidden files and folders are passed over, as in the raw folder. A tar is read as it comes, a
ZIP by the directory at its end. What all members unpack to is counted by the caller's :class:`Budget`.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO

from pipeline.lexicon import marked
from pipeline.models import Reason, Rejection, Stage
from pipeline.readers.unpacking import PACKED_ERRORS, Budget, Metered

ARCHIVE_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    struct.error,
    ValueError,
    LookupError,
    NotImplementedError,
    RuntimeError,
)
"""What a damaged archive makes the standard library raise, besides ``PACKED_ERRORS``."""

# Stored, deflated, bzip2. LZMA may ask for 4 GB of memory by a field of its header.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2})
_TAR_BLOCK = 512
_DRIVE = re.compile(r"[A-Za-z]:")
_UNSEEN = re.compile("[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; the stream holds until the next member is asked for."""

    name: str
    stream: IO[bytes]


def archive_format(head: bytes) -> str | None:
    """``zip`` or ``tar`` when ``head`` (the first bytes, unpacked) begins one.

    >>> archive_format(b"PK\\x03\\x04" + bytes(30)), archive_format(b"PK is no archive")
    ('zip', None)
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    return "tar" if _is_tar(head) else None


def _is_tar(head: bytes) -> bool:
    """Whether the first block is the header of a member: its checksum says so (older tars have no magic)."""
    block = head[:_TAR_BLOCK]
    if len(block) < _TAR_BLOCK or not block[0]:
        return False
    try:
        stated = int(block[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return stated == sum(block) - sum(block[148:156]) + 8 * ord(" ")


def read_members(stream: IO[bytes], kind: str, source: str, budget: Budget) -> Iterator[Member | Rejection]:
    """The files of an archive of ``kind``, in its own order; ``source`` is its path. A ZIP must be seekable.

    Raises:
        OutOfProportion: more comes out than ``budget`` allows.

    >>> packed = io.BytesIO()
    >>> with zipfile.ZipFile(packed, "w") as archive:
    ...     archive.writestr("a/b.txt", "x")
    ...     archive.writestr("../c.txt", "y")
    >>> found = read_members(packed, "zip", "n.zip", Budget(0))
    >>> [each.name if isinstance(each, Member) else each.reason.value for each in found]
    ['a/b.txt', 'unsafe']
    """
    reader = _read_zip if kind == "zip" else _read_tar
    try:
        yield from reader(stream, source, budget)
    except (*ARCHIVE_ERRORS, *PACKED_ERRORS) as error:
        yield _reject(source, Reason.UNREADABLE, f"a damaged {kind} archive: {_told(error)}")


def member_source(archive: str, name: str) -> str:
    """Where a member lies.

    >>> member_source("a.zip", "b/c.txt")
    'a.zip!/b/c.txt'
    """
    return f"{archive}!/{name}"


def _told(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _reject(source: str, reason: Reason, detail: str) -> Rejection:
    return Rejection(source, None, Stage.READ, reason, detail)


# --- names ----------------------------------------------------------------------------------------------------------


def _settle_name(name: str) -> str:
    """The name with slashes, and with bytes that are no UTF-8 spelt out: it must fit into a table."""
    name = name.replace("\\", "/").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return ("/" if name.startswith("/") else "") + "/".join(parts)


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") and part != ".." for part in name.split("/"))


def _leads_out(name: str) -> bool:
    """Whether unpacking under this name would write elsewhere: absolute, with a drive, upwards, or not to be seen."""
    return bool(
        name.startswith("/") or ".." in name.split("/") or _DRIVE.match(name) or _UNSEEN.search(name) or not name
    )


def _refuse_name(source: str, name: str) -> Rejection:
    shown = _UNSEEN.sub("?", name)
    return _reject(member_source(source, shown), Reason.UNSAFE, "its path leads out of the archive")


# --- ZIP ------------------------------------------------------------------------------------------------------------


def _read_zip(stream: IO[bytes], source: str, budget: Budget) -> Iterator[Member | Rejection]:
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
        office = _office_kind(entries)
        if office is not None:
            yield _reject(source, Reason.NOT_TEXT, f"{office}; save it as text or HTML")
            return
        for entry in entries:
            name = _settle_name(_zip_name(entry))
            if entry.filename.endswith("/") or _is_hidden(name):
                continue
            if _leads_out(name):
                yield _refuse_name(source, name)
                continue
            yield from _open_zipped(archive, entry, name, source, budget)


def _open_zipped(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, source: str, budget: Budget
) -> Iterator[Member | Rejection]:
    place = member_source(source, name)
    if entry.flag_bits & 1:
        yield _reject(place, Reason.ENCRYPTED, "locked with a password; unpack it and put the files in its place")
        return
    if entry.compress_type not in _METHODS:
        yield _reject(place, Reason.UNREADABLE, f"packed by method {entry.compress_type}; deflate is read")
        return
    try:
        opened = archive.open(entry)
    except (*ARCHIVE_ERRORS, *PACKED_ERRORS) as error:
        yield _reject(place, Reason.UNREADABLE, f"damaged within the archive: {_told(error)}")
        return
    with opened:
        yield Member(name, io.BufferedReader(Metered(opened, budget)))


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: many programs write UTF-8 without saying so, and the library reads it as code page
    437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _office_kind(entries: list[zipfile.ZipInfo]) -> str | None:
    """What a ZIP is that is no archive of files but one document or program."""
    names = {entry.filename for entry in entries[:64]}
    return next((kind for name, kind in _office_marks() if name in names), None)


@cache
def _office_marks() -> tuple[tuple[str, str], ...]:
    return tuple((row.surface, row.kind) for row in marked("packages.tsv", surface="member", kind="name"))


# --- tar ------------------------------------------------------------------------------------------------------------


def _read_tar(stream: IO[bytes], source: str, budget: Budget) -> Iterator[Member | Rejection]:
    # Skipped members are unpacked all the same: what counts is what comes out of the packing.
    metered = io.BufferedReader(Metered(stream, budget))
    with tarfile.open(fileobj=metered, mode="r|") as archive:
        for entry in archive:
            archive.members = []  # type: ignore[attr-defined]  # the library keeps them all; ours is a stream
            name = _settle_name(entry.name)
            if entry.isdir() or _is_hidden(name):
                continue
            if _leads_out(name):
                yield _refuse_name(source, name)
            elif not entry.isreg() or entry.issparse():
                detail = "no regular file (a link, a pipe, a device or a file with holes)"
                yield _reject(member_source(source, name), Reason.NOT_TEXT, detail)
            elif (opened := archive.extractfile(entry)) is not None:
                with opened:
                    yield Member(name, io.BufferedReader(Metered(opened, budget)))


ARCHIVE_READ_ERRORS = (*PACKED_ERRORS, zipfile.BadZipFile, tarfile.TarError, zlib.error)
"""What reading a member's stream may raise."""
