"""Open names behind a head noun that are fields: entries of the lexicon, else runs of capitals.

Each reader is given a line and the token behind the head noun; it returns where the name ends and how it is normally
spelt, the token itself and an empty string where there is none.
"""

from __future__ import annotations

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_words import LONGEST_LOWER, LONGEST_TAIL, field_table, next_office, opens_body, stops_at
from pipeline.grammar.places import UnitForm, stands_alone, unit_phrase_at, unit_word_at
from pipeline.grammar.spelling import spelt
from pipeline.grammar.surnames import opens_person, person_inside, run_end, surname_at
from pipeline.grammar.syllables import Line


def field_tail(line: Line, at: int) -> tuple[int, str]:
    """A field of the lexicon, else a run of capitalised phrases with short lower-case endings.

    >>> from pipeline.grammar.syllables import read_text
    >>> field_tail(read_text("Sở KH&ĐT tỉnh"), 1), field_tail(read_text("Ban Quản trị Chung cư Hoa Sen đã"), 3)
    ((4, 'Kế hoạch và Đầu tư'), (7, 'Chung cư Hoa Sen'))
    """
    found = field_table().longest(line.keys, at)
    if found is not None and (found[0] > 1 or line.capital[at]):
        end = _bracket_after(line, at + found[0])
        return (end, spelt(line, at, end)) if end > at + found[0] else (end, found[1].name)
    if at >= len(line) or not line.capital[at] or not line.is_word(at):
        return at, ""
    if surname_at(line, at) is not None and opens_person(line, at, run_end(line, at), shortest=3):
        return at, ""
    end = _open_run(line, at)
    return end, spelt(line, at, end)


_FURTHER = 4  # words that a field may have beyond the lexicon's


def _bracket_after(line: Line, at: int) -> int:
    """Past lower-case words that go on up to a bracket: Khoa Quản lý nhà | nước | (Đại học X), more than the lexicon
    holds.
    """
    end = at
    while end < len(line) and end - at < _FURTHER and line.texts[end].islower() and line.is_word(end):
        if stops_at(line, end) or unit_word_at(line, end) is not None or opens_body(line, end):
            return at
        end += 1
    return end if end < len(line) and line.keys[end] == "(" else at


def _open_run(line: Line, at: int) -> int:
    """End of an open name: capitals, joined by "-", "&", "và", "," before a capital, with lower-case words up to a
    stop.
    """
    end, lower, last_sure, stop = at, 0, at, None
    while end < len(line) and end - at < LONGEST_TAIL:
        word = line.keys[end]
        if line.wide_gap(end) or stops_at(line, end) or next_office(line, end):
            break
        if end == at or not line.texts[end - 1][0].isupper():
            stop = person_inside(line, end, run_end(line, end), sure=True, shortest=3)
        if (stop is not None and end >= stop) or _person_after_country(line, at, end):
            break
        if unit_word_at(line, end) is not None and ((end > at and not line.capital[end]) or _opens_unit(line, end)):
            return end
        if end > at and stands_alone(line, end) and unit_phrase_at(line, end, after_body=True):
            return end
        if word in {"-", "–", "&", "và", ","}:
            joined = end + 1 < len(line) and line.capital[end + 1] and line.texts[end + 1][0].isalpha()
            if not joined or (word == "," and not _joins_later(line, end + 1)):
                break
            lower = 0
        elif not line.is_word(end) or line.texts[end][0].isdigit():
            break
        elif line.capital[end]:
            lower, last_sure = 0, end + 1
        else:
            lower += 1
            if lower > LONGEST_LOWER:
                return last_sure
        end += 1
    while end > at and not line.is_word(end - 1):
        end -= 1
    return end


def _person_after_country(line: Line, at: int, end: int) -> bool:
    """``Liên đoàn Bóng chuyền Việt Nam | Kiều Văn Trí``: behind a country even a doubtful surname opens a person."""
    if end < at + 2 or not line.capital[end] or surname_at(line, end) is None:
        return False
    if "country" not in load_gazetteer().kinds(line.surface(end - 2, end)):
        return False
    return opens_person(line, end, run_end(line, end), shortest=3)


def _opens_unit(line: Line, at: int) -> bool:
    """``Đoàn Luật sư | TP Hồ Chí Minh``: an abbreviated unit word and the name of a unit."""
    if len(line.texts[at]) > 2 or line.texts[at].islower():
        return False
    unit = unit_phrase_at(line, at)
    return unit is not None and unit.form is UnitForm.NAMED and line.keys[at] not in {"xã", "tổ"}


def _joins_later(line: Line, at: int) -> bool:
    """A comma inside a field is followed, before the next comma, by "và" + capital ("Văn hóa, Thể thao và Du lịch")."""
    for k in range(at, min(at + 7, len(line) - 1)):
        if line.keys[k] in {",", ";", ".", ":"}:
            return False
        if line.keys[k] in {"và", "&"}:
            return line.capital[k + 1]
    return False


def country_tail(line: Line, at: int) -> tuple[int, str]:
    """``Đại sứ quán | Nhật Bản``, and not the name of the envoy behind it.

    >>> from pipeline.grammar.syllables import read_text
    >>> country_tail(read_text("Đại sứ quán Nhật Bản Lê Văn Tám"), 3)
    (5, 'Nhật Bản')
    """
    units = load_gazetteer()
    lengths = units.name_lengths(line.keys, at) if at < len(line) and line.capital[at] else ()
    end = next((at + n for n in lengths if "country" in units.kinds(" ".join(line.keys[at : at + n]))), at)
    return end, spelt(line, at, end)
