"""Segment: cut each line of an article into sentences and each sentence into words with a part of speech.

An :class:`~pipeline.models.Article` enters, a :class:`~pipeline.models.Segmented` leaves. In order:

1. each block (line) is cut into sentences by :func:`split_sentences`, so that no sentence crosses a line;
2. each sentence is cut into pieces that the tagger takes in bounded time (nearly always the sentence itself);
3. the words of the pieces (:mod:`pipeline.nlp`) become tokens, anchored in the article's text; a word that the wall
   reports as lost becomes a rejection instead.

The rules of splitting, each with a test of its own:

* ``.``, ``!``, ``?``, ``…`` end a sentence when a blank and then a capital, a digit or an opening quote or bracket
  follow; quotes and brackets that close right after the mark belong to the sentence they close;
* an abbreviation of ``lexicon/abbreviations.tsv`` ("GS.TS.", "TP.") does not end one, nor does an initial ("Nguyễn
  Văn A."), an enumerator at a sentence's start ("1.", "II.", "a.") or a short number before a number ("15. 11");
* a mark inside a short quotation or bracket does not end the sentence around it;
* a semicolon never ends a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from itertools import compress

from pipeline import lexicon, nlp
from pipeline.models import Article, Reason, Rejection, Segmented, Sentence, Span, Stage, Token

# A quotation or bracket up to this many characters stays inside one sentence: two spoken sentences of common length.
# Longer ones are speeches, and are cut.
_SHORT_ENCLOSURE = 200

# What the tagger is given at a time. No sentence of ordinary news is longer; a hostile one is cut at blanks, and a word
# without end is cut anywhere, because the library's patterns take quadratic time over one word.
_PIECE_LENGTH = 2_000
_UNBROKEN_LENGTH = 400
_UNBROKEN = re.compile(rf"\S{{{_UNBROKEN_LENGTH}}}")
_BLANK_UNBROKEN = re.compile(rf"\s{_UNBROKEN.pattern}")

# Possessive throughout, and tried only where a run of marks begins: linear on a megabyte of stops or blanks.
_MARK = re.compile(
    r"""(?<![.!?…])(?P<mark>[.!?…]++)(?P<closers>["'”’»)\]]*+)(?P<blank>\s++)[-–—•*+"'“‘«(\[]*+\s*+(?P<next>\w)"""
)
_WORD_BEFORE = re.compile(r"[^\W_][\w./&-]*\Z")
_ENUMERATOR = re.compile(r"[\s\"'“‘«(\[•*+–—-]*(?:\d{1,3}(?:\.\d{1,3})*|[IVX]{1,5}|[A-Za-zĐđ])\Z")
_WORDS_AFTER = re.compile(r"(\w++)(\W++)(\w)")
_CLOSING = {"(": ")", "[": "]", "“": "”", "«": "»"}
_LONGEST_ABBREVIATION = 40


def segment_article(article: Article) -> Segmented:
    """Sentences and words of one article.

    ``sentence_id`` counts from 0 in the order of the text; every offset points into ``article.text``.

    >>> from pipeline.models import Block, Section
    >>> text = "Ông Lê Văn Tám, Bí thư Huyện uỷ, chủ trì. Hội nghị kết thúc."
    >>> blocks = (Block(0, len(text), Section.BODY),)
    >>> article = Article("0" * 16, "a.txt", "text", "utf-8", None, None, None, None, (), text, blocks)
    >>> segmented = segment_article(article)
    >>> [text[s.start : s.end] for s in segmented.sentences]
    ['Ông Lê Văn Tám, Bí thư Huyện uỷ, chủ trì.', 'Hội nghị kết thúc.']
    >>> [text[t.start : t.end] for t in segmented.sentences[0].tokens][:4]
    ['Ông', 'Lê Văn Tám', ',', 'Bí thư']
    """
    text = article.text
    spans = [
        (span, block.section) for block in article.blocks for span in split_sentences(text, block.start, block.end)
    ]
    pieces = [(number, piece) for number, (span, _) in enumerate(spans) for piece in _pieces(text, span)]
    taggings = nlp.tag_sentences([text[piece.start : piece.end] for _, piece in pieces])
    tokens: list[list[Token]] = [[] for _ in spans]
    rejections: list[Rejection] = []
    for (number, piece), tagging in zip(pieces, taggings, strict=True):
        found, lost = _anchored(article, piece, tagging)
        tokens[number] += found
        rejections += lost
    sentences = (
        Sentence(number, span.start, span.end, section, tuple(tokens[number]))
        for number, (span, section) in enumerate(spans)
    )
    return Segmented(article, tuple(sentences), tuple(rejections))


_token = partial(tuple.__new__, Token)  # what Token._make does, without a call into Python for each word


def _anchored(article: Article, piece: Span, tagging: nlp.Tagging) -> tuple[list[Token], list[Rejection]]:
    """The words of one piece as tokens of the article, and those that were not found again."""
    shift = piece.start
    starts = [start + shift for start in tagging.starts]
    ends = [end + shift for end in tagging.ends]
    tokens = list(map(_token, zip(starts, ends, tagging.tags, strict=True)))
    if nlp.Alignment.LOST not in tagging.alignments:
        return tokens, []
    found = [alignment is not nlp.Alignment.LOST for alignment in tagging.alignments]
    lost = [word for word, was_found in zip(tagging.words, found, strict=True) if not was_found]
    return list(compress(tokens, found)), [_reject(article, piece, word) for word in lost]


def _reject(article: Article, piece: Span, word: str) -> Rejection:
    return Rejection(article.source, article.article_id, Stage.SEGMENT, Reason.LOST_WORD, word, piece.start, piece.end)


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Sentences of one line ``text[start:end]``, in order, without blanks at their ends; they hold all that is not
    blank.

    >>> line = "GS.TS. Lê Văn Tám, TP. Huế, chủ trì. Dự có PGS. Trần Thị Bưởi; ông K."
    >>> [line[s.start : s.end] for s in split_sentences(line)]
    ['GS.TS. Lê Văn Tám, TP. Huế, chủ trì.', 'Dự có PGS. Trần Thị Bưởi; ông K.']
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    enclosures = _short_enclosures(text, start, end)
    enclosure = next(enclosures, None)
    opened = start
    for match in _MARK.finditer(text, start, end):
        stop = match.start("blank")
        while enclosure and enclosure.end < stop:
            enclosure = next(enclosures, None)
        if enclosure and enclosure.start < stop < enclosure.end:
            continue
        if _ends(text, opened, match, end):
            spans += _trimmed(text, opened, stop)
            opened = match.end("blank")
    return spans + _trimmed(text, opened, end)


def _ends(text: str, opened: int, match: re.Match[str], end: int) -> bool:
    """Whether the mark of ``match`` ends the sentence that began at ``opened``."""
    following = match["next"]
    if not (following.isupper() or following.istitle() or following.isdigit()):
        return False
    if match["mark"] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(opened, match.start() - _LONGEST_ABBREVIATION), match.start())
    if before is None:
        return True
    word = before[0]
    if match.start() - opened < _LONGEST_ABBREVIATION and _ENUMERATOR.match(text, opened, match.start()):
        return False
    if word.isdecimal():
        return not (following.isdigit() and len(word) <= 3)
    kind = _abbreviations().get(word)
    last = word.rsplit(".", 1)[-1]
    if kind is None and last != word:
        kind = _abbreviations().get(last)
    if kind == "letter" or (kind is None and len(last) == 1 and last.isupper()):
        return _ends_at_initial(text, before.start(), match, end)
    return kind != "before"


