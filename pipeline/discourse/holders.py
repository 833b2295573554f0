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
from dataclasses import dataclass, replace

from pipeline.discourse import patterns
from pipeline.discourse.address import note_addresses, spoken_of
from pipeline.discourse.clauses import REACH, Clause, Group, clauses_of, line_bounds, with_joined_rows, without_asides
from pipeline.discourse.gaps import (
    apposed,
    bare,
    coordinates,
    governed,
    joins,
    leads,
    people_join,
    speaks,
    tells,
    tight,
    words,
)
from pipeline.discourse.headers import Header, announced_in, covered_by, elects, header_of, leads_of
from pipeline.discourse.statuses import events_in, reached_from
from pipeline.discourse.tenure import replaced_by, statuses_of, taken_over
from pipeline.models import Label, Mention, Status

_LISTED = 24  # names of a list that a plural opens
_OPENS = 3  # words of a sentence that an office opens: "Ông nguyên là", "nguyên"
_HEADED = 3  # bodies: more than one person heads at a time
_AT_ONCE = 7  # words of a verb that gives an office: "đã được HĐND huyện bầu giữ chức"
_DASHES = ("-", "–", "—")
_AHEAD = 8  # characters looked at behind a name
NOW = 9999  # the year of what is told of today: "hiện là T"


@dataclass(frozen=True, slots=True)
class Holding:
    """One office of one person; ``since`` is the year the sentence begins with, or that of now."""

    position: Mention
    person: Mention
    status: Status
    rule: str
    since: int | None = None


def holdings_of(text: str, mentions: Sequence[Mention], *, year: int | None = None) -> list[Holding]:
    """Holdings of one article of a year, sentence by sentence; a header line covers the list below it."""
    text = with_joined_rows(without_asides(text, mentions), mentions)
    leads = leads_of(text)
    found: list[Holding] = []
    subject: Mention | None = None
    header: Header | None = None
    announced: set[str] = set()
    called: dict[str, Mention] = {}
    for items in clauses_of(text, mentions):
        new_header = header_of(text, items)
        if new_header is not None and subject is not None and _below_name(text, items, subject, found):
            found += [Holding(office, subject, Status.CURRENT, "below") for office in new_header.offices]
            continue
        if new_header is not None:
            announced |= announced_in(Clause(text, items))
            header, subject = new_header, None
            continue
        if subject is not None and _resumes(text, items[0]):
            subject = next((mention for mention in mentions if mention.label is Label.PERSON), None)
        lead = leads.get(line_bounds(text, items[0].start)[0], "")
        if header is not None and header.text and lead and lead not in header.text:
            header = None  # another list begins
        covering = header.text if header else lead
        clause = Clause(text, items, covering, "" if header and header.offices else lead, year)
        reader = _Reader(clause, spoken_of(clause, subject, called))
        note_addresses(text, items, called)
        announced |= announced_in(clause)
        found += [_as_announced(holding, clause, announced) for holding in reader.read()]
        if header is not None and any(item.label is Label.PERSON for item in items):
            covered = [
                _as_announced(Holding(office, items[0], status, "header"), clause, announced)
                for office, status in covered_by(text, items, header, year=year)
            ]
            found += covered
            if covered and header.offices and _is_item(text, items[0]):
                header = replace(header, itemised=True)  # the photograph between the items is no item
            header = header if covered or _lists_on(text, items, header) else None
        subject = reader.subject or subject
    return found


def _below_name(text: str, items: Sequence[Mention], subject: Mention, found: Sequence[Holding]) -> bool:
    """Whether a line of bare offices stands right below a line that is a name, whom no line above gave an office."""
    above = line_bounds(text, subject.start)
    alone = not text[subject.end : above[1]].strip() and not bare(text[above[0] : subject.start]).strip()
    between = text[above[1] : line_bounds(text, items[0].start)[0]]
    return alone and not between.strip() and not any(holding.person == subject for holding in found)


def _resumes(text: str, first: Mention) -> bool:
    """Whether the line above is the heading of a career: what follows is of the person whom the article is about."""
    start = line_bounds(text, first.start)[0]
    above = text[max(0, start - 80) : start].rstrip().rsplit("\n", 1)[-1]
    return patterns.RESUME.match(above) is not None


