"""Readers: the nasty corpus, round trips through every encoding and container, and what holds for any bytes."""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import Refused
from pipeline.models import Article, RawDocument, Reason, Rejection, Stage
from pipeline.readers import ReadOptions, decode_document, read_sources, unpacking
from pipeline.readers.legacy import LEGACY, decode_legacy, encode_legacy
from pipeline.stages.clean import clean_article
from tests.nasty.build import (
    OLD,
    SHORT_BODY,
    TEXT,
    TITLE,
    UNICODE,
    Case,
    cases,
    encode,
    page,
    write_csv,
    write_mhtml,
    write_parquet,
    write_tar,
    write_warc,
    write_zip,
)

CASES = {case.name: case for case in cases()}
SMALL = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


def read(path: Path, options: ReadOptions | None = None) -> list[Article | Rejection]:
    """Everything below ``path``, read and cleaned."""
    out: list[Article | Rejection] = []
    for raw in read_sources(path, options=options):
        if isinstance(raw, Rejection):
            out.append(raw)
            continue
        try:
            out.append(clean_article(decode_document(raw)))
        except Refused as refused:
            out.append(refused.rejection)
    return out


# --- the nasty corpus -----------------------------------------------------------------------------------------------


def test_the_corpus_is_large_and_named_once() -> None:
    assert len(CASES) >= 120
    assert len(CASES) == len(list(cases()))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_nasty(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.parent.mkdir(parents=True)
    path.write_bytes(case.payload)
    outcomes = read(tmp_path)
    assert tuple(out.reason if isinstance(out, Rejection) else None for out in outcomes) == case.outcomes
    for out in outcomes:
        assert out.source.startswith(case.name)
        if isinstance(out, Rejection):
            assert out.detail
            assert out.stage in (Stage.READ, Stage.CLEAN)
            continue
        assert [line for line in case.lines if line not in out.text] == []
        assert set(case.repairs) <= set(out.repairs)
        assert case.encoding in (None, out.encoding)
        lines = [out.text[block.start : block.end] for block in out.blocks]
        assert lines == [line for line in out.text.split("\n") if line]


# --- encodings ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LEGACY)
def test_every_vietnamese_letter_comes_back(name: str) -> None:
    letters = SMALL if name == "tcvn3" else SMALL + SMALL.upper()
    assert decode_legacy(encode_legacy(letters, name), name) == letters


@pytest.mark.parametrize("name", [*UNICODE, *OLD])
def test_an_article_comes_back_from_every_encoding(name: str) -> None:
    raw = RawDocument("0" * 16, "a.txt", encode(TEXT, name))
    assert decode_document(raw).content == TEXT


def test_capitals_of_an_abc_font() -> None:
    worn = encode_legacy("ĐẢNG BỘ XÃ HƯNG THỊNH".translate(str.maketrans("ẢỘÃỊ", "ảộãị")), "tcvn3")
    raw = RawDocument("0" * 16, "a.txt", worn + b"\n\n" + encode(TEXT, "tcvn3"))
    assert decode_document(raw).content.startswith("ĐẢNG BỘ XÃ HƯNG THỊNH\n")


def test_nothing_is_guessed_on_a_few_words() -> None:
    with pytest.raises(Refused):
        clean_article(decode_document(RawDocument("0" * 16, "a.txt", encode_legacy("Đảng bộ xã", "vni"))))


def test_french_is_not_taken_for_a_legacy_font() -> None:
    text = (
        "L'été dernier, le député-maire a inauguré à Hué une école où l'on célèbre la fête de la poésie française. " * 4
    )
    assert decode_document(RawDocument("0" * 16, "a.txt", text.encode("latin-1"))).encoding == "windows-1252"


# --- the folder -----------------------------------------------------------------------------------------------------


def test_paths_are_sorted_and_hidden_files_passed_over(tmp_path: Path) -> None:
    for name in ("b/1.txt", "a.txt", "b.txt", ".hidden", "c/.gitkeep", "B.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT, "utf8")
    assert [raw.source for raw in read_sources(tmp_path)] == ["B.txt", "a.txt", "b/1.txt", "b.txt"]


def test_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.txt").write_text(TEXT, "utf8")
    (tmp_path / "a" / "back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    (tmp_path / "twin.txt").symlink_to(tmp_path / "a" / "1.txt")
    found = {raw.source: raw.reason if isinstance(raw, Rejection) else None for raw in read_sources(tmp_path)}
    assert found == {
        "a/1.txt": None,
        "a/back": Reason.LINK_LOOP,
        "self": Reason.LINK_LOOP,
        "lost": Reason.UNREADABLE,
        "twin.txt": None,
    }


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may read everything")
def test_permission(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf8")
    (tmp_path / "a.txt").chmod(0)
    assert [out.reason for out in read(tmp_path) if isinstance(out, Rejection)] == [Reason.PERMISSION]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert [out.reason for out in read(tmp_path) if isinstance(out, Rejection)] == [Reason.NOT_TEXT]


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"b\xe0i.txt")).write_text(TEXT, "utf8")
    except OSError:
        pytest.skip("the file system takes no such names")
    (out,) = read(tmp_path)
    assert isinstance(out, Article)
    assert out.source == "b\\xe0i.txt"


def test_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode() * 1000)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(TEXT.encode() * 1000))
    row = json.dumps({"text": "x" * (1 << 20)})
    (tmp_path / "c.jsonl").write_text(f"{row}\n{json.dumps({'text': TEXT})}\n")
    (tmp_path / "d.json").write_text(f"[{row}, {json.dumps({'text': TEXT})}]")
    found = [out.reason if isinstance(out, Rejection) else out.source for out in read(tmp_path, ReadOptions(max_mb=1))]
    assert found == [Reason.TOO_LARGE, Reason.TOO_LARGE, Reason.TOO_LARGE, "c.jsonl#1", Reason.TOO_LARGE, "d.json#1"]


