"""Bodies completed from their context: the outer body, the unit and its name, the body of a bare role.

The passes, each over all frames in text order:

1. what the phrase itself names;
2. unit words and levels without a name ("UBND huyện", "Huyện ủy"): the unit the article means there;
3. what has neither: shared within coordinated titles ("Bí thư Đảng ủy, Chủ tịch HĐND xã X"), else from the nearest
   body of the kind, else from the unit the article is at home in.

What none of them settles stays open, and the name stops there.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipeline.discourse.frames import Frame, Seat
from pipeline.discourse.units import Units
from pipeline.grammar.normal_forms import committee_of, seat_type_of
from pipeline.grammar.organisations import BodyKind, BodyPhrase
from pipeline.grammar.places import NameSpan, UnitForm
from pipeline.grammar.titles import body_named, role_named, takes_body
from pipeline.lexicon import Body, Role, head_role_of, head_roles, joints, unit_words
from pipeline.lexicon import seats as seat_rules
from pipeline.models import Branch, Level

_PARTY = frozenset({"Tỉnh ủy", "Thành ủy", "Huyện ủy", "Quận ủy", "Thị ủy", "Đảng ủy"})
_CIVIL = frozenset({"Ủy ban nhân dân", "Hội đồng nhân dân"})
_OUTER_BODIES: Mapping[str, tuple[str, ...]] = {
    "council": ("Hội đồng nhân dân",),
    "police": ("Công an",),
    "youth": ("Tỉnh đoàn", "Thành đoàn", "Huyện đoàn", "Quận đoàn", "Thị đoàn"),
    "procuracy": ("Viện Kiểm sát nhân dân", "Tòa án nhân dân", "Công an"),
}
_WINDOW = 300  # frames looked at on either side; beyond that nothing is near
_LIST = 24  # coordinated titles; the longest list of one person in the development articles has seven
Placed = Callable[[Frame, NameSpan], Seat | None]


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that a pass may look at."""

    frames: Sequence[Frame]
    groups: Mapping[int, Sequence[Frame]]
    units: Units


def name_explicit(frames: Sequence[Frame], placed: Placed) -> None:
    """Pass 1. ``placed`` gives the seat that a name inside a frame's phrase stands for."""
    for frame in frames:
        if frame.body is not None:
            _take_names(frame, frame.body)
            _take_named_seat(frame, frame.body.outermost, placed)
        elif frame.title is not None and frame.title.unit is not None and frame.title.unit.names:
            frame.seat = placed(frame, frame.title.unit.names[0])
            frame.done = True


def seat_institutions(frames: Sequence[Frame], behind: Mapping[int, Seat]) -> None:
    """Schools, hospitals and companies get the unit that the article ties them to, wherever it does."""
    seats: dict[str, Seat] = {}
    for frame in frames:
        if frame.last is not None and frame.last.kind is BodyKind.PROPER and frame.seat is None and frame.end in behind:
            seats.setdefault(frame.names[-1], behind[frame.end])
    for frame in frames:
        if (
            frame.last is not None
            and frame.last.kind is BodyKind.PROPER
            and frame.seat is None
            and frame.names[-1] in seats
        ):
            frame.seat = seats[frame.names[-1]]


def complete(frames: Sequence[Frame], units: Units) -> None:
    """Passes 2 and 3."""
    scene = _Scene(frames, _grouped(frames), units)
    for frame in frames:
        if not frame.done:
            _find_level(frame, scene)
    for frame in frames:
        if frame.body is None and frame.title is not None and not frame.done:
            _take_kindred(frame, scene)
    open_frames = [frame for frame in frames if not frame.done and frame.body is not None]
    for frame in open_frames:
        if not any(not other.done for other in _neighbours(frame, scene)):
            _share(frame, scene)
    for frame in reversed(open_frames):
        if not frame.done:
            _share(frame, scene)
    for frame in frames:
        if frame.body is None and frame.title is not None and not frame.done:
            _inherit(frame, scene)


