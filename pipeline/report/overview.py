"""The first page: what there is, in counts, charts and a tree of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.models import Branch, Level, Place, Status
from pipeline.orthography import fold
from pipeline.report.catalogue import Catalogue
from pipeline.report.charts import Counted, draw_bars, draw_columns
from pipeline.report.lists import list_page, reason_page
from pipeline.report.rows import link_office, link_place
from pipeline.report.shelves import Shelves
from pipeline.report.views import BarChart, Count, Kind, Link, OverviewView, Tree, TreeNode
from pipeline.report.wording import BRANCHES, LEVELS

_OFFICES = 15
_ERAS = (
    ("34", "Since July 2025", "34 provinces and their communes; no districts"),
    ("63", "Until June 2025", "63 provinces, districts, communes"),
    (None, "Without a code", "countries, foreign cities and villages whose commune is not told"),
)


def view_overview(catalogue: Catalogue, shelves: Shelves) -> OverviewView:
    """Everything the first page shows."""
    days = [head.day for head in catalogue.articles.values()]
    return OverviewView(
        counts=tuple(_counts(catalogue, shelves)),
        articles_over_time=draw_columns("Articles over time", days),
        offices=_frequent_offices(catalogue, shelves),
        charts=(_by_level(catalogue, shelves), _by_branch(catalogue, shelves), _by_status(catalogue)),
        rejects=_by_reason(shelves),
        trees=tuple(tree for tree in _trees(catalogue, shelves) if tree.nodes),
    )


def _counts(catalogue: Catalogue, shelves: Shelves) -> Iterator[Count]:
    held = sum(len(rows) for (kind, _), rows in shelves.memberships.items() if kind is Kind.ARTICLE)
    yield Count(len(catalogue.articles), "articles", list_page(Kind.ARTICLE))
    yield Count(held, "memberships", None)
    yield Count(len(catalogue.people_by_name), "names of people", list_page(Kind.PERSON))
    yield Count(len(catalogue.positions), "offices", list_page(Kind.OFFICE))
    yield Count(len(catalogue.organisations), "organisations", list_page(Kind.ORGANISATION))
    yield Count(len(catalogue.places), "places", list_page(Kind.PLACE))
    yield Count(len(catalogue.rejections), "refusals", list_page(Kind.REJECT) if catalogue.rejections else None)


def _held(shelves: Shelves, kind: Kind, key: str) -> int:
    return len(shelves.memberships.get((kind, key), ()))


def _frequent_offices(catalogue: Catalogue, shelves: Shelves) -> BarChart:
    counted = [
        (-_held(shelves, Kind.OFFICE, office.position_id), office.title, office)
        for office in catalogue.positions.values()
    ]
    counted.sort(key=lambda row: row[:2])
    links = [(link_office(office), office.title_en, -count) for count, _, office in counted[:_OFFICES] if count]
    rows = [Counted(link.text, count, english, link.href, "vi") for link, english, count in links]
    return draw_bars("Most frequent offices", "memberships", rows)


def _by_level(catalogue: Catalogue, shelves: Shelves) -> BarChart:
    counts: Counter[Level] = Counter()
    for office in catalogue.positions.values():
        counts[office.level] += _held(shelves, Kind.OFFICE, office.position_id)
    rows = [Counted(LEVELS[level], counts[level]) for level in Level if counts[level]]
    return draw_bars("Offices by level", "memberships", rows)


def _by_branch(catalogue: Catalogue, shelves: Shelves) -> BarChart:
    counts: Counter[Branch] = Counter()
    for office in catalogue.positions.values():
        counts[office.branch] += _held(shelves, Kind.OFFICE, office.position_id)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [Counted(BRANCHES[branch], count) for branch, count in ranked if count]
    return draw_bars("Offices by branch", "memberships", rows)


def _by_status(catalogue: Catalogue) -> BarChart:
    counts = Counter(membership.status for membership in catalogue.memberships)
    rows = [Counted(status.value.capitalize(), counts[status]) for status in Status if counts[status]]
    return draw_bars("How people stand to their offices", "memberships", rows)


def _by_reason(shelves: Shelves) -> BarChart:
    ranked = sorted(shelves.reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [
        Counted(reason.value.replace("_", " "), len(rows), reason.explanation, reason_page(reason))
        for reason, rows in ranked
    ]
    return draw_bars("Refusals by reason", "refusals", rows)


# --- the tree of units ----------------------------------------------------------------------------------------------


def _trees(catalogue: Catalogue, shelves: Shelves) -> Iterator[Tree]:
    """Units that a membership belongs to, and those above them, era by era."""
    roots = [unit for unit in catalogue.places.values() if unit.parent_id not in catalogue.places]
    for era, title, note in _ERAS:
        nodes = _grow([unit for unit in roots if unit.era == era], catalogue.units_within, shelves)
        yield Tree(title, note, sum(node.total for node in nodes), nodes)


def _grow(units: Sequence[Place], within: Mapping[str, Sequence[Place]], shelves: Shelves) -> tuple[TreeNode, ...]:
    nodes = []
    for unit in sorted(units, key=lambda unit: (fold(unit.name), unit.place_id)):
        children = _grow(within.get(unit.place_id, ()), within, shelves)
        own = _held(shelves, Kind.PLACE, unit.place_id)
        total = own + sum(child.total for child in children)
        if total:
            nodes.append(TreeNode(_short(unit), own, total, children))
    return tuple(nodes)


def _short(unit: Place) -> Link:
    """The unit without the names of those above it: the tree tells them."""
    link = link_place(unit)
    return replace(link, text=link.text.split(", ")[0])
