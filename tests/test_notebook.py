"""The notebook, run from its first cell to its last on the sample data.

python tests/test_notebook.py    # run it and store what its cells show, after a change of the program
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.engines.plan import run_all
from pipeline.engines.serial import SerialEngine

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "notebooks" / "who_holds_what.ipynb"
PACKAGES = ("nbclient", "nbformat", "ipykernel", "duckdb", "matplotlib", "networkx")
LARGEST = 300_000  # bytes; most of them pictures
PLOTS = ("levels-plot", "time", "bodies-plot", "map")
MISSING = [name for name in PACKAGES if importlib.util.find_spec(name) is None]

needs_kernel = pytest.mark.skipif(bool(MISSING), reason=f"the notebook needs {', '.join(MISSING)}")


def run_notebook(folder: Path) -> NotebookNode:
    """The notebook as it is after a run on tables made in ``folder``."""
    import nbformat
    from nbclient import NotebookClient

    run_all(ROOT / "data" / "raw", folder / "processed", engine=SerialEngine())
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    own = {name: str(folder) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")}
    environment = {**os.environ, **own, "PROCESSED": str(folder / "processed"), "PYTHONPATH": paths}
    client = NotebookClient(notebook, kernel_name="python3", timeout=600, record_timing=False)
    client.extra_arguments = ["--Application.log_level=40"]  # no warning about how it talks to this process
    client.resources = {"metadata": {"path": str(NOTEBOOK.parent)}}
    with client.setup_kernel(env=environment):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index, execution_count=_number(notebook, index))
    return notebook


def _number(notebook: NotebookNode, index: int) -> int:
    return sum(cell["cell_type"] == "code" for cell in notebook.cells[: index + 1])


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What each code cell shows, by the cell's id and the kind of output."""
    return _outputs(run_notebook(tmp_path_factory.mktemp("notebook")))


def _outputs(notebook: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            found[cell["id"]] = {}
            for output in cell["outputs"]:
                found[cell["id"]].update(output.get("data", {output["output_type"]: output}))
    return found


@needs_kernel
def test_it_tells_who_is_secretary_where(shown: dict[str, dict[str, Any]]) -> None:
    rows = shown["latest"]["text/plain"].splitlines()
    for person, district in (("Thái Văn Thuyết", "Vĩnh Linh"), ("Nguyễn Thành Sang", "Lai Vung")):
        assert [row for row in rows if person in row and f"huyện {district}" in row], person
    assert "Trần Hữu Chước" not in shown["latest"]["text/plain"]  # has left
    assert "Trần Hữu Chước" in shown["holders"]["text/plain"]


@needs_kernel
def test_it_tells_successions_from_one_article(shown: dict[str, dict[str, Any]]) -> None:
    assert re.search(r"Thái Văn Thuyết +Trần Hữu Chước", shown["handover"]["text/plain"])


@needs_kernel
def test_it_marks_the_evidence_in_its_sentence(shown: dict[str, dict[str, Any]]) -> None:
    marked = re.search(r"<mark>(.+)</mark>", shown["evidence-shown"]["text/html"], re.DOTALL)
    assert marked is not None
    assert "Bí thư Huyện ủy" in marked[1]


@needs_kernel
def test_it_tells_the_communes_of_an_old_district(shown: dict[str, dict[str, Any]]) -> None:
    assert re.search(r"huyện Bình Lục, tỉnh Hà Nam +2025-07-01 +5", shown["today"]["text/plain"])
    assert "tỉnh Ninh Bình" in shown["today"]["text/plain"]


@needs_kernel
def test_it_draws_and_complains_of_nothing(shown: dict[str, dict[str, Any]]) -> None:
    assert {name for name, outputs in shown.items() if "image/png" in outputs} == set(PLOTS)
    assert not [name for name, outputs in shown.items() if {"stream", "error"} & set(outputs)]


@needs_kernel
def test_what_is_stored_was_made_by_the_cells_that_stand_there(shown: dict[str, dict[str, Any]]) -> None:
    stored = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    numbers = [cell["execution_count"] for cell in stored["cells"] if cell["cell_type"] == "code"]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {name: set(outputs) for name, outputs in _outputs(stored).items()} == {
        name: set(outputs) for name, outputs in shown.items()
    }


def test_what_is_stored_is_small_and_tells_no_path_of_a_machine() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST
    assert not re.search(r"/(home|root|Users|tmp|work)/|[A-Z]:\\\\", text)


def main() -> None:
    """Run the notebook and store it with what its cells show."""
    import nbformat

    with tempfile.TemporaryDirectory() as folder:
        notebook = run_notebook(Path(folder))
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    NOTEBOOK.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    sys.stdout.write(f"{NOTEBOOK.relative_to(ROOT)}: {NOTEBOOK.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
