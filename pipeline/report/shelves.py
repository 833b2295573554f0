"""Memberships, refusals and naming articles, put on the shelf of the page that shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.models import Article, Label, Mention, Reason
from pipeline.report.catalogue import Catalogue
from pipeline.report.rows import membership_rows, reject_rows
from pipeline.report.views import Kind, MembershipRow, RejectRow

_KINDS = {Label.POSITION: Kind.OFFICE, Label.ORGANISATION: Kind.ORGANISATION, Label.PLACE: Kind.PLACE}


def _lists() -> defaultdict[tuple[Kind, str], list[MembershipRow]]:
    return defaultdict(list)


def _sets() -> defaultdict[tuple[Kind, str], set[str]]:
    return defaultdict(set)


@dataclass(slots=True)
class Shelves:
    """Rows by kind and key of the page: article id, person name, position, organisation or place id."""

    memberships: defaultdict[tuple[Kind, str], list[MembershipRow]] = field(default_factory=_lists)
    naming: defaultdict[tuple[Kind, str], set[str]] = field(default_factory=_sets)
    rejects: defaultdict[str, list[RejectRow]] = field(default_factory=lambda: defaultdict(list))
    reasons: defaultdict[Reason, list[RejectRow]] = field(default_factory=lambda: defaultdict(list))

    def note_mentions(self, article: Article, mentions: Sequence[Mention]) -> None:
        """Remember which offices, bodies and places an article names."""
        for mention in mentions:
            if mention.entity_id and mention.label in _KINDS:
                self.naming[_KINDS[mention.label], mention.entity_id].add(article.article_id)


def fill_shelves(catalogue: Catalogue) -> Shelves:
    """Every row on the shelves of all pages that show it; what mentions tell comes later."""
    shelves = Shelves()
    for membership, row in membership_rows(catalogue):
        keys = (
            (Kind.ARTICLE, membership.article_id),
            (Kind.PERSON, row.person.text),
            (Kind.OFFICE, membership.position_id),
            (Kind.ORGANISATION, membership.organisation_id),
            (Kind.PLACE, membership.place_id),
        )
        for kind, key in keys:
            if key:
                shelves.memberships[kind, key].append(row)
    for rejection, refused in reject_rows(catalogue):
        shelves.reasons[rejection.reason].append(refused)
        if refused.article:
            shelves.rejects[rejection.article_id or ""].append(refused)
    for person in catalogue.people.values():
        shelves.naming[Kind.PERSON, person.name].add(person.article_id)
    return shelves
