"""The page of one article: its text with nested mentions, who holds what by it, and what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.models import Article, Form, Label, Mention, Span
from pipeline.report.addresses import office_page, organisation_page, person_page, place_page
from pipeline.report.catalogue import Catalogue
from pipeline.report.highlight import Target, highlight_text
from pipeline.report.views import ArticleView, Fact, Mark, MembershipRow, RejectRow
from pipeline.report.wording import LABELS, STYLES, say_code, say_inferred, say_rule, web_address

_LEGEND = tuple((STYLES[label], name) for label, name in LABELS.items())


def view_article(
    catalogue: Catalogue,
    article: Article,
    mentions: Sequence[Mention],
    rows: Sequence[MembershipRow],
    rejects: Sequence[RejectRow],
) -> ArticleView:
    """Everything the page of ``article`` shows; ``rows`` and ``rejects`` are its own."""
    told = tuple(sorted(rows, key=lambda row: (row.start, row.end, row.anchor)))
    refused = tuple(replace(row, quote=_quote(article, row)) for row in rejects)
    return ArticleView(
        title=article.title or article.source,
        facts=tuple(_facts(article)),
        legend=_LEGEND,
        lines=highlight_text(
            article, mentions, _targets(told, refused), lambda mention: _mark(catalogue, article, mention)
        ),
        rows=told,
        rejects=refused,
    )


def _facts(article: Article) -> Iterator[Fact]:
    yield Fact("Published", str(article.published_on) if article.published_on else "no date given")
    if article.event_on:
        yield Fact("Event", str(article.event_on))
    if article.authors:
        yield Fact("By", ", ".join(article.authors), "vi")
    yield Fact("Source", article.source)
    if article.url:
        yield Fact("Address", article.url, url=web_address(article.url))
    yield Fact("Read as", f"{article.format}, {article.encoding}")
    if article.repairs:
        yield Fact("Mended", ", ".join(f"{name} {count}" for name, count in sorted(article.repairs.items())))
    yield Fact("Id", article.article_id)


def _quote(article: Article, row: RejectRow) -> str:
    return " ".join(article.text[row.start : row.end].split()) if row.start is not None else ""


def _targets(rows: Sequence[MembershipRow], rejects: Sequence[RejectRow]) -> tuple[Target, ...]:
    spans = [(row.anchor, Span(row.start, row.end)) for row in rows]
    spans += [
        (row.anchor, Span(row.start, row.end)) for row in rejects if row.start is not None and row.end is not None
    ]
    return tuple(Target(number, anchor, span) for number, (anchor, span) in enumerate(spans))


# --- what the card of a mention tells -------------------------------------------------------------------------------


def _mark(catalogue: Catalogue, article: Article, mention: Mention) -> Mark:
    facts = [(label, value) for label, value in _tell(catalogue, article, mention) if value]
    return Mark(
        css=STYLES[mention.label],
        facts="\n".join(f"{label}\t{' '.join(value.split())}" for label, value in facts),
        href=_page(catalogue, article, mention),
    )


def _tell(catalogue: Catalogue, article: Article, mention: Mention) -> Iterator[tuple[str, str | None]]:
    yield LABELS[mention.label], _name(catalogue, article, mention)
    match mention.label:
        case Label.POSITION:
            yield from _tell_office(catalogue, article, mention)
        case Label.ORGANISATION:
            body = catalogue.organisations.get(mention.entity_id or "")
            unit = catalogue.places.get((body.place_id if body else mention.place_id) or "")
            yield "Place", unit.full_name if unit else None
        case Label.PLACE:
            unit = catalogue.places.get(mention.entity_id or "")
            yield "Code", say_code(unit) if unit else None
    yield "From context", say_inferred(mention.inferred)
    yield "Form", mention.form.value.replace("_", " ") if mention.form is not Form.FULL else None
    yield "Rule", say_rule(mention.rule, mention.score)


def _name(catalogue: Catalogue, article: Article, mention: Mention) -> str:
    if mention.label is Label.PERSON:
        person = catalogue.people.get((article.article_id, mention.entity_id or ""))
        return person.name if person else mention.normal or "not resolved"
    unit = catalogue.places.get(mention.entity_id or "")
    if mention.label is Label.PLACE and unit:
        return unit.full_name
    if mention.entity_id:
        return mention.normal or mention.entity_id
    return f"{mention.normal} (not resolved)" if mention.normal else "not resolved"


def _tell_office(catalogue: Catalogue, article: Article, mention: Mention) -> Iterator[tuple[str, str | None]]:
    position = catalogue.positions.get(mention.entity_id or "")
    person = catalogue.people.get((article.article_id, mention.person_id or ""))
    body = catalogue.organisations.get(mention.organisation_id or "")
    unit = catalogue.places.get(mention.place_id or "")
    yield "In English", position.title_en if position else None
    yield "Held by", person.name if person else None
    yield "Holders", str(mention.holders) if mention.holders else None
    yield "Body", body.name if body else None
    yield "Place", f"{unit.full_name}, {say_code(unit)}" if unit else None


def _page(catalogue: Catalogue, article: Article, mention: Mention) -> str | None:
    entity = mention.entity_id or ""
    match mention.label:
        case Label.PERSON:
            person = catalogue.people.get((article.article_id, entity))
            return person_page(person.name) if person else None
        case Label.POSITION:
            return office_page(entity) if entity in catalogue.positions else None
        case Label.ORGANISATION:
            return organisation_page(entity) if entity in catalogue.organisations else None
        case Label.PLACE:
            return place_page(entity) if entity in catalogue.places else None
