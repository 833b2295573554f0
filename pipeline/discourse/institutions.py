"""Bodies inside an institution: departments, party cells and head nouns alone ("Giám đốc bệnh viện").

Each function settles one frame and says whether it did:

1. :func:`in_brackets`: "Trưởng phòng Khảo thí (Sở Giáo dục và Đào tạo)"
2. :func:`stand_inside`: "Bí thư Đảng ủy, Giám đốc Công an tỉnh"
3. :func:`same_head`: "Giám đốc bệnh viện", where the article has named the hospital
4. :func:`same_body`: a numbered body or an institution named again without its number or name
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.discourse.frames import Frame, Seat
from pipeline.discourse.scene import Scene, after, before, nearest, neighbours
from pipeline.discourse.seats import SeatRule, level_of, seat_rule
from pipeline.grammar.organisations import BodyKind
from pipeline.models import Branch, Level


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


def in_brackets(frame: Frame, scene: Scene) -> bool:
    """``Trưởng phòng Khảo thí (Sở Giáo dục và Đào tạo)``: the institution of a department right behind it."""
    if frame.last is None or frame.last.kind is not BodyKind.AGENCY:
        return False
    behind = next(
        (f for f in after(frame, scene) if frame.end < f.start <= frame.end + 3 and f.title is None and f.names), None
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


def stand_inside(frame: Frame, rule: SeatRule, scene: Scene) -> bool:
    """``Bí thư Đảng ủy, Giám đốc Công an tỉnh``: the cell or committee of the body that the coordinated title heads."""
    for other in neighbours(frame, scene):
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
            and level_of(other.seat) is Level.COMMUNE
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


def same_head(frame: Frame, scene: Scene) -> bool:
    """``Giám đốc bệnh viện``, ``Phó Chủ tịch Hội``: the body with that head noun which the article has named."""
    head = frame.names[-1]
    for donor in (f for f in (*before(frame, scene), *after(frame, scene)) if f.names):
        named = next((k for k, name in enumerate(donor.names) if name.startswith(head + " ")), None)
        if named is not None:
            frame.names = (*frame.names[:-1], *donor.names[named:])
            frame.last, frame.suffix, frame.seat, frame.done = donor.last, donor.suffix, donor.seat, donor.done
            frame.inferred |= {"organisation", "place"}
            return frame.done
    return False


def same_body(frame: Frame, scene: Scene) -> None:
    """A numbered body or an institution named again without its number or name."""
    donor = nearest(
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
