"""Place phrases: a unit word with a name, a list of names, a unit word alone, a bare province or country.

Reads, from the token at which it is asked:

1. ``xã Thanh Ba``, ``TP. Hạ Long``, ``H.Trảng Bom``, ``Phường 5``, ``tổ dân phố số 14``, ``khu 9B``
2. ``các xã Dân Chủ, Quảng La và Bằng Cả``, ``13 phường: A, B``, ``cụm Đồng Xuân, Vân Lĩnh và thị trấn Thanh Ba``
3. ``huyện`` (the unit that the context tells)
4. ``các xã, phường``, ``thôn, tiểu khu, tổ dân phố``, ``cấp huyện``, ``các cấp``
5. ``Hà Nội``, ``Lào`` (a province, country or foreign city needs no unit word)

No offsets into the text here, only token positions of one :class:`~pipeline.grammar.syllables.Line`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.cues import kinds_at
from pipeline.grammar.foreign import opens_foreigner
from pipeline.grammar.phrases import Openings, Phrases
from pipeline.grammar.surnames import opens_person, person_inside, run_end, surname_at
from pipeline.grammar.syllables import Line
from pipeline.lexicon import UnitWord, marked, roles, unit_level, unit_words
from pipeline.models import Level

_LONGEST_UNKNOWN = 4  # syllables; Vietnamese unit names not in the gazetteer are villages, and those are rarely longer
_FEMALE = "thị"  # the middle of a woman's name, never the second syllable of a village's
_COMMUNES = frozenset({"xã", "phường", "thị trấn", "đặc khu"})
_DISTRICTS = frozenset({"huyện", "quận", "thị xã", "thành phố"})
_PROVINCES = frozenset({"tỉnh", "thành phố"})


class UnitForm(StrEnum):
    """How a phrase names its unit or units."""

    NAMED = "named"
    LIST = "list"
    BARE = "bare"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class NameSpan:
    """Tokens of one place mention; the name proper begins at ``name``, after the unit word if it has one."""

    start: int
    name: int
    end: int
    unit_type: str | None


@dataclass(frozen=True, slots=True)
class UnitPhrase:
    """A place phrase of one line, token positions half-open."""

    start: int
    end: int
    form: UnitForm
    unit_type: str | None
    names: tuple[NameSpan, ...] = ()


@cache
def _unit_table() -> Phrases[UnitWord]:
    return Phrases((surface, word) for word in unit_words() for surface in word.surfaces)


@cache
def _standing_alone() -> Mapping[str, str]:
    """Unit words by the abbreviation that stands alone after a body: "Phó Chủ tịch UBND TP"."""
    return {word.alone: word.name for word in unit_words() if word.alone}


@cache
def _listing_table() -> Phrases[str]:
    """Words that open a list or a level: các, hai, cụm, cấp."""
    return Phrases((row.surface, row.kind) for row in marked("listing.tsv", surface="surface", kind="kind"))


def unit_openings() -> Openings:
    """First two tokens with which a place phrase with a unit word or a list can begin, numbers apart."""
    return _unit_table().openings | _listing_table().openings


def unit_word_at(line: Line, at: int) -> tuple[int, UnitWord] | None:
    """Length and entry of the unit word at a token.

    An abbreviation ("H.", "P.", "X.", "TT.", "TP") counts only when a capital or a number follows, and one of a single
    letter only when it is written in capitals itself.
    """
    found = _unit_table().longest(line.keys, at)
    if found is None:
        return None
    length, word = found
    if line.keys[at] == word.name.split()[0]:
        return found
    after = at + length
    if line.texts[at].islower() or after >= len(line) or not line.capital[after]:
        return None
    return found


def unit_phrase_at(line: Line, at: int, *, after_body: bool = False) -> UnitPhrase | None:
    """The place phrase with a unit word, or a list, that begins at a token; after a body "TP" alone is one too."""
    if at >= len(line):
        return None
    opener = _listing_table().longest(line.keys, at)
    if opener is not None and opener[1] != "counted":  # "27 hộ | thôn Đông Cáp"
        phrase = _listed(line, at, *opener)
        if phrase is not None:
            return phrase
    if line.texts[at].isdigit():
        return None if _is_date(line, at) else _listed(line, at, 1, "count")
    found = unit_word_at(line, at)
    if found is None:
        short = _standing_alone().get(line.texts[at]) if after_body else None
        return UnitPhrase(at, at + 1, UnitForm.BARE, short) if short else None
    length, word = found
    name_end = name_end_at(line, at + length, word, listed=line.keys[at] != word.name.split()[0])
    if name_end is not None:
        name = NameSpan(at, at + length, name_end, word.name)
        return UnitPhrase(at, name_end, UnitForm.NAMED, word.name, (name,))
    end = _more_unit_words(line, at + length)
    if end > at + length:
        return UnitPhrase(at, end, UnitForm.GENERIC, word.name)
    return None if word.plain else UnitPhrase(at, end, UnitForm.BARE, word.name)


def stands_alone(line: Line, at: int) -> bool:
    """Whether an abbreviated unit word stands here that may do without a name: ``Hiệp hội Bất động sản | TP``."""
    return not line.shouting and line.texts[at].upper() in _standing_alone()


def _is_date(line: Line, at: int) -> bool:
    """Whether a number belongs to a date and counts no units: "đến hết năm 2023 | xã Đức Ninh"."""
    dated = at > 0 and (line.keys[at - 1] in {"/", "-"} or "numbered" in kinds_at(line, at - 1))
    return dated or len(line.texts[at]) > 3


def _listed(line: Line, at: int, length: int, kind: str) -> UnitPhrase | None:
    """A phrase that a listing word opens."""
    after = at + length
    if kind == "levels":
        return UnitPhrase(at, after, UnitForm.GENERIC, None)
    if kind == "level":
        found = unit_word_at(line, after)
        return (
            None
            if found is None
            else UnitPhrase(at, _more_unit_words(line, after + found[0]), UnitForm.GENERIC, found[1].name)
        )
    if kind == "cluster":
        names = _names(line, after, None)
        return UnitPhrase(at, names[-1].end, UnitForm.LIST, None, names) if names else None
    counted = _listing_table().longest(line.keys, after)
    if counted is not None and counted[1] == "unit":
        names = _names(line, _past_colon(line, after + counted[0]), None)
        return UnitPhrase(at, names[-1].end, UnitForm.LIST, None, names) if len(names) > 1 else None
    found = unit_word_at(line, after)
    if found is None:
        return None
    word_end = after + found[0]
    names = _names(line, _past_colon(line, word_end), found[1])
    if names:
        return UnitPhrase(at, names[-1].end, UnitForm.LIST, found[1].name, names)
    return UnitPhrase(at, _more_unit_words(line, word_end), UnitForm.GENERIC, found[1].name)


def _past_colon(line: Line, at: int) -> int:
    following = at + 1 if at < len(line) and line.keys[at] in {":", "gồm"} else at
    return following + 1 if following < len(line) and line.keys[following] == ":" else following


def _names(line: Line, at: int, word: UnitWord | None) -> tuple[NameSpan, ...]:
    """The names of a list, each alone or with a unit word of its own."""
    names: list[NameSpan] = []
    while at < len(line):
        own = unit_word_at(line, at)
        start, name, unit = (at, at + own[0], own[1]) if own else (at, at, word)
        if own and not names:
            break
        end = name_end_at(line, name, unit, listed=own is None and (bool(names) or word is None))
        if end is None:
            break
        names.append(NameSpan(start, name, end, unit.name if unit else None))
        if end >= len(line) or line.keys[end] not in {",", "và", ";"} or end + 1 >= len(line):
            break
        at = end + 1
    return tuple(names)


def _more_unit_words(line: Line, end: int) -> int:
    """Past further unit words of a plural: ``các xã, phường, thị trấn``."""
    while end + 1 < len(line) and line.keys[end] in {",", "và", "/", "-"}:
        found = unit_word_at(line, end + 1)
        if found is None or found[1].plain or name_end_at(line, end + 1 + found[0], found[1]) is not None:
            break
        end += 1 + found[0]
    return end


def name_end_at(line: Line, at: int, word: UnitWord | None, *, listed: bool = False) -> int | None:
    """End of the unit's name that begins at a token, or ``None`` where no name stands.

    The longest name of the gazetteer whose kinds fit the unit word wins; where none does, a run of capitals is taken
    for the name of a village, or of a unit spelt in a way the gazetteer does not know. A list item without a unit word
    must be known.
    """
    if at >= len(line) or not (line.capital[at] or line.keys[at] == "số"):
        return None
    if line.texts[at][0].isdigit() or line.keys[at] == "số":
        return _number_end(line, at, word)
    for length in load_gazetteer().name_lengths(line.keys, at):
        if length == 1 and surname_at(line, at) == "sure" and opens_person(line, at, run_end(line, at), shortest=3):
            continue
        if _fits(line, at, length, word) and not _runs_on(line, at, length, word):
            return _past_serial(line, at + length, word)
    if line.shouting or listed or (word is not None and word.level is Level.PROVINCE and word.name == "tỉnh"):
        return None
    end = _unknown_end(line, at, word)
    return end if end is None else _past_serial(line, end, word)


def name_behind(line: Line, at: int, unit: UnitPhrase) -> UnitPhrase:
    """The unit of a fused word with the name behind it: ``Huyện ủy viên | Kim Bôi``; the name must be that of a
    known district.
    """
    if unit_level(unit.unit_type) is not Level.DISTRICT or at >= len(line) or line.texts[at][0].isdigit():
        return unit
    word = next(row for row in unit_words() if row.name == unit.unit_type)
    end = name_end_at(line, at, word, listed=True)
    if end is None:
        return unit
    return UnitPhrase(at, end, UnitForm.NAMED, unit.unit_type, (NameSpan(at, at, end, unit.unit_type),))


def _past_serial(line: Line, end: int, word: UnitWord | None) -> int:
    """Past the number that tells one village of a name from another: ``ấp Dốc Mơ | 3``, never "thôn Dốc Mơ 3 hộ"."""
    if word is None or word.level is not Level.VILLAGE or line.texts[end : end + 1] == ():
        return end
    if line.texts[end] not in _SERIALS or line.glued(end) or line.wide_gap(end):
        return end
    after = end + 1
    if after == len(line) or (not line.is_word(after) and line.keys[after] in _CLOSING):
        figure = after + 1 < len(line) and line.texts[after + 1][0].isdigit() and line.glued(after + 1)
        return end if figure else after
    named = line.capital[after] and line.texts[after][0].isalpha()
    told = named or unit_word_at(line, after) is not None or _speech_table().longest(line.keys, after) is not None
    return after if told else end


_SERIALS = frozenset(str(number) for number in range(1, 21))
_CLOSING = frozenset({",", ".", ";", ":", "(", ")", "-", "–"})


@cache
def _speech_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("speech.tsv", surface="surface", kind="kind"))


def _number_end(line: Line, at: int, word: UnitWord | None) -> int | None:
    """Numbered units: Phường 5, khu 9B, tổ 14; never "tổ 3 người"."""
    if word is None or word.name in {"tỉnh", "huyện", "thị xã", "đặc khu", "thành phố", "thị trấn", "xã"}:
        return None
    if line.keys[at] == "số":
        return at + 2 if at + 1 < len(line) and line.texts[at + 1][0].isdigit() else None
    counted = _listing_table().longest(line.keys, at + 1)
    if counted is not None and counted[1] == "counted":
        return None
    if word.plain and at + 1 < len(line) and line.is_word(at + 1) and not line.capital[at + 1]:
        return None
    return at + 1


def _fits(line: Line, at: int, length: int, word: UnitWord | None) -> bool:
    if not all(line.capital[at + k] or not line.is_word(at + k) for k in range(length)) and length < 2:
        return False
    kinds = _kinds(" ".join(line.keys[at : at + length]))
    return bool(kinds & _kinds_of(word))


def _runs_on(line: Line, at: int, length: int, word: UnitWord | None) -> bool:
    """Whether a one-syllable match is only the beginning of a longer unknown name ("bản Mường Lát" known as
    "Mường").
    """
    end = at + length
    return (
        word is not None
        and word.level is Level.VILLAGE
        and end < len(line)
        and line.is_word(end)
        and line.capital[end]
        and not line.shouting
    )


def _unknown_end(line: Line, at: int, word: UnitWord | None) -> int | None:
    """A name the gazetteer does not know: of a village, or of a unit it has in another spelling."""
    if not line.texts[at][0].isalpha() or (len(line.texts[at]) > 2 and line.texts[at].isupper()):
        return None  # "10 tổ COVID cộng đồng": an abbreviation is no village
    if opens_role(line, at):
        return None  # "Chủ tịch HĐND huyện | Phó Chủ tịch Ủy ban bầu cử", where no comma parts the offices
    stop = run_end(line, at)
    if stop - at > 2 and line.keys[at + 1] == _FEMALE:
        return None  # Trưởng thôn | Mang Thị Lành
    settled = word is not None and word.level is not Level.VILLAGE
    sure = surname_at(line, at) == "sure"
    if (settled or sure) and (opens_person(line, at, stop, shortest=2 if settled else 3) or (settled and sure)):
        return None
    person = person_inside(line, at, stop, shortest=2 if stop - at <= 4 else 3)
    return min(person if person is not None else stop, at + _LONGEST_UNKNOWN)


def opens_role(line: Line, at: int) -> bool:
    """Whether a role of two syllables or more begins at a token, or a deputy's: Chủ tịch, Phó Trưởng ban."""
    deputy = line.keys[at] == "phó"
    found = _role_table().longest(line.keys, at + deputy) if at + deputy < len(line) else None
    return found is not None and (deputy or found[0] > 1)


