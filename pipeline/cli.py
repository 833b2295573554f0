"""The command line: options in, one engine call, a report out. Thin: what it calls stands elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from pipeline import __version__
from pipeline.errors import ChucdanhError, InputError
from pipeline.exports.command import compare_command, export_command, validate_command
from pipeline.report.command import report_command
from pipeline.storage import Location, locate

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.engines.plan import RunReport
    from pipeline.engines.tasks import Engine, Meter
    from pipeline.readers import ReadOptions

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)

Raw = Annotated[str, typer.Option("--raw", metavar="FOLDER", help="Folder or URL with the documents, in any shape.")]
Processed = Annotated[str, typer.Option("--processed", metavar="FOLDER", help="Folder or URL for the tables.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Worker processes (default: the cores).")]
MaxMb = Annotated[int, typer.Option("--max-mb", min=1, help="Largest document that is read, unpacked, in MB.")]
Columns = Annotated[
    list[str] | None,
    typer.Option("--map", help="Where a container keeps a field: text=body, title=headline … (repeatable)."),
]
TimeLimit = Annotated[float, typer.Option("--time-limit", min=0.1, help="Seconds that one document may take.")]
EngineName = Annotated[
    Literal["local", "ray"], typer.Option("--engine", help="Where the work is done: this machine, or a Ray cluster.")
]
Address = Annotated[
    str | None, typer.Option("--address", help="The Ray cluster: auto, host:port or ray://… (default: one made here).")
]
PartDocuments = Annotated[
    int | None, typer.Option("--part-documents", min=1, help="Most documents in a new part (default: 200).")
]
Strict = Annotated[bool, typer.Option("--strict", help="End with code 1 when a document was refused.")]

_RAW = "data/raw"
_PROCESSED = "data/processed"
_MAX_MB = 64
_TIME_LIMIT = 60.0
_INTERRUPTED = 130  # what typer makes of Ctrl-C
_WIDTH = 160  # where there is no terminal to ask


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"chucdanh {__version__}")
        raise typer.Exit


@app.callback()
def chucdanh(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Who holds which office, in which body, in which place: Vietnamese local news as tables, with the evidence."""


@app.command()
def run(
    raw: Raw = _RAW,
    processed: Processed = _PROCESSED,
    workers: Workers = None,
    max_mb: MaxMb = _MAX_MB,
    column: Columns = None,
    time_limit: TimeLimit = _TIME_LIMIT,
    engine: EngineName = "local",
    address: Address = None,
    part_documents: PartDocuments = None,
    strict: Strict = False,
) -> None:
    """Do everything: bring all tables up to date with the documents."""
    from pipeline.datapackage import write_datapackage
    from pipeline.engines.plan import PART_DOCUMENTS, run_all

    chosen = _choose_engine(engine, address, workers, time_limit)
    options = _read_options(max_mb, column)
    source, target = locate(raw), locate(processed)
    size = part_documents or PART_DOCUMENTS
    _work(lambda meter: run_all(source, target, engine=chosen, options=options, meter=meter, part_documents=size))
    write_datapackage(target)
    _print_summary(target)
    _end(target, strict)


def _choose_engine(name: str, address: str | None, workers: int | None, time_limit: float) -> Engine:
    if name == "ray":
        from pipeline.engines.ray import RayEngine

        return RayEngine(address=address, workers=workers, time_limit=time_limit)
    from pipeline.engines.local import LocalEngine

    if address is not None:
        raise InputError("--address names a Ray cluster; it goes with --engine ray")
    return LocalEngine(workers=workers, time_limit=time_limit)


@app.command()
def clean(
    raw: Raw = _RAW,
    processed: Processed = _PROCESSED,
    workers: Workers = None,
    max_mb: MaxMb = _MAX_MB,
    column: Columns = None,
    time_limit: TimeLimit = _TIME_LIMIT,
    strict: Strict = False,
) -> None:
    """Stage 1: documents to the table articles."""
    from pipeline.engines.local import LocalEngine
    from pipeline.engines.plan import run_all
    from pipeline.models import Stage

    engine = LocalEngine(workers=workers, time_limit=time_limit)
    options = _read_options(max_mb, column)
    source, target = locate(raw), locate(processed)
    _work(lambda meter: run_all(source, target, engine=engine, options=options, until=Stage.CLEAN, meter=meter))
    _end(target, strict)


@app.command()
def segment(raw: Raw = _RAW, processed: Processed = _PROCESSED, workers: Workers = None) -> None:
    """Stage 2: articles to the table sentences."""
    _run_stage("segment", processed, workers)


@app.command()
def recognise(raw: Raw = _RAW, processed: Processed = _PROCESSED, workers: Workers = None) -> None:
    """Stage 3: sentences to the table mentions."""
    _run_stage("recognise", processed, workers)


