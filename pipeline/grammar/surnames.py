"""Where a person's name opens inside a run of capitals, for the grammars that must stop before it.

"Bí thư Chi bộ bản Lác Hà Công Ín", "Hiệu trưởng Trường THPT Hương Khê Phan Xuân Lĩnh": nothing but the surname parts
the place or the institution from its officer.
"""

from __future__ import annotations

from functools import cache

from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import Line
from pipeline.lexicon import marked

_USUAL = 3  # syllables of most names
_RUN = 24  # tokens; longer runs of capitals are lines in capitals, where no run tells a name
_LONGEST = 5  # syllables of a name that may follow
MIDDLES = frozenset({"thị", "văn"})  # listed as surnames of some peoples, but far more often a middle name


@cache
def surname_table() -> Phrases[str]:
    """Surnames with their certainty, sure or maybe."""
    rows = marked("surnames.tsv", surface="surname", kind="certainty")
    return Phrases((row.surface, row.kind) for row in rows)


@cache
def given_syllables() -> frozenset[str]:
    """Common middle and given syllables."""
    return frozenset(row.surface for row in marked("given.tsv", surface="syllable", kind="role"))


def surname_at(line: Line, at: int) -> str | None:
    """Certainty of the surname at a token."""
    found = surname_table().longest(line.keys, at)
    return found[1] if found else None


def run_end(line: Line, at: int) -> int:
    """End of the run of capitalised words that begins at a token, at most :data:`_RUN` tokens on."""
    end = at
    while (
        end < min(len(line), at + _RUN)
        and line.is_word(end)
        and line.texts[end][0].isupper()
        and not (end > at and line.wide_gap(end))
    ):
        end += 1
    return end


def opens_person(line: Line, at: int, end: int, *, shortest: int = 2) -> bool:
    """Whether ``at`` to the end of the run reads as a person's name.

    >>> from pipeline.grammar.syllables import read_line
    >>> line = read_line("Hương Khê Phan Xuân Lĩnh", 0, 24)
    >>> opens_person(line, 2, 5), opens_person(line, 1, 5)
    (True, False)
    """
    length = end - at
    if "'" in line.texts[at] or "’" in line.texts[at]:
        return line.keys[at][0] in "kh" and length >= 1
    certainty = surname_at(line, at)
    if certainty is None or not shortest <= length <= _LONGEST or line.keys[at] in MIDDLES:
        return False
    if certainty == "sure":
        return True
    if len(line.keys[at]) == 1:
        return True
    return length >= 3 and line.keys[at + 1] in given_syllables()


def person_inside(line: Line, at: int, end: int, *, sure: bool = False, shortest: int = 2) -> int | None:
    """The token after ``at`` at which a person's name opens and runs to the end; sure surnames go before doubtful
    ones.
    """
    places = [k for k in range(at + 1, end) if opens_person(line, k, end, shortest=shortest)]
    certain = [k for k in places if surname_at(line, k) == "sure"]
    if certain:
        return certain[0]
    return None if sure or not places else min(places, key=lambda k: abs(end - k - _USUAL))
