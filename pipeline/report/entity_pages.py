"""Pages of person names, offices, bodies and places: what the tables know of each, and its memberships in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from pipeline.gazetteer import load_gazetteer
from pipeline.models import Organisation, Person, Place, Position
from pipeline.report.addresses import office_page, organisation_page, person_page, place_page
from pipeline.report.catalogue import Catalogue
from pipeline.report.charts import draw_columns
from pipeline.report.paging import cut_pages
from pipeline.report.rows import link_organisation, link_place
from pipeline.report.views import EntityView, Fact, Kind, Link, LinkGroup, MembershipRow
from pipeline.report.wording import BRANCHES, LEVELS, count_noun, say_code

ROWS_PER_PAGE = 250
_LINKS_PER_GROUP = 100
_SAME_NAME = "One page per name: people who share a name share this page. Offices, places and dates tell them apart."


@dataclass(frozen=True, slots=True)
class Entity:
    """What is particular to one entity; the rest of its page is alike for all kinds."""

    kind: Kind
    key: str
    page: str
    name: str
    facts: tuple[Fact, ...]
    gloss: str = ""
    notice: str = ""
    groups: tuple[LinkGroup, ...] = ()


def view_entity(
    catalogue: Catalogue, entity: Entity, rows: Sequence[MembershipRow], article_ids: Set[str]
) -> Iterator[tuple[str, EntityView]]:
    """The pages of one entity with their addresses; ``article_ids`` are the articles that name it."""
    days = [date.fromisoformat(row.day) if row.day else None for row in rows]
    chart = draw_columns("Memberships over time", days)
    groups = (*entity.groups, _articles_naming(catalogue, article_ids))
    for address, shown, pager in cut_pages(rows, entity.page, size=ROWS_PER_PAGE):
        first = pager.number == 1
        yield (
            address,
            EntityView(
                kind=entity.kind,
                heading=entity.name if first else f"{entity.name}, page {pager.number}",
                name=entity.name,
                gloss=entity.gloss,
                notice=entity.notice,
                facts=entity.facts,
                chart=chart if first else None,
                rows=shown,
                pager=pager,
                groups=tuple(group for group in groups if group.links) if first else (),
            ),
        )


def _articles_naming(catalogue: Catalogue, article_ids: Set[str]) -> LinkGroup:
    heads = [catalogue.articles[article_id] for article_id in article_ids if article_id in catalogue.articles]
    heads.sort(key=lambda head: (-head.day.toordinal() if head.day else 0, head.article_id))
    return _group("Named in", [(head.link, str(head.day or "no date")) for head in heads])


def _group(title: str, links: Sequence[tuple[Link, str]]) -> LinkGroup:
    return LinkGroup(title, tuple(links[:_LINKS_PER_GROUP]), max(0, len(links) - _LINKS_PER_GROUP))


# --- what is particular to each kind --------------------------------------------------------------------------------


def describe_person(name: str, people: Sequence[Person]) -> Entity:
    """A person name; ``people`` are all who bear it, one per article."""
    facts = [
        Fact("Named in", count_noun(len(people), "article")),
        *_gathered("Rank", [person.rank for person in people]),
        *_gathered("Degree", [person.degree for person in people]),
        *_gathered("Addressed as", [person.honorific for person in people]),
    ]
    credits = sum(person.credit for person in people)
    if credits:
        facts.append(Fact("Byline or photo credit", count_noun(credits, "article")))
    notice = _SAME_NAME if len(people) > 1 else ""
    return Entity(Kind.PERSON, name, person_page(name), name, tuple(facts), notice=notice)


def _gathered(label: str, values: Sequence[str | None]) -> Iterator[Fact]:
    found = sorted({value for value in values if value})
    if found:
        yield Fact(label, ", ".join(found), "vi")


def describe_office(position: Position) -> Entity:
    """An office, whoever holds it and wherever."""
    facts = [Fact("Branch", BRANCHES[position.branch]), Fact("Level", LEVELS[position.level])]
    if position.body:
        facts.append(Fact("Body", position.body, "vi"))
    page = office_page(position.position_id)
    return Entity(Kind.OFFICE, position.position_id, page, position.title, tuple(facts), gloss=position.title_en)


def describe_organisation(catalogue: Catalogue, body: Organisation) -> Entity:
    """A body, with those above and below it."""
    facts = [Fact("Branch", BRANCHES[body.branch]), Fact("Level", LEVELS[body.level]), Fact("Kind", body.body, "vi")]
    unit = catalogue.places.get(body.place_id or "")
    if unit:
        facts.append(Fact("Place", unit.full_name, "vi", href=place_page(unit.place_id)))
    above = catalogue.organisations.get(body.parent_id or "")
    if above:
        facts.append(Fact("Above it", above.name, "vi", href=organisation_page(above.organisation_id)))
    facts.append(Fact("Id", body.organisation_id))
    below = _group("Bodies below it", _bodies(catalogue.bodies_below.get(body.organisation_id, ())))
    page = organisation_page(body.organisation_id)
    return Entity(Kind.ORGANISATION, body.organisation_id, page, body.name, tuple(facts), groups=(below,))


def _bodies(bodies: Sequence[Organisation]) -> list[tuple[Link, str]]:
    ordered = sorted(bodies, key=lambda body: (list(BRANCHES).index(body.branch), body.name, body.organisation_id))
    return [(link_organisation(body), BRANCHES[body.branch]) for body in ordered]


def describe_place(catalogue: Catalogue, unit: Place) -> Entity:
    """A place, with the units above, within, before and after it."""
    groups = (
        _group("Bodies", _bodies(catalogue.bodies_of_place.get(unit.place_id, ()))),
        _group("Units within it", _units(catalogue.units_within.get(unit.place_id, ()))),
        _group("Became part of", [_successor(catalogue, place_id) for place_id in unit.successor_ids]),
        _group("Made from", _units(catalogue.units_before.get(unit.place_id, ()))),
    )
    facts = tuple(_place_facts(catalogue, unit))
    return Entity(Kind.PLACE, unit.place_id, place_page(unit.place_id), unit.full_name, facts, groups=groups)


def _place_facts(catalogue: Catalogue, unit: Place) -> Iterator[Fact]:
    yield Fact("Unit", unit.unit_type, "vi")
    yield Fact("Level", LEVELS[unit.level])
    yield Fact("Code", say_code(unit))
    above = catalogue.places.get(unit.parent_id or "")
    if above:
        yield Fact("Lies in", above.full_name, "vi", href=place_page(above.place_id))
    if unit.valid_from or unit.valid_to:
        yield Fact("Existed", f"{unit.valid_from or 'earlier'} to {unit.valid_to or 'now'}")
    if unit.latitude is not None and unit.longitude is not None:
        yield Fact("Position", f"{unit.latitude:.3f}° N, {unit.longitude:.3f}° E")
    yield Fact("Id", unit.place_id)


def _units(units: Sequence[Place]) -> list[tuple[Link, str]]:
    ordered = sorted(units, key=lambda unit: (list(LEVELS).index(unit.level), unit.full_name, unit.place_id))
    return [(link_place(unit), unit.gso_code or "no code") for unit in ordered]


def _successor(catalogue: Catalogue, place_id: str) -> tuple[Link, str]:
    """A unit that no article names has no page; the gazetteer knows its name."""
    if place_id in catalogue.places:
        unit = catalogue.places[place_id]
        return link_place(unit), unit.gso_code or "no code"
    gazetteer = load_gazetteer()
    name = gazetteer.unit(place_id).full_name if place_id in gazetteer else place_id
    return Link(name, ""), place_id


def describe_all(catalogue: Catalogue) -> Iterator[Entity]:
    """Every entity that has a page."""
    for name, people in catalogue.people_by_name.items():
        yield describe_person(name, people)
    for position in catalogue.positions.values():
        yield describe_office(position)
    for body in catalogue.organisations.values():
        yield describe_organisation(catalogue, body)
    for unit in catalogue.places.values():
        yield describe_place(catalogue, unit)
