"""Bodies: closed names from the lexicon, open names after a head noun, nested as Vietnamese nests them.

Reads, from the token at which it is asked:

1. ``Huyện ủy Hàm Yên``, ``Thành ủy TP.HCM`` (the level is in the word, the name follows)
2. ``UBND xã Thanh Ba``, ``Công an H.Trảng Bom``, ``Đảng ủy các xã Dân Chủ, Quảng La``, ``HĐND các cấp`` (body + unit)
3. ``Ban Dân vận Thành ủy Hạ Long``, ``Phòng Cảnh sát hình sự Công an tỉnh`` (inner body + outer body)
4. ``Sở KH&ĐT tỉnh Gia Lai``, ``phòng Nội vụ huyện``, ``Trung tâm Phục vụ hành chính công xã`` (head noun + field +
   unit)
5. ``Công ty TNHH Thành Đạt``, ``Trường THCS Hải Đường``, ``Bệnh viện Đa khoa TP Cần Thơ`` (head noun + proper name)
6. ``Bộ Chính trị``, ``Quốc hội``, ``Bộ NN&PTNT`` (central bodies)
7. ``Quân khu 2``, ``Đồn Biên phòng Mường Lạn``, ``Vùng 2 Hải quân`` (body + number or name)

What leaves is a :class:`BodyPhrase` in token positions, with the normal name of the body itself; unit and outer body
stay apart, for the context may have to supply them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.abroad import country_at, is_home
from pipeline.grammar.foreign import foreigner_behind
from pipeline.grammar.names import honorifics_at
from pipeline.grammar.phrases import NUMBER, Openings, Phrases
from pipeline.grammar.places import (
    NameSpan,
    UnitForm,
    UnitPhrase,
    bare_place_at,
    name_end_at,
    place_after_fused,
    sounds_like_a_unit,
    unit_phrase_at,
    unit_word_at,
)
from pipeline.grammar.surnames import opens_person, person_inside, run_end, surname_at
from pipeline.grammar.syllables import Line, split_keys
from pipeline.lexicon import Body, Field, Head, bodies, fields, heads, marked
from pipeline.models import Branch, Level
from pipeline.orthography import traditional

_LONGEST_TAIL = 18  # tokens of an open name; longer ones met in the corpus were runaway readings
_LONGEST_LOWER = 5  # lower-case syllables in a row inside an open name ("Phục vụ hành chính công")
_NUMBER = re.compile(r"\d+[A-Z]?|[IVXLC]+")


class BodyKind(StrEnum):
    """How a body's name is built and what may follow it."""

    FUSED = "fused"
    UNIT = "unit"
    INNER = "inner"
    CENTRAL = "central"
    NUMBERED = "numbered"
    AGENCY = "agency"
    PROPER = "proper"
    ASSOCIATION = "association"
    ADHOC = "adhoc"


@dataclass(frozen=True, slots=True)
class BodyPhrase:
    """One body of a line.

    ``name`` is the normal form without unit, number or place; ``head_end`` the end of the words that made it;
    ``suffix`` what tells one body of a kind from another (Quân khu *2*, Đồn Biên phòng *Mường Lạn*).
    """

    start: int
    end: int
    head_end: int
    name: str
    kind: BodyKind
    branch: Branch
    level: str
    unit_in_title: bool = True
    closed: bool = True
    tail: bool = True
    suffix: str | None = None
    outer: BodyPhrase | None = None
    unit: UnitPhrase | None = None
    place: NameSpan | None = None

    @property
    def outermost(self) -> BodyPhrase:
        """The body at the end of the chain of outer bodies."""
        return self.outer.outermost if self.outer else self

    @property
    def chain(self) -> tuple[BodyPhrase, ...]:
        """This body, its outer body, and so on."""
        return (self, *(self.outer.chain if self.outer else ()))

    @property
    def places(self) -> tuple[NameSpan, ...]:
        """Every place named inside the phrase."""
        own = (*(self.unit.names if self.unit else ()), *((self.place,) if self.place else ()))
        return (*own, *(self.outer.places if self.outer else ()))


@cache
def _body_table() -> Phrases[Body]:
    return Phrases((surface, body) for body in bodies() for surface in body.surfaces)


@cache
def _head_table() -> Phrases[Head]:
    return Phrases((surface, head) for head in heads() for surface in head.surfaces)


@cache
def _field_table() -> Phrases[Field]:
    return Phrases((surface, field) for field in fields() for surface in field.surfaces)


@cache
def _stop_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("tail_stops.tsv", surface="surface", kind="kind"))


def body_openings() -> Openings:
    """First two tokens with which a body can begin; a number may stand inside some (``Vùng 2 Hải quân``)."""
    numbered = frozenset(
        (split_keys(surface)[0], NUMBER)
        for body in bodies()
        if body.kind == BodyKind.NUMBERED
        for surface in body.surfaces
    )
    return _body_table().openings | _head_table().openings | numbered


