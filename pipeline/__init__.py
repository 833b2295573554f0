"""Who holds which office, in which body, in which place: Vietnamese local news as tables, with the evidence.

    >>> from pipeline import extract
    >>> extraction = extract("Đồng chí Lê Văn Tám, Bí thư Huyện ủy Hàm Yên, chủ trì hội nghị.")
    >>> extraction.article.text[:9]
    'Đồng chí '

Importing this package loads no model, no lexicon and no table library; each is loaded when it is first needed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.models import Extraction, Label, Membership, Mention, Organisation, Person, Place, Position, Status

if TYPE_CHECKING:
    import pandas as pd

__version__ = "0.1.0"

__all__ = [
    "Extraction",
    "Label",
    "Membership",
    "Mention",
    "Organisation",
    "Person",
    "Place",
    "Position",
    "Status",
    "__version__",
    "extract",
    "load",
    "who",
]


def extract(text: str, *, title: str | None = None, published_on: date | None = None) -> Extraction:
    """All that one text says about who holds which office; touches no file.

    ``text`` is taken as it is: nothing is stripped, joined or cut. Offsets are code points into ``.article.text``,
    which equals ``text`` when that is NFC and writes Đ for Đ; other spellings are settled first
    (:func:`pipeline.orthography.settle`). ``title`` and ``published_on`` are what is known of the article from
    elsewhere; the date decides which administrative units exist. The first call loads models and lexicons (about a
    second), later ones take milliseconds.

    >>> [(mention.label.value, mention.start) for mention in extract("").mentions]
    []
    """
    from pipeline.flow import extract_text

    return extract_text(text, title=title, published_on=published_on)


def load(table: str, processed: Path | str = "data/processed") -> pd.DataFrame:
    """A processed table as a data frame with Arrow-backed types, rows sorted by key.

    Raises:
        TableError: there is no such table, or it cannot be read.
    """
    from pipeline.frames import load_table

    return load_table(table, processed)


def who(processed: Path | str = "data/processed") -> pd.DataFrame:
    """One row per membership in clear text.

    Columns: person, title, title_en, organisation, place, province, status, observed_on, evidence, article (its
    headline), source. Sorted by observed_on, source and where the evidence stands.

    Raises:
        TableError: a table is missing or cannot be read.
    """
    from pipeline.frames import list_holders

    return list_holders(processed)
