"""Memberships in clear text, one at a time: what every export reads.

What enters is a folder of tables; what leaves, part by part and in the order of the tables, is

* :class:`Claim`: a membership with the rows it refers to (person, office, body, unit, article, sentence);
* :class:`ClearRow`: the same flat, names first and ids last, the row of csv, jsonl and the view ``who``.

Offices, bodies and units are kept in memory: their number grows with the state, not with the number of articles. Of the
articles only one part is in memory at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pyarrow as pa

from pipeline.errors import TableError
from pipeline.models import Level, Membership, Organisation, Person, Place, Position
from pipeline.tables import SCHEMAS, part_files, part_path, read_file, read_table, rows_of

Entity = TypeVar("Entity")

_FOREIGN = re.compile(r"world\.(?P<code>[a-z]{2})\b")  # ids as pipeline/gazetteer/foreign.tsv writes them


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text."""

    article_id: str
    source: str
    url: str | None
    title: str | None
    published_on: date | None
    event_on: date | None
    authors: tuple[str, ...]

    @property
    def web_address(self) -> str | None:
        """``url`` where it is an absolute http address: what a document states of itself may be anything.

        >>> ArticleHead("0", "a.txt", "javascript:alert(1)", None, None, None, ()).web_address is None
        True
        """
        try:
            parts = urlsplit(self.url or "")
        except ValueError:
            return None
        return self.url if parts.scheme in ("http", "https") and parts.netloc else None


@dataclass(frozen=True, slots=True)
class Claim:
    """One membership with all it refers to. ``sentence`` is the text of the sentence that holds the evidence.

    The keys are ids over all articles: those of people and memberships are unique within one article only.
    """

    membership: Membership
    person: Person
    position: Position
    organisation: Organisation | None
    place: Place | None
    article: ArticleHead
    sentence: str

    @property
    def article_id(self) -> str:
        return self.membership.article_id

    @property
    def person_key(self) -> str:
        return f"{self.membership.article_id}-{self.membership.person_id}"

    @property
    def membership_key(self) -> str:
        return f"{self.membership.article_id}-{self.membership.membership_id}"

    @property
    def post_key(self) -> str:
        """One office in one body and place. A digest: ids of former units hold signs that other programs refuse."""
        parts = (self.membership.position_id, self.membership.organisation_id or "", self.membership.place_id or "")
        return f"post-{blake2b(' '.join(parts).encode(), digest_size=8).hexdigest()}"

    @property
    def post_name(self) -> str:
        """The title with the body that tells it from others of the title: ``Bí thư Huyện ủy (Huyện ủy Hàm Yên)``."""
        return f"{self.position.title} ({self.organisation.name})" if self.organisation else self.position.title


@dataclass(frozen=True, slots=True)
class ClearRow:
    """One membership in clear text; the fields are the columns of csv and jsonl, in this order.

    ``article`` is the headline; ``evidence`` is the article's text from ``start`` to ``end`` (code points, half-open).
    """

    person: str
    title: str
    title_en: str
    organisation: str | None
    place: str | None
    province: str | None
    status: str
    term: str | None
    observed_on: date | None
    evidence: str
    sentence: str
    article: str | None
    source: str
    url: str | None
    start: int
    end: int
    honorific: str | None
    rank: str | None
    degree: str | None
    gender: str | None
    branch: str
    level: str
    inferred: tuple[str, ...]
    rule: str
    score: float
    membership_id: str
    article_id: str
    sentence_id: int
    person_id: str
    position_id: str
    organisation_id: str | None
    place_id: str | None


@dataclass(frozen=True, slots=True)
class Entities:
    """What is shared by all articles, by id."""

    positions: Mapping[str, Position]
    organisations: Mapping[str, Organisation]
    places: Mapping[str, Place]


# --- reading --------------------------------------------------------------------------------------------------------


def iter_clear_rows(processed: Path) -> Iterator[ClearRow]:
    """Every membership in clear text, in the order of :func:`iter_claims`.

    Raises:
        TableError: a table is missing, cannot be read, or names a row that is not there.
    """
    return map(flatten_claim, iter_claims(processed))


def iter_articles(processed: Path) -> Iterator[tuple[ArticleHead, tuple[Claim, ...]]]:
    """Every article that tells a membership, with its claims; articles in the order of :func:`iter_claims`.

    Raises:
        TableError: a table is missing, cannot be read, or names a row that is not there.
    """
    for _, group in groupby(iter_claims(processed), key=lambda claim: claim.article.article_id):
        claims = tuple(group)
        yield claims[0].article, claims


def iter_claims(processed: Path) -> Iterator[Claim]:
    """Every membership with all it refers to: parts in order of their names, rows by article and membership id.

    Raises:
        TableError: a table is missing, cannot be read, or names a row that is not there.
    """
    keys = claim_parts(processed)
    entities = read_entities(processed)
    for key in keys:
        yield from read_claims(processed, key, entities)


def read_entities(processed: Path) -> Entities:
    """Offices, bodies and units of all articles.

    Raises:
        TableError: a table is missing or cannot be read.
    """
    bodies = rows_of(read_table(processed, "organisations"), Organisation)
    return Entities(
        positions={row.position_id: row for row in rows_of(read_table(processed, "positions"), Position)},
        organisations={row.organisation_id: row for row in bodies},
        places={row.place_id: row for row in rows_of(read_table(processed, "places"), Place)},
    )


def claim_parts(processed: Path) -> list[str]:
    """Keys of the parts that hold memberships.

    Raises:
        TableError: the folder holds articles without memberships, or no tables at all.
    """
    keys = part_keys(processed, "memberships")
    if not keys:
        articles = read_table(processed, "articles", columns=["article_id"])  # says what to do when there is none
        if articles.num_rows:
            raise TableError(f"there is no table memberships in {processed}; write it with: chucdanh link")
    return keys


