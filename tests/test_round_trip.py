"""Every sample article, in every encoding and every container, comes back as the same article.

What the later stages say is a function of the article alone, so that equal articles have equal memberships; one form of
each encoding is taken through all stages all the same.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard

from pipeline.flow import Outcome, take_stage
from pipeline.models import Article, Extraction, RawDocument, Section
from pipeline.readers import decode_document, read_sources
from pipeline.readers.legacy import restore_capitals
from pipeline.stages.clean import clean_article
from tests.nasty.build import (
    OLD,
    UNICODE,
    encode,
    write_csv,
    write_mhtml,
    write_parquet,
    write_tar,
    write_warc,
    write_zip,
)

RAW = Path(__file__).parent.parent / "data" / "raw"
ENCODINGS = (*UNICODE, *OLD)

# Signs of typographers that VISCII, VPS and TCVN 5712 have no code for.
_PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "•": "-", "²": "2"})


def sample_texts() -> dict[str, str]:
    """The texts of the sample articles, as the reader hands them over and in the signs of every set."""
    found = {}
    for raw in read_sources(RAW):
        assert isinstance(raw, RawDocument)
        document = decode_document(raw)
        if document.format == "text":
            found[Path(raw.source).stem] = document.content.strip().translate(_PLAIN)
    return found


TEXTS = sample_texts()


def as_written(text: str, encoding: str) -> str:
    """``text`` with what the encoding can tell: ABC fonts have no capitals with tones."""
    if encoding != "tcvn3":
        return text
    small = "".join(letter if letter in "ĂÂÊÔƠƯĐ" or letter.isascii() else letter.lower() for letter in text)
    return restore_capitals(small)


def read_one(path: Path) -> Article:
    (raw,) = read_sources(path)
    assert isinstance(raw, RawDocument)
    return clean_article(decode_document(raw))


def core(article: Article) -> Article:
    """An article without what differs by where it lay."""
    return replace(article, article_id="0" * 16, source="", format="", encoding="", url=None, repairs={})


def expect(text: str) -> Article:
    return core(clean_article(decode_document(RawDocument("0" * 16, "a.txt", text))))


def memberships(article: Article) -> list[tuple[object, ...]]:
    outcome = Outcome(article, ())
    while not isinstance(state := outcome.state, Extraction):
        assert not outcome.ended
        outcome = take_stage(outcome)
    rows = [(row.position_id, row.organisation_id, row.place_id, row.status, row.evidence) for row in state.memberships]
    return sorted(rows, key=repr)


PLAIN_FORMS: dict[str, Callable[[bytes], bytes]] = {
    "a.txt": lambda data: data,
    "a.txt.gz": lambda data: gzip.compress(data, mtime=0),
    "a.txt.zst": zstandard.compress,
    "a.zip": lambda data: write_zip({"x/a.txt": data}),
    "a.tar": lambda data: write_tar({"x/a.txt": data}),
    "a.tar.gz": lambda data: gzip.compress(write_tar({"a.txt": data}), mtime=0),
    "a.tar.zst": lambda data: zstandard.compress(write_tar({"a.txt": data})),
}
RECORD_FORMS: dict[str, Callable[[str, str], bytes]] = {
    "a.json": lambda text, name: encode(json.dumps([{"text": text}], ensure_ascii=False, indent=1), name),
    "a.jsonl": lambda text, name: encode(json.dumps({"text": text}, ensure_ascii=False) + "\n", name),
    "a.csv": lambda text, name: write_csv([{"text": text, "source": "x"}], encoding=name),
    "a.tsv": lambda text, name: write_csv([{"text": text, "source": "x"}], "\t", encoding=name),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", PLAIN_FORMS)
def test_texts(form: str, encoding: str, tmp_path: Path) -> None:
    different = []
    for name, text in TEXTS.items():
        (tmp_path / form).write_bytes(PLAIN_FORMS[form](encode(text, encoding)))
        if core(read_one(tmp_path / form)) != expect(as_written(text, encoding)):
            different.append(name)
    assert different == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("form", RECORD_FORMS)
def test_records(form: str, encoding: str, tmp_path: Path) -> None:
    different = []
    for name, text in TEXTS.items():
        (tmp_path / form).write_bytes(RECORD_FORMS[form](text, encoding))
        if core(read_one(tmp_path / form)) != expect(as_written(text, encoding)):
            different.append(name)
    assert different == []


def test_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(write_parquet([{"text": text} for text in TEXTS.values()]))
    found = [clean_article(decode_document(raw)) for raw in read_sources(tmp_path) if isinstance(raw, RawDocument)]
    assert list(map(core, found)) == list(map(expect, TEXTS.values()))


def as_page(text: str, charset: str) -> str:
    """A plain page of the article: the headline, then a paragraph a line."""
    head, *lines = [line for line in text.split("\n") if line.strip()]
    body = "".join(f"<p>{line}</p>\n" for line in lines)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="{charset}"><title>{head}</title></head>\n'
        f"<body><h1>{head}</h1>\n{body}</body></html>"
    )


PAGE_FORMS: dict[str, Callable[[bytes, str], bytes]] = {
    "a.html": lambda data, name: data,
    "a.html.gz": lambda data, name: gzip.compress(data, mtime=0),
    "a.zip": lambda data, name: write_zip({"a.html": data}),
    "a.warc": lambda data, name: write_warc([data], charset=name),
    "a.warc.gz": lambda data, name: write_warc([data], charset=None, packed=True),
    "a.mhtml": lambda data, name: write_mhtml(data, charset=name),
    "b.mhtml": lambda data, name: write_mhtml(data, charset=name, transfer="base64"),
}


def words(article: Article) -> list[str]:
    """The words of an article; menus are taken off a page and marked in a text."""
    blocks = (block for block in article.blocks if block.section is not Section.FURNITURE)
    return [word for block in blocks for word in article.text[block.start : block.end].split()]


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_has_the_words_of_its_text(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(as_page(TEXTS[name], "utf-8").encode())
    assert words(read_one(tmp_path / "a.html")) == words(expect(TEXTS[name]))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_pages(encoding: str, tmp_path: Path) -> None:
    """The page in UTF-8 is the measure; every other form and encoding of it gives the same article."""
    different = []
    for name, text in TEXTS.items():
        page = as_page(text, encoding)
        expected = core(clean_article(decode_document(RawDocument("0" * 16, "a", as_written(page, encoding)))))
        for form, pack in PAGE_FORMS.items():
            (tmp_path / form).write_bytes(pack(encode(page, encoding), encoding))
            if core(read_one(tmp_path / form)) != expected:
                different.append((name, form))
            (tmp_path / form).unlink()
    assert different == []


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_memberships(encoding: str, tmp_path: Path) -> None:
    different = []
    for name, text in TEXTS.items():
        (tmp_path / "a.txt").write_bytes(encode(text, encoding))
        found = memberships(read_one(tmp_path / "a.txt"))
        if found != memberships(expect(as_written(text, encoding))):
            different.append(name)
    assert different == []
