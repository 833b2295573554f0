"""The tables as a static web site: opens from disk, needs no network, runs no script that an article brings along.

What enters is a folder of processed tables; what leaves is a folder of HTML pages, in this order: a catalogue of all
rows but texts and mentions (:mod:`.catalogue`), one page per article (:mod:`.article_page`), pages per person name,
office, body and place (:mod:`.entity_pages`), lists (:mod:`.lists`), the overview (:mod:`.overview`) and the search
index (:mod:`.search`). Pages are typed views (:mod:`.views`) that Jinja templates write down, every value escaped
(:mod:`.site`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.report.views import ReportSummary

if TYPE_CHECKING:
    from pipeline.engines.tasks import Meter

__all__ = ["ReportSummary", "write_report"]


def write_report(processed: Path, out: Path, *, title: str | None = None, meter: Meter | None = None) -> ReportSummary:
    """Write the site of the tables in ``processed`` to ``out``; open ``out/index.html`` in a browser.

    An earlier report in ``out`` is brought up to date: pages that would not change are left alone, pages of what is
    gone are taken away; one that was stopped is simply written again. ``title`` heads every page. Same tables, same
    bytes.

    Raises:
        TableError: a table is missing or cannot be read.
        InputError: ``out`` holds files and no report, or the template engine is not installed.
    """
    from pipeline.report.site import build_site

    return build_site(processed, out, title=title, meter=meter)
