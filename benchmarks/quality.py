"""The table of scores in docs/QUALITY.md: every set of gold articles that is at hand, in one go.

    python benchmarks/quality.py [--floors MARGIN]

With ``--floors`` it prints the floors for tests/quality_floors.toml instead: each score less a margin.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine
from pipeline.evaluate import evaluate_tables

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "gold"
SETS = {
    "gold": ROOT / "tests" / "gold",
    "second": ROOT / "tests" / "gold_second",
    "third": ROOT / "tests" / "gold_third",
    "fourth": ROOT / "tests" / "gold_fourth",
    "fifth": ROOT / "tests" / "gold_fifth",
    "sixth": ROOT / "tests" / "gold_sixth",
    "judging": ROOT / "tests" / "gold_judging",
    "shared": SHARED,
    "news": SHARED / "news",
}


def score_set(folder: Path) -> dict[str, float]:
    """Score of each measure on one set: F1, or the share of exact values."""
    with tempfile.TemporaryDirectory() as processed:
        run_all(folder / "raw", Path(processed), engine=SerialEngine())
        scores = evaluate_tables(folder / "gold.json", Path(processed))
    return {name: score.value for name, score in scores.items()}


def main() -> None:
    """Print the table, or the floors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--floors", type=float, metavar="MARGIN")
    margin = parser.parse_args().floors
    found = {name: score_set(folder) for name, folder in SETS.items() if (folder / "gold.json").exists()}
    if margin is not None:
        for name, scores in found.items():
            print(f"\n[{name}]")
            print("\n".join(f"{measure} = {max(0.0, value - margin):.3f}" for measure, value in scores.items()))
        return
    measures = list(dict.fromkeys(measure for scores in found.values() for measure in scores))
    print("| measure | " + " | ".join(found) + " |")
    print("| --- |" + " --- |" * len(found))
    for measure in measures:
        cells = [f"{scores[measure]:.3f}" if measure in scores else "" for scores in found.values()]
        print(f"| {measure} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
