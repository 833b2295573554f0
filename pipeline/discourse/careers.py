"""What one sentence tells of the offices of another: steps of a career, and who came after whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from pipeline.discourse import patterns
from pipeline.discourse.gaps import bare
from pipeline.discourse.holders import Holding
from pipeline.lexicon import member_roles
from pipeline.models import Label, Mention, Status
from pipeline.orthography import key


def steps_settled(holdings: Sequence[Holding], holder_of: Mapping[int, str], year: int | None) -> list[Holding]:
    """Dated steps of a career: one that a later step follows is over, and one of an earlier year is news no more."""
    last: dict[str, int] = defaultdict(int)
    held = {(_who(h, holder_of), h.position.entity_id) for h in holdings if h.status is not Status.CANDIDATE}
    settled: list[Holding] = []
    for holding in reversed(holdings):
        person = _who(holding, holder_of)
        seat = _is_seat(holding.position)
        status = holding.status
        came = holding.since is not None and year is not None and holding.since < year
        if came and status is Status.CANDIDATE and (person, holding.position.entity_id) in held:
            status = Status.CURRENT  # who was proposed years ago came to it
        if holding.since is not None and not seat and status in {Status.INCOMING, Status.CURRENT}:
            if holding.since < last[person]:
                status = Status.FORMER
            elif status is Status.INCOMING and year is not None and holding.since < year:
                status = Status.CURRENT
            last[person] = max(last[person], holding.since)
        settled.append(replace(holding, status=status))
    return settled[::-1]


def _who(holding: Holding, holder_of: Mapping[int, str]) -> str:
    return holder_of.get(holding.person.mention_id, "")


def successions(
    text: str, mentions: Sequence[Mention], holdings: Sequence[Holding], holder_of: Mapping[int, str]
) -> list[Holding]:
    """``Ông A thay ông B nghỉ hưu``, ``Người tiền nhiệm của ông A là bà B``: B has left the one office A came to."""
    people = [mention for mention in mentions if mention.label is Label.PERSON and mention.mention_id in holder_of]
    held: dict[str, list[Holding]] = defaultdict(list)
    for holding in holdings:
        held[holder_of.get(holding.person.mention_id, "")].append(holding)
    offices = {person: _only_office(rows) for person, rows in held.items()}
    taken = {(person, row.position.entity_id) for person, rows in held.items() for row in rows}
    found: list[Holding] = []
    for one, other in pairwise(people):
        comer, leaver = holder_of[one.mention_id], holder_of[other.mention_id]
        office = offices.get(comer)
        if office is None or comer == leaver or (leaver, office.entity_id) in taken:
            continue
        if _succeeds(text, one, other):
            found.append(Holding(office, other, Status.FORMER, "succeeded"))
    return found + _comers(text, people, held, holder_of)


def _comers(
    text: str, people: Sequence[Mention], held: Mapping[str, Sequence[Holding]], holder_of: Mapping[int, str]
) -> list[Holding]:
    """``Thay ông B là ông A``: A comes to the one office that B has left."""
    found: list[Holding] = []
    for leaver, comer in pairwise(people):
        if comer.start - leaver.end > _NEAR or holder_of[leaver.mention_id] == holder_of[comer.mention_id]:
            continue
        rows = held.get(holder_of[leaver.mention_id], ())
        left = {row.position.entity_id: row.position for row in rows if row.status is Status.FORMER}
        if len(left) == 1 and _comes_after(text, leaver, comer):
            found += [Holding(office, comer, Status.INCOMING, "succeeded") for office in left.values()]
    return found


def _comes_after(text: str, leaver: Mention, comer: Mention) -> bool:
    """Whether the words between two names say that the second takes the place of the first."""
    gap = bare(text[leaver.end : comer.start])
    if patterns.TAKER.search(gap) is not None:
        return True
    before = text[max(0, leaver.start - 40) : leaver.start]
    return patterns.IS_NOW.match(gap) is not None and patterns.IN_PLACE_OF.search(before) is not None


def departures(text: str, mentions: Sequence[Mention], holdings: Sequence[Holding]) -> list[Holding]:
    """``Đồng chí A nghỉ hưu theo chế độ.``: a sentence about a person alone tells that the one office was left."""
    people = [mention for mention in mentions if mention.label is Label.PERSON]
    gone = {_name(text, person) for person in people if patterns.DEPARTS.match(text, person.end) is not None}
    if not gone:
        return list(holdings)
    held = [holding for holding in holdings if not _is_seat(holding.position)]
    only = {name for name in gone if len({h.position.entity_id for h in held if _name(text, h.person) == name}) == 1}
    return [
        replace(holding, status=Status.FORMER)
        if holding.status is Status.CURRENT and _name(text, holding.person) in only
        else holding
        for holding in holdings
    ]


@cache
def _seats() -> tuple[str, ...]:
    return tuple({row.role for row in member_roles()})


def _is_seat(office: Mention) -> bool:
    """Whether an office is held beside others, as a deputy's: it neither ends one nor is ended by one."""
    return (office.normal or "").startswith(_seats())


def _name(text: str, person: Mention) -> str:
    return key(text[person.start : person.end])


def _succeeds(text: str, one: Mention, other: Mention) -> bool:
    """Whether the words between two names say that the first comes after the second."""
    if other.start - one.end > _NEAR:
        return False
    gap = bare(text[one.end : other.start])
    if patterns.PREDECESSOR.search(gap) is not None:
        return True
    over = patterns.TAKES_OVER.match(gap) is not None
    return over and patterns.TAKES_OFFICE.match(text[other.end : other.end + 40]) is None


_NEAR = 170  # characters from the name of who came to that of who left


def _only_office(holdings: Sequence[Holding]) -> Mention | None:
    """The one office that a person comes to, else the one that he holds."""
    for status in (Status.INCOMING, Status.ACTING, Status.CURRENT):
        offices = {
            (holding.position.entity_id, holding.position.organisation_id): holding.position
            for holding in holdings
            if holding.status is status and not _is_seat(holding.position)
        }
        if offices:
            return next(iter(offices.values())) if len(offices) == 1 else None
    return None
