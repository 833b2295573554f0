"""Does a small learned layer over the rules add anything? A linear-chain CRF, measured; no part of the program.

    pip install python-crfsuite
    python benchmarks/learned.py

Trained on ``tests/gold`` alone (invented people; ``spans.tsv`` there holds each gold mention with its place in the raw
file, in code points). A token is a syllable or a mark; what the CRF sees of it is its shape and letters, its
neighbours, the word and part of speech of underthesea round it and, in the runs *with tags*, the mentions of the
rules. Two layers are trained: one for all four labels (flat, a span within another left out), one for persons only.

Printed are F1 of spans over five folds of articles; then what the persons of the second layer, where they touch no
mention of the rules, would add to the rules: on the same folds, and on the other gold sets with a layer trained on all
of ``tests/gold`` (there mentions are compared as ``chucdanh evaluate`` does, by surface form); then its cost.
"""

from __future__ import annotations

import csv
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median
from typing import Any

import pycrfsuite

from pipeline.evaluate import compare_form
from pipeline.flow import process_document
from pipeline.models import Extraction, RawDocument, Sentence

TESTS = Path(__file__).parent.parent / "tests"
UNSEEN = ("gold_second", "gold_third", "gold_judging")
LABELS = ("PERSON", "POSITION", "ORGANISATION", "PLACE")
FOLDS = 5
ROUNDS = 5
CERTAIN = 0.9  # a person of the layer is added only from this probability on, in the runs named "certain"
OPTIONS = {"c1": 0.1, "c2": 0.05, "max_iterations": 80, "feature.possible_transitions": True}
_SYLLABLE = re.compile(r"[\w\u0300-\u036f]+|[^\w\s]")  # letters may come with loose tone marks