def _take_names(frame: Frame, body: BodyPhrase) -> None:
    chain = body.chain
    frame.names = tuple(part.name for part in chain)
    frame.last = chain[-1]
    frame.suffix = next((part.suffix for part in chain if part.suffix), None)


def _take_named_seat(frame: Frame, last: BodyPhrase, placed: Placed) -> None:
    """The seat that the phrase itself names."""
    if last.kind is BodyKind.CENTRAL:
        frame.seat = placed(frame, last.place) if last.place is not None else None
        frame.done = True
    elif last.place is not None:
        found = placed(frame, last.place)
        own_type = seat_type_of(last.name) if last.kind is BodyKind.FUSED else None
        frame.seat = Seat(own_type or found.unit_type, found.place_id, found.name) if found else None
        frame.done = found is not None
    elif last.kind is BodyKind.PROPER and _has_tail(last):
        frame.done = True
    elif last.unit is not None and last.unit.form in {UnitForm.LIST, UnitForm.GENERIC}:
        frame.seat = Seat(last.unit.unit_type, None, None)
        frame.done = True
    elif last.unit is not None and last.unit.names:
        frame.seat = placed(frame, last.unit.names[0])
        frame.done = frame.seat is not None
    _put_under_committee(frame, last)


def _put_under_committee(frame: Frame, last: BodyPhrase) -> None:
    """``Trưởng ban Tổ chức tỉnh Phú Thọ`` heads the commission of its Party committee."""
    unit_type = last.unit.unit_type if last.unit is not None else None
    if (
        last.kind is not BodyKind.INNER
        or unit_type is None
        or seat_rule(last.name).outer != "committee"
        or len(frame.names) > 1
    ):
        return
    entry = body_named(committee_of(unit_type))
    if entry is not None and last.name not in {"Văn phòng", "Thường trực"}:
        frame.names = (*frame.names, entry.name)
        frame.last = replace(_phrase_of(entry, frame), unit=last.unit if entry.kind != BodyKind.FUSED else None)


def _has_tail(body: BodyPhrase) -> bool:
    return body.head_end - body.start > 2


def _find_level(frame: Frame, scene: _Scene) -> None:
    """Pass 2: the level is in the words, the name is not."""
    last, unit = frame.last, None
    if frame.body is None and frame.title is not None and frame.title.unit is not None:
        unit = frame.title.unit.unit_type
    elif last is not None and last.kind is BodyKind.FUSED:
        unit = seat_type_of(last.name)
    elif last is not None and last.unit is not None and last.unit.form is UnitForm.BARE:
        unit = last.unit.unit_type
    if unit is None:
        return
    found = _beside(frame, unit, scene) or scene.units.find(unit, at=frame.start)
    frame.seat = found or Seat(unit, None, None)
    if found is not None:
        frame.inferred.add("place")
    frame.done = True


def _beside(frame: Frame, unit_type: str, scene: _Scene) -> Seat | None:
    """The unit of that type that a coordinated title names: "Phó Bí thư Huyện ủy, Chủ tịch UBND huyện Mỏ Cày"."""
    for other in _neighbours(frame, scene):
        if other.done and other.seat is not None and other.seat.unit_type == unit_type and other.seat.name:
            return other.seat
    return None


def _share(frame: Frame, scene: _Scene) -> None:
    """Pass 3 for a body without a unit."""
    rule = seat_rule(frame.names[-1])
    if frame.last is not None and not frame.last.tail and _same_head(frame, scene):
        return
    if _in_brackets(frame, scene):
        return
    if rule.inside and _stand_inside(frame, rule, scene):
        return
    if frame.last is not None and frame.last.kind is BodyKind.INNER and rule.outer:
        if _share_outer(frame, rule.outer, scene):
            return
    elif rule.outer and _share_outer(frame, rule.outer, scene):
        return
    if frame.last is not None and frame.last.kind in {BodyKind.NUMBERED, BodyKind.PROPER}:
        _same_body(frame, scene)
        return
    donor = _donor(frame, scene, rule.levels) or _same_name(frame, scene)
    seat = donor.seat if donor is not None else None
    if seat is None:
        seat = scene.units.fitting(rule.levels, at=frame.start)
    if seat is not None:
        frame.seat = seat
        frame.inferred |= {"unit_type", "place"}
        frame.done = True


