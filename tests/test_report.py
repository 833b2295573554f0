"""The report on small tables built here: what the pages say, where their links lead, what a hostile article can do.

The second half drives headless Chromium; it is skipped, with the reason, where the browser or its driver is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.errors import InputError
from pipeline.models import (
    Article,
    Block,
    Branch,
    Form,
    Label,
    Level,
    Membership,
    Mention,
    Organisation,
    Person,
    Place,
    Position,
    Reason,
    Rejection,
    Section,
    Span,
    Stage,
    Status,
)
from pipeline.orthography import fold
from pipeline.report import write_report
from pipeline.report.addresses import article_page, organisation_page, person_page, place_page
from pipeline.report.charts import draw_columns
from pipeline.report.command import report_command
from pipeline.report.highlight import Target, highlight_text
from pipeline.report.views import Mark
from pipeline.tables import (
    articles_table,
    dimension_table,
    memberships_table,
    mentions_table,
    merge_dimension,
    part_path,
    people_table,
    rejects_table,
    write_table,
)

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

# --- tables to report on --------------------------------------------------------------------------------------------

HOSTILE = "<script>window.hacked = 1</script>"
PLAIN = "a1" * 8
ATTACK = "b2" * 8
LONG = "c3" * 8

SECRETARY = Position(
    "pos-1",
    "Bí thư Huyện ủy",
    "Secretary of the District Party Committee",
    "Bí thư",
    (),
    "Huyện ủy",
    Branch.PARTY,
    Level.DISTRICT,
)
CHAIR = Position(
    "pos-2",
    "Chủ tịch Ủy ban nhân dân xã",
    "Chairman of the Commune People's Committee",
    "Chủ tịch",
    (),
    "Ủy ban nhân dân",
    Branch.GOVERNMENT,
    Level.COMMUNE,
)
PROVINCE = Place("63.p08", "08", "63", Level.PROVINCE, "tỉnh", "Tuyên Quang", "tỉnh Tuyên Quang")
DISTRICT = Place(
    "63.d074",
    "074",
    "63",
    Level.DISTRICT,
    "huyện",
    "Hàm Yên",
    "huyện Hàm Yên, tỉnh Tuyên Quang",
    parent_id="63.p08",
    province_id="63.p08",
    valid_to=date(2025, 6, 30),
    successor_ids=("34.c99999",),
)
COMMITTEE = Organisation("org-1", "Huyện ủy Hàm Yên", "Huyện ủy", Branch.PARTY, Level.DISTRICT, "63.d074", None)


def read_article(article_id: str, text: str, *, title: str, day: date | None, url: str | None = None) -> Article:
    """An article whose first line is its headline."""
    blocks = tuple(
        Block(match.start(), match.end(), Section.BODY if match.start() else Section.TITLE)
        for match in re.finditer(r".+", text)
    )
    return Article(article_id, f"{title[:9]}.txt", "text", "utf-8", url, title, day, None, ("Sỹ Thành",), text, blocks)


def name_person(article_id: str, person_id: str, name: str) -> Person:
    return Person(article_id, person_id, name, fold(name), "đồng chí", None, None, None, False, 1)


def tell(
    article: Article, person: Person, evidence: str, *, key: str, position: Position = SECRETARY, start: int = 0
) -> Membership:
    """A membership with its evidence where the text has it."""
    at = article.text.index(evidence, start)
    return Membership(
        membership_id=f"mem-{key}",
        article_id=article.article_id,
        person_id=person.person_id,
        position_id=position.position_id,
        organisation_id="org-1" if position is SECRETARY else None,
        place_id="63.d074",
        status=Status.CURRENT,
        term=None,
        observed_on=article.day,
        sentence_id=1,
        start=at,
        end=at + len(evidence),
        evidence=evidence,
        inferred=("place",),
        rule="title.body+after",
        score=0.9,
    )


def mark(article: Article, number: int, label: Label, text: str, entity_id: str | None, **more: Any) -> Mention:
    at = article.text.index(text)
    return Mention(
        number, 1, None, label, at, at + len(text), Form.FULL, f"rule.{label.lower()}", entity_id=entity_id, **more
    )


def build_plain() -> tuple[Article, list[Mention], list[Person], list[Membership]]:
    """An article of one page and a half: the evidence lies far below its beginning."""
    filler = "\n".join(f"Dòng thứ {number} của bài." for number in range(60))
    text = f"Hội nghị Hàm Yên\n{filler}\nĐồng chí Đặng Văn Hùng, Bí thư Huyện ủy Hàm Yên, chủ trì.\n{filler}"
    article = read_article(PLAIN, text, title="Hội nghị Hàm Yên", day=date(2023, 5, 4), url="https://example.vn/1")
    person = name_person(PLAIN, "per-1", "Đặng Văn Hùng")
    mentions = [
        mark(article, 0, Label.PERSON, "Đặng Văn Hùng", "per-1"),
        mark(
            article,
            1,
            Label.POSITION,
            "Bí thư Huyện ủy Hàm Yên",
            "pos-1",
            normal="Bí thư Huyện ủy",
            person_id="per-1",
            inferred=("place",),
        ),
        mark(article, 2, Label.ORGANISATION, "Huyện ủy Hàm Yên", "org-1", normal="Huyện ủy Hàm Yên"),
        mark(article, 3, Label.PLACE, "Hàm Yên, chủ"[:7], "63.d074", normal="huyện Hàm Yên"),
    ]
    inner = text.index("Hàm Yên, chủ")
    mentions[3] = mentions[3]._replace(start=inner, end=inner + 7)
    evidence = tell(article, person, "Đặng Văn Hùng, Bí thư Huyện ủy Hàm Yên", key="1")
    return article, mentions, [person], [evidence]


def build_attack() -> tuple[Article, list[Mention], list[Person], list[Membership]]:
    """An article that tries to run a script from every field that a page shows."""
    name = '"><img src=x onerror="window.hacked=2">'
    text = f"</title>{HOSTILE}\nÔng {name}, Bí thư Huyện ủy, nói: {HOSTILE} & {{{{ 7*7 }}}} </script> ' onclick='x\n"
    article = read_article(ATTACK, text, title=f"</title>{HOSTILE}", day=None, url="javascript:window.hacked=3")
    person = name_person(ATTACK, "per-9", name)
    mentions = [
        mark(article, 0, Label.PERSON, name, "per-9"),
        mark(article, 1, Label.POSITION, "Bí thư Huyện ủy", "pos-1", normal=f'"{HOSTILE}'),
    ]
    evidence = replace(tell(article, person, f"{name}, Bí thư Huyện ủy", key="9"), rule=HOSTILE, inferred=(HOSTILE,))
    return article, mentions, [person], [evidence]


def build_long(count: int) -> tuple[Article, list[Mention], list[Person], list[Membership]]:
    """A list of so many office holders: more than fit on one page of their place."""
    names = [f"Trần Thị Số {chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(count)]
    text = "\n".join(["Danh sách", *(f"{name}, Chủ tịch UBND xã" for name in names)])
    article = read_article(LONG, text, title="Danh sách", day=date(2021, 1, 2))
    people = [name_person(LONG, f"per-{number}", name) for number, name in enumerate(names)]
    rows = [
        tell(article, person, f"{person.name}, Chủ tịch UBND xã", key=f"l{number}", position=CHAIR)
        for number, person in enumerate(people)
    ]
    return article, [], people, rows


def write_tables(processed: Path, *built: tuple[Article, list[Mention], list[Person], list[Membership]]) -> None:
    """The tables as a run leaves them."""
    articles = [article for article, *_ in built]
    told = [row for *_, rows in built for row in rows]
    tables = {
        "articles": articles_table(articles),
        "mentions": mentions_table([(article, mentions) for article, mentions, *_ in built]),
        "people": people_table([person for _, _, people, _ in built for person in people]),
        "memberships": memberships_table(told),
        "rejects": rejects_table(
            [
                Rejection("bad.bin", None, Stage.READ, Reason.NOT_TEXT, HOSTILE),
                Rejection(articles[0].source, articles[0].article_id, Stage.LINK, Reason.AMBIGUOUS_PERSON, "ông", 3, 6),
            ]
        ),
    }
    dimensions: dict[str, Sequence[Position | Organisation | Place]] = {
        "positions": [SECRETARY, CHAIR],
        "organisations": [COMMITTEE],
        "places": [PROVINCE, DISTRICT],
    }
    for name, entities in dimensions.items():
        stored = dimension_table(name, [(articles[0].article_id, entity) for entity in entities])
        tables[name] = merge_dimension(name, [stored])
    for name, table in tables.items():
        path = processed / name / part_path(processed, name, "one").name
        write_table(path, table, digest="test")


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processed")
    write_tables(folder, build_plain(), build_attack(), build_long(260))
    return folder


@pytest.fixture(scope="module")
def site(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "report"
    write_report(processed, out, title="Thử <b>")
    return out


# --- pages ----------------------------------------------------------------------------------------------------------

VOID = {"meta", "link", "input", "br", "img", "rect", "line"}


class Outline(HTMLParser):
    """What a page holds: elements in balance, ids, links, text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")
            if name.startswith("on") or name == "style":
                self.handlers.append(name)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def outline(site: Path, address: str) -> Outline:
    return Outline((site / address).read_text(encoding="utf-8"))