def _ends_at_initial(text: str, at: int, match: re.Match[str], end: int) -> bool:
    """Whether a single capital with a stop ends its sentence: "chị H. Sau đó" does, "John F. Kennedy" does not.

    It does when it stands for a given name (after a word in lower case, or one with Vietnamese letters: "Phan Thị X.")
    and what follows opens a sentence rather than going on with a name: a capitalised word, then one in lower case or a
    colon ("Ảnh: …").
    """
    word_before = _WORD_BEFORE.search(text, max(0, at - _LONGEST_ABBREVIATION), _rstrip(text, 0, at))
    after = _WORDS_AFTER.match(text, match.start("next"), end)
    if word_before is None or after is None:
        return False
    given_name = word_before[0].islower() or not word_before[0].isascii()
    opening = after[1][0].isupper() and (after[3].islower() or after[2].startswith(":"))
    return given_name and opening


def _short_enclosures(text: str, start: int, end: int) -> Iterator[Span]:
    """Outermost quotations and brackets of ``text[start:end]`` no longer than ``_SHORT_ENCLOSURE``, in order.

    One that is not closed within that length does not count, so that a stray quote spoils nothing after it.
    """
    at = start
    while at < end:
        match = _OPENER.search(text, at, end)
        if match is None:
            return
        closer = _CLOSING.get(match[0], match[0])
        closed = text.find(closer, match.end(), min(end, match.start() + _SHORT_ENCLOSURE))
        if closed < 0:
            at = match.end()
        else:
            yield Span(match.start(), closed + 1)
            at = closed + 1


_OPENER = re.compile(r'[(\[“«"]')


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    while start < end and text[start].isspace():
        start += 1
    end = _rstrip(text, start, end)
    return [Span(start, end)] if start < end else []


def _rstrip(text: str, start: int, end: int) -> int:
    while start < end and text[end - 1].isspace():
        end -= 1
    return end


def _pieces(text: str, span: Span) -> Iterator[Span]:
    """The sentence in pieces that the tagger takes in bounded time; nearly always one."""
    at = span.start
    while at < span.end:
        stop = span.end if span.end - at <= _UNBROKEN_LENGTH else _cut(text, at, span.end)
        yield Span(at, stop)
        at = stop


def _cut(text: str, at: int, end: int) -> int:
    """Where a long piece that begins at ``at`` ends: before or in an endless word, else at a late blank or comma."""
    if _UNBROKEN.match(text, at, end):
        return at + _UNBROKEN_LENGTH
    stop = min(end, at + _PIECE_LENGTH)
    endless = _BLANK_UNBROKEN.search(text, at, stop)
    if endless:
        return endless.start() + 1
    if stop == end:
        return end
    return max(text.rfind(" ", at, stop), text.rfind(",", at, stop)) + 1 or stop


@cache
def _abbreviations() -> dict[str, str]:
    return {
        entry.surface: entry.kind for entry in lexicon.marked("abbreviations.tsv", surface="abbreviation", kind="kind")
    }
