"""Folders behind URLs: the same rows as on a disk, nothing published is touched, one run at a time."""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import Build, write_article

from pipeline.datapackage import write_datapackage
from pipeline.engines.digests import stage_digests
from pipeline.engines.lease import hold_lease
from pipeline.engines.manifest import PartRecord
from pipeline.engines.plan import RunReport, run_all, run_stage
from pipeline.engines.reduction import count_shards, shard_of
from pipeline.engines.serial import SerialEngine
from pipeline.engines.tasks import Meter, Task
from pipeline.errors import BusyError, ChucdanhError, InputError, TableError
from pipeline.models import Stage
from pipeline.order import STAGES
from pipeline.publication import read_publication
from pipeline.readers import read_sources
from pipeline.storage import STATE, Location, RemotePath, list_names, locate, read_many, write_text
from pipeline.tables import DIMENSIONS, SCHEMAS, part_files, read_table

Rows = dict[str, list[dict[str, object]]]


@pytest.fixture
def bucket() -> Iterator[RemotePath]:
    """An empty store within this process."""
    fsspec = pytest.importorskip("fsspec", reason="needs fsspec (pip install 'chucdanh[s3]')")
    yield RemotePath("memory://bucket")
    fsspec.filesystem("memory").rm("/", recursive=True)


def _run(raw: Location, processed: Location, **options: Any) -> RunReport:
    return run_all(raw, processed, engine=options.pop("engine", SerialEngine()), part_documents=4, **options)


def _rows(processed: Location) -> Rows:
    return {name: read_table(processed, name).to_pylist() for name in SCHEMAS}


def _contents(processed: RemotePath) -> Mapping[str, bytes]:
    return {path.url: path.read_bytes() for path in processed.walk()}


def _upload(folder: Path, to: RemotePath) -> RemotePath:
    for path in folder.rglob("*"):
        if path.is_file():
            (to / path.relative_to(folder).as_posix()).put(path.read_bytes())
    return to


def test_the_rows_behind_a_url_are_those_on_a_disk(raw_folder: Build, bucket: RemotePath, tmp_path: Path) -> None:
    raw = raw_folder(9)
    (raw / "empty.txt").write_bytes(b"")
    remote = _upload(raw, bucket / "raw")
    assert _run(remote, bucket / "out") == _run(raw, tmp_path / "out")
    assert _rows(bucket / "out") == _rows(tmp_path / "out")
    before = _contents(bucket / "out")
    assert _run(remote, bucket / "out") == RunReport(documents=10, new=0, redone=0, removed=0)
    assert _contents(bucket / "out") == before


