"""What a change of rules gained and lost: the memberships and mentions of two folders of tables, row by row.

What enters is two folders made from the same documents; what leaves is the rows that only one of them has, each with
the sentence that it was read from. Rows are compared by what they say, not by their ids: a membership by source,
person, title, organisation, place and status; a mention by source, label, text, normal form and where it starts (in an
article whose clean text differs: which of the mentions of that label and text it is).

In this order: a digest of the rows of every article in both folders; then, of the articles whose digests differ, the
rows themselves. So memory grows with the number of articles and with what differs, not with the tables.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from hashlib import blake2b
from itertools import groupby
from pathlib import Path
from typing import Protocol, TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.exports.rows import (
    Claim,
    Entities,
    claim_parts,
    flatten_claim,
    read_claims,
    read_columns,
    read_entities,
)
from pipeline.models import Span
from pipeline.tables import rows_of


class _HasArticle(Protocol):
    @property
    def article_id(self) -> str: ...


_OfArticle = TypeVar("_OfArticle", bound=_HasArticle)


class Kind(StrEnum):
    """What kind of row was gained or lost."""

    MEMBERSHIP = "membership"
    MENTION = "mention"


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One row of a folder by what it says.

    ``start`` and ``end`` are the span of the evidence or the mention in its article, ``sentence`` is the text around
    it, which starts at ``sentence_start``. ``says`` is person, title, organisation, place and status, or label, text
    and normal form; what is not known is empty.
    """

    source: str
    start: int
    end: int
    kind: Kind
    says: tuple[str, ...]
    sentence: str
    sentence_start: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What folder B gained and lost against folder A: rows by source and place in the article.

    ``kept`` counts the rows that both have; ``only_a`` and ``only_b`` are the sources of articles that one of them
    alone has, whose rows count as lost and gained.
    """

    gained: tuple[Row, ...]
    lost: tuple[Row, ...]
    kept: Mapping[Kind, int]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether both folders say the same."""
        return not (self.gained or self.lost or self.only_a or self.only_b)

    def count(self, kind: Kind) -> tuple[int, int]:
        """How many rows of a kind were gained, and how many lost."""
        gained, lost = (sum(row.kind is kind for row in rows) for rows in (self.gained, self.lost))
        return gained, lost


def compare_folders(a: Path, b: Path) -> Comparison:
    """What the tables in ``b`` say that those in ``a`` do not, and the other way round.

    Raises:
        TableError: a table is missing, cannot be read, or names a row that is not there.
    """
    before, after = _digest_folder(a), _digest_folder(b)
    unchanged = {source for source, digest in before.items() if after.get(source) == digest}
    same_text = {source for source, digest in before.items() if source in after and after[source].text == digest.text}
    lost, gained = (_read_keyed(folder, without=unchanged, same_text=same_text) for folder in (a, b))
    both = Counter(key for key, _ in lost) & Counter(key for key, _ in gained)
    new = _subtract(gained, both)
    total = Counter[Kind]()
    for digest in after.values():
        total.update(digest.counts)
    return Comparison(
        gained=new,
        lost=_subtract(lost, both),
        kept={kind: total[kind] - sum(row.kind is kind for row in new) for kind in Kind},
        only_a=tuple(sorted(before.keys() - after.keys())),
        only_b=tuple(sorted(after.keys() - before.keys())),
    )


# --- one folder -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Digest:
    """An article by its text and its rows, which are counted by kind."""

    text: bytes
    rows: bytes
    counts: Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class _Article:
    """All that one article of a folder says."""

    source: str
    text: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class _Spot:
    """What is compared of a row of mentions."""

    article_id: str
    sentence_id: int
    label: str
    start: int
    end: int
    text: str
    normal: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    """Where a sentence stands."""

    article_id: str
    sentence_id: int
    start: int
    end: int


def _digest_folder(folder: Path) -> dict[str, _Digest]:
    digests: dict[str, _Digest] = {}
    for article in _iter_articles(folder):
        rows = sorted((row.kind, row.says, row.start, row.end) for row in article.rows)
        counts = Counter(row.kind for row in article.rows)
        digests[article.source] = _Digest(_hash(article.text), _hash(repr(rows)), counts)
    return digests


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


_Key = tuple[str, Kind, tuple[str, ...], int]


def _read_keyed(folder: Path, *, without: Collection[str], same_text: Collection[str]) -> list[tuple[_Key, Row]]:
    """The rows of all articles but some, each with what it shares with the same row of another folder."""
    keyed: list[tuple[_Key, Row]] = []
    for article in _iter_articles(folder):
        if article.source in without:
            continue
        seen = Counter[tuple[str, ...]]()
        for row in article.rows:
            spot = 0
            if row.kind is Kind.MENTION:
                named = row.says[:2]
                spot = row.start if article.source in same_text else seen[named]
                seen[named] += 1
            keyed.append(((row.source, row.kind, row.says, spot), row))
    return keyed


