"""Where an export goes: a file that appears whole or not at all, or standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from pipeline.errors import InputError

STDOUT = Path("-")
"""Stands for standard output."""


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well, and vanishes when it does not.

    Raises:
        InputError: ``path`` cannot be written.
    """
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror or error}); choose another with --out") from error
    finally:
        with suppress(OSError):  # the folder may be no folder at all
            temporary.unlink()


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """A UTF-8 text stream to ``path``, line ends as they are written; :data:`STDOUT` stands for standard output.

    Raises:
        InputError: ``path`` cannot be written.
    """
    if path == STDOUT:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8", newline="")
        yield sys.stdout
        sys.stdout.flush()
        return
    with replace_file(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        yield stream
