"""Processed tables as data frames, for notebooks."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from pipeline.storage import Location, locate
from pipeline.tables import read_table

COLUMNS = (
    "person",
    "title",
    "title_en",
    "organisation",
    "place",
    "province",
    "status",
    "observed_on",
    "evidence",
    "article",
    "source",
)
"""Columns of :func:`list_holders`."""


def load_table(table: str, processed: Location | str) -> pd.DataFrame:
    """One table, rows sorted by key, Arrow-backed types. See :func:`pipeline.load`."""
    return _to_frame(read_table(processed, table))


def list_holders(processed: Location | str) -> pd.DataFrame:
    """One row per membership in clear text. See :func:`pipeline.who`."""
    root = locate(processed)
    memberships = _to_frame(read_table(root, "memberships"))
    people = _to_frame(read_table(root, "people", columns=["article_id", "person_id", "name"]))
    positions = _to_frame(read_table(root, "positions", columns=["position_id", "title", "title_en"]))
    organisations = _to_frame(read_table(root, "organisations", columns=["organisation_id", "name"]))
    articles = _to_frame(read_table(root, "articles", columns=["article_id", "title", "source"]))
    frame = (
        memberships.merge(people.rename(columns={"name": "person"}), how="left", on=["article_id", "person_id"])
        .merge(positions, how="left", on="position_id")
        .merge(organisations.rename(columns={"name": "organisation"}), how="left", on="organisation_id")
        .merge(_place_names(root), how="left", on="place_id")
        .merge(articles.rename(columns={"title": "article"}), how="left", on="article_id")
        .sort_values(["observed_on", "source", "start", "end", "title"], kind="stable", ignore_index=True)
    )
    return frame.loc[:, list(COLUMNS)]


def _place_names(root: Location) -> pd.DataFrame:
    """Unit and province by ``place_id``, cut from the full name ("xã Thanh Ba, tỉnh Phú Thọ")."""
    places = read_table(root, "places", columns=["place_id", "level", "full_name"]).to_pylist()
    parts = [place["full_name"].split(", ") for place in places]
    provinces = [
        names[-1] if len(names) > 1 or place["level"] == "province" else None
        for place, names in zip(places, parts, strict=True)
    ]
    ids = [place["place_id"] for place in places]
    columns = {"place_id": ids, "place": [names[0] for names in parts], "province": provinces}
    return _to_frame(pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns])))


def _to_frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
    return frame
