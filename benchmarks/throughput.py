"""How many articles a second, side by side with plain underthesea, on one core.

``python benchmarks/throughput.py [--raw DIR] [--articles N] [--rounds N] [--only NAME ...] [--runs N] [--json FILE]``

Every pipeline of :data:`PIPELINES` does its work over the same articles, those of underthesea on their sentences. They
take turns after every :data:`GROUP` articles, so that a slow phase of the machine falls on all alike. What counts is
CPU time. Printed are, for each pipeline, articles a second (median, slowest and fastest round), microseconds a
sentence, the ratio to plain ``underthesea.ner`` within the same round (median and range), and the peak memory of a
fresh process that runs this pipeline alone. Ratios can be compared between machines, seconds cannot.

Then the milliseconds of each stage, with the resolver of places apart; and last, unless ``--runs 0``, what real runs
into Parquet cost (:mod:`scaling`), with their ratio to plain ``underthesea.ner``.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import json
import multiprocessing
import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from scaling import Run, measure_runs
from scaling import report as report_runs

from pipeline.discourse import placing
from pipeline.engines.batches import BATCH_DOCUMENTS, OpenGuard, pass_stages, raw_subject
from pipeline.engines.digests import stage_digests
from pipeline.engines.parts import Workshop, make_part
from pipeline.engines.tasks import NewPart
from pipeline.engines.worker import collect_rarely
from pipeline.flow import Outcome, clean_document, process_document, take_stage
from pipeline.models import Article, RawDocument, Stage
from pipeline.order import STAGES
from pipeline.stages.segment import segment_article, split_sentences

RAW = Path(__file__).parent.parent / "data" / "raw"
BASELINE = "underthesea.ner"
SEED = 20261121
GROUP = 50  # articles that a pipeline works on at a time: a quarter of a part


@dataclass(frozen=True, slots=True)
class Sample:
    """One article in the forms that the pipelines start from; ``sentences`` are the texts of its sentences."""

    raw: RawDocument
    article: Article
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """``load`` prepares what is loaded once and returns the work on some articles."""

    name: str
    what: str
    load: Callable[[], Work]


Work = Callable[[Sequence[Sample]], object]


def one_by_one(work: Callable[[Sample], object]) -> Work:
    return lambda samples: [work(sample) for sample in samples]


def load_ner() -> Work:
    from underthesea import ner

    return one_by_one(lambda sample: [ner(sentence) for sentence in sample.sentences])


def load_pos_tag() -> Work:
    from underthesea import pos_tag

    return one_by_one(lambda sample: [pos_tag(sentence) for sentence in sample.sentences])


def load_word_tokenize() -> Work:
    from underthesea import word_tokenize

    return one_by_one(lambda sample: [word_tokenize(sentence) for sentence in sample.sentences])


def load_words() -> Work:
    from pipeline.nlp.library import load_compiled

    segmenter = load_compiled().segmenter
    return one_by_one(lambda sample: segmenter.segment(sample.sentences))


def load_words_and_tags() -> Work:
    from pipeline.nlp.library import load_compiled

    engine = load_compiled()
    return one_by_one(lambda sample: engine.tag(list(sample.sentences)))


def load_segment() -> Work:
    return one_by_one(lambda sample: segment_article(sample.article))


def load_stages() -> Work:
    def work(samples: Sequence[Sample]) -> object:
        subjects = [raw_subject(sample.raw) for sample in samples]
        return list(pass_stages(subjects, STAGES, verdicts={}, guard=OpenGuard()))

    return work


def load_part() -> Work:
    processed = Path(tempfile.mkdtemp(prefix="throughput-"))
    atexit.register(shutil.rmtree, processed, ignore_errors=True)
    workshop = Workshop(processed, stage_digests(), OpenGuard())
    return lambda samples: make_part(NewPart(tuple(sample.raw for sample in samples), Stage.LINK), workshop)


PIPELINES = (
    Pipeline(BASELINE, "words, parts of speech, chunks, entities; one call a sentence", load_ner),
    Pipeline("underthesea.pos_tag", "words, parts of speech", load_pos_tag),
    Pipeline("underthesea.word_tokenize", "words", load_word_tokenize),
    Pipeline("nlp: words", "the same words, compiled", load_words),
    Pipeline("nlp: words and tags", "the same words and parts of speech, compiled", load_words_and_tags),
    Pipeline("stage segment", "sentences, words, parts of speech, anchors", load_segment),
    Pipeline("all stages", "clean, segment, recognise, normalise, link; as a worker does them", load_stages),
    Pipeline("all stages and tables", "the same, signatures, tables, Parquet", load_part),
)


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU seconds of each round over all articles."""

    pipeline: Pipeline
    seconds: tuple[float, ...]


