"""Which units the place names of one article mean, decided for all of them at once.

What enters are the names as the recogniser found them (with type word, paragraph and explicit parent), the bare unit
words ("Huyện ủy"), the day, and place names out of the URL; what leaves is a probability for every candidate of every
name, and the units the article is at home in. Nothing is read but the gazetteer, nothing is remembered between calls.

The model, in order:

1. *Surface weights.* Every unit that can bear the name, weighed by its type word, its lifetime on the day, and how it
   is named.
2. *Explicit parents bind.* "xã A, huyện B, tỉnh C" keeps the combinations that nest (:func:`_bind`).
3. *A hidden anchor.* Some unit A the article is about. A name is likely under A when it means A, a unit around A, or
   one inside A (then divided by how many there are, so the smallest area that explains most names wins). A paragraph
   follows the article's anchor or has one of its own (attendance lists, biographies); a name may also be an outsider.
4. *Mixture.* The probability of a candidate is summed over anchors; it is emitted from :data:`BOUND` on, else refused.

The numbers were set on six worked cases and simulated co-mentions (benchmarks/resolver.py prints what they give).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import exp, log, log1p, prod

from pipeline.gazetteer.index import Gazetteer, Surface
from pipeline.gazetteer.spelling import compare_key
from pipeline.orthography import fold

BOUND = 0.8  # research of 2026-11: precision >= .998 on simulated co-mentions
CUT = date(2025, 7, 1)
FORESHADOWED = date(2025, 4, 1)  # from April 2025 on articles name the units to come
UNDATED = date(2025, 6, 30)  # the day that an article without one is thought to speak on, when it uses the older map
OF_OLD_YEARS = 0.1  # of the two-level map, for an article without a date that names no year but those before it

# Weight of a reading of one name, before any context.
OTHER_TYPE_SAME_LEVEL = 0.3  # "huyện Ninh Hòa" for what is a thị xã today
INEXACT_TYPE = 0.003  # ... when a unit of the name has the very type: huyện Kỳ Anh beside thị xã Kỳ Anh
OTHER_TYPE = 0.001
ENDED = 0.3  # an old unit after its end
ENDED_SAME_NAME = 0.02  # ... when the unit that took it over bears its type and name
ENDED_NAMESAKE = 0.1  # ... when a living unit elsewhere does
ENDED_BARE = 0.02  # ... when a living unit bears its name, and the text gives no type word
RETYPED = 0.5  # the unit lives on under another type word
TO_COME = 1e-4
TO_COME_SOON = 0.1
VARIANT = 0.5  # an unofficial form, where another unit bears the name officially
NAMESAKE = 0.02  # "Hà Nam" of China
ECHO = 6.0  # a bare name that the article also gives with its type word
UNKNOWN = 0.01  # some unit that the gazetteer lacks
UNKNOWN_BARE = 0.1  # ... or no unit at all: a bare commune name needs an anchor to be believed
BARE = {
    "province": 1.0,
    "country": 1.0,
    "district": 0.35,
    "foreign_province": 0.3,
    "foreign_city": 0.3,
    "commune": 0.06,
}

# P(name | anchor).
AROUND = 0.15
INSIDE = 0.8
INSIDE_DISTRICT = 0.3  # all districts of a province together
CROWD = 3
NEARBY = 0.15  # ... of what its province would give, for a unit elsewhere in the anchor's province
OUTSIDER = {"p": 5e-4, "d": 5e-5, "c": 3e-6, "w": 5e-4}
NO_ANCHOR = {"p": 5e-3, "d": 4e-4, "c": 3e-5, "w": 5e-3}
PRIOR = {"p": 6e-3, "d": 6e-4, "c": 2e-5}
PRIOR_NEW = {"p": 1.5e-2, "c": 1.4e-4}
PRIOR_NONE = 0.02
PARENT_LEAK = 0.003
FORMER_PARENT = 0.5
OWN_ANCHOR = 0.07  # a paragraph that leaves the article's anchor
HINT = 200.0
OLD_HOME = 0.05  # an article of today about a unit that has ended
CUE = {"same": 1.0, "below": 0.15, "other": 0.05, "nowhere": 0.1}
BELOW = 0.9  # that a body without a name belongs to a unit named inside the anchor
NOWHERE = ""  # the anchor that is no unit
DIGITS = 6  # of probabilities handed out, so that sums in another order give the same
SHOWN = 12  # candidates listed per name

_STAYS = log(1.0 - OWN_ANCHOR)
OLD_TYPES = frozenset({"huyện", "quận", "thị xã", "thị trấn"})
LEVEL_OF = {
    "tỉnh": "p",
    "thành phố": "pd",
    "huyện": "d",
    "quận": "d",
    "thị xã": "d",
    "xã": "c",
    "phường": "c",
    "thị trấn": "c",
    "đặc khu": "c",
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A place phrase in the text.

    ``unit_type`` is the type word written (or shared by a list), ``parent`` the index of the reference that is its
    explicit parent ("xã A, huyện B"), ``start`` an offset of the text, ``paragraph`` the number of its line.
    """

    name: str
    unit_type: str | None
    start: int
    paragraph: int
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """A body or bare unit word that tells a level but no name: "Huyện ủy" → huyện, "UBND xã" → xã."""

    unit_type: str
    start: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What one reference means: ``place_id`` only from :data:`BOUND` on; the candidates best first."""

    place_id: str | None
    probability: float
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """The references in the order given, and the units the article is at home in.

    ``anchors`` maps a unit type ("huyện") and a level ("province", "district", "commune") to (place_id, probability),
    best first.
    """

    references: tuple[Resolution, ...]
    anchors: Mapping[str, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, slots=True)
class _Times:
    """How likely the article speaks of the 34 provinces, and its day."""

    day: date | None
    new: float


Weights = dict[str, float]
Living = set[tuple[str, str]]  # (what a rival must share, place_id) of the units alive on the day


def resolve_places(
    references: Sequence[Reference],
    cues: Sequence[Cue],
    *,
    day: date | None,
    hints: Sequence[str] = (),
    gazetteer: Gazetteer,
    latest: int | None = None,
) -> Resolved:
    """Decides all names of one article together.

    ``day`` is the day the article speaks on (``None``: unknown, the type words and ``latest``, the last year that it
    names, tell the era); ``hints`` are words of its URL ("quangninh", "halongcity").

    >>> from datetime import date
    >>> from pipeline.gazetteer import load_gazetteer
    >>> names = ("Dân Chủ", "Quảng La", "Bằng Cả", "Tân Dân")
    >>> list_of_four = [Reference(name, "xã", 40 + 10 * i, 0) for i, name in enumerate(names)]
    >>> found = resolve_places(
    ...     list_of_four, [Cue("thành phố", 9, 0)], day=date(2021, 10, 11), gazetteer=load_gazetteer())
    >>> [resolution.place_id for resolution in found.references]
    ['63.c07051', '63.c07054', '63.c07057', '63.c07039']
    >>> found.anchors["thành phố"][0][0], found.anchors["tỉnh"][0][0]
    ('63.d193', '63.p22')
    """
    references = _untangle(references)
    new = _new_share(references, cues, day, gazetteer, latest)
    times = _Times(day, new)
    weights = _bind(references, _weigh_all(references, times, gazetteer), gazetteer)
    weights = _echo(references, weights)
    names = _evidence(references, weights, gazetteer)
    posterior = _posterior(names, _prior(names, cues, hints, times, gazetteer))
    local = {paragraph: posterior.local(paragraph) for paragraph in posterior.paragraphs}
    resolutions = _resolve_all(names, local)
    article = _normal(posterior.article)
    return Resolved(resolutions, _anchors(article, resolutions, times, gazetteer))


def _untangle(references: Sequence[Reference]) -> list[Reference]:
    """The references without parents that are none: out of range, themselves, or part of a circle."""
    sound = []
    for index, reference in enumerate(references):
        seen, parent = {index}, reference.parent
        while parent is not None and parent not in seen and 0 <= parent < len(references):
            seen.add(parent)
            parent = references[parent].parent
        sound.append(reference if parent is None else replace(reference, parent=None))
    return sound


# --- 1. what each name can mean ---------------------------------------------------------------------------------------


def _new_share(
    references: Sequence[Reference], cues: Sequence[Cue], day: date | None, gazetteer: Gazetteer, latest: int | None
) -> float:
    """Probability that the article uses the two-level map."""
    if day is not None:
        return 1.0 if day >= CUT else 0.15 if day >= FORESHADOWED else 0.0
    odds = 0.5 if latest is None or latest >= CUT.year else 0.5 * OF_OLD_YEARS
    for kind in [r.unit_type for r in references] + [c.unit_type for c in cues]:
        if kind in OLD_TYPES:
            odds *= 0.3
        elif kind == "đặc khu":
            odds *= 20.0
    odds *= 0.2 ** len(_ended_provinces(references, gazetteer))
    for reference in references:
        parent = references[reference.parent].unit_type if reference.parent is not None else None
        if reference.unit_type in {"xã", "phường"} and parent == "tỉnh":
            odds *= 4.0
    return odds / (1.0 + odds)


def _ended_provinces(references: Sequence[Reference], gazetteer: Gazetteer) -> set[str]:
    """Names written as provinces that only the list of 63 has: each of them tells the older map."""
    written = {compare_key(r.name): r.name for r in references if r.unit_type == "tỉnh"}
    return {
        name
        for name, surface in written.items()
        if not any(s.place_id.startswith("34.p") for s in gazetteer.surfaces(surface))
        and any(s.place_id.startswith("63.p") for s in gazetteer.surfaces(surface))
    }


def _weigh_all(references: Sequence[Reference], times: _Times, gazetteer: Gazetteer) -> list[Weights]:
    """Surface weights of all names; the same name with the same type word is weighed once, and its row is shared."""
    known: dict[tuple[str, str | None], Weights] = {}
    for reference in references:
        same = reference.name, reference.unit_type
        if same not in known:
            known[same] = _weigh(reference, times, gazetteer)
    return [known[reference.name, reference.unit_type] for reference in references]


def _weigh(reference: Reference, times: _Times, gazetteer: Gazetteer) -> Weights:
    """Surface weights of one name."""
    unit_type = reference.unit_type if reference.unit_type in LEVEL_OF else None
    surfaces = gazetteer.surfaces(reference.name)
    living = {(_rival(s, unit_type), s.place_id) for s in surfaces if _alive(s, times)}
    exact = any(s.unit_type == unit_type and not _is_to_come(s, times) for s in surfaces)
    inexact = INEXACT_TYPE if exact else OTHER_TYPE_SAME_LEVEL
    weights: Weights = {}
    for surface in surfaces:
        kind = _type_weight(surface, unit_type, inexact, gazetteer)
        weight = kind * _time_weight(surface, unit_type, times, living, gazetteer)
        weight *= {"namesake": NAMESAKE, "variant": VARIANT}.get(surface.kind, 1.0)
        if weight > weights.get(surface.place_id, 0.0):
            weights[surface.place_id] = weight
    return weights


def _type_weight(surface: Surface, unit_type: str | None, inexact: float, gazetteer: Gazetteer) -> float:
    if unit_type is None:
        return BARE[gazetteer.level(surface.place_id)]
    if surface.unit_type == unit_type:
        return 1.0
    dead = unit_type in OLD_TYPES and surface.place_id.startswith("34.")
    if dead or _kind(surface.place_id) not in LEVEL_OF[unit_type]:
        return OTHER_TYPE
    return OTHER_TYPE if surface.unit_type == "tỉnh" else inexact


def _echo(references: Sequence[Reference], weights: Sequence[Weights]) -> list[Weights]:
    """A bare name more likely means what the article elsewhere calls by its full form ("xã Thanh Ba … Thanh Ba")."""
    typed: dict[str, Counter[str]] = {}
    for reference, one in zip(references, weights, strict=True):
        if reference.unit_type in LEVEL_OF and one:
            bound = max(one.values()) / 2
            likely = [place_id for place_id, weight in one.items() if weight >= bound]
            typed.setdefault(compare_key(reference.name), Counter()).update(likely)
    if not typed:
        return list(weights)
    echoed = []
    for reference, one in zip(references, weights, strict=True):
        heard = typed.get(compare_key(reference.name), Counter())
        if reference.unit_type not in LEVEL_OF and heard:
            most = max(heard.values())
            one = {place_id: weight * (1.0 + ECHO * heard[place_id] / most) for place_id, weight in one.items()}
        echoed.append(one)
    return echoed


def _rival(surface: Surface, unit_type: str | None) -> str:
    """What a living unit must share with an ended one to take the name over: the type word, without one the level."""
    return surface.unit_type if unit_type else _kind(surface.place_id)


def _alive(surface: Surface, times: _Times) -> bool:
    if times.day is None:
        is_new = surface.place_id.startswith("34.")
        return (times.new > 0.5) == is_new and (is_new or surface.holds_on(UNDATED))
    return surface.holds_on(times.day)


def _time_weight(surface: Surface, unit_type: str | None, times: _Times, living: Living, gazetteer: Gazetteer) -> float:
    place_id = surface.place_id
    if place_id.startswith("world"):
        return 1.0
    if times.day is None:
        share = times.new if place_id.startswith("34.") else 1.0 - times.new
        share += (1.0 - share) * (TO_COME if place_id.startswith("34.") else ENDED_SAME_NAME)
        return share * _undated_weight(surface, unit_type, living, gazetteer)
    if (share := surface.share_on(times.day)) > 0.0:
        return share
    if _is_to_come(surface, times):
        return TO_COME_SOON if place_id.startswith("34.") and 0.0 < times.new < 1.0 else TO_COME
    if gazetteer.exists_on(place_id, times.day):
        return RETYPED
    return _ended_weight(surface, unit_type, living, gazetteer) if gazetteer.ended_by(place_id, times.day) else TO_COME


def _undated_weight(surface: Surface, unit_type: str | None, living: Living, gazetteer: Gazetteer) -> float:
    """An undated article seldom speaks of units and names that ended long before: Hậu Giang of 1976, Hà Bắc."""
    if surface.place_id.startswith("34.") or surface.holds_on(UNDATED):
        return 1.0
    if gazetteer.exists_on(surface.place_id, UNDATED):
        return RETYPED
    return _ended_weight(surface, unit_type, living, gazetteer)


def _is_to_come(surface: Surface, times: _Times) -> bool:
    """Whether the unit did not yet bear the name on the day."""
    return times.day is not None and surface.begins_after(times.day)


def _ended_weight(surface: Surface, unit_type: str | None, living: Living, gazetteer: Gazetteer) -> float:
    """An ended unit gives its name up to an heir that bears it, less so to a namesake elsewhere."""
    rival = _rival(surface, unit_type)
    heirs = {(rival, heir) for heir in gazetteer.heirs(surface.place_id)}
    if heirs & living:
        return ENDED_SAME_NAME
    if unit_type is None and surface.place_id[3] == "d" and any(kind == "c" for kind, _ in living):
        return ENDED_BARE
    return ENDED_NAMESAKE if any(kind == rival for kind, _ in living) else ENDED


# --- 2. explicit parents ----------------------------------------------------------------------------------------------


def _bind(references: Sequence[Reference], weights: list[Weights], gazetteer: Gazetteer) -> list[Weights]:
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


# --- 3. the hidden anchor ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Name:
    """One reference as evidence, ``share`` of it: the same name again tells less."""

    paragraph: int
    share: float
    evidence: _Evidence


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a name says: ``fits[A][u]`` is how well reading u goes with anchor A, ``alone[u]`` with none.

    ``odds[A]`` is the log of P(name | A) over P(name | an anchor it has nothing to do with).
    """

    alone: Weights
    unrelated: float
    fits: dict[str, Weights]
    totals: Weights
    odds: Weights


