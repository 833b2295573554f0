"""Vietnamese dates: from text to the days it names.

What enters is one line or text (NFC); what leaves are :class:`DateMention` rows in order of appearance, each with its
span. The forms read:

1. ISO: ``2025-12-18``, ``2025-12-18T08:00:00+07:00``
2. day first, with year: ``29/03/2022``, ``29-3-2022``, ``9.1.2026``, ``29/3/22``
3. in words: ``ngày 5 tháng 4 năm 2021``, ``5 tháng 4, 2021``, ``ngày 05 tháng 4/2021``
4. day and month after a cue: ``Sáng 15-11``, ``ngày 17/12``, ``Chiều nay (3/3)``, ``Sáng nay, 12/4``, ``ngày 5 tháng
4`` 5. as WordPress has it: ``Tháng Năm 10, 2025``, ``10 Tháng Năm, 2025``
6. several days, the first counts: ``20 và 21/9/2022``, ``(6 và 7-8)``, ``từ 2 đến 4-7``, ``15-17/11/2023``

A pair of numbers without a cue (``10/13 xã``, ``24/24``) is no date. Day comes before month; ``12/25/2023`` can only
be read the other way round and is. Lunar dates ("mùng 6 tháng Chạp", "10/3 âm lịch") are left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

OPENING = 1_500  # characters in which an article says what year it speaks of
REPORT = 20_000  # characters; the longest development article has 12,000

_SEP = r"(?:\s?[/.\-–]\s?)"
_D = r"(?:0?[1-9]|[12]\d|3[01])"
_M = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_MONTHS = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_MONTH = "(?:" + "|".join(name.replace(" ", r"\s+") for name in reversed(_MONTHS)) + ")"

# "Sáng", "Chiều tối ngày", "Sáng nay,", "hôm qua (": what announces a day without a year.
_CUE = (
    r"(?:(?:ngày|sáng|trưa|chiều|tối|đêm|khuya|rạng\ sáng|hôm\ nay|hôm\ qua|hôm)"
    r"(?:\s{1,3}(?:nay|qua|sớm|tối|muộn|ngày|mồng|mùng|hôm)){0,3}\s{0,3}(?:\(\s?(?:ngày\s{1,3})?|,\s?(?:ngày\s{1,3})?)?)"
)

# Longest alternative first; every part is bounded, so the whole is linear in the text.
_DATE = re.compile(
    rf"""
    (?:(?=\d)|(?<!\w)(?=[(bchklnrstđ]))(?:        # what no form begins with is passed over at once
    (?<![\w/.,-])(?P<iso_y>{_YEAR})-(?P<iso_m>0[1-9]|1[0-2])-(?P<iso_d>0[1-9]|[12]\d|3[01])(?![\d/-])   # 2025-12-18
    | (?<!\w)tháng\s{{1,3}}(?P<p_m>{_MONTH}|{_M})\s{{1,3}}(?P<p_d>{_D}),\s{{0,3}}(?P<p_y>{_YEAR})(?!\d)
    | (?<![\d/.,-])(?P<q_d>{_D})\s{{1,3}}tháng\s{{1,3}}(?P<q_m>{_MONTH}),?\s{{1,3}}(?P<q_y>{_YEAR})(?!\d)
    | (?<![\d/.,-])(?P<w_d>{_D})(?:\s{{0,3}}(?:,|và|-|–|đến)\s{{0,3}}{_D})?\s{{1,3}}tháng\s{{1,3}}(?P<w_m>{_M})
      (?:\s{{0,3}}(?:,|/|-|năm)\s{{0,3}}(?:năm\s{{1,3}})?(?P<w_y>{_YEAR}))?(?!\d)  # 5 tháng 4 năm 2021
    | (?<![\d/.,-])(?:(?<!thứ\ )(?<!:)(?P<r_d>{_D})(?:/(?P<r_m>{_M}))?\s{{0,3}}(?:,|và|-|–|đến)\s{{0,3}}
      (?:ngày\s{{1,3}})?)?
      (?P<n_d>\d{{1,2}}){_SEP}(?P<n_m>\d{{1,2}}){_SEP}(?P<n_y>{_YEAR}|\d\d)(?![\d/]|[.,]\d|[-–][\w])  # 29/03/2022
    | (?P<cue>(?<!\w)(?:{_CUE}(?:từ\s{{1,3}})?|(?:trong\ )?(?:hai|ba|2|3|02|03)\ ngày\s{{0,3}}\(?
      |từ\s{{1,3}}|làm\ việc\s{{0,3}}\(|\(\s{{0,3}}(?:ngày\s{{1,3}})?))
      (?:(?P<s_d>{_D})(?:/(?P<s_m>{_M}))?\s{{0,3}}(?:,|và|-|–|đến)\s{{0,3}}(?:ngày\s{{1,3}})?)?
      (?P<c_d>{_D}){_SEP}(?P<c_m>{_M})(?![\d/%]|[.,]\d|[-–]\w)                                          # Sáng 15-11
      (?:\s{{0,3}}(?:và|-|–|đến)\s{{0,3}}(?:ngày\s{{1,3}})?{_D}{_SEP}{_M}{_SEP}(?P<c_y>{_YEAR})(?!\d))?
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_HINT = re.compile(r"[\dTt](?:(?<=\d)\s?[/.\-–]\s?\d|(?<=[Tt])[Hh][Áá][Nn][Gg])")
# In two, as a search for fixed letters is many times faster: the number, and what stands before one that is a year.
_NUMBER_IN_TEXT = re.compile(r"20\d\d(?!\d|\s*[-–]\s*\d)")
_BEFORE_YEAR = re.compile(r"(?<![\d\-–/])(?:năm\s{1,9}|/|tháng\s{1,9}\d{1,2}[/-])$", re.IGNORECASE)
_BEFORE_REACH = 18  # characters of the longest text that _BEFORE_YEAR matches, and one before

# Words before a date that make it another day than the one reported: births, documents, deadlines, anniversaries.
_OTHER_DAY = re.compile(
    r"(?:sinh(?:\s+ngày)?|số\s+\d{1,5}\s?[-/][\w./-]{0,20}[,\s]{0,3}(?:ngày)?"
    r"|(?:trước|đến|hết|tới|từ|kể\s+từ|sau|dự\s+kiến|nhằm)\s+(?:hết\s+)?(?:ngày)?"
    r"|kỷ\s+niệm(?:\s+ngày)?|thành\s+lập(?:\s+\w+){0,2}(?:\s+ngày)?)\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?<!\w)từ(?:\s+ngày)?\s*$", re.IGNORECASE)
_RANGE = re.compile(r"đến|và|[–,]|-.*[-/]")
_LUNAR = re.compile(r"\s*(?:\(?\s*(?:âm\s+lịch|ÂL)|tháng\s+(?:Giêng|Chạp))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateMention:
    """One date of a text: ``text[start:end]``; ``year`` is ``None`` where the text does not give it."""

    start: int
    end: int
    day: int
    month: int
    year: int | None

    def on(self, year: int | None = None) -> date | None:
        """The calendar day, with ``year`` for a missing one; ``None`` when there is no such day.

        >>> DateMention(0, 5, 17, 12, None).on(2025), DateMention(0, 9, 31, 2, 2024).on()
        (datetime.date(2025, 12, 17), None)
        """
        chosen = self.year or year
        if chosen is None:
            return None
        try:
            return date(chosen, self.month, self.day)
        except ValueError:
            return None


def find_dates(text: str) -> tuple[DateMention, ...]:
    """All dates of ``text``, in order; see the module for the forms.

    >>> [str(found.on(2023)) for found in find_dates("Sáng 15-11, 10/13 xã; báo cáo ngày 29/3/22; từ 20 và 21/9/2022")]
    ['2023-11-15', '2022-03-29', '2022-09-20']
    """
    return tuple(_dates(text))


def _dates(text: str) -> Iterator[DateMention]:
    # Most lines hold no date: a quick look for two joined numbers or "tháng" spares them the full pattern.
    start = 0
    for line in text.split("\n"):
        if _HINT.search(line):
            yield from _dates_between(text, start, start + len(line))
        start += len(line) + 1


def _dates_between(text: str, start: int, end: int) -> Iterator[DateMention]:
    for match in _DATE.finditer(text, start, end):
        if _LUNAR.match(text, match.end()) or _is_ratio(text, match):
            continue
        day, month, year = _parts(match)
        if month > 12 >= day:
            day, month = month, day
        if not (1 <= month <= 12 and 1 <= day <= 31):
            continue
        start = match.end("cue") if match["cue"] else match.start()
        yield DateMention(start, match.end(), day, month, year)


def _is_ratio(text: str, match: re.Match[str]) -> bool:
    """``(7/7 phiếu)``: a bracket makes a day only when it closes behind it."""
    opened = match["cue"] is not None and match["cue"].rstrip().endswith("(")
    return opened and text[match.end() : match.end() + 2].strip()[:1] not in (")", ",", ";")


def _parts(match: re.Match[str]) -> tuple[int, int, int | None]:
    if match["iso_y"]:
        return int(match["iso_d"]), int(match["iso_m"]), int(match["iso_y"])
    if match["p_d"]:
        return int(match["p_d"]), _month(match["p_m"]), int(match["p_y"])
    if match["q_d"]:
        return int(match["q_d"]), _month(match["q_m"]), int(match["q_y"])
    if match["w_d"]:
        return int(match["w_d"]), int(match["w_m"]), int(match["w_y"]) if match["w_y"] else None
    if match["n_d"]:
        year = int(match["n_y"])
        day, month = int(match["r_d"] or match["n_d"]), int(match["r_m"] or match["n_m"])
        return day, month, year if year > 99 else _century(year)
    given = int(match["c_y"]) if match["c_y"] else None
    return int(match["s_d"] or match["c_d"]), int(match["s_m"] or match["c_m"]), given


def _month(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS.index(" ".join(name.lower().split())) + 1


def _century(year: int) -> int:
    # Online news starts in the 1990s: 70 to 99 are the years 1970 to 1999.
    return 1900 + year if year >= 70 else 2000 + year


def parse_date(text: str) -> date | None:
    """The first full date of ``text`` (a field of a record, a ``meta`` value, a dateline), or ``None``.

    >>> str(parse_date("Cập nhật lúc: 07:30, 29/05/2024"))
    '2024-05-29'
    >>> str(parse_date("Thứ Ba, 07/11/2017 (GMT+7)")), parse_date("17/12")
    ('2017-11-07', None)
    """
    for found in find_dates(text[:400]):
        day = found.on()
        if day is not None:
            return day
    return None


def infer_year(found: DateMention, *, published_on: date | None, spoken: int | None = None) -> int | None:
    """The year of a date without one: from the day of publication, else ``spoken``, the year the text speaks of.

    Against ``published_on`` the day must not lie in the future by more than two days (a page dated a day early):

    >>> lately = DateMention(0, 5, 31, 12, None)
    >>> infer_year(lately, published_on=date(2024, 1, 2)), infer_year(lately, published_on=None, spoken=2023)
    (2023, 2023)
    """
    if found.year is not None:
        return found.year
    if published_on is None:
        return spoken
    day = found.on(published_on.year)
    ahead = day is not None and day > published_on + timedelta(days=2)
    return published_on.year - 1 if ahead else published_on.year


def spoken_year(text: str) -> int | None:
    """The year that ``text`` names most often, of equals the first; terms of office ("2020-2025") do not count.

    >>> spoken_year("nhiệm kỳ 2020-2025; nhiệm vụ năm 2023; kế hoạch năm 2024; hết tháng 8 năm 2023")
    2023
    """
    years = [
        (int(number[0]), number.start())
        for number in _NUMBER_IN_TEXT.finditer(text, 0, REPORT)
        if _BEFORE_YEAR.search(text[max(0, number.start() - _BEFORE_REACH) : number.start()])
    ]
    # A year that only comes up late in the text is that of another story.
    early = {year for year, start in years if start < OPENING}
    counted = Counter(year for year, _ in years if year in early)
    return counted.most_common(1)[0][0] if counted else None


def find_event(text: str, *, published_on: date | None) -> date | None:
    """The first day that ``text`` (the body of an article) reports on; what is reported stands in its first part.

    Births, dates of documents, deadlines and days more than a year before ``published_on`` are passed over. Without any
    date, "sáng nay", "hôm qua" count from ``published_on``.

    >>> body = "Sáng 15-11, Thị ủy gặp mặt bí thư chi bộ năm 2023; Nghị quyết số 21-NQ/TW ngày 16-6-2022."
    >>> str(find_event(body, published_on=None))
    '2023-11-15'
    """
    report = text[:REPORT]
    spoken: int | None = None
    is_read = published_on is not None
    for found in _dates(report):
        before = report[max(0, found.start - 60) : found.start]
        if _OTHER_DAY.search(before) and not (_FROM.search(before) and _RANGE.search(report, found.start, found.end)):
            continue
        if not is_read and found.year is None:
            spoken, is_read = spoken_year(report), True
        day = found.on(infer_year(found, published_on=published_on, spoken=spoken))
        if day is None or (published_on is not None and not _near(day, published_on)):
            continue
        return day
    return _relative(report, published_on) if published_on else None


def _near(day: date, published_on: date) -> bool:
    return published_on - timedelta(days=366) <= day <= published_on + timedelta(days=2)


_RELATIVE = re.compile(r"(?<!\w)(?:sáng|trưa|chiều|tối|đêm|hôm)\s+(?P<when>nay|qua)(?!\w)", re.IGNORECASE)


def _relative(text: str, published_on: date) -> date | None:
    match = _RELATIVE.search(text)
    if match is None:
        return None
    return published_on - timedelta(days=match["when"].lower() == "qua")


# As _NUMBER_IN_TEXT: the number first. "năm | 2018", "tháng 5/ | 2018", "12- | 2018", of a span its beginning ("nhiệm
# kỳ | 2016 | -2021"); "đến năm 2030" is a goal.
_ANY_YEAR = re.compile(rf"{_YEAR}(?!\d|[.,]\d)")
_LEADS_TO_YEAR = re.compile(r"(?:\s|\bnăm|\b(?:giai\s+đoạn|nhiệm\s+kỳ)|(?<!\d\d\d)\d[/-])$", re.IGNORECASE)
_GOAL = re.compile(r"(?:\b(?:đến|tới)\s+năm|tầm\s+nhìn)\s?$", re.IGNORECASE)


def latest_year(text: str) -> int | None:
    """The last year that a text names as one that has come; goals and the ends of terms are left out.

    >>> latest_year("Năm 2017, nhiệm kỳ 2016-2021, đến năm 2030"), latest_year("2018 người")
    (2017, None)
    """
    years: list[int] = []
    for number in _ANY_YEAR.finditer(text):
        before = text[max(0, number.start() - _BEFORE_REACH) : number.start()]
        if _LEADS_TO_YEAR.search(before) and not _GOAL.search(before):
            years.append(int(number[0]))
    return max(years, default=None)