def part_keys(processed: Path, name: str) -> list[str]:
    """Keys of a table's parts, sorted."""
    return [path.stem.removeprefix("part-") for path in part_files(processed, name)]


def read_columns(processed: Path, name: str, key: str, *columns: str) -> pa.Table:
    """Some columns of one part of a table.

    Raises:
        TableError: the part is missing or cannot be read.
    """
    schema = SCHEMAS[name]
    return read_file(part_path(processed, name, key), pa.schema([schema.field(column) for column in columns]))


def read_claims(processed: Path, key: str, entities: Entities) -> Iterator[Claim]:
    """The memberships of one part with all they refer to, by article and membership id.

    Raises:
        TableError: the part is missing, cannot be read, or names a row that is not there.
    """
    memberships = rows_of(read_columns(processed, "memberships", key, *SCHEMAS["memberships"].names), Membership)
    people = {
        (person.article_id, person.person_id): person
        for person in rows_of(read_columns(processed, "people", key, *SCHEMAS["people"].names), Person)
    }
    heads = {head.article_id: head for head in _read_heads(processed, key)}
    sentences = _read_sentences(processed, key, {(row.article_id, row.sentence_id) for row in memberships})
    for row in memberships:
        try:
            claim = Claim(
                membership=row,
                person=people[row.article_id, row.person_id],
                position=entities.positions[row.position_id],
                organisation=_find(entities.organisations, row.organisation_id),
                place=_find(entities.places, row.place_id),
                article=heads[row.article_id],
                sentence=sentences[row.article_id, row.sentence_id],
            )
        except KeyError as error:
            raise TableError(
                f"{part_path(processed, 'memberships', key)}: {row.membership_id} of article {row.article_id} names"
                f" {error}, which is in no table; see all such rows with: chucdanh validate --processed {processed}"
            ) from error
        yield claim


def _find(entities: Mapping[str, Entity], entity_id: str | None) -> Entity | None:
    return None if entity_id is None else entities[entity_id]


def _read_heads(processed: Path, key: str) -> list[ArticleHead]:
    columns = ("article_id", "source", "url", "title", "published_on", "event_on", "authors")
    return rows_of(read_columns(processed, "articles", key, *columns), ArticleHead)


def _read_sentences(processed: Path, key: str, wanted: set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Text of the wanted sentences by ``(article_id, sentence_id)``."""
    articles = read_columns(processed, "articles", key, "article_id", "text")
    texts = dict(zip(*(articles[column].to_pylist() for column in articles.column_names), strict=True))
    sentences = read_columns(processed, "sentences", key, "article_id", "sentence_id", "start", "end")
    rows = zip(*(sentences[column].to_pylist() for column in sentences.column_names), strict=True)
    return {
        (article_id, sentence_id): texts[article_id][start:end]
        for article_id, sentence_id, start, end in rows
        if (article_id, sentence_id) in wanted
    }


# --- clear text -----------------------------------------------------------------------------------------------------


def flatten_claim(claim: Claim) -> ClearRow:
    """A claim in clear text."""
    membership, person, position, article = claim.membership, claim.person, claim.position, claim.article
    return ClearRow(
        person=person.name,
        title=position.title,
        title_en=position.title_en,
        organisation=claim.organisation.name if claim.organisation else None,
        place=unit_of(claim.place) if claim.place else None,
        province=province_of(claim.place) if claim.place else None,
        status=membership.status.value,
        term=membership.term,
        observed_on=membership.observed_on,
        evidence=membership.evidence,
        sentence=claim.sentence,
        article=article.title,
        source=article.source,
        url=article.url,
        start=membership.start,
        end=membership.end,
        honorific=person.honorific,
        rank=person.rank,
        degree=person.degree,
        gender=person.gender,
        branch=position.branch.value,
        level=position.level.value,
        inferred=membership.inferred,
        rule=membership.rule,
        score=round(membership.score, 4),  # stored in 32 bits
        membership_id=membership.membership_id,
        article_id=membership.article_id,
        sentence_id=membership.sentence_id,
        person_id=membership.person_id,
        position_id=membership.position_id,
        organisation_id=membership.organisation_id,
        place_id=membership.place_id,
    )


def unit_of(place: Place) -> str:
    """A unit with its unit word, without what lies above it.

    >>> unit_of(Place("34.c1", "1", "34", Level.COMMUNE, "xã", "Thanh Ba", "xã Thanh Ba, tỉnh Phú Thọ"))
    'xã Thanh Ba'
    """
    return place.full_name.split(", ")[0]


def province_of(place: Place) -> str | None:
    """The province that a unit lies in or is; nothing for foreign places and villages that no unit is known of.

    >>> name = "xã Thanh Ba, tỉnh Phú Thọ"
    >>> province_of(Place("34.c1", "1", "34", Level.COMMUNE, "xã", "Thanh Ba", name, province_id="34.p25"))
    'tỉnh Phú Thọ'
    """
    known = place.province_id is not None or place.level is Level.PROVINCE
    return place.full_name.split(", ")[-1] if known else None


def country_of(place: Place) -> str | None:
    """ISO 3166-1 code of the country that a place lies in, as far as its id or its province tells.

    >>> country_of(Place("world.la~vieng-chan", None, None, Level.NONE, "thành phố", "Viêng Chăn", "…"))
    'la'
    """
    foreign = _FOREIGN.match(place.place_id)
    if foreign:
        return foreign["code"]
    return "vn" if place.gso_code or place.province_id else None
