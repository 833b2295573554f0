"""A sound folder has no findings; each way of breaking it has one that says what and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer
from handmade import COMMUNE, make_extractions, write_folder
from typer.testing import CliRunner

from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine
from pipeline.errors import TableError
from pipeline.exports.command import validate_command
from pipeline.models import Block, Extraction, Mention, Section, Token
from pipeline.tables import part_files
from pipeline.validate import Check, Finding, validate_tables

Change = Callable[[Extraction], Extraction]


def _findings(folder: Path, change: Change | None = None) -> list[Finding]:
    """Findings in a folder whose first article was changed."""
    first, second = make_extractions()
    return validate_tables(write_folder(folder, [change(first) if change else first, second]))


def _mention(number: int, **changes: Any) -> Change:
    def change(extraction: Extraction) -> Extraction:
        mentions = list(extraction.mentions)
        mentions[number] = mentions[number]._replace(**changes)
        return replace(extraction, mentions=tuple(mentions))

    return change


def _row(field: str, **changes: Any) -> Change:
    """A change of the first row of a table."""

    def change(extraction: Extraction) -> Extraction:
        row, *others = getattr(extraction, field)
        return replace(extraction, **{field: (replace(row, **changes), *others)})

    return change


def _article(**changes: Any) -> Change:
    return lambda extraction: replace(extraction, article=replace(extraction.article, **changes))


def test_a_sound_folder_has_no_findings(tmp_path: Path) -> None:
    assert _findings(tmp_path / "tables") == []


def test_tables_of_the_real_flow_are_sound(raw_folder: Callable[[int], Path], tmp_path: Path) -> None:
    run_all(raw_folder(6), tmp_path / "out", engine=SerialEngine(), part_documents=4)
    assert [str(finding) for finding in validate_tables(tmp_path / "out")] == []


@pytest.mark.parametrize(
    ("change", "check", "table", "column", "words"),
    [
        (_row("memberships", person_id="per-9"), Check.REFERENCE, "memberships", "person_id", "'per-9' is not in"),
        (_row("memberships", position_id="pos-9"), Check.REFERENCE, "memberships", "position_id", "positions"),
        (_row("memberships", place_id="34.c9"), Check.REFERENCE, "memberships", "place_id", "places"),
        (_row("memberships", evidence="Lê"), Check.OFFSETS, "memberships", "evidence", "the article has 'Lê Văn"),
        (_row("memberships", sentence_id=2), Check.OFFSETS, "memberships", "sentence_id", "is not in sentence 2"),
        (_row("memberships", status="king"), Check.CLOSED_LIST, "memberships", "status", "'king' is no Status"),
        (_row("memberships", score=1.5), Check.VALUE, "memberships", "score", "not between 0 and 1"),
        (_row("memberships", observed_on=None), Check.VALUE, "memberships", "observed_on", "is of 2025-09-12"),
        (_row("people", name_key="x"), Check.VALUE, "people", "name_key", "'le van tam'"),
        (_row("sentences", start=5, end=5), Check.OFFSETS, "sentences", "start", "does not lie between"),
        (_row("sentences", section="head"), Check.CLOSED_LIST, "sentences", "section", "is no Section"),
        (_row("sentences", tokens=(Token(0, 99, "N"),)), Check.OFFSETS, "sentences", "tokens", "[0:99]"),
        (_row("sentences", end=40), Check.OFFSETS, "sentences", "end", "crosses a line"),
        (_mention(0, end=9, start=9), Check.OFFSETS, "mentions", "start", "[9:9] is no span"),
        (_mention(1, parent_id=0), Check.NESTING, "mentions", "parent_id", "lies directly in None"),
        (_mention(3, label="PLACE", entity_id=None), Check.NESTING, "mentions", "label", "may not lie in a PLACE"),
        (_mention(6, entity_id="pos-9"), Check.REFERENCE, "mentions", "entity_id", "not in the table positions"),
        (_mention(6, person_id="per-9"), Check.REFERENCE, "mentions", "person_id", "not in the table people"),
        (_article(blocks=(Block(0, 10**6, Section.BODY),)), Check.OFFSETS, "articles", "blocks", "does not lie"),
        (_article(blocks=(Block(0, 99, Section.BODY),)), Check.OFFSETS, "articles", "blocks", "not one whole line"),
    ],
)
def test_each_breach_is_found_where_it_is(
    tmp_path: Path, change: Change, check: Check, table: str, column: str, words: str
) -> None:
    findings = _findings(tmp_path / "tables", change)
    finding = next(each for each in findings if (each.check, each.table, each.column) == (check, table, column))
    assert words in finding.message
    assert finding.file == f"{table}/part-0000000000000000.parquet"
    assert finding.row.startswith("a" * 16)
    assert all(each.table == table for each in findings if each.check is not Check.REFERENCE)


def test_crossing_mentions_are_found(tmp_path: Path) -> None:
    first, _ = make_extractions()
    text, at = first.article.text, first.mentions[2].start
    crossing = Mention(
        8, 1, None, first.mentions[2].label, at, at + 20, first.mentions[0].form, "handmade", entity_id="org-1"
    )
    change: Change = lambda each: replace(each, mentions=(*each.mentions, crossing))  # noqa: E731
    messages = [finding.message for finding in _findings(tmp_path / "tables", change)]
    assert any(f"crosses mention 1, [{text.index('Bí thư')}:" in message for message in messages)


def test_an_article_id_that_is_none_is_found(tmp_path: Path) -> None:
    first, _ = make_extractions()
    findings = validate_tables(write_folder(tmp_path / "tables", [_article(article_id="XYZ")(first)]))
    assert [each.message for each in findings if each.table == "articles"] == ["is not 16 hexadecimal digits"]
    assert {each.check for each in findings if each.table == "people"} == {Check.REFERENCE}


def test_an_article_in_two_parts_is_found(tmp_path: Path) -> None:
    first, _ = make_extractions()
    findings = validate_tables(write_folder(tmp_path / "tables", [first, first]))
    assert [str(each) for each in findings] == [
        f"articles/part-0000000000000001.parquet, row {'a' * 16}: stands in another part too [key]"
    ]


def test_text_that_is_not_normal_is_found(tmp_path: Path) -> None:
    first, second = make_extractions()
    broken = replace(second, article=replace(second.article, text=second.article.text + "\u0061\u0301"))
    findings = validate_tables(write_folder(tmp_path / "tables", [first, broken]))
    assert "is not in Unicode's normal form C" in [finding.message for finding in findings]


def test_a_unit_that_ends_before_it_begins_is_found(tmp_path: Path) -> None:
    broken = replace(COMMUNE, valid_to=date(2020, 1, 1), longitude=300.0)
    change: Change = lambda each: replace(each, places=(broken, *each.places[1:]))  # noqa: E731
    first, second = make_extractions()
    folder = write_folder(tmp_path / "tables", [change(first), change(second)])
    assert [(each.column, each.row) for each in validate_tables(folder)] == [
        ("valid_to", COMMUNE.place_id),
        ("longitude", COMMUNE.place_id),
    ]


def _rewrite(path: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    pq.write_table(change(pq.read_table(path, partitioning=None)), path)


@pytest.mark.parametrize(
    ("change", "check", "words"),
    [
        (lambda table: table.drop_columns(["rank"]), Check.SCHEMA, "column rank: is missing"),
        (lambda table: table.append_column("extra", pa.nulls(table.num_rows)), Check.SCHEMA, "column extra: is not in"),
        (
            lambda table: table.set_column(9, "mention_count", table["mention_count"].cast(pa.int64())),
            Check.SCHEMA,
            "column mention_count: is of type int64, not int32 not null",
        ),
        (lambda table: table.select(table.column_names[::-1]), Check.SCHEMA, "columns in another order"),
        (lambda table: table.replace_schema_metadata({}), Check.SCHEMA, "has schema version none, not 1"),
        (lambda table: table.take(pa.array([1, 0])), Check.ORDER, "should stand before"),
        (lambda table: table.take(pa.array([0, 0, 1])), Check.KEY, "stands there twice"),
    ],
)
def test_a_file_that_another_program_wrote_is_found(
    tmp_path: Path, change: Callable[[pa.Table], pa.Table], check: Check, words: str
) -> None:
    folder = write_folder(tmp_path / "tables", make_extractions())
    _rewrite(part_files(folder, "people")[0], change)
    findings = validate_tables(folder)
    assert {(each.check, each.table) for each in findings} == {(check, "people")}
    assert any(words in str(each) for each in findings)


def test_a_file_that_cannot_be_read_is_found_once(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tables", make_extractions())
    for name in ("articles", "places"):
        part_files(folder, name)[0].write_bytes(b"PAR1 no more")
    findings = validate_tables(folder)
    assert [(each.check, each.file) for each in findings] == [
        (Check.FILE, "articles/part-0000000000000000.parquet"),
        (Check.FILE, "places/part-all.parquet"),
    ]


def test_many_findings_of_a_kind_are_counted(tmp_path: Path) -> None:
    first, second = make_extractions()
    change: Change = lambda each: replace(  # noqa: E731
        each, memberships=tuple(replace(row, position_id="pos-9") for row in each.memberships)
    )
    folder = write_folder(tmp_path / "tables", [change(first), change(second)])
    findings = validate_tables(folder, most=3)
    assert [finding.check for finding in findings] == [Check.REFERENCE] * 4
    assert findings[-1].message == "5 more of this kind in table memberships"


def test_a_run_of_the_first_stages_only_is_sound(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tables", make_extractions())
    for name in ("mentions", "people", "memberships", "positions", "organisations", "places"):
        for path in part_files(folder, name):
            path.unlink()
    assert validate_tables(folder) == []


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="chucdanh run"):
        validate_tables(tmp_path)


def test_command_ends_with_one_when_something_is_wrong(tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(validate_command)
    sound = write_folder(tmp_path / "sound", make_extractions())
    result = CliRunner().invoke(app, ["--processed", str(sound)])
    assert result.exit_code == 0
    assert "keep what their schemas promise" in result.output
    first, second = make_extractions()
    broken = write_folder(tmp_path / "broken", [_row("memberships", person_id="per-9")(first), second])
    result = CliRunner().invoke(app, ["--processed", str(broken)])
    assert result.exit_code == 1
    assert result.output == (
        f"memberships/part-0000000000000000.parquet, row {'a' * 16} mem-1, column person_id:"
        " 'per-9' is not in the table people [reference]\n"
    )
