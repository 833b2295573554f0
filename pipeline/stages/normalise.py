"""Normalise: from mentions to one normal form per office, body and unit.

In this order: the places of the article are resolved jointly; the bodies and offices are completed from their context;
then every mention gets its normal form and the id of its entity. Ids derive from content: the same office has one id
in all articles.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.discourse import patterns
from pipeline.discourse.abroad import COUNTRY, settle_abroad
from pipeline.discourse.bodies import complete, name_explicit
from pipeline.discourse.frames import Frame, PlaceName, Reading, Seat, read_frames
from pipeline.discourse.institutions import is_institution, seat_institutions
from pipeline.discourse.seats import level_of, seat_rule
from pipeline.discourse.units import NamedUnit, Units
from pipeline.gazetteer import load_gazetteer
from pipeline.gazetteer.resolver import BOUND, Cue, Reference, Resolved, resolve_places
from pipeline.grammar.body_phrases import BodyKind
from pipeline.grammar.english import title_in_english
from pipeline.grammar.normal_forms import body_name, committee_of, entity_id, title_of
from pipeline.grammar.places import NameSpan
from pipeline.grammar.titles import role_named
from pipeline.lexicon import bodies, marked, unit_words
from pipeline.models import (
    Article,
    Branch,
    Label,
    Level,
    Mention,
    Normalised,
    Organisation,
    Place,
    Position,
    Reason,
    Recognised,
    Rejection,
    Stage,
)
from pipeline.orthography import key, traditional

_RANKS = {Level.VILLAGE: 0, Level.COMMUNE: 1, Level.DISTRICT: 2, Level.PROVINCE: 3}
_HEADLINE_WEIGHT, _LEAD_WEIGHT = 3.0, 2.0  # the headline and the first line after it tell whose news it is


@dataclass(frozen=True, slots=True)
class _Places:
    """Places of one article by the mention that names them."""

    by_mention: Mapping[int, Place]
    by_start: Mapping[int, tuple[PlaceName, Place | None]]
    resolved: Resolved
    rejections: tuple[Rejection, ...]


def normalise_mentions(recognised: Recognised) -> Normalised:
    """Normal forms and entities of the mentions of one article."""
    reading = read_frames(recognised)
    places = _resolve(reading)
    name_explicit(reading.frames, lambda frame, name: _seat_at(frame, name, reading, places))
    settle_abroad(
        reading.frames,
        recognised.mentions,
        recognised.article.text,
        lambda frame, name: _seat_at(frame, name, reading, places),
    )
    seat_institutions(reading.frames, _seats_after(reading, places))
    complete(
        reading.frames,
        Units(_named_units(reading, places), places.resolved, recognised.article.text, recognised.article.day),
    )
    offices = {frame.mention.mention_id: frame for frame in reading.frames}
    builder = _Entities(recognised.article, places)
    mentions = tuple(builder.normal(mention, offices.get(mention.mention_id)) for mention in recognised.mentions)
    mentions = tuple(_nested(mention, mentions, offices, builder) for mention in mentions)
    return Normalised(
        recognised.article,
        recognised.sentences,
        mentions,
        tuple(sorted(builder.positions.values(), key=lambda p: p.position_id)),
        tuple(sorted(builder.organisations.values(), key=lambda o: o.organisation_id)),
        tuple(sorted(builder.places.values(), key=lambda p: p.place_id)),
        (*recognised.rejections, *places.rejections),
    )


# --- places ---------------------------------------------------------------------------------------------------------


def _resolve(reading: Reading) -> _Places:
    article = reading.article
    names = [place for place in reading.places if not _is_village(place)]
    provincial = frozenset(_behind_provincial_bodies(reading))
    references = [
        Reference(place.name, _type_of(place, article, provincial), place.mention.start, place.block, parent)
        for place, parent in zip(names, _parents(names, article.text), strict=True)
    ]
    cues = [Cue(unit_type, start, block) for unit_type, start, block in reading.cues]
    resolved = resolve_places(references, cues, day=article.day, hints=_hints(article), gazetteer=load_gazetteer())
    by_mention: dict[int, Place] = {}
    by_start: dict[int, tuple[PlaceName, Place | None]] = {}
    rejections: list[Rejection] = []
    for place, resolution in zip(names, resolved.references, strict=True):
        place_id = resolution.place_id or _same_in_both_eras(resolution.candidates)
        unit = load_gazetteer().unit(place_id, on=article.day) if place_id else None
        by_start[place.mention.start] = (place, unit)
        if unit is not None:
            by_mention[place.mention.mention_id] = unit
        else:
            rejections.append(_refusal(article, place, resolution.candidates))
    _add_villages(reading, by_mention, by_start)
    return _Places(by_mention, by_start, resolved, tuple(rejections))


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


def _same_in_both_eras(candidates: Sequence[tuple[str, float]]) -> str | None:
    """An undated article cannot tell tỉnh Sơn La of before 2025-07 from that of today: where code and name agree, the
    likelier era stands.
    """
    if len(candidates) < 2:
        return None
    (first, p), (second, q) = candidates[0], candidates[1]
    units = load_gazetteer()
    same = first.split(".")[-1] == second.split(".")[-1] and units.unit(first).full_name == units.unit(second).full_name
    return first if same and p + q >= BOUND else None


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
    return _RANKS.get(_level_of_word(place.unit_type), 1)


def _level_of_word(unit_type: str | None) -> Level:
    return next((word.level for word in unit_words() if word.name == unit_type), Level.NONE)


def _is_village(place: PlaceName) -> bool:
    return _level_of_word(place.unit_type) is Level.VILLAGE


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


def _seat_at(frame: Frame, name: NameSpan, reading: Reading, places: _Places) -> Seat | None:
    base, line = reading.blocks[frame.block]
    found = places.by_start.get(base + line.starts[name.start])
    if found is None:
        return None
    place, unit = found
    if unit is None:
        return Seat(place.unit_type, None, traditional(place.name))
    return Seat(place.unit_type or unit.unit_type, unit.place_id, unit.name)


_BEHIND = 4  # units looked at behind a frame; the pattern between allows no text of another


def _seats_after(reading: Reading, places: _Places) -> dict[int, Seat]:
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


def _named_units(reading: Reading, places: _Places) -> Iterator[NamedUnit]:
    """Every unit the article names, weighed by where it stands."""
    for place, unit in places.by_start.values():
        weight = {0: _HEADLINE_WEIGHT, 1: _LEAD_WEIGHT, 2: _LEAD_WEIGHT}.get(place.block, 1.0)
        if unit is not None:
            seat = Seat(place.unit_type or unit.unit_type, unit.place_id, unit.name)
            yield NamedUnit(place.mention.start, place.mention.sentence_id, seat, unit.level, weight)
        elif (level := level_of(seat := Seat(place.unit_type, None, traditional(place.name)))) is not None:
            yield NamedUnit(place.mention.start, place.mention.sentence_id, seat, level, weight)


# --- entities -------------------------------------------------------------------------------------------------------


class _Entities:
    """The entities of one article, filled while its mentions are given their normal forms."""

    def __init__(self, article: Article, places: _Places) -> None:
        self.article = article
        self.found = places
        self.positions: dict[str, Position] = {}
        self.organisations: dict[str, Organisation] = {}
        self.places: dict[str, Place] = {}

    def normal(self, mention: Mention, frame: Frame | None) -> Mention:
        if mention.label is Label.PLACE:
            return self._place(mention)
        if frame is None:
            return mention
        if mention.label is Label.POSITION:
            return self._position(mention, frame)
        return self._organisation(mention, frame)

    def keep(self, place_id: str | None) -> str | None:
        """Note a place, and the units above it, for the table of places."""
        if place_id is None or place_id in self.places:
            return place_id
        gazetteer = load_gazetteer()
        if place_id in gazetteer:
            for place in (gazetteer.unit(place_id), *gazetteer.ancestors(place_id)):
                self.places.setdefault(place.place_id, place)
        else:
            own = next((p for p in self.found.by_mention.values() if p.place_id == place_id), None)
            if own is not None:
                self.places[place_id] = own
                self.keep(own.parent_id)
        return place_id

    def _place(self, mention: Mention) -> Mention:
        place = self.found.by_mention.get(mention.mention_id)
        if place is None:
            return mention
        self.keep(place.place_id)
        return mention._replace(normal=place.full_name, entity_id=place.place_id)

    def _organisation(self, mention: Mention, frame: Frame) -> Mention:
        organisation = self.body_of(frame)
        if organisation is None:
            return mention
        return mention._replace(
            normal=organisation.name,
            entity_id=organisation.organisation_id,
            organisation_id=organisation.organisation_id,
            place_id=organisation.place_id,
            inferred=tuple(sorted(frame.inferred)),
        )

    def body_of(self, frame: Frame) -> Organisation | None:
        """The organisation of a frame, noted in the table."""
        if frame.last is None or not frame.names:
            return self._unit_as_body(frame)
        seat = frame.seat or Seat(None, None, None)
        names = _official(frame, seat)
        unit_type = seat.unit_type if _takes_unit(frame) else None
        place = _named(frame, seat) if _takes_name(frame) else None
        name = body_name(names, unit_type, place, suffix=frame.suffix) + _country_of(seat)
        return self._note(name, names[0], frame.last.branch, self._level(frame, seat), seat.place_id)

    def _unit_as_body(self, frame: Frame) -> Organisation | None:
        """Trưởng thôn's organisation is the village; a head of state has none, only the country."""
        seat = frame.seat
        if frame.title is None or seat is None or seat.unit_type is None or seat.unit_type == COUNTRY:
            return None
        name = (f"{seat.unit_type} {seat.name}" if seat.name else seat.unit_type) + _country_of(seat)
        return self._note(name, seat.unit_type, Branch.GOVERNMENT, _level_of_word(seat.unit_type), seat.place_id)

    def _note(self, name: str, body: str, branch: Branch, level: Level, place_id: str | None) -> Organisation:
        organisation_id = entity_id("organisation", name, place_id)
        organisation = Organisation(organisation_id, name, body, branch, level, self.keep(place_id), None)
        return self.organisations.setdefault(organisation_id, organisation)

    def _level(self, frame: Frame, seat: Seat) -> Level:
        if frame.last is not None and frame.last.kind is BodyKind.CENTRAL:
            return Level.CENTRAL
        if seat.place_id is not None and seat.place_id in load_gazetteer():
            return load_gazetteer().unit(seat.place_id).level
        return _level_of_word(seat.unit_type)

    def _position(self, mention: Mention, frame: Frame) -> Mention:
        title = frame.title
        if title is None:
            return mention
        seat = frame.seat or Seat(None, None, None)
        names = _official(frame, seat)
        unit_type = seat.unit_type if _title_takes_unit(frame) else None
        titled = _in_title(frame, names)
        text = title_of(title.role, title.modifiers, titled, unit_type)
        organisation = self.body_of(frame)
        position_id = entity_id("position", text)
        position = self.positions.setdefault(
            position_id,
            Position(
                position_id,
                text,
                title_in_english(title.role, title.modifiers, titled, unit_type),
                title.role,
                title.modifiers,
                names[0] if names else None,
                _branch(frame),
                self._level(frame, seat),
            ),
        )
        return mention._replace(
            normal=position.title,  # as first spelt: the id knows no capitals
            entity_id=position_id,
            organisation_id=organisation.organisation_id if organisation else None,
            place_id=self.keep(seat.place_id),
            inferred=tuple(sorted(frame.inferred)),
        )


