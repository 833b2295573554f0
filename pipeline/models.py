"""Every type that passes between stages. Imports no stage; holds no logic beyond what a type must promise.

The flow, each arrow one pure function (a later stage takes the earlier one's result, so a wrong order is a type
error)::

    Document -> Article -> Segmented -> Recognised -> Normalised -> Extraction
             clean      segment     recognise     normalise     link

All offsets are code points into ``Article.text``, half-open: ``text[start:end]`` is the evidence, always.
The fields of the row types (``Article`` .. ``Rejection``) are the columns of the tables of the same name; the Arrow
types and the descriptions of the columns stand in :mod:`pipeline.tables`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

EMPTY: Mapping[str, int] = {}


class Section(StrEnum):
    """Where in a page a line stands."""

    TITLE = "title"
    DATELINE = "dateline"
    BODY = "body"
    CAPTION = "caption"
    BYLINE = "byline"
    FURNITURE = "furniture"


class Label(StrEnum):
    """What a mention names; ``POSITION`` ⊃ ``ORGANISATION`` ⊃ ``PLACE`` when nested."""

    PERSON = "PERSON"
    POSITION = "POSITION"
    ORGANISATION = "ORGANISATION"
    PLACE = "PLACE"


class Form(StrEnum):
    """How a mention names its entity."""

    FULL = "full"
    SHORT = "short"  # "ông Tám", "Huyện ủy" for Huyện ủy Hàm Yên
    TITLE_ONLY = "title_only"  # "đồng chí Bí thư Huyện ủy nhấn mạnh"
    LIST_ITEM = "list_item"  # "các xã Dân Chủ, Quảng La": a name without its shared unit word


class Status(StrEnum):
    """How a person stands to an office, as one article tells it."""

    CURRENT = "current"
    FORMER = "former"
    ACTING = "acting"
    INCOMING = "incoming"
    CANDIDATE = "candidate"


class Branch(StrEnum):
    """The system of institutions that an office or a body belongs to."""

    PARTY = "party"
    PEOPLES_COUNCIL = "peoples_council"
    GOVERNMENT = "government"
    FRONT = "front"
    MASS_ORGANISATION = "mass_organisation"
    MILITARY = "military"
    POLICE = "police"
    JUDICIARY = "judiciary"
    LEGISLATURE = "legislature"
    ENTERPRISE = "enterprise"
    EDUCATION = "education"
    HEALTH = "health"
    OTHER = "other"


class Level(StrEnum):
    """Administrative level of an office, body or place."""

    CENTRAL = "central"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    VILLAGE = "village"
    NONE = "none"


class Stage(StrEnum):
    """The step at which something was refused."""

    READ = "read"
    CLEAN = "clean"
    SEGMENT = "segment"
    RECOGNISE = "recognise"
    NORMALISE = "normalise"
    LINK = "link"


class Reason(StrEnum):
    """Closed list of reasons for a refusal; ``explanation`` is the sentence a person reads."""

    UNREADABLE = "unreadable"
    NOT_TEXT = "not_text"
    EMPTY = "empty"
    TOO_SHORT = "too_short"
    NOT_VIETNAMESE = "not_vietnamese"
    SCRAMBLED = "scrambled"
    DUPLICATE = "duplicate"
    TOO_LARGE = "too_large"
    BAD_RECORD = "bad_record"
    PERMISSION = "permission"
    LINK_LOOP = "link_loop"
    ENCRYPTED = "encrypted"
    UNSAFE = "unsafe"
    BAD_STATUS = "bad_status"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    LOST_WORD = "lost_word"
    AMBIGUOUS_PLACE = "ambiguous_place"
    UNKNOWN_PLACE = "unknown_place"
    AMBIGUOUS_ORGANISATION = "ambiguous_organisation"
    AMBIGUOUS_PERSON = "ambiguous_person"
    UNKNOWN_PERSON = "unknown_person"

    @property
    def explanation(self) -> str:
        """One sentence for people.

        >>> Reason.DUPLICATE.explanation
        'the same document was already read; see detail for which'
        """
        return _EXPLANATIONS[self]


_EXPLANATIONS: Mapping[Reason, str] = {
    Reason.UNREADABLE: "the bytes could not be decoded or unpacked",
    Reason.NOT_TEXT: "the file holds binary data, not text",
    Reason.EMPTY: "nothing is left after cleaning",
    Reason.TOO_SHORT: "too little text to be an article",
    Reason.NOT_VIETNAMESE: "the text is not Vietnamese",
    Reason.SCRAMBLED: "the diacritics are scrambled, as on spam copies of real pages",
    Reason.DUPLICATE: "the same document was already read; see detail for which",
    Reason.TOO_LARGE: "the document is larger than the limit (raise it with --max-mb)",
    Reason.BAD_RECORD: "a record of the container could not be parsed or has no text",
    Reason.PERMISSION: "the file may not be read",
    Reason.LINK_LOOP: "a symbolic link leads back to itself",
    Reason.ENCRYPTED: "a member of an archive is locked with a password",
    Reason.UNSAFE: "an archive unpacks out of all proportion, or a path in it leads out of it",
    Reason.BAD_STATUS: "the web server did not answer with the page but with an error or a redirect",
    Reason.CRASHED: "the document ended its worker process",
    Reason.TIMEOUT: "the document took longer than the time limit",
    Reason.LOST_WORD: "a word of the segmenter could not be found again in the text",
    Reason.AMBIGUOUS_PLACE: "several administrative units fit and the article does not decide",
    Reason.UNKNOWN_PLACE: "no administrative unit of that name existed on the day",
    Reason.AMBIGUOUS_ORGANISATION: "several bodies fit and the article does not decide",
    Reason.AMBIGUOUS_PERSON: "several people of the article fit",
    Reason.UNKNOWN_PERSON: "no person of the article fits",
}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points.

    >>> Span(2, 5).length, Span(0, 9).covers(Span(2, 5)), Span(0, 3).overlaps(Span(3, 4))
    (3, True, False)
    """

    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


