"""Containers to records, one at a time and in bounded memory: JSON, JSONL, CSV and TSV, Parquet, WARC.

What enters is an open binary stream (unpacked); what leaves is one :class:`RawDocument` per record with ``source`` =
``path#n``, or a :class:`Rejection` for a record that cannot be parsed, holds no text or is too large. The columns'
names are those of ``lexicon/columns.tsv`` and of the options.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from itertools import chain
from typing import IO, Any

from pipeline.grammar.bylines import parse_byline, settle_author
from pipeline.grammar.dates import parse_date
from pipeline.lexicon import marked
from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.readers.decoding import choose_encoding, read_as

CHUNK = 1 << 16
VIETNAM = timezone(timedelta(hours=7))
FIELDS = ("text", "html", "title", "url", "date", "authors", "source")


@dataclass(frozen=True, slots=True)
class Container:
    """Where records come from and how they are read. ``limit``: bytes per record; ``columns``: ``field → column``."""

    source: str
    format: str
    limit: int
    columns: Mapping[str, str]

    def reject(self, number: int | None, reason: Reason, detail: str) -> Rejection:
        source = self.source if number is None else f"{self.source}#{number}"
        return Rejection(source, None, Stage.READ, reason, detail)


def read_records(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """The records of ``stream`` in order; ``container.format`` is one of json, jsonl, csv, tsv, parquet, warc.

    >>> stream = io.BytesIO(b'{"text": "Sang 15-11", "title": "A"}\\n{"x": 1}\\n')
    >>> rows = read_records(stream, Container("a.jsonl", "jsonl", 1 << 20, {}))
    >>> [(row.source, row.payload if isinstance(row, RawDocument) else row.reason.value) for row in rows]
    [('a.jsonl#0', 'Sang 15-11'), ('a.jsonl#1', 'bad_record')]
    """
    return _READERS[container.format](stream, container)


# --- one record -----------------------------------------------------------------------------------------------------


def _as_document(record: Mapping[str, Any], number: int, container: Container) -> RawDocument | Rejection:
    fields = {name: _field(record, name, container.columns) for name in FIELDS}
    name = "text" if _is_filled(fields["text"]) else "html"
    payload = fields[name]
    if isinstance(payload, list):
        payload = "\n\n".join(str(part) for part in payload)
    if not isinstance(payload, str | bytes) or not _is_filled(payload):
        return container.reject(number, Reason.BAD_RECORD, _no_text(record))
    payload = _settle(payload) if isinstance(payload, str) else payload
    data = payload.encode() if isinstance(payload, str) else payload
    if len(data) > container.limit:
        return container.reject(number, Reason.TOO_LARGE, f"{len(data)} bytes, more than {container.limit}")
    return RawDocument(
        article_id=hashlib.sha256(data).hexdigest()[:16],
        source=f"{container.source}#{number}",
        payload=payload,
        format=container.format,
        url=_line(fields["url"]),
        title=_line(fields["title"]),
        published_on=_day(fields["date"]),
        authors=_authors(fields["authors"]),
    )


def _no_text(record: Mapping[str, Any]) -> str:
    names = ", ".join(sorted(str(name) for name in record)[:8])[:200]
    return f"no text among its fields ({names}); name it with --map text=FIELD"


def _settle(text: str) -> str | bytes:
    """Text as it is; as bytes when the container's bytes were no UTF-8, so that the encoding is found by evidence."""
    for errors in ("strict", "surrogateescape", "replace"):
        try:
            data = text.encode("utf-8", errors)
        except UnicodeEncodeError:
            continue
        return text if errors == "strict" else data
    return text


def _is_filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str | bytes) else bool(value)


def _field(record: Mapping[str, Any], field: str, columns: Mapping[str, str]) -> Any:
    if field in columns:
        return record.get(columns[field])
    lowered = {str(name).strip().lower(): name for name in record}
    for name in _names()[field]:
        if name in lowered and _is_filled(record[lowered[name]]):
            return record[lowered[name]]
    return None


