"""The entities of an article: each mention gets its normal form, and the office, body or place it names an id.

What enters are mentions with their frames, completed from the context; what is left behind are the rows of positions,
organisations and places that the mentions point to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from pipeline.discourse.abroad import COUNTRY
from pipeline.discourse.frames import Frame, Seat
from pipeline.discourse.institutions import is_institution
from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyKind
from pipeline.grammar.english import title_in_english
from pipeline.grammar.normal_forms import body_name, committee_of, entity_id, title_of
from pipeline.grammar.titles import role_named
from pipeline.lexicon import bodies, marked, unit_level
from pipeline.models import Branch, Label, Level, Mention, Organisation, Place, Position
from pipeline.orthography import key


class Entities:
    """The entities of one article, filled while its mentions are given their normal forms."""

    def __init__(self, named: Mapping[int, Place]) -> None:
        self.named = named
        self.positions: dict[str, Position] = {}
        self.organisations: dict[str, Organisation] = {}
        self.places: dict[str, Place] = {}

    def normal(self, mention: Mention, frame: Frame | None) -> Mention:
        """The mention with its normal form and the ids of what it names; ``frame`` is that of its office or body."""
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
            own = next((p for p in self.named.values() if p.place_id == place_id), None)
            if own is not None:
                self.places[place_id] = own
                self.keep(own.parent_id)
        return place_id

    def _place(self, mention: Mention) -> Mention:
        place = self.named.get(mention.mention_id)
        if place is None:
            return mention
        self.keep(place.place_id)
        return mention._replace(normal=place.full_name, entity_id=place.place_id)

    def _organisation(self, mention: Mention, frame: Frame) -> Mention:
        organisation = self.body_of(frame)
        return mention if organisation is None else _naming(mention, organisation, tuple(sorted(frame.inferred)))

    def nested(self, mention: Mention, mentions: Sequence[Mention]) -> Mention:
        """A body inside an office gets the body of that office."""
        if mention.label is not Label.ORGANISATION or mention.parent_id is None or mention.entity_id is not None:
            return mention
        parent = mentions[mention.parent_id]
        organisation = self.organisations.get(parent.organisation_id or "")
        return mention if organisation is None else _naming(mention, organisation, parent.inferred)

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
        return self._note(name, seat.unit_type, Branch.GOVERNMENT, unit_level(seat.unit_type), seat.place_id)

    def _note(self, name: str, body: str, branch: Branch, level: Level, place_id: str | None) -> Organisation:
        organisation_id = entity_id("organisation", name, place_id)
        organisation = Organisation(organisation_id, name, body, branch, level, self.keep(place_id), None)
        return self.organisations.setdefault(organisation_id, organisation)

    def _level(self, frame: Frame, seat: Seat) -> Level:
        if frame.last is not None and frame.last.kind is BodyKind.CENTRAL:
            return Level.CENTRAL
        if seat.place_id is not None and seat.place_id in load_gazetteer():
            return load_gazetteer().unit(seat.place_id).level
        return unit_level(seat.unit_type)

    def _position(self, mention: Mention, frame: Frame) -> Mention:
        title = frame.title
        if title is None:
            return mention
        seat = frame.seat or Seat(None, None, None)
        names = _official(frame, seat)
        unit_type = seat.unit_type if _title_takes_unit(frame) else None
        titled = _in_title(frame, names)
        if frame.suffix:  # the number stays with the organisation: Đội Quản lý thị trường | số 5
            titled = tuple(name.removesuffix(" số") for name in titled)
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


def _naming(mention: Mention, organisation: Organisation, inferred: tuple[str, ...]) -> Mention:
    return mention._replace(
        normal=organisation.name,
        entity_id=organisation.organisation_id,
        organisation_id=organisation.organisation_id,
        place_id=organisation.place_id,
        inferred=inferred,
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
    """A department's head does not name the institution (GUIDELINES §4: Trưởng Khoa Nội), nor does an institute's."""
    first = frame.body
    if frame.title is not None and frame.title.whole:
        return ()
    part = first is not None and (first.kind is BodyKind.AGENCY or first.name.startswith(_INSTITUTE))
    return names[:-1] if part and len(names) > 1 and is_institution(frame) else names


_INSTITUTE = "Viện "  # of a university: Viện trưởng | Viện Công nghệ sinh học


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
        return frame.title is not None and frame.title.unit is not None and not (_role_is_whole(frame))
    if not _takes_unit(frame) or frame.last is None:
        return False
    return frame.last.unit_in_title or (frame.last.unit is not None and not frame.last.name.startswith(("Sở ", "Bộ ")))


def _role_is_whole(frame: Frame) -> bool:
    """Huyện trưởng, Thị trưởng: the unit type is in the role."""
    seat = frame.seat
    if frame.title is None or seat is None or seat.unit_type is None or seat.unit_type == COUNTRY:
        return True
    role = role_named(frame.title.role)
    if role is not None and "place" in role.takes:  # Thị trưởng | Paris
        return True
    return frame.title.role.lower().startswith(f"{seat.unit_type} ") or "trưởng" not in frame.title.role.lower()
