"""Normalise: normal forms, ids, and the bodies and units that context supplies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from test_recognise import article_of, check_spans, composed

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.normal_forms import entity_id
from pipeline.models import Branch, Label, Level, Normalised, Reason
from pipeline.orthography import key, settle, traditional
from pipeline.stages.normalise import normalise_mentions
from pipeline.stages.recognise import recognise_mentions
from pipeline.stages.segment import segment_article


def normalise(text: str, *, event_on: date | None = None) -> Normalised:
    article = replace(article_of(text), event_on=event_on)
    return normalise_mentions(recognise_mentions(segment_article(article)))


def offices(text: str, *, event_on: date | None = None) -> list[tuple[str, str | None]]:
    """Normal title and organisation of every POSITION."""
    normalised = normalise(text, event_on=event_on)
    names = {body.organisation_id: body.name for body in normalised.organisations}
    return [
        (mention.normal or "", names.get(mention.organisation_id or ""))
        for mention in normalised.mentions
        if mention.label is Label.POSITION
    ]


def bodies(text: str, *, event_on: date | None = None) -> list[str | None]:
    return [m.normal for m in normalise(text, event_on=event_on).mentions if m.label is Label.ORGANISATION]


def places(text: str, *, event_on: date | None = None) -> list[str | None]:
    return [m.entity_id for m in normalise(text, event_on=event_on).mentions if m.label is Label.PLACE]


BEFORE, AFTER = date(2023, 11, 15), date(2025, 9, 12)


# --- one office, one normal form --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spellings", "title"),
    [
        (("Bí thư Huyện uỷ", "BT Huyện ủy", "Bí thư huyện ủy Hàm Yên"), "Bí thư Huyện ủy"),
        (("Phó Bí thư TT Thị ủy", "Phó Bí thư Thường trực Thị uỷ Nghi Sơn"), "Phó Bí thư Thường trực Thị ủy"),
        (("Bí thư Đảng bộ Thị trấn", "Bí thư Đảng ủy thị trấn"), "Bí thư Đảng ủy thị trấn"),
        (("Bí thư Đảng bộ tỉnh", "Bí thư Tỉnh ủy"), "Bí thư Tỉnh ủy"),
        (("TUV", "Tỉnh ủy viên", "Ủy viên BCH Đảng bộ tỉnh"), "Ủy viên Ban Chấp hành Đảng bộ tỉnh"),
        (("Huyện ủy viên", "HUV"), "Ủy viên Ban Chấp hành Đảng bộ huyện"),
        (("Ủy viên BTV Tỉnh ủy", "UVBTV Tỉnh ủy"), "Ủy viên Ban Thường vụ Tỉnh ủy"),
        (
            ("Ủy viên Trung ương Đảng", "UVTW Đảng", "Ủy viên BCH TW Đảng"),
            "Ủy viên Ban Chấp hành Trung ương Đảng",
        ),
        (("Chủ tịch UBND TP. Hạ Long", "Chủ tịch thành phố Hạ Long"), "Chủ tịch Ủy ban nhân dân thành phố"),
        (("Trưởng ban Tổ chức Tỉnh ủy", "Trưởng BTC Tỉnh ủy"), "Trưởng Ban Tổ chức Tỉnh ủy"),
        (("Chủ nhiệm UBKT Huyện ủy", "chủ nhiệm Ủy ban Kiểm tra Huyện ủy"), "Chủ nhiệm Ủy ban Kiểm tra Huyện ủy"),
        (("Chủ tịch UBMTTQ xã", "Chủ tịch MTTQ xã"), "Chủ tịch Ủy ban Mặt trận Tổ quốc Việt Nam xã"),
        (("Giám đốc Sở KH&ĐT", "giám đốc Sở Kế hoạch - Đầu tư"), "Giám đốc Sở Kế hoạch và Đầu tư"),
        (("Bộ trưởng Công an", "Bộ trưởng Bộ Công an"), "Bộ trưởng Bộ Công an"),
        (("Thủ tướng", "Thủ tướng Chính phủ"), "Thủ tướng Chính phủ"),
        (("Hiệu trưởng Trường Đại học An Giang",), "Hiệu trưởng Trường Đại học An Giang"),
        (("Tư lệnh Quân khu 2",), "Tư lệnh Quân khu"),
        (("Trưởng Phòng Nội vụ huyện", "trưởng phòng Nội vụ huyện Vĩnh Linh"), "Trưởng Phòng Nội vụ huyện"),
        (("Trưởng thôn Đồng Tâm",), "Trưởng thôn"),
    ],
)
def test_one_office_has_one_title_and_one_id(spellings: tuple[str, ...], title: str) -> None:
    ids = set()
    for spelling in spellings:
        (position,) = normalise(f"Đồng chí Lê Văn Tám, {spelling}").positions
        assert position.title == title, spelling
        ids.add(position.position_id)
    assert ids == {entity_id("position", title)}


def test_a_position_tells_its_parts() -> None:
    (position,) = normalise("Phó Bí thư Thường trực Huyện ủy Hàm Yên").positions
    assert (position.role, position.modifiers, position.body) == ("Bí thư", ("Phó", "Thường trực"), "Huyện ủy")
    assert (position.branch, position.level) == (Branch.PARTY, Level.DISTRICT)
    assert position.title_en == "Standing Deputy Secretary of the District Party Committee"


@pytest.mark.parametrize(
    ("text", "branch", "level"),
    [
        ("Chủ tịch HĐND xã Thanh Ba", Branch.PEOPLES_COUNCIL, Level.COMMUNE),
        ("Chủ tịch UBND tỉnh Phú Thọ", Branch.GOVERNMENT, Level.PROVINCE),
        ("Chủ tịch Hội Nông dân huyện Hàm Yên", Branch.MASS_ORGANISATION, Level.DISTRICT),
        ("Chủ tịch UBMTTQ xã Thanh Ba", Branch.FRONT, Level.COMMUNE),
        ("Bộ trưởng Bộ Công an", Branch.POLICE, Level.CENTRAL),
        ("Chánh án TAND huyện Hàm Yên", Branch.JUDICIARY, Level.DISTRICT),
        ("Tư lệnh Quân khu 2", Branch.MILITARY, Level.NONE),
    ],
)
def test_branch_and_level(text: str, branch: Branch, level: Level) -> None:
    (position,) = normalise(text, event_on=BEFORE).positions
    assert (position.branch, position.level) == (branch, level)


# --- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Huyện uỷ Hàm Yên", "Huyện ủy Hàm Yên"),
        ("UBND H.Trảng Bom", "Ủy ban nhân dân huyện Trảng Bom"),
        ("HĐND TP. Hạ Long", "Hội đồng nhân dân thành phố Hạ Long"),
        ("Ban Thường vụ Tỉnh ủy Quảng Ninh", "Ban Thường vụ Tỉnh ủy Quảng Ninh"),
        ("Ban Chấp hành Đảng bộ tỉnh Phú Thọ", "Ban Chấp hành Đảng bộ tỉnh Phú Thọ"),
        ("Công an Hà Tĩnh", "Công an tỉnh Hà Tĩnh"),
        ("Sở Tài chính tỉnh Gia Lai", "Sở Tài chính tỉnh Gia Lai"),
        ("Công an Phường 5", "Công an Phường 5"),
        ("Quân khu 2", "Quân khu 2"),
        ("Bộ CA", "Bộ Công an"),
        ("Trường Đại học Hồng Đức", "Trường Đại học Hồng Đức"),
        ("UBND huyện", "Ủy ban nhân dân huyện"),
        ("UBND các xã Dân Chủ, Quảng La", "Ủy ban nhân dân xã"),
    ],
)
def test_bodies_have_their_normal_name(text: str, name: str) -> None:
    assert bodies(f"Hôm nay {text} họp", event_on=BEFORE) == [name]


# --- context ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba",
            [
                ("Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba"),
                ("Chủ tịch Hội đồng nhân dân xã", "Hội đồng nhân dân xã Thanh Ba"),
            ],
        ),
        (
            "Bí thư Chi bộ, Trưởng thôn Đồng Tâm",
            [("Bí thư Chi bộ thôn", "Chi bộ thôn Đồng Tâm"), ("Trưởng thôn", "thôn Đồng Tâm")],
        ),
        (
            "Bí thư, Phó Bí thư Đảng ủy xã Thanh Ba",
            [("Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba"), ("Phó Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba")],
        ),
        (
            "Phó Bí thư Huyện ủy, Chủ tịch UBND huyện Bắc Hà",
            [
                ("Phó Bí thư Huyện ủy", "Huyện ủy Bắc Hà"),
                ("Chủ tịch Ủy ban nhân dân huyện", "Ủy ban nhân dân huyện Bắc Hà"),
            ],
        ),
        ("Bí thư Huyện ủy", [("Bí thư Huyện ủy", "Huyện ủy")]),
        ("Chủ tịch nước", [("Chủ tịch nước", None)]),
    ],
)
def test_coordinated_titles_share_their_unit(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert offices(text, event_on=BEFORE) == expected


def test_what_context_gave_is_said() -> None:
    normalised = normalise("Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba", event_on=AFTER)
    shared, said = (m for m in normalised.mentions if m.label is Label.POSITION)
    assert shared.inferred == ("place", "unit_type")
    assert said.inferred == ()
    assert shared.place_id == said.place_id is not None


def test_a_title_later_on_gets_the_unit_of_the_article() -> None:
    text = "Đảng ủy xã Thanh Ba, tỉnh Phú Thọ họp.\nPhó Bí thư Thường trực Đảng ủy phát biểu."
    assert offices(text, event_on=AFTER) == [("Phó Bí thư Thường trực Đảng ủy xã", "Đảng ủy xã Thanh Ba")]


def test_the_hierarchy_of_named_communes_tells_the_city() -> None:
    text = "Thành ủy làm việc với các xã Dân Chủ, Quảng La và Bằng Cả.\nTỉnh ủy cùng dự."
    assert bodies(text, event_on=BEFORE) == ["Thành ủy Hạ Long", "Tỉnh ủy Quảng Ninh"]


def test_nothing_settled_nothing_added() -> None:
    assert offices("Phó Bí thư Thường trực Đảng ủy phát biểu") == [
        ("Phó Bí thư Thường trực Đảng ủy", "Đảng ủy"),
    ]
    assert bodies("Thành ủy họp.") == ["Thành ủy"]


def test_the_body_inside_an_office_is_the_body_of_the_office() -> None:
    normalised = normalise("Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba", event_on=AFTER)
    for mention in normalised.mentions:
        if mention.label is Label.ORGANISATION and mention.parent_id is not None:
            parent = normalised.mentions[mention.parent_id]
            assert mention.entity_id == parent.organisation_id


# --- places -----------------------------------------------------------------------------------------------------------


def test_a_place_is_of_the_era_of_its_article() -> None:
    text = "xã Thanh Ba, tỉnh Phú Thọ"
    (old_commune, old_province), (commune, province) = places(text, event_on=BEFORE), places(text, event_on=AFTER)
    assert (old_province, province) == ("63.p25", "34.p25")
    assert commune is not None
    assert commune.startswith("34.c")
    assert old_commune is None or old_commune.startswith("63.")


@pytest.mark.parametrize(("name", "place_id"), [("Quảng Ninh", "63.p22"), ("Sơn La", "63.p14")])
def test_a_province_of_both_eras_is_told_without_a_day(name: str, place_id: str) -> None:
    assert places(f"Chủ tịch UBND tỉnh {name} Lê Văn Tám dự.") == [place_id]  # Quảng Ninh is a city since


def test_a_school_lies_where_the_text_says_behind_it() -> None:
    text = "Ông Lê Văn Tư, Hiệu trưởng Trường THCS Thăng Long, huyện Thống Nhất, tỉnh Đồng Nai, dự."
    office = next(m for m in normalise(text, event_on=BEFORE).mentions if m.label is Label.POSITION)
    assert office.place_id is not None
    assert load_gazetteer().unit(office.place_id).full_name == "huyện Thống Nhất, tỉnh Đồng Nai"


def test_villages_have_no_code_and_lie_in_their_commune() -> None:
    normalised = normalise("thôn Đồng Tâm, xã Thanh Ba, tỉnh Phú Thọ", event_on=AFTER)
    village = next(place for place in normalised.places if place.level is Level.VILLAGE)
    assert (village.gso_code, village.era, village.unit_type) == (None, None, "thôn")
    assert village.full_name == "thôn Đồng Tâm, xã Thanh Ba, tỉnh Phú Thọ"
    assert village.parent_id in {place.place_id for place in normalised.places}


def test_units_above_a_place_are_in_the_table() -> None:
    normalised = normalise("Sáng nay xã Thái Hòa, huyện Hàm Yên, tỉnh Tuyên Quang họp", event_on=BEFORE)
    ids = {place.place_id for place in normalised.places}
    assert {place.parent_id for place in normalised.places} - {None} <= ids
    assert {place.level for place in normalised.places} == {Level.COMMUNE, Level.DISTRICT, Level.PROVINCE}


def test_a_place_that_several_units_fit_is_refused_with_its_candidates() -> None:
    normalised = normalise("Sáng nay xã Hưng Long họp.")
    (rejection,) = normalised.rejections
    assert rejection.reason is Reason.AMBIGUOUS_PLACE
    assert rejection.detail.startswith("Hưng Long: ")
    assert normalised.article.text[rejection.start : rejection.end] == "xã Hưng Long"
    assert places("Sáng nay xã Hưng Long họp.") == [None]


# --- whatever the text ------------------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(composed)
@example("Trưởng ban Trưởng ban   Trưởng ban TRƯỞNG BAN ")
@example("THÔN ĐỒNG TÂM thôn Đồng Tâm ")
def test_every_id_is_in_its_table_and_every_form_is_normal(text: str) -> None:
    normalised = normalise(settle(text))
    check_spans(normalised.article.text, normalised.mentions)
    positions = {position.position_id: position for position in normalised.positions}
    organisations = {body.organisation_id: body for body in normalised.organisations}
    places = {place.place_id: place for place in normalised.places}
    for mention in normalised.mentions:
        assert mention.person_id is None
        assert mention.organisation_id is None or mention.organisation_id in organisations
        assert mention.place_id is None or mention.place_id in places
        if mention.label is Label.POSITION and mention.entity_id is not None:
            assert positions[mention.entity_id].title == mention.normal
        if mention.label is Label.ORGANISATION and mention.entity_id is not None:
            assert organisations[mention.entity_id].name == mention.normal
        if mention.label is Label.PLACE and mention.entity_id is not None:
            assert places[mention.entity_id].full_name == mention.normal
    for form in (*(p.title for p in positions.values()), *(o.name for o in organisations.values())):
        assert form == " ".join(form.split()) == settle(traditional(form))
    assert {body.place_id for body in organisations.values()} - {None} <= set(places)
    assert all(place_id in load_gazetteer() or places[place_id].gso_code is None for place_id in places)


@settings(max_examples=100, deadline=None)
@given(composed)
def test_ids_derive_from_normal_forms_alone(text: str) -> None:
    normalised = normalise(settle(text))
    for position in normalised.positions:
        assert position.position_id == entity_id("position", position.title)
        assert position.title[:1] == position.title[:1].upper()
    for body in normalised.organisations:
        assert body.organisation_id == entity_id("organisation", body.name, body.place_id)
    titles = [key(position.title) for position in normalised.positions]
    assert len(set(titles)) == len(titles)


@settings(max_examples=60, deadline=None)
@given(composed)
def test_the_same_mentions_give_the_same_forms(text: str) -> None:
    recognised = recognise_mentions(segment_article(article_of(settle(text))))
    assert normalise_mentions(recognised) == normalise_mentions(recognised)


@settings(max_examples=60, deadline=None)
@given(composed)
def test_spans_are_not_moved(text: str) -> None:
    recognised = recognise_mentions(segment_article(article_of(settle(text))))
    before = [(m.mention_id, m.parent_id, m.label, m.start, m.end, m.rule) for m in recognised.mentions]
    after = normalise_mentions(recognised).mentions
    assert [(m.mention_id, m.parent_id, m.label, m.start, m.end, m.rule) for m in after] == before
