"""The status of an office given to somebody: coming, leaving, standing in, standing for it (GUIDELINES §7)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.discourse import patterns
from pipeline.discourse.clauses import REACH, Clause, Group, line_bounds
from pipeline.discourse.gaps import bare, joins, people_join
from pipeline.discourse.statuses import Events, events_in, governs, moves_in, reached_from
from pipeline.discourse.terms import has_ended, is_past
from pipeline.models import Mention, Status


def statuses_of(clause: Clause, group: Group, rule: str, holder: Mention, *, previous: Status | None) -> list[Status]:
    """Status of each office of a group, given to a holder by a rule; ``previous`` is that of the last office given."""
    leading = _events_before(clause, group, rule)
    reached = None if leading.settled() else _reached(clause, group, rule, previous)
    following = _following(clause, group, rule)
    replaces = rule in {"verb", "pronoun"} and bool(replaced_by(clause, group, [holder]))
    statuses: list[Status] = []
    for at in range(group.first, group.last + 1):
        own = events_in(clause.gap(at), tail=True) if at > group.first else leading
        told = own.status_of_next() if at == group.first else own.direct() or leading.carried()
        renewed = rule == "before" and patterns.NEW_HOLDER.search(clause.gap(group.last + 1)) is not None
        if told is Status.CANDIDATE and rule == "before" and _given_another(clause, group):
            told = None
        status = told or reached or (Status.INCOMING if replaces or renewed else Status.CURRENT)
        if status is Status.INCOMING and _proposed(clause, group):
            status = Status.CANDIDATE
        behind = clause.text[clause.items[at].end : clause.items[at].end + REACH]
        over = patterns.PASSED_ON.match(clause.gap(at + 1)) is not None or is_past(behind.split("\n")[0], clause.year)
        over = over or has_ended(clause.items[at].normal or "", behind, clause.year)
        over = over or patterns.OF_THAT_TIME.match(behind) is not None or _was_then(clause, group, rule)
        over = over or (rule == "before" and patterns.WHO_WAS_THEN.match(behind) is not None)
        if over and status in {Status.CURRENT, Status.INCOMING}:
            status = Status.FORMER
        if status is Status.CURRENT and rule in {"after", "before"}:
            status = _after_status(clause, clause.items[at], group, following, rule)
        if clause.items[at].rule == _RUN and status in {Status.CURRENT, Status.INCOMING}:
            status = Status.ACTING
        statuses.append(status)
    return statuses


_RUN = "body.head"  # "phân công ông A điều hành UBND xã": who runs a body stands in for its head


def _given_another(clause: Clause, group: Group) -> bool:
    """``giới thiệu T1 A để HĐND bầu giữ chức T2``: the verb before T1 reaches the office behind the name."""
    at = group.last + 2
    if at >= len(clause.items) or clause.is_person(at) or not clause.is_person(at - 1):
        return False
    return events_in(clause.gap(at)).status_of_next() in {Status.CANDIDATE, Status.INCOMING}


def _was_then(clause: Clause, group: Group, rule: str) -> bool:
    """``tháng 3/2015, đang là T``: in office in an earlier year."""
    if rule not in {"verb", "pronoun"} or clause.year is None:
        return False
    was = patterns.WAS_THEN.search(clause.before(clause.items[group.first].start))
    return was is not None and int(was["year"]) < clause.year


def _proposed(clause: Clause, group: Group) -> bool:
    """``giới thiệu ông A để HĐND xã bầu giữ chức T``: proposed, not elected."""
    if not re.search(r"\bđể\b", clause.gap(group.first)):
        return False
    return "giới thiệu" in clause.before(clause.items[group.first].start, reach=2 * REACH).lower()


def replaced_by(clause: Clause, group: Group, holders: Sequence[Mention]) -> list[Mention]:
    """The people whom new holders of the offices replace, named behind the offices or between holder and offices: as
    many as the new ones at most ("thay ông A, B nghỉ hưu").
    """
    at = group.last + 1
    if clause.is_person(at) and patterns.SUCCEEDS.match(bare(clause.gap(at))):
        last = at
        while last - at + 1 < len(holders) and clause.is_person(last + 1) and people_join(clause.gap(last + 1)):
            last += 1
        return list(clause.items[at : last + 1])
    at = group.first - 1
    return [clause.items[at]] if taken_over(clause, group.first) and clause.items[at - 1] == holders[-1] else []


def taken_over(clause: Clause, office: int) -> bool:
    """``A thay ông B giữ chức T``: the office at an item is that of the person before B."""
    at = office - 1
    return (
        clause.is_person(at)
        and clause.is_person(at - 1)
        and patterns.TAKES_OVER.match(bare(clause.gap(at))) is not None
        and patterns.TAKES_OFFICE.match(clause.gap(office)) is not None
    )


def _events_before(clause: Clause, group: Group, rule: str) -> Events:
    """Events that govern the group: those right before it, or those of the verb that reaches it over its
    subject.
    """
    gap = clause.gap(group.first)
    if rule in {"after", "before", "apposition"}:
        return events_in(gap, tail=True)
    if "(" not in gap:  # "A (nguyên T1, quận 12 trước đây) giữ chức | T2": what the brackets tell is told of T1
        gap = gap[gap.rfind(")") + 1 :]
    sentence = clause.before(clause.items[group.first].start, reach=2 * REACH)
    earlier = patterns.BEFORE_THAT.search(sentence)
    since = earlier.start("then") if earlier is not None and earlier["then"] is not None else 0
    return events_in(sentence, since=max(since, len(sentence) - len(gap)))


def _reached(clause: Clause, group: Group, rule: str, previous: Status | None) -> Status | None:
    """Status from the verb of the sentence, where the words right before the office tell none."""
    gap = clause.gap(group.first)
    if rule == "list":
        return previous if previous is Status.FORMER else None
    if rule == "behind":
        return reached_from(gap) or reached_from(clause.before(clause.items[group.first].start))
    if rule == "before" and patterns.ELECTED_IS.match(clause.gap(group.last + 1)):
        return _elected(clause, group, previous)
    if rule == "before" and (listed := _listed(clause, group)) is not None:
        return listed
    if rule in {"before", "after"}:
        return _filled(clause, group) or _as_told(clause)
    if rule not in {"verb", "pronoun", "header"}:
        return None
    if patterns.CAREER_LINE.match(gap):
        return None if re.search(r"\bnay\b", gap) else Status.FORMER
    sentence = clause.before(clause.items[group.first].start, reach=4 * REACH)
    if patterns.PAST_SPAN.search(sentence.rsplit(";", 1)[-1]) or patterns.PAST_MOMENT.match(sentence):
        return Status.FORMER
    if patterns.PAST_WHILE.search(sentence):
        return Status.FORMER
    if patterns.THEN_BY.search(clause.gap(max(group.first - 1, 0))):
        return Status.FORMER
    if group.first and patterns.MOVED_ON.match(gap) and patterns.MOVED_FROM.match(clause.gap(group.first - 1)):
        return Status.INCOMING
    earlier = patterns.BEFORE_THAT.search(sentence)
    if earlier is not None:
        return Status.FORMER if earlier["then"] is not None else reached_from(earlier["inner"])
    if gap.strip().lower() == "làm" and clause.line_start == 0:  # the headline tells the news: "Ông A làm T"
        return Status.INCOMING
    if _founded(clause, group):
        return Status.INCOMING
    status = reached_from(sentence)
    own = gap.rsplit(";", 1)[-1]
    only_is = re.search(r"\blà\W*$", own) is not None and not governs(own[: own.rfind("là")])
    if only_is and status is not Status.FORMER:
        return reached_from(re.split(r"[,;:]", sentence)[-1])
    return status


def _elected(clause: Clause, group: Group, previous: Status | None) -> Status | None:
    """``HĐND xã bầu T1 là ông A; T2 là bà B``: the verb reaches both."""
    gap = clause.gap(group.first)
    if group.first and previous is Status.INCOMING and patterns.GOES_ON.match(gap):
        return previous
    status = reached_from(clause.before(clause.items[group.first].start))
    return status if status is Status.INCOMING else None


def _listed(clause: Clause, group: Group) -> Status | None:
    """``miễn nhiệm các nhân sự gồm: T1 A, T2 B``: what becomes of those whose offices the list tells."""
    sentence = clause.before(clause.items[group.first].start, reach=_LONG_LIST)
    told = patterns.LISTED_AS.search(sentence) if ":" in sentence or "gồm" in sentence else None
    return _status_of(told["told"]) if told is not None else None


def _status_of(told: str) -> Status | None:
    return events_in(told).status_of_next() or reached_from(told)


def _as_told(clause: Clause) -> Status | None:
    """``Kỳ họp đã bầu các chức danh chủ chốt. Theo đó, ông A - T1, bà B - T2``: only names and offices follow."""
    first = clause.items[0].start
    opening = re.split(r"[.!?…:]\s", clause.text[max(clause.line_start, first - REACH) : first])[-1]
    if patterns.AS_TOLD.match(opening) is None or not _only_lists(clause):
        return None
    at = first - len(opening)
    before = clause.text[max(0, at - 2 * REACH) : at]
    told = patterns.TOLD_BEFORE.search(before)
    return _status_of(told[0]) if told is not None else None


def _only_lists(clause: Clause) -> bool:
    """Whether nothing but a few words stands between the names and offices of a sentence."""
    gaps = (clause.gap(at) for at in range(1, len(clause.items) + 1))
    return len(clause.items) <= _LISTED and all(
        len(patterns.VOTES.sub("", gap).split()) <= _FEW and not governs(gap) for gap in gaps
    )


_LONG_LIST = 8 * REACH  # characters of a list of names with the offices in front


def _founded(clause: Clause, group: Group) -> bool:
    """``thành lập Ban Chỉ đạo do ông A làm Trưởng ban``: who is put at the head of what is founded."""
    office = clause.items[group.first]
    if patterns.ADHOC_BODY.search(office.normal or "") is None or clause.gap(group.first).strip(" ,").lower() != "làm":
        return False
    return patterns.FOUNDED.search(clause.text[max(0, office.start - _FOUNDED) : office.start]) is not None


_FOUNDED = 700  # characters from what is founded to who heads its parts


def _filled(clause: Clause, group: Group) -> Status | None:
    """``Kết quả bầu các chức danh:`` above ``Chủ tịch: ông A`` or ``1. A - Bí thư``: the status told by the header."""
    alone = len(clause.items) <= group.last - group.first + 2
    if not alone or patterns.FILLS.search(clause.result) is None:
        return None
    start, end = line_bounds(clause.text, clause.items[0].start)
    others = clause.text[start : clause.items[0].start] + clause.text[clause.items[-1].end : end]
    if len(patterns.VOTES.sub("", others).split()) > _FEW or governs(others):
        return None
    status = _status_of(clause.result)
    return status or (Status.INCOMING if patterns.VOTE.search(clause.result) is not None else None)


_FEW = 4  # words in a line of a list besides a name and its office: number, honorific, a share of votes


def _following(clause: Clause, group: Group, rule: str) -> str:
    """What is said right after an office or its holder, up to the next name or office."""
    if rule not in {"after", "before"}:
        return ""
    at = group.last + (1 if rule == "after" else 2)
    gap = clause.gap(min(at, len(clause.items)))
    return re.split(r";|\bcùng\b|\bvà\b", gap, maxsplit=1)[0][:60]


def _after_status(clause: Clause, position: Mention, group: Group, following: str, rule: str) -> Status:
    """The old post of someone who leaves it in the same sentence."""
    if patterns.HANDS_OVER.match(following):
        return Status.CURRENT
    if rule == "before" and events_in(clause.gap(group.last + 1)).leaves():  # "T (nay đã nghỉ hưu) A"
        return Status.FORMER
    if patterns.REMOVED.search(following) is not None and not _office_follows(clause, group, rule):
        return Status.FORMER
    if events_in(following).gains():
        return Status.INCOMING
    if rule == "after" and _retires(clause, group.first - 1):
        return Status.FORMER
    stripped = _stripped(clause, position, group, rule)
    if stripped is not None:
        return stripped
    moved = moves_in(following)
    if rule == "after" and not moved:
        person_at = clause.items[group.first - 1].start
        moved = moves_in(clause.before(person_at))
    elif not moved:
        moved = moves_in(clause.gap(group.first)[-_AT_ONCE:])
    left = events_in(following).leaves(another=_office_follows(clause, group, rule)) and not _to_come(clause, following)
    if (position.normal or "").startswith(("Ủy viên", "Đại biểu")):
        return Status.FORMER if left and not moved else Status.CURRENT
    return Status.FORMER if left or (moved and _gets_another(clause, group)) else Status.CURRENT


_AT_ONCE = 30  # characters between "điều động" and the office before its holder's name: "điều động đồng chí | T A"


def _to_come(clause: Clause, following: str) -> bool:
    """``khi nghỉ hưu vào năm 2021``, in an earlier year: the office is still held."""
    told = patterns.IN_YEAR.search(following)
    return told is not None and clause.year is not None and int(told["year"]) > clause.year


def _office_follows(clause: Clause, group: Group, rule: str) -> bool:
    """Whether the next item behind an office and its holder is another office."""
    at = group.last + (1 if rule == "after" else 2)
    return at < len(clause.items) and not clause.is_person(at)


def _retires(clause: Clause, at: int) -> bool:
    """``trao quyết định nghỉ hưu cho ông A, T1 và ông B, T2``: the person at an item retires, as does who is
    coordinated with him.
    """
    for k in range(at, max(at - _LISTED, -1), -1):
        gap = clause.gap(k)
        if clause.is_person(k) and patterns.RETIRES.search(bare(gap)):
            return True
        if not (people_join(gap) or joins(gap) or gap.strip() == ";"):
            return False
    return False


_LISTED = 24  # names and offices of a list that a verb before it reaches


def _stripped(clause: Clause, position: Mention, group: Group, rule: str) -> Status | None:
    """``cách tất cả các chức vụ trong Đảng đối với ông A, T``: the offices of the Party are lost, others
    are not.
    """
    if rule != "after":
        return None
    person_at = clause.items[group.first - 1].start
    rest = re.split(r"[.!?…]\s|\n", clause.text[clause.items[group.last].end :][: 2 * REACH], maxsplit=1)[0]
    of_party = re.search(r"ủy\b|Đảng|Chi bộ", position.normal or "") is not None
    if patterns.STRIPPED.search(rest):
        return Status.FORMER if of_party else Status.CURRENT
    found = patterns.STRIPS.search(clause.before(person_at))
    if found is None:
        return None
    return Status.FORMER if of_party or found["party"] is None else None


def _gets_another(clause: Clause, group: Group) -> bool:
    """Whether the person is moved to another office or place in the rest of the clause."""
    rest = clause.text[clause.items[group.last].end :][: 2 * REACH].split("\n", 1)[0]
    return bool(patterns.GETS_ANOTHER.search(rest))
