"""Phrase tables: which lexicon entries begin at a token, longest first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from pipeline.grammar.syllables import split_keys

Entry = TypeVar("Entry")


class Phrases(Generic[Entry]):
    """Entries by their surfaces, found token by token. ``openers`` are their first tokens: nothing begins at any other.

    >>> table = Phrases([("ban tổ chức", 1), ("ban", 2)])
    >>> table.longest(("trưởng", "ban", "tổ", "chức", "huyện", "ủy"), 1)
    (3, 1)
    >>> table.longest(("ban", "tổ"), 0)
    (1, 2)
    """

    __slots__ = ("_by_first", "openers")

    def __init__(self, entries: Iterable[tuple[str, Entry]]) -> None:
        by_first: dict[str, dict[int, dict[tuple[str, ...], list[Entry]]]] = {}
        for surface, entry in entries:
            keys = split_keys(surface)
            by_length = by_first.setdefault(keys[0], {})
            by_length.setdefault(len(keys), {}).setdefault(keys, []).append(entry)
        self._by_first = {first: tuple(sorted(rows.items(), reverse=True)) for first, rows in by_first.items()}
        self.openers = frozenset(by_first)

    def longest(self, keys: tuple[str, ...], at: int) -> tuple[int, Entry] | None:
        """Length in tokens and entry of the longest surface that begins at ``at``."""
        rows = self._by_first.get(keys[at]) if at < len(keys) else None
        if rows is None:
            return None
        for length, surfaces in rows:
            found = surfaces.get(keys[at : at + length])
            if found is not None:
                return length, found[0]
        return None

    def every(self, keys: tuple[str, ...], at: int) -> list[tuple[int, Entry]]:
        """All surfaces that begin at ``at``, longest first."""
        rows = self._by_first.get(keys[at]) if at < len(keys) else None
        if rows is None:
            return []
        entries: list[tuple[int, Entry]] = []
        for length, surfaces in rows:
            found = surfaces.get(keys[at : at + length])
            if found is not None:
                entries += [(length, entry) for entry in found]
        return entries

    def __contains__(self, surface: str) -> bool:
        keys = split_keys(surface)
        return any(length == len(keys) for length, _ in self.every(keys, 0))