def head_end(line: Line, at: int) -> int:
    """Where the words of the lexicon end that open a body at a token; ``at`` if none do."""
    found = (table.longest(line.keys, at) for table in (_head_table(), _body_table()))
    return at + max((length for length, _ in filter(None, found)), default=0)


def body_at(line: Line, at: int, *, titled: bool = False, deep: int = 0) -> BodyPhrase | None:
    """The longest body that begins at a token.

    ``titled`` means that a role stands before it ("giám đốc | bệnh viện"): then a lower-case head noun alone is enough.
    """
    if at >= len(line) or deep > 3:
        return None
    closed = _closed_at(line, at)
    head = _head_table().longest(line.keys, at)
    numbered = _numbered_inside(line, at)
    if numbered is not None:
        return numbered
    if closed is not None and closed[1].kind == BodyKind.FUSED and _names_a_unit(line, at, closed[0]):
        return None
    if closed is not None and closed[1].kind == BodyKind.FUSED and deep and _opens_officer(line, at, closed[0]):
        return None
    if closed is not None and not (head is not None and _reads_further(line, at, *closed, *head)):
        return _closed_body(line, at, *closed, titled=titled, deep=deep)
    if head is not None:
        return _open_body(line, at, *head, titled=titled, deep=deep)
    return None


def department_at(line: Line, at: int, kind: str) -> BodyPhrase | None:
    """The body of a kind that the role before it has told: ``Vụ trưởng | Tín dụng``, ``Cục trưởng | Hàng không``."""
    head = _agency_heads().get(kind)
    if head is None or at >= len(line) or not line.capital[at] or line.shouting:
        return None
    closed = _department_table(kind).longest(line.keys, at)
    field = _field_table().longest(line.keys, at)
    if closed is not None and (field is None or closed[0] >= field[0]):
        return _closed_body(line, at, *closed, titled=True, deep=0)
    if field is None or opens_person(line, at, run_end(line, at)):
        return None
    end = at + field[0]
    name, agency = f"{head.name} {field[1].name}", BodyKind.AGENCY
    in_title = head.unit != "none"
    phrase = BodyPhrase(at, end, end, name, agency, head.branch, "any", unit_in_title=in_title, closed=False)
    return _with_surroundings(line, phrase, deep=0)


@cache
def _agency_heads() -> Mapping[str, Head]:
    return {head.name: head for head in heads() if head.kind == BodyKind.AGENCY}


@cache
def _department_table(kind: str) -> Phrases[Body]:
    """Closed bodies of a kind by the rest of their names."""
    surfaces = ((surface, body) for body in bodies() for surface in body.surfaces if surface.startswith(f"{kind} "))
    return Phrases((surface.removeprefix(f"{kind} "), body) for surface, body in surfaces)


def _closed_at(line: Line, at: int) -> tuple[int, Body] | None:
    """The longest closed body; a shorter one inside which a longer one begins goes before it: ``BCH | Đảng bộ Khối
    Doanh nghiệp`` against ``BCH Đảng bộ``.
    """
    first = _body_table().longest(line.keys, at)
    if first is None or first[1].kind != BodyKind.INNER:
        return first
    for length, body in _body_table().every(line.keys, at):
        outer = _body_table().longest(line.keys, at + length) if body.kind == BodyKind.INNER else None
        if outer is not None and length < first[0] < length + outer[0]:
            return length, body
    return first


def _names_a_unit(line: Line, at: int, length: int) -> bool:
    """Whether the words of a fused body are a unit word and the beginning of a name: phường Đoàn Kết against Phường
    đoàn.
    """
    unit = unit_phrase_at(line, at)
    return (
        unit is not None and unit.form is UnitForm.NAMED and unit.end > at + length and unit.names[0].name < at + length
    )


def _opens_officer(line: Line, at: int, length: int) -> bool:
    """``Chánh Thanh tra tỉnh | Đoàn Ngọc A``: the second word of Tỉnh đoàn is the surname of who holds the office."""
    last = at + length - 1
    if length < 2 or line.texts[at][0].isupper() or not line.capital[last] or surname_at(line, last) is None:
        return False
    return surname_at(line, at + length) != "sure" and opens_person(line, last, run_end(line, last), shortest=3)


def _reads_further(line: Line, at: int, length: int, body: Body, head_length: int, head: Head) -> bool:
    """Whether head + field reads more than the closed body does ("Ban Dân tộc và Tôn giáo" against "Ban Dân tộc")."""
    if head_length > length:
        return True
    if body.kind == "inner" and _body_table().longest(line.keys, at + length) is not None:
        return False  # "Ủy ban Kiểm tra | Đảng ủy", where "Kiểm tra Đảng ủy" is the field of another department
    found = _field_table().longest(line.keys, at + head_length)
    return found is not None and head_length + found[0] > length and body.kind != "central"


