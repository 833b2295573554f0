"""The Ray engine on a cluster of two nodes on this machine: the same rows, whatever is lost on the way."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import raymakes
import sabotage
from conftest import Build, write_article

from pipeline.engines.clusters import find_clusters
from pipeline.engines.digests import stage_digests
from pipeline.engines.local import LocalEngine
from pipeline.engines.plan import RunReport, run_all
from pipeline.engines.serial import SerialEngine
from pipeline.engines.tasks import Engine
from pipeline.engines.worker import WorkerSettings
from pipeline.errors import ChucdanhError
from pipeline.models import Reason, Rejection, Stage
from pipeline.publication import read_publication
from pipeline.storage import STATE, Location, RemotePath, list_names
from pipeline.tables import DIMENSIONS, SCHEMAS, part_files, read_table, rows_of

ROOT = Path(__file__).parents[1]
_SEARCHED = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
_NODE = {"num_cpus": 1, "object_store_memory": 100 << 20}


@pytest.fixture(scope="module")
def store() -> Iterator[RemotePath]:
    """A bucket of an S3 server on this machine; where it is and its credentials stand in the environment."""
    pytest.importorskip("s3fs", reason="needs s3fs (pip install 'chucdanh[s3]')")
    moto = pytest.importorskip("moto.server", reason="needs moto's server (pip install 'chucdanh[dev]')")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        import s3fs

        s3fs.S3FileSystem().mkdir("archive")
        yield RemotePath("s3://archive")
    server.stop()


@pytest.fixture(scope="module")
def cluster(store: RemotePath) -> Iterator[Any]:
    """Two nodes with a core each, and this process connected to them; the nodes know the S3 server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_MODE", "disabled")  # whatever token lies in the home folder
        patch.setenv("PYTHONPATH", _SEARCHED)
        ray = pytest.importorskip("ray", reason="needs Ray (pip install 'chucdanh[ray]')")
        from ray.cluster_utils import Cluster

        cluster = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
        cluster.add_node(**_NODE)
        ray.init(address=cluster.address, log_to_driver=False)
        yield cluster
        ray.shutdown()
        cluster.shutdown()


def _engine(**options: Any) -> Engine:
    from pipeline.engines.ray import RayEngine

    return RayEngine(**options)


def _run(raw: Location, processed: Location, *, engine: Engine | None = None, **options: Any) -> RunReport:
    return run_all(raw, processed, engine=engine or SerialEngine(), part_documents=3, **options)


def _rows(processed: Location) -> dict[str, list[dict[str, object]]]:
    return {name: read_table(processed, name).to_pylist() for name in SCHEMAS}


def _bytes(processed: Path) -> Mapping[str, bytes]:
    files = [path for path in processed.rglob("*") if path.is_file() and path.name != "lock"]
    return {path.relative_to(processed).as_posix(): path.read_bytes() for path in files}


def _upload(folder: Path, to: RemotePath) -> RemotePath:
    for path in folder.iterdir():
        (to / path.name).put(path.read_bytes())
    return to


@pytest.mark.ray
def test_the_sample_gives_the_bytes_of_the_local_engine(cluster: Any, tmp_path: Path) -> None:
    raw = ROOT / "data" / "raw"
    reports = []
    for name, engine in (("local", LocalEngine(workers=2)), ("ray", _engine())):
        reports.append(_run(raw, tmp_path / name, engine=engine, parts_a_shard=2))
    assert reports[0] == reports[1]
    assert _bytes(tmp_path / "ray") == _bytes(tmp_path / "local")
    assert len(part_files(tmp_path / "ray", "places")) > 1
    assert _run(raw, tmp_path / "ray", engine=_engine(), parts_a_shard=2).new == 0
    keys = [name.removesuffix(".json") for name in list_names(tmp_path / "ray" / STATE / "parts")]
    in_steps = find_clusters(tmp_path / "ray", keys, articles=22, shard_articles=4, do=_engine().reduce)
    assert in_steps == find_clusters(tmp_path / "ray", keys, articles=22)


