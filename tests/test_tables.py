"""Schemas, rows to Arrow and back, files."""

from __future__ import annotations

import string
from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import __version__
from pipeline.errors import TableError
from pipeline.models import (
    Article,
    Block,
    Branch,
    Form,
    Label,
    Level,
    Membership,
    Mention,
    Organisation,
    Person,
    Place,
    Position,
    Reason,
    Rejection,
    Section,
    Sentence,
    Stage,
    Status,
    Token,
    field_names,
)
from pipeline.tables import (
    DIMENSIONS,
    KEYS,
    SCHEMA_VERSION,
    SCHEMAS,
    STAGE_TABLES,
    articles_table,
    dimension_table,
    iter_table,
    memberships_table,
    mentions_table,
    merge_dimension,
    part_path,
    people_table,
    read_file,
    read_part,
    read_table,
    rejects_table,
    rows_of,
    sentences_table,
    stored_schema,
    write_table,
)

TEXT = "Bí thư Huyện ủy Hàm Yên"
ARTICLE = Article(
    article_id="b" * 16,
    source="a.txt",
    format="text",
    encoding="utf-8",
    url=None,
    title="Tiêu đề",
    published_on=date(2025, 9, 12),
    event_on=None,
    authors=("Sỹ Thành", "Hồng Phương"),
    text=TEXT,
    blocks=(Block(0, len(TEXT), Section.BODY),),
    repairs={"nfc": 2, "blanks": 1},
)
OTHER = Article("a" * 16, "b.txt", "html", "cp1258", "https://example.org", None, None, None, (), "Trống", ())


def _mention(number: int, start: int, end: int, label: Label = Label.POSITION) -> Mention:
    return Mention(number, 0, None, label, start, end, Form.FULL, "title.full", 0.5, inferred=("place",))


def _place(place_id: str, parent: str | None = None) -> Place:
    return Place(place_id, "08152", "34", Level.COMMUNE, "xã", "Thanh Ba", "xã Thanh Ba, tỉnh Phú Thọ", parent)


def test_every_table_is_written_by_a_stage_and_has_a_key() -> None:
    written = {name for names in STAGE_TABLES.values() for name in names}
    assert written | {"rejects"} == set(SCHEMAS) == set(KEYS)
    assert all(set(KEYS[name]) <= set(SCHEMAS[name].names) for name in SCHEMAS)


def test_every_column_is_described() -> None:
    described = [field.metadata[b"description"] for schema in SCHEMAS.values() for field in schema]
    assert all(described)
    assert all(schema.metadata[b"description"] for schema in SCHEMAS.values())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("articles", Article),
        ("people", Person),
        ("positions", Position),
        ("organisations", Organisation),
        ("places", Place),
        ("memberships", Membership),
        ("rejects", Rejection),
    ],
)
def test_columns_are_the_fields_of_the_row_type(name: str, kind: type) -> None:
    assert set(SCHEMAS[name].names) == set(field_names(kind))


def test_nested_row_types_gain_the_article_and_the_text() -> None:
    assert set(SCHEMAS["sentences"].names) == set(field_names(Sentence)) | {"article_id"}
    assert set(SCHEMAS["mentions"].names) == set(field_names(Mention)) | {"article_id", "text"}


def test_articles_come_back_sorted_by_key() -> None:
    assert rows_of(articles_table([ARTICLE, OTHER]), Article) == [OTHER, ARTICLE]


def test_sentences_come_back_with_their_tokens() -> None:
    sentence = Sentence(0, 0, 15, Section.BODY, (Token(0, 6, "N"), Token(7, 15, "N")))
    bare = Sentence(1, 16, 23, Section.CAPTION)
    table = sentences_table([(ARTICLE, [bare, sentence]), (OTHER, [])])
    assert rows_of(table, Sentence) == [sentence, bare]
    assert table["article_id"].to_pylist() == [ARTICLE.article_id] * 2


def test_mentions_carry_the_text_of_their_span() -> None:
    outer, inner = _mention(0, 0, 23), _mention(1, 7, 23, Label.ORGANISATION)
    table = mentions_table([(ARTICLE, [inner, outer])])
    assert rows_of(table, Mention) == [outer, inner]
    assert table["text"].to_pylist() == [TEXT, "Huyện ủy Hàm Yên"]


def test_people_and_memberships_come_back() -> None:
    person = Person("a" * 16, "p1", "Lê Văn Tám", "le van tam", "ông", None, None, "male", False, 3)
    row = Membership(
        "m1",
        "a" * 16,
        "p1",
        "o1",
        None,
        None,
        Status.FORMER,
        "2020-2025",
        date(2025, 1, 2),
        4,
        5,
        9,
        "ông",
        (),
        "r",
        1.0,
    )
    assert rows_of(people_table([person]), Person) == [person]
    assert rows_of(memberships_table([row]), Membership) == [row]


def test_rejections_are_ordered_by_stage_and_kept_once() -> None:
    read = Rejection("b.txt", None, Stage.READ, Reason.EMPTY, "0 bytes")
    link = Rejection("a.txt", "a" * 16, Stage.LINK, Reason.UNKNOWN_PERSON, "ông Tám", 3, 10)
    clean = Rejection("a.txt", "a" * 16, Stage.CLEAN, Reason.SCRAMBLED, "")
    assert rows_of(rejects_table([read, link, clean, link]), Rejection) == [clean, link, read]


