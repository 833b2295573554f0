"""Memberships as one Popolo document, the form that parliament and office-holder sites exchange.

What enters is a folder of tables, read twice so that neither people nor memberships are ever all in memory; what leaves
is ``{"persons": […], "memberships": […], "organizations": […], "posts": […], "areas": […]}``, one object a line. A
membership carries what Popolo has no word for: ``status``, ``term``, ``observed_on`` and ``evidence`` with its span.
Who only stands for an office has the role ``candidate``, as election sites write it. The form is
``popolo.schema.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from pipeline.exports.rows import ArticleHead, Claim, iter_articles
from pipeline.models import Organisation, Place, Status
from pipeline.tables import read_table, rows_of

Json = dict[str, object]


def write_popolo(processed: Path, stream: TextIO) -> int:
    """Write the memberships of ``processed`` as one Popolo document and count them.

    Raises:
        TableError: a table is missing, cannot be read, or names a row that is not there.
    """
    posts: dict[str, Json] = {}
    stream.write('{\n"persons": [')
    _write_items(_persons(processed), stream)
    stream.write('],\n"memberships": [')
    count = _write_items(_memberships(processed, posts), stream)
    stream.write('],\n"organizations": [')
    _write_items(map(_organization, rows_of(read_table(processed, "organisations"), Organisation)), stream)
    stream.write('],\n"posts": [')
    _write_items((posts[key] for key in sorted(posts)), stream)
    stream.write('],\n"areas": [')
    _write_items(map(_area, rows_of(read_table(processed, "places"), Place)), stream)
    stream.write("]\n}\n")
    return count


def _write_items(items: Iterable[Json], stream: TextIO) -> int:
    count = 0
    for count, item in enumerate(items, start=1):
        stream.write("\n" if count == 1 else ",\n")
        stream.write(json.dumps({key: value for key, value in item.items() if value}, ensure_ascii=False))
    stream.write("\n" if count else "")
    return count


def _persons(processed: Path) -> Iterator[Json]:
    for article, claims in iter_articles(processed):
        for key, claim in {claim.person_key: claim for claim in claims}.items():
            person = claim.person
            prefixes = (person.honorific, person.rank, person.degree)
            yield {
                "id": key,
                "name": person.name,
                "sort_name": person.name_key,
                "honorific_prefix": " ".join(text for text in prefixes if text),
                "gender": person.gender,
                "sources": [_source(article)],
            }


def _memberships(processed: Path, posts: dict[str, Json]) -> Iterator[Json]:
    """Every membership; the posts they name are collected in ``posts``."""
    for article, claims in iter_articles(processed):
        for claim in claims:
            if claim.post_key not in posts:
                posts[claim.post_key] = _post(claim)
            yield _membership(article, claim)


def _membership(article: ArticleHead, claim: Claim) -> Json:
    membership = claim.membership
    return {
        "id": claim.membership_key,
        "label": claim.post_name,
        "role": Status.CANDIDATE.value if membership.status is Status.CANDIDATE else claim.position.title,
        "person_id": claim.person_key,
        "organization_id": membership.organisation_id,
        "post_id": claim.post_key,
        "area_id": membership.place_id,
        "status": membership.status.value,
        "term": membership.term,
        "observed_on": membership.observed_on and membership.observed_on.isoformat(),
        "evidence": {
            "article_id": article.article_id,
            "source": article.source,
            "start": membership.start,
            "end": membership.end,
            "text": membership.evidence,
            "sentence": claim.sentence,
        },
        "sources": [_source(article)],
    }


def _source(article: ArticleHead) -> Json:
    """The article as a Popolo link: its address, or for one without an address a name of its own."""
    link: Json = {"url": article.web_address or f"urn:chucdanh:article:{article.article_id}"}
    note = article.title or article.source
    return {**link, "note": note} if note else link


def _organization(organisation: Organisation) -> Json:
    return {
        "id": organisation.organisation_id,
        "name": organisation.name,
        "classification": organisation.branch.value,
        "parent_id": organisation.parent_id,
        "area_id": organisation.place_id,
    }


def _post(claim: Claim) -> Json:
    return {
        "id": claim.post_key,
        "label": claim.post_name,
        "other_label": claim.position.title_en,
        "role": claim.position.title,
        "organization_id": claim.membership.organisation_id,
        "area_id": claim.membership.place_id,
    }


def _area(place: Place) -> Json:
    point = place.longitude is not None and place.latitude is not None
    return {
        "id": place.place_id,
        "name": place.full_name,
        "identifier": place.gso_code,
        "classification": place.unit_type,
        "parent_id": place.parent_id,
        "geometry": {"type": "Point", "coordinates": [place.longitude, place.latitude]} if point else None,
    }