def _as_announced(holding: Holding, clause: Clause, announced: set[str]) -> Holding:
    """An office in a list below the decision that fills it: "chỉ định Bí thư, các Phó Bí thư Đảng ủy xã"."""
    title = (holding.position.normal or "").replace("Thường trực ", "")
    filled = any(title == name or (name.startswith("Ủy viên") and title.startswith(name)) for name in announced)
    if holding.status is Status.CURRENT and filled and clause.is_bullet():
        return replace(holding, status=Status.INCOMING)
    return holding


def _is_item(text: str, first: Mention) -> bool:
    """Whether the line of a mention is numbered, or has a dash or star."""
    start, end = line_bounds(text, first.start)
    return patterns.ITEM.match(text[start:end]) is not None


def _lists_on(text: str, items: Sequence[Mention], header: Header) -> bool:
    """Whether the list of a header without offices goes on."""
    return not header.offices and patterns.BULLET.match(text[line_bounds(text, items[0].start)[0] :]) is not None


def _seats_many(office: Mention) -> bool:
    """Whether several hold an office at once: a seat in a committee or a council."""
    return (office.normal or "").startswith(("Ủy viên", "Thành viên", "Đại biểu", "Hội thẩm"))


class _Reader:
    """One clause: its people and offices, the text between them, and who is the subject so far."""

    def __init__(self, clause: Clause, subject: Mention | None) -> None:
        self.clause = clause
        self.subject: Mention | None = None
        self.earlier = subject
        self.found: list[Holding] = []

    def read(self) -> list[Holding]:
        at = 0
        while at < len(self.clause.items):
            if self.clause.items[at].label is Label.PERSON:
                self.subject = self.clause.items[at]
                at += 1
                continue
            group = Group(at, self._group_end(at))
            self._assign(group)
            at = group.last + 1
        return self.found

    def _group_end(self, at: int) -> int:
        last = at
        while (
            last + 1 < len(self.clause.items)
            and self.clause.items[last + 1].label is Label.POSITION
            and coordinates(self.clause.gap(last + 1))
        ):
            last += 1
        return last

    def _assign(self, group: Group) -> None:
        left = self.clause.items[group.first - 1] if group.first else None
        right = self.clause.items[group.last + 1] if group.last + 1 < len(self.clause.items) else None
        before, after = self.clause.gap(group.first), self.clause.gap(group.last + 1)
        runs_in = right is not None and right.label is Label.PERSON and tight(after)
        if patterns.RELATIVE_OF.search(before) and patterns.ADDRESSED.match(after):
            return
        joined = left is not None and left.label is Label.PERSON and joins(before)
        if runs_in and ":" in after and not joined and self._is_listed(group, before, after):
            self._give(group, self._people_of_list(group.last + 1), "header")
            self.subject = None
        elif runs_in and joined and group.last > group.first and left is not None:
            self._give(Group(group.first, group.last - 1), [left], "after")
            self._give(Group(group.last, group.last), self._people_from(group.last + 1, group), "before")
        elif runs_in and left is not None and self._assists(group, before, joined=joined):
            self._give(group, [left], "after")
        elif runs_in and group.last > group.first and left is not None and self._reached_alone(group, before):
            self._give(Group(group.first, group.first), self._subjects(group.first), "verb")
            self._give(Group(group.first + 1, group.last), self._people_from(group.last + 1, group), "before")
        elif runs_in:
            self._give(group, self._people_from(group.last + 1, group), "before")
        elif joined and left is not None:
            if not self._are_of_others(group, left):
                self._give(group, self._listed_before(group), "after")
        elif left is not None and left.label is Label.PERSON and self._moves_on(before, after):
            self._take_from(group, left, "verb")
            self.subject = left
        elif (
            patterns.DENIED.search(before) is None
            and not self._assign_by_verb(group, left, right, before, after)
            and right is not None
            and right.label is Label.PERSON
            and (apposed(after) or (left is None and self._names_subject(group, right, after)))
            and (not patterns.OF_ANOTHER.search(before) or after.strip()[:1] in _DASHES)
        ):
            self._give(group, [right], "apposition")

    def _names_subject(self, group: Group, person: Mention, after: str) -> bool:
        """``Phó Chủ tịch UBND tỉnh, | Trần Văn Vịnh | hôm 6/10 chỉ đạo``: an office that opens the sentence, and
        the name of its holder before the verb.
        """
        text = self.clause.text
        opens = self.clause.before(self.clause.items[group.first].start).strip() == ""
        said = text[person.end : person.end + _AHEAD]
        return (
            opens
            and after.strip() == ","
            and " " in text[person.start : person.end]
            and said[:1] == " "
            and (said[1:2].islower() and not said.startswith(" và "))
        )

    def _offices(self, group: Group) -> Sequence[Mention]:
        return self.clause.items[group.first : group.last + 1]

    def _take_from(self, group: Group, person: Mention, rule: str) -> None:
        """The person has left the offices."""
        self.found += [Holding(office, person, Status.FORMER, rule) for office in self._offices(group)]

    def _is_listed(self, group: Group, before: str, after: str) -> bool:
        """Whether several people are to follow the offices."""
        many = _seats_many(self.clause.items[group.last]) and elects(before, after)
        return many or self.clause.is_plural(group.first)

    def _are_of_others(self, group: Group, left: Mention) -> bool:
        """``Phó Thủ tướng A, Chánh án …, Viện trưởng … và Thống đốc …``: a list that names its first officer only."""
        heads = [office for office in self._offices(group) if not patterns.OF_ONE_AMONG_MANY.match(office.normal or "")]
        bodies = {office.organisation_id for office in heads if office.organisation_id is not None}
        named = any(holding.person == left and holding.rule == "before" for holding in self.found)
        return named and len(bodies) >= _HEADED and " và " in f" {self.clause.gap(group.last)} "

    def _assists(self, group: Group, before: str, *, joined: bool) -> bool:
        """``A, trợ lý Chủ tịch nước B``: B is whom A works for."""
        office = self.clause.items[group.last]
        if not self.clause.is_person(group.first - 1) or patterns.ASSISTS.match(office.normal or "") is None:
            return False
        return joined or self._governs(group, before)

    def _reached_alone(self, group: Group, before: str) -> bool:
        """``A trúng cử T1, T2 B``: the verb gives A the first office, the others are B's."""
        first = Group(group.first, group.first)
        near = len(words(before)) <= _AT_ONCE
        return near and self.clause.is_person(group.first - 1) and self._governs(first, before)

    def _assign_by_verb(
        self, group: Group, left: Mention | None, right: Mention | None, before: str, after: str
    ) -> bool:
        """Rules 4 to 6; whether one of them gave the group a holder."""
        person_right = right is not None and right.label is Label.PERSON
        if left is not None and right is not None and person_right and self._handed_over(before, after):
            self._hand_over(group, self.subject or left, right)
        elif person_right and self._stands_behind(group, after):
            self._give(group, self._people_from(group.last + 1, group, plural=True), "behind")
        elif not person_right and self._held_by_officer(group, after):
            self._give(group, [self.clause.items[group.last + 2]], "behind")
        elif left is None and (further := self._named_behind(group)) is not None:
            self._give(group, self._people_from(further, group, plural=True), "behind")
        elif (
            person_right
            and patterns.LIST_OPENS.search(after)
            and (self.clause.is_plural(group.first) or elects(before, after))
        ):
            self._give(group, self._people_of_list(group.last + 1), "header")
        elif left is not None and len(before) <= REACH and self._governs(group, before) and self.subject is not None:
            self._give_by_verb(group, before)
        elif (
            left is not None
            and left.label is Label.POSITION
            and self.subject is not None
            and self.clause.has_one_person
            and patterns.LIST_GOES_ON.match(before)
        ):
            self._give(group, [self.subject], "list")
        elif self.subject is not None and self.clause.has_one_person and self.clause.is_bullet() and not speaks(before):
            self._give(group, [self.subject], "item")
        elif left is None and right is not None and person_right and self._precedes_name(group, after):
            self._give(group, [right], "verb")
        elif self.subject is None and self.earlier is not None and self._continues(before):
            self._give(group, [self.earlier], "pronoun")
        elif self.subject is None and self.earlier is not None and self._begins_his(group, after):
            self.subject = self.earlier
            self._give(group, [self.earlier], "pronoun")
        elif right is not None and person_right and self._vacated(group, before, after):
            self._take_from(group, right, "succeeded")
        else:
            return False
        return True

    def _give_by_verb(self, group: Group, before: str) -> None:
        """``A, B lần lượt là T1, T2``, ``A được bầu giữ chức T1``: to the subject, or to whom an agent appoints."""
        people = self._appointed(group.first) if self._given_by(group, before) else self._subjects(group.first)
        offices = self._offices(group)
        if 1 < len(people) == len(offices) and patterns.RESPECTIVELY.search(before) is not None:
            pairs = zip(offices, people, strict=True)
            self.found += [Holding(office, person, Status.CURRENT, "verb") for office, person in pairs]
        elif len(people) > 1 or not patterns.NUMBER.search(before):  # one person does not hold 46 offices
            self._give(group, people, "verb")

    def _begins_his(self, group: Group, after: str) -> bool:
        """``Trước khi giữ chức T1, ông từng làm T2``: both offices are those of the last subject."""
        if group.first or patterns.HE_FOLLOWS.match(after) is None:
            return False
        sentence = self.clause.before(self.clause.items[0].start)
        told = patterns.PREPOSED.match(sentence) is not None and governed(sentence)
        return told and leads(sentence, self._behind(group))

    def _held_by_officer(self, group: Group, after: str) -> bool:
        """``T do Phó Chủ tịch UBND xã A kiêm nhiệm``."""
        at = group.last + 2
        by = after.strip() == "do" and self.clause.is_person(at) and tight(self.clause.gap(at))
        return by and patterns.HELD.match(self.clause.gap(at + 1)) is not None

    def _moves_on(self, before: str, after: str) -> bool:
        """``A từ T1 trở lại Thị ủy đảm nhận vị trí T2``: T1 is what A leaves."""
        return patterns.MOVED_FROM.match(before) is not None and patterns.MOVED_ON.match(after) is not None

    def _handed_over(self, before: str, after: str) -> bool:
        """``A bàn giao chức vụ T cho B``."""
        return patterns.HANDED.search(before) is not None and patterns.HANDED_TO.match(bare(after)) is not None

    def _hand_over(self, group: Group, giver: Mention, taker: Mention) -> None:
        """The offices go from one to the other."""
        for office in self._offices(group):
            self.found.append(Holding(office, giver, Status.FORMER, "verb"))
            self.found.append(Holding(office, taker, Status.INCOMING, "behind"))
        self.subject = taker

    def _vacated(self, group: Group, before: str, after: str) -> bool:
        """``HĐND xã bầu T thay ông A``: whoever comes, A has left the office."""
        if patterns.SUCCEEDS.match(bare(after)) is None or speaks(after):
            return False
        return Status.INCOMING in {reached_from(before), events_in(before).status_of_next()}

    def _governs(self, group: Group, before: str) -> bool:
        """Whether a verb reaches the office from the subject, who has not begun to speak of others on the way."""
        if not governed(before) or not leads(before, self._behind(group)):
            return False
        start = max(self.subject.end if self.subject is not None else 0, self.clause.items[group.first].start - REACH)
        said = self.clause.text[start : self.clause.items[group.first].start]
        aside = said[: len(said) - len(before)]
        if patterns.OTHER_PEOPLE.search(said):
            return False
        return not speaks(aside) or events_in(before).status_of_next() is not None

    def _behind(self, group: Group) -> str:
        """The text right behind the offices."""
        end = self.clause.items[group.last].end
        return self.clause.text[end : end + REACH]

    def _stands_behind(self, group: Group, after: str) -> bool:
        """``chức vụ T đối với ông A``, ``T do đồng chí A đảm nhận``."""
        core = bare(after)
        if re.search(r"\bcủa\W*$", self.clause.gap(group.first)) or patterns.ANOTHER_MATTER.match(after):
            return False
        if patterns.ACTS.match(after) or patterns.SUCCEEDS.match(core) or patterns.CLAIMS.search(after):
            return False
        if patterns.BEHIND.match(after.rsplit(";", 1)[-1] if ";" in after else core):
            return True
        return patterns.BY.search(core) is not None and patterns.HELD.match(self.clause.gap(group.last + 2)) is not None

    def _named_behind(self, group: Group) -> int | None:
        """``thôi tham gia T1, thôi giữ chức T2 đối với ông A``: where the one stands whom both decisions are about."""
        at = group.last + 1
        if patterns.ACTS.match(self.clause.gap(at)) or patterns.OWN_CLAUSE.match(self.clause.gap(at)):
            return None
        while at < len(self.clause.items) and not self.clause.is_person(at):
            if ";" in self.clause.gap(at) or not (governed(self.clause.gap(at)) or coordinates(self.clause.gap(at))):
                return None
            at += 1
        if at in {group.last + 1, len(self.clause.items)} or not governed(self.clause.gap(group.first)):
            return None
        return at if patterns.BEHIND.match(bare(self.clause.gap(at))) else None

    def _precedes_name(self, group: Group, after: str) -> bool:
        """``Từng là T những ngày đầu, ông A``: the office opens the sentence and its subject follows."""
        at = self.clause.items[group.first].start
        sentence = self.clause.before(at, reach=at)
        told = patterns.PREPOSED.match(sentence) and patterns.SUBJECT_FOLLOWS.match(bare(after))
        return bool(told) and leads(sentence, self._behind(group))

    def _continues(self, before: str) -> bool:
        """Whether a sentence without a name goes on about the last subject: a pronoun with a verb, a career line,
        "nguyên T".
        """
        sentence = self.clause.before(self.clause.items[0].start)
        pronoun = patterns.PRONOUN.search(sentence)
        if pronoun is not None and tells(sentence[pronoun.end() :]):
            if patterns.QUOTE_ENDS.search(sentence[pronoun.end() :]):  # "Ông ấy là người tốt", T nhận xét
                return False
            return leads(before, self._behind(Group(0, 0)))
        if patterns.STILL_HIM.match(sentence) or patterns.FIELD.match(before):
            return True
        if patterns.CAREER_LINE.match(before):
            return True
        if patterns.OWN_CLAUSE.match(self._behind(Group(0, 0))):  # "Năm 2015, cựu T đã trao …": somebody else acts
            return False
        events = events_in(sentence, tail=True)
        opens = len(words(sentence.rsplit(";", 1)[-1])) <= _OPENS  # "cựu T" further on may be anybody's
        return events.direct() is Status.FORMER and (opens or " " in events.events[-1].phrase)

    def _people_of_list(self, at: int) -> list[Mention]:
        """The people of a list that a colon opened, up to the words that open another."""
        people: list[Mention] = []
        joint = ""  # what joins the first two; a list joined by commas ends at a semicolon
        for k in range(at, len(self.clause.items)):
            gap = self.clause.gap(k)
            if people and (patterns.OTHERS_FOLLOW.search(gap) or (joint == "," and ";" in gap)):
                break
            names = self.clause.items[k].label is self.clause.items[k - 1].label is Label.PERSON
            joint = joint or (";" if ";" in gap else "," if names and people_join(gap) else "")
            if self.clause.items[k].label is Label.PERSON:
                people.append(self.clause.items[k])
        return people

    def _people_from(self, at: int, group: Group, *, plural: bool = False) -> list[Mention]:
        """The person at an item, and those coordinated with it where the office is said of several."""
        people = [self.clause.items[at]]
        if not plural and not self.clause.is_plural(group.first):
            return people
        for k in range(at + 1, len(self.clause.items)):
            if self.clause.items[k].label is Label.POSITION:
                if self.clause.gap(k).lstrip().startswith("("):  # "ông A (trước đó là T2) và ông B"
                    continue
                if not plural:
                    people = people[:-1] if len(people) > 1 and joins(self.clause.gap(k)) else people
                    break
                continue
            if not people_join(self.clause.gap(k).lstrip(" )")):
                break
            people.append(self.clause.items[k])
        return people

    def _listed_before(self, group: Group) -> list[Mention]:
        """The person before an office, and names without an office right before that name: "A, B, Phó Chủ tịch UBND
        quận".
        """
        people = [self.clause.items[group.first - 1]]
        k = group.first - 1
        while k > 0 and self.clause.items[k - 1].label is Label.PERSON and self.clause.gap(k).strip() in {",", "và"}:
            if any(holding.person == self.clause.items[k - 1] and holding.rule == "before" for holding in self.found):
                break  # whose own office stands before the name: "Phó Trưởng phòng A và B - Phó Hiệu trưởng"
            people.append(self.clause.items[k - 1])
            k -= 1
        return people[::-1]

    def _subjects(self, before: int) -> list[Mention]:
        """The subject of a verb: the person before it, and those coordinated by "và" ("A, T1 và B, T2 giữ chức T3")."""
        if self.clause.is_person(before - 1) and patterns.ONLY_THE_LAST.match(self.clause.gap(before)):
            return [self.clause.items[before - 1]]
        people: list[Mention] = []
        all_of_them = patterns.ALL_OF_THEM.search(self.clause.gap(before)) is not None
        k = self._past_agent(before - 1)
        while k >= 0:
            gap = patterns.ASIDE.sub("", self.clause.gap(k))
            if self.clause.is_person(k):
                people.append(self.clause.items[k])
                if taken_over(self.clause, before):
                    return [self.clause.items[k - 1]]
                several = " và " in f" {gap} " or len(people) > 1 or all_of_them or self._listed(k)
                if k == 0 or not (people_join(gap) and several):
                    break
            elif people and not joins(gap) and not coordinates(gap):  # an office that a verb of its own gave
                break
            k -= 1
        if not people and self.subject is not None:
            people = [self.subject]
        return self._with_listed(people[::-1])

    def _with_listed(self, people: list[Mention]) -> list[Mention]:
        """``các đồng chí: A, T1; B, T2; C, T3 ứng cử T``: all of a list whose last the verb follows."""
        at = next((k for k, item in enumerate(self.clause.items) if [item] == people), 0)
        listed = people[:]
        while at and (people_join(gap := self.clause.gap(at).replace(";", ",")) or joins(gap)):
            at -= 1
            listed += [self.clause.items[at]] if self.clause.is_person(at) else []
        opened = len(listed) > 1 and patterns.PEOPLE_LISTED.search(self.clause.gap(at)) is not None
        return listed[::-1] if opened else people

    def _given_by(self, group: Group, before: str) -> bool:
        """``Bà được ông A đề cử làm T``: the person before the office gives it to somebody else."""
        at = group.first - 1
        passive = self.clause.is_person(at) and patterns.PASSIVE.search(bare(self.clause.gap(at))) is not None
        return passive and patterns.GIVES.match(before) is not None

    def _appointed(self, before: int) -> list[Mention]:
        """The subject of a sentence whose agent stands right before the office; the last one where it is a pronoun."""
        people = [item for item in self.clause.items[: before - 1] if item.label is Label.PERSON]
        if people:
            return people[-1:]
        sentence = self.clause.before(self.clause.items[before - 1].start)
        return [self.earlier] if self.earlier is not None and patterns.PRONOUN.search(sentence) else []

    def _past_agent(self, at: int) -> int:
        """The item before whoever appoints: "A được | Chủ tịch UBND tỉnh B | bổ nhiệm giữ chức T"."""
        first = at
        while first > 0 and self.clause.is_person(at) and self.clause.items[first - 1].label is Label.POSITION:
            first -= 1
        acts = first < at and patterns.PASSIVE.search(self.clause.gap(first)) is not None
        return first - 1 if acts and any(self.clause.is_person(k) for k in range(first)) else at

    def _listed(self, at: int) -> bool:
        """Whether the person at an item belongs to a list that a plural opens: "các đồng chí A, B"."""
        first = max(at - _LISTED, 0)
        while at > first and self.clause.is_person(at - 1) and people_join(self.clause.gap(at)):
            at -= 1
        return patterns.PLURAL.search(self.clause.gap(at)) is not None

    def _since(self, group: Group, rule: str) -> int | None:
        """When a career came to the offices, if the sentence says so at its head or right behind them."""
        if rule not in {"verb", "pronoun", "list", "item"}:
            return None
        if patterns.NOW.search(self.clause.gap(group.first)) is not None:
            return NOW
        step = self.clause.before(self.clause.items[group.first].start).rsplit(";", 1)[-1]
        dated = patterns.DATED.match(step) or patterns.SINCE.match(self._behind(group))
        return int(dated["year"]) if dated is not None else None

    def _give(self, group: Group, people: Sequence[Mention], rule: str) -> None:
        if not people:
            return
        previous = self.found[-1].status if self.found else None
        statuses = statuses_of(self.clause, group, rule, people[-1], previous=previous)
        offices = self.clause.items[group.first : group.last + 1]
        for office, status in zip(offices, statuses, strict=True):
            self.found += [Holding(office, person, status, rule, self._since(group, rule)) for person in people]
        self.subject = people[-1]
        for replaced in replaced_by(self.clause, group, people):  # "… giữ chức T thay ông B": B has left it
            self.found += [Holding(office, replaced, Status.FORMER, "succeeded") for office in offices]
