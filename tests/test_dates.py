"""Dates: the case table, and what holds for any text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.grammar.dates import find_dates, find_event, parse_date
from pipeline.layout import is_dateline

CASES = Path(__file__).parent / "cases" / "dates.tsv"


def rows(kind: str) -> list[list[str]]:
    lines = [line.split("\t") for line in CASES.read_text("utf8").splitlines() if line and not line.startswith("#")]
    return [(line + [""] * 5)[:5] for line in lines[1:] if line[0] == kind]


@pytest.mark.parametrize("row", rows("first"), ids=lambda row: row[1])
def test_first_date(row: list[str]) -> None:
    assert parse_date(row[1]) == date.fromisoformat(row[3])


@pytest.mark.parametrize("row", rows("none"), ids=lambda row: row[1])
def test_no_date(row: list[str]) -> None:
    assert [row[1][found.start : found.end] for found in find_dates(row[1]) if found.on(2024)] == []


@pytest.mark.parametrize("row", rows("event"), ids=lambda row: row[1])
def test_event(row: list[str]) -> None:
    published_on = date.fromisoformat(row[2]) if row[2] else None
    expected = date.fromisoformat(row[3]) if row[3] else None
    assert find_event(row[1], published_on=published_on) == expected


@pytest.mark.parametrize("row", rows("line"), ids=lambda row: row[1])
def test_dateline(row: list[str]) -> None:
    assert is_dateline(row[1]) == (row[3] == "yes")


@given(
    st.dates(date(1990, 1, 1), date(2049, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y"])
)
def test_written_dates_come_back(day: date, form: str) -> None:
    assert parse_date(f"Cập nhật: {day.strftime(form)} 08:15") == day


@given(st.text(alphabet=st.sampled_from("0123456789/-. ,()ngàytháứăm\n"), max_size=200))
def test_spans_lie_in_the_text(text: str) -> None:
    for found in find_dates(text):
        assert 0 <= found.start < found.end <= len(text)
        assert text[found.end - 1].isdigit()
