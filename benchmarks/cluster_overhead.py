"""What the Ray engine costs beside the local engine on the same cores: seconds by the clock and of all processors.

``python benchmarks/cluster_overhead.py --raw DIR [--workers 2] [--rounds 1]``

Each run is a fresh ``python -m pipeline run``; the one on Ray starts and stops Ray, which is told apart by a run over
an empty folder. Linux only: processes that Ray leaves to themselves become children of this one, so that their time
is counted too.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--raw", type=Path, required=True)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--rounds", type=int, default=1)
    given = options.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as empty:
        for number in range(given.rounds):
            for name, raw in (("local", given.raw), ("ray", given.raw), ("ray", Path(empty))):
                wall, cpu = measure(["--engine", name, "--workers", str(given.workers)], raw)
                what = "nothing" if raw != given.raw else "all"
                print(f"round {number}  {name:6} {what:8} {wall:7.1f} s  {cpu:7.1f} CPU s", flush=True)


def measure(options: Sequence[str], raw: Path) -> tuple[float, float]:
    """Seconds by the clock and CPU seconds of a run and of everything that it started."""
    with tempfile.TemporaryDirectory() as processed:
        command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", processed, *options]
        started, before = time.perf_counter(), os.times()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall = time.perf_counter() - started
        reap()
        after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


def reap() -> None:
    """Wait for every process that a run has left."""
    try:
        while True:
            os.wait()
    except ChildProcessError:
        return


if __name__ == "__main__":
    main()
