"""Bodies completed from their context: the outer body, the unit and its name, the body of a bare role.

The passes, each over all frames in text order:

1. what the phrase itself names;
2. unit words and levels without a name ("UBND huyện", "Huyện ủy"): the unit the article means there;
3. what has neither: shared within coordinated titles ("Bí thư Đảng ủy, Chủ tịch HĐND xã X"), else from the nearest
   body of the kind, else from the unit the article is at home in.

What none of them settles stays open, and the name stops there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from pipeline.discourse.bare_roles import inherit, runs_on, take_kindred
from pipeline.discourse.frames import Frame, Seat
from pipeline.discourse.institutions import (
    FAMILIES,
    Institutions,
    as_told,
    is_division,
    is_institution,
    is_national,
    is_office,
    name_institution,
    name_national,
    put_inside,
    same_body,
    same_head,
    set_apart,
    stand_in_school,
    stand_inside,
)
from pipeline.discourse.locations import lie_in_commune, lie_in_named
from pipeline.discourse.scene import Scene, after, before, grouped, nearest, neighbours, phrase_of, same_sentence
from pipeline.discourse.seats import ANY_LEVEL, SeatRule, level_of, seat_rule
from pipeline.discourse.short_names import call_in_full
from pipeline.discourse.units import Units
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.normal_forms import committee_of, seat_type_of
from pipeline.grammar.places import NameSpan, UnitForm
from pipeline.grammar.titles import body_named
from pipeline.models import Branch, Level

PARTY = frozenset({"Tỉnh ủy", "Thành ủy", "Huyện ủy", "Quận ủy", "Thị ủy", "Đảng ủy"})
_OUTER_BODIES: Mapping[str, tuple[str, ...]] = {
    "council": ("Hội đồng nhân dân",),
    "police": ("Công an",),
    "youth": ("Tỉnh đoàn", "Thành đoàn", "Huyện đoàn", "Quận đoàn", "Thị đoàn"),
    "procuracy": ("Viện Kiểm sát nhân dân", "Tòa án nhân dân", "Công an"),
}
Placed = Callable[[Frame, NameSpan], Seat | None]


def name_explicit(frames: Sequence[Frame], placed: Placed) -> None:
    """Pass 1. ``placed`` gives the seat that a name inside a frame's phrase stands for."""
    for frame in frames:
        if frame.body is not None:
            _take_names(frame, frame.body)
            _take_named_seat(frame, frame.body.outermost, placed)
        elif frame.title is not None and frame.title.unit is not None and frame.title.unit.names:
            frame.seat = placed(frame, frame.title.unit.names[0])
            frame.done = True


def complete(frames: Sequence[Frame], units: Units) -> None:
    """Passes 2 and 3."""
    institutions = Institutions(frames, units.text)
    scene = Scene(frames, grouped(frames), units, institutions.of_family)
    call_in_full(frames, units.text)
    stand_in_school(frames, units.text)
    lie_in_named(frames, units)
    lie_in_commune(frames, units.in_headline(Level.COMMUNE))
    for frame in frames:
        if not name_institution(frame, institutions) and not frame.done:
            _find_level(frame, scene)
    for frame in frames:
        if frame.body is None and frame.title is not None and not frame.done:
            take_kindred(frame, scene)
    open_frames = [frame for frame in frames if not frame.done and frame.body is not None]
    for frame in open_frames:
        if not any(not other.done for other in neighbours(frame, scene)):
            _share(frame, scene)
    for frame in reversed(open_frames):
        if not frame.done:
            _share(frame, scene)
    for frame in frames:
        if frame.body is None and frame.title is not None and not frame.done:
            inherit(frame, scene)


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
        frame.last = replace(phrase_of(entry, frame), unit=last.unit if entry.kind != BodyKind.FUSED else None)


def _has_tail(body: BodyPhrase) -> bool:
    return body.head_end - body.start > 2


def _find_level(frame: Frame, scene: Scene) -> None:
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


def _beside(frame: Frame, unit_type: str, scene: Scene) -> Seat | None:
    """The unit of that type that a coordinated title names: "Phó Bí thư Huyện ủy, Chủ tịch UBND huyện Mỏ Cày"."""
    for other in neighbours(frame, scene):
        if other.done and other.seat is not None and other.seat.unit_type == unit_type and other.seat.name:
            return other.seat
    return None


