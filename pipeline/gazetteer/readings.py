"""Which units a place name can mean, each with a weight: by its type word, its days, and how it is named.

The first step of :mod:`pipeline.gazetteer.resolver`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from pipeline.gazetteer.index import Gazetteer, Surface
from pipeline.gazetteer.references import (
    CUT,
    FORESHADOWED,
    LEVEL_OF,
    OLD_TYPES,
    UNDATED,
    Cue,
    Reference,
    Times,
    Weights,
    kind_of,
)
from pipeline.gazetteer.spelling import compare_key

OF_OLD_YEARS = 0.1  # of the two-level map, for an article without a date that names no year but those before it

# Weight of a reading of one name, before any context.
OTHER_TYPE_SAME_LEVEL = 0.3  # "huyện Ninh Hòa" for what is a thị xã today
INEXACT_TYPE = 0.003  # ... when a unit of the name has the very type: huyện Kỳ Anh beside thị xã Kỳ Anh
OTHER_TYPE = 0.001
ENDED = 0.3  # an old unit after its end
ENDED_SAME_NAME = 0.02  # ... when the unit that took it over bears its type and name
ENDED_NAMESAKE = 0.1  # ... when a living unit elsewhere does
ENDED_BARE = 0.02  # ... when a living unit bears its name, and the text gives no type word
RETYPED = 0.5  # the unit lives on under another type word
TO_COME = 1e-4
TO_COME_SOON = 0.1
VARIANT = 0.5  # an unofficial form, where another unit bears the name officially
NAMESAKE = 0.02  # "Hà Nam" of China
ECHO = 6.0  # a bare name that the article also gives with its type word
BARE = {
    "province": 1.0,
    "country": 1.0,
    "district": 0.35,
    "foreign_province": 0.3,
    "foreign_city": 0.3,
    "commune": 0.06,
}
Living = set[tuple[str, str]]  # (what a rival must share, place_id) of the units alive on the day


def new_share(
    references: Sequence[Reference], cues: Sequence[Cue], day: date | None, gazetteer: Gazetteer, latest: int | None
) -> float:
    """Probability that the article uses the two-level map."""
    if day is not None:
        return 1.0 if day >= CUT else 0.15 if day >= FORESHADOWED else 0.0
    odds = 0.5 if latest is None or latest >= CUT.year else 0.5 * OF_OLD_YEARS
    for kind in [r.unit_type for r in references] + [c.unit_type for c in cues]:
        if kind in OLD_TYPES:
            odds *= 0.3
        elif kind == "đặc khu":
            odds *= 20.0
    odds *= 0.2 ** len(_ended_provinces(references, gazetteer))
    odds *= 0.3 ** len(_cities_of_provinces(references, gazetteer))
    for reference in references:
        parent = references[reference.parent].unit_type if reference.parent is not None else None
        if reference.unit_type in {"xã", "phường"} and parent == "tỉnh":
            odds *= 4.0
    return odds / (1.0 + odds)


def _cities_of_provinces(references: Sequence[Reference], gazetteer: Gazetteer) -> set[str]:
    """Names written as cities that only districts of the older map bore: thành phố Cao Lãnh."""
    written = {reference.name for reference in references if reference.unit_type == "thành phố"}
    surfaces = {name: [s for s in gazetteer.surfaces(name) if s.unit_type == "thành phố"] for name in written}
    return {name for name, found in surfaces.items() if found and all(s.place_id.startswith("63.d") for s in found)}


def _ended_provinces(references: Sequence[Reference], gazetteer: Gazetteer) -> set[str]:
    """Names written as provinces that only the list of 63 has: each of them tells the older map."""
    written = {compare_key(r.name): r.name for r in references if r.unit_type == "tỉnh"}
    return {
        name
        for name, surface in written.items()
        if not any(s.place_id.startswith("34.p") for s in gazetteer.surfaces(surface))
        and any(s.place_id.startswith("63.p") for s in gazetteer.surfaces(surface))
    }


def weigh_all(references: Sequence[Reference], times: Times, gazetteer: Gazetteer) -> list[Weights]:
    """Surface weights of all names; the same name with the same type word is weighed once, and its row is shared."""
    known: dict[tuple[str, str | None], Weights] = {}
    for reference in references:
        same = reference.name, reference.unit_type
        if same not in known:
            known[same] = _weigh(reference, times, gazetteer)
    return [known[reference.name, reference.unit_type] for reference in references]


def _weigh(reference: Reference, times: Times, gazetteer: Gazetteer) -> Weights:
    """Surface weights of one name."""
    unit_type = reference.unit_type if reference.unit_type in LEVEL_OF else None
    surfaces = gazetteer.surfaces(reference.name)
    living = {(_rival(s, unit_type), s.place_id) for s in surfaces if _alive(s, times)}
    exact = any(s.unit_type == unit_type and not _is_to_come(s, times) for s in surfaces)
    inexact = INEXACT_TYPE if exact else OTHER_TYPE_SAME_LEVEL
    weights: Weights = {}
    for surface in surfaces:
        kind = _type_weight(surface, unit_type, inexact, gazetteer)
        weight = kind * _time_weight(surface, unit_type, times, living, gazetteer)
        weight *= {"namesake": NAMESAKE, "variant": VARIANT}.get(surface.kind, 1.0)
        if weight > weights.get(surface.place_id, 0.0):
            weights[surface.place_id] = weight
    return weights


def _type_weight(surface: Surface, unit_type: str | None, inexact: float, gazetteer: Gazetteer) -> float:
    if unit_type is None:
        return BARE[gazetteer.level(surface.place_id)]
    if surface.unit_type == unit_type:
        return 1.0
    dead = unit_type in OLD_TYPES and surface.place_id.startswith("34.")
    if dead or kind_of(surface.place_id) not in LEVEL_OF[unit_type]:
        return OTHER_TYPE
    return OTHER_TYPE if surface.unit_type == "tỉnh" else inexact


def echo(references: Sequence[Reference], weights: Sequence[Weights]) -> list[Weights]:
    """A bare name more likely means what the article elsewhere calls by its full form ("xã Thanh Ba … Thanh Ba")."""
    typed: dict[str, Counter[str]] = {}
    for reference, one in zip(references, weights, strict=True):
        if reference.unit_type in LEVEL_OF and one:
            bound = max(one.values()) / 2
            likely = [place_id for place_id, weight in one.items() if weight >= bound]
            typed.setdefault(compare_key(reference.name), Counter()).update(likely)
    if not typed:
        return list(weights)
    echoed = []
    for reference, one in zip(references, weights, strict=True):
        heard = typed.get(compare_key(reference.name), Counter())
        if reference.unit_type not in LEVEL_OF and heard:
            most = max(heard.values())
            one = {place_id: weight * (1.0 + ECHO * heard[place_id] / most) for place_id, weight in one.items()}
        echoed.append(one)
    return echoed


def _rival(surface: Surface, unit_type: str | None) -> str:
    """What a living unit must share with an ended one to take the name over: the type word, without one the level."""
    return surface.unit_type if unit_type else kind_of(surface.place_id)


def _alive(surface: Surface, times: Times) -> bool:
    if times.day is None:
        is_new = surface.place_id.startswith("34.")
        return (times.new > 0.5) == is_new and (is_new or surface.holds_on(UNDATED))
    return surface.holds_on(times.day)


def _time_weight(surface: Surface, unit_type: str | None, times: Times, living: Living, gazetteer: Gazetteer) -> float:
    place_id = surface.place_id
    if place_id.startswith("world"):
        return 1.0
    if times.day is None:
        share = times.new if place_id.startswith("34.") else 1.0 - times.new
        share += (1.0 - share) * (TO_COME if place_id.startswith("34.") else ENDED_SAME_NAME)
        return share * _undated_weight(surface, unit_type, living, gazetteer)
    if (share := surface.share_on(times.day)) > 0.0:
        return share
    if _is_to_come(surface, times):
        return TO_COME_SOON if place_id.startswith("34.") and 0.0 < times.new < 1.0 else TO_COME
    if gazetteer.exists_on(place_id, times.day):
        return RETYPED
    return _ended_weight(surface, unit_type, living, gazetteer) if gazetteer.ended_by(place_id, times.day) else TO_COME


def _undated_weight(surface: Surface, unit_type: str | None, living: Living, gazetteer: Gazetteer) -> float:
    """An undated article seldom speaks of units and names that ended long before: Hậu Giang of 1976, Hà Bắc."""
    if surface.place_id.startswith("34.") or surface.holds_on(UNDATED):
        return 1.0
    if gazetteer.exists_on(surface.place_id, UNDATED):
        return RETYPED
    return _ended_weight(surface, unit_type, living, gazetteer)


def _is_to_come(surface: Surface, times: Times) -> bool:
    """Whether the unit did not yet bear the name on the day."""
    return times.day is not None and surface.begins_after(times.day)


def _ended_weight(surface: Surface, unit_type: str | None, living: Living, gazetteer: Gazetteer) -> float:
    """An ended unit gives its name up to an heir that bears it, less so to a namesake elsewhere."""
    rival = _rival(surface, unit_type)
    heirs = {(rival, heir) for heir in gazetteer.heirs(surface.place_id)}
    if heirs & living:
        return ENDED_SAME_NAME
    if unit_type is None and surface.place_id[3] == "d" and any(kind == "c" for kind, _ in living):
        return ENDED_BARE
    return ENDED_NAMESAKE if any(kind == rival for kind, _ in living) else ENDED
