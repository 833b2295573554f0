"""Bodies inside an institution: departments, party cells and head nouns alone ("Giám đốc bệnh viện").

Each function settles one frame and says whether it did:

1. :func:`set_apart`: "Trưởng phòng Khảo thí (Sở Giáo dục và Đào tạo)", "Trưởng phòng Điều dưỡng, Trung tâm Y tế huyện"
2. :func:`as_told`: "Trưởng phòng Khảo thí", where the article has named it in full
3. :func:`stand_inside`: "Bí thư Đảng ủy, Giám đốc Công an tỉnh"
4. :func:`same_head`: "Giám đốc bệnh viện", where the article has named the hospital
5. :func:`same_body`: a numbered body or an institution named again without its number or name

Which institution is meant, :class:`Institutions` says: the one just named in the sentence, the one the article is at
home in, the one of the paragraph, the only one. Of several equals it is none of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.discourse import patterns
from pipeline.discourse.frames import Frame, Seat
from pipeline.discourse.scene import Scene, after, before, nearest, neighbours, same_sentence
from pipeline.discourse.seats import SeatRule, level_of, seat_rule
from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyKind
from pipeline.lexicon import head_role_of
from pipeline.models import Branch, Level

OWN_BRANCHES = frozenset({Branch.ENTERPRISE, Branch.EDUCATION, Branch.HEALTH})
_FAMILIES: Mapping[str, frozenset[Branch]] = {
    "school": frozenset({Branch.EDUCATION}),
    "hospital": frozenset({Branch.HEALTH}),
    "company": frozenset({Branch.ENTERPRISE}),
    "institution": frozenset(Branch),
}
FAMILIES = frozenset({*_FAMILIES, "ministry"})
_DIRECTOR, _CHIEF, _HEAD = "Giám đốc", "Chánh", "Trưởng"  # of an agency, of an office, of the divisions of either
_WEIGHTS = {0: 3.0, 1: 2.0, 2: 2.0}  # by block: the headline and the first lines tell whose news it is, as for units
_ELECTED = frozenset({Branch.PEOPLES_COUNCIL, Branch.FRONT, Branch.MASS_ORGANISATION})
_COUNTRY = " Việt Nam"
_NEAR = 12  # institutions of one paragraph looked at
_HOME_SHARE = 1.5  # the home institution is named this much more than the runner-up, as for units


class Institutions:
    """The institutions and ministries that an article is about, in text order; the newspaper that asks is none."""

    __slots__ = ("_directed", "_fitting", "_named")

    def __init__(self, frames: Iterable[Frame], text: str) -> None:
        named = [f for f in frames if is_institution(f) or _is_ministry(f) or _is_directed(f)]
        asking = {f.names[-1] for f in named if patterns.ASKED_BY.search(text[max(0, f.start - 40) : f.start])}
        named = [frame for frame in named if frame.names[-1] not in asking]
        self._directed = [frame for frame in named if _is_directed(frame)]
        self._named = [frame for frame in named if not _is_directed(frame)]
        self._fitting: dict[str, tuple[list[Frame], Frame | None]] = {}

    def of_family(self, family: str, frame: Frame) -> Frame | None:
        """The school, hospital, company … that a body is a part of."""
        if family == "ministry":
            return self._meant(family, _is_ministry, frame)
        branches = _FAMILIES[family]
        institution = self._meant(
            family, lambda f: is_institution(f) and f.last is not None and f.last.branch in branches, frame
        )
        if institution is not None and same_sentence(institution, frame) and institution.start < frame.start:
            return institution
        return self._agency(branches, frame) or institution or self._leading_agency(branches, frame)

    def _agency(self, branches: Container[Branch], frame: Frame) -> Frame | None:
        """The agency whose division is named: the last of the sentence, else the only one of the paragraph before."""
        if not is_division(frame):
            return None
        at = bisect_left(self._directed, frame.start, key=lambda named: named.start)
        near = [named for named in self._directed[max(at - _NEAR, 0) : at] if named.block == frame.block]
        around = [named for named in near if named.last is not None and named.last.branch in branches]
        if around and (same_sentence(around[-1], frame) or _are_one(around)):
            return around[-1]
        return None

    def _leading_agency(self, branches: Container[Branch], frame: Frame) -> Frame | None:
        """The only agency of the headline and the first line, if the article is about it: named there twice."""
        lead = [f for f in self._directed if f.block in _WEIGHTS and f.last is not None and f.last.branch in branches]
        return lead[0] if is_division(frame) and len(lead) > 1 and _are_one(lead) else None

    def called(self, head: str, frame: Frame) -> Frame | None:
        """The institution or ministry with that head noun."""
        return self._meant(f"{head} …", lambda f: f.names[-1].startswith(f"{head} "), frame)

    def _meant(self, kind: str, fits: Callable[[Frame], bool], frame: Frame) -> Frame | None:
        if kind not in self._fitting:
            fitting = [named for named in self._named if fits(named)]
            self._fitting[kind] = fitting, _home(fitting)
        fitting, home = self._fitting[kind]
        at = bisect_left(fitting, frame.start, key=lambda named: named.start)
        last = fitting[at - 1] if at else None
        if last is None or same_sentence(last, frame):
            return last or home
        if home is not None or last.block < frame.block - 1:
            return home
        around = {named.names[-1] for named in fitting[max(at - _NEAR, 0) : at] if named.block == last.block}
        return last if len(around) == 1 else None


def _home(fitting: Sequence[Frame]) -> Frame | None:
    """The institution that the article names by far most."""
    weights: defaultdict[str, float] = defaultdict(float)
    first: dict[str, Frame] = {}
    names = {frame.names[-1] for frame in fitting}
    for frame in fitting:
        name = _without_predicate(frame.names[-1], names)
        weights[name] += _WEIGHTS.get(frame.block, 1.0)
        if name == frame.names[-1] and (frame.seat is not None or name not in first):
            first[name] = frame
    ranked = sorted(weights, key=lambda name: -weights[name])[:2]
    if not ranked or (len(ranked) > 1 and weights[ranked[0]] < _HOME_SHARE * weights[ranked[1]]):
        return None
    return first[ranked[0]]


def _without_predicate(name: str, names: set[str]) -> str:
    """A name read on into the predicate of a headline ("Bệnh viện A mổ tim …") is the shorter one named elsewhere."""
    words = name.split()
    shorter = (" ".join(words[:n]) for n in range(2, len(words)) if words[n][0].islower())
    return next((known for known in shorter if known in names), name)


def is_institution(frame: Frame) -> bool:
    """Whether a frame names a school, a hospital, a company: by a name of its own, or by one the lexicon knows."""
    last = frame.last
    if last is None or not frame.names:
        return False
    return (last.kind is BodyKind.PROPER and last.tail) or (
        last.kind is BodyKind.CENTRAL and last.branch in OWN_BRANCHES
    )


def _is_directed(frame: Frame) -> bool:
    """Whether a frame names an agency with departments: Sở Y tế, Trung tâm Y tế huyện have a director, as
    institutions do.
    """
    last = frame.last
    if last is None or last.kind not in {BodyKind.AGENCY, BodyKind.UNIT} or not last.tail:
        return False
    return head_role_of(frame.names[-1]) == _DIRECTOR


def is_office(frame: Frame) -> bool:
    """Whether a title heads the office of a body: Chánh Văn phòng | Thành ủy."""
    return frame.done and len(frame.names) > 1 and head_role_of(frame.names[0]) == _CHIEF


def is_division(frame: Frame) -> bool:
    """Whether a frame names a Phòng or Ban; a Khoa is of a school or hospital."""
    last = frame.last
    return last is not None and last.branch is not Branch.EDUCATION and head_role_of(frame.names[-1]) == _HEAD


def _are_one(agencies: Sequence[Frame]) -> bool:
    """Whether frames name one agency; a name without its unit may be any of that name."""
    seats = {frame.seat.place_id for frame in agencies if frame.seat is not None}
    return len({frame.names[-1] for frame in agencies}) == 1 and len(seats) <= 1


def _is_ministry(frame: Frame) -> bool:
    last = frame.last
    return (
        last is not None
        and last.kind is BodyKind.CENTRAL
        and last.place is None
        and last.level == Level.CENTRAL
        and last.branch in {Branch.GOVERNMENT, Branch.POLICE, Branch.MILITARY, Branch.JUDICIARY}
        and frame.names[-1].startswith("Bộ ")
    )


def name_institution(frame: Frame, institutions: Institutions) -> bool:
    """``Giám đốc bệnh viện``, ``Đảng ủy Công ty``, ``Văn phòng Bộ``: a head noun alone is the institution that is
    meant.
    """
    last = frame.last
    if last is None or last.tail or last.kind not in {BodyKind.PROPER, BodyKind.AGENCY} or frame.seat is not None:
        return False
    donor = institutions.called(frame.names[-1], frame)
    if donor is None:
        return False
    put_inside(frame, donor, frame.names[:-1])
    return True


def put_inside(frame: Frame, donor: Frame, inner: tuple[str, ...]) -> None:
    """Give a frame the outer body of another, behind its own ``inner`` names."""
    frame.names = (*inner, donor.names[-1])
    frame.last, frame.suffix, frame.seat, frame.done = donor.last, donor.suffix, donor.seat, True
    frame.inferred |= {"organisation", "place"}


def is_national(frame: Frame) -> bool:
    """``Liên đoàn Bóng đá Việt Nam``: an open name that ends in a country is no unit's body."""
    if frame.last is None or frame.last.closed or not frame.last.tail:
        return False
    words = frame.names[-1].split()
    if frame.last.kind is BodyKind.AGENCY and tuple(word.lower() for word in words[-2:]) in _NATIONAL:
        return True
    if frame.last.kind is BodyKind.ADHOC and any(pair in _NATIONAL_TASKS for pair in pairwise(words)):
        return True
    endings = (words[-n:] for n in (1, 2, 3) if len(words) > n and words[-n - 1] not in {"-", "–"})
    return any(
        "country" in load_gazetteer().kinds(" ".join(ending))
        for ending in endings
        if all(word[0].isupper() for word in ending)
    )


