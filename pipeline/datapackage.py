"""The tables described for programs and people: Data Package, Croissant, and docs/DATA.md.

What enters is the schemas of :mod:`pipeline.tables` and the types of :mod:`pipeline.models`; what leaves is

* ``<processed>/datapackage.json``: Data Package with a Table Schema for every table (Frictionless);
* ``<processed>/croissant.json``: Croissant 1.0, the form that data set search and machine learning tools read;
* ``docs/DATA.md``, written by ``python -m pipeline.datapackage --docs docs/DATA.md``.

Keys, references between tables and closed lists stand here once; :mod:`pipeline.validate` checks the rows against them.
The same tables give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa
import pyarrow.types as kinds

from pipeline import __version__
from pipeline.models import (
    Article,
    ClusterMember,
    Membership,
    Mention,
    Organisation,
    Person,
    Place,
    Position,
    Reason,
    Rejection,
    Sentence,
    field_names,
    is_row_type,
)
from pipeline.publication import TableFacts, read_publication
from pipeline.storage import Location
from pipeline.tables import KEYS, SCHEMA_VERSION, SCHEMAS, part_files, write_text

Json = dict[str, object]

DATAPACKAGE = "datapackage.json"
CROISSANT = "croissant.json"

ROW_TYPES: Mapping[str, type] = {
    "articles": Article,
    "sentences": Sentence,
    "mentions": Mention,
    "people": Person,
    "positions": Position,
    "organisations": Organisation,
    "places": Place,
    "memberships": Membership,
    "clusters": ClusterMember,
    "rejects": Rejection,
}
"""The type of the rows of each table; it tells which columns hold a closed list."""

UNKEYED = frozenset({"rejects"})
"""Tables whose rows are sorted by :data:`pipeline.tables.KEYS` but not named by them."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns of a table that name a row of another: all present, or one of them null."""

    table: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]

    @property
    def partial(self) -> bool:
        """Whether some of the columns, but not all, may be null. Table Schema does not say what that means."""
        nullable = {SCHEMAS[self.table].field(column).nullable for column in self.columns}
        return len(nullable) > 1


def _in_article(table: str, column: str, target: str, target_column: str) -> ForeignKey:
    return ForeignKey(table, ("article_id", column), target, ("article_id", target_column))


def _to(table: str, column: str, target: str, target_column: str) -> ForeignKey:
    return ForeignKey(table, (column,), target, (target_column,))


FOREIGN_KEYS: tuple[ForeignKey, ...] = (
    _to("sentences", "article_id", "articles", "article_id"),
    _to("mentions", "article_id", "articles", "article_id"),
    _in_article("mentions", "sentence_id", "sentences", "sentence_id"),
    _in_article("mentions", "parent_id", "mentions", "mention_id"),
    _in_article("mentions", "person_id", "people", "person_id"),
    _to("mentions", "organisation_id", "organisations", "organisation_id"),
    _to("mentions", "place_id", "places", "place_id"),
    _to("people", "article_id", "articles", "article_id"),
    _to("organisations", "place_id", "places", "place_id"),
    _to("organisations", "parent_id", "organisations", "organisation_id"),
    _to("places", "parent_id", "places", "place_id"),
    _to("places", "province_id", "places", "place_id"),
    _to("memberships", "article_id", "articles", "article_id"),
    _in_article("memberships", "person_id", "people", "person_id"),
    _to("memberships", "position_id", "positions", "position_id"),
    _to("memberships", "organisation_id", "organisations", "organisation_id"),
    _to("memberships", "place_id", "places", "place_id"),
    _in_article("memberships", "sentence_id", "sentences", "sentence_id"),
    _to("clusters", "article_id", "articles", "article_id"),
)
"""Which columns name a row of which table. Left out: ``mentions.entity_id``, whose table depends on the label, and
``places.successor_ids``, which may name units that no article of the folder names."""


def closed_lists(table: str) -> Mapping[str, type[StrEnum]]:
    """The closed list of each column that has one; ``blocks.section`` is a field within the column ``blocks``.

    >>> {column: len(kind) for column, kind in closed_lists("mentions").items()}
    {'label': 4, 'form': 4}
    >>> list(closed_lists("articles"))
    ['blocks.section']
    """
    return dict(_find_enums(ROW_TYPES[table], ""))


