"""Bylines: the case table, and what holds for any line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.grammar.bylines import is_author, parse_byline, settle_author

CASES = Path(__file__).parent / "cases" / "bylines.tsv"


def rows() -> list[list[str]]:
    lines = [line.split("\t") for line in CASES.read_text("utf8").splitlines() if line and not line.startswith("#")]
    return [(line + [""] * 5)[:5] for line in lines[1:]]


def names(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_byline(row: list[str]) -> None:
    byline = parse_byline(row[0])
    if row[1] == "-":
        assert byline is None or not byline.authors
        return
    assert byline is not None
    assert (byline.authors, byline.photographers, byline.sources) == (names(row[1]), names(row[2]), names(row[3]))


@given(st.text(max_size=200))
def test_names_of_any_line_are_names(line: str) -> None:
    byline = parse_byline(line)
    for name in byline.authors if byline else ():
        assert name == settle_author(name)
        assert len(name) <= 48


@given(st.lists(st.sampled_from(["Hà", "Y", "Thuỷ", "NAM", "K’Brêu", "T.H"]), min_size=1, max_size=4))
def test_settled_names_stay_settled(words: list[str]) -> None:
    name = settle_author(" ".join(words))
    assert settle_author(name) == name
    assert len(words) < 2 or is_author(name)
