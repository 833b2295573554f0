"""Score processed tables against gold articles, and hold the scores to pinned floors.

Gold is a JSON list, one object per article, keyed by ``source`` (the base name of ``articles.source``)::

    source, title, published_on, event_on, authors [name],
    memberships [{person, title, organisation, place {gso_code} | null, status}],
    mentions [{label, text, count}]   (optional)    people [name], places [{gso_code}]   (optional)

What is measured, summed over all gold articles (an article missing from the tables counts as all missed):

1. office: person with role and body (the unit type at the title's end left out);
2. title: person with full normal title and status; organisation, place: the same with the body's name, the unit's code;
3. PERSON, POSITION, ORGANISATION, PLACE, mentions: labelled surface forms, each as often as it occurs;
4. people, places: sets per article, where the gold has them;
5. headline, published_on, event_on, authors: share of articles with the very value.

Strings are compared without regard to case, tone placement, blanks and the kind of dash.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.errors import InputError
from pipeline.models import Label
from pipeline.orthography import key, settle
from pipeline.tables import read_table

Key = tuple[str | None, ...]

# A unit word at the end of a title tells the level, not the office.
_UNIT_WORD_AT_END = re.compile(
    r"\s(?:xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh|thôn|bản|ấp|buôn|làng|xóm|khu phố|tổ dân phố"
    r"|khu dân cư|tiểu khu|khu)$"
)
_DASH = re.compile(r"\s*[-–—]\s*")


@dataclass(frozen=True, slots=True)
class ScoreError:
    """One miss or one spurious find, with the sentence where it is, or would have been, told."""

    kind: str  # missed, spurious
    source: str
    key: Key
    sentence: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """How well one measure was met. For measures of whole values, ``spurious`` is 0 and f1 the share of exact
    articles.
    """

    found: int
    missed: int
    spurious: int
    is_share: bool = False
    errors: tuple[ScoreError, ...] = ()

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.found / max(1, self.found + self.spurious)

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return self.found / max(1, self.found + self.missed)

    @property
    def value(self) -> float:
        """F1, or the share of exact values.

        >>> Score(3, 1, 1).value, Score(3, 1, 0, is_share=True).value
        (0.75, 0.75)
        """
        if self.is_share:
            return self.recall
        return 2 * self.found / max(1, 2 * self.found + self.missed + self.spurious)


@dataclass(slots=True)
class _Found:
    """What the tables say of one article."""

    values: Mapping[str, Any]
    sentences: list[str] = field(default_factory=list)
    memberships: dict[Key, str] = field(default_factory=dict)  # all that is compared of a membership -> its sentence
    mentions: Counter[Key] = field(default_factory=Counter)
    mention_sentences: dict[Key, str] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)


@lru_cache(maxsize=65536)
def compare_form(text: str) -> str:
    """The form in which gold and output are compared.

    >>> compare_form("Đảng uỷ  xã Hoà An – Đông") == compare_form("đảng ủy xã Hòa An-Đông")
    True
    """
    return _DASH.sub("-", key(settle(text).casefold().replace("’", "'").replace("ʼ", "'"))).strip()


def _form(text: str | None) -> str | None:
    return None if text is None else compare_form(text)


def evaluate_tables(gold: Path, processed: Path) -> dict[str, Score]:
    """Score the tables in ``processed`` against the gold file; measure to score, in the order of the module's
    docstring.

    Raises:
        InputError: the gold cannot be read.
        TableError: a table cannot be read.
    """
    return score_articles(read_gold(gold), processed)


def read_gold(path: Path) -> list[dict[str, Any]]:
    """The gold articles.

    Raises:
        InputError: no such file, or no JSON list of articles with a source.
    """
    try:
        articles = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is no readable gold file: {error}") from error
    if not isinstance(articles, list) or not all(isinstance(each, dict) and "source" in each for each in articles):
        raise InputError(f"{path} is no gold file: a JSON list of articles, each with a source, is expected")
    return articles


def score_articles(gold: Sequence[Mapping[str, Any]], processed: Path) -> dict[str, Score]:
    """Score the tables against gold articles already read."""
    found = _read_found(processed)
    books = _Books()
    for article in gold:
        _score_article(article, found.get(article["source"]) or _Found({}), books)
    return books.scores()


class _Books:
    """Counts by measure, in the order in which the measures are first met."""

    def __init__(self) -> None:
        self._counts: dict[str, list[int]] = {}
        self._shares: set[str] = set()
        self._errors: dict[str, list[ScoreError]] = defaultdict(list)

    def compare(self, measure: str, source: str, gold: Counter[Key], found: Counter[Key], where: _Whereabouts) -> None:
        """Count what two bags have in common."""
        counts = self._counts.setdefault(measure, [0, 0, 0])
        missed, spurious = gold - found, found - gold
        counts[0] += (gold & found).total()
        counts[1] += missed.total()
        counts[2] += spurious.total()
        for kind, keys in (("missed", missed), ("spurious", spurious)):
            self._errors[measure].extend(
                ScoreError(kind, source, each, where.find(each, kind)) for each in sorted(keys.elements(), key=repr)
            )

    def match(self, measure: str, source: str, gold: object, found: object) -> None:
        """Count whether two values are the same."""
        self._shares.add(measure)
        counts = self._counts.setdefault(measure, [0, 0, 0])
        counts[0 if gold == found else 1] += 1
        if gold != found:
            self._errors[measure].append(ScoreError("missed", source, (str(gold), f"found {found}"), None))

    def scores(self) -> dict[str, Score]:
        """The scores; shares of exact values come last."""
        ordered = sorted(self._counts, key=lambda measure: measure in self._shares)
        return {
            measure: Score(found, missed, spurious, measure in self._shares, tuple(self._errors[measure]))
            for measure in ordered
            for found, missed, spurious in [self._counts[measure]]
        }


@dataclass(frozen=True, slots=True)
class _Whereabouts:
    """Finds the sentence of an error: of a find its own, of a miss the first that holds the name that it begins or
    ends with.
    """

    found: _Found
    sentences: Mapping[Key, str]
    at: int

    def find(self, key: Key, kind: str) -> str | None:
        if kind == "spurious" and key in self.sentences:
            return self.sentences[key]
        name = key[self.at]
        return next((text for text in self.found.sentences if name and name in compare_form(text)), None)


def _score_article(gold: Mapping[str, Any], found: _Found, books: _Books) -> None:
    source = gold["source"]
    wanted = [_membership_key(row, (row["place"] or {}).get("gso_code")) for row in gold["memberships"]]
    for tier, cut in _TIERS.items():
        sentences = {cut(row): sentence for row, sentence in found.memberships.items()}
        where = _Whereabouts(found, sentences, 0)
        books.compare(tier, source, Counter({cut(row) for row in wanted}), Counter(set(sentences)), where)
    if "mentions" in gold:
        _score_mentions(gold["mentions"], source, found, books)
    nowhere = _Whereabouts(found, {}, 0)
    if "people" in gold:
        books.compare("people", source, _bag(map(compare_form, gold["people"])), _bag(found.people), nowhere)
    if "places" in gold:
        codes = _bag(place["gso_code"] for place in gold["places"] if place["gso_code"])
        books.compare("places", source, codes, _bag(found.places), nowhere)
    for measure, column in (("headline", "title"), ("published_on", "published_on"), ("event_on", "event_on")):
        if column in gold:
            books.match(measure, source, _plain(gold[column]), _plain(found.values.get(column)))
    if "authors" in gold:
        authors = found.values.get("authors") or []
        books.match("authors", source, sorted(map(compare_form, gold["authors"])), sorted(map(compare_form, authors)))


def _bag(names: Iterable[str]) -> Counter[Key]:
    """Each name once."""
    keys: set[Key] = {(name,) for name in names}
    return Counter(keys)


def _score_mentions(rows: Iterable[Mapping[str, Any]], source: str, found: _Found, books: _Books) -> None:
    gold: Counter[Key] = Counter()
    for row in rows:
        gold[row["label"], compare_form(row["text"])] += row["count"]
    where = _Whereabouts(found, found.mention_sentences, 1)
    for label in Label:
        books.compare(label.value, source, _of_label(gold, label), _of_label(found.mentions, label), where)
    books.compare("mentions", source, gold, found.mentions, where)


def _of_label(bag: Counter[Key], label: Label) -> Counter[Key]:
    return Counter({each: count for each, count in bag.items() if each[0] == label})


def _plain(value: object) -> str | None:
    return compare_form(str(value)) if value else None


def _membership_key(row: Mapping[str, Any], code: str | None) -> Key:
    return _form(row["person"]), _form(row["title"]), row["status"], _form(row["organisation"]), code


def _cut_office(row: Key) -> Key:
    return row[0], _UNIT_WORD_AT_END.sub("", row[1]) if row[1] else row[1]


_TIERS: Mapping[str, Callable[[Key], Key]] = {
    "office": _cut_office,
    "title": lambda row: row[:3],
    "organisation": lambda row: row[:4],
    "place": lambda row: (*row[:3], row[4]),
}


def _read_found(processed: Path) -> dict[str, _Found]:
    """What the tables say, by base name of the source."""
    columns = ["article_id", "source", "title", "published_on", "event_on", "authors", "text"]
    articles = read_table(processed, "articles", columns=columns).to_pylist()
    by_id = {row["article_id"]: _Found(row) for row in articles}
    sentences = {}
    for row in read_table(processed, "sentences", columns=["article_id", "sentence_id", "start", "end"]).to_pylist():
        found = by_id[row["article_id"]]
        text = found.values["text"][row["start"] : row["end"]]
        sentences[row["article_id"], row["sentence_id"]] = text
        found.sentences.append(text)
    codes = _lookup(processed, "places", "place_id", "gso_code")
    _read_memberships(processed, by_id, sentences, codes)
    for row in read_table(processed, "mentions").to_pylist():
        found = by_id[row["article_id"]]
        mention = (row["label"], compare_form(row["text"]))
        found.mentions[mention] += 1
        found.mention_sentences[mention] = sentences.get((row["article_id"], row["sentence_id"]), "")
        if row["label"] == Label.PLACE and codes.get(row["entity_id"]):
            found.places.add(codes[row["entity_id"]])
    return {Path(found.values["source"]).name: found for found in by_id.values()}


def _read_memberships(
    processed: Path, by_id: Mapping[str, _Found], sentences: Mapping[tuple[str, int], str], codes: Mapping[str, str]
) -> None:
    names = {}
    for row in read_table(processed, "people", columns=["article_id", "person_id", "name"]).to_pylist():
        names[row["article_id"], row["person_id"]] = row["name"]
        by_id[row["article_id"]].people.add(compare_form(row["name"]))
    titles = _lookup(processed, "positions", "position_id", "title")
    bodies = _lookup(processed, "organisations", "organisation_id", "name")
    for row in read_table(processed, "memberships").to_pylist():
        told = {
            "person": names.get((row["article_id"], row["person_id"])),
            "title": titles.get(row["position_id"]),
            "organisation": bodies.get(row["organisation_id"]),
            "status": row["status"],
        }
        membership = _membership_key(told, codes.get(row["place_id"]))
        sentence = sentences.get((row["article_id"], row["sentence_id"]), row["evidence"])
        by_id[row["article_id"]].memberships.setdefault(membership, sentence)


def _lookup(processed: Path, name: str, column: str, value: str) -> dict[str, str]:
    return {row[column]: row[value] for row in read_table(processed, name, columns=[column, value]).to_pylist()}


# --- showing and holding ----------------------------------------------------------------------------------------------


def render_evaluation(scores: Mapping[str, Score], *, errors: int = 0) -> RenderableType:
    """A table of scores, and up to ``errors`` errors of each kind with their sentence."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("measure")
    for column in ("precision", "recall", "F1 / exact", "gold"):
        table.add_column(column, justify="right")
    for measure, score in scores.items():
        shares = ("", "") if score.is_share else (f"{score.precision:.3f}", f"{score.recall:.3f}")
        table.add_row(measure, *shares, f"{score.value:.3f}", f"{score.found + score.missed:,}")
    return Group(table, *(line for measure, score in scores.items() for line in _error_lines(measure, score, errors)))