@cache
def _role_table() -> Phrases[str]:
    return Phrases((surface, role.name) for role in roles() for surface in role.surfaces)


@lru_cache(maxsize=65536)
def _kinds(name: str) -> frozenset[str]:
    return load_gazetteer().kinds(name)


@cache
def _kinds_of(word: UnitWord | None) -> frozenset[str]:
    """Kinds of unit that a unit word may stand for: its own level, since writers keep an old type for years."""
    if word is None:
        return _COMMUNES | _DISTRICTS | _PROVINCES
    if word.name == "thành phố":
        return _DISTRICTS | _PROVINCES | {"foreign_city", "foreign_province"}
    groups = {
        Level.PROVINCE: _PROVINCES | {"foreign_province", "foreign_city"},
        Level.DISTRICT: _DISTRICTS | {"foreign_city", "foreign_province"},
        Level.COMMUNE: _COMMUNES,
    }
    return groups.get(word.level, _COMMUNES | _DISTRICTS)


@lru_cache(maxsize=65536)
def _needs_no_unit_word(name: str) -> bool:
    """Whether a name alone is taken for a place: a province, a country, a foreign city or province."""
    kinds = _kinds(name)
    if kinds & {"tỉnh"} or kinds - (_COMMUNES | _DISTRICTS | {"tỉnh"}):
        return True
    return "thành phố" in kinds and any(place.level is Level.PROVINCE for place in load_gazetteer().named(name))


