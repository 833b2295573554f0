"""The closing summary of a run: what the tables hold, counted, for a person to read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow.compute as pc
from rich.console import Group, RenderableType
from rich.table import Table

from pipeline.models import Reason
from pipeline.order import REFUSED_READINGS
from pipeline.storage import Location
from pipeline.tables import iter_table, read_table


@dataclass(frozen=True, slots=True)
class Office:
    """One office and how many memberships name it."""

    title: str
    title_en: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts over all tables. ``refused_documents`` and ``refused_readings`` are by reason, most frequent first."""

    articles: int
    people: int
    memberships: int
    places: int
    near_duplicates: int
    clusters: int
    offices: tuple[Office, ...]
    refused_documents: tuple[tuple[Reason, int], ...]
    refused_readings: tuple[tuple[Reason, int], ...]


def summarise(processed: Location, *, offices: int = 10) -> Summary:
    """Count the tables in ``processed``, part by part; name the ``offices`` most frequent offices.

    Raises:
        TableError: a table is missing or cannot be read.
    """
    held: Counter[str] = Counter()
    for part in iter_table(processed, "memberships", columns=["position_id"]):
        held.update(part["position_id"].to_pylist())
    reasons: Counter[Reason] = Counter()
    for part in iter_table(processed, "rejects", columns=["reason"]):
        reasons.update(Reason(reason) for reason in part["reason"].to_pylist())
    clusters: Counter[str] = Counter()
    for part in iter_table(processed, "clusters", columns=["cluster_id"]):
        clusters.update(part["cluster_id"].to_pylist())
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return Summary(
        articles=_count(processed, "articles", "article_id"),
        people=_count_people(processed),
        memberships=held.total(),
        places=_count(processed, "places", "place_id"),
        near_duplicates=clusters.total(),
        clusters=len(clusters),
        offices=_name_offices(processed, held, offices),
        refused_documents=tuple(item for item in ranked if item[0] not in REFUSED_READINGS),
        refused_readings=tuple(item for item in ranked if item[0] in REFUSED_READINGS),
    )


def _count(processed: Location, name: str, column: str) -> int:
    return sum(part.num_rows for part in iter_table(processed, name, columns=[column]))


def _count_people(processed: Location) -> int:
    """People who are more than a byline."""
    parts = iter_table(processed, "people", columns=["credit"])
    return sum(part.num_rows - (pc.sum(part["credit"]).as_py() or 0) for part in parts)


def _name_offices(processed: Location, held: Counter[str], number: int) -> tuple[Office, ...]:
    positions = read_table(processed, "positions", columns=["position_id", "title", "title_en"]).to_pylist()
    offices = [Office(row["title"], row["title_en"], held[row["position_id"]]) for row in positions]
    offices.sort(key=lambda office: (-office.count, office.title))
    return tuple(office for office in offices[:number] if office.count)


def render_summary(summary: Summary) -> RenderableType:
    """The summary as the terminal shows it."""
    counts = Table.grid(padding=(0, 2))
    counts.add_column(justify="right", style="bold")
    counts.add_column()
    for number, noun in (
        (summary.articles, "articles"),
        (summary.people, "people, counted per article, bylines left out"),
        (summary.memberships, "memberships: who holds which office, where, with the evidence"),
        (summary.places, "administrative units and other places"),
    ):
        counts.add_row(f"{number:,}", noun)
    if summary.clusters:
        counts.add_row(f"{summary.near_duplicates:,}", f"near-duplicates, in {summary.clusters:,} clusters")
    parts: list[RenderableType] = [counts]
    if summary.offices:
        parts.append(_office_table(summary.offices))
    parts.extend(_reason_table(*table) for table in _reason_tables(summary) if table[1])
    return Group(*parts)


def _office_table(offices: tuple[Office, ...]) -> Table:
    table = Table(title="Most frequent offices", title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column("", justify="right", style="bold")
    table.add_column("office")
    table.add_column("in English", style="dim")
    for office in offices:
        table.add_row(f"{office.count:,}", office.title, office.title_en)
    return table


def _reason_tables(summary: Summary) -> tuple[tuple[str, tuple[tuple[Reason, int], ...]], ...]:
    return (
        ("Documents refused", summary.refused_documents),
        ("Readings refused rather than guessed", summary.refused_readings),
    )


def _reason_table(title: str, reasons: tuple[tuple[Reason, int], ...]) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column("", justify="right", style="bold")
    table.add_column("")
    table.add_column("", style="dim")
    for reason, count in reasons:
        table.add_row(f"{count:,}", reason.value, reason.explanation)
    return table
