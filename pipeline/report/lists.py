"""Pages that list everything of one kind, and the refusals of one reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.models import Reason
from pipeline.orthography import fold
from pipeline.report.addresses import person_page
from pipeline.report.catalogue import Catalogue
from pipeline.report.paging import cut_pages
from pipeline.report.rows import link_office, link_organisation, link_place
from pipeline.report.shelves import Shelves
from pipeline.report.views import Kind, Link, ListRow, ListView, RejectsView
from pipeline.report.wording import BRANCHES, LEVELS, say_code

_ROWS_PER_PAGE = 400
_REJECTS_PER_PAGE = 250


def list_page(kind: Kind) -> str:
    """First page of the list of a kind."""
    return f"{kind}/index.html"


def reason_page(reason: Reason) -> str:
    """First page of the refusals of a reason."""
    return f"{Kind.REJECT}/{reason.value.replace('_', '-')}.html"


def view_lists(catalogue: Catalogue, shelves: Shelves) -> Iterator[tuple[str, ListView]]:
    """All list pages with their addresses."""
    yield from _view_list(
        Kind.ARTICLE, "Articles", "The latest first.", ("Date", "Source"), _list_articles(catalogue, shelves)
    )
    yield from _view_list(
        Kind.PERSON,
        "People",
        "One line per name as spelt, in alphabetical order.",
        ("Articles",),
        _list_people(catalogue, shelves),
    )
    yield from _view_list(
        Kind.OFFICE,
        "Offices",
        "Every office in its normal form, the most frequent first.",
        ("In English", "Branch", "Level"),
        _list_offices(catalogue, shelves),
    )
    yield from _view_list(
        Kind.ORGANISATION,
        "Organisations",
        "Every body in its normal form, in alphabetical order.",
        ("Branch", "Level"),
        _list_organisations(catalogue, shelves),
    )
    yield from _view_list(
        Kind.PLACE,
        "Places",
        "Administrative units of both eras, villages and countries, in alphabetical order.",
        ("Unit", "Code"),
        _list_places(catalogue, shelves),
    )


def _view_list(
    kind: Kind, heading: str, lead: str, notes: tuple[str, ...], rows: Sequence[ListRow]
) -> Iterator[tuple[str, ListView]]:
    for address, shown, pager in cut_pages(rows, list_page(kind), size=_ROWS_PER_PAGE):
        title = heading if pager.number == 1 else f"{heading}, page {pager.number}"
        yield address, ListView(kind, title, lead, notes, "Memberships", shown, pager)


def _list_articles(catalogue: Catalogue, shelves: Shelves) -> list[ListRow]:
    heads = sorted(
        catalogue.articles.values(), key=lambda head: (-head.day.toordinal() if head.day else 0, head.article_id)
    )
    return [
        ListRow(
            head.link,
            (str(head.day or "no date"), head.source),
            len(shelves.memberships.get((Kind.ARTICLE, head.article_id), ())),
        )
        for head in heads
    ]


def _list_people(catalogue: Catalogue, shelves: Shelves) -> list[ListRow]:
    return [
        ListRow(
            Link(name, person_page(name)), (f"{len(people):,}",), len(shelves.memberships.get((Kind.PERSON, name), ()))
        )
        for name, people in catalogue.people_by_name.items()
    ]


def _list_offices(catalogue: Catalogue, shelves: Shelves) -> list[ListRow]:
    rows = [
        ListRow(
            link_office(office),
            (office.title_en, BRANCHES[office.branch], LEVELS[office.level]),
            len(shelves.memberships.get((Kind.OFFICE, office.position_id), ())),
        )
        for office in catalogue.positions.values()
    ]
    return sorted(rows, key=lambda row: (-row.count, *_alphabetical(row)))


def _list_organisations(catalogue: Catalogue, shelves: Shelves) -> list[ListRow]:
    rows = [
        ListRow(
            link_organisation(body),
            (BRANCHES[body.branch], LEVELS[body.level]),
            len(shelves.memberships.get((Kind.ORGANISATION, body.organisation_id), ())),
        )
        for body in catalogue.organisations.values()
    ]
    return sorted(rows, key=_alphabetical)


def _list_places(catalogue: Catalogue, shelves: Shelves) -> list[ListRow]:
    rows = [
        (
            fold(unit.name),
            ListRow(
                link_place(unit),
                (unit.unit_type, say_code(unit)),
                len(shelves.memberships.get((Kind.PLACE, unit.place_id), ())),
            ),
        )
        for unit in catalogue.places.values()
    ]
    return [row for _, row in sorted(rows, key=lambda pair: (pair[0], *_alphabetical(pair[1])))]


def _alphabetical(row: ListRow) -> tuple[str, str, str]:
    return fold(row.link.text), row.link.text, row.link.href


def view_rejects(shelves: Shelves) -> Iterator[tuple[str, RejectsView]]:
    """Pages of the refusals, reason by reason."""
    for reason, rows in shelves.reasons.items():
        heading = reason.value.replace("_", " ").capitalize()
        for address, shown, pager in cut_pages(rows, reason_page(reason), size=_REJECTS_PER_PAGE):
            title = heading if pager.number == 1 else f"{heading}, page {pager.number}"
            yield address, RejectsView(title, reason.explanation, shown, pager)