@app.command()
def normalise(raw: Raw = _RAW, processed: Processed = _PROCESSED, workers: Workers = None) -> None:
    """Stage 4: mentions to positions, organisations and places."""
    _run_stage("normalise", processed, workers)


@app.command()
def link(raw: Raw = _RAW, processed: Processed = _PROCESSED, workers: Workers = None) -> None:
    """Stage 5: mentions to people and memberships."""
    _run_stage("link", processed, workers)


@app.command()
def show(file: Annotated[Path, typer.Argument(help="One document.")]) -> None:
    """Show one article: its mentions, and who holds what, with the rule that says so."""
    from pipeline.show import read_extraction, render_extraction

    console = _console()
    colour = console.is_terminal and not console.no_color
    console.print(render_extraction(read_extraction(file), colour=colour), soft_wrap=not colour)


@app.command()
def summary(processed: Processed = _PROCESSED) -> None:
    """Count what the tables hold."""
    _print_summary(locate(processed))


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold articles (JSON).")],
    processed: Annotated[Path, typer.Argument(help="Folder with the tables.")],
    errors: Annotated[int, typer.Option("--errors", min=0, help="Errors to show of each kind.")] = 0,
) -> None:
    """Score the tables against gold articles."""
    from pipeline.evaluate import evaluate_tables, render_evaluation

    _console().print(render_evaluation(evaluate_tables(gold, processed), errors=errors), soft_wrap=True)


@app.command()
def places(
    name: Annotated[str, typer.Argument(help='A name, with or without its unit word: "xã Thanh Ba".')],
    on: Annotated[
        str | None, typer.Option("--date", help="Only units that bore the name on that day: 2024-05-31.")
    ] = None,
) -> None:
    """Find the administrative units of a name: codes, days, successors."""
    from pipeline.show import render_places

    _console().print(render_places(name, on=_read_date(on)), soft_wrap=True)


def _read_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"--date takes a day such as 2024-05-31, not {text}") from error


def _read_options(max_mb: int, columns: list[str] | None) -> ReadOptions:
    from pipeline.readers import ReadOptions

    pairs = [column.partition("=") for column in columns or ()]
    for name, equals, target in pairs:
        if not (name and equals and target):
            raise InputError(f"--map takes field=column, such as text=body; {name or target!r} is neither")
    return ReadOptions(max_mb=max_mb, columns={name: target for name, _, target in pairs})


def _run_stage(name: str, processed: str, workers: int | None) -> None:
    from pipeline.engines.local import LocalEngine
    from pipeline.engines.plan import run_stage
    from pipeline.models import Stage

    target = locate(processed)
    _work(lambda meter: run_stage(target, Stage(name), engine=LocalEngine(workers=workers), meter=meter))


def _work(job: Callable[[Meter], RunReport]) -> None:
    """Run a job under a progress bar and say in one line what it did."""
    started = time.monotonic()
    with _progress() as meter:
        report = job(meter)
    seconds = time.monotonic() - started
    facts = [
        f"{report.documents:,} documents",
        f"{report.new:,} new" if report.new else "",
        f"{report.redone:,} done again" if report.redone else "",
        f"{report.removed:,} gone" if report.removed else "",
        "" if report.new or report.redone or report.removed else "nothing to do",
        f"{seconds:.1f} s",
    ]
    _console().print(" · ".join(fact for fact in facts if fact), style="dim")


def _end(processed: Location, strict: bool) -> None:
    from pipeline.summary import summarise

    if strict and summarise(processed).refused_documents:
        raise typer.Exit(1)


def _print_summary(processed: Location) -> None:
    from pipeline.summary import render_summary, summarise

    _console().print(render_summary(summarise(processed)), soft_wrap=True)


def _console() -> Console:
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    return console


# Commands of the rooms that read the tables; each keeps its options beside its work.
app.command("report")(report_command)
app.command("export")(export_command)
app.command("validate")(validate_command)
app.command("compare")(compare_command)


@contextmanager
def _progress() -> Iterator[Meter]:
    """A progress bar on a terminal, nothing elsewhere."""
    from pipeline.engines.tasks import SilentMeter

    if not sys.stderr.isatty():
        yield SilentMeter()
        return
    from pipeline.progress import show_progress

    with show_progress() as meter:
        yield meter


def run_command_line(arguments: list[str] | None = None) -> None:
    """Run a command and end the process; what a user did wrong becomes one sentence and code 2."""
    try:
        code = app(arguments, standalone_mode=False)
    except ChucdanhError as error:
        _stop(str(error), 2)
    except typer.TyperException as error:
        _stop(f"{error.format_message().rstrip('.')} (--help tells the commands and options)", 2)
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is buffered goes nowhere
        raise SystemExit(141) from None
    if code == _INTERRUPTED:
        _stop("stopped; what is done stays, and the same command goes on from there", code)
    raise SystemExit(code or 0)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(f"chucdanh: {message}", err=True)
    raise SystemExit(code)
