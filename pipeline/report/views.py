"""What a page shows, as types: the templates read these and nothing else.

Every ``href`` is relative to the root of the site (``people/index.html``); a template puts its way to the root before
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """What a page is about; the value is its folder in the site."""

    ARTICLE = "articles"
    PERSON = "people"
    OFFICE = "offices"
    ORGANISATION = "organisations"
    PLACE = "places"
    REJECT = "rejects"


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What was written: where to begin, and how many pages of each kind (lists not counted)."""

    index: Path
    articles: int
    people: int
    offices: int
    organisations: int
    places: int
    files: int


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page; ``lang`` is the language of the text."""

    text: str
    href: str
    lang: str = "vi"


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled value; ``href`` leads to a page of this site, ``url`` (http or https only) out of it."""

    label: str
    value: str
    lang: str = "en"
    href: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """Who holds what, where, with the way to the evidence."""

    anchor: str
    day: str | None
    person: Link
    office: Link
    office_en: str
    organisation: Link | None
    place: Link | None
    status: str
    term: str | None
    evidence: Link
    article: Link
    inferred: str
    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RejectRow:
    """One refusal: what was refused, why, and where."""

    anchor: str
    reason: str
    explanation: str
    stage: str
    detail: str
    source: str
    article: Link | None
    quote: str
    start: int | None
    end: int | None


# --- the text of an article -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlighted mention. ``facts`` are lines of ``label<tab>value``: what the card beside it tells."""

    css: str
    facts: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text without a boundary in it: marks that open before it, and how many close after it.

    ``targets`` are the numbers of the rows whose evidence covers it, ``anchors`` the ids to scroll to that start here.
    """

    text: str
    opens: tuple[Mark, ...]
    closes: int
    anchors: tuple[tuple[str, int], ...]
    targets: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the article and its place in the page."""

    section: str
    pieces: tuple[Piece, ...]


# --- charts ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar; ``width`` in per cent of the longest."""

    label: str
    count: int
    width: str
    note: str = ""
    href: str | None = None
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class BarChart:
    """Counts by kind, as a table with bars."""

    title: str
    noun: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a chart over time: ``x`` and ``width`` in per cent, ``y`` and ``height`` in pixels."""

    label: str
    count: int
    x: str
    middle: str
    width: str
    y: str
    height: str
    tick: str


@dataclass(frozen=True, slots=True)
class ColumnChart:
    """Counts over time; ``summary`` says the same in words."""

    title: str
    summary: str
    note: str
    top: int
    columns: tuple[Column, ...]


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page stands among the pages of one list."""

    number: int
    count: int
    first: int
    last: int
    total: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under one heading; ``more`` counts those left out."""

    title: str
    links: tuple[tuple[Link, str], ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class ArticleView:
    """The page of one article. ``legend`` pairs the style of each kind of mark with its name."""

    title: str
    facts: tuple[Fact, ...]
    legend: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    rows: tuple[MembershipRow, ...]
    rejects: tuple[RejectRow, ...]


@dataclass(frozen=True, slots=True)
class EntityView:
    """The page of a person name, an office, a body or a place. ``kind`` names the column that need not be shown."""

    kind: Kind
    heading: str
    name: str
    gloss: str
    notice: str
    facts: tuple[Fact, ...]
    chart: ColumnChart | None
    rows: tuple[MembershipRow, ...]
    pager: Pager
    groups: tuple[LinkGroup, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """One line of a list page: a link, what tells it from others, a count."""

    link: Link
    notes: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ListView:
    """A page that lists all entities of one kind. ``notes`` and ``counted`` head the columns."""

    kind: Kind
    heading: str
    lead: str
    notes: tuple[str, ...]
    counted: str
    rows: tuple[ListRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class RejectsView:
    """A page that lists refusals of one reason."""

    heading: str
    lead: str
    rows: tuple[RejectRow, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A unit in the tree: memberships of its own and of all within it."""

    link: Link
    own: int
    total: int
    children: tuple[TreeNode, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """The units of one era."""

    title: str
    note: str
    total: int
    nodes: tuple[TreeNode, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """A number on the overview and the list behind it."""

    number: int
    noun: str
    href: str | None


@dataclass(frozen=True, slots=True)
class OverviewView:
    """The first page."""

    counts: tuple[Count, ...]
    articles_over_time: ColumnChart | None
    offices: BarChart
    charts: tuple[BarChart, ...]
    rejects: BarChart
    trees: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class SiteFrame:
    """What stands round every page. ``root`` leads from the page to the root of the site: ``""`` or ``"../"``.

    ``sections`` are the lists that the head of every page leads to, and their names.
    """

    site_title: str
    page_title: str
    root: str
    section: Kind | None
    sections: tuple[tuple[Kind, str], ...]
    version: str
