"""Offices that the text tells by their body alone.

"tham gia Ban Chấp hành, Ban Thường vụ Huyện ủy" is the office of Ủy viên of both, "trúng cử HĐND xã" that of a deputy;
"được giao phụ trách Công an huyện" is that of its head. The ORGANISATION mention stays what it is; for the link stage
it stands for an office as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.discourse import patterns
from pipeline.grammar.english import title_in_english
from pipeline.grammar.normal_forms import entity_id
from pipeline.lexicon import head_role_of, heads, member_role_of, unit_words
from pipeline.models import Label, Mention, Organisation, Place, Position

_ALSO = re.compile(r"^\s*(?:,|và|, và)\s*$")


def offices_of_bodies(
    text: str, mentions: Sequence[Mention], organisations: Mapping[str, Organisation], places: Mapping[str, Place]
) -> list[tuple[Mention, Position]]:
    """Bodies that stand for an office, each as a POSITION-like mention with its position."""
    found: list[tuple[Mention, Position]] = []
    before: Mention | None = None
    for mention in mentions:
        if mention.label is not Label.ORGANISATION or mention.parent_id is not None or mention.entity_id is None:
            continue
        organisation = organisations[mention.entity_id]
        role = _role(text, mention, before, organisation)
        if role is not None:
            position = _position(role, organisation, places)
            found.append((_as_office(mention, position, role), position))
            before = mention if member_role_of(organisation.name) is not None else None
    return found


def _role(text: str, mention: Mention, before: Mention | None, organisation: Organisation) -> str | None:
    lead = text[max(text.rfind("\n", 0, mention.start) + 1, mention.start - 120) : mention.start]
    seat = member_role_of(organisation.name)
    if seat is not None and not patterns.RUNS_BODY.search(lead):
        coordinated = before is not None and _ALSO.match(text[before.end : mention.start]) is not None
        enters = patterns.JOINS_BODY if seat.told == "joins" else patterns.ELECTED_TO_BODY
        stays_out = patterns.STAYS_OUT.search(lead)
        return seat.role if not stays_out and (enters.search(lead) or coordinated) else None
    return head_role_of(organisation.name, level=organisation.level) if patterns.RUNS_BODY.search(lead) else None


def _position(role: str, organisation: Organisation, places: Mapping[str, Place]) -> Position:
    body = organisation.body if _without_unit(organisation.body) else _with_unit(organisation, places)
    title = f"{role} {body}"
    return Position(
        entity_id("position", title),
        title,
        title_in_english(role, (), (body,), None),
        role,
        (),
        organisation.body,
        organisation.branch,
        organisation.level,
    )


def _with_unit(organisation: Organisation, places: Mapping[str, Place]) -> str:
    """The body with its unit type, without the name of its unit, known or not."""
    place = places.get(organisation.place_id or "")
    if place is not None:
        return organisation.name.removesuffix(f" {place.name}")
    for word in unit_words():
        before, unit, _ = organisation.name.rpartition(f" {word.name} ")
        if unit and word.level is organisation.level:
            return f"{before} {word.name}"
    return organisation.name


def _without_unit(body: str) -> bool:
    """Whether the title of a body's head leaves its unit out: Giám đốc Sở Công Thương."""
    fitting = [head for head in heads() if body.startswith(f"{head.name} ")]
    return bool(fitting) and max(fitting, key=lambda head: len(head.name)).unit == "none"


def _as_office(mention: Mention, position: Position, role: str) -> Mention:
    seat = member_role_of(position.title.removeprefix(f"{role} "))
    rule = "body.member" if seat is not None and seat.role == role else "body.head"
    return mention._replace(label=Label.POSITION, normal=position.title, entity_id=position.position_id, rule=rule)
