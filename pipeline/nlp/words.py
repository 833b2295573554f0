"""Word segmentation with the library's model, laid out in tables.

Enters: settled sentences. Leaves: their tokens (syllables, numbers, marks) with offsets, and which of them begin a
word.

1. The library's own pattern finds the tokens. No token of it crosses a blank, so the tokens of a blank-delimited
   chunk are the same wherever the chunk stands (but for the last one of a sentence) and are kept;
2. each token has one row of weights: the sum of all features that look at it alone, for each place it can stand at;
3. pairs and triples of tokens are looked up in sorted tables of those the model or its dictionary knows;
4. :mod:`pipeline.nlp.decode` finds the labels. There are two, so only the difference of their weights is kept.

Everything is bounded: the kept chunks and tokens are dropped together when there are too many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.nlp.crfsuite import CrfModel
from pipeline.nlp.decode import Transitions, compile_transitions, decode
from pipeline.nlp.layout import PAD, Layout, lay_out

FEATURES = (
    *("T[-2]", "T[-1]", "T[0]", "T[1]", "T[2]"),
    *("T[-2,-1]", "T[-1,0]", "T[0,1]", "T[1,2]"),
    *("T[-2,0]", "T[-1,1]", "T[0,2]"),
    *("T[-2].lower", "T[-1].lower", "T[0].lower", "T[1].lower", "T[2].lower"),
    *("T[-2,-1].lower", "T[-1,0].lower", "T[0,1].lower", "T[1,2].lower"),
    *("T[-1].isdigit", "T[0].isdigit", "T[1].isdigit"),
    *("T[-2].istitle", "T[-1].istitle", "T[0].istitle", "T[1].istitle", "T[2].istitle"),
    *("T[0,1].istitle", "T[0,2].istitle"),
    *("T[-2].is_in_dict", "T[-1].is_in_dict", "T[0].is_in_dict", "T[1].is_in_dict", "T[2].is_in_dict"),
    *("T[-2,-1].is_in_dict", "T[-1,0].is_in_dict", "T[0,1].is_in_dict", "T[1,2].is_in_dict"),
    *("T[-2,0].is_in_dict", "T[-1,1].is_in_dict", "T[0,2].is_in_dict"),
)
"""The templates this module computes; the engine is used only where the library's file lists exactly these."""

LABELS = ("B-W", "I-W")
_SINGLES = ("T[-2]", "T[-1]", "T[0]", "T[1]", "T[2]")
_PAIRS = ("T[-2,-1]", "T[-1,0]", "T[0,1]", "T[1,2]")
_TRIPLES = ("T[-2,0]", "T[-1,1]", "T[0,2]")
_FUNCTIONS = ("", ".lower", ".isdigit", ".istitle", ".is_in_dict")
_BEFORE, _AFTER = 0, 1  # token types of the padding
_PADDING_TYPES = 2
_ID_BITS = 20  # three token numbers fit a 64-bit key
_KEPT_TYPES = 60_000
_KEPT_CHUNK_LENGTH = 40

Weights = NDArray[np.float64]
Ids = NDArray[np.int64]
Chunk = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the templates ask of one token, as the library's featurizer answers it."""

    lower: str
    digit: bool
    title: bool


@dataclass(frozen=True, slots=True)
class NGrams:
    """Weights of known pairs or triples, by a sorted key; the last row is that of an unknown one."""

    keys: Ids
    rows: Weights

    def look_up(self, keys: Ids) -> Weights:
        at = self.keys.searchsorted(keys)
        at[self.keys.take(at, mode="clip") != keys] = len(self.keys)
        weights: Weights = self.rows.take(at, axis=0)
        return weights


