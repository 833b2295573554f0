"""Which units the place names of an article mean, and which of them a body may have for its seat.

What enters is the reading of an article; what leaves is an :class:`ArticlePlaces`: names resolved jointly by the
gazetteer, villages put into the commune beside them, and a refusal with its reason for every name that stays open.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.discourse import patterns
from pipeline.discourse.frames import Frame, PlaceName, Reading, Seat
from pipeline.discourse.seats import level_of, seat_rule
from pipeline.discourse.units import NamedUnit
from pipeline.gazetteer import load_gazetteer
from pipeline.gazetteer.references import Cue, Reference
from pipeline.gazetteer.resolver import Resolved, resolve_places, settle_on
from pipeline.grammar.dates import latest_year
from pipeline.grammar.normal_forms import entity_id
from pipeline.grammar.places import NameSpan
from pipeline.lexicon import unit_level
from pipeline.models import Article, Level, Place, Reason, Rejection, Stage
from pipeline.orthography import traditional

_RANKS = {Level.VILLAGE: 0, Level.COMMUNE: 1, Level.DISTRICT: 2, Level.PROVINCE: 3}
_HEADLINE_WEIGHT, _LEAD_WEIGHT = 3.0, 2.0  # the headline and the first line after it tell whose news it is


@dataclass(frozen=True, slots=True)
class ArticlePlaces:
    """Places of one article by the mention that names them."""

    by_mention: Mapping[int, Place]
    by_start: Mapping[int, tuple[PlaceName, Place | None]]
    resolved: Resolved
    rejections: tuple[Rejection, ...]


def resolve_article(reading: Reading) -> ArticlePlaces:
    """All place names of an article, decided together."""
    article = reading.article
    names = [place for place in reading.places if not _is_village(place)]
    provincial = frozenset(_behind_provincial_bodies(reading))
    references = [
        Reference(place.name, _type_of(place, article, provincial), place.mention.start, place.block, parent)
        for place, parent in zip(names, _parents(names, article.text), strict=True)
    ]
    cues = [Cue(unit_type, start, block) for unit_type, start, block in reading.cues]
    latest = latest_year(article.text) if article.day is None else None
    resolved = resolve_places(
        references, cues, day=article.day, hints=_hints(article), gazetteer=load_gazetteer(), latest=latest
    )
    by_mention: dict[int, Place] = {}
    by_start: dict[int, tuple[PlaceName, Place | None]] = {}
    rejections: list[Rejection] = []
    for place, resolution in zip(names, resolved.references, strict=True):
        place_id = resolution.place_id or settle_on(resolution.candidates, load_gazetteer())
        unit = load_gazetteer().unit(place_id, on=article.day) if place_id else None
        by_start[place.mention.start] = (place, unit)
        if unit is not None:
            by_mention[place.mention.mention_id] = unit
        else:
            rejections.append(_refusal(article, place, resolution.candidates))
    _add_villages(reading, by_mention, by_start)
    return ArticlePlaces(by_mention, by_start, resolved, tuple(rejections))


def _behind_provincial_bodies(reading: Reading) -> Iterator[int]:
    """Where a name without a unit word ends a body that only provinces have: Sở Y tế | Sơn La."""
    for frame in reading.frames:
        last = frame.body.outermost if frame.body is not None else None
        if last is None or last.place is None or last.place.name != last.place.start:
            continue
        if seat_rule(last.name).levels == (Level.PROVINCE,):
            base, line = reading.blocks[frame.block]
            yield base + line.starts[last.place.start]


def _type_of(place: PlaceName, article: Article, provincial: Container[int]) -> str | None:
    """The unit word of a place: written, shared, or told by its body where a province bears the name."""
    if place.unit_type is not None or place.mention.start not in provincial:
        return place.unit_type
    return "tỉnh" if load_gazetteer().named(place.name, unit_type="tỉnh", on=article.day) else None


def _hints(article: Article) -> tuple[str, ...]:
    return tuple(part for part in (article.url, article.source) if part)


def _refusal(article: Article, place: PlaceName, candidates: Sequence[tuple[str, float]]) -> Rejection:
    detail = f"{place.name}: " + ", ".join(f"{place_id} {p:.2f}" for place_id, p in candidates[:5])
    reason = Reason.AMBIGUOUS_PLACE if candidates else Reason.UNKNOWN_PLACE
    return Rejection(
        article.source, article.article_id, Stage.NORMALISE, reason, detail, place.mention.start, place.mention.end
    )


def _parents(names: Sequence[PlaceName], text: str) -> Iterator[int | None]:
    """The explicit parent of each place: the next higher unit behind a comma or a bracket ("xã A, huyện B", "xã A
    (huyện B)").
    """
    for at, place in enumerate(names):
        following = at + 1
        if following < len(names):
            gap = text[place.mention.end : names[following].mention.start].strip()
            higher = _rank(names[following]) > _rank(place)
            if gap in {",", "(", "-", "–", "của", "thuộc", ""} and higher and place.block == names[following].block:
                yield following
                continue
        yield None


def _rank(place: PlaceName) -> int:
    if place.unit_type is None:
        kinds = load_gazetteer().kinds(place.name)
        return (
            3 if "tỉnh" in kinds or "country" in kinds else 2 if kinds & {"huyện", "quận", "thị xã", "thành phố"} else 1
        )
    return _RANKS.get(unit_level(place.unit_type), 1)


def _is_village(place: PlaceName) -> bool:
    return unit_level(place.unit_type) is Level.VILLAGE


def _add_villages(
    reading: Reading, by_mention: dict[int, Place], by_start: dict[int, tuple[PlaceName, Place | None]]
) -> None:
    """Villages have no code; they lie in the unit named right after them, else in the nearest commune before."""
    seen: dict[str, Place] = {}  # one village however its name is written: THÔN ĐỒNG TÂM, thôn Đồng Tâm
    for place in reading.places:
        if not _is_village(place):
            continue
        parent = _around(place, by_start)
        name = traditional(place.name)
        full = f"{place.unit_type} {name}" + (f", {parent.full_name}" if parent else "")
        unit = Place(
            entity_id("place", full),
            None,
            None,
            Level.VILLAGE,
            place.unit_type or "",
            name,
            full,
            parent.place_id if parent else None,
            parent.province_id or parent.place_id if parent else None,
        )
        unit = seen.setdefault(unit.place_id, unit)
        by_mention[place.mention.mention_id] = unit
        by_start[place.mention.start] = (place, unit)


def _around(place: PlaceName, by_start: Mapping[int, tuple[PlaceName, Place | None]]) -> Place | None:
    units = [
        (abs(start - place.mention.start) * (1 if start > place.mention.start else 2), unit)
        for start, (_, unit) in by_start.items()
        if unit is not None and unit.level is Level.COMMUNE
    ]
    return min(units, key=lambda pair: pair[0])[1] if units else None


def seat_at(frame: Frame, name: NameSpan, reading: Reading, places: ArticlePlaces) -> Seat | None:
    """The unit that a name inside a frame means; without an id where the name stays open."""
    base, line = reading.blocks[frame.block]
    found = places.by_start.get(base + line.starts[name.start])
    if found is None:
        return None
    place, unit = found
    if unit is None:
        return Seat(place.unit_type or name.unit_type, None, traditional(place.name))
    return Seat(place.unit_type or unit.unit_type, unit.place_id, unit.name)


_BEHIND = 4  # units looked at behind a frame; the pattern between allows no text of another


def seats_after(reading: Reading, places: ArticlePlaces) -> dict[int, Seat]:
    """For the end of each frame, the unit named right behind it: "Trường THCS A (xã B, huyện C)"."""
    text = reading.article.text
    named = sorted(places.by_start.items())
    seats: dict[int, Seat] = {}
    for frame in reading.frames:
        first = bisect_left(named, frame.end, key=lambda pair: pair[0])
        for start, (place, unit) in (named[k] for k in range(first, min(first + _BEHIND, len(named)))):
            if unit is not None and unit.place_id and patterns.LIES_IN.fullmatch(text[frame.end : start]):
                seats[frame.end] = Seat(place.unit_type or unit.unit_type, unit.place_id, unit.name)
                break
    return seats


def named_units(reading: Reading, places: ArticlePlaces) -> Iterator[NamedUnit]:
    """Every unit the article names, weighed by where it stands."""
    for place, unit in places.by_start.values():
        weight = {0: _HEADLINE_WEIGHT, 1: _LEAD_WEIGHT, 2: _LEAD_WEIGHT}.get(place.block, 1.0)
        if unit is not None:
            seat = Seat(place.unit_type or unit.unit_type, unit.place_id, unit.name)
            yield NamedUnit(place.mention.start, place.mention.sentence_id, seat, unit.level, weight)
        elif (level := level_of(seat := Seat(place.unit_type, None, traditional(place.name)))) is not None:
            yield NamedUnit(place.mention.start, place.mention.sentence_id, seat, level, weight)
