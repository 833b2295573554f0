"""A bound on the speed: the whole program beside plain ``underthesea.ner``, a ratio that any machine can check.

``benchmarks/throughput.py`` measures; here only a fall by half shows. Each side counts its own CPU time, in turns,
and the best turn of each is taken: another process on the machine slows both.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.engines.batches import OpenGuard, pass_stages, raw_subject
from pipeline.flow import load_stages, process_document
from pipeline.models import Article, RawDocument, Segmented, Stage
from pipeline.order import STAGES
from pipeline.stages.segment import segment_article

RAW = Path(__file__).parent.parent / "data" / "raw"
ARTICLES = 8
TURNS = 3
FLOOR = 5.0  # measured in November 2026: 8.8 on these short articles, 17 on news
SEGMENT_FLOOR = 20.0  # measured: 42


def _articles() -> list[tuple[RawDocument, list[str]]]:
    """Some articles of the sample with the texts of their sentences."""
    found = []
    for path in sorted(RAW.glob("*.txt"))[:ARTICLES]:
        payload = path.read_bytes()
        raw = RawDocument(hashlib.sha256(payload).hexdigest()[:16], path.name, payload)
        state = process_document(raw, until=Stage.SEGMENT).state
        assert isinstance(state, Segmented)
        text = state.article.text
        found.append((raw, [text[sentence.start : sentence.end] for sentence in state.sentences]))
    return found


def _cleaned(raw: RawDocument) -> object:
    return process_document(raw, until=Stage.CLEAN).state


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


@pytest.mark.slow
def test_all_stages_are_many_times_as_fast_as_plain_ner() -> None:
    underthesea = pytest.importorskip("underthesea")
    load_stages()
    samples = _articles()
    articles = [state for raw, _ in samples if isinstance(state := _cleaned(raw), Article)]
    subjects = [raw_subject(raw) for raw, _ in samples]
    underthesea.ner(samples[0][1][0])
    plain, whole, segmenting = [], [], []
    for _ in range(TURNS):
        plain.append(
            _seconds(lambda: [underthesea.ner(sentence) for _, sentences in samples for sentence in sentences])
        )
        whole.append(_seconds(lambda: list(pass_stages(subjects, STAGES, verdicts={}, guard=OpenGuard()))))
        segmenting.append(_seconds(lambda: [segment_article(article) for article in articles]))
    assert min(plain) / min(whole) >= FLOOR
    assert min(plain) / min(segmenting) >= SEGMENT_FLOOR
