"""Whom a pronoun stands for: the last subject, unless the article calls that person otherwise.

"Cô Lê Thị Sáu là vợ chú Ba Dương. Năm 1962, chú là Bí thư Chi bộ xã": the last subject is called cô, so chú is who was
called so.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence

from pipeline.discourse import patterns
from pipeline.discourse.clauses import Clause
from pipeline.models import Label, Mention

_ADDRESS = re.compile(r"\b(ông|bà|anh|chị|cô|chú|bác|cụ|thầy)\s+\Z", re.IGNORECASE)
_LONGEST = 8  # code points of a word of address and the blank behind it
_MEN = frozenset({"ông", "anh", "chú", "thầy"})
_WOMEN = frozenset({"bà", "chị", "cô"})
_FAMILIAR = frozenset({"chú", "bác", "cụ", "cô", "thầy"})  # who is called so, hardly anybody else is


def note_addresses(text: str, items: Sequence[Mention], called: MutableMapping[str, Mention]) -> None:
    """Remember the last person called by each word of address."""
    for item in items:
        word = _address_of(text, item) if item.label is Label.PERSON else None
        if word is not None:
            called[word] = item


def spoken_of(clause: Clause, subject: Mention | None, called: MutableMapping[str, Mention]) -> Mention | None:
    """Who goes on in a clause that names nobody: the last subject, or who is called as the pronoun calls."""
    pronoun = patterns.PRONOUN.search(clause.before(clause.items[0].start))
    word = pronoun[0].lower() if pronoun is not None else ""
    if subject is None or not word or clause.is_person(0):
        return subject
    own = _address_of(clause.text, subject)
    if own is None:
        return called.get(word, subject) if word in _FAMILIAR else subject
    if (own in _MEN and word in _WOMEN) or (own in _WOMEN and word in _MEN):
        return called.get(word)
    return subject


def _address_of(text: str, person: Mention) -> str | None:
    """The word of address right before a name."""
    found = _ADDRESS.search(text[max(0, person.start - _LONGEST) : person.start])
    return found[1].lower() if found is not None else None
