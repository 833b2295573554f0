"""Vietnamese character sets from before Unicode that no library of Python's knows: TCVN3 (ABC), VNI, VISCII, VPS.

What enters is bytes, what leaves is text, and the way back (for samples and round trips). The tables are data:
``lexicon/encoding_*.tsv``. Which of them a document is in, :mod:`pipeline.readers.decoding` decides by evidence.

``tcvn3`` reads the bytes up to 9F as Windows does, as ABC fonts show them; ``tcvn5712`` as the capitals of the
standard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from pipeline.lexicon import marked

LEGACY = ("tcvn3", "tcvn5712", "vni", "viscii", "vps")

_COMBINING_TCVN = {0xB0: "\u0300", 0xB1: "\u0309", 0xB2: "\u0303", 0xB3: "\u0301", 0xB4: "\u0323"}
_SHOUTED = re.compile(r"[A-Z]")
_WHISPERED = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class _Table:
    """One character set: byte to letter, pairs of bytes (as Windows-1252 characters) to letter, and back."""

    singles: Mapping[int, str]
    pairs: re.Pattern[str] | None
    letters: Mapping[str, str]
    codes: Mapping[str, bytes]


def decode_legacy(payload: bytes, name: str) -> str:
    """``payload`` read in the character set ``name`` (one of ``LEGACY``); bytes without a letter are read as
    Windows-1252.

    >>> decode_legacy(b"\\xa7\\xb6ng b\\xe9 x\\xb7", "tcvn3")
    'Đảng bộ xã'
    """
    table = _table(name)
    text = payload.decode("latin-1").translate(table.singles)
    if table.pairs is not None:
        text = table.pairs.sub(lambda match: table.letters[match[0]], text)
    return unicodedata.normalize("NFC", text)


def encode_legacy(text: str, name: str) -> bytes:
    """``text`` (NFC) in the character set ``name``.

    Raises:
        UnicodeEncodeError: a character has no code there.

    >>> decode_legacy(encode_legacy("Nguyễn Thị Ỷ, Đặng Hữu Nghĩa", "vni"), "vni")
    'Nguyễn Thị Ỷ, Đặng Hữu Nghĩa'
    """
    codes = _table(name).codes
    parts: list[bytes] = []
    for at, letter in enumerate(text):
        code = codes.get(letter)
        if code is None:
            code = letter.encode("cp1252")
            if code[0] > 0x7F and name not in ("tcvn3", "vni"):
                raise UnicodeEncodeError(name, text, at, at + 1, "no code for this character")
        parts.append(code)
    return b"".join(parts)


def restore_capitals(text: str) -> str:
    """Lines set in an all-capitals ABC font: their plain letters are capitals, their marked letters came out small.

    >>> restore_capitals("ĐảNG Bộ Xã\\nĐảng bộ xã")
    'ĐẢNG BỘ XÃ\\nĐảng bộ xã'
    """
    return "\n".join(line.upper() if _is_shouted(line) else line for line in text.split("\n"))


def _is_shouted(line: str) -> bool:
    capitals = len(_SHOUTED.findall(line))
    return capitals >= 4 and len(_WHISPERED.findall(line)) <= capitals // 10 and line.upper() != line


@cache
def _table(name: str) -> _Table:
    rows = marked(f"encoding_{name.replace('tcvn5712', 'tcvn3')}.tsv", surface="code", kind="letter")
    coded = [(bytes.fromhex(row.surface), row.kind) for row in rows]
    if name == "tcvn3":
        coded = [(code, letter) for code, letter in coded if code[0] >= 0xA1]
    # Bytes 80 to 9F as Windows-1252 shows them; the five it leaves free stay control characters.
    singles = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
    singles |= {code[0]: letter for code, letter in coded if len(code) == 1 and name != "vni"}
    if name == "tcvn5712":
        singles |= _COMBINING_TCVN
    pairs: dict[str, str] = {}
    if name == "vni":
        pairs = {_shown(code): letter for code, letter in coded}
        pairs |= _mixed_case(pairs)
    pattern = (
        re.compile("|".join(map(re.escape, sorted(pairs, key=lambda pair: (-len(pair), pair))))) if pairs else None
    )
    return _Table(singles, pattern, pairs, {letter: code for code, letter in coded})


def _shown(code: bytes) -> str:
    return code.decode("cp1252")


def _mixed_case(pairs: Mapping[str, str]) -> dict[str, str]:
    """A capital with the small form of its mark, and the other way round: typists mixed them."""
    return {
        pair[0] + pair[1].swapcase(): letter
        for pair, letter in pairs.items()
        if len(pair) == 2 and pair[1].swapcase() != pair[1]
    }
