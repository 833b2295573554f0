"""Memberships and refusals as the lines of a table, each with the way to its evidence."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models import Membership, Organisation, Person, Place, Position, Rejection
from pipeline.order import REFUSED_READINGS
from pipeline.report.addresses import (
    evidence_anchor,
    office_page,
    organisation_page,
    person_page,
    place_page,
)
from pipeline.report.catalogue import Catalogue
from pipeline.report.views import Link, MembershipRow, RejectRow
from pipeline.report.wording import say_inferred, say_rule


def link_person(person: Person) -> Link:
    """The way to the page of a person's name."""
    return Link(person.name, person_page(person.name))


def link_office(position: Position) -> Link:
    """The way to the page of an office."""
    return Link(position.title, office_page(position.position_id))


def link_organisation(body: Organisation) -> Link:
    """The way to the page of a body."""
    return Link(body.name, organisation_page(body.organisation_id))


def link_place(unit: Place) -> Link:
    """The way to the page of a place."""
    return Link(unit.full_name, place_page(unit.place_id))


def membership_rows(catalogue: Catalogue) -> Iterator[tuple[Membership, MembershipRow]]:
    """Memberships as rows, the latest first, those without a day last."""
    for membership in sorted(catalogue.memberships, key=_latest_first):
        person = catalogue.people.get((membership.article_id, membership.person_id))
        position = catalogue.positions.get(membership.position_id)
        if person and position and membership.article_id in catalogue.articles:
            yield membership, _membership_row(catalogue, membership, person, position)


def _latest_first(membership: Membership) -> tuple[int, str, int, int, str]:
    day = membership.observed_on
    return (
        -day.toordinal() if day else 0,
        membership.article_id,
        membership.start,
        membership.end,
        membership.membership_id,
    )


def _membership_row(catalogue: Catalogue, membership: Membership, person: Person, position: Position) -> MembershipRow:
    article = catalogue.articles[membership.article_id].link
    anchor = evidence_anchor(membership.membership_id)
    body = catalogue.organisations.get(membership.organisation_id or "")
    unit = catalogue.places.get(membership.place_id or "")
    return MembershipRow(
        anchor=anchor,
        day=str(membership.observed_on) if membership.observed_on else None,
        person=link_person(person),
        office=link_office(position),
        office_en=position.title_en,
        organisation=link_organisation(body) if body else None,
        place=link_place(unit) if unit else None,
        status=membership.status.value,
        term=membership.term,
        evidence=Link(_one_line(membership.evidence), f"{article.href}#{anchor}"),
        article=article,
        inferred=say_inferred(membership.inferred),
        rule=say_rule(membership.rule, membership.score),
        start=membership.start,
        end=membership.end,
    )


def reject_rows(catalogue: Catalogue) -> Iterator[tuple[Rejection, RejectRow]]:
    """Refusals as rows, in the order of the table."""
    for number, rejection in enumerate(catalogue.rejections):
        head = catalogue.articles.get(rejection.article_id or "")
        anchor = f"x-{number}"
        link = head.link if head and rejection.reason in REFUSED_READINGS else None
        if link and rejection.start is not None:
            link = Link(link.text, f"{link.href}#{anchor}", link.lang)
        yield (
            rejection,
            RejectRow(
                anchor=anchor,
                reason=rejection.reason.value.replace("_", " "),
                explanation=rejection.reason.explanation,
                stage=rejection.stage.value,
                detail=rejection.detail.strip().rstrip(":"),
                source=rejection.source,
                article=link,
                quote="",
                start=rejection.start,
                end=rejection.end,
            ),
        )


def _one_line(text: str) -> str:
    return " ".join(text.split())
