"""Writes the site: renders every view with its template, and takes away the pages of what is no longer there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.errors import InputError
from pipeline.report.addresses import article_page
from pipeline.report.article_page import view_article
from pipeline.report.catalogue import Catalogue, iter_articles, read_catalogue
from pipeline.report.entity_pages import describe_all, view_entity
from pipeline.report.lists import list_page, view_lists, view_rejects
from pipeline.report.overview import view_overview
from pipeline.report.search import write_index
from pipeline.report.shelves import Shelves, fill_shelves
from pipeline.report.views import Kind, ReportSummary, SiteFrame
from pipeline.report.wording import SECTIONS

if TYPE_CHECKING:
    from jinja2 import Environment

    from pipeline.engines.tasks import Meter

MARKER = ".chucdanh-report"
"""File that tells a folder written by this module, which it may replace, from any other, which it may not."""

_ASSETS = ("report.css", "report.js")
_TITLE = "Who holds which office"
_SECTIONS = tuple(SECTIONS.items())


@dataclass(slots=True)
class Writer:
    """Renders views into files of one folder and remembers which."""

    folder: Path
    site_title: str
    environment: Environment
    written: set[str] = field(default_factory=set)

    def write_page(self, template: str, address: str, page_title: str, view: object, section: Kind | None) -> None:
        """Render ``view`` with ``template`` into the file at ``address``."""
        root = "../" * address.count("/")
        frame = SiteFrame(self.site_title, page_title, root, section, _SECTIONS, __version__)
        text = self.environment.get_template(f"{template}.html.j2").render(frame=frame, view=view)
        self.write_text(address, text)

    def write_text(self, address: str, text: str) -> None:
        """Write one file unless it holds the same already; what no UTF-8 file may hold is replaced."""
        path = self.folder / address
        content = text.encode("utf-8", "replace")
        self.written.add(address)
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def build_site(processed: Path, out: Path, *, title: str | None, meter: Meter | None) -> ReportSummary:
    """Write the site of ``processed`` to ``out``. See :func:`pipeline.report.write_report`."""
    _check_out(out)
    environment = _load_templates()
    catalogue = read_catalogue(processed)
    shelves = fill_shelves(catalogue)
    if meter:
        meter.expect(len(catalogue.articles))
    _make_folders(out)
    writer = Writer(out, title or _TITLE, environment)
    writer.write_text(MARKER, f"chucdanh {__version__}\n")
    _write_articles(writer, processed, catalogue, shelves, meter)
    entities = _write_entities(writer, catalogue, shelves)
    _write_lists(writer, catalogue, shelves)
    _write_assets(writer, catalogue, shelves)
    _remove_stale(out, writer.written)
    return ReportSummary(
        index=out / "index.html",
        articles=len(catalogue.articles),
        people=entities[Kind.PERSON],
        offices=entities[Kind.OFFICE],
        organisations=entities[Kind.ORGANISATION],
        places=entities[Kind.PLACE],
        files=len(writer.written),
    )


def _write_articles(
    writer: Writer, processed: Path, catalogue: Catalogue, shelves: Shelves, meter: Meter | None
) -> None:
    for article, mentions in iter_articles(processed):
        shelves.note_mentions(article, mentions)
        rows = shelves.memberships.get((Kind.ARTICLE, article.article_id), ())
        rejects = shelves.rejects.get(article.article_id, ())
        view = view_article(catalogue, article, mentions, rows, rejects)
        writer.write_page("article", article_page(article.article_id), view.title, view, Kind.ARTICLE)
        if meter:
            meter.advance(1)


def _write_entities(writer: Writer, catalogue: Catalogue, shelves: Shelves) -> Counter[Kind]:
    counts: Counter[Kind] = Counter()
    for entity in describe_all(catalogue):
        counts[entity.kind] += 1
        rows = shelves.memberships.get((entity.kind, entity.key), ())
        naming = shelves.naming.get((entity.kind, entity.key), set())
        for address, view in view_entity(catalogue, entity, rows, naming):
            writer.write_page("entity", address, view.heading, view, entity.kind)
    return counts


def _write_lists(writer: Writer, catalogue: Catalogue, shelves: Shelves) -> None:
    for address, listed in view_lists(catalogue, shelves):
        writer.write_page("list", address, listed.heading, listed, listed.kind)
    for address, refused in view_rejects(shelves):
        writer.write_page("rejects", address, refused.heading, refused, Kind.REJECT)
    overview = view_overview(catalogue, shelves)
    writer.write_page("reasons", list_page(Kind.REJECT), "Refusals", overview.rejects, Kind.REJECT)
    writer.write_page("overview", "index.html", "Overview", overview, None)


def _write_assets(writer: Writer, catalogue: Catalogue, shelves: Shelves) -> None:
    assets = files("pipeline.report.assets")
    for name in _ASSETS:
        writer.write_text(f"assets/{name}", assets.joinpath(name).read_text(encoding="utf-8"))
    writer.write_text("assets/search.js", write_index(catalogue, shelves))


def _load_templates() -> Environment:
    """Templates that escape every value and fail on a name they do not know."""
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise InputError("the report needs Jinja2; install it with: pip install 'chucdanh[report]'") from error
    environment = Environment(
        loader=PackageLoader("pipeline.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["thousands"] = "{:,}".format
    return environment


# --- the folder -----------------------------------------------------------------------------------------------------


def _check_out(out: Path) -> None:
    if out.is_dir() and (not any(out.iterdir()) or (out / MARKER).is_file()):
        return
    if out.exists() or out.is_symlink():
        raise InputError(f"{out} exists and is no report; name another folder with --out, or empty this one")


def _make_folders(out: Path) -> None:
    for name in (*Kind, "assets"):
        (out / name).mkdir(parents=True, exist_ok=True)


def _remove_stale(out: Path, written: Set[str]) -> None:
    """Take away pages of an earlier report; files of another kind or in another folder are not ours to touch."""
    for kind in Kind:
        for path in (out / kind).glob("*.html"):
            if f"{kind}/{path.name}" not in written:
                path.unlink()
