"""Tables flattened to one cell a line: rows, names in capitals, offices in the row of their holder."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline import extract
from pipeline.grammar.cells import flattened_rows

ROWS = (
    ("1", "CHẢO A PHÌN", "12/08/1975", "Dao", "Huyện ủy viên, Bí thư Đảng ủy xã", "94,12%"),
    ("2", "VÀNG THỊ SUA", "03/02/1981", "Mông", "Trung tá, Trưởng Công an xã", "91,55%"),
    ("3", "LÙ VĂN TỚI", "20/11/1968", "Giáy", "Bí thư Chi bộ thôn Piềng Láo", "77,08%"),
)
HEAD = "Danh sách những người {} đại biểu HĐND xã Mường Hum, huyện Bát Xát, tỉnh Lào Cai\n\nSTT\nHọ và tên\n\n"


def _article(event: str) -> str:
    return (
        HEAD.format(event) + "\n\n".join("\n".join(row) for row in ROWS) + "\n\nDanh sách được niêm yết từ 18/3/2021."
    )


def _rows(text: str) -> set[tuple[str, str, str]]:
    extraction = extract(text)
    names = {person.person_id: person.name for person in extraction.people}
    titles = {position.position_id: position.title for position in extraction.positions}
    return {(names[m.person_id], titles[m.position_id], m.status.value) for m in extraction.memberships}


def test_offices_stand_in_the_row_of_their_holder() -> None:
    assert _rows(_article("trúng cử")) == {
        ("Chảo A Phìn", "Ủy viên Ban Chấp hành Đảng bộ huyện", "current"),
        ("Chảo A Phìn", "Bí thư Đảng ủy xã", "current"),
        ("Chảo A Phìn", "Đại biểu Hội đồng nhân dân xã", "incoming"),
        ("Vàng Thị Sua", "Trưởng Công an xã", "current"),
        ("Vàng Thị Sua", "Đại biểu Hội đồng nhân dân xã", "incoming"),
        ("Lù Văn Tới", "Bí thư Chi bộ thôn", "current"),
        ("Lù Văn Tới", "Đại biểu Hội đồng nhân dân xã", "incoming"),
    }


def test_a_list_of_candidates() -> None:
    told = {row for row in _rows(_article("ứng cử")) if row[1].startswith("Đại biểu")}
    assert {(name, status) for name, _, status in told} == {
        ("Chảo A Phìn", "candidate"),
        ("Vàng Thị Sua", "candidate"),
        ("Lù Văn Tới", "candidate"),
    }


def test_a_header_of_a_list_covers_no_paragraph() -> None:
    text = "Công bố danh sách trúng cử đại biểu HĐND xã Mường Hum\n\nÔng Chảo A Phìn cho biết cử tri rất phấn khởi."
    assert _rows(text) == set()


def test_numbered_paragraphs_and_single_numbers_are_no_table() -> None:
    paragraph = "Một đoạn văn dài hơn một ô của bảng, " * 4
    assert flattened_rows(f"1\n{paragraph}\n2\n{paragraph}") == ()
    assert flattened_rows("Chương\n1\nQuy định chung") == ()
    assert flattened_rows("1\n2\n3\n4") == ()


def test_a_number_twice_opens_no_second_table_inside_the_first() -> None:
    text = "1\nHÀ VĂN TỚI\n2\n2\nHÀ VĂN TỚI\n3"
    rows = [[text[cell.start : cell.end] for cell in row.cells] for row in flattened_rows(text)]
    assert rows == [["1", "HÀ VĂN TỚI"], ["2", "2"]]


@given(st.lists(st.sampled_from(["1", "2", "3", "4.", "HÀ VĂN TỚI", "Bí thư", "", "x" * 120]), max_size=30))
def test_rows_lie_in_the_text_and_never_overlap(lines: list[str]) -> None:
    text = "\n".join(lines)
    cells = [cell for row in flattened_rows(text) for cell in row.cells]
    assert all(one.end <= other.start for one, other in pairwise(cells))
    assert all(text[cell.start : cell.end].strip() == text[cell.start : cell.end] for cell in cells)