@dataclass(frozen=True, slots=True)
class _Posterior:
    """Log odds of anchors: of the article, and of each paragraph seen alone."""

    prior: Weights
    article: Weights
    paragraphs: dict[int, Weights]
    followed: dict[int, Weights]

    def local(self, paragraph: int) -> Weights:
        """Probability of each anchor for one paragraph."""
        rest = _normal({a: score - self.followed[paragraph].get(a, 0.0) for a, score in self.article.items()})
        own = self.paragraphs[paragraph]
        return _normal(
            {a: log((1.0 - OWN_ANCHOR) * rest[a] + OWN_ANCHOR * self.prior[a]) + own.get(a, 0.0) for a in self.article}
        )


def _evidence(references: Sequence[Reference], weights: Sequence[Weights], gazetteer: Gazetteer) -> list[_Name]:
    """How each name fits each anchor that contains one of its readings, lies around one, or shares its province."""
    groups, rows = _group(references, weights)
    fits = _fit_anchors([weights[index] for index in rows], gazetteer)
    said = [_say(references[index], weights[index], fit) for index, fit in zip(rows, fits, strict=True)]
    met: Counter[tuple[str, str | None]] = Counter()
    names = []
    for reference, group in zip(references, groups, strict=True):
        met[reference.name, reference.unit_type] += 1
        names.append(_Name(reference.paragraph, 1.0 / met[reference.name, reference.unit_type], said[group]))
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


