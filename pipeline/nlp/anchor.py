"""Find words again in the text they were read from, and say how well.

Two problems, two functions: :func:`anchor_words` finds the words of the library, which gives no offsets, in a settled
text; :func:`carry_offsets` leads from offsets in the settled form of a text back into the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from pipeline.nlp.tagging import Alignment, Tagging
from pipeline.orthography import fold, settle

_BLANKS = re.compile(r"\s*")
_WORD = re.compile(r"\w+")
_RESPELLED_LENGTH = 6  # the library respells no longer token
_SEARCH = 200  # characters after a lost word in which the next one is looked for

Anchor = tuple[int, int, Alignment]


def anchor_words(text: str, words: Iterable[str]) -> list[Anchor]:
    """Span and grade of each word, in order, in a settled text.

    >>> anchor_words("Huyện uỷ  Hoà An", ["Huyện ủy", "Hòa An"])
    [(0, 8, <Alignment.RESPELLED: 'respelled'>), (10, 16, <Alignment.RESPELLED: 'respelled'>)]
    >>> anchor_words("một hai", ["một", "ba", "hai"])[1:]
    [(4, 4, <Alignment.LOST: 'lost'>), (4, 7, <Alignment.EXACT: 'exact'>)]
    """
    anchors: list[Anchor] = []
    at = 0
    astray = False
    for word in words:
        anchor = _anchor_word(text, word, at, astray)
        astray = anchor[2] is Alignment.LOST
        anchors.append(anchor)
        at = anchor[1]
    return anchors


def _anchor_word(text: str, word: str, at: int, astray: bool) -> Anchor:
    at = _skip_blanks(text, at)
    start = cursor = at
    grade = Alignment.EXACT
    for place, token in enumerate(word.split(" ")):
        cursor = _skip_blanks(text, cursor)
        if place == 0 and astray and not text.startswith(token, cursor):
            found = text.find(token, cursor, cursor + _SEARCH)
            cursor = max(found, cursor)
        if place == 0:
            start = cursor
        if text.startswith(token, cursor):
            cursor += len(token)
            continue
        source = _WORD.match(text, cursor)
        if source is None or not _respells(source[0], token):
            return at, at, Alignment.LOST
        grade = Alignment.RESPELLED
        cursor = source.end()
    return start, cursor, grade


def _skip_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _respells(source: str, token: str) -> bool:
    """Whether the library may have made ``token`` of ``source``: the marks may differ, ngh → ng, qui → quy."""
    return len(source) <= _RESPELLED_LENGTH and _skeleton(source) == _skeleton(token)


def _skeleton(word: str) -> str:
    return fold(word).replace("ngh", "ng").replace("qui", "quy")


def carry_offsets(text: str, settled: str) -> list[int] | None:
    """For each offset of ``settled`` (its length included) the offset in ``text``, or -1 inside what was composed.

    ``None`` when the two cannot be laid side by side.

    >>> carry_offsets("a\u0309o", "ảo")
    [0, 2, 3]
    """
    offsets: list[int] = []
    at = 0
    pieces: list[str] = []
    for cluster in _clusters(text):
        piece = settle(cluster)
        pieces.append(piece)
        plain = len(piece) == len(cluster) and unicodedata.is_normalized("NFC", cluster)
        offsets += range(at, at + len(piece)) if plain else [at, *[-1] * (len(piece) - 1)]
        at += len(cluster)
    offsets.append(at)
    return offsets if "".join(pieces) == settled else None


def _clusters(text: str) -> Iterator[str]:
    """Each character with all that combines with it or composes with it."""
    cluster = ""
    for character in text:
        joins = unicodedata.combining(character) or not unicodedata.is_normalized("NFC", cluster[-1:] + character)
        if cluster and not joins:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def carry_tagging(text: str, tagging: Tagging, offsets: list[int] | None) -> Tagging:
    """The same words with offsets in the text as it was given; a word cut out of a composed character is lost."""
    starts: list[int] = []
    ends: list[int] = []
    alignments: list[Alignment] = []
    reached = 0
    columns = zip(tagging.words, tagging.starts, tagging.ends, tagging.alignments, strict=True)
    for word, start, end, alignment in columns:
        carried = (-1, -1) if offsets is None else (offsets[start], offsets[end])
        if -1 in carried or alignment is Alignment.LOST:
            carried, alignment = (reached, reached), Alignment.LOST
        elif "".join(text[slice(*carried)].split()) != word.replace(" ", ""):
            alignment = Alignment.RESPELLED
        starts.append(carried[0])
        ends.append(carried[1])
        alignments.append(alignment)
        reached = carried[1]
    return Tagging(tagging.words, tagging.tags, tuple(starts), tuple(ends), tuple(alignments))
