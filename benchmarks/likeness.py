"""How well near-duplicates are found: ``python benchmarks/likeness.py --raw DIR [--articles 500]``.

Of some articles of DIR a second version is made, as another site would print it: another headline, paragraphs dropped
at the end or at the start, single words changed. Printed is how many of them are put into one cluster with the first
version, how many articles are joined that should not be, the pairs of DIR itself that are nearest to each other (to be
read by hand), and what it costs.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

from pipeline.errors import Refused
from pipeline.likeness import (
    LIKE,
    Pair,
    article_number,
    band_rows,
    gather_clusters,
    likeness,
    pair_up,
    sign_article,
    weigh_pairs,
)
from pipeline.models import Article, Block, RawDocument, Section
from pipeline.readers import decode_document, read_sources
from pipeline.stages.clean import clean_article

SEED = 20261122


def read_articles(folder: Path) -> list[Article]:
    """Every article below a folder, each once."""
    found: dict[str, Article] = {}
    for raw in read_sources(folder):
        if isinstance(raw, RawDocument) and raw.article_id not in found:
            try:
                found[raw.article_id] = clean_article(decode_document(raw))
            except Refused:
                continue
    return list(found.values())


def rewrite(article: Article, *, drop: float, change: float, dice: random.Random) -> Article:
    """A second version: ``drop`` of the paragraphs gone from one end, ``change`` of the words others."""
    lines = [article.text[each.start : each.end] for each in article.blocks if each.section is Section.BODY]
    count = min(len(lines) - 1, round(len(lines) * drop))
    kept = lines[count:] if dice.random() < 0.5 else lines[: len(lines) - count]
    words = " ".join(kept).split(" ")
    text = " ".join(word if dice.random() >= change else dice.choice(words) for word in words)
    number = f"{article_number(article.article_id) ^ 1:016x}"
    return replace(article, article_id=number, text=text, blocks=(Block(0, len(text), Section.BODY),))


def cluster(signatures: dict[int, bytes]) -> tuple[dict[int, str], list[Pair]]:
    """Article to cluster, and the pairs behind it."""
    pairs = weigh_pairs(pair_up(*band_rows(list(signatures), list(signatures.values()))), signatures)
    return {article_number(row.article_id): row.cluster_id for row in gather_clusters(pairs)}, pairs


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--raw", type=Path, required=True, help="folder of articles")
    parser.add_argument("--articles", type=int, default=500, help="second versions to make")
    options = parser.parse_args()
    articles = read_articles(options.raw)
    begun = time.process_time()
    signatures = {article_number(each.article_id): sign_article(each) for each in articles}
    signing = time.process_time() - begun
    begun = time.process_time()
    own, pairs = cluster(signatures)
    reducing = time.process_time() - begun
    print(f"{len(articles)} articles: {signing / len(articles) * 1e3:.2f} ms to sign one, {reducing:.2f} s to join all")
    names = {article_number(each.article_id): each for each in articles}
    for one, other, like in sorted(pairs, key=lambda pair: -pair[2]):
        print(f"{like:.2f}  {names[one].source} {names[one].title} | {names[other].source} {names[other].title}")
    candidates = pair_up(*band_rows(list(signatures), list(signatures.values()))).tolist()
    below = sorted(((likeness(signatures[a], signatures[b]), a, b) for a, b in candidates), reverse=True)
    for like, one, other in [row for row in below if row[0] < LIKE][:10]:
        print(f"below {LIKE}: {like:.2f}  {names[one].title} | {names[other].title}")
    dice = random.Random(SEED)
    long = [each for each in articles if len(each.blocks) >= 5]
    for drop, change in ((0.0, 0.01), (0.1, 0.02), (0.25, 0.0), (0.25, 0.02), (0.33, 0.02), (0.0, 0.1)):
        chosen = dice.sample(long, min(options.articles, len(long)))
        copies = [rewrite(each, drop=drop, change=change, dice=dice) for each in chosen]
        found, _ = cluster(signatures | {article_number(each.article_id): sign_article(each) for each in copies})
        joined = sum(
            found.get(number := article_number(each.article_id)) == found.get(number ^ 1, "") for each in copies
        )
        groups: dict[str, set[int]] = defaultdict(set)
        for article, name in found.items():
            groups[name].add(article & ~1)
        wrong = sum(len(group) > 1 for group in groups.values()) - len(set(own.values()))
        print(
            f"{drop:.0%} of the paragraphs dropped, {change:.0%} of the words changed: {joined} of {len(copies)} found"
        )
        print(f"    clusters that hold different news: {wrong}")


if __name__ == "__main__":
    main()
