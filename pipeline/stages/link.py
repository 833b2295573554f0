"""Link: people of the article, and who holds what, where.

In this order: names are gathered into people (a short form joins the one full name it fits); offices get their
holders; an office without a holder of its own is referred to the one person who has it; rows are merged to one per
person, office, body and status. What finds no or several people is refused with its reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from pipeline.discourse import patterns
from pipeline.discourse.careers import departures, steps_settled, successions
from pipeline.discourse.endings import ended_offices
from pipeline.discourse.holders import Holding, holdings_of
from pipeline.discourse.offices import offices_of_bodies
from pipeline.grammar.names import honorific_closers, honorific_table, honorifics_at, normal_name
from pipeline.grammar.normal_forms import entity_id
from pipeline.grammar.syllables import is_foreign, read_line, word_key
from pipeline.lexicon import Marked, marked
from pipeline.models import (
    Article,
    Extraction,
    Form,
    Label,
    Membership,
    Mention,
    Normalised,
    Person,
    Position,
    Reason,
    Rejection,
    Stage,
    Status,
)
from pipeline.orthography import fold, key

_RANK_OF_STATUS = {Status.FORMER: 0, Status.ACTING: 1, Status.INCOMING: 2, Status.CANDIDATE: 3, Status.CURRENT: 4}


@dataclass(slots=True)
class _Individual:
    """A person while the mentions are gathered."""

    name: str
    person_id: str
    mentions: list[Mention] = field(default_factory=list)
    attributes: list[Marked] = field(default_factory=list)


def link_mentions(normalised: Normalised) -> Extraction:
    """People and memberships of one article."""
    article = normalised.article
    people, holder_of = _people(article, normalised.mentions)
    positions = {position.position_id: position for position in normalised.positions}
    holdings = _holdings(normalised, positions, holder_of)
    held = {holding.position.entity_id for holding in holdings} | {mention.entity_id for mention in normalised.mentions}
    positions = {position_id: position for position_id, position in positions.items() if position_id in held}
    memberships = _memberships(article, holdings, holder_of, positions)
    mentions, rejections = _referred(normalised, holdings, holder_of, people, memberships)
    return Extraction(
        article,
        normalised.sentences,
        mentions,
        _person_rows(article, people),
        tuple(sorted(positions.values(), key=lambda p: p.position_id)),
        normalised.organisations,
        normalised.places,
        memberships,
        (*normalised.rejections, *rejections),
    )


def _holdings(normalised: Normalised, positions: dict[str, Position], holder_of: dict[int, str]) -> list[Holding]:
    """Who holds what, sentence by sentence and over sentences."""
    article = normalised.article
    year = article.day.year if article.day is not None else None
    mentions = _with_offices(normalised, positions)
    holdings = [
        holding
        for holding in holdings_of(article.text, mentions, year=year)
        if holding.person.mention_id in holder_of and holding.position.entity_id is not None
    ]
    holdings = departures(article.text, mentions, steps_settled(holdings, holder_of, year))
    holdings += successions(article.text, mentions, holdings, holder_of)
    return ended_offices(holdings, holder_of, positions, article.day)


def _with_offices(normalised: Normalised, positions: dict[str, Position]) -> list[Mention]:
    """The mentions, with the bodies that stand for an office turned into offices; their positions are noted."""
    organisations = {organisation.organisation_id: organisation for organisation in normalised.organisations}
    places = {place.place_id: place for place in normalised.places}
    told = offices_of_bodies(normalised.article.text, normalised.mentions, organisations, places)
    positions.update((position.position_id, position) for _, position in told)
    offices = {mention.mention_id: mention for mention, _ in told}
    return [offices.get(mention.mention_id, mention) for mention in normalised.mentions]


# --- people ---------------------------------------------------------------------------------------------------------


def _people(article: Article, mentions: Sequence[Mention]) -> tuple[dict[str, _Individual], dict[int, str]]:
    """Individuals by id, and the individual of each PERSON mention."""
    people: dict[str, _Individual] = {}
    holder_of: dict[int, str] = {}
    aliases: dict[str, str] = {}
    holder_name = ""
    named = [mention for mention in mentions if mention.label is Label.PERSON]
    names = {mention.mention_id: normal_name(article.text[mention.start : mention.end]) for mention in named}
    full = sorted({name for name in names.values() if " " in name}, key=lambda name: (-len(name.split()), name))
    forms = {name: _full_form(name, full) for name in names.values()}
    for one, other in pairwise(named):  # "Năm Dương, tên thật là Trần Đình Dưỡng": the real name stands for both
        if patterns.REAL_NAME.search(article.text[one.end : other.start]):
            aliases[fold(forms[names[one.mention_id]])] = names[other.mention_id]
    for at, mention in enumerate(named):
        name = forms[names[mention.mention_id]]
        if at and _is_alias(article.text, named[at - 1], mention):
            aliases[fold(name)] = holder_name
        name = aliases.get(fold(name), name)
        holder_name = name
        person_id = entity_id("person", name)
        individual = people.setdefault(person_id, _Individual(name, person_id))
        individual.mentions.append(mention)
        individual.attributes += _attributes(article.text, mention)
        holder_of[mention.mention_id] = person_id
    return people, holder_of


def _is_alias(text: str, one: Mention, other: Mention) -> bool:
    """Whether a name is another one of the person before it: "A, tên thường gọi: B", "Đặng Văn Sinh (Tám Sinh)"."""
    gap = text[one.end : other.start]
    if patterns.ALIAS.search(gap):
        return True
    bracketed = gap.strip() == "(" and text[other.end : other.end + 1] == ")"
    return bracketed and key(text[one.start : one.end]).split()[-1] == key(text[other.start : other.end]).split()[-1]


def _full_form(name: str, full: Sequence[str]) -> str:
    """The one longer name that ends in this one, or begins with it when it is foreign, else the name as first spelt;
    the name itself where several fit.
    """
    words = key(name).split()
    end = " " + key(name)
    longer = [other for other in full if key(other).endswith(end)]
    if not longer and len(words) == 1 and is_foreign(name):  # "Assad", of Bashar al-Assad
        longer = [other for other in full if key(other).endswith(f"-{words[0]}")]
    if not longer and len(words) == 1:  # "Donald", "bà Kang", "ông Kim"
        longer = [other for other in full if key(other).split()[0] == words[0] and any(map(is_foreign, other.split()))]
    if not longer and any(map(is_foreign, name.split())):  # "Michelle Varela", "Varela", of Michelle Varela Ortiz
        longer = [other for other in full if _holds(other, words)]
    longer = [
        other for other in longer if not any(other != more and _holds(more, key(other).split()) for more in longer)
    ]
    if len(longer) == 1 and len(words) <= 2:
        return _full_form(longer[0], full)
    return next((other for other in full if key(other) == key(name)), name)


def _holds(name: str, part: Sequence[str]) -> bool:
    """Whether words stand in a longer name, one right behind the other; a son is not his father."""
    words = key(name).split()
    if len(part) > 1 and words[-1].rstrip(".") in {"jr", "sr", "ii", "iii"}:
        return False
    return len(words) > len(part) and any(words[at : at + len(part)] == [*part] for at in range(len(words)))


def _attributes(text: str, mention: Mention) -> list[Marked]:
    """Honorifics, ranks and degrees right before a name."""
    start = max(text.rfind("\n", 0, mention.start) + 1, mention.start - 40)
    if not _behind_honorific(text[start : mention.start]):
        return []
    line = read_line(text, start, mention.start)
    for at in sorted(honorific_table().starts(line.keys)):
        rows, end = honorifics_at(line, at)
        if rows and end >= len(line):
            return list(rows)
    return []


_LAST_WORD = re.compile(r"[^\W_]+(?=[\W_]*\Z)")
_WORD = 16  # code points that hold the last word whole, and the signs behind it


def _behind_honorific(before: str) -> bool:
    """Whether the last word can end an honorific: most names have none, and are not looked at further."""
    word = _LAST_WORD.search(before[-_WORD:])
    return word is not None and word_key(word[0]) in honorific_closers()


def _person_rows(article: Article, people: dict[str, _Individual]) -> tuple[Person, ...]:
    rows = [
        Person(
            article.article_id,
            person.person_id,
            person.name,
            fold(person.name),
            _first(person, "honorific"),
            _first(person, "rank"),
            _first(person, "degree"),
            next((row.extra for row in person.attributes if row.extra), None),
            all(mention.rule == "person.byline" for mention in person.mentions),
            len(person.mentions),
        )
        for person in people.values()
    ]
    return tuple(sorted(rows, key=lambda row: row.person_id))


def _first(person: _Individual, kind: str) -> str | None:
    return next((_normal_of(row) for row in person.attributes if row.kind == kind), None)


def _normal_of(row: Marked) -> str:
    return _normal_attributes()[row.surface]


@cache
def _normal_attributes() -> Mapping[str, str]:
    rows = marked("honorifics.tsv", surface="surface", kind="kind", extra="normal")
    return {row.surface: row.extra for row in rows}


# --- memberships ----------------------------------------------------------------------------------------------------


def _memberships(
    article: Article, holdings: Sequence[Holding], holder_of: dict[int, str], positions: dict[str, Position]
) -> tuple[Membership, ...]:
    rows = [_row(article, holding, holder_of, positions) for holding in holdings]
    rows += [
        _row(article, holding, holder_of, positions, acting=True)
        for holding in holdings
        if _in_charge(article.text, holding, positions)
    ]
    kept = _told_in_full(_merged(rows), positions)
    return tuple(sorted(kept, key=lambda row: (row.start, row.membership_id)))


def _in_charge(text: str, holding: Holding, positions: dict[str, Position]) -> bool:
    """ "Phó Giám đốc phụ trách Sở Y tế" and "Phó Giám đốc, phụ trách Sở" hold the head's office as well, acting."""
    office = holding.position
    surface = fold(text[office.start : office.end])
    title = positions[office.entity_id or ""].title
    if not surface.startswith("pho ") or not title.startswith("Phó "):
        return False
    if " phu trach " in f" {surface} " and " thuoc " not in surface:  # "phụ trách lĩnh vực … thuộc Sở" is a field of it
        return True
    behind = max(office.end, holding.person.end) if holding.person.start - office.end < _NEAR else office.end
    own = next(filter(None, (patterns.RUNS_OWN.match(text[at : at + 90]) for at in (office.end, behind))), None)
    if own is None:
        return False
    body = key(own["body"])
    return f"{body} ".startswith(_words_for_any_body()) or body.split()[0] in key(title).split()


