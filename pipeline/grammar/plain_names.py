"""Open names behind a head noun that are written in small letters: tasks, associations, fields that no lexicon knows.

The readers are called as those of :mod:`pipeline.grammar.field_names` are.
"""

from __future__ import annotations

from functools import cache

from pipeline.grammar.abroad import country_at
from pipeline.grammar.body_words import LONGEST_TAIL, field_table, inside_word, next_office, opens_body, stops_at
from pipeline.grammar.field_names import field_tail
from pipeline.grammar.names import historical_table
from pipeline.grammar.phrases import Phrases
from pipeline.grammar.places import bare_place_at, bare_place_behind, unit_phrase_at, unit_word_at
from pipeline.grammar.spelling import spelt
from pipeline.grammar.surnames import opens_person, run_end, surname_at
from pipeline.grammar.syllables import Line
from pipeline.lexicon import marked

_LONGEST_PLAIN = 9  # lower-case syllables of an association's name


def association_tail(line: Line, at: int) -> tuple[int, str]:
    """A field or a run of capitals; in papers that write no capitals, the words up to the country or the unit:
    ``Hiệp hội | bất động sản Việt Nam``, ``Hội | bảo vệ rừng | tỉnh Sơn La``.

    >>> from pipeline.grammar.syllables import read_text
    >>> association_tail(read_text("Hội bảo vệ rừng tỉnh Sơn La"), 1)
    (4, 'Bảo vệ rừng')
    """
    end, tail = field_tail(line, at)
    if tail or at >= len(line) or not line.texts[at].islower():
        return end, tail
    stop = at
    while stop < len(line) and stop - at < _LONGEST_PLAIN and line.texts[stop].islower() and line.is_word(stop):
        if stops_at(line, stop) or (stop > at and unit_word_at(line, stop) is not None):
            break
        stop += 1
    if stop == at or stop >= len(line) or stops_at(line, stop):
        return end, tail
    if (country := _home_end(line, stop)) > stop:
        twin = country_at(line, country + 1) if line.texts[country : country + 1] in {("-",), ("–",)} else None
        country = twin.end if twin is not None else country  # Hội hữu nghị Việt Nam - Lào
        return country, _capitalised(spelt(line, at, country))
    unit = unit_phrase_at(line, stop, after_body=True)
    placed = (unit is not None and unit.names) or (stop - at > 1 and bare_place_behind(line, stop) is not None)
    return (stop, _capitalised(spelt(line, at, stop))) if placed else (end, tail)


def _home_end(line: Line, at: int) -> int:
    """Past the home country's name: ``Việt Nam``, ``VN``."""
    if line.texts[at : at + 1] == ("VN",):
        return at + 1
    return at + 2 if line.keys[at : at + 2] == ("việt", "nam") and line.capital[at] else at


def _capitalised(name: str) -> str:
    return name[:1].upper() + name[1:]


def task_tail(line: Line, at: int) -> tuple[int, str]:
    """The task of an ad-hoc body, up to the unit it belongs to: ``Ban Chỉ đạo | chương trình xây dựng NTM | huyện``.

    >>> from pipeline.grammar.syllables import read_text
    >>> task_tail(read_text("Ban Chỉ đạo xây dựng nông thôn mới huyện"), 3)
    (8, 'xây dựng nông thôn mới')
    """
    end, soft = at, None
    while end < len(line) and end - at < LONGEST_TAIL:
        if unit_word_at(line, end) is not None and not inside_word(line, end):
            return end, spelt(line, at, end)
        if next_office(line, end):
            break
        following = end + 1 < len(line) and line.keys[end] == "," and line.keys[end + 1] == "chống"
        if not line.is_word(end) and line.keys[end] not in {"-", "–", "&"} and not following:
            break
        if stops_at(line, end, hard=True):
            break
        if soft is None and stops_at(line, end):
            soft = end
        end += 1
    end = end if soft is None else soft
    while end > at and line.keys[end - 1] in {"và", "-", "–", "&"}:
        end -= 1
    return end, spelt(line, at, end)


