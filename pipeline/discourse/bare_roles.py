"""A role alone ("Chủ tịch", "Đồn trưởng"): the body that the same role, or a body that takes the role, has nearby.

What enters is a frame whose title names no body; what leaves is the frame with the names and the seat of the one that
fits, or as it was.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import takewhile

from pipeline.discourse import patterns
from pipeline.discourse.frames import Frame
from pipeline.discourse.institutions import put_inside
from pipeline.discourse.scene import Scene, after, before, nearest, neighbours, phrase_of, same_block, same_sentence
from pipeline.discourse.seats import level_of, levels_of_type
from pipeline.grammar.body_phrases import BodyKind
from pipeline.grammar.names import honorifics_at
from pipeline.grammar.normal_forms import body_headed, committee_of
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.titles import body_named, role_named, takes_body
from pipeline.lexicon import Role, head_role_of, head_roles, heads, marked
from pipeline.models import Branch, Level

CIVIL = frozenset({"Ủy ban nhân dân", "Hội đồng nhân dân"})


def inherit(frame: Frame, scene: Scene) -> None:
    """A role alone: the body that the same role, or a body that takes the role, has nearby."""
    title = frame.title
    role = role_named(title.role) if title is not None else None
    if title is None or role is None or "post" in role.takes:  # an envoy's state is no body
        return
    unit_type = title.role.removesuffix(" trưởng").lower()
    if levels_of_type(unit_type):
        frame.seat, frame.done = scene.units.find(unit_type, at=frame.start), True
        return
    if _committee_beside(frame, title.role, scene):
        return
    if _sits_in_government(frame, role, scene):
        frame.title = None
        return
    if take_own(frame, scene) or _take_headed(frame, role, scene) or runs_on(frame):
        return
    same_role = _same_role(frame, title.role, scene)
    if same_role is None and "ministry" in role.takes:
        _take_ministry(frame, scene)
        return
    if same_role is None and _on_site(frame, title.role, scene):
        return
    donor = same_role or _kindred(frame, title.role, scene) or _donor(frame, role, scene)
    if donor is not None:
        _take_body(frame, role, donor, scene)


def _same_role(frame: Frame, name: str, scene: Scene) -> Frame | None:
    """The nearest office of the same role in the sentence."""
    return nearest(
        frame,
        scene,
        lambda f: (
            f.title is not None
            and f.title.role == name
            and bool(f.names)
            and f.mention.sentence_id == frame.mention.sentence_id
        ),
    )


def _donor(frame: Frame, role: Role, scene: Scene) -> Frame | None:
    """The body that a role heads: beside it, in its paragraph, of the same role elsewhere, the only one there is."""
    return (
        next((f for f in neighbours(frame, scene) if f.names and _heads(role, f)), None)
        or nearest(frame, scene, lambda f: bool(f.names) and _heads(role, f) and same_block(f, frame))
        or nearest(frame, scene, lambda f: f.title is not None and f.title.role == role.name and bool(f.names))
        or _only_headed(frame, role, scene)
    )


def _take_body(frame: Frame, role: Role, donor: Frame, scene: Scene) -> None:
    """The donor's body, from where the role can head it."""
    tied = next((k for k, name in enumerate(donor.names) if takes_body(role, name)), 0)
    first = _directed(donor) if "Giám đốc" in role.name else None
    names = donor.names[first or _headed(role.name, donor) or tied :]
    frame.names, frame.last, frame.suffix, frame.seat = names, donor.last, donor.suffix, donor.seat
    _move_to_scene(frame, donor, scene)
    frame.inferred |= {"organisation", "place"}
    frame.done = True


def _move_to_scene(frame: Frame, donor: Frame, scene: Scene) -> None:
    """``ở phường A, Phó Chủ tịch B``: of the commune just named, not of the one that the sentence before spoke of."""
    seat = frame.seat
    if frame.names[-1] not in CIVIL or same_sentence(frame, donor) or seat is None or level_of(seat) is not _COMMUNE:
        return
    frame.seat = scene.units.just_named(_COMMUNE, at=frame.start) or seat


