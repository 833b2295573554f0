"""Who holds which office: people and offices of one sentence matched by what stands between them.

Reads, in this order of certainty:

1. ``Chủ tịch UBND xã Nguyễn Văn A``, ``các Phó Chủ tịch HĐND tỉnh A, B`` (titles right before the name)
2. ``A, Bí thư Huyện ủy``, ``A - Trưởng ban``, ``A (Phó Giám đốc Sở)``, ``A ⇥ Trưởng Công an xã`` (titles right after)
3. ``Chủ tịch UBND xã, ông A`` (in apposition)
4. ``bổ nhiệm ông A, T1, giữ chức T2``, ``các ông A và B giữ chức T``, ``ông A là T`` (a verb between)
5. ``miễn nhiệm chức vụ T đối với ông A``, ``T do đồng chí A đảm nhận`` (the name behind)
6. ``11 Ủy viên Ban Thường vụ, gồm: A; B, T2; …`` (a header covers its list)

An office that none of these gives a holder stands for someone already named; the link stage looks for exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.discourse import patterns
from pipeline.discourse.statuses import Events, events_in, governs, moves_in, reached_from
from pipeline.grammar.names import honorifics_at
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import read_line
from pipeline.lexicon import joints, marked
from pipeline.models import Label, Mention, Status
from pipeline.orthography import key

_REACH = 170  # characters between a subject and its office; longer ones in the development articles belonged to others


@dataclass(frozen=True, slots=True)
class Holding:
    """One office of one person."""

    position: Mention
    person: Mention
    status: Status
    rule: str


@dataclass(frozen=True, slots=True)
class _Group:
    """Coordinated offices, as positions ``first`` to ``last`` in the clause's items."""

    first: int
    last: int


def holdings_of(text: str, mentions: Sequence[Mention]) -> list[Holding]:
    """Holdings of one article, sentence by sentence; a header line covers the list below it."""
    text = _without_asides(text, mentions)
    found: list[Holding] = []
    subject: Mention | None = None
    header: _Header | None = None
    for clause in _clauses(text, mentions):
        new_header = _header_of(text, clause)
        if new_header is not None:
            header, subject = new_header, None
            continue
        reader = _Reader(text, clause, subject, header.text if header else "")
        found += reader.read()
        if header is not None and any(item.label is Label.PERSON for item in clause):
            covered = _covered(text, clause, header)
            found += covered
            header = (
                header
                if covered
                or (not header.offices and patterns.BULLET.match(text[_line_bounds(text, clause[0].start)[0] :]))
                else None
            )
        subject = reader.subject or subject
    return found


def _without_asides(text: str, mentions: Sequence[Mention]) -> str:
    """The text with the units behind an office blanked out, offsets kept: "Chủ tịch UBND xã A (huyện B, tỉnh C) Lê Văn
    D".
    """
    letters = list(text)
    for place in mentions:
        if place.label is not Label.PLACE or place.parent_id is not None:
            continue
        start, end = place.start, place.end
        before = text[max(0, start - 3) : start]
        opened = re.search(r"[,(–-]\s*$", before)
        if opened is None:
            continue
        start -= len(before) - opened.start()
        end += 1 if text[end : end + 1] == ")" else 0
        letters[start:end] = " " * (end - start)
    return "".join(letters)