def _numbered_inside(line: Line, at: int) -> BodyPhrase | None:
    """``Vùng 2 Hải quân``: the number stands inside the name."""
    if at + 2 >= len(line) or not line.texts[at + 1].isdigit():
        return None
    keys = (line.keys[at], *line.keys[at + 2 : at + 6])
    found = _body_table().longest(keys, 0)
    if found is None or found[0] < 2 or found[1].kind != BodyKind.NUMBERED:
        return None
    end = at + 1 + found[0]
    return _from_entry(found[1], at, end, suffix=line.texts[at + 1])


def _from_entry(body: Body, start: int, end: int, *, suffix: str | None = None) -> BodyPhrase:
    kind = BodyKind(body.kind)
    return BodyPhrase(start, end, end, body.name, kind, body.branch, body.level, suffix=suffix)


def _closed_body(line: Line, at: int, length: int, body: Body, *, titled: bool, deep: int) -> BodyPhrase | None:
    end = at + length
    phrase = _from_entry(body, at, _past_gloss(line, end))
    if phrase.kind is BodyKind.CENTRAL:
        found = with_country(line, phrase)
        return found if titled or body.level != "abroad" or found.place is not None else None
    if phrase.kind is BodyKind.FUSED:
        place = place_after_fused(line, phrase.end, body.level)
        return replace(phrase, end=place.end, place=place) if place else phrase
    if phrase.kind is BodyKind.NUMBERED:
        phrase = _with_suffix(line, phrase)
    return _of_nation(_with_surroundings(line, _past_country(line, phrase), deep=deep), line)


def _past_country(line: Line, phrase: BodyPhrase) -> BodyPhrase:
    """``Hội Làm vườn | Việt Nam``, ``Hội Nhà báo | VN``: a union may say of which country it is."""
    if phrase.branch is not Branch.MASS_ORGANISATION or phrase.kind is not BodyKind.UNIT:
        return phrase
    length = 1 if line.texts[phrase.end : phrase.end + 1] == ("VN",) else 2
    home = length == 1 or line.keys[phrase.end : phrase.end + 2] == ("việt", "nam")
    return replace(phrase, end=phrase.end + length, head_end=phrase.head_end + length) if home else phrase


def _of_nation(phrase: BodyPhrase, line: Line) -> BodyPhrase:
    """``Hội Điều dưỡng | Việt Nam``, ``Hội Nhà báo | Lào``: a union with a country behind it is that nation's own."""
    if phrase.branch is not Branch.MASS_ORGANISATION or phrase.kind not in {BodyKind.UNIT, BodyKind.ASSOCIATION}:
        return phrase
    country = line.surface(phrase.place.name, phrase.place.end) if phrase.place is not None else ""
    if not country or phrase.outer is not None or "country" not in load_gazetteer().kinds(country):
        return phrase
    return replace(phrase, name=f"{phrase.name} {traditional(country)}", kind=BodyKind.CENTRAL, place=None)


_OF_STATES = frozenset({Branch.GOVERNMENT, Branch.LEGISLATURE, Branch.MILITARY, Branch.POLICE, Branch.JUDICIARY})


def with_country(line: Line, body: BodyPhrase) -> BodyPhrase:
    """``Bộ Quốc phòng | Mỹ``, ``Chính phủ | của Pháp``: a body of another state; Vietnam is no place here."""
    at = body.end
    if body.place is not None or body.branch not in _OF_STATES or at + 1 > len(line):
        return body
    country = country_at(line, at + 1 if at < len(line) and line.keys[at] == "của" else at)
    if country is None:
        return body
    return replace(body, end=country.end, place=None if is_home(line, country) else country)


def _past_gloss(line: Line, end: int) -> int:
    """Past an abbreviation in brackets that repeats the body: ``Ủy ban Kiểm tra (UBKT) Tỉnh ủy``."""
    if end + 2 < len(line) and line.keys[end] == "(" and line.keys[end + 2] == ")" and line.texts[end + 1].isupper():
        return end + 3
    return end


def _with_suffix(line: Line, phrase: BodyPhrase) -> BodyPhrase:
    """The number or name of a numbered body; a name that the gazetteer knows is a place inside it."""
    at = phrase.end
    if at < len(line) and line.keys[at] == "số":
        at += 1
    number = None
    if at < len(line) and _NUMBER.fullmatch(line.texts[at]):
        number, at = line.texts[at], at + 1
        if not (at + 1 < len(line) and line.keys[at] in {"-", "–"} and line.capital[at + 1]):
            return replace(phrase, end=at, suffix=number)
        at += 1
    name_end = name_end_at(line, at, None)
    if name_end is None:
        return replace(phrase, end=at - 1 if number and at > phrase.end + 1 else phrase.end, suffix=number)
    name = line.surface(at, name_end)
    place = NameSpan(at, at, name_end, None) if name_end_at(line, at, None, listed=True) else None
    return replace(phrase, end=name_end, suffix=f"{number} - {name}" if number else name, place=place)


