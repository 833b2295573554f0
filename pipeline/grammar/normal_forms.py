"""Normal forms as strings: one office, one title; one body, one name (GUIDELINES §4 and §5).

A title is ``modifiers + role + body + unit type`` without a place name; the name of a body is ``body + unit type +
place name``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pipeline.orthography import key

_COMMITTEES = {"tỉnh": "Tỉnh ủy", "thành phố": "Thành ủy", "huyện": "Huyện ủy", "quận": "Quận ủy", "thị xã": "Thị ủy"}
_UNIT_ENDINGS = (*_COMMITTEES, "phường", "thị trấn", "đặc khu", "xã")
_FIRST_SYLLABLES = {
    "tỉnh": "tỉnh",
    "thành": "thành phố",
    "huyện": "huyện",
    "quận": "quận",
    "thị": "thị xã",
    "xã": "xã",
    "phường": "phường",
}


def committee_of(unit_type: str) -> str:
    """The party committee of a unit: Huyện ủy for a huyện, Đảng ủy for a commune.

    >>> committee_of("thị xã"), committee_of("xã")
    ('Thị ủy', 'Đảng ủy')
    """
    return _COMMITTEES.get(unit_type, "Đảng ủy")


def body_headed(role: str, unit_type: str | None) -> str | None:
    """The body of a unit that a role without a body heads; a committee's name waits for the type of the unit.

    >>> body_headed("Chủ tịch", "xã"), body_headed("Bí thư", "huyện"), body_headed("Bí thư", None)
    ('Ủy ban nhân dân', 'Huyện ủy', 'Đảng bộ')
    >>> body_headed("Giám đốc", "xã") is None
    True
    """
    if role == "Bí thư":
        return committee_of(unit_type) if unit_type else "Đảng bộ"
    return "Ủy ban nhân dân" if role == "Chủ tịch" else None


def seat_type_of(body: str) -> str | None:
    """The unit type inside a fused body's name.

    >>> seat_type_of("Huyện ủy"), seat_type_of("Tỉnh đoàn"), seat_type_of("Đảng ủy")
    ('huyện', 'tỉnh', None)
    >>> seat_type_of("Đảng ủy Khối các cơ quan tỉnh")
    'tỉnh'
    """
    low = body.lower()
    last = next((unit for unit in _UNIT_ENDINGS if low.endswith(" " + unit)), None)
    return last or _FIRST_SYLLABLES.get(low.split()[0])


def title_of(role: str, modifiers: Sequence[str], bodies: Sequence[str], unit_type: str | None) -> str:
    """The normal title.

    >>> title_of("Bí thư", ["Phó", "Thường trực"], ["Huyện ủy"], None)
    'Phó Bí thư Thường trực Huyện ủy'
    >>> title_of("Trưởng", [], ["Ban Pháp chế", "Hội đồng nhân dân"], "tỉnh")
    'Trưởng Ban Pháp chế Hội đồng nhân dân tỉnh'
    """
    before = [name for name in modifiers if name == "Phó"]
    after = [name for name in modifiers if name != "Phó"]
    if role == "Trưởng" and after and bodies:
        after = [bodies[0].split()[0], *after]
    words = [*before[:1], role, *after, *_chained(bodies), *_unit_unless_told(bodies, unit_type)]
    return _capitalised(_once(" ".join(words), role, bodies))


def _chained(names: Sequence[str]) -> list[str]:
    """``Hội đồng trường`` + ``Trường Đại học An Giang``: the word for the school stands once."""
    last = len(names) - 1
    return [name.removesuffix(" trường") if at < last else name for at, name in enumerate(names)]


def _unit_unless_told(bodies: Sequence[str], unit_type: str | None) -> list[str]:
    """The unit type, unless the last body's name ends in it (Ủy ban Bầu cử tỉnh)."""
    told = bool(bodies) and unit_type is not None and bodies[-1].endswith(f" {unit_type}")
    return [unit_type] if unit_type and not told else []


def _once(title: str, role: str, bodies: Sequence[str]) -> str:
    """``Đại biểu Quốc hội`` as a role does not repeat its body."""
    if bodies and role.endswith(bodies[0]):
        return title.replace(f"{role} {bodies[0]}", role, 1)
    return title


def _capitalised(title: str) -> str:
    return title[:1].upper() + title[1:]


def body_name(names: Sequence[str], unit_type: str | None, place: str | None, *, suffix: str | None = None) -> str:
    """The normal name of a body.

    >>> body_name(["Ban Dân vận", "Thành ủy"], None, "Cẩm Phả")
    'Ban Dân vận Thành ủy Cẩm Phả'
    >>> body_name(["Vùng Hải quân"], None, None, suffix="2")
    'Vùng 2 Hải quân'
    """
    words = _chained(names)
    if suffix:
        if words[-1].startswith("Vùng "):
            words[-1] = words[-1].replace("Vùng ", f"Vùng {suffix} ", 1)
        else:
            words.append(suffix)
    if place and place[0].isdigit() and unit_type in {"phường", "quận"}:
        unit_type = unit_type.capitalize()
    words += [*_unit_unless_told(words, unit_type), *([place] if place else [])]
    return " ".join(words)


def entity_id(kind: str, *parts: str | None) -> str:
    """Content-derived id: the same entity gets the same id in every article and run.

    >>> entity_id("position", "Bí thư Huyện ủy") == entity_id("position", "Bí thư Huyện uỷ")
    True
    """
    digest = hashlib.sha256("\x1f".join(key(part) if part else "" for part in (kind, *parts)).encode()).hexdigest()
    return f"{kind[:3]}-{digest[:12]}"
