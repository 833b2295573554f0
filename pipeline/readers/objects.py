"""JSON and JSON Lines to records, one at a time and in bounded memory.

What enters is an open binary stream of UTF-8 (or of an old set of bytes, kept as they are until the text is decoded);
what leaves is one :class:`RawDocument` or :class:`Rejection` per line, or per object of a list.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any

from pipeline.models import RawDocument, Reason, Rejection
from pipeline.readers.records import CHUNK, Container, as_document


def read_jsonl(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """One document per line of a JSON lines file; lines that hold none, or too much, are refused one by one."""
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
    return as_document(record, number, container)


def _loads(data: bytes) -> Any:
    return json.loads(data.strip(b"\xef\xbb\xbf \t\r\n").decode("utf-8", "surrogateescape"), strict=False)


def read_json(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
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
                as_document(item, at, container)
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
