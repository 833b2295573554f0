"""Which unit a bare unit word means at one point of the article.

What enters are the places as resolved and the seats that phrases name; what leaves is the one unit that fits, or none.
In order: a unit of that type just named in the same sentence, the unit the article is at home in, the nearest one
before, the resolver's anchor, the unit above the home unit, the only one after.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.discourse import patterns
from pipeline.discourse.frames import Seat
from pipeline.gazetteer import load_gazetteer
from pipeline.gazetteer.references import CUT
from pipeline.gazetteer.resolver import Resolved, settle_on
from pipeline.gazetteer.spelling import compare_key
from pipeline.lexicon import unit_words
from pipeline.models import Level, Place

_HOME = "world.vn"
_CLAUSE_END = re.compile(r"[;\n]|[.!?…]\s")
_HEADING = re.compile(r"[\s*+\-–•\d.)/]*(?:(?:Tại|Ở|TP|TX|thị xã|thành phố|huyện|xã|phường)[. ]*)?", re.IGNORECASE)
_SITE = 40  # characters of a unit word, a name and a comma
_UPWARD = 0.5  # a commune speaks for its province half as loud as the province's own name
_HOME_SHARE = 1.5  # the home unit is named this much more than the runner-up of its type
_CHANGED = frozenset({Level.DISTRICT, Level.COMMUNE})
_LEVELS = {
    Level.PROVINCE: frozenset({"tỉnh", "thành phố"}),
    Level.DISTRICT: frozenset({"huyện", "quận", "thị xã", "thành phố"}),
    Level.COMMUNE: frozenset({"xã", "phường", "thị trấn", "đặc khu"}),
    Level.VILLAGE: frozenset(word.name for word in unit_words() if word.level is Level.VILLAGE),
}


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit named at one place of the text, with its weight as a hint to the article's home."""

    start: int
    sentence_id: int
    seat: Seat
    level: Level
    weight: float


