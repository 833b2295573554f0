"""The compiled engine: word segmentation, then part of speech, over many sentences at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from threading import Lock

from pipeline.nlp.tagging import Alignment, Engine, Tagging
from pipeline.nlp.tags import PosTagger
from pipeline.nlp.words import Tokens, WordSegmenter

# Characters worked on at a time: some ten articles' worth makes array operations cheap and keeps memory flat.
_BATCH_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class CompiledTagger:
    """``label_tokens`` and ``label_words`` are the library's own taggers, asked where two readings tie."""

    segmenter: WordSegmenter
    tagger: PosTagger
    label_tokens: Callable[[list[str]], list[int]]
    label_words: Callable[[list[str]], list[int]]
    lock: Lock = field(default_factory=Lock)

    @property
    def engine(self) -> Engine:
        return "compiled"

    def tag(self, texts: list[str]) -> list[Tagging]:
        taggings: list[Tagging] = []
        with self.lock:  # the kept tokens and words are shared
            for batch in _batches(texts):
                taggings += self._tag_batch(batch)
        return taggings

    def _tag_batch(self, texts: list[str]) -> list[Tagging]:
        tokens, counts = self.segmenter.segment(texts)
        texts_of = self.segmenter.types.texts
        bounds = [0, *accumulate(counts)]
        self._break_word_ties(tokens, bounds)
        labels = tokens.labels
        for begin in bounds[:-1]:
            if begin < len(labels):
                labels[begin] = 0  # the first token of a sentence begins a word, whatever its label
        begins = [at for at, label in enumerate(labels) if label == 0]
        types = tokens.types
        found = [
            texts_of[types[a]] if b - a == 1 else " ".join([texts_of[token] for token in types[a:b]])
            for a, b in pairwise([*begins, len(types)])
        ]
        starts = [tokens.starts[at] for at in begins]
        ends = [tokens.ends[at - 1] for at in begins[1:]] + tokens.ends[-1:]
        word_bounds = [_index(begins, bound) for bound in bounds]
        tags = self._tags(found, word_bounds)
        alignments = self._alignments(types, begins)
        return [
            Tagging(tuple(found[a:b]), tuple(tags[a:b]), tuple(starts[a:b]), tuple(ends[a:b]), tuple(alignments[a:b]))
            for a, b in pairwise(word_bounds)
        ]

    def _break_word_ties(self, tokens: Tokens, bounds: list[int]) -> None:
        texts_of = self.segmenter.types.texts
        for a, b in _sentences_of(tokens.ties, bounds):
            tokens.labels[a:b] = self.label_tokens([texts_of[token] for token in tokens.types[a:b]])

    def _tags(self, found: list[str], bounds: list[int]) -> list[str]:
        labels, ties = self.tagger.tag(found, [b - a for a, b in pairwise(bounds) if b > a])
        for a, b in _sentences_of(ties, bounds):
            labels[a:b] = self.label_words(found[a:b])
        names = self.tagger.model.labels
        return [names[label] for label in labels]

    def _alignments(self, types: list[int], begins: list[int]) -> list[Alignment]:
        alignments = [Alignment.EXACT] * len(begins)
        respelled = self.segmenter.types.respelled
        for at in [at for at, token in enumerate(types) if respelled[token]]:
            alignments[bisect_right(begins, at) - 1] = Alignment.RESPELLED
        return alignments


def _index(begins: list[int], bound: int) -> int:
    """How many words begin before ``bound``."""
    return bisect_right(begins, bound - 1)


def _sentences_of(positions: list[int], bounds: list[int]) -> Iterator[tuple[int, int]]:
    """Bounds of the sentences that hold the positions, each once."""
    for number in sorted({bisect_right(bounds, position) - 1 for position in positions}):
        yield bounds[number], bounds[number + 1]


def _batches(texts: list[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    length = 0
    for text in texts:
        batch.append(text)
        length += len(text)
        if length >= _BATCH_LENGTH:
            yield batch
            batch, length = [], 0
    if batch:
        yield batch