Entity = tuple[str, int, int]  # label, start, end; below zero where cleaning took the line away
Form = tuple[str, str]  # label, surface form


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence as a sequence: its tokens' offsets, and what the CRF sees of each without and with the rules."""

    offsets: tuple[tuple[int, int], ...]
    plain: tuple[list[str], ...]
    tagged: tuple[list[str], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One gold article: its lines, the spans of the rules (all, and the outermost), and its gold, where it is known."""

    source: str
    extraction: Extraction
    lines: tuple[Line, ...]
    rules: frozenset[Entity]
    gold: frozenset[Entity]


# --- what the layer sees ----------------------------------------------------------------------------------------------


def outermost(entities: Iterable[Entity]) -> frozenset[Entity]:
    """The spans that lie in no other."""
    kept: list[Entity] = []
    for entity in sorted(set(entities), key=lambda each: (each[1], -each[2])):
        if not kept or entity[1] >= kept[-1][2] or entity[1] < 0:
            kept.append(entity)
    return frozenset(kept)


def encode(offsets: Sequence[tuple[int, int]], entities: Iterable[Entity]) -> list[str]:
    """BIO tags of the tokens; a span that cuts a token is left out."""
    tags = ["O"] * len(offsets)
    first = {start: at for at, (start, _) in enumerate(offsets)}
    last = {end: at for at, (_, end) in enumerate(offsets)}
    for label, start, end in entities:
        if start in first and end in last:
            tags[first[start]] = f"B-{label}"
            tags[first[start] + 1 : last[end] + 1] = [f"I-{label}"] * (last[end] - first[start])
    return tags


def decode(offsets: Sequence[tuple[int, int]], tags: Sequence[str]) -> list[tuple[Entity, range]]:
    """The spans that BIO tags tell, each with its tokens."""
    spans: list[tuple[Entity, range]] = []
    for at, tag in enumerate(tags):
        if tag == "O":
            continue
        label = tag[2:]
        if tag[0] == "I" and spans and spans[-1][1].stop == at and spans[-1][0][0] == label:
            entity, tokens = spans[-1]
            spans[-1] = ((label, entity[1], offsets[at][1]), range(tokens.start, at + 1))
        else:
            spans.append(((label, *offsets[at]), range(at, at + 1)))
    return spans


def shape(syllable: str) -> str:
    """Kind of letters: ``Xx``, ``X``, ``x``, ``9``, or the mark itself."""
    letters = "".join("X" if each.isupper() else "9" if each.isdigit() else "x" for each in syllable)
    return re.sub(r"(.)\1+", r"\1", letters) if syllable[0].isalnum() else syllable


def own_features(text: str, sentence: Sentence, offsets: Sequence[tuple[int, int]]) -> list[dict[str, str]]:
    """What is told of each token by itself and by the word of underthesea that it belongs to."""
    rows, words = [], iter(sentence.tokens)
    word = next(words, None)
    for start, end in offsets:
        while word and word.end <= start:
            word = next(words, None)
        inside = word if word and word.start <= start else None
        syllable = text[start:end]
        rows.append(
            {
                "low": syllable.casefold(),
                "shape": shape(syllable),
                "pos": inside.pos if inside else "",
                "cut": ("B" if inside.start == start else "I") + ("E" if inside.end == end else "") if inside else "",
            }
        )
    return rows


def see(rows: Sequence[dict[str, str]]) -> tuple[list[str], ...]:
    """The features of each token: its own, those of two neighbours on either side, and pairs of them."""
    nothing = dict.fromkeys(rows[0], "#") if rows else {}
    padded = [nothing, nothing, *rows, nothing, nothing]
    seen = []
    for at, row in enumerate(rows):
        around = padded[at : at + 5]
        features = [f"{name}{by - 2}={each[name]}" for by, each in enumerate(around) for name in each]
        features += [f"p{n}={row['low'][:n]}" for n in (1, 2, 3)] + [f"s2={row['low'][-2:]}"]
        features.append("shapes=" + "|".join(each["shape"] for each in around))
        features.append(f"before={around[1]['low']}|{row['shape']}|{around[3]['shape']}")
        seen.append(features)
    return tuple(seen)


def line_of(text: str, sentence: Sentence, rules: Iterable[Entity]) -> Line:
    """One sentence, cut and described."""
    found = _SYLLABLE.finditer(text, sentence.start, sentence.end)
    offsets = tuple(match.span() for match in found)
    rows = own_features(text, sentence, offsets)
    outer = encode(offsets, outermost(rules))
    inner = encode(offsets, sorted(rules, key=lambda each: (each[1], -each[2])))
    tagged = [
        row | {"rule": tag, "deep": deep if deep != tag else ""}
        for row, tag, deep in zip(rows, outer, inner, strict=True)
    ]
    return Line(offsets, see(rows), see(tagged))


def lines_of(extraction: Extraction) -> tuple[Line, ...]:
    """All sentences of an article; this is the larger part of what the layer costs."""
    text, lines = extraction.article.text, []
    for sentence in extraction.sentences:
        rules = [
            (mention.label.value, mention.start, mention.end)
            for mention in extraction.mentions
            if mention.sentence_id == sentence.sentence_id
        ]
        lines.append(line_of(text, sentence, rules))
    return tuple(lines)


# --- the samples ------------------------------------------------------------------------------------------------------


def read_spans(folder: Path) -> dict[str, list[Entity]]:
    """Gold spans by source, in offsets of the raw file."""
    spans: dict[str, list[Entity]] = {}
    with (folder / "spans.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            spans.setdefault(row["source"], []).append((row["label"], int(row["start"]), int(row["end"])))
    return spans


def cut(text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """Syllables and marks in the form in which texts are compared, and where they stand."""
    found = list(_SYLLABLE.finditer(text))
    return [compare_form(match[0]) for match in found], [match.span() for match in found]


def carry_over(raw: str, text: str, spans: Iterable[Entity]) -> frozenset[Entity]:
    """Gold spans in offsets of the cleaned text; one that cleaning took away keeps a place below zero."""
    (raw_forms, raw_offsets), (forms, offsets) = cut(raw), cut(text)
    starts, ends = {}, {}
    for at, to, length in SequenceMatcher(None, raw_forms, forms, autojunk=False).get_matching_blocks():
        for step in range(length):
            starts[raw_offsets[at + step][0]] = offsets[to + step][0]
            ends[raw_offsets[at + step][1]] = offsets[to + step][1]
    return frozenset(
        (label, starts[start], ends[end]) if start in starts and end in ends else (label, -1 - start, -1 - start)
        for label, start, end in spans
    )


def read_samples(folder: Path) -> list[Sample]:
    """The articles of a set, with gold spans if it has them."""
    spans = read_spans(folder) if (folder / "spans.tsv").exists() else {}
    samples = []
    for path in sorted((folder / "raw").iterdir()):
        payload = path.read_bytes()
        extraction = process_document(RawDocument("0" * 16, path.name, payload)).state
        if not isinstance(extraction, Extraction):
            raise SystemExit(f"{path.name} could not be read")
        rules = frozenset((mention.label.value, mention.start, mention.end) for mention in extraction.mentions)
        gold = carry_over(payload.decode(), extraction.article.text, spans.get(path.name, []))
        samples.append(Sample(path.name, extraction, lines_of(extraction), rules, gold))
    return samples


# --- the layer --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Layer:
    """A trained layer: which labels it tells, whether it sees the rules."""

    tagger: pycrfsuite.Tagger
    model: bytes  # kept, since the tagger reads from it
    with_rules: bool

    def find(self, lines: Iterable[Line], *, least: float = 0.0) -> frozenset[Entity]:
        """The spans it tells, each of at least this probability (the mean over its tokens)."""
        found = []
        for line in lines:
            self.tagger.set(list(line.tagged if self.with_rules else line.plain))
            tags = self.tagger.tag()
            for entity, tokens in decode(line.offsets, tags):
                if not least or sum(self.tagger.marginal(tags[at], at) for at in tokens) >= least * len(tokens):
                    found.append(entity)
        return frozenset(found)


def flat(entities: Iterable[Entity], *, persons: bool) -> frozenset[Entity]:
    """The spans that a layer is to tell: all persons, or the outermost of all labels."""
    if persons:
        return frozenset(each for each in entities if each[0] == "PERSON")
    return outermost(entities)


def train(samples: Iterable[Sample], *, with_rules: bool, persons: bool) -> Layer:
    """Train one layer."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for sample in samples:
        wanted = flat(sample.gold, persons=persons)
        for line in sample.lines:
            if line.offsets:
                trainer.append(line.tagged if with_rules else line.plain, encode(line.offsets, wanted))
    trainer.set_params(OPTIONS)
    tagger = pycrfsuite.Tagger()
    with tempfile.TemporaryDirectory() as folder:
        trainer.train(f"{folder}/model")
        model = Path(folder, "model").read_bytes()
    tagger.open_inmemory(model)
    return Layer(tagger, model, with_rules)


def add_persons(rules: frozenset[Entity], persons: Iterable[Entity]) -> frozenset[Entity]:
    """The rules, and those persons that touch no mention of theirs."""
    new = [each for each in persons if not any(each[1] < end and start < each[2] for _, start, end in rules)]
    return rules | frozenset(new)


# --- the scores -------------------------------------------------------------------------------------------------------


class Scores:
    """Counts of right, found and wanted spans by system and label."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[tuple[str, str]]] = {}

    def add(self, system: str, found: Counter[Any], gold: Counter[Any]) -> None:
        counts = self._counts.setdefault(system, Counter())
        for name, bag in (("right", found & gold), ("found", found), ("gold", gold)):
            for entity, number in bag.items():
                counts[name, entity[0]] += number

    def show(self, heading: str, labels: Sequence[str]) -> None:
        """One row a system: F1 of each label, then the right and the found ones of the first."""
        print(f"\n| {heading} | " + " | ".join(labels) + f" | {labels[0]} right / found / gold |")
        print("| --- |" + " --- |" * (len(labels) + 1))
        for system, counts in self._counts.items():
            cells = [f"{_f1(*(counts[name, label] for name in ('right', 'found', 'gold'))):.3f}" for label in labels]
            cells.append(" / ".join(str(counts[name, labels[0]]) for name in ("right", "found", "gold")))
            print(f"| {system} | " + " | ".join(cells) + " |")


def _f1(right: int, found: int, gold: int) -> float:
    return 2 * right / max(1, found + gold)


def unions(layers: dict[str, Layer], sample: Sample) -> dict[str, frozenset[Entity]]:
    """The rules; the persons of each layer in place of theirs, and beside theirs: all of them and only the certain."""
    found = {"rules": sample.rules}
    others = frozenset(each for each in sample.rules if each[0] != "PERSON")
    for name, layer in layers.items():
        persons = layer.find(sample.lines)
        found[f"persons of the {name} instead"] = others | persons
        found[f"rules + persons, {name}"] = add_persons(sample.rules, persons)
        sure = layer.find(sample.lines, least=CERTAIN)
        found[f"rules + certain persons, {name}"] = add_persons(sample.rules, sure)
    return found


def train_both(samples: Sequence[Sample], *, persons: bool) -> dict[str, Layer]:
    """The layer without and with the tags of the rules."""
    return {
        name: train(samples, with_rules=with_rules, persons=persons)
        for name, with_rules in (("CRF without tags", False), ("CRF with tags", True))
    }


def score_folds(samples: Sequence[Sample]) -> None:
    """Five folds over the articles of ``tests/gold``: the layers by themselves, and the union."""
    alone, single, union = Scores(), Scores(), Scores()
    for fold in range(FOLDS):
        held = samples[fold::FOLDS]
        rest = [sample for sample in samples if sample not in held]
        all_labels, persons = train_both(rest, persons=False), train_both(rest, persons=True)
        for sample in held:
            for layers, scores, only in ((all_labels, alone, False), (persons, single, True)):
                gold = Counter(flat(sample.gold, persons=only))
                scores.add("rules", Counter(flat(sample.rules, persons=only)), gold)
                for name, layer in layers.items():
                    scores.add(name, Counter(layer.find(sample.lines)), gold)
            for name, found in unions(persons, sample).items():
                union.add(name, Counter(found), Counter(sample.gold))
    alone.show("five folds, outermost spans", LABELS)
    single.show("five folds, persons only", LABELS[:1])
    union.show("five folds, all spans", LABELS)


def by_form(text: str, entities: Iterable[Entity]) -> Counter[Form]:
    """Spans as surface forms, the way ``chucdanh evaluate`` counts them."""
    return Counter((label, compare_form(text[start:end])) for label, start, end in entities)


def score_unseen(layers: dict[str, Layer], name: str) -> None:
    """The union on a set that no layer was trained on."""
    scores = Scores()
    golds = {article["source"]: article for article in json.loads((TESTS / name / "gold.json").read_text("utf-8"))}
    for sample in read_samples(TESTS / name):
        gold: Counter[Form] = Counter()
        for row in golds[sample.source]["mentions"]:
            gold[row["label"], compare_form(row["text"])] += row["count"]
        for system, found in unions(layers, sample).items():
            scores.add(system, by_form(sample.extraction.article.text, found), gold)
    scores.show(name, LABELS)


def milliseconds(samples: Sequence[Sample], work: Callable[[Sample], object]) -> float:
    """CPU time an article, the median of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for sample in samples:
            work(sample)
        rounds.append((time.process_time() - start) / len(samples) * 1000)
    return median(rounds)


def main() -> None:
    """Print the tables."""
    samples = read_samples(TESTS / "gold")
    score_folds(samples)
    layers = train_both(samples, persons=True)
    for name in UNSEEN:
        score_unseen(layers, name)
    seeing = milliseconds(samples, lambda sample: lines_of(sample.extraction))
    raws = {path.name: path.read_bytes() for path in (TESTS / "gold" / "raw").iterdir()}
    whole = milliseconds(
        samples, lambda sample: process_document(RawDocument("0" * 16, sample.source, raws[sample.source]))
    )
    print(f"\nmilliseconds an article: the whole program {whole:.1f}; features {seeing:.1f}", end="")
    for name, layer in layers.items():
        print(f"; {name} {milliseconds(samples, lambda sample, layer=layer: layer.find(sample.lines)):.1f}", end="")
    print()


if __name__ == "__main__":
    main()
