"""Names of people: runs of capitals that a surname, an honorific, a title or another mention vouches for.

Reads:

1. ``Nguyễn Kim Chi``, ``Lê Thị Thanh Nhã`` (a sure surname and one to four more syllables)
2. ``ông Y Giang Gry Niê Knơng``, ``bà H'Bút``, ``Đại tá Chúng Thìn Phủ``, ``GS.TS Trần A`` (an honorific, rank or
   degree vouches for any run)
3. ``Chủ tịch Quốc hội Cay-xỏn Phôm-vi-hản`` (a title beside it vouches)
4. ``ông Tám``, ``bà Chi`` (a short form of a person; the link stage says of whom)
5. ``HỒNG PHƯƠNG - NGỌC KHÁNH`` (a byline vouches)

A run after đường, phố, trường, giải … names no person, and a phrase such as Hội nghị or Nghị quyết opens no name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.cues import kinds_at, kinds_before
from pipeline.grammar.foreign import foreign_step, opens_foreigner
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.surnames import MIDDLES, given_syllables, surname_at
from pipeline.grammar.syllables import Line, is_foreign, split_keys
from pipeline.lexicon import Marked, marked
from pipeline.orthography import traditional
from pipeline.vietnamese import is_syllable

_SPACED = re.compile(r"\s+-\s+")
_LOOSE = re.compile(r"\s+['’]\s+")
_LONGEST_NAME = 6  # syllables: "Y Giang Gry Niê Knơng" has five, transcribed Lao names six


class Witness(StrEnum):
    """What vouches for a name."""

    HONORIFIC = "honorific"
    TITLE = "title"
    SURNAME = "surname"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class PersonSpan:
    """Tokens of one name and what stands before it."""

    start: int
    end: int
    witness: Witness
    attributes: tuple[Marked, ...] = ()

    @property
    def short(self) -> bool:
        """Whether it is a given name alone."""
        return self.end - self.start == 1


@dataclass(frozen=True, slots=True)
class Context:
    """What other grammars found on the line: which tokens are taken, and which of them by a title."""

    taken: list[bool]
    titled: list[bool]


@cache
def honorific_table() -> Phrases[Marked]:
    """Words of address, ranks, degrees and occupations before a name."""
    rows = marked("honorifics.tsv", surface="surface", kind="kind", extra="gender")
    return Phrases((row.surface, row) for row in rows)


@cache
def _nonname_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("nonnames.tsv", surface="phrase", kind="kind"))


def opens_nonname(line: Line, at: int, *, shortest: int = 1) -> bool:
    """Whether a phrase that is never a name, nor the beginning of one, stands here."""
    return any(
        row.kind == "phrase" and length >= shortest and not _whole_only(row)
        for length, row in _nonname_table().every(line.keys, at)
    )


def _whole_only(row: Marked) -> bool:
    return row.note.startswith("whole run only")


def _is_nonname(line: Line, start: int, end: int) -> bool:
    """Whether the whole run is a phrase that is no name."""
    return any(length == end - start for length, _ in _nonname_table().every(line.keys, start))


@cache
def historical_table() -> Phrases[str]:
    """People of history, whose title before the name is part of how they are called."""
    return Phrases((row.surface, row.kind) for row in marked("historical.tsv", surface="name", kind="kind"))


@cache
def honorific_closers() -> frozenset[str]:
    """Tokens with which an honorific, rank or degree ends."""
    rows = marked("honorifics.tsv", surface="surface", kind="kind", extra="gender")
    return frozenset(split_keys(row.surface)[-1] for row in rows)


def honorifics_at(line: Line, at: int) -> tuple[tuple[Marked, ...], int]:
    """Honorifics, ranks and degrees in a row ("đồng chí Thượng tá, TS"), and the token after them."""
    rows: list[Marked] = []
    end = at
    while end < len(line) and (found := honorific_table().longest(line.keys, end)) is not None:
        length, row = found
        if rows and _is_surname(line, end, length):
            break
        rows.append(row)
        end += length
        skip = end
        while skip < len(line) and line.keys[skip] in {".", ",", ":", "-"} and skip - end < 1:
            skip += 1
        dotted = skip > end and line.keys[end] == "." and _abbreviated(line, end - 1)
        if skip < len(line) and (honorific_table().longest(line.keys, skip) or dotted):
            end = skip
    return tuple(rows), end


def _ends_sentence(line: Line, at: int) -> bool:
    """A full stop that belongs to no abbreviation: an honorific before it speaks of nobody behind it."""
    return line.keys[at] == "." and at > 0 and not _abbreviated(line, at - 1)


def _opener(line: Line, at: int) -> bool:
    """A capital that is the sentence's and no surname, before another capital."""
    begins = at == 0 or not line.is_word(at - 1)
    if not begins or at + 1 >= len(line) or not line.texts[at].istitle() or not line.texts[at + 1][0].isupper():
        return False
    return "opener" in kinds_at(line, at) and surname_at(line, at) is None


