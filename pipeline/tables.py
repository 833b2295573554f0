"""The tables: their Arrow schemas, row types to Arrow and back, and the only code that writes Parquet.

Rows enter as the types of :mod:`pipeline.models`; what leaves are part files
``<processed>/<table>/part-<key>.parquet``, each written to a temporary name, flushed to the disk and renamed, so that
a reader never sees half a file. The same rows give the same bytes. Every column carries its description in the field
metadata, every file the schema version, the program version and the digest of the lexicons and rules that made it.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints, overload

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.errors import TableError
from pipeline.models import (
    Article,
    ClusterMember,
    Membership,
    Mention,
    Organisation,
    Person,
    Place,
    Position,
    Rejection,
    Sentence,
    Stage,
    field_names,
    is_row_type,
)
from pipeline.publication import FileFacts, read_publication
from pipeline.storage import STATE as STATE
from pipeline.storage import Location, RemotePath, locate, put_file
from pipeline.storage import write_text as write_text

SCHEMA_VERSION = 1
"""Raised whenever a column is added, dropped, renamed or retyped; files of another version are not read."""

Row = TypeVar("Row")

_STRING = pa.string()
_INT = pa.int32()
_DATE = pa.date32()
_STRINGS = pa.list_(pa.field("item", pa.string(), nullable=False))
_SPAN = [pa.field("start", _INT, nullable=False), pa.field("end", _INT, nullable=False)]
_BLOCKS = pa.list_(pa.field("item", pa.struct([*_SPAN, pa.field("section", _STRING, nullable=False)]), nullable=False))
_TOKENS = pa.list_(pa.field("item", pa.struct([*_SPAN, pa.field("pos", _STRING, nullable=False)]), nullable=False))
_COUNTS = pa.map_(_STRING, pa.field("value", _INT, nullable=False))


def _column(name: str, kind: pa.DataType, description: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"description": description})


def _article_id() -> pa.Field:
    return _column("article_id", _STRING, "first 16 hex digits of SHA-256 of the document's raw bytes")


def _offsets(of: str, *, nullable: bool = False) -> tuple[pa.Field, pa.Field]:
    return (
        _column("start", _INT, f"where {of} starts: code points into articles.text", nullable=nullable),
        _column("end", _INT, f"where {of} ends (half-open)", nullable=nullable),
    )


def _rule() -> tuple[pa.Field, pa.Field]:
    return (
        _column("rule", _STRING, "name of the rule that made this row"),
        _column("score", pa.float32(), "trust in the rule, 0 to 1"),
    )


def _schemas(**tables: tuple[str, Sequence[pa.Field]]) -> Mapping[str, pa.Schema]:
    return {
        name: pa.schema(columns, metadata={"chucdanh.table": name, "description": description})
        for name, (description, columns) in tables.items()
    }


SCHEMAS: Mapping[str, pa.Schema] = _schemas(
    articles=(
        "One clean text per document",
        (
            _article_id(),
            _column(
                "source",
                _STRING,
                "path under the raw folder; path#n: record n (from 0) of a container; archive!/path: a member",
            ),
            _column("format", _STRING, "format of the document as the reader told it (text, html …)"),
            _column("encoding", _STRING, "encoding the bytes were in"),
            _column("url", _STRING, "address of the page, where the document tells it", nullable=True),
            _column("title", _STRING, "headline without site furniture", nullable=True),
            _column("published_on", _DATE, "day the page says it was published or updated", nullable=True),
            _column("event_on", _DATE, "first full date the article reports on", nullable=True),
            _column("authors", _STRINGS, "byline names, without photographers"),
            _column("text", _STRING, "the clean text; all offsets count its code points"),
            _column("blocks", _BLOCKS, "non-empty lines of the text and their place in the page"),
            _column("repairs", _COUNTS, "what cleaning mended, counted"),
        ),
    ),
    sentences=(
        "Sentences and their words",
        (
            _article_id(),
            _column("sentence_id", _INT, "number of the sentence in its article, from 0"),
            *_offsets("the sentence"),
            _column("section", _STRING, "title, dateline, body, caption, byline or furniture"),
            _column("tokens", _TOKENS, "words with offsets and part of speech as underthesea names it"),
        ),
    ),
    mentions=(
        "Spans that name a person, office, body or place; nested, never crossing",
        (
            _article_id(),
            _column("mention_id", _INT, "number of the mention in its article"),
            _column("sentence_id", _INT, "the sentence it stands in"),
            _column("parent_id", _INT, "mention that directly encloses this one", nullable=True),
            _column("label", _STRING, "PERSON, POSITION, ORGANISATION or PLACE"),
            *_offsets("the mention"),
            _column("text", _STRING, "articles.text[start:end]"),
            _column("form", _STRING, "full, short, title_only or list_item"),
            _column("normal", _STRING, "normal form of what is named; null: unresolved", nullable=True),
            _column(
                "entity_id",
                _STRING,
                "person, position, organisation or place by label; null: unresolved",
                nullable=True,
            ),
            _column("person_id", _STRING, "for a POSITION: the named person it stands for", nullable=True),
            _column("organisation_id", _STRING, "for a POSITION: the body it belongs to", nullable=True),
            _column("place_id", _STRING, "for a POSITION: the unit it belongs to", nullable=True),
            _column("inferred", _STRINGS, "parts that come from context, not from the phrase"),
            _column("holders", _INT, "how many people hold it, where the text counts them", nullable=True),
            *_rule(),
        ),
    ),
    people=(
        "People, one row per article and name",
        (
            _article_id(),
            _column("person_id", _STRING, "person within this article"),
            _column("name", _STRING, "name in normal spelling"),
            _column("name_key", _STRING, "name in lower-case ASCII, for search and sorting"),
            _column("honorific", _STRING, "đồng chí, ông, bà … as the text says", nullable=True),
            _column("rank", _STRING, "military or police rank", nullable=True),
            _column("degree", _STRING, "academic degree or title", nullable=True),
            _column("gender", _STRING, "only when the text says: ông, bà, anh, chị", nullable=True),
            _column("credit", pa.bool_(), "named as author or photographer"),
            _column("mention_count", _INT, "how often the article names the person"),
        ),
    ),
    positions=(
        "Offices in their normal form",
        (
            _column("position_id", _STRING, "office"),
            _column("title", _STRING, "normal form: role, body, unit type, no place name"),
            _column("title_en", _STRING, "the title in English"),
            _column("role", _STRING, "Bí thư, Chủ tịch, Ủy viên …"),
            _column("modifiers", _STRINGS, "deputy, standing, alternate, permanent …"),
            _column("body", _STRING, "kind of body the office belongs to", nullable=True),
            _column("branch", _STRING, "party, government, front, police …"),
            _column("level", _STRING, "central, province, district, commune, village or none"),
        ),
    ),
    organisations=(
        "Bodies in their normal form",
        (
            _column("organisation_id", _STRING, "body"),
            _column("name", _STRING, "normal form: body, unit type, place name"),
            _column("body", _STRING, "kind of body"),
            _column("branch", _STRING, "party, government, front, police …"),
            _column("level", _STRING, "central, province, district, commune, village or none"),
            _column("place_id", _STRING, "unit it belongs to", nullable=True),
            _column("parent_id", _STRING, "body above it", nullable=True),
        ),
    ),
    places=(
        "Administrative units of one era, and places without a code",
        (
            _column("place_id", _STRING, "unit of one era"),
            _column("gso_code", _STRING, "code of the General Statistics Office", nullable=True),
            _column("era", _STRING, "the vintage of the code", nullable=True),
            _column("level", _STRING, "province, district, commune, village or none"),
            _column("unit_type", _STRING, "xã, phường, huyện …"),
            _column("name", _STRING, "name without its unit word"),
            _column("full_name", _STRING, "xã Thanh Ba, tỉnh Phú Thọ"),
            _column("parent_id", _STRING, "unit above it", nullable=True),
            _column("province_id", _STRING, "its province", nullable=True),
            _column("valid_from", _DATE, "first day of the unit", nullable=True),
            _column("valid_to", _DATE, "first day on which the unit no longer existed", nullable=True),
            _column("successor_ids", _STRINGS, "units that took its place"),
            _column("latitude", pa.float64(), "degrees north", nullable=True),
            _column("longitude", pa.float64(), "degrees east", nullable=True),
        ),
    ),
    memberships=(
        "Who holds what, where, as one article tells it",
        (
            _column("membership_id", _STRING, "person, office, body and status of one article"),
            _article_id(),
            _column("person_id", _STRING, "who (people, same article)"),
            _column("position_id", _STRING, "which office"),
            _column("organisation_id", _STRING, "in which body", nullable=True),
            _column("place_id", _STRING, "in which unit", nullable=True),
            _column("status", _STRING, "current, former, acting, incoming or candidate"),
            _column("term", _STRING, "term such as 2020-2025", nullable=True),
            _column("observed_on", _DATE, "published_on of the article, else event_on", nullable=True),
            _column("sentence_id", _INT, "sentence of the evidence"),
            *_offsets("the evidence"),
            _column("evidence", _STRING, "articles.text[start:end]"),
            _column("inferred", _STRINGS, "parts that come from context: unit_type, organisation, place"),
            *_rule(),
        ),
    ),
    clusters=(
        "Near-duplicates: articles that tell the same news in nearly the same words; an article alone has no row",
        (
            _article_id(),
            _column("cluster_id", _STRING, "the articles with the same value are near-duplicates of one another"),
            _column("likeness", pa.float32(), "estimated share of common word runs with the nearest of them, 0 to 1"),
        ),
    ),
    rejects=(
        "Documents that could not be read and readings that were refused",
        (
            _column("source", _STRING, "path under the raw folder; path#n for record n"),
            _column("article_id", _STRING, "the document, where it could be read", nullable=True),
            _column("stage", _STRING, "read, clean, segment, recognise, normalise or link"),
            _column("reason", _STRING, "closed list of reasons"),
            _column("detail", _STRING, "what was refused"),
            *_offsets("what was refused", nullable=True),
        ),
    ),
)

KEYS: Mapping[str, tuple[str, ...]] = {
    "articles": ("article_id",),
    "sentences": ("article_id", "sentence_id"),
    "mentions": ("article_id", "mention_id"),
    "people": ("article_id", "person_id"),
    "positions": ("position_id",),
    "organisations": ("organisation_id",),
    "places": ("place_id",),
    "memberships": ("article_id", "membership_id"),
    "clusters": ("article_id",),
    "rejects": ("source", "stage", "start", "end", "reason", "detail"),
}
"""What the rows of a table are sorted by."""

DIMENSIONS = ("positions", "organisations", "places")
"""Tables whose rows belong to no single article: one row per entity over all articles."""

MERGED_TABLES = (*DIMENSIONS, "clusters")
"""Tables that are made from all parts together: a part keeps in private what its share of them is made from."""

STAGE_TABLES: Mapping[Stage, tuple[str, ...]] = {
    Stage.CLEAN: ("articles", "clusters"),
    Stage.SEGMENT: ("sentences",),
    Stage.RECOGNISE: ("mentions",),
    Stage.NORMALISE: ("mentions", *DIMENSIONS),
    Stage.LINK: ("mentions", *DIMENSIONS, "people", "memberships"),
}
"""What each stage writes, besides its rows of ``rejects``."""


# --- rows to Arrow --------------------------------------------------------------------------------------------------


def _build(name: str, rows: Sequence[object], derived: Mapping[str, object] | None = None) -> pa.Table:
    """A table of ``rows``: each column from ``derived``, else from the attribute of its name."""
    derived = derived or {}
    schema = SCHEMAS[name]
    columns = [
        derived[field.name] if field.name in derived else [getattr(row, field.name) for row in rows] for field in schema
    ]
    arrays = [
        column if isinstance(column, pa.Array) else pa.array(column, field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _spans(lists: Sequence[Sequence[Any]], kind: pa.DataType, last: str) -> pa.Array:
    """Column of lists of ``{start, end, <last>}``, built flat: ten times faster than from dictionaries."""
    offsets = [0]
    for items in lists:
        offsets.append(offsets[-1] + len(items))
    flat = [item for items in lists for item in items]
    struct = pa.StructArray.from_arrays(
        [
            pa.array([item.start for item in flat], _INT),
            pa.array([item.end for item in flat], _INT),
            pa.array([getattr(item, last) for item in flat], _STRING),
        ],
        fields=list(kind.value_type),
    )
    return pa.ListArray.from_arrays(pa.array(offsets, _INT), struct, type=kind)


def articles_table(articles: Sequence[Article]) -> pa.Table:
    """Table ``articles``, sorted by ``article_id``."""
    articles = sorted(articles, key=lambda article: article.article_id)
    return _build(
        "articles",
        articles,
        {
            "blocks": _spans([article.blocks for article in articles], _BLOCKS, "section"),
            "repairs": [sorted(article.repairs.items()) for article in articles],
        },
    )


def sentences_table(pairs: Sequence[tuple[Article, Sequence[Sentence]]]) -> pa.Table:
    """Table ``sentences`` of articles and their sentences."""
    rows = [
        (article, sentence)
        for article, sentences in sorted(pairs, key=_by_article)
        for sentence in sorted(sentences, key=lambda sentence: sentence.sentence_id)
    ]
    found = [sentence for _, sentence in rows]
    return _build(
        "sentences",
        found,
        {
            "article_id": [article.article_id for article, _ in rows],
            "tokens": _spans([sentence.tokens for sentence in found], _TOKENS, "pos"),
        },
    )


def mentions_table(pairs: Sequence[tuple[Article, Sequence[Mention]]]) -> pa.Table:
    """Table ``mentions`` of articles and their mentions; ``text`` is cut from the article."""
    rows = [
        (article, mention)
        for article, mentions in sorted(pairs, key=_by_article)
        for mention in sorted(mentions, key=lambda mention: mention.mention_id)
    ]
    return _build(
        "mentions",
        [mention for _, mention in rows],
        {
            "article_id": [article.article_id for article, _ in rows],
            "text": [article.text[mention.start : mention.end] for article, mention in rows],
        },
    )


def _by_article(pair: tuple[Article, object]) -> str:
    return pair[0].article_id


def people_table(people: Sequence[Person]) -> pa.Table:
    """Table ``people``."""
    rows = sorted(people, key=lambda person: (person.article_id, person.person_id))
    return _build("people", rows)


def memberships_table(memberships: Sequence[Membership]) -> pa.Table:
    """Table ``memberships``."""
    rows = sorted(memberships, key=lambda row: (row.article_id, row.membership_id))
    return _build("memberships", rows)


def dimension_table(name: str, rows: Sequence[tuple[str, Position | Organisation | Place]]) -> pa.Table:
    """Rows of a dimension as one part keeps them: ``(article_id, entity)`` pairs, equal entities joined.

    The schema is :func:`stored_schema`: the public columns, and ``article_ids``, the articles that tell the row.
    """
    articles: dict[Position | Organisation | Place, set[str]] = {}
    for article_id, entity in rows:
        articles.setdefault(entity, set()).add(article_id)
    entities = sorted(articles, key=repr)
    schema = stored_schema(name)
    columns = [[getattr(entity, field.name) for entity in entities] for field in SCHEMAS[name]]
    columns.append([sorted(articles[entity]) for entity in entities])
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def merge_dimension(name: str, parts: Iterable[pa.Table]) -> pa.Table:
    """The public table of a dimension: one row per entity over the stored rows of all parts.

    Articles may tell different things of the same entity (one names its parent, the other does not): the row with the
    fewest blanks stays, the smallest by text among equals, so that the order in which articles came does not matter.
    """
    key = KEYS[name][0]
    best: dict[str, tuple[tuple[int, str], Mapping[str, Any]]] = {}
    for part in parts:
        for row in part.select(SCHEMAS[name].names).to_pylist():
            known = best.get(row[key])
            if known and known[1] == row:
                continue
            text = repr(row)
            order = (text.count("None"), text)
            if known is None or order < known[0]:
                best[row[key]] = (order, row)
    return pa.Table.from_pylist([best[entity][1] for entity in sorted(best)], schema=SCHEMAS[name])


def signatures_table(signatures: Mapping[str, bytes]) -> pa.Table:
    """What a part keeps for ``clusters``: the signature of each article (:func:`pipeline.likeness.sign_article`)."""
    schema = stored_schema("clusters")
    rows = sorted(signatures.items())
    columns = [pa.array([row[at] for row in rows], field.type) for at, field in enumerate(schema)]
    return pa.Table.from_arrays(columns, schema=schema)


def clusters_table(members: Sequence[ClusterMember]) -> pa.Table:
    """Table ``clusters``."""
    rows = sorted(members, key=lambda member: member.article_id)
    return _build("clusters", rows)


def rejects_table(rejections: Sequence[Rejection]) -> pa.Table:
    """Table ``rejects``; identical rows are kept once."""
    rows = sorted(set(rejections), key=_rejection_order)
    return _build("rejects", rows)


def _rejection_order(row: Rejection) -> tuple[str, int, int, int, str, str, str]:
    stage = list(Stage).index(row.stage)
    start, end = (-1 if offset is None else offset for offset in (row.start, row.end))
    return row.source, stage, start, end, row.reason, row.detail, row.article_id or ""


# --- Arrow to rows --------------------------------------------------------------------------------------------------


def rows_of(table: pa.Table, kind: type[Row]) -> list[Row]:
    """The rows of a table as instances of their type; columns the type does not have are left out.

    >>> from pipeline.models import Reason
    >>> rejection = Rejection("a.txt", None, Stage.READ, Reason.EMPTY, "0 bytes")
    >>> rows_of(rejects_table([rejection]), Rejection) == [rejection]
    True
    """
    converters = _converters(kind)
    names = [name for name in converters if name in table.column_names]
    columns = [
        [converters[name](value) for value in table.column(name).to_pylist()]
        if converters[name] is not _same
        else table.column(name).to_pylist()
        for name in names
    ]
    if names == list(converters):
        return [kind(*values) for values in zip(*columns, strict=True)]
    return [kind(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]


def _same(value: Any) -> Any:
    return value


def _converters(kind: type[Any]) -> Mapping[str, Callable[[Any], Any]]:
    hints = get_type_hints(kind)
    return {name: _converter(hints[name]) for name in field_names(kind)}


def _converter(hint: Any) -> Callable[[Any], Any]:
    """How a value of an Arrow column becomes a value of the annotated type."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = _converter(next(part for part in get_args(hint) if part is not type(None)))
        return _same if inner is _same else lambda value: None if value is None else inner(value)
    if origin is tuple:
        inner = _converter(get_args(hint)[0])
        return tuple if inner is _same else lambda value: tuple(inner(item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return dict
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    if isinstance(hint, type) and is_row_type(hint):
        converters = _converters(hint)
        return lambda value: hint(**{name: converters[name](part) for name, part in value.items()})
    return _same


# --- files ----------------------------------------------------------------------------------------------------------


def write_table(path: Location, table: pa.Table, *, digest: str) -> FileFacts:
    """Write one Parquet file, whole or not at all, and tell what was written.

    ``table`` has a schema of this module; ``digest`` names the lexicons and rules that made the rows. The temporary
    name starts with a dot, so that readers of the folder skip it.
    """
    metadata = {
        **table.schema.metadata,
        "chucdanh.schema_version": str(SCHEMA_VERSION),
        "chucdanh.program_version": __version__,
        "chucdanh.lexicon_digest": digest,
    }
    table = table.replace_schema_metadata(metadata).combine_chunks()

    def write(temporary: Path) -> None:
        pq.write_table(table, temporary, compression="zstd", row_group_size=max(1, table.num_rows))

    written = put_file(path, write)
    return FileFacts(path.name, table.num_rows, written.size, written.sha256)


def table_folder(processed: Location, name: str) -> Location:
    """Folder of a table's parts. Those of a merged table are private: the public table is made from all of them."""
    return (processed / STATE if name in MERGED_TABLES else processed) / name


def stored_schema(name: str) -> pa.Schema:
    """Columns that a part keeps of a table: of a dimension also ``article_ids``, the articles that tell the row; of the
    clusters the signatures that they are found by."""
    schema = SCHEMAS[name]
    if name == "clusters":
        signature = _column("signature", pa.binary(), "MinHash of the body's word runs; empty: it has no word")
        return pa.schema([schema.field("article_id"), signature], metadata=schema.metadata)
    return (
        schema.append(_column("article_ids", _STRINGS, "articles that tell this row")) if name in DIMENSIONS else schema
    )


def part_path(processed: Location, name: str, key: str) -> Location:
    """Where the rows of one part lie."""
    return table_folder(processed, name) / f"part-{key}.parquet"


@overload
def part_files(processed: Path, name: str) -> list[Path]: ...
@overload
def part_files(processed: Location, name: str) -> list[Location]: ...


def part_files(processed: Location, name: str) -> Sequence[Location]:
    """Files of a table, in order of their names; behind a URL those that the last finished run published."""
    if isinstance(processed, RemotePath):
        published = read_publication(processed).get(name)
        files = published.files if published else ()
        return [processed / name / file for file in files]
    return sorted((processed / name).glob("part-*.parquet"))


def read_facts(path: Location) -> FileFacts:
    """Rows, size and digest of a file of a table.

    Raises:
        TableError: the file cannot be read.
    """
    try:
        content = path.read_bytes()
        rows = pq.ParquetFile(pa.BufferReader(content)).metadata.num_rows
    except (OSError, pa.ArrowException) as error:
        raise TableError(f"{path} cannot be read ({error}); delete it and run again") from error
    return FileFacts(path.name, rows, len(content), hashlib.sha256(content).hexdigest())


def read_part(processed: Location, name: str, key: str) -> pa.Table:
    """The rows that one part keeps of a table, by :func:`stored_schema`.

    Raises:
        TableError: the file cannot be read, or another version of the program wrote it.
    """
    return read_file(part_path(processed, name, key), stored_schema(name))


def read_file(path: Location, schema: pa.Schema) -> pa.Table:
    """The columns of ``schema`` from one Parquet file.

    Raises:
        TableError: the file cannot be read, or another version of the program wrote it.
    """
    try:
        source = path if isinstance(path, Path) else pa.BufferReader(path.read_bytes())
        with pq.ParquetFile(source) as file:
            version = (file.schema_arrow.metadata or {}).get(b"chucdanh.schema_version", b"unknown").decode()
            table = file.read(columns=schema.names)
    except (OSError, pa.ArrowException) as error:
        raise TableError(f"{path} cannot be read ({error}); delete it and run again") from error
    if version != str(SCHEMA_VERSION):
        message = f"{path} has schema version {version}, this program reads {SCHEMA_VERSION}; delete it and run again"
        raise TableError(message)
    return table.select(schema.names).cast(schema)


def iter_table(processed: Location, name: str, *, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """A table part by part, for what does not fit in memory.

    Raises:
        TableError: no such table, or a part cannot be read.
    """
    if name not in SCHEMAS:
        raise TableError(f"there is no table {name!r}; the tables are {', '.join(SCHEMAS)}")
    schema = SCHEMAS[name]
    if columns is not None:
        schema = pa.schema([schema.field(column) for column in columns], metadata=schema.metadata)
    files = part_files(processed, name)
    if not files and not (processed / STATE).is_dir():
        raise TableError(
            f"there is no table {name} in {processed}; write it with: chucdanh run --processed {processed}"
        )
    yield schema.empty_table()
    for path in files:
        yield read_file(path, schema)


def read_table(processed: Location | str, name: str, *, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole table, rows sorted by key (where the key columns are read).

    Raises:
        TableError: no such table, or a part cannot be read.
    """
    table = pa.concat_tables(iter_table(locate(processed), name, columns=columns)).combine_chunks()
    order = [(column, "ascending") for column in KEYS[name] if column in table.column_names]
    return table.sort_by(order) if order else table