def _say(reference: Reference, weights: Weights, fits: dict[str, Weights]) -> _Evidence:
    alone = {place_id: weight * OUTSIDER[_kind(place_id)] for place_id, weight in weights.items()}
    unknown = (UNKNOWN if reference.unit_type else UNKNOWN_BARE) * OUTSIDER["c"]
    nowhere = sum(weight * NO_ANCHOR[_kind(place_id)] for place_id, weight in weights.items()) + unknown
    unrelated = sum(alone.values()) + unknown
    totals = {anchor: sum(fit.values()) for anchor, fit in fits.items()}
    odds = {NOWHERE: log(nowhere / unrelated)}
    odds |= {anchor: log1p(total / unrelated) for anchor, total in totals.items()}
    return _Evidence(alone, unrelated, fits, totals, odds)


def _kind(place_id: str) -> str:
    """p, d, c of an id; w for the rest of the world."""
    return "w" if place_id.startswith("world") else place_id[3]


def _posterior(names: Sequence[_Name], prior: Weights) -> _Posterior:
    """Article and paragraph odds; a paragraph follows the article or, with :data:`OWN_ANCHOR`, an anchor of its own."""
    paragraphs: dict[int, Weights] = {}
    for name in names:
        own = paragraphs.setdefault(name.paragraph, {})
        for anchor, odds in name.evidence.odds.items():
            own[anchor] = own.get(anchor, 0.0) + name.share * odds
    article = {anchor: log(share) for anchor, share in prior.items()}
    if len(paragraphs) == 1:
        own = next(iter(paragraphs.values()))
        return _Posterior(prior, {a: score + own.get(a, 0.0) for a, score in article.items()}, paragraphs, paragraphs)
    followed: dict[int, Weights] = {}
    for paragraph, own in paragraphs.items():
        peak = max(0.0, *own.values())
        free = sum(share * exp(own.get(anchor, 0.0) - peak) for anchor, share in prior.items())
        free += max(0.0, 1.0 - sum(prior.values())) * exp(-peak)
        floor = log(OWN_ANCHOR * free) + peak
        followed[paragraph] = {anchor: _log_add(_STAYS + own.get(anchor, 0.0), floor) for anchor in prior}
        for anchor, score in followed[paragraph].items():
            article[anchor] += score
    return _Posterior(prior, article, paragraphs, followed)


