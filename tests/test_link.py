"""Link: people of an article, who holds what, and offices that stand for somebody named elsewhere."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from test_recognise import check_nesting, check_spans, composed

from pipeline import Extraction, Label, Status, extract
from pipeline.discourse.holders import holdings_of
from pipeline.discourse.statuses import events_in, governs, moves_in, reached_from
from pipeline.models import Form, Membership, Person, Reason
from pipeline.orthography import fold, settle, traditional

DAY = date(2023, 11, 15)


def rows(extraction: Extraction) -> list[tuple[str, str, str]]:
    """Person, title, status of every membership."""
    names = {person.person_id: person.name for person in extraction.people}
    titles = {position.position_id: position.title for position in extraction.positions}
    return [(names[row.person_id], titles[row.position_id], row.status.value) for row in extraction.memberships]


def holders(text: str) -> list[tuple[str, str, str]]:
    return rows(extract(text, published_on=DAY))


def only(extraction: Extraction) -> Membership:
    (row,) = extraction.memberships
    return row


# --- holders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Bí thư Huyện ủy Bắc Hà Lê Văn Tám dự", ["Lê Văn Tám"]),
        ("Ông Lê Văn Tám, Bí thư Huyện ủy Bắc Hà, dự", ["Lê Văn Tám"]),
        ("Lê Văn Tám - Bí thư Huyện ủy Bắc Hà", ["Lê Văn Tám"]),
        ("Ông Lê Văn Tám (Bí thư Huyện ủy Bắc Hà) dự", ["Lê Văn Tám"]),
        ("Lê Văn Tám\tBí thư Huyện ủy Bắc Hà", ["Lê Văn Tám"]),
        ("Bí thư Huyện ủy Bắc Hà, ông Lê Văn Tám, dự", ["Lê Văn Tám"]),
        ("Ông Lê Văn Tám là Bí thư Huyện ủy Bắc Hà", ["Lê Văn Tám"]),
        ("Các ông Lê Văn Tám và Trần Văn Hai giữ chức Phó Bí thư Huyện ủy", ["Lê Văn Tám", "Trần Văn Hai"]),
        ("các Phó Chủ tịch UBND huyện Lê Văn Tám, Trần Văn Hai", ["Lê Văn Tám", "Trần Văn Hai"]),
        ("11 Ủy viên Ban Thường vụ Huyện ủy gồm: Lê Văn Tám; Trần Văn Hai", ["Lê Văn Tám", "Trần Văn Hai"]),
        ("Phó Chủ tịch UBND xã do đồng chí Lê Văn Tám đảm nhận", ["Lê Văn Tám"]),
        ("miễn nhiệm chức vụ Phó Chủ tịch UBND xã đối với ông Lê Văn Tám", ["Lê Văn Tám"]),
        ("Các đồng chí Ủy viên Ban Thường vụ Huyện ủy:\n- Lê Văn Tám\n- Trần Văn Hai", ["Lê Văn Tám", "Trần Văn Hai"]),
        ("Ông Lê Văn Tám nhấn mạnh vai trò của Bí thư Chi bộ", []),
        ("vợ của Chủ tịch UBND xã, bà Trần Thị Hoa", []),
        ("Bí thư Huyện ủy. Ông Lê Văn Tám dự", []),
        ("Chủ tịch Hồ Chí Minh", []),
        ("Ông Lê Văn Tám nói.\nBí thư Huyện ủy kết luận.", []),
    ],
)
def test_who_holds_an_office(text: str, people: list[str]) -> None:
    assert sorted(name for name, _, _ in holders(text)) == sorted(people)


def test_several_offices_of_one_person() -> None:
    assert sorted(holders("Lê Văn Tám, TUV, Bí thư Huyện ủy, Chủ tịch HĐND huyện Bắc Hà")) == [
        ("Lê Văn Tám", "Bí thư Huyện ủy", "current"),
        ("Lê Văn Tám", "Chủ tịch Hội đồng nhân dân huyện", "current"),
        ("Lê Văn Tám", "Ủy viên Ban Chấp hành Đảng bộ tỉnh", "current"),
    ]


def test_titles_on_both_sides_of_a_name() -> None:
    text = "Phó Bí thư Huyện ủy Lê Văn Tám, Chủ tịch UBND huyện Bắc Hà, chủ trì"
    assert [title for _, title, _ in holders(text)] == ["Phó Bí thư Huyện ủy", "Chủ tịch Ủy ban nhân dân huyện"]


# --- status -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Ông Lê Văn Tám, Bí thư Huyện ủy", "current"),
        ("Ông Lê Văn Tám, nguyên Bí thư Huyện ủy", "former"),
        ("Ông Lê Văn Tám, quyền Bí thư Huyện ủy", "acting"),
        ("bầu ông Lê Văn Tám giữ chức Bí thư Huyện ủy", "incoming"),
        ("ông Lê Văn Tám được giới thiệu bầu giữ chức Bí thư Huyện ủy", "candidate"),
        ("ông Lê Văn Tám thôi giữ chức Bí thư Huyện ủy", "former"),
    ],
)
def test_status(text: str, status: str) -> None:
    assert [row[2] for row in holders(text)] == [status]


def test_a_deputy_in_charge_holds_two_offices() -> None:
    assert sorted(holders("Bà Trần Thị Hoa, Phó Giám đốc phụ trách Sở Y tế tỉnh Gia Lai")) == [
        ("Trần Thị Hoa", "Giám đốc Sở Y tế", "acting"),
        ("Trần Thị Hoa", "Phó Giám đốc Sở Y tế", "current"),
    ]


def test_a_move_leaves_the_old_post_and_a_promotion_does_not() -> None:
    moved = "điều động ông Lê Văn Tám, Phó Bí thư Huyện ủy Bắc Hà, giữ chức Giám đốc Sở Y tế"
    raised = "bổ nhiệm ông Lê Văn Tám, Phó Giám đốc Sở Y tế, giữ chức Giám đốc Sở Y tế"
    assert {title: status for _, title, status in holders(moved)} == {
        "Phó Bí thư Huyện ủy": "former",
        "Giám đốc Sở Y tế": "incoming",
    }
    assert {title: status for _, title, status in holders(raised)} == {
        "Phó Giám đốc Sở Y tế": "current",
        "Giám đốc Sở Y tế": "incoming",
    }


def test_joining_a_committee_is_the_office_of_a_member() -> None:
    assert holders("bầu bổ sung ông Lê Văn Tám vào Ban Chấp hành, Ban Thường vụ Huyện ủy Bắc Hà") == [
        ("Lê Văn Tám", "Ủy viên Ban Thường vụ Huyện ủy", "incoming"),
        ("Lê Văn Tám", "Ủy viên Ban Chấp hành Đảng bộ huyện", "incoming"),
    ]


def test_running_a_body_is_the_office_of_its_head() -> None:
    assert holders("Ông Lê Văn Tám được giao phụ trách Công an huyện Kim Bôi") == [
        ("Lê Văn Tám", "Trưởng Công an huyện", "acting")
    ]


def test_a_term_stands_in_its_row() -> None:
    row = only(extract("Ông Lê Văn Tám, Bí thư Huyện ủy nhiệm kỳ 2015 - 2020", published_on=DAY))
    assert (row.term, row.status) == ("2015-2020", Status.FORMER)
    row = only(extract("Ông Lê Văn Tám, Bí thư Huyện ủy nhiệm kỳ 2020-2025", published_on=DAY))
    assert (row.term, row.status) == ("2020-2025", Status.CURRENT)


def test_events_in_their_order() -> None:
    assert events_in("được bổ nhiệm giữ chức").status_of_next() is Status.INCOMING
    assert events_in("nguyên").direct() is Status.FORMER
    assert events_in("nguyên là người").direct() is not Status.INCOMING
    assert events_in("xem xét bãi nhiệm").settled()
    assert events_in("đã nghỉ hưu").leaves()
    assert events_in("").events == ()
    assert (moves_in("điều động bà A"), moves_in("bổ nhiệm bà A")) == (True, False)
    assert (reached_from("chỉ định ông A,"), reached_from("cùng ông A")) == (Status.INCOMING, None)
    assert (governs("được bầu giữ chức"), governs("cùng với")) == (True, False)


# --- people -----------------------------------------------------------------------------------------------------------


def person(text: str, name: str) -> Person:
    return next(p for p in extract(text).people if p.name == name)


def test_attributes_of_a_person() -> None:
    found = person("Đại tá, TS Trần Thị Hoa. Bà Trần Thị Hoà nói. Bà Trần Thị Hoa nghe.", "Trần Thị Hoa")
    assert (found.honorific, found.rank, found.degree, found.gender) == ("bà", "Đại tá", "TS", "female")
    assert (found.name_key, found.mention_count, found.credit) == ("tran thi hoa", 2, False)


def test_gender_only_where_the_text_says_it() -> None:
    text = "Ông Lê Văn Tám, bà Trần Thị Hoa, Thượng tá Nguyễn Thị Sáu"
    assert {p.name: p.gender for p in extract(text).people} == {
        "Lê Văn Tám": "male",
        "Trần Thị Hoa": "female",
        "Nguyễn Thị Sáu": None,
    }


def test_spellings_of_one_name_are_one_person() -> None:
    text = "Ông Trần Văn Hoà nói. TRẦN VĂN HÒA, BÍ THƯ HUYỆN ỦY.\nÔng Trần Văn Hòa nghe. Ông Hoà cảm ơn."
    extraction = extract(text)
    assert [(p.name, p.mention_count) for p in extraction.people] == [("Trần Văn Hòa", 4)]
    assert {m.form for m in extraction.mentions if m.label is Label.PERSON} == {Form.FULL, Form.SHORT}


def test_the_part_behind_a_hyphen_is_the_name() -> None:
    extraction = extract("Tổng thống Syria Bashar al-Assad phát biểu. Ông Assad nói thêm.", published_on=DAY)
    assert [(p.name, p.mention_count) for p in extraction.people] == [("Bashar al-Assad", 2)]


def test_a_short_form_that_fits_two_joins_neither() -> None:
    people = extract("Ông Lê Văn Tám và ông Trần Văn Tám đến. Ông Tám nói.").people
    assert sorted((p.name, p.mention_count) for p in people) == [("Lê Văn Tám", 1), ("Trần Văn Tám", 1), ("Tám", 1)]


def test_an_alias_is_the_same_person() -> None:
    extraction = extract("Ông Lê Văn Tám (tên thường gọi: Nguyễn Văn Hai) đến. Ông Nguyễn Văn Hai nói.")
    assert [p.name for p in extraction.people] == ["Lê Văn Tám"]


def test_photographers_are_people_of_the_credits() -> None:
    assert person("Hội nghị bế mạc.\nẢnh: Nguyên Vũ", "Nguyên Vũ").credit
    assert extract("Hội nghị bế mạc.\nẢnh: Nguyên Vũ").memberships == ()


# --- references -------------------------------------------------------------------------------------------------------


def test_a_title_later_on_stands_for_its_holder_and_adds_no_row() -> None:
    text = "Đồng chí Lê Văn Tám, Bí thư Huyện ủy Bắc Hà, chủ trì. Đồng chí Bí thư Huyện ủy nhấn mạnh."
    extraction = extract(text, published_on=DAY)
    assert len(extraction.memberships) == 1
    last = [m for m in extraction.mentions if m.label is Label.POSITION][-1]
    assert (last.form, last.person_id) == (Form.TITLE_ONLY, extraction.people[0].person_id)


def test_an_office_that_two_hold_stands_for_neither() -> None:
    text = (
        "Phó Chủ tịch UBND tỉnh Lê Văn Tám và Phó Chủ tịch UBND tỉnh Trần Văn Hai dự. Phó Chủ tịch UBND tỉnh kết luận."
    )
    extraction = extract(text)
    assert [m.person_id for m in extraction.mentions if m.label is Label.POSITION][-1] is None
    (rejection,) = extraction.rejections
    assert rejection.reason is Reason.AMBIGUOUS_PERSON
    assert text[rejection.start : rejection.end] == "Phó Chủ tịch UBND tỉnh"


def test_the_same_office_twice_is_one_row() -> None:
    text = "Lê Văn Tám, Bí thư Huyện ủy Bắc Hà, nói.\nBí thư Huyện ủy Bắc Hà Lê Văn Tám nghe."
    assert len(extract(text).memberships) == 1


def test_evidence_holds_office_and_name() -> None:
    row = only(extract("Sáng nay, ông Lê Văn Tám, Bí thư Huyện ủy Bắc Hà, dự họp.", published_on=DAY))
    assert row.evidence == "Lê Văn Tám, Bí thư Huyện ủy Bắc Hà"
    assert (row.observed_on, row.rule, row.inferred) == (DAY, "title.body+after", ())


# --- whatever the text ------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(composed)
def test_every_row_refers_to_what_the_extraction_holds(text: str) -> None:
    extraction = extract(text, published_on=DAY)
    clean = extraction.article.text
    people = {p.person_id for p in extraction.people}
    positions = {p.position_id for p in extraction.positions}
    bodies = {o.organisation_id for o in extraction.organisations}
    places = {p.place_id for p in extraction.places}
    sentences = {s.sentence_id for s in extraction.sentences}
    for row in extraction.memberships:
        assert row.person_id in people
        assert row.position_id in positions
        assert row.organisation_id is None or row.organisation_id in bodies
        assert row.place_id is None or row.place_id in places
        assert row.sentence_id in sentences
        assert 0 <= row.start < row.end <= len(clean)
        assert row.evidence == clean[row.start : row.end]
        assert row.observed_on == DAY
    ids = [row.membership_id for row in extraction.memberships]
    assert len(set(ids)) == len(ids)
    keys = [(r.person_id, r.position_id, r.organisation_id, r.status) for r in extraction.memberships]
    assert len(set(keys)) == len(keys)
    for mention in extraction.mentions:
        assert mention.person_id is None or mention.person_id in people
        assert mention.label is not Label.PERSON or mention.person_id is not None
    for rejection in extraction.rejections:
        assert rejection.start is None or clean[rejection.start : rejection.end]


@settings(max_examples=100, deadline=None)
@given(composed)
def test_the_whole_extraction_keeps_the_order_of_its_mentions(text: str) -> None:
    extraction = extract(text)
    check_spans(extraction.article.text, extraction.mentions)
    check_nesting(extraction.mentions)
    assert sum(p.mention_count for p in extraction.people) == sum(m.label is Label.PERSON for m in extraction.mentions)
    assert [p.person_id for p in extraction.people] == sorted(p.person_id for p in extraction.people)
    for person_ in extraction.people:
        assert person_.name == traditional(settle(person_.name))
        assert person_.name_key == fold(person_.name)


@settings(max_examples=60, deadline=None)
@given(composed)
def test_the_same_text_gives_the_same_extraction(text: str) -> None:
    assert extract(text) == extract(text)


@settings(max_examples=60, deadline=None)
@given(composed)
def test_decomposed_text_gives_the_same_rows(text: str) -> None:
    composed_text = extract(unicodedata.normalize("NFC", text))
    decomposed = extract(unicodedata.normalize("NFD", text))
    assert decomposed.article.text == composed_text.article.text
    assert decomposed.memberships == composed_text.memberships


@settings(max_examples=60, deadline=None)
@given(composed)
def test_every_holding_is_of_a_person_and_an_office_of_the_article(text: str) -> None:
    extraction = extract(text)
    mentions = [m for m in extraction.mentions if m.label in {Label.PERSON, Label.POSITION}]
    for holding in holdings_of(extraction.article.text, mentions):
        assert (holding.person.label, holding.position.label) == (Label.PERSON, Label.POSITION)
        assert holding.person in mentions
        assert holding.position in mentions
