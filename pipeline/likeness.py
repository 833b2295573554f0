"""Near-duplicates: which articles tell the same news in nearly the same words.

What enters is articles; what leaves is clusters of those that share most of their runs of words. In this order, each
step a pure function, so that any engine can do it where its rows lie:

1. :func:`sign_article`: an article to its MinHash signature (512 bytes), within the part that holds it;
2. :func:`band_rows`: signatures to rows of (band key, article); articles that are alike are nearly sure to share a key;
3. :func:`select_shard`: the rows of one shard of the keys: shards can be joined apart from one another;
4. :func:`pair_up`: the rows of a shard to pairs of articles that share a key; only pairs travel on;
5. :func:`weigh_pairs`: the pairs that are as alike as :data:`LIKE`, by their signatures;
6. :func:`gather_clusters`: pairs to clusters.

The result depends on the set of articles alone: not on their order, nor on parts, shards or workers. Inside, an article
is the number that its ``article_id`` writes in hexadecimal.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from rensa import RMinHash

from pipeline.models import Article, ClusterMember, Section
from pipeline.orthography import fold

LIKE = 0.5
"""Estimated share of common runs (Jaccard) from which two articles count as near-duplicates. Among 1,996 newspaper
articles (November 2026) two reports of one event had 0.34 at most; what another site cuts and mends has 0.5 and more
(docs/QUALITY.md)."""

RUN = 3  # words; of two in a row too many are set phrases
HASHES = 128
ROWS = 4  # hashes of a band. Of 1,000 pairs of likeness 0.6 share one of the 32 bands 988, of 0.5 873, of 0.1 3
BANDS = HASHES // ROWS
SEED = 20261122
CROWD = 64
"""Articles that share one key are compared each with so many that follow: a page that was stored ten thousand times
must not give fifty million pairs."""

Numbers: TypeAlias = npt.NDArray[np.uint64]

_WORD = re.compile(r"\w+")


def sign_article(article: Article) -> bytes:
    """The MinHash signature of the article's body; empty when it has no word.

    Marks and case do not count, nor do headline, bylines and furniture: they are what sites change.

    >>> from pipeline.models import Block
    >>> def told(text: str) -> Article:
    ...     blocks = (Block(0, len(text), Section.BODY),)
    ...     return Article("0" * 16, "a", "text", "utf-8", None, None, None, None, (), text, blocks)
    >>> one, other = told("Đảng uỷ xã họp sáng nay"), told("ĐẢNG ỦY XÃ HỌP SÁNG NAY.")
    >>> sign_article(one) == sign_article(other), len(sign_article(one)), sign_article(told("…"))
    (True, 512, b'')
    """
    spans = [block for block in article.blocks if block.section is Section.BODY] or article.blocks
    words = [fold(word) for span in spans for word in _WORD.findall(article.text[span.start : span.end])]
    if not words:
        return b""
    hashes = RMinHash(num_perm=HASHES, seed=SEED)
    hashes.update(list(map(" ".join, zip(*(words[at:] for at in range(RUN)), strict=False))) or [" ".join(words)])
    return np.array(hashes.digest(), "<u4").tobytes()


def likeness(one: bytes, other: bytes) -> float:
    """Estimated share of common runs, 0 to 1, of two signatures."""
    return float(np.count_nonzero(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4"))) / HASHES


# --- candidates -----------------------------------------------------------------------------------------------------


def article_number(article_id: str) -> int:
    """The number that stands for an article.

    >>> article_number("00000000000000ff")
    255
    """
    return int(article_id, 16)


def band_rows(articles: Sequence[int], signatures: Sequence[bytes]) -> tuple[Numbers, Numbers]:
    """Band keys and articles, row by row: each signed article has a row for each of its bands."""
    signed = [(article, signature) for article, signature in zip(articles, signatures, strict=True) if signature]
    numbers = np.array([article for article, _ in signed], np.uint64)
    halves = np.frombuffer(b"".join(signature for _, signature in signed), "<u8")
    pairs = halves.reshape(len(signed), BANDS, ROWS // 2).astype(np.uint64)
    keys = np.arange(BANDS, dtype=np.uint64)[np.newaxis, :] + np.uint64(SEED)
    for column in range(ROWS // 2):
        keys = _mix(keys ^ pairs[:, :, column])
    return keys.reshape(-1), np.repeat(numbers, BANDS)


def _mix(keys: Numbers) -> Numbers:
    """The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result hangs on every bit given."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def select_shard(keys: Numbers, articles: Numbers, *, shard: int, shards: int) -> tuple[Numbers, Numbers]:
    """The rows whose key belongs to ``shard`` of ``shards`` (a power of two)."""
    if shards == 1:
        return keys, articles
    mine = keys >> np.uint64(64 - (shards - 1).bit_length()) == np.uint64(shard)
    return keys[mine], articles[mine]