def _with_surroundings(line: Line, phrase: BodyPhrase, *, deep: int) -> BodyPhrase:
    """The outer body, else the unit, else the province that follows without a unit word."""
    outer = _outer_body(line, phrase, deep=deep)
    if outer is not None:
        return replace(phrase, end=outer.end, outer=outer)
    if phrase.place is not None:
        return phrase
    unit = unit_phrase_at(line, phrase.end, after_body=True)
    unit = unit or _listed_settlements(line, phrase)
    if unit is not None:
        return replace(phrase, end=unit.end, unit=unit)
    if phrase.suffix is None and (place := _province_after(line, phrase.end)) is not None:
        return replace(phrase, end=place.end, place=place)
    return phrase


def _listed_settlements(line: Line, phrase: BodyPhrase) -> UnitPhrase | None:
    """``Chi bộ | , tiểu khu, tổ dân phố``: kinds of settlement behind a comma, no name among them."""
    at = phrase.end
    if phrase.kind is not BodyKind.UNIT or phrase.branch is not Branch.PARTY or at + 1 >= len(line):
        return None
    found = unit_word_at(line, at + 1) if line.keys[at] == "," else None
    if found is None or found[1].level is not Level.VILLAGE:
        return None
    unit = unit_phrase_at(line, at + 1)
    return unit if unit is not None and unit.form is UnitForm.GENERIC else None


def _province_after(line: Line, at: int) -> NameSpan | None:
    """A province or city right after a body ("Công an Hà Tĩnh"), where a capital before it is the body's own."""
    if at >= len(line) or not line.capital[at] or line.wide_gap(at):
        return None
    return bare_place_at(line, at, after_body=True)


_TAKES_OUTER = frozenset({BodyKind.INNER, BodyKind.UNIT, BodyKind.AGENCY, BodyKind.ADHOC, BodyKind.NUMBERED})
_OUTER = frozenset(
    {
        BodyKind.FUSED,
        BodyKind.UNIT,
        BodyKind.CENTRAL,
        BodyKind.NUMBERED,
        BodyKind.PROPER,
        BodyKind.AGENCY,
        BodyKind.ASSOCIATION,
    }
)


def _outer_body(line: Line, phrase: BodyPhrase, *, deep: int) -> BodyPhrase | None:
    if phrase.kind not in _TAKES_OUTER or phrase.end >= len(line):
        return None
    at = phrase.end
    if phrase.kind is BodyKind.AGENCY and at + 1 < len(line) and _parts_outer(line.keys[at], phrase):
        at += 1
    if not line.is_word(at) or line.wide_gap(at):
        return None
    outer = body_at(line, at, titled=True, deep=deep + 1)
    if outer is None or outer.kind not in _OUTER:
        return None
    if line.keys[at - 1] == "," and _is_sister(phrase, outer):
        return None
    if outer.kind is BodyKind.AGENCY and (phrase.kind is BodyKind.AGENCY or not outer.closed) and not _tail_of(outer):
        return outer if phrase.kind is BodyKind.INNER and not outer.unit_in_title and line.capital[at] else None
    return outer


def _parts_outer(sign: str, phrase: BodyPhrase) -> bool:
    """Whether a comma, "của" or "thuộc" leads from a department to its institution."""
    return sign in {"của", "thuộc"} or (sign == "," and _department(phrase))


def _department(body: BodyPhrase) -> bool:
    """Bodies that newspapers set off from their institution by a comma: Khoa Nội, Bệnh viện X; Phòng Tham mưu, Công an
    tỉnh.
    """
    return body.name.split()[0] in {"Khoa", "Phòng", "Đội"}


_DIVISIONS = frozenset({"Phòng", "Khoa", "Đội", "Ban", "Văn phòng"})


def _is_sister(body: BodyPhrase, other: BodyPhrase) -> bool:
    """Whether a comma parts two bodies of one rank: Phòng Kinh tế, Phòng Văn hóa - Xã hội, Trung tâm Phục vụ …"""
    second = other.name.split()[0]
    return second in _DIVISIONS or (second == "Trung" and not body.name.startswith("Khoa"))


def _tail_of(body: BodyPhrase) -> bool:
    """Whether an open body has more than its head noun."""
    return " " in body.name


