"""Whether tables keep what they promise: what is wrong, where, and in which row.

What enters is a folder of tables; what leaves is a list of findings, empty when all is well. In this order: the files
and their schemas; offices, bodies and places; part by part all that belongs to articles; near-duplicates. A part holds
every row of its articles, so references within an article are checked inside the part, and memory is bounded by one
part and by the ids of offices, bodies, places and articles.

Checked are schemas and versions, keys, references (:data:`pipeline.datapackage.FOREIGN_KEYS`), closed lists, the order
of rows, offsets (``text[start:end]`` is what the row says it is), that sentences, words and mentions lie where they
must, and that mentions nest: POSITION ⊃ ORGANISATION ⊃ PLACE, never crossing. What a broken file should have held is
not reported a second time by the rows that refer to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.datapackage import FOREIGN_KEYS, closed_lists, primary_key
from pipeline.errors import TableError
from pipeline.likeness import LIKE
from pipeline.models import Label, Stage
from pipeline.orthography import fold
from pipeline.tables import DIMENSIONS, KEYS, SCHEMA_VERSION, SCHEMAS, STATE, part_files

Row = Mapping[str, Any]
"""A row of a table whose schema has been checked: the one place where rows are not of their type, because a wrong value
must be reported, not refused."""


Targets = Mapping[str, Mapping[tuple[str, ...], frozenset[Hashable]]]
"""The keys that rows may refer to, by table and key columns; a table that is not there or is broken is left out."""


class Check(StrEnum):
    """What a table is held to."""

    FILE = "file"
    SCHEMA = "schema"
    KEY = "key"
    REFERENCE = "reference"
    CLOSED_LIST = "closed_list"
    ORDER = "order"
    OFFSETS = "offsets"
    NESTING = "nesting"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    ``file`` is the part file under the folder of tables, ``row`` names the row by its key (empty: the whole file),
    ``column`` the column where there is one, ``message`` says what was found and what was expected.
    """

    check: Check
    table: str
    file: str
    row: str
    column: str
    message: str

    def __str__(self) -> str:
        where = (
            f"{self.file}{f', row {self.row}' if self.row else ''}{f', column {self.column}' if self.column else ''}"
        )
        return f"{where}: {self.message} [{self.check}]"


MOST = 20
"""How many findings of one check and table are listed; the rest is counted."""


def validate_tables(processed: Path, *, most: int = MOST) -> list[Finding]:
    """Everything that is wrong with the tables in ``processed``; an empty list when nothing is.

    Of one check in one table ``most`` findings are listed; one more says how many there are besides.

    Raises:
        TableError: ``processed`` holds no tables.
    """
    if not (processed / STATE).is_dir() and not any(part_files(processed, name) for name in SCHEMAS):
        raise TableError(f"there are no tables in {processed}; write them with: chucdanh run --processed {processed}")
    kept: dict[tuple[Check, str], list[Finding]] = {}
    more: dict[tuple[Check, str], int] = {}
    for finding in _find_all(processed):
        kind = (finding.check, finding.table)
        if len(kept.setdefault(kind, [])) < most:
            kept[kind].append(finding)
        else:
            more[kind] = more.get(kind, 0) + 1
    for (check, table), number in more.items():
        note = f"{number:,} more of this kind in table {table}"
        kept[check, table].append(Finding(check, table, table, "", "", note))
    return [finding for findings in kept.values() for finding in findings]


def _find_all(processed: Path) -> Iterator[Finding]:
    sound: dict[str, dict[str, Path]] = {name: {} for name in SCHEMAS}
    broken: set[tuple[str, str]] = set()
    for name in SCHEMAS:
        for path in part_files(processed, name):
            found = list(_check_file(processed, name, path))
            yield from found
            if found:
                broken.add((name, path.stem))
            else:
                sound[name][path.stem] = path
    whole = [name for name in DIMENSIONS if sound[name] and not any(table == name for table, _ in broken)]
    entities = {name: {primary_key(name): frozenset(_ids(sound[name].values(), primary_key(name)))} for name in whole}
    for name in DIMENSIONS:
        yield from _check_dimension(processed, name, sound[name].values(), entities)
    articles: set[int] = set()
    yield from _check_parts(processed, sound, broken, entities, articles)
    whole_articles = not any(table == "articles" for table, _ in broken)
    yield from _check_clusters(processed, sound["clusters"].values(), articles if whole_articles else None)


