"""The descriptions of the tables are true, complete, and valid by the tools made for them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from handmade import make_extractions, write_folder

from pipeline.datapackage import (
    FOREIGN_KEYS,
    ROW_TYPES,
    build_datapackage,
    closed_lists,
    main,
    primary_key,
    render_docs,
    table_schema,
    write_datapackage,
)
from pipeline.models import Branch, Form, Label, Level, Reason, Section, Stage, Status
from pipeline.tables import KEYS, SCHEMAS, read_table

DOCS = Path(__file__).parents[1] / "docs" / "DATA.md"


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tables made by hand with both descriptions."""
    folder = write_folder(tmp_path_factory.mktemp("processed") / "tables", make_extractions())
    write_datapackage(folder)
    return folder


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_page_is_up_to_date() -> None:
    message = "docs/DATA.md is old; write it again: python -m pipeline.datapackage --docs docs/DATA.md"
    assert DOCS.read_text(encoding="utf-8") == render_docs(), message


def test_page_names_every_column_and_every_closed_list() -> None:
    page = render_docs()
    for name, schema in SCHEMAS.items():
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        for column in schema:
            assert f"| `{column.name}` |" in section
    for kind in (Branch, Form, Label, Level, Reason, Section, Stage, Status):
        for member in kind:
            assert f"`{member.value}`" in page


def test_closed_lists_come_from_the_types() -> None:
    assert {(name, column): kind for name in SCHEMAS for column, kind in closed_lists(name).items()} == {
        ("articles", "blocks.section"): Section,
        ("sentences", "section"): Section,
        ("mentions", "label"): Label,
        ("mentions", "form"): Form,
        ("positions", "branch"): Branch,
        ("positions", "level"): Level,
        ("organisations", "branch"): Branch,
        ("organisations", "level"): Level,
        ("places", "level"): Level,
        ("memberships", "status"): Status,
        ("rejects", "stage"): Stage,
        ("rejects", "reason"): Reason,
    }
    assert set(ROW_TYPES) == set(SCHEMAS)


def test_keys_and_references_name_columns_that_exist() -> None:
    for name in SCHEMAS:
        assert set(primary_key(name)) <= set(KEYS[name])
    for key in FOREIGN_KEYS:
        assert set(key.columns) <= set(SCHEMAS[key.table].names)
        assert key.target_columns == primary_key(key.target)
    named = {(key.table, key.columns[-1]) for key in FOREIGN_KEYS}
    own = {(name, primary_key(name)[-1]) for name in SCHEMAS if primary_key(name)}
    ids = {(name, column) for name, schema in SCHEMAS.items() for column in schema.names if column.endswith("_id")}
    assert ids - named - own == {("mentions", "entity_id"), ("rejects", "article_id"), ("clusters", "cluster_id")}


def test_partial_references_are_left_out_of_table_schema() -> None:
    assert [key.columns for key in FOREIGN_KEYS if key.partial] == [
        ("article_id", "parent_id"),
        ("article_id", "person_id"),
    ]
    fields = [key["fields"] for key in _schema("mentions")["foreignKeys"]]
    assert fields == [["article_id"], ["article_id", "sentence_id"], ["organisation_id"], ["place_id"]]


def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = dict(table_schema(name))
    return schema


def test_package_describes_every_column_and_file(processed: Path) -> None:
    package = _load(processed / "datapackage.json")
    resources = {resource["name"]: resource for resource in package["resources"]}
    assert list(resources) == list(SCHEMAS)
    for name, resource in resources.items():
        assert [field["name"] for field in resource["schema"]["fields"]] == SCHEMAS[name].names
        assert all(field["description"] for field in resource["schema"]["fields"])
        assert all((processed / path).is_file() for path in resource["path"])
    assert resources["people"]["path"] == [
        "people/part-0000000000000000.parquet",
        "people/part-0000000000000001.parquet",
    ]
    status = next(field for field in resources["memberships"]["schema"]["fields"] if field["name"] == "status")
    assert status["constraints"]["enum"] == ["current", "former", "acting", "incoming", "candidate"]