def _subtract(keyed: Iterable[tuple[_Key, Row]], both: Counter[_Key]) -> tuple[Row, ...]:
    """The rows that ``both`` does not account for, in order."""
    left = Counter(both)
    rows: list[Row] = []
    for key, row in keyed:
        if left[key]:
            left[key] -= 1
        else:
            rows.append(row)
    return tuple(sorted(rows))


def _iter_articles(folder: Path) -> Iterator[_Article]:
    entities = read_entities(folder)
    for key in claim_parts(folder):
        yield from _articles_of_part(folder, key, entities)


def _articles_of_part(folder: Path, key: str, entities: Entities) -> Iterator[_Article]:
    articles = read_columns(folder, "articles", key, "article_id", "source", "text").to_pylist()
    lines = rows_of(read_columns(folder, "sentences", key, *_columns(_Line)), _Line)
    sentences = {(line.article_id, line.sentence_id): Span(line.start, line.end) for line in lines}
    spots = _by_article(rows_of(read_columns(folder, "mentions", key, *_columns(_Spot)), _Spot))
    claims = _by_article(read_claims(folder, key, entities))
    for article in articles:
        article_id, source, text = article["article_id"], article["source"], article["text"]
        rows: list[Row] = []
        for spot in spots.get(article_id, ()):
            span = sentences.get((article_id, spot.sentence_id), Span(spot.start, spot.end))
            sentence = text[span.start : span.end]
            says = (spot.label, spot.text, spot.normal or "")
            rows.append(Row(source, spot.start, spot.end, Kind.MENTION, says, sentence, span.start))
        for claim in claims.get(article_id, ()):
            membership = claim.membership
            start = sentences[article_id, membership.sentence_id].start
            span = Span(membership.start, membership.end)
            rows.append(Row(source, span.start, span.end, Kind.MEMBERSHIP, _say(claim), claim.sentence, start))
        yield _Article(source, text, rows)


def _columns(kind: type[_Line] | type[_Spot]) -> list[str]:
    return [field.name for field in fields(kind)]


def _by_article(rows: Iterable[_OfArticle]) -> dict[str, list[_OfArticle]]:
    found: dict[str, list[_OfArticle]] = defaultdict(list)
    for row in rows:
        found[row.article_id].append(row)
    return found


def _say(claim: Claim) -> tuple[str, ...]:
    row = flatten_claim(claim)
    unit = claim.place.full_name if claim.place else ""
    return (row.person, row.title, row.organisation or "", unit, row.status)


# --- for a person to read -------------------------------------------------------------------------------------------

_GAINED, _LOST = "green", "red"


def render_comparison(comparison: Comparison, *, limit: int | None = None) -> RenderableType:
    """What was gained (+) and lost (-), article by article; of each kind at most ``limit`` rows are shown.

    The span that a row was read from stands in brackets within its sentence.
    """
    parts: list[RenderableType] = [_head(comparison)]
    for kind in Kind:
        signed = [(row, "-", _LOST) for row in comparison.lost if row.kind is kind]
        signed += [(row, "+", _GAINED) for row in comparison.gained if row.kind is kind]
        signed.sort(key=lambda item: (item[0].source, item[0].start, item[1] == "+"))
        shown = signed[:limit]
        for source, group in groupby(shown, key=lambda item: item[0].source):
            parts.append(Text(f"\n{source}", "bold"))
            parts.extend(_render_row(row, sign, style) for row, sign, style in group)
        if len(shown) < len(signed):
            parts.append(Text(f"\n… {len(signed) - len(shown):,} more rows of kind {kind.value}", "dim"))
    return Group(*parts)


def _head(comparison: Comparison) -> Text:
    if comparison.same:
        return Text("Both folders say the same.")
    lines = []
    for kind in Kind:
        gained, lost = comparison.count(kind)
        lines.append(f"{kind.value}s: {gained:,} gained, {lost:,} lost, {comparison.kept[kind]:,} kept")
    for sources, name in ((comparison.only_a, "A"), (comparison.only_b, "B")):
        if sources:
            named = ", ".join(sources[:3]) + (" …" if len(sources) > 3 else "")
            lines.append(f"articles that only {name} has: {len(sources):,} ({named})")
    return Text("\n".join(lines))


def _render_row(row: Row, sign: str, style: str) -> Text:
    start, end = row.start - row.sentence_start, row.end - row.sentence_start
    text = Text(f"{sign} {' · '.join(part or '–' for part in row.says)}\n", style)
    sentence = row.sentence
    if 0 <= start <= end <= len(sentence):
        text.append(f"    {sentence[:start]}", "dim").append(f"⟦{sentence[start:end]}⟧", "bold")
        return text.append(sentence[end:], "dim")
    return text.append(f"    {sentence}", "dim")