def _named(frame: Frame, seat: Seat) -> str | None:
    """The name as a body bears it: a city called after a person keeps its type (Thành ủy Thành phố Hồ Chí Minh)."""
    if seat.name is None or seat.unit_type != "thành phố" or not _fused(frame):
        return seat.name
    return f"Thành phố {seat.name}" if key(seat.name) in _people_of_history() else seat.name


@cache
def _people_of_history() -> frozenset[str]:
    return frozenset(row.surface for row in marked("historical.tsv", surface="name", kind="kind"))


def _country_of(seat: Seat) -> str:
    """A foreign body carries its country (GUIDELINES §5)."""
    if seat.place_id is None or not seat.place_id.startswith("world.") or seat.place_id not in load_gazetteer():
        return ""
    around = load_gazetteer().ancestors(seat.place_id)
    return f", {around[-1].name}" if around else ""


def _branch(frame: Frame) -> Branch:
    if frame.last is not None:
        return frame.last.branch
    return _branch_of_role(frame.title.role) if frame.title else Branch.OTHER


@cache
def _branch_of_role(name: str) -> Branch:
    role = role_named(name)
    for takes in role.takes if role else ():
        if takes in set(Branch):
            return Branch(takes)
        tied = next((body for body in bodies() if body.name.startswith(takes + " ") and takes[:1].isupper()), None)
        if tied is not None:
            return Branch(tied.branch)
    return Branch.OTHER


