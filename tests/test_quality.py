"""The quality gate: scores on gold articles stay above their pinned floors (``quality_floors.toml``)."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine
from pipeline.evaluate import evaluate_tables, find_breaches, read_floors

TESTS = Path(__file__).parent
SHARED = TESTS.parent.parent / "shared" / "gold"
SETS = {
    "gold": TESTS / "gold",
    "second": TESTS / "gold_second",
    "third": TESTS / "gold_third",
    "fourth": TESTS / "gold_fourth",
    "fifth": TESTS / "gold_fifth",
    "sixth": TESTS / "gold_sixth",
    "judging": TESTS / "gold_judging",
    "shared": SHARED,
    "news": SHARED / "news",
}
FLOORS = read_floors(TESTS / "quality_floors.toml")


def test_every_set_of_floors_is_known() -> None:
    assert set(FLOORS) <= set(SETS)


@pytest.mark.parametrize("name", SETS)
def test_scores_stay_above_their_floors(name: str, tmp_path: Path) -> None:
    folder = SETS[name]
    if not (folder / "gold.json").exists():
        pytest.skip(f"{name}: these gold articles are not here")
    run_all(folder / "raw", tmp_path / "out", engine=SerialEngine())
    assert find_breaches(evaluate_tables(folder / "gold.json", tmp_path / "out"), FLOORS.get(name, {})) == []