_NATIONAL = {("quốc", "gia"), ("trung", "ương")}
_NATIONAL_TASKS = {("Quốc", "gia"), ("Trung", "ương"), ("Nhà", "nước")}  # "mục tiêu quốc gia" is of any unit


def name_national(frame: Frame, text: str) -> bool:
    """``Chủ tịch Hội Luật gia Việt Nam``: a union named with the country and no unit is the national one, whatever
    unit its officer comes from ("nguyên Bí thư Tỉnh ủy X", "Chủ tịch Hội Luật gia tỉnh X").
    """
    last = frame.last
    if last is None or last.kind is not BodyKind.UNIT or last.branch is not Branch.MASS_ORGANISATION:
        return False
    surface = text[frame.start : frame.end]
    if frame.names[-1].endswith(_COUNTRY) or not surface.endswith((_COUNTRY, "VN")):
        return False
    frame.names = (*frame.names[:-1], frame.names[-1] + _COUNTRY)
    frame.last, frame.done = replace(last, kind=BodyKind.CENTRAL), True
    return True


def seat_institutions(frames: Sequence[Frame], behind: Mapping[int, Seat]) -> None:
    """Schools, hospitals, companies and border posts get the unit that the article ties them to, wherever it does; a
    name inside theirs that no unit is known by ("Trường THCS Thăng Long, huyện Thống Nhất") does not stand against it.
    """
    unseated = [frame for frame in frames if is_unseated(frame)]
    seats: dict[tuple[str, str | None], Seat] = {}
    for frame in unseated:
        if frame.end in behind:
            seats.setdefault((frame.names[-1], frame.suffix), behind[frame.end])
    for frame in unseated:
        frame.seat = seats.get((frame.names[-1], frame.suffix), frame.seat)


