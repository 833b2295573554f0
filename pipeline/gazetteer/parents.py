"""Explicit parents bind: "xã A, huyện B, tỉnh C" keeps the combinations of readings that nest.

The second step of :mod:`pipeline.gazetteer.resolver`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.gazetteer.index import Gazetteer
from pipeline.gazetteer.references import Reference, Weights

PARENT_LEAK = 0.003
FORMER_PARENT = 0.5


def bind(references: Sequence[Reference], weights: list[Weights], gazetteer: Gazetteer) -> list[Weights]:
    """Reweighs every name by its explicit parents and children, two sweeps: up, then down."""
    bound = list(weights)
    pairs = [(i, r.parent) for i, r in enumerate(references) if r.parent is not None]
    deep = sorted(pairs, key=lambda pair: -_depth(references, pair[0]))
    for child, parent in deep:
        bound[parent] = _fit(bound[parent], bound[child], lambda up, down: _nests(down, up, gazetteer))
    for child, parent in reversed(deep):
        bound[child] = _fit(bound[child], bound[parent], lambda down, up: _nests(down, up, gazetteer))
    return bound


def _depth(references: Sequence[Reference], index: int) -> int:
    depth, parent = 0, references[index].parent
    while parent is not None:
        depth, parent = depth + 1, references[parent].parent
    return depth


def _nests(inner: str, outer: str, gazetteer: Gazetteer) -> float:
    if inner == outer:
        return 0.0
    if outer in gazetteer.within(inner):
        return 1.0
    return FORMER_PARENT if outer in gazetteer.around(inner) else 0.0


def _fit(weights: Weights, others: Weights, nests: Callable[[str, str], float]) -> Weights:
    """``weights`` times the best partner each reading finds among ``others``; the best stays as it was."""
    if not weights or not others:
        return weights
    fitted = {
        one: weight * (PARENT_LEAK + max(other_weight * nests(one, other) for other, other_weight in others.items()))
        for one, weight in weights.items()
    }
    scale = max(weights.values()) / max(fitted.values())
    return {one: weight * scale for one, weight in fitted.items()}
