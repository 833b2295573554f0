"""Inside the names of foreigners: signs, particles and initials, which Vietnamese names have none of.

For the grammars that read a name because something vouches for it, a title or a word of address; what nothing vouches
for but its shape is read by :mod:`pipeline.grammar.strangers`.

Reads, behind a part of a name that no Vietnamese syllable spells:

1. ``Joseph | F. | Dunford | Jr.`` (initials; a suffix with its dot)
2. ``Jean|-Yves``, ``Moon Jae| - in``, ``Kramp|-Karrenbauer`` (hyphens, also between the blanks of a converter)
3. ``Bashar | al-Assad``, ``Francois | de Rugy``, ``Mohammed | bin | Salman`` (particles)
"""

from __future__ import annotations

from functools import cache

from pipeline.grammar.cues import kinds_at
from pipeline.grammar.syllables import Line, is_foreign
from pipeline.lexicon import marked
from pipeline.vietnamese import is_syllable


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """Parts of foreign names by kind."""
    rows = marked("foreign_names.tsv", surface="name", kind="kind")
    return {
        "suffix": frozenset(row.surface for row in rows if row.kind == "suffix"),
        "particle": frozenset(row.surface for row in rows if "particle" in row.kind.split(",")),
        "family": frozenset(row.surface for row in rows if "family" in row.kind.split(",")),
        "joined": frozenset(row.surface for row in rows if "joined" in row.kind.split(",")),
        "opening": frozenset(row.surface for row in rows if {"family", "given"} & {*row.kind.split(",")}),
        "given": frozenset(row.surface for row in rows if row.kind == "given" and "-" in row.surface),
        "second": frozenset(
            row.surface.split("-")[-1]
            for row in rows
            if "second" in row.kind.split(",") or (row.kind == "given" and "-" in row.surface)
        ),
    }


def is_particle(line: Line, at: int) -> bool:
    """Whether a small word that stands inside foreign names is at a token: ``Ursula | von | der Leyen``."""
    return line.keys[at] in _kinds()["particle"]


def foreign_step(line: Line, start: int, at: int) -> int:
    """Past the next part of a foreign name that begins at ``start`` and has been read up to ``at``; ``at`` if none."""
    if at >= len(line) or line.shouting or line.wide_gap(at):
        return at
    sign = line.keys[at]
    if sign == ".":
        return _past_dot(line, start, at)
    if sign == "-":
        return _past_hyphen(line, start, at)
    if is_particle(line, at) and line.texts[at].islower() and _foreign_before(line, start, at):
        following = at + 1
        if following + 1 < len(line) and line.keys[following] == "-":
            following += 1
        return following + 1 if _capital(line, following) else at
    return at


def _past_dot(line: Line, start: int, at: int) -> int:
    """``Joseph F | . | Dunford``, ``Dunford Jr | .``"""
    if line.keys[at - 1] in _kinds()["suffix"] and line.glued(at):
        return at + 1
    initial = len(line.texts[at - 1]) == 1 and at - 1 > start and line.texts[at - 1].isupper() and line.glued(at)
    return at + 1 if initial and _capital(line, at + 1) and _foreign_before(line, start, at - 1) else at


def _past_hyphen(line: Line, start: int, at: int) -> int:
    """``Jean | - Yves``, ``Jae | - in``."""
    after = at + 1
    if after >= len(line) or not line.is_word(after):
        return at
    if not _foreign_before(line, start, at) and line.keys[start] not in _kinds()["family"]:
        return at
    if line.glued(at) and line.glued(after):
        return after + 1 if is_foreign(line.texts[after]) else at
    spaced = not line.glued(at) and not line.glued(after)
    if spaced and at - start == 1 and line.keys[start] in _kinds()["joined"] and _capital(line, after):
        return after + 1 if is_foreign(line.texts[after]) else at
    second = _is_second(line, after) or (at - start == 2 and not is_syllable(line.keys[after]))
    return after + 1 if spaced and second and line.texts[after].islower() else at


def _is_second(line: Line, at: int) -> bool:
    """The second half of a Korean given name; one that opens sentences here ends its clause."""
    key = line.keys[at]
    if f"{line.keys[at - 2]}-{key}" in _kinds()["given"]:
        return True
    goes_on = at + 1 < len(line) and line.is_word(at + 1) and line.texts[at + 1].islower()
    return key in _kinds()["second"] and not (goes_on and "opener" in kinds_at(line, at))


def _foreign_before(line: Line, start: int, at: int) -> bool:
    return any(is_foreign(line.texts[k]) for k in range(start, at))


def _capital(line: Line, at: int) -> bool:
    return at < len(line) and line.is_word(at) and line.texts[at][0].isupper() and not line.wide_gap(at)


def opens_foreigner(line: Line, start: int, end: int) -> bool:
    """Whether a run of two to five words reads as a foreigner's name: its first and one more are no Vietnamese
    syllables.
    """
    words = [k for k in range(start, end) if line.is_word(k)]
    return 2 <= len(words) <= 5 and is_foreign(line.texts[start]) and any(is_foreign(line.texts[k]) for k in words[1:])


def foreigner_behind(line: Line, at: int, end: int) -> int | None:
    """The token after ``at`` at which a foreigner's name of two or three words opens and runs to the end, behind a
    name of foreign shape: ``Tập đoàn Hanseong | Park Min Woo``.
    """
    for k in range(max(at + 1, end - 3), end - 1):
        if line.keys[k] in _kinds()["opening"] and is_foreign(line.texts[k - 1]) and not line.texts[k - 1].isupper():
            return k if any(is_foreign(line.texts[j]) for j in range(k, end)) else None
    return None
