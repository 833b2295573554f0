"""Recognise: from a segmented article to its mentions, nested POSITION ⊃ ORGANISATION ⊃ PLACE, and PERSON.

In this order: every line is scanned by the grammars on its own; then names that the article has made known are found
again where nothing on the line vouches for them (a commune without its unit word, a person in a caption or in
capitals, "ông Tám"); then all spans are nested and numbered.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from pipeline.gazetteer import load_gazetteer
from pipeline.grammar.body_phrases import BodyPhrase
from pipeline.grammar.cells import fills_cell, flattened_rows
from pipeline.grammar.cues import kinds_after, kinds_at, kinds_before
from pipeline.grammar.names import Witness, honorifics_at, opens_nonname
from pipeline.grammar.newsmakers import REGION, KnownKind, KnownName, known_at
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.places import NameSpan, UnitForm, UnitPhrase
from pipeline.grammar.scan import LineReadings, scan_text
from pipeline.grammar.strangers import WEAK
from pipeline.grammar.syllables import Line, is_foreign, read_line
from pipeline.grammar.titles import TitlePhrase
from pipeline.lexicon import joints, marked
from pipeline.models import Article, Block, Form, Label, Mention, Recognised, Section, Segmented, Sentence


class _Found(NamedTuple):
    """A span before it is nested and numbered."""

    start: int
    end: int
    label: Label
    form: Form
    rule: str
    holders: int | None = None


@dataclass(slots=True)
class _Known:
    """Names the article has made known, by their first key; ``given`` are the last keys of full names."""

    people: dict[str, dict[tuple[str, ...], None]] = field(default_factory=dict)
    foreigners: bool = False
    places: dict[str, dict[tuple[str, ...], None]] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)

    def add_person(self, keys: tuple[str, ...]) -> None:
        """Remember a person."""
        self.people.setdefault(keys[0], {}).setdefault(keys)
        if len(keys) > 2:
            self.given.add(keys[-1])

    def add_stranger(self, line: Line, start: int, end: int) -> None:
        """Remember a person known by the shape of the name, and the names it is shortened to."""
        self.people.setdefault(line.keys[start], {}).setdefault(line.keys[start:end])
        if end - start > 1 and any(is_foreign(line.texts[at]) for at in range(start, end)):
            self.foreigners = True
            for at in {start, end - 1}:
                if is_foreign(line.texts[at]):
                    self.people.setdefault(line.keys[at], {}).setdefault((line.keys[at],))


def recognise_mentions(segmented: Segmented) -> Recognised:
    """Mentions of one segmented article, sorted by start, the enclosing one first."""
    article = segmented.article
    scans = [
        (block, scan_text(article.text[block.start : block.end]))
        for block in article.blocks
        if block.section is not Section.FURNITURE
    ]
    known = _known_names(article, scans)
    cells = {cell.start for row in flattened_rows(article.text) for cell in row.cells}
    found: list[_Found] = []
    for block, scan in scans:
        spans = _with_credits(scan.line, list(_from_scan(scan)))
        if block.start in cells and fills_cell(scan.line):
            spans = [_span(scan.line, 0, len(scan.line), Label.PERSON, Form.FULL, "person.cell")]
        if block.section is Section.BYLINE:
            spans = [*_from_byline(article, scan, [s for s in spans if s.label in {Label.PERSON, Label.PLACE}])]
        spans = [_as_given(scan.line, span, known) for span in spans]
        again = [*_again(scan.line, spans, known), *(_weak_names(scan, spans) if known.foreigners else ())]
        found += [_shifted(span, block.start) for span in (*spans, *again)]
    mentions = _numbered(found, segmented.sentences)
    return Recognised(article, segmented.sentences, mentions, segmented.rejections)


def _shifted(found: _Found, by: int) -> _Found:
    """A span of a line as a span of the article."""
    return _Found(found.start + by, found.end + by, found.label, found.form, found.rule, found.holders)


def _from_scan(scan: LineReadings) -> Iterable[_Found]:
    line = scan.line
    for reading in scan.readings:
        if isinstance(reading, TitlePhrase):
            yield from _title_spans(line, reading)
        elif isinstance(reading, BodyPhrase):
            yield from _body_spans(line, reading, "body")
        elif isinstance(reading, UnitPhrase):
            yield from _name_spans(line, reading.names, reading.form)
        elif isinstance(reading, KnownName):
            yield from _known_spans(line, reading)
        else:
            yield _span(line, reading.start, reading.end, Label.PLACE, Form.FULL, "place.bare")
    for stranger in scan.strangers:
        if stranger.evidence == WEAK:
            continue
        rule = f"{stranger.label.lower()}.{stranger.evidence}"
        yield _span(line, stranger.start, stranger.end, stranger.label, Form.FULL, rule)
    for person in scan.people:
        form = Form.SHORT if person.short else Form.FULL
        yield _span(line, person.start, person.end, Label.PERSON, form, f"person.{person.witness}")


def _known_spans(line: Line, known: KnownName) -> Iterable[_Found]:
    """A name of the lexicons as a body or a region; a word of trade is neither."""
    if known.kind is KnownKind.PLACE:
        yield _span(line, known.start, known.end, Label.PLACE, Form.FULL, REGION)
    elif known.kind is not KnownKind.THING:
        yield _span(line, known.start, known.end, Label.ORGANISATION, Form.FULL, "organisation.known")


def _title_spans(line: Line, title: TitlePhrase) -> Iterable[_Found]:
    rule = (
        "title.fused" if title.fused else "title.bare" if title.bare else "title.body" if title.body else "title.unit"
    )
    yield _span(line, title.start, title.end, Label.POSITION, Form.FULL, rule, holders=_holders(line, title.start))
    if title.body is not None and _fused_head(line, title, title.body):
        return
    if title.body is not None and title.body.end > title.body.start and not title.implied:
        yield from _body_spans(line, title.body, rule)
    elif title.body is not None and title.body.outer is not None and title.body.outer.end > title.body.outer.start:
        yield from _body_spans(line, title.body.outer, rule)
    elif title.body is not None and title.body.unit is not None:
        yield from _name_spans(line, title.body.unit.names, title.body.unit.form)
    elif title.body is not None and title.body.place is not None:
        yield from _name_spans(line, (title.body.place,), UnitForm.NAMED)
    elif title.unit is not None:
        yield from _name_spans(line, title.unit.names, title.unit.form)


def _fused_head(line: Line, title: TitlePhrase, body: BodyPhrase) -> bool:
    """``Trưởng phòng``, ``Phó Trưởng ban``, ``Trưởng khoa``: one word in small letters, no body that is named."""
    alone = body.end == body.start + 1 == title.end and not body.tail and body.outer is None
    return alone and title.role == "Trưởng" and line.texts[body.start].islower()


def _body_spans(line: Line, body: BodyPhrase, rule: str) -> Iterable[_Found]:
    yield _span(line, body.start, body.end, Label.ORGANISATION, Form.FULL, f"{rule}.{body.kind}")
    for phrase in body.chain:
        if phrase.unit is not None:
            yield from _name_spans(line, phrase.unit.names, phrase.unit.form)
        if phrase.place is not None:
            yield from _name_spans(line, (phrase.place,), UnitForm.NAMED)


def _name_spans(line: Line, names: Sequence[NameSpan], form: UnitForm) -> Iterable[_Found]:
    for name in names:
        listed = form is UnitForm.LIST and name.name == name.start
        yield _span(line, name.start, name.end, Label.PLACE, Form.LIST_ITEM if listed else Form.FULL, f"place.{form}")


def _span(
    line: Line, start: int, end: int, label: Label, form: Form, rule: str, *, holders: int | None = None
) -> _Found:
    return _Found(line.starts[start], line.ends[end - 1], label, form, rule, holders)


def _holders(line: Line, at: int) -> int | None:
    """The number in "239 đồng chí Bí thư Chi bộ"."""
    before = at - 1
    while before >= 0 and line.keys[before] in {"đồng", "chí", "vị", "ông", "bà", ",", "cán", "bộ"} and at - before < 5:
        before -= 1
    return (
        int(line.texts[before])
        if 0 <= before < at - 1 and line.texts[before].isdecimal() and len(line.texts[before]) < 6
        else None
    )


@cache
def _credit_table() -> Phrases[str]:
    rows = marked("byline_words.tsv", surface="word", kind="kind")
    return Phrases((row.surface, row.kind) for row in rows if row.kind in {"author", "photo"})


def _with_credits(line: Line, spans: list[_Found]) -> list[_Found]:
    """Names behind "Ảnh:", "Tin, ảnh:": initials and pen names that no surname vouches for."""
    if ":" not in line.keys:
        return spans
    credits: list[_Found] = []
    table = _credit_table()
    for at in sorted(table.starts(line.keys)):
        found = table.longest(line.keys, at)
        if found is None or at + found[0] >= len(line) or line.keys[at + found[0]] != ":":
            continue
        start = at + found[0] + 1
        while start < len(line):
            name, start = start, honorifics_at(line, start)[1]
            end = _credit_end(line, start)
            if start == name + 1 and end == start + 1 and line.capital[name]:
                start = name  # Ảnh: Anh Tuấn
            if end == start or end - start > 5 or _tells_on(line, end) or known_at(line, start) is not None:
                break
            credits.append(_span(line, start, end, Label.PERSON, Form.FULL, "person.byline"))
            joined = end < len(line) and line.keys[end] in {",", "-", "–", "và"}
            start = end + 1 if joined else len(line)
        break
    kept = [c for c in credits if not any(s.start <= c.start and c.end < s.end for s in spans)]
    return [s for s in spans if not any(c.start < s.end and s.start < c.end for c in kept)] + kept


def _tells_on(line: Line, end: int) -> bool:
    """Whether the run is the beginning of a sentence: "Clip: Hiện trường vụ cháy"."""
    if end >= len(line) or not line.texts[end][0].islower():
        return False
    return line.keys[end] not in joints("list") and _act_table().longest(line.keys, end) is None


@cache
def _act_table() -> Phrases[str]:
    """What a photographer does: "Ảnh: Hà Nhân cung cấp"."""
    rows = marked("byline_words.tsv", surface="word", kind="kind")
    return Phrases((row.surface, row.kind) for row in rows if row.kind == "act")


def _credit_end(line: Line, at: int) -> int:
    """End of a pen name: up to four capitalised words, or initials ("T.LỰC")."""
    end = at
    while end < len(line) and end - at < 6 and not line.wide_gap(end):
        dotted = (
            line.keys[end] == "."
            and end > at
            and end + 1 < len(line)
            and line.glued(end + 1)
            and len(line.texts[end - 1]) <= 2
        )
        if not dotted and not (line.is_word(end) and line.texts[end][0].isupper()):
            break
        end += 1
    return end


def _from_byline(article: Article, scan: LineReadings, spans: list[_Found]) -> Iterable[_Found]:
    """In a byline the authors are people whatever their names look like."""
    line = scan.line
    taken: list[tuple[int, int]] = []
    for author in article.authors:
        keys = read_line(author, 0, len(author)).keys
        for at in range(len(line) - len(keys) + 1):
            if line.keys[at : at + len(keys)] == keys:
                found = _span(line, at, at + len(keys), Label.PERSON, Form.FULL, "person.byline")
                taken.append((found.start, found.end))
                yield found
                break
    yield from (s for s in spans if not any(s.start < end and start < s.end for start, end in taken))


def _known_names(article: Article, scans: Sequence[tuple[Block, LineReadings]]) -> _Known:
    known = _Known()
    for _, scan in scans:
        for person in scan.people:
            if any(is_foreign(word) for word in scan.line.texts[person.start : person.end]):
                known.add_stranger(scan.line, person.start, person.end)
            if person.end - person.start >= 2 and person.witness in {Witness.SURNAME, Witness.HONORIFIC, Witness.TITLE}:
                known.add_person(scan.line.keys[person.start : person.end])
        for stranger in scan.strangers:
            if stranger.label is Label.PERSON and stranger.evidence != WEAK:
                known.add_stranger(scan.line, stranger.start, stranger.end)
        for name in _place_names(scan):
            keys = scan.line.keys[name.name : name.end]
            if len(keys) >= 2 and not keys[0][0].isdigit() and load_gazetteer().kinds(" ".join(keys)):
                known.places.setdefault(keys[0], {}).setdefault(keys)
    return known


def _place_names(scan: LineReadings) -> Iterable[NameSpan]:
    for reading in scan.readings:
        if isinstance(reading, UnitPhrase):
            yield from reading.names
        elif isinstance(reading, BodyPhrase):
            yield from reading.places
        elif isinstance(reading, TitlePhrase):
            if reading.body is not None:
                yield from reading.body.places
            if reading.unit is not None:
                yield from reading.unit.names


def _again(line: Line, spans: Sequence[_Found], known: _Known) -> Iterable[_Found]:
    """Known names where nothing on the line vouches for them."""
    people, places, given = known.people, known.places, known.given
    heads = [at for at, key in enumerate(line.keys) if key in people or key in places or key in given]
    if not heads:
        return
    taken = [False] * len(line)
    for found in spans:
        for at in range(bisect_right(line.ends, found.start), bisect_left(line.starts, found.end)):
            taken[at] = True
    read = 0
    for at in heads:
        if at < read or taken[at] or not line.capital[at]:
            continue
        match = (
            _given_alone(line, at, taken, known)
            or _known_at(line, at, taken, people.get(line.keys[at], ()), Label.PERSON)
            or _known_at(line, at, taken, places.get(line.keys[at], ()), Label.PLACE)
        )
        if match is not None:
            read, label = match
            form = Form.FULL if label is Label.PERSON and read - at > 1 else Form.SHORT
            yield _span(line, at, read, label, form, f"{label.lower()}.repeated")


def _as_given(line: Line, span: _Found, known: _Known) -> _Found:
    """A country that is the given name of a person of the article: "Vỹ và Nhật"."""
    if span.rule != "place.bare" or not known.given:
        return span
    at = bisect_left(line.starts, span.start)
    alone = (
        line.ends[at] == span.end and line.keys[at] in known.given and not kinds_before(line, at) & {"place", "unit"}
    )
    return _Found(span.start, span.end, Label.PERSON, Form.SHORT, "person.repeated") if alone else span


def _weak_names(scan: LineReadings, spans: Sequence[_Found]) -> Iterable[_Found]:
    """Single foreign names with no evidence of their own, in an article that tells of foreigners."""
    for stranger in scan.strangers:
        if stranger.evidence == WEAK:
            found = _span(scan.line, stranger.start, stranger.end, Label.PERSON, Form.SHORT, "person.foreign")
            if not any(found.start < span.end and span.start < found.end for span in spans):
                yield found


def _given_alone(line: Line, at: int, taken: Sequence[bool], known: _Known) -> tuple[int, Label] | None:
    """The given name of a known person alone, as crime news has it: "tuyên phạt Trớ 6 năm tù", "Trớ khai nhận", "Sơn 4
    năm tù; Đôi 3 năm".
    """
    if line.keys[at] not in known.given or len(line.keys[at]) < 2 or line.shouting or taken[at]:
        return None
    if not line.texts[at].istitle() or _capital_beside(line, at + 1, taken) or opens_nonname(line, at):
        return None
    told = at > 0 and line.is_word(at - 1) and line.texts[at - 1].islower()
    if not told and (at == 0 or not line.is_word(at - 1)):
        counted = (
            at > 0 and line.keys[at - 1] in {",", ";"} and line.texts[at + 1 : at + 2] and line.texts[at + 1].isdigit()
        )
        subject = "opener" not in kinds_at(line, at) and kinds_after(line, at + 1) & {"says", "acts"}
        told = bool(counted) or bool(subject)
    return (at + 1, Label.PERSON) if told else None


def _known_at(
    line: Line, at: int, taken: Sequence[bool], names: Iterable[tuple[str, ...]], label: Label
) -> tuple[int, Label] | None:
    for keys in names:
        end = at + len(keys)
        if line.keys[at:end] != keys or any(taken[at:end]):
            continue
        if not line.shouting and not all(line.capital[k] for k in range(at, end) if line.is_word(k)):
            continue
        if (
            label is Label.PLACE
            and not line.shouting
            and (_capital_beside(line, at - 1, taken) or _capital_beside(line, end, taken))
        ):
            continue
        return end, label
    return None


def _capital_beside(line: Line, at: int, taken: Sequence[bool]) -> bool:
    """Whether the run of capitals goes on; the first word of a line does not count."""
    return (
        0 < at < len(line) and line.is_word(at) and line.capital[at] and line.texts[at][0].isalpha() and not taken[at]
    )


_LABEL_ORDER = {label: at for at, label in enumerate(Label)}


def _numbered(found: Sequence[_Found], sentences: Sequence[Sentence]) -> tuple[Mention, ...]:
    """Spans in order with ids, parents and sentences; of two that cross, the earlier and longer one stays."""
    starts = [sentence.start for sentence in sentences]
    mentions: list[Mention] = []
    open_: list[Mention] = []
    seen: set[tuple[int, int, Label]] = set()
    for span in sorted(found, key=lambda f: (f.start, -f.end, _LABEL_ORDER[f.label])):
        while open_ and open_[-1].end <= span.start:
            open_.pop()
        if (span.start, span.end, span.label) in seen or (open_ and span.end > open_[-1].end):
            continue
        seen.add((span.start, span.end, span.label))
        sentence = max(bisect_right(starts, span.start) - 1, 0)
        mention = Mention(
            len(mentions),
            sentences[sentence].sentence_id if sentences else 0,
            open_[-1].mention_id if open_ else None,
            span.label,
            span.start,
            span.end,
            span.form,
            span.rule,
            1.0,
            span.holders,
        )
        mentions.append(mention)
        open_.append(mention)
    return tuple(mentions)
