"""Where institutions lie whose phrase does not tell: the commune of the news, the unit whose name they bear."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.discourse.frames import Frame, Seat
from pipeline.discourse.institutions import is_unseated
from pipeline.discourse.seats import seat_rule
from pipeline.discourse.units import Units
from pipeline.grammar.body_phrases import BodyKind
from pipeline.models import Level


def lie_in_commune(frames: Sequence[Frame], home: Seat | None) -> None:
    """Schools and cooperatives, of which every commune has its own, in news of one commune: they lie there."""
    if home is None:
        return
    for frame in frames:
        if frame.last is None or frame.last.kind is not BodyKind.PROPER or not is_unseated(frame):
            continue
        if seat_rule(frame.names[-1]).levels == (Level.COMMUNE,):
            frame.seat = home
            frame.inferred |= {"place"}


def lie_in_named(frames: Sequence[Frame], units: Units) -> None:
    """``Công ty Lâm nghiệp Kon Plông`` in news of huyện Kon Plông, ``Cảng vụ Hàng hải Quảng Ninh``: an institution or
    agency with the name of a unit at the end of its own lies there.
    """
    for frame in frames:
        last = frame.last
        if last is None or last.closed or not last.tail or len(frame.names) > 1 or frame.seat is not None:
            continue
        agency = last.kind is BodyKind.AGENCY and last.unit is None and last.place is None
        if not agency and not is_unseated(frame):
            continue
        seat = units.at_end(frame.names[-1]) or (units.known_at_end(frame.names[-1]) if agency else None)
        if seat is not None:
            frame.seat = Seat(None, seat.place_id, None)
            frame.inferred |= {"place"}
            frame.done = frame.done or agency
