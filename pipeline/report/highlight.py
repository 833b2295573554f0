"""The text of an article cut into lines and pieces, with its mentions as marks that nest and never cross.

What enters is the text with its mentions and the spans that rows point to; what leaves are lines of pieces. Whatever
the offsets say, the pieces joined are the text, and each mark that opens in a line closes in it: a span that would
cross another or a line's end is cut there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.models import Article, Mention, Section, Span
from pipeline.report.views import Line, Mark, Piece


@dataclass(frozen=True, slots=True)
class Target:
    """A span that a row points to; ``number`` tells the rows of a page apart, ``anchor`` is the id to scroll to."""

    number: int
    anchor: str
    span: Span


def highlight_text(
    article: Article,
    mentions: Sequence[Mention],
    targets: Sequence[Target],
    describe: Callable[[Mention], Mark],
) -> tuple[Line, ...]:
    """Lines of the article with marks and targets; ``describe`` says what the mark of a mention tells.

    >>> from pipeline.models import Block, Form, Label
    >>> article = Article("0", "a.txt", "text", "utf-8", None, None, None, None, (), "Bí thư Huyện ủy", ())
    >>> spans = [(0, Label.POSITION, 0, 15), (1, Label.ORGANISATION, 7, 15)]
    >>> mentions = [Mention(i, 0, None, label, s, e, Form.FULL, "r") for i, label, s, e in spans]
    >>> line, = highlight_text(article, mentions, (), lambda mention: Mark(mention.label, "", None))
    >>> [(piece.text, len(piece.opens), piece.closes) for piece in line.pieces]
    [('Bí thư ', 1, 0), ('Huyện ủy', 1, 2)]
    """
    sections = {block.start: block.section for block in article.blocks}
    return tuple(
        Line(
            sections.get(span.start, Section.BODY).value,
            tuple(_cut_line(article.text, span, _within(span, mentions), _touching(span, targets), describe)),
        )
        for span in _lines(article.text)
    )


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield Span(start, start + len(line))
        start += len(line) + 1


def _within(line: Span, mentions: Sequence[Mention]) -> Mapping[int, list[tuple[int, Mention]]]:
    """Mentions that start in the line, by start, the enclosing one first, with the end they may have."""
    found: dict[int, list[tuple[int, Mention]]] = {}
    open_ends: list[int] = [line.end]
    starting = (m for m in mentions if line.start <= m.start < line.end and m.start < m.end)
    for mention in sorted(starting, key=lambda m: (m.start, -m.end, m.mention_id)):
        while len(open_ends) > 1 and open_ends[-1] <= mention.start:
            open_ends.pop()
        end = min(mention.end, open_ends[-1])
        open_ends.append(end)
        found.setdefault(mention.start, []).append((end, mention))
    return found


def _touching(line: Span, targets: Sequence[Target]) -> Sequence[Target]:
    return [target for target in targets if target.span.overlaps(line)]


def _cut_line(
    text: str,
    line: Span,
    mentions: Mapping[int, list[tuple[int, Mention]]],
    targets: Sequence[Target],
    describe: Callable[[Mention], Mark],
) -> Iterator[Piece]:
    ends = [end for opened in mentions.values() for end, _ in opened]
    edges = [
        edge for target in targets for edge in (target.span.start, target.span.end) if line.start < edge < line.end
    ]
    stops = sorted({line.start, line.end, *mentions, *ends, *edges})
    for start, end in pairwise(stops):
        covering = [target for target in targets if target.span.covers(Span(start, end))]
        yield Piece(
            text=text[start:end],
            opens=tuple(describe(mention) for _, mention in mentions.get(start, ())),
            closes=ends.count(end),
            anchors=tuple((target.anchor, target.number) for target in covering if _begins(target, start, line)),
            targets=" ".join(str(target.number) for target in covering),
        )


def _begins(target: Target, start: int, line: Span) -> bool:
    """A target that runs over several lines is anchored where it starts, once."""
    return target.span.start == start and line.start <= target.span.start
