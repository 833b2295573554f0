"""The tables carried on to other programs: csv, jsonl, duckdb, ftm, popolo, graphml.

What enters is a folder of tables; what leaves is one file in the format that was asked for. Every format streams, and
every membership in it names its article, its source and the span of its evidence. The formats stand in modules of their
own; :mod:`pipeline.exports.rows` reads the memberships in clear text for all of them.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path


class Format(StrEnum):
    """What the tables can be exported to."""

    CSV = "csv"
    JSONL = "jsonl"
    DUCKDB = "duckdb"
    FTM = "ftm"
    POPOLO = "popolo"
    GRAPHML = "graphml"

    @property
    def file_name(self) -> str:
        """Name of the file where the user gives none.

        >>> Format.FTM.file_name, Format.DUCKDB.file_name
        ('memberships.ftm.json', 'chucdanh.duckdb')
        """
        return _FILE_NAMES[self]


_FILE_NAMES = {
    Format.CSV: "memberships.csv",
    Format.JSONL: "memberships.jsonl",
    Format.DUCKDB: "chucdanh.duckdb",
    Format.FTM: "memberships.ftm.json",  # the name that the tools of FollowTheMoney look for
    Format.POPOLO: "memberships.popolo.json",
    Format.GRAPHML: "memberships.graphml",
}


def export_tables(processed: Path, out: Path, form: Format, *, bom: bool = False) -> int:
    """Write the memberships of ``processed`` to ``out`` and count them.

    ``out`` is a file, replaced whole or not at all, or ``-`` for standard output (not for duckdb). ``bom`` puts a
    byte order mark before csv.

    Raises:
        InputError: ``out`` cannot be written, or what the format needs is not installed.
        TableError: a table is missing, cannot be read, or names a row that is not there.
    """
    from pipeline.exports.delimited import write_csv
    from pipeline.exports.duck import write_duckdb
    from pipeline.exports.ftm import write_ftm
    from pipeline.exports.graph import write_graphml
    from pipeline.exports.jsonl import write_jsonl
    from pipeline.exports.popolo import write_popolo
    from pipeline.exports.rows import iter_articles, iter_clear_rows
    from pipeline.exports.target import open_text

    if form is Format.DUCKDB:
        return write_duckdb(processed, out)
    with open_text(out) as stream:
        match form:
            case Format.CSV:
                return write_csv(iter_clear_rows(processed), stream, bom=bom)
            case Format.JSONL:
                return write_jsonl(iter_clear_rows(processed), stream)
            case Format.FTM:
                return write_ftm(iter_articles(processed), stream)
            case Format.POPOLO:
                return write_popolo(processed, stream)
            case Format.GRAPHML:
                return write_graphml(iter_articles(processed), stream)
