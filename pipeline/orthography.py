"""The one way Vietnamese spelling is settled: NFC, Ð → Đ, tone placement, and the keys that lexicon and text share.

What enters is any text; what leaves is

* :func:`settle`: the same text as the rest of the program may rely on (NFC, one Đ, no invisible characters); it changes
  no spelling an author chose (uỷ stays uỷ);
* :func:`traditional`: tone marks placed as in school books before 1984, the form official names use (Hoà → Hòa, uỷ →
  ủy);
* :func:`key`: the compare form of both lexicon and text (``traditional``, lower case, single blanks);
* :func:`fold`: ASCII without marks, for search and sorting.

``key`` keeps length: ``len(key(word)) == len(word)`` for a word of one NFC text, so offsets found in a key hold in the
text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = "\u0300\u0301\u0303\u0309\u0323"

# Vowel pairs where the reform of 1984 moved the tone mark to the second letter. Only at the end of a syllable:
# "hoàn" is spelt alike in both. "qu" is a consonant: "quý", "quỳ" keep their mark on y.
_LATE = re.compile(
    rf"(?P<o>o)(?P<v>[ae])(?P<t>[{_TONES}])(?![\w\u0300-\u036f])"
    rf"|(?<!q)(?P<u>u)(?P<y>y)(?P<s>[{_TONES}])(?![\w\u0300-\u036f])",
    re.IGNORECASE,
)


def settle(text: str) -> str:
    """Text as all later stages expect it: NFC, Đ for its look-alike Ð (U+00D0, Icelandic eth).

    >>> settle("\u00d0a\u0309ng u\u0309y")
    'Đảng ủy'
    """
    return unicodedata.normalize("NFC", text.replace("\u00d0", "Đ").replace("\u00f0", "đ"))


@lru_cache(maxsize=2048)  # key() keeps what comes again
def traditional(text: str) -> str:
    """Tone marks on the first letter of oa, oe, uy at a syllable's end.

    >>> traditional("Huyện uỷ Hoà Thuỷ, quý, hoàn, khoẻ")
    'Huyện ủy Hòa Thủy, quý, hoàn, khỏe'
    """
    decomposed = unicodedata.normalize("NFD", text)
    moved = _LATE.sub(_move_tone, decomposed)
    return unicodedata.normalize("NFC", moved)


def _move_tone(match: re.Match[str]) -> str:
    if match["o"]:
        return match["o"] + match["t"] + match["v"]
    return match["u"] + match["s"] + match["y"]


@lru_cache(maxsize=16384)
def key(text: str) -> str:
    """The form in which lexicon and text are compared: traditional tones, lower case, single blanks.

    >>> key("BÍ THƯ  Huyện uỷ") == key("bí thư huyện ủy")
    True
    """
    return " ".join(traditional(text).lower().split())


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """Lower-case ASCII letters and digits, single blanks: for search, sorting and name keys.

    >>> fold("Điểu K’Rên - Hoà"), fold("Ayun H'Bút")
    ('dieu k ren hoa', 'ayun h but')
    """
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", letters.encode("ascii", "replace").decode()))
