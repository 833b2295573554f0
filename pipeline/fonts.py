"""Unicode that is legacy bytes in disguise: text typed in ABC, VNI, VISCII or VPS fonts and saved as Unicode ("§¶ng
bé").

What enters is the lines of a page; what leaves is the same lines, the disguised ones read in the character set of
their font. All disguised lines of a page are judged together; lines that are Vietnamese as they stand are left alone,
so that a page whose frame is Unicode and whose article is not comes out whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.readers.decoding import best_reading
from pipeline.readers.legacy import LEGACY, decode_legacy, restore_capitals
from pipeline.vietnamese import weigh

MIN_SIGNS = 12  # letters beyond ASCII in all suspected lines together: fewer are no evidence

_SIGNS = re.compile("[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")


def undress_lines(lines: Sequence[str]) -> tuple[list[str], str | None]:
    """The lines, and the name of the font's character set when some of them wore one.

    >>> worn = ["Tin tức", "§¶ng bé x· tæ chøc héi nghÞ tæng kÕt c«ng t¸c x©y dùng §¶ng, triÓn khai nhiÖm vô n¨m míi"]
    >>> undress_lines(worn)[0][1], undress_lines(worn)[1], undress_lines(["§¶ng bé"])[1]
    ('Đảng bộ xã tổ chức hội nghị tổng kết công tác xây dựng Đảng, triển khai nhiệm vụ năm mới', 'tcvn3', None)
    """
    suspects = [at for at, line in enumerate(lines) if _is_suspect(line)]
    joined = "\n".join(lines[at] for at in suspects)
    if len(_SIGNS.findall(joined)) < MIN_SIGNS:
        return list(lines), None
    payloads = [_as_bytes(lines[at]) for at in suspects]
    sample = b"\n".join(payloads)[:200_000]
    name = best_reading({name: decode_legacy(sample, name) for name in LEGACY})
    if name is None:
        return list(lines), None
    out = list(lines)
    for at, payload in zip(suspects, payloads, strict=True):
        text = decode_legacy(payload, name)
        out[at] = restore_capitals(text) if name == "tcvn3" else text
    return out, name


def _is_suspect(line: str) -> bool:
    """A line with signs of Windows-1252, no letter beyond it, and hardly a Vietnamese word."""
    if _SIGNS.search(line) is None or any(letter > "\u00ff" and _SIGNS.match(letter) is None for letter in line):
        return False
    evidence = weigh(line)
    return evidence.marked == 0 or evidence.valid * 3 <= evidence.marked * 2 or evidence.score < 0.3


def _as_bytes(line: str) -> bytes:
    """Windows-1252, and for the five codes it leaves free Latin-1."""
    return b"".join(letter.encode("cp1252", "ignore") or letter.encode("latin-1", "replace") for letter in line)
