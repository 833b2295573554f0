"""Frames: the mentions of an article read again as phrases, line by line, ready to be completed by their context.

What enters are recognised mentions; what leaves is one :class:`Frame` per office and per body that stands outside an
office, and one :class:`PlaceName` per place, in text order. The grammars are deterministic, so reading the line again
gives the phrase that the recogniser saw.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.normal_forms import seat_type_of
from pipeline.grammar.organisations import body_at
from pipeline.grammar.places import UnitForm, UnitPhrase, unit_word_at
from pipeline.grammar.scan import LineReadings, scan_text
from pipeline.grammar.syllables import Line
from pipeline.grammar.titles import TitlePhrase, title_at
from pipeline.models import Article, Label, Level, Mention, Recognised, Section


@dataclass(frozen=True, slots=True)
class Seat:
    """The unit a body belongs to: its type word, its id if resolved, and its bare name."""

    unit_type: str | None
    place_id: str | None
    name: str | None


@dataclass(slots=True)
class Frame:
    """One office or body. Mutable: the normalise stage fills ``names``, ``seat`` … in several passes over all
    frames. ``name_at`` is the token at which the next person behind an office begins, on its line.
    """

    mention: Mention
    block: int
    line: Line
    token: int
    title: TitlePhrase | None
    body: BodyPhrase | None
    names: tuple[str, ...] = ()
    last: BodyPhrase | None = None
    suffix: str | None = None
    seat: Seat | None = None
    done: bool = False
    inferred: set[str] = field(default_factory=set)
    name_at: int | None = None

    @property
    def start(self) -> int:
        """Where its mention begins in the text."""
        return self.mention.start

    @property
    def end(self) -> int:
        """Where its mention ends in the text."""
        return self.mention.end


@dataclass(frozen=True, slots=True)
class PlaceName:
    """One place mention: the name proper and the unit word that it has or shares."""

    mention: Mention
    block: int
    name: str
    unit_type: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """An article read again."""

    article: Article
    blocks: tuple[tuple[int, Line], ...]
    frames: tuple[Frame, ...]
    places: tuple[PlaceName, ...]
    cues: tuple[tuple[str, int, int], ...]


def read_frames(recognised: Recognised) -> Reading:
    """Frames and places of an article, in text order."""
    article = recognised.article
    frames: list[Frame] = []
    places: list[PlaceName] = []
    cues: list[tuple[str, int, int]] = []
    lines: list[tuple[int, Line]] = []
    starts = [mention.start for mention in recognised.mentions]
    for number, block in enumerate(article.blocks):
        scan = scan_text(article.text[block.start : block.end])
        line = scan.line
        lines.append((block.start, line))
        if block.section is Section.FURNITURE:
            continue
        inside = recognised.mentions[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        own = list(_frames_of(inside, number, block.start, scan))
        frames += own
        places += _places_of(inside, number, block.start, scan, own)
    for frame in frames:
        cues += _cues_of(frame)
    return Reading(article, tuple(lines), tuple(frames), tuple(places), tuple(cues))


def _frames_of(mentions: Sequence[Mention], block: int, base: int, scan: LineReadings) -> Iterator[Frame]:
    line = scan.line
    titles = {reading.start: reading for reading in scan.readings if isinstance(reading, TitlePhrase)}
    bodies = {reading.start: reading for reading in scan.readings if isinstance(reading, BodyPhrase)}
    people = [bisect_left(line.starts, m.start - base) for m in mentions if m.label is Label.PERSON]
    outer_end = -1
    for mention in mentions:
        token = bisect_left(line.starts, mention.start - base)
        if mention.label is Label.POSITION:
            title = titles.get(token) or title_at(line, token)
            outer_end = mention.end
            behind = bisect_left(people, token)
            name_at = people[behind] if behind < len(people) else None
            yield Frame(mention, block, line, token, title, title.body if title else None, name_at=name_at)
        elif mention.label is Label.ORGANISATION and mention.start >= outer_end:
            yield Frame(mention, block, line, token, None, bodies.get(token) or body_at(line, token, titled=True))


def _places_of(
    mentions: Sequence[Mention], block: int, base: int, scan: LineReadings, frames: Sequence[Frame]
) -> Iterator[PlaceName]:
    line = scan.line
    shared: dict[int, str | None] = {}
    for frame in frames:
        last = frame.body.outermost if frame.body else None
        if last is None or last.kind is not BodyKind.FUSED or last.place is None:
            continue
        if last.place.name == last.place.start:
            shared[last.place.start] = seat_type_of(last.name)
    for phrase in _lists_of(scan):
        for name in phrase.names:
            if name.name == name.start:
                shared.setdefault(name.start, name.unit_type)
    for mention in mentions:
        if mention.label is not Label.PLACE:
            continue
        token = bisect_left(line.starts, mention.start - base)
        end = bisect_left(line.starts, mention.end - base)
        own = unit_word_at(line, token)
        whole = token in shared or (
            own is not None and own[1].level is Level.VILLAGE and load_gazetteer().kinds(line.surface(token, end))
        )
        if own is not None and token + own[0] < end and not whole:
            yield PlaceName(mention, block, line.surface(token + own[0], end), own[1].name)
        else:
            yield PlaceName(mention, block, line.surface(token, end), shared.get(token))


def _lists_of(scan: LineReadings) -> Iterator[UnitPhrase]:
    """Lists of places on a line, alone or inside a body."""
    for reading in scan.readings:
        if isinstance(reading, UnitPhrase):
            units: tuple[UnitPhrase | None, ...] = (reading,)
        elif isinstance(reading, BodyPhrase):
            units = tuple(part.unit for part in reading.chain)
        elif isinstance(reading, TitlePhrase):
            units = (reading.unit, *(part.unit for part in (reading.body.chain if reading.body else ())))
        else:
            continue
        yield from (unit for unit in units if unit is not None and unit.form is UnitForm.LIST)


def _cues_of(frame: Frame) -> Iterator[tuple[str, int, int]]:
    """Unit types that a body tells without a name."""
    if frame.body is None:
        return
    last = frame.body.outermost
    if last.kind is BodyKind.FUSED and last.place is None:
        unit_type = seat_type_of(last.name)
        if unit_type:
            yield unit_type, frame.start, frame.block
    elif last.unit is not None and last.unit.form is UnitForm.BARE and last.unit.unit_type:
        yield last.unit.unit_type, frame.start, frame.block