_COMMUNE = Level.COMMUNE


def _take_headed(frame: Frame, role: Role, scene: Scene) -> bool:
    """``Phó Chỉ huy trưởng, được giao phụ trách Ban CHQS huyện``, ``Hội Nông dân xã A do ông B làm Chủ tịch``: the body
    that the sentence says is run from this office.
    """
    text = scene.units.text
    run_by = patterns.RUN_BY.search(text, max(frame.start - 90, 0), frame.start)
    if run_by is not None:
        near = (f for f in before(frame, scene) if f.names and f.done and 0 <= run_by.start() - f.end <= 1)
    else:
        near = (f for f in after(frame, scene) if f.names and f.done and f.title is None and same_sentence(f, frame))
        near = (f for f in near if patterns.RUNS_BELOW.fullmatch(text, frame.end, f.start))
    donor = next((f for f in near if _heads(role, f)), None)
    if donor is None:
        return False
    put_inside(frame, donor, donor.names[:-1])
    return True


def _on_site(frame: Frame, role: str, scene: Scene) -> bool:
    """``Ở phường Tam Chúc, Phó Chủ tịch Đinh Văn Tư``: of the unit where the clause takes place."""
    if body_headed(role, None) is None or any(neighbours(frame, scene)):
        return False
    seat = scene.units.on_site(at=frame.start)
    name = body_headed(role, seat.unit_type) if seat is not None and seat.unit_type is not None else None
    entry = body_named(name) if name is not None else None
    if entry is None:
        return False
    frame.names, frame.last, frame.seat, frame.done = (entry.name,), phrase_of(entry, frame), seat, True
    frame.inferred |= {"organisation", "place"}
    return True


def _only_headed(frame: Frame, role: Role, scene: Scene) -> Frame | None:
    """The nearest body that the role may head; a role of many kinds of body takes it only where it is the only one."""
    donor = nearest(frame, scene, lambda f: bool(f.names) and _heads(role, f))
    if donor is None or not ("any" in role.takes or len(role.takes) > _KINDS):
        return donor
    others = (f for f in (*before(frame, scene), *after(frame, scene)) if f.done and f.names and _heads(role, f))
    return donor if all((f.names, f.seat) == (donor.names, donor.seat) for f in others) else None


_KINDS = 5  # kinds of body that a role may head before it tells too little by itself: Chủ tịch, Giám đốc


def _take_ministry(frame: Frame, scene: Scene) -> None:
    """``Thứ trưởng``: of the one ministry the article gives that office, else of the ministry the article means; whose
    ``nguyên Bộ trưởng`` somebody was, the ministry of today's news does not tell.
    """
    role = frame.title.role if frame.title is not None else ""
    around = (*before(frame, scene), *after(frame, scene))
    named = [f for f in around if f.title is not None and f.title.role == role and f.body is not None and f.names]
    named = [f for f in named if head_role_of(f.names[-1]) != role or not _of_another(f, frame, scene)]
    if len({f.names for f in named}) > 1:
        return
    gone = patterns.GONE.search(scene.units.text, max(frame.start - 8, 0), frame.start) is not None
    donor = named[0] if named else None if gone else scene.meant("ministry", frame)
    if donor is not None:
        put_inside(frame, donor, ())


def _sits_in_government(frame: Frame, role: Role, scene: Scene) -> bool:
    """``Bộ trưởng, Chủ nhiệm Văn phòng Chính phủ``: the rank of a minister, and no ministry."""
    beside = (other.title for other in neighbours(frame, scene) if other.last is not None)
    return "ministry" in role.takes and any(title is not None and title.role == "Chủ nhiệm" for title in beside)


