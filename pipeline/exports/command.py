"""The commands ``export``, ``validate`` and ``compare``: options in, one call, a few lines out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import InputError
from pipeline.exports import Format

if TYPE_CHECKING:
    from rich.console import Console

Processed = Annotated[Path, typer.Option("--processed", help="Folder with the tables.")]
Form = Annotated[Format, typer.Option("--format", help="What to write.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="File to write, - for standard output (default: exports/ in the folder of tables)."),
]
Bom = Annotated[bool, typer.Option("--bom", help="Begin csv with a byte order mark, for Excel.")]
FolderA = Annotated[Path, typer.Argument(help="Folder with the tables as they were.")]
FolderB = Annotated[Path, typer.Argument(help="Folder with the tables as they are now.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Rows to show of each kind; 0: all.")]

_PROCESSED = Path("data/processed")
_LIMIT = 50
_WIDTH = 160  # where there is no terminal to ask


def export_command(
    form: Form,
    processed: Processed = _PROCESSED,
    out: Out = None,
    bom: Bom = False,
) -> None:
    """Write who holds what for other programs: csv, jsonl, duckdb, ftm, popolo, graphml."""
    from pipeline.exports import export_tables
    from pipeline.exports.target import STDOUT

    if bom and form is not Format.CSV:
        raise InputError(f"--bom is for csv; {form.value} has no byte order mark")
    path = out or processed / "exports" / form.file_name
    started = time.monotonic()
    count = export_tables(processed, path, form, bom=bom)
    if path != STDOUT:
        console = _console()
        console.print(
            f"{path}  {count:,} memberships · {time.monotonic() - started:.1f} s", soft_wrap=True, markup=False
        )


def validate_command(processed: Processed = _PROCESSED) -> None:
    """Check the tables: schemas, keys, references, closed lists, offsets. Ends with code 1 when something is wrong."""
    from pipeline.validate import validate_tables

    findings = validate_tables(processed)
    console = _console()
    for finding in findings:
        console.print(str(finding), soft_wrap=True, markup=False)
    if findings:
        raise typer.Exit(1)
    console.print(f"The tables in {processed} keep what their schemas promise.", soft_wrap=True, markup=False)


def compare_command(a: FolderA, b: FolderB, limit: Limit = _LIMIT) -> None:
    """Show what B gained and lost against A: memberships and mentions, row by row, with the sentence."""
    from pipeline.compare import compare_folders, render_comparison

    _console().print(render_comparison(compare_folders(a, b), limit=limit or None), soft_wrap=True)


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    return console