@cache
def _names() -> dict[str, tuple[str, ...]]:
    rows = marked("columns.tsv", surface="name", kind="field")
    return {field: tuple(row.surface for row in rows if row.kind == field) for field in FIELDS}


def _line(value: Any) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return None
    return " ".join(value.encode("utf-8", "replace").decode().split()) or None


def _day(value: Any) -> date | None:
    """A day from a date, a timestamp (seconds or milliseconds since 1970) or any form of
    :mod:`pipeline.grammar.dates`."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if abs(value) > 1e11 else float(value)
        # Before 1990 there was no online news: a smaller number is no timestamp.
        return datetime.fromtimestamp(seconds, tz=VIETNAM).date() if 6.3e8 < seconds < 4.1e9 else None
    return parse_date(value) if isinstance(value, str) else None


def _authors(value: Any) -> tuple[str, ...]:
    """Names from a list or a line; what does not read as a byline is kept as one name when it is short."""
    parts = value if isinstance(value, list) else [value]
    names: list[str] = []
    for part in parts[:50]:
        line = _line(part.get("name") if isinstance(part, dict) else part)
        if line is None:
            continue
        byline = parse_byline(line)
        names += byline.authors if byline is not None else ()
    return tuple(dict.fromkeys(map(settle_author, names)))


# --- JSON -----------------------------------------------------------------------------------------------------------


def _read_jsonl(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    for number, line in enumerate(_lines(stream, container.limit + CHUNK)):
        if line is None:
            yield container.reject(number, Reason.TOO_LARGE, f"a line of more than {container.limit} bytes")
            continue
        yield _parse_object(line, number, container)


def _lines(stream: IO[bytes], limit: int) -> Iterator[bytes | None]:
    """Non-empty lines; ``None`` for one beyond ``limit``, which is skipped to its end."""
    while line := stream.readline(limit):
        if len(line) >= limit and not line.endswith(b"\n"):
            while (rest := stream.readline(CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield line


def _parse_object(data: bytes, number: int, container: Container) -> RawDocument | Rejection:
    try:
        record = _loads(data)
    except (ValueError, RecursionError) as error:
        return container.reject(number, Reason.BAD_RECORD, f"no JSON: {str(error)[:120]}")
    if isinstance(record, str):
        record = {"text": record}
    if not isinstance(record, dict):
        return container.reject(number, Reason.BAD_RECORD, f"a JSON {type(record).__name__}, not an object")
    return _as_document(record, number, container)


def _loads(data: bytes) -> Any:
    return json.loads(data.strip(b"\xef\xbb\xbf \t\r\n").decode("utf-8", "surrogateescape"), strict=False)


def _read_json(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """One object, or a list of objects; an object that wraps the list (``{"articles": [...]}``) is opened."""
    for number, data in enumerate(_json_items(stream, container.limit)):
        if data is None:
            yield container.reject(number, Reason.TOO_LARGE, f"an object of more than {container.limit} bytes")
        else:
            yield from _unwrap(data, number, container)


def _unwrap(data: bytes, number: int, container: Container) -> Iterator[RawDocument | Rejection]:
    found = _parse_object(data, number, container)
    if isinstance(found, Rejection) and found.reason is Reason.BAD_RECORD and number == 0 and data[:1] == b"{":
        try:
            record = _loads(data)
        except (ValueError, RecursionError):
            record = {}
        lists = [value for value in record.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
        if len(lists) == 1:
            yield from (
                _as_document(item, at, container)
                if isinstance(item, dict)
                else container.reject(at, Reason.BAD_RECORD, "not an object")
                for at, item in enumerate(lists[0])
            )
            return
    yield found


_SIGNS = re.compile(rb'["{}]|\\.', re.DOTALL)


def _json_items(stream: IO[bytes], limit: int) -> Iterator[bytes | None]:
    """The objects of a top-level list, or of a row of objects, as bytes; ``None`` for one beyond ``limit``.

    A scan by brackets rather than a parser, so that memory is one object whatever the size of the file.
    """
    scan = _BracketScan(limit)
    while chunk := stream.read(CHUNK):
        while chunk.endswith(b"\\") and (more := stream.read(1)):
            chunk += more
        yield from scan.feed(chunk)
    if scan.depth:
        yield scan.close()


class _BracketScan:
    """Where objects begin and end in a stream of JSON; brackets inside strings do not count."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.depth = 0
        self._in_string = False
        self._skipping = False
        self._buffer = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        begin = 0
        for match in _SIGNS.finditer(chunk):
            sign = match[0]
            if sign == b'"':
                self._in_string = not self._in_string
            elif self._in_string or len(sign) > 1:
                continue
            elif sign == b"{":
                if self.depth == 0:
                    begin = match.start()
                self.depth += 1
            elif self.depth:
                self.depth -= 1
                if self.depth == 0:
                    self._add(chunk[begin : match.end()])
                    yield self.close()
        if self.depth:
            self._add(chunk[begin:])

    def close(self) -> bytes | None:
        found = None if self._skipping else bytes(self._buffer)
        self._buffer.clear()
        self._skipping = False
        self.depth = 0
        return found

    def _add(self, part: bytes) -> None:
        if len(self._buffer) + len(part) > self.limit:
            self._skipping = True
            self._buffer.clear()
        elif not self._skipping:
            self._buffer += part


