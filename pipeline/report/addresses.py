"""Where each page lies: names that follow from content, in lower-case ASCII, and never meet.

Pages of articles, offices, bodies and places bear the id of their row, so that a notebook can make the link itself;
the page of a person name bears the folded name for people to read and a digest of the exact name to tell Hưng from
Hùng.

>>> article_page("4365b92a862762a3"), place_page("63.d764")
('articles/4365b92a862762a3.html', 'places/63.d764.html')
>>> person_page("Nguyễn Văn Hùng")
'people/nguyen-van-hung-94dd5577ea42.html'
"""

from __future__ import annotations

import hashlib
import re

from pipeline.orthography import fold
from pipeline.report.views import Kind

_PLAIN_ID = re.compile(r"(?!index$)[a-z0-9]+(?:[._-][a-z0-9]+)*")
_LONGEST = 80  # file names of 255 bytes are the common limit; this leaves room for the number of a list page
_DIGITS = 12  # 48 bits tell names of one folded form apart


def article_page(article_id: str) -> str:
    """Page of an article."""
    return _page(Kind.ARTICLE, article_id)


def office_page(position_id: str) -> str:
    """Page of an office."""
    return _page(Kind.OFFICE, position_id)


def organisation_page(organisation_id: str) -> str:
    """Page of a body."""
    return _page(Kind.ORGANISATION, organisation_id)


def place_page(place_id: str) -> str:
    """Page of a place."""
    return _page(Kind.PLACE, place_id)


def person_page(name: str) -> str:
    """Page of a person name."""
    slug = fold(name).replace(" ", "-")[:_LONGEST].strip("-")
    return f"{Kind.PERSON}/{slug or 'x'}-{_digest(name)}.html"


def numbered_page(page: str, number: int) -> str:
    """The ``number``-th page (from 1) of a list that begins at ``page``.

    >>> numbered_page("people/index.html", 1), numbered_page("people/index.html", 2)
    ('people/index.html', 'people/index~2.html')
    """
    return page if number == 1 else f"{page.removesuffix('.html')}~{number}.html"


def evidence_anchor(membership_id: str) -> str:
    """Id of the place in an article's page where the evidence of a membership starts."""
    return f"e-{membership_id}"


def _page(kind: Kind, key: str) -> str:
    """An id that could be no file name (or somebody else's) gives way to its digest."""
    plain = len(key) <= _LONGEST and _PLAIN_ID.fullmatch(key)
    return f"{kind}/{key if plain else 'id~' + _digest(key)}.html"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
