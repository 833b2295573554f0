"""Where files lie: a folder of this machine, or a URL that fsspec knows (``s3://``, ``gs://``, ``hdfs://``).

A :class:`RemotePath` has the few methods of :class:`pathlib.Path` that readers, tables and engines need: join, list,
open, read, delete. :func:`put_file` and :func:`write_text` write a file whole or not at all: on a disk under a
temporary name that is flushed and renamed; in an object store as one object, which appears when it is complete; in
another remote file system under a temporary name that is moved.

An object store has no rename, and several files never appear at once. Nothing that readers may be reading is
therefore written over there or deleted at once: :mod:`pipeline.publication` names the files that count.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from pipeline.errors import InputError

STATE = ".chucdanh"
"""Folder under ``processed`` that holds what a next run must know; readers of the tables skip it."""

_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "memory"})
"""Protocols under which an object appears when all of it has arrived."""


@dataclass(frozen=True, slots=True, order=True)
class RemotePath:
    """A file or folder behind a URL.

    >>> folder = RemotePath("s3://archive/tables")
    >>> (folder / "people" / "part-0.parquet").name, str(folder.parent)
    ('part-0.parquet', 's3://archive')
    """

    url: str

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> RemotePath:
        return RemotePath(f"{self.url.rstrip('/')}/{name}")

    @property
    def protocol(self) -> str:
        return self.url.partition("://")[0]

    @property
    def name(self) -> str:
        return self.url.rstrip("/").rpartition("/")[2]

    @property
    def stem(self) -> str:
        return self.name.rpartition(".")[0] or self.name

    @property
    def suffix(self) -> str:
        return self.name.removeprefix(self.stem)

    @property
    def parent(self) -> RemotePath:
        return RemotePath(self.url.rstrip("/").rpartition("/")[0])

    def exists(self) -> bool:
        filesystem, path = self._resolve()
        return bool(filesystem.exists(path))

    def is_dir(self) -> bool:
        """Whether anything lies below: an object store has no folders of its own."""
        filesystem, path = self._resolve()
        return bool(filesystem.isdir(path))

    def is_file(self) -> bool:
        filesystem, path = self._resolve()
        return bool(filesystem.isfile(path))

    def mkdir(self, *, parents: bool = True, exist_ok: bool = True) -> None:
        """Make the folder where the store has folders."""
        if self.protocol not in _WHOLE:
            filesystem, path = self._resolve()
            filesystem.makedirs(path, exist_ok=exist_ok)

    def glob(self, pattern: str) -> Iterator[RemotePath]:
        """The files of this very folder whose names fit."""
        for name in self.list_names():
            if fnmatch.fnmatchcase(name, pattern):
                yield self / name

    def list_names(self) -> list[str]:
        """Names of the files of this very folder, sorted; none when there is no such folder."""
        filesystem, path = self._resolve()
        with contextlib.suppress(FileNotFoundError):
            entries = filesystem.ls(path, detail=True, refresh=True)
            return sorted(entry["name"].rpartition("/")[2] for entry in entries if entry["type"] == "file")
        return []

    def walk(self) -> list[RemotePath]:
        """All files below, folder by folder in the order of their names, as :func:`os.walk` with sorted names."""
        filesystem, path = self._resolve()
        cut = len(path.rstrip("/")) + 1
        return [self / name for name in sorted((found[cut:] for found in filesystem.find(path)), key=_by_folder)]

    def open(self, mode: str = "rb") -> IO[bytes]:
        filesystem, path = self._resolve()
        stream: IO[bytes] = filesystem.open(path, mode)
        return stream

    def open_ranges(self) -> IO[bytes]:
        """Open for reading here and there: what is not asked for is not fetched."""
        filesystem, path = self._resolve()
        stream: IO[bytes] = filesystem.open(path, "rb", cache_type="none")
        return stream

    def read_bytes(self) -> bytes:
        filesystem, path = self._resolve()
        content: bytes = filesystem.cat_file(path)
        return content

    def read_text(self, encoding: str = "utf-8") -> str:
        return self.read_bytes().decode(encoding)

    def put(self, content: bytes) -> None:
        """Write the file, whole or not at all."""
        filesystem, path = self._resolve()
        if self.protocol in _WHOLE:
            filesystem.pipe_file(path, content)
            return
        self.parent.mkdir()
        temporary = f"{path.rpartition('/')[0]}/.{self.name}.{uuid4().hex}.tmp"
        filesystem.pipe_file(temporary, content)
        filesystem.mv(temporary, path)

    def create(self, content: bytes) -> bool:
        """Write the file unless there is one; whether it was written."""
        filesystem, path = self._resolve()
        try:
            filesystem.pipe_file(path, content, mode="create")
        except FileExistsError:
            return False
        return True

    def unlink(self, *, missing_ok: bool = False) -> None:
        filesystem, path = self._resolve()
        try:
            filesystem.rm_file(path)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def _resolve(self) -> tuple[Any, str]:
        return _open_filesystem(self.url)


Location = Path | RemotePath
"""A folder or file, here or behind a URL."""


def locate(place: str | Path | RemotePath) -> Location:
    """The location that a user names.

    >>> locate("data/raw").name, locate("s3://archive/raw/").name
    ('raw', 'raw')
    >>> locate("nowhere://archive")
    Traceback (most recent call last):
    pipeline.errors.InputError: nowhere://archive: there is no way to read nowhere:// (Protocol not known: nowhere)

    Raises:
        InputError: the URL is of a kind that is not known, or its library is not installed.
    """
    if isinstance(place, RemotePath):
        return place
    if isinstance(place, Path) or "://" not in place:
        return Path(place)
    if place.startswith("file://"):
        return Path(place.removeprefix("file://"))
    location = RemotePath(place.rstrip("/"))
    _open_filesystem(location.url)
    return location


def make_absolute(location: Location) -> Location:
    """A folder of this machine by its full path, for processes that stand elsewhere."""
    return location.absolute() if isinstance(location, Path) else location


def _open_filesystem(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        message = "folders behind a URL need fsspec and its library; install: pip install 'chucdanh[s3]'"
        raise InputError(f"{url}: {message}") from error
    try:
        filesystem, path = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        protocol = url.partition("://")[0]
        raise InputError(f"{url}: there is no way to read {protocol}:// ({error})") from error
    return filesystem, path


def _by_folder(path: str) -> list[str]:
    return path.split("/")


def list_names(folder: Location) -> list[str]:
    """Names of what lies in a folder, sorted; none when there is no such folder."""
    if isinstance(folder, RemotePath):
        return folder.list_names()
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def read_many(paths: Iterable[Location]) -> Iterator[tuple[Location, bytes]]:
    """The contents of small files; those behind a URL are fetched side by side."""
    paths = list(paths)
    remote = [path for path in paths if isinstance(path, RemotePath)]
    for path in paths:
        if isinstance(path, Path):
            yield path, path.read_bytes()
    for start in range(0, len(remote), _SIDE_BY_SIDE):
        some = remote[start : start + _SIDE_BY_SIDE]
        filesystem, _ = _open_filesystem(some[0].url)
        names = [_open_filesystem(path.url)[1] for path in some]
        contents = filesystem.cat(names) if len(names) > 1 else {names[0]: filesystem.cat_file(names[0])}
        yield from ((path, contents[name]) for path, name in zip(some, names, strict=True))


_SIDE_BY_SIDE = 1000  # files fetched in one go: some tens of MB


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def put_file(path: Location, write: Callable[[Path], None]) -> Written:
    """Have ``write`` make a file of this machine, and put it in its place, whole or not at all."""
    if isinstance(path, RemotePath):
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "file"
            write(made)
            content = made.read_bytes()
        path.put(content)
        return Written(len(content), hashlib.sha256(content).hexdigest())
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        write(temporary)
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            written = Written(stream.tell(), digest)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return written


def write_text(path: Location, text: str) -> None:
    """Write a UTF-8 text file, whole or not at all."""

    def write(temporary: Path) -> None:
        temporary.write_text(text, encoding="utf-8", newline="\n")

    put_file(path, write)
