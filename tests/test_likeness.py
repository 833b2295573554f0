"""Near-duplicates: what is alike, and that the clusters depend on the set of articles alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.engines.clusters import find_clusters
from pipeline.engines.local import LocalEngine
from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine
from pipeline.likeness import (
    BANDS,
    CROWD,
    LIKE,
    band_rows,
    gather_clusters,
    likeness,
    merge_pairs,
    pair_up,
    select_shard,
    sign_article,
    weigh_pairs,
)
from pipeline.models import Article, Block, ClusterMember, Section, Stage
from pipeline.tables import part_path, read_table, signatures_table, write_table
from pipeline.validate import Check, validate_tables

VOCABULARY = """
xã huyện tỉnh đảng ủy hội nghị sáng nay bí thư chủ tịch nhân dân công tác tổng kết phương hướng nhiệm vụ triển khai năm
học sinh đường trường bệnh viện khen thưởng tập thể cá nhân phong trào nông thôn mới kinh tế
"""
WORDS = VOCABULARY.split()


def write(seed: int, *, words: int = 300, changed: int = 0) -> str:
    """A body of words drawn by ``seed``, the first of them ``changed``."""
    dice = random.Random(seed)
    body = [dice.choice(WORDS) for _ in range(words)]
    body[:changed] = [random.Random(seed + 1000).choice(WORDS) for _ in range(changed)]
    return "\n\n".join(" ".join(body[at : at + 60]).capitalize() + "." for at in range(0, words, 60))


def tell(text: str, number: int = 0, section: Section = Section.BODY) -> Article:
    """An article of one block."""
    blocks = (Block(0, len(text), section),)
    return Article(f"{number:016x}", "a.txt", "text", "utf-8", None, None, None, None, (), text, blocks)


def cluster(signatures: dict[int, bytes], *, shards: int = 1) -> list[ClusterMember]:
    """All steps after the signing, shard by shard."""
    keys, articles = band_rows(list(signatures), list(signatures.values()))
    found = [pair_up(*select_shard(keys, articles, shard=shard, shards=shards)) for shard in range(shards)]
    return gather_clusters(weigh_pairs(merge_pairs(found), signatures))


def signed(bodies: Sequence[str]) -> dict[int, bytes]:
    return {number: sign_article(tell(body)) for number, body in enumerate(bodies, 1)}


# --- what is alike --------------------------------------------------------------------------------------------------


def test_likeness_is_the_share_of_common_runs() -> None:
    whole = sign_article(tell(write(1)))
    assert likeness(whole, whole) == 1
    assert likeness(whole, sign_article(tell(write(2)))) < 0.2
    assert 0.6 < likeness(whole, sign_article(tell(write(1, changed=45)))) < 0.9


def test_furniture_headlines_and_spelling_do_not_count() -> None:
    body = "Sáng nay, Huyện uỷ Hoà Bình tổ chức hội nghị tổng kết công tác xây dựng Đảng."
    page = f"Trang chủ\nTiêu đề khác\n{body}\nTheo Báo X"
    at = page.index(body)
    blocks = (
        Block(0, 9, Section.FURNITURE),
        Block(10, at - 1, Section.TITLE),
        Block(at, at + len(body), Section.BODY),
        Block(at + len(body) + 1, len(page), Section.BYLINE),
    )
    dressed = Article("0" * 16, "b.html", "html", "utf-8", None, None, None, None, (), page, blocks)
    plain = body.replace("uỷ", "ủy").replace("Hoà", "Hòa")
    assert sign_article(dressed) == sign_article(tell(plain))


def test_a_text_without_a_body_or_a_word() -> None:
    assert sign_article(tell("Đại hội xã", section=Section.TITLE)) == sign_article(tell("đại hội xã"))
    assert sign_article(tell("***")) == b""
    assert cluster({1: b"", 2: b""}) == []


# --- clusters -------------------------------------------------------------------------------------------------------


def test_clusters_of_copies_and_none_of_strangers() -> None:
    bodies = [write(1), write(2), write(1, changed=20), write(3), write(2, changed=15), write(4)]
    rows = cluster(signed(bodies))
    assert [row.article_id[-1] for row in rows] == ["1", "2", "3", "5"]
    assert [row.cluster_id == rows[0].cluster_id for row in rows] == [True, False, True, False]
    assert rows[1].cluster_id == rows[3].cluster_id
    assert all(LIKE <= row.likeness <= 1 for row in rows)


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(12)), st.sampled_from([1, 2, 8, 64]))
def test_neither_order_nor_shards_matter(order: list[int], shards: int) -> None:
    bodies = signed([write(number % 5, changed=number) for number in range(12)])
    names = list(bodies)
    shuffled = {names[at]: bodies[names[at]] for at in order}
    assert cluster(shuffled, shards=shards) == cluster(bodies)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from([0.7, 0.8, 0.9])), max_size=20))
def test_clusters_are_what_pairs_connect(pairs: list[tuple[int, int, float]]) -> None:
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    rows = gather_clusters(pairs)
    assert rows == gather_clusters(reversed(pairs))
    names = {int(row.article_id, 16): row.cluster_id for row in rows}
    assert set(names) == {article for one, other, _ in pairs for article in (one, other)}
    assert all(names[one] == names[other] for one, other, _ in pairs)


def test_a_crowd_gives_few_pairs_and_one_cluster() -> None:
    one = sign_article(tell(write(1)))
    crowd = dict.fromkeys(range(1, 1001), one)
    keys, articles = band_rows(list(crowd), list(crowd.values()))
    assert len(keys) == BANDS * 1000
    assert len(pair_up(keys, articles)) <= 1000 * CROWD
    assert len({row.cluster_id for row in cluster(crowd)}) == 1


def test_keys_spread_evenly_over_shards() -> None:
    keys, articles = band_rows(*map(list, zip(*signed([write(seed) for seed in range(60)]).items(), strict=True)))
    sizes = [len(select_shard(keys, articles, shard=shard, shards=4)[0]) for shard in range(4)]
    assert sum(sizes) == len(keys)
    assert min(sizes) > len(keys) / 8


def test_no_articles() -> None:
    keys, articles = band_rows([], [])
    assert pair_up(keys, articles).shape == (0, 2)
    assert keys.dtype == np.uint64
    assert gather_clusters([]) == []


# --- runs -----------------------------------------------------------------------------------------------------------


def article_text(seed: int, changed: int = 0) -> str:
    return f"Tin số {seed}\n\n{write(seed, changed=changed)}\n"


def fill(raw: Path) -> Path:
    """Seven articles, two of them with a near-duplicate, one twice over."""
    raw.mkdir()
    for name, seed, changed in (("a", 1, 0), ("b", 2, 0), ("c", 1, 20), ("d", 3, 0), ("e", 2, 15), ("f", 4, 0)):
        (raw / f"{name}.txt").write_text(article_text(seed, changed), "utf-8")
    (raw / "g.txt").write_text(article_text(1, 30), "utf-8")
    return raw


def clusters_of(processed: Path) -> list[set[str]]:
    sources = {row["article_id"]: row["source"] for row in read_table(processed, "articles").to_pylist()}
    found: dict[str, set[str]] = {}
    for row in read_table(processed, "clusters").to_pylist():
        found.setdefault(row["cluster_id"], set()).add(sources[row["article_id"]])
    return sorted(found.values(), key=sorted)


def bytes_of(processed: Path) -> bytes:
    return (processed / "clusters" / "part-all.parquet").read_bytes()


def test_a_run_marks_near_duplicates_and_drops_none(tmp_path: Path) -> None:
    raw = fill(tmp_path / "raw")
    run_all(raw, tmp_path / "out", engine=SerialEngine(), until=Stage.CLEAN)
    assert clusters_of(tmp_path / "out") == [{"a.txt", "c.txt", "g.txt"}, {"b.txt", "e.txt"}]
    assert read_table(tmp_path / "out", "articles").num_rows == 7
    assert validate_tables(tmp_path / "out") == []


def test_workers_and_parts_do_not_change_the_bytes(tmp_path: Path) -> None:
    raw = fill(tmp_path / "raw")
    run_all(raw, tmp_path / "one", engine=SerialEngine(), until=Stage.CLEAN)
    run_all(raw, tmp_path / "two", engine=LocalEngine(workers=2), until=Stage.CLEAN, part_documents=2)
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_an_incremental_run_equals_one_from_scratch(tmp_path: Path) -> None:
    raw = fill(tmp_path / "raw")
    (raw / "g.txt").rename(tmp_path / "later")
    out = tmp_path / "out"
    run_all(raw, out, engine=SerialEngine(), until=Stage.CLEAN, part_documents=3)
    assert clusters_of(out) == [{"a.txt", "c.txt"}, {"b.txt", "e.txt"}]
    (tmp_path / "later").rename(raw / "g.txt")
    (raw / "b.txt").unlink()
    (raw / "h.txt").write_text(article_text(4, 10), "utf-8")
    run_all(raw, out, engine=SerialEngine(), until=Stage.CLEAN, part_documents=3)
    assert clusters_of(out) == [{"a.txt", "c.txt", "g.txt"}, {"f.txt", "h.txt"}]
    run_all(raw, tmp_path / "fresh", engine=SerialEngine(), until=Stage.CLEAN)
    assert bytes_of(out) == bytes_of(tmp_path / "fresh")


def test_an_empty_folder_has_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    run_all(tmp_path / "raw", tmp_path / "out", engine=SerialEngine())
    assert read_table(tmp_path / "out", "clusters").num_rows == 0


@pytest.mark.parametrize("shard_articles", [1, 3, 100])
def test_the_size_of_a_shard_does_not_matter(shard_articles: int, tmp_path: Path) -> None:
    for key in range(3):
        bodies = {f"{10 * key + n:016x}": sign_article(tell(write(n, changed=5 * key))) for n in range(4)}
        write_table(part_path(tmp_path, "clusters", str(key)), signatures_table(bodies), digest="d")
    rows = find_clusters(tmp_path, ["0", "1", "2"], articles=12, shard_articles=shard_articles)
    assert len(rows) == 12
    assert len({row.cluster_id for row in rows}) == 4
    assert rows == find_clusters(tmp_path, ["2", "0", "1"], articles=12)


def test_validation_finds_what_is_wrong_with_clusters(tmp_path: Path) -> None:
    from pipeline.tables import clusters_table

    raw = fill(tmp_path / "raw")
    run_all(raw, tmp_path / "out", engine=SerialEngine(), until=Stage.CLEAN)
    known = read_table(tmp_path / "out", "articles")["article_id"].to_pylist()[0]
    rows = [ClusterMember(known, "c", 0.9), ClusterMember("f" * 16, "c", 0.9), ClusterMember("0" * 15 + "1", "d", 0.1)]
    write_table(tmp_path / "out" / "clusters" / "part-all.parquet", clusters_table(rows), digest="d")
    found = [(finding.check, finding.column) for finding in validate_tables(tmp_path / "out")]
    assert sorted(found) == [
        (Check.REFERENCE, "article_id"),
        (Check.REFERENCE, "article_id"),
        (Check.VALUE, "cluster_id"),
        (Check.VALUE, "likeness"),
    ]