def _find_enums(kind: type, prefix: str) -> Iterator[tuple[str, type[StrEnum]]]:
    hints = get_type_hints(kind)
    for name in field_names(kind):
        for part in _innermost(hints[name]):
            if isinstance(part, type) and issubclass(part, StrEnum):
                yield prefix + name, part
            elif isinstance(part, type) and is_row_type(part):
                yield from _find_enums(part, f"{prefix}{name}.")


def _innermost(hint: Any) -> tuple[Any, ...]:
    """The types that a union or a tuple is made of; any other type is itself."""
    if get_origin(hint) in (Union, types.UnionType, tuple):
        return get_args(hint)
    return (hint,)


def primary_key(table: str) -> tuple[str, ...]:
    """Columns that name a row; empty where rows have no name.

    >>> primary_key("people"), primary_key("rejects")
    (('article_id', 'person_id'), ())
    """
    return () if table in UNKEYED else KEYS[table]


def describe(named: pa.Schema | pa.Field) -> str:
    """What the schema says of a table or a column."""
    return str((named.metadata or {})[b"description"].decode())


# --- Data Package ---------------------------------------------------------------------------------------------------


def write_datapackage(processed: Location) -> None:
    """Write ``datapackage.json`` and ``croissant.json`` for the tables in ``processed``, whole or not at all.

    Tables without part files are left out: a stage that has not run has no data to describe. Rows, bytes and digests
    are those that the last run published; no table is opened.

    Raises:
        OSError: a file cannot be written.
    """
    parts = {name: [path.name for path in part_files(processed, name)] for name in SCHEMAS}
    written = {name: files for name, files in parts.items() if files}
    published = read_publication(processed)
    facts = {name: published[name] for name, files in written.items() if _tells_of(published.get(name), files)}
    package = build_datapackage(written, facts=facts)
    for file, described in ((DATAPACKAGE, package), (CROISSANT, build_croissant(list(written)))):
        write_text(processed / file, json.dumps(described, ensure_ascii=False, indent=2) + "\n")


def _tells_of(facts: TableFacts | None, files: Sequence[str]) -> bool:
    return facts is not None and list(facts.files) == list(files)


def build_datapackage(parts: Mapping[str, Sequence[str]], *, facts: Mapping[str, TableFacts] | None = None) -> Json:
    """The Data Package descriptor of tables, given the names of the part files of each.

    ``facts`` tells rows, bytes and digest of tables; the Data Package has no word for those of several files.

    >>> package = build_datapackage({"people": ["part-0.parquet"]})
    >>> package["resources"][0]["path"]
    ['people/part-0.parquet']
    """
    return {
        "profile": "data-package",
        "name": "chucdanh",
        "title": "Who holds which office, in which body, in which place",
        "description": _DESCRIPTION,
        "version": __version__,
        "keywords": _KEYWORDS,
        "chucdanh:schema_version": SCHEMA_VERSION,
        "resources": [_resource(name, files, parts) | _sums((facts or {}).get(name)) for name, files in parts.items()],
    }


_KEYWORDS = ["Vietnam", "Vietnamese", "news", "officials", "named entities"]
_DESCRIPTION = (
    "Vietnamese local news as tables: who holds which office, in which body, in which place, and where exactly each"
    " article says so. All offsets are code points into articles.text, half-open."
)


def _sums(facts: TableFacts | None) -> Json:
    if facts is None:
        return {}
    return {"chucdanh:rows": facts.rows, "chucdanh:bytes": facts.size, "chucdanh:sha256": facts.sha256}


def _resource(name: str, files: Sequence[str], tables: Mapping[str, object]) -> Json:
    return {
        "name": name,
        "profile": "data-resource",
        "title": name,
        "description": describe(SCHEMAS[name]),
        "path": [f"{name}/{file}" for file in files],
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "schema": table_schema(name, tables=tables),
    }