# --- read and cleaned -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document as it lies in the raw folder: a file's bytes (unpacked, not decoded) or one record of a container.

    ``article_id`` is the first 16 hex digits of SHA-256 of ``payload`` (bytes as they are; text as UTF-8). ``source``
    is the path under the raw folder, ``path#n`` for record n (from 0) of a container, ``archive.zip!/path`` for a
    member of an archive. ``charset`` is what the protocol round it declares (HTTP, MIME).
    """

    article_id: str
    source: str
    payload: bytes | str
    format: str | None = None
    url: str | None = None
    title: str | None = None
    published_on: date | None = None
    authors: tuple[str, ...] = ()
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One raw document as a reader hands it over: decoded, not yet cleaned.

    ``content`` is text or markup by ``format``; what the container or the markup itself tells (title, url …) comes
    along and is preferred by the cleaner over what it would guess from the text.
    """

    article_id: str
    source: str
    content: str
    format: str
    encoding: str
    url: str | None = None
    title: str | None = None
    published_on: date | None = None
    authors: tuple[str, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class Block:
    """A line of the article and its place in the page."""

    start: int
    end: int
    section: Section


@dataclass(frozen=True, slots=True)
class Article:
    """One clean text. ``blocks`` are its non-empty lines in order."""

    article_id: str
    source: str
    format: str
    encoding: str
    url: str | None
    title: str | None
    published_on: date | None
    event_on: date | None
    authors: tuple[str, ...]
    text: str
    blocks: tuple[Block, ...]
    repairs: Mapping[str, int] = field(default_factory=lambda: EMPTY)

    @property
    def day(self) -> date | None:
        """The day the article speaks on: ``published_on``, else ``event_on``."""
        return self.published_on or self.event_on


class Token(NamedTuple):
    """A word of the segmenter, anchored in the text; ``pos`` as underthesea names it (N, Np, V …).

    A tuple, because an article has hundreds and nothing is made more often.
    """

    start: int
    end: int
    pos: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; never crosses a line of the article."""

    sentence_id: int
    start: int
    end: int
    section: Section
    tokens: tuple[Token, ...] = ()


# --- recognised -----------------------------------------------------------------------------------------------------


class Mention(NamedTuple):
    """A span that names a person, office, body or place. A tuple, because each stage makes it anew with what it adds.

    ``parent_id`` is the mention that directly encloses this one. ``normal``, ``entity_id`` and, for a POSITION, the
    body and the unit it belongs to (``organisation_id``, ``place_id``, with the parts that context gave in
    ``inferred``) come from the normalise stage, ``person_id`` from the link stage; ``None`` means unresolved.
    """

    mention_id: int
    sentence_id: int
    parent_id: int | None
    label: Label
    start: int
    end: int
    form: Form
    rule: str
    score: float = 1.0
    holders: int | None = None
    normal: str | None = None
    entity_id: str | None = None
    organisation_id: str | None = None
    place_id: str | None = None
    inferred: tuple[str, ...] = ()
    person_id: str | None = None

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


# --- normalised -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Position:
    """One office in its normal form."""

    position_id: str
    title: str
    title_en: str
    role: str
    modifiers: tuple[str, ...]
    body: str | None
    branch: Branch
    level: Level


@dataclass(frozen=True, slots=True)
class Organisation:
    """One body in its normal form."""

    organisation_id: str
    name: str
    body: str
    branch: Branch
    level: Level
    place_id: str | None
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative unit of one era, or a place without a code (village, neighbourhood, foreign country)."""

    place_id: str
    gso_code: str | None
    era: str | None
    level: Level
    unit_type: str
    name: str
    full_name: str
    parent_id: str | None = None
    province_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    successor_ids: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None


# --- linked ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """One person of one article."""

    article_id: str
    person_id: str
    name: str
    name_key: str
    honorific: str | None
    rank: str | None
    degree: str | None
    gender: str | None
    credit: bool
    mention_count: int


@dataclass(frozen=True, slots=True)
class Membership:
    """Who holds what, where, as one article tells it, with the span that tells it best."""

    membership_id: str
    article_id: str
    person_id: str
    position_id: str
    organisation_id: str | None
    place_id: str | None
    status: Status
    term: str | None
    observed_on: date | None
    sentence_id: int
    start: int
    end: int
    evidence: str
    inferred: tuple[str, ...]
    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """An article that tells the same news as another in nearly the same words; ``likeness`` to the nearest of them."""

    article_id: str
    cluster_id: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that could not be read, or a reading that was refused."""

    source: str
    article_id: str | None
    stage: Stage
    reason: Reason
    detail: str
    start: int | None = None
    end: int | None = None


# --- what each stage hands on ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segmented:
    """An article and its sentences."""

    article: Article
    sentences: tuple[Sentence, ...]
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognised:
    """A segmented article and its mentions, sorted by start, the enclosing one first."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Normalised:
    """Mentions with normal forms and entity ids, and the entities they name."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    positions: tuple[Position, ...]
    organisations: tuple[Organisation, ...]
    places: tuple[Place, ...]
    rejections: tuple[Rejection, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that one article says: the rows of every table."""

    article: Article
    sentences: tuple[Sentence, ...]
    mentions: tuple[Mention, ...]
    people: tuple[Person, ...]
    positions: tuple[Position, ...]
    organisations: tuple[Organisation, ...]
    places: tuple[Place, ...]
    memberships: tuple[Membership, ...]
    rejections: tuple[Rejection, ...] = ()


# --- the types themselves -------------------------------------------------------------------------------------------


def is_row_type(kind: type[Any]) -> bool:
    """Whether a type is a record with named fields: a dataclass, or a named tuple where there are many of it.

    >>> is_row_type(Sentence), is_row_type(Token), is_row_type(Section)
    (True, True, False)
    """
    return is_dataclass(kind) or hasattr(kind, "_fields")


def field_names(kind: type[Any]) -> tuple[str, ...]:
    """Names of the fields of a row type, in their order.

    >>> field_names(Token), field_names(Span)
    (('start', 'end', 'pos'), ('start', 'end'))
    """
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else tuple(kind._fields)
