"""Sentences cover their lines, tokens lie in their sentences, and no stop of an abbreviation ends one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.models import Article, Block, Reason, Section, Stage
from pipeline.orthography import settle
from pipeline.stages.segment import segment_article, split_sentences


def make_article(text: str, section: Section = Section.BODY) -> Article:
    blocks: list[Block] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(at, at + len(line), section))
        at += len(line) + 1
    return Article("0" * 16, "a.txt", "text", "utf-8", None, None, None, None, (), text, tuple(blocks))


def split(line: str) -> list[str]:
    return [line[span.start : span.end] for span in split_sentences(line)]


# One line each, with | where a sentence ends.
CASES = [
    "Hội nghị kết thúc.| Đồng chí Tám kết luận.",
    "Ai chịu trách nhiệm?| Không ai!| Thật vậy…| Đúng thế.",
    "Cả nước có 34 tỉnh, thành phố.| 239 đồng chí dự.",
    "Ông nói xong.| “Tôi đồng ý”, bà đáp.",
    "Mưa lũ gây thiệt hại.| (Ảnh: Văn Thóc)",
    "GS.TS. Đỗ Văn Ổi, PGS. TS. Bùi Chanh và ThS. Cao Quýt dự.| BS. Mận vắng.",
    "TP. Hạ Long, Tp. Huế, TX. Quảng Yên, TT. Hùng Sơn.| Hết.",
    "Đ/c Lúa và đ/c. Ngô; bà Sắn dự.| Xong.",
    "Họp tại P. Bến Nghé, Q. 1.| Ông Tám dự.",
    "Các Ủy viên T.Ư Đảng dự họp.| Đảng viên nghe ý kiến của T.Ư.| Hội nghị bế mạc.",
    "Trồng cam, bưởi, v.v. ở xã.| Bán cam, bưởi, v.v.| Dân vui.",
    "Ông Nguyễn Văn A. bị bắt.| Bị cáo B., 20 tuổi, khai nhận.",
    "Tổng thống John F. Kennedy và Vincent K. Brooks dự.| Hết.",
    "Xe đâm vào chị H.| Sau đó lái xe bỏ chạy.",
    "Công an bắt Phan Thị X.| Đồng thời khám nhà.",
    "Trường Tiểu học thị trấn A.| Ảnh: Phúc Hưng.",
    "1. Công tác lãnh đạo.| Nội dung này tốt.",
    "1.1. Về kinh tế",
    "II. Kết quả.| Đạt.",
    "a. Thuận lợi",
    "Ngày 15.11.2023.| Hội nghị khai mạc.",
    "Thu 1.000.000,5 đồng; chi 2.000 đồng.| Còn lại gửi lại.",
    "Năm 2023.| Ông Tám về hưu.",
    "Ngày 15. 11 họp.",
    "Gồm cam, bưởi; chanh; quýt.| Hết",
    "Ông nói: “Làm đi. Đừng chờ.” rồi về.| Hết.",
    "Ông nói: “Làm ngay.”| Bà Mận đồng ý.",
    "Hội (thành lập năm 2001. Tên cũ là Đoàn) họp.| Hết.",
    'Ông nói: "Tốt. Cứ thế." rồi về.| Hết.',
    'Đường dài 5" và rộng.| Ông Tám đo.| Hết.',
    "Ba chấm...| Rồi thôi",
    "truy cập hamyen.gov.vn để biết.| Hết.",
    "họp xong. rồi về",
    "Tốt!!! | Rất tốt?! | - Đúng vậy.",
]


@pytest.mark.parametrize("case", CASES)
def test_split_sentences(case: str) -> None:
    assert split(case.replace("|", "")) == [part.strip() for part in case.split("|")]


def test_a_long_quotation_is_cut_inside() -> None:
    speech = "Chúng ta phải làm việc này cho tốt hơn nữa. " * 6
    assert len(split(f"Ông nói: “{speech}”, rồi về.")) == 6


def test_a_stray_quote_spoils_nothing() -> None:
    assert split("Ông nói “thôi. Bà về. Hết. " + "Xã họp. " * 30)[:2] == ["Ông nói “thôi.", "Bà về."]


def test_a_part_of_a_text_is_split_with_its_own_offsets() -> None:
    text = "Một. Hai.\nBa. Bốn."
    assert [text[s.start : s.end] for s in split_sentences(text, 10, 18)] == ["Ba.", "Bốn."]


@given(st.text(st.sampled_from('aAĐ. !?…"“”()[]12TP.GS;-\t '), max_size=60) | st.text(max_size=40))
@settings(max_examples=400)
def test_sentences_cover_what_is_not_blank(line: str) -> None:
    spans = split_sentences(line)
    at = 0
    for span in spans:
        assert line[at : span.start].strip() == ""
        assert line[span.start : span.end].strip() == line[span.start : span.end] != ""
        at = span.end
    assert line[at:].strip() == ""


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=("Cs",)), max_size=40), max_size=4))
@settings(max_examples=200, deadline=None)
def test_tokens_lie_in_their_sentence(lines: list[str]) -> None:
    article = make_article(settle("\n".join(lines)))
    segmented = segment_article(article)
    assert segmented.rejections == ()
    assert [sentence.sentence_id for sentence in segmented.sentences] == list(range(len(segmented.sentences)))
    reached = 0
    for sentence in segmented.sentences:
        assert reached <= sentence.start < sentence.end
        assert any(block.start <= sentence.start and sentence.end <= block.end for block in article.blocks)
        reached = sentence.start
        for token in sentence.tokens:
            assert reached <= token.start < token.end <= sentence.end
            assert token.pos
            reached = token.end
        assert reached == sentence.end  # its last character is no blank, so a token holds it


def test_sections_come_from_the_blocks() -> None:
    article = make_article("ĐẠI HỘI ĐẢNG BỘ XÃ\nSáng nay. Xã họp.")
    title = Block(article.blocks[0].start, article.blocks[0].end, Section.TITLE)
    segmented = segment_article(
        Article(
            "0" * 16, "a.txt", "text", "utf-8", None, None, None, None, (), article.text, (title, article.blocks[1])
        )
    )
    assert [sentence.section for sentence in segmented.sentences] == [Section.TITLE, Section.BODY, Section.BODY]


def test_a_lost_word_is_rejected_not_guessed() -> None:
    segmented = segment_article(make_article("xã\ne\u0302\u0323\u0309\nđẹp"))  # not settled: no article of ours is so
    (rejection,) = {rejection.reason for rejection in segmented.rejections}
    assert rejection is Reason.LOST_WORD
    assert {rejection.stage for rejection in segmented.rejections} == {Stage.SEGMENT}
    assert [segmented.article.text[t.start : t.end] for s in segmented.sentences for t in s.tokens] == ["xã", "đẹp"]


def test_a_long_sentence_loses_nothing_where_it_is_cut() -> None:
    text = "đồng chí Bí thư Huyện ủy, " * 400 + "x" * 3000 + " hết"
    (sentence,) = segment_article(make_article(text)).sentences
    assert "".join(text[t.start : t.end] for t in sentence.tokens).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "text", ["." * 9, ". ", "x", "(", '"', "A. ", "a.vn/!!!!!!!!!", "1-", "a.", "xã ", "a" + " " * 50, "chị B. Sau đó "]
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    segment_article(make_article("xã"))
    times = []
    for size in (20_000, 80_000):
        begun = time.process_time()
        segment_article(make_article((text * size)[:size]))
        times.append(time.process_time() - begun)
    assert times[1] < 12 * times[0] + 0.5  # four times the text; sixteen would be quadratic


def test_abbreviations_are_settled_and_unique() -> None:
    entries = lexicon.marked("abbreviations.tsv", surface="abbreviation", kind="kind")
    surfaces = [entry.surface for entry in entries]
    assert len(set(surfaces)) == len(surfaces)
    assert all(surface == settle(surface).strip(". ") for surface in surfaces)
    assert {entry.kind for entry in entries} == {"before", "letter", "closing"}


@pytest.mark.parametrize(
    "entry", lexicon.marked("abbreviations.tsv", surface="abbreviation", kind="kind"), ids=lambda entry: entry.surface
)
def test_every_abbreviation_is_reached(entry: lexicon.Marked) -> None:
    line = f"Hội nghị có {entry.surface}. Nguyễn Thị Mận dự."
    assert len(split(line)) == (2 if entry.kind == "closing" else 1)
