"""What the grammar reads of a body: a :class:`BodyPhrase` in token positions, of one :class:`BodyKind`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.grammar.places import NameSpan, UnitPhrase
from pipeline.lexicon import Body
from pipeline.models import Branch


class BodyKind(StrEnum):
    """How a body's name is built and what may follow it."""

    FUSED = "fused"
    UNIT = "unit"
    INNER = "inner"
    CENTRAL = "central"
    NUMBERED = "numbered"
    AGENCY = "agency"
    PROPER = "proper"
    ASSOCIATION = "association"
    ADHOC = "adhoc"


@dataclass(frozen=True, slots=True)
class BodyPhrase:
    """One body of a line.

    ``name`` is the normal form without unit, number or place; ``head_end`` the end of the words that made it;
    ``suffix`` what tells one body of a kind from another (Quân khu *2*, Đồn Biên phòng *Mường Lạn*).
    """

    start: int
    end: int
    head_end: int
    name: str
    kind: BodyKind
    branch: Branch
    level: str
    unit_in_title: bool = True
    closed: bool = True
    tail: bool = True
    suffix: str | None = None
    outer: BodyPhrase | None = None
    unit: UnitPhrase | None = None
    place: NameSpan | None = None

    @property
    def outermost(self) -> BodyPhrase:
        """The body at the end of the chain of outer bodies."""
        return self.outer.outermost if self.outer else self

    @property
    def chain(self) -> tuple[BodyPhrase, ...]:
        """This body, its outer body, and so on."""
        return (self, *(self.outer.chain if self.outer else ()))

    @property
    def places(self) -> tuple[NameSpan, ...]:
        """Every place named inside the phrase."""
        own = (*(self.unit.names if self.unit else ()), *((self.place,) if self.place else ()))
        return (*own, *(self.outer.places if self.outer else ()))


def closed_phrase(body: Body, start: int, end: int, *, suffix: str | None = None) -> BodyPhrase:
    """A body of the lexicon, as far as its own words go."""
    kind = BodyKind(body.kind)
    return BodyPhrase(start, end, end, body.name, kind, body.branch, body.level, suffix=suffix)