def _open_body(line: Line, at: int, length: int, head: Head, *, titled: bool, deep: int) -> BodyPhrase | None:
    readers: dict[str, Callable[[Line, int], tuple[int, str]]] = {
        "agency": _field_tail,
        "association": _association_tail,
        "adhoc": _task_tail,
        "proper": _proper_tail,
    }
    tail_start = _past_gloss(line, at + length)
    reader = _country_tail if head.unit == "country" else readers[head.kind]
    tail_end, tail = reader(line, tail_start)
    if not tail and titled and head.kind == BodyKind.AGENCY and head.unit != "none":
        tail_end, tail = _lower_tail(line, tail_start)
    if not tail and not titled and line.texts[at][0].islower():
        return None
    name = f"{head.name} {tail}" if tail else head.name
    phrase = BodyPhrase(
        at,
        tail_end,
        tail_end,
        name,
        BodyKind(head.kind),
        head.branch,
        "any",
        unit_in_title=head.unit != "none",
        closed=False,
        tail=bool(tail),
    )
    if head.unit == "country" and tail:
        return replace(phrase, place=NameSpan(tail_start, tail_start, tail_end, None))
    if phrase.kind is BodyKind.PROPER:
        return (
            _with_proper_places(line, phrase, tail_start, own=head.unit == "own")
            if tail
            else _with_surroundings(line, phrase, deep=deep)
        )
    return _of_nation(_with_surroundings(line, phrase, deep=deep), line)


_LONGEST_PLAIN = 9  # lower-case syllables of an association's name


def _association_tail(line: Line, at: int) -> tuple[int, str]:
    """A field or a run of capitals; in papers that write no capitals, the words up to the country or the unit:
    ``Hiệp hội | bất động sản Việt Nam``, ``Hội | bảo vệ rừng | tỉnh Sơn La``.
    """
    end, tail = _field_tail(line, at)
    if tail or at >= len(line) or not line.texts[at].islower():
        return end, tail
    stop = at
    while stop < len(line) and stop - at < _LONGEST_PLAIN and line.texts[stop].islower() and line.is_word(stop):
        if _stops(line, stop) or (stop > at and unit_word_at(line, stop) is not None):
            break
        stop += 1
    if stop == at or stop >= len(line) or _stops(line, stop):
        return end, tail
    if (country := _home_end(line, stop)) > stop:
        twin = country_at(line, country + 1) if line.texts[country : country + 1] in {("-",), ("–",)} else None
        country = twin.end if twin is not None else country  # Hội hữu nghị Việt Nam - Lào
        return country, _capitalised(_spelt(line, at, country))
    unit = unit_phrase_at(line, stop, after_body=True)
    placed = (unit is not None and unit.names) or (stop - at > 1 and _province_after(line, stop) is not None)
    return (stop, _capitalised(_spelt(line, at, stop))) if placed else (end, tail)


def _home_end(line: Line, at: int) -> int:
    """Past the home country's name: ``Việt Nam``, ``VN``."""
    if line.texts[at : at + 1] == ("VN",):
        return at + 1
    return at + 2 if line.keys[at : at + 2] == ("việt", "nam") and line.capital[at] else at


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def _field_tail(line: Line, at: int) -> tuple[int, str]:
    """A field of the lexicon, else a run of capitalised phrases with short lower-case endings."""
    found = _field_table().longest(line.keys, at)
    if found is not None and (found[0] > 1 or line.capital[at]):
        end = _bracket_after(line, at + found[0])
        return (end, _spelt(line, at, end)) if end > at + found[0] else (end, found[1].name)
    if at >= len(line) or not line.capital[at] or not line.is_word(at):
        return at, ""
    if surname_at(line, at) is not None and opens_person(line, at, run_end(line, at), shortest=3):
        return at, ""
    end = _open_run(line, at)
    return end, _spelt(line, at, end)


_FURTHER = 4  # words that a field may have beyond the lexicon's


def _bracket_after(line: Line, at: int) -> int:
    """Past lower-case words that go on up to a bracket: Khoa Quản lý nhà | nước | (Đại học X), more than the lexicon
    holds.
    """
    end = at
    while end < len(line) and end - at < _FURTHER and line.texts[end].islower() and line.is_word(end):
        if _stops(line, end) or unit_word_at(line, end) is not None or body_at(line, end, titled=True) is not None:
            return at
        end += 1
    return end if end < len(line) and line.keys[end] == "(" else at


_LONGEST_TASK = 10  # words of a field in small letters that no lexicon knows


def _lower_tail(line: Line, at: int) -> tuple[int, str]:
    """A field in small letters that the lexicon does not know: ``phòng | khai thác hạ tầng giao thông | Sở GTVT``. It
    has two words or more, and a mark, a unit, a body or a name ends it.
    """
    end = start = at + (line.keys[at : at + 1] == ("các",))
    while end < len(line) and line.texts[end].islower() and line.is_word(end) and not line.wide_gap(end):
        known = _field_table().longest(line.keys, end)
        if known is not None and known[0] > 1 and all(line.texts[k].islower() for k in range(end, end + known[0])):
            end += known[0]
            continue
        told = _remark_table().longest(line.keys, end) is not None if end == start else _stops(line, end)
        if told or end - at > _LONGEST_TASK or (end > at and _is_unit_word(line, end)):
            break
        end += 1
    if not 2 <= end - start <= _LONGEST_TASK or (end < len(line) and line.wide_gap(end)):
        return at, ""
    if end < len(line) and line.capital[end] and not _opens_name(line, end):
        return at, ""
    spelt = _spelt(line, at, end)
    return end, spelt if start > at else spelt[0].upper() + spelt[1:]


