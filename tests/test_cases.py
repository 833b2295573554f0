"""The case tables titles.tsv, status.tsv, holders.tsv, institutions.tsv and names.tsv through ``pipeline.extract``.

``expected`` holds, joined by ``;;``:

* in the others than names.tsv ``person | normal title | organisation or - | status``: all memberships of the text,
  no more and no fewer. A part whose person is ``-`` is a POSITION mention of that title and body without a
  holder; its status is not checked. A lone ``-``: no membership at all.
* in names.tsv the PERSON mentions as written, in order; a lone ``-``: none.

In ``text`` the sign `` ⏎ `` is the end of a line.

``quality`` decides what a row is good for: ``sure`` rows must pass; ``open`` rows are right but not read yet, and one
test fails as soon as some of them are; ``debatable`` rows could be written otherwise and are not tested.

To promote the open rows that are read by now, from the root of the repository::

    python -m tests.test_cases --promote
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline import Extraction, Label, Status, extract
from pipeline.orthography import settle

FOLDER = Path(__file__).parent / "cases"
FILES = ("titles", "status", "holders", "institutions", "names")
QUALITIES = ("sure", "open", "debatable")
COLUMNS = ("text", "expected", "quality", "note")
_NOBODY = "- | "
_LINE_END = " ⏎ "


@dataclass(frozen=True, slots=True)
class Case:
    """One row; ``line`` counts from 1."""

    file: str
    line: int
    text: str
    expected: str
    quality: str

    @property
    def parts(self) -> tuple[str, ...]:
        """What is expected, part by part; nothing for a lone dash."""
        return () if self.expected == "-" else tuple(self.expected.split(" ;; "))

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.text}"


def read_cases(file: str) -> Iterator[Case]:
    """All rows of one table."""
    for line, row in enumerate((FOLDER / f"{file}.tsv").read_text("utf8").splitlines(), 1):
        cells = row.split("\t")
        if row and not row.startswith("#") and tuple(cells) != COLUMNS:
            text, expected, quality = [*cells, "", ""][:3]
            yield Case(file, line, text.replace(_LINE_END, "\n"), expected, quality)


CASES = [case for file in FILES for case in read_cases(file)]


def differences(case: Case) -> list[str]:
    """What a case misses (``-``) and what it did not ask for (``+``); nothing when it passes."""
    extraction = extract(case.text.replace(_LINE_END, "\n"))
    found = people_in(extraction) if case.file == "names" else memberships_in(extraction)
    wanted = [part for part in case.parts if not part.startswith(_NOBODY)]
    if case.file == "names" and found != wanted and sorted(found) == sorted(wanted):
        return [f"order: {found}"]
    missing = [f"- {part}" for part in (Counter(wanted) - Counter(found)).elements()]
    unasked = [f"+ {part}" for part in (Counter(found) - Counter(wanted)).elements()]
    vacant = Counter(part.rsplit(" | ", 1)[0] for part in case.parts if part.startswith(_NOBODY))
    missing += [f"- {part}" for part in (vacant - Counter(vacant_in(extraction))).elements()]
    return missing + unasked


def people_in(extraction: Extraction) -> list[str]:
    """Texts of the PERSON mentions, in order."""
    text = extraction.article.text
    return [text[m.start : m.end] for m in extraction.mentions if m.label is Label.PERSON]


def memberships_in(extraction: Extraction) -> list[str]:
    """Memberships as the tables write them."""
    people = {person.person_id: person.name for person in extraction.people}
    titles = {position.position_id: position.title for position in extraction.positions}
    bodies = {None: "-", **{body.organisation_id: body.name for body in extraction.organisations}}
    return [
        f"{people[row.person_id]} | {titles[row.position_id]} | {bodies[row.organisation_id]} | {row.status}"
        for row in extraction.memberships
    ]


def vacant_in(extraction: Extraction) -> list[str]:
    """Offices that are mentioned and stand for nobody."""
    bodies = {None: "-", **{body.organisation_id: body.name for body in extraction.organisations}}
    return [
        f"- | {m.normal} | {bodies[m.organisation_id]}"
        for m in extraction.mentions
        if m.label is Label.POSITION and m.person_id is None
    ]


@pytest.mark.parametrize("case", [case for case in CASES if case.quality == "sure"], ids=str)
def test_sure_case(case: Case) -> None:
    assert differences(case) == []


def test_open_cases_are_still_open() -> None:
    """Run ``python -m tests.test_cases --promote`` when this fails: the rows it lists are read by now."""
    assert [str(case) for case in promotable()] == []


def promotable() -> list[Case]:
    """Open rows that pass."""
    return [case for case in CASES if case.quality == "open" and not differences(case)]


def test_most_cases_are_sure() -> None:
    count = Counter(case.quality for case in CASES)
    assert set(count) <= set(QUALITIES)
    assert sum(count.values()) >= 400
    assert count["sure"] > 0.8 * sum(count.values())
    assert count["open"] <= 40  # 33 on 2026-11-21; more means that something was lost


@pytest.mark.parametrize("file", FILES)
def test_rows_are_well_formed(file: str) -> None:
    cases = list(read_cases(file))
    assert [case.text for case in cases] == [settle(unicodedata.normalize("NFC", case.text)) for case in cases]
    assert [text for text, count in Counter(case.text for case in cases).items() if count > 1] == []
    for case in cases:
        assert case.expected, case
        assert all(part and part == part.strip() for part in case.parts), case
        assert file == "names" or all(_is_membership(part) for part in case.parts), case


def _is_membership(part: str) -> bool:
    cells = part.split(" | ")
    return len(cells) == 4 and all(cells) and cells[3] in set(Status)


@pytest.mark.parametrize("file", [file for file in FILES if file == "names"])
def test_expected_names_stand_in_their_text(file: str) -> None:
    for case in read_cases(file):
        at = 0
        for name in case.parts:
            at = case.text.find(name, at) + len(name)
            assert at >= len(name), case


def promote() -> list[Case]:
    """Write ``sure`` over ``open`` in the rows that pass; every other byte stays."""
    done = promotable()
    for file in FILES:
        lines = (FOLDER / f"{file}.tsv").read_text("utf8").splitlines(keepends=True)
        for case in done:
            if case.file == file:
                text, expected, _, *rest = lines[case.line - 1].split("\t")
                lines[case.line - 1] = "\t".join([text, expected, "sure", *rest])
        (FOLDER / f"{file}.tsv").write_text("".join(lines), encoding="utf8")
    return done


def main(arguments: list[str]) -> None:
    """Without an option: list the rows that fail. ``--promote``: promote open rows that pass."""
    if arguments == ["--promote"]:
        print(*(f"sure now: {case}" for case in promote()), sep="\n")
        return
    for case in CASES:
        if told := differences(case):
            print(f"[{case.quality}] {case}", *(f"    {line}" for line in told), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