def is_unseated(frame: Frame) -> bool:
    """Whether a frame names an institution or numbered body that no unit is known of yet."""
    last = frame.last
    named = last is not None and (last.kind is BodyKind.PROPER or (last.kind is BodyKind.NUMBERED and frame.suffix))
    return bool(named) and (frame.seat is None or frame.seat.place_id is None)


def set_apart(frame: Frame, scene: Scene) -> bool:
    """``Trưởng phòng Khảo thí (Sở Giáo dục và Đào tạo)``, ``Trưởng phòng Điều dưỡng, Trung tâm Y tế huyện``: the
    institution of a department right behind it.
    """
    if frame.last is None or frame.last.kind is not BodyKind.AGENCY:
        return False
    behind = next(
        (f for f in after(frame, scene) if frame.end < f.start <= frame.end + 3 and f.title is None and f.names), None
    )
    if behind is None or behind.last is None or not _sets_apart(scene.units.text, frame, behind):
        return False
    frame.names = (*frame.names, *behind.names)
    frame.last, frame.suffix, frame.seat, frame.done = behind.last, behind.suffix, behind.seat, behind.seat is not None
    frame.inferred |= {"organisation", "place"}
    if not frame.done and behind.last.kind not in {BodyKind.CENTRAL, BodyKind.PROPER}:
        frame.seat = scene.units.fitting(seat_rule(frame.names[-1]).levels, at=frame.start)
    frame.done = True
    return True


def _sets_apart(text: str, frame: Frame, behind: Frame) -> bool:
    """A bracket does; behind the title of a department that no unit has, a comma; a comma or dash where the body behind
    is one that has such departments, and nothing is said of it.
    """
    between = text[frame.end : behind.start]
    if "(" in between:
        return True
    if frame.title is None or between.strip() not in {",", "-", "–"}:
        return False
    if between.strip() == "," and seat_rule(frame.names[-1]).outer in FAMILIES:
        return True
    return _has_such(behind, frame) and patterns.APPOSED_BODY_ENDS.match(text, behind.end) is not None