def _official(frame: Frame, seat: Seat) -> tuple[str, ...]:
    """Names as the office needs them: the secretary of a Đảng bộ leads its committee."""
    names = frame.names
    if (
        frame.title is not None
        and frame.title.role == "Bí thư"
        and names
        and names[-1] == "Đảng bộ"
        and len(names) == 1
    ):
        return (committee_of(seat.unit_type or ""),)
    return names


def _in_title(frame: Frame, names: tuple[str, ...]) -> tuple[str, ...]:
    """A department's head does not name the institution (GUIDELINES §4: Trưởng Khoa Nội)."""
    first = frame.body
    if frame.title is not None and frame.title.whole:
        return ()
    department = first is not None and first.kind is BodyKind.AGENCY and len(names) > 1 and is_institution(frame)
    return names[:-1] if department else names


def _fused(frame: Frame) -> bool:
    names = _official(frame, frame.seat or Seat(None, None, None))
    return (bool(names) and names[-1] in {"Tỉnh ủy", "Thành ủy", "Huyện ủy", "Quận ủy", "Thị ủy"}) or (
        frame.last is not None and frame.last.kind is BodyKind.FUSED
    )


def _takes_unit(frame: Frame) -> bool:
    """Whether the unit type stands in the organisation's name."""
    if frame.last is None or _fused(frame) or (frame.seat is not None and frame.seat.unit_type == COUNTRY):
        return False
    return frame.last.kind not in {BodyKind.CENTRAL, BodyKind.PROPER, BodyKind.NUMBERED}


