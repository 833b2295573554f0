"""How values of the tables are put in words on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.models import Branch, Label, Level, Place
from pipeline.report.views import Kind

BRANCHES: Mapping[Branch, str] = {
    Branch.PARTY: "Party",
    Branch.PEOPLES_COUNCIL: "People’s Councils",
    Branch.GOVERNMENT: "Government",
    Branch.FRONT: "Fatherland Front",
    Branch.MASS_ORGANISATION: "Mass organisations",
    Branch.MILITARY: "Military",
    Branch.POLICE: "Police",
    Branch.JUDICIARY: "Judiciary",
    Branch.LEGISLATURE: "Legislature",
    Branch.ENTERPRISE: "Enterprises",
    Branch.EDUCATION: "Education",
    Branch.HEALTH: "Health",
    Branch.OTHER: "Other",
}
LEVELS: Mapping[Level, str] = {
    Level.CENTRAL: "Central",
    Level.PROVINCE: "Province",
    Level.DISTRICT: "District",
    Level.COMMUNE: "Commune",
    Level.VILLAGE: "Village",
    Level.NONE: "No level",
}
LABELS: Mapping[Label, str] = {
    Label.PERSON: "Person",
    Label.POSITION: "Office",
    Label.ORGANISATION: "Organisation",
    Label.PLACE: "Place",
}
STYLES: Mapping[Label, str] = {label: label.value.lower() for label in Label}
"""Class of a mark in the style sheet."""
SECTIONS: Mapping[Kind, str] = {
    Kind.ARTICLE: "Articles",
    Kind.PERSON: "People",
    Kind.OFFICE: "Offices",
    Kind.ORGANISATION: "Organisations",
    Kind.PLACE: "Places",
    Kind.REJECT: "Refusals",
}
ERAS: Mapping[str, str] = {
    "34": "34 provinces, since July 2025",
    "63": "63 provinces, until June 2025",
}

_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)


def web_address(url: str | None) -> str | None:
    """The address if it is one that a link may lead to, else nothing.

    >>> web_address("https://example.vn/a"), web_address("javascript:alert(1)"), web_address(" data:text/html,x")
    ('https://example.vn/a', None, None)
    """
    return url if url and _WEB.match(url) else None


def say_inferred(parts: Sequence[str]) -> str:
    """What comes from context, in words.

    >>> say_inferred(("unit_type", "place")), say_inferred(())
    ('unit type, place', '')
    """
    return ", ".join(part.replace("_", " ") for part in parts)


def say_rule(rule: str, score: float) -> str:
    """The rule, and how far it is trusted unless fully.

    >>> say_rule("title.body+after", 0.8), say_rule("person.surname", 1.0)
    ('title.body+after, score 0.80', 'person.surname')
    """
    return rule if score >= 0.995 else f"{rule}, score {score:.2f}"


def say_code(unit: Place) -> str:
    """The official code and the era it belongs to; for a place without a code, that.

    >>> say_code(Place("34.c24343", "24343", "34", Level.COMMUNE, "xã", "Krông Năng", "xã Krông Năng, tỉnh Đắk Lắk"))
    '24343 (34 provinces, since July 2025)'
    """
    if not unit.gso_code:
        return "no official code"
    return f"{unit.gso_code} ({ERAS.get(unit.era or '', 'era unknown')})"


def count_noun(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count_noun(1, "article"), count_noun(2300, "article"), count_noun(2, "body")
    ('1 article', '2,300 articles', '2 bodies')
    """
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {plural}"
