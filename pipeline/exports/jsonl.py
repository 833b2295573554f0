"""Memberships as JSON lines: one object per membership, in clear text, with all ids."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import TextIO

from pipeline.exports.rows import ClearRow

_NAMES = tuple(field.name for field in fields(ClearRow))


def write_jsonl(rows: Iterable[ClearRow], stream: TextIO) -> int:
    """Write ``rows`` as JSON lines and count them. Days are written as 2025-09-12, unknown values as null.

    >>> import io
    >>> write_jsonl([], io.StringIO())
    0
    """
    count = 0
    for row in rows:
        count += 1
        values = {name: getattr(row, name) for name in _NAMES}
        stream.write(json.dumps(values, ensure_ascii=False, default=date.isoformat))
        stream.write("\n")
    return count
