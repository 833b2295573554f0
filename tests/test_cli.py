"""The command line, as a user runs it: in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Build, write_article

from pipeline import __version__
from pipeline.tables import SCHEMAS, read_table


def _chucdanh(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of three articles, a duplicate and an empty file."""
    root = tmp_path_factory.mktemp("cli")
    (root / "raw").mkdir()
    for name, number in (("a", 0), ("b", 1), ("c", 2), ("again", 0)):
        (root / "raw" / f"{name}.txt").write_text(write_article(number), encoding="utf-8")
    (root / "raw" / "empty.txt").write_bytes(b"")
    done = _chucdanh("run", "--raw", root / "raw", "--processed", root / "out", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert "3  articles" in done.stdout
    return root / "out"


def test_run_writes_every_table(processed: Path) -> None:
    assert {name for name in SCHEMAS if list((processed / name).glob("part-*.parquet"))} == set(SCHEMAS)


def test_a_second_run_says_that_there_is_nothing_to_do_and_strict_ends_with_1(processed: Path) -> None:
    arguments = ("run", "--raw", processed.parent / "raw", "--processed", processed)
    again = _chucdanh(*arguments)
    assert (again.returncode, "nothing to do" in again.stdout) == (0, True)
    assert _chucdanh(*arguments, "--strict").returncode == 1


def test_summary_counts_what_the_tables_hold(processed: Path) -> None:
    shown = _chucdanh("summary", "--processed", processed).stdout
    memberships = read_table(processed, "memberships").num_rows
    assert f"{memberships}  memberships" in shown
    assert "Bí thư Đảng ủy" in shown
    assert "duplicate" in shown
    assert "empty" in shown


def test_stages_one_by_one_and_then_the_rest(raw_folder: Build, tmp_path: Path) -> None:
    options = ("--raw", raw_folder(2), "--processed", tmp_path / "out", "--workers", "1")
    for command, tables in (
        ("clean", {"articles", "clusters"}),
        ("segment", {"articles", "clusters", "sentences"}),
        ("run", set(SCHEMAS)),
    ):
        done = _chucdanh(command, *options)
        assert (done.returncode, done.stderr) == (0, "")
        written = {name for name in SCHEMAS if list((tmp_path / "out" / name).glob("part-*.parquet"))}
        assert written == tables | {"rejects"}


def _stop_in_the_middle(raw: Path, out: Path) -> tuple[int, str]:
    """Exit code and message of a run that is interrupted once it has begun."""
    command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--processed", str(out), "--workers", "1"]
    run = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    while run.poll() is None and not (out / ".chucdanh" / "lock").exists():
        time.sleep(0.01)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGINT)
    message = run.communicate()[1]
    return run.returncode, message


def test_a_stopped_run_says_so_and_goes_on(raw_folder: Build, tmp_path: Path) -> None:
    for documents in (100, 1000, 4000):  # a machine that is busy elsewhere may finish the fewer before the signal
        raw, out = raw_folder(documents, f"raw-{documents}"), tmp_path / f"out-{documents}"
        code, message = _stop_in_the_middle(raw, out)
        if code != 0:
            break
    assert (code, message) == (130, "chucdanh: stopped; what is done stays, and the same command goes on from there\n")
    assert not list(out.rglob("*.tmp"))
    assert f"{documents} documents" in _chucdanh("run", "--raw", raw, "--processed", out).stdout


def test_show_marks_mentions_and_tells_the_rule(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(write_article(3), encoding="utf-8")
    done = _chucdanh("show", tmp_path / "a.txt")
    assert done.returncode == 0, done.stderr
    assert "⟦POSITION Bí thư ⟦ORGANISATION Đảng ủy⟧⟧" in done.stdout
    assert "Who holds what" in done.stdout
    assert "Traceback" not in done.stderr


def test_places_finds_units_by_name_and_day() -> None:
    assert "34.c08152" in _chucdanh("places", "xã Thanh Ba", "--date", "2025-08-01").stdout
    before = _chucdanh("places", "xã Thanh Ba", "--date", "2024-08-01")
    assert "34.c08152" not in before.stdout


def test_version() -> None:
    assert _chucdanh("--version").stdout == f"chucdanh {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "--raw", "nowhere"), "there is no folder nowhere"),
        (("run", "--raw", ".", "--workers", "0"), "--workers"),
        (("run", "--map", "text"), "--map takes field=column"),
        (("run", "--colour"), "No such option: --colour"),
        (("fly",), "No such command 'fly'"),
        (("segment", "--processed", "nowhere"), "needs the tables of chucdanh clean"),
        (("summary", "--processed", "nowhere"), "there is no table"),
        (("show", "nowhere.txt"), "there is no file nowhere.txt"),
        (("evaluate", "nowhere.json", "nowhere"), "nowhere.json is no readable gold file"),
        (("places", "Thanh Ba", "--date", "tomorrow"), "--date takes a day"),
        (("places", "Xyzzy"), "no unit is named Xyzzy"),
    ],
)
def test_what_a_user_does_wrong_is_one_sentence_and_code_2(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = _chucdanh(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())
