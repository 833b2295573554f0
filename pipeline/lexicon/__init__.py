"""The lexicons: data files with a prose header each, read and checked once.

A file is UTF-8, tab-separated: ``#`` lines (what it holds, source, date, what is left out), one row of column names,
then the entries. Surfaces of one entry are separated by `` | ``; the entry's name is always a surface of itself.
Grammars see the typed entries below and never a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from pipeline.errors import LexiconError
from pipeline.models import Branch, Level

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A word for a kind of administrative unit or settlement."""

    name: str
    surfaces: tuple[str, ...]
    alone: str
    level: Level
    english: str
    plain: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A subject that follows a head noun: Sở | Kế hoạch và Đầu tư."""

    name: str
    surfaces: tuple[str, ...]
    english: str


@dataclass(frozen=True, slots=True)
class Head:
    """A noun that opens the name of a body: Sở, Phòng, Trung tâm, Công ty."""

    name: str
    surfaces: tuple[str, ...]
    kind: str
    branch: Branch
    unit: str
    english: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body with a fixed name: Ủy ban nhân dân, Huyện ủy, Bộ Chính trị."""

    name: str
    surfaces: tuple[str, ...]
    kind: str
    branch: Branch
    level: str
    english: str


@dataclass(frozen=True, slots=True)
class Role:
    """The first part of a title: Bí thư, Chủ tịch, Trưởng."""

    name: str
    surfaces: tuple[str, ...]
    takes: tuple[str, ...]
    alone: str
    english: str


@dataclass(frozen=True, slots=True)
class FusedTitle:
    """One word for an office and its body: Tỉnh ủy viên, ĐBQH."""

    surface: str
    title: str
    body: str
    english: str


@dataclass(frozen=True, slots=True)
class SeatRow:
    """Where a body without a unit may find one."""

    name: str
    levels: tuple[Level, ...]
    outer: str
    inside: bool


@dataclass(frozen=True, slots=True)
class HeadRole:
    """Who heads bodies whose name begins so."""

    name: str
    role: str
    of_province: str


@dataclass(frozen=True, slots=True)
class MemberRole:
    """Who sits in bodies whose name begins so, and what tells it: ``joins`` or ``elected``."""

    name: str
    role: str
    told: str


@dataclass(frozen=True, slots=True)
class Newsmaker:
    """A body of the wider world, or a word of trade that is none: NATO, Real Madrid, Facebook."""

    name: str
    surfaces: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A surface with a kind and a note; what they mean is told by the file's header."""

    surface: str
    kind: str
    note: str
    extra: str = ""


@cache
def unit_words() -> tuple[UnitWord, ...]:
    """Entries of ``units.tsv``."""
    return tuple(
        UnitWord(r["name"], _surfaces(r, "name"), r["alone"], Level(r["level"]), r["english"], r["plain"] == "yes")
        for r in _rows("units.tsv")
    )


@cache
def unit_level(unit_type: str | None) -> Level:
    """The level that a unit word tells; of a word for cities at two levels, the lower.

    >>> unit_level("xã"), unit_level("thành phố"), unit_level(None)
    (<Level.COMMUNE: 'commune'>, <Level.DISTRICT: 'district'>, <Level.NONE: 'none'>)
    """
    return next((word.level for word in unit_words() if word.name == unit_type), Level.NONE)


@cache
def fields() -> tuple[Field, ...]:
    """Entries of ``fields.tsv``."""
    return tuple(Field(r["name"], _surfaces(r, "name"), r["english"]) for r in _rows("fields.tsv"))


@cache
def heads() -> tuple[Head, ...]:
    """Entries of ``heads.tsv``."""
    return tuple(
        Head(r["head"], _surfaces(r, "head"), r["kind"], Branch(r["branch"]), r["unit"], r["english"])
        for r in _rows("heads.tsv")
    )


@cache
def bodies() -> tuple[Body, ...]:
    """Entries of ``bodies.tsv``."""
    return tuple(
        Body(r["name"], _surfaces(r, "name"), r["kind"], Branch(r["branch"]), r["level"], r["english"])
        for r in _rows("bodies.tsv")
    )