_NEAR = 12  # code points between an office and its holder's name: "Phó Giám đốc là ông A, phụ trách Sở"


@cache
def _words_for_any_body() -> tuple[str, ...]:
    """Words for the body that the article speaks of, whatever it is."""
    rows = marked("followers.tsv", surface="surface", kind="kind")
    return tuple(f"{row.surface} " for row in rows if row.kind == "any")


def _row(
    article: Article,
    holding: Holding,
    holder_of: dict[int, str],
    positions: dict[str, Position],
    *,
    acting: bool = False,
) -> Membership:
    office = holding.position
    position_id = office.entity_id or ""
    status = holding.status
    if acting:
        head = _head_of(positions[position_id])
        positions.setdefault(head.position_id, head)
        position_id, status = head.position_id, Status.ACTING
    start, end = _evidence(office, holding.person)
    person_id = holder_of[holding.person.mention_id]
    term = patterns.TERM.match(article.text[office.end : office.end + 60])
    membership_id = entity_id("membership", article.article_id, person_id, position_id, office.organisation_id, status)
    return Membership(
        membership_id,
        article.article_id,
        person_id,
        position_id,
        office.organisation_id,
        office.place_id,
        status,
        f"{term[1]}-{term[2]}" if term else None,
        article.day,
        office.sentence_id,
        start,
        end,
        article.text[start:end],
        office.inferred,
        f"{office.rule}+{holding.rule}",
        1.0,
    )