def officer_behind(line: Line, at: int, *, small: bool) -> bool:
    """Whether the name behind a head noun alone is its officer's: ``Giám đốc Công ty | Mai Xuân Đối cho rằng``. Words
    that tell what somebody does must follow it; behind a head noun in ``small`` letters any do.

    >>> from pipeline.grammar.syllables import read_text
    >>> line = read_text("Công ty Mai Xuân Đối cho rằng đơn giá thấp")
    >>> officer_behind(line, 2, small=False), officer_behind(line, 3, small=False)
    (True, False)
    """
    if at >= len(line) or line.shouting or not line.capital[at] or line.wide_gap(at):
        return False
    end = run_end(line, at)
    if end - at > _USUAL_NAME or not opens_person(line, at, end, shortest=3):
        return False
    if historical_table().longest(line.keys, at) is not None:  # Trường THPT | Lê Hồng Phong
        return False
    field = field_table().longest(line.keys, at)
    if field is not None and field[0] > 1:  # Sở | Công Thương Lâm Đồng
        return False
    if end >= len(line) or not line.texts[end].islower() or not line.is_word(end):
        return False
    if "'" in line.texts[at] or "’" in line.texts[at] or (small and surname_at(line, at) == "sure"):
        return True
    return _act_table().longest(line.keys, end) is not None


_USUAL_NAME = 4  # syllables


@cache
def _act_table() -> Phrases[str]:
    """Words that tell what somebody says or does."""
    rows = (
        *marked("verbs.tsv", surface="surface", kind="effect"),
        *marked("speech.tsv", surface="surface", kind="kind"),
    )
    return Phrases((row.surface, row.kind) for row in rows)


_LONGEST_TASK = 10  # words of a field in small letters that no lexicon knows


def lower_tail(line: Line, at: int) -> tuple[int, str]:
    """A field in small letters that the lexicon does not know: ``phòng | khai thác hạ tầng giao thông | Sở GTVT``. It
    has two words or more, and a mark, a unit, a body or a name ends it.

    >>> from pipeline.grammar.syllables import read_text
    >>> lower_tail(read_text("phòng khai thác hạ tầng giao thông Sở"), 1)
    (7, 'Khai thác hạ tầng giao thông')
    """
    end = start = at + (line.keys[at : at + 1] == ("các",))
    while end < len(line) and line.texts[end].islower() and line.is_word(end) and not line.wide_gap(end):
        known = field_table().longest(line.keys, end)
        if known is not None and known[0] > 1 and all(line.texts[k].islower() for k in range(end, end + known[0])):
            end += known[0]
            continue
        told = _remark_table().longest(line.keys, end) is not None if end == start else stops_at(line, end)
        if told or end - at > _LONGEST_TASK or (end > at and _is_unit_word(line, end)):
            break
        end += 1
    if not 2 <= end - start <= _LONGEST_TASK or (end < len(line) and line.wide_gap(end)):
        return at, ""
    if end < len(line) and line.capital[end] and not _opens_name(line, end):
        return at, ""
    name = spelt(line, at, end)
    return end, name if start > at else _capitalised(name)


def _is_unit_word(line: Line, at: int) -> bool:
    """Whether a unit word stands here and no word of a compound ("xã hội")."""
    found = unit_word_at(line, at)
    behind = at + found[0] if found is not None else 0
    return found is not None and (behind >= len(line) or line.capital[behind] or not line.is_word(behind))


def _opens_name(line: Line, at: int) -> bool:
    """Whether a body, a place or a person's name begins at a capital."""
    if opens_body(line, at, inside=True) or bare_place_at(line, at, after_body=True) is not None:
        return True
    return opens_person(line, at, run_end(line, at))


@cache
def _remark_table() -> Phrases[str]:
    """Words behind a head noun that tell nothing of its field."""
    rows = [marked("verbs.tsv", surface="surface", kind="effect")]
    rows += [marked(file, surface="surface", kind="kind") for file in _REMARKS]
    return Phrases((row.surface, row.kind) for group in rows for row in group)


_REMARKS = ("tail_stops.tsv", "speech.tsv", "joints.tsv", "followers.tsv", "honorifics.tsv")
