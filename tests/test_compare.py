"""What two folders say differently, row by row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import typer
from handmade import make_extractions, write_folder
from typer.testing import CliRunner

from pipeline.compare import Comparison, Kind, compare_folders
from pipeline.errors import TableError
from pipeline.exports.command import compare_command
from pipeline.models import Block, Extraction, Mention, Section, Status


def _compare(folder: Path, *after: Extraction) -> Comparison:
    a = write_folder(folder / "a", make_extractions())
    return compare_folders(a, write_folder(folder / "b", after))


def test_equal_folders_say_the_same(tmp_path: Path) -> None:
    comparison = _compare(tmp_path, *make_extractions())
    assert comparison.same
    assert comparison.kept == {Kind.MEMBERSHIP: 8, Kind.MENTION: 10}


def test_how_articles_are_spread_over_parts_and_what_ids_are_does_not_matter(tmp_path: Path) -> None:
    first, second = make_extractions()
    renamed = replace(
        second, memberships=tuple(replace(row, membership_id=f"{row.membership_id}-x") for row in second.memberships)
    )
    assert _compare(tmp_path, renamed, first).same


def test_a_changed_status_is_one_row_lost_and_one_gained(tmp_path: Path) -> None:
    first, second = make_extractions()
    former = replace(first.memberships[0], status=Status.FORMER)
    comparison = _compare(tmp_path, replace(first, memberships=(former, *first.memberships[1:])), second)
    (lost,), (gained,) = comparison.lost, comparison.gained
    office = ("Lê Văn Tám", "Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba", "xã Thanh Ba, tỉnh Phú Thọ")
    assert (lost.says, gained.says) == ((*office, "current"), (*office, "former"))
    assert (lost.kind, lost.source) == (Kind.MEMBERSHIP, "-tin/một, hai.html")
    assert lost.sentence == "Đồng chí Lê Văn Tám, Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba chủ trì."
    assert lost.sentence[lost.start - lost.sentence_start :].startswith("Lê Văn Tám, Bí thư")
    assert comparison.kept == {Kind.MEMBERSHIP: 7, Kind.MENTION: 10}
    assert (comparison.count(Kind.MEMBERSHIP), comparison.count(Kind.MENTION)) == ((1, 1), (0, 0))


def test_a_longer_evidence_is_the_same_membership(tmp_path: Path) -> None:
    first, second = make_extractions()
    row = first.memberships[0]
    longer = replace(row, end=row.end + 1, evidence=first.article.text[row.start : row.end + 1])
    assert _compare(tmp_path, replace(first, memberships=(longer, *first.memberships[1:])), second).same


def test_a_mention_that_is_gone_or_moved_is_told(tmp_path: Path) -> None:
    first, second = make_extractions()
    moved = first.mentions[0]._replace(start=first.mentions[0].start + 3)
    comparison = _compare(tmp_path, replace(first, mentions=(moved, *first.mentions[1:-1])), second)
    assert [row.says for row in comparison.lost] == [
        ("PERSON", "Lê Văn Tám", "Lê Văn Tám"),
        ("PERSON", "H'Nga Niê", "H'Nga Niê"),
    ]
    assert [row.says for row in comparison.gained] == [("PERSON", "Văn Tám", "Lê Văn Tám")]


def test_a_changed_normal_form_is_told(tmp_path: Path) -> None:
    first, second = make_extractions()
    other = first.mentions[1]._replace(normal="Bí thư Đảng ủy phường")
    comparison = _compare(tmp_path, replace(first, mentions=(first.mentions[0], other, *first.mentions[2:])), second)
    assert [row.says[-1] for row in (*comparison.lost, *comparison.gained)] == ["Bí thư Đảng ủy", other.normal]


def test_text_that_was_cleaned_differently_does_not_move_every_row(tmp_path: Path) -> None:
    first, second = make_extractions()
    comparison = _compare(tmp_path, _shift(first, "Tin\n"), second)
    assert (comparison.gained, comparison.lost) == ((), ())


def _shift(extraction: Extraction, head: str) -> Extraction:
    """The same article with a line more before it."""
    by = len(head)
    article = extraction.article
    blocks = (Block(0, by - 1, Section.FURNITURE), *(_move(block, by) for block in article.blocks))
    return replace(
        extraction,
        article=replace(article, text=head + article.text, blocks=blocks),
        sentences=tuple(replace(_move(each, by), tokens=()) for each in extraction.sentences),
        mentions=tuple(_move(each, by) for each in extraction.mentions),
        memberships=tuple(_move(each, by) for each in extraction.memberships),
    )


def _move(row, by):  # type: ignore[no-untyped-def]
    moved = {"start": row.start + by, "end": row.end + by}
    return row._replace(**moved) if isinstance(row, Mention) else replace(row, **moved)


def test_articles_that_one_folder_alone_has_are_named(tmp_path: Path) -> None:
    first, _ = make_extractions()
    comparison = _compare(tmp_path, first)
    assert (comparison.only_a, comparison.only_b) == (("tin.jsonl#0",), ())
    assert comparison.count(Kind.MEMBERSHIP) == (0, 4)
    assert comparison.kept == {Kind.MEMBERSHIP: 4, Kind.MENTION: 8}


def test_a_folder_without_tables_is_an_error(tmp_path: Path) -> None:
    a = write_folder(tmp_path / "a", make_extractions())
    with pytest.raises(TableError, match="chucdanh run"):
        compare_folders(a, tmp_path / "nowhere")


def test_command_shows_rows_with_their_sentences(tmp_path: Path) -> None:
    first, second = make_extractions()
    a = write_folder(tmp_path / "a", make_extractions())
    b = write_folder(tmp_path / "b", [replace(first, memberships=first.memberships[2:]), second])
    app = typer.Typer()
    app.command()(compare_command)
    result = CliRunner().invoke(app, [str(a), str(b), "--limit", "1"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "memberships: 0 gained, 2 lost, 6 kept",
        "mentions: 0 gained, 0 lost, 10 kept",
        "",
        "-tin/một, hai.html",
        "- Lê Văn Tám · Bí thư Đảng ủy xã · Đảng ủy xã Thanh Ba · xã Thanh Ba, tỉnh Phú Thọ · current",
        "    Đồng chí ⟦Lê Văn Tám, Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba⟧ chủ trì.",
        "",
        "… 1 more rows of kind membership",
    ]
    same = CliRunner().invoke(app, [str(a), str(a)])
    assert same.output == "Both folders say the same.\n"
