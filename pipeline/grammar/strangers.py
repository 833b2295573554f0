"""Names that nothing on the line vouches for but their shape and the words beside them.

Reads, in what titles, bodies, places and people have left over:

1. ``Angela Merkel``, ``J.K. Rowling``, ``Larry van der Berg`` (a run with a word that no Vietnamese syllable is: a
   person, unless the word before it tells a body, a place or a thing)
2. ``hãng Lockheed``, ``bang Rakhine``, ``phim Titanic`` (what the word before tells)
3. ``Cay-xỏn Phôm-vi-hản``, ``Vla-đi-mia Pu-tin`` (names spelt in Vietnamese syllables, joined by hyphens)
4. ``ca sĩ Thu Hằng``, ``Bảo Trâm chia sẻ`` (two or three syllables of given names beside a word for people)

What leaves are :class:`StrangerSpan` in token positions, left to right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.cues import cue_kinds, kinds_after, kinds_at, kinds_before
from pipeline.grammar.foreign import foreign_step, is_particle
from pipeline.grammar.names import honorifics_at, opens_nonname, past_place
from pipeline.grammar.surnames import given_syllables, surname_at
from pipeline.grammar.syllables import Line, is_foreign
from pipeline.lexicon import marked
from pipeline.models import Label

WEAK = "weak"  # evidence that stands only in an article that tells of foreigners by their full names
_LONGEST = 5  # words of a foreign name; longer runs are titles of works and slogans
_LONGEST_SPELT = 16  # tokens of a name spelt with hyphens: four words of two joints each


@dataclass(frozen=True, slots=True)
class StrangerSpan:
    """A name by its shape; ``evidence`` ends the rule of the mention."""

    start: int
    end: int
    label: Label
    evidence: str


@cache
def _trade_words() -> dict[str, str]:
    """Words that end a foreign name and tell what it names."""
    return {row.surface: row.kind for row in marked("trades.tsv", surface="surface", kind="kind")}


def strangers_on(
    line: Line, taken: Sequence[bool], products: frozenset[int] = frozenset(), titles: frozenset[int] = frozenset()
) -> list[StrangerSpan]:
    """Names among the capitalised words that no other grammar took; behind ``products`` no name begins, behind
    ``titles`` a foreign one is their holder's.
    """
    found: list[StrangerSpan] = []
    if line.shouting:
        return found
    texts, size = line.texts, len(line)
    at = 0
    while at < size:
        if taken[at] or not texts[at][0].isupper():
            at += 1
            continue
        end = _run_end(line, at, taken)
        name = past_place(line, at, end)
        if name > at:
            found.append(StrangerSpan(at, name, Label.PLACE, "bare"))
        if name not in products or line.wide_gap(name):
            span = (
                _judged(line, name, end, taken)
                or _listed(line, name, end, found)
                or (_titled(line, name, end) if name in titles else None)
            )
            if span is not None:
                found.append(span)
        at = end
    return found


def _listed(line: Line, start: int, end: int, found: Sequence[StrangerSpan]) -> StrangerSpan | None:
    """A single foreign name in a list that began with a person: ``Carrick, Herrera và Smalling``."""
    joined = bool(found) and found[-1].end == start - 1 and line.keys[start - 1] in {",", "và", ";", "-"}
    person = joined and found[-1].label is Label.PERSON
    return (
        StrangerSpan(start, end, Label.PERSON, "listed")
        if person and end - start == 1 and _foreign_at(line, start)
        else None
    )


def _titled(line: Line, start: int, end: int) -> StrangerSpan | None:
    """A single foreign name behind an office abroad: ``Tổng thống Ukraine | Petrenko``."""
    whole = end - start == 1 and (end == len(line) or line.texts[end] not in {"-", "–"})
    named = whole and _foreign_at(line, start) and len(line.texts[start]) > 2 and line.texts[start].istitle()
    return StrangerSpan(start, end, Label.PERSON, "foreign") if named else None


def _run_end(line: Line, at: int, taken: Sequence[bool]) -> int:
    """End of the run of capitals: with initials, hyphens and the particles of foreign names inside it."""
    end, size = at + 1, len(line)
    while end < size and not taken[end] and not line.wide_gap(end):
        if line.texts[end][0].isupper():
            end += 1
        elif end + 1 < size and not taken[end + 1] and (joint := _joint(line, end)):
            end += joint
        elif line.texts[end] == "-" and not line.glued(end) and (further := foreign_step(line, at, end)) > end:
            end = further  # "Kim Myong - sik"
        else:
            break
    return end


def _joint(line: Line, at: int) -> int:
    """Tokens of a joint inside a name, the word behind it counted: a hyphen, the full stop of an initial, particles
    ("van der Molen", "al-Assad"); none where the name ends.
    """
    word = line.texts[at]
    if word in {"-", "–"}:
        return 2 if line.glued(at) and line.glued(at + 1) and _letter(line, at + 1) else 0
    if word == ".":
        return 2 if len(line.texts[at - 1]) == 1 and _upper(line, at + 1) else 0
    if not word.islower() or not is_particle(line, at):
        return 0
    if _foreign_at(line, at + 1):
        return 2
    linked = line.texts[at + 1] == "-" or is_particle(line, at + 1)
    return 3 if linked and at + 2 < len(line) and _foreign_at(line, at + 2) else 0


def _letter(line: Line, at: int) -> bool:
    return line.texts[at][0].isalpha()


def _upper(line: Line, at: int) -> bool:
    return line.texts[at][0].isupper()


def _foreign_at(line: Line, at: int) -> bool:
    return is_foreign(line.texts[at])


def _judged(line: Line, start: int, end: int, taken: Sequence[bool]) -> StrangerSpan | None:
    """What a run names, if anything tells."""
    if _initials(line, start, end):
        return StrangerSpan(start, end, Label.PERSON, "initials")
    while start < end and (_short_title(line, start) or (_opener_at(line, start) and not _foreign_at(line, start))):
        start += 1
    if start == end:
        return None
    start = min(honorifics_at(line, start)[1], end)
    if start == end:
        return None
    if (place := _place(line, start, end, taken)) is not None:
        return place
    if opens_nonname(line, start) or line.keys[start] == "the":
        return None
    if _transcribed(line, start, end):
        return StrangerSpan(start, end, Label.PERSON, "transcribed")
    if any(_foreign_at(line, at) for at in range(start, end)):
        return _foreign(line, start, end)
    return _given_pair(line, start, end, taken)


def _initials(line: Line, start: int, end: int) -> bool:
    """``N.H tâm sự``, ``N.T.L (34 tuổi)``: letters with dots, and a verb of people or an age behind them."""
    letters = [line.texts[at] for at in range(start, end) if line.texts[at] != "."]
    if len(letters) < 2 or end - start != 2 * len(letters) - 1 or any(len(word) > 2 for word in letters):
        return False
    aged = (
        end + 2 < len(line) and line.keys[end] == "(" and line.texts[end + 1].isdigit() and line.keys[end + 2] == "tuổi"
    )
    return aged or "says" in kinds_after(line, end)


def _place(line: Line, start: int, end: int, taken: Sequence[bool]) -> StrangerSpan | None:
    """A country or foreign city that the capital of the sentence stood before ("Nếu Mỹ"), and Hồ Chí Minh behind the
    name of its district.
    """
    lengths = load_gazetteer().name_lengths(line.keys, start)
    if end - start not in lengths:
        return None
    name = " ".join(line.keys[start:end])
    if name == "hồ chí minh":
        behind = start > 1 and line.keys[start - 1] in {",", "-"} and taken[start - 2]
        return StrangerSpan(start, end, Label.PLACE, "bare") if behind else None
    if "refused" in kinds_at(line, end) and end - start == 1:
        return None
    mid = start > 0 and line.is_word(start - 1)
    return StrangerSpan(start, end, Label.PLACE, "bare") if mid and _is_abroad(name) else None


@cache
def _is_abroad(name: str) -> bool:
    return bool(load_gazetteer().kinds(name) & {"country", "foreign_city", "foreign_province", "tỉnh"})


def _opener_at(line: Line, at: int) -> bool:
    """A capital that is the sentence's: a function word at its beginning."""
    begins = at == 0 or not line.is_word(at - 1) or _upper(line, at - 1)
    return begins and line.texts[at].istitle() and "opener" in kinds_at(line, at)