def _has_such(body: Frame, department: Frame) -> bool:
    """Whether a body has departments of the kind: a ministry has Cục and Vụ, a Sở and the police have Phòng, a school
    has Khoa, Viện and Trung tâm.
    """
    kind, outer = department.names[-1], body.names[-1] if body.names else ""
    if kind.startswith(("Cục ", "Vụ ", "Tổng cục ")):
        return _is_ministry(body)
    if kind.startswith(("Phòng ", "Đội ")):
        return is_institution(body) or outer.startswith("Sở ") or (_is_directed(body) and outer == "Công an")
    if kind.startswith(("Khoa ", "Bộ môn ", "Viện ", "Trung tâm ")):
        schooled = is_institution(body) and body.last is not None and body.last.branch is Branch.EDUCATION
        return schooled or (kind.startswith("Trung tâm ") and outer.startswith("Tổng cục "))
    return False


def stand_in_school(frames: Sequence[Frame], text: str) -> None:
    """``Viện trưởng Viện Công nghệ sinh học, Trường Đại học Nông Lâm``: the school of an institute right behind it."""
    for frame, behind in pairwise(frames):
        last = frame.last
        if last is None or behind.last is None or behind.title is not None or len(frame.names) != 1:
            continue
        near = frame.end < behind.start <= frame.end + 3 and last.kind is BodyKind.PROPER and last.tail
        if not near or not frame.names[0].startswith("Viện ") or not _has_such(behind, frame):
            continue
        if _sets_apart(text, frame, behind):
            frame.names = (*frame.names, *behind.names)
            frame.last, frame.suffix, frame.seat, frame.done = behind.last, behind.suffix, behind.seat, True
            frame.inferred |= {"organisation", "place"}


def as_told(frame: Frame, scene: Scene) -> bool:
    """A department without its institution is the one of that name which the article puts inside one institution."""
    if frame.last is None or frame.last.kind is not BodyKind.AGENCY or not frame.last.tail or len(frame.names) > 1:
        return False
    around = (*before(frame, scene), *after(frame, scene))
    told = [f for f in around if f.done and len(f.names) > 1 and f.names[0] == frame.names[0]]
    told = [f for f in told if "organisation" not in f.inferred] or told
    if len({f.names for f in told}) != 1:
        return False
    donor = next((f for f in told if f.seat is not None), told[0])
    put_inside(frame, donor, donor.names[:-1])
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
        if other.last.kind is BodyKind.FUSED or (other.last.kind is BodyKind.CENTRAL and not _has_cell(other, rule)):
            continue
        if _is_local_government(other) and not _has_own_cell(other, rule):
            continue
        if (
            other.seat is not None
            and other.seat.unit_type
            and level_of(other.seat) is Level.COMMUNE
            and other.last.closed
            and other.last.kind is not BodyKind.NUMBERED  # a border post has its own committee, not the commune's
        ):
            continue
        frame.names = (*frame.names, *other.names[-1:])
        frame.last, frame.suffix, frame.seat, frame.done = other.last, other.suffix, other.seat, True
        frame.inferred |= {"organisation", "place"}
        return True
    return False


def _has_cell(frame: Frame, rule: SeatRule) -> bool:
    """Whether a central body has the cell: companies have a Đảng ủy, ministries a Ban Cán sự đảng, unions a Đảng
    đoàn.
    """
    if rule.outer == "elected":
        return frame.last is not None and frame.last.branch in _ELECTED
    return is_institution(frame) or (rule.outer == "government" and _is_ministry(frame))


def _has_own_cell(frame: Frame, rule: SeatRule) -> bool:
    """Whether a body of local government has the cell: the People's Committee its Ban Cán sự đảng; councils, the Front
    and unions their Đảng đoàn.
    """
    if rule.outer == "government":
        return frame.names[-1] == "Ủy ban nhân dân"
    return rule.outer == "elected" and frame.last is not None and frame.last.branch in _ELECTED


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
    """A numbered body or an institution named again without its number, its name or its unit."""
    donor = nearest(
        frame,
        scene,
        lambda f: (
            bool(f.names)
            and f.names[-1].startswith(frame.names[-1])
            and frame.suffix in {None, f.suffix}
            and (f.suffix is not None or f.seat is not None or f.names[-1] != frame.names[-1])
        ),
    )
    if donor is not None:
        frame.names = (*frame.names[:-1], donor.names[-1])
        frame.last, frame.suffix, frame.seat = donor.last, donor.suffix, donor.seat
        frame.inferred |= {"organisation", "place"}
    frame.done = True
