"""Status of an office from the words around it: events of personnel in the order they stand (GUIDELINES §7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.discourse import patterns
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import Line, read_text
from pipeline.lexicon import Marked, marked
from pipeline.models import Status

_NONE = "none"
_CLOSE = 4  # words between "giao điều hành" and the office: công việc của
_HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Event:
    """One trigger phrase: its effect, what it applies to, its words, whether it ends the text it stands in, and whether
    nothing but a few words without a mark follow it.
    """

    phrase: str
    effect: str
    applies: str
    last: bool
    close: bool


@dataclass(frozen=True, slots=True)
class Events:
    """Trigger phrases of one stretch of text, left to right."""

    events: tuple[Event, ...]

    def status_of_next(self) -> Status | None:
        """Status of the office that follows the stretch; who stands in for it is told right before it."""
        for event in reversed(self.events):
            if event.effect == Status.ACTING and not event.close:
                continue
            if event.applies in {"next", "person"}:
                return None if event.effect == _NONE else Status(event.effect)
        return None

    def settled(self) -> bool:
        """Whether an event stands there that changes nothing yet ("xem xét bãi nhiệm")."""
        return any(event.effect == _NONE and event.applies in {"next", "person"} for event in self.events)

    def direct(self) -> Status | None:
        """Status word right before the office: nguyên, quyền."""
        return self.status_of_next() if self.events and self.events[-1].last else None

    def carried(self) -> Status | None:
        """Status that a first title hands on to the others of its list."""
        return self.status_of_next()

    def gains(self) -> bool:
        """Whether the office before the stretch was just given: "vừa được bổ nhiệm"."""
        return any(event.effect == Status.INCOMING and event.applies == "previous" for event in self.events)

    def leaves(self, *, another: bool = False) -> bool:
        """Whether the office before the stretch is left: nghỉ hưu, chuyển công tác; with ``another`` an office follows
        the stretch, to which its last words belong ("từ chức Chủ tịch").
        """
        return any(
            event.effect == Status.FORMER
            and event.applies in {"previous", "person"}
            and not (another and event.last and event.applies == "person")
            for event in self.events
        )


@cache
def _event_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("events.tsv", surface="phrase", kind="effect", extra="applies"))


@cache
def _verb_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("verbs.tsv", surface="surface", kind="effect", extra="moves"))


def _verbs_in(text: str) -> list[tuple[Marked, str]]:
    """Verbs of personnel, left to right, each with its effect here: "đề nghị bổ nhiệm" only proposes."""
    line = read_text(text)
    found: list[tuple[Marked, str]] = []
    read = 0
    for at in range(len(line)):
        hit = _verb_table().longest(line.keys, at) if at >= read else None
        read = at + hit[0] if hit is not None else read
        if hit is not None and hit[1].kind != _NONE:
            others = hit[1].extra == "yes" and patterns.MOVES_OTHERS.match(text[line.ends[at + hit[0] - 1] :])
            found.append((hit[1], _NONE if others else _effect(hit[1].kind, line, at)))
    return found


def ends_at(keys: tuple[str, ...], at: int) -> bool:
    """Whether a verb of personnel or an event begins at a token and ends with the last: "được bầu | làm"."""
    verb, event = _verb_table().longest(keys, at), _event_table().longest(keys, at)
    told = verb is not None and verb[1].kind != _NONE and at + verb[0] == len(keys)
    return told or (event is not None and at + event[0] == len(keys))


def moves_in(text: str) -> bool:
    """Whether a clause moves someone from one post to another (after its last semicolon).

    >>> moves_in("điều động bà A"), moves_in("bổ nhiệm bà A"), moves_in("điều động ông A; bổ nhiệm bà B")
    (True, False, False)
    """
    return any(verb.extra == "yes" and effect != _NONE for verb, effect in _verbs_in(text.rsplit(";", 1)[-1]))


def reached_from(text: str) -> Status | None:
    """Status of an office that the last verb of a sentence reaches over its object.

    >>> reached_from("chỉ định ông A, Phó Bí thư,"), reached_from("ông A")
    (<Status.INCOMING: 'incoming'>, None)
    """
    effects = [effect for _, effect in _verbs_in(text) if effect not in {_HOLDS, _NONE}]
    return Status(effects[-1]) if effects else None


def governs(text: str) -> bool:
    """Whether a verb of holding, giving or leaving an office stands in a text.

    >>> governs("được bầu giữ chức"), governs("cùng với")
    (True, False)
    """
    return bool(_verbs_in(text)) or events_in(text).status_of_next() is not None


@cache
def _hedge_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("hedges.tsv", surface="surface", kind="kind", extra="coming"))


_HEDGE_REACH = 14  # words from a hedge to its event: "đề nghị Ban Thường vụ Tỉnh ủy cho ông A B C thôi giữ chức"


def _hedge_of(line: Line, at: int) -> Marked | None:
    """The word that says that an event is only proposed or to come: "xem xét bãi nhiệm", "đề nghị HĐND xã bãi
    nhiệm".
    """
    for start in range(at - 1, max(at - _HEDGE_REACH, -1), -1):
        if not line.is_word(start):
            return None
        found = _hedge_table().longest(line.keys[:at], start)
        if found is not None and (start + found[0] == at or found[1].kind == "far"):
            return found[1]
    return None


def _effect(effect: str, line: Line, at: int) -> str:
    """What an event does here: nothing is left yet that is to be left, and who is to come stands for it only."""
    if effect not in {Status.FORMER, Status.INCOMING}:
        return effect
    hedge = _hedge_of(line, at)
    if hedge is None:
        return effect
    return _NONE if effect == Status.FORMER else hedge.extra


def events_in(text: str, *, tail: bool = False, since: int = 0) -> Events:
    """Trigger phrases of a text from an offset on; with ``tail`` only those that end it."""
    line = read_text(text)
    events: list[Event] = []
    at = 0
    while at < len(line) and line.starts[at] < since:
        at += 1
    while at < len(line):
        found = _event_table().longest(line.keys, at)
        if found is None:
            at += 1
            continue
        length, row = found
        rest = [line.is_word(k) for k in range(at + length, len(line))]
        last = not any(rest)
        if last or not tail:
            close = last or (len(rest) <= _CLOSE and all(rest))
            effect = _effect(row.kind, line, at) if length > 1 else row.kind  # "đề nghị tân Chủ tịch" hedges nothing
            events.append(Event(row.surface, effect, row.extra, last, close))
        at += length
    return Events(tuple(events))
