"""The types that leave the wall: words with a part of speech, anchored in the text they were read from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

Engine = Literal["compiled", "library"]


class Alignment(StrEnum):
    """How a word of the library lies in the text."""

    EXACT = "exact"  # the same characters, up to blanks
    RESPELLED = "respelled"  # the library spells it otherwise ("uỷ" → "ủy"); the span holds what the text says
    LOST = "lost"  # not found again: the span is empty, at the place where the search ended


@dataclass(frozen=True, slots=True)
class TaggedWord:
    """One word as the library spells it, its part of speech (N, Np, V …), and its span ``[start, end)`` in the text."""

    text: str
    pos: str
    start: int
    end: int
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Tagging:
    """The words of one sentence in columns: cheap to build by the thousand. All five have one length."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    alignments: tuple[Alignment, ...]

    def tagged_words(self) -> list[TaggedWord]:
        return list(map(TaggedWord, self.words, self.tags, self.starts, self.ends, self.alignments))


class Tagger(Protocol):
    """What both engines offer."""

    @property
    def engine(self) -> Engine: ...

    def tag(self, texts: list[str]) -> list[Tagging]:
        """Words of each text; the texts are settled (:func:`pipeline.orthography.settle`)."""
        ...
