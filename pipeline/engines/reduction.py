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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

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

    def take(self) -> FileFacts:
        """See :class:`Step`."""
        return _gather(self)


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

    def take(self) -> FileFacts:
        """See :class:`Step`."""
        return _merge(self)


class Step(Protocol):
    """Work that reads files, writes one, and tells what it wrote. Steps travel: their locations are full paths."""

    def take(self) -> FileFacts:
        """Do it, wherever this runs.

        Raises:
            OSError: a file cannot be written.
            TableError: a stored table is damaged.
        """


AnyStep = TypeVar("AnyStep", bound=Step)


class DoSteps(Protocol):
    """Does steps in any order, somewhere."""

    def __call__(self, steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
        """Yields each step with the file it wrote."""


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
    do: DoSteps,
) -> Mapping[str, tuple[FileFacts, ...]]:
    """Write the public tables of the dimensions from the parts ``keys``; the files of each, in order.

    ``prefix`` comes before the number of a shard in the names of the files, ``digest`` goes into their metadata.
    """
    folder = processed / STATE / "merging"
    with emptied(folder):
        gathered: dict[str, list[Location]] = {name: [] for name in DIMENSIONS}
        if shards > 1:
            for done, _ in do(list(_plan_gathering(processed, keys, shards, folder))):
                gathered[done.name].append(done.target)
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
def emptied(folder: Location) -> Iterator[Location]:
    """A folder without files, before and after."""
    _empty(folder)
    try:
        yield folder
    finally:
        _empty(folder)


def _empty(folder: Location) -> None:
    for name in list_names(folder):
        (folder / name).unlink(missing_ok=True)
    if isinstance(folder, Path) and folder.is_dir():
        folder.rmdir()


def take_step(step: Step) -> FileFacts:
    """Do one step."""
    return step.take()


def take_steps(steps: Sequence[AnyStep]) -> Iterator[tuple[AnyStep, FileFacts]]:
    """Do steps one after the other in this process."""
    for step in steps:
        yield step, step.take()


def _gather(step: Gathering) -> FileFacts:
    merged = merge_dimension(step.name, (read_part(step.processed, step.name, key) for key in step.keys))
    shards = pa.array([shard_of(key, step.shards) for key in merged[KEYS[step.name][0]].to_pylist()], pa.int32())
    merged = merged.take(pa.compute.sort_indices(shards))  # stable: within a shard the rows stay sorted
    ends = _ends_of(shards, step.shards)

    slices = (merged.slice(start, end - start) for start, end in zip([0, *ends], ends, strict=False))
    return write_shards(step.target, SCHEMAS[step.name], slices)


def write_shards(target: Location, schema: pa.Schema, shards: Iterable[pa.Table]) -> FileFacts:
    """Write a file that holds tables one after the other."""
    rows = 0

    def write(temporary: Path) -> None:
        nonlocal rows
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with pa.ipc.new_file(temporary, schema, options=options) as writer:
            for shard in shards:
                rows += shard.num_rows
                batches = shard.combine_chunks().to_batches()
                writer.write_batch(batches[0] if batches else _no_rows(schema))

    written = put_file(target, write)
    return FileFacts(target.name, rows, written.size, written.sha256)


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


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], field.type) for field in schema], schema=schema)


def _merge(step: Merging) -> FileFacts:
    if step.gathered:
        tables = (read_shard(path, step.shard) for path in step.gathered)
    else:
        tables = (read_part(step.processed, step.name, key) for key in step.keys)
    return write_table(step.target, merge_dimension(step.name, tables), digest=step.digest)


def read_shard(path: Location, shard: int) -> pa.Table:
    """One table of a file of :func:`write_shards`; of a file behind a URL nothing else is fetched."""
    with path.open_ranges() if isinstance(path, RemotePath) else path.open("rb") as stream:
        return pa.Table.from_batches([pa.ipc.open_file(stream).get_batch(shard)])