def _head_of(position: Position) -> Position:
    """The office whose deputy a position is."""
    title = position.title.removeprefix("Phó ")
    english = position.title_en.replace("Deputy ", "", 1)
    modifiers = tuple(name for name in position.modifiers if name != "Phó")
    return replace(
        position, position_id=entity_id("position", title), title=title, title_en=english, modifiers=modifiers
    )


def _evidence(office: Mention, person: Mention) -> tuple[int, int]:
    """Office and name together where they stand close, else the office."""
    start, end = min(office.start, person.start), max(office.end, person.end)
    return (
        (start, end) if end - start <= 300 and office.sentence_id == person.sentence_id else (office.start, office.end)
    )


def _merged(rows: Iterable[Membership]) -> list[Membership]:
    """One row per person, office and body: an event tells more than a bare title, and a known body more than none."""
    by_office: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for row in rows:
        by_office[row.person_id, row.position_id].append(row)
    kept: list[Membership] = []
    for same in by_office.values():
        known = [row for row in same if row.place_id is not None] or same
        by_body: dict[str | None, list[Membership]] = defaultdict(list)
        for row in known:
            by_body[row.organisation_id].append(row)
        for group in by_body.values():
            kept.append(min(group, key=lambda row: (_RANK_OF_STATUS[row.status], len(row.inferred), row.start)))
    return kept


