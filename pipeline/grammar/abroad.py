"""Countries behind bodies and titles: of another state, or of the home country, which is part of the name.

Reads, from the token at which it is asked:

1. ``Bộ Quốc phòng | Campuchia``, ``Thủ tướng | nước Cộng hòa Séc`` (a country right behind a body or a role)
2. ``Bộ trưởng Ngoại giao | Mỹ`` John Kerry, ``Thị trưởng | Paris`` Anne Hidalgo (the same with a name behind it)
3. ``Bộ Quốc phòng | Việt Nam`` (the home country, which is part of the phrase and no place)
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.places import NameSpan
from pipeline.grammar.syllables import Line
from pipeline.models import Branch
from pipeline.orthography import traditional

_HOME = ("việt", "nam")
_STATES = (("nước",), ("liên", "bang"))  # Thủ tướng | nước Lào, Bộ trưởng Nội vụ | Liên bang Đức
_OF_STATES = frozenset({Branch.GOVERNMENT, Branch.LEGISLATURE, Branch.MILITARY, Branch.POLICE, Branch.JUDICIARY})


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


def past_home_country(line: Line, phrase: BodyPhrase) -> BodyPhrase:
    """``Hội Làm vườn | Việt Nam``, ``Hội Nhà báo | VN``: a union may say of which country it is."""
    if phrase.branch is not Branch.MASS_ORGANISATION or phrase.kind is not BodyKind.UNIT:
        return phrase
    length = 1 if line.texts[phrase.end : phrase.end + 1] == ("VN",) else 2
    home = length == 1 or line.keys[phrase.end : phrase.end + 2] == ("việt", "nam")
    return replace(phrase, end=phrase.end + length, head_end=phrase.head_end + length) if home else phrase


def of_nation(phrase: BodyPhrase, line: Line) -> BodyPhrase:
    """``Hội Điều dưỡng | Việt Nam``, ``Hội Nhà báo | Lào``: a union with a country behind it is that nation's own."""
    if phrase.branch is not Branch.MASS_ORGANISATION or phrase.kind not in {BodyKind.UNIT, BodyKind.ASSOCIATION}:
        return phrase
    country = line.surface(phrase.place.name, phrase.place.end) if phrase.place is not None else ""
    if not country or phrase.outer is not None or "country" not in load_gazetteer().kinds(country):
        return phrase
    return replace(phrase, name=f"{phrase.name} {traditional(country)}", kind=BodyKind.CENTRAL, place=None)


def with_country(line: Line, body: BodyPhrase) -> BodyPhrase:
    """``Bộ Quốc phòng | Mỹ``, ``Chính phủ | của Pháp``: a body of another state; Vietnam is no place here."""
    at = body.end
    if body.place is not None or body.branch not in _OF_STATES or at + 1 > len(line):
        return body
    country = country_at(line, at + 1 if at < len(line) and line.keys[at] == "của" else at)
    if country is None:
        return body
    return replace(body, end=country.end, place=None if is_home(line, country) else country)