def _share_outer(frame: Frame, family: str, scene: _Scene) -> bool:
    """The outer body of an inner one, from its group, else from the nearest frame that has such a body."""
    levels = seat_rule(frame.names[-1]).levels
    donor = next((f for f in _neighbours(frame, scene) if _is_outer(f, family)), None)
    if donor is None and (known := _same_inner(frame, scene)) is not None:
        frame.names, frame.last, frame.seat, frame.done = known.names, known.last, known.seat, True
        frame.inferred |= {"organisation", "place"}
        return True
    if donor is None and family in {"committee", "party_body"}:
        seated = _donor(frame, scene, levels)
        if seated is not None and seated.seat is not None and seated.seat.unit_type:
            _set_outer(frame, _outer_name(family, seated.seat.unit_type), seated.seat)
            return True
    if donor is None and frame.title is None:
        donor = next(
            (f for f in _after(frame, scene) if _same_sentence(f, frame) and _is_outer(f, family)),
            None,
        )
    if donor is None:
        donor = _nearest(
            frame, scene, lambda f: _is_outer(f, family) and (f.seat is None or not levels or _level(f.seat) in levels)
        )
    if donor is None or not donor.names:
        return False
    outer = donor.names[-1]
    if family == "party_body" and donor.seat is not None and donor.seat.unit_type:
        outer = "Đảng bộ"
    _set_outer(frame, outer, donor.seat, donor)
    return True


def _in_brackets(frame: Frame, scene: _Scene) -> bool:
    """``Trưởng phòng Khảo thí (Sở Giáo dục và Đào tạo)``: the institution of a department right behind it."""
    if frame.last is None or frame.last.kind is not BodyKind.AGENCY:
        return False
    behind = next(
        (f for f in _after(frame, scene) if frame.end < f.start <= frame.end + 3 and f.title is None and f.names), None
    )
    if behind is None or behind.last is None or "(" not in scene.units.text[frame.end : behind.start]:
        return False
    frame.names = (*frame.names, *behind.names)
    frame.last, frame.suffix, frame.seat, frame.done = behind.last, behind.suffix, behind.seat, behind.seat is not None
    frame.inferred |= {"organisation", "place"}
    if not frame.done:
        frame.seat = scene.units.fitting(seat_rule(frame.names[-1]).levels, at=frame.start)
        frame.done = True
    return True


def _stand_inside(frame: Frame, rule: SeatRule, scene: _Scene) -> bool:
    """``Bí thư Đảng ủy, Giám đốc Công an tỉnh``: the cell or committee of the body that the coordinated title heads."""
    for other in _neighbours(frame, scene):
        if other.title is None or other.title.fused or not other.done:
            continue
        if other.last is None:
            if other.seat is not None and other.seat.unit_type and Level.VILLAGE in rule.levels:
                frame.seat, frame.done = other.seat, True
                frame.inferred |= {"unit_type", "place"}
                return True
            continue
        if other.last.kind in {BodyKind.FUSED, BodyKind.CENTRAL}:
            continue
        if _is_local_government(other) and not (rule.outer == "government" and other.names[-1] == "Ủy ban nhân dân"):
            continue
        if (
            other.seat is not None
            and other.seat.unit_type
            and _level(other.seat) is Level.COMMUNE
            and other.last.closed
        ):
            continue
        frame.names = (*frame.names, *other.names[-1:])
        frame.last, frame.suffix, frame.seat, frame.done = other.last, other.suffix, other.seat, True
        frame.inferred |= {"organisation", "place"}
        return True
    return False


def _is_local_government(frame: Frame) -> bool:
    last = frame.last
    return (
        last is not None
        and last.branch in {Branch.PARTY, Branch.PEOPLES_COUNCIL, Branch.FRONT, Branch.MASS_ORGANISATION}
    ) or (bool(frame.names) and frame.names[-1] == "Ủy ban nhân dân")


