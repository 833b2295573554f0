"""CSV and TSV to records, one at a time and in bounded memory.

What enters is an open binary stream of UTF-8 or of an old set of bytes; what leaves is one :class:`RawDocument` or
:class:`Rejection` per row below the header.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from pipeline.models import RawDocument, Reason, Rejection
from pipeline.readers.decoding import choose_encoding, read_whole
from pipeline.readers.records import CHUNK, Container, as_document, text_columns
from pipeline.readers.unpacking import Borrowed


def read_table(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """One document per row of a CSV or TSV file; rows that hold none, or too much, are refused one by one."""
    encoding, read_cell = _cell_reader(stream)
    text = io.TextIOWrapper(
        io.BufferedReader(Borrowed(stream)), encoding=encoding, errors="surrogateescape", newline=""
    )
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
            yield as_document(dict(zip(columns, map(read_cell, row), strict=False)), number, container)


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


def _cell_reader(stream: IO[bytes]) -> tuple[str, Callable[[str], str]]:
    """How to open a table, and how to read its cells: the old sets are no codecs of Python's, so their bytes pass as
    Latin-1."""
    head = stream.peek(CHUNK)[:CHUNK]  # type: ignore[attr-defined]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        name = choose_encoding(head)
        if name is not None:
            return "latin-1", lambda cell: read_whole(cell.encode("latin-1"), name)
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


def table_format(head: bytes, name: str, columns: Mapping[str, str]) -> str | None:
    """``csv`` or ``tsv`` where the first line holds column names that the program knows or was given."""
    line = head.decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")
    if not line or len(line) > 4000:
        return None
    sign = _delimiter(line, "csv")
    try:
        cells = {cell.strip().lower() for cell in next(csv.reader([line], delimiter=sign), [])}
    except csv.Error:
        return None
    kind = "tsv" if sign == "\t" else "csv"
    if text_columns(columns) & cells and (len(cells) > 1 or name.lower().endswith((".csv", ".tsv"))):
        return kind
    return (
        kind
        if name.lower().endswith((".csv", ".tsv")) and len(cells) > 1 and all(len(cell) <= 40 for cell in cells)
        else None
    )
