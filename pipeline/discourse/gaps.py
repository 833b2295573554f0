"""What stands in a gap between names and offices: a list going on, a title of the name before, a verb, a speech."""

from __future__ import annotations

import re
from functools import cache

from pipeline.discourse import patterns
from pipeline.discourse.statuses import ends_at, events_in, governs
from pipeline.grammar.names import honorific_table, honorifics_at
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import read_text
from pipeline.lexicon import joints, marked
from pipeline.models import Status


@cache
def _speech_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("speech.tsv", surface="surface", kind="kind"))


def speaks(gap: str) -> bool:
    """Whether the subject says or does something in between: an office after that is somebody else's."""
    if patterns.QUOTES.search(gap):
        return True
    keys = read_text(gap).keys
    return any(_speech_table().longest(keys, at) is not None for at in range(len(keys)))


def tells(gap: str) -> bool:
    """Whether a verb of holding, giving or leaving an office stands in a gap."""
    if speaks(gap):
        own = patterns.ANOTHER_SPOKEN_OF.search(gap) is None
        events = events_in(gap, tail=True)
        status = events.status_of_next()
        asked = events.settled() and patterns.ASKED_TO_GO.search(gap) is not None
        return own and (asked or status is Status.FORMER or (status is Status.CANDIDATE and "được" in gap))
    return governs(gap)


def governed(gap: str) -> bool:
    """Whether the verb in a gap reaches the office; "nhận bằng khen của" and "trình Quốc hội miễn nhiệm" reach somebody
    else's.
    """
    others = (patterns.SOMEBODY_ELSES, patterns.OF_HIS, patterns.DECIDES, patterns.SOME_HOLDER)
    return tells(gap) and not any(pattern.search(gap) for pattern in others)


@cache
def _link_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("links.tsv", surface="surface", kind="kind"))


_TAIL = 8  # words of the longest phrase that leads to an office: "được bổ nhiệm vào chức danh của"


def leads(gap: str, after: str) -> bool:
    """Whether an office stands where a verb in the gap before it can reach it: behind words that lead to an office, or
    behind a mark where it does not open a clause of its own.

    >>> leads("từng giữ chức", ""), leads("từng ăn tối với", ""), leads("nhận chức, Tổng thống nói", " đã")
    (True, False, False)
    """
    keys = read_text(gap).keys
    end = _before_passed(keys)
    if end == 0 or not any(key[0].isalnum() for key in keys[:end]):
        return True
    if not keys[end - 1][0].isalnum():
        return patterns.OWN_CLAUSE.match(after) is None or keys[end - 1] not in _CLAUSE_ENDS
    starts = range(max(end - _TAIL, 0), end)
    return any(ends_at(keys[:end], at) or _is_link(keys[:end], at) for at in starts)


_CLAUSE_ENDS = frozenset({",", ";", ".", '"', "”"})


def _before_passed(keys: tuple[str, ...]) -> int:
    """Where the words that are looked through begin."""
    end = len(keys)
    while end:
        tails = range(max(end - 2, 0), end)
        start = next((at for at in tails if _is_link(keys[:end], at, kind="passed")), None)
        if start is None or any(_is_link(keys[:end], at) for at in tails):
            return end
        end = start
    return end


def _is_link(keys: tuple[str, ...], at: int, *, kind: str = "leads") -> bool:
    found = _link_table().longest(keys, at)
    return found is not None and at + found[0] == len(keys) and found[1] == kind


def bare(gap: str) -> str:
    """A gap without honorifics and ranks before the name."""
    cut = max(gap.find(" ", len(gap) - _ADDRESS), 0) if len(gap) > _ADDRESS else 0
    line = read_text(gap[cut:])
    for at in sorted(honorific_table().starts(line.keys)):
        rows, end = honorifics_at(line, at)
        if rows and end >= len(line):
            return gap[: cut + line.starts[at]]
    return gap


_ADDRESS = 80  # code points; the longest row of honorifics, ranks and degrees is shorter


def words(gap: str) -> list[str]:
    """Compare keys of the words of a gap, without its signs.

    >>> words(", hiện là")
    ['hiện', 'là']
    """
    line = read_text(gap)
    return [line.keys[k] for k in range(len(line)) if line.is_word(k)]


_PARTING = frozenset(';:\n"“”«»')  # "… báo cáo lên Thủ tướng", Thứ trưởng A yêu cầu


def coordinates(gap: str) -> bool:
    """Whether two titles are in one list: commas, dashes, và, kiêm."""
    if _PARTING & set(gap):
        return False
    gap = patterns.NUMBERED_TERM.sub("", gap)
    found = words(gap)
    return len(found) <= 4 and all(word in joints("list") for word in found) and len(gap.strip()) < 40


def tight(gap: str) -> bool:
    """Whether a title runs straight into a name: nothing but its term, honorifics, ranks and a colon."""
    term = patterns.PERIOD.match(gap) or patterns.NUMBERED_TERM.match(gap)
    gap = gap[term.end() :] if term is not None else gap
    return patterns.TIGHT.fullmatch(bare(gap)) is not None and "," not in gap.split(":")[0][:2]


def apposed(gap: str) -> bool:
    """Whether only a dash, or a mark with an aside in brackets, stands between an office and the name behind it.

    >>> apposed(" - "), apposed(" (55 tuổi), "), apposed(" và ")
    (True, False, False)
    """
    then = patterns.OF_THAT_TIME.match(gap)
    gap = gap[then.end() :] if then is not None else gap
    core = bare(gap)
    return gap.strip() in {"-", "–", "—"} or (core.strip() in {",", "-", "–", ", là", ":"} and core != gap)


def joins(gap: str) -> bool:
    """Whether a title is said of the name before it; age and origin may stand between."""
    gap = patterns.ASIDE.sub("", gap)
    found = words(gap)
    if ";" in gap or len(gap) > 60:
        return False
    marks = bool(re.match(r"^\s*[,\-–—(:|/\t]", gap)) or gap == "" or "\t" in gap or gap.isspace()
    if not found:
        return marks
    return len(found) <= 5 and all(word in joints("title") for word in found) and found[0] not in {"và", "với"}


def people_join(gap: str) -> bool:
    """Whether two names are in one list."""
    return bool(re.fullmatch(r"\s*(?:,|và|cùng|, và|- )\s*", bare(gap)))
