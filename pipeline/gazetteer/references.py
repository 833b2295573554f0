"""What the resolver is asked: the place names of one article, and what tells its era."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

CUT = date(2025, 7, 1)  # from then on there are 34 provinces and no districts
FORESHADOWED = date(2025, 4, 1)  # from April 2025 on articles name the units to come
UNDATED = date(2025, 6, 30)  # the day that an article without one is thought to speak on, when it uses the older map
NOWHERE = ""  # the anchor that is no unit
OLD_TYPES = frozenset({"huyện", "quận", "thị xã", "thị trấn"})
LEVEL_OF = {  # letters of the levels a type word may stand for, as in place ids
    "tỉnh": "p",
    "thành phố": "pd",
    "huyện": "d",
    "quận": "d",
    "thị xã": "d",
    "xã": "c",
    "phường": "c",
    "thị trấn": "c",
    "đặc khu": "c",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A place phrase in the text.

    ``unit_type`` is the type word written (or shared by a list), ``parent`` the index of the reference that is its
    explicit parent ("xã A, huyện B"), ``start`` an offset of the text, ``paragraph`` the number of its line.
    """

    name: str
    unit_type: str | None
    start: int
    paragraph: int
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A body or bare unit word that tells a level but no name: "Huyện ủy" → huyện, "UBND xã" → xã."""

    unit_type: str
    start: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Times:
    """How likely the article speaks of the 34 provinces, and its day."""

    day: date | None
    new: float


Weights = dict[str, float]


def untangle(references: Sequence[Reference]) -> list[Reference]:
    """The references without parents that are none: out of range, themselves, or part of a circle."""
    sound = []
    for index, reference in enumerate(references):
        seen, parent = {index}, reference.parent
        while parent is not None and parent not in seen and 0 <= parent < len(references):
            seen.add(parent)
            parent = references[parent].parent
        sound.append(reference if parent is None else replace(reference, parent=None))
    return sound


def kind_of(place_id: str) -> str:
    """p, d, c of an id; w for the rest of the world."""
    return "w" if place_id.startswith("world") else place_id[3]
