"""All tables in one DuckDB file, with views in clear text.

What enters is a folder of tables; what leaves is one file: every table, part after part, its columns described, a
table ``about`` (versions, digest of the lexicons), and the views

* ``who``: one row per membership, the columns of csv and jsonl;
* ``appointments``: of those, who comes into an office, latest first;
* ``offices``: how often each office is held, by status;
* ``named``: every mention with its sentence and its source.

DuckDB reads the part files itself, so memory is bounded by its own limit.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from pipeline.errors import InputError, TableError
from pipeline.exports.delimited import COLUMNS
from pipeline.exports.rows import claim_parts
from pipeline.exports.target import STDOUT, replace_file
from pipeline.tables import SCHEMAS, part_files

if TYPE_CHECKING:
    import duckdb

# ``text[a:b]`` of DuckDB counts code points from 1, both ends included.
_WHO = f"""
CREATE VIEW who AS
WITH joined AS (
    SELECT
        people.name AS person, positions.title, positions.title_en, organisations.name AS organisation,
        split_part(places.full_name, ', ', 1) AS place,
        CASE WHEN places.province_id IS NOT NULL OR places.level = 'province'
            THEN string_split(places.full_name, ', ')[-1] END AS province,
        articles.text[sentences.start + 1:sentences."end"] AS sentence,
        articles.title AS article, articles.source, articles.url,
        people.honorific, people.rank, people.degree, people.gender, positions.branch, positions.level,
        memberships.* REPLACE (round(memberships.score::DOUBLE, 4) AS score)
    FROM memberships
    JOIN articles USING (article_id)
    JOIN people USING (article_id, person_id)
    JOIN positions USING (position_id)
    JOIN sentences USING (article_id, sentence_id)
    LEFT JOIN organisations USING (organisation_id)
    LEFT JOIN places ON places.place_id = memberships.place_id
)
SELECT {", ".join(f'"{column}"' for column in COLUMNS)} FROM joined
ORDER BY observed_on, source, start, "end", title
"""

_VIEWS = (
    _WHO,
    "CREATE VIEW appointments AS SELECT * FROM who WHERE status = 'incoming' ORDER BY observed_on DESC, source, start",
    """
    CREATE VIEW offices AS
    SELECT title, title_en, branch, level, status, count(*) AS memberships, count(DISTINCT article_id) AS articles
    FROM who GROUP BY ALL ORDER BY memberships DESC, title, status
    """,
    """
    CREATE VIEW named AS
    SELECT
        mentions.label, mentions.text, mentions.normal, mentions.form, mentions.rule, mentions.start, mentions."end",
        articles.text[sentences.start + 1:sentences."end"] AS sentence,
        articles.title AS article, articles.source, articles.published_on, mentions.article_id, mentions.mention_id
    FROM mentions
    JOIN articles USING (article_id)
    JOIN sentences USING (article_id, sentence_id)
    ORDER BY mentions.article_id, mentions.mention_id
    """,
)


def write_duckdb(processed: Path, path: Path) -> int:
    """Write all tables of ``processed`` into a new DuckDB file at ``path`` and count the memberships.

    Raises:
        InputError: DuckDB is not installed, or ``path`` cannot be written.
        TableError: a table is missing or cannot be read.
    """
    duckdb = _load_duckdb()
    if path == STDOUT:
        raise InputError("a DuckDB file cannot be written to standard output; name a file with --out")
    claim_parts(processed)  # says what is missing
    with replace_file(path) as temporary:
        temporary.unlink(missing_ok=True)
        try:
            with duckdb.connect(str(temporary)) as connection:
                for name in SCHEMAS:
                    _copy_table(connection, processed, name)
                _write_about(connection, processed)
                for view in _VIEWS:
                    connection.execute(view)
                row = connection.execute("SELECT count(*) FROM memberships").fetchone()
        except duckdb.Error as error:
            raise TableError(f"the tables in {processed} cannot be read by DuckDB: {error}") from error
    return int(row[0]) if row else 0


def _load_duckdb() -> ModuleType:
    try:
        import duckdb
    except ImportError as error:
        raise InputError("this export needs DuckDB; install it with: pip install 'chucdanh[duckdb]'") from error
    return duckdb


def _copy_table(connection: duckdb.DuckDBPyConnection, processed: Path, name: str) -> None:
    """Create a table from the schema, so that an empty one has its columns too, and fill it from the part files."""
    schema = SCHEMAS[name]
    connection.register("empty", schema.empty_table())
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM empty")
    connection.unregister("empty")
    files = [str(path) for path in part_files(processed, name)]
    if files:
        columns = ", ".join(f'"{column}"' for column in schema.names)
        query = f"INSERT INTO {name} SELECT {columns} FROM read_parquet($files)"
        connection.execute(query, {"files": files})
    connection.execute(f"COMMENT ON TABLE {name} IS {_quote(schema.metadata[b'description'].decode())}")
    for field in schema:
        text = _quote(field.metadata[b"description"].decode())
        connection.execute(f'COMMENT ON COLUMN {name}."{field.name}" IS {text}')


def _write_about(connection: duckdb.DuckDBPyConnection, processed: Path) -> None:
    """Versions and digests that the part files state, each once."""
    connection.execute("CREATE TABLE about (property VARCHAR, value VARCHAR)")
    found = {
        (key.decode(), value.decode())
        for name in SCHEMAS
        for path in part_files(processed, name)
        for key, value in (pq.read_schema(path).metadata or {}).items()
        if key.startswith(b"chucdanh.") and key != b"chucdanh.table"
    }
    for key, value in sorted(found):
        connection.execute("INSERT INTO about VALUES (?, ?)", [key, value])


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
