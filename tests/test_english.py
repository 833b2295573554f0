"""English glosses of titles, and that every lexicon entry can be glossed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.grammar.english import title_in_english
from pipeline.lexicon import bodies, fields, heads, marked, roles, unit_words

TITLES = [
    ("Bí thư", ["Phó", "Thường trực"], ["Huyện ủy"], None, "Standing Deputy Secretary of the District Party Committee"),
    ("Chủ tịch", [], ["Ủy ban nhân dân"], "xã", "Chairman of the Commune People's Committee"),
    (
        "Chủ tịch",
        ["Phó", "Thường trực"],
        ["Hội đồng nhân dân"],
        "tỉnh",
        "Standing Vice Chairman of the Provincial People's Council",
    ),
    (
        "Trưởng",
        ["Phó"],
        ["Ban Kinh tế - Ngân sách", "Hội đồng nhân dân"],
        "tỉnh",
        "Deputy Head of the Economic and Budget Board of the Provincial People's Council",
    ),
    ("Ủy viên", [], ["Ban Thường vụ", "Thị ủy"], None, "Member of the Standing Committee of the Town Party Committee"),
    ("Ủy viên", [], ["Ban Chấp hành Đảng bộ"], "xã", "Member of the Commune Party Executive Committee"),
    (
        "Ủy viên",
        ["dự khuyết"],
        ["Ban Chấp hành Trung ương Đảng"],
        None,
        "Alternate Member of the Party Central Committee",
    ),
    (
        "Chủ nhiệm",
        [],
        ["Ủy ban Kiểm tra", "Đảng ủy"],
        "phường",
        "Chairman of the Inspection Commission of the Ward Party Committee",
    ),
    ("Chánh", ["Phó"], ["Văn phòng", "Tỉnh ủy"], None, "Deputy Chief of the Office of the Provincial Party Committee"),
    (
        "Chánh",
        [],
        ["Văn phòng Hội đồng nhân dân và Ủy ban nhân dân"],
        "xã",
        "Chief of the Office of the Commune People's Council and People's Committee",
    ),
    (
        "Giám đốc",
        [],
        ["Sở Nông nghiệp và Phát triển nông thôn"],
        None,
        "Director of the Department of Agriculture and Rural Development",
    ),
    ("Trưởng", [], ["Phòng Tài chính - Kế hoạch"], "huyện", "Head of the District Division of Finance and Planning"),
    ("Trưởng", [], ["Công an"], "xã", "Chief of the Commune Police"),
    ("Giám đốc", ["Phó"], ["Công an"], "tỉnh", "Deputy Director of the Provincial Police"),
    ("Viện trưởng", [], ["Viện Kiểm sát nhân dân"], "huyện", "Chief Procurator of the District People's Procuracy"),
    (
        "Viện trưởng",
        [],
        ["Viện Lúa Đồng bằng sông Cửu Long"],
        None,
        "Director of the Institute of Lúa Đồng bằng sông Cửu Long",
    ),
    ("Hiệu trưởng", ["Phó"], ["Trường Đại học An Giang"], None, "Deputy Principal of An Giang University"),
    ("Giám đốc", [], ["Bệnh viện Đa khoa thành phố Cần Thơ"], None, "Director of Cần Thơ City General Hospital"),
    ("Bộ trưởng", [], ["Bộ Công an"], None, "Minister of Public Security"),
    ("Thứ trưởng", [], ["Bộ Ngoại giao"], None, "Deputy Minister of Foreign Affairs"),
    ("Thủ tướng", ["Phó"], ["Chính phủ"], None, "Deputy Prime Minister"),
    ("Chủ tịch nước", [], [], None, "State President"),
    ("Tổng Bí thư", [], ["Ban Chấp hành Trung ương Đảng"], None, "General Secretary of the Party Central Committee"),
    ("Đại biểu Quốc hội", [], ["Quốc hội"], None, "Member of the National Assembly"),
    ("Trưởng", [], ["Đoàn đại biểu Quốc hội"], "tỉnh", "Head of the Provincial National Assembly Delegation"),
    ("Tiểu đoàn trưởng", [], [], None, "Commander of the Battalion"),
    ("Đồn trưởng", ["Phó"], ["Đồn Biên phòng"], None, "Deputy Commander of the Border Guard Post"),
    ("Trưởng", [], [], "thôn", "Village Head"),
    ("Trưởng", ["Phó"], [], "khu phố", "Deputy Neighbourhood Head"),
    ("Trưởng", [], ["Ban Chỉ đạo 389"], "tỉnh", "Head of the Provincial Steering Committee 389"),
    ("Chức vụ lạ", [], [], None, "Chức vụ lạ"),
]


@pytest.mark.parametrize(("role", "modifiers", "body_parts", "unit_type", "expected"), TITLES)
def test_title_is_glossed(
    role: str, modifiers: list[str], body_parts: list[str], unit_type: str | None, expected: str
) -> None:
    assert title_in_english(role, modifiers, body_parts, unit_type) == expected


def test_known_field_goes_before_a_unit_at_the_end_of_the_name() -> None:
    gloss = title_in_english("Chi cục trưởng", [], ["Chi cục Phát triển nông thôn"], "tỉnh")
    assert gloss == "Head of the Provincial Sub-department of Rural Development"


def test_unit_inside_a_body_name_is_read() -> None:
    gloss = title_in_english("Ủy viên", [], ["Ban Chấp hành Đảng bộ thị trấn"], None)
    assert gloss == "Member of the Township Party Executive Committee"


def test_joined_fields_are_glossed_when_each_is_known() -> None:
    gloss = title_in_english("Trưởng", [], ["Phòng Y tế, Du lịch và Thuế"], "huyện")
    assert gloss == "Head of the District Division of Health, Tourism and Tax"


@pytest.mark.parametrize("name", [head.name for head in heads() if head.kind == "agency"])
def test_every_agency_head_fills_its_pattern(name: str) -> None:
    gloss = title_in_english("Trưởng", [], [f"{name} Y tế"], None)
    assert "{}" not in gloss
    assert "  " not in gloss


def test_every_entry_has_a_gloss_in_latin_letters_without_stray_blanks() -> None:
    glosses = [
        *(body.english for body in bodies()),
        *(field.english for field in fields()),
        *(head.english for head in heads()),
        *(role.english for role in roles()),
        *(unit.english for unit in unit_words()),
    ]
    assert all(gloss and gloss == " ".join(gloss.split()) for gloss in glosses)


_MODIFIERS = sorted({row.surface for row in marked("modifiers.tsv", surface="name", kind="kind")})


@given(
    role=st.sampled_from([role.name for role in roles()]),
    modifiers=st.lists(st.sampled_from(_MODIFIERS), max_size=2, unique=True),
    body=st.sampled_from([body.name for body in bodies()]),
    unit_type=st.sampled_from([None, *[unit.name for unit in unit_words()]]),
)
def test_any_known_parts_make_one_phrase(role: str, modifiers: list[str], body: str, unit_type: str | None) -> None:
    gloss = title_in_english(role, modifiers, [body], unit_type)
    assert gloss == " ".join(gloss.split())
    assert not gloss.endswith((" of", " for", " the"))


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=20))
def test_unknown_role_stays_as_it_is(role: str) -> None:
    assert title_in_english(f"{role} zz", [], [], None) == f"{role} zz"
