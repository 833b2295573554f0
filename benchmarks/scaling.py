"""What a run into Parquet costs: one worker and two, a second run, one new article, one in a hundred new.

``python benchmarks/scaling.py [--raw DIR] [--articles N] [--workers 1 2] [--json FILE]``

The articles of the folder are repeated until there are enough; so that each is a document of its own, a repetition
ends in as many blank lines as its number. Every run is a fresh process of ``python -m pipeline run``. CPU seconds are
those of the process and of its workers, the peak is that of the largest of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.models import Article, RawDocument, Stage

RAW = Path(__file__).parent.parent / "data" / "raw"


@dataclass(frozen=True, slots=True)
class Run:
    """One run: ``articles`` it had to work on, seconds by the clock and of all processors, peak memory of a process."""

    name: str
    articles: int
    wall: float
    cpu: float
    peak_mb: float


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--raw", type=Path, default=RAW, help="folder of articles (default: data/raw)")
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    options.add_argument("--json", type=Path, help="write the figures to this file too")
    given = options.parse_args()
    texts = read_texts(given.raw)
    if not texts:
        print(f"no article could be read under {given.raw}", file=sys.stderr)
        return 2
    runs = measure_runs(texts, given.articles, workers=given.workers)
    report(runs)
    if given.json:
        given.json.write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n", "utf8")
    return 0


def read_texts(folder: Path) -> list[str]:
    """The texts of the articles in a folder."""
    from pipeline.flow import process_document

    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        state = process_document(RawDocument("0" * 16, path.name, path.read_bytes()), until=Stage.CLEAN).state
        if isinstance(state, Article):
            found.append(state.text)
    return found


def measure_runs(texts: Sequence[str], articles: int, *, workers: Sequence[int]) -> list[Run]:
    """All runs; what the second of each kind finds on the disk is what the first left there."""
    runs: list[Run] = []
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        raw.mkdir()
        write_texts(raw, texts, 0, articles)
        for count in workers:
            processed = Path(folder, f"workers-{count}")
            runs.append(run_program(f"{count} worker{'s' if count > 1 else ''}", articles, raw, processed, count))
        runs.append(run_program("nothing new", 0, raw, processed, count))
        write_texts(raw, texts, articles, 1)
        runs.append(run_program("one new article", 1, raw, processed, count))
        few = max(1, articles // 100)
        write_texts(raw, texts, articles + 1, few)
        runs.append(run_program("1 % new articles", few, raw, processed, count))
    return runs


def write_texts(folder: Path, texts: Sequence[str], first: int, count: int) -> None:
    for number in range(first, first + count):
        repetition, at = divmod(number, len(texts))
        (folder / f"{number:06}.txt").write_text(texts[at] + "\n" * repetition, "utf8")


def run_program(name: str, articles: int, raw: Path, processed: Path, workers: int) -> Run:
    """One run in a process of its own.

    Raises:
        subprocess.CalledProcessError: the run failed.
    """
    command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", str(processed)]
    begun = time.perf_counter()
    before = os.times()
    process = subprocess.Popen([*command, "--workers", str(workers)], stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, *peaks_of(process.pid))
        time.sleep(0.02)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(name, articles, time.perf_counter() - begun, cpu, peak)


def peaks_of(pid: int) -> Iterator[float]:
    """Peak memory in MB of a process and of its children, where the system tells (Linux); else 0."""
    yield 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        pids = [pid, *map(int, children.read_text().split())]
    except OSError:
        return
    for each in pids:
        try:
            yield int(Path(f"/proc/{each}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
        except (OSError, IndexError):
            continue


def report(runs: Sequence[Run]) -> None:
    print(f"{'run':<20}{'articles':>9}{'seconds':>9}{'CPU s':>8}{'articles/s':>12}{'a core':>8}{'peak MB':>9}")
    for run in runs:
        rate = f"{run.articles / run.wall:.1f}" if run.articles else ""
        core = f"{run.articles / run.cpu:.1f}" if run.articles else ""
        print(f"{run.name:<20}{run.articles:>9}{run.wall:>9.1f}{run.cpu:>8.1f}{rate:>12}{core:>8}{run.peak_mb:>9.0f}")


if __name__ == "__main__":
    sys.exit(main())