def test_ids_are_those_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, "utf8")
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "c.jsonl").write_text(json.dumps({"text": TEXT}))
    assert len({raw.article_id for raw in read_sources(tmp_path)}) == 1


# --- records --------------------------------------------------------------------------------------------------------


def test_fields_of_a_record(tmp_path: Path) -> None:
    row = {
        "Content": SHORT_BODY,
        "headline": f" {TITLE}\n",
        "published_time": "2023-12-28T08:15:00+07:00",
        "author": ["Hoài Thương", {"name": "BẢO LỘC"}],
        "link": "https://xa.example/1",
    }
    (tmp_path / "a.json").write_text(json.dumps(row))
    (article,) = read(tmp_path)
    assert isinstance(article, Article)
    assert (article.title, str(article.published_on), article.url) == (TITLE, "2023-12-28", "https://xa.example/1")
    assert article.authors == ("Hoài Thương", "Bảo Lộc")
    assert article.text.startswith(TITLE + "\n")
    assert (article.source, article.format) == ("a.json#0", "json/text")


def test_named_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(write_csv([{"ten": TITLE, "bai": SHORT_BODY, "ngay_dang": "28/12/2023"}]))
    (refused,) = read(tmp_path)
    assert isinstance(refused, Rejection)
    assert refused.reason is Reason.BAD_RECORD
    assert "--map" in refused.detail
    (article,) = read(tmp_path, ReadOptions(columns={"text": "bai", "title": "ten"}))
    assert isinstance(article, Article)
    assert (article.title, str(article.published_on)) == (TITLE, "2023-12-28")


def test_timestamps(tmp_path: Path) -> None:
    rows = [{"text": TEXT, "date": value} for value in (1703725200, 1703725200000, "28/12/2023 00:30", 12)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    days = [raw.published_on for raw in read_sources(tmp_path) if isinstance(raw, RawDocument)]
    assert [str(day) for day in days] == ["2023-12-28", "2023-12-28", "2023-12-28", "None"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.sampled_from(["text", "title", "x"]), st.text(max_size=30)), min_size=2, max_size=5))
