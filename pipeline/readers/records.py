"""One record of a container to a raw document: which of its fields is what.

What enters is a mapping of field names to values, as JSON, CSV or Parquet give it; what leaves is a
:class:`RawDocument` with ``source`` = ``path#n``, or a :class:`Rejection` for a record that holds no text or is too
large. The names are those of ``lexicon/columns.tsv`` and of the option ``--map``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Any

from pipeline.grammar.bylines import parse_byline, settle_author
from pipeline.grammar.dates import parse_date
from pipeline.lexicon import marked
from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.readers.decoding import choose_encoding, read_whole

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
        """The row for record ``number``, or for the container itself."""
        source = self.source if number is None else f"{self.source}#{number}"
        return Rejection(source, None, Stage.READ, reason, detail)


def as_document(record: Mapping[str, Any], number: int, container: Container) -> RawDocument | Rejection:
    """The document that a record holds.

    >>> place = Container("a.csv", "csv", 1 << 20, {})
    >>> as_document({"Content": "Sáng 15-11", "headline": " A "}, 0, place).title
    'A'
    >>> as_document({"id": "7"}, 1, place).reason.value
    'bad_record'
    """
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
    encoding = _old_encoding(payload)
    return RawDocument(
        article_id=hashlib.sha256(data).hexdigest()[:16],
        source=f"{container.source}#{number}",
        payload=payload,
        format=container.format,
        url=_line(fields["url"], encoding),
        title=_line(fields["title"], encoding),
        published_on=_day(fields["date"]),
        authors=_authors(fields["authors"], encoding),
    )


def column_names() -> frozenset[str]:
    """Every name that a column of ours may have, in lower case."""
    return frozenset(name for names in _names().values() for name in names)


def text_columns(columns: Mapping[str, str]) -> frozenset[str]:
    """The names, in lower case, of columns that hold the article; those of the options among them."""
    stated = (columns[field].lower() for field in ("text", "html") if field in columns)
    return frozenset((*_names()["text"], *_names()["html"], *stated))


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


def _old_encoding(payload: bytes | str) -> str | None:
    """The single-byte set of a text that is no UTF-8: the other fields of its record are in it too."""
    if isinstance(payload, str):
        return None
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return choose_encoding(payload)
    return None


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


def _line(value: Any, encoding: str | None = None) -> str | None:
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape" if encoding else "replace")
    if not isinstance(value, bytes):
        return None
    if encoding and not value.isascii():
        return " ".join(read_whole(value, encoding).split()) or None
    return " ".join(value.decode("utf-8", "replace").split()) or None


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


def _authors(value: Any, encoding: str | None) -> tuple[str, ...]:
    """Names from a list or a line; what does not read as a byline is kept as one name when it is short."""
    parts = value if isinstance(value, list) else [value]
    names: list[str] = []
    for part in parts[:50]:
        line = _line(part.get("name") if isinstance(part, dict) else part, encoding)
        if line is None:
            continue
        byline = parse_byline(line)
        names += byline.authors if byline is not None else ()
    return tuple(dict.fromkeys(map(settle_author, names)))
