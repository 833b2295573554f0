"""What is known of the stages without loading them: their order, and which refusals end a document."""

from __future__ import annotations

from pipeline.models import Reason, Stage

STAGES = (Stage.CLEAN, Stage.SEGMENT, Stage.RECOGNISE, Stage.NORMALISE, Stage.LINK)
"""The stages in order; reading and decoding belong to the first."""


def stages_between(start: Stage, until: Stage) -> tuple[Stage, ...]:
    """The stages from ``start`` to ``until``, both included.

    >>> [stage.value for stage in stages_between(Stage.RECOGNISE, Stage.LINK)]
    ['recognise', 'normalise', 'link']
    """
    return STAGES[STAGES.index(start) : STAGES.index(until) + 1]


def stage_before(stage: Stage) -> Stage | None:
    """The stage whose result ``stage`` takes up; none for the first.

    >>> stage_before(Stage.LINK).value, stage_before(Stage.CLEAN)
    ('normalise', None)
    """
    at = STAGES.index(stage)
    return STAGES[at - 1] if at else None


REFUSED_READINGS = frozenset(
    {
        Reason.LOST_WORD,
        Reason.AMBIGUOUS_PLACE,
        Reason.UNKNOWN_PLACE,
        Reason.AMBIGUOUS_ORGANISATION,
        Reason.AMBIGUOUS_PERSON,
        Reason.UNKNOWN_PERSON,
    }
)
"""Reasons that refuse one reading within an article; every other reason refuses a document."""
