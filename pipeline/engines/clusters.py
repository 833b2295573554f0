"""The reduction over all parts that finds near-duplicates: stored signatures to the rows of ``clusters``.

What enters is the keys of the parts that stand; what leaves is a list of rows. The steps are those of
:mod:`pipeline.likeness`; here they are done shard after shard over the part files, so that memory is bounded by one
shard of the band keys, by the pairs found, and by the signatures of the articles in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

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
from pipeline.storage import Location
from pipeline.tables import read_part

SHARD_ARTICLES = 250_000
"""Articles whose bands are joined at once: 8 million rows of 16 bytes, and as much again while they are sorted."""


def find_clusters(
    processed: Location, keys: Sequence[str], *, articles: int, shard_articles: int = SHARD_ARTICLES
) -> list[ClusterMember]:
    """The near-duplicates among the articles of the parts ``keys``, about so many ``articles``.

    Raises:
        TableError: the signatures of a part cannot be read.
    """
    shards = 1 << max(0, (articles - 1) // shard_articles).bit_length()
    pairs = merge_pairs([pair_up(*_rows_of_shard(processed, keys, shard, shards)) for shard in range(shards)])
    wanted = set(pairs.ravel().tolist())
    signatures = {
        article: signature
        for numbers, found in (_signatures(processed, keys) if wanted else ())
        for article, signature in zip(numbers, found, strict=True)
        if article in wanted
    }
    return gather_clusters(weigh_pairs(pairs, signatures))


def _signatures(processed: Location, keys: Sequence[str]) -> Iterator[tuple[list[int], list[bytes]]]:
    """Articles and signatures, part by part."""
    for key in keys:
        part = read_part(processed, "clusters", key)
        yield list(map(article_number, part["article_id"].to_pylist())), part["signature"].to_pylist()


def _rows_of_shard(processed: Location, keys: Sequence[str], shard: int, shards: int) -> tuple[Numbers, Numbers]:
    found = [select_shard(*band_rows(*part), shard=shard, shards=shards) for part in _signatures(processed, keys)]
    none = np.empty(0, np.uint64)
    return np.concatenate([none, *(keys for keys, _ in found)]), np.concatenate([none, *(rows for _, rows in found)])
