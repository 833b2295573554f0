"""Recognise: mentions, their nesting, and what the rest of the article adds to a line."""

from __future__ import annotations

import dataclasses
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Article, Block, Form, Label, Mention, Recognised, Section
from pipeline.orthography import settle
from pipeline.stages.recognise import recognise_mentions
from pipeline.stages.segment import segment_article

DEPTHS = {Label.POSITION: 0, Label.ORGANISATION: 1, Label.PLACE: 2}

PEOPLE = ("Lê Văn Tám", "Nguyễn Thị Thuý", "Y Giang Gry Niê Knơng", "H’Bút", "Tám", "NGUYỄN VĂN AN", "Hồ Chí Minh")
ROLES = ("Bí thư", "Phó Bí thư Thường trực", "chủ tịch", "PCT", "Trưởng ban", "TUV", "Giám đốc", "239 đồng chí Bí thư")
BODIES = ("Huyện ủy", "Đảng uỷ", "UBND", "HĐND", "Ban Tổ chức", "Sở Y tế", "Công an", "Chi bộ", "Trường THPT", "Đoàn")
UNITS = ("xã Thanh Ba", "huyện", "Hà Nội", "các xã Dân Chủ, Quảng La", "thôn Đồng Tâm", "TP.HCM", "tỉnh Phú Thọ", "Lào")
WORDS = ("ông", "đồng chí", "nguyên", "bổ nhiệm", "giữ chức", "là", "Ảnh:", "Sáng 15-11,", "gồm:", "thay", "nhấn mạnh")
SIGNS = (" ", ", ", "; ", ". ", "\n", " - ", "(", ")", "\t", ":", "", "…", "“", "/", "-", "  ", "\n\n")

# Texts as articles are made of, with anything in between.
composed = st.lists(
    st.sampled_from((*PEOPLE, *ROLES, *BODIES, *UNITS, *WORDS))
    .map(lambda part: part + " ")
    .flatmap(lambda part: st.sampled_from((part, part, part, part.strip(), part.upper(), part.lower())))
    | st.sampled_from(SIGNS)
    | st.text(max_size=4),
    max_size=24,
).map("".join)


def article_of(text: str, *, authors: tuple[str, ...] = (), **sections: Section) -> Article:
    """An article whose lines are its blocks; ``line_2=Section.BYLINE`` gives the third line a section."""
    blocks, at = [], 0
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            blocks.append(Block(at, at + len(line), sections.get(f"line_{number}", Section.BODY)))
        at += len(line) + 1
    return Article("0" * 16, "a.txt", "text", "utf-8", None, None, None, None, authors, text, tuple(blocks))


def recognise(text: str, *, authors: tuple[str, ...] = (), **sections: Section) -> Recognised:
    return recognise_mentions(segment_article(article_of(text, authors=authors, **sections)))


def spans(recognised: Recognised, label: Label | None = None) -> list[str]:
    text = recognised.article.text
    return [text[m.start : m.end] for m in recognised.mentions if label is None or m.label is label]


def nested(recognised: Recognised) -> str:
    """Mentions drawn with brackets, in the letters of their labels."""
    text = recognised.article.text
    marks = [(m.start, 1, -m.end, f"[{m.label.value[:2]} ") for m in recognised.mentions]
    marks += [(m.end, 0, -m.start, "]") for m in recognised.mentions]
    drawn, at = "", 0
    for offset, _, _, sign in sorted(marks):
        drawn += text[at:offset] + sign
        at = offset
    return drawn + text[at:]


# --- drawn cases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "drawn",
    [
        "[PO Chủ tịch [OR HĐND [PL xã Thanh Ba]]] nói",
        "đồng chí [PE Lê Văn Tám], [PO Bí thư [OR Đảng ủy]], [PO Chủ tịch [OR HĐND [PL xã Thanh Ba]]]",
        "nguyên [PO Bí thư [OR Huyện ủy [PL Hàm Yên]]] [PE Lê Văn Tám]",
        "[OR Ban Thường vụ Thị ủy [PL Nghi Sơn]] họp",
        "[OR Đảng ủy các xã [PL Dân Chủ], [PL Quảng La]]",
        "các xã [PL Dân Chủ], [PL Quảng La] và [PL Bằng Cả]",
        "[PO Trưởng [PL thôn Đồng Tâm]] [PE Lê Văn Tám]",
        "[PO TUV], [PO Bí thư [OR Huyện ủy]] [PE Lê Văn Tám]",
        "Đại tá, TS [PE Trần Thị Hoa]",
        "[PO Giám đốc [OR Sở Y tế [PL tỉnh Gia Lai]]]",
        "tư tưởng [PE Hồ Chí Minh]",
        "đi từ [PL Hà Nội] đến [PL Lào]",
        "các chi bộ, cấp ủy, chính quyền, nhà trường",
        "thị xã phát triển, huyện nghèo",
        "đường Nguyễn Huệ",
        "[OR Quốc hội] và [OR Chính phủ]",
    ],
)
def test_drawn(drawn: str) -> None:
    text = "".join(drawn.replace("[PO ", "").replace("[OR ", "").replace("[PL ", "").replace("[PE ", "").split("]"))
    assert nested(recognise(text)) == drawn