def _abbreviated(line: Line, at: int) -> bool:
    """Whether a full stop behind a token belongs to it (``TS.``, ``Mr.``, ``đ/c.``) and ends no sentence."""
    word = line.texts[at]
    return len(word) <= 5 and not is_syllable(line.keys[at]) and line.glued(at + 1)


def _is_surname(line: Line, at: int, length: int) -> bool:
    """``bà Ông Thị Chi``: a word of address that is a surname here, with a name behind it."""
    named = at + 2 < len(line) and line.capital[at + 1] and line.keys[at + 1] in MIDDLES
    return length == 1 and named and line.texts[at].istitle() and surname_at(line, at) is not None


def people_on(line: Line, context: Context) -> list[PersonSpan]:
    """All names of a line that have a witness of their own, left to right."""
    people: list[PersonSpan] = []
    at = 0  # where reading goes on
    attributes: tuple[Marked, ...] = ()
    texts, keys, taken, honorifics = line.texts, line.keys, context.taken, honorific_table().starts(line.keys)
    for start in [k for k, text in enumerate(texts) if text[0].isupper() or k in honorifics]:
        if start < at:
            continue
        if taken[start] or (attributes and _parted(line, at, start, taken)):
            attributes = ()
        if taken[start]:
            continue
        if not attributes and _opener(line, start):
            at = start + 1  # "Theo BS Lê A", "Riêng Lê Văn A"
            continue
        if texts[start][0].isupper() and (end := _historic_end(line, start, taken, vouched=bool(attributes))) > start:
            if not _behind_head(line, start):
                people.append(PersonSpan(start, end, Witness.HISTORY, attributes))
            at, attributes = end, ()
            continue
        opens = start in honorifics and not (attributes and _is_surname(line, start, 1))
        found, at = honorifics_at(line, start) if opens else ((), start)
        if found and line.capital[start] and at == start + 1 and _only_a_place(line, start, start + 2):
            at, attributes = start + 2, ()  # "Ba Vì"
        elif found and at == start + 1 and texts[start].istitle() and _named_after(line, start, found[0]):
            at, attributes = max(at, _run_end(line, at, context) if at < len(line) else at), ()
        elif found and at > start:
            attributes, at = found, at + (at < len(line) and keys[at] == ":")
        else:
            at, attributes = _read_name(line, start, attributes, context, people), ()
    return people


def _parted(line: Line, at: int, start: int, taken: Sequence[bool]) -> bool:
    """Whether a word, or the end of a sentence, stands between an honorific and a name."""
    return any(taken[k] or line.texts[k][0].isalnum() or _ends_sentence(line, k) for k in range(at, start))


def _read_name(
    line: Line, start: int, attributes: tuple[Marked, ...], context: Context, people: list[PersonSpan]
) -> int:
    """Add the name that the run of capitals at a token holds, if it does; where reading goes on."""
    end = _run_end(line, start, context, vouched=bool(attributes))
    start = past_place(line, start, end)
    if end == start:
        return start + 1
    person = _judged(line, start, end, attributes, context) or _listed(line, start, end, people)
    if person is None:
        return end
    people.append(person)
    return person.end