def _is_unit_word(line: Line, at: int) -> bool:
    """Whether a unit word stands here and no word of a compound ("xã hội")."""
    found = unit_word_at(line, at)
    behind = at + found[0] if found is not None else 0
    return found is not None and (behind >= len(line) or line.capital[behind] or not line.is_word(behind))


def _opens_name(line: Line, at: int) -> bool:
    """Whether a body, a place or a person's name begins at a capital."""
    if body_at(line, at, titled=True, deep=3) is not None or bare_place_at(line, at, after_body=True) is not None:
        return True
    return opens_person(line, at, run_end(line, at))


@cache
def _remark_table() -> Phrases[str]:
    """Words behind a head noun that tell nothing of its field."""
    rows = [marked("verbs.tsv", surface="surface", kind="effect")]
    rows += [marked(file, surface="surface", kind="kind") for file in _REMARKS]
    return Phrases((row.surface, row.kind) for group in rows for row in group)


_REMARKS = ("tail_stops.tsv", "speech.tsv", "joints.tsv", "followers.tsv", "honorifics.tsv")


def _open_run(line: Line, at: int) -> int:
    """End of an open name: capitals, joined by "-", "&", "và", "," before a capital, with lower-case words up to a
    stop.
    """
    end, lower, last_sure, stop = at, 0, at, None
    while end < len(line) and end - at < _LONGEST_TAIL:
        word = line.keys[end]
        if line.wide_gap(end) or _stops(line, end):
            break
        if end == at or not line.texts[end - 1][0].isupper():
            stop = person_inside(line, end, run_end(line, end), sure=True, shortest=3)
        if (stop is not None and end >= stop) or _person_after_country(line, at, end):
            break
        if unit_word_at(line, end) is not None and ((end > at and not line.capital[end]) or _opens_unit(line, end)):
            return end
        if end > at and word in _BARE_UNITS and not line.shouting and unit_phrase_at(line, end, after_body=True):
            return end
        if word in {"-", "–", "&", "và", ","}:
            joined = end + 1 < len(line) and line.capital[end + 1] and line.texts[end + 1][0].isalpha()
            if not joined or (word == "," and not _joins_later(line, end + 1)):
                break
            lower = 0
        elif not line.is_word(end) or line.texts[end][0].isdigit():
            break
        elif line.capital[end]:
            lower, last_sure = 0, end + 1
        else:
            lower += 1
            if lower > _LONGEST_LOWER:
                return last_sure
        end += 1
    while end > at and not line.is_word(end - 1):
        end -= 1
    return end


_BARE_UNITS = frozenset({"tp", "tx"})  # Hiệp hội Bất động sản | TP


def _person_after_country(line: Line, at: int, end: int) -> bool:
    """``Liên đoàn Bóng chuyền Việt Nam | Kiều Văn Trí``: behind a country even a doubtful surname opens a person."""
    if end < at + 2 or not line.capital[end] or surname_at(line, end) is None:
        return False
    if "country" not in load_gazetteer().kinds(line.surface(end - 2, end)):
        return False
    return opens_person(line, end, run_end(line, end), shortest=3)


def _opens_unit(line: Line, at: int) -> bool:
    """``Đoàn Luật sư | TP Hồ Chí Minh``: an abbreviated unit word and the name of a unit."""
    if len(line.texts[at]) > 2 or line.texts[at].islower():
        return False
    unit = unit_phrase_at(line, at)
    return unit is not None and unit.form is UnitForm.NAMED and line.keys[at] not in {"xã", "tổ"}


def _joins_later(line: Line, at: int) -> bool:
    """A comma inside a field is followed, before the next comma, by "và" + capital ("Văn hóa, Thể thao và Du lịch")."""
    for k in range(at, min(at + 7, len(line) - 1)):
        if line.keys[k] in {",", ";", ".", ":"}:
            return False
        if line.keys[k] in {"và", "&"}:
            return line.capital[k + 1]
    return False


