"""A line of text as the grammars read it: syllables and signs with offsets and compare keys.

What enters is a stretch of settled text; what leaves is a :class:`Line`, whose parallel tuples hold, per token, the
surface, the compare key (:func:`pipeline.orthography.key`) and the offsets. A hyphen, a full stop or an ampersand is a
token of its own, so that "LĐ-TB&XH", "LĐ - TB & XH" and their lexicon entries meet; an apostrophe inside a word is not
("H'Bút", "Ea H’đing").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.orthography import key
from pipeline.vietnamese import is_syllable

# The first branch parts an abbreviation from the word that a missing blank glued to it ("UBNDxã"), the second keeps the
# syllable whole whose apostrophe a converter set between blanks ("Đắk R ' lấp").
_TOKEN = re.compile(r"[A-ZĐ]{3,}(?=[a-zđà-ỹ]{2})|(?<!\w)[A-ZĐ] ['’] [^\W\d_]+|[^\W_]+(?:['’ʼ‘`´][^\W_]+)*|[^\w\s]|_")
_APOSTROPHE = re.compile(r" ?['’ʼ‘`´] ?")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Line:
    """Tokens of one line. ``starts`` and ``ends`` are offsets into the article's text."""

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    capital: tuple[bool, ...]
    shouting: bool

    def __len__(self) -> int:
        return len(self.keys)

    def glued(self, at: int) -> bool:
        """Whether no blank stands before the token."""
        return at > 0 and self.ends[at - 1] == self.starts[at]

    def surface(self, start: int, end: int) -> str:
        """Tokens joined as written, with single blanks where the text has any."""
        parts = [self.texts[start]] if start < end else []
        for at in range(start + 1, end):
            parts.append(self.texts[at] if self.glued(at) else " " + self.texts[at])
        return "".join(parts)

    def is_word(self, at: int) -> bool:
        return 0 <= at < len(self.keys) and self.texts[at][0].isalnum()

    def wide_gap(self, at: int) -> bool:
        """Whether a tab or a run of blanks parts this token from the one before (cells of a table)."""
        return at > 0 and self.starts[at] - self.ends[at - 1] > 2


@lru_cache(maxsize=16384)
def word_key(word: str) -> str:
    """Compare key of one token; every apostrophe is the same.

    >>> word_key("H’Bút") == word_key("H'BÚT")
    True
    """
    return "-" if word == "–" else key(_APOSTROPHE.sub("'", word))


def split_keys(text: str) -> tuple[str, ...]:
    """Compare keys of a lexicon surface, token by token.

    >>> split_keys("LĐ-TB&XH")
    ('lđ', '-', 'tb', '&', 'xh')
    """
    return tuple(word_key(word) for word in _TOKEN.findall(text))


def split_words(text: str) -> tuple[str, ...]:
    """The tokens of a lexicon surface as written.

    >>> split_words("Co.opmart TP HCM")
    ('Co', '.', 'opmart', 'TP', 'HCM')
    """
    return tuple(_TOKEN.findall(text))


def read_line(text: str, start: int, end: int) -> Line:
    """The tokens of ``text[start:end]``.

    >>> line = read_line("Bí thư Huyện uỷ, TP.HCM", 0, 23)
    >>> line.keys
    ('bí', 'thư', 'huyện', 'ủy', ',', 'tp', '.', 'hcm')
    >>> line.surface(0, 4)
    'Bí thư Huyện uỷ'
    """
    found = list(_TOKEN.finditer(text, start, end))
    texts = tuple([match[0] for match in found])
    spans = [match.span() for match in found]
    return Line(
        texts=texts,
        keys=tuple(map(word_key, texts)),
        starts=tuple([start for start, _ in spans]),
        ends=tuple([end for _, end in spans]),
        capital=tuple([word[0].isupper() or word[0].isdigit() for word in texts]),
        shouting=_is_shouting(texts),
    )


@lru_cache(maxsize=2048)
def read_text(text: str) -> Line:
    """The tokens of a short text of its own, such as what stands between two mentions; many are met again.

    >>> read_text(" - ").keys
    ('-',)
    """
    return read_line(text, 0, len(text))


def _is_shouting(texts: Sequence[str]) -> bool:
    """Whether a line is set in capitals: then a capital tells nothing."""
    if sum(map(str.isupper, texts)) < 3:
        return False
    letters = [word for word in texts if _LETTERS.match(word) and len(word) > 1]
    return len(letters) >= 3 and sum(word.isupper() for word in letters) >= 0.75 * len(letters)


@lru_cache(maxsize=32768)
def is_foreign(word: str) -> bool:
    """Whether a capitalised word has the shape of a foreign name: Latin letters, no syllable of Vietnamese, no
    abbreviation.

    >>> [is_foreign(word) for word in ("Merkel", "Minh", "UBND", "Blơn", "O'Day", "C")]
    [True, False, False, False, True, False]
    """
    letters = word.replace("'", "").replace("’", "")
    if len(letters) < 2 or not letters.isalpha() or letters.isupper() or not word[0].isupper():
        return False
    if any(sign in _VIETNAMESE for sign in letters.lower()):
        return False
    return not is_syllable(letters.lower())


_VIETNAMESE = frozenset("ăằắẳẵặầấẩẫậềếểễệồốổỗộơờớởỡợưừứửữựđạảẹẻẽịỉĩọỏụủũỵỷỹỳạ")
