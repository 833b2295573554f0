"""Memberships as a GraphML graph: people on one side, bodies on the other, an edge for each membership.

What enters is claims; what leaves is XML that networkx, Gephi, Cytoscape and igraph open. Node kinds: ``person`` (one
person of one article), ``organisation``, and ``office`` for the few offices that belong to no body (Chủ tịch nước). An
edge carries title, status, day, and the sentence with its article and evidence span. A person with two offices in one
body has two edges, so the graph is a multigraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from pipeline.exports.rows import ArticleHead, Claim

_NODE_KEYS = {
    "kind": "string",
    "label": "string",
    "honorific": "string",
    "rank": "string",
    "gender": "string",
    "branch": "string",
    "level": "string",
    "place": "string",
    "latitude": "double",
    "longitude": "double",
}
_EDGE_KEYS = {
    "title": "string",
    "title_en": "string",
    "status": "string",
    "term": "string",
    "observed_on": "string",
    "evidence": "string",
    "sentence": "string",
    "start": "int",
    "end": "int",
    "article": "string",
    "article_id": "string",
    "source": "string",
    "url": "string",
}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2: Char

Value = str | int | float | None


def write_graphml(articles: Iterable[tuple[ArticleHead, tuple[Claim, ...]]], stream: TextIO) -> int:
    """Write the claims of ``articles`` as GraphML and count the edges; ids of bodies already written are remembered.

    >>> import io
    >>> write_graphml([], io.StringIO())
    0
    """
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
    for domain, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, kind in keys.items():
            stream.write(f'<key id="{domain}.{name}" for="{domain}" attr.name="{name}" attr.type="{kind}"/>\n')
    stream.write('<graph id="memberships" edgedefault="undirected">\n')
    written: set[str] = set()
    count = 0
    for _, claims in articles:
        stream.writelines(_people(claims))
        for claim in claims:
            node = claim.membership.organisation_id or claim.post_key
            if node not in written:
                written.add(node)
                stream.write(_body(node, claim))
            stream.write(_edge(node, claim))
            count += 1
    stream.write("</graph>\n</graphml>\n")
    return count


def _people(claims: Iterable[Claim]) -> Iterator[str]:
    for key, claim in {claim.person_key: claim for claim in claims}.items():
        person = claim.person
        values: dict[str, Value] = {
            "kind": "person",
            "label": person.name,
            "honorific": person.honorific,
            "rank": person.rank,
            "gender": person.gender,
        }
        yield f"<node id={_attribute(key)}>{_write_data('node', values)}</node>\n"


def _body(node: str, claim: Claim) -> str:
    body = claim.organisation or claim.position
    values: dict[str, Value] = {
        "kind": "organisation" if claim.organisation else "office",
        "label": claim.organisation.name if claim.organisation else claim.position.title,
        "branch": body.branch.value,
        "level": body.level.value,
        "place": claim.place.full_name if claim.place else None,
        "latitude": claim.place.latitude if claim.place else None,
        "longitude": claim.place.longitude if claim.place else None,
    }
    return f"<node id={_attribute(node)}>{_write_data('node', values)}</node>\n"


def _edge(node: str, claim: Claim) -> str:
    membership, article = claim.membership, claim.article
    values: dict[str, Value] = {
        "title": claim.position.title,
        "title_en": claim.position.title_en,
        "status": membership.status.value,
        "term": membership.term,
        "observed_on": membership.observed_on.isoformat() if membership.observed_on else None,
        "evidence": membership.evidence,
        "sentence": claim.sentence,
        "start": membership.start,
        "end": membership.end,
        "article": article.title,
        "article_id": article.article_id,
        "source": article.source,
        "url": article.web_address,
    }
    ends = f"source={_attribute(claim.person_key)} target={_attribute(node)}"
    return f"<edge id={_attribute(claim.membership_key)} {ends}>{_write_data('edge', values)}</edge>\n"


def _write_data(domain: str, values: dict[str, Value]) -> str:
    return "".join(
        f'<data key="{domain}.{name}">{escape(_clean(str(value)))}</data>'
        for name, value in values.items()
        if value is not None
    )


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
