"""Lines of a page to sections: title, dateline, body, caption, byline, furniture.

What enters is the page's lines in order, with what the markup told of them; what leaves is the same lines, each with
its section, and the byline and the day of publication that they state. In this order: furniture by pattern, datelines
by what remains when date, counters and labels are taken off, the title as the first line left before the body,
bylines at the head and at the foot, captions among the paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache

from pipeline.grammar.bylines import Byline, is_signature, parse_byline
from pipeline.grammar.dates import find_dates, parse_date
from pipeline.lexicon import marked
from pipeline.models import Section

LONG_LINE = 140  # a paragraph; headlines and captions of the development articles are shorter in 98 of 100 cases
LONG_TITLE = 250
HEAD_LINES = 12  # how far from the top the title is looked for
CAPTIONS = 6  # of a gallery below the article
SHORT_TAIL = 90  # a line after "Tin cùng chuyên mục" that is longer is text again

_DATE_PREFIX = re.compile(
    r"^\s*(?:date|ngày|ngày đăng|cập nhật)?\s*[:：]?\s*(?P<day>\d{4}-\d\d-\d\d)\s+(?=\S)", re.IGNORECASE
)
_DATE_LABELS = re.compile(
    r"(?<!\w)(?:ngày\s+(?:đăng|cập\s+nhật|xuất\s+bản|đưa\s+tin|tạo|viết|phát\s+hành|gửi)"
    r"|đăng\s+(?:ngày|lúc|bởi)|cập\s+nhật(?:\s+(?:lúc|ngày|lần\s+cuối))?"
    r"|xuất\s+bản|đã\s+đăng|thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|cn"
    r"|posted(?:\s+on)?|published|updated|date|ngày|lúc|hồi|giờ|phút"
    r"|gmt|utc|am|pm|sa|ch|vào|tháng|năm|h|lượt\s+xem|số\s+lượt\s+xem|lượt\s+đọc|lượt|xem|view\s*count|views?|đã\s+xem|lần"
    r"|tải\s+về|cỡ\s+chữ(?:\s+A[-+]?){0,3}|in\s+bài(?:\s+viết)?|bản\s+in|print|email|chia\s+sẻ|bình\s+luận|mới\s+nhất|google\s+news)(?!\w)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[\s•·▪►▶*\-–+»>◦●○■□|]+(?=\w)")
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?…:;,]['\"”’)\]]*\s*(?:/\s*\.?)?\s*$")
_MARKS = frozenset(".!?…:;,")
_ENDING = _MARKS | frozenset("'\"”’)]/")
_LIST_ITEM = re.compile(r"^\s*(?:[-–+•*]|\(?\d{1,3}[.)/]|[IVX]{1,5}[.)]|[a-zđ][.)])\s*\S")
_PHOTO_CREDIT = re.compile(
    r"(?<!\w)(?:ảnh|hình|photo|clip|nguồn)\s*[:：]|(?<!\w)ảnh\s+(?:minh\s+họa|tư\s+liệu)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a page; ``section`` is what the markup says it is, if anything; ``gap``: a blank line stands before
    it."""

    text: str
    section: Section | None = None
    gap: bool = True


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines with their sections, and what the page says about itself."""

    lines: tuple[PageLine, ...]
    published_on: date | None
    byline: Byline

    @property
    def title(self) -> str | None:
        titles = [line.text for line in self.lines if line.section is Section.TITLE]
        return " ".join(titles) or None


def lay_out(lines: Sequence[PageLine], *, title: str | None = None) -> Layout:
    """The section of every line of a page.

    ``title`` is the headline when a container or the markup tells it.

    >>> body = "Sáng 28-3, " + "hội nghị " * 20 + "."
    >>> lines = ["Gặp mặt Bí thư Chi bộ", "Cập nhật: 29/03/2022", body, "Thu Hà", "Tin cùng chuyên mục"]
    >>> page = lay_out(list(map(PageLine, lines)))
    >>> [line.section.value for line in page.lines], str(page.published_on), page.byline.authors
    (['title', 'dateline', 'body', 'byline', 'furniture'], '2022-03-29', ('Thu Hà',))
    """
    split = [part for line in lines for part in _split_prefix(line)]
    marked_lines = _mark_furniture(split)
    marked_lines = _mark_title(marked_lines, title)
    marked_lines, byline = _mark_bylines(marked_lines)
    return Layout(tuple(_mark_rest(marked_lines)), _published(marked_lines), byline)


def _split_prefix(line: PageLine) -> list[PageLine]:
    """``date 2025-12-18 Headline`` → a dateline and the headline."""
    match = _DATE_PREFIX.match(line.text)
    if match is None or line.section not in (None, Section.TITLE) or len(_WORD.findall(line.text[match.end() :])) < 3:
        return [line]
    if is_dateline(line.text):
        return [line]
    day, rest = line.text[: match.end()].strip(), line.text[match.end() :].strip()
    return [PageLine(day, Section.DATELINE, line.gap), PageLine(rest, line.section, gap=False)]


# --- furniture and datelines ----------------------------------------------------------------------------------------


def _mark_furniture(lines: Sequence[PageLine]) -> list[PageLine]:
    out: list[PageLine] = []
    in_links = False
    body_seen = False
    for line in lines:
        kind = None if line.section in (Section.TITLE, Section.CAPTION) else furniture_kind(line.text)
        body_seen = body_seen or (kind is None and len(line.text) >= LONG_LINE)
        in_links = in_links or (kind == "links" and body_seen)
        if line.section is not None:
            out.append(line)
        elif kind is not None or (in_links and len(line.text) < SHORT_TAIL and not _closes_article(line.text)):
            out.append(replace(line, section=Section.FURNITURE))
        elif is_dateline(line.text):
            out.append(replace(line, section=Section.DATELINE))
        else:
            in_links = in_links and len(line.text) < SHORT_TAIL
            out.append(line)
    return out


def _closes_article(text: str) -> bool:
    byline = parse_byline(text)
    return byline is not None and byline.labelled


@lru_cache(maxsize=8192)
def furniture_kind(text: str) -> str | None:
    """The kind of furniture that a whole line is (see ``lexicon/furniture.tsv``), or ``None``.

    >>> furniture_kind("  • Lượt xem: 2703 lượt xem"), furniture_kind("Trang chủ  >  Tin tức  >  Xây dựng Đảng")
    ('counter', 'menu')
    >>> furniture_kind("Sáng 15-11, Thị ủy tổ chức hội nghị.")
    """
    bare = _BULLET.sub("", text).strip().lower()
    if not bare or len(bare) > 400:
        return None
    match = _furniture().fullmatch(bare) if bare[0] not in ">»›" else None
    if match is None:
        match = _furniture().fullmatch(text.strip().lower())
    return match.lastgroup.rstrip("0123456789") if match and match.lastgroup else None


@cache
def _furniture() -> re.Pattern[str]:
    rows = marked("furniture.tsv", surface="pattern", kind="kind")
    return re.compile("|".join(f"(?P<{row.kind}{at}>{row.surface})" for at, row in enumerate(rows)))


def is_dateline(text: str) -> bool:
    """A line with a full date and hardly a word besides labels, times and counters."""
    if len(text) > 160 or not any(found.year for found in find_dates(text)):
        return False
    return len(_WORD.findall(_DATE_LABELS.sub(" ", text))) <= 1


def _published(lines: Sequence[PageLine]) -> date | None:
    for line in lines:
        if line.section is Section.DATELINE:
            day = parse_date(line.text)
            if day is not None:
                return day
    return None


# --- title ----------------------------------------------------------------------------------------------------------


def _mark_title(lines: Sequence[PageLine], title: str | None) -> list[PageLine]:
    out = list(lines)
    if any(line.section is Section.TITLE for line in out):
        return out
    open_lines = [at for at, line in enumerate(out) if line.section is None][:HEAD_LINES]
    known = _same_as(title, [out[at].text for at in open_lines]) if title else None
    if known is not None:
        out[open_lines[known]] = replace(out[open_lines[known]], section=Section.TITLE)
    elif title is None and open_lines and _is_headline(out, open_lines):
        out[open_lines[0]] = replace(out[open_lines[0]], section=Section.TITLE)
    return out


def _same_as(title: str, texts: Sequence[str]) -> int | None:
    wanted = " ".join(title.casefold().split())
    for at, text in enumerate(texts):
        if " ".join(text.casefold().split()) == wanted:
            return at
    return None


def _is_headline(lines: Sequence[PageLine], open_lines: Sequence[int]) -> bool:
    text = lines[open_lines[0]].text
    if len(text) > LONG_TITLE or len(open_lines) < 2:
        return False
    return not re.search(r"[.;,:]\s*$", text) or len(text) < 60


# --- bylines and captions -------------------------------------------------------------------------------------------


def _mark_bylines(lines: Sequence[PageLine]) -> tuple[list[PageLine], Byline]:
    """Bylines at the head (between title and body) and at the foot (after the last paragraph)."""
    out = list(lines)
    first, last = _body_range(out)
    found: list[Byline] = []
    for at, line in enumerate(out):
        if line.section not in (None, Section.BYLINE):
            continue
        byline = parse_byline(line.text)
        placed = at < first or at > last or line.section is Section.BYLINE
        if byline is None or not (byline.labelled or placed or _closes_body(out, at)):
            continue
        if not byline.labelled and any(is_signature(above.text) for above in out[max(0, at - 3) : at]):
            continue
        if byline.labelled and not (byline.authors or byline.sources) and _PHOTO_CREDIT.search(line.text):
            out[at] = replace(line, section=Section.CAPTION)
            continue
        out[at] = replace(line, section=Section.BYLINE)
        found.append(byline)
    return out, _join(found)


def _closes_body(lines: Sequence[PageLine], at: int) -> bool:
    """Names that stand alone after the last paragraph, with nothing but the captions of a gallery behind them."""
    after = [line for line in lines[at + 1 : at + CAPTIONS + 2] if line.section is not Section.FURNITURE]
    if not after or len(after) > CAPTIONS or not after[0].gap or at == 0:
        return False
    is_long = len(lines[at - 1].text) > len(lines[at].text) and parse_byline(lines[at - 1].text) is None
    return is_long and all(len(line.text) <= LONG_LINE + 60 and parse_byline(line.text) is None for line in after)


def _body_range(lines: Sequence[PageLine]) -> tuple[int, int]:
    """Index of the first and the last paragraph: a long line, or one that ends like a sentence."""
    first = next((at for at, line in enumerate(lines) if _is_paragraph(line)), None)
    if first is None:
        return len(lines), len(lines)
    return first, next(at for at in range(len(lines) - 1, first - 1, -1) if _is_paragraph(lines[at]))


def _is_paragraph(line: PageLine) -> bool:
    text = line.text
    if line.section not in (None, Section.BODY):
        return False
    shaped = len(text) >= LONG_LINE or _ends_sentence(text) or _LIST_ITEM.match(text) or "\t" in text
    return bool(shaped) and parse_byline(text) is None


def _ends_sentence(text: str) -> bool:
    # The pattern looks at every mark of a paragraph; its last sign alone rules most lines out or in.
    last = text.rstrip()[-1:]
    return last in _ENDING and (last in _MARKS or _SENTENCE_END.search(text) is not None)


def _join(bylines: Sequence[Byline]) -> Byline:
    return Byline(
        tuple(dict.fromkeys(name for byline in bylines for name in byline.authors)),
        tuple(dict.fromkeys(name for byline in bylines for name in byline.photographers)),
        tuple(dict.fromkeys(name for byline in bylines for name in byline.sources)),
    )


def _mark_rest(lines: Sequence[PageLine]) -> list[PageLine]:
    return [line if line.section else replace(line, section=_body_or_caption(line.text)) for line in lines]


def _body_or_caption(text: str) -> Section:
    if len(text) > 300 or _LIST_ITEM.match(text) or "\t" in text:
        return Section.BODY
    if (":" in text or "：" in text or "ảnh" in text.lower()) and _PHOTO_CREDIT.search(text):
        return Section.CAPTION
    ends = len(text) > LONG_LINE + 60 or text.isupper() or _ends_sentence(text)
    return Section.BODY if ends else Section.CAPTION
