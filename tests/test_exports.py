"""Every export carries every membership with its evidence, and opens in the tools it is made for."""

from __future__ import annotations

import csv
import io
import json
import sys
from dataclasses import astuple, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from handmade import make_extractions, write_folder
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.errors import InputError, TableError
from pipeline.exports import Format, export_tables
from pipeline.exports.command import export_command
from pipeline.exports.delimited import BOM, COLUMNS, disarm, rearm, write_csv
from pipeline.exports.ftm import iter_entities
from pipeline.exports.jsonl import write_jsonl
from pipeline.exports.rows import ClearRow, iter_articles, iter_clear_rows
from pipeline.models import Status
from pipeline.tables import part_files

SCHEMA = Path(__file__).parents[1] / "pipeline" / "exports" / "popolo.schema.json"


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables made by hand; see handmade.py."""
    return write_folder(tmp_path_factory.mktemp("processed") / "tables", make_extractions())


def _export(processed: Path, form: Format, folder: Path) -> Path:
    path = folder / form.file_name
    assert export_tables(processed, path, form) == 8
    return path


# --- clear text -----------------------------------------------------------------------------------------------------


def test_rows_say_who_holds_what(processed: Path) -> None:
    rows = list(iter_clear_rows(processed))
    assert [(row.person, row.title, row.organisation, row.status) for row in rows] == [
        ("Lê Văn Tám", "Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba", "current"),
        ("Lê Văn Tám", "Chủ tịch Hội đồng nhân dân xã", "Hội đồng nhân dân xã Thanh Ba", "current"),
        ("H'Nga Niê", "Phó Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba", "former"),
        ("Lê Văn Tám", "Phó Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba", "acting"),
        ("Trần Sơn", "Giám đốc Công ty Chè & Cà phê", "Công ty Chè & Cà phê", "current"),
        ("Trần Sơn", "Chủ tịch Hội đồng nhân dân xã", "Hội đồng nhân dân xã Thanh Ba", "candidate"),
        ("Phạm Nam", "Chủ tịch nước", None, "current"),
        ("Lê Thị Tám", "Phó Bí thư Đảng ủy xã", "Đảng ủy xã Thanh Ba", "incoming"),
    ]
    assert (rows[0].place, rows[0].province, rows[0].observed_on) == ("xã Thanh Ba", "tỉnh Phú Thọ", date(2025, 9, 12))
    assert (rows[4].place, rows[4].province) == ("thành phố Viêng Chăn", None)
    assert (rows[6].place, rows[6].province, rows[6].observed_on) == (None, None, None)
    assert rows[0].sentence == "Đồng chí Lê Văn Tám, Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba chủ trì."


def test_evidence_lies_in_its_sentence_and_article(processed: Path) -> None:
    texts = {each.article.article_id: each.article.text for each in make_extractions()}
    for row in iter_clear_rows(processed):
        assert texts[row.article_id][row.start : row.end] == row.evidence
        assert row.evidence in row.sentence


def test_a_reference_to_nothing_is_an_error_that_says_where(tmp_path: Path) -> None:
    first, second = make_extractions()
    folder = write_folder(tmp_path / "tables", [replace(first, positions=()), replace(second, positions=())])
    with pytest.raises(TableError, match=r"mem-1 of article a{16} names 'pos-1'.*chucdanh validate"):
        list(iter_clear_rows(folder))


def test_articles_without_memberships_table_are_an_error(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tables", make_extractions())
    for path in (folder / "memberships").iterdir():
        path.unlink()
    with pytest.raises(TableError, match="chucdanh link"):
        list(iter_clear_rows(folder))


# --- csv and jsonl --------------------------------------------------------------------------------------------------


def test_csv_gives_every_cell_back(processed: Path, tmp_path: Path) -> None:
    path = _export(processed, Format.CSV, tmp_path)
    with path.open(encoding="utf-8", newline="") as stream:
        records = list(csv.DictReader(stream))
    rows = list(iter_clear_rows(processed))
    assert [tuple(record) for record in records] == [COLUMNS] * len(rows)
    for record, row in zip(records, rows, strict=True):
        for column in COLUMNS:
            value = getattr(row, column)
            text = "" if value is None else "; ".join(value) if isinstance(value, tuple) else str(value)
            assert rearm(record[column]) == text
    assert records[0]["article"] == '\'=HYPERLINK("x") & <b>Hội nghị</b>'
    assert (records[0]["source"], records[4]["article"]) == ("'-tin/một, hai.html", "'+84 Công ty Chè")


def test_csv_begins_with_a_byte_order_mark_only_when_asked(processed: Path, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"
    export_tables(processed, plain, Format.CSV)
    export_tables(processed, marked, Format.CSV, bom=True)
    assert marked.read_bytes() == BOM.encode() + plain.read_bytes()
    assert plain.read_bytes().startswith(b"person,title,")


@given(st.text(alphabet="='+-@\t\r\n＝a1", max_size=6))
def test_no_cell_is_a_formula_and_none_is_lost(cell: str) -> None:
    assert disarm(cell)[:1] not in tuple("=+-@\t\r\n＝＋－＠")
    assert rearm(disarm(cell)) == cell


def read_row(line: str) -> ClearRow:
    """The row that a line of the JSON lines holds."""
    values = json.loads(line)
    day = values["observed_on"]
    return ClearRow(**{**values, "observed_on": day and date.fromisoformat(day), "inferred": tuple(values["inferred"])})


def test_jsonl_gives_every_row_back(processed: Path, tmp_path: Path) -> None:
    path = _export(processed, Format.JSONL, tmp_path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert [read_row(line) for line in lines if line] == list(iter_clear_rows(processed))
    assert json.loads(lines[0])["membership_id"] == "mem-1"


@given(st.builds(ClearRow, score=st.floats(0, 1)))
def test_any_row_survives_jsonl_and_csv(row: ClearRow) -> None:
    stream = io.StringIO()
    write_jsonl([row], stream)
    assert read_row(stream.getvalue()) == row
    table = io.StringIO(newline="")
    assert write_csv([row], table) == 1
    _, cells = csv.reader(io.StringIO(table.getvalue(), newline=""))
    assert [rearm(cell) for cell in cells[:3]] == [row.person, row.title, row.title_en]


# --- duckdb ---------------------------------------------------------------------------------------------------------


def test_duckdb_holds_all_tables_and_the_view_who(processed: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    path = _export(processed, Format.DUCKDB, tmp_path)
    with duckdb.connect(str(path), read_only=True) as connection:
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("articles", "sentences", "mentions", "people", "positions", "memberships", "rejects")
        }
        found = connection.execute(f"SELECT {', '.join(map(_quoted, COLUMNS))} FROM who").fetchall()
        incoming = connection.execute("SELECT person FROM appointments").fetchall()
        spans = connection.execute(
            'SELECT count(*) FROM memberships JOIN articles USING (article_id) WHERE text[start + 1:"end"] = evidence'
        ).fetchone()
        comment = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'articles' AND column_name = 'text'"
        ).fetchone()
        about = dict(connection.execute("SELECT property, value FROM about").fetchall())
        named = connection.execute("SELECT text, sentence FROM named WHERE label = 'PLACE'").fetchall()
    assert counts == {
        "articles": 2,
        "sentences": 6,
        "mentions": 10,
        "people": 5,
        "positions": 5,
        "memberships": 8,
        "rejects": 2,
    }
    rows = [tuple(list(cell) if isinstance(cell, tuple) else cell for cell in astuple(r)) for r in _rows(processed)]
    assert sorted(found, key=repr) == sorted(rows, key=repr)
    assert incoming == [("Lê Thị Tám",)]
    assert spans == (8,)
    assert comment == ("the clean text; all offsets count its code points",)
    assert (about["chucdanh.schema_version"], about["chucdanh.lexicon_digest"]) == ("1", "d")
    assert named == [("xã Thanh Ba", _rows(processed)[0].sentence)]


def _rows(processed: Path) -> list[ClearRow]:
    return list(iter_clear_rows(processed))


def _quoted(column: str) -> str:
    return f'"{column}"'


def test_duckdb_file_is_replaced_and_never_half_written(processed: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    path = _export(processed, Format.DUCKDB, tmp_path)
    _export(processed, Format.DUCKDB, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    with pytest.raises(InputError, match="standard output"):
        export_tables(processed, Path("-"), Format.DUCKDB)


def test_a_damaged_table_leaves_no_duckdb_file_behind(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    folder = write_folder(tmp_path / "tables", make_extractions())
    part = part_files(folder, "rejects")[0]
    part.write_bytes(part.read_bytes()[:-20])
    with pytest.raises(TableError, match="cannot be read by DuckDB"):
        export_tables(folder, tmp_path / "out" / "x.duckdb", Format.DUCKDB)
    assert not list((tmp_path / "out").iterdir())


def test_duckdb_missing_is_said(processed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(InputError, match=r"chucdanh\[duckdb\]"):
        export_tables(processed, tmp_path / "x.duckdb", Format.DUCKDB)


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


# --- ftm ------------------------------------------------------------------------------------------------------------


def test_ftm_entities_come_once_and_before_they_are_named(processed: Path, tmp_path: Path) -> None:
    entities = _read_lines(_export(processed, Format.FTM, tmp_path))
    seen: set[str] = set()
    for entity in entities:
        assert entity["id"] not in seen
        for name in ("holder", "post", "proof", "subject", "object", "organization"):
            assert seen.issuperset(entity["properties"].get(name, []))
        seen.add(entity["id"])


def test_ftm_says_who_holds_what_with_the_proof(processed: Path) -> None:
    entities = {entity.id: entity for entity in iter_entities(iter_articles(processed))}
    former = entities[f"{'a' * 16}-mem-3"]
    assert former.schema == "Occupancy"
    assert former.properties["status"] == ["ended"]
    assert (former.properties["periodStart"], former.properties["periodEnd"]) == (["2020"], ["2025"])
    assert former.properties["date"] == ["2025-09-12"]
    assert former.properties["description"][0].startswith("former · -tin/một, hai.html [")
    proof = entities[former.properties["proof"][0]]
    assert (proof.schema, proof.properties["fileName"]) == ("Article", ["-tin/một, hai.html"])
    assert entities[former.properties["post"][0]].properties["name"] == ["Phó Bí thư Đảng ủy xã (Đảng ủy xã Thanh Ba)"]
    candidate = entities[f"{'b' * 16}-mem-2"]
    assert (candidate.schema, candidate.properties["status"]) == ("UnknownLink", ["candidate"])
    bodies = [entities[body].schema for body in ("org-1", "org-2", "org-3")]
    assert bodies == ["Organization", "PublicBody", "Company"]
    assert [entities[body].properties["country"] for body in ("org-1", "org-3")] == [["vn"], ["la"]]
    assert "sourceUrl" not in entities[f"article-{'b' * 16}"].properties  # javascript: is no web address


def test_ftm_is_valid_by_its_own_library(processed: Path, tmp_path: Path) -> None:
    followthemoney = pytest.importorskip("followthemoney", reason="extra: needs ICU to build")
    model = followthemoney.model
    proxies = {}
    for entity in _read_lines(_export(processed, Format.FTM, tmp_path)):
        model[entity["schema"]].validate(entity)
        proxy = model.get_proxy(entity, cleaned=False)
        for name, values in entity["properties"].items():
            assert len(proxy.get(name)) == len(values), f"{name} of {entity['id']} does not survive cleaning"
        proxies[proxy.id] = proxy
    for proxy in proxies.values():
        for prop in proxy.schema.properties.values():
            for value in proxy.get(prop) if prop.type.name == "entity" and not prop.stub else ():
                assert proxies[value].schema.is_a(prop.range)


# --- popolo ---------------------------------------------------------------------------------------------------------


def test_popolo_is_valid_by_its_schema(processed: Path, tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    document = json.loads(_export(processed, Format.POPOLO, tmp_path).read_text(encoding="utf-8"))
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(document)] == []
    broken = {**document, "memberships": [{**document["memberships"][0], "status": "king"}]}
    assert [list(error.path) for error in validator.iter_errors(broken)] == [["memberships", 0, "status"]]


def test_popolo_ids_are_there_and_unique(processed: Path, tmp_path: Path) -> None:
    document = json.loads(_export(processed, Format.POPOLO, tmp_path).read_text(encoding="utf-8"))
    ids = {kind: [item["id"] for item in items] for kind, items in document.items()}
    assert {kind: len(found) for kind, found in ids.items()} == {
        "persons": 5,
        "memberships": 8,
        "organizations": 3,
        "posts": 5,
        "areas": 3,
    }
    assert all(len(found) == len(set(found)) for found in ids.values())
    for membership in document["memberships"]:
        assert membership["person_id"] in ids["persons"]
        assert membership["post_id"] in ids["posts"]
        assert membership.get("organization_id", "org-1") in ids["organizations"]
        assert membership.get("area_id", "34.c08227~xa-thanh-ba") in ids["areas"]


def test_popolo_carries_evidence_and_status(processed: Path, tmp_path: Path) -> None:
    document = json.loads(_export(processed, Format.POPOLO, tmp_path).read_text(encoding="utf-8"))
    texts = {each.article.article_id: each.article.text for each in make_extractions()}
    for membership in document["memberships"]:
        evidence = membership["evidence"]
        assert texts[evidence["article_id"]][evidence["start"] : evidence["end"]] == evidence["text"]
    candidate = next(each for each in document["memberships"] if each["status"] == "candidate")
    assert candidate["role"] == "candidate"
    assert candidate["sources"][0]["url"] == f"urn:chucdanh:article:{'b' * 16}"
    assert document["memberships"][0]["sources"][0]["url"] == "https://example.org/tin?a=1&b=2"


# --- graphml --------------------------------------------------------------------------------------------------------


def test_graphml_opens_in_networkx_as_a_bipartite_graph(processed: Path, tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.read_graphml(_export(processed, Format.GRAPHML, tmp_path))
    kinds = dict(graph.nodes(data="kind"))
    assert sorted(kinds.values()) == ["office", *["organisation"] * 3, *["person"] * 5]
    assert graph.number_of_edges() == 8
    assert all((kinds[person] == "person") != (kinds[body] == "person") for person, body in graph.edges())
    assert graph.is_multigraph()  # one person, two offices of one body
    assert graph.nodes["org-3"]["label"] == "Công ty Chè & Cà phê"
    assert graph.nodes["org-1"]["latitude"] == pytest.approx(21.39)


def test_graphml_edges_carry_the_evidence(processed: Path, tmp_path: Path) -> None:
    networkx = pytest.importorskip("networkx")
    graph = networkx.read_graphml(_export(processed, Format.GRAPHML, tmp_path))
    texts = {each.article.article_id: each.article.text for each in make_extractions()}
    for _, _, edge in graph.edges(data=True):
        assert texts[edge["article_id"]][edge["start"] : edge["end"]] == edge["evidence"]
    assert {edge["article"] for _, _, edge in graph.edges(data=True)} == {
        '=HYPERLINK("x") & <b>Hội nghị</b>',
        "+84 Công ty Chè",
    }


# --- all formats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [form for form in Format if form is not Format.DUCKDB])
def test_the_same_tables_give_the_same_bytes(processed: Path, tmp_path: Path, form: Format) -> None:
    first = _export(processed, form, tmp_path / "a").read_bytes()
    assert _export(processed, form, tmp_path / "b").read_bytes() == first


@pytest.mark.parametrize("form", list(Format))
def test_a_folder_without_rows_exports(tmp_path: Path, form: Format) -> None:
    if form is Format.DUCKDB:
        pytest.importorskip("duckdb")
    empty = [replace(each, memberships=(), people=(), mentions=()) for each in make_extractions()]
    folder = write_folder(tmp_path / "tables", empty)
    assert export_tables(folder, tmp_path / form.file_name, form) == 0
    assert (tmp_path / form.file_name).is_file()


@pytest.mark.parametrize("form", list(Format))
def test_a_failed_export_leaves_nothing_behind(tmp_path: Path, form: Format) -> None:
    with pytest.raises(TableError):
        export_tables(tmp_path / "nowhere", tmp_path / "out" / "file", form)
    assert not list(tmp_path.rglob("*file*"))


def test_a_place_that_cannot_be_written_is_said(processed: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="--out"):
        export_tables(processed, tmp_path / "file" / "x.csv", Format.CSV)


def test_command_writes_into_the_folder_of_tables(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tables", make_extractions())
    app = typer.Typer()
    app.command()(export_command)
    result = CliRunner().invoke(app, ["--processed", str(folder), "--format", "csv", "--bom"])
    assert (result.exit_code, result.exception) == (0, None)
    assert "8 memberships" in result.output
    assert (folder / "exports" / "memberships.csv").read_bytes().startswith(BOM.encode())
    refused = CliRunner().invoke(app, ["--processed", str(folder), "--format", "jsonl", "--bom"])
    assert isinstance(refused.exception, InputError)


def test_command_writes_to_standard_output(processed: Path) -> None:
    app = typer.Typer()
    app.command()(export_command)
    result = CliRunner().invoke(app, ["--processed", str(processed), "--format", "jsonl", "--out", "-"])
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()].count("candidate") == 1


def test_every_status_is_exported() -> None:
    held = {claim.status for each in make_extractions() for claim in each.memberships}
    assert held == set(Status)
    assert len(fields(ClearRow)) == len(COLUMNS)
