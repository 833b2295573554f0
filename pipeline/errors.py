"""The errors that leave this package. Each message says what was wrong, where, and what to do."""

from __future__ import annotations

from pipeline.models import Rejection


class ChucdanhError(Exception):
    """Base of all errors a user can meet; the command line prints its message and ends with code 2."""


class InputError(ChucdanhError):
    """A folder, file or option that the user named cannot be used."""


class TableError(ChucdanhError):
    """A processed table is missing, of another version, or damaged."""


class LexiconError(ChucdanhError):
    """A lexicon file breaks its own rules (duplicate, not normalised, wrong column)."""


class BusyError(ChucdanhError):
    """Another run is writing to the same processed folder."""


class Refused(Exception):
    """A document that cannot become an article; carries the row for ``rejects``."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(f"{rejection.source}: {rejection.reason.explanation} ({rejection.detail})")
        self.rejection = rejection