def test_a_part_keeps_which_article_tells_an_entity() -> None:
    near, far = _place("34.c08152", "34.p25"), _place("34.c08152")
    table = dimension_table("places", [("b", near), ("a", near), ("a", far)])
    assert table.schema.names == [*SCHEMAS["places"].names, "article_ids"]
    assert sorted(table["article_ids"].to_pylist()) == [["a"], ["a", "b"]]
    assert set(rows_of(table, Place)) == {near, far}


def test_the_merged_dimension_has_one_row_per_key_whatever_the_order() -> None:
    parts = [
        dimension_table("places", [("a", _place("2")), ("a", _place("1"))]),
        dimension_table("places", [("b", _place("2", "9"))]),
    ]
    merged = merge_dimension("places", parts)
    assert rows_of(merged, Place) == [_place("1"), _place("2", "9")]
    assert merged.equals(merge_dimension("places", parts[::-1]))
    assert merged.schema == SCHEMAS["places"]


def test_positions_and_organisations_come_back() -> None:
    position = Position("p", "Bí thư", "Secretary", "Bí thư", ("deputy",), None, Branch.PARTY, Level.DISTRICT)
    body = Organisation("o", "Huyện ủy Hàm Yên", "Huyện ủy", Branch.PARTY, Level.DISTRICT, "63.d74", None)
    assert rows_of(dimension_table("positions", [("a", position)]), Position) == [position]
    assert rows_of(dimension_table("organisations", [("a", body)]), Organisation) == [body]


def test_a_file_tells_who_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "articles" / "part-x.parquet"
    write_table(path, articles_table([ARTICLE]), digest="0123")
    metadata = pq.read_schema(path).metadata
    assert metadata[b"chucdanh.schema_version"] == str(SCHEMA_VERSION).encode()
    assert metadata[b"chucdanh.program_version"] == __version__.encode()
    assert metadata[b"chucdanh.lexicon_digest"] == b"0123"
    assert metadata[b"chucdanh.table"] == b"articles"
    assert list(path.parent.iterdir()) == [path]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_table(tmp_path / name, articles_table([ARTICLE, OTHER]), digest="d")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_table_is_read_over_its_parts_in_the_order_of_its_key(tmp_path: Path) -> None:
    for key, article in (("1", ARTICLE), ("2", OTHER)):
        write_table(part_path(tmp_path, "articles", key), articles_table([article]), digest="d")
    table = read_table(tmp_path, "articles")
    assert rows_of(table, Article) == [OTHER, ARTICLE]
    assert table.schema == SCHEMAS["articles"]
    assert read_table(tmp_path, "articles", columns=["source"]).to_pylist() == [
        {"source": "a.txt"},
        {"source": "b.txt"},
    ]


def test_a_missing_table_is_an_error_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="there is no table people"):
        read_table(tmp_path, "people")
    with pytest.raises(TableError, match="the tables are articles"):
        read_table(tmp_path, "persons")
    (tmp_path / ".chucdanh").mkdir()
    assert read_table(tmp_path, "people").num_rows == 0


def test_a_damaged_file_and_one_of_another_version_are_errors(tmp_path: Path) -> None:
    path = part_path(tmp_path, "rejects", "x")
    write_table(path, rejects_table([]), digest="d")
    table = pq.read_table(path)
    changed = {**table.schema.metadata, b"chucdanh.schema_version": b"0"}
    pq.write_table(table.replace_schema_metadata(changed), path)
    with pytest.raises(TableError, match="schema version 0"):
        read_part(tmp_path, "rejects", "x")
    path.write_bytes(b"PAR1 torn")
    with pytest.raises(TableError, match="cannot be read"):
        read_file(path, SCHEMAS["rejects"])


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "part-x.parquet").mkdir()  # a folder in the way of the rename
    with pytest.raises(OSError, match="part-x"):
        write_table(part_path(tmp_path, "articles", "x"), articles_table([]), digest="d")
    assert [path.name for path in (tmp_path / "articles").iterdir()] == ["part-x.parquet"]


def test_dimensions_are_private_per_part(tmp_path: Path) -> None:
    for name in DIMENSIONS:
        assert part_path(tmp_path, name, "k").relative_to(tmp_path).parts[0] == ".chucdanh"
        assert stored_schema(name).names[-1] == "article_ids"


LETTERS = st.text(string.ascii_letters + "ăâđêôơưắệ \n'", max_size=20)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Articles with text, blocks and repairs of any kind."""
    text = draw(LETTERS)
    ends = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    return Article(
        draw(st.text("0123456789abcdef", min_size=16, max_size=16)),
        draw(LETTERS),
        "text",
        "utf-8",
        draw(st.none() | LETTERS),
        draw(st.none() | LETTERS),
        draw(st.none() | st.dates()),
        draw(st.none() | st.dates()),
        tuple(draw(st.lists(LETTERS, max_size=3))),
        text,
        tuple(Block(start, end, Section.BODY) for start, end in pairwise(ends)),
        draw(st.dictionaries(LETTERS, st.integers(0, 2**31 - 1), max_size=3)),
    )


@given(st.lists(articles(), max_size=5, unique_by=lambda article: article.article_id))
def test_any_articles_survive_the_table(rows: list[Article]) -> None:
    assert rows_of(articles_table(rows), Article) == sorted(rows, key=lambda article: article.article_id)


def test_parts_stream(tmp_path: Path) -> None:
    for key in ("1", "2", "3"):
        write_table(part_path(tmp_path, "articles", key), articles_table([ARTICLE]), digest="d")
    parts = list(iter_table(tmp_path, "articles", columns=["article_id"]))
    assert [part.num_rows for part in parts] == [0, 1, 1, 1]
    assert all(part.schema == pa.schema([SCHEMAS["articles"].field("article_id")]) for part in parts)