def _task_tail(line: Line, at: int) -> tuple[int, str]:
    """The task of an ad-hoc body, up to the unit it belongs to: ``Ban Chỉ đạo | chương trình xây dựng NTM | huyện``."""
    end, soft = at, None
    while end < len(line) and end - at < _LONGEST_TAIL:
        if unit_word_at(line, end) is not None:
            return end, _spelt(line, at, end)
        following = end + 1 < len(line) and line.keys[end] == "," and line.keys[end + 1] == "chống"
        if not line.is_word(end) and line.keys[end] not in {"-", "–", "&"} and not following:
            break
        if _stops(line, end, hard=True):
            break
        if soft is None and _stops(line, end):
            soft = end
        end += 1
    end = end if soft is None else soft
    return end, _spelt(line, at, end)


def _stops(line: Line, at: int, *, hard: bool = False) -> bool:
    """Whether a lower-case word at which open names end stands here."""
    if not line.texts[at].islower():
        return False
    found = _stop_table().longest(line.keys, at)
    return found is not None and (not hard or found[1] == "hard")


def _country_tail(line: Line, at: int) -> tuple[int, str]:
    """``Đại sứ quán | Nhật Bản``, and not the name of the envoy behind it."""
    units = load_gazetteer()
    lengths = units.name_lengths(line.keys, at) if at < len(line) and line.capital[at] else ()
    end = next((at + n for n in lengths if "country" in units.kinds(" ".join(line.keys[at : at + n]))), at)
    return end, _spelt(line, at, end)


def _proper_tail(line: Line, at: int) -> tuple[int, str]:
    """A proper name: capitals, numbers, quoted names, units of the name itself, up to an officer's name."""
    end, quoted, stop = at, False, None
    while end < len(line) and end - at < _LONGEST_TAIL and not line.wide_gap(end):
        if end == at or not line.texts[end - 1][0].isupper():
            stop = person_inside(line, end, run_end(line, end), sure=True, shortest=3)
            stop = foreigner_behind(line, end, run_end(line, end)) if stop is None else stop
        if stop is not None and end >= stop:
            break
        if line.texts[end] in _QUOTES:
            if quoted or end + 1 >= len(line):
                end += quoted
                break
            quoted = True
            end += 1
            continue
        unit = unit_phrase_at(line, end) if unit_word_at(line, end) is not None else None
        if unit is not None and unit.form is UnitForm.NAMED:
            end = _past_serial(line, unit.end)
            break
        further = _name_part_end(line, at, end, stop)
        if further == end:
            break
        end = further
    while end > at and (line.texts[end - 1] in _DASHES or line.keys[end - 1] in {"và", "số"}):
        end -= 1
    return end, _spelt(line, at, end)


def _past_serial(line: Line, at: int) -> int:
    """Past the letter or number that tells one school of a commune from another: Trường Tiểu học xã Thanh Ba | A."""
    serial = at < len(line) and line.texts[at] in _SERIALS and not line.glued(at) and not line.shouting
    closed = serial and (at + 1 == len(line) or not line.is_word(at + 1) or line.texts[at + 1].islower())
    return at + 1 if closed and line.texts[at + 1 : at + 2] != (".",) else at


_SERIALS = frozenset({"A", "B", "C", "D", "E", "1", "2", "3", "4", "5"})
_QUOTES = frozenset({'"', "“", "”"})
_DASHES = frozenset({"-", "–", "&"})


def _name_part_end(line: Line, at: int, end: int, stop: int | None) -> int:
    """Past the next part of a proper name (a joint, a field, a capital, a compound); ``end`` if there is none."""
    if line.keys[end] == "số":
        return end + 1
    if line.texts[end] in _DASHES or line.keys[end] == "và":
        following = end + 1
        opened = end > at or (line.keys[end] == "và" and not line.texts[min(following, len(line) - 1)].isupper())
        goes_on = opened and following < len(line) and line.capital[following] and not _credits_at(line, following)
        if goes_on and _opens_institution(line, following):
            return end
        if goes_on and line.keys[end] == "và":  # Trường Mầm non Hoa Hồng | và 3 giáo viên
            goes_on = not honorifics_at(line, following)[0] and not line.texts[following][0].isdigit()
        return following if goes_on and not opens_person(line, following, run_end(line, following), shortest=3) else end
    if _completes_word(line, at, end):
        return end + 1
    if not line.is_word(end) or _stops(line, end):
        return end
    field = _field_table().longest(line.keys, end)
    opens = line.capital[end] or end == at or line.texts[end - 1].islower()
    if opens and field is not None and field[0] > 1 and (stop is None or end + field[0] <= stop):
        return end + field[0]
    return end + 1 if line.capital[end] else _compound_end(line, end)


def _credits_at(line: Line, at: int) -> bool:
    """``Bệnh viện Nhân dân 115 - | Ảnh: BV``"""
    return line.keys[at] in _credit_words()


@cache
def _credit_words() -> frozenset[str]:
    rows = marked("byline_words.tsv", surface="word", kind="kind")
    return frozenset(split_keys(row.surface)[0] for row in rows if row.kind == "photo")


