"""How well each reading of a name goes with each unit the article may be about.

The third step of :mod:`pipeline.gazetteer.resolver`; :mod:`pipeline.gazetteer.anchors` weighs those units by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log1p

from pipeline.gazetteer.index import Gazetteer
from pipeline.gazetteer.references import NOWHERE, Reference, Weights, kind_of

UNKNOWN = 0.01  # some unit that the gazetteer lacks
UNKNOWN_BARE = 0.1  # ... or no unit at all: a bare commune name needs an anchor to be believed
# P(name | anchor).
AROUND = 0.15
INSIDE = 0.8
INSIDE_DISTRICT = 0.3  # all districts of a province together
CROWD = 3
NEARBY = 0.15  # ... of what its province would give, for a unit elsewhere in the anchor's province
OUTSIDER = {"p": 5e-4, "d": 5e-5, "c": 3e-6, "w": 5e-4}
NO_ANCHOR = {"p": 5e-3, "d": 4e-4, "c": 3e-5, "w": 5e-3}


@dataclass(frozen=True, slots=True)
class Name:
    """One reference as evidence, ``share`` of it: the same name again tells less."""

    paragraph: int
    share: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a name says: ``fits[A][u]`` is how well reading u goes with anchor A, ``alone[u]`` with none.

    ``odds[A]`` is the log of P(name | A) over P(name | an anchor it has nothing to do with).
    """

    alone: Weights
    unrelated: float
    fits: dict[str, Weights]
    totals: Weights
    odds: Weights


def gather_evidence(references: Sequence[Reference], weights: Sequence[Weights], gazetteer: Gazetteer) -> list[Name]:
    """How each name fits each anchor that contains one of its readings, lies around one, or shares its province."""
    groups, rows = _group(references, weights)
    fits = _fit_anchors([weights[index] for index in rows], gazetteer)
    said = [_say(references[index], weights[index], fit) for index, fit in zip(rows, fits, strict=True)]
    met: Counter[tuple[str, str | None]] = Counter()
    names = []
    for reference, group in zip(references, groups, strict=True):
        met[reference.name, reference.unit_type] += 1
        names.append(Name(reference.paragraph, 1.0 / met[reference.name, reference.unit_type], said[group]))
    return names


def _group(references: Sequence[Reference], weights: Sequence[Weights]) -> tuple[list[int], list[int]]:
    """For each reference the number of its group, and one reference of each group: those of a group say the same.

    They do when their weights are the same (in the same order, for sums depend on it) and both or neither have a type
    word.
    """
    numbers: dict[tuple[bool, tuple[tuple[str, float], ...]], int] = {}
    groups: list[int] = []
    rows: list[int] = []
    for index, (reference, one) in enumerate(zip(references, weights, strict=True)):
        number = numbers.setdefault((bool(reference.unit_type), tuple(one.items())), len(rows))
        if number == len(rows):
            rows.append(index)
        groups.append(number)
    return groups, rows


def _fit_anchors(weights: Sequence[Weights], gazetteer: Gazetteer) -> list[dict[str, Weights]]:
    """For each row of weights how well each of its readings goes with each anchor."""
    readers: dict[str, list[int]] = {}
    for index, one in enumerate(weights):
        for place_id in one:
            readers.setdefault(place_id, []).append(index)
    anchors = dict.fromkeys(anchor for place_id in readers for anchor in gazetteer.anchors_of(place_id))
    local: dict[str, list[str]] = {}
    for anchor in anchors:
        if anchor[3] != "p":
            for province in gazetteer.provinces_of(anchor):
                if province in anchors:
                    local.setdefault(province, []).append(anchor)
    fits: list[dict[str, Weights]] = [{} for _ in weights]
    for place_id, indexes in readers.items():
        for anchor, value in _fits(place_id, anchors, local, gazetteer).items():
            for index in indexes:
                fits[index].setdefault(anchor, {})[place_id] = weights[index][place_id] * value
    for anchor in anchors:
        for place_id in gazetteer.sorted_around(anchor):
            for index in readers.get(place_id, ()):
                fits[index].setdefault(anchor, {})[place_id] = weights[index][place_id] * AROUND
    return fits


def _fits(place_id: str, anchors: Mapping[str, None], local: Mapping[str, list[str]], gazetteer: Gazetteer) -> Weights:
    """P(unit | anchor) for the anchors it lies in, and for those that lie elsewhere in its province."""
    found: Weights = {}
    inside = [anchor for anchor in gazetteer.sorted_around(place_id) if anchor in anchors]
    for province in inside:
        if province in local:
            found.update(dict.fromkeys(local[province], NEARBY * _part(place_id, province, gazetteer)))
    for anchor in inside:
        found[anchor] = AROUND if anchor == place_id else _part(place_id, anchor, gazetteer)
    return found


def _part(place_id: str, anchor: str, gazetteer: Gazetteer) -> float:
    """P(unit | an anchor around it): districts share one part among them, communes the other."""
    if anchor[3] == "p" and place_id[3] == "d":
        return INSIDE_DISTRICT / (gazetteer.size(anchor, "district") + CROWD)
    return INSIDE / (gazetteer.size(anchor) + CROWD)


def _say(reference: Reference, weights: Weights, fits: dict[str, Weights]) -> Evidence:
    alone = {place_id: weight * OUTSIDER[kind_of(place_id)] for place_id, weight in weights.items()}
    unknown = (UNKNOWN if reference.unit_type else UNKNOWN_BARE) * OUTSIDER["c"]
    nowhere = sum(weight * NO_ANCHOR[kind_of(place_id)] for place_id, weight in weights.items()) + unknown
    unrelated = sum(alone.values()) + unknown
    totals = {anchor: sum(fit.values()) for anchor, fit in fits.items()}
    odds = {NOWHERE: log(nowhere / unrelated)}
    odds |= {anchor: log1p(total / unrelated) for anchor, total in totals.items()}
    return Evidence(alone, unrelated, fits, totals, odds)