def _share(frame: Frame, scene: Scene) -> None:
    """Pass 3 for a body without a unit."""
    rule = seat_rule(frame.names[-1])
    if name_national(frame, scene.units.text):
        return
    if frame.last is not None and frame.last.kind is BodyKind.ASSOCIATION and not frame.last.tail and runs_on(frame):
        frame.done = True  # Chủ tịch Hội | thiện nguyện: its name is not read, and it is no other's
        return
    if is_national(frame):
        frame.done = True
        return
    if _is_cut_short(frame):
        frame.done = True
        return
    if frame.last is not None and not frame.last.tail and same_head(frame, scene):
        return
    if set_apart(frame, scene) or as_told(frame, scene) or _inside_institution(frame, scene):
        return
    if _is_head_alone(frame) and not seat_rule(frame.names[-1]).outer:
        frame.done = True
        return
    if rule.inside and stand_inside(frame, rule, scene):
        return
    if rule.outer in FAMILIES:
        if _share_institution(frame, rule.outer, scene):
            return
    elif frame.last is not None and frame.last.kind is BodyKind.INNER and rule.outer:
        if _share_outer(frame, rule.outer, scene):
            return
    elif rule.outer and _share_outer(frame, rule.outer, scene):
        return
    if frame.last is not None and frame.last.kind in {BodyKind.NUMBERED, BodyKind.PROPER}:
        same_body(frame, scene)
        return
    if not rule.levels and not rule.outer:
        frame.done = True  # no unit's body
        return
    if not _again(frame, scene):
        _take_seat(frame, rule, scene)


def _take_seat(frame: Frame, rule: SeatRule, scene: Scene) -> None:
    """The unit of a body of that kind beside it, else the one unit of a level that fits."""
    levels = _levels_of_day(frame, rule.levels, scene)
    donor = _donor(frame, scene, levels)
    seat = donor.seat if donor is not None else scene.units.of_paragraph(levels, at=frame.start)
    donor = _same_name(frame, scene) if seat is None else None
    seat = donor.seat if donor is not None else seat
    if seat is None:
        seat = scene.units.fitting(levels, at=frame.start)
    if seat is not None:
        whole = seat.name is not None and frame.names[-1].endswith(f" {seat.name}")  # Ban Quản lý Phố cổ Hà Nội
        frame.seat = Seat(None, seat.place_id, None) if whole else seat
        frame.inferred |= {"place"} if whole else {"unit_type", "place"}
        frame.done = True


def _levels_of_day(frame: Frame, levels: tuple[Level, ...], scene: Scene) -> tuple[Level, ...]:
    """Divisions (Phòng Nội vụ) were the districts' until these ended; since then they are the communes'. While there
    were districts, a commune had no agency (Trung tâm, Ban Quản lý) but those that the lexicon gives it.
    """
    two_level = scene.units.two_level
    if two_level is None or frame.last is None or frame.last.kind is not BodyKind.AGENCY:
        return levels
    if levels == ANY_LEVEL:
        return levels if two_level else levels[:2]
    if levels != (Level.DISTRICT, Level.COMMUNE):
        return levels
    return levels[1:] if two_level else levels[:1]


def _again(frame: Frame, scene: Scene) -> bool:
    """``Phó Trưởng Ban Dân tộc HĐND tỉnh, giữ chức Trưởng Ban Dân tộc``: the body told in full just before."""
    if len(frame.names) > 1 or frame.last is None or frame.last.kind is not BodyKind.INNER:
        return False
    same = (f for f in before(frame, scene) if f.done and len(f.names) > 1 and f.names[0] == frame.names[0])
    known = next(same, None)
    if known is None or not same_sentence(known, frame) or known.title is None or "organisation" in known.inferred:
        return False
    put_inside(frame, known, known.names[:-1])
    return True


def _inside_institution(frame: Frame, scene: Scene) -> bool:
    """``công tác tại Tổng công ty A, giữ chức Trưởng phòng Tài chính``: a division of the company just named, though
    units have one of that name, too.
    """
    last = frame.last
    if last is None or last.kind is not BodyKind.AGENCY or not frame.names[0].startswith(_DIVISION) or last.unit:
        return False
    beside = [id(other) for other in neighbours(frame, scene)]
    near = takewhile(lambda f: same_sentence(f, frame), before(frame, scene))
    donor = next((f for f in near if f.names and (f.title is None or id(f) in beside)), None)
    if donor is None or not is_institution(donor):
        return False
    put_inside(frame, donor, frame.names)
    return True


_DIVISION = "Phòng "


def _is_cut_short(frame: Frame) -> bool:
    """``Giám đốc Trung tâm | tiếng Anh …``: a head noun alone, and words behind it that no grammar reads."""
    last = frame.last
    return frame.title is not None and last is not None and not last.tail and not last.closed and runs_on(frame)


def _is_head_alone(frame: Frame) -> bool:
    """``Phó Giám đốc Trung tâm``, ``Trưởng Tiểu ban``: which one, only a body named in full could tell."""
    last = frame.last
    alone = last is not None and not last.tail and last.kind in {BodyKind.AGENCY, BodyKind.ADHOC}
    return alone and len(frame.names) == 1 and len(frame.names[0].split()) <= 2