def _completes_word(line: Line, at: int, end: int) -> bool:
    """``Học viện Công | nghệ``, ``Bệnh viện Nhi Trung | ương``: only the first syllable of a word has its capital."""
    if end <= at or not line.texts[end].islower() or not line.texts[end - 1].istitle():
        return False
    return (line.keys[end - 1], line.keys[end]) in _compounds()


@cache
def _compounds() -> frozenset[tuple[str, str]]:
    """Words of two syllables in the fields and bodies of the lexicon: every other pair, where their number is even."""
    names = [name for field in fields() for name in (field.name, *field.surfaces)]
    names += [name for body in bodies() for name in (body.name, *body.surfaces)]
    parts = [split_keys(part) for name in names for part in re.split(r" và | - |[,&]", name)]
    pairs = {pair for keys in parts if len(keys) % 2 == 0 for pair in zip(keys[::2], keys[1::2], strict=True)}
    return frozenset(pair for pair in pairs if pair[0] not in _head_table())


def _opens_institution(line: Line, at: int) -> bool:
    """``Bệnh viện Bãi Cháy và | Bệnh viện Sản Nhi``: two of one list."""
    head = _head_table().longest(line.keys, at)
    return (
        head is not None and head[1].kind == BodyKind.PROPER and at + head[0] < len(line) and line.capital[at + head[0]]
    )


def _compound_end(line: Line, at: int) -> int:
    """Past lower-case syllables that lead on to a capital: "Nuôi | biển | Bái Tử Long", "Du | lịch cộng đồng | Gió
    Ngàn".
    """
    end = at
    while end < len(line) and end - at < _LONGEST_LOWER and line.is_word(end) and line.texts[end].islower():
        if _stops(line, end):
            return at
        if line.keys[end] == "và" and honorifics_at(line, end + 1)[0]:
            return end
        end += 1
    leads_on = end < len(line) and line.is_word(end) and line.texts[end][0].isupper() and not line.wide_gap(end)
    if leads_on:
        return at if _closes_with_province(line, at) else end
    whole = end == at + 1 and at > 1 and (line.texts[at - 2] in _DASHES or line.keys[at - 2] == "và")
    return end if whole and not line.is_word(end) else at


def _closes_with_province(line: Line, at: int) -> bool:
    """``Bệnh viện Trung ương Huế | ghép tim xuyên Việt``: behind a province in it, a proper name is over."""
    before = (bare_place_at(line, start, after_body=True) for start in range(max(at - 4, 0), at))
    return any(place is not None and place.end == at for place in before)


def _with_proper_places(line: Line, phrase: BodyPhrase, tail_start: int, *, own: bool) -> BodyPhrase:
    """The place inside a proper name, for the nested mention. ``own``: only a province or city is one, for companies
    and universities like to sound like a commune.
    """
    for at in range(tail_start, phrase.end):
        unit = unit_phrase_at(line, at)
        if unit is not None and unit.names and unit.end <= phrase.end:
            return replace(phrase, place=unit.names[0])
        end = name_end_at(line, at, None, listed=True)
        if end != phrase.end or line.texts[at][0].isdigit():
            continue
        whole = at == tail_start and end == at + 1 and line.texts[at].isupper() and not line.shouting  # Công ty BMT
        if not (own and (whole or sounds_like_a_unit(line, at, end))):
            return replace(phrase, place=NameSpan(at, at, end, None))
    return phrase


def _city(word: str) -> str | None:
    """The city that an abbreviation stands for: ``TPHCM``, ``HCM``."""
    if not word.isupper() or not 1 < len(word) < 7 or "thành phố" not in load_gazetteer().kinds(word):
        return None
    names = {place.full_name.split(",")[0] for place in load_gazetteer().named(word)}
    return names.pop() if len(names) == 1 else None


def _spelt(line: Line, start: int, end: int) -> str:
    """An open name in normal spelling: abbreviations of fields spelt out, tones in their traditional place."""
    parts: list[str] = []
    at = start
    while at < end:
        found = _field_table().longest(line.keys, at)
        if found is not None and line.texts[at].isupper() and at + found[0] <= end:
            parts.append(found[1].name)
            at += found[0]
            continue
        unit = unit_word_at(line, at)
        if unit is not None and line.keys[at] != unit[1].name.split()[0] and at + unit[0] <= end:
            parts.append(unit[1].name)
            at += unit[0]
            if at < end and (city := _city(line.texts[at])) is not None:
                parts[-1] = city
                at += 1
            continue
        if at > start and line.keys[at].startswith("tp") and (city := _city(line.texts[at])) is not None:
            parts.append(city)
            at += 1
            continue
        word = "Việt Nam" if at == end - 1 and line.texts[at] == "VN" else traditional(line.texts[at])
        if parts and line.glued(at) and line.texts[at - 1] != ".":
            parts[-1] += word
        else:
            parts.append(word)
        at += 1
    return " ".join(parts)