@dataclass(frozen=True, slots=True)
class WordModel:
    """The library's model for word segmentation in tables. A weight is that of ``I-W`` less that of ``B-W``."""

    dictionary: frozenset[str]
    singles: dict[str, list[float]]  # by token, for each place it can stand at
    lower_singles: dict[str, list[float]]
    shapes: Weights  # by digit, title, in the dictionary (each 0 or 1), then place
    edges: Weights  # 2 x 5: what a place before or after the sentence says
    exact_ids: dict[str, int]
    lower_ids: dict[str, int]
    pairs: NGrams
    lower_pairs: NGrams
    triples: NGrams
    lower_triples: NGrams
    pair_edges: Weights  # 2 x 4: rows for a pair that begins before, or ends after, its sentence
    triple_edges: Weights
    pair_title: Weights  # weight of T[0,1].istitle = False, True
    triple_title: Weights
    transitions: Transitions


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of several sentences end to end. ``labels`` is 0 where a word begins; ``ties`` are as in ``decode``."""

    types: list[int]
    starts: list[int]
    ends: list[int]
    labels: list[int]
    ties: list[int]


@dataclass(slots=True)
class _Types:
    """Distinct tokens, numbered as they are met; row ``i`` of each array belongs to token ``i``."""

    ids: dict[tuple[str, bool], int]
    texts: list[str]
    respelled: list[bool]
    singles: Weights
    exact: Ids
    lower: Ids
    title: NDArray[np.bool_]

    def grow(self) -> None:
        """Make room for as many again; the array whose length tells that there is no room comes last."""
        self.singles = np.concatenate([self.singles, np.zeros_like(self.singles)], axis=1)
        self.lower = np.concatenate([self.lower, np.zeros_like(self.lower)])
        self.title = np.concatenate([self.title, np.zeros_like(self.title)])
        self.exact = np.concatenate([self.exact, np.zeros_like(self.exact)])


@dataclass(slots=True)
class WordSegmenter:
    """Segments sentences; keeps the tokens it has met."""

    model: WordModel
    pattern: re.Pattern[str]
    respellings: Mapping[str, str]
    shape: Callable[[str], Shape]
    chunks: dict[str, Chunk] = field(default_factory=dict)
    types: _Types = field(init=False)

    def __post_init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Drop all kept tokens."""
        types = _Types(
            {},
            ["", ""],
            [False, False],
            np.zeros((len(_SINGLES), 1024)),
            np.zeros(1024, dtype=np.int64),
            np.zeros(1024, dtype=np.int64),
            np.zeros(1024, dtype=np.bool_),
        )
        types.singles[:, [_BEFORE, _AFTER]] = self.model.edges.T
        self.chunks = {}
        self.types = types

    def segment(self, texts: Iterable[str]) -> tuple[Tokens, list[int]]:
        """Tokens of all texts, and how many each text has."""
        if len(self.types.texts) > _KEPT_TYPES:
            self.forget()
        types: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        counts: list[int] = []
        known = self.chunks.get
        for text in texts:
            before = len(types)
            at = 0
            for chunk, marked in self._chunks(text):
                found = known(marked) or self._learn(marked)
                at = text.index(chunk, at)
                for token, start, end in found:
                    types.append(token)
                    starts.append(at + start)
                    ends.append(at + end)
                at += len(chunk)
            counts.append(len(types) - before)
        labels, ties = self._label(types, [count for count in counts if count])
        return Tokens(types, starts, ends, labels, ties), counts

    @staticmethod
    def _chunks(text: str) -> Iterable[tuple[str, str]]:
        """Blank-delimited chunks, each with its key among the kept: the last one with a line feed, as some patterns
        ask for a text's end.

        As for ``$`` in a pattern, a line feed that ends the text does not count.
        """
        chunks = text.split()
        if chunks and "." in chunks[-1] and (not text[-1].isspace() or text.endswith(chunks[-1] + "\n")):
            return zip(chunks, [*chunks[:-1], chunks[-1] + "\n"], strict=True)
        return zip(chunks, chunks, strict=True)

    def _learn(self, chunk: str) -> Chunk:
        source = chunk[:-1] if chunk[-1] == "\n" else chunk + " "
        found = tuple((self._type(match[0]), match.start(), match.end()) for match in self.pattern.finditer(source))
        if len(chunk) <= _KEPT_CHUNK_LENGTH:
            self.chunks[chunk] = found
        return found

    def _type(self, source: str) -> int:
        token = self.respellings.get(source, source)
        key = (token, token != source)
        known = self.types.ids.get(key)
        return self._add(*key) if known is None else known

    def _add(self, token: str, respelled: bool) -> int:
        """Number a new token. A time limit may strike anywhere in here, so the entry in ``ids`` is made last."""
        types, model = self.types, self.model
        number = len(types.ids) + _PADDING_TYPES
        if number == len(types.exact):
            types.grow()
        shape = self.shape(token)
        weights = model.shapes[int(shape.digit), int(shape.title), int(shape.lower in model.dictionary)].copy()
        for known in (model.singles.get(token), model.lower_singles.get(shape.lower)):
            if known is not None:
                weights += known
        types.singles[:, number] = weights
        types.exact[number] = model.exact_ids.get(token, 0)
        types.lower[number] = model.lower_ids.get(shape.lower, 0)
        types.title[number] = shape.title
        types.texts[number:] = [token]
        types.respelled[number:] = [respelled]
        types.ids[token, respelled] = number
        return number

    def _label(self, types: list[int], counts: list[int]) -> tuple[list[int], list[int]]:
        if not types:
            return [], []
        layout = lay_out(counts)
        padded = np.full(layout.size, _BEFORE, dtype=np.intp)
        padded[layout.after] = _AFTER
        padded[layout.real] = types
        weights = self._singles(padded, layout) + self._pairs(padded, layout) + self._triples(padded, layout)
        emission = np.stack([np.zeros_like(weights), weights], axis=1)
        return decode(emission, self.model.transitions, layout.first)

    def _singles(self, padded: NDArray[np.intp], layout: Layout) -> Weights:
        total = np.zeros(len(layout.real))
        for place, row in enumerate(self.types.singles):
            total += row[padded[layout.real + (place - PAD)]]
        return total

    def _pairs(self, padded: NDArray[np.intp], layout: Layout) -> Weights:
        model = self.model
        exact, lower = self.types.exact[padded], self.types.lower[padded]
        title = self.types.title[padded]
        rows = np.zeros((layout.size, len(_PAIRS)))
        rows[:-1] = model.pairs.look_up(_pair_keys(exact[:-1], exact[1:]))
        rows[:-1] += model.lower_pairs.look_up(_pair_keys(lower[:-1], lower[1:]))
        rows[:-1, 2] += model.pair_title[(title[:-1] & title[1:]).astype(np.intp)]
        rows[layout.after] = model.pair_edges[1]
        rows[layout.last] = model.pair_edges[1]
        rows[layout.before] = model.pair_edges[0]
        return _sum_shifted(rows, layout)

    def _triples(self, padded: NDArray[np.intp], layout: Layout) -> Weights:
        model = self.model
        exact, lower = self.types.exact[padded], self.types.lower[padded]
        title = self.types.title[padded]
        rows = np.zeros((layout.size, len(_TRIPLES)))
        rows[:-2] = model.triples.look_up(_triple_keys(exact[:-2], exact[1:-1], exact[2:]))
        rows[:-2] += model.lower_triples.look_up(_triple_keys(lower[:-2], lower[1:-1], lower[2:]))
        rows[:-2, 2] += model.triple_title[(title[:-2] & title[1:-1] & title[2:]).astype(np.intp)]
        rows[layout.last] = model.triple_edges[1]
        rows[layout.last - 1] = model.triple_edges[1]
        rows[layout.before] = model.triple_edges[0]
        return _sum_shifted(rows, layout)


