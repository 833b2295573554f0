"""Bodies whose kind the role before them has told: ``Vụ trưởng | Tín dụng``, ``Cục trưởng | Hàng không``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.body_words import field_table
from pipeline.grammar.organisations import closed_body, with_surroundings
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.surnames import opens_person, run_end
from pipeline.grammar.syllables import Line
from pipeline.lexicon import Body, Head, bodies, heads


def department_at(line: Line, at: int, kind: str) -> BodyPhrase | None:
    """The body of a kind at a token: its name without the word for the kind, or a field.

    >>> from pipeline.grammar.syllables import read_text
    >>> body = department_at(read_text("Vụ trưởng Tín dụng"), 2, "Vụ")
    >>> body.name if body else None
    'Vụ Tín dụng'
    """
    head = _agency_heads().get(kind)
    if head is None or at >= len(line) or not line.capital[at] or line.shouting:
        return None
    closed = _department_table(kind).longest(line.keys, at)
    field = field_table().longest(line.keys, at)
    if closed is not None and (field is None or closed[0] >= field[0]):
        return closed_body(line, at, *closed, titled=True)
    if field is None or opens_person(line, at, run_end(line, at)):
        return None
    end = at + field[0]
    name, agency = f"{head.name} {field[1].name}", BodyKind.AGENCY
    in_title = head.unit != "none"
    phrase = BodyPhrase(at, end, end, name, agency, head.branch, "any", unit_in_title=in_title, closed=False)
    return with_surroundings(line, phrase)


@cache
def _agency_heads() -> Mapping[str, Head]:
    return {head.name: head for head in heads() if head.kind == BodyKind.AGENCY}


@cache
def _department_table(kind: str) -> Phrases[Body]:
    """Closed bodies of a kind by the rest of their names."""
    surfaces = ((surface, body) for body in bodies() for surface in body.surfaces if surface.startswith(f"{kind} "))
    return Phrases((surface.removeprefix(f"{kind} "), body) for surface, body in surfaces)
