"""The status of an office given to somebody: coming, leaving, standing in, standing for it (GUIDELINES §7)."""

from __future__ import annotations

import re

from pipeline.discourse import patterns
from pipeline.discourse.clauses import REACH, Clause, Group
from pipeline.discourse.gaps import bare
from pipeline.discourse.statuses import Events, events_in, governs, moves_in, reached_from
from pipeline.models import Label, Mention, Status


def statuses_of(clause: Clause, group: Group, rule: str, *, previous: Status | None) -> list[Status]:
    """Status of each office of a group, given by a rule; ``previous`` is that of the office given before."""
    leading = _events_before(clause, group, rule)
    reached = _reached(clause, group, rule, previous)
    following = _following(clause, group, rule)
    replaces = rule in {"verb", "pronoun"} and replaced_by(clause, group) is not None
    statuses: list[Status] = []
    for at in range(group.first, group.last + 1):
        own = events_in(clause.gap(at), tail=True) if at > group.first else leading
        status = (
            (own.status_of_next() if at == group.first else own.direct() or leading.carried())
            or reached
            or (Status.INCOMING if replaces else Status.CURRENT)
        )
        if status is Status.INCOMING and _proposed(clause, group):
            status = Status.CANDIDATE
        if status is Status.CURRENT and rule in {"after", "before"}:
            status = _after_status(clause, clause.items[at], group, following, rule)
        statuses.append(status)
    return statuses


def _proposed(clause: Clause, group: Group) -> bool:
    """``giới thiệu ông A để HĐND xã bầu giữ chức T``: proposed, not elected."""
    if not re.search(r"\bđể\b", clause.gap(group.first)):
        return False
    return "giới thiệu" in clause.before(clause.items[group.first].start, reach=2 * REACH).lower()


def replaced_by(clause: Clause, group: Group) -> Mention | None:
    """The person whom a new holder of the offices replaces."""
    at = group.last + 1
    if at >= len(clause.items) or clause.items[at].label is not Label.PERSON:
        return None
    return clause.items[at] if patterns.SUCCEEDS.match(bare(clause.gap(at))) else None


def _events_before(clause: Clause, group: Group, rule: str) -> Events:
    """Events that govern the group: those right before it, or those of the verb that reaches it over its
    subject.
    """
    gap = clause.gap(group.first)
    if rule in {"after", "before", "apposition"}:
        return events_in(gap, tail=True)
    return events_in(gap)


def _reached(clause: Clause, group: Group, rule: str, previous: Status | None) -> Status | None:
    """Status from the verb of the sentence, where the words right before the office tell none."""
    gap = clause.gap(group.first)
    if rule == "list":
        return previous if previous is Status.FORMER else None
    if rule == "behind":
        return None if events_in(gap).settled() else reached_from(gap)
    if rule not in {"verb", "pronoun", "header"}:
        return None
    if patterns.CAREER_LINE.match(gap):
        return None if re.search(r"\bnay\b", gap) else Status.FORMER
    sentence = clause.before(clause.items[group.first].start, reach=4 * REACH)
    if patterns.PAST_SPAN.search(sentence.rsplit(";", 1)[-1]):
        return Status.FORMER
    status = reached_from(sentence)
    own = gap.rsplit(";", 1)[-1]
    only_is = re.search(r"\blà\W*$", own) is not None and not governs(own[: own.rfind("là")])
    if only_is and status is not Status.FORMER:
        return reached_from(re.split(r"[,;:]", sentence)[-1])
    return status


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
    if events_in(following).gains():
        return Status.INCOMING
    if rule == "after" and patterns.RETIRES.search(bare(clause.gap(group.first - 1))):
        return Status.FORMER
    stripped = _stripped(clause, position, group, rule)
    if stripped is not None:
        return stripped
    moved = moves_in(following)
    if rule == "after" and not moved:
        person_at = clause.items[group.first - 1].start
        moved = moves_in(clause.before(person_at))
    if (position.normal or "").startswith(("Ủy viên", "Đại biểu")):
        return Status.FORMER if events_in(following).leaves() and not moved else Status.CURRENT
    if events_in(following).leaves() or (moved and _gets_another(clause, group)):
        return Status.FORMER
    return Status.CURRENT


def _stripped(clause: Clause, position: Mention, group: Group, rule: str) -> Status | None:
    """``cách tất cả các chức vụ trong Đảng đối với ông A, T``: the offices of the Party are lost, others
    are not.
    """
    if rule != "after":
        return None
    person_at = clause.items[group.first - 1].start
    rest = re.split(r"[.!?…]\s|\n", clause.text[clause.items[group.last].end :][: 2 * REACH], maxsplit=1)[0]
    of_party = re.search(r"ủy\b|Đảng|Chi bộ", position.normal or "") is not None
    if of_party and patterns.STRIPPED.search(rest):
        return Status.FORMER
    found = patterns.STRIPS.search(clause.before(person_at))
    if found is None:
        return None
    return Status.FORMER if of_party or found["party"] is None else None


def _gets_another(clause: Clause, group: Group) -> bool:
    """Whether the person is moved to another office or place in the rest of the clause."""
    rest = clause.text[clause.items[group.last].end :][: 2 * REACH].split("\n", 1)[0]
    return bool(patterns.GETS_ANOTHER.search(rest))
