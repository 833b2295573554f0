"""Bodies: closed names from the lexicon, open names after a head noun, nested as Vietnamese nests them.

Reads, from the token at which it is asked:

1. ``Huyện ủy Hàm Yên``, ``Thành ủy TP.HCM`` (the level is in the word, the name follows)
2. ``UBND xã Thanh Ba``, ``Công an H.Trảng Bom``, ``Đảng ủy các xã Dân Chủ, Quảng La``, ``HĐND các cấp`` (body + unit)
3. ``Ban Dân vận Thành ủy Hạ Long``, ``Phòng Cảnh sát hình sự Công an tỉnh`` (inner body + outer body)
4. ``Sở KH&ĐT tỉnh Gia Lai``, ``phòng Nội vụ huyện``, ``Trung tâm Phục vụ hành chính công xã`` (head noun + field +
   unit)
5. ``Công ty TNHH Thành Đạt``, ``Trường THCS Hải Đường``, ``Bệnh viện Đa khoa TP Cần Thơ`` (head noun + proper name)
6. ``Bộ Chính trị``, ``Quốc hội``, ``Bộ NN&PTNT`` (central bodies)
7. ``Quân khu 2``, ``Đồn Biên phòng Mường Lạn``, ``Vùng 2 Hải quân`` (body + number or name)

What leaves is a :class:`BodyPhrase` in token positions, with the normal name of the body itself; unit and outer body
stay apart, for the context may have to supply them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.grammar.abroad import of_nation, past_home_country, with_country
from pipeline.grammar.body_phrases import BodyKind, BodyPhrase, closed_phrase
from pipeline.grammar.body_words import entry_at, numbered_at
from pipeline.grammar.field_names import country_tail, field_tail
from pipeline.grammar.numbered import with_suffix
from pipeline.grammar.places import NameSpan, place_after_fused
from pipeline.grammar.plain_names import association_tail, lower_tail, officer_behind, task_tail
from pipeline.grammar.proper_names import proper_tail, with_proper_places
from pipeline.grammar.surroundings import belongs_to, outer_start, with_seat
from pipeline.grammar.syllables import Line
from pipeline.lexicon import Body, Head
from pipeline.models import Branch

TailReader = Callable[[Line, int], tuple[int, str]]


def body_at(line: Line, at: int, *, titled: bool = False, deep: int = 0) -> BodyPhrase | None:
    """The longest body that begins at a token.

    ``titled`` means that a role stands before it ("giám đốc | bệnh viện"): then a lower-case head noun alone is enough.

    >>> from pipeline.grammar.syllables import read_text
    >>> body = body_at(read_text("Phòng Tham mưu, Công an tỉnh Hà Giang"), 0)
    >>> [part.name for part in body.chain] if body else None
    ['Phòng Tham mưu', 'Công an']
    """
    if at >= len(line) or deep > 3:
        return None
    numbered = numbered_at(line, at)
    if numbered is not None:
        return closed_phrase(numbered[1], at, at + numbered[0], suffix=line.texts[at + 1])
    opening = entry_at(line, at, inside=deep > 0)
    if opening is None:
        return None
    length, entry = opening
    if isinstance(entry, Head):
        return _open_body(line, at, length, entry, titled=titled, deep=deep)
    return closed_body(line, at, length, entry, titled=titled, deep=deep)


def closed_body(
    line: Line, at: int, length: int, body: Body, *, titled: bool = False, deep: int = 0
) -> BodyPhrase | None:
    """A body of the lexicon with what stands behind it."""
    phrase = closed_phrase(body, at, _past_gloss(line, at + length))
    if phrase.kind is BodyKind.CENTRAL:
        found = with_country(line, phrase)
        return found if titled or body.level != "abroad" or found.place is not None else None
    if phrase.kind is BodyKind.FUSED:
        place = place_after_fused(line, phrase.end, body.level)
        return replace(phrase, end=place.end, place=place) if place else phrase
    if phrase.kind is BodyKind.NUMBERED:
        phrase = with_suffix(line, phrase)
    return of_nation(with_surroundings(line, past_home_country(line, phrase), deep=deep), line)


def _past_gloss(line: Line, end: int) -> int:
    """Past an abbreviation in brackets that repeats the body: ``Ủy ban Kiểm tra (UBKT) Tỉnh ủy``."""
    if end + 2 < len(line) and line.keys[end] == "(" and line.keys[end + 2] == ")" and line.texts[end + 1].isupper():
        return end + 3
    return end


_READERS: Mapping[str, TailReader] = {
    BodyKind.AGENCY: field_tail,
    BodyKind.ASSOCIATION: association_tail,
    BodyKind.ADHOC: task_tail,
    BodyKind.PROPER: proper_tail,
}


def _open_body(line: Line, at: int, length: int, head: Head, *, titled: bool, deep: int) -> BodyPhrase | None:
    """A head noun with the name that follows it, and what stands behind that."""
    start = _past_gloss(line, at + length)
    small = line.texts[at].islower()
    named_after = head.branch is Branch.EDUCATION and not small  # Trường Tiểu học | Nguyễn Văn Trỗi
    officer = titled and not named_after and officer_behind(line, start, small=small)
    end, tail = (start, "") if officer else _tail_of(line, start, head, titled=titled)
    if not tail and not titled and line.texts[at][0].islower():
        return None
    phrase = BodyPhrase(
        at,
        end,
        end,
        f"{head.name} {tail}" if tail else head.name,
        BodyKind(head.kind),
        head.branch,
        "any",
        unit_in_title=head.unit != "none",
        closed=False,
        tail=bool(tail),
    )
    if tail and head.unit == "country":
        return replace(phrase, place=NameSpan(start, start, end, None))
    if tail and phrase.kind is BodyKind.PROPER:
        return with_proper_places(line, phrase, start, own=head.unit == "own")
    return of_nation(with_surroundings(line, phrase, deep=deep), line)


def _tail_of(line: Line, start: int, head: Head, *, titled: bool) -> tuple[int, str]:
    """Where the open name behind a head noun ends, and how it is spelt."""
    reader = country_tail if head.unit == "country" else _READERS[head.kind]
    end, tail = reader(line, start)
    if not tail and titled and head.kind == BodyKind.AGENCY and head.unit != "none":
        return lower_tail(line, start)
    return end, tail


def with_surroundings(line: Line, phrase: BodyPhrase, *, deep: int = 0) -> BodyPhrase:
    """A body with the outer body that follows it, else with its unit or province; ``deep`` counts the bodies inside."""
    at = outer_start(line, phrase)
    outer = body_at(line, at, titled=True, deep=deep + 1) if at is not None else None
    if outer is not None and belongs_to(line, phrase, outer):
        return replace(phrase, end=outer.end, outer=outer)
    return with_seat(line, phrase)