def _sum_shifted(rows: Weights, layout: Layout) -> Weights:
    """For each token the sum over all columns, each read where its template begins: two places before, one, none …"""
    total = np.zeros(len(layout.real))
    for column in range(rows.shape[1]):
        total += rows[layout.real + (column - PAD), column]
    return total


def _pair_keys(one: Ids, two: Ids) -> Ids:
    return (one << _ID_BITS) | two


def _triple_keys(one: Ids, two: Ids, three: Ids) -> Ids:
    return (_pair_keys(one, two) << _ID_BITS) | three


def compile_words(model: CrfModel, dictionary: Iterable[str]) -> WordModel:
    """Tables of the library's model and dictionary.

    Raises:
        ValueError: the model has other labels.
    """
    if model.labels != LABELS:
        raise ValueError(f"labels {model.labels} where {LABELS} are expected")
    differences: list[float] = (model.state[:, 1] - model.state[:, 0]).tolist()
    weights = dict(zip(model.attributes, differences, strict=True))
    words = frozenset(dictionary)
    exact_ids: dict[str, int] = {}
    lower_ids: dict[str, int] = {}
    entries = _dictionary_keys(words, lower_ids)
    pairs = _known(weights, _PAIRS, "", exact_ids)
    triples = _known(weights, _TRIPLES, "", exact_ids)
    lower_pairs = _known(weights, _PAIRS, ".lower", lower_ids)
    lower_triples = _known(weights, _TRIPLES, ".lower", lower_ids)
    return WordModel(
        words,
        _singles(weights, ""),
        _singles(weights, ".lower"),
        _shapes(weights),
        _edges(weights, _SINGLES),
        exact_ids,
        lower_ids,
        _tabulate(pairs, [], np.zeros((2, len(_PAIRS)))),
        _tabulate(lower_pairs, entries[2], _listing(weights, _PAIRS)),
        _tabulate(triples, [], np.zeros((2, len(_TRIPLES)))),
        _tabulate(lower_triples, entries[3], _listing(weights, _TRIPLES)),
        _edges(weights, _PAIRS),
        _edges(weights, _TRIPLES),
        np.array([weights.get(f"T[0,1].istitle={value}", 0.0) for value in (False, True)]),
        np.array([weights.get(f"T[0,2].istitle={value}", 0.0) for value in (False, True)]),
        compile_transitions(model.transition),
    )


