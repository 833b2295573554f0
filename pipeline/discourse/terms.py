"""Terms of office that are over when the article is written."""

from __future__ import annotations

from pipeline.discourse import patterns

_LONG_AGO = 2015  # an undated article is taken to be younger; the oldest of the development articles is of 2016
_RETROSPECT = {"giai đoạn", "thời kỳ", "thời gian", "từ"}  # said of what is over, where no date tells better


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
    return (term["told"] or "").lower() in _RETROSPECT or int(term["to"]) < _LONG_AGO