def _short_title(line: Line, at: int) -> bool:
    """An abbreviation that is said of people: ``TT | Putin``."""
    return line.texts[at].isupper() and "person" in kinds_at(line, at) and len(line.texts[at]) > 1


def _foreign(line: Line, start: int, end: int) -> StrangerSpan | None:
    """A run with a word of foreign shape."""
    if end - start > 2 * _LONGEST or any(line.texts[at][0].isdigit() for at in range(start, end)):
        return None
    if end < len(line) and line.texts[end][0].isdigit():
        return None  # a model or a year: "Galaxy 8"
    trade = _trade_words().get(line.texts[end - 1])
    if end - start > 2 and line.keys[end - 2 : end] == ("việt", "nam"):
        return StrangerSpan(start, end, Label.ORGANISATION, "trade")  # Toyota Việt Nam
    if trade is not None:
        named = trade == "body" and end - start > 1
        return StrangerSpan(start, end, Label.ORGANISATION, "trade") if named else None
    before = kinds_before(line, start)
    if before & {"thing", "people"} and "person" not in before:
        return None
    if "body" in before:
        return StrangerSpan(start, end, Label.ORGANISATION, "cue")
    if "place" in before:
        return StrangerSpan(_with_unit(line, start), end, Label.PLACE, "cue") if end - start <= 3 else None
    sure = end - start > 1 or "person" in before or kinds_after(line, end) & {"says", "acts"}
    if not sure and not _plain_beside(line, start, end):
        return None
    return StrangerSpan(start, end, Label.PERSON, "foreign" if sure else WEAK)


