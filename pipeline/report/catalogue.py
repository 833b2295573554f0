"""The rows of the tables as pages need them: small tables whole and indexed, articles and mentions part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pipeline.models import (
    Article,
    Membership,
    Mention,
    Organisation,
    Person,
    Place,
    Position,
    Rejection,
)
from pipeline.report.addresses import article_page
from pipeline.report.views import Link
from pipeline.tables import part_files, part_path, read_part, read_table, rows_of

Row = TypeVar("Row")
Value = TypeVar("Value")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text."""

    article_id: str
    source: str
    title: str | None
    published_on: date | None
    event_on: date | None

    @property
    def day(self) -> date | None:
        """The day the article speaks on."""
        return self.published_on or self.event_on

    @property
    def link(self) -> Link:
        """The way to its page; without a headline, its source names it."""
        return Link(self.title or self.source, article_page(self.article_id), "vi" if self.title else "en")


@dataclass(frozen=True)
class Catalogue:
    """Everything but texts and mentions, by key."""

    articles: Mapping[str, ArticleHead]
    people: Mapping[tuple[str, str], Person]
    positions: Mapping[str, Position]
    organisations: Mapping[str, Organisation]
    places: Mapping[str, Place]
    memberships: Sequence[Membership]
    rejections: Sequence[Rejection]

    @cached_property
    def people_by_name(self) -> Mapping[str, Sequence[Person]]:
        """People of all articles by their exact name, names in order of their keys."""
        ordered = sorted(self.people.values(), key=lambda person: (person.name_key, person.name, person.article_id))
        return group(ordered, lambda person: person.name)

    @cached_property
    def bodies_of_place(self) -> Mapping[str, Sequence[Organisation]]:
        """Bodies by the unit they belong to."""
        return group(self.organisations.values(), lambda body: body.place_id)

    @cached_property
    def bodies_below(self) -> Mapping[str, Sequence[Organisation]]:
        """Bodies by the body above them."""
        return group(self.organisations.values(), lambda body: body.parent_id)

    @cached_property
    def units_within(self) -> Mapping[str, Sequence[Place]]:
        """Units by the unit above them."""
        return group(self.places.values(), lambda unit: unit.parent_id)

    @cached_property
    def units_before(self) -> Mapping[str, Sequence[Place]]:
        """Units by the unit that took their place."""
        found: dict[str, list[Place]] = defaultdict(list)
        for unit in self.places.values():
            for successor_id in unit.successor_ids:
                found[successor_id].append(unit)
        return found


def group(rows: Iterable[Value], key: Callable[[Value], Key | None]) -> Mapping[Key, Sequence[Value]]:
    """Rows by a key, in their order; rows without one are left out.

    >>> group(["ba", "to", "bo"], lambda word: word[0])
    {'b': ['ba', 'bo'], 't': ['to']}
    """
    found: dict[Key, list[Value]] = {}
    for row in rows:
        of = key(row)
        if of is not None:
            found.setdefault(of, []).append(row)
    return found


def read_catalogue(processed: Path) -> Catalogue:
    """Read all tables but texts and mentions.

    Raises:
        TableError: a table is missing or cannot be read.
    """
    columns = ["article_id", "source", "title", "published_on", "event_on"]
    heads = rows_of(read_table(processed, "articles", columns=columns), ArticleHead)
    people = _rows(processed, "people", Person)
    return Catalogue(
        articles={head.article_id: head for head in heads},
        people={(person.article_id, person.person_id): person for person in people},
        positions={position.position_id: position for position in _rows(processed, "positions", Position)},
        organisations={body.organisation_id: body for body in _rows(processed, "organisations", Organisation)},
        places={unit.place_id: unit for unit in _rows(processed, "places", Place)},
        memberships=_rows(processed, "memberships", Membership),
        rejections=_rows(processed, "rejects", Rejection),
    )


def _rows(processed: Path, name: str, kind: type[Row]) -> list[Row]:
    return rows_of(read_table(processed, name), kind)


def iter_articles(processed: Path) -> Iterator[tuple[Article, Sequence[Mention]]]:
    """Articles with their mentions, part by part: one part's texts are in memory at a time."""
    for path in part_files(processed, "articles"):
        part = path.stem.removeprefix("part-")
        mentions = _mentions_of(processed, part)
        for article in rows_of(read_part(processed, "articles", part), Article):
            yield article, mentions.get(article.article_id, ())


def _mentions_of(processed: Path, part: str) -> Mapping[str, Sequence[Mention]]:
    if not part_path(processed, "mentions", part).exists():
        return {}
    table = read_part(processed, "mentions", part)
    found: dict[str, list[Mention]] = defaultdict(list)
    for article_id, mention in zip(table["article_id"].to_pylist(), rows_of(table, Mention), strict=True):
        found[article_id].append(mention)
    return found
