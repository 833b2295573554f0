"""The lexicon's words of bodies: which of them opens a body at a token, and where an open name stops."""

from __future__ import annotations

import re
from functools import cache

from pipeline.grammar.body_phrases import BodyKind
from pipeline.grammar.phrases import NUMBER, Openings, Phrases
from pipeline.grammar.places import UnitForm, opens_role, unit_phrase_at, unit_word_at
from pipeline.grammar.surnames import opens_person, run_end, surname_at
from pipeline.grammar.syllables import Line, split_keys
from pipeline.lexicon import Body, Field, Head, bodies, fields, heads, marked

LONGEST_TAIL = 18  # tokens of an open name; longer ones met in the corpus were runaway readings
LONGEST_LOWER = 5  # lower-case syllables in a row inside an open name ("Phục vụ hành chính công")


@cache
def body_table() -> Phrases[Body]:
    """Bodies with a fixed name."""
    return Phrases((surface, body) for body in bodies() for surface in body.surfaces)


@cache
def head_table() -> Phrases[Head]:
    """Nouns that open the name of a body."""
    return Phrases((surface, head) for head in heads() for surface in head.surfaces)


@cache
def field_table() -> Phrases[Field]:
    """Subjects that follow a head noun."""
    return Phrases((surface, field) for field in fields() for surface in field.surfaces)


@cache
def stop_table() -> Phrases[str]:
    """Words at which an open name ends."""
    return Phrases((row.surface, row.kind) for row in marked("tail_stops.tsv", surface="surface", kind="kind"))


def body_openings() -> Openings:
    """First two tokens with which a body can begin; a number may stand inside some (``Vùng 2 Hải quân``)."""
    numbered = frozenset(
        (split_keys(surface)[0], NUMBER)
        for body in bodies()
        if body.kind == BodyKind.NUMBERED
        for surface in body.surfaces
    )
    return body_table().openings | head_table().openings | numbered


def head_end(line: Line, at: int) -> int:
    """Where the words of the lexicon end that open a body at a token; ``at`` if none do."""
    found = (table.longest(line.keys, at) for table in (head_table(), body_table()))
    return at + max((length for length, _ in filter(None, found)), default=0)


def opens_body(line: Line, at: int, *, inside: bool = False) -> bool:
    """Whether a body begins at a token that a role or another body stands before: what `body_at` would read there,
    without reading it.

    >>> from pipeline.grammar.syllables import read_text
    >>> opens_body(read_text("phòng Nội vụ"), 0), opens_body(read_text("Nội vụ"), 0)
    (True, False)
    """
    return numbered_at(line, at) is not None or entry_at(line, at, inside=inside) is not None


def numbered_at(line: Line, at: int) -> tuple[int, Body] | None:
    """Length and entry of a body with a number inside its name: ``Vùng 2 Hải quân``."""
    if at + 2 >= len(line) or not line.texts[at + 1].isdigit():
        return None
    found = body_table().longest((line.keys[at], *line.keys[at + 2 : at + 6]), 0)
    if found is None or found[0] < 2 or found[1].kind != BodyKind.NUMBERED:
        return None
    return found[0] + 1, found[1]


def entry_at(line: Line, at: int, *, inside: bool) -> tuple[int, Body | Head] | None:
    """Length and entry of the words that open a body at a token; ``inside`` another phrase, an officer's name may
    begin there.

    >>> from pipeline.grammar.syllables import read_text
    >>> length, entry = entry_at(read_text("Sở Y tế tỉnh"), 0, inside=False) or (0, None)
    >>> length, type(entry).__name__
    (1, 'Head')
    """
    closed, head = _closed_at(line, at), head_table().longest(line.keys, at)
    if closed is None:
        return head
    length, body = closed
    if body.kind == BodyKind.FUSED and (
        _names_a_unit(line, at, length) or (inside and _opens_officer(line, at, length))
    ):
        return None
    return head if head is not None and _reads_further(line, at, length, body, *head) else closed


def _closed_at(line: Line, at: int) -> tuple[int, Body] | None:
    """The longest closed body; a shorter one inside which a longer one begins goes before it: ``BCH | Đảng bộ Khối
    Doanh nghiệp`` against ``BCH Đảng bộ``.
    """
    first = body_table().longest(line.keys, at)
    if first is None or first[1].kind != BodyKind.INNER:
        return first
    for length, body in body_table().every(line.keys, at):
        outer = body_table().longest(line.keys, at + length) if body.kind == BodyKind.INNER else None
        if outer is not None and length < first[0] < length + outer[0]:
            return length, body
    return first