@cache
def roles() -> tuple[Role, ...]:
    """Entries of ``roles.tsv``."""
    return tuple(
        Role(
            r["name"],
            _surfaces(r, "name"),
            tuple(word.strip() for word in r["takes"].split(",")),
            r["alone"],
            r["english"],
        )
        for r in _rows("roles.tsv")
    )


@cache
def fused_titles() -> tuple[FusedTitle, ...]:
    """Entries of ``fused.tsv``."""
    return tuple(FusedTitle(r["surface"], r["title"], r["body"], r["english"]) for r in _rows("fused.tsv"))


@cache
def newsmakers() -> tuple[Newsmaker, ...]:
    """Entries of ``newsmakers.tsv``."""
    return tuple(Newsmaker(r["name"], _surfaces(r, "name"), r["kind"]) for r in _rows("newsmakers.tsv"))


@cache
def seats() -> tuple[SeatRow, ...]:
    """Entries of ``seats.tsv``."""
    return tuple(
        SeatRow(
            r["name"],
            tuple(Level(level) for level in r["levels"].split(",") if level),
            r["outer"],
            r["inside"] == "yes",
        )
        for r in _rows("seats.tsv")
    )


@cache
def head_roles() -> tuple[HeadRole, ...]:
    """Entries of ``heads_of.tsv``."""
    return tuple(HeadRole(r["name"], r["role"], r["province"]) for r in _rows("heads_of.tsv"))


@cache
def member_roles() -> tuple[MemberRole, ...]:
    """Entries of ``members_of.tsv``."""
    return tuple(MemberRole(r["name"], r["role"], r["told"]) for r in _rows("members_of.tsv"))


@lru_cache(maxsize=4096)
def head_role_of(body: str, *, level: Level = Level.NONE) -> str | None:
    """The role that heads a body, by the longest beginning of its name.

    >>> head_role_of("Công an huyện Kim Bôi"), head_role_of("Công an tỉnh Hòa Bình", level=Level.PROVINCE)
    ('Trưởng', 'Giám đốc')
    """
    fitting = [row for row in head_roles() if body == row.name or body.startswith(row.name + " ")]
    if not fitting:
        return None
    best = max(fitting, key=lambda row: len(row.name))
    return best.of_province if best.of_province and level is Level.PROVINCE else best.role


@lru_cache(maxsize=4096)
def member_role_of(body: str) -> MemberRole | None:
    """The role of those who sit in a body, by the longest beginning of its name.

    >>> seat = member_role_of("Ban Chấp hành Đảng bộ xã")
    >>> (seat.role, seat.told) if seat else None, member_role_of("Sở Y tế")
    (('Ủy viên', 'joins'), None)
    """
    fitting = [row for row in member_roles() if body == row.name or body.startswith(row.name + " ")]
    return max(fitting, key=lambda row: len(row.name), default=None)


@cache
def marked(file: str, *, surface: str, kind: str, extra: str = "") -> tuple[Marked, ...]:
    """Entries of a simple two- or three-column file, by the names of its columns."""
    return tuple(Marked(r[surface], r[kind], r.get("note", ""), r[extra] if extra else "") for r in _rows(file))


def _surfaces(row: dict[str, str], name: str) -> tuple[str, ...]:
    return (row[name], *(part.strip() for part in row["surfaces"].split(" | ") if part.strip()))


def _rows(file: str) -> Iterator[dict[str, str]]:
    """Rows of one file as column → cell.

    Raises:
        LexiconError: a row has another number of cells than there are columns.
    """
    columns: list[str] | None = None
    for number, line in enumerate((FOLDER / file).read_text("utf8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if columns is None:
            columns = cells
            continue
        if len(cells) > len(columns):
            raise LexiconError(f"lexicon/{file}, line {number}: {len(cells)} cells where {len(columns)} are expected")
        yield dict(zip(columns, cells + [""] * (len(columns) - len(cells)), strict=True))


@cache
def joints(kind: str) -> frozenset[str]:
    """Words of ``joints.tsv`` of one kind.

    >>> "kiêm" in joints("list"), "kiêm" in joints("near")
    (True, False)
    """
    return frozenset(
        row.surface for row in marked("joints.tsv", surface="surface", kind="kind") if kind in row.kind.split(",")
    )