def all_pages(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site)) for path in site.rglob("*.html"))


def test_summary_counts_pages(processed: Path, tmp_path: Path) -> None:
    summary = write_report(processed, tmp_path / "out")
    assert (summary.articles, summary.people, summary.offices, summary.organisations, summary.places) == (
        3,
        262,
        2,
        1,
        2,
    )
    assert summary.index.is_file()
    assert summary.files == sum(1 for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_every_link_leads_to_a_page_and_its_anchor(site: Path) -> None:
    outlines = {address: outline(site, address) for address in all_pages(site)}
    for address, page in outlines.items():
        for link in page.links:
            if link.startswith(("https://", "data:")):
                continue
            path, _, anchor = link.partition("#")
            target = os.path.normpath(os.path.join(os.path.dirname(address), path)) if path else address
            assert (site / target).is_file(), (address, link)
            if anchor:
                assert anchor in outlines[target].ids, (address, link)


def test_every_page_has_one_heading_one_main_and_unique_ids(site: Path) -> None:
    for address in all_pages(site):
        page = outline(site, address)
        assert page.tags.count("h1") == page.tags.count("main") == 1, address
        assert len(page.ids) == len(set(page.ids)), address


def test_no_page_runs_what_an_article_brings_along(site: Path) -> None:
    for address in all_pages(site):
        page = outline(site, address)
        assert page.tags.count("script") == 1, address
        assert page.handlers == [], address
        assert "img" not in page.tags, address
        assert not any(link.strip().lower().startswith("javascript") for link in page.links), address


def test_hostile_text_stays_text(site: Path) -> None:
    page = outline(site, article_page(ATTACK))
    assert f"nói: {HOSTILE} & {{{{ 7*7 }}}} </script> ' onclick='x" in page.text
    assert "javascript:window.hacked=3" in page.text


def test_search_index_holds_no_markup(site: Path) -> None:
    index = (site / "assets/search.js").read_text(encoding="utf-8")
    assert "<" not in index
    assert "Đặng Văn Hùng" in index


def test_article_page_tells_mentions_and_memberships(site: Path) -> None:
    source = (site / article_page(PLAIN)).read_text(encoding="utf-8")
    office = re.search(r'<mark class="position" data-facts="([^"]*)" data-href="([^"]*)">', source)
    assert office is not None
    assert office[1].split("\n") == [
        "Office\tBí thư Huyện ủy",
        "In English\tSecretary of the District Party Committee",
        "Held by\tĐặng Văn Hùng",
        "From context\tplace",
        "Rule\trule.position",
    ]
    assert office[2] == "offices/pos-1.html"
    assert "Place\thuyện Hàm Yên, tỉnh Tuyên Quang\nCode\t074 (63 provinces, until June 2025)" in source
    text = outline(site, article_page(PLAIN)).text
    assert "place from context" in text
    assert "title.body+after, score 0.90" in text
    assert "several people of the article fit" in text


def test_entity_pages_list_memberships_latest_first_with_evidence(site: Path) -> None:
    page = outline(site, organisation_page("org-1"))
    assert page.text.index("2023-05-04") < page.text.index("no date")
    assert f"../{article_page(PLAIN)}#e-mem-1" in page.links
    place = outline(site, place_page("63.d074"))
    assert "262, the latest first" in place.text
    assert f"../{place_page('63.p08')}" in place.links
    assert "../places/63.d074~2.html" in place.links


def test_overview_counts_units_with_all_within_them(site: Path) -> None:
    page = outline(site, "index.html")
    assert re.search(r"tỉnh Tuyên Quang\s+262\s+tỉnh Tuyên Quang\s+itself\s+0\s+huyện Hàm Yên\s+262", page.text)
    assert re.search(r"Chủ tịch Ủy ban nhân dân xã\s*Chairman of the Commune People's Committee\s*260", page.text)
    assert "../" not in "".join(page.links)


def test_same_tables_give_the_same_bytes(processed: Path, site: Path, tmp_path: Path) -> None:
    write_report(processed, tmp_path / "again", title="Thử <b>")
    for address in all_pages(site):
        assert (tmp_path / "again" / address).read_bytes() == (site / address).read_bytes()


def test_update_removes_pages_of_what_is_gone_and_nothing_else(tmp_path: Path) -> None:
    processed, out = tmp_path / "processed", tmp_path / "out"
    write_tables(processed, build_plain(), build_attack())
    write_report(processed, out)
    (out / "articles/notes.txt").write_text("mine")
    kept = (out / article_page(PLAIN)).stat().st_mtime_ns
    write_tables(processed, build_plain())
    write_report(processed, out)
    assert not (out / article_page(ATTACK)).exists()
    assert (out / "articles/notes.txt").read_text() == "mine"
    assert (out / article_page(PLAIN)).stat().st_mtime_ns == kept


def test_folder_with_other_files_is_refused(processed: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is no report"):
        write_report(processed, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_empty_tables_make_a_site(tmp_path: Path) -> None:
    processed = tmp_path / "processed"
    article = read_article(PLAIN, "x", title="x", day=None)
    write_tables(processed, (article, [], [], []))
    write_report(processed, tmp_path / "out")
    assert "This article tells of no office" in outline(tmp_path / "out", article_page(PLAIN)).text


def test_command_says_where_to_look(processed: Path, tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(report_command)
    result = CliRunner().invoke(app, ["--processed", str(processed), "--out", str(tmp_path / "r")])
    assert result.exit_code == 0
    assert f"open {tmp_path / 'r' / 'index.html'}" in result.output.replace("\n", "")


# --- parts ----------------------------------------------------------------------------------------------------------


@given(st.text(max_size=60), st.text(max_size=60))
def test_pages_of_names_never_meet_and_are_plain_ascii(one: str, other: str) -> None:
    pages = [person_page(one), person_page(other)]
    assert (pages[0] == pages[1]) == (one == other)
    assert all(re.fullmatch(r"people/[a-z0-9-]+\.html", page) for page in pages)


def test_names_that_fold_alike_have_pages_of_their_own() -> None:
    names = ["Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "Nguyên Văn Hùng", "nguyen van hung"]
    assert len({person_page(name).lower() for name in names}) == 4


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "", "index", "A1", "a" * 300, ".hidden", "a..b"])
def test_id_that_is_no_file_name_gives_way_to_its_digest(key: str) -> None:
    assert re.fullmatch(r"places/id~[0-9a-f]{12}\.html", place_page(key))


LINES = st.text(alphabet="ab\n <", max_size=40)
SPANS = st.lists(st.tuples(st.integers(-2, 42), st.integers(-2, 42)), max_size=8)


@given(LINES, SPANS, SPANS)
def test_pieces_are_the_text_and_marks_nest_whatever_the_offsets(
    text: str, mention_spans: list[tuple[int, int]], target_spans: list[tuple[int, int]]
) -> None:
    article = read_article(PLAIN, text, title="x", day=None)
    mentions = [
        Mention(number, 0, None, Label.PLACE, start, end, Form.FULL, "r")
        for number, (start, end) in enumerate(mention_spans)
    ]
    targets = [Target(number, f"e-{number}", Span(*sorted(span))) for number, span in enumerate(target_spans)]
    lines = highlight_text(article, mentions, targets, lambda mention: Mark("place", "", None))
    assert ["".join(piece.text for piece in line.pieces) for line in lines] == [
        line for line in text.split("\n") if line.strip()
    ]
    for line in lines:
        depth = 0
        for piece in line.pieces:
            depth += len(piece.opens) - piece.closes
            assert depth >= 0
        assert depth == 0
    anchors = [anchor for line in lines for piece in line.pieces for anchor, _ in piece.anchors]
    assert len(anchors) == len(set(anchors))


def test_columns_are_months_in_a_short_time_and_years_in_a_long_one() -> None:
    months = draw_columns("t", [date(2024, 11, 3), date(2025, 1, 9), date(2025, 1, 10)])
    assert months is not None
    assert [(column.label, column.count) for column in months.columns] == [
        ("2024-11", 1),
        ("2024-12", 0),
        ("2025-01", 2),
    ]
    years = draw_columns("t", [date(1912, 1, 1), date(2010, 1, 1), date(2025, 1, 1)])
    assert years is not None
    assert len(years.columns) == 32
    assert years.note == "1 earlier"
    assert draw_columns("t", [date(2025, 1, 1), None]) is None


# --- in the browser -------------------------------------------------------------------------------------------------

FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1280,900"
)
PATIENCE = 120.0  # seconds; a page opens in a fraction of one, but the machine may be busy


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium or chromedriver is not installed (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture
def visit(browser: Chrome, site: Path) -> Iterator[Callable[[str], None]]:
    """Open a page of the site; at the end, nothing may have complained."""
    browser.get_log("browser")

    def open_page(address: str) -> None:
        browser.get("about:blank")
        browser.get(f"{site.as_uri()}/{address}")

    yield open_page
    assert browser.get_log("browser") == []
    assert browser.execute_script("return window.hacked") is None


def wait_for(condition: Callable[[], Any]) -> Any:
    """The first true value of the condition; fails when it stays false."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return value


def lit_text(browser: Chrome) -> str:
    script = "return [...document.querySelectorAll('.lit')].map(piece => piece.textContent).join('')"
    return str(browser.execute_script(script))


def in_sight(browser: Chrome, selector: str) -> bool:
    script = (
        "const box = document.querySelector(arguments[0]).getBoundingClientRect();"
        "return box.top >= 0 && box.bottom <= innerHeight"
    )
    return bool(browser.execute_script(script, selector))


def some_pages() -> list[str]:
    """One page of each kind."""
    return [
        "index.html",
        article_page(PLAIN),
        article_page(ATTACK),
        article_page(LONG),
        person_page("Đặng Văn Hùng"),
        "offices/pos-1.html",
        organisation_page("org-1"),
        place_page("63.d074"),
        "people/index.html",
        "offices/index.html",
        "rejects/index.html",
        "rejects/not-text.html",
    ]


@pytest.mark.parametrize("address", some_pages())
def test_page_opens_without_complaint_and_fits_a_phone(
    browser: Chrome, visit: Callable[[str], None], address: str
) -> None:
    metrics = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        visit(address)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_click_on_a_membership_scrolls_to_its_evidence(browser: Chrome, visit: Callable[[str], None]) -> None:
    visit(article_page(PLAIN))
    assert not in_sight(browser, "#e-mem-1")
    browser.find_element("css selector", ".rows a.quote").click()
    wait_for(lambda: in_sight(browser, ".lit"))
    assert lit_text(browser) == "Đặng Văn Hùng, Bí thư Huyện ủy Hàm Yên"
    assert browser.execute_script("return scrollY") > 500


def test_three_clicks_from_the_overview_to_the_sentence(browser: Chrome, visit: Callable[[str], None]) -> None:
    visit("index.html")
    browser.find_element("link text", "Bí thư Huyện ủy").click()
    wait_for(lambda: browser.current_url.endswith("offices/pos-1.html"))
    browser.find_element("css selector", ".rows a.quote").click()
    wait_for(lambda: lit_text(browser) == "Đặng Văn Hùng, Bí thư Huyện ủy Hàm Yên")
    wait_for(lambda: in_sight(browser, ".lit"))


def test_search_finds_a_person_without_accents_by_keyboard_alone(browser: Chrome, visit: Callable[[str], None]) -> None:
    from selenium.webdriver.common.keys import Keys

    visit("places/index.html")
    browser.find_element("tag name", "body").send_keys("/")
    box = browser.switch_to.active_element
    assert box.get_attribute("id") == "q"
    box.send_keys("van hung dang")
    wait_for(lambda: browser.find_elements("css selector", "#found [role=option]"))
    assert browser.find_element("id", "found-count").get_attribute("textContent") == "1 found"
    box.send_keys(Keys.ARROW_DOWN)
    assert box.get_attribute("aria-activedescendant") == "found-0"
    box.send_keys(Keys.ENTER)
    wait_for(lambda: browser.current_url.endswith(person_page("Đặng Văn Hùng")))
    assert browser.find_element("tag name", "h1").text == "Đặng Văn Hùng"


def test_search_shows_hostile_names_as_text(browser: Chrome, visit: Callable[[str], None]) -> None:
    visit("index.html")
    browser.find_element("id", "q").send_keys("onerror")
    found = wait_for(lambda: browser.find_elements("css selector", "#found [role=option]"))
    assert '"><img src=x onerror="window.hacked=2">' in found[0].text


def test_script_in_an_article_stays_text(browser: Chrome, visit: Callable[[str], None]) -> None:
    visit(article_page(ATTACK))
    assert f"nói: {HOSTILE}" in browser.find_element("css selector", ".text").text
    assert browser.find_elements("css selector", ".text script, .text img") == []
    assert browser.find_elements("css selector", "a[href^='javascript']") == []


def test_card_tells_a_mention_and_those_around_it(browser: Chrome, visit: Callable[[str], None]) -> None:
    from selenium.webdriver.common.keys import Keys

    visit(article_page(PLAIN))
    browser.execute_script("document.querySelector('.text mark').focus()")
    card = browser.find_element("id", "card")
    assert "Đặng Văn Hùng" in card.text
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert "Secretary of the District Party Committee" in card.text
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    facts = [element.text for element in card.find_elements("css selector", "section dt:first-of-type")]
    assert facts == ["Place", "Organisation", "Office"]
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not card.is_displayed()


def test_chosen_colours_stay_on_the_next_page(browser: Chrome, visit: Callable[[str], None]) -> None:
    def paper() -> str:
        return str(browser.execute_script("return getComputedStyle(document.documentElement).backgroundColor"))

    visit("index.html")
    before = paper()
    browser.find_element("css selector", ".theme").click()
    after = paper()
    assert before != after
    visit("people/index.html")
    assert paper() == after
    browser.find_element("css selector", ".theme").click()
    assert paper() == before
