"""The command ``report``: options in, one call, a line that says where to look."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.report import ReportSummary, write_report

_PROCESSED = Path("data/processed")
_OUT = Path("report")


def report_command(
    processed: Annotated[Path, typer.Option("--processed", help="Folder with the tables.")] = _PROCESSED,
    out: Annotated[
        Path, typer.Option("--out", help="Folder for the site; an earlier report there is replaced.")
    ] = _OUT,
    title: Annotated[str | None, typer.Option("--title", help="Heading of every page.")] = None,
) -> None:
    """Write the tables as a web site that opens from disk: articles with their evidence, people, offices, places."""
    typer.echo(_say(_write(processed, out, title)))


def _write(processed: Path, out: Path, title: str | None) -> ReportSummary:
    if not sys.stderr.isatty():
        return write_report(processed, out, title=title)
    from pipeline.progress import show_progress

    with show_progress() as meter:
        return write_report(processed, out, title=title, meter=meter)


def _say(summary: ReportSummary) -> str:
    return (
        f"{summary.articles:,} articles, {summary.people:,} names, {summary.offices:,} offices, "
        f"{summary.organisations:,} organisations and {summary.places:,} places: open {summary.index}"
    )
