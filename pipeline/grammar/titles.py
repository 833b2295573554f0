"""Titles: a small language of modifiers, role, body, unit and place.

Reads, from the token at which it is asked:

1. ``Bí thư Huyện ủy Hàm Yên``, ``Chủ tịch HĐND xã Thanh Ba``, ``Giám đốc Sở KH&ĐT`` (role + body)
2. ``Phó Bí thư TT Thị ủy``, ``Phó Chủ tịch Thường trực HĐND tỉnh``, ``Ủy viên dự khuyết BCH Trung ương Đảng`` (with
   modifiers)
3. ``Trưởng ban Tổ chức Tỉnh ủy``, ``phó phòng Tài nguyên và Môi trường``, ``Phó Trưởng ban phụ trách Ban Quản lý …``
   (the head noun belongs to the body)
4. ``TUV``, ``Huyện ủy viên``, ``UVBTV Tỉnh ủy``, ``ĐBQH``, ``PBT Đảng ủy`` (one word for office and body)
5. ``Chủ tịch xã Đức Ninh``, ``Trưởng thôn Đồng Tâm``, ``Bí thư tỉnh`` (the body is left out)
6. ``Bộ trưởng Công an`` (the ministry is left out)
7. ``Chủ tịch nước``, ``Thủ tướng``, ``Phó Chỉ huy trưởng``, ``Bí thư`` (a role alone; who uses it decides whether that
   is enough)

What leaves is a :class:`TitlePhrase` in token positions. The status words nguyên, cựu, quyền, tân stay outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from pipeline.grammar.abroad import country_at, is_home, with_country
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.body_words import opens_body
from pipeline.grammar.departments import department_at
from pipeline.grammar.firms import firm_at
from pipeline.grammar.newsmakers import known_at
from pipeline.grammar.normal_forms import body_headed
from pipeline.grammar.organisations import body_at
from pipeline.grammar.phrases import Openings, Phrases
from pipeline.grammar.places import (
    NameSpan,
    UnitForm,
    UnitPhrase,
    bare_place_at,
    district_behind,
    name_behind,
    province_at,
    unit_phrase_at,
)
from pipeline.grammar.syllables import Line, is_foreign, read_line
from pipeline.lexicon import (
    Body,
    FusedTitle,
    Marked,
    Role,
    bodies,
    fused_titles,
    head_role_of,
    marked,
    roles,
    unit_level,
)
from pipeline.models import Branch, Level


@dataclass(frozen=True, slots=True)
class TitlePhrase:
    """One title of a line.

    ``role`` and ``modifiers`` are normal forms; ``implied`` says that ``body`` was left out in the text and supplied
    by the grammar. ``acting_head`` marks "Phó Giám đốc phụ trách", which tells two offices; ``whole`` a role that says
    its body in other words (Bí thư Trung ương Đảng). ``alone`` is the lexicon's word on a role without a body.
    """

    start: int
    end: int
    role: str
    modifiers: tuple[str, ...]
    body: BodyPhrase | None
    unit: UnitPhrase | None = None
    implied: bool = False
    acting_head: bool = False
    alone: str = "yes"
    fused: bool = False
    whole: bool = False

    @property
    def bare(self) -> bool:
        """Whether neither body nor unit stands in the phrase."""
        return (self.body is None or (self.implied and self.unit is None)) and self.unit is None and not self.fused


@cache
def _role_table() -> Phrases[Role]:
    return Phrases((surface, role) for role in roles() for surface in role.surfaces)


@cache
def _fused_table() -> Phrases[FusedTitle]:
    return Phrases((title.surface, title) for title in fused_titles())


@cache
def _modifier_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("modifiers.tsv", surface="surface", kind="kind", extra="name"))


@cache
def body_named(name: str) -> Body | None:
    """The lexicon's entry of a closed body by its normal name."""
    return next((body for body in bodies() if body.name == name), None)


@cache
def role_named(name: str) -> Role | None:
    """The lexicon's entry of a role by its normal name."""
    return next((role for role in roles() if role.name == name), None)


def title_openings() -> Openings:
    """First two tokens with which a title can begin."""
    return _role_table().openings | _fused_table().openings | _modifier_table().openings


def title_at(line: Line, at: int) -> TitlePhrase | None:
    """The title that begins at a token, read as far as it goes."""
    fused, plain = _fused_title(line, at), _plain_title(line, at)
    if fused is None or (plain is not None and (plain.end, plain.body is not None) > (fused.end, False)):
        return _with_post(line, plain) if plain is not None else None
    return fused


