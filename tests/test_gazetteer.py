"""The compiled tables, and what the gazetteer answers from them."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.gazetteer import compare_key, compare_syllable, load_gazetteer
from pipeline.gazetteer.compile import LINKS, NAMES, UNITS
from pipeline.gazetteer.index import FOLDER
from pipeline.gazetteer.references import LEVEL_OF
from pipeline.gazetteer.sources import read_rows, split_type
from pipeline.models import Level
from pipeline.orthography import key

CUT = date(2025, 7, 1)
GOLD = Path(__file__).parent / "gold" / "gold.json"
UNITS_READ = pq.read_table(FOLDER / "units.parquet").to_pylist()
NAMES_READ = pq.read_table(FOLDER / "names.parquet").to_pylist()
LINKS_READ = pq.read_table(FOLDER / "links.parquet").to_pylist()


# --- the tables -------------------------------------------------------------------------------------------------------


def test_counts_of_each_map() -> None:
    new = Counter(u["level"] for u in UNITS_READ if u["era"] == "34")
    old = Counter(u["level"] for u in UNITS_READ if u["era"] == "63" and u["valid_to"] == CUT)
    assert new == {"province": 34, "commune": 3321}
    assert old == {"province": 63, "district": 696, "commune": 10035}
    ended = sum(u["era"] == "63" and u["level"] == "commune" and u["valid_to"] != CUT for u in UNITS_READ)
    assert ended == 1720  # on days that the lists only bracket; another spelling in the next list is no end


@pytest.mark.parametrize(
    ("spelling", "place_id"),
    [
        ("Đăk Roong", "63.c23644"),
        ("Đăk Rong", "63.c23644"),
        ("Bờ Y", "63.c23395"),
        ("Pờ Y", "63.c23395"),
        ("Sán Xả Hồ", "63.c01060"),
        ("Nậm Ét", "63.c03712"),
        ("Nặm Ét", "63.c03712"),
        ("P Rao", "63.c20467"),
    ],
)
@pytest.mark.parametrize("day", [date(2022, 5, 4), date(2024, 12, 1), date(2025, 6, 1)])
def test_a_new_spelling_makes_no_new_unit(spelling: str, place_id: str, day: date) -> None:
    assert [place.place_id for place in load_gazetteer().named(spelling, on=day)] == [place_id]


def test_types_of_today() -> None:
    types = Counter(u["unit_type"] for u in UNITS_READ if u["era"] == "34" and u["level"] == "commune")
    assert types == {"xã": 2599, "phường": 709, "đặc khu": 13}
    cities = {u["name"] for u in UNITS_READ if u["place_id"].startswith("34.p") and u["unit_type"] == "thành phố"}
    assert cities >= {
        "Hà Nội",
        "Huế",
        "Đà Nẵng",
        "Hải Phòng",
        "Cần Thơ",
        "Hồ Chí Minh",
        "Đồng Nai",
        "Bắc Ninh",
        "Quảng Ninh",
    }


def test_schemas_and_size() -> None:
    schemas = {"units": UNITS, "names": NAMES, "links": LINKS}
    for name, schema in schemas.items():
        assert pq.read_schema(FOLDER / f"{name}.parquet").remove_metadata().equals(schema)
    assert sum((FOLDER / f"{name}.parquet").stat().st_size for name in schemas) < 2_000_000


def test_codes_are_padded_strings() -> None:
    widths = {"province": 2, "district": 3, "commune": 5}
    for unit in UNITS_READ:
        if unit["gso_code"] is not None:
            assert len(unit["gso_code"]) == widths[unit["level"]]
            assert unit["place_id"].partition("~")[0] == f"{unit['era']}.{unit['level'][0]}{unit['gso_code']}"


def test_no_reference_dangles() -> None:
    ids = {u["place_id"] for u in UNITS_READ}
    assert len(ids) == len(UNITS_READ)
    assert {u["parent_id"] for u in UNITS_READ} - {None} <= ids
    assert {n["place_id"] for n in NAMES_READ} == ids
    assert {end for link in LINKS_READ for end in (link["from_id"], link["to_id"])} <= ids


def test_parents_lie_one_level_up() -> None:
    levels = {u["place_id"]: u["level"] for u in UNITS_READ}
    for unit in UNITS_READ:
        if unit["era"] == "63" and unit["level"] != "province":
            assert levels[unit["parent_id"]] == {"district": "province", "commune": "district"}[unit["level"]]
        elif unit["era"] == "34" and unit["level"] == "commune":
            assert levels[unit["parent_id"]] == "province"


def test_names_are_normal_and_keyed() -> None:
    for name in NAMES_READ:
        assert name["name_key"] == compare_key(name["name"])
        assert " ".join(name["name"].split()) == name["name"]
    assert [n["name_key"] for n in NAMES_READ] == sorted(n["name_key"] for n in NAMES_READ)


def test_every_surface_is_found() -> None:
    gazetteer = load_gazetteer()
    for name in NAMES_READ:
        assert name["place_id"] in {surface.place_id for surface in gazetteer.surfaces(name["name"])}
        tokens = key(name["name"]).replace("-", " - ").split()
        assert len(tokens) in gazetteer.name_lengths(tokens, 0), name["name"]


def test_every_former_unit_leads_to_today() -> None:
    gazetteer = load_gazetteer()
    lost = [
        u["place_id"]
        for u in UNITS_READ
        if u["era"] == "63" and u["valid_to"] == CUT and not gazetteer.unit(u["place_id"]).successor_ids
    ]
    assert lost == []
    current = {u["place_id"] for u in UNITS_READ if u["era"] == "34"}
    reached = {i for u in UNITS_READ if u["era"] == "63" for i in gazetteer.unit(u["place_id"]).successor_ids}
    assert reached == current


def test_namesakes_do_not_share_successors() -> None:
    gazetteer = load_gazetteer()
    assert [p.full_name for p in gazetteer.successors("63.c25459")] == ["phường Tân Ninh, tỉnh Tây Ninh"]
    assert {p.name for p in gazetteer.predecessors("34.c27694")} >= {"1", "3", "4"}
    assert {gazetteer.unit(str(p.parent_id)).name for p in gazetteer.predecessors("34.c27694") if p.name == "4"} == {
        "Tân An"
    }


def test_hand_written_rows_are_used_once() -> None:
    history = read_rows(FOLDER / "history.csv", ",")
    states = Counter(
        (r["place_id"], r["unit_type"], r["name"], r["valid_to"]) for r in history if r["relation"] != "held"
    )
    assert max(states.values()) == 1
    assert {r["relation"] for r in history} == {"retyped", "renamed", "merged", "split", "state", "held", "respelt"}
    surfaces = read_rows(FOLDER / "surfaces.tsv", "\t")
    assert max(Counter((r["place_ids"], compare_key(r["surface"])) for r in surfaces).values()) == 1
    assert {r["kind"] for r in surfaces} == {"abbreviation", "variant", "display"}
    official = {(n["place_id"], n["name_key"]) for n in NAMES_READ if n["kind"] == "official"}
    needless = [r for r in surfaces for i in r["place_ids"].split("|") if (i, compare_key(r["surface"])) in official]
    assert needless == []


def test_coordinates_lie_in_viet_nam() -> None:
    points = [(u["latitude"], u["longitude"]) for u in UNITS_READ if u["latitude"] is not None]
    assert len(points) > 3300
    assert all(6 < lat < 24 and 102 < lon < 116 for lat, lon in points)
    assert all(u["era"] == "34" for u in UNITS_READ if u["latitude"] is not None)


# --- what it answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "unit_type", "day", "expected"),
    [
        ("Thanh Ba", None, date(2026, 1, 1), ["34.c08152"]),
        ("Thanh Ba", "thị trấn", date(2022, 3, 29), ["63.c08152"]),
        ("Nghi Sơn", "thị xã", date(2019, 1, 1), []),
        ("Tĩnh Gia", "huyện", date(2019, 1, 1), ["63.d407~huyen-tinh-gia"]),
        ("2", "quận", None, ["63.d769~quan-2"]),
        ("Thừa Thiên Huế", "tỉnh", None, ["63.p46~tinh-thua-thien-hue"]),
        ("Huế", "thành phố", date(2022, 1, 1), ["63.d474~thanh-pho-hue"]),
        ("Huế", "thành phố", date(2025, 3, 1), ["63.p46"]),
        ("Huế", "thành phố", date(2025, 8, 1), ["34.p46"]),
        ("Hà Tây", "tỉnh", date(2005, 1, 1), ["63.p28"]),
        ("Phổ Yên", "huyện", date(2014, 1, 1), ["63.d172"]),
        ("Phổ Yên", "thị xã", date(2018, 1, 1), ["63.d172"]),
        ("Phổ Yên", "thành phố", date(2023, 1, 1), ["63.d172"]),
        ("TP.HCM", None, date(2023, 1, 1), ["63.p79"]),
        ("TPHCM", None, date(2026, 1, 1), ["34.p79"]),
        ("BR-VT", None, None, ["63.p77"]),
        ("Quảng Ninh", "tỉnh", date(2025, 12, 1), ["34.p22"]),
        ("Quảng Ninh", "thành phố", date(2026, 10, 1), ["34.p22"]),
        ("Trảng Bom", "phường", date(2025, 12, 1), []),
        ("Trảng Bom", "phường", date(2026, 6, 1), ["34.c26248"]),
        ("Hậu Giang", "tỉnh", date(1985, 1, 1), ["63.p~hau-giang-cu"]),
        ("Viêng-chăn", None, None, ["world.la~vieng-chan"]),
    ],
)
def test_named(name: str, unit_type: str | None, day: date | None, expected: list[str]) -> None:
    assert [p.place_id for p in load_gazetteer().named(name, unit_type=unit_type, on=day)] == expected


def test_spellings_of_one_unit() -> None:
    gazetteer = load_gazetteer()
    for spellings in (
        ("Đắk Hà", "Đăk Hà", "Đak Hà", "ĐẮC HÀ"),
        ("Quy Nhơn", "Qui Nhơn"),
        ("Cư M'gar", "Cư M’gar", "CƯ M'GAR", "Cư Mgar"),
        ("Thanh Hóa", "Thanh Hoá"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa-Vũng Tàu", "Bà Rịa – Vũng Tàu"),
        ("5", "05"),
    ):
        found = [tuple(s.place_id for s in gazetteer.surfaces(spelling)) for spelling in spellings]
        assert found[0]
        assert len(set(found)) == 1, spellings


def test_unit_tells_all_columns() -> None:
    unit = load_gazetteer().unit("63.c08152")
    assert (unit.gso_code, unit.era, unit.level, unit.unit_type, unit.name) == (
        "08152",
        "63",
        Level.COMMUNE,
        "thị trấn",
        "Thanh Ba",
    )
    assert unit.full_name == "thị trấn Thanh Ba, huyện Thanh Ba, tỉnh Phú Thọ"
    assert (unit.parent_id, unit.province_id) == ("63.d232", "63.p25")
    assert (unit.valid_from, unit.valid_to) == (None, CUT)
    assert unit.successor_ids == ("34.c08152",)
    assert unit.latitude == pytest.approx(21.5195, abs=1e-3)


def test_levels() -> None:
    gazetteer = load_gazetteer()
    assert gazetteer.unit("63.d193").level is Level.DISTRICT  # thành phố thuộc tỉnh
    assert gazetteer.unit("34.c26732").level is Level.COMMUNE  # đặc khu Côn Đảo
    assert gazetteer.unit("34.p79").full_name == "Thành phố Hồ Chí Minh"
    assert gazetteer.unit("world.la~hua-phan").level is Level.NONE
    assert gazetteer.unit("world.la~hua-phan").full_name == "tỉnh Hủa Phăn, Lào"


def test_unit_as_of_a_day() -> None:
    gazetteer = load_gazetteer()
    assert gazetteer.unit("34.c26248", on=date(2025, 9, 1)).full_name == "xã Trảng Bom, tỉnh Đồng Nai"
    assert gazetteer.unit("34.c26248").full_name == "phường Trảng Bom, thành phố Đồng Nai"
    assert gazetteer.unit("63.c07054", on=date(2019, 1, 1)).full_name == "xã Quảng La, huyện Hoành Bồ, tỉnh Quảng Ninh"
    phu_loc = gazetteer.unit("63.d482", on=date(2022, 1, 1))
    assert (phu_loc.full_name, phu_loc.province_id) == (
        "huyện Phú Lộc, tỉnh Thừa Thiên Huế",
        "63.p46~tinh-thua-thien-hue",
    )


def test_relations() -> None:
    gazetteer = load_gazetteer()
    assert [p.place_id for p in gazetteer.ancestors("63.c02422")] == ["63.d074", "63.p08"]
    assert len(gazetteer.children("34.p79")) == 168
    assert gazetteer.inside("63.c08170", "34.c08152")  # across the cut
    assert gazetteer.inside("63.d232", "34.p25")
    assert gazetteer.inside("63.c07054", "63.d204")  # before 2020
    assert gazetteer.inside("63.p36", "63.p~ha-nam-ninh")  # split off in 1991 and 1996
    assert not gazetteer.inside("34.c08152", "63.d232")
    assert not gazetteer.inside("63.p08", "63.c02422")
    assert "34.c19742" in gazetteer.unit("63.d471").successor_ids  # huyện Cồn Cỏ became a đặc khu
    assert set(gazetteer.unit("63.d204").successor_ids) >= {"34.c07060", "34.c07054"}


def test_unknown_id() -> None:
    with pytest.raises(KeyError):
        load_gazetteer().unit("63.c99999")


def test_name_lengths() -> None:
    gazetteer = load_gazetteer()
    words = ["tại", "tỉnh", "bà", "rịa", "-", "vũng", "tàu", ",", "xã", "cư", "m’gar", "và", "tp.hcm"]
    assert gazetteer.name_lengths(words, 2) == (5, 2)
    assert gazetteer.name_lengths(words, 9) == (2,)
    assert gazetteer.name_lengths(words, 12) == (1,)
    assert gazetteer.name_lengths(words, 0) == ()


TOKENS = ("hòa", "bình", "thanh", "ba", "tân", "thành", "5", "-", "đắk", "lắk", "tp.hcm", "lào", "x")


@given(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=7))
def test_name_lengths_agree_with_surfaces(words: list[str]) -> None:
    gazetteer = load_gazetteer()
    for start in range(len(words)):
        expected = [
            n for n in range(len(words) - start, 0, -1) if gazetteer.surfaces(" ".join(words[start : start + n]))
        ]
        assert list(gazetteer.name_lengths(words, start)) == [n for n in expected if n <= 9]


@given(st.text("aăắâđkqyýiíuơsĩmh’'.-05 ", max_size=12))
@example("u'ý")
def test_compare_forms_are_settled(text: str) -> None:
    assert compare_key(compare_key(text)) == compare_key(text)
    assert compare_syllable(compare_syllable(key(text))) == compare_syllable(key(text))


@pytest.mark.skipif(not GOLD.exists(), reason="the development gold is not part of this checkout")
def test_gold_places_are_known_on_their_day() -> None:
    gazetteer = load_gazetteer()
    seen = missing = 0
    for article in json.loads(GOLD.read_text("utf-8")):
        day = article["published_on"] or article["event_on"]
        for membership in article["memberships"]:
            place = membership["place"]
            if (
                place is None
                or place["gso_code"] is None
                or place["name"].split()[0].lower() not in {"tỉnh", "xã", "phường"}
            ):
                continue
            unit_type, name = split_type(place["name"])
            assert unit_type in LEVEL_OF
            seen += 1
            codes = {p.gso_code for p in gazetteer.named(name, unit_type=unit_type)}
            missing += place["gso_code"] not in codes
            assert day is None or date.fromisoformat(day)
    assert seen > 100
    assert missing == 0
