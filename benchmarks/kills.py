"""Twenty kills at random moments of one run, then a finish: do the tables equal those of an undisturbed run?

``python benchmarks/kills.py [--raw DIR] [--articles N] [--kills 20] [--workers 2] [--seed 1]``

Each kill is a SIGKILL to the whole process group, at a moment drawn from the time that an undisturbed run takes. The
tables of both runs are compared file by file and row by row; a stray file counts as a difference. Exit code 0 when
they are equal. ``tests/test_engine.py`` runs the same with three kills.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
from scaling import RAW, read_texts, run_program, write_texts

from pipeline.tables import SCHEMAS


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--raw", type=Path, default=RAW, help="folder of articles (default: data/raw)")
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    texts = read_texts(given.raw)
    if not texts:
        print(f"no article could be read under {given.raw}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        raw, whole, killed = (Path(folder, name) for name in ("raw", "whole", "killed"))
        raw.mkdir()
        write_texts(raw, texts, 0, given.articles)
        undisturbed = run_program("undisturbed", given.articles, raw, whole, given.workers)
        print(f"undisturbed: {undisturbed.wall:.1f} s")
        kill_often(raw, killed, given.kills, undisturbed.wall, workers=given.workers, seed=given.seed)
        finish = run_program("finish", given.articles, raw, killed, given.workers)
        print(f"finish: {finish.wall:.1f} s")
        different = differences(whole, killed)
    print("\n".join(different) or f"equal: {len(SCHEMAS)} tables, no stray file")
    return 1 if different else 0


def kill_often(raw: Path, processed: Path, kills: int, seconds: float, *, workers: int, seed: int) -> None:
    """Start the run again and again, and kill each after its share of ``seconds``."""
    moments = random.Random(seed)
    for number in range(1, kills + 1):
        delay = moments.uniform(0.2, 4.0 + seconds / 10)
        command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", str(processed)]
        run = subprocess.Popen([*command, "--workers", str(workers)], start_new_session=True, stdout=subprocess.DEVNULL)
        try:
            run.wait(timeout=delay)
            print(f"kill {number}: not needed, the run had ended")
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
            print(f"kill {number}: after {delay:.1f} s, {len(list(processed.glob('articles/part-*')))} parts stand")
        time.sleep(0.1)


def differences(one: Path, other: Path) -> list[str]:
    """What the two folders do not share: files of tables by name and content, and any stray file."""
    found = []
    for table in SCHEMAS:
        if rows_of(one / table) != rows_of(other / table):
            found.append(f"{table}: other rows")
    strays = [path for path in other.rglob("*") if path.is_file() and path.name.endswith(".tmp")]
    return found + [f"stray file: {path.relative_to(other)}" for path in strays]


def rows_of(folder: Path) -> str:
    """Digest of the rows of one table, whatever parts they stand in."""
    rows = [repr(row) for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