def _error_lines(measure: str, score: Score, number: int) -> list[Text]:
    lines = []
    for kind in ("missed", "spurious"):
        for error in [each for each in score.errors if each.kind == kind][:number]:
            told = " | ".join(str(part) for part in error.key)
            lines.append(Text(f"{measure} {kind} · {error.source} · {told}"))
            if error.sentence:
                lines.append(Text(f"    {error.sentence}", "dim"))
    return lines


def read_floors(path: Path) -> dict[str, dict[str, float]]:
    """Pinned floors: set of gold articles to measure to least value (TOML, one table per set).

    Raises:
        InputError: the file cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is no readable file of floors: {error}") from error
    return {name: {measure: float(floor) for measure, floor in floors.items()} for name, floors in content.items()}


def find_breaches(scores: Mapping[str, Score], floors: Mapping[str, float]) -> list[str]:
    """What stands under its floor, one sentence each; a measure that has no score is a breach.

    >>> find_breaches({"office": Score(3, 1, 1)}, {"office": 0.8, "title": 0.5})
    ['office is 0.750, its floor 0.800', 'title was not measured, its floor 0.500']
    """
    breaches = []
    for measure, floor in floors.items():
        score = scores.get(measure)
        if score is None:
            breaches.append(f"{measure} was not measured, its floor {floor:.3f}")
        elif score.value < floor:
            breaches.append(f"{measure} is {score.value:.3f}, its floor {floor:.3f}")
    return breaches