# --- CSV ------------------------------------------------------------------------------------------------------------


def _read_table(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    encoding, read_cell = _cell_reader(stream)
    text = io.TextIOWrapper(io.BufferedReader(_Guard(stream)), encoding=encoding, errors="surrogateescape", newline="")
    # The module's limit is one for the process; records above ours are refused below.
    csv.field_size_limit(max(csv.field_size_limit(), container.limit + CHUNK))
    head = text.readline(CHUNK)
    sign = _delimiter(head, container.format)
    columns = [read_cell(cell) for cell in next(csv.reader([head], delimiter=sign), [])]
    rows = csv.reader(_bounded(text, container.limit), delimiter=sign)
    for number, row in enumerate(_rows(rows)):
        if isinstance(row, str):
            yield container.reject(number, Reason.BAD_RECORD, f"no CSV: {row}")
        else:
            yield _as_document(dict(zip(columns, map(read_cell, row), strict=False)), number, container)


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | str]:
    """Non-empty rows; the message of the error for one that cannot be parsed."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield str(error)
            continue
        if row:
            yield row


class _Guard(io.RawIOBase):
    """Keeps the stream's owner in charge of closing it: a ``TextIOWrapper`` would close what it wraps."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self._stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def _cell_reader(stream: IO[bytes]) -> tuple[str, Callable[[str], str]]:
    """How to open a table, and how to read its cells: the old sets are no codecs of Python's, so their bytes pass as
    Latin-1."""
    head = stream.peek(CHUNK)[:CHUNK]  # type: ignore[attr-defined]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", str
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        name = choose_encoding(head)
        if name is not None:
            return "latin-1", lambda cell: read_as(cell.encode("latin-1"), name)
    return "utf-8-sig", str


def _bounded(text: io.TextIOWrapper, limit: int) -> Iterator[str]:
    """Lines of at most ``limit`` characters: an unclosed quotation mark must not swallow the rest of a large file at
    once."""
    while line := text.readline(limit):
        yield line


def _delimiter(head: str, kind: str) -> str:
    if kind == "tsv":
        return "\t"
    return max(",;\t|", key=lambda sign: (head.count(sign), sign == ","))


# --- Parquet and WARC -----------------------------------------------------------------------------------------------


def _read_parquet(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream, pre_buffer=False)
        wanted = {*container.columns.values(), *chain.from_iterable(_names().values())}
        columns = [name for name in table.schema_arrow.names if name in wanted or name.strip().lower() in wanted]
        number = 0
        for batch in table.iter_batches(batch_size=64, columns=columns or None, use_threads=False):
            for record in batch.to_pylist():
                yield _as_document(record, number, container)
                number += 1
    except (pa.ArrowException, OSError, ValueError) as error:
        yield container.reject(None, Reason.UNREADABLE, f"no readable Parquet: {str(error)[:160]}")