def _same_inner(frame: Frame, scene: _Scene) -> Frame | None:
    """A bare Ban Chấp hành outside a list of titles is the one that the article named in full."""
    if frame.title is not None:
        return None
    same = (f for f in _before(frame, scene) if f.done and len(f.names) > 1 and f.names[0] == frame.names[0])
    known = next(same, None)
    return known if known is not None and known.names[-1] not in _PARTY | {"Đảng bộ"} else None


def _outer_name(family: str, unit_type: str) -> str:
    return "Đảng bộ" if family == "party_body" else committee_of(unit_type)


def _set_outer(frame: Frame, outer: str, seat: Seat | None, donor: Frame | None = None) -> None:
    frame.names = (*frame.names, outer)
    entry = body_named(outer)
    frame.last = (
        donor.last
        if donor is not None and outer == donor.names[-1]
        else _phrase_of(entry, frame)
        if entry
        else frame.last
    )
    frame.seat = seat
    frame.inferred |= {"organisation", "place"}
    frame.done = seat is not None


def _phrase_of(entry: Body, frame: Frame) -> BodyPhrase:
    at = frame.token
    return BodyPhrase(at, at, at, entry.name, BodyKind(entry.kind), entry.branch, entry.level)


def _is_outer(frame: Frame, family: str) -> bool:
    if not frame.names or frame.last is None:
        return False
    if family in {"committee", "party_body"}:
        return frame.names[-1] in _PARTY and (frame.title is None or not frame.title.fused)
    if family == "institution":
        return frame.last.kind is BodyKind.PROPER
    if family == "military":
        return frame.last.branch is Branch.MILITARY
    return frame.names[-1] in _OUTER_BODIES.get(family, ())


def _donor(frame: Frame, scene: _Scene, levels: Sequence[Level]) -> Frame | None:
    """A coordinated title that has a unit of a level this body can have: the next ones first, then those before."""
    for other in _neighbours(frame, scene):
        seated = other.done and other.seat is not None and bool(other.seat.unit_type) and _level(other.seat) in levels
        if seated and (other.title is None or not (other.title.fused and other.title.implied)):
            return other
    return None


def _neighbours(frame: Frame, scene: _Scene) -> Iterator[Frame]:
    group = scene.groups.get(frame.mention.mention_id, ())
    at = next((k for k, other in enumerate(group) if other is frame), 0)
    yield from group[at + 1 :]
    yield from reversed(group[:at])


def _nearest(frame: Frame, scene: _Scene, fits: Callable[[Frame], bool]) -> Frame | None:
    """The nearest frame before that fits, else the first after."""
    found = next((f for f in _before(frame, scene) if f.done and fits(f)), None)
    return found or next((f for f in _after(frame, scene) if f.done and fits(f)), None)


def _before(frame: Frame, scene: _Scene) -> Iterator[Frame]:
    """Frames before, the nearest first."""
    at = bisect_left(scene.frames, frame.start, key=lambda f: f.start)
    yield from (scene.frames[k] for k in range(at - 1, max(at - 1 - _WINDOW, -1), -1))


def _after(frame: Frame, scene: _Scene) -> Iterator[Frame]:
    """Frames behind, the nearest first."""
    at = bisect_right(scene.frames, frame.start, key=lambda f: f.start)
    yield from (scene.frames[k] for k in range(at, min(at + _WINDOW, len(scene.frames))))


def _same_name(frame: Frame, scene: _Scene) -> Frame | None:
    """The nearest body of the same name whose unit is known: "Đảng ủy" after "Đảng ủy xã Hưng Long"."""
    return _nearest(
        frame,
        scene,
        lambda f: bool(f.names) and f.names[-1] == frame.names[-1] and f.seat is not None and bool(f.seat.place_id),
    )