def _with_post(line: Line, title: TitlePhrase) -> TitlePhrase:
    """``Đại sứ Nga | tại Liên Hợp Quốc``: where an envoy is accredited stands between the title and the name."""
    at = title.end
    if at + 1 >= len(line) or line.keys[at] not in {"tại", "về"} or "post" not in _takes_of(title.role):
        return title
    place = country_at(line, at + 1, cities=True) or bare_place_at(line, at + 1, after_body=True)
    post = place or unit_phrase_at(line, at + 1)
    if post is not None:
        return replace(title, end=post.end)
    body = body_at(line, at + 1)
    return replace(title, end=body.end) if body is not None and body.kind is BodyKind.CENTRAL else title


@cache
def _takes_of(role: str) -> tuple[str, ...]:
    entry = role_named(role)
    return entry.takes if entry is not None else ()


def _plain_title(line: Line, at: int) -> TitlePhrase | None:
    """Modifiers, role, body: each in words of its own. The longest role counts, unless a shorter one runs into a body
    that starts inside it ("Chánh | Tòa Hình sự").
    """
    modifiers, after = _prefix(line, at)
    found = _role_table().every(line.keys, after)
    if not found:
        return _deputy_of_body(line, at, after) if modifiers else None
    if "Phó" in modifiers and _past_portfolio(line, after + found[-1][0]) > after + found[-1][0]:
        found = found[-1:]
    first, *shorter = (_titled(line, at, after, length, role, modifiers) for length, role in found)
    inside = (phrase for phrase in shorter if phrase.body is not None and phrase.body.kind is BodyKind.INNER)
    return next((phrase for phrase in inside if phrase.end > first.end), first)


def _fused_title(line: Line, at: int) -> TitlePhrase | None:
    """``TUV``, ``Huyện ủy viên``, ``UVBTV Tỉnh ủy``: the expansion is read as a title of its own, then what follows is
    added.
    """
    found = _fused_table().longest(line.keys, at)
    if found is None:
        return None
    length, entry = found
    modifiers, role = _expansion(entry)
    end = at + length
    if entry.body and (spelt := _body_inside(line, at, end, entry.body)) is not None:
        if not entry.title.endswith(entry.body):
            return TitlePhrase(at, spelt.end, entry.title, (), spelt, fused=True, whole=True)
        return TitlePhrase(at, spelt.end, role.name, modifiers, spelt, fused=True)
    if entry.body:
        body = _implied_body(entry.body, end)
        body = _continued(line, body)
        if not entry.title.endswith(entry.body):
            return TitlePhrase(at, end, entry.title, (), body, implied=True, fused=True, whole=True)
        return TitlePhrase(at, body.end, role.name, modifiers, body, implied=True, fused=True, alone="yes")
    more, end = _suffixes(line, end, deputy="Phó" in modifiers)
    acting = "phụ trách" in more
    kept = tuple(name for name in more if name != "phụ trách")
    opened = TitlePhrase(at, end, role.name, (*modifiers, *kept), None, acting_head=acting, alone=role.alone)
    return _after_role(line, opened, role)


def _body_inside(line: Line, at: int, end: int, name: str) -> BodyPhrase | None:
    """The body that a fused title spells in words of its own: ``đại biểu | Quốc hội``, ``Trưởng | CA xã Hải An``."""
    for inner in range(at + 1, end):
        found = body_at(line, inner, titled=True)
        if found is not None and found.name == name and found.head_end == end:
            return found
    return None


@cache
def _expansion(entry: FusedTitle) -> tuple[tuple[str, ...], Role]:
    """Modifiers and role of a fused title's expansion."""
    bare = entry.title.removesuffix(entry.body).strip() if entry.body else entry.title
    line = read_line(bare, 0, len(bare))
    modifiers, after = _prefix(line, 0)
    found = _role_table().longest(line.keys, after)
    if found is None:
        return (), Role(bare, (bare,), (), "yes", entry.english)
    suffixes, _ = _suffixes(line, after + found[0])
    return (*modifiers, *suffixes), found[1]


def _implied_body(name: str, at: int) -> BodyPhrase:
    """A body that no word of its own names, at an empty position: its normal name is read by the same grammar."""
    found = _read_body(name)
    if found is not None:
        return _moved(found, at)
    return BodyPhrase(at, at, at, name, BodyKind.INNER, Branch.PARTY, "any")


@cache
def _read_body(name: str) -> BodyPhrase | None:
    line = read_line(name, 0, len(name))
    found = body_at(line, 0, titled=True)
    return found if found is not None and found.end == len(line) else None


