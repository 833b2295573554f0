"""English glosses of normal titles, from the glosses that the lexicons hold.

What enters is a title in its parts (role, modifiers, bodies from the inside out, unit type); what leaves is one phrase:

1. a title that ``fused.tsv`` glosses as a whole: ``Thủ tướng Chính phủ`` → *Prime Minister*
2. role + bodies: ``Trưởng | Ban Pháp chế | Hội đồng nhân dân | tỉnh`` → *Head of the Legal Affairs Board of the
   Provincial People's Council*
3. role + unit: ``Trưởng | thôn`` → *Village Head*

A body is glossed by its own entry (``bodies.tsv``), else as head noun + field (``heads.tsv``, ``fields.tsv``). What no
lexicon knows stays Vietnamese, as proper names do: *Principal of An Giang University*.

A role's gloss may end in "of the …" (*Commander of the Battalion*), which gives way to the body when one is named, and
may hold another word for one body or for the bodies of a branch: ``Director | judiciary: Chief Procurator``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.grammar.normal_forms import title_of
from pipeline.lexicon import Body, Head, bodies, fields, fused_titles, heads, marked, roles, unit_words
from pipeline.models import Branch
from pipeline.orthography import key

# The state itself writes "Vice" for Phó before these two words; all other deputies are deputies.
_VICE = ("Chairman", "President")
_DEPUTY = "Deputy"
_TRAILING = "in Charge"  # the one modifier that English puts after the role
_NAMED = frozenset({Branch.ENTERPRISE, Branch.EDUCATION})  # central bodies of these go by a name without an article
_COUNTRY = " Việt Nam"
_JOINTS = re.compile(r"(, | và | - )")
_PREPOSITION = re.compile(r" (?:of|for)(?: the)? \{\}$")
_DANGLING = re.compile(r" (?:of|for)(?: the)?$")


@dataclass(frozen=True, slots=True)
class _Gloss:
    """One body in English. ``named``: it opens with a proper name and takes no article."""

    text: str
    name: str
    named: bool = False
    branch: Branch | None = None

    @property
    def phrase(self) -> str:
        return self.text if self.named else f"the {self.text}"


def title_in_english(role: str, modifiers: Sequence[str], body_parts: Sequence[str], unit_type: str | None) -> str:
    """The English gloss of a title given in its parts.

    Args:
        role: normal form of the role (``roles.tsv``).
        modifiers: normal forms of its modifiers, in any order (``modifiers.tsv``).
        body_parts: normal names of the bodies, the innermost first, without unit type.
        unit_type: the unit type of the outermost body, or of the settlement that a role alone belongs to.

    >>> title_in_english("Bí thư", ["Phó", "Thường trực"], ["Huyện ủy"], None)
    'Standing Deputy Secretary of the District Party Committee'
    >>> title_in_english("Chủ tịch", [], ["Ủy ban nhân dân"], "xã")
    "Chairman of the Commune People's Committee"
    >>> title_in_english("Trưởng", [], [], "thôn")
    'Village Head'
    """
    return _in_english(role, tuple(modifiers), tuple(body_parts), unit_type)


@lru_cache(maxsize=4096)
def _in_english(role: str, modifiers: tuple[str, ...], body_parts: tuple[str, ...], unit_type: str | None) -> str:
    whole = _whole_titles().get(key(title_of(role, modifiers, body_parts, unit_type)))
    if whole is not None:
        return whole
    last = len(body_parts) - 1
    glosses = [_body_in_english(name, unit_type if at == last else None) for at, name in enumerate(body_parts)]
    words = _role_in_english(role, modifiers, glosses[0] if glosses else None, unit_type)
    if role in _ministers() and glosses and glosses[0].text.startswith("Ministry of "):
        return f"{words} of {glosses[0].text.removeprefix('Ministry of ')}"
    return " of ".join([words, *(gloss.phrase for gloss in glosses)])


def _role_in_english(role: str, modifiers: Sequence[str], body: _Gloss | None, unit_type: str | None) -> str:
    word = _role_word(role, body)
    if body is not None or unit_type is not None:
        word = word.split(" of the ")[0]
    if body is None:
        word = _with_unit(word, unit_type)
    glosses = [_modifiers()[name] for name in modifiers if name in _modifiers()]
    before = [gloss for gloss in glosses if gloss not in {_DEPUTY, _TRAILING}]
    if _DEPUTY in glosses:
        before.append("Vice" if word.startswith(_VICE) else _DEPUTY)
    after = [_TRAILING] if _TRAILING in glosses else []
    return " ".join([*before, word, *after])


def _role_word(role: str, body: _Gloss | None) -> str:
    general, *special = _roles().get(key(role), role).split(" | ")
    for alternative in special:
        wanted, _, word = alternative.partition(": ")
        if body is not None and wanted in {body.branch, body.name}:
            return word
    return general


def _body_in_english(name: str, unit_type: str | None) -> _Gloss:
    """One body with the unit it belongs to."""
    body = _bodies().get(key(name))
    if body is not None:
        named = body.kind == "central" and (body.branch in _NAMED or body.english.isupper())
        before, joint, after = body.english.rpartition(" of the ")
        return _Gloss(f"{before}{joint}{_with_unit(after, unit_type)}", name, named=named, branch=body.branch)
    if name.endswith(_COUNTRY) and _is_whole(name.removesuffix(_COUNTRY)):
        home = _body_in_english(name.removesuffix(_COUNTRY), unit_type)
        return _Gloss(f"Vietnam {home.text}", name, branch=home.branch)
    bare, inside = _split_unit(name)
    if inside is not None and unit_type is None and _is_whole(bare):
        return _body_in_english(bare, inside)
    return _open_body_in_english(name, unit_type)


def _is_whole(name: str) -> bool:
    """Whether a name is complete without more words: a fixed name, a bare head noun, a head with a known field."""
    head, tail = _split_head(name)
    return key(name) in _bodies() or (head is not None and (not tail or _field_in_english(tail) is not None))


def _open_body_in_english(name: str, unit_type: str | None) -> _Gloss:
    head, tail = _split_head(name)
    if head is None:
        return _Gloss(name, name, named=unit_type is None)
    field = _field_in_english(tail) if tail and head.kind != "proper" else None
    named = bool(tail) and field is None and head.english.startswith("{}")
    pattern = _PREPOSITION.sub(" {}", head.english) if tail[:1].isdigit() else head.english
    filled = pattern.replace("{}", field or _place_first(tail))
    text = _DANGLING.sub("", " ".join(filled.split()))
    proper = named and unit_type is None and key(tail) not in dict(_units())
    return _Gloss(_with_unit(text, unit_type), name, named=proper, branch=head.branch)


def _split_head(name: str) -> tuple[Head | None, str]:
    """Head noun and tail; a head whose tail is a known field goes before a longer one whose tail is not."""
    words = key(name).split(" ")
    beginnings = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    fitting = [head for wanted in beginnings if (head := _heads().get(wanted)) is not None]
    for head in fitting:
        if (tail := name[len(head.name) :].strip()) and _field_in_english(tail) is not None:
            return head, tail
    return (fitting[0], name[len(fitting[0].name) :].strip()) if fitting else (None, name)


def _field_in_english(tail: str) -> str | None:
    """Gloss of a field; of several joined fields, when each is known."""
    known = _fields().get(key(tail))
    if known is not None:
        return known
    parts = _JOINTS.split(tail)[::2]
    glosses = [_fields().get(key(part)) for part in parts]
    if len(parts) < 2 or not all(glosses):
        return None
    *most, last = [gloss for gloss in glosses if gloss]
    return f"{', '.join(most)} and {last}"


def _place_first(tail: str) -> str:
    """``thành phố Cần Thơ`` → ``Cần Thơ City``: English puts the kind of unit after its name."""
    for unit, english in _units():
        if key(tail) == unit:
            return english
        if key(tail).startswith(unit + " "):
            return f"{tail[len(unit) :].strip()} {english}"
    return tail


def _split_unit(name: str) -> tuple[str, str | None]:
    """A name whose last words are a unit type: ``Ban Chấp hành Đảng bộ | tỉnh``."""
    for unit, _ in _units():
        if key(name).endswith(" " + unit):
            return name[: -len(unit)].strip(), unit
    return name, None


def _with_unit(text: str, unit_type: str | None) -> str:
    return f"{_unit_in_english(unit_type)} {text}" if unit_type else text


def _unit_in_english(unit_type: str) -> str:
    return dict(_units()).get(key(unit_type), unit_type)


@cache
def _whole_titles() -> dict[str, str]:
    """Glosses of whole titles by their key."""
    return {key(title.title): title.english for title in fused_titles()}


@cache
def _modifiers() -> dict[str, str]:
    return {row.surface: row.extra for row in marked("modifiers.tsv", surface="name", kind="kind", extra="english")}


@cache
def _roles() -> dict[str, str]:
    return {key(role.name): role.english for role in roles()}


@cache
def _ministers() -> frozenset[str]:
    """Roles of ministries, whose gloss takes the ministry's field: Minister | of Justice."""
    return frozenset(role.name for role in roles() if "ministry" in role.takes)


@cache
def _bodies() -> dict[str, Body]:
    return {key(body.name): body for body in bodies()}


@cache
def _heads() -> dict[str, Head]:
    return {key(head.name): head for head in reversed(heads())}  # of two rows with one name the first counts


@cache
def _fields() -> dict[str, str]:
    return {key(surface): field.english for field in fields() for surface in field.surfaces}


@cache
def _units() -> tuple[tuple[str, str], ...]:
    """Unit types and their glosses, the longest first."""
    return tuple(sorted(((key(unit.name), unit.english) for unit in unit_words()), key=lambda row: -len(row[0])))
