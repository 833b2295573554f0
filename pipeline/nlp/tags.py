"""Part-of-speech tagging with the library's model, laid out in tables.

Enters: the words of settled sentences, as the library spells them. Leaves: one label for each word.

The library gives its model a history column that is the constant "X" for every word, so the features over it say only
how far a word stands from the sentence's beginning: four rows of weights. All other features look at one word (kept
as one row for each place it can stand at) or at two (a few thousand pairs that the model knows).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.nlp.crfsuite import CrfModel
from pipeline.nlp.decode import Transitions, compile_transitions, decode
from pipeline.nlp.layout import PAD, Layout, lay_out

FEATURES = (
    *("T[-2].lower", "T[-1].lower", "T[0].lower", "T[1].lower", "T[2].lower"),
    *("T[0].istitle", "T[-1].istitle", "T[1].istitle"),
    *("T[-2]", "T[-1]", "T[0]", "T[1]", "T[2]"),
    *("T[-2,-1]", "T[-1,0]", "T[0,1]", "T[1,2]"),
    *("T[-3][1]", "T[-2][1]", "T[-1][1]"),
    *("T[-3,-2][1]", "T[-2,-1][1]"),
)
"""The templates in the library's order."""

_SINGLES = ("T[-2]", "T[-1]", "T[0]", "T[1]", "T[2]")
_PAIRS = ("T[-2,-1]", "T[-1,0]", "T[0,1]", "T[1,2]")
_EDGES = ("BOS", "EOS")
_HISTORY = 3  # words after which the history is full
_BEFORE, _AFTER = 0, 1  # rows of the padding
_PADDING_ROWS = 2
_KEPT_WORDS = 100_000

Weights = NDArray[np.float64]
Place = tuple[int, Weights]
"""A place a word can stand at, and the weights for each label that it has there."""


@dataclass(frozen=True, slots=True)
class TagModel:
    """The library's model for part of speech in tables."""

    labels: tuple[str, ...]
    singles: dict[str, list[Place]]
    lower_singles: dict[str, list[Place]]
    titles: Weights  # by being capitalised (0 or 1), then place x labels
    edges: Weights  # 2 x places x labels: what a place before or after the sentence says
    pairs: dict[str, int]  # row of pair_weights by the two words, joined by a blank
    pair_weights: Weights  # pairs x templates x labels; the last two rows: before and after the sentence
    openings: frozenset[str]  # words that begin a known pair
    history: Weights  # by the number of words before, 0 to 3, x labels
    transitions: Transitions


@dataclass(slots=True)
class PosTagger:
    """Tags words; keeps those it has met. Words that are alike to the model share a row of weights."""

    model: TagModel
    ids: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[str, str, bool], int] = field(default_factory=dict)
    singles: Weights = field(init=False)  # places x words x labels
    opens: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        labels = len(self.model.labels)
        self.singles = np.zeros((len(_SINGLES), 1024, labels))
        self.opens = np.zeros(1024, dtype=np.bool_)
        self.singles[:, [_BEFORE, _AFTER]] = self.model.edges.swapaxes(0, 1)

    def tag(self, words: list[str], counts: list[int]) -> tuple[list[int], list[int]]:
        """Labels of the words of sentences end to end, and the ties as in :func:`~pipeline.nlp.decode.decode`."""
        if not words:
            return [], []
        if len(self.ids) > _KEPT_WORDS:
            self.ids = {}
        known = self.ids
        types = [known.get(word) or self._learn(word) for word in words]
        layout = lay_out(counts)
        padded = np.full(layout.size, _BEFORE, dtype=np.intp)
        padded[layout.after] = _AFTER
        padded[layout.real] = types
        emission = self._history(counts, layout)
        for place, rows in enumerate(self.singles):
            emission += rows.take(padded[layout.real + (place - PAD)], axis=0)
        self._add_pairs(emission, words, types, layout)
        return decode(emission, self.model.transitions, layout.first)

    def _learn(self, word: str) -> int:
        model, lower = self.model, word.lower()
        # What the model does not know is left out of the key, so that there are no more rows than it has words.
        exact = word if word in model.singles or word in model.openings else ""
        key = (exact, lower if lower in model.lower_singles else "", is_title(word))
        number = self.rows.get(key)
        if number is None:
            number = self.rows[key] = self._add(*key)
        self.ids[word] = number
        return number

    def _add(self, word: str, lower: str, title: bool) -> int:
        """A row of weights: everything the model knows of such a word wherever it stands."""
        number = len(self.rows) + _PADDING_ROWS
        if number == len(self.opens):
            self.singles = np.concatenate([self.singles, np.zeros_like(self.singles)], axis=1)
            self.opens = np.concatenate([self.opens, np.zeros_like(self.opens)])
        weights = self.model.titles[int(title)].copy()
        for place, row in (*self.model.singles.get(word, ()), *self.model.lower_singles.get(lower, ())):
            weights[place] += row
        self.singles[:, number] = weights
        self.opens[number] = word in self.model.openings
        return number

    def _history(self, counts: list[int], layout: Layout) -> Weights:
        begins = np.flatnonzero(layout.first)
        since = np.arange(len(layout.real)) - np.repeat(begins, counts)
        weights: Weights = self.model.history[np.minimum(since, _HISTORY)]
        return weights

    def _add_pairs(self, emission: Weights, words: list[str], types: list[int], layout: Layout) -> None:
        """Add the weights of pairs of words; a pair over a sentence's edge counts as the edge."""
        padded = np.full(layout.size, -1, dtype=np.intp)
        pairs = self.model.pairs
        last = len(words) - 1
        opens = [at for at in np.flatnonzero(self.opens[types]).tolist() if at < last]
        padded[layout.real[opens]] = [pairs.get(f"{words[at]} {words[at + 1]}", -1) for at in opens]
        padded[layout.before] = len(self.model.pair_weights) - 2
        padded[layout.after] = padded[layout.last] = len(self.model.pair_weights) - 1
        for column, shift in enumerate((-2, -1, 0, 1)):
            rows = padded[layout.real + shift]
            hits = np.flatnonzero(rows >= 0)
            emission[hits] += self.model.pair_weights[rows[hits], column]


