"""Which levels of unit a body can belong to, and what stands around it: the rows of ``seats.tsv``.

What enters is a body's normal name or a seat; what leaves is the rule of the longest row, or the level of the seat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.discourse.frames import Seat
from pipeline.lexicon import bodies, unit_words
from pipeline.lexicon import seats as seat_rules
from pipeline.models import Level


@dataclass(frozen=True, slots=True)
class SeatRule:
    """Levels that may supply a body's unit, and the family of its outer body."""

    levels: tuple[Level, ...]
    outer: str
    inside: bool = False


ANY_LEVEL = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE)  # of a body that no row speaks of
_ANY = SeatRule(ANY_LEVEL, "")


@cache
def seat_rule(name: str) -> SeatRule:
    """The row of ``seats.tsv`` whose name is the longest beginning of a body's name, else the one level that bodies.tsv
    gives it: a Liên minh Hợp tác xã is a province's.
    """
    fitting = [row for row in seat_rules() if name == row.name or name.startswith(row.name + " ")]
    if not fitting:
        level = _levels_of_bodies().get(name)
        return SeatRule((level,), "") if level is not None else _ANY
    best = max(fitting, key=lambda row: len(row.name))
    return SeatRule(best.levels, best.outer, best.inside)


@cache
def _levels_of_bodies() -> dict[str, Level]:
    """Bodies of units of one level."""
    units = {level.value: level for level in ANY_LEVEL}
    return {body.name: units[body.level] for body in bodies() if body.level in units}


@cache
def levels_of_type(unit_type: str) -> frozenset[Level]:
    """The levels of the units that a unit word may stand for.

    >>> sorted(levels_of_type("thành phố"))
    [<Level.DISTRICT: 'district'>, <Level.PROVINCE: 'province'>]
    """
    if unit_type == "thành phố":
        return frozenset({Level.PROVINCE, Level.DISTRICT})
    return frozenset(word.level for word in unit_words() if word.name == unit_type)


def level_of(seat: Seat) -> Level | None:
    """The level of a unit, of a city by its id; unknown where neither tells.

    >>> level_of(Seat("xã", None, None)), level_of(Seat("thành phố", "63.p22", None)), level_of(Seat(None, None, None))
    (<Level.COMMUNE: 'commune'>, <Level.PROVINCE: 'province'>, None)
    """
    levels = levels_of_type(seat.unit_type or "")
    if len(levels) == 1:
        return next(iter(levels))
    if seat.place_id is not None:
        return Level.PROVINCE if ".p" in seat.place_id else Level.DISTRICT
    return Level.DISTRICT if levels else None
