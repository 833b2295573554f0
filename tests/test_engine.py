"""Runs: same rows and bytes however the work is spread, cut or taken up; one bad document costs itself only."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sabotage
from conftest import Build, write_article

from pipeline.engines import digests
from pipeline.engines.digests import compute_digests, stage_digests
from pipeline.engines.local import LocalEngine
from pipeline.engines.manifest import lock_folder, recover
from pipeline.engines.plan import RunReport, run_all, run_stage
from pipeline.engines.serial import SerialEngine
from pipeline.engines.tasks import Engine
from pipeline.engines.worker import MakePart
from pipeline.errors import BusyError, ChucdanhError, InputError
from pipeline.models import RawDocument, Reason, Rejection, Stage
from pipeline.order import STAGES
from pipeline.tables import SCHEMAS, read_table, rows_of


def _run(raw: Path, processed: Path, *, engine: Engine | None = None, **options: Any) -> RunReport:
    return run_all(raw, processed, engine=engine or SerialEngine(), part_documents=4, **options)


def _rows(processed: Path) -> dict[str, list[dict[str, object]]]:
    return {name: read_table(processed, name).to_pylist() for name in SCHEMAS}


def _bytes(processed: Path) -> Mapping[str, bytes]:
    files = [path for path in processed.rglob("*") if path.is_file() and path.name != "lock"]
    return {path.relative_to(processed).as_posix(): path.read_bytes() for path in files}


def _times(processed: Path) -> Mapping[str, int]:
    return {path.as_posix(): path.stat().st_mtime_ns for path in processed.rglob("*") if path.is_file()}


def _rejections(processed: Path) -> list[Rejection]:
    return rows_of(read_table(processed, "rejects"), Rejection)


def _refused_documents(processed: Path) -> dict[str, tuple[Stage, Reason]]:
    return {row.source: (row.stage, row.reason) for row in _rejections(processed) if row.start is None}


def test_same_bytes_for_any_number_of_workers(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(14)
    written = []
    for engine in (SerialEngine(), LocalEngine(workers=1), LocalEngine(workers=2)):
        processed = tmp_path / f"out{len(written)}"
        assert _run(raw, processed, engine=engine) == RunReport(documents=14, new=14, redone=0, removed=0)
        written.append(_bytes(processed))
    assert written[0] == written[1] == written[2]
    assert len(read_table(tmp_path / "out0", "memberships")) > 0


def test_stage_by_stage_gives_the_bytes_of_a_run(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(6)
    (raw / "empty.txt").write_bytes(b"")
    (raw / "again.txt").write_text(write_article(0), encoding="utf-8")
    _run(raw, tmp_path / "whole")
    staged = tmp_path / "staged"
    _run(raw, staged, until=Stage.CLEAN)
    for stage in STAGES[1:]:
        report = run_stage(staged, stage, engine=SerialEngine())
        assert report.redone == report.documents == 7
    assert _bytes(staged) == _bytes(tmp_path / "whole")
    assert run_stage(staged, Stage.LINK, engine=SerialEngine()).redone == 0


def test_a_second_run_writes_nothing(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(5)
    _run(raw, tmp_path / "out")
    before = _times(tmp_path / "out")
    assert _run(raw, tmp_path / "out") == RunReport(documents=5, new=0, redone=0, removed=0)
    assert _times(tmp_path / "out") == before


def test_new_changed_moved_and_removed_documents(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(9)
    _run(raw, tmp_path / "out")
    (raw / "001.txt").unlink()
    (raw / "002.txt").write_text(write_article(100), encoding="utf-8")
    (raw / "003.txt").rename(raw / "moved.txt")
    (raw / "new.txt").write_text(write_article(101), encoding="utf-8")
    assert _run(raw, tmp_path / "out") == RunReport(documents=9, new=3, redone=0, removed=3)
    _run(raw, tmp_path / "scratch")
    assert _rows(tmp_path / "out") == _rows(tmp_path / "scratch")


def test_a_raw_folder_that_was_emptied(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(3)
    _run(raw, tmp_path / "out")
    for path in raw.iterdir():
        path.unlink()
    assert _run(raw, tmp_path / "out") == RunReport(documents=0, new=0, redone=0, removed=3)
    assert all(rows == [] for rows in _rows(tmp_path / "out").values())


def test_a_duplicate_names_the_first_source_and_takes_its_place(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(2)
    shutil.copy(raw / "000.txt", raw / "zzz.txt")
    _run(raw, tmp_path / "out")
    duplicate = next(row for row in _rejections(tmp_path / "out") if row.reason is Reason.DUPLICATE)
    assert (duplicate.source, duplicate.detail) == ("zzz.txt", "000.txt")
    (raw / "000.txt").unlink()
    _run(raw, tmp_path / "out")
    assert read_table(tmp_path / "out", "articles", columns=["source"])["source"].to_pylist().count("zzz.txt") == 1
    assert Reason.DUPLICATE not in {row.reason for row in _rejections(tmp_path / "out")}


def test_unreadable_documents_are_rejects_and_the_run_goes_on(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(2)
    (raw / "empty.txt").write_bytes(b"")
    (raw / "noise.bin").write_bytes(bytes(range(256)) * 8)
    report = _run(raw, tmp_path / "out")
    assert report.new >= 2
    assert read_table(tmp_path / "out", "articles").num_rows == 2
    assert set(_refused_documents(tmp_path / "out")) == {"empty.txt", "noise.bin"}


@pytest.mark.parametrize("stage", STAGES)
def test_a_changed_stage_redoes_itself_and_what_follows(raw_folder: Build, tmp_path: Path, stage: Stage) -> None:
    raw = raw_folder(3)
    _run(raw, tmp_path / "out")
    rows, before = _rows(tmp_path / "out"), _times(tmp_path / "out")
    report = _run(raw, tmp_path / "out", digests={**stage_digests(), stage: "changed"})
    assert (report.new, report.redone) == ((3, 0) if stage is Stage.CLEAN else (0, 3))
    assert _rows(tmp_path / "out") == rows
    after = _times(tmp_path / "out")
    written = {Path(path).parent.name for path in before if before[path] != after.get(path)}
    assert ("articles" in written) == (stage is Stage.CLEAN)
    assert ("sentences" in written) == (stage in (Stage.CLEAN, Stage.SEGMENT))
    assert {"mentions", "memberships", "people", "positions"} <= written


def test_stage_commands_after_a_change_give_the_rows_of_a_run(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(3)
    _run(raw, tmp_path / "out")
    rows = _rows(tmp_path / "out")
    changed = {**stage_digests(), Stage.NORMALISE: "changed"}
    for stage in (Stage.RECOGNISE, Stage.NORMALISE, Stage.LINK):
        report = run_stage(tmp_path / "out", stage, engine=SerialEngine(), digests=changed)
        assert report.redone == (0 if stage is Stage.RECOGNISE else 3)
    assert _rows(tmp_path / "out") == rows
    assert _run(raw, tmp_path / "out", digests=changed).redone == 0


def test_a_deleted_table_is_made_again(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(3)
    _run(raw, tmp_path / "out")
    rows = _rows(tmp_path / "out")
    for name in ("mentions", "positions", "rejects"):
        shutil.rmtree(tmp_path / "out" / name)
        _run(raw, tmp_path / "out")
        assert _rows(tmp_path / "out") == rows


def test_a_stage_without_the_one_before_is_refused(raw_folder: Build, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs the tables of chucdanh clean"):
        run_stage(tmp_path / "out", Stage.SEGMENT, engine=SerialEngine())
    _run(raw_folder(1), tmp_path / "out", until=Stage.CLEAN)
    with pytest.raises(InputError, match="needs the tables of chucdanh recognise"):
        run_stage(tmp_path / "out", Stage.NORMALISE, engine=SerialEngine())


def test_a_second_run_at_once_is_refused(raw_folder: Build, tmp_path: Path) -> None:
    with lock_folder(tmp_path / "out"), pytest.raises(BusyError, match="another run is writing"):
        _run(raw_folder(1), tmp_path / "out")


def test_tables_of_unknown_origin_are_not_touched(raw_folder: Build, tmp_path: Path) -> None:
    stranger = tmp_path / "out" / "articles" / "part-0.parquet"
    stranger.parent.mkdir(parents=True)
    stranger.write_bytes(b"somebody's")
    with pytest.raises(InputError, match="no record of how they were made"):
        _run(raw_folder(1), tmp_path / "out")
    assert stranger.read_bytes() == b"somebody's"


def test_a_folder_that_cannot_be_written_is_named(raw_folder: Build, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write to"):
        _run(raw_folder(1), tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("make", "stage", "reason"),
    [
        (sabotage.die_in_clean, Stage.CLEAN, Reason.CRASHED),
        (sabotage.die_in_recognise, Stage.RECOGNISE, Reason.CRASHED),
        (sabotage.sleep_in_segment, Stage.SEGMENT, Reason.TIMEOUT),
        (sabotage.hang_in_segment, Stage.SEGMENT, Reason.TIMEOUT),
    ],
)
def test_a_fatal_document_costs_itself_only(
    raw_folder: Build, tmp_path: Path, make: MakePart, stage: Stage, reason: Reason
) -> None:
    raw = raw_folder(5)
    (raw / "bad.txt").write_text(write_article(77), encoding="utf-8")
    limit = 5.0 if reason is Reason.TIMEOUT else 60.0  # milliseconds each, unless the machine is very busy
    _run(raw, tmp_path / "out", engine=LocalEngine(workers=1, make=make, time_limit=limit, grace=0.5))
    assert _refused_documents(tmp_path / "out") == {"bad.txt": (stage, reason)}
    sources = read_table(tmp_path / "out", "articles", columns=["source"])["source"].to_pylist()
    assert ("bad.txt" in sources) == (stage is not Stage.CLEAN)
    (raw / "bad.txt").unlink()
    _run(raw, tmp_path / "out")
    _run(raw, tmp_path / "scratch")
    assert _rows(tmp_path / "out") == _rows(tmp_path / "scratch")


def test_an_article_that_a_stage_failed_on_is_left_alone_by_the_next(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(2)
    (raw / "bad.txt").write_text(write_article(77), encoding="utf-8")
    engine = LocalEngine(workers=1, make=sabotage.die_in_recognise)
    _run(raw, tmp_path / "whole", engine=engine)
    _run(raw, tmp_path / "staged", until=Stage.CLEAN)
    for stage in STAGES[1:]:
        run_stage(tmp_path / "staged", stage, engine=engine if stage is Stage.RECOGNISE else SerialEngine())
    assert _bytes(tmp_path / "staged") == _bytes(tmp_path / "whole")


def test_an_unexpected_value_is_a_rejection_and_no_exception() -> None:
    from pipeline.flow import process_document

    outcome = process_document(RawDocument("0" * 16, "odd.txt", 5))  # type: ignore[arg-type]
    assert outcome.state is None
    assert [(row.source, row.stage, row.reason) for row in outcome.rejections] == [
        ("odd.txt", Stage.CLEAN, Reason.CRASHED)
    ]


def test_a_worker_that_dies_outside_of_documents_ends_the_run(raw_folder: Build, tmp_path: Path) -> None:
    with pytest.raises(ChucdanhError, match="SIGKILL outside of any document"):
        _run(raw_folder(1), tmp_path / "out", engine=LocalEngine(workers=1, make=sabotage.die_outside))


def test_a_full_disk_ends_the_run_and_the_next_goes_on(raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(20)
    with pytest.raises(ChucdanhError, match="cannot write to"):
        _run(raw, tmp_path / "out", engine=LocalEngine(workers=1, make=sabotage.fill_disk))
    assert not list((tmp_path / "out").rglob("*.tmp"))
    _run(raw, tmp_path / "out")
    _run(raw, tmp_path / "scratch")
    assert _bytes(tmp_path / "out") == _bytes(tmp_path / "scratch")


_RUN = """
import sys
from pathlib import Path
from pipeline.engines.local import LocalEngine
from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine
from pipeline.lean import leave_pandas_out
if __name__ == "__main__":
    leave_pandas_out()
    run_all(Path(sys.argv[1]), Path(sys.argv[2]), engine=ENGINE, part_documents=4)