def test_every_record_of_every_container_is_accounted_for(rows: list[dict[str, str]]) -> None:
    rows = [{"text": "", **row} for row in rows]
    shapes = {
        "a.jsonl": "\n".join(map(json.dumps, rows)).encode(),
        "a.json": json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace"),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, payload in shapes.items():
            path = Path(folder) / name
            path.write_bytes(payload)
            found = list(read_sources(path))
            assert [raw.source for raw in found] == [f"{name}#{number}" for number in range(len(rows))]
            texts = [raw.payload if isinstance(raw, RawDocument) else None for raw in found]
            assert texts == [row["text"] if row["text"].strip() else None for row in rows]


# --- anything at all ------------------------------------------------------------------------------------------------


def outcome(payload: bytes | str) -> Article | Rejection:
    try:
        return clean_article(decode_document(RawDocument("0" * 16, "a", payload)))
    except Refused as refused:
        return refused.rejection


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(payload: bytes) -> None:
    assert isinstance(outcome(payload), Article | Rejection)


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "table",
        "tr",
        "td",
        "th",
        "ul",
        "li",
        "a",
        "span",
        "br",
        "figure",
        "form",
        "script",
        "style",
        "body",
        "html",
    ]
)
MARKUP = st.recursive(
    st.text(max_size=40)
    | st.sampled_from([TITLE, SHORT_BODY, "&#1;", "&agrave;", "<!--", "-->", "<![CDATA[", "</", "<"]),
    lambda inner: st.tuples(
        TAGS, st.sampled_from(["", ' class="caption"', ' id="date"', " itemprop=author"]), st.lists(inner, max_size=4)
    ).map(lambda made: f"<{made[0]}{made[1]}>{''.join(made[2])}</{made[0]}>"),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None)
@given(MARKUP, st.booleans())
def test_any_markup(markup: str, with_article: bool) -> None:
    html = page(SHORT_BODY, tail=markup) if with_article else f"<html><body>{markup}</body></html>"
    out = outcome(html)
    assert isinstance(out, Article | Rejection)
    if isinstance(out, Article):
        assert [out.text[each.start : each.end] for each in out.blocks] == [row for row in out.text.split("\n") if row]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["text", "html", "title", "date", "authors", "url", "x"]),
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=20)
            | st.lists(st.text(max_size=9)),
        )
        | st.none()
        | st.lists(st.integers(), max_size=2),
        max_size=5,
    )
)
def test_any_records(rows: list[object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in [{"text": TEXT}, *rows]))
        assert [raw.source for raw in read_sources(path)] == [f"a.jsonl#{at}" for at in range(len(rows) + 1)]
        for out in read(path):
            assert isinstance(out, Article | Rejection)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 600), st.sampled_from(["zip", "tar", "mhtml", "warc"]))
def test_damaged_archives(noise: bytes, at: int, kind: str) -> None:
    whole = {
        "zip": write_zip({"a.txt": TEXT.encode()}),
        "tar": write_tar({"a.txt": TEXT.encode()}),
        "mhtml": write_mhtml(page().encode()),
        "warc": write_warc([page()]),
    }[kind]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a").write_bytes(whole[:at] + noise + whole[at + len(noise) :])
        assert all(isinstance(out, Article | Rejection) for out in read(Path(folder)))


# --- archives that unpack to too much -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.gz", "inner.zip"])
def test_a_bomb_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_ANYWAY", 1 << 20)
    zeros = bytes(4 << 20)
    bomb = write_zip({"a.txt": TEXT.encode(), "b.txt": zeros, "c.txt": zeros})
    made = {
        "bomb.zip": bomb,
        "bomb.tar.gz": gzip.compress(write_tar({"a.txt": TEXT.encode(), "b.txt": zeros}), mtime=0),
        "inner.zip": write_zip({"x.zip": bomb}),
    }
    (tmp_path / name).write_bytes(made[name])
    article, refused = read(tmp_path)
    assert isinstance(article, Article)
    assert isinstance(refused, Rejection)
    assert (refused.source, refused.reason) == (name, Reason.UNSAFE)