class Units:
    """All units named in one article."""

    __slots__ = ("_all", "_anchors", "_by_name", "_day", "_home", "_named", "_text", "_weights")

    def __init__(self, named: Iterable[NamedUnit], resolved: Resolved, text: str, day: date | None) -> None:
        units = sorted(named, key=lambda unit: unit.start)
        known = [unit for unit in units if unit.seat.place_id]
        known = sorted((*known, *_open(units, known)), key=lambda unit: unit.start)
        at_home = [unit for unit in known if not _is_foreign(unit.seat)]
        self._all = _living(known, day)
        self._named = _living(at_home or known, day)
        self._day = day
        self._anchors = resolved.anchors
        self._text = text
        self._weights = _weighed(self._named, day)
        self._home: dict[str, Seat | None] = {}
        self._by_name: defaultdict[str, set[Seat]] = defaultdict(set)
        for unit in at_home or known:
            national = unit.seat.place_id == _HOME  # Cục Hàng không Việt Nam lies nowhere
            if unit.seat.name is not None and unit.level is not Level.VILLAGE and not national:
                self._by_name[compare_key(unit.seat.name)].add(unit.seat)

    @property
    def text(self) -> str:
        """The article's text."""
        return self._text

    @property
    def two_level(self) -> bool | None:
        """Whether communes stand right below provinces on the article's day; of an undated article its units tell."""
        if self._day is not None:
            return self._day >= CUT
        eras = {unit.seat.place_id[:3] for unit in self._named if unit.seat.place_id and unit.level in _CHANGED}
        return eras == {"34."} if len(eras) == 1 else None

    def find(self, unit_type: str, *, at: int) -> Seat | None:
        """The unit that "huyện" means at an offset."""
        fitting = [unit for unit in self._all if unit.seat.unit_type == unit_type]
        domestic = [unit for unit in self._named if unit.seat.unit_type == unit_type]
        return (
            self._before_in_clause(fitting, at)
            or self._scene(domestic, at)
            or self.home((unit_type,))
            or self._after_in_clause(fitting, at)
            or self._before(domestic, at)
            or self._anchor(unit_type)
            or self._above(unit_type, at)
            or self._only(domestic)
        )

    def just_named(self, level: Level, *, at: int) -> Seat | None:
        """The unit of a level named before an offset in the same clause."""
        return self._before_in_clause([unit for unit in self._named if unit.level is level], at)

    def fitting(self, levels: Sequence[Level], *, at: int) -> Seat | None:
        """The unit of one of the levels for a body that names no unit word at all."""
        fitting = [unit for unit in self._named if unit.level in levels]
        return (
            self._before_in_clause(fitting, at)
            or self._scene(fitting, at)
            or self._home_of_levels(levels)
            or self._after_in_clause(fitting, at)
            or self._before(fitting, at, line=True)
            or (self._province_of_line(at) if tuple(levels) == (Level.PROVINCE,) else None)
        )

    def of_paragraph(self, levels: Sequence[Level], *, at: int) -> Seat | None:
        """The one unit of the levels at which the paragraph sets its scene: "Tại xã Lộc Tấn, danh sách gồm: | …"."""
        first = bisect_left(self._named, self._text.rfind("\n", 0, at) + 1, key=lambda unit: unit.start)
        last = bisect_left(self._named, at, key=lambda unit: unit.start)
        here = [unit for unit in self._named[first:last] if unit.level in levels]
        return self._scene(here, at) if here else None

    def _province_of_line(self, at: int) -> Seat | None:
        """The one province of all units that the paragraph names up to the offset."""
        start = self._text.rfind("\n", 0, at) + 1
        first = bisect_left(self._named, start, key=lambda unit: unit.start)
        last = bisect_left(self._named, at, key=lambda unit: unit.start)
        known = load_gazetteer()
        here = {unit.seat.place_id for unit in self._named[first:last] if unit.seat.place_id in known}
        found = {place for place_id in here for place in _with_ancestors(place_id, self._day)}
        provinces = {Seat(p.unit_type, p.place_id, p.name) for p in found if p.level is Level.PROVINCE}
        return next(iter(provinces)) if len(provinces) == 1 else None

    def _home_of_levels(self, levels: Sequence[Level]) -> Seat | None:
        """The home unit of the level that the article names most."""
        direct: defaultdict[Level, float] = defaultdict(float)
        for unit in self._named:
            direct[unit.level] += unit.weight
        for level in sorted(levels, key=lambda level: -direct[level]):
            seat = self.home(tuple(sorted(_LEVELS.get(level, ()))), levels=(level,))
            if seat is not None:
                return seat
        return None

    def on_site(self, *, at: int) -> Seat | None:
        """The commune or district where the clause up to the offset takes place: "Ở phường Tam Chúc, | …"."""
        last = bisect_left(self._named, at, key=lambda unit: unit.start)
        unit = self._named[last - 1] if last else None
        if unit is None or unit.level not in _CHANGED or unit.seat.name is None:
            return None
        lead = self._text[max(self._text.rfind("\n", 0, unit.start) + 1, unit.start - 40) : unit.start]
        between = self._text[unit.start : at]
        ends = between.endswith(f"{unit.seat.name}, ") and len(between) < _SITE
        return unit.seat if ends and patterns.TAKES_PLACE.search(lead) else None

    def at_end(self, name: str) -> Seat | None:
        """The unit of the article whose name a body's name ends with: "Công ty Lâm nghiệp | Kon Plông"."""
        for ending in _endings(name):
            seats = {seat.place_id: seat for seat in self._by_name.get(compare_key(ending), ())}
            if seats:
                return next(iter(seats.values())) if len(seats) == 1 else None
        return None

    def known_at_end(self, name: str) -> Seat | None:
        """The same of a unit that the article does not name: a province, else a district of the home province."""
        home = self._home_of_levels((Level.PROVINCE,))
        units = load_gazetteer()
        for ending in _endings(name):
            places = units.named(ending, on=self._day) if "tỉnh" in units.kinds(ending) or home is not None else ()
            provinces = {p.place_id: p for p in places if p.level is Level.PROVINCE and p.name == ending}
            within = {p.place_id: p for p in places if home is not None and p.province_id == home.place_id}
            found = provinces or {place_id: p for place_id, p in within.items() if p.level is Level.DISTRICT}
            if len(found) == 1:
                place = next(iter(found.values()))
                return Seat(place.unit_type, place.place_id, place.name)
        return None

    def in_headline(self, level: Level) -> Seat | None:
        """The unit of a level that the headline names, where the article names no other of it."""
        seats = {unit.seat.place_id: unit for unit in reversed(self._named) if unit.level is level}
        lone = next(iter(seats.values())) if len(seats) == 1 else None
        return lone.seat if lone is not None and "\n" not in self._text[: lone.start] else None

    def _before_in_clause(self, fitting: Sequence[NamedUnit], at: int) -> Seat | None:
        """The nearest unit before the offset in the same clause."""
        last = bisect_left(fitting, at, key=lambda unit: unit.start) - 1
        if last < 0 or _CLAUSE_END.search(self._text, fitting[last].start, at):
            return None
        return fitting[last].seat

    def _after_in_clause(self, fitting: Sequence[NamedUnit], at: int) -> Seat | None:
        """The nearest unit after the offset in the same clause."""
        after = [unit for unit in fitting if unit.start > at and not _CLAUSE_END.search(self._text, at, unit.start)]
        return after[0].seat if after else None

    def _scene(self, fitting: Sequence[NamedUnit], at: int) -> Seat | None:
        """The unit where the paragraph takes place: "Tại thao trường xã Mậu Duệ, …"."""
        line = self._text.rfind("\n", 0, at) + 1
        here = [unit for unit in fitting if line <= unit.start < at]
        if here and _HEADING.fullmatch(self._text[line : here[0].start]) and ":" in self._text[here[0].start : at][:30]:
            return here[0].seat
        if len({unit.seat for unit in here}) != 1:
            return None
        leads = (self._text[max(line, unit.start - 40) : unit.start] for unit in here[-_NAMINGS:])
        return here[-1].seat if any(patterns.TAKES_PLACE.search(lead) for lead in leads) else None

    def _before(self, fitting: Sequence[NamedUnit], at: int, *, line: bool = False) -> Seat | None:
        """The nearest unit before, first of the same line."""
        before = [unit for unit in fitting if unit.start < at]
        if not before or (line and "\n" in self._text[before[-1].start : at]):
            return None
        return before[-1].seat

    def home(self, types: Sequence[str], *, levels: Iterable[Level] = tuple(Level)) -> Seat | None:
        """The unit of these types that the article names by far most, if there is one."""
        name = " ".join(types) + "|" + " ".join(sorted(levels))
        if name not in self._home:
            self._home[name] = self._most_named(set(types), set(levels))
        return self._home[name]

    def _most_named(self, types: set[str], levels: set[Level]) -> Seat | None:
        fitting = [
            (seat, weight)
            for (seat, level), weight in self._weights.items()
            if seat.unit_type in types and level in levels
        ]
        ranked = sorted(fitting, key=lambda pair: -pair[1])
        if not ranked:
            return None
        best, weight = ranked[0]
        rival = next((other for seat, other in ranked[1:] if _lineage(seat) != _lineage(best)), None)
        if rival is not None and weight < _HOME_SHARE * rival:
            return None
        # Of two names of one unit that of the older, which only the text can tell: tỉnh Thừa Thiên Huế, thành phố Huế
        same = (seat for seat, _ in ranked if _lineage(seat) == _lineage(best) and seat.place_id != _lineage(seat)[0])
        return next(same, best) if best.place_id is not None else best

    def _anchor(self, unit_type: str) -> Seat | None:
        place_id = settle_on(self._anchors.get(unit_type, ()), load_gazetteer())
        if place_id is None:
            return None
        place = load_gazetteer().unit(place_id, on=self._day)
        return Seat(unit_type, place.place_id, place.name)

    def _above(self, unit_type: str, at: int) -> Seat | None:
        """The unit of that type around the units named nearest to the offset."""
        for unit in sorted(self._named, key=lambda unit: abs(unit.start - at)):
            place = _ancestor(unit.seat.place_id, unit_type, self._day)
            if place is not None:
                return Seat(unit_type, place.place_id, place.name)
        return None

    def _only(self, fitting: Sequence[NamedUnit]) -> Seat | None:
        seats = {unit.seat for unit in fitting}
        return next(iter(seats)) if len(seats) == 1 else None


