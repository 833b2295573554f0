"""One line read by all grammars in their order: titles, then bodies, then places; people from what is left.

What enters is a :class:`~pipeline.grammar.syllables.Line`; what leaves is a list of readings that do not overlap, left
to right. Whether a reading is worth a mention is decided here, from the line alone; what the rest of the article adds
comes in the recognise stage.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.grammar.body_phrases import BodyKind, BodyPhrase
from pipeline.grammar.body_words import body_openings, head_end
from pipeline.grammar.cues import kinds_before
from pipeline.grammar.names import Context, PersonSpan, Witness, people_on
from pipeline.grammar.newsmakers import KnownKind, KnownName, known_at, known_table
from pipeline.grammar.organisations import body_at
from pipeline.grammar.phrases import NUMBER, Phrases
from pipeline.grammar.places import (
    NameSpan,
    UnitPhrase,
    bare_place_at,
    district_of,
    unit_openings,
    unit_phrase_at,
)
from pipeline.grammar.states import with_countries
from pipeline.grammar.strangers import StrangerSpan, strangers_on
from pipeline.grammar.syllables import Line, read_line
from pipeline.grammar.titles import TitlePhrase, title_at, title_openings
from pipeline.lexicon import joints, marked

Reading = TitlePhrase | BodyPhrase | UnitPhrase | NameSpan | KnownName


@dataclass(frozen=True, slots=True)
class LineReadings:
    """What one line says: readings of offices, bodies and places, the people, and names known by their shape."""

    line: Line
    readings: tuple[Reading, ...]
    people: tuple[PersonSpan, ...]
    strangers: tuple[StrangerSpan, ...] = ()


@cache
def _exclusion_table() -> Phrases[str]:
    """Phrases in which a lexicon word is not what it looks like: tăng trưởng, trưởng thành, năm học."""
    rows = marked("exclusions.tsv", surface="surface", kind="kind")
    return Phrases((row.surface, row.kind) for row in rows)


def scan_line(line: Line) -> LineReadings:
    """Every reading of one line that can stand without the rest of the article."""
    readings: list[Reading] = []
    end = 0
    exclusions, keys, capital = _exclusion_table(), line.keys, line.capital
    for at, opens in [(k, opens) for k, opens in enumerate(_openings_of(line)) if opens or capital[k]]:
        if at < end:
            continue
        if opens & _EXCLUSION and (excluded := exclusions.longest(keys, at)) is not None:
            closed = _closed_beyond(line, at, at + excluded[0]) if opens & _BODY else None
            if closed is None:
                end = at + excluded[0]
                continue
            reading: Reading | None = closed
        else:
            reading = _reading_at(line, at, opens)
            if reading is None and readings and readings[-1].end == at - 1:
                reading = _district_around(line, at, readings[-1])
        if reading is not None:
            readings.append(reading)
            end = max(reading.end, at + 1)
    readings = with_countries(line, readings)
    context = _context(line, readings)
    people = people_on(line, context)
    kept = _standing(line, readings, people)
    if len(kept) < len(readings):
        context = _context(line, kept)
        people = people_on(line, context)
    for person in people:
        context.taken[person.start : person.end] = [True] * (person.end - person.start)
    strangers = strangers_on(line, context.taken, _product_ends(kept), _abroad_ends(kept))
    return LineReadings(line, tuple(kept), tuple(people), tuple(strangers))


def _district_around(line: Line, at: int, before: Reading) -> NameSpan | None:
    """``xã Tân Lộc, | Thới Bình | , Cà Mau``, ``phường Hòa Hiệp Bắc (| Liên Chiểu``: the district, without its word,
    of the commune right before.
    """
    if line.keys[at - 1] not in _OPENS_DISTRICT or not line.capital[at] or line.shouting:
        return None
    commune = _last_name(before)
    if commune is None or commune.unit_type not in _COMMUNES:
        return None
    return district_of(line, at, line.surface(commune.name, commune.end))


_OPENS_DISTRICT = frozenset({",", "(", "-", "–"})
_COMMUNES = frozenset({"xã", "phường", "thị trấn"})


def _last_name(reading: Reading) -> NameSpan | None:
    """The unit at the end of a reading."""
    if isinstance(reading, TitlePhrase):
        unit = reading.body.outermost.unit if reading.body is not None else reading.unit
    elif isinstance(reading, BodyPhrase):
        unit = reading.outermost.unit
    else:
        unit = reading if isinstance(reading, UnitPhrase) else None
    return unit.names[-1] if unit is not None and unit.names else None


def _closed_beyond(line: Line, at: int, end: int) -> BodyPhrase | None:
    """A body of the lexicon that begins with an excluded phrase and is longer: Quân đội nhân dân Việt Nam."""
    if not line.capital[at]:
        return None
    body = body_at(line, at)
    return body if body is not None and body.closed and body.head_end > end else None


def _context(line: Line, readings: list[Reading]) -> Context:
    taken, titled = [False] * len(line), [False] * len(line)
    for reading in readings:
        for at in range(reading.start, reading.end):
            taken[at] = True
            titled[at] = isinstance(reading, TitlePhrase)
    return Context(taken, titled)


def _product_ends(readings: list[Reading]) -> frozenset[int]:
    """Where a known body or thing ends: capitals right behind it are its products (``Sony Xperia``)."""
    return frozenset(r.end for r in readings if isinstance(r, KnownName) and r.kind is not KnownKind.PLACE)


def _abroad_ends(readings: list[Reading]) -> frozenset[int]:
    """Where a title ends in the place that it names: a capital right behind it is its holder's."""
    titles = (reading for reading in readings if isinstance(reading, TitlePhrase))
    return frozenset(
        t.end for t in titles if t.unit is not None or (t.body is not None and t.body.outermost.place is not None)
    )


_TITLE, _BODY, _UNIT, _KNOWN, _EXCLUSION = 1, 2, 4, 8, 16  # what may begin at a token; flags, for their speed


@cache
def _openings() -> dict[str, dict[str, int]]:
    """What two tokens may open, by the first, then the second; elsewhere nothing but a bare place begins."""
    tables = (
        (title_openings(), _TITLE),
        (body_openings(), _BODY),
        (unit_openings(), _UNIT),
        (known_table().openings, _KNOWN),
        (_exclusion_table().openings, _EXCLUSION),
    )
    flags: dict[str, dict[str, int]] = {}
    for openings, flag in tables:
        for first, second in openings:
            by_second = flags.setdefault(first, {})
            by_second[second] = by_second.get(second, 0) | flag
    return flags


def _openings_of(line: Line) -> list[int]:
    """For each token what may begin there."""
    keys = line.keys
    flags = [0] * len(keys)
    for at, by_second in enumerate(map(_openings().get, keys)):
        if by_second is not None:
            second = keys[at + 1] if at + 1 < len(keys) else ""
            flags[at] = by_second.get("", 0) | by_second.get(NUMBER if second.isdigit() else second, 0)
    return flags


@lru_cache(maxsize=512)
def scan_text(text: str) -> LineReadings:
    """Readings of one line of text, offsets from its beginning; the recognise and normalise stages meet in this
    cache.
    """
    return scan_line(read_line(text, 0, len(text)))


def _reading_at(line: Line, at: int, opens: int) -> Reading | None:
    """The reading that begins at a token, by what the token may open."""
    if not line.is_word(at):
        return None
    known = known_at(line, at) if opens & _KNOWN else None
    if known is not None and known.kind is not KnownKind.THING:
        return known
    if opens & _TITLE:
        title = title_at(line, at)
        longer = title is not None and title.bare and opens & _BODY and head_end(line, at) > title.end  # Đại sứ | quán
        if title is not None and title.end > at and not longer and _titleworthy(line, title):
            return title
    if opens & _BODY:
        body = body_at(line, at)
        if body is not None and not _inside_run(line, body) and _bodyworthy(line, body):
            return body
    if opens & _UNIT or line.texts[at][0].isdigit():
        unit = unit_phrase_at(line, at)
        if unit is not None and unit.names and not _inside_name(line, unit):
            return unit
    return (bare_place_at(line, at) if line.capital[at] else None) or known


def _inside_name(line: Line, unit: UnitPhrase) -> bool:
    """Whether the unit word is a syllable of a name: "Lâm Sóc Kha", where sóc is also a Khmer hamlet; "Tại | TP Sơn
    La" holds no such syllable.
    """
    at = unit.start
    before = at - 1
    return (
        line.texts[at].istitle()
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
    if body.closed and body.end == at + 1 and len(line.texts[at]) < 5 and not line.texts[at].isupper():
        return at > 0 and line.texts[at - 1].istitle() and line.texts[at].istitle()  # "Kim Jong Un"
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


def _standing(line: Line, readings: list[Reading], people: list[PersonSpan]) -> list[Reading]:
    """All readings but the bare titles that are no office there."""
    kept: list[Reading] = []
    for reading in readings:
        before = kept[-1] if kept else None
        stands = not isinstance(reading, TitlePhrase) or _stands(line, reading, people)
        if not stands and isinstance(before, TitlePhrase) and isinstance(reading, TitlePhrase):
            stands = _listed(line, before, reading) and _beside(line, before, people)
        if stands:
            kept.append(reading)
    return kept


def _listed(line: Line, title: TitlePhrase, bare: TitlePhrase) -> bool:
    """``Phó Bí thư Đảng ủy | , | Hiệu trưởng``: a bare title behind one that names its body."""
    between = range(title.end, bare.start)
    told = title.body is not None and bare.alone == "person" and line.capital[bare.start]
    return told and 0 < len(between) <= 2 and all(line.keys[k] in {",", "-", "–", "kiêm"} for k in between)


def _beside(line: Line, title: TitlePhrase, people: list[PersonSpan]) -> bool:
    first = bisect_left(people, title.start - _NEAR, key=lambda person: person.start)
    last = bisect_right(people, title.end + _NEAR, key=lambda person: person.start)
    return any(_adjacent(line, title, person) for person in people[first:last])


def _stands(line: Line, title: TitlePhrase, people: list[PersonSpan]) -> bool:
    """Whether a bare title is an office: capitalised where the lexicon lets it stand alone, or beside a person."""
    if not title.bare:
        return True
    first = bisect_left(people, title.start - _NEAR, key=lambda person: person.start)
    last = bisect_right(people, title.end + _NEAR, key=lambda person: person.start)
    beside = [person for person in people[first:last] if _adjacent(line, title, person)]
    if any(person.witness is Witness.HISTORY for person in beside):
        return False
    spelt = title.end - title.start > 1 or not line.texts[title.start].isupper() or line.shouting  # "hợp đồng BT"
    if spelt and line.capital[title.start] and title.alone in {"yes", "office"}:
        return True
    if spelt and _conferred(line, title.start):
        return True
    return bool(beside)


def _conferred(line: Line, at: int) -> bool:
    """``giữ chức vụ | Hiệu trưởng``: what is held or handed over is an office, whoever holds it."""
    return "office" in kinds_before(line, at)


def _adjacent(line: Line, title: TitlePhrase, person: PersonSpan) -> bool:
    if title.end <= person.start:
        between = range(title.end, person.start)
    elif person.end <= title.start:
        between = range(person.end, title.start)
        if line.keys[person.end : title.start] == ("làm",):  # HTX A do ông B | làm | Giám đốc
            return True
    else:
        return False
    return len(between) <= 3 and all(not line.is_word(k) or line.keys[k] in joints("near") for k in between)


def _bodyworthy(line: Line, body: BodyPhrase) -> bool:
    """GUIDELINES §2: a named or level-bound body; a bare one when it is written as a particular one."""
    if body.kind in {BodyKind.FUSED, BodyKind.CENTRAL}:
        field = body.start + 1 < body.head_end and body.name.startswith("Bộ ") and line.capital[body.start + 1]
        return body.kind is BodyKind.FUSED or line.capital[body.start] or field
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