def runs_on(frame: Frame) -> bool:
    """Whether words that no grammar reads tell the body of a role alone: ``Phó Chủ tịch | cuộc thi``, ``Vụ trưởng | Tín
    dụng``. A name, a mark or a predicate tell none.
    """
    line, at = frame.line, frame.title.end if frame.title is not None else 0
    if at >= len(line) or not line.texts[at][0].isalpha() or line.wide_gap(at) or line.shouting:
        return False
    if frame.name_at is not None and honorifics_at(line, at)[1] == frame.name_at:
        return False
    if line.capital[at] and frame.name_at == at:
        return False
    if line.capital[at] and _meant_table().longest(line.keys, at) is not None:
        return False  # Hiệu trưởng | Nhà trường
    tables = _follower_tables()[-1:] if line.capital[at] else _follower_tables()
    return not any(table.longest(line.keys, at) for table in tables)


@cache
def _meant_table() -> Phrases[str]:
    """Words for the body that the article speaks of anyway."""
    rows = marked("followers.tsv", surface="surface", kind="kind")
    return Phrases((row.surface, row.kind) for row in rows if row.kind in {"meant", "any"})


@cache
def _follower_tables() -> tuple[Phrases[str], ...]:
    """Words that may stand behind an office as a predicate, a joint or a remark; last what a deputy is in charge of."""
    files = ("tail_stops.tsv", "speech.tsv", "joints.tsv", "followers.tsv", "honorifics.tsv", "portfolios.tsv")
    rows = [marked("verbs.tsv", surface="surface", kind="effect")]
    rows += [marked(file, surface="surface", kind="kind") for file in files]
    return tuple(Phrases((row.surface, row.kind) for row in group) for group in rows)


_NAME = re.compile(r" (?:[-–] )?(?:ông |bà |đồng chí |đ/c )?(?P<name>(?:[^\W\d_]+ ?){1,5})")


def take_own(frame: Frame, scene: Scene) -> bool:
    """``Bộ trưởng Lê Văn Tư`` after ``Bộ trưởng Bộ Y tế Lê Văn Tư``: the same role of the same person, told in full."""
    role = frame.title.role if frame.title is not None else ""
    name = _name_behind(frame, scene)
    if not name:
        return False
    around = (*before(frame, scene), *after(frame, scene))
    same = (f for f in around if f.title is not None and f.title.role == role and f.body is not None and f.names)
    own = next((f for f in same if f.done and f" {_name_behind(f, scene)}".endswith(f" {name}")), None)
    if own is not None:
        put_inside(frame, own, own.names[:-1])
    return own is not None


def _of_another(frame: Frame, bare: Frame, scene: Scene) -> bool:
    """Whether an office that only one person holds has another holder's name right behind it."""
    name = _name_behind(frame, scene)
    return bool(name) and not f" {name}".endswith(f" {_name_behind(bare, scene)}")


def _name_behind(frame: Frame, scene: Scene) -> str:
    """The run of capitalised words right behind an office."""
    found = _NAME.match(scene.units.text, frame.end, frame.end + 60)
    words = found["name"].split() if found is not None else []
    return " ".join(takewhile(lambda word: word[0].isupper(), words))


def take_kindred(frame: Frame, scene: Scene) -> None:
    """A role that names its kind of body: settled before the bodies that stand inside it."""
    role = frame.title.role if frame.title is not None else ""
    if take_own(frame, scene):
        return
    donor = _kindred(frame, role, scene) if not levels_of_type(role.removesuffix(" trưởng").lower()) else None
    if donor is not None and donor.done and not runs_on(frame):
        names = donor.names[_headed(role, donor) or 0 :]
        frame.names, frame.last, frame.suffix, frame.seat = names, donor.last, donor.suffix, donor.seat
        frame.inferred |= {"organisation", "place"}
        frame.done = True