def _log_add(one: float, other: float) -> float:
    high, low = (one, other) if one > other else (other, one)
    return high + log1p(exp(low - high))


def _normal(scores: Weights) -> Weights:
    """Probabilities from log odds."""
    peak = max(scores.values())
    raised = {anchor: exp(score - peak) for anchor, score in scores.items()}
    total = sum(raised.values())
    return {anchor: value / total for anchor, value in raised.items()}


def _prior(
    names: Sequence[_Name], cues: Sequence[Cue], hints: Sequence[str], times: _Times, gazetteer: Gazetteer
) -> Weights:
    """Anchors before any name is read: level, era, the levels of bare bodies, words of the URL."""
    counts = Counter(cue.unit_type for cue in cues)
    hinted = _hinted(hints, gazetteer)
    raw = {NOWHERE: PRIOR_NONE * prod(CUE["nowhere"] ** _strength(n) for n in counts.values())}
    for anchor in dict.fromkeys(anchor for name in names for anchor in name.evidence.fits):
        if anchor.startswith("34."):
            share = PRIOR_NEW[anchor[3]] * times.new
        else:
            share = PRIOR[anchor[3]] * (1.0 - times.new + times.new * OLD_HOME)
            if times.day is not None and times.day < CUT and not gazetteer.exists_on(anchor, times.day):
                share *= OLD_HOME
        types = _home_types(anchor, times, gazetteer)
        for unit_type, count in counts.items():
            share *= CUE[_cue_fit(unit_type, anchor, types)] ** _strength(count)
        if hinted & gazetteer.within(anchor):
            share *= HINT
        if share > 0.0:
            raw[anchor] = share
    return raw