def test_holders_are_counted() -> None:
    (office, *_) = recognise("Có 239 đồng chí Bí thư Chi bộ dự.").mentions
    assert (office.label, office.holders) == (Label.POSITION, 239)
    assert recognise("Bí thư Chi bộ 239").mentions[0].holders is None


def test_forms() -> None:
    recognised = recognise("Ông Lê Văn Tám thăm các xã Dân Chủ, Quảng La. Ông Tám về Dân Chủ.")
    text = recognised.article.text
    forms = [(text[m.start : m.end], m.form) for m in recognised.mentions]
    assert forms == [
        ("Lê Văn Tám", Form.FULL),
        ("Dân Chủ", Form.LIST_ITEM),
        ("Quảng La", Form.LIST_ITEM),
        ("Tám", Form.SHORT),
        ("Dân Chủ", Form.SHORT),
    ]


def test_every_mention_names_its_rule() -> None:
    recognised = recognise("Bí thư Huyện ủy Hàm Yên Lê Văn Tám, TUV, thăm UBND xã Thái Hòa, Hà Nội.")
    rules = [m.rule for m in recognised.mentions]
    assert rules == [
        "title.body",
        "title.body.fused",
        "place.named",
        "person.title",
        "title.fused",
        "body.unit",
        "place.named",
        "place.bare",
    ]


# --- what the article makes known -------------------------------------------------------------------------------------


def test_a_known_person_is_found_again_without_a_witness() -> None:
    text = "Ông Hoàng Tám Lực nói.\nHoàng Tám Lực\nTOÀN CẢNH BUỔI HOÀNG TÁM LỰC LÀM VIỆC"
    assert spans(recognise(text), Label.PERSON) == ["Hoàng Tám Lực", "Hoàng Tám Lực", "HOÀNG TÁM LỰC"]


def test_a_given_name_alone_is_found_within_a_sentence_only() -> None:
    text = "Bị cáo Cư Văn Trớ khai. Tòa tuyên phạt Trớ 6 năm tù. Trớ xin giảm."
    assert spans(recognise(text), Label.PERSON)[:2] == ["Cư Văn Trớ", "Trớ"]
    assert spans(recognise("Tòa tuyên phạt Trớ 6 năm tù."), Label.PERSON) == []


def test_a_known_commune_is_found_again_without_its_unit_word() -> None:
    assert spans(recognise("xã Thanh Ba họp. Nhân dân Thanh Ba vui."), Label.PLACE) == ["xã Thanh Ba", "Thanh Ba"]
    assert spans(recognise("Nhân dân Thanh Ba vui."), Label.PLACE) == []


def test_districts_behind_their_commune_need_no_unit_word() -> None:
    found = recognise("Dân xã Tân Lộc, Thới Bình, Cà Mau và phường Hòa Hiệp Bắc (Liên Chiểu), xã Tân Lộc, Lê Văn Tám")
    names = ["xã Tân Lộc", "Thới Bình", "Cà Mau", "phường Hòa Hiệp Bắc", "Liên Chiểu", "xã Tân Lộc"]
    assert spans(found, Label.PLACE) == names
    assert spans(recognise("Dân Thới Bình vui."), Label.PLACE) == []


def test_a_known_name_within_a_longer_one_is_left_alone() -> None:
    text = "xã Thanh Ba họp. Công ty Thanh Ba Xanh Hơn vui."
    assert "Thanh Ba" not in [span for span in spans(recognise(text)) if span != "xã Thanh Ba"]