Spread = tuple[float, float, float]
"""Least, median, most over the rounds."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is printed of one pipeline; ``ratio`` is its speed over that of the baseline in the same round."""

    pipeline: str
    articles_per_second: Spread
    microseconds_per_sentence: float
    ratio: Spread
    peak_mb: float


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--raw", type=Path, default=RAW, help="folder of articles (default: data/raw)")
    options.add_argument("--articles", type=int, default=20, help="how many, drawn at random with a fixed seed")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", nargs="*", help="names of pipelines; the baseline always runs")
    options.add_argument("--runs", type=int, default=400, help="articles of the runs into Parquet (0: no runs)")
    options.add_argument("--json", type=Path, help="write the figures to this file too")
    given = options.parse_args()
    samples = read_samples(given.raw, given.articles)
    if not samples:
        print(f"no article could be read under {given.raw}", file=sys.stderr)
        return 2
    chosen = [p for p in PIPELINES if not given.only or p.name in given.only or p.name == BASELINE]
    timings = time_rounds(chosen, samples, rounds=given.rounds)
    peaks = {pipeline.name: measure_peak(pipeline, samples) for pipeline in chosen}
    rows = work_out(timings, samples, peaks)
    report(rows, samples, rounds=given.rounds)
    costs = time_stages(samples, rounds=given.rounds)
    report_stages(costs)
    runs = measure_runs([sample.article.text for sample in samples], given.runs, workers=(1, 2)) if given.runs else []
    if runs:
        print()
        report_runs(runs)
        report_ratio(runs, median(timings[0].seconds) / len(samples))
    if given.json:
        tables = {"pipelines": rows, "stages": costs, "runs": runs}
        written = {name: [asdict(row) for row in table] for name, table in tables.items()}
        given.json.write_text(json.dumps(written, indent=1) + "\n", "utf8")
    return 0


def read_samples(folder: Path, count: int) -> list[Sample]:
    """Articles that pass cleaning, drawn at random."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    random.Random(SEED).shuffle(paths)
    samples: list[Sample] = []
    for path in paths:
        payload = path.read_bytes()
        raw = RawDocument(hashlib.sha256(payload).hexdigest()[:16], path.name, payload)
        article = process_document(raw, until=Stage.CLEAN).state
        if isinstance(article, Article):
            samples.append(Sample(raw, article, tuple(sentences_of(article))))
        if len(samples) == count:
            break
    return samples


def sentences_of(article: Article) -> Iterable[str]:
    for block in article.blocks:
        for span in split_sentences(article.text, block.start, block.end):
            yield article.text[span.start : span.end]


def time_rounds(pipelines: list[Pipeline], samples: list[Sample], *, rounds: int) -> list[Timing]:
    """Each round runs every pipeline over every article; loading, and one article to warm up, do not count."""
    works = [pipeline.load() for pipeline in pipelines]
    for work in works:
        work(samples[:1])
    collect_rarely()  # as in the workers of a run; it serves all pipelines alike
    seconds: list[list[float]] = [[] for _ in pipelines]
    for _ in range(rounds):
        totals = [0.0] * len(pipelines)
        for begin in range(0, len(samples), GROUP):
            for number, work in enumerate(works):
                begun = time.process_time()
                work(samples[begin : begin + GROUP])
                totals[number] += time.process_time() - begun
        for number, total in enumerate(totals):
            seconds[number].append(total)
    return [Timing(pipeline, tuple(found)) for pipeline, found in zip(pipelines, seconds, strict=True)]


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU milliseconds of one stage: of all articles the mean, the median, and the 99th in a hundred."""

    stage: str
    mean: float
    median: float
    p99: float


