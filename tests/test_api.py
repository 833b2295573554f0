"""The public surface: extract, load, who."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from conftest import Build, write_article
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline
from pipeline import Label, extract, load, who
from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine
from pipeline.errors import TableError
from pipeline.models import Section
from pipeline.tables import SCHEMAS

SENTENCE = "Sáng 12/9/2025, đồng chí Lê Văn Tám, Bí thư Đảng ủy xã Thanh Ba, làm việc với UBND tỉnh Phú Thọ."


@pytest.fixture
def processed(raw_folder: Build, tmp_path: Path) -> Path:
    """Tables of a few invented articles."""
    run_all(raw_folder(4), tmp_path / "out", engine=SerialEngine())
    return tmp_path / "out"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, pipeline; print({'pandas', 'pyarrow', 'underthesea', 'numpy', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_everything_public_is_there() -> None:
    assert all(hasattr(pipeline, name) for name in pipeline.__all__)
    assert list(pipeline.__all__) == sorted(pipeline.__all__)


def test_extract_finds_who_holds_what() -> None:
    extraction = extract(SENTENCE, published_on=date(2025, 9, 12))
    people = {person.person_id: person.name for person in extraction.people}
    titles = {position.position_id: position.title for position in extraction.positions}
    assert [(people[row.person_id], titles[row.position_id]) for row in extraction.memberships] == [
        ("Lê Văn Tám", "Bí thư Đảng ủy xã")
    ]
    assert extraction.memberships[0].observed_on == date(2025, 9, 12)
    assert {SENTENCE[m.start : m.end] for m in extraction.mentions if m.label is Label.PERSON} == {"Lê Văn Tám"}


def test_extract_moves_no_offset() -> None:
    text = f"  \n\n{SENTENCE}   \n\t\n  {SENTENCE}  \n"
    extraction = extract(text)
    assert extraction.article.text == text
    found = [text[m.start : m.end] for m in extraction.mentions if m.label is Label.PERSON]
    assert found == ["Lê Văn Tám", "Lê Văn Tám"]


def test_extract_settles_other_spellings_first() -> None:
    decomposed = unicodedata.normalize("NFD", SENTENCE)
    extraction = extract(decomposed)
    assert extraction.article.text == SENTENCE
    assert extraction.mentions == extract(SENTENCE).mentions


def test_extract_knows_the_headline_when_told() -> None:
    extraction = extract(f"Hội nghị\n{SENTENCE}", title="Hội nghị")
    assert [block.section for block in extraction.article.blocks] == [Section.TITLE, Section.BODY]
    assert extraction.article.title == "Hội nghị"


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "a" * 5000, "." * 500, "Bí thư " * 200])
def test_extract_takes_any_text(text: str) -> None:
    assert extract(text).article.text == text


def test_half_a_character_is_replaced_and_moves_nothing() -> None:
    assert extract("a\ud800b").article.text == "a\ufffdb"


PIECES = st.sampled_from(
    [
        "đồng chí ",
        "Lê Văn Tám",
        ", ",
        "Bí thư ",
        "Phó ",
        "Huyện ủy ",
        "UBND ",
        "xã ",
        "Thanh Ba",
        "\n",
        "(",
        ")",
        " - ",
        ". ",
        "Ông ",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=5), max_size=25).map("".join))
def test_spans_hold_whatever_the_text(text: str) -> None:
    extraction = extract(text)
    clean = extraction.article.text
    spans = [(m.start, m.end) for m in extraction.mentions]
    assert all(0 <= start < end <= len(clean) for start, end in spans)
    assert all(clean[row.start : row.end] == row.evidence for row in extraction.memberships)
    by_id = {m.mention_id: m for m in extraction.mentions}
    assert len(by_id) == len(spans)
    assert all(by_id[m.parent_id].span.covers(m.span) for m in extraction.mentions if m.parent_id is not None)
    crossing = [(a, b) for a in spans for b in spans if a[0] < b[0] < a[1] < b[1]]
    assert crossing == []


def test_load_gives_every_table_with_arrow_types(processed: Path) -> None:
    for name, schema in SCHEMAS.items():
        frame = load(name, processed)
        assert list(frame.columns) == schema.names
        assert all(isinstance(dtype, pd.ArrowDtype) for dtype in frame.dtypes)
    assert len(load("articles", processed)) == 4


def test_load_names_the_tables_there_are(processed: Path) -> None:
    with pytest.raises(TableError, match="there is no table 'persons'; the tables are articles"):
        load("persons", processed)


def test_who_tells_memberships_in_clear_text(processed: Path) -> None:
    frame = who(processed)
    assert len(frame) == len(load("memberships", processed))
    row = frame[(frame["source"] == "000.txt") & (frame["title"] == "Bí thư Đảng ủy xã")].iloc[0]
    assert (row["person"], row["organisation"], row["status"]) == ("Nguyễn Văn Tám", "Đảng ủy xã Thanh Ba", "current")
    assert (row["place"], row["province"]) == ("xã Thanh Ba", "tỉnh Phú Thọ")
    assert row["article"] == "Hội nghị lần thứ 0 của xã Thanh Ba"
    assert row["evidence"] in write_article(0)
    assert row["title_en"]
