"""Bodies without a head noun right behind a role: ``Giám đốc | Grab``, ``Tổng Giám đốc | ABC Group | Lê Văn Tư``.

What enters is a line, the token at which the title begins and the one behind its role; what leaves is the body, or
nothing where the capitals there may be the officer's own name:

1. a name that news knows (newsmakers.tsv);
2. capitals that no Vietnamese name has, where the title is said of the name before it: ``ông A, Giám đốc | Xyzair``;
3. the same, where a word of firms or an abbreviation parts them from the name behind: ``Giám đốc | XYZ | Lê Văn Tư``.
"""

from __future__ import annotations

from functools import cache

from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.newsmakers import KnownKind, known_at, known_table
from pipeline.grammar.surnames import opens_person, person_inside, run_end
from pipeline.grammar.syllables import Line, is_foreign
from pipeline.lexicon import marked
from pipeline.models import Branch

_KNOWN = frozenset({KnownKind.BODY, KnownKind.CLUB, KnownKind.PAPER, KnownKind.PLATFORM})
_APPOSED = frozenset({",", "-", "–", "—", "("})
_STATUS = frozenset({"nguyên", "cựu", "là", "hiện", "quyền", "làm"})
_USUAL = 3  # syllables of most names
_SHORTEST = 3  # letters of an abbreviation


def firm_at(line: Line, start: int, at: int) -> BodyPhrase | None:
    """The body that begins right behind a role; the title begins at ``start``."""
    if at >= len(line) or not line.capital[at] or not line.is_word(at) or line.shouting:
        return None
    known = known_at(line, at)
    if known is not None:
        return _body(line, at, known.end) if known.kind in _KNOWN else None
    run = run_end(line, at)
    firm = known_table().longest(line.keys, at)
    if firm is not None and firm[1].kind in _KNOWN:
        behind = at + firm[0]
        if opens_person(line, behind, run) or run - behind == _USUAL:
            return _body(line, at, behind)
    if not (is_foreign(line.texts[at]) or _abbreviation(line.texts[at])):
        return None
    person = person_inside(line, at, run, sure=True)
    end = person or run
    if person is not None or not _said_of_name_before(line, start):
        end = _firm_end(line, at, end, told=person is not None)
    return _body(line, at, end) if end > at else None


def _body(line: Line, start: int, end: int) -> BodyPhrase:
    """The body, named as the text has it; ``CBRE | Việt Nam`` is the firm's own in that country."""
    end += 2 * (line.keys[end : end + 2] == ("việt", "nam") and not line.wide_gap(end))
    name = line.surface(start, end)
    return BodyPhrase(start, end, end, name, BodyKind.PROPER, Branch.OTHER, "any", unit_in_title=False, closed=False)


def _abbreviation(text: str) -> bool:
    return len(text) >= _SHORTEST and text.isalpha() and text.isupper() and text.isascii()


def _said_of_name_before(line: Line, start: int) -> bool:
    """Whether a name in capitals and a mark stand before the title: ``ông Lê Văn Tư - nguyên |``."""
    at = start - 1
    while at > 0 and line.keys[at] in _STATUS:
        at -= 1
    return at > 0 and line.keys[at] in _APPOSED and line.texts[at - 1][0].isupper() and line.is_word(at - 1)


def _firm_end(line: Line, at: int, end: int, *, told: bool) -> int:
    """Where the firm ends when its officer may be named right behind it."""
    last = max((k for k in range(at, end) if line.keys[k] in _firm_words()), default=None)
    if last is not None and last > at:
        return end if told else last + 1
    if _abbreviation(line.texts[at]):
        return end if told else at + 1
    return at


@cache
def _firm_words() -> frozenset[str]:
    rows = marked("firm_words.tsv", surface="surface", kind="kind")
    return frozenset(row.surface for row in rows if row.kind == "firm")