def pair_up(keys: Numbers, articles: Numbers) -> Numbers:
    """Pairs of articles that share a key, each once, the smaller number first, sorted: an array of two columns.

    >>> keys, articles = np.array([7, 8, 7, 8], np.uint64), np.array([3, 1, 2, 4], np.uint64)
    >>> pair_up(keys, articles).tolist()
    [[1, 4], [2, 3]]
    """
    order = np.lexsort((articles, keys))
    keys, articles = keys[order], articles[order]
    found = []
    for step in range(1, CROWD + 1):
        same = keys[step:] == keys[:-step]
        if not same.any():
            break
        pairs = np.column_stack((articles[:-step][same], articles[step:][same]))
        found.append(pairs[pairs[:, 0] != pairs[:, 1]])
    return merge_pairs(found)


def merge_pairs(found: Sequence[Numbers]) -> Numbers:
    """The pairs of several shards as one array, each pair once, sorted."""
    return np.unique(np.concatenate([np.empty((0, 2), np.uint64), *found]), axis=0)


# --- clusters -------------------------------------------------------------------------------------------------------

Pair: TypeAlias = tuple[int, int, float]


def weigh_pairs(pairs: Numbers, signatures: Mapping[int, bytes]) -> list[Pair]:
    """The pairs that are alike, with their likeness."""
    weighed = ((one, other, likeness(signatures[one], signatures[other])) for one, other in pairs.tolist())
    return [pair for pair in weighed if pair[2] >= LIKE]


def gather_clusters(pairs: Iterable[Pair]) -> list[ClusterMember]:
    """The members of all clusters, sorted by article: who is alike with a member belongs to it.

    >>> [(row.article_id[-1], row.likeness) for row in gather_clusters([(1, 2, 0.9), (2, 3, 0.7), (4, 5, 1.0)])]
    [('1', 0.9), ('2', 0.9), ('3', 0.7), ('4', 1.0), ('5', 1.0)]
    >>> len({row.cluster_id for row in gather_clusters([(1, 2, 0.9), (2, 3, 0.7), (4, 5, 1.0)])})
    2
    """
    leaders: dict[int, int] = {}
    best: dict[int, float] = {}
    for one, other, like in pairs:
        first, second = sorted((_leader(leaders, one), _leader(leaders, other)))
        leaders[second] = leaders[first] = first
        for article in (one, other):
            best[article] = max(best.get(article, 0.0), like)
    return [
        ClusterMember(f"{article:016x}", _cluster_id(_leader(leaders, article)), best[article])
        for article in sorted(best)
    ]


def _leader(leaders: dict[int, int], article: int) -> int:
    """The smallest article known to be of the same cluster."""
    path = [article]
    while (above := leaders.get(path[-1], path[-1])) != path[-1]:
        path.append(above)
    for each in path:
        leaders[each] = path[-1]
    return path[-1]


def _cluster_id(smallest: int) -> str:
    return hashlib.sha256(f"cluster {smallest:016x}".encode()).hexdigest()[:16]
