"""What stands behind a body: the outer body it may belong to, else its unit, else a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.places import (
    UnitForm,
    UnitPhrase,
    bare_place_behind,
    district_behind,
    opens_role,
    unit_phrase_at,
    unit_word_at,
)
from pipeline.grammar.syllables import Line
from pipeline.lexicon import marked
from pipeline.models import Branch, Level

_TAKES_OUTER = frozenset({BodyKind.INNER, BodyKind.UNIT, BodyKind.AGENCY, BodyKind.ADHOC, BodyKind.NUMBERED})
_PARTED = frozenset({BodyKind.AGENCY, BodyKind.INNER})  # from their institution, by a comma
_OUTER = frozenset(BodyKind) - {BodyKind.INNER, BodyKind.ADHOC}


def outer_start(line: Line, phrase: BodyPhrase) -> int | None:
    """The token at which an outer body may begin: ``Phòng Tham mưu, | Công an tỉnh``."""
    if phrase.kind not in _TAKES_OUTER or phrase.end >= len(line):
        return None
    at = phrase.end
    if at + 1 < len(line) and _parts_outer(line, phrase):
        at += 1
    return at if line.is_word(at) and not line.wide_gap(at) else None


def belongs_to(line: Line, phrase: BodyPhrase, outer: BodyPhrase) -> bool:
    """Whether a body belongs to the one read behind it, and is no sister or rival of it."""
    at = outer.start
    if outer.kind not in _OUTER or (line.keys[at - 1] == "," and _is_sister(phrase, outer)):
        return False
    if outer.kind is BodyKind.AGENCY and (phrase.kind is BodyKind.AGENCY or not outer.closed) and not _tail_of(outer):
        return phrase.kind is BodyKind.INNER and not outer.unit_in_title and line.capital[at]
    return True


def _parts_outer(line: Line, phrase: BodyPhrase) -> bool:
    """Whether a comma, "của" or "thuộc" leads from a body to the one around it: ``Phòng Tham mưu | , | Công an tỉnh``,
    ``HĐQT | của | Công ty X``, but ``Văn phòng | của Bộ trưởng``.
    """
    sign = line.keys[phrase.end]
    if phrase.kind is BodyKind.AGENCY and sign in {"của", "thuộc"}:
        return True
    if phrase.kind is BodyKind.INNER and sign == "của":
        return line.capital[phrase.start] and not opens_role(line, phrase.end + 1)
    return phrase.kind in _PARTED and sign == "," and _division(phrase) is not None


@cache
def _sisters() -> Mapping[str, tuple[str, ...]]:
    """Divisions by their first words, each with what stands in a list with it."""
    rows = marked("divisions.tsv", surface="name", kind="sisters")
    return {row.surface: tuple(row.kind.split(" | ")) for row in rows}


def _division(body: BodyPhrase) -> str | None:
    """The entry of a body that newspapers set off from its institution by a comma."""
    return next((name for name in _sisters() if f"{body.name} ".startswith(f"{name} ")), None)


def _is_sister(body: BodyPhrase, other: BodyPhrase) -> bool:
    """Whether a comma parts two bodies of one list."""
    division = _division(body)
    sisters = _sisters()[division] if division is not None else ()
    return any(f"{other.name} ".startswith(f"{name} ") for name in sisters)


def _tail_of(body: BodyPhrase) -> bool:
    """Whether an open body has more than its head noun."""
    return " " in body.name


def with_seat(line: Line, phrase: BodyPhrase) -> BodyPhrase:
    """A body with the unit, else the province without a unit word, that follows it."""
    if phrase.place is not None:
        return phrase
    unit = unit_phrase_at(line, phrase.end, after_body=True)
    unit = unit or _listed_settlements(line, phrase)
    if unit is not None:
        return replace(phrase, end=unit.end, unit=unit)
    if phrase.suffix is not None:
        return phrase
    place = bare_place_behind(line, phrase.end)
    if place is None and phrase.kind in _OF_DISTRICTS and phrase.unit_in_title and phrase.tail:
        place = district_behind(line, phrase.end)
    return replace(phrase, end=place.end, place=place) if place is not None else phrase


_OF_DISTRICTS = frozenset({BodyKind.UNIT, BodyKind.AGENCY})


def _listed_settlements(line: Line, phrase: BodyPhrase) -> UnitPhrase | None:
    """``Chi bộ | , tiểu khu, tổ dân phố``: kinds of settlement behind a comma, no name among them."""
    at = phrase.end
    if phrase.kind is not BodyKind.UNIT or phrase.branch is not Branch.PARTY or at + 1 >= len(line):
        return None
    found = unit_word_at(line, at + 1) if line.keys[at] == "," else None
    if found is None or found[1].level is not Level.VILLAGE:
        return None
    unit = unit_phrase_at(line, at + 1)
    return unit if unit is not None and unit.form is UnitForm.GENERIC else None