def test_a_large_archive_stays_small_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    members = {f"{number}.txt": os.urandom(1 << 16) for number in range(200)}
    (tmp_path / "a.tar").write_bytes(write_tar({**members}))
    (tmp_path / "b.zip").write_bytes(write_zip(members))
    for name in ("a.tar", "b.zip"):
        tracemalloc.start()
        assert sum(1 for _ in read_sources(tmp_path / name)) == 200
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2 << 20


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 1500), st.sampled_from([*UNICODE, *OLD]))
def test_damaged_articles(noise: bytes, at: int, name: str) -> None:
    payload = encode(TEXT, name)
    assert isinstance(outcome(payload[:at] + noise + payload[at:]), Article | Rejection)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"PAR1", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b'{"', b"[{", b"text,a\n"]),
)
def test_any_file(noise: bytes, magic: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(magic + noise)
        for out in read(path):
            assert isinstance(out, Article | Rejection)


# --- what fuzzing found (benchmarks/fuzz.py) ------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["\x01", "\x1f", "&#1;", "&#x1F;", "&#11;", "\ufffe", "&#xfffe;"])
def test_a_sign_that_no_tree_takes(sign: str) -> None:
    cells = "".join(f"<table><tr><td>{line}</td></tr>{sign}</table>" for line in TEXT.split("\n\n"))
    article = outcome(f"<html><body>{cells}</body></html>".encode())
    assert isinstance(article, Article)
    assert TITLE in article.text


@pytest.mark.parametrize("damage", [b"\x00\xd8", b"\x00\xdc\x00\xd8"])
def test_lone_surrogates_in_a_wide_table(damage: bytes, tmp_path: Path) -> None:
    whole = write_csv([{"title": TITLE, "content": SHORT_BODY}], encoding="utf-16")
    for at in (12, 200, len(whole) - 12):
        (tmp_path / "a.csv").write_bytes(whole[:at] + damage + whole[at:])
        assert read(tmp_path)


def test_a_wide_table_that_ends_within_a_letter(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(write_csv([{"title": TITLE, "content": SHORT_BODY}], encoding="utf-16")[:-1])
    article, rest = read(tmp_path)
    assert isinstance(article, Article)
    assert isinstance(rest, Rejection)


@pytest.mark.parametrize(
    "payload",
    [
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nHTTP/\r\n\r\n",
        b"WARC/1.0\r\nContent-Length: 5\r\n\r\nHTTP/\r\n\r\n",
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\nno part at all",
    ],
)
def test_headers_without_what_they_promise(payload: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(payload)
    (out,) = read(tmp_path)
    assert isinstance(out, Rejection)


def test_a_zip_member_without_a_name(tmp_path: Path) -> None:
    whole = bytearray(write_zip({"x": b"text", "b.txt": TEXT.encode()}))
    entry = whole.index(b"PK\x01\x02")
    nameless = (
        whole[:entry] + whole[entry : entry + 28] + b"\0\0" + whole[entry + 30 : entry + 46] + whole[entry + 47 :]
    )
    end = nameless.index(b"PK\x05\x06")
    size = int.from_bytes(nameless[end + 12 : end + 16], "little") - 1
    (tmp_path / "a.zip").write_bytes(nameless[: end + 12] + size.to_bytes(4, "little") + nameless[end + 16 :])
    refused, article = read(tmp_path)
    assert isinstance(refused, Rejection)
    assert isinstance(article, Article)


def test_cut_anywhere(tmp_path: Path) -> None:
    whole = {
        "a.parquet": write_parquet([{"text": TEXT}]),
        "a.jsonl.gz": gzip.compress(json.dumps({"text": TEXT}).encode()),
    }
    for name, payload in whole.items():
        for at in range(8, len(payload), max(1, len(payload) // 25)):
            (tmp_path / name).write_bytes(payload[:at])
            outcomes = read(tmp_path / name)
            assert outcomes
            assert all(isinstance(out, Rejection) for out in outcomes)


@pytest.mark.parametrize(
    "text",
    [
        SHORT_BODY.replace("\n", " ") * 700,
        "\n" * (1 << 20),
        "a" * (1 << 20),
        "ngày " * 200_000,
        "Hồng Phương - " * 60_000,
        "a" + "\u0301" * (1 << 19),
        "<" * (1 << 20),
        "<script>" * 100_000,
        "Ã" * (1 << 18),
    ],
    ids=["line", "newlines", "letters", "cues", "names", "marks", "tags", "scripts", "mojibake"],
)
def test_a_large_document_takes_time_in_proportion(text: str) -> None:
    begin = time.process_time()
    assert isinstance(outcome(text.encode()), Article | Rejection)
    assert time.process_time() - begin < 4


def test_a_large_container_stays_small_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    row = json.dumps({"text": TEXT}) + "\n"
    (tmp_path / "a.jsonl").write_text(row * 1000)
    (tmp_path / "b.json").write_text("[" + ",".join([row.strip()] * 1000) + "]")
    for name in ("a.jsonl", "b.json"):
        tracemalloc.start()
        assert sum(1 for _ in read_sources(tmp_path / name)) == 1000
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 2 << 20


def test_a_page_and_its_text_read_alike() -> None:
    from_page, from_text = outcome(page().encode()), outcome(TEXT.encode())
    assert isinstance(from_page, Article)
    assert isinstance(from_text, Article)
    assert (from_page.title, from_page.authors) == (from_text.title, from_text.authors)
    assert (from_page.published_on, from_page.event_on) == (from_text.published_on, from_text.event_on)