def test_furniture_is_not_read() -> None:
    text = "Ông Lê Văn Tám nói.\nBà Trần Thị Hoa nói."
    assert spans(recognise(text, line_1=Section.FURNITURE)) == ["Lê Văn Tám"]


def test_authors_are_people_whatever_their_names() -> None:
    text = "Ông Lê Văn Tám nói.\nHồng Phương- K.L"
    recognised = recognise(text, authors=("Hồng Phương", "K.L"), line_1=Section.BYLINE)
    assert [(recognised.article.text[m.start : m.end], m.rule) for m in recognised.mentions][1:] == [
        ("Hồng Phương", "person.byline"),
        ("K.L", "person.byline"),
    ]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ảnh: Nguyên Vũ", ["Nguyên Vũ"]),
        ("Tin, ảnh: H’Lim", ["H’Lim"]),
        ("Tin, ảnh: Đức Toàn - T.Lực", ["Đức Toàn", "T.Lực"]),
        ("Ảnh: quang cảnh hội nghị", []),
    ],
)
def test_names_behind_a_label_of_credits(line: str, names: list[str]) -> None:
    assert spans(recognise(f"Hội nghị bế mạc.\n{line}"), Label.PERSON) == names


def test_mentions_know_their_sentence() -> None:
    recognised = recognise("Ông Lê Văn Tám nói. Bà Trần Thị Hoa nghe.\nUBND xã Thanh Ba họp.")
    sentences = {sentence.sentence_id: sentence for sentence in recognised.sentences}
    assert [m.sentence_id for m in recognised.mentions] == [0, 1, 2, 2]
    assert all(
        sentences[m.sentence_id].start <= m.start and m.end <= sentences[m.sentence_id].end for m in recognised.mentions
    )


@pytest.mark.parametrize("text", ["", " \n\t", "\n\n", ".", "123"])
def test_no_text_no_mentions(text: str) -> None:
    assert recognise(text).mentions == ()


# --- whatever the text ------------------------------------------------------------------------------------------------


def check_spans(text: str, mentions: tuple[Mention, ...]) -> None:
    """What every later stage may rely on."""
    assert [m.mention_id for m in mentions] == list(range(len(mentions)))
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == text[mention.start : mention.end].strip()
        assert "\n" not in text[mention.start : mention.end]
    order = [(m.start, -m.end) for m in mentions]
    assert order == sorted(order)
    for one in mentions:
        for other in mentions[one.mention_id + 1 :]:
            if other.start >= one.end:
                break
            assert other.end <= one.end, "crossing"


def check_nesting(mentions: tuple[Mention, ...]) -> None:
    """The parent is the mention that directly encloses another; POSITION ⊃ ORGANISATION ⊃ PLACE."""
    for mention in mentions:
        around = [m for m in mentions[: mention.mention_id] if m.span.covers(mention.span)]
        assert mention.parent_id == (around[-1].mention_id if around else None)
        if around:
            assert around[-1].label in DEPTHS
            assert mention.label in DEPTHS
            assert DEPTHS[around[-1].label] < DEPTHS[mention.label]


@settings(max_examples=250, deadline=None)
@given(composed)
def test_spans_and_nesting_hold_for_any_text(text: str) -> None:
    recognised = recognise(settle(text))
    check_spans(recognised.article.text, recognised.mentions)
    check_nesting(recognised.mentions)


@settings(max_examples=60, deadline=None)
@given(composed)
def test_the_same_text_gives_the_same_mentions(text: str) -> None:
    segmented = segment_article(article_of(settle(text)))
    assert recognise_mentions(segmented) == recognise_mentions(segmented)


@settings(max_examples=60, deadline=None)
@given(composed)
def test_text_that_is_not_settled_is_read_as_well(text: str) -> None:
    recognised = recognise(unicodedata.normalize("NFD", text))
    check_spans(recognised.article.text, recognised.mentions)


@settings(max_examples=60, deadline=None)
@given(composed, st.sampled_from(list(Section)))
def test_sections_add_no_crossing_spans(text: str, section: Section) -> None:
    article = article_of(settle(text), authors=("Lê Văn Tám", "K.L"))
    blocks = tuple(dataclasses.replace(block, section=section) for block in article.blocks[-1:])
    article = dataclasses.replace(article, blocks=(*article.blocks[:-1], *blocks))
    recognised = recognise_mentions(segment_article(article))
    check_spans(recognised.article.text, recognised.mentions)
    check_nesting(recognised.mentions)