def _moved(body: BodyPhrase, at: int) -> BodyPhrase:
    """The body with all its parts at one empty position of another line."""
    unit = replace(body.unit, start=at, end=at) if body.unit else None
    outer = _moved(body.outer, at) if body.outer else None
    return replace(body, start=at, end=at, head_end=at, unit=unit, outer=outer)


def _continued(line: Line, body: BodyPhrase) -> BodyPhrase:
    """``UVBTV | Tỉnh ủy``, ``Đảng ủy viên | xã Hải An``: what follows the fused word belongs to its body."""
    last = body.outermost
    if last.kind is BodyKind.CENTRAL and last is body:
        return with_country(line, body)
    if last is body and last.unit is not None and last.unit.form is UnitForm.BARE:
        named = name_behind(line, body.end, last.unit)
        return replace(body, end=named.end, unit=named)
    if body.end >= len(line) or last.kind in {BodyKind.CENTRAL, BodyKind.FUSED} or last.unit is not None:
        return body
    outer = body_at(line, body.end, titled=True, deep=1)
    if outer is not None and body.kind is BodyKind.INNER and outer.kind in {BodyKind.FUSED, BodyKind.UNIT}:
        return replace(body, end=outer.end, outer=outer)
    unit = unit_phrase_at(line, body.end, after_body=True)
    return replace(body, end=unit.end, unit=unit) if unit is not None and body.outer is None else body


_MODIFIERS = 4  # before one role; real titles have two ("Phó Thường trực")


def _prefix(line: Line, at: int) -> tuple[tuple[str, ...], int]:
    """Modifiers before the role: ``Phó``, ``Phó Thường trực``."""
    names: list[str] = []
    while (
        at < len(line) and len(names) < _MODIFIERS and (found := _modifier_table().longest(line.keys, at)) is not None
    ):
        length, row = found
        if row.kind not in ({"prefix"} if not names else {"prefix", "both"}):
            break
        names.append(row.extra)
        at += length
    return tuple(names), at


def _suffixes(line: Line, at: int, *, deputy: bool = True) -> tuple[tuple[str, ...], int]:
    """Modifiers after the role: ``Thường trực`` of a deputy (the office is a body otherwise), ``dự khuyết``, ``phụ
    trách``.
    """
    names: list[str] = []
    while at < len(line) and (found := _modifier_table().longest(line.keys, at)) is not None:
        length, row = found
        if row.kind not in {"suffix", "both"} or (row.extra == "Thường trực" and not deputy):
            break
        names.append(row.extra)
        at += length
    return tuple(names), at


_HEADED_BY_DEPUTY = frozenset({BodyKind.AGENCY, BodyKind.INNER, BodyKind.UNIT, BodyKind.ADHOC})


def _deputy_of_body(line: Line, at: int, after: int) -> TitlePhrase | None:
    """``phó phòng Tài nguyên``, ``Phó Ban Dân tộc tỉnh``, ``phó công an xã``: Phó + body, the role left out."""
    twice = _repeated_head(line, TitlePhrase(at, after, "Trưởng", ("Phó",), None, alone="no"))
    if twice is not None:  # Phó ban Thường trực | Ban Tuyên giáo
        return twice
    body = body_at(line, after, titled=True)
    central = body is not None and body.kind is BodyKind.CENTRAL and body.name.startswith("Ban ")
    if body is None or not (central or body.kind in _HEADED_BY_DEPUTY):
        return None
    if body.closed and body.name.split()[0] not in {"Ban", "Phòng", "Công", "Khối", "Đoàn"}:
        return None
    role = head_role_of(body.name) or "Trưởng"
    return TitlePhrase(at, body.end, role, ("Phó",), body, alone="no")


def _titled(line: Line, at: int, after: int, length: int, role: Role, modifiers: tuple[str, ...]) -> TitlePhrase:
    """Role, then modifiers, then body or unit."""
    suffixes, end = _suffixes(line, after + length, deputy="Phó" in modifiers or role.name.startswith(("Thứ", "Phó")))
    if suffixes[-1:] == ("phụ trách",) and _is_area(line, end):  # Phó Giám đốc | phụ trách khối kinh tế
        suffixes, area = suffixes[:-1], end
        end -= len(_IN_CHARGE)
        body = _behind_area(line, area, role)
        kept = (*modifiers, *suffixes)
        return TitlePhrase(at, body.end if body is not None else end, role.name, kept, body, alone=role.alone)
    end = _past_portfolio(line, end) if "Phó" in modifiers else end
    acting = "phụ trách" in suffixes
    kept = tuple(name for name in suffixes if name != "phụ trách")
    phrase = TitlePhrase(at, end, role.name, (*modifiers, *kept), None, acting_head=acting, alone=role.alone)
    return _after_role(line, phrase, role)


