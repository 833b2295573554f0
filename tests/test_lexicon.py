"""Every lexicon entry is normalised, owned once, reachable through the grammar that reads its file, and refers to what
there is.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pipeline import Label, extract, lexicon
from pipeline.discourse import abroad, gaps, statuses
from pipeline.discourse.institutions import FAMILIES
from pipeline.discourse.seats import seat_rule
from pipeline.gazetteer import load_gazetteer
from pipeline.grammar import (
    body_phrases,
    body_words,
    cues,
    names,
    organisations,
    places,
    scan,
    states,
    surnames,
    titles,
)
from pipeline.grammar import newsmakers as newsmakers_grammar
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import Line, read_line, split_keys
from pipeline.lexicon import (
    FOLDER,
    bodies,
    fields,
    fused_titles,
    head_roles,
    heads,
    marked,
    member_roles,
    newsmakers,
    roles,
    seats,
    unit_words,
)
from pipeline.models import Branch, Status
from pipeline.orthography import settle, traditional

FILES = sorted(path.name for path in FOLDER.glob("*.tsv"))

# These hold letters, patterns, bytes, or both placements of a tone on purpose.
_NOT_WORDS = (
    "encoding_",
    "fixed_marks",
    "furniture",
    "lookalikes",
    "magic",
    "packages",
    "charsets",
    "syllables",
    "columns",
    "page_marks",
)
WORDS = [file for file in FILES if not file.startswith(_NOT_WORDS)]


def line_of(text: str) -> Line:
    return read_line(text, 0, len(text))


# --- files ------------------------------------------------------------------------------------------------------------


def header_of(file: str) -> str:
    lines = (FOLDER / file).read_text("utf8").splitlines()
    return " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))


@pytest.mark.parametrize("file", FILES)
def test_the_header_tells_source_date_and_exclusions(file: str) -> None:
    header = header_of(file)
    assert "Source:" in header
    assert "Left out" in header
    assert re.search(r"\b(?:19|20)\d\d\b", header)


@pytest.mark.parametrize("file", FILES)
def test_the_header_comes_first_and_every_column_has_a_name(file: str) -> None:
    lines = (FOLDER / file).read_text("utf8").splitlines()
    body = [line for line in lines if not line.startswith("#")]
    assert lines[0].startswith("#")
    assert lines[len(lines) - len(body) :] == body
    columns = body[0].split("\t")
    assert len(set(columns)) == len(columns)
    assert all(re.fullmatch(r"[a-z_]+", column) for column in columns)
    assert {line.count("\t") for line in body[1:]} <= set(range(len(columns)))
    assert all(body[1:])


@pytest.mark.parametrize("file", FILES)
def test_some_module_reads_the_file(file: str) -> None:
    package = Path(lexicon.__file__).parents[1]
    sources = [path.read_text("utf8") for path in package.rglob("*.py")]
    name = 'f"encoding_{' if file.startswith("encoding_") else f'"{file}"'
    assert any(name in source for source in sources)


# --- entries ----------------------------------------------------------------------------------------------------------


def rows_of(file: str) -> list[dict[str, str]]:
    lines = [line for line in (FOLDER / file).read_text("utf8").splitlines() if not line.startswith("#")]
    columns, *cells = [line.split("\t") for line in lines]
    return [dict(zip(columns, row + [""] * (len(columns) - len(row)), strict=True)) for row in cells]


def entries_of(file: str) -> Iterable[str]:
    """Every surface and normal form of a file, cell by cell; notes and English are prose."""
    for row in rows_of(file):
        for column, cell in row.items():
            if column not in {"note", "english"}:
                yield from cell.split(" | ")


@pytest.mark.parametrize("file", FILES)
def test_entries_are_composed_and_have_single_blanks(file: str) -> None:
    assert [entry for entry in entries_of(file) if entry != settle(entry) and file in WORDS] == []
    assert [entry for entry in entries_of(file) if entry != " ".join(entry.split())] == []


@pytest.mark.parametrize("file", WORDS)
def test_entries_have_traditional_tones(file: str) -> None:
    assert [entry for entry in entries_of(file) if entry != traditional(entry)] == []


COMPARED = {  # entries that are their own compare key
    "events.tsv": "phrase",
    "exclusions.tsv": "surface",
    "firm_words.tsv": "surface",
    "followers.tsv": "surface",
    "given.tsv": "syllable",
    "hedges.tsv": "surface",
    "historical.tsv": "name",
    "honorifics.tsv": "surface",
    "joints.tsv": "surface",
    "links.tsv": "surface",
    "listing.tsv": "surface",
    "modifiers.tsv": "surface",
    "name_cues.tsv": "surface",
    "nonnames.tsv": "phrase",
    "portfolios.tsv": "surface",
    "speech.tsv": "surface",
    "state_words.tsv": "surface",
    "surnames.tsv": "surname",
    "tail_stops.tsv": "surface",
    "verbs.tsv": "surface",
}


@pytest.mark.parametrize(("file", "column"), COMPARED.items())
def test_compared_entries_are_written_as_keys(file: str, column: str) -> None:
    assert [row[column] for row in rows_of(file) if row[column] != row[column].lower()] == []


# --- owned once -------------------------------------------------------------------------------------------------------


def _cells(joined: str) -> list[str]:
    return [part for part in joined.split(" | ") if part]


OWNERS: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
    "bodies.tsv": lambda: [(surface, body.name) for body in bodies() for surface in body.surfaces],
    "heads.tsv": lambda: [(surface, head.name) for head in heads() for surface in head.surfaces],
    "fields.tsv": lambda: [(surface, field.name) for field in fields() for surface in field.surfaces],
    "roles.tsv": lambda: [(surface, role.name) for role in roles() for surface in role.surfaces],
    "units.tsv": lambda: [(surface, unit.name) for unit in unit_words() for surface in unit.surfaces],
    "fused.tsv": lambda: [(title.surface, title.title) for title in fused_titles()],
    "leaders.tsv": lambda: [
        (name, row["name"]) for row in rows_of("leaders.tsv") for name in (row["name"], *_cells(row["surfaces"]))
    ],
    "seats.tsv": lambda: [(row.name, row.name) for row in seats()],
    "newsmakers.tsv": lambda: [(surface, row.name) for row in newsmakers() for surface in row.surfaces],
    "regions.tsv": lambda: [(row["surface"], row["surface"]) for row in rows_of("regions.tsv")],
    "trades.tsv": lambda: [(row["surface"], row["surface"]) for row in rows_of("trades.tsv")],
    "heads_of.tsv": lambda: [(row.name, row.name) for row in head_roles()],
    "members_of.tsv": lambda: [(row.name, row.name) for row in member_roles()],
    **{
        file: (lambda file=file, column=column: [(row[column], row[column]) for row in rows_of(file)])  # type: ignore[misc]
        for file, column in {**COMPARED, "foreign_names.tsv": "name"}.items()
    },
}
# "đ/c" and "đ/ c" are the same tokens: the second can never be found.
_TWICE = pytest.mark.xfail(strict=True, reason="surfaces that differ only in blanks around a sign")


@pytest.mark.parametrize(
    "file", [pytest.param(f, marks=_TWICE) if f in {"honorifics.tsv", "nonnames.tsv"} else f for f in OWNERS]
)
def test_every_surface_is_owned_once(file: str) -> None:
    owners: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for surface, name in OWNERS[file]():
        owners[split_keys(surface)].append(f"{surface} ({name})")
    assert [found for found in owners.values() if len(found) > 1] == []


@pytest.mark.parametrize("file", sorted(COMPARED))
def test_no_row_stands_twice(file: str) -> None:
    count = Counter(row[COMPARED[file]] for row in rows_of(file))
    assert [entry for entry, times in count.items() if times > 1] == []


def test_heads_and_bodies_share_only_what_the_header_says() -> None:
    """Văn phòng and Ban Quản lý dự án stand in both files; TT is a body, a head and a unit word by what follows."""
    closed = {split_keys(surface) for body in bodies() for surface in body.surfaces}
    shared = {head.name for head in heads() for surface in head.surfaces if split_keys(surface) in closed}
    assert shared == {"Văn phòng", "Ban Quản lý dự án", "Trung tâm"}


def test_roles_and_bodies_share_nothing() -> None:
    closed = {split_keys(surface) for body in bodies() for surface in body.surfaces}
    assert [role.name for role in roles() for surface in role.surfaces if split_keys(surface) in closed] == []


# --- reachable --------------------------------------------------------------------------------------------------------

TABLES: dict[str, Callable[[], Phrases[object]]] = {
    "events.tsv": statuses._event_table,
    "exclusions.tsv": scan._exclusion_table,
    "hedges.tsv": statuses._hedge_table,
    "historical.tsv": names.historical_table,
    "honorifics.tsv": names.honorific_table,
    "listing.tsv": places._listing_table,
    "modifiers.tsv": titles._modifier_table,
    "nonnames.tsv": names._nonname_table,
    "portfolios.tsv": titles._portfolio_table,
    "speech.tsv": gaps._speech_table,
    "surnames.tsv": surnames.surname_table,
    "tail_stops.tsv": body_words.stop_table,
    "verbs.tsv": statuses._verb_table,
}


@pytest.mark.parametrize("file", TABLES)
def test_every_row_is_found_whole(file: str) -> None:
    table = TABLES[file]()
    surfaces = [row[COMPARED[file]] for row in rows_of(file)]
    missed = [s for s in surfaces if (table.longest(split_keys(s), 0) or (0,))[0] != len(split_keys(s))]
    assert missed == []
    assert {split_keys(s)[0] for s in surfaces} == {first for first, _ in table.openings}


def test_every_known_name_is_read_whole() -> None:
    """Beside the words that a name of everyday words needs, every surface is read as its entry."""
    for row in newsmakers():
        for surface in row.surfaces:
            line = line_of(f"theo {surface} đã")
            found = newsmakers_grammar.known_at(line, 1)
            assert found is not None, surface
            assert (found.name, found.end) == (row.name, len(line) - 1), surface


def test_every_region_is_read_whole() -> None:
    for row in rows_of("regions.tsv"):
        line = line_of(row["surface"])
        found = newsmakers_grammar.known_at(line, 0)
        assert found is not None, row
        assert found.kind in {"place", "club"}, row  # a town of a club is a place behind "tại"
        assert found.end == len(line), row


def test_cues_and_words_of_the_state_are_found() -> None:
    kinds = {"opener", "body", "place", "thing", "person", "people", "paper", "unit", "refused"}
    found = {kind for row in rows_of("name_cues.tsv") for kind in row["kind"].split(",")}
    assert found <= kinds | {"says", "acts", "source", "office", "house", "numbered"}
    assert set(cues.cue_kinds()) == {row["surface"] for row in rows_of("name_cues.tsv")}
    assert set(states.state_words()) == {row["surface"] for row in rows_of("state_words.tsv")}
    assert {row["kind"] for row in rows_of("trades.tsv")} == {"body", "thing"}
    assert max(len(split_keys(cue)) for cue in cues.cue_kinds()) == 2


@pytest.mark.parametrize("file", ["joints.tsv", "given.tsv"])
def test_single_words_are_single_tokens(file: str) -> None:
    assert [row for row in rows_of(file) if len(split_keys(row[COMPARED[file]])) != 1] == []


def test_every_unit_word_is_read() -> None:
    for unit in unit_words():
        for surface in unit.surfaces:
            found = places.unit_word_at(line_of(f"{surface.upper()} Nam"), 0)
            assert found is not None, surface
            assert found[1] is unit, surface


def test_every_body_is_read_as_itself() -> None:
    for body in bodies():
        for surface in body.surfaces:
            line = line_of(surface)
            found = organisations.body_at(line, 0, titled=True)
            assert found is not None, surface
            assert (found.chain[0].name, found.end) == (body.name, len(line)), surface


def test_every_head_opens_a_body() -> None:
    for head in heads():
        for surface in head.surfaces:
            if surface == "TT":  # alone it is the body Thường trực
                continue
            found = organisations.body_at(line_of(surface), 0, titled=True)
            assert found is not None, surface
            assert found.name == head.name, surface


def test_every_field_is_read_behind_a_head() -> None:
    """Behind some head: "Phòng khám bệnh" opens a clinic, so that field is read behind Khoa."""
    for field in fields():
        for surface in field.surfaces:
            lines = [(head, line_of(f"{head} {surface}")) for head in ("Sở", "Phòng", "Khoa", "Vụ", "Cục")]
            read = [(head, organisations.body_at(line, 0, titled=True), len(line)) for head, line in lines]
            assert any(b is not None and (b.name, b.end) == (f"{h} {field.name}", end) for h, b, end in read), surface


def test_every_role_is_read_as_a_title() -> None:
    for role in roles():
        for surface in role.surfaces:
            line = line_of(surface)
            title = titles.title_at(line, 0)
            assert title is not None, surface
            assert title.end == len(line), surface
            assert title.fused or title.role == role.name, surface


def test_every_fused_title_is_read_to_its_end() -> None:
    for entry in fused_titles():
        line = line_of(entry.surface)
        title = titles.title_at(line, 0)
        assert title is not None, entry.surface
        assert title.end == len(line), entry.surface


# Fused titles that the program gives another normal form: the plain reading, of the same length, goes before the
# entry. The list may only become shorter.
SHADOWED = frozenset(
    {
        "Bí thư BCH Trung ương Đảng",
        "Bí thư Ban Chấp hành Trung ương Đảng",
        "Bí thư T.Ư Đảng",
        "Bí thư TW Đảng",
        "Bí thư TƯ Đảng",
        "Bản phó",
        "Bản trưởng",
        "Buôn trưởng",
        "Chi hội trưởng Hội Cựu chiến binh",
        "Chi hội trưởng Hội Nông dân",
        "Chi hội trưởng Hội Phụ nữ",
        "Cụm trưởng cụm dân cư",
        "Khu phố trưởng",
        "Khu trưởng",
        "Khóm trưởng",
        "Làng trưởng",
        "Phó Ban Mặt trận",
        "Phó buôn",
        "Phó bản",
        "Phó khu phố",
        "Phó khóm",
        "Phó làng",
        "Phó thôn",
        "Phó xóm",
        "Phó ấp",
        "Thôn phó",
        "Thôn trưởng",
        "Tiểu khu trưởng",
        "Trưởng Ban Mặt trận",
        "Tổ phó Tổ dân phố",
        "Tổng Bí thư Đảng Cộng sản Việt Nam",
        "UV Tỉnh ủy",
        "Xóm phó",
        "Xóm trưởng",
        "Ấp phó",
        "Ấp trưởng",
        "Ủy viên Huyện ủy",
        "Ủy viên Quận ủy",
        "Ủy viên Thành ủy",
        "Ủy viên Thị ủy",
        "Ủy viên Tỉnh ủy",
        "Ủy viên Đảng ủy",
    }
)


def test_fused_titles_get_the_normal_form_of_their_entry() -> None:
    differing = set()
    for entry in fused_titles():
        extraction = extract(f"Ông Lê Văn Tám, {entry.surface}, phát biểu")
        told = [m.normal for m in extraction.mentions if m.label is Label.POSITION]
        if told != [entry.title] or len(extraction.memberships) != 1:
            differing.add(entry.surface)
    assert differing == SHADOWED


# --- references -------------------------------------------------------------------------------------------------------


def known_bodies() -> set[str]:
    """Names of bodies, head nouns, and head nouns with a field."""
    names = {body.name for body in bodies()} | {head.name for head in heads()}
    return names | {f"{head.name} {field.name}" for head in heads() for field in fields()}


def test_seats_and_heads_name_known_bodies() -> None:
    """A row holds the beginning of a name: "Phòng Cảnh sát" those of all police divisions."""
    known = known_bodies()
    beginnings = {" ".join(words[:n]) for words in (name.split() for name in known) for n in range(1, len(words) + 1)}
    assert [row.name for row in (*seats(), *head_roles(), *member_roles()) if row.name not in beginnings] == []


def test_seats_name_families_that_the_code_knows() -> None:
    assert {row.outer for row in seats()} <= {
        "",
        "committee",
        "ministry",
        "party_body",
        "council",
        "police",
        "military",
        "procuracy",
        "youth",
        "court",
        "elected",
        "government",
        *FAMILIES,
    }
    for row in seats():
        assert seat_rule(row.name).levels == row.levels, row.name


def test_heads_have_known_roles() -> None:
    for row in head_roles():
        assert titles.role_named(row.role) is not None, row
        assert not row.of_province or titles.role_named(row.of_province) is not None, row
        assert lexicon.head_role_of(row.name) == row.role, row


def test_divisions_and_their_sisters_are_known_bodies() -> None:
    beginnings = {" ".join(words[:n]) for words in map(str.split, known_bodies()) for n in (1, 2)}
    for row in rows_of("divisions.tsv"):
        assert {row["name"], *_cells(row["sisters"])} <= beginnings, row


def test_seats_have_known_roles() -> None:
    for row in member_roles():
        assert titles.role_named(row.role) is not None, row
        assert row.told in {"joins", "elected"}, row
        assert lexicon.member_role_of(row.name) == row, row


def test_roles_take_kinds_branches_and_bodies_that_there_are() -> None:
    kinds = {kind.value for kind in body_phrases.BodyKind} | set(Branch) | {body.name for body in bodies()}
    special = {"village", "unit", "any", "ministry", "place", "office", "state", "post", "none", ""}
    unknown = {takes for role in roles() for takes in role.takes if takes not in kinds | special}
    assert [word for word in unknown if not any(body.name.startswith(word + " ") for body in bodies())] == []
    assert {role.alone for role in roles()} <= {"yes", "person", "no", "office"}


def test_kinds_are_the_ones_the_grammars_know() -> None:
    kinds = {kind.value for kind in body_phrases.BodyKind}
    assert {body.kind for body in bodies()} <= kinds
    assert {head.kind for head in heads()} <= {"agency", "proper", "association", "adhoc"}
    assert {head.unit for head in heads()} <= {"title", "none", "proper", "own", "country"}
    assert {row["level"] for row in rows_of("bodies.tsv")} <= {"any", "city", "central", *_LEVELS}


_LEVELS = ("province", "district", "commune", "village", "abroad")


def test_effects_are_statuses() -> None:
    assert {row["effect"] for row in rows_of("events.tsv")} <= {"none", *Status}
    assert {row["applies"] for row in rows_of("events.tsv")} <= {"next", "previous", "person"}
    assert {row["effect"] for row in rows_of("verbs.tsv")} <= {
        "incoming",
        "former",
        "candidate",
        "acting",
        "holds",
        "none",
    }
    assert {row["kind"] for row in rows_of("hedges.tsv")} == {"near", "far"}
    assert {row.kind for row in marked("surnames.tsv", surface="surname", kind="certainty")} == {"sure", "maybe"}


def test_the_body_of_a_fused_title_is_known_and_its_role_too() -> None:
    known = tuple(known_bodies())
    unknown = [title.surface for title in fused_titles() if title.body and not title.body.startswith(known)]
    assert unknown == ["Xứ ủy viên"]  # a body of before 1976, of which no head or place is told
    opening = {role.name for role in roles()} | {"Phó", "Chi ủy viên", "Thường trực"}
    assert [title.title for title in fused_titles() if not title.title.startswith(tuple(opening))] == []


def test_modifiers_have_a_normal_form_and_a_side() -> None:
    rows = rows_of("modifiers.tsv")
    assert {row["kind"] for row in rows} <= {"prefix", "suffix", "both"}
    assert all(row["name"] for row in rows)
    for row in rows:
        assert row["english"], row


def test_every_leader_has_a_country_of_the_gazetteer() -> None:
    for name, country in abroad._leaders().items():
        assert f"world.{country}" in load_gazetteer(), name
