"""Tables made by hand: two invented articles with everything in them that an export may stumble over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.models import (
    Article,
    Block,
    Branch,
    ClusterMember,
    Extraction,
    Form,
    Label,
    Level,
    Membership,
    Mention,
    Organisation,
    Person,
    Place,
    Position,
    Reason,
    Rejection,
    Section,
    Sentence,
    Stage,
    Status,
    Token,
)
from pipeline.orthography import fold
from pipeline.tables import (
    DIMENSIONS,
    STATE,
    articles_table,
    clusters_table,
    dimension_table,
    memberships_table,
    mentions_table,
    merge_dimension,
    people_table,
    rejects_table,
    sentences_table,
    write_table,
)

PROVINCE = Place("34.p25", "25", "34", Level.PROVINCE, "tỉnh", "Phú Thọ", "tỉnh Phú Thọ", valid_from=date(2025, 7, 1))
COMMUNE = Place(
    place_id="34.c08227~xa-thanh-ba",  # an earlier unit on the code
    gso_code="08227",
    era="34",
    level=Level.COMMUNE,
    unit_type="xã",
    name="Thanh Ba",
    full_name="xã Thanh Ba, tỉnh Phú Thọ",
    parent_id="34.p25",
    province_id="34.p25",
    valid_from=date(2025, 7, 1),
    latitude=21.39,
    longitude=105.14,
)
CITY = Place("world.la~vieng-chan", None, None, Level.NONE, "thành phố", "Viêng Chăn", "thành phố Viêng Chăn, Lào")
COMMITTEE = Organisation("org-1", "Đảng ủy xã Thanh Ba", "Đảng ủy", Branch.PARTY, Level.COMMUNE, COMMUNE.place_id, None)
COUNCIL = Organisation(
    "org-2",
    "Hội đồng nhân dân xã Thanh Ba",
    "Hội đồng nhân dân",
    Branch.PEOPLES_COUNCIL,
    Level.COMMUNE,
    COMMUNE.place_id,
    None,
)
COMPANY = Organisation(
    "org-3", "Công ty Chè & Cà phê", "Công ty Chè & Cà phê", Branch.ENTERPRISE, Level.NONE, CITY.place_id, None
)
SECRETARY = Position("pos-1", "Bí thư Đảng ủy xã", "Secretary", "Bí thư", (), "Đảng ủy", Branch.PARTY, Level.COMMUNE)
DEPUTY = Position(
    "pos-2", "Phó Bí thư Đảng ủy xã", "Deputy", "Bí thư", ("Phó",), "Đảng ủy", Branch.PARTY, Level.COMMUNE
)
CHAIR = Position(
    "pos-3",
    "Chủ tịch Hội đồng nhân dân xã",
    "Chairman",
    "Chủ tịch",
    (),
    "Hội đồng nhân dân",
    Branch.PEOPLES_COUNCIL,
    Level.COMMUNE,
)
DIRECTOR = Position(
    "pos-4", "Giám đốc Công ty Chè & Cà phê", "Director", "Giám đốc", (), None, Branch.ENTERPRISE, Level.NONE
)
PRESIDENT = Position(
    "pos-5", "Chủ tịch nước", "State President", "Chủ tịch nước", (), None, Branch.OTHER, Level.CENTRAL
)

_FIRST = (
    '=HYPERLINK("x") & <b>Hội nghị</b>\n'
    "Đồng chí Lê Văn Tám, Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba chủ trì.\x0b Nguyên Phó Bí thư Đảng ủy xã Thanh Ba "
    "nhiệm kỳ 2020-2025, bà H'Nga Niê cùng dự."
)
_SECOND = (
    "+84 Công ty Chè\n"
    "Ông Trần Sơn, Giám đốc Công ty Chè & Cà phê, được giới thiệu bầu Chủ tịch HĐND xã Thanh Ba. "
    "Chủ tịch nước Phạm Nam gửi thư; bà Lê Thị Tám được bầu Phó Bí thư Đảng ủy."
)


def make_extractions() -> tuple[Extraction, Extraction]:
    """Two articles: one with an address and a date, one with neither."""
    return _first(), _second()


def _first() -> Extraction:
    article = _article(
        "a" * 16,
        "-tin/một, hai.html",
        _FIRST,
        published_on=date(2025, 9, 12),
        event_on=date(2025, 9, 11),
        url="https://example.org/tin?a=1&b=2",
        authors=("Sỹ Thành", "Hồng Phương"),
    )
    sentences = _sentences(article, ("=HYP", "</b>"), ("Đồng chí", "chủ trì."), ("Nguyên", "cùng dự."))
    tam = _person(article, "per-1", "Lê Văn Tám", honorific="đồng chí")
    nga = _person(article, "per-2", "H'Nga Niê", honorific="bà", gender="female", rank="Thượng tá")
    mentions = (
        _mention(article, 0, 1, None, Label.PERSON, "Lê Văn Tám", tam.person_id, person_id=tam.person_id),
        _mention(article, 1, 1, None, Label.POSITION, "Bí thư Đảng ủy", "pos-1", person_id=tam.person_id),
        _mention(article, 2, 1, 1, Label.ORGANISATION, "Đảng ủy", "org-1"),
        _mention(article, 3, 1, None, Label.POSITION, "Chủ tịch HĐND xã Thanh Ba", "pos-3", person_id=tam.person_id),
        _mention(article, 4, 1, 3, Label.ORGANISATION, "HĐND xã Thanh Ba", "org-2"),
        _mention(article, 5, 1, 4, Label.PLACE, "xã Thanh Ba", COMMUNE.place_id),
        _mention(article, 6, 2, None, Label.POSITION, "Phó Bí thư Đảng ủy xã Thanh Ba", "pos-2", person_id="per-2"),
        _mention(article, 7, 2, None, Label.PERSON, "H'Nga Niê", nga.person_id, person_id=nga.person_id),
    )
    first = "Lê Văn Tám, Bí thư Đảng ủy, Chủ tịch HĐND xã Thanh Ba"
    last = "Nguyên Phó Bí thư Đảng ủy xã Thanh Ba nhiệm kỳ 2020-2025, bà H'Nga Niê"
    memberships = (
        _membership(article, "mem-1", tam, SECRETARY, COMMITTEE, 1, first, inferred=("unit_type", "place")),
        _membership(article, "mem-2", tam, CHAIR, COUNCIL, 1, first),
        _membership(article, "mem-3", nga, DEPUTY, COMMITTEE, 2, last, status=Status.FORMER, term="2020-2025"),
        _membership(article, "mem-4", tam, DEPUTY, COMMITTEE, 1, first, status=Status.ACTING),
    )
    return _extraction(article, sentences, mentions, (tam, nga), memberships)


def _second() -> Extraction:
    article = _article("b" * 16, "tin.jsonl#0", _SECOND, url="javascript:alert(1)")
    sentences = _sentences(article, ("+84", "Chè"), ("Ông", "Thanh Ba."), ("Chủ tịch nước", "Đảng ủy."))
    son = _person(article, "per-1", "Trần Sơn", honorific="ông", gender="male")
    nam = _person(article, "per-2", "Phạm Nam")
    lan = _person(article, "per-3", "Lê Thị Tám", honorific="bà", gender="female")
    mentions = (
        _mention(article, 0, 1, None, Label.PERSON, "Trần Sơn", son.person_id, person_id=son.person_id),
        _mention(article, 1, 2, None, Label.PERSON, "Phạm Nam", nam.person_id, person_id=nam.person_id),
    )
    memberships = (
        _membership(article, "mem-1", son, DIRECTOR, COMPANY, 1, "Trần Sơn, Giám đốc Công ty Chè & Cà phê"),
        _membership(article, "mem-2", son, CHAIR, COUNCIL, 1, "Chủ tịch HĐND xã Thanh Ba", status=Status.CANDIDATE),
        _membership(article, "mem-3", nam, PRESIDENT, None, 2, "Chủ tịch nước Phạm Nam"),
        _membership(article, "mem-4", lan, DEPUTY, COMMITTEE, 2, "Lê Thị Tám được bầu", status=Status.INCOMING),
    )
    rejections = (
        Rejection(article.source, article.article_id, Stage.LINK, Reason.UNKNOWN_PERSON, "Ông", 0, 3),
        Rejection("trống.txt", None, Stage.READ, Reason.EMPTY, "0 bytes"),
    )
    return _extraction(article, sentences, mentions, (son, nam, lan), memberships, rejections)


def _article(
    article_id: str,
    source: str,
    text: str,
    *,
    published_on: date | None = None,
    event_on: date | None = None,
    url: str | None = None,
    authors: tuple[str, ...] = (),
) -> Article:
    title = text.split("\n")[0]
    blocks = (Block(0, len(title), Section.TITLE), Block(len(title) + 1, len(text), Section.BODY))
    return Article(
        article_id, source, "html", "utf-8", url, title, published_on, event_on, authors, text, blocks, {"nfc": 1}
    )


def _sentences(article: Article, *bounds: tuple[str, str]) -> tuple[Sentence, ...]:
    sentences: list[Sentence] = []
    at = 0
    for number, (first, last) in enumerate(bounds):
        start = article.text.index(first, at)
        at = article.text.index(last, start) + len(last)
        section = Section.BODY if number else Section.TITLE
        sentences.append(Sentence(number, start, at, section, (Token(start, start + 1, "N"),)))
    return tuple(sentences)


def _person(
    article: Article,
    person_id: str,
    name: str,
    *,
    honorific: str | None = None,
    gender: str | None = None,
    rank: str | None = None,
) -> Person:
    return Person(
        article.article_id, person_id, name, fold(name), honorific, rank, None, gender, False, article.text.count(name)
    )


def _mention(
    article: Article,
    mention_id: int,
    sentence_id: int,
    parent_id: int | None,
    label: Label,
    text: str,
    entity_id: str,
    *,
    person_id: str | None = None,
) -> Mention:
    start = article.text.index(text)
    return Mention(
        mention_id,
        sentence_id,
        parent_id,
        label,
        start,
        start + len(text),
        Form.FULL,
        "handmade",
        normal=text,
        entity_id=entity_id,
        person_id=person_id,
    )


def _membership(
    article: Article,
    membership_id: str,
    person: Person,
    position: Position,
    organisation: Organisation | None,
    sentence_id: int,
    evidence: str,
    *,
    status: Status = Status.CURRENT,
    term: str | None = None,
    inferred: tuple[str, ...] = (),
) -> Membership:
    start = article.text.index(evidence)
    return Membership(
        membership_id=membership_id,
        article_id=article.article_id,
        person_id=person.person_id,
        position_id=position.position_id,
        organisation_id=organisation.organisation_id if organisation else None,
        place_id=organisation.place_id if organisation else None,
        status=status,
        term=term,
        observed_on=article.day,
        sentence_id=sentence_id,
        start=start,
        end=start + len(evidence),
        evidence=evidence,
        inferred=inferred,
        rule="handmade",
        score=0.9,
    )


def _extraction(
    article: Article,
    sentences: tuple[Sentence, ...],
    mentions: tuple[Mention, ...],
    people: tuple[Person, ...],
    memberships: tuple[Membership, ...],
    rejections: tuple[Rejection, ...] = (),
) -> Extraction:
    return Extraction(
        article=article,
        sentences=sentences,
        mentions=mentions,
        people=people,
        positions=(SECRETARY, DEPUTY, CHAIR, DIRECTOR, PRESIDENT),
        organisations=(COMMITTEE, COUNCIL, COMPANY),
        places=(COMMUNE, PROVINCE, CITY),
        memberships=memberships,
        rejections=rejections,
    )


def write_folder(processed: Path, extractions: Sequence[Extraction]) -> Path:
    """Write a folder of tables, each article in a part of its own."""
    (processed / STATE).mkdir(parents=True)
    for number, each in enumerate(extractions):
        tables = {
            "articles": articles_table([each.article]),
            "sentences": sentences_table([(each.article, each.sentences)]),
            "mentions": mentions_table([(each.article, each.mentions)]),
            "people": people_table(each.people),
            "memberships": memberships_table(each.memberships),
            "rejects": rejects_table(each.rejections),
        }
        for name, table in tables.items():
            write_table(processed / name / f"part-{number:016x}.parquet", table, digest="d")
    for name in DIMENSIONS:
        rows = [(each.article.article_id, row) for each in extractions for row in getattr(each, name)]
        merged = merge_dimension(name, [dimension_table(name, rows)])
        write_table(processed / name / "part-all.parquet", merged, digest="d")
    names = {each.article.article_id for each in extractions}
    alike = [ClusterMember(name, "c-1", 0.75) for name in names if len(names) > 1]
    write_table(processed / "clusters" / "part-all.parquet", clusters_table(alike), digest="d")
    return processed
