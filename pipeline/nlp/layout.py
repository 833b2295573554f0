"""Sentences end to end in one array, with room for what lies before and after each of them.

The templates of the models look at most two places to either side. Two places of padding before each sentence and two
after let a feature of a whole batch be computed by shifting one array, with no case for the edges but the weights of
the padding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PAD = 2
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in the padded array: of the ``real`` elements; of those ``before`` (2 each) and ``after`` (2 each) a
    sentence.

    ``first`` marks, over the real elements only, where a sentence begins; ``last`` is the place of each sentence's
    last element.
    """

    size: int
    real: Indices
    before: Indices
    after: Indices
    last: Indices
    first: NDArray[np.bool_]


def lay_out(counts: list[int]) -> Layout:
    """Layout of sentences of the given lengths, none of them 0.

    >>> layout = lay_out([2, 1])
    >>> layout.size, layout.real.tolist(), layout.before.tolist(), layout.after.tolist(), layout.last.tolist()
    (11, [2, 3, 8], [0, 1, 6, 7], [4, 5, 9, 10], [3, 8])
    """
    lengths = np.asarray(counts, dtype=np.intp)
    ends = np.cumsum(lengths)
    order = np.arange(len(lengths), dtype=np.intp)
    begins = ends - lengths
    shift = np.repeat(order * 2 * PAD + PAD, lengths)
    total = int(ends[-1]) if len(ends) else 0
    real = np.arange(total, dtype=np.intp) + shift
    starts = begins + order * 2 * PAD
    stops = ends + order * 2 * PAD + PAD
    first = np.zeros(total, dtype=np.bool_)
    first[begins] = True
    before = np.stack([starts, starts + 1], axis=1).ravel()
    after = np.stack([stops, stops + 1], axis=1).ravel()
    return Layout(total + 2 * PAD * len(lengths), real, before, after, stops - 1, first)
