"""The resolver on hand-written cases, on the six worked ones among them, and on what must hold for any input."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.gazetteer import Cue, Reference, Resolved, load_gazetteer, resolve_places
from pipeline.gazetteer.references import LEVEL_OF
from pipeline.gazetteer.resolver import BOUND

CASES = Path(__file__).parent / "cases" / "places.tsv"


@dataclass(frozen=True, slots=True)
class Case:
    """One row of places.tsv."""

    line: int
    day: date | None
    references: tuple[Reference, ...]
    cues: tuple[Cue, ...]
    hints: tuple[str, ...]
    expected: tuple[str, ...]
    quality: str


def split_type(phrase: str) -> tuple[str | None, str]:
    """Unit word, if the phrase begins with one, and name."""
    for word in sorted(LEVEL_OF, key=len, reverse=True):
        if phrase.lower().startswith(word + " "):
            return word, phrase[len(word) + 1 :]
    return (None, phrase[3:]) if phrase.startswith("TP ") else (None, phrase)


def read_references(text: str) -> tuple[Reference, ...]:
    """ "A < B ; C / D": B is the parent of A, D stands in the next paragraph."""
    references: list[Reference] = []
    for paragraph, part in enumerate(text.split(" / ")):
        for chain in part.split(" ; "):
            phrases = chain.split(" < ")
            for depth, phrase in enumerate(phrases):
                unit_type, name = split_type(phrase)
                index = len(references)
                parent = index + 1 if depth + 1 < len(phrases) else None
                references.append(Reference(name, unit_type, 20 * index, paragraph, parent))
    return tuple(references)


def read_cases() -> list[Case]:
    with CASES.open(encoding="utf-8", newline="") as lines:
        numbered = [(number, line) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    rows = csv.DictReader((line for _, line in numbered), delimiter="\t")
    return [
        Case(
            line,
            None if row["day"] == "-" else date.fromisoformat(row["day"]),
            read_references(row["references"]),
            tuple(Cue(word, 0, 0) for word in row["cues"].split(" ; ") if word),
            tuple(row["hints"].split()),
            tuple(row["expected"].split(" ; ")),
            row["quality"],
        )
        for (line, _), row in zip(numbered[1:], rows, strict=True)
    ]


def resolve(case: Case) -> Resolved:
    return resolve_places(case.references, case.cues, day=case.day, hints=case.hints, gazetteer=load_gazetteer())


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: f"line{case.line}")
def test_case(case: Case) -> None:
    found = resolve(case)
    assert len(case.expected) == len(case.references)
    answers = [
        "-" if wanted == "-" else resolution.place_id or "?"
        for wanted, resolution in zip(case.expected, found.references, strict=True)
    ]
    assert answers == list(case.expected), [resolution.candidates[:3] for resolution in found.references]


def test_cases_cover_eras_levels_and_traps() -> None:
    cases = read_cases()
    expected = [place_id for case in cases for place_id in case.expected]
    assert len(cases) >= 150
    for prefix, least in (
        ("63.p", 40),
        ("63.d", 60),
        ("63.c", 80),
        ("34.p", 20),
        ("34.c", 40),
        ("world", 10),
        ("?", 5),
    ):
        assert sum(place_id.startswith(prefix) for place_id in expected) >= least, prefix
    provinces = {load_gazetteer().unit(i).province_id for i in expected if i in load_gazetteer()}
    assert len(provinces) > 60


def test_home_of_a_city_that_is_never_named() -> None:
    names = ("Dân Chủ", "Quảng La", "Bằng Cả", "Tân Dân")
    references = [Reference(name, "xã", 40 + 10 * index, 0) for index, name in enumerate(names)]
    found = resolve_places(references, [Cue("thành phố", 9, 0)], day=date(2021, 10, 11), gazetteer=load_gazetteer())
    assert found.anchors["thành phố"][0][0] == "63.d193"
    assert found.anchors["tỉnh"][0][0] == "63.p22"
    assert found.anchors["district"][0][1] > 0.9


def test_home_of_one_commune_after_the_cut() -> None:
    references = [Reference("Hưng Long", "xã", 0, 0), Reference("TP.HCM", None, 40, 1)]
    found = resolve_places(references, [Cue("xã", 60, 1)], day=date(2026, 1, 30), gazetteer=load_gazetteer())
    assert found.anchors["xã"][0][0] == "34.c27628"
    assert found.anchors["thành phố"][0][0] == "34.p79"
    assert "huyện" not in found.anchors


def test_no_names_no_homes() -> None:
    found = resolve_places([], [Cue("huyện", 0, 0)], day=date(2023, 1, 1), gazetteer=load_gazetteer())
    assert found.references == ()
    assert found.anchors == {}


def test_years_named_tell_the_era_of_an_undated_article() -> None:
    names = [Reference("An Giang", "tỉnh", 0, 0)]  # another code since 2025-07
    units = load_gazetteer()
    undated = resolve_places(names, [], day=None, gazetteer=units)
    told = resolve_places(names, [], day=None, gazetteer=units, latest=2018)
    later = resolve_places(names, [], day=None, gazetteer=units, latest=2026)
    assert [found.references[0].place_id for found in (undated, told, later)] == [None, "63.p89", None]


def test_a_city_below_a_province_tells_the_older_map() -> None:
    names = [Reference("Cao Lãnh", "thành phố", 0, 0, 1), Reference("Đồng Tháp", "tỉnh", 20, 0)]
    found = resolve_places(names, [], day=None, gazetteer=load_gazetteer())
    assert [reference.place_id for reference in found.references] == ["63.d866", "63.p87"]


def test_provinces_of_long_ago_do_not_rival_those_of_an_undated_article() -> None:
    found = resolve_places([Reference("Hậu Giang", "tỉnh", 0, 0)], [], day=None, gazetteer=load_gazetteer())
    assert found.references[0].place_id == "63.p93"


def test_unknown_name_has_no_candidates() -> None:
    found = resolve_places([Reference("Không Có", "xã", 0, 0)], [], day=None, gazetteer=load_gazetteer())
    assert found.references[0].place_id is None
    assert found.references[0].candidates == ()


NAMES = ("Hòa Bình", "Tân Thành", "Thanh Ba", "Hạ Long", "Đức Ninh", "5", "Lào", "Huế", "Kỳ Anh", "Quảng La", "Vô Danh")
REFERENCES = st.lists(
    st.builds(
        Reference,
        name=st.sampled_from(NAMES),
        unit_type=st.sampled_from((None, *LEVEL_OF, "thôn")),
        start=st.integers(0, 5000),
        paragraph=st.integers(0, 4),
        parent=st.one_of(st.none(), st.integers(0, 8)),
    ),
    max_size=9,
)
CUES = st.lists(st.builds(Cue, st.sampled_from(tuple(LEVEL_OF)), st.integers(0, 5000), st.integers(0, 4)), max_size=4)
DAYS = st.one_of(st.none(), st.dates(date(1970, 1, 1), date(2030, 1, 1)))


@settings(max_examples=150, deadline=None)
@given(REFERENCES, CUES, DAYS)
def test_probabilities_hold_for_any_input(references: list[Reference], cues: list[Cue], day: date | None) -> None:
    found = resolve_places(references, cues, day=day, gazetteer=load_gazetteer())
    assert len(found.references) == len(references)
    for resolution in found.references:
        shares = [share for _, share in resolution.candidates]
        assert sum(shares) <= 1.0 + 1e-4  # each is rounded
        assert shares == sorted(shares, reverse=True)
        assert (resolution.place_id is not None) == (resolution.probability >= BOUND)
        assert resolution.place_id is None or resolution.place_id == resolution.candidates[0][0]
    for homes in found.anchors.values():
        assert all(0.0 <= share <= 1.0 + 1e-4 for _, share in homes)
    again = resolve_places(references, cues, day=day, gazetteer=load_gazetteer())
    assert again == found
