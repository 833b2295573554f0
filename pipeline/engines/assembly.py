"""Between the results of the stages and the tables of a part: outcomes to tables, stored tables to what a stage takes
up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.flow import Outcome, State, article_of
from pipeline.likeness import sign_article
from pipeline.models import (
    Article,
    Extraction,
    Mention,
    Normalised,
    Organisation,
    Place,
    Position,
    Recognised,
    Rejection,
    Segmented,
    Sentence,
    Stage,
)
from pipeline.order import REFUSED_READINGS, STAGES
from pipeline.storage import Location
from pipeline.tables import (
    DIMENSIONS,
    STAGE_TABLES,
    articles_table,
    dimension_table,
    memberships_table,
    mentions_table,
    part_path,
    people_table,
    read_part,
    rejects_table,
    rows_of,
    sentences_table,
    signatures_table,
)

Row = TypeVar("Row")


def tables_written(stages: Iterable[Stage]) -> list[str]:
    """Names of the tables that these stages write, each once, without ``rejects``."""
    return list(dict.fromkeys(name for stage in stages for name in STAGE_TABLES[stage]))


def build_tables(outcomes: Iterable[Outcome], *, stages: Iterable[Stage]) -> dict[str, pa.Table]:
    """The tables of these stages, filled with what each document reached."""
    states = [outcome.state for outcome in outcomes if outcome.state is not None]
    return {name: _build_table(name, states) for name in tables_written(stages)}


def _build_table(name: str, states: Sequence[State]) -> pa.Table:
    match name:
        case "articles":
            return articles_table([article_of(state) for state in states])
        case "sentences":
            return sentences_table(
                [(state.article, state.sentences) for state in states if not isinstance(state, Article)]
            )
        case "mentions":
            found = [state for state in states if isinstance(state, Recognised | Normalised | Extraction)]
            return mentions_table([(state.article, state.mentions) for state in found])
        case "clusters":
            articles = map(article_of, states)
            return signatures_table({article.article_id: sign_article(article) for article in articles})
        case "people":
            return people_table([row for state in states if isinstance(state, Extraction) for row in state.people])
        case "memberships":
            rows = [row for state in states if isinstance(state, Extraction) for row in state.memberships]
            return memberships_table(rows)
        case _:
            found = [state for state in states if isinstance(state, Normalised | Extraction)]
            return dimension_table(
                name, [(state.article.article_id, row) for state in found for row in getattr(state, name)]
            )


def build_rejects(outcomes: Iterable[Outcome], *, kept: pa.Table, stages: Iterable[Stage]) -> pa.Table:
    """Table ``rejects``: the rejections of the outcomes, and of ``kept`` those of other stages than these."""
    redone = {*stages, Stage.READ} if Stage.CLEAN in stages else {*stages}
    old = [row for row in rows_of(kept, Rejection) if row.stage not in redone]
    return rejects_table([*old, *(rejection for outcome in outcomes for rejection in outcome.rejections)])


def read_tables(processed: Location, key: str, articles: frozenset[str]) -> dict[str, pa.Table]:
    """All stored tables of a part, only the rows of the given articles."""
    names = [name for name in (*tables_written(STAGES), "rejects") if part_path(processed, name, key).exists()]
    return {name: _of_articles(name, read_part(processed, name, key), articles) for name in names}


def _of_articles(name: str, table: pa.Table, articles: frozenset[str]) -> pa.Table:
    if name not in DIMENSIONS:
        return table.filter(pc.is_in(table["article_id"], pa.array(sorted(articles), pa.string())))
    at = table.schema.get_field_index("article_ids")
    told_by = [[each for each in ids if each in articles] for ids in table["article_ids"].to_pylist()]
    column = pa.array(told_by, table.schema.field(at).type)
    return table.set_column(at, table.schema.field(at), column).filter(pc.greater(pc.list_value_length(column), 0))


def restore_states(stored: Mapping[str, pa.Table], *, start: Stage) -> list[tuple[State, bool]]:
    """What stage ``start`` takes up, per article, and whether the article is fit for it.

    An article that an earlier stage failed on is not: it stays where it failed.
    """
    failed = {
        row.article_id
        for row in rows_of(stored["rejects"], Rejection)
        if row.reason not in REFUSED_READINGS and row.stage not in STAGES[STAGES.index(start) :]
    }
    states = _restore_inputs(stored, start)
    return [(state, article_of(state).article_id not in failed) for state in states]


def _restore_inputs(stored: Mapping[str, pa.Table], start: Stage) -> list[State]:
    articles = rows_of(stored["articles"], Article)
    if start is Stage.SEGMENT:
        return list(articles)
    sentences = _by_article(stored["sentences"], Sentence)
    if start is Stage.RECOGNISE:
        return [Segmented(article, sentences[article.article_id]) for article in articles]
    mentions = _by_article(stored["mentions"], Mention)
    recognised = [
        Recognised(article, sentences[article.article_id], mentions[article.article_id]) for article in articles
    ]
    if start is Stage.NORMALISE:
        return list(recognised)
    positions = _told_by(stored["positions"], Position)
    organisations = _told_by(stored["organisations"], Organisation)
    places = _told_by(stored["places"], Place)
    return [
        Normalised(each.article, each.sentences, each.mentions, positions[key], organisations[key], places[key])
        for each in recognised
        for key in [each.article.article_id]
    ]


def _by_article(table: pa.Table, kind: type[Row]) -> Mapping[str, tuple[Row, ...]]:
    rows: dict[str, tuple[Row, ...]] = defaultdict(tuple)
    lists: dict[str, list[Row]] = defaultdict(list)
    for article_id, row in zip(table["article_id"].to_pylist(), rows_of(table, kind), strict=True):
        lists[article_id].append(row)
    rows.update((article_id, tuple(found)) for article_id, found in lists.items())
    return rows


def _told_by(table: pa.Table, kind: type[Row]) -> Mapping[str, tuple[Row, ...]]:
    lists: dict[str, tuple[Row, ...]] = defaultdict(tuple)
    for article_ids, row in zip(table["article_ids"].to_pylist(), rows_of(table, kind), strict=True):
        for article_id in article_ids:
            lists[article_id] += (row,)
    return lists
