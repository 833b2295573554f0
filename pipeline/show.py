"""One article as the terminal shows it: the text with its mentions, and who holds what, with the rule that says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.errors import InputError
from pipeline.flow import process_document
from pipeline.gazetteer import Gazetteer, load_gazetteer
from pipeline.models import Extraction, Label, Mention, Place, Rejection
from pipeline.orthography import settle
from pipeline.readers import ReadOptions, read_sources

STYLES = {
    Label.PERSON: "bold cyan",
    Label.POSITION: "yellow",
    Label.ORGANISATION: "green",
    Label.PLACE: "magenta",
}


def read_extraction(path: Path) -> Extraction:
    """Take one file through all stages; of a container, the first record.

    Raises:
        InputError: there is no such file, or it cannot become an article.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}")
    for raw in read_sources(path, options=ReadOptions()):
        if isinstance(raw, Rejection):
            raise InputError(f"{path} cannot be read: {raw.reason.explanation} ({raw.detail})")
        outcome = process_document(raw)
        if isinstance(outcome.state, Extraction):
            return outcome.state
        last = outcome.rejections[-1]
        raise InputError(f"{path} is no article: {last.reason.explanation} ({last.detail})")
    raise InputError(f"{path} holds no document")


def render_extraction(extraction: Extraction, *, colour: bool) -> RenderableType:
    """Headline and dates, the text with its mentions, the memberships, what was refused.

    Without ``colour`` the mentions stand in brackets: ``⟦POSITION Bí thư ⟦ORGANISATION Huyện ủy⟧⟧``.
    """
    article = extraction.article
    text = _colour_text(extraction) if colour else Text(mark_text(article.text, extraction.mentions))
    parts: list[RenderableType] = [_head(extraction), Text(), text, Text()]
    if colour:
        parts.append(Text("  ").join(Text(label.value.lower(), style) for label, style in STYLES.items()))
    parts.append(_membership_table(extraction) if extraction.memberships else Text("No memberships.", "dim"))
    parts.extend(
        Text(f"refused: {each.reason.value}: {each.detail} ({each.stage})", "dim") for each in extraction.rejections
    )
    return Group(*parts)


def _head(extraction: Extraction) -> Text:
    article = extraction.article
    facts = [
        f"published {article.published_on}" if article.published_on else "no date of publication",
        f"event {article.event_on}" if article.event_on else "",
        f"by {', '.join(article.authors)}" if article.authors else "",
        f"{len(extraction.sentences)} sentences",
    ]
    head = Text(article.title or "(no headline)", "bold")
    return head.append("\n" + " · ".join(fact for fact in facts if fact), "dim")


def _colour_text(extraction: Extraction) -> Text:
    text = Text(extraction.article.text)
    for mention in sorted(extraction.mentions, key=lambda mention: (mention.start, -mention.end)):
        text.stylize(STYLES[mention.label], mention.start, mention.end)
    return text


def mark_text(text: str, mentions: Sequence[Mention]) -> str:
    """The text with nested brackets round its mentions.

    >>> from pipeline.models import Form
    >>> spans = [(0, Label.POSITION, 0, 15), (1, Label.ORGANISATION, 7, 15)]
    >>> mark_text("Bí thư Huyện ủy", [Mention(i, 0, None, label, s, e, Form.FULL, "r") for i, label, s, e in spans])
    '⟦POSITION Bí thư ⟦ORGANISATION Huyện ủy⟧⟧'
    """
    opening: dict[int, list[Mention]] = {}
    closing: dict[int, int] = {}
    for mention in mentions:
        opening.setdefault(mention.start, []).append(mention)
        closing[mention.end] = closing.get(mention.end, 0) + 1
    marked: list[str] = []
    at = 0
    for stop in sorted({*opening, *closing, len(text)}):
        marked.append(text[at:stop])
        marked.append("⟧" * closing.get(stop, 0))
        marked.extend(f"⟦{mention.label} " for mention in sorted(opening.get(stop, ()), key=lambda m: -m.end))
        at = stop
    return "".join(marked)


def _membership_table(extraction: Extraction) -> Table:
    people = {person.person_id: person.name for person in extraction.people}
    positions = {position.position_id: position for position in extraction.positions}
    organisations = {body.organisation_id: body.name for body in extraction.organisations}
    places = {unit.place_id: unit.full_name for unit in extraction.places}
    table = Table(title="Who holds what", title_justify="left")
    for column in ("person", "office", "in English", "body", "place", "status", "evidence", "rule"):
        table.add_column(column, overflow="fold")
    for row in extraction.memberships:
        position = positions[row.position_id]
        table.add_row(
            people[row.person_id],
            position.title,
            position.title_en,
            organisations.get(row.organisation_id or "", "–"),
            places.get(row.place_id or "", "–"),
            row.status.value,
            row.evidence,
            f"{row.rule} {row.score:.2f}" + (f"\n{', '.join(row.inferred)} from context" if row.inferred else ""),
        )
    return table


def render_places(name: str, *, on: date | None = None) -> RenderableType:
    """The administrative units of a name (on a day), with their codes, days and successors.

    Raises:
        InputError: no unit has, or on that day had, the name.
    """
    gazetteer = load_gazetteer()
    units = _find_units(gazetteer, name, on)
    if not units:
        raise InputError(f"no unit is named {name}" + (f" on {on}" if on else ""))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("unit", "id", "code", "from", "to", "became"):
        table.add_column(column, overflow="fold")
    for unit in units:
        days = [str(day) if day else "" for day in (unit.valid_from, unit.valid_to)]
        became = "; ".join(successor.full_name for successor in gazetteer.successors(unit.place_id))
        table.add_row(unit.full_name, unit.place_id, unit.gso_code or "", *days, became)
    return table


def _find_units(gazetteer: Gazetteer, name: str, on: date | None) -> tuple[Place, ...]:
    """Units by the whole name, else by a name after its unit word of one or two syllables."""
    syllables = settle(name).split()
    for words in range(min(3, len(syllables))):
        unit_type = " ".join(syllables[:words]).lower() or None
        units = gazetteer.named(" ".join(syllables[words:]), unit_type=unit_type, on=on)
        if units:
            return units
    return ()
