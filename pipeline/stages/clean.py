"""Documents to articles: one clean text with sections, title, dates and authors.

What enters is a :class:`Document` (decoded text or markup); what leaves is an :class:`Article`, or
:class:`pipeline.errors.Refused` with a reason. In this order: markup to lines, repairs of the text (each counted),
sections of the lines, the text with its blocks, title, dates and authors, and last the question whether this is a
Vietnamese article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from pipeline.errors import Refused
from pipeline.fonts import undress_lines
from pipeline.grammar.dates import find_event
from pipeline.layout import Layout, PageLine, lay_out
from pipeline.markup import Page, read_markup
from pipeline.mending import join_abbreviated, join_wrapped, mend_entities, mend_line, mend_text, mend_whole
from pipeline.models import Article, Block, Document, Reason, Rejection, Section, Stage
from pipeline.vietnamese import scrambled_share, weigh

# Measured on 2,061 articles in November 2026: at least 0.82 of the words of each are possible syllables, at least
# 0.66 of them marked; at most 0.09 of the words with fixed marks differ. The limits leave room for lists of foreign
# names.
MIN_WORDS = 5
MIN_SHARE = 0.4
MIN_MARKED = 0.2
MIN_KNOWN = 30
MAX_SCRAMBLED = 0.15


def clean_article(document: Document) -> Article:
    """The article in ``document``.

    Raises:
        Refused: nothing readable is left (empty, too_short, not_vietnamese, scrambled).

    >>> body = "Sáng 15-11-2023, Thị ủy Nghi Sơn gặp mặt các đồng chí bí thư."
    >>> content = f"Gặp mặt Bí thư Chi bộ\\n\\n{body}\\n\\nSỹ Thành, Hoàng Thanh"
    >>> article = clean_article(Document("0" * 16, "a.txt", content, "text", "utf-8"))
    >>> article.title, str(article.event_on), article.authors
    ('Gặp mặt Bí thư Chi bộ', '2023-11-15', ('Sỹ Thành', 'Hoàng Thanh'))
    >>> [(block.section.value, article.text[block.start : block.end][:9]) for block in article.blocks]
    [('title', 'Gặp mặt B'), ('body', 'Sáng 15-1'), ('byline', 'Sỹ Thành,')]
    """
    counts = Counter(document.repairs)
    page, font = _read_page(document, counts)
    layout = lay_out(page.lines, title=page.title)
    if not any(line.section is not Section.FURNITURE for line in layout.lines):
        raise _refuse(document, Reason.EMPTY, "no line is left")
    text, blocks = _set_text(layout, page.title)
    _require_vietnamese(document, text, blocks)
    published_on = page.published_on or layout.published_on
    return Article(
        article_id=document.article_id,
        source=document.source,
        format=document.format,
        encoding=f"{document.encoding}+{font}" if font else document.encoding,
        url=document.url or page.url,
        title=page.title or layout.title,
        published_on=published_on,
        event_on=_event(text, blocks, published_on),
        authors=page.authors or layout.byline.authors,
        text=text,
        blocks=blocks,
        repairs=dict(sorted(counts.items())),
    )


def _read_page(document: Document, counts: Counter[str]) -> tuple[Page, str | None]:
    """Lines and what the container or the markup tells (the container goes first); the font's character set, if any."""
    content = mend_whole(document.content, counts)
    is_markup = document.format.rpartition("/")[2] == "html"
    page = read_markup(content, counts) if is_markup else _read_plain(content, counts)
    title = " ".join((document.title or page.title or "").split())
    texts, font = undress_lines([title, *(line.text for line in page.lines)])
    if font is not None:
        counts["legacy_font"] += 1
    # Whole: a page has thousands of lines, and no repair adds or removes one.
    texts = mend_text("\n".join(texts), counts).split("\n")
    lines = [replace(line, text=text) for line, text in zip(page.lines, texts[1:], strict=True)]
    mended = Page(
        lines=tuple(_mend_lines(lines, counts)),
        title=mend_line(texts[0], counts) or None,
        published_on=document.published_on or page.published_on,
        authors=document.authors or page.authors,
        url=page.url,
    )
    return mended, font


def _read_plain(content: str, counts: Counter[str]) -> Page:
    text = join_abbreviated(join_wrapped(mend_entities(content, counts), counts), counts)
    return Page(tuple(map(PageLine, text.split("\n"))))


def _mend_lines(lines: Sequence[PageLine], counts: Counter[str]) -> Iterator[PageLine]:
    """Non-empty lines, mended; a line after blank ones has a ``gap``."""
    gap = False
    for line in lines:
        text = mend_line(line.text, counts) if line.text else ""
        if text:
            yield PageLine(text, line.section, gap=gap)
        gap = not text


def _set_text(layout: Layout, title: str | None) -> tuple[str, tuple[Block, ...]]:
    """The text, one line per block, and the blocks; the headline goes first when the lines do not hold it."""
    lines = list(layout.lines)
    if title and layout.title is None:
        lines.insert(0, PageLine(title, Section.TITLE))
        lines[1:2] = [replace(line, gap=True) for line in lines[1:2]]
    parts: list[str] = []
    blocks: list[Block] = []
    at = 0
    for line in lines:
        between = ("\n\n" if line.gap else "\n") if parts else ""
        at += len(between)
        parts.append(between + line.text)
        blocks.append(Block(at, at + len(line.text), line.section or Section.BODY))
        at += len(line.text)
    return "".join(parts), tuple(blocks)


def _event(text: str, blocks: Sequence[Block], published_on: date | None) -> date | None:
    body = "\n".join(
        text[block.start : block.end] for block in blocks if block.section in (Section.BODY, Section.CAPTION)
    )
    return find_event(body, published_on=published_on)


def _require_vietnamese(document: Document, text: str, blocks: Sequence[Block]) -> None:
    """Refuse what is no Vietnamese article: the checks that need fewer words go first."""
    kept = "\n".join(text[block.start : block.end] for block in blocks if block.section is not Section.FURNITURE)
    evidence = weigh(kept)
    if evidence.words == 0:
        raise _refuse(document, Reason.EMPTY, "no word is left")
    if evidence.words < MIN_WORDS:
        raise _refuse(document, Reason.TOO_SHORT, f"{evidence.words} words, fewer than {MIN_WORDS}")
    if evidence.share < MIN_SHARE or evidence.valid < MIN_MARKED * evidence.words:
        detail = f"{evidence.valid} of {evidence.words} words are Vietnamese words with their marks"
        raise _refuse(document, Reason.NOT_VIETNAMESE, detail)
    share, known = scrambled_share(kept)
    if known >= MIN_KNOWN and share > MAX_SCRAMBLED:
        raise _refuse(document, Reason.SCRAMBLED, f"{share:.0%} of {known} common words carry the wrong marks")


def _refuse(document: Document, reason: Reason, detail: str) -> Refused:
    return Refused(Rejection(document.source, document.article_id, Stage.CLEAN, reason, detail))
