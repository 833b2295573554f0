"""Status of an office from the words around it: events of personnel in the order they stand (GUIDELINES §7)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import Line, read_line
from pipeline.lexicon import Marked, marked
from pipeline.models import Status

_NONE = "none"
_HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class Event:
    """One trigger phrase: its effect, what it applies to, its words, and whether it ends the text it stands in."""

    phrase: str
    effect: str
    applies: str
    last: bool


@dataclass(frozen=True, slots=True)
class Events:
    """Trigger phrases of one stretch of text, left to right."""

    events: tuple[Event, ...]

    def status_of_next(self) -> Status | None:
        """Status of the office that follows the stretch."""
        for event in reversed(self.events):
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

    def leaves(self) -> bool:
        """Whether the office before the stretch is left: nghỉ hưu, chuyển công tác."""
        return any(event.effect == Status.FORMER and event.applies in {"previous", "person"} for event in self.events)


@cache
def _event_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("events.tsv", surface="phrase", kind="effect", extra="applies"))


@cache
def _verb_table() -> Phrases[Marked]:
    return Phrases((row.surface, row) for row in marked("verbs.tsv", surface="surface", kind="effect", extra="moves"))


def _verbs_in(text: str) -> list[Marked]:
    keys = read_line(text, 0, len(text)).keys
    found = [_verb_table().longest(keys, at) for at in range(len(keys))]
    return [hit[1] for hit in found if hit is not None and hit[1].kind != _NONE]


def moves_in(text: str) -> bool:
    """Whether a clause moves someone from one post to another (after its last semicolon).

    >>> moves_in("điều động bà A"), moves_in("bổ nhiệm bà A"), moves_in("điều động ông A; bổ nhiệm bà B")
    (True, False, False)
    """
    return any(verb.extra == "yes" for verb in _verbs_in(text.rsplit(";", 1)[-1]))


def reached_from(text: str) -> Status | None:
    """Status of an office that the last verb of a sentence reaches over its object.

    >>> reached_from("chỉ định ông A, Phó Bí thư,"), reached_from("ông A")
    (<Status.INCOMING: 'incoming'>, None)
    """
    verbs = [verb for verb in _verbs_in(text) if verb.kind != _HOLDS]
    return Status(verbs[-1].kind) if verbs else None


def governs(text: str) -> bool:
    """Whether a verb of holding, giving or leaving an office stands in a text.

    >>> governs("được bầu giữ chức"), governs("cùng với")
    (True, False)
    """
    return bool(_verbs_in(text)) or events_in(text).status_of_next() is not None


@cache
def _hedge_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("hedges.tsv", surface="surface", kind="kind"))


def _hedged(line: Line, at: int) -> bool:
    """Whether the event is only proposed or to come: "xem xét bãi nhiệm", "đề nghị HĐND xã bãi nhiệm"."""
    for start in range(at - 1, max(at - 8, -1), -1):
        if not line.is_word(start):
            return False
        found = _hedge_table().longest(line.keys[:at], start)
        if found is not None and (start + found[0] == at or found[1] == "far"):
            return True
    return False


def events_in(text: str, *, tail: bool = False) -> Events:
    """Trigger phrases of a text; with ``tail`` only those that end it."""
    line = read_line(text, 0, len(text))
    events: list[Event] = []
    at = 0
    while at < len(line):
        found = _event_table().longest(line.keys, at)
        if found is None:
            at += 1
            continue
        length, row = found
        rest = all(not line.is_word(k) for k in range(at + length, len(line)))
        effect = _NONE if row.kind == Status.FORMER and _hedged(line, at) else row.kind
        if rest or not tail:
            events.append(Event(row.surface, effect, row.extra, rest))
        at += length
    return Events(tuple(events))