def time_stages(samples: list[Sample], *, rounds: int) -> list[Cost]:
    """What each stage of the whole program takes of an article, and the resolver of places within ``normalise``."""
    spent: dict[str, list[float]] = {str(stage): [] for stage in Stage if stage is not Stage.READ}
    spent["(resolver)"] = []
    resolve = placing.resolve_places

    def timed(*arguments: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return resolve(*arguments, **named)
        finally:
            spent["(resolver)"].append(time.process_time() - begun)

    placing.resolve_places = timed
    try:
        for _ in range(rounds):
            for begin in range(0, len(samples), BATCH_DOCUMENTS):
                _time_batch([sample.raw for sample in samples[begin : begin + BATCH_DOCUMENTS]], spent)
    finally:
        placing.resolve_places = resolve
    return [_cost(stage, sorted(seconds)) for stage, seconds in spent.items() if seconds]


def _time_batch(raws: Sequence[RawDocument], spent: dict[str, list[float]]) -> None:
    """Take documents through the stages as a worker does, and note the seconds of each step."""
    outcomes = [Outcome(None, ()) for _ in raws]
    for stage in STAGES:
        for at, raw in enumerate(raws):
            begun = time.process_time()
            outcomes[at] = clean_document(raw) if stage is STAGES[0] else take_stage(outcomes[at])
            spent[str(stage)].append(time.process_time() - begun)


def _cost(stage: str, seconds: list[float]) -> Cost:
    at = min(len(seconds) - 1, int(len(seconds) * 0.99))
    return Cost(stage, sum(seconds) / len(seconds) * 1e3, median(seconds) * 1e3, seconds[at] * 1e3)


def measure_peak(pipeline: Pipeline, samples: list[Sample]) -> float:
    """Peak resident memory, in MB, of a fresh process that runs one pipeline over the articles."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_run_alone, (pipeline, samples))


def _run_alone(pipeline: Pipeline, samples: list[Sample]) -> float:
    work = pipeline.load()
    for begin in range(0, len(samples), GROUP):
        work(samples[begin : begin + GROUP])
    status = Path("/proc/self/status")
    if status.is_file():  # ru_maxrss counts the parent's memory too until the child's program starts
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def work_out(timings: list[Timing], samples: list[Sample], peaks: dict[str, float]) -> list[Figures]:
    """One row for each pipeline; the first timing is the baseline's."""
    sentences = sum(len(sample.sentences) for sample in samples)
    baseline = timings[0].seconds
    return [
        Figures(
            timing.pipeline.name,
            _spread([len(samples) / seconds for seconds in timing.seconds]),
            median(timing.seconds) / sentences * 1e6,
            _spread([base / seconds for base, seconds in zip(baseline, timing.seconds, strict=True)]),
            peaks[timing.pipeline.name],
        )
        for timing in timings
    ]


def _spread(values: list[float]) -> Spread:
    return min(values), median(values), max(values)


def report(rows: list[Figures], samples: list[Sample], *, rounds: int) -> None:
    sentences = sum(len(sample.sentences) for sample in samples)
    characters = sum(len(sample.article.text) for sample in samples)
    print(f"{len(samples)} articles, {sentences} sentences, {characters} characters; {rounds} rounds")
    print(f"{'pipeline':<28}{'articles/s':>22}{'us/sentence':>13}{'ratio':>20}{'peak MB':>9}")
    for row in rows:
        rate = "{1:.1f} [{0:.1f}-{2:.1f}]".format(*row.articles_per_second)
        ratio = "{1:.1f} [{0:.1f}-{2:.1f}]".format(*row.ratio)
        print(f"{row.pipeline:<28}{rate:>22}{row.microseconds_per_sentence:>13.0f}{ratio:>20}{row.peak_mb:>9.0f}")


def report_stages(costs: list[Cost]) -> None:
    print(f"\n{'stage, ms of an article':<28}{'mean':>8}{'median':>8}{'p99':>8}")
    for cost in costs:
        print(f"{cost.stage:<28}{cost.mean:>8.2f}{cost.median:>8.2f}{cost.p99:>8.2f}")


def report_ratio(runs: list[Run], baseline: float) -> None:
    """The run with one worker, start and Parquet included, against ``baseline`` CPU seconds an article."""
    print(f"\none worker, from raw files to Parquet: {baseline * runs[0].articles / runs[0].cpu:.1f} x {BASELINE}")
    print(f"two workers: {runs[0].wall / runs[1].wall:.2f} x one worker by the clock")


if __name__ == "__main__":
    sys.exit(main())
