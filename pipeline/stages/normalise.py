"""Normalise: from mentions to one normal form per office, body and unit.

In this order: the places of the article are resolved jointly; the bodies and offices are completed from their context;
then every mention gets its normal form and the id of its entity. Ids derive from content: the same office has one id
in all articles.
"""

from __future__ import annotations

from pipeline.discourse.abroad import settle_abroad
from pipeline.discourse.bodies import complete, name_explicit
from pipeline.discourse.entities import Entities
from pipeline.discourse.frames import Frame, Seat, read_frames
from pipeline.discourse.institutions import seat_institutions
from pipeline.discourse.placing import named_units, resolve_article, seat_at, seats_after
from pipeline.discourse.units import Units
from pipeline.grammar.places import NameSpan
from pipeline.models import Normalised, Recognised


def normalise_mentions(recognised: Recognised) -> Normalised:
    """Normal forms and entities of the mentions of one article."""
    reading = read_frames(recognised)
    places = resolve_article(reading)
    article, frames = recognised.article, reading.frames

    def seat(frame: Frame, name: NameSpan) -> Seat | None:
        return seat_at(frame, name, reading, places)

    name_explicit(frames, seat)
    settle_abroad(frames, recognised.mentions, article.text, seat)
    seat_institutions(frames, seats_after(reading, places))
    complete(frames, Units(named_units(reading, places), places.resolved, article.text, article.day))
    offices = {frame.mention.mention_id: frame for frame in frames}
    entities = Entities(places.by_mention)
    mentions = tuple(entities.normal(mention, offices.get(mention.mention_id)) for mention in recognised.mentions)
    mentions = tuple(entities.nested(mention, mentions) for mention in mentions)
    return Normalised(
        article,
        recognised.sentences,
        mentions,
        tuple(sorted(entities.positions.values(), key=lambda p: p.position_id)),
        tuple(sorted(entities.organisations.values(), key=lambda o: o.organisation_id)),
        tuple(sorted(entities.places.values(), key=lambda p: p.place_id)),
        (*recognised.rejections, *places.rejections),
    )