def _share_institution(frame: Frame, family: str, scene: Scene) -> bool:
    """The institution of a department or board: that of a coordinated title, else the one the article means."""
    beside = next((f for f in neighbours(frame, scene) if is_office(f) and f.names[0] != frame.names[0]), None)
    if beside is not None and is_division(frame):
        put_inside(frame, beside, (*frame.names, *beside.names[:-1]))
        return True
    donor = next((f for f in neighbours(frame, scene) if is_institution(f) and f.done), None)
    if donor is None or family == "ministry":
        donor = scene.meant(family, frame)
    if donor is None:
        return False
    donor = _with_such_a_board(frame, donor, scene)
    put_inside(frame, donor, frame.names)
    if not donor.done:
        frame.seat = scene.units.fitting(seat_rule(frame.names[-1]).levels, at=frame.start)
    return True


_FORM_OF_BOARD = {
    "Hội đồng quản trị": " Cổ phần ",
    "Ban Kiểm soát": " Cổ phần ",
}  # Law on Enterprises 2020, articles 101, 137


def _with_such_a_board(frame: Frame, donor: Frame, scene: Scene) -> Frame:
    """The company that has the board: a Hội đồng quản trị is a joint-stock company's, not the group's that owns it."""
    form = _FORM_OF_BOARD.get(frame.names[0])
    if form is None or form in donor.names[-1]:
        return donor
    fitting = {f.names[-1]: f for f in reversed(scene.frames) if f.names and is_institution(f) and form in f.names[-1]}
    held = {f.names[-1] for f in scene.frames if f.names and f.names[0] in frame.names[:1] and len(f.names) > 1}
    named = [name for name in fitting if not held or name in held] or list(fitting)
    return fitting[named[0]] if len(named) == 1 else donor


def _share_outer(frame: Frame, family: str, scene: Scene) -> bool:
    """The outer body of an inner one, from its group, else from the nearest frame that has such a body."""
    levels = seat_rule(frame.names[-1]).levels
    donor = next((f for f in neighbours(frame, scene) if _is_outer(f, family)), None)
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
            (f for f in after(frame, scene) if same_sentence(f, frame) and _is_outer(f, family)),
            None,
        )
    if donor is None:
        donor = nearest(
            frame,
            scene,
            lambda f: _is_outer(f, family) and (f.seat is None or not levels or level_of(f.seat) in levels),
        )
    if donor is None or not donor.names:
        return False
    outer = donor.names[-1]
    if family == "party_body" and donor.seat is not None and donor.seat.unit_type:
        outer = "Đảng bộ"
    _set_outer(frame, outer, donor.seat, donor)
    return True


def _same_inner(frame: Frame, scene: Scene) -> Frame | None:
    """A bare Ban Chấp hành outside a list of titles is the one that the article named in full."""
    if frame.title is not None:
        return None
    same = (f for f in before(frame, scene) if f.done and len(f.names) > 1 and f.names[0] == frame.names[0])
    known = next(same, None)
    return known if known is not None and known.names[-1] not in PARTY | {"Đảng bộ"} else None


def _outer_name(family: str, unit_type: str) -> str:
    return "Đảng bộ" if family == "party_body" else committee_of(unit_type)


def _set_outer(frame: Frame, outer: str, seat: Seat | None, donor: Frame | None = None) -> None:
    frame.names = (*frame.names, outer)
    entry = body_named(outer)
    frame.last = (
        donor.last
        if donor is not None and outer == donor.names[-1]
        else phrase_of(entry, frame)
        if entry
        else frame.last
    )
    frame.seat = seat
    frame.inferred |= {"organisation", "place"}
    frame.done = seat is not None


def _is_outer(frame: Frame, family: str) -> bool:
    if not frame.names or frame.last is None:
        return False
    if family in {"committee", "party_body"}:
        committee = frame.names[-1] in PARTY or frame.names[-1].startswith("Đảng ủy Khối")
        return committee and (frame.title is None or not frame.title.fused)
    if family == "military":
        return frame.last.branch is Branch.MILITARY
    return frame.names[-1] in _OUTER_BODIES.get(family, ())


def _donor(frame: Frame, scene: Scene, levels: Sequence[Level]) -> Frame | None:
    """A coordinated title that has a unit of a level this body can have: the next ones first, then those before."""
    for other in neighbours(frame, scene):
        seated = other.done and other.seat is not None and bool(other.seat.unit_type) and level_of(other.seat) in levels
        if seated and (other.title is None or not (other.title.fused and other.title.implied)):
            return other
    return None


def _same_name(frame: Frame, scene: Scene) -> Frame | None:
    """The nearest body of the same name whose unit is known: "Đảng ủy" after "Đảng ủy xã Hưng Long"."""
    return nearest(
        frame,
        scene,
        lambda f: bool(f.names) and f.names[-1] == frame.names[-1] and f.seat is not None and bool(f.seat.place_id),
    )
