"""The search index: one script that sets one variable, since a page opened from disk may not fetch anything.

The script folds names itself (accents off, đ to d), so that the index holds each name once and as it is spelt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from pipeline.report.addresses import person_page
from pipeline.report.catalogue import Catalogue
from pipeline.report.rows import link_office, link_organisation, link_place
from pipeline.report.shelves import Shelves
from pipeline.report.views import Kind, Link

Entry = tuple[str, str, str, int]
"""Name, note, page within the folder of its kind, number of memberships."""


def write_index(catalogue: Catalogue, shelves: Shelves) -> str:
    """The text of the index script."""
    entries = {
        Kind.PERSON: list(_people(catalogue, shelves)),
        Kind.OFFICE: list(_offices(catalogue, shelves)),
        Kind.ORGANISATION: list(_organisations(catalogue, shelves)),
        Kind.PLACE: list(_places(catalogue, shelves)),
        Kind.ARTICLE: list(_articles(catalogue, shelves)),
    }
    return f"window.chucdanhIndex = {escape_script(json.dumps(entries, ensure_ascii=False, separators=(',', ':')))};\n"


def escape_script(text: str) -> str:
    """JSON that is safe in a script wherever it stands: no end tag, no line separator.

    >>> escape_script('"</script>"')
    '"\\\\u003c/script\\\\u003e"'
    """
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _entry(link: Link, note: str, kind: Kind, key: str, shelves: Shelves) -> Entry:
    page = link.href.removeprefix(f"{kind}/").removesuffix(".html")
    return link.text, note, page, len(shelves.memberships.get((kind, key), ()))


def _people(catalogue: Catalogue, shelves: Shelves) -> Iterator[Entry]:
    for name in catalogue.people_by_name:
        rows = shelves.memberships.get((Kind.PERSON, name), ())
        note = rows[0].office.text if rows else ""
        yield _entry(Link(name, person_page(name)), note, Kind.PERSON, name, shelves)


def _offices(catalogue: Catalogue, shelves: Shelves) -> Iterator[Entry]:
    for office in catalogue.positions.values():
        yield _entry(link_office(office), office.title_en, Kind.OFFICE, office.position_id, shelves)


def _organisations(catalogue: Catalogue, shelves: Shelves) -> Iterator[Entry]:
    for body in catalogue.organisations.values():
        yield _entry(link_organisation(body), "", Kind.ORGANISATION, body.organisation_id, shelves)


def _places(catalogue: Catalogue, shelves: Shelves) -> Iterator[Entry]:
    for unit in catalogue.places.values():
        yield _entry(link_place(unit), unit.gso_code or "", Kind.PLACE, unit.place_id, shelves)


def _articles(catalogue: Catalogue, shelves: Shelves) -> Iterator[Entry]:
    for head in catalogue.articles.values():
        yield _entry(head.link, str(head.day or ""), Kind.ARTICLE, head.article_id, shelves)