_NAMINGS = 24  # of one unit on a line; more are no sentence
_LONGEST_ENDING = 5  # syllables: Bà Rịa - Vũng Tàu


def _endings(name: str) -> list[str]:
    """The last words of a name, the most of them first; what is before them is more than a head noun's first word."""
    words = name.split()
    return [" ".join(words[-n:]) for n in range(min(_LONGEST_ENDING, len(words) - 1), 0, -1) if words[-n][0].isupper()]


_FORMER = "~"  # in the id of a unit whose code its heir bears as well


def _lineage(seat: Seat) -> tuple[str | None, str | None]:
    """What two seats of one unit share, whatever type word it is called by; a unit without an id is its own."""
    if seat.place_id is None:
        return None, seat.name
    coded = seat.place_id.split(_FORMER)[0]
    return (coded if coded[-1].isdigit() else seat.place_id), None


def _open(units: Sequence[NamedUnit], known: Sequence[NamedUnit]) -> list[NamedUnit]:
    """Units whose name is all that the article tells, as there are several of it, where no other of the type is named:
    "xã" is still the xã Yên Thành that it speaks of.
    """
    left = [unit for unit in units if unit.seat.place_id is None and unit.level in _CHANGED]
    told = {unit.seat.unit_type for unit in known}
    names: defaultdict[str | None, set[str | None]] = defaultdict(set)
    for unit in left:
        names[unit.seat.unit_type].add(unit.seat.name)
    lone = {unit_type for unit_type, found in names.items() if len(found) == 1 and unit_type not in told}
    return [unit for unit in left if unit.seat.unit_type in lone]