# --- files ----------------------------------------------------------------------------------------------------------


def _check_file(processed: Path, name: str, path: Path) -> Iterator[Finding]:
    """Whether a file can be read, has the columns of its table, and no blanks where none may be."""
    file = str(path.relative_to(processed))
    try:
        stored = pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        yield Finding(Check.FILE, name, file, "", "", f"cannot be read ({error}); delete it and run again")
        return
    version = (stored.metadata or {}).get(b"chucdanh.schema_version", b"none").decode()
    if version != str(SCHEMA_VERSION):
        message = f"has schema version {version}, not {SCHEMA_VERSION}; delete it and run again"
        yield Finding(Check.SCHEMA, name, file, "", "", message)
    wanted = SCHEMAS[name]
    for column in sorted(set(wanted.names) | set(stored.names)):
        known, have = (schema.field(column) if column in schema.names else None for schema in (wanted, stored))
        if known is None or have is None:
            message = "is missing" if have is None else "is not in the schema"
            yield Finding(Check.SCHEMA, name, file, "", column, message)
        elif (known.type, known.nullable) != (have.type, have.nullable):
            message = f"is of type {_type_name(have)}, not {_type_name(known)}"
            yield Finding(Check.SCHEMA, name, file, "", column, message)
    if wanted.names != stored.names and set(wanted.names) == set(stored.names):
        yield Finding(Check.SCHEMA, name, file, "", "", "has its columns in another order")


def _type_name(column: pa.Field) -> str:
    return f"{column.type}{'' if column.nullable else ' not null'}"