def bare_place_at(line: Line, at: int, *, after_body: bool = False) -> NameSpan | None:
    """A province, country or foreign city without a unit word; ``after_body`` when the capitals before it are a
    body's.
    """
    if not line.texts[at][0].isupper():
        return None
    if at > 1 and not after_body and line.is_word(at - 1) and line.capital[at - 1] and not line.wide_gap(at):
        return None
    lengths = load_gazetteer().name_lengths(line.keys, at)
    if not lengths:
        return None
    if (line.shouting and not after_body) or (
        opens_person(line, at, run_end(line, at), shortest=3)
        and not _opens_country(line, at)
        and not (after_body and _opens_province(line, at))
    ):
        return None
    for length in lengths:
        end = at + length
        if length == 1 and _capital_word(line, at - 1) and not after_body:
            continue
        if not all(line.capital[k] for k in range(at, end) if line.is_word(k)):
            continue
        if not line.shouting and _capital_word(line, end) and not line.wide_gap(end):
            foreign = "country" in _kinds(" ".join(line.keys[at:end]))
            stop = run_end(line, end)
            vouched = after_body and (foreign or opens_person(line, end, stop) or opens_foreigner(line, end, stop))
            if not vouched and not (foreign and length > 1):
                continue
        if _needs_no_unit_word(" ".join(line.keys[at:end])):
            return NameSpan(at, at, end, None)
    return None