def is_title(word: str) -> bool:
    """Whether each syllable begins with a capital, as the library's ``text_istitle`` has it.

    >>> is_title("Hà Nội"), is_title("Hà nội"), is_title("1A")
    (True, False, False)
    """
    return all(syllable[0].istitle() for syllable in word.split(" "))


def features(words: list[str]) -> list[list[str]]:
    """The library's features of one sentence, in its order: for the library's own tagger, where a tie is to be broken.

    >>> features(["Hà Nội", "đẹp"])[1][:4]
    ['T[-2].lower=BOS', 'T[-1].lower=hà nội', 'T[0].lower=đẹp', 'T[1].lower=EOS']
    """
    return [[_feature(words, at, template) for template in FEATURES] for at in range(len(words))]


def _feature(words: list[str], at: int, template: str) -> str:
    first, last, function = _parse(template)
    start, end = at + first, at + last
    if start < 0:
        return f"{template}=BOS"
    if end >= len(words):
        return f"{template}=EOS"
    if function == "[1]":
        return f"{template}={' '.join(['X'] * (end + 1 - start))}"
    value = words[start] if start == end else " ".join(words[start : end + 1])
    if function == ".lower":
        value = value.lower()
    elif function == ".istitle":
        value = str(is_title(value))
    return f"{template}={value}"


@cache
def _parse(template: str) -> tuple[int, int, str]:
    """First and last place, and function, of a template: ``T[-1,0].lower`` is -1, 0, ``.lower``."""
    places, _, function = template[2:].partition("]")
    first, _, last = places.partition(",")
    return int(first), int(last or first), function


def compile_tags(model: CrfModel) -> TagModel:
    """Tables of the library's model."""
    rows: dict[str, Weights] = {}
    columns = {template: column for column, template in enumerate(_PAIRS)}
    for attribute, number in model.attributes.items():
        template, value = attribute.split("=", 1)
        if template in columns and " " in value:
            row = rows.setdefault(value, np.zeros((len(_PAIRS), len(model.labels))))
            row[columns[template]] = model.state[number]
    edges = [np.stack([model.row(f"{template}={value}") for template in _PAIRS]) for value in _EDGES]
    openings = frozenset(
        " ".join(syllables[:cut])
        for value in rows
        for syllables in [value.split(" ")]
        for cut in range(1, len(syllables))
    )
    history = np.stack([_history_row(model, before) for before in range(_HISTORY + 1)])
    return TagModel(
        model.labels,
        _single_places(model, ""),
        _single_places(model, ".lower"),
        np.stack([_places(model, (".istitle",), str(title)) for title in (False, True)]),
        np.stack([_places(model, ("", ".lower", ".istitle"), value) for value in _EDGES]),
        {value: number for number, value in enumerate(rows)},
        np.stack([*rows.values(), *edges]),
        openings,
        history,
        compile_transitions(model.transition),
    )


def _single_places(model: CrfModel, function: str) -> dict[str, list[Place]]:
    """What the model knows of each word under one function."""
    places = {f"{template}{function}": place for place, template in enumerate(_SINGLES)}
    found: dict[str, list[Place]] = {}
    for attribute, number in model.attributes.items():
        template, _, value = attribute.partition("=")
        place = places.get(template)
        if place is not None:
            found.setdefault(value, []).append((place, model.state[number]))
    return found


def _places(model: CrfModel, functions: tuple[str, ...], value: str) -> Weights:
    """Weights of one value under some functions: places x labels."""
    return np.stack(
        [
            np.sum([model.row(f"{template}{function}={value}") for function in functions], axis=0)
            for template in _SINGLES
        ]
    )


def _history_row(model: CrfModel, before: int) -> Weights:
    """Weights of the history features for a word with so many words before it."""
    total = np.zeros(len(model.labels))
    for template in FEATURES:
        if template.endswith("][1]"):
            total += model.row(_feature(["X"] * (before + 1), before, template))
    return total