def _plain_beside(line: Line, start: int, end: int) -> bool:
    """Whether a single name stands in running text, so that it may be one if the article is about foreigners."""
    return start > 0 and (line.texts[start - 1].islower() or not line.is_word(start - 1)) and end < len(line)


def _with_unit(line: Line, start: int) -> int:
    """A unit word belongs to the place behind it: ``bang Rakhine``."""
    if start > 1 and "unit" in cue_kinds().get(f"{line.keys[start - 2]} {line.keys[start - 1]}", ()):
        return start - 2
    return start - 1 if start > 0 and "unit" in kinds_at(line, start - 1) else start


def _transcribed(line: Line, start: int, end: int) -> bool:
    """``Cay-xỏn Phôm-vi-hản``: syllables joined by hyphens without blanks, in two words, or in one beside a word that
    only people have.
    """
    hyphens = sum(line.keys[at] == "-" and line.glued(at) for at in range(start + 1, end))
    lower = any(line.texts[at][0].islower() for at in range(start, end) if _letter(line, at))
    if (
        not hyphens
        or not lower
        or end - start > _LONGEST_SPELT
        or kinds_before(line, start) & {"thing", "place", "body"}
    ):
        return False
    words = sum(_upper(line, at) for at in range(start, end))
    return words >= 2 or "person" in kinds_before(line, start) or bool(kinds_after(line, end) & {"says"})


def _given_pair(line: Line, start: int, end: int, taken: Sequence[bool]) -> StrangerSpan | None:
    """A pen or stage name of two or three syllables beside a word that only people have."""
    if not 2 <= end - start <= 3 or not all(_named(line, at) for at in range(start, end)):
        return None
    called = "person" in kinds_before(line, start)
    if not (called or "says" in kinds_after(line, end) or _signed(line, start, end)):
        return None
    lengths = load_gazetteer().name_lengths(line.keys, start)
    if lengths and lengths[0] >= end - start and not called and not _only_commune(" ".join(line.keys[start:end])):
        return None
    return StrangerSpan(start, end, Label.PERSON, "given")


@cache
def _only_commune(name: str) -> bool:
    """Whether no larger unit than a commune has the name: those do not speak in news, and hundreds are called like
    people.
    """
    return not load_gazetteer().kinds(name) - {"xã", "phường", "thị trấn"}


def _signed(line: Line, start: int, end: int) -> bool:
    """A signature at the head of a line: ``Thu Trang (Theo AFP)``, ``Minh Đức (T/h)``."""
    if start > 0 or end + 1 >= len(line) or line.keys[end] != "(":
        return False
    return "source" in kinds_at(line, end + 1)


def _named(line: Line, at: int) -> bool:
    return line.texts[at].istitle() and (line.keys[at] in given_syllables() or surname_at(line, at) is not None)
