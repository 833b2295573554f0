"""Names that news knows without a head noun: bodies (``NATO``, ``Real Madrid``, ``báo Tuổi Trẻ``) and regions
(``Tây Nguyên``, ``châu Âu``), read by their lexicons.

What enters is a token of a line; what leaves is a :class:`KnownName` or nothing. A word of trade that names nothing of
the kind (``Facebook``, ``World Cup``) is one, too, so that no other grammar takes it for a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipeline.grammar.cues import kinds_after, kinds_at, kinds_before
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import Line, is_foreign, split_words
from pipeline.lexicon import marked, newsmakers
from pipeline.vietnamese import is_syllable

REGION = "place.region"  # the rule of a PLACE mention outside the gazetteer of units


class KnownKind(StrEnum):
    """What a known name names."""

    BODY = "body"
    CLUB = "club"
    PLATFORM = "platform"
    PAPER = "paper"
    THING = "thing"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """One surface of the lexicons with the capitals it is written in."""

    name: str
    kind: KnownKind
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownName:
    """A known name of a line, token positions half-open."""

    start: int
    end: int
    kind: KnownKind
    name: str


@cache
def known_table() -> Phrases[KnownEntry]:
    """Surfaces of newsmakers.tsv and regions.tsv."""
    entries = [
        (surface, KnownEntry(row.name, KnownKind(row.kind), split_words(surface)))
        for row in newsmakers()
        for surface in row.surfaces
    ]
    entries += [
        (row.surface, KnownEntry(row.surface, KnownKind.PLACE, split_words(row.surface)))
        for row in marked("regions.tsv", surface="surface", kind="kind")
    ]
    return Phrases(entries)


def known_at(line: Line, at: int) -> KnownName | None:
    """The longest known name that begins at a token.

    >>> from pipeline.grammar.syllables import read_line
    >>> line = read_line("IS tấn công Tây Nguyên", 0, 22)
    >>> known_at(line, 0).name, known_at(line, 3).name, known_at(line, 1)
    ('IS', 'Tây Nguyên', None)
    """
    if line.shouting or not (line.capital[at] or line.keys[at] in _lower_openers()):
        return None
    for length, entry in known_table().every(line.keys, at):
        end = at + length
        if _written_so(line, at, entry.words) and not _goes_on(line, at, end, entry):
            return KnownName(at, end, _kind_here(line, at, end, entry.kind), entry.name)
    return None


@cache
def _lower_openers() -> frozenset[str]:
    """First words of known names that are written without a capital: miền, châu, bán đảo."""
    names = [surface for row in newsmakers() for surface in row.surfaces]
    names += [row.surface for row in marked("regions.tsv", surface="surface", kind="kind")]
    return frozenset(split_words(name)[0].lower() for name in names if name[0].islower())


def _kind_here(line: Line, at: int, end: int, kind: KnownKind) -> KnownKind:
    """What the words beside a name make of it: a club's town behind "tại", a network that acts."""
    if kind is KnownKind.CLUB and "place" in kinds_before(line, at):
        return KnownKind.PLACE
    if kind is KnownKind.PLATFORM:
        free = at == 0 or not line.is_word(at - 1) or line.keys[at - 1] == "ceo"
        return KnownKind.BODY if free and kinds_after(line, end) & {"says", "acts"} else KnownKind.THING
    return kind


def _written_so(line: Line, at: int, words: tuple[str, ...]) -> bool:
    """Whether the text has the capitals of the lexicon: all of an abbreviation, else that of the first proper word."""
    texts = line.texts
    proper = True
    for k, word in enumerate(words):
        if len(word) > 1 and word.isupper() and len(words) < 3:
            if not texts[at + k].isupper():
                return False
        elif proper and word[0].isupper():
            proper = False
            if not texts[at + k][0].isupper():
                return False
    return True


def _goes_on(line: Line, at: int, end: int, entry: KnownEntry) -> bool:
    """Whether a short name is only part of a longer run of capitals, or of a word joined by a hyphen."""
    if entry.kind is KnownKind.PAPER and not _behind_paper_word(line, at):
        return True
    if _inside_run(line, at):
        return True
    after_hyphen = at > 1 and line.keys[at - 1] == "-" and line.glued(at) and line.glued(at - 1)
    if after_hyphen and line.texts[at - 2][0].isalpha():
        return True
    if end < len(line) and line.keys[end] == "-" and line.glued(end) and _word_follows(line, end + 1):
        return line.texts[end + 1][0].islower()
    alone = end - at == 1 and line.texts[at].istitle()
    return alone and entry.kind is not KnownKind.THING and _capital(line, end) and not line.wide_gap(end)


def _inside_run(line: Line, at: int) -> bool:
    """Whether a Vietnamese capital right before makes the words a tail of another name: ``Nguyễn Việt | Bắc``."""
    before = at - 1
    if before < 0 or not line.texts[before].istitle() or line.wide_gap(at) or not line.is_word(before):
        return False
    if is_foreign(line.texts[before]) and line.texts[at].istitle():
        return True  # Henry | Ford
    plain = is_syllable(line.keys[before]) and is_syllable(line.keys[at])
    return plain and "opener" not in kinds_at(line, before) and line.texts[at].istitle()


def _behind_paper_word(line: Line, at: int) -> bool:
    return "paper" in kinds_before(line, at)


def _word_follows(line: Line, at: int) -> bool:
    return at < len(line) and line.glued(at) and line.texts[at][0].isalpha()


def _capital(line: Line, at: int) -> bool:
    return 0 <= at < len(line) and line.is_word(at) and line.texts[at][0].isupper()