@cache
def _portfolio_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("portfolios.tsv", surface="surface", kind="kind"))


_IN_CHARGE = ("phụ", "trách")


def _is_area(line: Line, at: int) -> bool:
    """``phụ trách | chuyên môn``, ``phụ trách | lĩnh vực tài chính``: a field of work and no body stands here."""
    found = _portfolio_table().longest(line.keys, at)
    return found is not None and line.texts[at].islower() and not opens_body(line, at)


_AREA = 8  # words of a field: "phụ trách | vấn đề Đông Bắc Á và châu Đại Dương | thuộc Bộ Ngoại giao"


def _behind_area(line: Line, at: int, role: Role) -> BodyPhrase | None:
    """The body behind the field: ``phụ trách vấn đề Bắc Mỹ | thuộc | Bộ Ngoại giao``."""
    for k in range(at + 1, min(at + _AREA, len(line) - 1)):
        if not line.is_word(k):
            return None
        if line.keys[k] == "thuộc":
            body = body_at(line, k + 1, titled=True)
            return body if body is not None and _goes_with(role, body) else None
    return None


def _past_portfolio(line: Line, at: int) -> int:
    """Past what a deputy is in charge of, where the body follows or the phrase ends: ``Phó Giám đốc | kỹ thuật``."""
    found = _portfolio_table().longest(line.keys, at)
    if found is None or found[1].kind != "portfolio":
        return at
    end = at + found[0]
    last = end == len(line) or not line.is_word(end) or line.wide_gap(end)
    return end if last or opens_body(line, end) else at


def _after_role(line: Line, phrase: TitlePhrase, role: Role) -> TitlePhrase:
    if "office" in role.takes:
        return _with_unit(line, phrase, role) if "place" in role.takes else phrase
    at = phrase.end
    head = _repeated_head(line, phrase)
    if head is not None:
        return head
    if at >= len(line) or line.wide_gap(at):
        return phrase
    body = body_at(line, at, titled=True)
    if body is not None and _goes_with(role, body):
        body = _board_of_firm(line, phrase.start, body)
        return replace(phrase, end=body.end, body=body)
    if "ministry" in role.takes and (ministry := _ministry_after(line, at)) is not None:
        return replace(phrase, end=ministry.end, body=ministry)
    if (department := department_at(line, at, role.name.removesuffix(" trưởng"))) is not None:
        return replace(phrase, end=department.end, body=department)
    if line.keys[at] == "của" and (owned := body_at(line, at + 1)) is not None and _goes_with(role, owned):
        return replace(phrase, end=owned.end, body=owned)
    if _HEADS_FIRMS & {*role.takes} and not _fused_beyond(line, phrase.start, at):
        named = at + 1 if line.keys[at] == "của" else at
        if (firm := firm_at(line, phrase.start, named)) is not None:
            return replace(phrase, end=firm.end, body=firm)
    return _with_unit(line, phrase, role)


def _board_of_firm(line: Line, start: int, board: BodyPhrase) -> BodyPhrase:
    """``Chủ tịch HĐQT | OceanBank | Lê Văn Tư``: the board of a firm that has no head noun."""
    if board.kind is not BodyKind.INNER or board.branch is not Branch.ENTERPRISE or board.end >= len(line):
        return board
    at = board.end + 1 if line.keys[board.end] == "của" else board.end
    firm = firm_at(line, start, at) if board.outer is None and board.unit is None and board.place is None else None
    return replace(board, end=firm.end, outer=firm) if firm is not None else board


def _fused_beyond(line: Line, start: int, at: int) -> bool:
    """Whether the lexicon reads role and abbreviation as one: ``Chủ tịch CCB``."""
    found = _fused_table().longest(line.keys, start)
    return found is not None and start + found[0] > at


_HEADS_FIRMS = frozenset({"any", "enterprise", "proper"})


def _repeated_head(line: Line, phrase: TitlePhrase) -> TitlePhrase | None:
    """``Trưởng ban Chỉ đạo`` keeps its head for the body; ``Phó Trưởng ban Thường trực Ban Tổ chức`` says it twice."""
    if phrase.role != "Trưởng":
        return None
    at = phrase.end
    if at + 1 >= len(line) or line.keys[at] not in {"ban", "phòng", "đoàn", "khoa"}:
        return None
    suffixes, end = _suffixes(line, at + 1)
    if not suffixes or end >= len(line):
        return None
    body = body_at(line, end, titled=True)
    if body is None or body.name.split()[0].lower() != line.keys[at]:  # the body's first word, were it spelt out: BCĐ
        return None
    kept = tuple(name for name in suffixes if name != "phụ trách")
    return replace(
        phrase, end=body.end, body=body, modifiers=(*phrase.modifiers, *kept), acting_head="phụ trách" in suffixes
    )