def _singles(weights: dict[str, float], function: str) -> dict[str, list[float]]:
    """Weights of each token that the model knows under one function, for each place."""
    places = {f"{template}{function}": place for place, template in enumerate(_SINGLES)}
    found: dict[str, list[float]] = {}
    for attribute, weight in weights.items():
        template, _, value = attribute.partition("=")
        place = places.get(template)
        if place is not None:
            found.setdefault(value, [0.0] * len(_SINGLES))[place] = weight
    return found


def _shapes(weights: dict[str, float]) -> Weights:
    """Weights of being a number, capitalised, in the dictionary, or not, for each place."""
    tables = [
        [[weights.get(f"{template}{function}={value}", 0.0) for template in _SINGLES] for value in (False, True)]
        for function in (".isdigit", ".istitle", ".is_in_dict")
    ]
    digit, title, listed = (np.array(table) for table in tables)
    shapes: Weights = digit[:, None, None] + title[None, :, None] + listed[None, None, :]
    return shapes


def _key(tokens: list[str], ids: dict[str, int]) -> int:
    """Key of an n-gram; tokens are numbered from 1 as they come, and 0 is kept for those that never do."""
    key = 0
    for token in tokens:
        key = (key << _ID_BITS) | ids.setdefault(token, len(ids) + 1)
    return key


def _dictionary_keys(words: frozenset[str], ids: dict[str, int]) -> dict[int, list[int]]:
    """Keys of the dictionary's pairs and triples. An entry with stray blanks can match nothing: tokens hold none."""
    keys: dict[int, list[int]] = {2: [], 3: []}
    for entry in words:
        tokens = entry.split(" ")
        if len(tokens) in keys and all(tokens):
            keys[len(tokens)].append(_key(tokens, ids))
    return keys


def _known(
    weights: dict[str, float], templates: tuple[str, ...], function: str, ids: dict[str, int]
) -> list[tuple[int, int, float]]:
    """Key, column of its template, and weight of each n-gram that the model knows under templates with one function."""
    columns = {f"{template}{function}": column for column, template in enumerate(templates)}
    known = []
    for attribute, weight in weights.items():
        template, _, value = attribute.partition("=")
        column = columns.get(template)
        if column is not None and " " in value:  # else it is the edge of a sentence
            known.append((_key(value.split(" "), ids), column, weight))
    return known


def _tabulate(known: list[tuple[int, int, float]], listed: list[int], listing: Weights) -> NGrams:
    """Table of n-grams: the weights the model knows, and those of being in the dictionary or not (``listing``)."""
    keys = np.array([key for key, _, _ in known] + listed, dtype=np.int64)
    unique, rows_of = np.unique(keys, return_inverse=True)
    rows = np.zeros((len(unique) + 1, listing.shape[1]))
    rows[rows_of[: len(known)], [column for _, column, _ in known]] = [weight for _, _, weight in known]
    is_listed = np.zeros(len(rows), dtype=np.intp)
    is_listed[rows_of[len(known) :]] = 1
    return NGrams(unique, rows + listing[is_listed])


def _listing(weights: dict[str, float], templates: tuple[str, ...]) -> Weights:
    return np.array(
        [[weights.get(f"{template}.is_in_dict={value}", 0.0) for template in templates] for value in (False, True)]
    )


def _edges(weights: dict[str, float], templates: tuple[str, ...]) -> Weights:
    return np.array(
        [
            [
                sum(weights.get(f"{template}{function}={value}", 0.0) for function in _FUNCTIONS)
                for template in templates
            ]
            for value in ("BOS", "EOS")
        ]
    )