def test_raw_documents_behind_a_url(raw_folder: Build, bucket: RemotePath) -> None:
    raw = raw_folder(2)
    (raw / "a").mkdir()
    (raw / "a.b").mkdir()
    lines = "".join(json.dumps({"text": write_article(number)}) + "\n" for number in range(3))
    (raw / "a" / "some.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (raw / "a.b" / "one.txt").write_text(write_article(7), encoding="utf-8")
    (raw / ".hidden").write_text("x")
    assert list(read_sources(_upload(raw, bucket / "raw"))) == list(read_sources(raw))
    assert list(read_sources(bucket / "raw" / "000.txt")) == list(read_sources(raw / "000.txt"))


def test_new_changed_and_removed_documents_behind_a_url(raw_folder: Build, bucket: RemotePath, tmp_path: Path) -> None:
    raw = raw_folder(9)
    _run(raw, bucket / "out")
    (raw / "001.txt").unlink()
    (raw / "002.txt").write_text(write_article(100), encoding="utf-8")
    (raw / "new.txt").write_text(write_article(101), encoding="utf-8")
    assert _run(raw, bucket / "out") == RunReport(documents=9, new=2, redone=0, removed=2)
    _run(raw, tmp_path / "scratch")
    assert _rows(bucket / "out") == _rows(tmp_path / "scratch")


class _Broken(SerialEngine):
    """Does so many tasks, and then no more."""

    def __init__(self, tasks: int) -> None:
        self._tasks = tasks

    def execute(
        self, tasks: Iterator[Task], *, processed: Location, digests: Mapping[Stage, str], meter: Meter
    ) -> Iterator[tuple[Task, PartRecord]]:
        done = super().execute(tasks, processed=processed, digests=digests, meter=meter)
        for _ in range(self._tasks):
            yield next(done)
        raise ChucdanhError("broken")


@pytest.mark.parametrize("stage", STAGES)
def test_readers_never_see_half_a_run(raw_folder: Build, bucket: RemotePath, tmp_path: Path, stage: Stage) -> None:
    raw, out = raw_folder(10), bucket / "out"
    _run(raw, out)
    rows, files = _rows(out), {path: path.read_bytes() for name in SCHEMAS for path in part_files(out, name)}
    (raw / "003.txt").unlink()
    changed = {**stage_digests(), stage: "changed"}
    for done in (1, 2):
        with pytest.raises(ChucdanhError, match="broken"):
            _run(raw, out, engine=_Broken(done), digests=changed)
        assert _rows(out) == rows
    _run(raw, out, digests=changed)
    assert {path: path.read_bytes() for path in files} == files, "a reader may still be at the files of the last run"
    _run(raw, tmp_path / "scratch")
    assert _rows(out) == _rows(tmp_path / "scratch")
    _run(raw, out, digests=changed)
    published = {f"{out}/{name}/{file}" for name, facts in read_publication(out).items() for file in facts.files}
    assert {path.url for path in out.walk() if path.suffix == ".parquet" and STATE not in path.url} == published


def test_stages_one_by_one_behind_a_url(raw_folder: Build, bucket: RemotePath) -> None:
    raw = raw_folder(6)
    (raw / "again.txt").write_text(write_article(0), encoding="utf-8")
    _run(raw, bucket / "whole")
    _run(raw, bucket / "staged", until=Stage.CLEAN)
    for stage in STAGES[1:]:
        run_stage(bucket / "staged", stage, engine=SerialEngine())
    assert _rows(bucket / "staged") == _rows(bucket / "whole")


def test_nothing_published_is_no_table(bucket: RemotePath) -> None:
    with pytest.raises(TableError, match="there is no table people in memory://bucket/out"):
        read_table(bucket / "out", "people")


def test_tables_of_unknown_origin_behind_a_url(raw_folder: Build, bucket: RemotePath) -> None:
    (bucket / "out" / "people" / "part-0.parquet").put(b"somebody's")
    with pytest.raises(InputError, match="no record of how they were made"):
        _run(raw_folder(1), bucket / "out")


def test_a_folder_that_is_not_there(bucket: RemotePath) -> None:
    with pytest.raises(InputError, match="there is no folder memory://bucket/raw"):
        _run(bucket / "raw", bucket / "out")


# --- the lease ------------------------------------------------------------------------------------------------------


def test_a_second_run_at_once_is_refused(raw_folder: Build, bucket: RemotePath) -> None:
    with hold_lease(bucket / "out"), pytest.raises(BusyError, match="another run is writing"):
        _run(raw_folder(1), bucket / "out")
    assert _run(raw_folder(1, "other"), bucket / "out").new == 1
    assert list_names(bucket / "out" / STATE).count("lease.json") == 0


def test_the_lease_of_a_killed_run_expires(bucket: RemotePath) -> None:
    lease = bucket / "out" / STATE / "lease.json"
    lease.put(json.dumps({"owner": "gone", "expires": time.time() - 1}).encode())
    with hold_lease(bucket / "out", settle=0) as check:
        check()
        assert json.loads(lease.read_text())["owner"] != "gone"


def test_a_run_that_lost_its_lease_stops(raw_folder: Build, bucket: RemotePath) -> None:
    lease = bucket / "out" / STATE / "lease.json"
    with pytest.raises(BusyError, match="could not be renewed"), hold_lease(bucket / "out", seconds=0.0) as check:
        check()
    thief = json.dumps({"owner": "thief", "expires": time.time() + 600}).encode()
    with hold_lease(bucket / "out"):
        lease.put(thief)
    assert lease.read_bytes() == thief, "what another holds is not released"


# --- the dimensions in several files --------------------------------------------------------------------------------


@pytest.mark.parametrize("remote", [False, True])
def test_the_shards_together_are_the_table(raw_folder: Build, bucket: RemotePath, tmp_path: Path, remote: bool) -> None:
    raw = raw_folder(18)
    out: Location = bucket / "out" if remote else tmp_path / "out"
    _run(raw, tmp_path / "one")
    rows = _rows(tmp_path / "one")
    for parts_a_shard, shards in ((1, 8), (3, 2), (100, 1), (2, 4)):
        _run(raw, out, parts_a_shard=parts_a_shard)
        assert _rows(out) == rows
        for name in DIMENSIONS:
            assert len(part_files(out, name)) == shards
    assert not list_names(out / STATE / "merging")
    files = part_files(out, "organisations")
    for number, path in enumerate(files):
        assert path.stem.endswith(f"{number:04x}")


def test_a_shard_takes_what_begins_with_its_bits() -> None:
    keys = [f"{number}.d{number}" for number in range(200)]
    for key in keys:
        first = hashlib.sha256(key.encode()).digest()[0]
        assert [shard_of(key, shards) for shards in (1, 2, 16, 256)] == [0, first >> 7, first >> 4, first]
    assert count_shards(17, parts_a_shard=1) == 32


def test_the_package_tells_what_sha256sum_tells(raw_folder: Build, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _run(raw_folder(9), out)
    write_datapackage(out)
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert {resource["name"] for resource in package["resources"]} == set(SCHEMAS)
    for resource in package["resources"]:
        paths = sorted((out / resource["name"]).glob("part-*"))
        listing = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in paths)
        assert resource["chucdanh:sha256"] == hashlib.sha256(listing.encode()).hexdigest()
        assert resource["chucdanh:bytes"] == sum(path.stat().st_size for path in paths)
        assert resource["chucdanh:rows"] == read_table(out, resource["name"]).num_rows


def test_many_small_files_are_fetched_in_order(bucket: RemotePath, tmp_path: Path) -> None:
    for folder in (bucket / "small", tmp_path):
        for number in range(12):
            write_text(folder / f"{number:02}", str(number))
        paths: list[Location] = [folder / name for name in list_names(folder)]
        assert [content for _, content in read_many(paths)] == [str(number).encode() for number in range(12)]


def test_what_a_user_names() -> None:
    assert locate("data/raw") == Path("data/raw")
    assert locate("file:///data/raw") == Path("/data/raw")
    assert locate("memory://x/y/") == RemotePath("memory://x/y")
    with pytest.raises(InputError, match="no way to read gopher://"):
        locate("gopher://x/y")
