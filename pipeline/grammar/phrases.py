"""Phrase tables: which lexicon entries begin at a token, longest first."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Generic, TypeVar

from pipeline.grammar.syllables import split_keys

Entry = TypeVar("Entry")
Openings = frozenset[tuple[str, str]]
NUMBER = "0"  # stands for any number as the second token of an opening


class Phrases(Generic[Entry]):
    """Entries by their surfaces, found token by token. ``openings`` are the first two tokens of each (the second is
    empty where there is one, ``0`` for a number): nothing begins at any other.

    >>> table = Phrases([("ban tổ chức", 1), ("ban", 2)])
    >>> table.longest(("trưởng", "ban", "tổ", "chức", "huyện", "ủy"), 1)
    (3, 1)
    >>> table.longest(("ban", "tổ"), 0)
    (1, 2)
    """

    __slots__ = ("_alone", "_longer", "openings")

    def __init__(self, entries: Iterable[tuple[str, Entry]]) -> None:
        # By the first token, then by the second, which rules most of them out; then by length.
        alone: dict[str, list[Entry]] = {}
        longer: dict[str, dict[str, dict[int, dict[tuple[str, ...], list[Entry]]]]] = {}
        for surface, entry in entries:
            keys = split_keys(surface)
            if len(keys) == 1:
                alone.setdefault(keys[0], []).append(entry)
            else:
                by_length = longer.setdefault(keys[0], {}).setdefault(keys[1], {})
                by_length.setdefault(len(keys), {}).setdefault(keys, []).append(entry)
        self._alone = alone
        self._longer = {
            first: {second: tuple(sorted(rows.items(), reverse=True)) for second, rows in by_second.items()}
            for first, by_second in longer.items()
        }
        self.openings = frozenset((first, "") for first in alone) | frozenset(
            (first, NUMBER if second.isdigit() else second)
            for first, by_second in longer.items()
            for second in by_second
        )

    def longest(self, keys: tuple[str, ...], at: int) -> tuple[int, Entry] | None:
        """Length in tokens and entry of the longest surface that begins at ``at``."""
        left = len(keys) - at
        if left < 1:
            return None
        first = keys[at]
        if left > 1 and first in self._longer:
            for length, surfaces in self._longer[first].get(keys[at + 1], ()):
                found = surfaces.get(keys[at : at + length])
                if found is not None:
                    return length, found[0]
        return (1, self._alone[first][0]) if first in self._alone else None

    def every(self, keys: tuple[str, ...], at: int) -> list[tuple[int, Entry]]:
        """All surfaces that begin at ``at``, longest first."""
        left = len(keys) - at
        entries: list[tuple[int, Entry]] = []
        if left < 1:
            return entries
        first = keys[at]
        if left > 1 and first in self._longer:
            for length, surfaces in self._longer[first].get(keys[at + 1], ()):
                entries += [(length, entry) for entry in surfaces.get(keys[at : at + length], ())]
        entries += [(1, entry) for entry in self._alone.get(first, ())]
        return entries

    def starts(self, keys: tuple[str, ...]) -> set[int]:
        """Tokens at which, by the first two tokens, a surface may begin."""
        alone, longer = self._alone, self._longer
        return {
            at
            for at, (first, second) in enumerate(zip_longest(keys, keys[1:], fillvalue=""))
            if first in alone or (first in longer and second in longer[first])
        }

    def __contains__(self, surface: str) -> bool:
        keys = split_keys(surface)
        return any(length == len(keys) for length, _ in self.every(keys, 0))
