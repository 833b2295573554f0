"""What stands in a gap between names and offices: a list going on, a title of the name before, a verb, a speech."""

from __future__ import annotations

import re
from functools import cache

from pipeline.discourse import patterns
from pipeline.discourse.statuses import events_in, governs
from pipeline.grammar.names import honorifics_at
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.syllables import read_line
from pipeline.lexicon import joints, marked
from pipeline.models import Status


@cache
def _speech_table() -> Phrases[str]:
    return Phrases((row.surface, row.kind) for row in marked("speech.tsv", surface="surface", kind="kind"))


def speaks(gap: str) -> bool:
    """Whether the subject says or does something in between: an office after that is somebody else's."""
    if patterns.QUOTES.search(gap):
        return True
    keys = read_line(gap, 0, len(gap)).keys
    return any(_speech_table().longest(keys, at) is not None for at in range(len(keys)))


def tells(gap: str) -> bool:
    """Whether a verb of holding, giving or leaving an office stands in a gap."""
    if speaks(gap):
        own = patterns.ANOTHER_SPOKEN_OF.search(gap) is None
        status = events_in(gap, tail=True).status_of_next()
        return own and (status is Status.FORMER or (status is Status.CANDIDATE and "được" in gap))
    return governs(gap)


def governed(gap: str) -> bool:
    """Whether the verb in a gap reaches the office; "nhận bằng khen của" and "trình Quốc hội miễn nhiệm" reach somebody
    else's.
    """
    others = (patterns.SOMEBODY_ELSES, patterns.OF_HIS, patterns.DECIDES)
    return tells(gap) and not any(pattern.search(gap) for pattern in others)


def bare(gap: str) -> str:
    """A gap without honorifics and ranks before the name."""
    line = read_line(gap, 0, len(gap))
    for at in range(len(line)):
        rows, end = honorifics_at(line, at)
        if rows and end >= len(line):
            return gap[: line.starts[at]]
    return gap


def words(gap: str) -> list[str]:
    line = read_line(gap, 0, len(gap))
    return [line.keys[k] for k in range(len(line)) if line.is_word(k)]


def coordinates(gap: str) -> bool:
    """Whether two titles are in one list: commas, dashes, và, kiêm."""
    if ";" in gap or "\n" in gap or ":" in gap:
        return False
    found = words(gap)
    return len(found) <= 4 and all(word in joints("list") for word in found) and len(gap.strip()) < 40


def tight(gap: str) -> bool:
    """Whether a title runs straight into a name: nothing but honorifics, ranks and a colon."""
    return patterns.TIGHT.fullmatch(bare(gap)) is not None and "," not in gap.split(":")[0][:2]


def apposed(gap: str) -> bool:
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
