"""Offices abroad: the country that an office or body belongs to, and the name it has there.

Runs after the names that a phrase holds itself, over all frames of an article:

1. ``Bộ trưởng Ngoại giao Mỹ`` names its country;
2. ``Thủ tướng Edouard Philippe`` leaves it out, and the name is no Vietnamese one: the country that the article names
   with another office of the same person, else the one that the lexicon knows the person by, else the only
   country that the article names with an office. Where several fit, the office stays without a country.

A ministry abroad keeps the name that the text gives it: Bộ Lao động is short for a longer name only in Vietnam.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.discourse.frames import Frame, Seat
from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.places import NameSpan
from pipeline.grammar.surnames import surname_at
from pipeline.grammar.syllables import Line, read_line, split_keys
from pipeline.grammar.titles import body_named, role_named
from pipeline.lexicon import marked
from pipeline.models import Label, Mention
from pipeline.vietnamese import is_syllable

COUNTRY = "quốc gia"  # the type of a country in the gazetteer; neither titles nor names say it
_HOME = "world.vn"
_STATE_BODIES = (
    "Bộ",
    "Chính phủ",
    "Quốc hội",
    "Quân đội",
    "Hải quân",
    "Không quân",
    "Tổng cục Chính trị",
)  # of any state
_PEOPLES_ARMY = " nhân dân Việt Nam"  # of the army that goes without saying in "Tổng Tham mưu trưởng"
# "Ngoại trưởng | Mỹ, ông | John Kerry", "Thủ tướng | , bà | Merkel"
_BEFORE_NAME = re.compile(r"\s*(?:[,–-]\s*)?(?:(?:ông|bà|ngài|tướng|đại tướng)\s+)?", re.IGNORECASE)
_AFTER_NAME = re.compile(r"\s*[,(–-]?\s*(?:(?:hiện|đương kim|cựu|nguyên)\s+)?(?:là\s+)?", re.IGNORECASE)

Placed = Callable[[Frame, NameSpan], Seat | None]


@dataclass(frozen=True, slots=True)
class _Office:
    """A frame with the name that stands beside it."""

    frame: Frame
    name: tuple[str, ...]


def settle_abroad(frames: Sequence[Frame], mentions: Sequence[Mention], text: str, placed: Placed) -> None:
    """Give the frames of other states their country. ``placed`` gives the seat that a name in a phrase stands for."""
    for frame in frames:
        last = frame.last
        if last is not None and last.kind is BodyKind.CENTRAL and last.place is not None:
            _move(frame, placed(frame, last.place))
    offices = list(_named_offices(frames, mentions, text))
    for office in offices:
        _seat_chair(office)
    offices = [office for office in offices if _of_a_state(office.frame)]
    if not offices:
        return
    by_person: dict[str, set[Seat]] = {}
    for office in offices:
        if (seat := _country_of(office.frame)) is not None:
            by_person.setdefault(office.name[-1], set()).add(seat)
    told = {seat for frame in frames if frame.title is not None and (seat := _country_of(frame)) is not None}
    for office in offices:
        if _open(office.frame) and _foreign(office.name):
            seat = _only(by_person.get(office.name[-1], set())) or _known(office.name) or _only(told)
            if seat is not None:
                _move(office.frame, seat)
                office.frame.inferred.add("place")


def _seat_chair(office: _Office) -> None:
    """``Chủ tịch Tập Cận Bình``: a head of state whom the papers call by the role alone."""
    frame, title = office.frame, office.frame.title
    if title is None or not _is_bare_chair(frame) or office.name not in _chairs():
        return
    frame.title = replace(title, role=f"{title.role} nước", whole=True)
    _move(frame, _known(office.name))
    frame.inferred.add("place")


def _is_bare_chair(frame: Frame) -> bool:
    """Whether a role stands alone that is a head of state's with a country behind it."""
    title = frame.title
    if title is None or not title.bare or title.modifiers or frame.last is not None:
        return False
    role = role_named(title.role)
    return role is not None and "state" in role.takes


