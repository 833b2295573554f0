"""Raw folders that tests build for themselves. People and events are invented, the units are real."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Build = Callable[..., Path]

_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
_GIVEN = ("Tám", "Lan", "Hùng", "Mai", "Dũng", "Thảo", "Quang", "Hương", "Sơn")
_UNITS = (
    ("xã Thanh Ba", "Phú Thọ"),
    ("xã Hưng Long", "Hưng Yên"),
    ("phường Hạ Long", "Quảng Ninh"),
    ("xã Đức Ninh", "Hà Tĩnh"),
)


def write_article(number: int) -> str:
    """An invented article: a working session with two office holders."""
    unit, province = _UNITS[number % len(_UNITS)]
    first = f"{_SURNAMES[number % 8]} Văn {_GIVEN[number % 9]}"
    second = f"{_SURNAMES[(number + 3) % 8]} Thị {_GIVEN[(number + 4) % 9]}"
    return (
        f"Hội nghị lần thứ {number} của {unit}\n\n"
        f"Ngày 12/9/2025, tại {unit}, tỉnh {province}, đồng chí {first}, Bí thư Đảng ủy, Chủ tịch HĐND {unit} "
        f"chủ trì hội nghị lần thứ {number}. Cùng dự có bà {second}, Phó Chủ tịch UBND {unit}.\n\n"
        f"Phát biểu tại hội nghị, đồng chí Bí thư Đảng ủy đề nghị các chi bộ thực hiện tốt {number} nhiệm vụ.\n"
    )


@pytest.fixture
def raw_folder(tmp_path: Path) -> Build:
    """``raw_folder(count, name=...)`` writes so many invented articles into a new folder."""

    def build(count: int, name: str = "raw") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for number in range(count):
            (folder / f"{number:03}.txt").write_text(write_article(number), encoding="utf-8")
        return folder

    return build
