"""Offices abroad: the country that ends a body or a title.

Reads, from the token at which it is asked:

1. ``Bộ Quốc phòng | Campuchia``, ``Thủ tướng | nước Cộng hòa Séc`` (a country right behind a body or a role)
2. ``Bộ trưởng Ngoại giao | Mỹ`` John Kerry, ``Thị trưởng | Paris`` Anne Hidalgo (the same with a name behind it)
3. ``Bộ Quốc phòng | Việt Nam`` (the home country, which is part of the phrase and no place)
"""

from __future__ import annotations

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.places import NameSpan
from pipeline.grammar.syllables import Line

_HOME = ("việt", "nam")
_STATES = (("nước",), ("liên", "bang"))  # Thủ tướng | nước Lào, Bộ trưởng Nội vụ | Liên bang Đức


def country_at(line: Line, at: int, *, cities: bool = False) -> NameSpan | None:
    """The country that begins at a token, behind a body or a role; ``cities`` takes foreign cities and provinces, too.

    >>> from pipeline.grammar.syllables import read_line
    >>> line = read_line("Thứ trưởng Ngoại giao Mỹ John Sullivan", 0, 38)
    >>> found = country_at(line, 4)
    >>> (found.start, found.end) if found else None
    (4, 5)
    """
    start = at + next((len(words) for words in _STATES if line.keys[at : at + len(words)] == words), 0)
    if start >= len(line) or not line.capital[start] or line.wide_gap(start):
        return None
    wanted = {"country", "foreign_city", "foreign_province"} if cities else {"country"}
    for length in load_gazetteer().name_lengths(line.keys, start):
        end = start + length
        words = [k for k in range(start, end) if line.is_word(k)]
        if all(line.capital[k] for k in words) and load_gazetteer().kinds(" ".join(line.keys[start:end])) & wanted:
            return NameSpan(start, start, end, None)
    return None


def is_home(line: Line, name: NameSpan) -> bool:
    """Whether the country is Vietnam."""
    return line.keys[name.start : name.end] == _HOME
