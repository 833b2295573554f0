"""Counts as charts: bars by kind, columns over time. Geometry only; the templates draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.report.views import Bar, BarChart, Column, ColumnChart

_HEIGHT = 132  # pixels of the tallest column; the template's picture leaves room above and below
_MOST_COLUMNS = 32
_MOST_MONTHS = 24
_TICKS = 8  # labels that fit side by side on a phone
_GAP = 0.2  # of a column's share


@dataclass(frozen=True, slots=True)
class Counted:
    """What one bar counts."""

    label: str
    count: int
    note: str = ""
    href: str | None = None
    lang: str = "en"


def draw_bars(title: str, noun: str, kinds: Iterable[Counted]) -> BarChart:
    """Bars in the order given; ``noun`` names what is counted.

    >>> [bar.width for bar in draw_bars("t", "rows", [Counted("a", 8), Counted("b", 2)]).bars]
    ['100', '25']
    """
    rows = list(kinds)
    longest = max((row.count for row in rows), default=0) or 1
    bars = (Bar(row.label, row.count, _number(100 * row.count / longest), row.note, row.href, row.lang) for row in rows)
    return BarChart(title, noun, tuple(bars))


def draw_columns(title: str, days: Iterable[date | None]) -> ColumnChart | None:
    """Columns per month or year, whichever fits; nothing when fewer than two of them would stand.

    >>> chart = draw_columns("t", [date(2019, 3, 8), date(2021, 1, 1), date(2023, 5, 2), None])
    >>> chart.summary, chart.note
    ('2019: 1; 2021: 1; 2023: 1', '1 without a date')
    """
    listed = list(days)
    dated = [day for day in listed if day]
    if len({day.year for day in dated}) < 2 and len({day.month for day in dated}) < 2:
        return None
    counts, early = _count_periods(dated)
    notes = [
        f"{early:,} earlier" if early else "",
        f"{len(listed) - len(dated):,} without a date" if len(dated) < len(listed) else "",
    ]
    summary = "; ".join(f"{label}: {count}" for label, count in counts.items() if count)
    top = max(counts.values())
    return ColumnChart(title, summary, ", ".join(note for note in notes if note), top, tuple(_columns(counts, top)))


def _count_periods(days: list[date]) -> tuple[Mapping[str, int], int]:
    """Counts by period without holes in time, and how many days lie before the first."""
    first, last = min(days), max(days)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= _MOST_MONTHS:
        by_month = Counter((day.year, day.month) for day in days)
        start = first.year * 12 + first.month - 1
        periods = [divmod(number, 12) for number in range(start, start + months)]
        return {f"{year}-{month + 1:02}": by_month[year, month + 1] for year, month in periods}, 0
    by_year = Counter(day.year for day in days)
    start = max(first.year, last.year - _MOST_COLUMNS + 1)
    early = sum(count for year, count in by_year.items() if year < start)
    return {str(year): by_year[year] for year in range(start, last.year + 1)}, early


def _columns(counts: Mapping[str, int], top: int) -> Iterable[Column]:
    share = 100 / len(counts)
    step = -(-len(counts) // _TICKS)
    for at, (label, count) in enumerate(counts.items()):
        height = _HEIGHT * count / top
        yield Column(
            label=label,
            count=count,
            x=_number(share * (at + _GAP / 2)),
            middle=_number(share * (at + 0.5)),
            width=_number(share * (1 - _GAP)),
            y=_number(_HEIGHT - height),
            height=_number(height),
            tick=label if at % step == 0 else "",
        )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