def _ministry_after(line: Line, at: int) -> BodyPhrase | None:
    """``Bộ trưởng | Công an``, ``Bộ trưởng | Ngoại giao Mỹ``: the ministry of that field."""
    found = _ministry_table().longest(line.keys, at)
    if found is None or not (line.capital[at] or (found[0] > 1 and not _is_speech(line, at, found[0]))):
        return None
    length, body = found
    end = at + length
    return with_country(line, BodyPhrase(at, end, end, body.name, BodyKind.CENTRAL, body.branch, body.level))


def _is_speech(line: Line, at: int, length: int) -> bool:
    """``Bộ trưởng | thông tin, …``: the field is the verb of what the minister says."""
    found = _speech_table().longest(line.keys, at)
    return found is not None and found[0] >= length


@cache
def _speech_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("speech.tsv", surface="surface", kind="kind"))


@cache
def _ministry_table() -> Phrases[Body]:
    """Ministries by their field alone."""
    ministries = (body for body in bodies() if body.kind == BodyKind.CENTRAL and body.name.startswith("Bộ "))
    return Phrases(
        (surface.removeprefix("Bộ "), body)
        for body in ministries
        for surface in body.surfaces
        if surface.startswith("Bộ ")
    )


def _goes_with(role: Role, body: BodyPhrase) -> bool:
    """Whether the lexicon lets the role head that body; an empty list takes all."""
    takes = role.takes
    if "any" in takes or not any(takes) or body.kind.value in takes or body.branch.value in takes:
        return True
    return any(takes_body(role, part.name) for part in body.chain)


def takes_body(role: Role, name: str) -> bool:
    """Whether the lexicon ties a role to bodies whose name begins so: Thẩm phán to Tòa án."""
    return any(name == begin or name.startswith(begin + " ") for begin in role.takes)


def _with_unit(line: Line, phrase: TitlePhrase, role: Role) -> TitlePhrase:
    """A unit right after the role: villages have heads, communes have chairmen whose committee goes without saying."""
    unit = unit_phrase_at(line, phrase.end)
    headed = body_headed(role.name, unit.unit_type if unit is not None else None)
    if unit is None and headed is not None and (named := _named_behind(line, phrase.end)) is not None:
        unit = UnitPhrase(named.start, named.end, UnitForm.NAMED, None, (named,))
        return _headless(phrase, unit, headed)
    if unit is None:
        place = _abroad_after(line, phrase.end) if {"place", "state"} & {*role.takes} else None
        if place is None:
            return phrase
        if is_home(line, place):
            return replace(phrase, end=place.end) if "place" in role.takes else phrase
        unit = UnitPhrase(phrase.end, place.end, UnitForm.NAMED, None, (place,))
        if "state" in role.takes:
            return replace(phrase, end=place.end, unit=unit, role=f"{role.name} nước", whole=True)
    level = unit_level(unit.unit_type)
    if role.name == "Trưởng":
        return replace(phrase, end=unit.end, unit=unit) if level is Level.VILLAGE else phrase
    if headed is not None and unit.unit_type is not None and level is not Level.VILLAGE:
        return _headless(phrase, unit, headed)
    if "unit" in role.takes or "place" in role.takes:
        return replace(phrase, end=unit.end, unit=unit)
    return phrase


def _named_behind(line: Line, at: int) -> NameSpan | None:
    """``Bí thư | Đà Nẵng``, ``Chủ tịch | Phú Lộc``: a province or district without its unit word."""
    return province_at(line, at) or district_behind(line, at)


def _abroad_after(line: Line, at: int) -> NameSpan | None:
    """A country or foreign city, else the state of a federation: ``Thống đốc | bang Maryland``."""
    place = country_at(line, at, cities=True)
    if place is not None or line.keys[at : at + 1] != ("bang",) or at + 1 >= len(line):
        return place
    start = at + 1
    known = country_at(line, start, cities=True) or known_at(line, start)
    if known is not None:
        return NameSpan(start, start, known.end, None)
    return NameSpan(start, start, start + 1, None) if line.capital[start] and is_foreign(line.texts[start]) else None


def _headless(phrase: TitlePhrase, unit: UnitPhrase, body: str) -> TitlePhrase:
    """The title with a body that goes without saying, in the unit that follows the role."""
    implied = replace(_implied_body(body, phrase.end), unit=unit, end=unit.end)
    return replace(phrase, end=unit.end, body=implied, implied=True, unit=unit)
