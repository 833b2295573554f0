"""The hidden anchor: which unit the article, and each paragraph of it, is about.

The third step of :mod:`pipeline.gazetteer.resolver`, after the names have said what they can (:mod:`.evidence`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p, prod

from pipeline.gazetteer.evidence import Name
from pipeline.gazetteer.index import Gazetteer
from pipeline.gazetteer.references import CUT, LEVEL_OF, NOWHERE, OLD_TYPES, Cue, Times, Weights
from pipeline.orthography import fold

PRIOR = {"p": 6e-3, "d": 6e-4, "c": 2e-5}
PRIOR_NEW = {"p": 1.5e-2, "c": 1.4e-4}
PRIOR_NONE = 0.02
OWN_ANCHOR = 0.07  # a paragraph that leaves the article's anchor
HINT = 200.0
OLD_HOME = 0.05  # an article of today about a unit that has ended
CUE = {"same": 1.0, "below": 0.15, "other": 0.05, "nowhere": 0.1}
_STAYS = log(1.0 - OWN_ANCHOR)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Log odds of anchors: of the article, and of each paragraph seen alone."""

    prior: Weights
    article: Weights
    paragraphs: dict[int, Weights]
    followed: dict[int, Weights]

    def local(self, paragraph: int) -> Weights:
        """Probability of each anchor for one paragraph."""
        rest = probabilities({a: score - self.followed[paragraph].get(a, 0.0) for a, score in self.article.items()})
        own = self.paragraphs[paragraph]
        return probabilities(
            {a: log((1.0 - OWN_ANCHOR) * rest[a] + OWN_ANCHOR * self.prior[a]) + own.get(a, 0.0) for a in self.article}
        )


def judge_anchors(names: Sequence[Name], prior: Weights) -> Posterior:
    """Article and paragraph odds; a paragraph follows the article or, with :data:`OWN_ANCHOR`, an anchor of its own."""
    paragraphs: dict[int, Weights] = {}
    for name in names:
        own = paragraphs.setdefault(name.paragraph, {})
        for anchor, odds in name.evidence.odds.items():
            own[anchor] = own.get(anchor, 0.0) + name.share * odds
    article = {anchor: log(share) for anchor, share in prior.items()}
    if len(paragraphs) == 1:
        own = next(iter(paragraphs.values()))
        return Posterior(prior, {a: score + own.get(a, 0.0) for a, score in article.items()}, paragraphs, paragraphs)
    followed: dict[int, Weights] = {}
    for paragraph, own in paragraphs.items():
        peak = max(0.0, *own.values())
        free = sum(share * exp(own.get(anchor, 0.0) - peak) for anchor, share in prior.items())
        free += max(0.0, 1.0 - sum(prior.values())) * exp(-peak)
        floor = log(OWN_ANCHOR * free) + peak
        followed[paragraph] = {anchor: _log_add(_STAYS + own.get(anchor, 0.0), floor) for anchor in prior}
        for anchor, score in followed[paragraph].items():
            article[anchor] += score
    return Posterior(prior, article, paragraphs, followed)


def _log_add(one: float, other: float) -> float:
    high, low = (one, other) if one > other else (other, one)
    return high + log1p(exp(low - high))


def probabilities(scores: Weights) -> Weights:
    """Probabilities from log odds."""
    peak = max(scores.values())
    raised = {anchor: exp(score - peak) for anchor, score in scores.items()}
    total = sum(raised.values())
    return {anchor: value / total for anchor, value in raised.items()}


def prior_of(
    names: Sequence[Name], cues: Sequence[Cue], hints: Sequence[str], times: Times, gazetteer: Gazetteer
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


def _home_types(anchor: str, times: Times, gazetteer: Gazetteer) -> frozenset[str]:
    return frozenset(gazetteer.type_on(place_id, times.day) for place_id in homes_of(anchor, times, gazetteer))


def homes_of(anchor: str, times: Times, gazetteer: Gazetteer) -> list[str]:
    """The units of the day that an article about the anchor is at home in."""
    if times.day is None:
        era = "34." if times.new > 0.5 else "63."
        return sorted(place_id for place_id in gazetteer.within(anchor) if place_id.startswith(era)) or [anchor]
    living = sorted(place_id for place_id in gazetteer.within(anchor) if gazetteer.exists_on(place_id, times.day))
    return living or [anchor]


def _hinted(hints: Sequence[str], gazetteer: Gazetteer) -> frozenset[str]:
    """Provinces and districts whose folded name a word of the URL contains."""
    return frozenset(place_id for hint in hints for place_id in gazetteer.named_in(fold(hint).replace(" ", "")))