def bare_place_behind(line: Line, at: int) -> NameSpan | None:
    """A province or city right after a body ("Công an Hà Tĩnh"), where a capital before it is the body's own."""
    if at >= len(line) or not line.capital[at] or line.wide_gap(at):
        return None
    return bare_place_at(line, at, after_body=True)


def district_behind(line: Line, at: int) -> NameSpan | None:
    """``Trung tâm Y tế | Mỏ Cày Nam``, ``Trưởng Công an | Chợ Lách``: a district without its unit word, where the run
    of capitals is no name of an officer; one may follow it (``Phòng GD&ĐT | Giồng Trôm | Lê Văn Tư``).
    """
    if at >= len(line) or not line.capital[at] or not line.texts[at].istitle() or line.wide_gap(at) or line.shouting:
        return None
    stop = run_end(line, at)
    if opens_person(line, at, stop):
        return None
    for length in load_gazetteer().name_lengths(line.keys, at):
        end = at + length
        if length < _SYLLABLES_OF_DISTRICT or end > stop or not _kinds(" ".join(line.keys[at:end])) & _DISTRICTS:
            continue
        if end == stop or (opens_person(line, end, stop) and surname_at(line, end) == "sure"):
            return NameSpan(at, at, end, None)
    return None


def district_of(line: Line, at: int, commune: str) -> NameSpan | None:
    """The district at a token that has a commune of that name, where no capital follows it."""
    for length in load_gazetteer().name_lengths(line.keys, at):
        end = at + length
        name = " ".join(line.keys[at:end])
        if end < len(line) and line.is_word(end) and line.capital[end] and not line.wide_gap(end):
            continue
        if _kinds(name) & _DISTRICTS and _has_commune(name, commune):
            return NameSpan(at, at, end, None)
    return None


