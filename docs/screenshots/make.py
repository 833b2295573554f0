"""Screenshots of the report on the sample data: light and dark, desktop and phone.

    python docs/screenshots/make.py [--processed data/processed]

Needs chromium, chromedriver and selenium; Noto fonts make the pictures the same everywhere. Writes PNG files beside
itself.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from itertools import product
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from pipeline.report import write_report
from pipeline.report.addresses import article_page, evidence_anchor, person_page, place_page
from pipeline.tables import read_table

HERE = Path(__file__).parent
SCREENS = {"desktop": (1280, 900, 1.0), "phone": (360, 740, 2.0)}
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars --force-color-profile=srgb"
)


def main() -> None:
    """Write the report to a temporary folder and picture its pages."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--processed", type=Path, default=Path("data/processed"))
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        write_report(arguments.processed, site)
        pages = choose_pages(arguments.processed)
        driver = start_browser()
        try:
            for theme, screen, name in product(("light", "dark"), SCREENS, ("index", "article", "person")):
                set_screen(driver, screen, theme)
                picture(driver, f"{site.as_uri()}/{pages[name]}", arguments.out / f"{name}-{theme}-{screen}.png")
            set_screen(driver, "desktop", "light")
            for name in ("evidence", "place"):
                picture(driver, f"{site.as_uri()}/{pages[name]}", arguments.out / f"{name}-light-desktop.png")
            picture_search(driver, site, arguments.out / "search-light-desktop.png")
            picture_card(driver, f"{site.as_uri()}/{pages['article']}", arguments.out / "card-light-desktop.png")
        finally:
            driver.quit()


def choose_pages(processed: Path) -> dict[str, str]:
    """The overview, the dated article with most memberships, a person and a place of it."""
    by_article: dict[str, list[dict[str, str]]] = {}
    for row in read_table(processed, "memberships").to_pylist():
        if row["observed_on"]:
            by_article.setdefault(row["article_id"], []).append(row)
    article_id = min(by_article, key=lambda key: (-len(by_article[key]), key))
    row = min((row for row in by_article[article_id] if row["place_id"]), key=lambda row: row["start"])
    people = read_table(processed, "people").to_pylist()
    name = next(
        person["name"]
        for person in people
        if (person["article_id"], person["person_id"]) == (article_id, row["person_id"])
    )
    return {
        "index": "index.html",
        "article": article_page(article_id),
        "evidence": f"{article_page(article_id)}#{evidence_anchor(row['membership_id'])}",
        "person": person_page(name),
        "place": place_page(row["place_id"]),
    }


def start_browser() -> webdriver.Chrome:
    """Headless Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    for flag in FLAGS.split():
        options.add_argument(flag)
    driver = shutil.which("chromedriver") or "chromedriver"
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))


def set_screen(driver: webdriver.Chrome, screen: str, theme: str) -> None:
    """Size of the screen, and the colours the reader prefers."""
    width, height, scale = SCREENS[screen]
    metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": screen == "phone"}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    features = [
        {"name": "prefers-color-scheme", "value": theme},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def picture(driver: webdriver.Chrome, address: str, path: Path) -> None:
    """Open a page and save what the screen shows."""
    driver.get("about:blank")
    driver.get(address)
    driver.save_screenshot(str(path))


def picture_search(driver: webdriver.Chrome, site: Path, path: Path) -> None:
    """The search without accents."""
    driver.get(f"{site.as_uri()}/index.html")
    driver.find_element(By.TAG_NAME, "body").send_keys("/")
    driver.find_element(By.ID, "q").send_keys("bi thu huyen uy", Keys.ARROW_DOWN)
    driver.implicitly_wait(5)
    driver.find_element(By.CSS_SELECTOR, ".found [role=option]")
    driver.save_screenshot(str(path))


def picture_card(driver: webdriver.Chrome, address: str, path: Path) -> None:
    """The card of a nested mention."""
    driver.get("about:blank")
    driver.get(address)
    driver.find_element(By.CSS_SELECTOR, ".text mark.position mark").click()
    driver.save_screenshot(str(path))


if __name__ == "__main__":
    main()