def _historic_end(line: Line, at: int, taken: Sequence[bool], *, vouched: bool) -> int:
    """End of the name of a person of history; ``at`` where it is a city or, behind an honorific, goes on: "ông Trần
    Phú | Dũng".
    """
    found = historical_table().longest(line.keys, at)
    if found is None or _after_district(line, at, found[0], taken):
        return at
    end = at + found[0]
    goes_on = vouched and end < len(line) and line.capital[end] and line.keys[end] in given_syllables()
    return at if goes_on else end


def _after_district(line: Line, at: int, length: int, taken: Sequence[bool]) -> bool:
    """``Quận 7, Hồ Chí Minh``: the city behind its district."""
    behind = at > 1 and line.keys[at - 1] in {",", "-"} and taken[at - 2]
    return behind and line.keys[at : at + length] == ("hồ", "chí", "minh")


def past_place(line: Line, start: int, end: int) -> int:
    """Past the country or province that a run begins with, where a name follows it: ``chuyên gia Mỹ | Jim Dow``,
    ``BĐBP Lạng Sơn | Hoàng Đức Tuệ``.

    >>> from pipeline.grammar.syllables import read_line
    >>> line = read_line("Cao Bằng Hoàng Đức Tuệ", 0, 22)
    >>> past_place(line, 0, 5), past_place(line, 0, 2)
    (2, 0)
    """
    if end - start < 2:
        return start
    for length in load_gazetteer().name_lengths(line.keys, start):
        after = start + length
        if after >= end:
            continue
        kinds = load_gazetteer().kinds(" ".join(line.keys[start:after]))
        if kinds & _ABROAD and any(is_foreign(line.texts[at]) for at in range(after, end)):
            return after
        home = length > 1 and kinds & {"tỉnh", "country"}
        named = home and 3 <= end - after <= 4 and surname_at(line, after) == "sure"
        if named:
            return after
    return start


_ABROAD = frozenset({"country", "foreign_city", "foreign_province"})


def _run_end(line: Line, at: int, context: Context, *, vouched: bool = False) -> int:
    """End of the run of capitals that begins at a token; after an honorific ("ông Sơn") ordinary words are
    names too.
    """
    if not _may_open(line, at, shortest=2 if vouched else 1):
        return at
    end = at + 1
    while end < len(line) and end - at < 2 * _LONGEST_NAME and not context.taken[end] and not line.wide_gap(end):
        if line.is_word(end) and line.capital[end] and line.texts[end][0].isalpha():
            if not line.shouting and end - at >= 2 and opens_nonname(line, end, shortest=2):
                break
            if (
                len(line.texts[end]) == 1
                and end + 1 < len(line)
                and line.keys[end + 1] == "."
                and line.keys[end] == "q"
            ):
                break
            end += 1
        elif _hyphen_inside(line, end) or _apostrophe_inside(line, end):
            end += 2
        elif (further := foreign_step(line, at, end)) > end:
            end = further
        else:
            break
    return end


def _hyphen_inside(line: Line, at: int) -> bool:
    """``Cay-xỏn``: a hyphen without blanks and more letters."""
    return (
        line.keys[at] == "-"
        and line.glued(at)
        and at + 1 < len(line)
        and line.glued(at + 1)
        and line.texts[at + 1][0].islower()
    )


def _apostrophe_inside(line: Line, at: int) -> bool:
    """``Kpă H ' Ven``: an apostrophe that a converter set between blanks."""
    lone = line.keys[at] in {"'", "’"} and len(line.texts[at - 1]) == 1
    return lone and at + 1 < len(line) and line.texts[at + 1][0].isupper()


def _may_open(line: Line, at: int, *, shortest: int = 1) -> bool:
    word = line.texts[at]
    if not word[0].isalpha() or not word[0].isupper():
        return False
    return not opens_nonname(line, at, shortest=shortest)


