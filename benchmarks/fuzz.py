"""Fuzzing of reader and cleaner: coverage-guided mutations of the nasty corpus, for so many seconds of CPU.

    pip install atheris
    nice -n 19 python benchmarks/fuzz.py --seconds 3600 --folder /tmp/fuzz

What is looked for: an exception other than ``Refused``, a document that is neither an article nor a refusal, blocks
that are no lines of the text, and time out of proportion to the size of the input. A finding does not end the run: it
is written to ``<folder>/findings`` with its traceback, once per place, and becomes a test. The mutated inputs that
reach new code stay in ``<folder>/corpus``, so that a next run goes on from there.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import os
import sys
import time
import traceback
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("benchmarks/fuzz.py needs atheris, which is no dependency of the project: pip install atheris")

with atheris.instrument_imports(include=["pipeline", "trafilatura"]):
    from pipeline.errors import Refused
    from pipeline.models import Rejection
    from pipeline.readers import ReadOptions, decode_document, read_sources
    from pipeline.stages.clean import clean_article

from tests.nasty.build import TEXT, cases

NAMES = ("a", "a.txt", "a.html", "a.csv", "a.tsv", "a.json", "a.jsonl", "a.mhtml", "a.zip", "a.tar")
"""What the file is called, by the first byte of an input: the rest is its content."""

# Instrumented code is about eight times slower; an ordinary article takes 20 ms under it, the largest input 1 s.
SECONDS_AT_MOST = 3.0
SECONDS_PER_BYTE = 1 / 4000
MAX_INPUT = 32_768
OPTIONS = ReadOptions(max_mb=1)


class TooSlow(Exception):
    """An input took longer than its size allows."""


class Target:
    """One input at a time, through a file of its own."""

    def __init__(self, folder: Path, seconds: float) -> None:
        self._file = folder / "input"
        self._file.mkdir(parents=True, exist_ok=True)
        self._findings = folder / "findings"
        self._findings.mkdir(exist_ok=True)
        self._seconds = seconds
        self._seen: set[str] = set()
        self._runs = 0

    def __call__(self, data: bytes) -> None:
        begin = time.process_time()
        if begin > self._seconds:
            print(f"{begin:.0f} s of CPU, {self._runs} inputs, {len(self._seen)} findings", flush=True)
            os._exit(0)
        self._runs += 1
        path = self._file / NAMES[data[0] % len(NAMES) if data else 0]
        path.write_bytes(data[1:])
        try:
            read_all(path)
            taken = time.process_time() - begin
            if taken > SECONDS_AT_MOST + len(data) * SECONDS_PER_BYTE:
                raise TooSlow(f"{taken:.1f} s for {len(data)} bytes")
        except Exception as error:
            self._note(data, error)
        finally:
            path.unlink()

    def _note(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        place = f"{type(error).__name__} {frames[-1].filename}:{frames[-1].lineno}"
        if isinstance(error, TooSlow):
            place = f"TooSlow {len(data) // 4096}"
        if place in self._seen:
            return
        self._seen.add(place)
        name = hashlib.sha256(data).hexdigest()[:12]
        (self._findings / name).write_bytes(data)
        (self._findings / f"{name}.txt").write_text("".join(traceback.format_exception(error)), "utf-8")
        print(f"finding {name}: {place}: {str(error)[:200]}", flush=True)


def read_all(path: Path) -> None:
    """Read and clean everything in a file.

    Raises:
        AssertionError: the outcome of a document is none that is promised.
    """
    for raw in read_sources(path, options=OPTIONS):
        if isinstance(raw, Rejection):
            assert raw.detail, raw
            continue
        try:
            article = clean_article(decode_document(raw))
        except Refused:
            continue
        lines = [article.text[block.start : block.end] for block in article.blocks]
        assert lines == [line for line in article.text.split("\n") if line], lines
    gc.collect(0)


def write_seeds(folder: Path) -> None:
    """The nasty corpus as inputs, and the plain article under every name."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [bytes([at]) + TEXT.encode() for at in range(len(NAMES))]
    for case in cases():
        suffix = Path(case.name).suffix
        at = next((at for at, name in enumerate(NAMES) if suffix and name.endswith(suffix)), 0)
        inputs.append(bytes([at]) + case.payload)
    for data in inputs:
        if len(data) <= MAX_INPUT:
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main() -> None:
    """Parse the options and fuzz; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600, help="CPU time")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/fuzz"), help="corpus and findings")
    options = parser.parse_args()
    write_seeds(options.folder / "corpus")
    target = Target(options.folder, options.seconds)
    flags = [f"-max_len={MAX_INPUT}", "-timeout=120", "-rss_limit_mb=4096", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], str(options.folder / "corpus"), *flags], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