@lru_cache(maxsize=4096)
def _has_commune(district: str, commune: str) -> bool:
    """Whether a district of a name has, or had, a commune of another."""
    units = load_gazetteer()
    districts = {place.place_id for place in units.named(district) if place.level is Level.DISTRICT}
    communes = (place for place in units.named(commune) if place.level is Level.COMMUNE)
    return any(districts & units.within(place.place_id) for place in communes)


_SYLLABLES_OF_DISTRICT = 2  # a single capital may be anybody's given name


def province_at(line: Line, at: int) -> NameSpan | None:
    """``Bí thư | Đà Nẵng``: a province that newspapers set right behind an office, without its unit word."""
    place = bare_place_at(line, at, after_body=True) if at < len(line) and not line.wide_gap(at) else None
    if place is None:
        return None
    name = " ".join(line.keys[place.start : place.end])
    return place if any(unit.level is Level.PROVINCE for unit in load_gazetteer().named(name)) else None


def sounds_like_a_unit(line: Line, start: int, end: int) -> bool:
    """Whether a name is that of communes or districts only, which a company may bear by chance."""
    return not _kinds(" ".join(line.keys[start:end])) - (_COMMUNES | {"huyện", "quận", "thị xã"})


def _opens_country(line: Line, at: int) -> bool:
    """``Hàn Quốc | Moon Jae-in``: a country of two or more syllables, though the first is a surname too."""
    lengths = load_gazetteer().name_lengths(line.keys, at)
    return any(length > 1 and "country" in _kinds(" ".join(line.keys[at : at + length])) for length in lengths)


def _opens_province(line: Line, at: int) -> bool:
    """``BĐBP | Lạng Sơn | Hoàng Đức Thuần``: a province, and a person of their own behind it."""
    return any(
        "tỉnh" in _kinds(" ".join(line.keys[at : at + length]))
        and opens_person(line, at + length, run_end(line, at + length))
        and surname_at(line, at + length) == "sure"
        for length in load_gazetteer().name_lengths(line.keys, at)
        if at + length < len(line)
    )


def _capital_word(line: Line, at: int) -> bool:
    return 0 <= at < len(line) and line.is_word(at) and line.texts[at][0].isupper()


def place_after_fused(line: Line, at: int, level: str) -> NameSpan | None:
    """The name that follows a word like Huyện ủy or Tỉnh đoàn: its level is known, a unit word may repeat it."""
    own = unit_word_at(line, at) if at < len(line) else None
    end_of_name = name_end_at(line, at + own[0], own[1]) if own is not None else None
    if own is not None and end_of_name is not None:
        return NameSpan(at, at + own[0], end_of_name, own[1].name)
    if at >= len(line) or not line.capital[at]:
        return None
    wanted = {
        "province": _PROVINCES | {"foreign_province"},
        "district": _DISTRICTS,
        "city": _DISTRICTS | _PROVINCES | {"foreign_city", "foreign_province"},
        "commune": _COMMUNES,
    }
    for length in load_gazetteer().name_lengths(line.keys, at):
        end = at + length
        kinds = _kinds(" ".join(line.keys[at:end]))
        if kinds & wanted.get(level, _DISTRICTS) and line.capital[end - 1]:
            return NameSpan(at, at, end, None)
    return None
