"""Bodies told apart by a number or a name: ``Quân khu | 2``, ``Đồn Biên phòng | Mường Lạn``."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.grammar.body_phrases import BodyPhrase
from pipeline.grammar.places import NameSpan, name_end_at
from pipeline.grammar.syllables import Line

_NUMBER = re.compile(r"\d+[A-Z]?|[IVXLC]+")


def with_suffix(line: Line, phrase: BodyPhrase) -> BodyPhrase:
    """The number or name of a numbered body; a name that the gazetteer knows is a place inside it.

    >>> from pipeline.grammar.organisations import body_at
    >>> from pipeline.grammar.syllables import read_text
    >>> body = body_at(read_text("Quân khu 2 diễn tập"), 0)
    >>> (body.name, body.suffix) if body else None
    ('Quân khu', '2')
    """
    at = phrase.end
    if at < len(line) and line.keys[at] == "số":
        at += 1
    number = None
    if at < len(line) and _NUMBER.fullmatch(line.texts[at]):
        number, at = line.texts[at], at + 1
        if not (at + 1 < len(line) and line.keys[at] in {"-", "–"} and line.capital[at + 1]):
            return replace(phrase, end=at, suffix=number)
        at += 1
    name_end = name_end_at(line, at, None)
    if name_end is None:
        return replace(phrase, end=at - 1 if number and at > phrase.end + 1 else phrase.end, suffix=number)
    name = line.surface(at, name_end)
    place = NameSpan(at, at, name_end, None) if name_end_at(line, at, None, listed=True) else None
    return replace(phrase, end=name_end, suffix=f"{number} - {name}" if number else name, place=place)