_STANDING = "Thường trực "


def _told_in_full(rows: Sequence[Membership], positions: dict[str, Position]) -> list[Membership]:
    """Without the rows that tell an office shorter than another row of the same person does: "Bộ trưởng Tư" beside
    "Bộ trưởng Bộ Y tế", "Phó Bí thư Huyện ủy" beside "Phó Bí thư Thường trực Huyện ủy".
    """
    full: dict[tuple[str, str, str | None], set[Status]] = defaultdict(set)
    for row in rows:
        title = positions[row.position_id].title
        if _STANDING in title and row.status is not Status.INCOMING:  # who rises to it held the other before
            full[row.person_id, title.replace(_STANDING, ""), row.organisation_id].add(row.status)
        if row.organisation_id is not None:
            for shorter in _beginnings(title):
                full[row.person_id, shorter, None].add(row.status)
    return [row for row in rows if not _shortens(row, positions[row.position_id].title, full)]


def _beginnings(title: str) -> Iterator[str]:
    """The title without its last word, its last two, …"""
    cut = title.rfind(" ")
    while cut > 0:
        yield title[:cut]
        cut = title.rfind(" ", 0, cut)


def _shortens(row: Membership, title: str, full: Mapping[tuple[str, str, str | None], set[Status]]) -> bool:
    if row.organisation_id is None and row.place_id is not None:
        return False
    told = full.get((row.person_id, title, row.organisation_id), ())
    return row.status in told or (row.status is Status.CURRENT and any(status is not Status.FORMER for status in told))


# --- references -----------------------------------------------------------------------------------------------------


def _referred(
    normalised: Normalised,
    holdings: Sequence[Holding],
    holder_of: Mapping[int, str],
    people: Mapping[str, _Individual],
    memberships: Sequence[Membership],
) -> tuple[tuple[Mention, ...], list[Rejection]]:
    """Mentions with their people; offices that stand for someone named elsewhere."""
    holder_of_office = {holding.position.mention_id: holder_of[holding.person.mention_id] for holding in holdings}
    by_office: dict[str, set[str]] = defaultdict(set)
    for row in memberships:
        by_office[row.position_id].add(row.person_id)
    mentions: list[Mention] = []
    rejections: list[Rejection] = []
    for mention in normalised.mentions:
        if mention.label is Label.PERSON:
            person_id = holder_of[mention.mention_id]
            name = people[person_id].name
            mentions.append(mention._replace(normal=name, entity_id=person_id, person_id=person_id))
        elif mention.label is Label.POSITION and mention.mention_id in holder_of_office:
            mentions.append(mention._replace(person_id=holder_of_office[mention.mention_id]))
        elif mention.label is Label.POSITION and len(by_office.get(mention.entity_id or "", ())) == 1:
            person_id = next(iter(by_office[mention.entity_id or ""]))
            mentions.append(mention._replace(form=Form.TITLE_ONLY, person_id=person_id))
        else:
            mentions.append(mention)
            if mention.label is Label.POSITION and len(by_office.get(mention.entity_id or "", ())) > 1:
                rejections.append(_ambiguous(normalised.article, mention))
    return tuple(mentions), rejections


def _ambiguous(article: Article, mention: Mention) -> Rejection:
    return Rejection(
        article.source,
        article.article_id,
        Stage.LINK,
        Reason.AMBIGUOUS_PERSON,
        mention.normal or "",
        mention.start,
        mention.end,
    )
