"""Offices that nobody can hold any more: of the districts that ended, and of heads whom somebody else has followed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pipeline.discourse.holders import Holding
from pipeline.gazetteer.references import CUT
from pipeline.models import Position, Status

# Government, Party and unions of the districts ended with these; their hospitals and schools went on under old names.
_OF_DISTRICT = re.compile(r"(?:Huyện|Quận|Thị) (?:ủy|đoàn)$| (?:huyện|quận|thị xã|thị trấn)$")
_GOES_ON = re.compile(r"\b(?:Y tế|Bệnh viện|Trường|Trung tâm|Hạt|Công ty|Điện lực)\b")
_HEAD = re.compile(r"^(?:Chủ tịch|Bí thư|Giám đốc|Hiệu trưởng|Trưởng|Chánh|Chủ nhiệm|Viện trưởng|Chỉ huy trưởng) ")


def ended_offices(
    holdings: Sequence[Holding], holder_of: Mapping[int, str], positions: Mapping[str, Position], day: date | None
) -> list[Holding]:
    """Current offices that the day or another holder tells to be over, as former ones."""
    comers: dict[tuple[str | None, str | None], set[str]] = {}
    for holding in holdings:
        if holding.status is Status.INCOMING:
            comers.setdefault(_office(holding), set()).add(holder_of.get(holding.person.mention_id, ""))
    settled: list[Holding] = []
    for holding in holdings:
        title = positions[holding.position.entity_id or ""].title
        over = holding.status is Status.CURRENT and (
            _district_is_over(title, day) or _is_followed(holding, title, holder_of, comers)
        )
        settled.append(replace(holding, status=Status.FORMER) if over else holding)
    return settled


def _office(holding: Holding) -> tuple[str | None, str | None]:
    return holding.position.entity_id, holding.position.organisation_id


def _district_is_over(title: str, day: date | None) -> bool:
    """``Phó Chủ tịch UBND huyện`` after June 2025."""
    return day is not None and day >= CUT and bool(_OF_DISTRICT.search(title)) and not _GOES_ON.search(title)


def _is_followed(
    holding: Holding,
    title: str,
    holder_of: Mapping[int, str],
    comers: Mapping[tuple[str | None, str | None], set[str]],
) -> bool:
    """Whether one other person comes to the office of a head, of which there is one in the body."""
    if _HEAD.match(title) is None or holding.position.place_id is None or holding.position.organisation_id is None:
        return False
    others = comers.get(_office(holding), set())
    return len(others) == 1 and holder_of.get(holding.person.mention_id, "") not in others
