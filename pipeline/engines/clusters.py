"""The reduction over all parts that finds near-duplicates: stored signatures to the rows of ``clusters``.

What enters is the keys of the parts that stand; what leaves is a list of rows. The functions are those of
:mod:`pipeline.likeness`. A few articles are joined here. Many are joined in steps that can be spread: the band keys
of some parts into one file, shard after shard; one shard of all those files into pairs; the signatures of the articles
in pairs. The pairs alone are resolved here: memory is bounded by them and by the signatures of their articles, that of
a step by one shard of the band keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.engines.reduction import PARTS_A_STEP, DoSteps, emptied, read_shard, take_steps, write_shards
from pipeline.likeness import (
    Numbers,
    article_number,
    band_rows,
    gather_clusters,
    merge_pairs,
    pair_up,
    select_shard,
    weigh_pairs,
)
from pipeline.models import ClusterMember
from pipeline.publication import FileFacts
from pipeline.storage import STATE, Location
from pipeline.tables import read_part

SHARD_ARTICLES = 250_000
"""Articles whose bands are joined at once: 8 million rows of 16 bytes, and as much again while they are sorted."""

_TWO = pa.schema([pa.field("first", pa.uint64()), pa.field("second", pa.uint64())])
_SIGNED = pa.schema([pa.field("article", pa.uint64()), pa.field("signature", pa.binary())])


def find_clusters(
    processed: Location,
    keys: Sequence[str],
    *,
    articles: int,
    shard_articles: int = SHARD_ARTICLES,
    do: DoSteps = take_steps,
) -> list[ClusterMember]:
    """The near-duplicates among the articles of the parts ``keys``, about so many ``articles``.

    Raises:
        TableError: the signatures of a part cannot be read.
    """
    shards = 1 << max(0, (articles - 1) // shard_articles).bit_length()
    if shards > 1:
        return _find_in_steps(processed, keys, shards, do)
    bands = [band_rows(*part) for part in _signatures(processed, keys)]
    pairs = merge_pairs([pair_up(*_concatenate(bands))])
    wanted = set(pairs.ravel().tolist())
    found = _signatures(processed, keys) if wanted else ()
    signatures = {article: signed for part in found for article, signed in zip(*part, strict=True) if article in wanted}
    return gather_clusters(weigh_pairs(pairs, signatures))


@dataclass(frozen=True, slots=True)
class Banding:
    """The band keys of some parts, shard after shard."""

    processed: Location
    keys: tuple[str, ...]
    shards: int
    target: Location

    def take(self) -> FileFacts:
        """See :class:`pipeline.engines.reduction.Step`."""
        rows = _concatenate([band_rows(*part) for part in _signatures(self.processed, self.keys)])
        found = (select_shard(*rows, shard=shard, shards=self.shards) for shard in range(self.shards))
        return write_shards(self.target, _TWO, (_table(*columns) for columns in found))


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pairs of articles that share a key of one shard."""

    banded: tuple[Location, ...]
    shard: int
    target: Location

    def take(self) -> FileFacts:
        """See :class:`pipeline.engines.reduction.Step`."""
        pairs = pair_up(*_concatenate([_columns(read_shard(path, self.shard)) for path in self.banded]))
        return write_shards(self.target, _TWO, [_table(pairs[:, 0], pairs[:, 1])])


@dataclass(frozen=True, slots=True)
class Recalling:
    """The signatures of those articles of some parts that are in pairs."""

    processed: Location
    keys: tuple[str, ...]
    paired: tuple[Location, ...]
    target: Location

    def take(self) -> FileFacts:
        """See :class:`pipeline.engines.reduction.Step`."""
        wanted = set(_read_pairs(self.paired).ravel().tolist())
        found = [
            (article, signature)
            for part in _signatures(self.processed, self.keys)
            for article, signature in zip(*part, strict=True)
            if article in wanted
        ]
        columns = [pa.array([row[at] for row in found], field.type) for at, field in enumerate(_SIGNED)]
        return write_shards(self.target, _SIGNED, [pa.Table.from_arrays(columns, schema=_SIGNED)])


def _find_in_steps(processed: Location, keys: Sequence[str], shards: int, do: DoSteps) -> list[ClusterMember]:
    some = [tuple(keys[start : start + PARTS_A_STEP]) for start in range(0, len(keys), PARTS_A_STEP)]
    with emptied(processed / STATE / "clustering") as folder:
        bandings = [Banding(processed, part, shards, folder / f"bands-{at:06}") for at, part in enumerate(some)]
        banded = tuple(sorted((step.target for step, _ in do(bandings)), key=str))
        pairings = [Pairing(banded, shard, folder / f"pairs-{shard:04x}") for shard in range(shards)]
        paired = tuple(sorted((step.target for step, _ in do(pairings)), key=str))
        recallings = [Recalling(processed, part, paired, folder / f"signed-{at:06}") for at, part in enumerate(some)]
        recalled = [read_shard(step.target, 0) for step, _ in do(recallings)]
        pairs = _read_pairs(paired)
    signed = pa.concat_tables(recalled)
    signatures = dict(zip(signed["article"].to_pylist(), signed["signature"].to_pylist(), strict=True))
    return gather_clusters(weigh_pairs(pairs, signatures))


def _signatures(processed: Location, keys: Iterable[str]) -> Iterator[tuple[list[int], list[bytes]]]:
    """Articles and signatures, part by part."""
    for key in keys:
        part = read_part(processed, "clusters", key)
        yield list(map(article_number, part["article_id"].to_pylist())), part["signature"].to_pylist()


def _read_pairs(paths: Iterable[Location]) -> Numbers:
    return merge_pairs([np.column_stack(_columns(read_shard(path, 0))) for path in paths])


def _concatenate(found: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    none = np.empty(0, np.uint64)
    return np.concatenate([none, *(first for first, _ in found)]), np.concatenate([none, *(last for _, last in found)])


def _table(first: Numbers, second: Numbers) -> pa.Table:
    return pa.Table.from_arrays([pa.array(first, pa.uint64()), pa.array(second, pa.uint64())], schema=_TWO)


def _columns(table: pa.Table) -> tuple[Numbers, Numbers]:
    return table["first"].to_numpy(), table["second"].to_numpy()