"""


def _kill_after(files: int, script: Path, raw: Path, processed: Path) -> None:
    """Start a run in a group of its own and kill the group when so many more files lie in the folder."""
    enough = len(_times(processed)) + files
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, str(script), str(raw), str(processed)]
    run = subprocess.Popen(command, start_new_session=True, env=environment)
    while run.poll() is None and _count_files(processed) < enough:
        time.sleep(0.01)
    if run.poll() is None:
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def _count_files(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


def test_killed_runs_resume(raw_folder: Build, tmp_path: Path) -> None:
    raw, out = raw_folder(24), tmp_path / "out"
    script = tmp_path / "script.py"
    for files, engine in ((3, "LocalEngine(workers=2)"), (9, "SerialEngine()"), (16, "SerialEngine()")):
        script.write_text(_RUN.replace("ENGINE", engine), encoding="utf-8")
        _kill_after(files, script, raw, out)
    _run(raw, out)
    _run(raw, tmp_path / "scratch")
    assert _bytes(out) == _bytes(tmp_path / "scratch")


def test_records_tell_the_chain_of_every_stage(raw_folder: Build, tmp_path: Path) -> None:
    _run(raw_folder(1), tmp_path / "out")
    [record] = recover(tmp_path / "out").values()
    assert list(record.stages) == list(STAGES)
    assert len(set(record.stages.values())) == len(STAGES)


# --- digests --------------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of the shape of this one."""
    root = tmp_path / "pipeline"
    files = {
        "__init__.py": "",
        "models.py": "",
        "readers/__init__.py": "",
        "lexicon/__init__.py": 'def names():\n    return _rows("names.tsv")\n\n\ndef _rows(file):\n    return file\n',
        "lexicon/names.tsv": "Lê\n",
        "lexicon/titles.tsv": "Bí thư\n",
        "gazetteer/__init__.py": "",
        "gazetteer/compile.py": 'SOURCE = "history.csv"\n',
        "gazetteer/history.csv": "x\n",
        "exports/__init__.py": "",
        "stages/__init__.py": "",
        "stages/clean.py": "from pipeline.models import Article\n",
        "stages/segment.py": "from pipeline.models import Segmented\n",
        "stages/recognise.py": "from pipeline.lexicon import names\n",
        "stages/normalise.py": 'from pipeline.models import (\n    Normalised,\n)\nPATH = "titles.tsv"\n',
        "stages/link.py": "from pipeline.models import Extraction\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("file", "stages"),
    [
        ("models.py", set(STAGES) - {Stage.RECOGNISE}),
        ("stages/clean.py", {Stage.CLEAN}),
        ("lexicon/names.tsv", {Stage.RECOGNISE}),
        ("lexicon/titles.tsv", {Stage.NORMALISE}),
        ("lexicon/new.tsv", {Stage.RECOGNISE}),
        ("exports/schema.json", set()),
        ("gazetteer/history.csv", set()),
        ("gazetteer/compile.py", set()),
    ],
)
def test_a_touched_file_changes_the_stages_that_read_it(package: Path, file: str, stages: set[Stage]) -> None:
    before = compute_digests(package)
    with (package / file).open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    after = compute_digests(package)
    assert {stage for stage in STAGES if before[stage] != after[stage]} == stages


def test_every_stage_of_this_package_reads_its_own_module() -> None:
    sources = digests._read_sources(digests.ROOT)
    for stage, entries in digests._ENTRIES.items():
        closure = digests._closure(entries, sources)
        assert f"pipeline.stages.{stage}" in closure
        assert "pipeline.models" in closure
        assert not any(module.startswith(("pipeline.engines", "pipeline.cli")) for module in closure)