@pytest.mark.ray
def test_a_change_on_the_cluster(cluster: Any, raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(9)
    _run(raw, tmp_path / "out", engine=_engine())
    (raw / "001.txt").unlink()
    (raw / "new.txt").write_text(write_article(101), encoding="utf-8")
    changed = {**stage_digests(), Stage.NORMALISE: "changed"}
    report = _run(raw, tmp_path / "out", engine=_engine(), digests=changed)
    assert report == RunReport(documents=9, new=1, redone=8, removed=1)
    _run(raw, tmp_path / "scratch")
    assert _rows(tmp_path / "out") == _rows(tmp_path / "scratch")


@pytest.mark.ray
@pytest.mark.parametrize(
    ("make", "stage", "reason"),
    [
        (sabotage.die_in_recognise, Stage.RECOGNISE, Reason.CRASHED),
        (sabotage.hang_in_segment, Stage.SEGMENT, Reason.TIMEOUT),
    ],
)
def test_a_fatal_document_costs_itself_only(
    cluster: Any, raw_folder: Build, tmp_path: Path, make: Any, stage: Stage, reason: Reason
) -> None:
    raw = raw_folder(4)
    (raw / "bad.txt").write_text(write_article(77), encoding="utf-8")
    _run(raw, tmp_path / "out", engine=_engine(make=make, time_limit=10.0, grace=1.0))
    rejections = rows_of(read_table(tmp_path / "out", "rejects"), Rejection)
    refused = {row.source: (row.stage, row.reason) for row in rejections if row.start is None}
    assert refused == {"bad.txt": (stage, reason)}
    (raw / "bad.txt").unlink()
    _run(raw, tmp_path / "out")
    _run(raw, tmp_path / "scratch")
    assert _rows(tmp_path / "out") == _rows(tmp_path / "scratch")


class _RemovesNode:
    """A meter that takes a node away when the first part has come back."""

    def __init__(self, cluster: Any, node: Any, begun: Path) -> None:
        self._cluster = cluster
        self._node = node
        self._begun = begun
        self.removed = False

    def expect(self, documents: int) -> None:
        """Nothing."""

    def advance(self, documents: int) -> None:
        if not self.removed:
            raymakes.wait_for(self._begun)
            self._cluster.remove_node(self._node, allow_graceful=False)
            self.removed = True


@pytest.mark.ray
def test_a_node_is_lost_while_it_works(cluster: Any, raw_folder: Build, tmp_path: Path) -> None:
    raw = raw_folder(18)
    node = cluster.add_node(**_NODE)
    (tmp_path / "victim").write_text(str(node.all_processes["raylet"][0].process.pid))
    meter = _RemovesNode(cluster, node, tmp_path / "begun")
    _run(raw, tmp_path / "out", engine=_engine(make=raymakes.stall_on_victim), meter=meter)
    assert meter.removed
    _run(raw, tmp_path / "scratch")
    assert _rows(tmp_path / "out") == _rows(tmp_path / "scratch")


_DRIVER = """
import os, signal, sys
from pathlib import Path
from pipeline.engines.plan import run_all
from pipeline.engines.ray import RayEngine

class EndsItself:
    parts = 0
    def expect(self, documents):
        pass
    def advance(self, documents):
        self.parts += 1
        if self.parts == 3:
            os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    raw, processed, address = sys.argv[1:]
    engine = RayEngine(address=address)
    run_all(Path(raw), Path(processed), engine=engine, part_documents=3, meter=EndsItself())
"""


@pytest.mark.ray
def test_a_killed_driver_is_started_again(cluster: Any, raw_folder: Build, tmp_path: Path) -> None:
    raw, out = raw_folder(24), tmp_path / "out"
    (tmp_path / "driver.py").write_text(_DRIVER, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "driver.py"), str(raw), str(out), cluster.address]
    environment = {**os.environ, "PYTHONPATH": _SEARCHED}
    killed = subprocess.run(command, env=environment, timeout=raymakes.GUARD, check=False)
    assert killed.returncode == -signal.SIGKILL
    records = {name: (out / STATE / "parts" / name).read_bytes() for name in list_names(out / STATE / "parts")}
    assert records, "the driver declared parts before it ended itself"
    keys = [name.removesuffix(".json") for name in records]
    tables = {path: path.stat().st_mtime_ns for key in keys for path in out.rglob(f"part-{key}.parquet")}
    assert not read_publication(out), "nothing is published before the end"
    report = _run(raw, out, engine=_engine())
    assert report.new == 24 - sum(len(json.loads(content)["documents"]) for content in records.values())
    assert {name: (out / STATE / "parts" / name).read_bytes() for name in records} == records
    assert {path: path.stat().st_mtime_ns for path in tables} == tables, "what was declared is not done again"
    _run(raw, tmp_path / "scratch")
    assert _rows(out) == _rows(tmp_path / "scratch")


@pytest.mark.ray
@pytest.mark.parametrize("name", ["local", "ray"])
def test_from_s3_to_s3(cluster: Any, store: RemotePath, raw_folder: Build, tmp_path: Path, name: str) -> None:
    raw, bucket = raw_folder(10), store / name
    remote = _upload(raw, bucket / "raw")
    engine = _engine() if name == "ray" else LocalEngine(workers=1)
    assert _run(remote, bucket / "out", engine=engine, parts_a_shard=2) == _run(raw, tmp_path / "out")
    assert _rows(bucket / "out") == _rows(tmp_path / "out")
    assert all(len(part_files(bucket / "out", dimension)) == 2 for dimension in DIMENSIONS)
    (remote / "001.txt").unlink()
    (raw / "001.txt").unlink()
    assert _run(remote, bucket / "out", engine=engine, parts_a_shard=2).removed == 1
    _run(raw, tmp_path / "out")
    assert _rows(bucket / "out") == _rows(tmp_path / "out")


@pytest.mark.ray
def test_a_failure_on_a_node_is_told(cluster: Any, raw_folder: Build, tmp_path: Path) -> None:
    with pytest.raises(ChucdanhError, match="outside of any document"):
        _run(raw_folder(1), tmp_path / "out", engine=_engine(make=sabotage.die_outside))


@pytest.mark.ray
def test_a_node_that_cannot_help_says_why(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="needs Ray (pip install 'chucdanh[ray]')")
    from pipeline.engines.ray_worker import NodeSettings, make_on_node, program_digest

    worker = WorkerSettings(tmp_path / "not" / "there", stage_digests(), 60.0)
    for program, told in (("other", "another version of chucdanh"), (program_digest(), "has no folder")):
        answer = make_on_node(pickle.dumps(NodeSettings(worker, 5.0, program)), None)  # type: ignore[arg-type]
        assert answer.record is None
        assert told in answer.failure


def test_without_the_extra_one_sentence_says_what_to_install(raw_folder: Build) -> None:
    code = "import sys; sys.modules['ray'] = None; from pipeline.cli import run_command_line as run; run(sys.argv[1:])"
    command = [sys.executable, "-c", code, "run", "--engine", "ray", "--raw", str(raw_folder(1))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "chucdanh: the engine ray needs the package Ray; install: pip install 'chucdanh[ray]'\n"