def _strength(count: int) -> float:
    return min(2.0, 1.0 + 0.5 * log(count))


def _cue_fit(unit_type: str, anchor: str, types: frozenset[str]) -> str:
    if unit_type in types:
        return "same"
    depth = "pdc".index(anchor[3])
    below = all("pdc".index(level) > depth for level in LEVEL_OF.get(unit_type, ""))
    unfit = unit_type in OLD_TYPES and anchor.startswith("34.")
    return "below" if below or unfit else "other"


def _home_types(anchor: str, times: _Times, gazetteer: Gazetteer) -> frozenset[str]:
    return frozenset(gazetteer.type_on(place_id, times.day) for place_id in _homes_of(anchor, times, gazetteer))


def _homes_of(anchor: str, times: _Times, gazetteer: Gazetteer) -> list[str]:
    """The units of the day that an article about the anchor is at home in."""
    if times.day is None:
        era = "34." if times.new > 0.5 else "63."
        return sorted(place_id for place_id in gazetteer.within(anchor) if place_id.startswith(era)) or [anchor]
    living = sorted(place_id for place_id in gazetteer.within(anchor) if gazetteer.exists_on(place_id, times.day))
    return living or [anchor]


def _hinted(hints: Sequence[str], gazetteer: Gazetteer) -> frozenset[str]:
    """Provinces and districts whose folded name a word of the URL contains."""
    return frozenset(place_id for hint in hints for place_id in gazetteer.named_in(fold(hint).replace(" ", "")))