def _move(frame: Frame, seat: Seat | None) -> None:
    """Set the country of a frame; its outermost body takes the name it has abroad."""
    if seat is None or seat.place_id == _HOME:
        return
    frame.seat, frame.done = seat, True
    if frame.last is not None and frame.names:
        frame.names = (*frame.names[:-1], name_abroad(frame.line, frame.last))


def _named_offices(frames: Sequence[Frame], mentions: Sequence[Mention], text: str) -> Iterator[_Office]:
    """Offices that a state can have, with the name right behind or right before them."""
    people = [mention for mention in mentions if mention.label is Label.PERSON]
    starts = [person.start for person in people]
    for frame in frames:
        if not (_of_a_state(frame) or _is_bare_chair(frame)):
            continue
        at = bisect_left(starts, frame.end)
        beside = None
        if at < len(people) and _BEFORE_NAME.fullmatch(text, frame.end, people[at].start):
            beside = people[at]
        elif at and people[at - 1].end <= frame.start and _AFTER_NAME.fullmatch(text, people[at - 1].end, frame.start):
            beside = people[at - 1]
        if beside is not None:
            yield _Office(frame, _name_key(text[beside.start : beside.end]))


def _name_key(name: str) -> tuple[str, ...]:
    """Compare key of a name; Moon Jae-in and Moon Jae In are one."""
    return tuple(word for word in split_keys(name) if word != "-")


def _of_a_state(frame: Frame) -> bool:
    if frame.title is None:
        return False
    if frame.last is not None:
        return frame.last.kind is BodyKind.CENTRAL and frame.last.name.startswith(_STATE_BODIES)
    role = role_named(frame.title.role)
    return role is not None and "place" in role.takes


def _open(frame: Frame) -> bool:
    """Whether an office that a state can have names no country."""
    return frame.seat is None and (frame.last is None or frame.last.place is None)


def _country_of(frame: Frame) -> Seat | None:
    seat = frame.seat
    return seat if seat is not None and seat.unit_type == COUNTRY and seat.place_id != _HOME else None


def _only(seats: set[Seat]) -> Seat | None:
    return next(iter(seats)) if len(seats) == 1 else None


def _foreign(name: Sequence[str]) -> bool:
    """Whether a name cannot be Vietnamese, or is that of a foreigner whom the papers know."""
    words = [word for word in name if word[0].isalpha()]
    return tuple(name) in _leaders() or (
        any(not is_syllable(word) for word in words) and not _vietnamese_surname(" ".join(name))
    )


def _vietnamese_surname(name: str) -> bool:
    line = read_line(name, 0, len(name))
    return len(line) > 1 and surname_at(line, 0) == "sure"


def _known(name: tuple[str, ...]) -> Seat | None:
    """The country of a foreigner whom the papers know."""
    country = _leaders().get(name)
    if country is None:
        return None
    place = load_gazetteer().unit(f"world.{country}")
    return Seat(place.unit_type, place.place_id, place.name)


@cache
def _leaders() -> Mapping[tuple[str, ...], str]:
    rows = marked("leaders.tsv", surface="name", kind="country", extra="surfaces")
    return {
        _name_key(name): row.kind
        for row in rows
        for name in (row.surface, *(part.strip() for part in row.extra.split(" | ")))
        if name
    }


@cache
def _chairs() -> frozenset[tuple[str, ...]]:
    rows = marked("leaders.tsv", surface="name", kind="chair", extra="surfaces")
    named = [row for row in rows if row.kind]
    return frozenset(_name_key(name) for row in named for name in (row.surface, *row.extra.split(" | ")) if name)


def name_abroad(line: Line, body: BodyPhrase) -> str:
    """What a body is called in another country: the lexicon's spelling of the words in the text, none spelt out."""
    entry = body_named(body.name)
    if entry is None or body.start >= body.head_end:
        return body.name.removesuffix(_PEOPLES_ARMY)
    told = line.keys[body.start : body.head_end]
    for surface in entry.surfaces:
        keys = split_keys(surface)
        if (keys == told or keys[1:] == told) and not any(word.isupper() for word in surface.split()):
            return surface
    return body.name
