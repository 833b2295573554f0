"""What a finished run published: the files of every table, with rows, bytes and digests.

``<processed>/.chucdanh/published.json`` is written last, in one piece. On a disk it serves the data package; behind a
URL, where several files cannot appear at once, it is what readers go by: a part counts when it is named here, and what
is named is not touched before the next run has published and yet another one begins.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.errors import TableError
from pipeline.storage import STATE, Location, write_text


@dataclass(frozen=True, slots=True, order=True)
class FileFacts:
    """One file of a table."""

    name: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table: its files in order of their names, and the sums over them.

    ``sha256`` is the digest of the list that ``sha256sum part-*`` prints in the table's folder.
    """

    files: tuple[str, ...]
    rows: int
    size: int
    sha256: str


Publication = Mapping[str, TableFacts]
"""The tables of a finished run by name."""


def add_up(files: Iterable[FileFacts]) -> TableFacts:
    """The facts of a table from those of its files.

    >>> add_up([FileFacts("part-b", 2, 10, "0"), FileFacts("part-a", 1, 20, "1")]).rows
    3
    """
    files = sorted(files)
    listing = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    digest = hashlib.sha256(listing.encode()).hexdigest()
    sizes = sum(file.size for file in files)
    return TableFacts(tuple(file.name for file in files), sum(file.rows for file in files), sizes, digest)


def publish(processed: Location, tables: Publication) -> None:
    """Declare these to be the files of the tables; writes nothing when they are so already."""
    content = {
        name: {"rows": facts.rows, "bytes": facts.size, "sha256": facts.sha256, "files": facts.files}
        for name, facts in tables.items()
    }
    text = json.dumps(content, indent=1) + "\n"
    path = processed / STATE / "published.json"
    if not (path.exists() and path.read_text("utf-8") == text):
        write_text(path, text)


def read_publication(processed: Location) -> Publication:
    """What the last finished run published; nothing before the first.

    Raises:
        TableError: the file is damaged.
    """
    path = processed / STATE / "published.json"
    try:
        content = json.loads(path.read_text("utf-8"))
        return {
            name: TableFacts(tuple(facts["files"]), facts["rows"], facts["bytes"], facts["sha256"])
            for name, facts in content.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise TableError(f"{path} is damaged ({error}); delete it and run again") from error