def _same_head(frame: Frame, scene: _Scene) -> bool:
    """``Giám đốc bệnh viện``, ``Phó Chủ tịch Hội``: the body with that head noun which the article has named."""
    head = frame.names[-1]
    for donor in (f for f in (*_before(frame, scene), *_after(frame, scene)) if f.names):
        named = next((k for k, name in enumerate(donor.names) if name.startswith(head + " ")), None)
        if named is not None:
            frame.names = (*frame.names[:-1], *donor.names[named:])
            frame.last, frame.suffix, frame.seat, frame.done = donor.last, donor.suffix, donor.seat, donor.done
            frame.inferred |= {"organisation", "place"}
            return frame.done
    return False


def _same_body(frame: Frame, scene: _Scene) -> None:
    """A numbered body or an institution named again without its number or name."""
    donor = _nearest(
        frame,
        scene,
        lambda f: (
            bool(f.names)
            and f.names[-1].startswith(frame.names[-1])
            and (f.suffix is not None or f.seat is not None or f.names[-1] != frame.names[-1])
        ),
    )
    if donor is not None:
        frame.names = (*frame.names[:-1], donor.names[-1])
        frame.last, frame.suffix, frame.seat = donor.last, donor.suffix, donor.seat
        frame.inferred |= {"organisation", "place"}
    frame.done = True


def _inherit(frame: Frame, scene: _Scene) -> None:
    """A role alone: the body that the same role, or a body that takes the role, has nearby."""
    title = frame.title
    role = role_named(title.role) if title is not None else None
    if title is None or role is None:
        return
    unit_type = title.role.removesuffix(" trưởng").lower()
    if _levels_of_type(unit_type):
        frame.seat, frame.done = scene.units.find(unit_type, at=frame.start), True
        return
    if _committee_beside(frame, title.role, scene):
        return
    same_role = _nearest(
        frame,
        scene,
        lambda f: (
            f.title is not None
            and f.title.role == title.role
            and bool(f.names)
            and f.mention.sentence_id == frame.mention.sentence_id
        ),
    )
    donor = (
        same_role
        or _kindred(frame, title.role, scene)
        or next((f for f in _neighbours(frame, scene) if f.names and _heads(role, f)), None)
    )
    donor = donor or _nearest(frame, scene, lambda f: bool(f.names) and _heads(role, f) and _same_block(f, frame))
    donor = donor or _nearest(
        frame, scene, lambda f: f.title is not None and f.title.role == role.name and bool(f.names)
    )
    donor = donor or _nearest(frame, scene, lambda f: bool(f.names) and _heads(role, f))
    if donor is None:
        return
    tied = next((k for k, name in enumerate(donor.names) if takes_body(role, name)), 0)
    names = donor.names[_headed(role.name, donor) or tied :]
    frame.names, frame.last, frame.suffix, frame.seat = names, donor.last, donor.suffix, donor.seat
    frame.inferred |= {"organisation", "place"}
    frame.done = True


def _take_kindred(frame: Frame, scene: _Scene) -> None:
    """A role that names its kind of body: settled before the bodies that stand inside it."""
    role = frame.title.role if frame.title is not None else ""
    donor = _kindred(frame, role, scene) if not _levels_of_type(role.removesuffix(" trưởng").lower()) else None
    if donor is not None and donor.done:
        frame.names, frame.last, frame.suffix, frame.seat = donor.names, donor.last, donor.suffix, donor.seat
        frame.inferred |= {"organisation", "place"}
        frame.done = True


def _kindred(frame: Frame, role: str, scene: _Scene) -> Frame | None:
    """``Đồn trưởng`` heads a Đồn, ``Trạm trưởng`` a Trạm: the nearest body whose name begins like the role."""
    kind = role.removesuffix(" trưởng")
    if kind == role:
        return None
    begins = {"Hiệu": "Trường"}.get(kind, kind) + " "
    around = (*_before(frame, scene), *_after(frame, scene))
    return next((f for f in around if f.names and f.names[0].startswith(begins)), None)


