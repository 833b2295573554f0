"""Words beside a name, an office or a number that tell what it is, read from their lexicon.

What enters is a token at which a name begins or ends; what leaves are the kinds of the cue there (name_cues.tsv).
"""

from __future__ import annotations

from functools import cache

from pipeline.grammar.syllables import Line
from pipeline.lexicon import marked

_NONE: frozenset[str] = frozenset()
_OPENING = frozenset({'"', "“", "'", "‘", "(", "+"})


@cache
def cue_kinds() -> dict[str, frozenset[str]]:
    """Every cue, of one or two tokens, and what it tells."""
    rows = marked("name_cues.tsv", surface="surface", kind="kind")
    return {row.surface: frozenset(row.kind.split(",")) for row in rows}


def kinds_at(line: Line, at: int) -> frozenset[str]:
    """Kinds of the one word at a token."""
    return cue_kinds().get(line.keys[at], _NONE) if at < len(line) else _NONE


def kinds_before(line: Line, start: int) -> frozenset[str]:
    """Kinds of the cue that ends right before a token, past quotes and brackets; the longer cue wins.

    >>> from pipeline.grammar.syllables import read_line
    >>> sorted(kinds_before(read_line("thủ đô Oslo", 0, 11), 2))
    ['place']
    """
    at = start
    while at > 0 and line.texts[at - 1] in _OPENING:
        at -= 1
    cues = cue_kinds()
    if at > 1 and (found := cues.get(f"{line.keys[at - 2]} {line.keys[at - 1]}")) is not None:
        return found
    return cues.get(line.keys[at - 1], _NONE) if at > 0 else _NONE


def kinds_after(line: Line, end: int) -> frozenset[str]:
    """Kinds of the cue that begins right behind a name."""
    cues = cue_kinds()
    if end + 1 < len(line) and (found := cues.get(f"{line.keys[end]} {line.keys[end + 1]}")) is not None:
        return found
    return cues.get(line.keys[end], _NONE) if end < len(line) else _NONE
