"""Text made to be slow: one unit repeated, all on one line unless it holds the line break itself.

``python -m tests.test_hostile [NAME …]`` prints what each pattern takes, once and for twice the text.

An article of a newspaper has 2 to 12 thousand characters. A page that a crawler glued together, a list of delegates, or
a file that is no prose at all can have a hundred times as many, and must cost no more than so many times the time.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from pipeline import extract

BOUND = 20.0  # seconds of processor time for LONG characters; a linear reading takes one to four
SHORT, LONG = 15_000, 120_000
FACTOR = 20.0  # of the time for eight times the text: 8 is linear, 64 quadratic
NOISE = 1.5  # seconds below which nothing is compared
TURNS = 3  # another process on the machine may slow one of them

PATTERNS = {
    "roles": "Bí thư ",
    "roles on lines": "Bí thư\n",
    "names": "Nguyễn Văn An ",
    "surnames": "Nguyễn ",
    "names in a list": "Nguyễn Văn An, ",
    "names on lines": "Nguyễn Văn An\n",
    "shouted names": "NGUYỄN VĂN AN ",
    "initials": "A. ",
    "communes": "xã A, ",
    "known communes": "xã Thanh Ba, xã Hưng Long, ",
    "unit words": "các xã ",
    "titles": "Chủ tịch UBND xã ",
    "full titles": "Chủ tịch UBND xã Thanh Ba ",
    "officers": "Bí thư Đảng ủy xã Thanh Ba Lê Văn Tám, ",
    "cells of a table": "Lê Văn Tám\tBí thư\t",
    "appointments": "ông Lê Văn Tám giữ chức Bí thư Huyện ủy; ",
    "prose": "Ông Lê Văn Tám nói. ",
    "heads": "Phòng ",
    "companies": "Công ty TNHH ",
    "deputies": "Phó ",
    "boards": "Trưởng ban ",
    "cells": "Chi bộ ",
    "former": "nguyên Bí thư ",
    "counted": "239 đồng chí Bí thư Chi bộ, ",
    "honorifics": "ông ",
    "verbs": "bổ nhiệm ",
    "credits": "Ảnh: ",
    "years": "từ năm 1979 đến năm 1986 ",
    "days": "Sáng 15-11, ",
    "digits": "1",
    "numbers": "12 ",
    "commas": ",",
    "brackets": "(",
    "pairs of brackets": "()",
    "quotation marks": '"',
    "apostrophes": "'",
    "one word": "a",
    "hyphens": "a-",
    "addresses": "http://a.b/",
}


class OutOfTime(BaseException):
    """Raised by the clock; not an ``Exception``, which a library could catch."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """The test fails when what runs inside takes more processor time."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    expired = False
    try:
        yield
    except OutOfTime:
        expired = True
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    if expired:
        raise AssertionError(f"more than {seconds} s") from None


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Models and lexicons cost nobody's time."""
    extract("Đồng chí Lê Văn Tám, Bí thư Huyện ủy Hàm Yên, nói.")


def repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def seconds_for(text: str) -> float:
    started = time.process_time()
    extraction = extract(text)
    spent = time.process_time() - started
    assert extraction.article.text == text
    return spent


def _is_linear(pattern: str) -> bool:
    with time_limit(BOUND):
        short = seconds_for(repeated(pattern, SHORT))
        long = seconds_for(repeated(pattern, LONG))
    return long < max(FACTOR * short, NOISE)


@pytest.mark.parametrize("name", PATTERNS)
def test_time_grows_with_the_text(name: str) -> None:
    assert any(_is_linear(PATTERNS[name]) for _ in range(TURNS))


def main(names: list[str]) -> None:
    """Seconds for SHORT characters and for twice as many: a third figure near 2 is linear, near 4 quadratic."""
    extract("Bí thư")
    for name in names or PATTERNS:
        once, twice = (seconds_for(repeated(PATTERNS[name], length)) for length in (SHORT, 2 * SHORT))
        print(f"{name:20} {once:8.2f} {twice:8.2f} {twice / max(once, 0.001):6.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
