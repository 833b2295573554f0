"""Administrative units of Viet Nam since 2015, with their lifetimes and successors, and the resolver of place names.

What enters is a name (and, when known, its type word and the day); what leaves are :class:`pipeline.models.Place`
values.

>>> from datetime import date
>>> gazetteer = load_gazetteer()
>>> [place.full_name for place in gazetteer.named("Thanh Ba", unit_type="thị trấn", on=date(2022, 3, 29))]
['thị trấn Thanh Ba, huyện Thanh Ba, tỉnh Phú Thọ']

:func:`pipeline.gazetteer.resolver.resolve_places` decides among several, for all names of one article at once.
"""

from __future__ import annotations

from pipeline.gazetteer.index import Gazetteer, Surface, load_gazetteer
from pipeline.gazetteer.references import Cue, Reference
from pipeline.gazetteer.resolver import Resolution, Resolved, resolve_places
from pipeline.gazetteer.spelling import compare_key, compare_syllable

__all__ = [
    "Cue",
    "Gazetteer",
    "Reference",
    "Resolution",
    "Resolved",
    "Surface",
    "compare_key",
    "compare_syllable",
    "load_gazetteer",
    "resolve_places",
]
