"""The compare form of place names: :func:`pipeline.orthography.key` plus the spellings that only place names mix.

Newspapers and official lists write one unit as Đắk, Đăk, Đak or Đắc, Quy or Qui, Sĩ or Sỹ, M'gar or M’Gar or Mgar,
Phường 5 or Phường 05, "Bà Rịa - Vũng Tàu" or "Bà Rịa-Vũng Tàu". One syllable has one compare form, so that lexicon and
text can be compared syllable by syllable.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.orthography import key

_APOSTROPHES = re.compile(" ['’‘ʼ`´′] |['’‘ʼ`´′]")  # also between the blanks of a converter
_DASHES = re.compile("[-–—‑−]")
_HIGHLAND = re.compile("(?:[aăắ]k|[ăắ]c)$")
_FREE_Y = re.compile("^(h|k|l|m|s|t|qu)([yỳýỷỹỵ])$")
_AS_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")


@lru_cache(maxsize=32768)
def compare_syllable(syllable: str) -> str:
    """One token of a text (already ``orthography.key``) in its compare form.

    >>> [compare_syllable(s) for s in ("đăk", "đắc", "đak", "qui", "quy", "sỹ", "m’gar", "05", "–", "tp.")]
    ['đắk', 'đắk', 'đắk', 'qui', 'qui', 'sĩ', 'mgar', '5', '-', 'tp']
    """
    bare = _DASHES.sub("-", _without_apostrophes(syllable)).replace(".", " ").strip()
    if bare.isdecimal():
        return bare.lstrip("0") or "0"
    bare = _HIGHLAND.sub("ắk", bare)
    return _FREE_Y.sub(lambda match: match[1] + match[2].translate(_AS_I), bare)


def _without_apostrophes(text: str) -> str:
    joined = _APOSTROPHES.sub("", text)
    return joined if joined == text else key(joined)  # letters side by side may be spelt otherwise: u'ý, úy


@lru_cache(maxsize=32768)
def compare_key(name: str) -> str:
    """A whole name in its compare form; a hyphen is a token of its own.

    >>> compare_key("Bà Rịa-Vũng Tàu"), compare_key("CƯ M’GAR"), compare_key("TP.HCM"), compare_key("Đăk R ' Lấp")
    ('bà rịa - vũng tàu', 'cư mgar', 'tp hcm', 'đắk rlấp')
    """
    spaced = _DASHES.sub(" - ", _without_apostrophes(key(name))).replace(".", " ")
    return " ".join(" ".join(compare_syllable(syllable) for syllable in spaced.split()).split())
