"""The gazetteer in memory: what a name can mean, what a unit is, what lies in it, what became of it.

Loaded once per process from three Parquet files (:mod:`pipeline.gazetteer.compile` says from what). Look-ups are plain
dict accesses; :class:`~pipeline.models.Place` values are built when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.gazetteer.spelling import compare_key, compare_syllable
from pipeline.models import Level, Place
from pipeline.orthography import fold

FOLDER = Path(__file__).parent
EPOCH = date(1970, 1, 1).toordinal()
SHORTEST_HINT = 5  # letters; "hue" or "vinh" stand in too many other words
LONGEST = 6  # tokens of the longest surface that begins with an abbreviation ("TP.HCM")
SURFACE_COLUMNS = ("place_id", "unit_type", "name", "not_before", "sure_from", "sure_to", "gone_by", "kind")
BUILT_COLUMNS = ("gso_code", "era", "level", "unit_type", "name", "parent_id", "valid_from", "valid_to")
HOLDS = frozenset({"whole", "main", "part", "code", "merged", "renamed", "province"})  # inside its successor
HELD = frozenset({"split", "renamed", "held"})  # the successors lay inside it
ENDS_LATE = date(2025, 7, 1).toordinal() - EPOCH
ENDS = frozenset({"whole", "main", "part", "code", "merged", "renamed", "province", "district", "split"})


@dataclass(frozen=True, slots=True)
class Surface:
    """One way to name one unit; days count from 1970, ``None`` is open.

    The name came between ``not_before`` and ``sure_from`` and went between ``sure_to`` and ``gone_by`` (equal when the
    day is known).
    """

    place_id: str
    unit_type: str
    name: str
    not_before: int | None
    sure_from: int | None
    sure_to: int | None
    gone_by: int | None
    kind: str

    def holds_on(self, day: date | None) -> bool:
        """Whether the unit may have borne the name on that day; ``None`` asks for no day."""
        return day is None or self.share_on(day) > 0.0

    def begins_after(self, day: date) -> bool:
        """Whether the unit surely did not yet bear the name."""
        return self.not_before is not None and day.toordinal() - EPOCH < self.not_before

    def share_on(self, day: date) -> float:
        """Probability that the unit bore the name on that day, from 0 to 1; in between, linear."""
        ordinal = day.toordinal() - EPOCH
        return _passed(ordinal, self.not_before, self.sure_from, 1.0) * (
            1.0 - _passed(ordinal, self.sure_to, self.gone_by, 0.0)
        )


class Gazetteer:
    """All administrative units of both eras, and the foreign places of Vietnamese local news.

    Place ids: ``34.p25`` and ``34.c08152`` (province, commune since 2025-07-01), ``63.p25``, ``63.d232``, ``63.c08152``
    (before), ``~`` and a slug for an earlier unit on the same code, ``world.la`` for the rest of the world.
    """

    def __init__(self, units: pa.Table, names: pa.Table, links: pa.Table) -> None:
        ids: list[str] = _values(units, "place_id")
        parents: list[str | None] = _values(units, "parent_id")
        self._units = units
        self._rows = {place_id: row for row, place_id in enumerate(ids)}
        self._parents = dict(zip(ids, parents, strict=True))
        self._types: list[str] = _values(units, "unit_type")
        self._bare: list[str] = _values(units, "name")
        self._levels: list[str] = _values(units, "level")
        self._ends: list[int | None] = _values(units, "valid_to")
        self._read_names(names)
        self._read_links(links)
        self._children: dict[str, tuple[str, ...]] | None = None
        self._lives: dict[str, tuple[int | None, int | None]] | None = None
        self._squashed: dict[str, tuple[str, ...]] | None = None
        self._squashed_by_start: dict[str, list[str]] | None = None
        self._anchors_of: dict[str, tuple[str, ...]] = {}
        self._provinces_of: dict[str, tuple[str, ...]] = {}
        self._sorted_around: dict[str, tuple[str, ...]] = {}
        self._unchanged: dict[str, bool] = {}
        self._up: dict[str, frozenset[str]] = {}
        self._sizes: dict[tuple[str, str], int] = {}
        self._heirs: dict[str, frozenset[str]] = {}
        self._around: dict[str, frozenset[str]] = {}
        self._places: dict[str, Place] = {}

    def _read_names(self, names: pa.Table) -> None:
        self._names: list[list[Any]] = [_values(names, column) for column in SURFACE_COLUMNS]
        self._spans: dict[str, tuple[int, int]] = {}
        lengths: dict[str, dict[str, set[int]]] = {}
        keys: list[str] = _values(names, "name_key")
        begin = 0
        for row in range(1, len(keys) + 1):
            if row == len(keys) or keys[row] != keys[begin]:
                key = keys[begin]
                self._spans[key] = (begin, row)
                first, second, *_ = (*key.split(" ", 2), "")
                lengths.setdefault(first, {}).setdefault(second, set()).add(key.count(" ") + 1)
                begin = row
        # By the first syllable, then by the second ("" where there is none): most pairs begin no name.
        self._lengths = {
            first: {second: tuple(sorted(found, reverse=True)) for second, found in by_second.items()}
            for first, by_second in lengths.items()
        }
        self._surfaces: dict[str, tuple[Surface, ...]] = {}

    def _read_links(self, links: pa.Table) -> None:
        self._after: dict[str, list[tuple[str, str]]] = {}
        self._before: dict[str, list[tuple[str, str]]] = {}
        columns: list[list[str]] = [_values(links, column) for column in ("from_id", "to_id", "kind")]
        for from_id, to_id, kind in zip(*columns, strict=True):
            self._after.setdefault(from_id, []).append((to_id, kind))
            self._before.setdefault(to_id, []).append((from_id, kind))

    # --- what a name can mean

    def surfaces(self, name: str) -> tuple[Surface, ...]:
        """Every (unit, type, name, days) that the name can stand for, in the order of place ids."""
        return self._surfaces_of(compare_key(name))

    def _surfaces_of(self, key: str) -> tuple[Surface, ...]:
        found = self._surfaces.get(key)
        if found is None:
            begin, end = self._spans.get(key, (0, 0))
            columns = [column[begin:end] for column in self._names]
            found = tuple(Surface(*row) for row in zip(*columns, strict=True))
            self._surfaces[key] = found
        return found

    def named(self, name: str, *, unit_type: str | None = None, on: date | None = None) -> tuple[Place, ...]:
        """Units that bear the name (any surface, with that type word, as of that day), in the order of place ids.

        The day is half-open knowledge: a unit whose days are not exactly known counts when it may have existed.

        >>> from datetime import date
        >>> gazetteer = load_gazetteer()
        >>> [p.place_id for p in gazetteer.named("Thanh Ba", on=date(2026, 1, 1))]
        ['34.c08152']
        >>> [p.full_name for p in gazetteer.named("Nghi Sơn", unit_type="thị xã")]
        ['thị xã Nghi Sơn, tỉnh Thanh Hóa']
        >>> [p.place_id for p in gazetteer.named("TP.HCM", on=date(2023, 1, 1))]
        ['63.p79']
        >>> [p.full_name for p in gazetteer.named("Huế", unit_type="thành phố", on=date(2022, 1, 1))]
        ['thành phố Huế, tỉnh Thừa Thiên Huế']
        """
        found = dict.fromkeys(
            surface.place_id
            for surface in self.surfaces(name)
            if (unit_type is None or surface.unit_type == unit_type) and surface.holds_on(on)
        )
        return tuple(self.unit(place_id, on=on) for place_id in found)

    def kinds(self, name: str) -> frozenset[str]:
        """Unit types the name can have at any time; ``country``, ``foreign_province``, ``foreign_city`` for the rest.

        >>> sorted(load_gazetteer().kinds("Hòa Bình"))
        ['huyện', 'phường', 'thành phố', 'thị trấn', 'tỉnh', 'xã']
        >>> sorted(load_gazetteer().kinds("Lào"))
        ['country']
        """
        return frozenset(
            self.level(surface.place_id) if is_foreign(surface.place_id) else surface.unit_type
            for surface in self.surfaces(name)
        )

    def name_lengths(self, keys: Sequence[str], start: int) -> tuple[int, ...]:
        """All n such that ``keys[start:start + n]`` is a known name, longest first.

        ``keys`` are the tokens of a text under :func:`pipeline.orthography.key`; a hyphen is its own token. Numbered
        wards are known by their number: ask only after a unit word.

        >>> load_gazetteer().name_lengths("tỉnh bà rịa - vũng tàu và hòa bình".split(), 1)
        (5, 2)
        >>> load_gazetteer().name_lengths(["tphcm", ",", "lào"], 0)
        (1,)
        """
        first = compare_syllable(keys[start])
        by_second = self._lengths.get(first)
        if by_second is None:
            return self._known(keys, start, tuple(range(LONGEST, 0, -1))) if " " in first else ()
        second = compare_syllable(keys[start + 1]) if start + 1 < len(keys) else ""
        alone = by_second.get("", ())
        if not second or " " in second:
            return self._known(keys, start, tuple(range(LONGEST, 0, -1))) if second else alone
        lengths = by_second.get(second, ())
        if lengths == (2,):
            return (*lengths, *alone)
        return (*self._known(keys, start, lengths), *alone) if lengths else alone

    def _known(self, keys: Sequence[str], start: int, lengths: Sequence[int]) -> tuple[int, ...]:
        """Those of some lengths, longest first, with which a known name begins at a token."""
        spans, left = self._spans, len(keys) - start
        words = [compare_syllable(key) for key in keys[start : start + lengths[0]]]
        return tuple(n for n in lengths if n <= left and " ".join(words[:n]) in spans)

    # --- what a unit is

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def unit(self, place_id: str, *, on: date | None = None) -> Place:
        """The unit; with ``on``, with the type and name (and its parents') of that day.

        Raises ``KeyError`` for an unknown id.

        >>> from datetime import date
        >>> load_gazetteer().unit("63.c02422").full_name
        'xã Đức Ninh, huyện Hàm Yên, tỉnh Tuyên Quang'
        >>> load_gazetteer().unit("63.d311").full_name, load_gazetteer().unit("63.d311", on=date(2023, 5, 1)).full_name
        ('thành phố Thủy Nguyên, thành phố Hải Phòng', 'huyện Thủy Nguyên, thành phố Hải Phòng')
        """
        place = self._places.get(place_id)
        if place is None:
            place = self._places[place_id] = self._build(place_id)
        return place if on is None else self._dated(place, on)

    def _build(self, place_id: str) -> Place:
        row = self._cells(place_id, BUILT_COLUMNS)
        chain = [place_id, *self._ancestor_ids(place_id)]
        latitude, longitude = self._point(place_id)
        return Place(
            place_id=place_id,
            gso_code=row["gso_code"],
            era=row["era"],
            level=Level.NONE if row["era"] is None else Level(row["level"]),
            unit_type=row["unit_type"],
            name=row["name"],
            full_name=", ".join(self._shown(one, *self._own(one)) for one in chain),
            parent_id=row["parent_id"],
            province_id=chain[-1] if row["era"] else None,
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            successor_ids=tuple(self._current(place_id)) if row["era"] == "63" else (),
            latitude=latitude,
            longitude=longitude,
        )

    def _cells(self, place_id: str, columns: Sequence[str]) -> dict[str, Any]:
        # One by one: pyarrow takes ten times as long to cut a row out of a table.
        row = self._rows[place_id]
        return {column: self._units.column(column)[row].as_py() for column in columns}

    def _shown(self, place_id: str, unit_type: str, name: str) -> str:
        """Type and name as ``full_name`` shows them; a surface of kind ``display`` overrides it."""
        shown = f"{unit_type} {name}"
        for surface in self._surfaces_of(compare_key(shown)):
            if surface.kind == "display" and surface.place_id == place_id:
                return surface.name
        return name if unit_type == "quốc gia" else shown

    def _point(self, place_id: str) -> tuple[float | None, float | None]:
        """Its own centroid, else that of the current commune that holds most of it; none for former districts."""
        current = self._current(place_id)[:1] if place_id.startswith("63.c") else [place_id]
        if not current:
            return None, None
        row = self._cells(current[0], ("latitude", "longitude"))
        return row["latitude"], row["longitude"]

    def _dated(self, place: Place, day: date) -> Place:
        if place.era is None:
            return place
        chain = [place.place_id, *self._ancestor_ids(place.place_id, on=day)]
        names = [self._name_on(place_id, day) for place_id in chain]
        return replace(
            place,
            unit_type=names[0][0],
            name=names[0][1],
            full_name=", ".join(self._shown(one, *name) for one, name in zip(chain, names, strict=True)),
            parent_id=chain[1] if len(chain) > 1 else None,
            province_id=chain[-1],
        )

    def _own(self, place_id: str) -> tuple[str, str]:
        row = self._rows[place_id]
        return self._types[row], self._bare[row]

    def _name_on(self, place_id: str, day: date) -> tuple[str, str]:
        """The official type and name of that day, else the latest."""
        own = self._own(place_id)
        unchanged = self._unchanged.get(place_id)
        if unchanged:
            return own
        known = [s for s in self._surfaces_of(compare_key(own[1])) if s.place_id == place_id and s.kind == "official"]
        if unchanged is None:
            unchanged = self._unchanged[place_id] = all((s.unit_type, s.name) == own for s in known)
            if unchanged:
                return own
        held = sorted((-s.share_on(day), (s.unit_type, s.name) != own, s.unit_type, s.name) for s in known)
        return (held[0][2], held[0][3]) if held and held[0][0] < 0.0 else own

    def level(self, place_id: str) -> str:
        """province, district, commune; country, foreign_province, foreign_city."""
        return self._levels[self._rows[place_id]]

    def type_on(self, place_id: str, day: date | None) -> str:
        """The type word of that day (``None``: the latest)."""
        return self._own(place_id)[0] if day is None else self._name_on(place_id, day)[0]

    def exists_on(self, place_id: str, day: date) -> bool:
        """Whether the unit may have existed on that day under any official type and name."""
        since, until = self._life(place_id)
        ordinal = day.toordinal() - EPOCH
        return (since is None or since <= ordinal) and (until is None or ordinal < until)

    def ended_by(self, place_id: str, day: date) -> bool:
        """Whether the unit had surely ended on that day."""
        until = self._life(place_id)[1]
        return until is not None and until <= day.toordinal() - EPOCH

    def _life(self, place_id: str) -> tuple[int | None, int | None]:
        if self._lives is None:
            self._lives = {}
            for unit, _, _, since, _, _, until, kind in zip(*self._names, strict=True):
                if kind in {"official", "namesake"}:
                    known = self._lives.get(unit, (since, until))
                    self._lives[unit] = (_earliest(known[0], since), _latest(known[1], until))
        return self._lives[place_id]

    def squashed_names(self) -> dict[str, tuple[str, ...]]:
        """Folded names without blanks of provinces and districts, as they stand in domain names, and their units.

        >>> load_gazetteer().squashed_names()["quangninh"]
        ('34.p22', '63.d456', '63.p22')
        """
        if self._squashed is None:
            found: dict[str, list[str]] = {}
            for unit, name, level in zip(self._rows, self._bare, self._levels, strict=True):
                if level in {"province", "district"}:
                    squashed = fold(name).replace(" ", "")
                    if len(squashed) >= SHORTEST_HINT:
                        found.setdefault(squashed, []).append(unit)
            self._squashed = {name: tuple(units) for name, units in found.items()}
        return self._squashed

    def named_in(self, squashed: str) -> frozenset[str]:
        """Units whose name of :meth:`squashed_names` stands somewhere in ``squashed``.

        >>> sorted(load_gazetteer().named_in("httpsquangninhgovvn"))
        ['34.p22', '63.d456', '63.p22']
        """
        names = self.squashed_names()
        if self._squashed_by_start is None:
            by_start: dict[str, list[str]] = {}
            for name in names:
                by_start.setdefault(name[:SHORTEST_HINT], []).append(name)
            self._squashed_by_start = by_start
        found: set[str] = set()
        for at in range(len(squashed) - SHORTEST_HINT + 1):
            for name in self._squashed_by_start.get(squashed[at : at + SHORTEST_HINT], ()):
                if squashed.startswith(name, at):
                    found.update(names[name])
        return frozenset(found)

    # --- how units relate

    def _ancestor_ids(self, place_id: str, *, on: date | None = None) -> list[str]:
        found: list[str] = []
        parent = self._parent_of(place_id, on)
        while parent is not None:
            found.append(parent)
            parent = self._parent_of(parent, on)
        return found

    def _parent_of(self, place_id: str, day: date | None) -> str | None:
        """The unit directly above; before a merger or a renaming that of the day (Hoành Bồ, tỉnh Thừa Thiên Huế)."""
        parent = self._parents[place_id]
        if parent is None or day is None:
            return parent
        earlier = [unit for unit, kind in self._after.get(place_id, ()) if kind == "former_parent"]
        earlier += [unit for unit, kind in self._before.get(parent, ()) if kind == "renamed"]
        ordinal = day.toordinal() - EPOCH
        held = [unit for unit in earlier if ordinal < (self._ends[self._rows[unit]] or 0) < ENDS_LATE]
        return held[0] if held else parent

    def ancestors(self, place_id: str, *, on: date | None = None) -> tuple[Place, ...]:
        """The units it lies in, nearest first; with ``on`` those of that day.

        >>> from datetime import date
        >>> [p.name for p in load_gazetteer().ancestors("63.c02422")]
        ['Hàm Yên', 'Tuyên Quang']
        >>> [p.name for p in load_gazetteer().ancestors("63.c07054", on=date(2019, 5, 1))]
        ['Hoành Bồ', 'Quảng Ninh']
        """
        return tuple(self.unit(parent, on=on) for parent in self._ancestor_ids(place_id, on=on))

    def children(self, place_id: str) -> tuple[Place, ...]:
        """The units directly below it, in the order of ids; for a unit of the 63 provinces those of its last day.

        >>> len(load_gazetteer().children("34.p25"))
        148
        """
        return tuple(self.unit(child) for child in self._child_ids(place_id))

    def _child_ids(self, place_id: str) -> tuple[str, ...]:
        if self._children is None:
            below: dict[str, list[str]] = {}
            for child, parent in self._parents.items():
                if parent is not None:
                    below.setdefault(parent, []).append(child)
            self._children = {parent: tuple(children) for parent, children in below.items()}
        return self._children.get(place_id, ())

    def size(self, place_id: str, level: str = "commune") -> int:
        """How many communes (or districts) lie in it; for a current commune how many former ones it took over.

        >>> gazetteer = load_gazetteer()
        >>> gazetteer.size("34.p25"), gazetteer.size("34.p25", "district"), gazetteer.size("34.c08152")
        (148, 35, 4)
        """
        key = place_id, level
        if key not in self._sizes:
            self._sizes[key] = self._count(place_id, level)
        return self._sizes[key]

    def _count(self, place_id: str, level: str) -> int:
        before = self._before.get(place_id, ())
        if place_id.startswith("34.c"):
            return sum(kind != "district" for _, kind in before) if level == "commune" else 0
        below = list(self._child_ids(place_id))
        below += [unit for unit, kind in before if kind == "former_parent"]
        own = sum(self.level(unit) == level for unit in below)
        if level == "commune" and own:
            return own
        same = [unit for unit, kind in self._after.get(place_id, ()) if kind == "renamed"]
        same += [unit for unit, kind in before if kind == "province" and level == "district"]
        return own + sum(self.size(unit, level) for unit in (*below, *same) if unit.startswith("63."))

    def successors(self, place_id: str) -> tuple[Place, ...]:
        """The units its territory went to, one step on, the largest part first.

        >>> [p.full_name for p in load_gazetteer().successors("63.c07045")]
        ['xã Thống Nhất, thành phố Quảng Ninh']
        """
        after = [link for link in self._after.get(place_id, ()) if link[1] in ENDS]
        direct = [link for link in after if link[1] != "district"] or after
        return tuple(self.unit(to_id) for to_id, _ in sorted(direct, key=lambda link: (link[1] == "part", link[0])))

    def predecessors(self, place_id: str) -> tuple[Place, ...]:
        """The units whose territory it took over, one step back.

        >>> [p.name for p in load_gazetteer().predecessors("34.c08152")]
        ['Thanh Ba', 'Vân Lĩnh', 'Hanh Cù', 'Đồng Xuân']
        """
        return tuple(
            self.unit(before) for before, kind in self._before.get(place_id, ()) if kind in ENDS and kind != "district"
        )

    def heirs(self, place_id: str) -> frozenset[str]:
        """Ids of all units, of either era, that later held some of its territory (cached)."""
        found = self._heirs.get(place_id)
        if found is None:
            collected: set[str] = set()
            queue = [place_id]
            while queue:
                after = {unit for unit, kind in self._after.get(queue.pop(), ()) if kind in ENDS} - collected
                collected |= after
                queue += after
            found = self._heirs[place_id] = frozenset(collected)
        return found

    def _current(self, place_id: str) -> list[str]:
        """Today's units that hold its territory, the largest part first."""
        links = self._after.get(place_id, ())
        own = [link for link in links if link[1] == "district"] or [link for link in links if link[1] in ENDS]
        found: dict[str, None] = {}
        for to_id, _ in sorted(own, key=lambda link: (link[1] == "part", link[0])):
            found.update(dict.fromkeys([to_id] if to_id.startswith("34.") else self._current(to_id)))
        return list(found)

    def within(self, place_id: str) -> frozenset[str]:
        """Ids of all units, of either era, that the unit lies or lay in, itself included (cached).

        A unit lies inside its successors, since they took its territory over; one split off a larger one lay in it.
        """
        found = self._up.get(place_id)
        if found is None:
            collected: set[str] = set()
            queue = [place_id]
            while queue:
                one = queue.pop()
                if one not in collected:
                    collected.add(one)
                    queue += self._next_up(one)
            found = self._up[place_id] = frozenset(collected)
        return found

    def _next_up(self, place_id: str) -> Iterator[str]:
        parent = self._parents[place_id]
        if parent is not None:
            yield parent
        for to_id, kind in self._after.get(place_id, ()):
            if kind in HOLDS or kind == "former_parent":
                yield to_id
        for before, kind in self._before.get(place_id, ()):
            if kind in HELD:
                yield before

    def around(self, place_id: str) -> frozenset[str]:
        """:meth:`within`, and for a current commune also the former districts and provinces of its parts (cached)."""
        found = self._around.get(place_id)
        if found is None:
            parts = self._before.get(place_id, ()) if place_id.startswith("34.c") else ()
            former = {one for before, _ in parts for one in self.within(before) if one[:4] in {"63.d", "63.p"}}
            found = self._around[place_id] = self.within(place_id) | former
        return found

    def sorted_around(self, place_id: str) -> tuple[str, ...]:
        """:meth:`around` in the order of ids (cached)."""
        found = self._sorted_around.get(place_id)
        if found is None:
            found = self._sorted_around[place_id] = tuple(sorted(self.around(place_id)))
        return found

    def anchors_of(self, place_id: str) -> tuple[str, ...]:
        """Of :meth:`within`, in the order of ids, the units of Viet Nam that an article can be at home in (cached).

        Those are communes, and districts and provinces whose members are known: not those that ended before the lists
        begin.
        """
        found = self._anchors_of.get(place_id)
        if found is None:
            around = sorted(unit for unit in self.within(place_id) if not is_foreign(unit))
            found = tuple(unit for unit in around if unit[3] == "c" or self.size(unit) > 0)
            self._anchors_of[place_id] = found
        return found

    def provinces_of(self, place_id: str) -> tuple[str, ...]:
        """Of :meth:`within` the provinces, of either era, in the order of ids (cached)."""
        found = self._provinces_of.get(place_id)
        if found is None:
            found = tuple(sorted(unit for unit in self.within(place_id) if unit[3] == "p"))
            self._provinces_of[place_id] = found
        return found

    def inside(self, inner_id: str, outer_id: str) -> bool:
        """Whether the one unit lies or lay in the other, across both eras; a unit lies in itself.

        >>> load_gazetteer().inside("63.c08170", "34.c08152"), load_gazetteer().inside("34.c08152", "63.d232")
        (True, False)
        """
        return outer_id in self.within(inner_id)


def is_foreign(place_id: str) -> bool:
    """Whether an id names a place outside Viet Nam (or the country itself)."""
    return place_id.startswith("world")


def _values(table: pa.Table, column: str) -> list[Any]:
    """One column as Python values, days as ordinals; the caller names the type the schema promises."""
    values = table.column(column)
    if pa.types.is_date32(values.type):
        values = values.cast(pa.int32())
    if pa.types.is_string(values.type):
        return list(values.to_numpy(zero_copy_only=False).tolist())
    return list(values.to_pylist())


def _passed(ordinal: int, earliest: int | None, latest: int | None, unknown: float) -> float:
    """Probability that a day between the two has come."""
    if earliest is None or latest is None:
        return unknown
    if ordinal >= latest:
        return 1.0
    return (ordinal - earliest + 1) / (latest - earliest + 1) if ordinal >= earliest else 0.0


def _earliest(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else min(one, other)


def _latest(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


@cache
def load_gazetteer() -> Gazetteer:
    """The compiled gazetteer, read once per process."""
    tables = [pq.read_table(FOLDER / f"{name}.parquet", use_threads=False) for name in ("units", "names", "links")]
    return Gazetteer(*tables)
