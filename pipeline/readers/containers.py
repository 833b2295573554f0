"""Containers of records: which one a stream is, told by its content, and the reader for it.

What enters is an open binary stream (unpacked); what leaves is one :class:`RawDocument` per record with ``source`` =
``path#n``, or a :class:`Rejection` for a record that cannot be parsed, holds no text or is too large.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from pipeline.models import RawDocument, Rejection
from pipeline.readers.columnar import read_parquet
from pipeline.readers.delimited import read_table, table_format
from pipeline.readers.mhtml import is_mhtml, read_mhtml
from pipeline.readers.objects import read_json, read_jsonl
from pipeline.readers.records import Container
from pipeline.readers.warc import read_warc

_Reader = Callable[[IO[bytes], Container], Iterator[RawDocument | Rejection]]
_READERS: Mapping[str, _Reader] = {
    "json": read_json,
    "jsonl": read_jsonl,
    "csv": read_table,
    "tsv": read_table,
    "parquet": read_parquet,
    "warc": read_warc,
    "mhtml": read_mhtml,
}
TEXT_FORMATS = frozenset({"json", "jsonl", "csv", "tsv"})
"""Containers that are text, in any encoding; the others are bytes by their own rules."""

SEEKABLE_FORMATS = frozenset({"parquet"})
"""Containers that are read from their end."""


def read_records(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """The records of ``stream`` in order, by ``container.format``.

    >>> from io import BytesIO
    >>> stream = BytesIO(b'{"text": "Sang 15-11", "title": "A"}\\n{"x": 1}\\n')
    >>> rows = read_records(stream, Container("a.jsonl", "jsonl", 1 << 20, {}))
    >>> [(row.source, row.payload if isinstance(row, RawDocument) else row.reason.value) for row in rows]
    [('a.jsonl#0', 'Sang 15-11'), ('a.jsonl#1', 'bad_record')]
    """
    return _READERS[container.format](stream, container)


def container_format(head: bytes, name: str, columns: Mapping[str, str]) -> str | None:
    """The container that ``head`` (the first bytes, unpacked, not wide) begins, or ``None`` for a single document.

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
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return _json_format(start, name)
    if is_mhtml(head):
        return "mhtml"
    return table_format(head, name, columns)


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
