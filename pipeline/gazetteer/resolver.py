"""Which units the place names of one article mean, decided for all of them at once.

What enters are the names as the recogniser found them (with type word, paragraph and explicit parent), the bare unit
words ("Huyện ủy"), the day, and place names out of the URL; what leaves is a probability for every candidate of every
name, and the units the article is at home in. Nothing is read but the gazetteer, nothing is remembered between calls.

The model, in order:

1. *Surface weights* (:mod:`.readings`). Every unit that can bear the name, weighed by its type word, its lifetime on
   the day, and how it is named.
2. *Explicit parents bind* (:mod:`.parents`). "xã A, huyện B, tỉnh C" keeps the combinations that nest.
3. *A hidden anchor* (:mod:`.evidence`, :mod:`.anchors`). Some unit A the article is about. A name is likely under A
   when it means A, a unit around A, or one inside A (then divided by how many there are, so the smallest area that
   explains most names wins). A paragraph follows the article's anchor or has one of its own (attendance lists,
   biographies); a name may also be an outsider.
4. *Mixture.* The probability of a candidate is summed over anchors; it is emitted from :data:`BOUND` on, else refused.

The numbers were set on six worked cases and simulated co-mentions (benchmarks/resolver.py prints what they give).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.gazetteer.anchors import homes_of, judge_anchors, prior_of, probabilities
from pipeline.gazetteer.evidence import Evidence, Name, gather_evidence
from pipeline.gazetteer.index import Gazetteer
from pipeline.gazetteer.parents import bind
from pipeline.gazetteer.readings import echo, new_share, weigh_all
from pipeline.gazetteer.references import NOWHERE, Cue, Reference, Times, Weights, untangle

BOUND = 0.8  # research of 2026-11: precision >= .998 on simulated co-mentions
BELOW = 0.9  # that a body without a name belongs to a unit named inside the anchor
DIGITS = 6  # of probabilities handed out, so that sums in another order give the same
SHOWN = 12  # candidates listed per name


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
    references = untangle(references)
    times = Times(day, new_share(references, cues, day, gazetteer, latest))
    weights = bind(references, weigh_all(references, times, gazetteer), gazetteer)
    weights = echo(references, weights)
    names = gather_evidence(references, weights, gazetteer)
    posterior = judge_anchors(names, prior_of(names, cues, hints, times, gazetteer))
    local = {paragraph: posterior.local(paragraph) for paragraph in posterior.paragraphs}
    resolutions = _resolve_all(names, local)
    article = probabilities(posterior.article)
    return Resolved(resolutions, _anchors(article, resolutions, times, gazetteer))


def settle_on(candidates: Sequence[tuple[str, float]], gazetteer: Gazetteer) -> str | None:
    """The id that candidates (best first) leave no doubt about, or ``None``.

    An undated article cannot tell tỉnh Sơn La of before 2025-07 from that of today: where code and name agree, the
    likelier map stands. A province may become a city with the same code and name (Quảng Ninh).

    >>> from pipeline.gazetteer import load_gazetteer
    >>> both, other = [("63.p14", 0.6), ("34.p14", 0.4)], [("63.p64", 0.6), ("34.p52", 0.4)]
    >>> settle_on(both, load_gazetteer()), settle_on(other, load_gazetteer())
    ('63.p14', None)
    """
    if not candidates or candidates[0][1] >= BOUND:
        return candidates[0][0] if candidates else None
    if len(candidates) < 2:
        return None
    (first, p), (second, q) = candidates[0], candidates[1]
    if p + q < BOUND or first.partition(".")[2] != second.partition(".")[2]:
        return None
    one, other = gazetteer.unit(first), gazetteer.unit(second)
    is_province = gazetteer.level(first) == "province"
    alike = one.name == other.name if is_province else one.full_name == other.full_name
    return first if alike else None


def _resolve_all(names: Sequence[Name], local: Mapping[int, Weights]) -> tuple[Resolution, ...]:
    """One resolution per name; what says the same in the same paragraph means the same."""
    known: dict[tuple[int, int], Resolution] = {}
    for name in names:
        same = id(name.evidence), name.paragraph
        if same not in known:
            known[same] = _resolve(name.evidence, local[name.paragraph])
    return tuple(known[id(name.evidence), name.paragraph] for name in names)


def _resolve(name: Evidence, local: Weights) -> Resolution:
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
    article: Weights, resolutions: Sequence[Resolution], times: Times, gazetteer: Gazetteer
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
        units = homes_of(anchor, times, gazetteer)
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
