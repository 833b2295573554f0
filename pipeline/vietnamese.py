"""How Vietnamese a text is: the evidence behind every guess at an encoding and every refusal.

What enters is decoded text; what leaves is an :class:`Evidence`: how many words carry Vietnamese marks and how many
of those are syllables that the spelling of the language allows. Wrong decodings give marks in impossible places;
other languages give none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.lexicon import marked
from pipeline.orthography import fold

SAMPLE = 40_000  # characters; enough words for every threshold below, whatever the size of the text

_WORD = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)*")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_STOPPED = ("c", "ch", "p", "t")
_SHARP = ("\u0301", "\u0323")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Counts of words: all, with a letter beyond ASCII, and of these the possible Vietnamese syllables; plain
    syllables."""

    words: int
    marked: int
    valid: int
    plain_valid: int

    @property
    def score(self) -> float:
        """From -1 (every word impossible) to 1 (every word a marked, possible syllable); real articles reach 0.6 to
        0.8."""
        return (self.valid - 2 * (self.marked - self.valid)) / self.words if self.words else 0.0

    @property
    def share(self) -> float:
        """Share of all words that are possible syllables."""
        return (self.valid + self.plain_valid) / self.words if self.words else 0.0


def weigh(text: str) -> Evidence:
    """The evidence in (at most the first ``SAMPLE`` characters of) ``text``.

    >>> weigh("Bí thư Huyện ủy chủ trì"), weigh("The people's committee")
    (Evidence(words=6, marked=6, valid=6, plain_valid=0), Evidence(words=4, marked=0, valid=0, plain_valid=1))
    """
    kinds = Counter(map(_word_kind, _sample(text)))
    return Evidence(
        kinds.total(),
        kinds["marked"] + kinds["marked, valid"],
        kinds["marked, valid"],
        kinds["plain, valid"],
    )


@lru_cache(maxsize=2)
def _sample(text: str) -> list[str]:
    """The words that are counted; both counts of an article are over the same ones."""
    return _WORD.findall(unicodedata.normalize("NFC", text[:SAMPLE]))


@lru_cache(maxsize=65536)
def _word_kind(word: str) -> str:
    if not word.isascii():
        return "marked, valid" if is_syllable(word) else "marked"
    return "plain, valid" if len(word) > 1 and is_syllable(word) else "plain"


@lru_cache(maxsize=65536)
def is_syllable(word: str) -> bool:
    """Whether the spelling of Vietnamese allows ``word``; case does not matter, nor where the tone of oa, oe, uy
    stands.

    >>> [is_syllable(word) for word in ("Quyết", "giêng", "uỷ", "ủỵ", "học", "hòc", "Knơng")]
    [True, True, True, False, True, False, False]
    """
    if len(word) > 10:
        return False
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = _TONES.findall(decomposed)
    bare = unicodedata.normalize("NFC", _TONES.sub("", decomposed))
    if len(tones) > 1 or not _shape().fullmatch(bare):
        return False
    return not bare.endswith(_STOPPED) or (bool(tones) and tones[0] in _SHARP) or (not tones and word.isascii())


@cache
def _shape() -> re.Pattern[str]:
    rows = marked("syllables.tsv", surface="part", kind="kind")
    parts = {
        kind: sorted((r.surface for r in rows if r.kind == kind), key=lambda p: (-len(p), p))
        for kind in ("onset", "rhyme")
    }
    return re.compile(f"(?:{'|'.join(parts['onset'])})?(?:{'|'.join(parts['rhyme'])})")


# --- scrambled marks ------------------------------------------------------------------------------------------------


def scrambled_share(text: str) -> tuple[float, int]:
    """Share and number of words with another mark than they practically always have ("cùa" for "của").

    Only the words of ``lexicon/fixed_marks.tsv`` count; in real articles under 3 in 100 differ.

    >>> scrambled_share("Đảng của người được trong những")[0]
    0.0
    >>> scrambled_share("Đàng cùa ngưởi đước trỏng nhứng")[0] > 0.5
    True
    """
    kinds = Counter(map(_mark_kind, _sample(text)))
    known = kinds["same"] + kinds["other"]
    return (kinds["other"] / known if known else 0.0), known


@lru_cache(maxsize=65536)
def _mark_kind(word: str) -> str:
    lower = word.lower()
    allowed = _fixed_marks().get(fold(lower))
    return "free" if allowed is None else "same" if lower in allowed else "other"


@cache
def _fixed_marks() -> dict[str, frozenset[str]]:
    rows = marked("fixed_marks.tsv", surface="forms", kind="folded")
    return {row.kind: frozenset(row.surface.split(" ")) for row in rows}