def test_tables_that_no_stage_wrote_are_left_out() -> None:
    package = build_datapackage({"articles": ["part-0.parquet"], "mentions": ["part-0.parquet"]})
    resources: Any = package["resources"]
    assert [resource["name"] for resource in resources] == ["articles", "mentions"]
    assert [key["reference"]["resource"] for key in resources[1]["schema"]["foreignKeys"]] == ["articles"]


def test_same_tables_same_bytes(processed: Path, tmp_path: Path) -> None:
    other = write_folder(tmp_path / "tables", make_extractions())
    main(["--processed", str(other)])
    for name in ("datapackage.json", "croissant.json"):
        assert (other / name).read_bytes() == (processed / name).read_bytes()


def test_frictionless_accepts_the_package(processed: Path) -> None:
    frictionless = pytest.importorskip("frictionless")
    package = frictionless.Package(str(processed / "datapackage.json"))  # raises when it cannot be a package
    assert [error.note for error in frictionless.Package.metadata_validate(package.to_descriptor())] == []
    assert package.resource_names == list(SCHEMAS)
    assert package.get_resource("people").schema.primary_key == ["article_id", "person_id"]
    for resource in package.resources:
        assert [error.note for error in type(resource.schema).metadata_validate(resource.schema.to_descriptor())] == []
        assert [field.description for field in resource.schema.fields] == [
            column.metadata[b"description"].decode() for column in SCHEMAS[resource.name]
        ]


def test_frictionless_finds_the_rows_as_described(processed: Path) -> None:
    assert _check_rows(processed) == []


def test_frictionless_finds_a_row_that_breaks_the_description(tmp_path: Path) -> None:
    first, second = make_extractions()
    lost = replace(first.memberships[0], person_id="per-9")
    folder = write_folder(tmp_path / "tables", [replace(first, memberships=(lost, *first.memberships[1:])), second])
    assert [(name, kind) for name, kind, _ in _check_rows(folder)] == [("memberships", "foreign-key")]


def _check_rows(folder: Path) -> list[tuple[str, str, str]]:
    """What frictionless says of the rows of all tables against their Table Schemas: types, keys and references too."""
    frictionless = pytest.importorskip("frictionless")
    resources = [
        frictionless.Resource(
            name=name,
            data=[SCHEMAS[name].names, *(list(row.values()) for row in read_table(folder, name).to_pylist())],
            schema=frictionless.Schema.from_descriptor(_schema(name)),
        )
        for name in SCHEMAS
    ]
    report = frictionless.Package(name="tables", resources=resources).validate()
    return [(task.name, error.type, error.note) for task in report.tasks for error in task.errors]


def test_mlcroissant_accepts_the_description_and_reads_the_rows(processed: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant")
    path = processed / "croissant.json"
    for name in SCHEMAS:
        dataset = mlcroissant.Dataset(jsonld=path)  # raises when the description is wrong; one serves for one reading
        records = list(dataset.records(name))
        assert len(records) == read_table(processed, name).num_rows, name
    assert not dataset.metadata.ctx.issues.errors
    sentences = list(mlcroissant.Dataset(jsonld=path).records("sentences"))
    assert sentences[0]["sentences/section"] == b"title"
    assert sentences[0]["sentences/tokens"] == [
        {"sentences/tokens/start": 0, "sentences/tokens/end": 1, "sentences/tokens/pos": b"N"}
    ]


def test_croissant_describes_every_column_but_the_map(processed: Path) -> None:
    record_sets = {each["name"]: each for each in _load(processed / "croissant.json")["recordSet"]}
    for name, schema in SCHEMAS.items():
        fields = [field["name"] for field in record_sets[name]["field"]]
        assert fields == [column for column in schema.names if (name, column) != ("articles", "repairs")]
        assert all(field["description"] for field in record_sets[name]["field"])
