"""Terms of office that are over when the article is written."""

from __future__ import annotations

from functools import cache

from pipeline.discourse import patterns
from pipeline.lexicon import marked

_LONG_AGO = 2015  # an undated article is taken to be younger; the oldest of the development articles is of 2016


@cache
def _years_of() -> dict[tuple[str, str], int]:
    """The year in which a numbered term ends, by the end of the body's name and the number."""
    rows = marked("terms.tsv", surface="name", kind="number", extra="to")
    return {(row.surface, row.kind): int(row.extra) for row in rows}


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI")


def has_ended(title: str, behind: str, year: int | None) -> bool:
    """Whether the number behind an office tells of a term that ended before the year of the article.

    >>> has_ended("Đại biểu Quốc hội", " khóa XIII, phát biểu", 2018), has_ended("Đại biểu Quốc hội", " khóa XIV", 2018)
    (True, False)
    """
    told = patterns.NUMBERED_TERM.match(behind)
    if told is None or "khóa" not in told[0]:
        return False
    number = (told["more"] or told["first"]).upper()
    number = _ROMAN[int(number)] if number.isdigit() and int(number) < len(_ROMAN) else number
    ends = [to for (name, term), to in _years_of().items() if term == number and title.endswith(name)]
    return bool(ends) and max(ends) < (year if year is not None else _LONG_AGO)


def is_past(behind: str, year: int | None) -> bool:
    """Whether the words behind an office tell of a term that ended before the year of the article.

    >>> is_past(" từ năm 1985 đến năm 1994", None), is_past(" nhiệm kỳ 2020-2025", 2023), is_past(" những năm 80", 2023)
    (True, False, True)
    """
    behind = behind[:80]
    if patterns.DECADE.match(behind):
        return True
    term = patterns.PAST_TERM.match(behind)
    if term is None:
        return False
    if year is not None:
        return int(term["to"]) < year
    return term["over"] is not None or int(term["to"]) < _LONG_AGO
