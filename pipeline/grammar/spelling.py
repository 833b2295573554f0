"""Open names in normal spelling, so that ``Sở KH&ĐT TPHCM`` and its long form are one body."""

from __future__ import annotations

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_words import field_table
from pipeline.grammar.places import unit_word_at
from pipeline.grammar.syllables import Line
from pipeline.orthography import traditional


def spelt(line: Line, start: int, end: int) -> str:
    """An open name in normal spelling: abbreviations of fields spelt out, tones in their traditional place.

    >>> from pipeline.grammar.syllables import read_text
    >>> spelt(read_text("KH&ĐT TPHCM"), 0, 4)
    'Kế hoạch và Đầu tư Thành phố Hồ Chí Minh'
    """
    parts: list[str] = []
    at = start
    while at < end:
        found = field_table().longest(line.keys, at)
        if found is not None and line.texts[at].isupper() and at + found[0] <= end:
            parts.append(found[1].name)
            at += found[0]
            continue
        unit = unit_word_at(line, at)
        if unit is not None and line.keys[at] != unit[1].name.split()[0] and at + unit[0] <= end:
            parts.append(unit[1].name)
            at += unit[0]
            if at < end and (city := _city(line.texts[at])) is not None:
                parts[-1] = city
                at += 1
            continue
        if at > start and line.keys[at].startswith("tp") and (city := _city(line.texts[at])) is not None:
            parts.append(city)
            at += 1
            continue
        word = "Việt Nam" if at == end - 1 and line.texts[at] == "VN" else traditional(line.texts[at])
        if parts and line.glued(at) and line.texts[at - 1] != ".":
            parts[-1] += word
        else:
            parts.append(word)
        at += 1
    return " ".join(parts)


def _city(word: str) -> str | None:
    """The city that an abbreviation stands for: ``TPHCM``, ``HCM``."""
    if not word.isupper() or not 1 < len(word) < 7 or "thành phố" not in load_gazetteer().kinds(word):
        return None
    names = {place.full_name.split(",")[0] for place in load_gazetteer().named(word)}
    return names.pop() if len(names) == 1 else None