def _kindred(frame: Frame, role: str, scene: Scene) -> Frame | None:
    """``Đồn trưởng`` heads a Đồn, ``Trạm trưởng`` a Trạm: the nearest body whose name begins like the role."""
    kind = role.removesuffix(" trưởng")
    if kind == role:
        return None
    if role in _school_roles():
        return scene.meant("school", frame)
    entry = role_named(role)
    if entry is not None and "ministry" in entry.takes:
        return None  # whose ministry, the article has to settle
    begins = f"{kind} "
    around = (*neighbours(frame, scene), *before(frame, scene), *after(frame, scene))
    return next(
        (f for f in around if f.names and f"{f.names[0]} ".startswith(begins) and f.title is not frame.title), None
    )


@cache
def _school_roles() -> frozenset[str]:
    """Who heads a school: Hiệu trưởng."""
    schools = {head.name for head in heads() if head.branch is Branch.EDUCATION and head.kind == BodyKind.PROPER}
    return frozenset(row.role for row in head_roles() if row.name in schools)


def _committee_beside(frame: Frame, role: str, scene: Scene) -> bool:
    """``Phó Bí thư, Chủ tịch UBND huyện``: the secretary of the committee of the coordinated title's unit."""
    if role != "Bí thư":
        return False
    beside = list(neighbours(frame, scene))
    if any(
        other.names and other.last is not None and other.last.branch in {Branch.PARTY, Branch.MASS_ORGANISATION}
        for other in beside
    ):
        return False
    for other in beside:
        if other.done and other.seat is not None and other.seat.unit_type and other.names and other.names[-1] in CIVIL:
            entry = body_named(committee_of(other.seat.unit_type))
            if entry is not None:
                frame.names, frame.last = (entry.name,), phrase_of(entry, frame)
                frame.seat, frame.done = other.seat, True
                frame.inferred |= {"organisation", "place"}
                return True
    return False


def _heads(role: Role, frame: Frame) -> bool:
    """Whether a role may head the frame's body."""
    last = frame.last
    if last is None:
        return False
    if role.name in _heading_roles() and _headed(role.name, frame) is None:
        return False
    if "Giám đốc" in role.name and _directed(frame) is None:
        return False
    if role.name == "Bí thư" and last.branch is Branch.MASS_ORGANISATION and "oàn" not in frame.names[-1]:
        return False
    if "any" in role.takes or last.branch.value in role.takes:
        return True
    return any(takes_body(role, name) for name in frame.names)


_BOARDS = frozenset({"Hội đồng quản trị", "Hội đồng thành viên", "Ban Giám đốc", "Ban Kiểm soát"})
_UNDIRECTED = frozenset({BodyKind.UNIT, BodyKind.FUSED, BodyKind.CENTRAL, BodyKind.ADHOC})


def _directed(frame: Frame) -> int | None:
    """Where in a frame's chain of bodies the one stands that a director may head: the company behind its board; a state
    organ has none.
    """
    last = frame.last
    if last is None or last.branch in {Branch.LEGISLATURE, Branch.MILITARY, Branch.PARTY}:
        return None
    level = (level_of(frame.seat) if frame.seat is not None else None) or Level.NONE
    if last.kind in _UNDIRECTED and "Giám đốc" not in (head_role_of(frame.names[-1], level=level) or ""):
        return None
    return next((k for k, name in enumerate(frame.names) if name not in _BOARDS), None)


@cache
def _heading_roles() -> frozenset[str]:
    return frozenset(row.role for row in head_roles())


def _headed(role: str, frame: Frame) -> int | None:
    """Where in a frame's chain of bodies the one stands that a role heads: Phó Giám đốc | Cơ quan CSĐT > Công
    an tỉnh.
    """
    level = (level_of(frame.seat) if frame.seat is not None else None) or Level.NONE
    roles = [head_role_of(name, level=level) for name in frame.names]
    return next((k for k, head in enumerate(roles) if head == role), 0 if roles[0] is None else None)