def _names_a_unit(line: Line, at: int, length: int) -> bool:
    """Whether the words of a fused body are a unit word and the beginning of a name: phường Đoàn Kết against Phường
    đoàn.
    """
    unit = unit_phrase_at(line, at)
    return (
        unit is not None and unit.form is UnitForm.NAMED and unit.end > at + length and unit.names[0].name < at + length
    )


def _opens_officer(line: Line, at: int, length: int) -> bool:
    """``Chánh Thanh tra tỉnh | Đoàn Ngọc A``: the second word of Tỉnh đoàn is the surname of who holds the office."""
    last = at + length - 1
    if length < 2 or line.texts[at][0].isupper() or not line.capital[last] or surname_at(line, last) is None:
        return False
    return surname_at(line, at + length) != "sure" and opens_person(line, last, run_end(line, last), shortest=3)


def _reads_further(line: Line, at: int, length: int, body: Body, head_length: int, head: Head) -> bool:
    """Whether head + field reads more than the closed body does ("Ban Dân tộc và Tôn giáo" against "Ban Dân tộc")."""
    if head_length > length:
        return True
    if body.kind == "inner" and body_table().longest(line.keys, at + length) is not None:
        return False  # "Ủy ban Kiểm tra | Đảng ủy", where "Kiểm tra Đảng ủy" is the field of another department
    found = field_table().longest(line.keys, at + head_length)
    return found is not None and head_length + found[0] > length and body.kind != "central"


def stops_at(line: Line, at: int, *, hard: bool = False) -> bool:
    """Whether a lower-case word at which open names end stands here."""
    if not line.texts[at].islower():
        return False
    found = stop_table().longest(line.keys, at)
    if found is None or found[1] == "none":
        return False
    around = stop_table().longest(line.keys, at - 1) if at else None
    if around is not None and around[1] == "none":  # "tài | nguyên"
        return False
    return not hard or found[1] == "hard"


_JOINTS = frozenset({"và", ",", "-", "–", "cùng", "với"})


def next_office(line: Line, at: int) -> bool:
    """Whether a joint stands here, and behind it somebody's office or word of address: an open name ends before it.

    >>> from pipeline.grammar.syllables import read_text
    >>> next_office(read_text("và Phó Chủ tịch UBND huyện"), 0), next_office(read_text("và Môi trường"), 0)
    (True, False)
    """
    if line.keys[at] not in _JOINTS or at + 1 >= len(line):
        return False
    if opens_role(line, at + 1) or (line.keys[at + 1] == "trưởng" and opens_body(line, at + 2)):
        return True
    return line.keys[at + 1] in {"ông", "bà"} and line.texts[at + 1].islower()


def inside_word(line: Line, at: int) -> bool:
    """Whether a unit word in small letters is a syllable of a longer word: nông | thôn | mới, kinh tế - | xã | hội.

    >>> from pipeline.grammar.syllables import read_text
    >>> line = read_text("nông thôn mới thôn Đồng Tâm")
    >>> inside_word(line, 1), inside_word(line, 3)
    (True, False)
    """
    found = unit_word_at(line, at)
    if found is None or found[0] > 1 or at + 1 >= len(line):
        return False
    if not line.texts[at].islower() or not line.texts[at + 1].islower():
        return False
    pairs = compounds()
    return (line.keys[at], line.keys[at + 1]) in pairs or (at > 0 and (line.keys[at - 1], line.keys[at]) in pairs)


@cache
def compounds() -> frozenset[tuple[str, str]]:
    """Words of two syllables in the fields and bodies of the lexicon: every other pair, where their number is even."""
    names = [name for field in fields() for name in (field.name, *field.surfaces)]
    names += [name for body in bodies() for name in (body.name, *body.surfaces)]
    parts = [split_keys(part) for name in names for part in re.split(r" và | - |[,&]", name)]
    pairs = {pair for keys in parts if len(keys) % 2 == 0 for pair in zip(keys[::2], keys[1::2], strict=True)}
    return frozenset(pair for pair in pairs if pair[0] not in head_table())
