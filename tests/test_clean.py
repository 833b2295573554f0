"""Cleaning: sections, titles, dates, authors, repairs and refusals."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.fonts import undress_lines
from pipeline.layout import PageLine, furniture_kind, lay_out
from pipeline.lexicon import marked
from pipeline.markup import read_markup
from pipeline.mending import join_abbreviated, join_wrapped, mend_line, mend_text, mend_whole
from pipeline.models import Article, Document, RawDocument, Reason, Rejection, Section
from pipeline.readers import decode_document, read_sources
from pipeline.stages.clean import clean_article
from pipeline.vietnamese import is_syllable, scrambled_share, weigh
from tests.nasty.build import LINES, SHORT_BODY, TEXT, TITLE, page, scramble

GOLD = Path(__file__).parent / "gold"


def clean(content: str, format: str = "text", **fields: object) -> Article:
    return clean_article(Document("0" * 16, "a", content, format, "utf-8", **fields))  # type: ignore[arg-type]


def sections(article: Article) -> list[tuple[str, str]]:
    return [(block.section.value, article.text[block.start : block.end]) for block in article.blocks]


# --- sections -------------------------------------------------------------------------------------------------------


def test_sections_of_a_text() -> None:
    article = clean(TEXT + "\n\nTin cùng chuyên mục\nXã Hưng Thịnh ra quân làm thủy lợi")
    assert [name for name, _ in sections(article)] == [
        *("title", "dateline", "body", "body", "caption", "body", "body", "byline"),
        *("furniture", "furniture"),
    ]
    assert article.title == TITLE
    assert (str(article.published_on), str(article.event_on)) == ("2023-12-28", "2023-12-27")
    assert article.authors == ("Hoài Thương", "Bảo Lộc")


def test_no_line_of_a_text_vanishes() -> None:
    article = clean(TEXT)
    assert article.text.split() == TEXT.split()


def test_sections_of_a_page() -> None:
    picture = '<figure><img src="a.jpg"><figcaption>Quang cảnh hội nghị</figcaption></figure>'
    table = "<table><tr><th>TT</th><th>Họ và tên</th></tr><tr><td>1</td><td>Lò Thị Nguyệt Anh</td></tr></table>"
    content = page().replace(
        "<p>Đồng chí Đặng Quốc Vỹ phát biểu", picture + table + "<p>Đồng chí Đặng Quốc Vỹ phát biểu"
    )
    found = sections(clean(content, "html"))
    assert found[0] == ("title", TITLE)
    assert ("dateline", "28/12/2023 08:15") in found
    assert ("caption", "Quang cảnh hội nghị") in found
    assert ("body", "1\tLò Thị Nguyệt Anh") in found
    assert ("byline", "Hoài Thương, Bảo Lộc") in found
    assert not any("Trang chủ" in text or "Bản quyền" in text for _, text in found)


def test_a_date_before_the_headline_is_parted_from_it() -> None:
    article = clean(" date 2025-12-18 Xã Hưng Thịnh gặp mặt bí thư chi bộ\n\n" + "\n\n".join(LINES[2:]))
    assert sections(article)[:2] == [("dateline", "date 2025-12-18"), ("title", "Xã Hưng Thịnh gặp mặt bí thư chi bộ")]


def test_the_headline_of_a_record_comes_first() -> None:
    article = clean(SHORT_BODY, title=TITLE)
    assert sections(article)[0] == ("title", TITLE)
    assert clean(TEXT, title=TITLE).text.count(TITLE) == 1


def test_spelling_stays() -> None:
    text = "Huyện uỷ Hoà Thuỷ gặp mặt\n\n" + SHORT_BODY
    assert clean(text).text.startswith("Huyện uỷ Hoà Thuỷ gặp mặt\n")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Lượt xem: 2703 lượt xem", "counter"),
        ("View count: 1984", "counter"),
        ("Bản in", "button"),
        ("Chia sẻ: Facebook Zalo", "button"),
        ("Trang chủ / Giới thiệu / Tổ chức bộ máy", "menu"),
        ("Tin tức thành phố", "menu"),
        ("Tin cùng chuyên mục", "links"),
        ("Các tin khác", "links"),
        ("Trang 1/2", "page"),
        ("Tin tức từ cơ sở: Đảng ủy xã họp", None),
        ("Ban Thường vụ Huyện ủy họp", None),
    ],
)
def test_furniture(line: str, kind: str | None) -> None:
    assert furniture_kind(line) == kind


# --- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>A họp bàn việc lớn | Báo X</title>", "<h1>A họp bàn việc lớn</h1>", "A họp bàn việc lớn"),
        (
            "<title>A họp bàn việc lớn - Cổng X</title>",
            "<h1>Cổng X</h1><h2>A họp bàn việc lớn</h2>",
            "A họp bàn việc lớn",
        ),
        ("<title>A họp bàn việc lớn - Báo điện tử X</title>", "", "A họp bàn việc lớn"),
        ("<title>Chi tiết tin</title>", '<div class="title-news">A họp bàn việc lớn</div>', "A họp bàn việc lớn"),
        ('<meta property="og:title" content="A họp bàn việc lớn"><title>X</title>', "", "A họp bàn việc lớn"),
        ("<title>A - B họp bàn việc lớn</title>", "<h1>A - B họp bàn việc lớn</h1>", "A - B họp bàn việc lớn"),
    ],
)
def test_headline_of_a_page(head: str, body: str, title: str) -> None:
    content = f"<html><head>{head}</head><body>{body}<p>{LINES[2]}</p><p>{LINES[5]}</p></body></html>"
    assert read_markup(content, Counter()).title == title


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2023-12-28T08:15:00+07:00">',
        '<meta itemprop="datePublished" content="28/12/2023">',
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2023-12-28"}</script>',
        '<script type="application/ld+json">{"@graph":[{"@type":"Article","datePublished":"2023-12-28"}]}</script>',
    ],
)
def test_day_of_a_page(head: str) -> None:
    content = f"<html><head>{head}</head><body><p>{LINES[2]}</p></body></html>"
    assert str(read_markup(content, Counter()).published_on) == "2023-12-28"


def test_a_site_is_no_author() -> None:
    head = '<meta name="author" content="Cổng thông tin điện tử"><meta name="dc.creator" content="Hoài Thương">'
    assert read_markup(f"<html><head>{head}</head><body><p>x</p></body></html>", Counter()).authors == ("Hoài Thương",)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div", ">", "<table>", "<td>", "</", "Sáng 15-11", "&nbsp;", "<!--", '"', "<h1>", "\x00"]
        )
    )
)
def test_any_markup(parts: list[str]) -> None:
    try:
        article = clean("<html>" + "".join(parts), "html")
    except Refused:
        return
    assert all(0 <= block.start < block.end <= len(article.text) for block in article.blocks)


# --- repairs --------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(max_size=300))
def test_mending_twice_changes_nothing(text: str) -> None:
    once = mend_text(mend_whole(text, Counter()), Counter())
    again: Counter[str] = Counter()
    assert mend_text(once, again) == once


@given(st.text(max_size=200))
def test_a_mended_line_is_one_line_without_double_blanks(text: str) -> None:
    line = mend_line(mend_text(mend_whole(text, Counter()), Counter()).replace("\n", " "), Counter())
    assert line == line.strip()
    assert "  " not in line


def test_a_list_is_not_joined() -> None:
    text = "\n".join(f"{number}. Đồng chí Đặng Quốc Vỹ, Bí thư Đảng ủy xã Hưng Thịnh" for number in range(1, 9))
    assert join_wrapped(text, Counter()) == text


@pytest.mark.parametrize(
    ("broken", "joined"),
    [
        ("bà Lò Thị Én, Chủ tịch HĐND TP.\nSơn La, chủ trì.", True),
        ("quê ở TX.\nNghĩa Lộ (Yên Bái).", True),
        ("theo PGS.TS.\nVi Văn Sách, cần làm sớm.", True),
        ("theo TS.\nSách, cần làm sớm.", True),
        ("chia sẻ với lãnh đạo TP.\nÔng Sách nói thêm.", False),
        ("trên địa bàn TP.\nKết quả rất tốt.", False),
        ("được sự đồng ý của TP.\nLiên quan vụ việc, công an mời ông Sách.", False),
        ("chuyển cho Sở GD-ĐT.\nHà Nội chưa có ý kiến.", False),
        ("trú tại TP.HCM.\nHà Nội mưa to.", False),
        ("trú tại TP.\n\nHà Nội mưa to.", False),
    ],
)
def test_a_line_broken_behind_an_abbreviation_is_joined_to_its_name(broken: str, joined: bool) -> None:
    counts: Counter[str] = Counter()
    assert join_abbreviated(broken, counts) == (broken.replace("\n", " ") if joined else broken)
    assert counts["joined_line"] == int(joined)


@given(
    st.lists(st.sampled_from(["TP.", "TS.", "Huế", "Lê Tám", "\n", " ", "ông", "TP", "."]), max_size=30).map("".join)
)
def test_joining_changes_nothing_but_line_ends(text: str) -> None:
    assert join_abbreviated(text, Counter()).replace(" ", "\n") == text.replace(" ", "\n")


def test_sound_text_wears_no_font() -> None:
    assert undress_lines(LINES) == (list(LINES), None)


def test_repairs_are_counted() -> None:
    article = clean(TEXT.replace("Đ", "\u00d0").replace(" ", "\u00a0", 3) + "\u200b")
    assert article.repairs == {"eth": TEXT.count("Đ"), "invisible": 1, "nbsp": 3}


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Bản in\nChia sẻ", Reason.EMPTY),
        ("Hết giờ.", Reason.TOO_SHORT),
        ("The committee met on Monday to discuss the plan for the coming year.", Reason.NOT_VIETNAMESE),
        (scramble(SHORT_BODY * 2), Reason.SCRAMBLED),
    ],
)
def test_refusals(content: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        clean(content)
    assert refused.value.rejection.reason is reason
    assert refused.value.rejection.reason.explanation


def test_names_of_minorities_are_no_reason_to_refuse() -> None:
    article = clean("Ông Y Thanh Kbuôr, bà H'Bliăk Niê Kđăm và ông K'Brêu dự hội nghị của Đảng ủy xã Ea Kênh.")
    assert article.text.startswith("Ông Y Thanh")


def test_real_spelling_is_not_scrambled() -> None:
    assert scrambled_share(TEXT)[0] < 0.1
    assert weigh(TEXT).score > 0.6
    assert all(map(is_syllable, ["nghiêng", "khuỷu", "quyền", "giữa", "oẹ", "ngoằn", "ngoèo", "gì", "quốc"]))


# --- lexicons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "surface", "kind"),
    [
        ("furniture.tsv", "pattern", "kind"),
        ("byline_words.tsv", "word", "kind"),
        ("page_marks.tsv", "mark", "kind"),
        ("columns.tsv", "name", "field"),
        ("lookalikes.tsv", "sign", "kind"),
        ("syllables.tsv", "part", "kind"),
        ("fixed_marks.tsv", "folded", "forms"),
        ("magic.tsv", "bytes", "name"),
    ],
)
def test_lexicon_entries_are_unique(file: str, surface: str, kind: str) -> None:
    rows = [(row.surface, row.kind) for row in marked(file, surface=surface, kind=kind)]
    assert rows
    assert [row for row, count in Counter(rows).items() if count > 1] == []


@pytest.mark.parametrize("name", ["tcvn3", "vni", "viscii", "vps"])
def test_tables_are_one_to_one(name: str) -> None:
    rows = marked(f"encoding_{name}.tsv", surface="code", kind="letter")
    assert len(rows) == len({row.surface for row in rows}) == len({row.kind for row in rows}) == 134


def test_every_furniture_line_keeps_its_section() -> None:
    page_lines = [PageLine(line) for line in (*LINES, "Lượt xem: 3")]
    assert lay_out(page_lines).lines[-1].section is Section.FURNITURE


# --- gold -----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not (GOLD / "gold.json").exists(), reason="no gold articles beside the tests")
def test_gold_metadata() -> None:
    gold = {entry["source"]: entry for entry in json.loads((GOLD / "gold.json").read_text("utf8"))}
    right: Counter[str] = Counter()
    for raw in read_sources(GOLD / "raw"):
        assert isinstance(raw, RawDocument)
        article = clean_article(decode_document(raw))
        expected = gold.get(raw.source)
        if expected is None:
            continue
        right["all"] += 1
        right["title"] += article.title == expected["title"]
        right["published_on"] += str(article.published_on) == str(expected["published_on"])
        right["event_on"] += str(article.event_on) == str(expected["event_on"])
        right["authors"] += sorted(article.authors) == sorted(name.replace("’", "'") for name in expected["authors"])
    assert right["all"]
    assert min(right.values()) >= 0.95 * right["all"]


def test_a_rejection_names_the_document() -> None:
    with pytest.raises(Refused) as refused:
        clean_article(Document("1" * 16, "x/y.txt", "Hết.", "text", "utf-8"))
    assert isinstance(refused.value.rejection, Rejection)
    assert (refused.value.rejection.source, refused.value.rejection.article_id) == ("x/y.txt", "1" * 16)
