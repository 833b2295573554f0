"""Memberships as comma-separated values, one per line, for spreadsheets.

What enters is clear rows; what leaves is RFC 4180 text in UTF-8, a header line first, lists joined by ``; ``, nothing
for what is not known. A text cell that a spreadsheet would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import TextIO

from pipeline.exports.rows import ClearRow

COLUMNS = tuple(field.name for field in fields(ClearRow))

BOM = "\ufeff"
"""Tells Excel that the file is UTF-8."""

# OWASP "CSV Injection" (2024): the signs that open a formula, their full-width forms, and the controls that
# spreadsheets drop before they look. Apostrophes before such a sign may be ours, so they count along: that keeps the
# way back.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def write_csv(rows: Iterable[ClearRow], stream: TextIO, *, bom: bool = False) -> int:
    """Write ``rows`` as CSV and count them; ``bom`` puts a byte order mark first.

    >>> import io
    >>> stream = io.StringIO()
    >>> write_csv([], stream)
    0
    >>> stream.getvalue().split(",")[:3]
    ['person', 'title', 'title_en']
    """
    if bom:
        stream.write(BOM)
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        count += 1
        writer.writerow([_write_cell(getattr(row, column)) for column in COLUMNS])
    return count


def _write_cell(value: str | int | float | date | tuple[str, ...] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, tuple):
        return disarm("; ".join(value))
    return str(value)


def disarm(cell: str) -> str:
    """A text cell that no spreadsheet runs as a formula. :func:`rearm` is the way back.

    >>> disarm("=HYPERLINK(1)"), disarm("Bí thư Huyện ủy")
    ("'=HYPERLINK(1)", 'Bí thư Huyện ủy')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def rearm(cell: str) -> str:
    """The text of a cell that :func:`disarm` wrote.

    >>> rearm("'=HYPERLINK(1)"), rearm("'Bút")
    ('=HYPERLINK(1)', "'Bút")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
