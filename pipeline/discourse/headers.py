"""Header lines: what covers the list below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.discourse import patterns
from pipeline.discourse.clauses import REACH, Clause, line_bounds
from pipeline.discourse.gaps import bare, speaks
from pipeline.discourse.statuses import events_in, reached_from
from pipeline.discourse.terms import is_past
from pipeline.lexicon import member_roles
from pipeline.models import Label, Mention, Status
from pipeline.orthography import key, traditional


@dataclass(frozen=True, slots=True)
class Header:
    """A line that covers the list below it: its offices, or only its verb."""

    offices: tuple[Mention, ...]
    status: Status | None
    text: str
    itemised: bool = False  # it covers numbered lines and those with a dash or star only


def header_of(text: str, clause: Sequence[Mention]) -> Header | None:
    """The header that a line without people makes, if it ends in a colon or is nothing but offices."""
    if any(item.label is Label.PERSON for item in clause):
        return None
    start, end = line_bounds(text, clause[0].start)
    line = text[start:end].strip()
    last = text[clause[-1].end : end].strip()
    first = text[start : clause[0].start]
    if (listing := patterns.LIST_OF.search(first)) is not None:
        return Header(tuple(clause[:1]), events_in(listing[0]).status_of_next() or reached_from(listing[0]), "", True)
    if patterns.OF_ANOTHER.search(first):
        return None
    rest = re.sub(r"\([^()]*\)", "", last)
    if line.endswith(":") and not speaks(rest) and reached_from(rest) is None:
        status = events_in(first).status_of_next() or reached_from(first)
        return Header(tuple(clause), status, line)
    if line.endswith(":"):
        return Header((), None, line)
    if len(line) < 90 and patterns.HEADING.fullmatch(first) and patterns.HEADING.fullmatch(last):
        return Header(tuple(clause), None, "")
    return None


_SHORT = 120  # characters of a line that may announce a list without a colon
_LONGEST = 400  # characters of a line above a list that are read


def leads_of(text: str) -> dict[int, str]:
    """By the start of a line of a list, the line above the list that tells what becomes of its people: "Kết quả bầu các
    chức danh:". A list goes on over lines that are no sentences.
    """
    leads: dict[int, str] = {}
    lead, start = "", 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped.endswith(":") or (stripped and len(stripped) < _SHORT and patterns.RESULT.match(stripped)):
            told = stripped[-_LONGEST:]
            tells = reached_from(told) or events_in(told).events or patterns.VOTE.search(told)
            lead = told if tells else ""
        elif stripped and not patterns.BULLET.match(stripped) and patterns.SENTENCE.search(stripped):
            lead = ""
        elif lead and stripped:
            leads[start] = lead
        start += len(line) + 1
    return leads


def announced_in(clause: Clause) -> set[str]:
    """Titles that a sentence without a person fills: "chỉ định Ban Chấp hành gồm 27 đồng chí, Bí thư, các Phó Bí
    thư".
    """
    if any(item.label is Label.PERSON for item in clause.items):
        return set()
    sentence = traditional(clause.before(clause.items[-1].start, reach=3 * REACH))
    seats = {
        _seats()[key(match[0])]
        for match in _seat_pattern().finditer(sentence)
        if patterns.FILLED.search(sentence[: match.start()]) is not None
    }
    filled = (item for item in clause.items if patterns.FILLED.search(clause.before(item.start)) is not None)
    return seats | {item.normal for item in filled if item.normal}


@cache
def _seats() -> dict[str, str]:
    """The office of those who sit in a body, by the key of its name."""
    return {key(row.name): f"{row.role} {row.name}" for row in member_roles() if row.told == "joins"}


@cache
def _seat_pattern() -> re.Pattern[str]:
    names = sorted(map(re.escape, _seats()), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(names)})\b", re.IGNORECASE)


def covered_by(
    text: str, clause: Sequence[Mention], header: Header, *, year: int | None
) -> list[tuple[Mention, Status]]:
    """Offices of the header for the person who opens a line of its list, with their status."""
    start, end = line_bounds(text, clause[0].start)
    opens = clause[0].label is Label.PERSON and len(bare(text[start : clause[0].start]).split()) <= 3
    if not opens or (header.itemised and patterns.ITEM.match(text[start:end]) is None):
        return []
    rest = text[clause[0].end : end]
    if patterns.STILL.search(rest) is not None:
        status = Status.CURRENT
    elif is_past(rest, year):
        status = Status.FORMER
    else:
        status = header.status or Status.CURRENT
    return [(office, status) for office in header.offices]


def elects(before: str, after: str) -> bool:
    """``trúng cử Ủy viên Ban Thường vụ gồm: A; B``: people are elected to what stands before the colon."""
    if patterns.ELECTED.search(after) is not None:
        return True
    if patterns.AMONG_THEM.search(after) is not None:
        return reached_from(before) is Status.INCOMING
    return bare(after).rstrip().endswith(":") and not speaks(after) and reached_from(before) is not None