def _judged(line: Line, start: int, end: int, attributes: tuple[Marked, ...], context: Context) -> PersonSpan | None:
    """The run as a person, if something vouches for it."""
    after_title = start > 0 and context.titled[start - 1]
    if (not after_title and _behind_head(line, start, longer=bool(attributes))) or (
        not attributes and _is_nonname(line, start, end)
    ):
        return None
    length = end - start
    if length > 1 and all(len(line.texts[k]) == 1 and line.texts[k].isupper() for k in range(start, end)):
        return None  # an abbreviation that a converter tore apart: Bộ trưởng | T T
    if attributes and length == 1 and (dotted := _initials_end(line, start)) > end:
        return PersonSpan(start, dotted, Witness.HONORIFIC, attributes)
    if attributes and not line.shouting:
        if attributes[-1].kind == "occupation" and not surname_at(line, start) and length == 1:
            return None
        if attributes[-1].kind == "degree" and _is_nonname(line, start, end):
            return None  # "Thạc sĩ Luật"
        return PersonSpan(start, min(end, start + 2 * _LONGEST_NAME), Witness.HONORIFIC, attributes)
    if line.shouting:
        return _shouted(line, start, end, attributes, context)
    witness = _witness(line, start, end, context)
    return PersonSpan(start, end, witness) if witness is not None else None


def _witness(line: Line, start: int, end: int, context: Context) -> Witness | None:
    """What vouches for a run without an attribute: a title beside it, or its surname."""
    length, certainty = end - start, surname_at(line, start)
    unit = certainty != "sure" and _only_a_place(line, start, end)
    of_country = certainty is None and line.keys[end - 2 : end] == ("việt", "nam")  # "Hiệp hội Vận tải | Ôtô Việt Nam"
    shaped = (length >= 2 or "'" in line.keys[start]) and length <= 2 * _LONGEST_NAME
    if shaped and not unit and not of_country and _beside_title(line, start, end, context):
        return Witness.TITLE
    if certainty == "sure" and 2 <= length <= _LONGEST_NAME and not _only_a_place(line, start, end):
        return Witness.SURNAME
    if (
        certainty == "maybe"
        and 3 <= length <= 5
        and not _is_way(line, start)
        and _given_like(line, start, end)
        and not unit
        and not _only_a_place(line, start + 1, end)  # "Báo Quảng Ninh"
    ):
        return Witness.SURNAME
    return None


def _initials_end(line: Line, start: int) -> int:
    """``ông Đ.V.H.``: end of initials with dots, without the last dot."""
    end = start + 1
    while (
        end + 1 < len(line)
        and len(line.texts[end - 1]) == 1
        and line.keys[end] == "."
        and line.glued(end)
        and line.glued(end + 1)
        and line.texts[end + 1].isupper()
    ):
        end += 2
    following = end + 1
    if following < len(line) and line.keys[end] == "." and len(line.texts[end - 1]) == 1:
        told = is_foreign(line.texts[following]) or (end == start + 1 and _lone_given(line, following))
        return following + 1 if told else end
    return end


def _lone_given(line: Line, at: int) -> bool:
    """A given name behind one initial: ``Đ. Lợi``."""
    alone = at + 1 >= len(line) or not line.texts[at + 1][0].isupper()
    return line.texts[at].istitle() and line.keys[at] in given_syllables() and alone and not line.glued(at)


def _listed(line: Line, start: int, end: int, people: Sequence[PersonSpan]) -> PersonSpan | None:
    """A name joined to one that stands: "các ông Vừ Giống Sềnh và Lương Khăm Phết"."""
    joined = bool(people) and people[-1].end == start - 1 and line.keys[start - 1] in {"và", ","}
    if not joined or not 2 <= end - start <= _LONGEST_NAME or surname_at(line, start) is None or people[-1].short:
        return None
    return PersonSpan(start, end, people[-1].witness)


def _shouted(line: Line, start: int, end: int, attributes: tuple[Marked, ...], context: Context) -> PersonSpan | None:
    """A name in a line of capitals: surname, known middle or given syllables, at most four of them, beside a title or
    honorific.
    """
    if surname_at(line, start) != "sure":
        return None
    stop = start + 1
    while stop < end and stop - start < 4 and line.keys[stop] in given_syllables():
        stop += 1
    if stop < end and stop - start == 2:
        stop += 1
    alone = start == 0 and stop == len(line) >= 3 and line.keys[stop - 1] in given_syllables()
    vouched = alone or bool(attributes) or _beside_title(line, start, stop, context)
    return PersonSpan(start, stop, Witness.TITLE, attributes) if vouched and stop - start >= 2 else None


def _given_like(line: Line, start: int, end: int) -> bool:
    return sum(line.keys[k] in given_syllables() for k in range(start + 1, end)) >= 1


