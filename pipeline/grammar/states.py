"""Bodies of foreign states and national teams: ``Bộ Quốc phòng Nga``, ``hải quân Mỹ``, ``U23 Việt Nam``.

What enters are the readings of a line; what leaves are the same with a body and the country right behind it as one
reading, and a word of the state before a country as one, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.cues import kinds_at, kinds_before
from pipeline.grammar.names import honorific_table
from pipeline.grammar.newsmakers import KnownKind, KnownName
from pipeline.grammar.places import NameSpan
from pipeline.grammar.syllables import Line
from pipeline.lexicon import marked
from pipeline.models import Branch

R = TypeVar("R")
_HOME = "Việt Nam"
_AGE = re.compile(r"U\d\d")
_LONGEST = 4  # syllables of a word of the state: "lực lượng phòng vệ"


@cache
def state_words() -> dict[str, Branch]:
    """Words of the state that name a body before a country, with the branch of that body."""
    rows = marked("state_words.tsv", surface="surface", kind="branch")
    return {row.surface: Branch(row.kind) for row in rows}


def with_countries(line: Line, readings: Sequence[R]) -> list[R | BodyPhrase]:
    """Readings with every body of a state joined to its country; peoples and languages are no places."""
    joined: list[R | BodyPhrase] = []
    for reading in readings:
        country = _country(line, reading)
        if country is None:
            joined.append(reading)
            continue
        last = joined[-1] if joined else None
        body = _extended(line, last, country) if isinstance(last, BodyPhrase) else None
        if body is not None:
            joined[-1] = body
            continue
        body = _state_body(line, getattr(last, "end", 0), country)
        if body is not None:
            joined.append(body)
        elif isinstance(reading, KnownName) or not _of_people(line, country):
            joined.append(reading)
    return joined


def _of_people(line: Line, country: NameSpan) -> bool:
    """``người Pháp``, ``tiếng Anh``; ``Anh ấy``, ``Áo khoác``: no country."""
    if "people" in kinds_before(line, country.start) or (
        country.end - country.start == 1 and _addressed(line, country)
    ):
        return True
    return country.end - country.start == 1 and "refused" in kinds_at(line, country.end)


def _addressed(line: Line, country: NameSpan) -> bool:
    """``chị Nga``, ``ông Nhật``: a given name."""
    at = country.start - 1
    found = honorific_table().longest(line.keys, at) if at >= 0 else None
    return found is not None and found[1].kind == "honorific" and line.texts[at].islower()


def _country(line: Line, reading: object) -> NameSpan | None:
    """The place of a reading that a body of a state may carry: a country, or a region of the world."""
    if isinstance(reading, NameSpan):
        return reading if _country_kinds(" ".join(line.keys[reading.start : reading.end])) else None
    if isinstance(reading, KnownName) and reading.kind is KnownKind.PLACE:
        return NameSpan(reading.start, reading.start, reading.end, None)
    return None


@cache
def _country_kinds(name: str) -> bool:
    return "country" in load_gazetteer().kinds(name)


def _extended(line: Line, body: BodyPhrase, country: NameSpan) -> BodyPhrase | None:
    """A body without a place of its own, the country right behind it."""
    if body.unit is not None or body.place is not None or body.outer is not None or not _goes_on(line, body, country):
        return None
    if body.kind not in {BodyKind.CENTRAL, BodyKind.AGENCY, BodyKind.ASSOCIATION, BodyKind.PROPER, BodyKind.INNER}:
        return None
    between, name = line.surface(body.end, country.start), line.surface(country.start, country.end)
    full = " ".join(part for part in (body.name, between, "" if name == _HOME and not between else name) if part)
    return replace(body, end=country.end, name=full, place=country)


def _goes_on(line: Line, body: BodyPhrase, country: NameSpan) -> bool:
    """Whether the country stands right behind the body, or behind a few capitalised words more of its name."""
    gap = range(body.end, country.start)
    if len(gap) > _LONGEST or country.start < body.end:
        return False
    return all(line.is_word(at) and line.texts[at][0].isupper() for at in gap)


def _state_body(line: Line, free_from: int, country: NameSpan) -> BodyPhrase | None:
    """A word of the state right before a country."""
    at = country.start
    if at > free_from and _AGE.fullmatch(line.texts[at - 1]):
        return _body(line, at - 1, country, Branch.OTHER)
    for length in range(_LONGEST, 0, -1):
        start = at - length
        if start < free_from:
            continue
        branch = state_words().get(" ".join(line.keys[start:at]))
        if branch is not None:
            return _body(line, start, country, branch)
    return None


def _body(line: Line, start: int, country: NameSpan, branch: Branch) -> BodyPhrase:
    name = line.surface(start, country.end)
    return BodyPhrase(
        start,
        country.end,
        country.end,
        name[0].upper() + name[1:],
        BodyKind.CENTRAL,
        branch,
        "central",
        place=country,
    )