def _committee_beside(frame: Frame, role: str, scene: _Scene) -> bool:
    """``Phó Bí thư, Chủ tịch UBND huyện``: the secretary of the committee of the coordinated title's unit."""
    if role != "Bí thư":
        return False
    neighbours = list(_neighbours(frame, scene))
    if any(
        other.names and other.last is not None and other.last.branch in {Branch.PARTY, Branch.MASS_ORGANISATION}
        for other in neighbours
    ):
        return False
    for other in neighbours:
        if other.done and other.seat is not None and other.seat.unit_type and other.names and other.names[-1] in _CIVIL:
            entry = body_named(committee_of(other.seat.unit_type))
            if entry is not None:
                frame.names, frame.last = (entry.name,), _phrase_of(entry, frame)
                frame.seat, frame.done = other.seat, True
                frame.inferred |= {"organisation", "place"}
                return True
    return False


def _same_sentence(one: Frame, other: Frame) -> bool:
    return one.mention.sentence_id == other.mention.sentence_id


def _same_block(one: Frame, other: Frame) -> bool:
    return one.block == other.block


def _heads(role: Role, frame: Frame) -> bool:
    """Whether a role may head the frame's body."""
    last = frame.last
    if last is None:
        return False
    if role.name in _heading_roles() and _headed(role.name, frame) is None:
        return False
    if "any" in role.takes or last.branch.value in role.takes:
        return True
    return any(takes_body(role, name) for name in frame.names)


@cache
def _heading_roles() -> frozenset[str]:
    return frozenset(row.role for row in head_roles())


def _headed(role: str, frame: Frame) -> int | None:
    """Where in a frame's chain of bodies the one stands that a role heads: Phó Giám đốc | Cơ quan CSĐT > Công
    an tỉnh.
    """
    level = (_level(frame.seat) if frame.seat is not None else None) or Level.NONE
    heads = [head_role_of(name, level=level) for name in frame.names]
    return next((k for k, head in enumerate(heads) if head == role), 0 if heads[0] is None else None)


def _grouped(frames: Sequence[Frame]) -> dict[int, list[Frame]]:
    """Coordinated titles: nothing but commas, dashes, kiêm and the like between them."""
    groups: dict[int, list[Frame]] = {}
    current: list[Frame] = []
    for frame in frames:
        if frame.title is None:
            continue
        if current and (len(current) == _LIST or not _coordinated(current[-1], frame)):
            current = []
        current.append(frame)
        groups[frame.mention.mention_id] = current
    return groups


_SIGNS = frozenset({",", "-", "–", "—", "(", ")", "&", ".", "/"})


def _coordinated(one: Frame, other: Frame) -> bool:
    if one.block != other.block or one.title is None or other.title is None:
        return False
    between = range(one.title.end, other.title.start)
    return len(between) <= 4 and all(one.line.keys[k] in _SIGNS or one.line.keys[k] in joints("list") for k in between)


@dataclass(frozen=True, slots=True)
class SeatRule:
    """Levels that may supply a body's unit, and the family of its outer body."""

    levels: tuple[Level, ...]
    outer: str
    inside: bool = False


_ANY = SeatRule((Level.PROVINCE, Level.DISTRICT, Level.COMMUNE), "")


@cache
def seat_rule(name: str) -> SeatRule:
    """The row of ``seats.tsv`` whose name is the longest beginning of a body's name."""
    fitting = [row for row in seat_rules() if name == row.name or name.startswith(row.name + " ")]
    if not fitting:
        return _ANY
    best = max(fitting, key=lambda row: len(row.name))
    return SeatRule(best.levels, best.outer, best.inside)


@cache
def _levels_of_type(unit_type: str) -> frozenset[Level]:
    if unit_type == "thành phố":
        return frozenset({Level.PROVINCE, Level.DISTRICT})
    return frozenset(word.level for word in unit_words() if word.name == unit_type)


def _level(seat: Seat) -> Level | None:
    levels = _levels_of_type(seat.unit_type or "")
    if len(levels) == 1:
        return next(iter(levels))
    if seat.place_id is not None:
        return Level.PROVINCE if ".p" in seat.place_id else Level.DISTRICT
    return Level.DISTRICT if levels else None