def _clauses(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """People and outermost offices, cut where a sentence or a line ends."""
    clauses: list[list[Mention]] = []
    for mention in mentions:
        if mention.label not in {Label.PERSON, Label.POSITION} or _is_history(text, mention):
            continue
        if mention.label is Label.PERSON and patterns.CREDIT.search(text[max(0, mention.start - 24) : mention.start]):
            continue
        if clauses and _same_sentence(text, clauses[-1][-1], mention):
            clauses[-1].append(mention)
        else:
            clauses.append([mention])
    return clauses


@cache
def _history() -> frozenset[str]:
    return frozenset("".join(row.surface.split()) for row in marked("historical.tsv", surface="name", kind="kind"))


def _is_history(text: str, mention: Mention) -> bool:
    """People of history hold no office in an article of today."""
    return mention.label is Label.PERSON and "".join(key(text[mention.start : mention.end]).split()) in _history()


def _same_sentence(text: str, one: Mention, other: Mention) -> bool:
    gap = text[one.end : other.start]
    return "\n" not in gap and (one.sentence_id == other.sentence_id or not re.search(r"[.!?…]\s", gap))


@dataclass(frozen=True, slots=True)
class _Header:
    """A line that covers the list below it: its offices, or only its verb."""

    offices: tuple[Mention, ...]
    status: Status | None
    text: str


def _header_of(text: str, clause: Sequence[Mention]) -> _Header | None:
    """The header that a line without people makes, if it ends in a colon or is nothing but offices."""
    if any(item.label is Label.PERSON for item in clause):
        return None
    start, end = _line_bounds(text, clause[0].start)
    line = text[start:end].strip()
    last = text[clause[-1].end : end].strip()
    first = text[start : clause[0].start]
    bare = re.sub(r"\([^()]*\)", "", last)
    if line.endswith(":") and not _speaks(bare) and reached_from(bare) is None:
        status = events_in(first).status_of_next() or reached_from(first)
        return _Header(tuple(clause), status, line)
    if line.endswith(":"):
        return _Header((), None, line)
    if len(line) < 90 and patterns.HEADING.fullmatch(first) and patterns.HEADING.fullmatch(last):
        return _Header(tuple(clause), None, "")
    return None


def _line_bounds(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def _covered(text: str, clause: Sequence[Mention], header: _Header) -> list[Holding]:
    """Offices of the header for the person who opens a line of its list."""
    start, end = _line_bounds(text, clause[0].start)
    opens = clause[0].label is Label.PERSON and len(_bare(text[start : clause[0].start]).split()) <= 3
    if not opens:
        return []
    still = patterns.STILL.search(text[clause[0].end : end]) is not None
    status = Status.CURRENT if still or header.status is None else header.status
    return [Holding(office, clause[0], status, "header") for office in header.offices]


class _Reader:
    """One clause: its people and offices, the text between them, and who is the subject so far."""

    def __init__(self, text: str, items: Sequence[Mention], subject: Mention | None, header: str) -> None:
        self.text = text
        self.header = header
        self.items = items
        self.subject: Mention | None = None
        self.earlier = subject
        self.found: list[Holding] = []
        self.holder: dict[int, list[Mention]] = {}
        self.line_start = text.rfind("\n", 0, items[0].start) + 1

    def read(self) -> list[Holding]:
        at = 0
        while at < len(self.items):
            if self.items[at].label is Label.PERSON:
                self.subject = self.items[at]
                at += 1
                continue
            group = _Group(at, self._group_end(at))
            self._assign(group)
            at = group.last + 1
        return self.found

    def gap(self, at: int) -> str:
        """Text between an item and the one before it; before the first, the sentence so far; after the last,
        the rest.
        """
        if at == 0:
            return self.text[max(self.line_start, self.items[0].start - _REACH) : self.items[0].start]
        if at == len(self.items):
            end = self.items[-1].end
            line_end = self.text.find("\n", end)
            stop = min(line_end if line_end >= 0 else len(self.text), end + _REACH)
            return re.split(r"[.!?…](?:\s|$)", self.text[end:stop], maxsplit=1)[0]
        return self.text[self.items[at - 1].end : self.items[at].start]

    def _group_end(self, at: int) -> int:
        last = at
        while (
            last + 1 < len(self.items)
            and self.items[last + 1].label is Label.POSITION
            and _coordinates(self.gap(last + 1))
        ):
            last += 1
        return last

    def _assign(self, group: _Group) -> None:
        left = self.items[group.first - 1] if group.first else None
        right = self.items[group.last + 1] if group.last + 1 < len(self.items) else None
        before, after = self.gap(group.first), self.gap(group.last + 1)
        tight = right is not None and right.label is Label.PERSON and _tight(after)
        joined = left is not None and left.label is Label.PERSON and _joins(before)
        if tight and ":" in after and self._plural_at(group.first) and not joined:
            self._give(group, self._people_of_list(group.last + 1), "header")
            self.subject = None
        elif tight and joined and group.last > group.first and left is not None:
            self._give(_Group(group.first, group.last - 1), [left], "after")
            self._give(_Group(group.last, group.last), self._people_from(group.last + 1, group), "before")
        elif tight:
            self._give(group, self._people_from(group.last + 1, group), "before")
        elif joined and left is not None:
            self._give(group, self._listed_before(group), "after")
        elif not self._assign_by_verb(group, left, right, before, after) and (
            right is not None
            and right.label is Label.PERSON
            and _apposed(after)
            and not patterns.OF_ANOTHER.search(before)
        ):
            self._give(group, [right], "apposition")

    def _assign_by_verb(
        self, group: _Group, left: Mention | None, right: Mention | None, before: str, after: str
    ) -> bool:
        """Rules 4 to 6; whether one of them gave the group a holder."""
        person_right = right is not None and right.label is Label.PERSON
        if person_right and self._stands_behind(group, after):
            self._give(group, self._people_from(group.last + 1, group, plural=True), "behind")
        elif (
            person_right
            and patterns.LIST_OPENS.search(after)
            and (self._plural_at(group.first) or _elects(before, after))
        ):
            self._give(group, self._people_of_list(group.last + 1), "header")
        elif left is not None and len(before) <= _REACH and _governed(before) and self.subject is not None:
            people = self._subjects(group.first)
            if len(people) > 1 or not patterns.NUMBER.search(before):  # one person does not hold 46 offices
                self._give(group, people, "verb")
        elif (
            left is not None
            and left.label is Label.POSITION
            and self.subject is not None
            and self._one_person()
            and patterns.LIST_GOES_ON.match(before)
        ):
            self._give(group, [self.subject], "list")
        elif (
            self.subject is not None
            and self._one_person()
            and patterns.BULLET.match(self.text[self.line_start : self.line_start + 12])
            and not _speaks(before)
        ):
            self._give(group, [self.subject], "item")
        elif left is None and right is not None and person_right and self._precedes_name(group, after):
            self._give(group, [right], "verb")
        elif self.subject is None and self.earlier is not None and self._continues(before):
            self._give(group, [self.earlier], "pronoun")
        else:
            return False
        return True

    def _stands_behind(self, group: _Group, after: str) -> bool:
        """``chức vụ T đối với ông A``, ``T do đồng chí A đảm nhận``."""
        bare = _bare(after)
        if re.search(r"\bcủa\W*$", self.gap(group.first)):
            return False
        if patterns.BEHIND.match(after.rsplit(";", 1)[-1] if ";" in after else bare):
            return True
        return patterns.BY.search(bare) is not None and patterns.HELD.match(self.gap(group.last + 2)) is not None

    def _precedes_name(self, group: _Group, after: str) -> bool:
        """``Từng là T những ngày đầu, ông A``: the office opens the sentence and its subject follows."""
        sentence = self._sentence_part(self.line_start, self.items[group.first].start)
        return bool(patterns.PREPOSED.match(sentence) and patterns.SUBJECT_FOLLOWS.match(_bare(after)))

    def _one_person(self) -> bool:
        """Whether the line is about one person only: offices in a row are all theirs."""
        return sum(item.label is Label.PERSON for item in self.items) <= 1

    def _continues(self, before: str) -> bool:
        """Whether a sentence without a name goes on about the last subject: a pronoun with a verb, a career line,
        "nguyên T".
        """
        sentence = self._sentence_part(max(self.line_start, self.items[0].start - _REACH), self.items[0].start)
        pronoun = patterns.PRONOUN.search(sentence)
        if pronoun is not None and _tells(sentence[pronoun.end() :]):
            return True
        if patterns.STILL_HIM.match(sentence):
            return True
        return bool(patterns.CAREER_LINE.match(before)) or events_in(sentence, tail=True).direct() is Status.FORMER

    def _plural_at(self, at: int) -> bool:
        start = self.items[at].start
        return bool(patterns.PLURAL.search(self.text[max(self.line_start, start - 40) : start]))

    def _people_of_list(self, at: int) -> list[Mention]:
        """The people of a list that a colon opened, up to the words that open another."""
        people: list[Mention] = []
        joint = ""  # what joins the first two; a list joined by commas ends at a semicolon
        for k in range(at, len(self.items)):
            gap = self.gap(k)
            if people and (patterns.OTHERS_FOLLOW.search(gap) or (joint == "," and ";" in gap)):
                break
            names = self.items[k].label is self.items[k - 1].label is Label.PERSON
            joint = joint or (";" if ";" in gap else "," if names and _people_join(gap) else "")
            if self.items[k].label is Label.PERSON:
                people.append(self.items[k])
        return people

    def _people_from(self, at: int, group: _Group, *, plural: bool = False) -> list[Mention]:
        """The person at an item, and those coordinated with it where the office is said of several."""
        people = [self.items[at]]
        if not plural and not self._plural_at(group.first):
            return people
        for k in range(at + 1, len(self.items)):
            if self.items[k].label is Label.POSITION:
                if not plural:
                    people = people[:-1] if len(people) > 1 and _joins(self.gap(k)) else people
                    break
                continue
            if not _people_join(self.gap(k)):
                break
            people.append(self.items[k])
        return people

    def _listed_before(self, group: _Group) -> list[Mention]:
        """The person before an office, and names without an office right before that name: "A, B, Phó Chủ tịch UBND
        quận".
        """
        people = [self.items[group.first - 1]]
        k = group.first - 1
        while k > 0 and self.items[k - 1].label is Label.PERSON and self.gap(k).strip() in {",", "và"}:
            people.append(self.items[k - 1])
            k -= 1
        return people[::-1]

    def _subjects(self, before: int) -> list[Mention]:
        """The subject of a verb: the person before it, and those coordinated by "và" ("A, T1 và B, T2 giữ chức T3")."""
        people: list[Mention] = []
        k = before - 1
        while k >= 0:
            item = self.items[k]
            if item.label is Label.PERSON:
                people.append(item)
                gap = self.gap(k)
                if k == 0 or not (_people_join(gap) and (" và " in f" {gap} " or len(people) > 1)):
                    break
            k -= 1
        if not people and self.subject is not None:
            people = [self.subject]
        return people[::-1]

    def _give(self, group: _Group, people: Sequence[Mention], rule: str) -> None:
        if not people:
            return
        leading = self._events_before(group, rule)
        reached = self._reached(group, rule)
        following = self._following(group, rule)
        replaces = rule in {"verb", "pronoun"} and self._replaced(group) is not None
        for at in range(group.first, group.last + 1):
            own = events_in(self.gap(at), tail=True) if at > group.first else leading
            status = (
                (own.status_of_next() if at == group.first else own.direct() or leading.carried())
                or reached
                or (Status.INCOMING if replaces else Status.CURRENT)
            )
            if status is Status.INCOMING and self._proposed(group):
                status = Status.CANDIDATE
            if status is Status.CURRENT and rule in {"after", "before"}:
                status = self._after_status(self.items[at], group, following, rule)
            for person in people:
                self.found.append(Holding(self.items[at], person, status, rule))
        self.subject = people[-1]
        self._succeeded(group)

    def _proposed(self, group: _Group) -> bool:
        """``giới thiệu ông A để HĐND xã bầu giữ chức T``: proposed, not elected."""
        if not re.search(r"\bđể\b", self.gap(group.first)):
            return False
        start = max(self.line_start, self.items[group.first].start - 2 * _REACH)
        return "giới thiệu" in self._sentence_part(start, self.items[group.first].start).lower()

    def _succeeded(self, group: _Group) -> None:
        """``… giữ chức T thay ông B``: B has left it."""
        replaced = self._replaced(group)
        if replaced is not None:
            for office in self.items[group.first : group.last + 1]:
                self.found.append(Holding(office, replaced, Status.FORMER, "succeeded"))

    def _replaced(self, group: _Group) -> Mention | None:
        """The person whom a new holder of the offices replaces."""
        at = group.last + 1
        if at >= len(self.items) or self.items[at].label is not Label.PERSON:
            return None
        return self.items[at] if patterns.SUCCEEDS.match(_bare(self.gap(at))) else None

    def _events_before(self, group: _Group, rule: str) -> Events:
        """Events that govern the group: those right before it, or those of the verb that reaches it over its
        subject.
        """
        gap = self.gap(group.first)
        if rule in {"after", "before", "apposition"}:
            return events_in(gap, tail=True)
        return events_in(gap)

    def _reached(self, group: _Group, rule: str) -> Status | None:
        """Status from the verb of the sentence, where the words right before the office tell none."""
        gap = self.gap(group.first)
        if rule == "list":
            return Status.FORMER if self.found and self.found[-1].status is Status.FORMER else None
        if rule == "behind":
            return None if events_in(gap).settled() else reached_from(gap)
        if rule not in {"verb", "pronoun", "header"}:
            return None
        if patterns.CAREER_LINE.match(gap):
            return None if re.search(r"\bnay\b", gap) else Status.FORMER
        start = max(self.line_start, self.items[group.first].start - 4 * _REACH)
        sentence = self._sentence_part(start, self.items[group.first].start)
        if patterns.PAST_SPAN.search(sentence.rsplit(";", 1)[-1]):
            return Status.FORMER
        status = reached_from(sentence)
        own = gap.rsplit(";", 1)[-1]
        only_is = re.search(r"\blà\W*$", own) is not None and not governs(own[: own.rfind("là")])
        if only_is and status is not Status.FORMER:
            return reached_from(re.split(r"[,;:]", sentence)[-1])
        return status

    def _sentence_part(self, start: int, end: int) -> str:
        """The sentence up to an offset; an item of a list goes on from the verb of its header."""
        part = re.split(r"[.!?…]\s", self.text[start:end])[-1]
        bullet = self.header and patterns.BULLET.match(self.text[self.line_start : self.line_start + 12])
        return f"{self.header} {part}" if bullet else part

    def _following(self, group: _Group, rule: str) -> str:
        """What is said right after an office or its holder, up to the next name or office."""
        if rule not in {"after", "before"}:
            return ""
        at = group.last + (1 if rule == "after" else 2)
        gap = self.gap(min(at, len(self.items)))
        return re.split(r";|\bcùng\b|\bvà\b", gap, maxsplit=1)[0][:60]

    def _after_status(self, position: Mention, group: _Group, following: str, rule: str) -> Status:
        """The old post of someone who leaves it in the same sentence."""
        if patterns.HANDS_OVER.match(following):
            return Status.CURRENT
        if events_in(following).gains():
            return Status.INCOMING
        if rule == "after" and patterns.RETIRES.search(_bare(self.gap(group.first - 1))):
            return Status.FORMER
        stripped = self._stripped(position, group, rule)
        if stripped is not None:
            return stripped
        moved = moves_in(following)
        if rule == "after" and not moved:
            person_at = self.items[group.first - 1].start
            moved = moves_in(self._sentence_part(max(self.line_start, person_at - _REACH), person_at))
        if (position.normal or "").startswith(("Ủy viên", "Đại biểu")):
            return Status.FORMER if events_in(following).leaves() and not moved else Status.CURRENT
        if events_in(following).leaves() or (moved and self._gets_another(group)):
            return Status.FORMER
        return Status.CURRENT

    def _stripped(self, position: Mention, group: _Group, rule: str) -> Status | None:
        """``cách tất cả các chức vụ trong Đảng đối với ông A, T``: the offices of the Party are lost, others
        are not.
        """
        if rule != "after":
            return None
        person_at = self.items[group.first - 1].start
        rest = re.split(r"[.!?…]\s|\n", self.text[self.items[group.last].end :][: 2 * _REACH], maxsplit=1)[0]
        of_party = re.search(r"ủy\b|Đảng|Chi bộ", position.normal or "") is not None
        if of_party and patterns.STRIPPED.search(rest):
            return Status.FORMER
        found = patterns.STRIPS.search(self._sentence_part(max(self.line_start, person_at - _REACH), person_at))
        if found is None:
            return None
        return Status.FORMER if of_party or found["party"] is None else None

    def _gets_another(self, group: _Group) -> bool:
        """Whether the person is moved to another office or place in the rest of the clause."""
        rest = self.text[self.items[group.last].end :][: 2 * _REACH].split("\n", 1)[0]
        return bool(patterns.GETS_ANOTHER.search(rest))


@cache
def _speech_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("speech.tsv", surface="surface", kind="kind"))


def _speaks(gap: str) -> bool:
    """Whether the subject says or does something in between: an office after that is somebody else's."""
    keys = read_line(gap, 0, len(gap)).keys
    return any(_speech_table().longest(keys, at) is not None for at in range(len(keys)))


def _elects(before: str, after: str) -> bool:
    """``trúng cử Ủy viên Ban Thường vụ gồm: A; B``: people are elected to what stands before the colon."""
    if patterns.ELECTED.search(after) is not None:
        return True
    return ":" in after and not _speaks(after) and reached_from(before) is not None


def _tells(gap: str) -> bool:
    """Whether a verb of holding, giving or leaving an office stands in a gap."""
    if _speaks(gap):
        return events_in(gap, tail=True).status_of_next() is Status.FORMER
    return governs(gap)


def _governed(gap: str) -> bool:
    """Whether the verb in a gap reaches the office; "nhận bằng khen của" reaches somebody else's."""
    return _tells(gap) and patterns.SOMEBODY_ELSES.search(gap) is None


def _bare(gap: str) -> str:
    """A gap without honorifics and ranks before the name."""
    line = read_line(gap, 0, len(gap))
    for at in range(len(line)):
        rows, end = honorifics_at(line, at)
        if rows and end >= len(line):
            return gap[: line.starts[at]]
    return gap


def _words(gap: str) -> list[str]:
    line = read_line(gap, 0, len(gap))
    return [line.keys[k] for k in range(len(line)) if line.is_word(k)]


def _coordinates(gap: str) -> bool:
    """Whether two titles are in one list: commas, dashes, và, kiêm."""
    if ";" in gap or "\n" in gap or ":" in gap:
        return False
    words = _words(gap)
    return len(words) <= 4 and all(word in joints("list") for word in words) and len(gap.strip()) < 40


def _tight(gap: str) -> bool:
    """Whether a title runs straight into a name: nothing but honorifics, ranks and a colon."""
    bare = _bare(gap).strip()
    return (
        bare in {"", ":", "là", "-:", ".", "Đ/c", "là:", "đương nhiệm", "lâm thời", "hiện nay"}
        and "," not in gap.split(":")[0][:2]
    )


def _apposed(gap: str) -> bool:
    bare = _bare(gap)
    return gap.strip() in {"-", "–", "—"} or (bare.strip() in {",", "-", "–", ", là", ":"} and bare != gap)


def _joins(gap: str) -> bool:
    """Whether a title is said of the name before it; age and origin may stand between."""
    gap = patterns.ASIDE.sub("", gap)
    words = _words(gap)
    if ";" in gap or len(gap) > 60:
        return False
    marks = bool(re.match(r"^\s*[,\-–—(:|/\t]", gap)) or gap == "" or "\t" in gap or gap.isspace()
    if not words:
        return marks
    return len(words) <= 5 and all(word in joints("title") for word in words) and words[0] not in {"và", "với"}


def _people_join(gap: str) -> bool:
    """Whether two names are in one list."""
    return bool(re.fullmatch(r"\s*(?:,|và|cùng|, và|- )\s*", _bare(gap)))