def table_schema(name: str, *, tables: Mapping[str, object] = SCHEMAS) -> Json:
    """The Table Schema of a table; of its foreign keys those to ``tables`` that Table Schema can express."""
    schema: Json = {"fields": [_field(name, column) for column in SCHEMAS[name]]}
    if primary_key(name):
        schema["primaryKey"] = list(primary_key(name))
    keys = [key for key in FOREIGN_KEYS if key.table == name and key.target in tables and not key.partial]
    if keys:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {
                    "resource": "" if key.target == name else key.target,
                    "fields": list(key.target_columns),
                },
            }
            for key in keys
        ]
    return schema


def _field(table: str, column: pa.Field) -> Json:
    constraints: Json = {} if column.nullable else {"required": True}
    members = closed_lists(table).get(column.name)
    if members:
        constraints["enum"] = [member.value for member in members]
    if column.name == "article_id":
        constraints["pattern"] = "[0-9a-f]{16}"
    if pa.types.is_integer(column.type):
        constraints["minimum"] = 0
    return {
        "name": column.name,
        "type": _table_schema_type(column.type),
        "description": describe(column),
        "constraints": constraints,
    }


_TYPES = (
    (kinds.is_boolean, "boolean", "sc:Boolean"),
    (kinds.is_integer, "integer", "sc:Integer"),
    (kinds.is_floating, "number", "sc:Float"),
    (kinds.is_date, "date", "sc:Date"),
    (kinds.is_map, "array", "sc:Text"),
    (kinds.is_list, "array", "sc:Text"),
    (kinds.is_string, "string", "sc:Text"),
)


def _table_schema_type(kind: pa.DataType) -> str:
    return next(name for matches, name, _ in _TYPES if matches(kind))


# --- Croissant ------------------------------------------------------------------------------------------------------


def build_croissant(tables: Sequence[str]) -> Json:
    """The Croissant description of tables: a set of part files and a record set for each.

    >>> croissant = build_croissant(["people"])
    >>> croissant["distribution"][0]["includes"], croissant["recordSet"][0]["field"][1]["@id"]
    ('people/part-*.parquet', 'people/person_id')
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "chucdanh",
        "description": _DESCRIPTION,
        "version": __version__,
        "keywords": _KEYWORDS,
        "inLanguage": "vi",
        "distribution": [_file_set(name) for name in tables],
        "recordSet": [_record_set(name, tables) for name in tables],
    }


def _file_set(name: str) -> Json:
    return {
        "@type": "cr:FileSet",
        "@id": f"{name}-parts",
        "name": f"{name}-parts",
        "description": f"part files of the table {name}",
        "encodingFormat": "application/x-parquet",
        "includes": f"{name}/part-*.parquet",
    }


def _record_set(name: str, tables: Sequence[str]) -> Json:
    references = {
        key.columns[-1]: f"{key.target}/{key.target_columns[-1]}"
        for key in FOREIGN_KEYS
        if key.table == name and key.target in tables and key.target != name
    }
    columns = [column for column in SCHEMAS[name] if not kinds.is_map(column.type)]  # Croissant has no map
    record_set: Json = {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": describe(SCHEMAS[name]),
        "field": [_croissant_field(name, column, references) for column in columns],
    }
    if primary_key(name):
        record_set["key"] = [{"@id": f"{name}/{column}"} for column in primary_key(name)]
    return record_set


def _croissant_field(table: str, column: pa.Field, references: Mapping[str, str]) -> Json:
    field: Json = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": describe(column),
    }
    source: Json = {"fileSet": {"@id": f"{table}-parts"}, "extract": {"column": column.name}}
    if kinds.is_list(column.type):
        field["repeated"] = True
    if kinds.is_list(column.type) and kinds.is_struct(column.type.value_type):
        field["subField"] = [
            {
                "@type": "cr:Field",
                "@id": f"{table}/{column.name}/{part.name}",
                "name": part.name,
                "dataType": _croissant_type(part.type),
                "source": {**source, "transform": {"jsonPath": part.name}},
            }
            for part in column.type.value_type
        ]
    else:
        field |= {"dataType": _croissant_type(column.type), "source": source}
    if column.name in references:
        field["references"] = {"field": {"@id": references[column.name]}}
    return field


def _croissant_type(kind: pa.DataType) -> str:
    return next(name for matches, _, name in _TYPES if matches(kind))


# The context of Croissant 1.0, as its specification prescribes it (docs.mlcommons.org/croissant, appendix 1).
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


# --- docs/DATA.md ---------------------------------------------------------------------------------------------------


def render_docs() -> str:
    """The tables as a Markdown page for people.

    >>> render_docs().splitlines()[0]
    '# The tables'
    """
    tables = [text for name in SCHEMAS for text in _render_table(name)]
    return "\n".join([_HEAD, *tables, *_render_lists()]) + "\n"


_HEAD = f"""\
# The tables