# --- 4. mixture -------------------------------------------------------------------------------------------------------


def _resolve_all(names: Sequence[_Name], local: Mapping[int, Weights]) -> tuple[Resolution, ...]:
    """One resolution per name; what says the same in the same paragraph means the same."""
    known: dict[tuple[int, int], Resolution] = {}
    for name in names:
        same = id(name.evidence), name.paragraph
        if same not in known:
            known[same] = _resolve(name.evidence, local[name.paragraph])
    return tuple(known[id(name.evidence), name.paragraph] for name in names)


def _resolve(name: _Evidence, local: Weights) -> Resolution:
    """Probabilities of the readings of one name, summed over the anchors of its paragraph."""
    alone, unrelated = list(name.alone.items()), name.unrelated
    shares: Weights = dict.fromkeys(name.alone, 0.0)
    related = 0.0
    for anchor, fits in name.fits.items():
        if (trust := local.get(anchor, 0.0)) > 1e-9:
            related += trust
            total = unrelated + name.totals[anchor]
            for place_id, value in alone:
                shares[place_id] += trust * (value + fits.get(place_id, 0.0)) / total
    for place_id, value in alone:
        shares[place_id] += max(0.0, 1.0 - related) * value / unrelated
    rounded = [(place_id, round(share, DIGITS)) for place_id, share in shares.items()]
    ranked = tuple(sorted(rounded, key=_best_first))
    if not ranked:
        return Resolution(None, 0.0, ())
    best, probability = ranked[0]
    return Resolution(best if probability >= BOUND else None, probability, ranked[:SHOWN])


def _best_first(pair: tuple[str, float]) -> tuple[float, str]:
    return -pair[1], pair[0]


def _anchors(
    article: Weights, resolutions: Sequence[Resolution], times: _Times, gazetteer: Gazetteer
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Units of every type and level the article is at home in.

    Below the anchor (a district that names one commune), the units named inside it share its probability by how often
    they are named, with a part left for none of them.
    """
    homes: dict[str, Weights] = {}
    levels: dict[str, Weights] = {}

    def add(place_id: str, probability: float) -> None:
        for table, label in ((homes, gazetteer.type_on(place_id, times.day)), (levels, gazetteer.level(place_id))):
            row = table.setdefault(label, {})
            row[place_id] = row.get(place_id, 0.0) + probability

    named: Counter[str] = Counter(r.place_id for r in resolutions if r.place_id and not r.place_id.startswith("world"))
    for anchor, probability in article.items():
        if anchor == NOWHERE or probability < 1e-4:
            continue
        units = _homes_of(anchor, times, gazetteer)
        for place_id in units:
            add(place_id, probability)
        reached = {gazetteer.level(place_id) for place_id in units}
        for level in ("district", "commune"):
            below = {u: n for u, n in named.items() if gazetteer.level(u) == level and gazetteer.inside(u, anchor)}
            if level not in reached and below:
                for place_id, count in below.items():
                    add(place_id, probability * BELOW * count / sum(below.values()))
    tables = {**levels, **homes}
    return {
        label: tuple(sorted([(u, round(share, DIGITS)) for u, share in row.items()], key=_best_first))
        for label, row in tables.items()
    }