def _read_warc(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        yield container.reject(None, Reason.UNREADABLE, "web archives need warcio: pip install 'chucdanh[warc]'")
        return
    number = 0
    try:
        for record in ArchiveIterator(stream):
            kind = (
                record.http_headers.get_header("Content-Type") if record.http_headers else record.content_type
            ) or ""
            if record.rec_type not in ("response", "resource", "conversion") or not _is_page(kind):
                continue
            yield _as_page(record, number, container)
            number += 1
    except (ArchiveLoadFailed, OSError, ValueError, EOFError) as error:
        yield container.reject(
            None, Reason.UNREADABLE, f"the archive is damaged after record {number}: {str(error)[:120]}"
        )


def _is_page(kind: str) -> bool:
    return any(name in kind.lower() for name in ("html", "text/plain"))


def _as_page(record: Any, number: int, container: Container) -> RawDocument | Rejection:
    data = record.content_stream().read(container.limit + 1)
    if len(data) > container.limit:
        return container.reject(number, Reason.TOO_LARGE, f"a page of more than {container.limit} bytes")
    return RawDocument(
        article_id=hashlib.sha256(data).hexdigest()[:16],
        source=f"{container.source}#{number}",
        payload=data,
        format=container.format,
        url=record.rec_headers.get_header("WARC-Target-URI"),
    )


_READERS = {
    "json": _read_json,
    "jsonl": _read_jsonl,
    "csv": _read_table,
    "tsv": _read_table,
    "parquet": _read_parquet,
    "warc": _read_warc,
}


# --- which container ------------------------------------------------------------------------------------------------


def container_format(head: bytes, name: str, columns: Mapping[str, str]) -> str | None:
    """The container that ``head`` (the first bytes, unpacked) begins, or ``None`` for a single document.

    ``name`` is the path without ``.gz`` or ``.zst``; it decides only between what the content leaves open.

    >>> container_format(b'{"text": "a"}\\n{"text": "b"}\\n', "a.txt", {})
    'jsonl'
    >>> container_format(b"title,content\\nA,B\\n", "a.dat", {})
    'csv'
    """
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head[: len(head) & ~1].decode("utf-16", "replace").encode("utf-8", "replace")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return _json_format(start, name)
    return _table_format(head, name, columns)


def recode(stream: IO[bytes]) -> IO[bytes]:
    """A UTF-16 stream as UTF-8: JSON is parsed as bytes."""
    return io.BufferedReader(_Recoded(stream))


class _Recoded(io.RawIOBase):
    def __init__(self, stream: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(
            io.BufferedReader(_Guard(stream)), encoding="utf-16", errors="replace", newline=""
        )

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        # A character of UTF-16 takes at most three bytes of UTF-8 per unit of two.
        found = self._text.read(max(1, len(buffer) // 4)).encode("utf-8", "replace")
        buffer[: len(found)] = found
        return len(found)


def _json_format(start: bytes, name: str) -> str | None:
    if start[:1] == b"[":
        # A list of objects, or a text that begins with a bracket ("[Ảnh] …").
        return "json" if start[1:].lstrip()[:1] in (b"{", b"]") else None
    line, ended, rest = start.partition(b"\n")
    try:
        json.loads(line.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return "json" if start[1:].lstrip()[:1] in (b'"', b"}") else None
    return "jsonl" if (ended and rest.strip()) or name.lower().endswith((".jsonl", ".ndjson")) else "json"


def _table_format(head: bytes, name: str, columns: Mapping[str, str]) -> str | None:
    line = head.decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")
    if not line or len(line) > 4000:
        return None
    sign = _delimiter(line, "csv")
    try:
        cells = {cell.strip().lower() for cell in next(csv.reader([line], delimiter=sign), [])}
    except csv.Error:
        return None
    kind = "tsv" if sign == "\t" else "csv"
    named = {*_names()["text"], *_names()["html"], *(columns[f].lower() for f in ("text", "html") if f in columns)}
    if named & cells and (len(cells) > 1 or name.lower().endswith((".csv", ".tsv"))):
        return kind
    return (
        kind
        if name.lower().endswith((".csv", ".tsv")) and len(cells) > 1 and all(len(cell) <= 40 for cell in cells)
        else None
    )
