"""Clauses of an article: the people and outermost offices of one sentence or line, and the text between them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from pipeline.discourse import patterns
from pipeline.grammar.cells import flattened_rows
from pipeline.lexicon import marked
from pipeline.models import Label, Mention
from pipeline.orthography import key

REACH = 170  # characters between a subject and its office; longer ones in the development articles belonged to others


@dataclass(frozen=True, slots=True)
class Clause:
    """People and offices of one sentence or line, left to right; ``header`` is the text of the line that covers it,
    ``result`` the same where it tells no office itself, and ``year`` that of the article, if known.
    """

    text: str
    items: tuple[Mention, ...]
    header: str = ""
    result: str = ""
    year: int | None = None

    line_start: int = field(init=False)
    has_one_person: bool = field(init=False)  # offices in a row are all theirs

    def __post_init__(self) -> None:  # both are asked for at every item of a line, however long
        object.__setattr__(self, "line_start", self.text.rfind("\n", 0, self.items[0].start) + 1)
        people = sum(item.label is Label.PERSON for item in self.items)
        object.__setattr__(self, "has_one_person", people <= 1)

    def is_person(self, at: int) -> bool:
        """Whether an item exists and is a person."""
        return 0 <= at < len(self.items) and self.items[at].label is Label.PERSON

    def gap(self, at: int) -> str:
        """Text between an item and the one before it; before the first, the sentence so far; after the last,
        the rest.
        """
        if at == 0:
            return self.text[max(self.line_start, self.items[0].start - REACH) : self.items[0].start]
        if at == len(self.items):
            end = self.items[-1].end
            line_end = self.text.find("\n", end)
            stop = min(line_end if line_end >= 0 else len(self.text), end + REACH)
            return re.split(r"[.!?…](?:\s|$)", self.text[end:stop], maxsplit=1)[0]
        return self.text[self.items[at - 1].end : self.items[at].start]

    def before(self, end: int, *, reach: int = REACH) -> str:
        """The sentence up to an offset; an item of a list goes on from the verb of its header."""
        part = re.split(r"[.!?…]\s", self.text[max(self.line_start, end - reach) : end])[-1]
        return f"{self.header} {part}" if self.header and self.is_bullet() else part

    def is_bullet(self) -> bool:
        """Whether the line is an item of a list."""
        return patterns.BULLET.match(self.text[self.line_start : self.line_start + 12]) is not None

    def is_plural(self, at: int) -> bool:
        """Whether an office is said of several: "các đồng chí Ủy viên"."""
        start = self.items[at].start
        return bool(patterns.PLURAL.search(self.text[max(self.line_start, start - 40) : start]))


@dataclass(frozen=True, slots=True)
class Group:
    """Coordinated offices, as positions ``first`` to ``last`` in the clause's items."""

    first: int
    last: int


def clauses_of(text: str, mentions: Sequence[Mention]) -> list[tuple[Mention, ...]]:
    """People and outermost offices, cut where a sentence or a line ends."""
    clauses: list[list[Mention]] = []
    for mention in mentions:
        if mention.label not in {Label.PERSON, Label.POSITION} or _is_history(text, mention):
            continue
        if mention.label is Label.PERSON and patterns.CREDIT.search(text[max(0, mention.start - 24) : mention.start]):
            continue
        if clauses and _same_sentence(text, clauses[-1][-1], mention):
            clauses[-1].append(mention)
        else:
            clauses.append([mention])
    return [tuple(clause) for clause in clauses]


def line_bounds(text: str, at: int) -> tuple[int, int]:
    """Start and end of the line that holds an offset."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def without_asides(text: str, mentions: Sequence[Mention]) -> str:
    """The text with the units and bodies behind an office blanked out, offsets kept: "Chủ tịch UBND xã A (huyện B, tỉnh
    C) Lê Văn D", "Cục trưởng Cục An toàn thực phẩm (Bộ Y tế) Lê Văn D", "Đại biểu Quốc hội tỉnh A Lê Văn B".
    """
    offices = {mention.end for mention in mentions if mention.label is Label.POSITION}
    parts: list[str] = []
    done = 0
    for start, end in sorted((*_glosses(text, offices), *_asides(text, mentions, offices))):
        parts += [text[done:start], " " * (end - max(start, done))]
        done = max(done, end)
    return "".join([*parts, text[done:]])


_LONGEST_GLOSS = 24  # characters of an abbreviation with its brackets


def _glosses(text: str, offices: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Abbreviations in brackets right behind an office."""
    for end in offices:
        gloss = patterns.GLOSS.match(text, end, end + _LONGEST_GLOSS)
        if gloss is not None:
            yield gloss.span()


def _asides(text: str, mentions: Sequence[Mention], offices: Container[int]) -> Iterator[tuple[int, int]]:
    """Units behind an office, and a body in brackets right behind it."""
    for mention in mentions:
        start, end = mention.start, mention.end
        if mention.parent_id is not None:
            continue
        if mention.label is Label.ORGANISATION:
            opens = next((at for at in (start - 1, start - 2) if at in offices), start)
            if text[opens:start].strip() == "(" and text[end : end + 1] == ")":
                yield opens, end + 1
        elif mention.label is Label.PLACE:
            before = text[max(0, start - 3) : start]
            opened = re.search(r"\s$" if start - 1 in offices else r"[,(–-]\s*$", before)
            if opened is not None:
                yield start - len(before) + opened.start(), end + (text[end : end + 1] == ")")


def with_joined_rows(text: str, mentions: Sequence[Mention]) -> str:
    """The text with each row of a flattened table on one line, offsets kept: tabs between its cells, and cells that
    hold neither a person nor an office blanked out.
    """
    rows = flattened_rows(text)
    if not rows:
        return text
    letters = list(text)
    told = [mention.start for mention in mentions if mention.label in {Label.PERSON, Label.POSITION}]
    for row in rows:
        for one, other in pairwise(row.cells):
            letters[one.end : other.start] = "\t" * (other.start - one.end)
            first = bisect_left(told, other.start)
            empty = first == len(told) or told[first] >= other.end
            until = other.end if empty else told[first]
            if empty or text[other.start : until].rstrip().endswith(","):  # "Trung tá, | Trưởng Công an xã"
                letters[other.start : until] = " " * (until - other.start)
    return "".join(letters)


@cache
def _history() -> frozenset[str]:
    return frozenset("".join(row.surface.split()) for row in marked("historical.tsv", surface="name", kind="kind"))


def _is_history(text: str, mention: Mention) -> bool:
    """People of history hold no office in an article of today; who is called ông or bà only bears the name of one."""
    if mention.label is not Label.PERSON or patterns.CALLED.search(text[max(0, mention.start - 5) : mention.start]):
        return False
    return "".join(key(text[mention.start : mention.end]).split()) in _history()


def _same_sentence(text: str, one: Mention, other: Mention) -> bool:
    gap = text[one.end : other.start]
    return "\n" not in gap and (one.sentence_id == other.sentence_id or not re.search(r"[.!?…]\s", gap))
