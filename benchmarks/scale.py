"""What a folder of 20 million articles in 40,000 parts asks of the manifest, of listing and of merging.

``python benchmarks/scale.py [--parts 40000] [--articles 500] [--share 0.1] [--merge 0.02]``

Generated rows stand for articles: records with invented ids, and for positions, organisations and places as many rows
a part as 500 articles of local newspapers gave (``ROWS``), drawn so that few entities are named often and most seldom.
``--share`` and ``--merge`` scale the number of parts down; the number of shards stays that of all parts, so that every
step has the shape it would have. What is written is deleted again.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from pipeline.engines.manifest import PartRecord, StoredDocument, recover, write_record
from pipeline.engines.reduction import AnyStep, count_shards, merge_parts
from pipeline.order import STAGES
from pipeline.publication import FileFacts, add_up, publish, read_publication
from pipeline.storage import STATE
from pipeline.tables import DIMENSIONS, KEYS, SCHEMAS, part_path, stored_schema, table_folder, write_table

ROWS = {"positions": 460, "organisations": 1500, "places": 615}
"""Rows that a part of 500 articles keeps (1,996 newspaper articles in four parts, November 2026)."""

ENTITIES = {"positions": 100_000, "organisations": 1_500_000, "places": 40_000}
"""Entities that there are to be named: the gazetteer holds 40,000 units; the others are guesses."""


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--parts", type=int, default=40_000)
    options.add_argument("--articles", type=int, default=500, help="articles of a part")
    options.add_argument("--share", type=float, default=0.1, help="part of the parts that is made")
    options.add_argument("--merge", type=float, default=0.02, help="part of the parts that is merged")
    given = options.parse_args()
    number = max(1, int(given.parts * given.share))
    print(f"{number:,} of {given.parts:,} parts, {number * given.articles:,} articles")
    with tempfile.TemporaryDirectory() as folder:
        processed = Path(folder)
        keys = [hashlib.sha256(str(part).encode()).hexdigest()[:16] for part in range(number)]
        measure_manifest(processed, keys, given.articles)
        measure_merging(processed, keys[: max(1, int(given.parts * given.merge))], count_shards(given.parts))


def measure_manifest(processed: Path, keys: Sequence[str], articles: int) -> None:
    """Write records and empty files of all tables, take them up as a run does, publish."""
    names = [name for name in SCHEMAS if name != "rejects"]
    with told("write the records"):
        for key in keys:
            write_record(processed, _record(key, articles))
    size = sum(path.stat().st_size for path in (processed / STATE / "parts").iterdir())
    print(f"    {size / len(keys):,.0f} bytes a record, {size / 1e6:,.1f} MB")
    for name in (*names, "rejects"):
        table_folder(processed, name).mkdir(parents=True, exist_ok=True)
        for key in keys:
            part_path(processed, name, key).touch()
    with told("list all tables and read all records"):
        records = recover(processed)
    with told("note which document lies in which part"):
        known = {document.fingerprint: record.key for record in records.values() for document in record.documents}
    with told("add up the files of all tables and publish them"):
        publish(processed, {name: add_up(record.files[name] for record in records.values()) for name in names})
    with told("read what was published"):
        read_publication(processed)
    size = (processed / STATE / "published.json").stat().st_size
    print(f"    {size / 1e6:,.1f} MB published, {len(known):,} documents known")


def _record(key: str, articles: int) -> PartRecord:
    documents = tuple(
        StoredDocument(*(hashlib.sha256(f"{key}{at}{which}".encode()).hexdigest()[:16] for which in "ab"))
        for at in range(articles)
    )
    facts = FileFacts(f"part-{key}.parquet", articles, 100_000, hashlib.sha256(key.encode()).hexdigest())
    return PartRecord(key, documents, dict.fromkeys(STAGES, key), None, dict.fromkeys(SCHEMAS, facts))


def measure_merging(processed: Path, keys: Sequence[str], shards: int) -> None:
    """Write generated rows of the dimensions, merge them, step by step."""
    with told(f"write the rows of {len(keys):,} parts to be merged"):
        for name in DIMENSIONS:
            for at, key in enumerate(keys):
                write_table(part_path(processed, name, key), make_rows(name, at), digest="d")
    seconds: dict[str, list[float]] = {}

    def do(steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
        for step in steps:
            started = time.process_time()
            facts = step.take()
            seconds.setdefault(type(step).__name__, []).append(time.process_time() - started)
            yield step, facts

    with told(f"merge into {shards} shards"):
        files = merge_parts(processed, keys, digest="d", shards=shards, prefix="", do=do)
    for kind, taken in seconds.items():
        mean, longest = sum(taken) / len(taken), max(taken)
        print(f"    {len(taken):,} steps {kind}: {sum(taken):.1f} CPU s, mean {mean:.2f}, longest {longest:.2f}")
    for name, found in files.items():
        facts = add_up(found)
        print(f"    {name}: {facts.rows:,} rows, {facts.size / 1e6:.1f} MB in {len(found)} files")


def make_rows(name: str, part: int) -> pa.Table:
    """Rows of a part: entities by a law of small numbers, texts as long as real ones."""
    draw = random.Random(f"{name}{part}")
    drawn = {int(ENTITIES[name] * draw.random() ** 4) for _ in range(2 * ROWS[name])}
    numbers = sorted(drawn)[:: max(1, len(drawn) // ROWS[name])][: ROWS[name]]
    columns = []
    for field in stored_schema(name):
        if field.name == KEYS[name][0]:
            columns.append(pa.array([f"{name[:2]}.{number:08x}" for number in numbers], field.type))
        elif pa.types.is_list(field.type):
            columns.append(pa.array([[f"{part:016x}"] for _ in numbers], field.type))
        elif pa.types.is_string(field.type):
            columns.append(pa.array([f"{field.name} {number % 9973}" for number in numbers], field.type))
        else:
            columns.append(pa.nulls(len(numbers), field.type))
    return pa.Table.from_arrays(columns, schema=stored_schema(name))


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print how long something took, and the peak of memory so far."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken = f"{time.perf_counter() - wall:8.1f} s {time.process_time() - cpu:8.1f} CPU s"
    print(f"{what:52}{taken}   peak {peak:7,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