def _takes_name(frame: Frame) -> bool:
    return frame.last is not None and frame.last.kind not in {BodyKind.PROPER, BodyKind.NUMBERED}


def _title_takes_unit(frame: Frame) -> bool:
    """Whether the unit type stands in the normal title."""
    if frame.body is None and frame.last is None:
        return frame.title is not None and frame.title.unit is not None and not (role_is_whole(frame))
    if not _takes_unit(frame) or frame.last is None:
        return False
    return frame.last.unit_in_title or (frame.last.unit is not None and not frame.last.name.startswith(("Sở ", "Bộ ")))


def role_is_whole(frame: Frame) -> bool:
    """Huyện trưởng, Thị trưởng: the unit type is in the role."""
    seat = frame.seat
    if frame.title is None or seat is None or seat.unit_type is None or seat.unit_type == COUNTRY:
        return True
    role = role_named(frame.title.role)
    if role is not None and "place" in role.takes:  # Thị trưởng | Paris
        return True
    return frame.title.role.lower().startswith(f"{seat.unit_type} ") or "trưởng" not in frame.title.role.lower()


def _nested(mention: Mention, mentions: Sequence[Mention], offices: Mapping[int, Frame], builder: _Entities) -> Mention:
    """A body inside an office gets the body of that office."""
    if mention.label is not Label.ORGANISATION or mention.parent_id is None or mention.entity_id is not None:
        return mention
    parent = mentions[mention.parent_id]
    organisation = builder.organisations.get(parent.organisation_id or "")
    if organisation is None:
        return mention
    return mention._replace(
        normal=organisation.name,
        entity_id=organisation.organisation_id,
        organisation_id=organisation.organisation_id,
        place_id=organisation.place_id,
        inferred=parent.inferred,
    )
