"""Memberships as FollowTheMoney entities, one JSON object per line, for screening and graph tools.

What enters is claims; what leaves, each entity once and before it is referred to:

=================  ==================================================================================================
Article            the document that says so; ``proof`` of the others
PublicBody,        the body; the state's own are public bodies, enterprises companies, the rest organisations
Company,
Organization
Position           one office in one body and place
Person             one person of one article: nothing says that two articles mean the same one
Occupancy          person holds office: ``status`` current or ended, ``date`` the day it was observed, the term as
                   ``periodStart`` and ``periodEnd``, the sentence as ``summary``, status and evidence span in
                   ``description``
UnknownLink        person stands for an office or is proposed for it: a candidate holds nothing yet
=================  ==================================================================================================

``startDate`` and ``endDate`` stay empty: an article tells that an office is held on a day, not since when. A country is
given only to what a known place ties to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from pipeline.exports.rows import ArticleHead, Claim, country_of
from pipeline.models import Branch, Organisation, Place, Status

_PUBLIC = frozenset(
    {
        Branch.PEOPLES_COUNCIL,
        Branch.GOVERNMENT,
        Branch.MILITARY,
        Branch.POLICE,
        Branch.JUDICIARY,
        Branch.LEGISLATURE,
    }
)
_HELD = {
    Status.CURRENT: "current",
    Status.ACTING: "current",
    Status.INCOMING: "current",
    Status.FORMER: "ended",
}
_OWN_COUNTRY_CODES = {"su": "suhh"}  # FollowTheMoney keeps ISO 3166-3 codes for states that are no more
_TERM = re.compile(r"(?P<start>\d{4})\s*[-–]\s*(?P<end>\d{4})")


@dataclass(frozen=True, slots=True)
class FtmEntity:
    """One FollowTheMoney entity: every property a list of texts, none empty."""

    id: str
    schema: str
    properties: dict[str, list[str]]


def write_ftm(articles: Iterable[tuple[ArticleHead, tuple[Claim, ...]]], stream: TextIO) -> int:
    """Write the entities of ``articles`` as JSON lines and count the memberships among them.

    >>> import io
    >>> write_ftm([], io.StringIO())
    0
    """
    count = 0
    for entity in iter_entities(articles):
        values = {"id": entity.id, "schema": entity.schema, "properties": entity.properties}
        stream.write(json.dumps(values, ensure_ascii=False))
        stream.write("\n")
        count += entity.schema in ("Occupancy", "UnknownLink")
    return count


def iter_entities(articles: Iterable[tuple[ArticleHead, tuple[Claim, ...]]]) -> Iterator[FtmEntity]:
    """The entities of articles and their claims, each once; ids of bodies and posts already written are remembered."""
    written: set[str] = set()
    for article, claims in articles:
        yield _article(article)
        people: set[str] = set()
        for claim in claims:
            for entity in (*_bodies(claim), _post(claim)):
                if entity.id not in written:
                    written.add(entity.id)
                    yield entity
            person = _person(claim)
            if person.id not in people:
                people.add(person.id)
                yield person
            yield _tie(claim)


def _entity(entity_id: str, schema: str, **properties: str | date | Iterable[str] | None) -> FtmEntity:
    values = {name: _texts(value) for name, value in properties.items()}
    return FtmEntity(entity_id, schema, {name: texts for name, texts in values.items() if texts})


def _texts(value: str | date | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str | date):
        return [str(value)] if str(value).strip() else []
    return [text for text in dict.fromkeys(value) if text.strip()]


def _article(article: ArticleHead) -> FtmEntity:
    return _entity(
        _article_id(article),
        "Article",
        fileName=article.source,
        title=article.title,
        author=article.authors,
        publishedAt=article.published_on,
        date=article.event_on,
        sourceUrl=article.web_address,
        language="vie",
    )


def _article_id(article: ArticleHead) -> str:
    return f"article-{article.article_id}"


def _bodies(claim: Claim) -> Iterator[FtmEntity]:
    if claim.organisation is None:
        return
    organisation = claim.organisation
    yield _entity(
        organisation.organisation_id,
        _body_schema(organisation),
        name=organisation.name,
        country=_country(claim.place),
        sector=organisation.branch.value,
        classification=organisation.body,
        address=claim.place.full_name if claim.place else None,
    )


def _body_schema(organisation: Organisation) -> str:
    if organisation.branch is Branch.ENTERPRISE:
        return "Company"
    return "PublicBody" if organisation.branch in _PUBLIC else "Organization"


def _post(claim: Claim) -> FtmEntity:
    organisation = claim.organisation
    return _entity(
        claim.post_key,
        "Position",
        name=claim.post_name,
        summary=claim.position.title_en,
        organization=organisation.organisation_id if organisation else None,
        country=_country(claim.place),
        subnationalArea=claim.place.full_name if claim.place else None,
    )


def _person(claim: Claim) -> FtmEntity:
    person = claim.person
    return _entity(
        claim.person_key,
        "Person",
        name=person.name,
        title=[text for text in (person.honorific, person.rank, person.degree) if text],
        gender=person.gender,
        proof=_article_id(claim.article),
        sourceUrl=claim.article.web_address,
    )


def _tie(claim: Claim) -> FtmEntity:
    """Person and office: an occupancy, or for a candidate an open link."""
    membership = claim.membership
    held = _HELD.get(membership.status)
    term = _TERM.search(membership.term or "")
    shared: dict[str, str | date | None] = {
        "date": membership.observed_on,
        "recordId": membership.membership_id,
        "summary": claim.sentence,
        "description": _describe_evidence(claim),
        "proof": _article_id(claim.article),
        "sourceUrl": claim.article.web_address,
    }
    if held is None:
        role = f"{membership.status.value}: {claim.position.title}"
        return _entity(
            claim.membership_key,
            "UnknownLink",
            subject=claim.person_key,
            object=claim.post_key,
            role=role,
            status=membership.status.value,
            **shared,
        )
    return _entity(
        claim.membership_key,
        "Occupancy",
        holder=claim.person_key,
        post=claim.post_key,
        status=held,
        periodStart=term["start"] if term else None,
        periodEnd=term["end"] if term else None,
        **shared,
    )


def _describe_evidence(claim: Claim) -> str:
    """Status, place of the evidence and its words: ``former · a.txt [120:160] "nguyên Bí thư Huyện ủy …"``."""
    membership = claim.membership
    span = f"{claim.article.source} [{membership.start}:{membership.end}]"
    return f'{membership.status.value} · {span} "{membership.evidence}"'


def _country(place: Place | None) -> str | None:
    code = country_of(place) if place else None
    return _OWN_COUNTRY_CODES.get(code, code) if code else None