def _read_rows(path: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(path, partitioning=None).to_pylist()
    return rows


def _ids(paths: Iterable[Path], columns: Sequence[str]) -> Iterator[Hashable]:
    for path in paths:
        table = pq.read_table(path, columns=list(columns), partitioning=None)
        yield from _names(table.to_pylist(), columns)


def _names(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[Hashable]:
    """The values of some columns, one or a tuple of them by row."""
    if len(columns) == 1:
        return (row[columns[0]] for row in rows)
    return (tuple(row[column] for column in columns) for row in rows)


# --- rows of any table ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of one file, and how findings in them are named."""

    name: str
    file: str
    rows: Sequence[Row]

    def find(self, check: Check, row: Row, column: str, message: str) -> Finding:
        key = primary_key(self.name) or ("source", "stage", "detail")
        return Finding(check, self.name, self.file, " ".join(str(row[part]) for part in key), column, message)


def _check_rows(sheet: _Sheet) -> Iterator[Finding]:
    """Closed lists, keys and order, which hold for all tables alike."""
    yield from _check_lists(sheet)
    yield from _check_order(sheet)


def _check_lists(sheet: _Sheet) -> Iterator[Finding]:
    for path, kind in closed_lists(sheet.name).items():
        column, _, part = path.partition(".")
        members = frozenset(member.value for member in kind)
        for row in sheet.rows:
            values = [item[part] for item in row[column]] if part else [row[column]]
            for value in values:
                if value is not None and value not in members:
                    yield sheet.find(Check.CLOSED_LIST, row, column, f"{value!r} is no {kind.__name__}")


def _check_order(sheet: _Sheet) -> Iterator[Finding]:
    """Rows sorted by key, none twice."""
    keyed = bool(primary_key(sheet.name))
    order = _order_of(sheet.name)
    for before, after in pairwise(sheet.rows):
        first, second = order(before), order(after)
        if first > second:
            yield sheet.find(Check.ORDER, after, "", "comes after a row that it should stand before")
        elif first == second and (keyed or before == after):
            yield sheet.find(Check.KEY, after, "", "stands there twice")


def _order_of(name: str) -> Callable[[Row], tuple[tuple[bool, Any], ...]]:
    """The key that rows are sorted by; stages in the order of the flow, blanks first."""
    columns = KEYS[name]

    def order(row: Row) -> tuple[tuple[bool, Any], ...]:
        return tuple((row[column] is not None, _rank(column, row[column])) for column in columns)

    return order


def _rank(column: str, value: Any) -> Any:
    return _stage_ranks().get(value, -1) if column == "stage" else value if value is not None else 0


@cache
def _stage_ranks() -> Mapping[str, int]:
    return {stage.value: rank for rank, stage in enumerate(Stage)}


def _check_references(sheet: _Sheet, targets: Targets) -> Iterator[Finding]:
    for key in FOREIGN_KEYS:
        if key.table != sheet.name or key.target not in targets:
            continue
        present = targets[key.target][key.target_columns]
        for row, names in zip(sheet.rows, _names(sheet.rows, key.columns), strict=True):
            blank = any(row[column] is None for column in key.columns)
            if not blank and names not in present:
                message = f"{row[key.columns[-1]]!r} is not in the table {key.target}"
                yield sheet.find(Check.REFERENCE, row, key.columns[-1], message)


# --- offices, bodies, places ----------------------------------------------------------------------------------------


def _check_dimension(processed: Path, name: str, paths: Iterable[Path], targets: Targets) -> Iterator[Finding]:
    seen: set[Hashable] = set()
    for path in paths:
        sheet = _Sheet(name, str(path.relative_to(processed)), _read_rows(path))
        yield from _check_rows(sheet)
        yield from _check_references(sheet, targets)
        for row, entity in zip(sheet.rows, _names(sheet.rows, primary_key(name)), strict=True):
            if entity in seen:
                yield sheet.find(Check.KEY, row, "", "stands in another file too")
        seen.update(_names(sheet.rows, primary_key(name)))
        if name == "places":
            yield from _check_places(sheet)


def _check_places(sheet: _Sheet) -> Iterator[Finding]:
    for row in sheet.rows:
        if row["valid_from"] and row["valid_to"] and row["valid_from"] > row["valid_to"]:
            yield sheet.find(Check.VALUE, row, "valid_to", f"{row['valid_to']} is before {row['valid_from']}")
        for column, limit in (("latitude", 90), ("longitude", 180)):
            if row[column] is not None and abs(row[column]) > limit:
                yield sheet.find(Check.VALUE, row, column, f"{row[column]} is no {column}")


# --- articles and what belongs to them ------------------------------------------------------------------------------

_ARTICLE_ID = re.compile(r"[0-9a-f]{16}")
_OF_ARTICLES = ("articles", "sentences", "mentions", "people", "memberships")


@dataclass(frozen=True, slots=True)
class _Part:
    """All rows of some articles, and what they are checked against."""

    sheets: Mapping[str, _Sheet]
    articles: Mapping[str, Row]
    sentences: Mapping[tuple[str, int], Row]


def _check_parts(
    processed: Path,
    sound: Mapping[str, Mapping[str, Path]],
    broken: set[tuple[str, str]],
    entities: Targets,
    seen: set[int],
) -> Iterator[Finding]:
    """``seen`` gains the numbers of all articles."""
    for stem in sorted({stem for name in _OF_ARTICLES for stem in sound[name]} | set(sound["rejects"])):
        part = _read_part(processed, sound, stem)
        for row in part.sheets["articles"].rows:
            number = _number(row["article_id"])
            if number is None:
                message = "is not 16 hexadecimal digits"
                yield part.sheets["articles"].find(Check.VALUE, row, "article_id", message)
            elif number in seen:
                yield part.sheets["articles"].find(Check.KEY, row, "", "stands in another part too")
            else:
                seen.add(number)
        own = {
            name: {columns: frozenset(_names(part.sheets[name].rows, columns))}
            for name in _OF_ARTICLES
            if sound[name] and (name, stem) not in broken and (columns := primary_key(name))
        }
        yield from _check_part(part, {**entities, **own})


def _number(article_id: str) -> int | None:
    return int(article_id, 16) if _ARTICLE_ID.fullmatch(article_id) else None


def _read_part(processed: Path, sound: Mapping[str, Mapping[str, Path]], stem: str) -> _Part:
    sheets: dict[str, _Sheet] = {}
    for name in (*_OF_ARTICLES, "rejects"):
        path = sound[name].get(stem)
        file = f"{name}/{stem}.parquet"
        sheets[name] = _Sheet(name, file, _read_rows(path) if path else [])
    return _Part(
        sheets=sheets,
        articles={row["article_id"]: row for row in sheets["articles"].rows},
        sentences={(row["article_id"], row["sentence_id"]): row for row in sheets["sentences"].rows},
    )


def _check_part(part: _Part, targets: Targets) -> Iterator[Finding]:
    for sheet in part.sheets.values():
        yield from _check_rows(sheet)
        yield from _check_references(sheet, targets)
    yield from _check_articles(part.sheets["articles"])
    yield from _check_sentences(part)
    yield from _check_mentions(part, targets)
    yield from _check_people(part.sheets["people"])
    yield from _check_memberships(part)
    yield from _check_rejects(part)


def _check_articles(sheet: _Sheet) -> Iterator[Finding]:
    for row in sheet.rows:
        text = row["text"]
        if not unicodedata.is_normalized("NFC", text):
            yield sheet.find(Check.VALUE, row, "text", "is not in Unicode's normal form C")
        yield from _check_chain(sheet, row, "blocks", row["blocks"], 0, len(text))
        for block in row["blocks"]:
            line = text[block["start"] : block["end"]]
            if "\n" in line or line != line.strip() or not line:
                yield sheet.find(Check.OFFSETS, row, "blocks", f"{_show(block)} is not one whole line: {_cut(line)}")


def _check_chain(sheet: _Sheet, row: Row, column: str, spans: Sequence[Row], start: int, end: int) -> Iterator[Finding]:
    """Whether spans lie between two offsets, in order and without overlap."""
    at = start
    for span in spans:
        if not at <= span["start"] < span["end"] <= end:
            yield sheet.find(Check.OFFSETS, row, column, f"{_show(span)} does not lie between {at} and {end}")
            return
        at = span["end"]


def _check_sentences(part: _Part) -> Iterator[Finding]:
    sheet = part.sheets["sentences"]
    for article_id, group in groupby(sheet.rows, key=lambda row: row["article_id"]):
        at = 0
        article = part.articles.get(article_id)
        text = article["text"] if article else ""
        for row in group if article else ():
            if not at <= row["start"] < row["end"] <= len(text):
                message = f"{_show(row)} does not lie between {at} and {len(text)}"
                yield sheet.find(Check.OFFSETS, row, "start", message)
                continue
            at = row["end"]
            if "\n" in text[row["start"] : row["end"]]:
                yield sheet.find(Check.OFFSETS, row, "end", f"{_show(row)} crosses a line of the article")
            yield from _check_chain(sheet, row, "tokens", row["tokens"], row["start"], row["end"])


def _check_quote(part: _Part, sheet: _Sheet, row: Row, column: str) -> Iterator[Finding]:
    """Whether a row quotes the article where it says so, and within its sentence."""
    article = part.articles.get(row["article_id"])
    if article is None:
        return
    text = article["text"]
    if not 0 <= row["start"] < row["end"] <= len(text):
        yield sheet.find(Check.OFFSETS, row, "start", f"{_show(row)} is no span of a text of {len(text)} characters")
        return
    quoted = text[row["start"] : row["end"]]
    if quoted != row[column]:
        message = f"is {_cut(row[column])}, the article has {_cut(quoted)} at {_show(row)}"
        yield sheet.find(Check.OFFSETS, row, column, message)
    sentence = part.sentences.get((row["article_id"], row["sentence_id"]))
    if sentence and not sentence["start"] <= row["start"] < row["end"] <= sentence["end"]:
        message = f"{_show(row)} is not in sentence {row['sentence_id']}, {_show(sentence)}"
        yield sheet.find(Check.OFFSETS, row, "sentence_id", message)


_ENTITY_TABLES = {
    Label.PERSON.value: "people",
    Label.POSITION.value: "positions",
    Label.ORGANISATION.value: "organisations",
    Label.PLACE.value: "places",
}
_INSIDE = {
    (Label.POSITION.value, Label.ORGANISATION.value),
    (Label.POSITION.value, Label.PLACE.value),
    (Label.ORGANISATION.value, Label.PLACE.value),
}


def _check_mentions(part: _Part, targets: Targets) -> Iterator[Finding]:
    sheet = part.sheets["mentions"]
    for row in sheet.rows:
        yield from _check_quote(part, sheet, row, "text")
        yield from _check_score(sheet, row)
        table = _ENTITY_TABLES.get(row["label"], "")
        if row["entity_id"] is None or table not in targets:
            continue
        entity = (row["article_id"], row["entity_id"]) if table == "people" else row["entity_id"]
        if entity not in targets[table][primary_key(table)]:
            message = f"{row['entity_id']!r} is not in the table {table}"
            yield sheet.find(Check.REFERENCE, row, "entity_id", message)
    for _, group in groupby(sheet.rows, key=lambda row: row["article_id"]):
        yield from _check_nesting(sheet, list(group))


def _check_nesting(sheet: _Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    """Whether the mentions of one article nest, and ``parent_id`` names the one that directly encloses each."""
    open_rows: list[Row] = []
    for row in sorted(rows, key=lambda row: (row["start"], -row["end"], row["mention_id"])):
        while open_rows and open_rows[-1]["end"] <= row["start"]:
            open_rows.pop()
        parent = open_rows[-1] if open_rows else None
        if parent and row["end"] > parent["end"]:
            message = f"{_show(row)} crosses mention {parent['mention_id']}, {_show(parent)}"
            yield sheet.find(Check.NESTING, row, "start", message)
            continue
        expected = parent["mention_id"] if parent else None
        if row["parent_id"] != expected:
            message = f"is {row['parent_id']}, but {_show(row)} lies directly in {expected}"
            yield sheet.find(Check.NESTING, row, "parent_id", message)
        if parent and (parent["label"], row["label"]) not in _INSIDE:
            message = f"a {row['label']} may not lie in a {parent['label']} (mention {parent['mention_id']})"
            yield sheet.find(Check.NESTING, row, "label", message)
        open_rows.append(row)


def _check_people(sheet: _Sheet) -> Iterator[Finding]:
    for row in sheet.rows:
        if row["name_key"] != fold(row["name"]):
            message = f"is {row['name_key']!r}, the name gives {fold(row['name'])!r}"
            yield sheet.find(Check.VALUE, row, "name_key", message)


def _check_memberships(part: _Part) -> Iterator[Finding]:
    sheet = part.sheets["memberships"]
    for row in sheet.rows:
        yield from _check_quote(part, sheet, row, "evidence")
        yield from _check_score(sheet, row)
        article = part.articles.get(row["article_id"])
        day: date | None = (article["published_on"] or article["event_on"]) if article else row["observed_on"]
        if row["observed_on"] != day:
            yield sheet.find(Check.VALUE, row, "observed_on", f"is {row['observed_on']}, the article is of {day}")


def _check_score(sheet: _Sheet, row: Row) -> Iterator[Finding]:
    if row["score"] is not None and not 0 <= row["score"] <= 1:
        yield sheet.find(Check.VALUE, row, "score", f"{row['score']} is not between 0 and 1")


def _check_rejects(part: _Part) -> Iterator[Finding]:
    sheet = part.sheets["rejects"]
    for row in sheet.rows:
        if (row["start"] is None) != (row["end"] is None):
            yield sheet.find(Check.OFFSETS, row, "start", "start and end are given together or not at all")
        elif row["start"] is not None and row["article_id"] in part.articles:
            text = part.articles[row["article_id"]]["text"]
            if not 0 <= row["start"] <= row["end"] <= len(text):
                message = f"{_show(row)} is no span of a text of {len(text)} characters"
                yield sheet.find(Check.OFFSETS, row, "start", message)


# --- near-duplicates ------------------------------------------------------------------------------------------------


def _check_clusters(processed: Path, paths: Iterable[Path], articles: set[int] | None) -> Iterator[Finding]:
    """Clusters of two known articles at least; ``articles`` is ``None`` when not all of them could be read."""
    for path in paths:
        sheet = _Sheet("clusters", str(path.relative_to(processed)), _read_rows(path))
        yield from _check_rows(sheet)
        sizes = Counter(row["cluster_id"] for row in sheet.rows)
        for row in sheet.rows:
            if articles is not None and _number(row["article_id"]) not in articles:
                message = f"{row['article_id']!r} is not in the table articles"
                yield sheet.find(Check.REFERENCE, row, "article_id", message)
            if sizes[row["cluster_id"]] < 2:
                yield sheet.find(Check.VALUE, row, "cluster_id", "holds this article alone")
            if not LIKE <= row["likeness"] <= 1:
                yield sheet.find(Check.VALUE, row, "likeness", f"{row['likeness']} is not between {LIKE} and 1")


def _show(span: Row) -> str:
    return f"[{span['start']}:{span['end']}]"


def _cut(text: str | None, length: int = 60) -> str:
    return repr(text if text is None or len(text) <= length else text[: length - 1] + "…")
