"""Proper names behind a head noun: ``Công ty | TNHH Thành Đạt``, ``Trường | THCS Hải Đường``; the place inside them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.body_words import (
    LONGEST_LOWER,
    LONGEST_TAIL,
    compounds,
    field_table,
    head_table,
    next_office,
    stops_at,
)
from pipeline.grammar.foreign import foreigner_behind
from pipeline.grammar.names import historical_table, honorifics_at
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.places import (
    NameSpan,
    UnitForm,
    bare_place_at,
    name_end_at,
    sounds_like_a_unit,
    unit_phrase_at,
    unit_word_at,
)
from pipeline.grammar.spelling import spelt
from pipeline.grammar.surnames import opens_person, person_inside, run_end
from pipeline.grammar.syllables import Line, split_keys
from pipeline.lexicon import marked


def proper_tail(line: Line, at: int) -> tuple[int, str]:
    """A proper name: capitals, numbers, quoted names, units of the name itself, up to an officer's name.

    >>> from pipeline.grammar.syllables import read_text
    >>> proper_tail(read_text("Công ty Thành Đạt Nguyễn Văn An"), 2)
    (4, 'Thành Đạt')
    """
    end, quoted, stop = _past_trades(line, at), False, None
    while end < len(line) and end - at < LONGEST_TAIL and not line.wide_gap(end):
        if end == at or not line.texts[end - 1][0].isupper():
            stop = person_inside(line, end, run_end(line, end), sure=True, shortest=3)
            stop = foreigner_behind(line, end, run_end(line, end)) if stop is None else stop
        if stop is not None and end >= stop:
            break
        if line.texts[end] in _QUOTES:
            if quoted or end + 1 >= len(line):
                end += quoted
                break
            quoted = True
            end += 1
            continue
        unit = unit_phrase_at(line, end) if unit_word_at(line, end) is not None else None
        if unit is not None and unit.form is UnitForm.NAMED:
            end = _past_serial(line, unit.end)
            break
        further = _name_part_end(line, at, end, stop)
        if further == end:
            break
        end = further
    while end > at and (line.texts[end - 1] in _DASHES or line.keys[end - 1] == "và" or _is_address(line, end - 1)):
        end -= 1
    return end, spelt(line, at, end)


def _past_trades(line: Line, at: int) -> int:
    """Past the trades with which a firm's name begins, joined as a list is: ``Công ty CP | đầu tư và phát triển |
    Quảng Đà``; ``at`` where there are fewer than two, or where they may be what the firm does ("Công ty | đầu tư").
    """
    if at >= len(line) or not (line.capital[at] or line.keys[at - 1] in _LEGAL_FORMS):
        return at
    end, count = at, 0
    while end < len(line) and end - at < LONGEST_TAIL:
        start = end + 1 if count and line.keys[end] in _JOINTS else end
        found = _trade_table().longest(line.keys, start)
        if found is None or (
            start > end and line.capital[at] and line.texts[end] == "," and line.texts[start].islower()
        ):
            break
        end, count = start + found[0], count + 1
    return end if count > 1 else at


_LEGAL_FORMS = frozenset({"phần", "hạn", "viên", "cp", "tnhh", "mtv", "ctcp"})  # the last words of Công ty Cổ phần …
_JOINTS = frozenset({"và", "-", "–", "&", ","})


@cache
def _trade_table() -> Phrases[str]:
    rows = marked("firm_words.tsv", surface="surface", kind="kind")
    return Phrases((row.surface, row.kind) for row in rows if row.kind == "trade")


def _is_address(line: Line, at: int) -> bool:
    """``Công ty Thành Đạt | số 12``; "Trung tâm Chuyển đổi số" ends in the word."""
    return line.keys[at] == "số" and at + 1 < len(line) and line.texts[at + 1][0].isdigit()


def _past_serial(line: Line, at: int) -> int:
    """Past the letter or number that tells one school of a commune from another: Trường Tiểu học xã Thanh Ba | A."""
    serial = (
        at < len(line) and _SERIAL.fullmatch(line.texts[at]) is not None and not line.glued(at) and not line.shouting
    )
    closed = serial and (at + 1 == len(line) or not line.is_word(at + 1) or line.texts[at + 1].islower())
    return at + 1 if closed and line.texts[at + 1 : at + 2] != (".",) else at


_SERIAL = re.compile("[A-E1-5]")  # no commune has more schools of a kind
_QUOTES = frozenset({'"', "“", "”"})
_DASHES = frozenset({"-", "–", "&"})


def _name_part_end(line: Line, at: int, end: int, stop: int | None) -> int:
    """Past the next part of a proper name (a joint, a field, a capital, a compound); ``end`` if there is none."""
    if line.keys[end] == "số":
        return end + 1
    if next_office(line, end):
        return end
    if line.texts[end] in _DASHES or line.keys[end] == "và":
        following = end + 1
        opened = end > at or (line.keys[end] == "và" and not line.texts[min(following, len(line) - 1)].isupper())
        goes_on = opened and following < len(line) and line.capital[following] and not _credits_at(line, following)
        if goes_on and _opens_institution(line, following):
            return end
        if goes_on and line.keys[end] == "và":  # Trường Mầm non Hoa Hồng | và 3 giáo viên
            goes_on = not honorifics_at(line, following)[0] and not line.texts[following][0].isdigit()
        return following if goes_on and not opens_person(line, following, run_end(line, following), shortest=3) else end
    if _completes_word(line, at, end):
        return end + 1
    if not line.is_word(end) or stops_at(line, end):
        return end
    field = field_table().longest(line.keys, end)
    opens = line.capital[end] or end == at or line.texts[end - 1].islower()
    if opens and field is not None and field[0] > 1 and (stop is None or end + field[0] <= stop):
        return end + field[0]
    return end + 1 if line.capital[end] else _compound_end(line, end)


def _credits_at(line: Line, at: int) -> bool:
    """``Bệnh viện Nhân dân 115 - | Ảnh: BV``"""
    return line.keys[at] in _credit_words()


@cache
def _credit_words() -> frozenset[str]:
    rows = marked("byline_words.tsv", surface="word", kind="kind")
    return frozenset(split_keys(row.surface)[0] for row in rows if row.kind == "photo")


def _completes_word(line: Line, at: int, end: int) -> bool:
    """``Học viện Công | nghệ``, ``Bệnh viện Nhi Trung | ương``: only the first syllable of a word has its capital."""
    if end <= at or not line.texts[end].islower() or not line.texts[end - 1].istitle():
        return False
    return (line.keys[end - 1], line.keys[end]) in compounds()


def _opens_institution(line: Line, at: int) -> bool:
    """``Bệnh viện Bãi Cháy và | Bệnh viện Sản Nhi``: two of one list."""
    head = head_table().longest(line.keys, at)
    return (
        head is not None and head[1].kind == BodyKind.PROPER and at + head[0] < len(line) and line.capital[at + head[0]]
    )


def _compound_end(line: Line, at: int) -> int:
    """Past lower-case syllables that lead on to a capital: "Nuôi | biển | Bái Tử Long", "Du | lịch cộng đồng | Gió
    Ngàn".
    """
    end = at
    while end < len(line) and end - at < LONGEST_LOWER and line.is_word(end) and line.texts[end].islower():
        if stops_at(line, end):
            return at
        if line.keys[end] == "và" and honorifics_at(line, end + 1)[0]:
            return end
        end += 1
    leads_on = end < len(line) and line.is_word(end) and line.texts[end][0].isupper() and not line.wide_gap(end)
    if leads_on:
        return at if _closes_with_province(line, at) else end
    whole = end == at + 1 and at > 1 and (line.texts[at - 2] in _DASHES or line.keys[at - 2] == "và")
    return end if whole and not line.is_word(end) else at


def _closes_with_province(line: Line, at: int) -> bool:
    """``Bệnh viện Trung ương Huế | ghép tim xuyên Việt``: behind a province in it, a proper name is over."""
    before = (bare_place_at(line, start, after_body=True) for start in range(max(at - 4, 0), at))
    return any(place is not None and place.end == at for place in before)


def with_proper_places(line: Line, phrase: BodyPhrase, tail_start: int, *, own: bool) -> BodyPhrase:
    """The place inside a proper name, for the nested mention. ``own``: only a province or city is one, for companies
    and universities like to sound like a commune.
    """
    for at in range(tail_start, phrase.end):
        unit = unit_phrase_at(line, at)
        if unit is not None and unit.names and unit.end <= phrase.end:
            return replace(phrase, place=unit.names[0])
        end = name_end_at(line, at, None, listed=True)
        if end != phrase.end or line.texts[at][0].isdigit():
            continue
        if historical_table().longest(line.keys, at) == (end - at, "leader"):  # Trường THCS | Lê Hồng Phong
            return phrase
        whole = at == tail_start and end == at + 1 and line.texts[at].isupper() and not line.shouting  # Công ty BMT
        if not (own and (whole or sounds_like_a_unit(line, at, end))):
            return replace(phrase, place=NameSpan(at, at, end, None))
    return phrase