def _living(units: Sequence[NamedUnit], day: date | None) -> Sequence[NamedUnit]:
    """The units without the communes that had ended by the article's day, where it names one that has not: "xã Ia Grai,
    hình thành từ thị trấn Ia Kha và hai xã Ia Grăng, Ia Bă" is the only "xã" of the rest.
    """
    if day is None or day < CUT:
        return units
    ended = [unit for unit in units if unit.level is Level.COMMUNE and _has_ended(unit.seat.place_id)]
    living = any(unit.level is Level.COMMUNE and not _has_ended(unit.seat.place_id) for unit in units)
    return [unit for unit in units if unit not in ended] if ended and living else units


def _has_ended(place_id: str | None) -> bool:
    """Whether a unit is of the time of three levels."""
    return place_id is not None and place_id.startswith("63.")


def _is_foreign(seat: Seat) -> bool:
    return seat.place_id is not None and seat.place_id.startswith("world.")


def _weighed(named: Sequence[NamedUnit], day: date | None) -> dict[tuple[Seat, Level], float]:
    """Weight of every unit named, and of the units around it: an article on seven communes is about their district,
    too.
    """
    weights: defaultdict[tuple[Seat, Level], float] = defaultdict(float)
    for unit in named:
        weights[unit.seat, unit.level] += unit.weight
        if unit.seat.place_id is None or unit.seat.place_id not in load_gazetteer():
            continue
        for place in load_gazetteer().ancestors(unit.seat.place_id, on=day):
            weights[Seat(place.unit_type, place.place_id, place.name), place.level] += _UPWARD * unit.weight
    return weights


def _with_ancestors(place_id: str | None, day: date | None) -> tuple[Place, ...]:
    """A unit and those around it."""
    if place_id is None:
        return ()
    return (load_gazetteer().unit(place_id, on=day), *load_gazetteer().ancestors(place_id, on=day))


def _ancestor(place_id: str | None, unit_type: str, day: date | None) -> Place | None:
    if place_id is None or place_id not in load_gazetteer():
        return None
    for place in load_gazetteer().ancestors(place_id, on=day):
        if place.unit_type == unit_type:
            return place
    return None
