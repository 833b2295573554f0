"""What README.md shows is what happens: its commands and its Python run on the sample data, its links lead somewhere.

    python tests/test_readme.py              # run all of it again and write down what it says now
    python tests/test_readme.py --with-tests # `make test` too

In a ```console block a line after ``$`` is a command and what follows is its output; a ```text block after a ```python
block is what that prints. Figures may move a little from version to version: a line counts as said again when it is the
same but for its digits, and half of the lines must be. The commands run in one folder, from top to bottom.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import app
from pipeline.tables import KEYS, SCHEMAS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SAID_AGAIN = 0.5

_BLOCK = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#]+)")
_CHUCDANH = re.compile(r"chucdanh ([a-z]+)")

# What a shell finds as `chucdanh` and `make`: this checkout under this Python, installed already.
_SHIMS = {
    "chucdanh": 'exec "{python}" -m pipeline "$@"',
    "make": (
        "unset MAKEFLAGS MAKELEVEL\n"
        'exec "{make}" --no-print-directory -C "{root}" -o .venv/.installed CHUCDANH=\'"{python}" -m pipeline\' '
        'PYTHON="{python}" RAW="{work}/data/raw" PROCESSED="{work}/data/processed" "$@"'
    ),
}

needs_shell = pytest.mark.skipif(
    not (shutil.which("sh") and shutil.which("make")), reason="the commands of the README need sh and make"
)


@dataclass(frozen=True, slots=True)
class Example:
    """Something README runs: ``code`` (a shell command or Python), and the span and text of the output it claims."""

    kind: str
    code: str
    start: int
    end: int
    claimed: str


def find_examples(text: str) -> list[Example]:
    """The examples of a page, from top to bottom."""
    found: list[Example] = []
    code = ""
    for block in _BLOCK.finditer(text):
        kind, body = block.groups()
        if kind == "console":
            commands = list(_COMMAND.finditer(text, block.start(2), block.end(2)))
            found += [Example(kind, command[1], *command.span(2), command[2]) for command in commands]
        elif kind == "python":
            code = body
        else:
            found.append(Example("python", code, *block.span(2), body))
    return found


def make_workshop(folder: Path) -> Path:
    """A folder with the sample data, the gold articles and the shims."""
    for name in ("data/raw", "tests/gold"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "bin").mkdir()
    facts = {"python": sys.executable, "make": shutil.which("make"), "root": ROOT, "work": folder}
    for name, line in _SHIMS.items():
        shim = folder / "bin" / name
        shim.write_text(f"#!/bin/sh\n{line.format(**facts)}\n", encoding="utf-8")
        shim.chmod(0o755)
    return folder


def run_example(example: Example, work: Path) -> str:
    """What the example prints, with paths below ``work`` made relative."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    executables = os.pathsep.join((str(work / "bin"), os.environ.get("PATH", "")))
    plain = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
    environment = {**plain, "PATH": executables, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    command = ["sh", "-c", example.code] if example.kind == "console" else [sys.executable, "-c", example.code]
    done = subprocess.run(
        command, cwd=work, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=600, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), f"{example.code}\n{done.stderr}"
    lines = done.stdout.replace(f"{work}{os.sep}", "").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def runs_itself(example: Example) -> bool:
    """Whether the example runs the tests that run the example."""
    return example.code.startswith("make test")


def _mask(line: str) -> str:
    return " ".join(re.sub(r"\d[\d.,]*", "0", line).split())


TEXT = README.read_text(encoding="utf-8")
EXAMPLES = [example for example in find_examples(TEXT) if not runs_itself(example)]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workshop(tmp_path_factory.mktemp("readme"))


@needs_shell
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.code.strip().splitlines()[0])
def test_the_examples_say_what_the_readme_shows(example: Example, work: Path) -> None:
    claimed = [_mask(line) for line in example.claimed.splitlines() if line.strip()]
    said = [_mask(line) for line in run_example(example, work).splitlines()]
    again = [line for line in claimed if line in said]
    assert len(again) >= SAID_AGAIN * len(claimed), "\n".join(said)


def test_every_python_block_is_run() -> None:
    blocks = [body for kind, body in _BLOCK.findall(TEXT) if kind == "python"]
    assert blocks == [example.code for example in find_examples(TEXT) if example.kind == "python"]
    assert any(len(body.splitlines()) == 10 for body in blocks)  # the notebook example


def test_the_commands_named_are_those_there_are() -> None:
    there = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    table = set(re.findall(r"^\| `(\w+)", TEXT[TEXT.index("## Commands") :], re.MULTILINE))
    assert table == there
    assert set(_CHUCDANH.findall(" ".join(re.findall(r"`[^`]+`|^\$ .+$", TEXT, re.MULTILINE)))) <= there


def test_the_table_of_tables_has_every_table_and_its_key() -> None:
    rows = dict(re.findall(r"^\| \*\*(\w+)\*\* \|.*\| (.+) \|$", TEXT, re.MULTILINE))
    assert list(rows) == list(SCHEMAS)
    for name, key in rows.items():
        assert set(re.findall(r"`(\w+)`", key)) <= set(KEYS[name]), name


def test_links_lead_to_files() -> None:
    missing = [link for link in _LINK.findall(TEXT) if not (ROOT / link).exists()]
    assert missing == []


def test_the_changelog_tells_of_this_version() -> None:
    from pipeline import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def refresh(text: str, *, with_tests: bool) -> str:
    """The page with the output of every example as it is now."""
    with tempfile.TemporaryDirectory() as folder:
        work = make_workshop(Path(folder).resolve())
        chosen = [example for example in find_examples(text) if with_tests or not runs_itself(example)]
        said = [run_example(example, work) for example in chosen]
    for example, output in reversed(list(zip(chosen, said, strict=True))):
        text = text[: example.start] + output + text[example.end :]
    return text


if __name__ == "__main__":
    README.write_text(refresh(TEXT, with_tests="--with-tests" in sys.argv), encoding="utf-8", newline="\n")