*Written by `python -m pipeline.datapackage --docs docs/DATA.md` from the schemas in `pipeline/tables.py`: change those,
not this page.*

{_DESCRIPTION}

Every table lies in `data/processed/<table>/part-*.parquet`, rows sorted by key; offices, bodies, places and clusters
are merged over all articles. The same columns are described for programs in `data/processed/datapackage.json` (Data
Package, Table Schema) and `data/processed/croissant.json` (Croissant), and `chucdanh validate` checks the rows against
them. This is schema version {SCHEMA_VERSION}.

```
articles ──< sentences ──< mentions >── people · positions · organisations · places
    ├─────< people ──< memberships >── positions · organisations · places
    └───── clusters: articles that are near-duplicates of one another
rejects: what could not be read, and the readings that were refused
```
"""


def _render_table(name: str) -> Iterator[str]:
    schema = SCHEMAS[name]
    yield f"## {name}\n"
    keys = ", ".join(f"`{column}`" for column in primary_key(name))
    yield f"{describe(schema)}. " + (f"Key: {keys}." if keys else "No key; identical rows are kept once.") + "\n"
    yield "| column | type | may be null | what it is |"
    yield "| --- | --- | --- | --- |"
    targets = {key.columns[-1]: f"`{key.target}.{key.target_columns[-1]}`" for key in FOREIGN_KEYS if key.table == name}
    lists = closed_lists(name)
    for column in schema:
        notes = [describe(column)]
        if column.name in targets:
            notes.append(f"names a row by {targets[column.name]}")
        notes.extend(
            f"closed list {kind.__name__}" for path, kind in lists.items() if path.split(".")[0] == column.name
        )
        text = "; ".join(notes).replace("|", "\\|")
        yield f"| `{column.name}` | {_type_name(column.type)} | {'yes' if column.nullable else ''} | {text} |"
    yield ""


def _type_name(kind: pa.DataType) -> str:
    if kinds.is_map(kind):
        return f"map of {_type_name(kind.key_type)} to {_type_name(kind.item_type)}"
    if kinds.is_list(kind):
        return f"list of {_type_name(kind.value_type)}"
    if kinds.is_struct(kind):
        return "{" + ", ".join(f"{field.name} {_type_name(field.type)}" for field in kind) + "}"
    return "date" if kinds.is_date(kind) else str(kind)


def _render_lists() -> Iterator[str]:
    yield "## Closed lists\n"
    found = {kind.__name__: kind for name in SCHEMAS for kind in closed_lists(name).values()}
    for name in sorted(found):
        if name != Reason.__name__:
            yield f"- **{name}**: {', '.join(f'`{member.value}`' for member in found[name])}"
    yield "\n### Reason\n"
    yield "| reason | what it says |"
    yield "| --- | --- |"
    for reason in Reason:
        yield f"| `{reason.value}` | {reason.explanation} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Write docs/DATA.md, or the descriptions of a folder of tables."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.datapackage", description=main.__doc__)
    parser.add_argument("--docs", type=Path, help="the Markdown page to write")
    parser.add_argument("--processed", type=Path, help="the folder of tables to describe")
    options = parser.parse_args(arguments)
    if options.docs:
        write_text(options.docs, render_docs())
    if options.processed:
        write_datapackage(options.processed)


if __name__ == "__main__":
    main()
