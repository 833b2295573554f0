"""Tables flattened to one cell a line, as converters leave them: numbered rows whose cells are lines of their own.

Reads::

    1                        2
    HÀ THỊ NINH              VÌ VĂN THIỆP
    03/02/1981               15/06/1979
    Phó Bí thư Đảng ủy xã    Chủ tịch UBND xã

What enters is a text; what leaves are its rows. Numbers must count upwards with short lines between them: one numbered
line alone is no table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.grammar.surnames import MIDDLES, surname_at
from pipeline.grammar.syllables import Line
from pipeline.models import Span

_LINE = re.compile(r"[^\s].*[^\s]|[^\s]")
_NUMBER = re.compile(r"(\d{1,3})[.)]?")
_ANY_NUMBER = re.compile(r"^\d{1,3}[.)]?[ \t]*$", re.MULTILINE)
_LONGEST_CELL = 100  # code points; what is longer is a paragraph
_CELLS = range(2, 13)  # lines of one row with its number
_SYLLABLES = range(2, 6)  # of a name that fills a cell


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row, left to right; the first is its number."""

    cells: tuple[Span, ...]


@lru_cache(maxsize=16)  # the recognise and link stages ask for the same article
def flattened_rows(text: str) -> tuple[Row, ...]:
    """Rows of all flattened tables of a text, in order.

    >>> text = "STT\\nHọ tên\\n1\\nHÀ THỊ NINH\\nBí thư\\n2\\nVÌ VĂN THIỆP\\nChủ tịch"
    >>> [[text[cell.start : cell.end] for cell in row.cells] for row in flattened_rows(text)]
    [['1', 'HÀ THỊ NINH', 'Bí thư'], ['2', 'VÌ VĂN THIỆP', 'Chủ tịch']]
    """
    if _ANY_NUMBER.search(text) is None:
        return ()
    lines = [Span(*match.span()) for match in _LINE.finditer(text)]
    numbered = [(at, int(found[1])) for at, line in enumerate(lines) if (found := _numbered(text, line))]
    rows: list[Row] = []
    before: list[Row] = []
    for (at, number), (following, successor) in pairwise([*numbered, (len(lines), -1)]):
        cells = lines[at:following]
        if successor == number + 1 and _is_row(cells):
            before.append(Row(tuple(cells)))
            continue
        if before:
            last = lines[at : at + min(len(row.cells) for row in before)]
            rows += [*before, Row(tuple(last))] if _is_row(last) else before
        before = []
    return _apart(rows)


def _apart(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows without those that begin inside the one before: the last row of a table takes as many lines as the
    others have, though a number among them opens another ("2, 2, HÀ VĂN TỚI, 3").
    """
    apart: list[Row] = []
    for row in rows:
        if not apart or apart[-1].cells[-1].end <= row.cells[0].start:
            apart.append(row)
    return tuple(apart)


def _numbered(text: str, line: Span) -> re.Match[str] | None:
    return _NUMBER.fullmatch(text, line.start, line.end) if line.length < 5 else None


def _is_row(cells: Sequence[Span]) -> bool:
    return len(cells) in _CELLS and all(cell.length <= _LONGEST_CELL for cell in cells)


def fills_cell(line: Line) -> bool:
    """Whether a cell holds a name and nothing else: all its words have a capital, and a surname or a middle name
    (Văn, Thị) tells that they name a person.

    >>> from pipeline.grammar.syllables import read_line
    >>> [fills_cell(read_line(cell, 0, len(cell))) for cell in ("NGẦN VĂN TOÀN", "Bí thư Chi bộ", "THÁI")]
    [True, False, False]
    """
    if len(line) not in _SYLLABLES:
        return False
    named = all(line.is_word(at) and line.texts[at][0].isupper() for at in range(len(line)))
    return named and (surname_at(line, 0) is not None or line.keys[1] in MIDDLES)
