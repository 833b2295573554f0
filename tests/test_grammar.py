"""The grammars line by line: tokens, phrases, places, bodies, titles, names, normal forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.grammar.body_phrases import BodyPhrase
from pipeline.grammar.body_words import opens_body
from pipeline.grammar.names import Witness, honorifics_at, normal_name
from pipeline.grammar.normal_forms import body_name, committee_of, entity_id, seat_type_of, title_of
from pipeline.grammar.organisations import body_at
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.places import UnitPhrase, bare_place_at, name_end_at, unit_phrase_at
from pipeline.grammar.scan import LineReadings, scan_line, scan_text
from pipeline.grammar.surnames import opens_person, person_inside, run_end
from pipeline.grammar.syllables import Line, read_line, split_keys
from pipeline.grammar.titles import TitlePhrase, title_at
from pipeline.orthography import key


def line_of(text: str) -> Line:
    return read_line(text, 0, len(text))


# --- syllables --------------------------------------------------------------------------------------------------------


def test_a_line_keeps_offsets_into_the_text() -> None:
    text = "mở đầu; Bí thư  Huyện uỷ."
    line = read_line(text, 8, len(text))
    assert line.texts == ("Bí", "thư", "Huyện", "uỷ", ".")
    assert line.keys == ("bí", "thư", "huyện", "ủy", ".")
    assert [text[start:end] for start, end in zip(line.starts, line.ends, strict=True)] == list(line.texts)
    assert line.capital == (True, False, True, False, False)


def test_signs_are_tokens_and_an_apostrophe_within_a_name_is_not() -> None:
    assert split_keys("LĐ - TB & XH") == split_keys("LĐ-TB&XH")
    assert split_keys("H’Bút K'Tiếng") == ("h'bút", "k'tiếng")
    assert split_keys("T.Ư Đảng") == ("t", ".", "ư", "đảng")


def test_a_missing_blank_is_seen() -> None:
    assert line_of("UBNDxã Thanh Ba").texts == ("UBND", "xã", "Thanh", "Ba")


def test_gaps_between_tokens() -> None:
    line = line_of("Lê Văn Tám\t\t\tBí thư,Chủ tịch")
    assert [at for at in range(len(line)) if line.wide_gap(at)] == [3]
    assert [line.texts[at] for at in range(len(line)) if line.glued(at)] == [",", "Chủ"]
    assert line.surface(3, 7) == "Bí thư,Chủ"


@pytest.mark.parametrize(
    ("text", "shouting"),
    [
        ("BÍ THƯ HUYỆN ỦY", True),
        ("Bí thư Huyện ủy", False),
        ("UBND", False),
        ("UBND TP.HCM HĐND họp", True),
        ("", False),
    ],
)
def test_capitals_tell_nothing_in_a_line_of_capitals(text: str, shouting: bool) -> None:
    assert line_of(text).shouting is shouting


@given(st.text(max_size=80))
def test_tokens_are_in_order_and_hold_no_blank(text: str) -> None:
    line = line_of(text)
    assert [text[start:end] for start, end in zip(line.starts, line.ends, strict=True)] == list(line.texts)
    assert list(line.starts) == sorted(line.starts)
    assert all(end <= start for end, start in zip(line.ends, line.starts[1:], strict=False))
    assert all(text_ and not any(c.isspace() for c in text_) for text_ in line.texts)
    # Nothing but blanks lies between two tokens.
    outside = list(text)
    for start, end in zip(line.starts, line.ends, strict=True):
        outside[start:end] = " " * (end - start)
    assert "".join(outside).strip() == ""


# --- phrases ----------------------------------------------------------------------------------------------------------

TABLE = Phrases([("ban", 1), ("ban tổ chức", 2), ("ban tổ chức trung ương", 3), ("sở", 4)])


@pytest.mark.parametrize(
    ("text", "at", "found"),
    [
        ("Ban Tổ chức Trung ương", 0, (5, 3)),
        ("Ban Tổ chức Tỉnh ủy", 0, (3, 2)),
        ("Ban Dân vận", 0, (1, 1)),
        ("các Sở", 1, (1, 4)),
        ("các Sở", 0, None),
        ("các Sở", 2, None),
    ],
)
def test_the_longest_entry_wins(text: str, at: int, found: tuple[int, int] | None) -> None:
    assert TABLE.longest(split_keys(text), at) == found


def test_every_entry_is_given_longest_first() -> None:
    assert TABLE.every(split_keys("Ban tổ chức trung ương"), 0) == [(5, 3), (3, 2), (1, 1)]
    assert {first for first, _ in TABLE.openings} == {"ban", "sở"}
    assert "Ban TỔ CHỨC" in TABLE
    assert "Ban tổ" not in TABLE


# --- places -----------------------------------------------------------------------------------------------------------


def read_unit(text: str, at: int = 0) -> tuple[str, str | None, str, list[str]] | None:
    """Form, unit type, the words read, and the names without their unit word."""
    line = line_of(text)
    unit = unit_phrase_at(line, at)
    if unit is None:
        return None
    return unit.form.value, unit.unit_type, line.surface(unit.start, unit.end), _names_of(line, unit)


def _names_of(line: Line, unit: UnitPhrase) -> list[str]:
    return [line.surface(name.name, name.end) for name in unit.names]


@pytest.mark.parametrize(
    ("text", "form", "unit_type", "names"),
    [
        ("xã Thanh Ba", "named", "xã", ["Thanh Ba"]),
        ("TP. Hạ Long", "named", "thành phố", ["Hạ Long"]),
        ("H.Trảng Bom", "named", "huyện", ["Trảng Bom"]),
        ("Phường 5", "named", "phường", ["5"]),
        ("Q.1", "named", "quận", ["1"]),
        ("tổ dân phố số 14", "named", "tổ dân phố", ["số 14"]),
        ("khu 9B", "named", "khu", ["9B"]),
        ("các xã Dân Chủ, Quảng La và Bằng Cả", "list", "xã", ["Dân Chủ", "Quảng La", "Bằng Cả"]),
        ("13 phường: Hà Khánh, Hà Lầm", "list", "phường", ["Hà Khánh", "Hà Lầm"]),
        ("cụm Đồng Xuân, Vân Lĩnh và thị trấn Thanh Ba", "list", None, ["Đồng Xuân", "Vân Lĩnh", "Thanh Ba"]),
        ("7 đơn vị Dân Chủ, Quảng La", "list", None, ["Dân Chủ", "Quảng La"]),
        ("huyện", "bare", "huyện", []),
        ("thị xã", "bare", "thị xã", []),
        ("các xã, phường", "generic", "xã", []),
        ("cấp huyện", "generic", "huyện", []),
        ("các cấp", "generic", None, []),
    ],
)
def test_place_phrases(text: str, form: str, unit_type: str | None, names: list[str]) -> None:
    assert read_unit(text) == (form, unit_type, text, names)


@pytest.mark.parametrize("text", ["khu", "tổ 3 người", "q. 1", "p. Nam", "Thanh Ba", ""])
def test_no_place_phrases(text: str) -> None:
    assert read_unit(text) is None


def test_a_place_ends_where_its_officer_begins() -> None:
    assert read_unit("xã Hưng Long Nguyễn Văn An") == ("named", "xã", "xã Hưng Long", ["Hưng Long"])
    assert read_unit("tỉnh Phú Thọ, huyện") == ("named", "tỉnh", "tỉnh Phú Thọ", ["Phú Thọ"])


def test_units_own_numbers_and_counted_things_do_not() -> None:
    line = line_of("phường 5 người")
    assert name_end_at(line, 1, None) is None
    assert read_unit("Phường 5, Quận 1") == ("named", "phường", "Phường 5", ["5"])


@pytest.mark.parametrize("text", ["đội 6 xã Thanh Ba", "năm 23 xã Thanh Ba", "lần 3 TP Hạ Long", "số 1 tỉnh Phú Thọ"])
def test_a_number_that_orders_its_noun_counts_no_units(text: str) -> None:
    assert read_unit(text, 1) is None
    assert read_unit(text, 2) is not None


@pytest.mark.parametrize(("text", "place"), [("Hà Nội", "Hà Nội"), ("Lào", "Lào"), ("Huế họp", "Huế")])
def test_provinces_and_countries_need_no_unit_word(text: str, place: str) -> None:
    line = line_of(text)
    found = bare_place_at(line, 0)
    assert found is not None
    assert line.surface(found.start, found.end) == place


@pytest.mark.parametrize("text", ["Thanh Ba", "Nguyễn Du", "HÀ NỘI ĐẸP LẮM", "hà nội"])
def test_other_names_do(text: str) -> None:
    assert bare_place_at(line_of(text), 0) is None


# --- bodies -----------------------------------------------------------------------------------------------------------


def read_body(text: str, *, titled: bool = False) -> tuple[str, tuple[str, ...]] | None:
    """The words read and the normal names from the inside out."""
    line = line_of(text)
    body = body_at(line, 0, titled=titled)
    return None if body is None else (line.surface(body.start, body.end), tuple(part.name for part in body.chain))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Huyện uỷ Hàm Yên", ("Huyện ủy",)),
        ("Thành ủy TP.HCM", ("Thành ủy",)),
        ("UBND xã Thanh Ba", ("Ủy ban nhân dân",)),
        ("Công an H.Trảng Bom", ("Công an",)),
        ("Công an Hà Tĩnh", ("Công an",)),
        ("Đảng ủy các xã Dân Chủ, Quảng La", ("Đảng ủy",)),
        ("HĐND các cấp", ("Hội đồng nhân dân",)),
        ("Ban Dân vận Thành ủy Hạ Long", ("Ban Dân vận", "Thành ủy")),
        ("Phòng Cảnh sát hình sự Công an tỉnh", ("Phòng Cảnh sát hình sự", "Công an")),
        ("Ủy ban Kiểm tra (UBKT) Tỉnh ủy", ("Ủy ban Kiểm tra", "Tỉnh ủy")),
        ("Sở KH&ĐT tỉnh Gia Lai", ("Sở Kế hoạch và Đầu tư",)),
        ("Sở KH - ĐT tỉnh Gia Lai", ("Sở Kế hoạch và Đầu tư",)),
        ("phòng Nội vụ huyện", ("Phòng Nội vụ",)),
        ("Công ty TNHH Thành Đạt", ("Công ty Trách nhiệm hữu hạn Thành Đạt",)),
        ("Trường THCS Hải Đường", ("Trường Trung học cơ sở Hải Đường",)),
        ("Bệnh viện Đa khoa TP Cần Thơ", ("Bệnh viện Đa khoa thành phố Cần Thơ",)),
        ("Bộ Chính trị", ("Bộ Chính trị",)),
        ("Bộ NN&PTNT", ("Bộ Nông nghiệp và Phát triển nông thôn",)),
        ("Quân khu 2", ("Quân khu",)),
        ("Vùng 2 Hải quân", ("Vùng Hải quân",)),
        ("Đồn Biên phòng Mường Lạn", ("Đồn Biên phòng",)),
    ],
)
def test_bodies(text: str, names: tuple[str, ...]) -> None:
    assert read_body(text) == (text, names)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Huyện ủy Hàm Yên họp", "Huyện ủy Hàm Yên"),
        ("UBND xã Thanh Ba và HĐND", "UBND xã Thanh Ba"),
        ("Trường THPT Hương Khê Phan Xuân Lĩnh", "Trường THPT Hương Khê"),
        ("Công ty TNHH Thành Đạt đã đóng góp", "Công ty TNHH Thành Đạt"),
    ],
)
def test_a_body_ends_where_something_else_begins(text: str, words: str) -> None:
    found = read_body(text)
    assert found is not None
    assert found[0] == words


def test_a_unit_named_like_a_body_is_none() -> None:
    assert read_body("phường Đoàn Kết") is None
    assert read_body("Phường đoàn Hà Khánh") == (
        "Phường đoàn Hà Khánh",
        ("Đoàn Thanh niên Cộng sản Hồ Chí Minh phường",),
    )


def test_a_number_or_name_tells_bodies_of_a_kind_apart() -> None:
    suffixes = {}
    for text in ("Quân khu 2", "Vùng 2 Hải quân", "Đồn Biên phòng Mường Lạn", "Trung đoàn 741"):
        body = body_at(line_of(text), 0)
        assert body is not None
        suffixes[text] = body.suffix
    assert list(suffixes.values()) == ["2", "2", "Mường Lạn", "741"]


# --- titles -----------------------------------------------------------------------------------------------------------


def read_title(text: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...]] | None:
    """The words read, role, modifiers, and the bodies from the inside out."""
    line = line_of(text)
    title = title_at(line, 0)
    if title is None:
        return None
    names = tuple(part.name for part in title.body.chain) if title.body else ()
    return line.surface(title.start, title.end), title.role, title.modifiers, names


@pytest.mark.parametrize(
    ("text", "role", "modifiers", "bodies"),
    [
        ("Bí thư Huyện ủy Hàm Yên", "Bí thư", (), ("Huyện ủy",)),
        ("CT HĐND xã Thanh Ba", "Chủ tịch", (), ("Hội đồng nhân dân",)),
        ("phó bí thư thường trực Tỉnh ủy", "Bí thư", ("Phó", "Thường trực"), ("Tỉnh ủy",)),
        ("Phó Bí thư TT Thị ủy", "Bí thư", ("Phó", "Thường trực"), ("Thị ủy",)),
        ("Phó Chủ tịch Thường trực HĐND tỉnh", "Chủ tịch", ("Phó", "Thường trực"), ("Hội đồng nhân dân",)),
        (
            "Ủy viên dự khuyết BCH Trung ương Đảng",
            "Ủy viên",
            ("dự khuyết",),
            ("Ban Chấp hành Trung ương Đảng",),
        ),
        ("Trưởng ban Tổ chức Tỉnh ủy", "Trưởng", (), ("Ban Tổ chức", "Tỉnh ủy")),
        ("phó phòng Tài nguyên và Môi trường", "Trưởng", ("Phó",), ("Phòng Tài nguyên và Môi trường",)),
        ("TUV", "Ủy viên", (), ("Ban Chấp hành Đảng bộ",)),
        ("UVBTV Tỉnh ủy", "Ủy viên", (), ("Ban Thường vụ", "Tỉnh ủy")),
        ("ĐBQH", "Đại biểu", (), ("Quốc hội",)),
        ("PBT Đảng ủy", "Bí thư", ("Phó",), ("Đảng ủy",)),
        ("Chủ tịch xã Đức Ninh", "Chủ tịch", (), ("Ủy ban nhân dân",)),
        ("Chủ tịch TP Hạ Long", "Chủ tịch", (), ("Ủy ban nhân dân",)),
        ("Bí thư tỉnh", "Bí thư", (), ("Tỉnh ủy",)),
        ("Trưởng thôn Đồng Tâm", "Trưởng", (), ()),
        ("Bộ trưởng Công an", "Bộ trưởng", (), ("Bộ Công an",)),
        ("Bộ trưởng Bộ Công an", "Bộ trưởng", (), ("Bộ Công an",)),
        ("Thủ tướng", "Thủ tướng", (), ("Chính phủ",)),
        ("Chủ tịch nước", "Chủ tịch nước", (), ()),
        ("Phó Chỉ huy trưởng", "Chỉ huy trưởng", ("Phó",), ()),
        (
            "Phó Trưởng ban Thường trực Ban Tổ chức Tỉnh ủy",
            "Trưởng",
            ("Phó", "Thường trực"),
            ("Ban Tổ chức", "Tỉnh ủy"),
        ),
    ],
)
def test_titles(text: str, role: str, modifiers: tuple[str, ...], bodies: tuple[str, ...]) -> None:
    assert read_title(text) == (text, role, modifiers, bodies)


@pytest.mark.parametrize("text", ["Phó", "Huyện ủy Hàm Yên", "nguyên", "Nguyễn Văn An", ""])
def test_no_titles(text: str) -> None:
    assert read_title(text) is None


def test_status_words_stay_outside() -> None:
    line = line_of("nguyên Bí thư Huyện ủy")
    assert title_at(line, 0) is None
    title = title_at(line, 1)
    assert title is not None
    assert line.surface(title.start, title.end) == "Bí thư Huyện ủy"


def test_a_deputy_in_charge_is_marked() -> None:
    title = title_at(line_of("Phó Giám đốc phụ trách Sở Y tế"), 0)
    assert title is not None
    assert (title.acting_head, title.modifiers) == (True, ("Phó",))


def test_what_is_left_out_is_implied() -> None:
    said, left_out = title_at(line_of("Chủ tịch UBND xã"), 0), title_at(line_of("Chủ tịch xã"), 0)
    assert said is not None
    assert left_out is not None
    assert (said.implied, left_out.implied) == (False, True)
    assert said.body is not None
    assert left_out.body is not None
    assert said.body.name == left_out.body.name == "Ủy ban nhân dân"


@pytest.mark.parametrize(("text", "bare"), [("Bí thư", True), ("Bí thư Đảng ủy", False), ("TUV", False)])
def test_bare_titles(text: str, bare: bool) -> None:
    title = title_at(line_of(text), 0)
    assert title is not None
    assert title.bare is bare


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("NGUYỄN  DUY HOÀ", "Nguyễn Duy Hòa"),
        ("Nguyễn Thị Thuý", "Nguyễn Thị Thúy"),
        ("Điểu K’Rên", "Điểu K'Rên"),
        ("Kpă H ' Ven", "Kpă H'Ven"),
        ("Y Giang Gry Niê Knơng", "Y Giang Gry Niê Knơng"),
        ("Cay-xỏn Phôm-vi-hản", "Cay-xỏn Phôm-vi-hản"),
        ("H'BÚT NIÊ", "H'Bút Niê"),
        ("A", "A"),
    ],
)
def test_normal_names(surface: str, name: str) -> None:
    assert normal_name(surface) == name


@given(st.text(alphabet="NguyễnHOÀ'’ -", max_size=20))
def test_normal_names_stay_normal(surface: str) -> None:
    assert normal_name(normal_name(surface)) == normal_name(surface)


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        ("đồng chí Lê", ["đồng chí"]),
        ("Đ/c Lê", ["đ/c"]),
        ("Đại tá, TS Lê", ["đại tá", "ts"]),
        ("GS.TS Lê", ["gs.ts"]),
        ("Lê", []),
    ],
)
def test_honorifics(text: str, surfaces: list[str]) -> None:
    rows, end = honorifics_at(line_of(text), 0)
    assert [row.surface for row in rows] == surfaces
    assert line_of(text).texts[end] == "Lê"


def people(text: str) -> list[tuple[str, str]]:
    scan = scan_text(text)
    return [(scan.line.surface(p.start, p.end), p.witness.value) for p in scan.people]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("có Nguyễn Kim Chi dự", [("Nguyễn Kim Chi", "surname")]),
        ("ông Y Giang Gry Niê Knơng", [("Y Giang Gry Niê Knơng", "honorific")]),
        ("Thủ tướng Xỏn-xay Xi-phăn-đon", [("Xỏn-xay Xi-phăn-đon", "title")]),
        ("ông Tám và bà Chi", [("Tám", "honorific"), ("Chi", "honorific")]),
        ("tư tưởng Hồ Chí Minh", [("Hồ Chí Minh", "history")]),
        ("Hội nghị ở Hà Nội", []),
        ("đường Nguyễn Huệ", []),
        ("Trường THPT Lê Quý Đôn", []),
        ("nguyễn văn an", []),
    ],
)
def test_people_of_a_line(text: str, found: list[tuple[str, str]]) -> None:
    assert people(text) == found


def test_every_witness_is_known() -> None:
    assert {found for _, found in people("ông Tám gặp Nguyễn Kim Chi")} <= {w.value for w in Witness}


def test_where_a_name_opens_in_a_run_of_capitals() -> None:
    line = line_of("Hương Khê Phan Xuân Lĩnh nói")
    assert run_end(line, 0) == 5
    assert person_inside(line, 0, 5, sure=True, shortest=3) == 2
    assert [at for at in range(5) if opens_person(line, at, 5, shortest=3)] == [2]
    assert run_end(line, 5) == 5


# --- normal forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "modifiers", "bodies", "unit_type", "title"),
    [
        ("Bí thư", [], ["Huyện ủy"], None, "Bí thư Huyện ủy"),
        ("Bí thư", ["Phó", "Thường trực"], ["Đảng ủy"], "xã", "Phó Bí thư Thường trực Đảng ủy xã"),
        ("Trưởng", [], ["Ban Tổ chức", "Tỉnh ủy"], None, "Trưởng Ban Tổ chức Tỉnh ủy"),
        ("Trưởng", ["Phó", "Thường trực"], ["Ban Tổ chức"], None, "Phó Trưởng Ban Thường trực Ban Tổ chức"),
        ("Đại biểu Quốc hội", [], ["Quốc hội"], None, "Đại biểu Quốc hội"),
        ("Chủ tịch", [], ["Ủy ban Bầu cử tỉnh"], "tỉnh", "Chủ tịch Ủy ban Bầu cử tỉnh"),
        ("Trưởng", [], [], "thôn", "Trưởng thôn"),
        ("quyền", [], [], None, "Quyền"),
    ],
)
def test_normal_titles(role: str, modifiers: list[str], bodies: list[str], unit_type: str | None, title: str) -> None:
    assert title_of(role, modifiers, bodies, unit_type) == title


@pytest.mark.parametrize(
    ("names", "unit_type", "place", "suffix", "name"),
    [
        (["Huyện ủy"], None, "Hàm Yên", None, "Huyện ủy Hàm Yên"),
        (["Ủy ban nhân dân"], "xã", "Thanh Ba", None, "Ủy ban nhân dân xã Thanh Ba"),
        (["Ủy ban nhân dân"], "xã", None, None, "Ủy ban nhân dân xã"),
        (["Ban Dân vận", "Thành ủy"], None, "Cẩm Phả", None, "Ban Dân vận Thành ủy Cẩm Phả"),
        (["Công an"], "phường", "5", None, "Công an Phường 5"),
        (["Vùng Hải quân"], None, None, "2", "Vùng 2 Hải quân"),
        (["Quân khu"], None, None, "2", "Quân khu 2"),
    ],
)
def test_normal_bodies(
    names: list[str], unit_type: str | None, place: str | None, suffix: str | None, name: str
) -> None:
    assert body_name(names, unit_type, place, suffix=suffix) == name


@pytest.mark.parametrize(
    ("unit_type", "committee"),
    [
        ("tỉnh", "Tỉnh ủy"),
        ("thành phố", "Thành ủy"),
        ("huyện", "Huyện ủy"),
        ("quận", "Quận ủy"),
        ("thị xã", "Thị ủy"),
        ("xã", "Đảng ủy"),
        ("thị trấn", "Đảng ủy"),
    ],
)
def test_committees_and_their_units(unit_type: str, committee: str) -> None:
    assert committee_of(unit_type) == committee
    assert seat_type_of(committee) == (None if committee == "Đảng ủy" else unit_type)


def test_ids_derive_from_content() -> None:
    assert entity_id("position", "Bí thư Huyện uỷ") == entity_id("position", "BÍ THƯ  HUYỆN ỦY")
    assert entity_id("organisation", "Huyện ủy", None) == entity_id("organisation", "Huyện ủy", "")
    assert entity_id("organisation", "Huyện ủy", "63.d001") != entity_id("organisation", "Huyện ủy", "63.d002")
    assert entity_id("person", "An").startswith("per-")
    assert entity_id("person", "An") != entity_id("place", "An")


# --- scanning ---------------------------------------------------------------------------------------------------------


def kinds(scan: LineReadings) -> list[tuple[str, str]]:
    words = {TitlePhrase: "title", BodyPhrase: "body", UnitPhrase: "place"}
    line = scan.line
    return [(words.get(type(r), "bare"), line.surface(r.start, r.end)) for r in scan.readings]


def test_a_line_is_read_left_to_right() -> None:
    text = "Bí thư Huyện ủy Hàm Yên thăm UBND xã Thái Hòa, huyện Hàm Yên và Hà Nội"
    assert kinds(scan_text(text)) == [
        ("title", "Bí thư Huyện ủy Hàm Yên"),
        ("body", "UBND xã Thái Hòa"),
        ("place", "huyện Hàm Yên"),
        ("bare", "Hà Nội"),
    ]


@pytest.mark.parametrize("text", ["rời vị trí Phó Giám đốc", "trao chức danh Hiệu trưởng", "ngồi ghế Trưởng phòng"])
def test_what_is_held_is_an_office_though_its_body_and_holder_are_not_named(text: str) -> None:
    assert [kind for kind, _ in kinds(scan_text(text))] == ["title"]


@pytest.mark.parametrize(
    "text",
    [
        "tăng trưởng kinh tế, trưởng thành từ phong trào",
        "các ban ngành, cấp ủy, chính quyền, nhà trường",
        "Đảng, Nhà nước, Trung ương quan tâm",
        "sinh hoạt chi bộ, ban hành nghị quyết",
        "thị xã phát triển, huyện nghèo",
    ],
)
def test_what_is_read_as_nothing(text: str) -> None:
    assert kinds(scan_text(text)) == []


WORDS = st.sampled_from(
    [
        "Bí",
        "thư",
        "Phó",
        "Huyện",
        "ủy",
        "UBND",
        "xã",
        "Thanh",
        "Ba",
        ",",
        "-",
        "(",
        ")",
        "Nguyễn",
        "Văn",
        "các",
        "5",
        "và",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS | st.text(max_size=3), max_size=20).map(" ".join))
def test_readings_are_in_order_and_apart(text: str) -> None:
    line = line_of(text)
    scan = scan_line(line)
    ends = [0, *(reading.end for reading in scan.readings)]
    assert all(end <= reading.start < reading.end for end, reading in zip(ends, scan.readings, strict=False))
    assert not scan.readings or scan.readings[-1].end <= len(line)
    taken = {at for reading in scan.readings for at in range(reading.start, reading.end)}
    for person in scan.people:
        assert 0 <= person.start < person.end <= len(line)
        assert not taken & set(range(person.start, person.end))


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join), st.integers(0, 11))
def test_no_grammar_reads_past_the_line(text: str, at: int) -> None:
    line = line_of(text)
    if at >= len(line):
        return
    for found in (title_at(line, at), body_at(line, at), body_at(line, at, titled=True), unit_phrase_at(line, at)):
        assert found is None or found.start == at < found.end <= len(line)
    bare = bare_place_at(line, at)
    assert bare is None or bare.start == at < bare.end <= len(line)
    assert opens_body(line, at) == (body_at(line, at, titled=True) is not None)


@given(st.sampled_from(["Bí thư Huyện ủy", "Chủ tịch UBND xã", "phó phòng Nội vụ", "Giám đốc Sở Y tế"]))
def test_letter_case_changes_no_role(text: str) -> None:
    lower, upper = title_at(line_of(text.lower()), 0), title_at(line_of(text.upper()), 0)
    assert lower is not None
    assert upper is not None
    assert key(lower.role) == key(upper.role)
