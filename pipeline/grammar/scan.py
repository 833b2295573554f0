"""One line read by all grammars in their order: titles, then bodies, then places; people from what is left.

What enters is a :class:`~pipeline.grammar.syllables.Line`; what leaves is a list of readings that do not overlap, left
to right. Whether a reading is worth a mention is decided here, from the line alone; what the rest of the article adds
comes in the recognise stage.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.grammar.names import Context, PersonSpan, Witness, people_on
from pipeline.grammar.organisations import BodyKind, BodyPhrase, body_at, body_openers
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.places import NameSpan, UnitPhrase, bare_place_at, unit_openers, unit_phrase_at
from pipeline.grammar.syllables import Line, read_line
from pipeline.grammar.titles import TitlePhrase, title_at, title_openers
from pipeline.lexicon import joints, marked

Reading = TitlePhrase | BodyPhrase | UnitPhrase | NameSpan


@dataclass(frozen=True, slots=True)
class LineReadings:
    """What one line says: readings of offices, bodies and places, and the people."""

    line: Line
    readings: tuple[Reading, ...]
    people: tuple[PersonSpan, ...]


@cache
def _exclusion_table() -> Phrases[str]:
    """Phrases in which a lexicon word is not what it looks like: tăng trưởng, trưởng thành, năm học."""
    rows = marked("exclusions.tsv", surface="surface", kind="kind")
    return Phrases((row.surface, row.kind) for row in rows)


def scan_line(line: Line) -> LineReadings:
    """Every reading of one line that can stand without the rest of the article."""
    readings: list[Reading] = []
    at = 0
    exclusions, halts, keys, capital, size = _exclusion_table(), _halts(), line.keys, line.capital, len(line)
    while at < size:
        if not capital[at] and keys[at] not in halts:
            at += 1
            continue
        reading = None
        if keys[at] in exclusions.openers and (excluded := exclusions.longest(keys, at)) is not None:
            reading = _longer_name(line, at, excluded[0])
            if reading is None:
                at += excluded[0]
                continue
        reading = reading or _reading_at(line, at)
        if reading is None:
            at += 1
            continue
        readings.append(reading)
        at = max(reading.end, at + 1)
    people = people_on(line, _context(line, readings))
    kept = [r for r in readings if not isinstance(r, TitlePhrase) or _stands(line, r, people)]
    if len(kept) < len(readings):
        people = people_on(line, _context(line, kept))
    return LineReadings(line, tuple(kept), tuple(people))


def _longer_name(line: Line, at: int, length: int) -> Reading | None:
    """A fixed name that runs over an excluded phrase: ``Quân đội nhân dân Việt Nam`` against quân đội."""
    reading = _reading_at(line, at)
    fixed = isinstance(reading, BodyPhrase) and reading.closed and reading.head_end > at + length
    return reading if fixed else None


def _context(line: Line, readings: list[Reading]) -> Context:
    taken, titled = [False] * len(line), [False] * len(line)
    for reading in readings:
        for at in range(reading.start, reading.end):
            taken[at] = True
            titled[at] = isinstance(reading, TitlePhrase)
    return Context(taken, titled)


@cache
def _openers() -> frozenset[str]:
    """Tokens at which anything but a bare place can begin; all others are stepped over at once."""
    return title_openers() | body_openers() | unit_openers()


@cache
def _halts() -> frozenset[str]:
    """Tokens that the scan looks at though they have no capital."""
    return _openers() | _exclusion_table().openers


@lru_cache(maxsize=1024)
def scan_text(text: str) -> LineReadings:
    """Readings of one line of text, offsets from its beginning; the recognise and normalise stages meet in this
    cache.
    """
    return scan_line(read_line(text, 0, len(text)))


def _reading_at(line: Line, at: int) -> Reading | None:
    if not line.is_word(at):
        return None
    if line.keys[at] not in _openers() and not line.texts[at][0].isdigit():
        return bare_place_at(line, at) if line.capital[at] else None
    title = title_at(line, at)
    if title is not None and title.end > at and _titleworthy(line, title):
        return title
    body = body_at(line, at)
    if body is not None and not _inside_run(line, body) and _bodyworthy(line, body):
        return body
    unit = unit_phrase_at(line, at)
    if unit is not None and unit.names and not _inside_name(line, unit):
        return unit
    return bare_place_at(line, at)


def _inside_name(line: Line, unit: UnitPhrase) -> bool:
    """Whether the unit word is a syllable of a name: "Lâm Sóc Kha", where sóc is also a Khmer hamlet."""
    at = unit.start
    before = at - 1
    return (
        line.texts[at][0].isupper()
        and not line.shouting
        and before >= 0
        and line.is_word(before)
        and line.texts[before][0].isupper()
        and not line.wide_gap(at)
        and unit.end - unit.start <= 3
    )


def _inside_run(line: Line, body: BodyPhrase) -> bool:
    """Whether a head noun of one syllable is a syllable of a name: "Y Khoa Niê"."""
    at = body.start
    named = not body.closed and at > 0 and line.texts[at][0].isupper() and not line.shouting
    return (
        named
        and line.is_word(at - 1)
        and line.texts[at - 1][0].isupper()
        and not line.wide_gap(at)
        and len(line.texts[at]) > 2
    )


def _titleworthy(line: Line, title: TitlePhrase) -> bool:
    """A title with a body or unit, a fused one, or a bare role that may prove itself beside a person."""
    if title.body is not None or title.unit is not None or title.fused:
        return not (title.body is not None and title.alone == "no" and title.body.start == title.body.end)
    return title.alone in {"yes", "person", "office"}


_NEAR = 20  # tokens: the longest name and the words that may stand between it and its title


def _stands(line: Line, title: TitlePhrase, people: list[PersonSpan]) -> bool:
    """Whether a bare title is an office: capitalised where the lexicon lets it stand alone, or beside a person."""
    if not title.bare:
        return True
    first = bisect_left(people, title.start - _NEAR, key=lambda person: person.start)
    last = bisect_right(people, title.end + _NEAR, key=lambda person: person.start)
    beside = [person for person in people[first:last] if _adjacent(line, title, person)]
    if any(person.witness is Witness.HISTORY for person in beside):
        return False
    if title.alone in {"yes", "office"} and line.capital[title.start]:
        return True
    return bool(beside)


def _adjacent(line: Line, title: TitlePhrase, person: PersonSpan) -> bool:
    if title.end <= person.start:
        between = range(title.end, person.start)
    elif person.end <= title.start:
        between = range(person.end, title.start)
    else:
        return False
    return len(between) <= 3 and all(not line.is_word(k) or line.keys[k] in joints("near") for k in between)


_BARE_BODIES = frozenset({BodyKind.UNIT, BodyKind.INNER, BodyKind.CENTRAL, BodyKind.FUSED, BodyKind.NUMBERED})


def _bodyworthy(line: Line, body: BodyPhrase) -> bool:
    """GUIDELINES §2: a named or level-bound body; a bare one when it is written as a particular one."""
    if body.kind in {BodyKind.FUSED, BodyKind.CENTRAL}:
        return body.kind is BodyKind.FUSED or line.capital[body.start]
    bound = body.unit is not None or body.place is not None or body.outer is not None or body.suffix is not None
    capital = line.capital[body.start]
    if body.closed:
        return bound or (capital and not _plural_before(line, body.start) and _particular(line, body))
    tail = body.head_end > body.start + 1 and body.name.count(" ") > 0
    if body.kind is BodyKind.AGENCY:
        return tail and (capital or bound or _capital_inside(line, body))
    if body.kind is BodyKind.ADHOC:
        return tail and capital and bound
    return tail and _capital_inside(line, body)


def _particular(line: Line, body: BodyPhrase) -> bool:
    """A bare closed body that is not just the first word of a sentence in capitals."""
    words = line.keys[body.start : body.end]
    if body.kind is BodyKind.INNER and len(words) < 2:
        return line.texts[body.start].isupper() and len(words[0]) > 2
    return True


def _plural_before(line: Line, at: int) -> bool:
    return at > 0 and line.keys[at - 1] in {"các", "những", "mỗi", "từng"}


def _capital_inside(line: Line, body: BodyPhrase) -> bool:
    return any(line.capital[k] and line.texts[k][0].isalpha() for k in range(body.start + 1, body.head_end))
