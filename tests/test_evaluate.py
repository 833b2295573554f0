"""Scores against gold, errors with their sentence, floors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.evaluate import Score, compare_form, evaluate_tables, find_breaches, read_floors
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
    Section,
    Sentence,
    Status,
)
from pipeline.tables import (
    articles_table,
    dimension_table,
    memberships_table,
    mentions_table,
    merge_dimension,
    people_table,
    sentences_table,
    write_table,
)

TEXT = "Đồng chí Lê Văn Tám, Bí thư Đảng uỷ xã Hoà An. Bà Trần Thị Lan cùng dự."
FIRST, SECOND = TEXT[: TEXT.index(" Bà")], TEXT[TEXT.index("Bà") :]


def _mention(number: int, text: str, label: Label) -> Mention:
    start = TEXT.index(text)
    return Mention(number, 0, None, label, start, start + len(text), Form.FULL, "rule", entity_id="34.c1")


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    """Tables of one article with one membership."""
    article = Article(
        "a" * 16, "x/a.txt", "text", "utf-8", None, "Tin", None, None, ("Sỹ Thành",), TEXT, (Block(0, 5, Section.BODY),)
    )
    sentences = [
        Sentence(0, 0, len(FIRST), Section.BODY),
        Sentence(1, len(FIRST) + 1, len(TEXT), Section.BODY),
    ]
    start = TEXT.index("Bí thư")
    membership = Membership(
        "m",
        "a" * 16,
        "p",
        "o",
        "b",
        "34.c1",
        Status.CURRENT,
        None,
        None,
        0,
        start,
        start + 6,
        "Bí thư",
        (),
        "rule",
        1.0,
    )
    place = Place("34.c1", "00001", "34", Level.COMMUNE, "xã", "Hòa An", "xã Hòa An, tỉnh X")
    position = Position("o", "Bí thư Đảng ủy xã", "Secretary", "Bí thư", (), "Đảng ủy", Branch.PARTY, Level.COMMUNE)
    body = Organisation("b", "Đảng ủy xã Hòa An", "Đảng ủy", Branch.PARTY, Level.COMMUNE, "34.c1", None)
    tables = {
        "articles": articles_table([article]),
        "sentences": sentences_table([(article, sentences)]),
        "mentions": mentions_table(
            [(article, [_mention(0, "Lê Văn Tám", Label.PERSON), _mention(1, "Hoà An", Label.PLACE)])]
        ),
        "people": people_table([Person("a" * 16, "p", "Lê Văn Tám", "le van tam", None, None, None, None, False, 1)]),
        "memberships": memberships_table([membership]),
        **{
            name: merge_dimension(name, [dimension_table(name, [("a", row)])])
            for name, row in (("positions", position), ("organisations", body), ("places", place))
        },
    }
    for name, table in tables.items():
        write_table(tmp_path / "out" / name / "part-0.parquet", table, digest="d")
    return tmp_path / "out"


def _gold(folder: Path, **changes: object) -> Path:
    article = {
        "source": "a.txt",
        "title": "TIN",
        "published_on": None,
        "event_on": "2025-01-02",
        "authors": ["Sỹ Thành"],
        "memberships": [
            {
                "person": "Lê Văn Tám",
                "title": "Bí thư Đảng ủy xã",
                "organisation": "Đảng ủy xã Hòa An",
                "place": {"gso_code": "00001"},
                "status": "current",
            },
            {
                "person": "Trần Thị Lan",
                "title": "Bí thư Chi bộ",
                "organisation": None,
                "place": None,
                "status": "former",
            },
        ],
        "mentions": [
            {"label": "PERSON", "text": "Lê Văn Tám", "count": 1},
            {"label": "PERSON", "text": "Trần Thị Lan", "count": 2},
            {"label": "PLACE", "text": "Hòa An", "count": 1},
        ],
        **changes,
    }
    path = folder / "gold.json"
    path.write_text(json.dumps([article], ensure_ascii=False), encoding="utf-8")
    return path


def _counts(score: Score) -> tuple[int, int, int]:
    return score.found, score.missed, score.spurious


def test_scores_by_measure(processed: Path, tmp_path: Path) -> None:
    scores = evaluate_tables(_gold(tmp_path), processed)
    assert {name: _counts(score) for name, score in scores.items()} == {
        "office": (1, 1, 0),
        "title": (1, 1, 0),
        "organisation": (1, 1, 0),
        "place": (1, 1, 0),
        "PERSON": (1, 2, 0),
        "POSITION": (0, 0, 0),
        "ORGANISATION": (0, 0, 0),
        "PLACE": (1, 0, 0),
        "mentions": (2, 2, 0),
        "headline": (1, 0, 0),
        "published_on": (1, 0, 0),
        "event_on": (0, 1, 0),
        "authors": (1, 0, 0),
    }
    assert scores["office"].value == pytest.approx(2 / 3)


def test_a_wrong_unit_spoils_the_title_and_not_the_office(processed: Path, tmp_path: Path) -> None:
    row = {
        "person": "LÊ VĂN TÁM",
        "title": "Bí thư Đảng uỷ phường",
        "organisation": "",
        "place": None,
        "status": "current",
    }
    scores = evaluate_tables(_gold(tmp_path, memberships=[row]), processed)
    assert [_counts(scores[tier]) for tier in ("office", "title")] == [(1, 0, 0), (0, 1, 1)]


def test_errors_come_with_their_sentence(processed: Path, tmp_path: Path) -> None:
    row = {"person": "Trần Thị Lan", "title": "Bí thư", "organisation": None, "place": None, "status": "current"}
    errors = evaluate_tables(_gold(tmp_path, memberships=[row]), processed)["office"].errors
    assert [(error.kind, error.key[0], error.sentence) for error in errors] == [
        ("missed", "trần thị lan", SECOND),
        ("spurious", "lê văn tám", FIRST),
    ]


def test_people_and_places_by_article(processed: Path, tmp_path: Path) -> None:
    gold = _gold(tmp_path, people=["Lê Văn Tám", "Trần Thị Lan"], places=[{"gso_code": "00001"}, {"gso_code": None}])
    scores = evaluate_tables(gold, processed)
    assert (_counts(scores["people"]), _counts(scores["places"])) == ((1, 1, 0), (1, 0, 0))


def test_a_missing_article_counts_as_missed(processed: Path, tmp_path: Path) -> None:
    scores = evaluate_tables(_gold(tmp_path, source="other.txt"), processed)
    assert _counts(scores["office"]) == (0, 2, 0)
    assert _counts(scores["headline"]) == (0, 1, 0)


@pytest.mark.parametrize("content", ["", "{}", '[{"title": "x"}]'])
def test_what_is_no_gold_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "gold.json").write_text(content)
    with pytest.raises(InputError, match=r"gold\.json is no"):
        evaluate_tables(tmp_path / "gold.json", tmp_path)


def test_compare_form_folds_case_tones_blanks_and_dashes_only() -> None:
    assert compare_form("Uỷ  ban – X") == compare_form("ủy ban-x")
    assert compare_form("Lan") != compare_form("Lân")


def test_floors(tmp_path: Path) -> None:
    (tmp_path / "floors.toml").write_text("[gold]\noffice = 0.8\nheadline = 1\n")
    floors = read_floors(tmp_path / "floors.toml")
    assert floors == {"gold": {"office": 0.8, "headline": 1.0}}
    met = {"office": Score(9, 1, 1), "headline": Score(5, 0, 0, is_share=True)}
    assert find_breaches(met, floors["gold"]) == []
    met["headline"] = Score(4, 1, 0, is_share=True)
    assert find_breaches(met, floors["gold"]) == ["headline is 0.800, its floor 1.000"]
