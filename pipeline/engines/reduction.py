"""The tables of positions, organisations and places, merged over all parts in steps that can be spread.

A row belongs to a shard by the first bits of the digest of its id; there are the more shards the more parts there are
(:func:`count_shards`). With one shard, one step reads all parts. With more there are two kinds of steps: the first
merges some hundred parts into one file that holds its shards one after the other; the second reads one shard out of
each of those files, and no more, and writes ``part-<shard>.parquet``, rows sorted by key. Which row stays of several
of one id does not depend on the order in which they are met (:func:`pipeline.tables.merge_dimension`), so any way of
cutting the work gives the same rows.

What a step hands back is small: the name of a file, its rows, size and digest.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pipeline.publication import FileFacts
from pipeline.storage import STATE, Location, RemotePath, list_names, put_file
from pipeline.tables import DIMENSIONS, KEYS, SCHEMAS, merge_dimension, read_part, write_table

PARTS_A_SHARD = 500
"""Parts for which there is another shard. 500 parts of 200 articles name some tens of thousands of bodies: one file of
a few megabytes, one step of some seconds."""

PARTS_A_STEP = 200
"""Parts that a first step merges: the more, the fewer files the second steps read; the fewer, the more steps there are
to spread."""

_SHARD_BITS = 32


@dataclass(frozen=True, slots=True)
class Gathering:
    """First step: merge some parts of a table into one file, shard after shard."""

    processed: Location
    name: str
    keys: tuple[str, ...]
    shards: int
    target: Location


@dataclass(frozen=True, slots=True)
class Merging:
    """Last step: merge one shard of gathered files, or all of some parts, into a file of the public table."""

    processed: Location
    name: str
    keys: tuple[str, ...]
    gathered: tuple[Location, ...]
    shard: int
    target: Location
    digest: str


Step = Gathering | Merging

MapSteps = Callable[[Sequence[Step]], Iterator[tuple[Step, FileFacts]]]
"""Does steps in any order, somewhere."""


def count_shards(parts: int, *, parts_a_shard: int = PARTS_A_SHARD) -> int:
    """Files of a merged table: a power of two.

    >>> [count_shards(parts) for parts in (0, 500, 501, 40_000)]
    [1, 1, 2, 128]
    """
    return 1 << (max(1, -(-parts // parts_a_shard)) - 1).bit_length()


def shard_of(key: str, shards: int) -> int:
    """The shard of an id: the first bits of its SHA-256.

    >>> shard_of("63.d352", 1), 0 <= shard_of("63.d352", 128) < 128
    (0, True)
    """
    bits = shards.bit_length() - 1
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[: _SHARD_BITS // 8]) >> (_SHARD_BITS - bits)


def merge_parts(
    processed: Location,
    keys: Sequence[str],
    *,
    digest: str,
    shards: int,
    prefix: str,
    do: MapSteps,
) -> Mapping[str, tuple[FileFacts, ...]]:
    """Write the public tables of the dimensions from the parts ``keys``; the files of each, in order.

    ``prefix`` comes before the number of a shard in the names of the files, ``digest`` goes into their metadata.
    """
    folder = processed / STATE / "merging"
    with _emptied(folder):
        gathered: dict[str, list[Location]] = {name: [] for name in DIMENSIONS}
        if shards > 1:
            for step, _ in do(list(_plan_gathering(processed, keys, shards, folder))):
                gathered[step.name].append(step.target)
        steps = [
            Merging(
                processed,
                name,
                () if shards > 1 else tuple(keys),
                tuple(sorted(gathered[name], key=str)),
                shard,
                target,
                digest,
            )
            for name in DIMENSIONS
            for shard, target in enumerate(_targets(processed, name, shards, prefix))
        ]
        files: dict[str, list[FileFacts]] = {name: [] for name in DIMENSIONS}
        for step, facts in do(steps):
            files[step.name].append(facts)
    return {name: tuple(sorted(found)) for name, found in files.items()}


def _targets(processed: Location, name: str, shards: int, prefix: str) -> Iterator[Location]:
    for shard in range(shards):
        key = f"{prefix}{shard:04x}" if shards > 1 else f"{prefix}all"
        yield processed / name / f"part-{key}.parquet"


def _plan_gathering(processed: Location, keys: Sequence[str], shards: int, folder: Location) -> Iterator[Gathering]:
    for name in DIMENSIONS:
        for start in range(0, len(keys), PARTS_A_STEP):
            some = tuple(keys[start : start + PARTS_A_STEP])
            yield Gathering(processed, name, some, shards, folder / f"{name}-{start // PARTS_A_STEP:06}.arrow")


@contextlib.contextmanager
def _emptied(folder: Location) -> Iterator[None]:
    """A folder without files, before and after."""
    _empty(folder)
    try:
        yield
    finally:
        _empty(folder)


def _empty(folder: Location) -> None:
    for name in list_names(folder):
        (folder / name).unlink(missing_ok=True)
    if isinstance(folder, Path) and folder.is_dir():
        folder.rmdir()


def take_step(step: Step) -> FileFacts:
    """Do one step, wherever this runs.

    Raises:
        OSError: a file cannot be written.
        TableError: a stored table is damaged.
    """
    return _gather(step) if isinstance(step, Gathering) else _merge(step)


def take_steps(steps: Iterable[Step]) -> Iterator[tuple[Step, FileFacts]]:
    """Do steps one after the other in this process."""
    for step in steps:
        yield step, take_step(step)


def _gather(step: Gathering) -> FileFacts:
    merged = merge_dimension(step.name, (read_part(step.processed, step.name, key) for key in step.keys))
    shards = pa.array([shard_of(key, step.shards) for key in merged[KEYS[step.name][0]].to_pylist()], pa.int32())
    merged = merged.take(pa.compute.sort_indices(shards))  # stable: within a shard the rows stay sorted
    ends = _ends_of(shards, step.shards)

    def write(temporary: Path) -> None:
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_file(temporary, SCHEMAS[step.name], options=options) as writer:
            for start, end in zip([0, *ends], ends, strict=False):
                rows = merged.slice(start, end - start).combine_chunks().to_batches()
                writer.write_batch(rows[0] if rows else _no_rows(step.name))

    written = put_file(step.target, write)
    return FileFacts(step.target.name, merged.num_rows, written.size, written.sha256)


def _ends_of(shards: pa.Array, number: int) -> list[int]:
    """Where each shard ends once the rows are sorted by shard."""
    counts = [0] * number
    for shard in shards.to_pylist():
        counts[shard] += 1
    ends, end = [], 0
    for count in counts:
        end += count
        ends.append(end)
    return ends


def _no_rows(name: str) -> pa.RecordBatch:
    schema = SCHEMAS[name]
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def _merge(step: Merging) -> FileFacts:
    if step.gathered:
        tables = (_read_shard(path, step.shard) for path in step.gathered)
    else:
        tables = (read_part(step.processed, step.name, key) for key in step.keys)
    return write_table(step.target, merge_dimension(step.name, tables), digest=step.digest)


def _read_shard(path: Location, shard: int) -> pa.Table:
    """One shard of a gathered file; of a file behind a URL nothing else is fetched."""
    with path.open_ranges() if isinstance(path, RemotePath) else path.open("rb") as stream:
        return pa.Table.from_batches([pa.ipc.open_file(stream).get_batch(shard)])