def _only_a_place(line: Line, start: int, end: int) -> bool:
    """Whether the whole run is the name of a unit and too short to tell it from one."""
    lengths = load_gazetteer().name_lengths(line.keys, start)
    return bool(lengths) and lengths[0] >= end - start and end - start <= 2


_HOUSE = re.compile("[0-9]{1,4}(?:[A-H]|bis|ter)")  # a number that only houses have


def _behind_head(line: Line, start: int, *, longer: bool = False) -> bool:
    """Whether a word for a street, school, prize … stands right before; ``longer`` asks for a phrase, since a single
    word may belong to an honorific (già làng).
    """
    if start == 1 and _HOUSE.fullmatch(line.texts[0]) is not None:  # "8B Lê Trực: …"
        return True
    if start > 1 and line.texts[start - 1][0].isdigit():
        start -= 1  # "hẻm 62 Lý Chính Thắng", "(16 Lê Lợi"
        housed = line.keys[start - 1] in {"(", ";"} or bool({"house", "thing"} & kinds_before(line, start))
        housed = housed or _HOUSE.fullmatch(line.texts[start]) is not None
        if housed and not line.wide_gap(start):
            return True
    for length in (3, 2) if longer else (3, 2, 1):
        at = start - length
        if at < 0 or (line.texts[at][0].isupper() and length == 1 and at > 0):
            continue
        found = _nonname_table().longest(line.keys, at)
        if found is not None and found[0] == length and found[1].kind == "head":
            return True
    return False


def _named_after(line: Line, at: int, address: Marked) -> bool:
    """``núi Bà Đen``, ``chợ Ông Tạ``: a word of address that is part of a place's name."""
    inside = at > 0 and line.texts[at - 1][0].islower() and address.kind == "honorific"
    return inside and _behind_head(line, at)


def _is_way(line: Line, at: int) -> bool:
    """``Đường Lê Lợi``: a surname that opens the sentence and is a word for a street, with no middle name behind it."""
    if at > 0 and line.is_word(at - 1):
        return False
    is_head = any(length == 1 and row.kind == "head" for length, row in _nonname_table().every(line.keys, at))
    return is_head and line.keys[at + 1] not in MIDDLES


def _beside_title(line: Line, start: int, end: int, context: Context) -> bool:
    """Whether a title ends right before the run or begins right after it, with no more than a comma, dash or bracket
    between.
    """
    before = start - 1
    if before >= 0 and context.titled[before] and not line.wide_gap(start):
        return True
    if before >= 0 and line.wide_gap(start) and context.titled[before]:
        return True
    if before >= 1 and line.keys[before] == "," and context.titled[before - 1] and opens_foreigner(line, start, end):
        return True
    after = end
    while after < len(line) and after - end < 2 and line.keys[after] in {",", "-", "–", "—", "(", ":"}:
        after += 1
    if after < len(line) and _is_status(line, after):
        after += 1
    return (after < len(line) and after > end and context.titled[after]) or (end < len(line) and context.titled[end])


def _is_status(line: Line, at: int) -> bool:
    return line.keys[at] in {"nguyên", "quyền", "cựu", "tân", "là"}


def normal_name(surface: str) -> str:
    """The name as people.name has it (GUIDELINES §3): single blanks, traditional tone placement, Title Case for ALL
    CAPS, one apostrophe.

    >>> normal_name("NGUYỄN  DUY HOÀ")
    'Nguyễn Duy Hòa'
    >>> normal_name("Điểu K’Rên")
    "Điểu K'Rên"
    >>> normal_name("Moon Jae - in")
    'Moon Jae-in'
    """
    words = traditional(
        _SPACED.sub("-", _LOOSE.sub("'", surface))
        .replace("’", "'")
        .replace("ʼ", "'")
        .replace("‘", "'")
        .replace("`", "'")
    ).split()
    if all(word.isupper() for word in words) and any(len(part) > 1 for word in words for part in word.split(".")):
        words = [_title_case(word) for word in words]
    return " ".join(words)


def _title_case(word: str) -> str:
    return "'".join(part[:1].upper() + part[1:].lower() for part in word.split("'"))
