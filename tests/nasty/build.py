"""The nasty corpus: what lies in a raw folder on a bad day, and what must come of it.

:func:`cases` gives each input with its expected outcome; nothing here reads a file. The people are invented.
"""

from __future__ import annotations

import base64
import binascii
import csv
import gzip
import hashlib
import io
import json
import random
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import brotli
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from pipeline.models import Reason
from pipeline.readers.legacy import encode_legacy

SEED = 20261121

TITLE = "Đảng ủy xã Hưng Thịnh tổng kết công tác xây dựng Đảng năm 2023"
LINES = (
    TITLE,
    "Cập nhật: 28/12/2023 | Lượt xem: 415",
    "Sáng 27-12, Đảng ủy xã Hưng Thịnh tổ chức hội nghị tổng kết công tác xây dựng Đảng năm 2023, triển khai phương "
    "hướng, nhiệm vụ năm 2024. Đồng chí Đặng Quốc Vỹ, Bí thư Đảng ủy, Chủ tịch HĐND xã chủ trì hội nghị.",
    "Cùng dự có đồng chí Lò Thị Nguyệt Anh, Trưởng Ban Tổ chức Huyện ủy; các đồng chí đảng ủy "
    "viên và bí thư 14 chi bộ trực thuộc.",
    "Đồng chí Đặng Quốc Vỹ phát biểu tại hội nghị",
    "Năm 2023, Đảng bộ xã kết nạp được 9 đảng viên mới, đạt 112% kế hoạch; 13/14 chi bộ hoàn thành tốt nhiệm vụ. Hội "
    "nghị cũng thẳng thắn chỉ ra những hạn chế trong việc giải phóng mặt bằng và thu ngân sách.",
    "Kết luận hội nghị, đồng chí Bí thư Đảng ủy yêu cầu các chi bộ giữ vững kỷ cương, sâu sát cơ sở, quyết tâm thực "
    "hiện thắng lợi các chỉ tiêu của năm 2024.",
    "Hoài Thương, Bảo Lộc",
)
TEXT = "\n\n".join(LINES)
BODY = tuple(line for at, line in enumerate(LINES) if at not in (0, 1))
SHORT_BODY = "\n\n".join(LINES[2:])

WINDOWS_1258 = "windows-1258"
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
OLD = (WINDOWS_1258, "tcvn3", "tcvn5712", "vni", "viscii", "vps")


@dataclass(frozen=True, slots=True)
class Case:
    """``name``: path in the raw folder; ``outcomes``: per document, the reason of its rejection or ``None`` for an
    article whose text holds ``lines`` and whose repairs hold ``repairs``."""

    name: str
    payload: bytes
    outcomes: tuple[Reason | None, ...] = (None,)
    lines: tuple[str, ...] = BODY
    repairs: tuple[str, ...] = ()
    encoding: str | None = None


def cases() -> Iterator[Case]:
    """All generated inputs, in a fixed order."""
    families = (
        _encodings,
        _disguises,
        _mojibake,
        _repairs,
        _wrapped,
        _pages,
        _containers,
        _matrix,
        _archives,
        _bad_archives,
        _web_archives,
        _saved_pages,
        _misnamed,
        _refusals,
        _noise,
    )
    for family in families:
        yield from family()


# --- encodings ------------------------------------------------------------------------------------------------------


def encode(text: str, name: str) -> bytes:
    """``text`` in any of the supported encodings."""
    if name == WINDOWS_1258:
        return b"".join(map(_windows_1258, text))
    if name == "tcvn3":
        # ABC fonts have no capitals with tones: there they are small letters set in a font of capitals.
        text = "".join(letter if letter in "ĂÂÊÔƠƯĐ" or letter.isascii() else letter.lower() for letter in text)
    return encode_legacy(text, name) if name in OLD else text.encode(name)


def _windows_1258(letter: str) -> bytes:
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
        return (unicodedata.normalize("NFC", parts.replace(tones, "")) + tones).encode("cp1258")


def page(text: str = SHORT_BODY, *, title: str = TITLE, charset: str = "utf-8", head: str = "", tail: str = "") -> str:
    """An article page of a commune portal, with menus and counters round it."""
    paragraphs = "".join(f"<p>{line}</p>\n" for line in text.split("\n\n"))
    menu = '<ul><li><a href="/">Trang chủ</a></li><li><a href="/gt">Giới thiệu</a></li></ul>'
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="{charset}">'
        f"<title>{title} - Cổng thông tin điện tử</title>{head}"
        f'</head><body><div class="menu">{menu}</div>'
        f'<div class="detail"><h1>{title}</h1><div class="date">28/12/2023 08:15</div>{paragraphs}</div>{tail}'
        '<div id="footer">Bản quyền thuộc về Ủy ban nhân dân xã</div></body></html>'
    )


def _encodings() -> Iterator[Case]:
    for name in (*UNICODE, *OLD):
        expected = name.removesuffix("-sig")
        # Without a capital with a tone (the page has one, the text none) the two forms of TCVN are one.
        yield Case(f"encoding/{name}.txt", encode(TEXT, name), encoding="tcvn3" if name == "tcvn5712" else expected)
        yield Case(f"encoding/{name}.html", encode(page(charset=name), name), encoding=expected)
    for form in ("NFD", "NFKD"):
        yield Case(f"encoding/{form}.txt", unicodedata.normalize(form, TEXT).encode(), repairs=("nfc",))
    yield Case("encoding/lies.html", page(charset="iso-8859-1").encode(), encoding="utf-8")
    yield Case("encoding/unknown-charset.html", page(charset="x-klingon").encode(), encoding="utf-8")


def _disguises() -> Iterator[Case]:
    """Legacy fonts saved as Unicode: the bytes were taken for Windows-1252."""
    for name in ("tcvn3", "vni"):
        worn = (
            encode(TEXT, name).decode("cp1252", "replace")
            if name == "vni"
            else encode(TEXT.lower(), name).decode("latin-1")
        )
        lines = BODY if name == "vni" else tuple(line.lower() for line in BODY)
        yield Case(
            f"disguise/{name}.txt", worn.encode(), lines=lines, repairs=("legacy_font",), encoding=f"utf-8+{name}"
        )
        html = page("\n\n".join(worn.split("\n\n")[2:]), title="Trang tin")
        yield Case(f"disguise/{name}.html", html.encode(), lines=lines, repairs=("legacy_font",))
    for name in ("viscii", "vps"):
        worn = encode(TEXT, name).decode("latin-1")
        yield Case(f"disguise/{name}.txt", worn.encode(), repairs=("legacy_font",))


def _mojibake() -> Iterator[Case]:
    twice = TEXT.encode().decode("latin-1")
    yield Case("mojibake/latin-1.txt", twice.encode(), repairs=("mojibake",))
    yield Case("mojibake/thrice.txt", twice.encode().decode("latin-1").encode(), repairs=("mojibake",))
    sloppy = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in TEXT.encode())
    yield Case("mojibake/windows-1252.txt", sloppy.encode(), repairs=("mojibake",))
    mixed = "\n\n".join(line if at % 2 else line.encode().decode("latin-1") for at, line in enumerate(LINES))
    yield Case("mojibake/mixed.txt", mixed.encode(), repairs=("mojibake",))
    yield Case("mojibake/page.html", page(SHORT_BODY.encode().decode("latin-1")).encode(), repairs=("mojibake",))


# --- repairs --------------------------------------------------------------------------------------------------------


def _scatter(sign: str) -> str:
    """``sign`` after some letters of the text, the same ones every time."""
    dice = random.Random(SEED)
    return "".join(letter + sign if letter.isalpha() and dice.random() < 0.05 else letter for letter in TEXT)


def _repairs() -> Iterator[Case]:
    for name, sign in (
        ("zero-width", "\u200b"),
        ("joiner", "\u200d"),
        ("soft-hyphen", "\u00ad"),
        ("bom-inside", "\ufeff"),
        ("bidi", "\u202c"),
        ("isolate", "\u2069"),
        ("word-joiner", "\u2060"),
    ):
        yield Case(f"repair/{name}.txt", _scatter(sign).encode(), repairs=("invisible",))
    yield Case("repair/control.txt", _scatter("\x07").encode(), repairs=("control",))
    yield Case("repair/nbsp.txt", TEXT.replace(" ", "\u00a0").encode(), repairs=("nbsp",))
    yield Case("repair/thin-space.txt", TEXT.replace(" ", "\u2009").encode(), repairs=("nbsp",))
    yield Case("repair/double-blanks.txt", TEXT.replace(" ", "   ").encode(), repairs=("blanks",))
    yield Case("repair/crlf.txt", TEXT.replace("\n", "\r\n").encode(), repairs=("line_end",))
    yield Case("repair/cr.txt", TEXT.replace("\n", "\r").encode(), repairs=("line_end",))
    yield Case("repair/form-feed.txt", TEXT.replace("\n\n", "\n\x0c\n").encode(), repairs=("line_end",))
    yield Case("repair/separators.txt", TEXT.replace("\n\n", "\u2029").encode(), repairs=("line_end",))
    yield Case("repair/eth.txt", TEXT.replace("Đ", "\u00d0").encode(), repairs=("eth",))
    yield Case("repair/eth-small.txt", TEXT.replace("đ", "\u00f0").encode(), repairs=("eth",))
    yield Case("repair/african-d.txt", TEXT.replace("Đ", "\u0189").encode(), repairs=("lookalike",))
    yield Case(
        "repair/cyrillic.txt", TEXT.replace("on", "\u043en").replace("ac", "\u0430c").encode(), repairs=("lookalike",)
    )
    yield Case("repair/greek.txt", TEXT.replace("on", "\u03bfn").encode(), repairs=("lookalike",))
    yield Case("repair/wide.txt", TEXT.replace("B", "\uff22").encode(), repairs=("wide",))
    yield Case("repair/mark-order.txt", _misordered(TEXT).encode(), repairs=("mark_order",))
    yield Case(
        "repair/doubled-marks.txt", unicodedata.normalize("NFD", TEXT).replace("\u0323", "\u0323\u0323").encode()
    )
    entities = "".join(f"&#{ord(letter)};" if ord(letter) > 127 else letter for letter in TEXT)
    yield Case("repair/entities.txt", entities.encode(), repairs=("entity",))
    yield Case("repair/hexadecimal.txt", TEXT.replace("ủ", "&#x1ee7;").encode(), repairs=("entity",))
    yield Case("repair/cut.txt", TEXT.encode() + "Đ".encode()[:1], repairs=("damaged_bytes",))
    yield Case(
        "repair/bad-bytes.txt",
        TEXT.replace("Lượt xem", "\x00").encode().replace(b"\x00", b"\xff"),
        repairs=("damaged_bytes",),
    )
    yield Case("repair/nul-one.txt", (TEXT + "\x00").encode(), repairs=("control",))


def _misordered(text: str) -> str:
    """Tone mark first, then circumflex, breve or horn: what some keyboards send."""
    out = []
    for letter in text:
        base, *marks = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        out.append(base + "".join(tones) + "".join(mark for mark in marks if mark not in tones))
    return "".join(out)


def _wrapped() -> Iterator[Case]:
    for width in (60, 72, 80, 100):
        wrapped = "\n\n".join(_wrap(line, width) for line in LINES)
        yield Case(f"wrapped/{width}.txt", wrapped.encode(), repairs=("joined_line",))
        yield Case(f"wrapped/{width}-crlf.txt", wrapped.replace("\n", "\r\n").encode(), repairs=("joined_line",))


def _wrap(line: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(line, width))


# --- pages ----------------------------------------------------------------------------------------------------------


def _pages() -> Iterator[Case]:
    links = '<ul><li><a href="x">Huyện ủy họp giao ban tháng 11</a></li></ul>'
    related = f'<div class="related"><h3>Tin liên quan</h3>{links}</div>'
    yield Case("page/related.html", page(tail=related).encode())
    yield Case(
        "page/form.html",
        page().replace("<body>", '<body><form id="aspnetForm">').replace("</body>", "</form></body>").encode(),
    )
    yield Case("page/upper-case-tags.html", page().replace("<p>", "<P>").replace("</p>", "</P>").encode())
    yield Case("page/unclosed.html", page().replace("</p>", "").replace("</div>", "").encode())
    yield Case("page/fragment.html", "".join(f"<p>{line}</p>" for line in LINES).encode())
    yield Case("page/breaks.html", ("<div>" + "<br><br>".join(LINES) + "</div>").encode())
    yield Case(
        "page/divs.html", ("<html><body>" + "".join(f"<div>{line}</div>" for line in LINES) + "</body></html>").encode()
    )
    yield Case("page/script.html", page(head="<script>var a = '<p>' + \"</p>\"; if (1<2) {}</script>").encode())
    yield Case("page/comment.html", page(tail="<!-- <p>ẩn</p> -- > -->").encode())
    yield Case("page/cdata.html", page(tail="<![CDATA[ ]]>").encode())
    yield Case("page/xml-declaration.html", ('<?xml version="1.0" encoding="utf-8"?>' + page()).encode())
    yield Case("page/bad-json-ld.html", page(head='<script type="application/ld+json">{"@type": [}</script>').encode())
    yield Case("page/deep.html", page(tail="<div>" * 5000).encode())
    yield Case("page/entities.html", page().replace("à", "&agrave;").replace("ộ", "&#7897;").encode())
    table = "".join(f"<table><tr><td>{line}</td></tr></table>" for line in LINES)
    yield Case("page/table-layout.html", f"<html><body>{table}</body></html>".encode())
    yield Case(
        "page/no-text.html", b"<html><head><title></title></head><body><img src=a></body></html>", (Reason.EMPTY,)
    )
    yield Case("page/frameset.html", b"<html><frameset><frame src='a'></frameset></html>", (Reason.EMPTY,))
    yield Case(
        "page/script-only.html", b"<html><body><script>document.write('x')</script></body></html>", (Reason.EMPTY,)
    )


# --- containers -----------------------------------------------------------------------------------------------------


def records() -> list[dict[str, str]]:
    """Three articles as a crawler stores them; the third has no text."""
    return [
        {"title": TITLE, "content": SHORT_BODY, "published": "2023-12-28", "url": "https://xa.example/1"},
        {"title": TITLE, "content": page(), "published": "28/12/2023", "url": "https://xa.example/2"},
        {"title": "Trang trống", "content": "", "published": "", "url": "https://xa.example/3"},
    ]


THREE = (None, None, Reason.BAD_RECORD)


def write_csv(rows: list[dict[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """A table as a spreadsheet exports it."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return encode(out.getvalue(), encoding)


def write_parquet(rows: list[dict[str, str]]) -> bytes:
    """A Parquet file with one row group per row."""
    out = io.BytesIO()
    pq.write_table(
        pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in (rows or records())[0]])),
        out,
        row_group_size=1,
    )
    return out.getvalue()


def warc_record(
    payload: bytes,
    *,
    url: str = "https://xa.example/1",
    kind: str = "response",
    status: str | None = "200 OK",
    headers: dict[str, str] | None = None,
) -> bytes:
    """One record of a web archive; without ``status`` it holds no HTTP."""
    block = payload
    if status is not None:
        fields = {"Content-Type": "text/html"} | (headers or {})
        block = "\r\n".join([f"HTTP/1.1 {status}", *map(": ".join, fields.items()), "", ""]).encode() + payload
    mime = "application/http; msgtype=response" if status is not None else "text/html"
    head = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{hashlib.md5(block).hexdigest()}>",
        "WARC-Target-URI": url,
        "WARC-Date": "2023-12-28T08:15:00Z",
        "Content-Type": mime,
        "Content-Length": str(len(block)),
    }
    return "\r\n".join(["WARC/1.0", *map(": ".join, head.items()), "", ""]).encode() + block + b"\r\n\r\n"


def write_warc(pages: list[str | bytes], *, packed: bool = False, charset: str | None = "utf-8") -> bytes:
    """A web archive of ``pages``, with a picture among them."""
    kind = f"text/html; charset={charset}" if charset else "text/html"
    records = []
    for at, body in enumerate(pages):
        payload = body.encode() if isinstance(body, str) else body
        records.append(warc_record(payload, url=f"https://xa.example/{at}", headers={"Content-Type": kind}))
        records.append(warc_record(b"\x89PNG", headers={"Content-Type": "image/png"}))
    return b"".join(gzip.compress(record, mtime=0) if packed else record for record in records)


def write_mhtml(body: bytes, *, charset: str = "utf-8", transfer: str = "quoted-printable") -> bytes:
    """A page as a browser saves it in one file, with a picture and a style sheet."""
    coded = {
        "quoted-printable": lambda: binascii.b2a_qp(body, istext=False).replace(b"\n", b"\r\n"),
        "base64": lambda: base64.encodebytes(body).replace(b"\n", b"\r\n"),
        "8bit": lambda: body,
    }[transfer]()
    mark = b"----MultipartBoundary--aXbY0123----"
    head = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://xa.example/1\r\n"
        b"Subject: =?utf-8?Q?Trang=20tin?=\r\nDate: Thu, 28 Dec 2023 01:15:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="' + mark + b'"\r\n\r\n\r\n'
    )
    first = (
        f"Content-Type: text/html; charset={charset}\r\nContent-ID: <frame-1@mhtml.blink>\r\n"
        f"Content-Transfer-Encoding: {transfer}\r\nContent-Location: https://xa.example/1\r\n\r\n"
    ).encode()
    style = b"Content-Type: text/css\r\nContent-Transfer-Encoding: 8bit\r\n\r\nbody { margin: 0 }"
    picture = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo="
    line = b"\r\n--" + mark
    return head + b"--" + mark + b"\r\n" + (line + b"\r\n").join([first + coded, style, picture]) + line + b"--\r\n"


def write_zip(members: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive; every member of the same day, so that the bytes are always the same."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, payload in members.items():
            entry = zipfile.ZipInfo(name, (2023, 12, 28, 8, 15, 0))
            entry.compress_type = method
            archive.writestr(entry, payload)
    return out.getvalue()


def write_tar(members: dict[str, bytes | tarfile.TarInfo], *, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive of files, and of entries as they are."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, payload in members.items():
            if isinstance(payload, tarfile.TarInfo):
                archive.addfile(payload)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(payload)
            archive.addfile(entry, io.BytesIO(payload))
    return out.getvalue()


def _containers() -> Iterator[Case]:
    rows = records()
    shapes: dict[str, bytes] = {
        "object.json": json.dumps(rows[0], ensure_ascii=False).encode(),
        "list.json": json.dumps(rows, ensure_ascii=False, indent=1).encode(),
        "ascii.json": json.dumps(rows).encode(),
        "wrapped.json": json.dumps({"total": 3, "articles": rows}, ensure_ascii=False).encode(),
        "lines.jsonl": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(),
        "comma.csv": write_csv(rows),
        "semicolon.csv": write_csv(rows, ";"),
        "tab.tsv": write_csv(rows, "\t"),
        "table.parquet": write_parquet(rows),
        "archive.warc": write_warc([page(), page()]),
    }
    for name, payload in shapes.items():
        outcomes = (None,) if name == "object.json" else (None, None) if name == "archive.warc" else THREE
        yield Case(f"container/{name}", payload, outcomes)
        yield Case(f"container/{name}.gz", gzip.compress(payload, mtime=0), outcomes)
        yield Case(f"container/{name}.zst", zstandard.compress(payload), outcomes)
    yield Case("container/members.warc.gz", write_warc([page()], packed=True))
    yield Case("container/utf-16.json", json.dumps(rows, ensure_ascii=False).encode("utf-16"), THREE)
    yield Case("container/utf-16.csv", write_csv(rows, encoding="utf-16"), THREE)
    yield Case("container/bom.csv", write_csv(rows, encoding="utf-8-sig"), THREE)
    yield Case("container/bom.jsonl", b"\xef\xbb\xbf" + shapes["lines.jsonl"], THREE)
    for name in ("tcvn3", "vni", WINDOWS_1258):
        plain = [{"title": TITLE, "content": SHORT_BODY, "url": "https://xa.example/1"}]
        yield Case(f"container/{name}.csv", write_csv(plain, encoding=name))
    broken = shapes["lines.jsonl"].splitlines(keepends=True)
    yield Case(
        "container/broken-line.jsonl", broken[0] + b'{"content": "x\n' + broken[1], (None, Reason.BAD_RECORD, None)
    )
    yield Case("container/cut.jsonl", broken[0] + broken[1][:200], (None, Reason.BAD_RECORD))
    yield Case("container/numbers.jsonl", broken[0] + b"17\n[1]\nnull\n", (None, *[Reason.BAD_RECORD] * 3))
    yield Case("container/deep.jsonl", broken[0] + b'{"a":' + b"[" * 100_000 + b"\n", (None, Reason.BAD_RECORD))
    yield Case("container/no-text.csv", b"id,name\n1,A\n", (Reason.BAD_RECORD,))
    yield Case("container/no-text.parquet", write_parquet([{"id": "1"}]), (Reason.BAD_RECORD,))
    yield Case("container/empty-list.json", b"[]", (Reason.EMPTY,))
    yield Case("container/header-only.csv", b"title,content,url\n", (Reason.EMPTY,))
    yield Case("container/no-rows.parquet", write_parquet(rows[:0]), (Reason.EMPTY,))
    yield Case("container/cut.parquet", shapes["table.parquet"][:-40], (Reason.UNREADABLE,))
    yield Case("container/cut.warc.gz", write_warc([page()], packed=True)[:-900], (Reason.UNREADABLE,))
    yield Case("container/open-quote.csv", write_csv(rows[:1]) + b'"x,"y\n', (None, Reason.BAD_RECORD))


def _matrix() -> Iterator[Case]:
    """Every container of text in every encoding, and what carries bytes with the old ones."""
    plain = [{"title": TITLE, "content": SHORT_BODY, "url": "https://xa.example/1"}]
    line = json.dumps(plain[0], ensure_ascii=False) + "\n"
    for name in (*UNICODE, *OLD):
        yield Case(f"matrix/{name}.json", encode(json.dumps(plain, ensure_ascii=False, indent=1), name))
        yield Case(f"matrix/{name}.jsonl", encode(line, name))
        yield Case(f"matrix/{name}.csv", write_csv(plain, encoding=name))
        yield Case(f"matrix/{name}.tsv", write_csv(plain, "\t", encoding=name))
        yield Case(f"matrix/{name}.warc", write_warc([encode(page(charset=name), name)], charset=None))
        yield Case(f"matrix/{name}.mhtml", write_mhtml(encode(page(charset=name), name), charset=name))
        yield Case(f"matrix/{name}.zip", write_zip({"a.txt": encode(TEXT, name)}))
        yield Case(f"matrix/{name}.tar", write_tar({"a.txt": encode(TEXT, name)}))
    for mark in ("utf-16-le", "utf-16-be"):
        cut = encode(line, mark)
        half = encode(line + '{"content": "x', mark)[:-1]
        yield Case(f"matrix/cut-{mark}.jsonl", half, (None, Reason.BAD_RECORD))
        yield Case(
            f"matrix/lone-surrogate-{mark}.jsonl",
            cut.replace("Đ".encode(mark), "\ud800".encode(mark, "surrogatepass")),
            lines=(),
        )


def _archives() -> Iterator[Case]:
    """Files in ZIP and tar, plain, packed and within one another."""
    rows = records()
    jsonl = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    members = {
        "xã/a.txt": TEXT.encode(),
        "xã/b.html": page().encode(),
        "c.jsonl": jsonl,
        "d.txt.gz": gzip.compress(TEXT.encode("utf-16"), mtime=0),
        "e.parquet": write_parquet(rows),
        "f/g/h.csv": write_csv(rows),
        ".hidden/x.txt": TEXT.encode(),
        "__MACOSX/._a.txt": b"\0" * 99,
    }
    outcomes = (None, None, *THREE, None, *THREE, *THREE)
    packed_zip, packed_tar = write_zip(members), write_tar({**members})
    for form, name in ((tarfile.USTAR_FORMAT, "ustar"), (tarfile.GNU_FORMAT, "gnu"), (tarfile.PAX_FORMAT, "pax")):
        yield Case(f"archive/{name}.tar", write_tar({**members}, form=form), outcomes)
    yield Case("archive/files.zip", packed_zip, outcomes)
    yield Case("archive/stored.zip", write_zip(members, method=zipfile.ZIP_STORED), outcomes)
    yield Case("archive/bzip2.zip", write_zip(members, method=zipfile.ZIP_BZIP2), outcomes)
    yield Case("archive/files.tar.gz", gzip.compress(packed_tar, mtime=0), outcomes)
    yield Case("archive/files.tgz", gzip.compress(packed_tar, mtime=0), outcomes)
    yield Case("archive/files.tar.zst", zstandard.compress(packed_tar), outcomes)
    yield Case("archive/files.zip.gz", gzip.compress(packed_zip, mtime=0), outcomes)
    yield Case("archive/no-extension", packed_zip, outcomes)
    yield Case("archive/wrong-name.txt", gzip.compress(packed_tar, mtime=0), outcomes)
    old = bytearray(write_tar({"a.txt": TEXT.encode()}, form=tarfile.USTAR_FORMAT))
    old[257:265] = bytes(8)
    old[148:156] = b"%06o\0 " % (sum(old[:512]) - sum(old[148:156]) + 256)
    yield Case("archive/version-7.tar", bytes(old))
    nested = write_tar({"in/files.zip": packed_zip})
    yield Case("archive/zip-in-tar.tar", nested, outcomes)
    yield Case("archive/tar-in-zip.zip", write_zip({"x.tar.gz": gzip.compress(packed_tar, mtime=0)}), outcomes)
    yield Case("archive/three-deep.zip", write_zip({"two.tar": nested}), outcomes)
    yield Case("archive/four-deep.zip", write_zip({"three.zip": write_zip({"two.tar": nested})}), (Reason.UNSAFE,))
    yield Case(
        "archive/page.zip",
        write_zip({"a.mhtml": write_mhtml(page().encode()), "b.warc": write_warc([page()])}),
        (None, None),
    )


def _bad_archives() -> Iterator[Case]:
    """Archives that are damaged, locked, or made to do harm; what is sound in them is read."""
    good = {"a.txt": TEXT.encode()}
    link = tarfile.TarInfo("link.txt")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    pipe = tarfile.TarInfo("pipe")
    pipe.type = tarfile.FIFOTYPE
    for at, name in enumerate(("../a.txt", "/etc/a.txt", "b/../../a.txt", "C:/a.txt", "..\\a.txt", "a\x1b[0m.txt")):
        yield Case(f"bad-archive/path-{at}.zip", write_zip({name: TEXT.encode(), **good}), (Reason.UNSAFE, None))
        yield Case(f"bad-archive/path-{at}.tar", write_tar({name: TEXT.encode(), **good}), (Reason.UNSAFE, None))
    yield Case(
        "bad-archive/links.tar", write_tar({"l": link, "p": pipe, **good}), (Reason.NOT_TEXT, Reason.NOT_TEXT, None)
    )
    yield Case("bad-archive/locked.zip", _locked(write_zip(good)), (Reason.ENCRYPTED,))
    yield Case("bad-archive/lzma.zip", write_zip(good, method=zipfile.ZIP_LZMA), (Reason.UNREADABLE,))
    yield Case("bad-archive/empty.zip", write_zip({}), (Reason.EMPTY,))
    stored = write_zip({**good, "b.txt": TEXT.replace("xã", "thị trấn").encode()}, method=zipfile.ZIP_STORED)
    yield Case("bad-archive/flipped.zip", stored.replace(b"Nguy", b"nguy", 1), (Reason.UNREADABLE, None), lines=())
    yield Case("bad-archive/cut.zip", write_zip(good)[:-30], (Reason.UNREADABLE,))
    yield Case("bad-archive/cut.tar", write_tar({**good})[:1024], (Reason.UNREADABLE, Reason.UNREADABLE))
    cut = gzip.compress(write_tar({**good, "b.bin": random.Random(SEED).randbytes(40_000)}), mtime=0)[:-9000]
    yield Case("bad-archive/cut.tar.gz", cut, (None, Reason.UNREADABLE, Reason.UNREADABLE))
    yield Case(
        "bad-archive/photo.zip", write_zip({"a.jpg": b"\xff\xd8\xff\xe0" + bytes(99), **good}), (Reason.NOT_TEXT, None)
    )
    for name in ("mimetype", "META-INF/container.xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml"):
        yield Case(f"bad-archive/{name.replace('/', '-')}.zip", write_zip({name: b"x", **good}), (Reason.NOT_TEXT,))
    for at, payload in enumerate((write_zip(good), write_tar({**good}), gzip.compress(write_tar({**good}), mtime=0))):
        yield Case(f"bad-archive/trailing-{at}", payload + b"\0" * 700, (None,))


def _locked(archive: bytes) -> bytes:
    """The archive with the flag of a password on its members."""
    out = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        out[archive.index(mark) + at] |= 1
    return bytes(out)


def _web_archives() -> Iterator[Case]:
    html = page().encode()
    kinds = {"Content-Type": "text/html; charset=utf-8"}
    chunked = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (html[:700], html[700:])) + b"0\r\n\r\n"
    raw_deflate = zlib.compressobj(wbits=-15)
    bodies: dict[str, tuple[bytes, dict[str, str], Reason | None]] = {
        "gzip": (gzip.compress(html, mtime=0), {"Content-Encoding": "gzip"}, None),
        "deflate": (zlib.compress(html), {"Content-Encoding": "deflate"}, None),
        "raw-deflate": (raw_deflate.compress(html) + raw_deflate.flush(), {"Content-Encoding": "deflate"}, None),
        "brotli": (brotli.compress(html), {"Content-Encoding": "br"}, None),
        "zstd": (zstandard.compress(html), {"Content-Encoding": "zstd"}, None),
        "twice": (gzip.compress(zlib.compress(html), mtime=0), {"Content-Encoding": "deflate, gzip"}, None),
        "unpacked": (html, {"Content-Encoding": "gzip"}, None),
        "identity": (html, {"Content-Encoding": "identity"}, None),
        "unknown": (b"\x01\x02", {"Content-Encoding": "x-secret"}, Reason.UNREADABLE),
        "cut-gzip": (gzip.compress(html, mtime=0)[:-200], {"Content-Encoding": "gzip"}, Reason.UNREADABLE),
        "cut-brotli": (brotli.compress(html)[:-200], {"Content-Encoding": "br"}, Reason.UNREADABLE),
        "chunked": (chunked, {"Transfer-Encoding": "chunked"}, None),
        "chunked-gzip": (
            gzip.compress(html, mtime=0),
            {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"},
            None,
        ),
        "empty": (b"", {}, Reason.EMPTY),
    }
    for name, (body, headers, reason) in bodies.items():
        yield Case(f"web-archive/{name}.warc", warc_record(body, headers=kinds | headers), (reason,))
    for status in ("404 Not Found", "301 Moved", "500 Error", "206 Partial", "x"):
        records = warc_record(html, status=status, headers=kinds) + warc_record(html, headers=kinds)
        yield Case(f"web-archive/status-{status[:3]}.warc", records, (Reason.BAD_STATUS, None))
    picture = warc_record(b"\x89PNG", status="404 Not Found", headers={"Content-Type": "image/png"})
    yield Case("web-archive/missing-picture.warc", picture + warc_record(html, headers=kinds))
    yield Case("web-archive/resource.warc", warc_record(html, kind="resource", status=None))
    yield Case("web-archive/request.warc", warc_record(b"", kind="request") + warc_record(html, headers=kinds))
    yield Case(
        "web-archive/revisit.warc", warc_record(b"", kind="revisit") + warc_record(html), (Reason.DUPLICATE, None)
    )
    bare = page(charset="").replace('<meta charset="">', "")
    for name in ("utf-16-le", WINDOWS_1258, "viscii", "tcvn3", "vni"):
        payload = encode(bare, name)
        yield Case(f"web-archive/charset-{name}.warc", write_warc([payload], charset=name), encoding=name)
        yield Case(f"web-archive/wrong-charset-{name}.warc", write_warc([payload], charset="iso-8859-1"), encoding=name)
    damaged = write_warc([page()]).replace(b"Content-Length: ", b"Content-Length: 9", 1)
    yield Case("web-archive/wrong-length.warc", damaged, (None,), lines=())
    yield Case("web-archive/no-header.warc", b"WARC/1.0\r\n", (Reason.EMPTY,))
    yield Case("web-archive/pictures.warc", picture, (Reason.EMPTY,))


def _saved_pages() -> Iterator[Case]:
    html = page().encode()
    for transfer in ("quoted-printable", "base64", "8bit"):
        yield Case(f"saved-page/{transfer}.mhtml", write_mhtml(html, transfer=transfer))
        yield Case(f"saved-page/{transfer}.mht.gz", gzip.compress(write_mhtml(html, transfer=transfer), mtime=0))
    whole = write_mhtml(html)
    yield Case("saved-page/unix-lines.mhtml", whole.replace(b"\r\n", b"\n"))
    yield Case("saved-page/wrong-name.html", whole)
    yield Case("saved-page/leading-lines.txt", b"\r\n\r\n" + whole)
    yield Case("saved-page/cut.mhtml", whole[: whole.index(b"css")])
    yield Case("saved-page/no-page.mhtml", whole.replace(b"text/html", b"text/javascript"), (Reason.BAD_RECORD,))
    yield Case("saved-page/no-boundary.mhtml", whole.replace(b"boundary=", b"b="), (Reason.BAD_RECORD,))
    single = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    yield Case("saved-page/single.mht", single + base64.encodebytes(html))
    inner = write_mhtml(html)
    inner = inner[inner.index(b"Content-Type: multipart") :]
    outer = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="=_a"\r\n\r\n'
    plain = b"Content-Type: text/plain; charset=utf-8\r\n\r\nXem trang\r\n"
    nested = outer + b"--=_a\r\n" + plain + b"--=_a\r\n" + inner + b"\r\n--=_a--\r\n"
    yield Case("saved-page/alternative.mhtml", nested)


def _misnamed() -> Iterator[Case]:
    """The name says one thing, the content another: the content is believed."""
    rows = records()
    yield Case("misnamed/page.txt", page().encode())
    yield Case("misnamed/text.html", TEXT.encode())
    yield Case("misnamed/text.json", TEXT.encode())
    yield Case("misnamed/text.jsonl", TEXT.encode())
    yield Case("misnamed/text.csv", TEXT.encode())
    yield Case("misnamed/text.parquet", TEXT.encode())
    yield Case("misnamed/text.gz", TEXT.encode())
    yield Case("misnamed/text.warc", TEXT.encode())
    yield Case("misnamed/packed.txt", gzip.compress(TEXT.encode(), mtime=0))
    yield Case("misnamed/packed-zst.txt", zstandard.compress(TEXT.encode()))
    yield Case("misnamed/no-extension", TEXT.encode())
    yield Case("misnamed/lines.txt", "".join(json.dumps(row) + "\n" for row in rows).encode(), THREE)
    yield Case("misnamed/table.txt", write_csv(rows), THREE)
    yield Case("misnamed/table.dat", write_parquet(rows), THREE)
    yield Case("misnamed/tên file có dấu và dấu cách.txt", TEXT.encode())
    yield Case("misnamed/bracket.txt", ("[Tin vắn] " + TEXT).encode())
    yield Case("misnamed/brace.txt", ("{Tin vắn} " + TEXT).encode())


# --- refusals -------------------------------------------------------------------------------------------------------

ENGLISH = (
    "The committee met on Monday morning to discuss the annual plan for the district and its twelve communes. " * 6
)
FRENCH = "Le comité s'est réuni à Hanoï après l'été pour préparer la fête nationale, où l'on célèbre la liberté. " * 6
RUSSIAN = "Комитет собрался в понедельник утром, чтобы обсудить годовой план района и двенадцати общин. " * 6
CHINESE = "委员会星期一上午开会讨论全区年度计划。" * 20


def scramble(text: str) -> str:
    """Spam copies: a mark taken from another letter on every third vowel."""
    dice = random.Random(SEED)
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = []
    for letter in unicodedata.normalize("NFD", text):
        out.append(letter)
        if letter in "aeiouy" and dice.random() < 0.35:
            out.append(dice.choice(tones))
    return unicodedata.normalize("NFC", "".join(out))


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _refusals() -> Iterator[Case]:
    made: dict[str, tuple[bytes, Reason]] = {
        "empty.txt": (b"", Reason.EMPTY),
        "blank.txt": (b" \n\t \r\n", Reason.EMPTY),
        "bom.txt": (b"\xef\xbb\xbf", Reason.EMPTY),
        "invisible.txt": ("\u200b\u200b\ufeff".encode(), Reason.EMPTY),
        "furniture.txt": ("Trang chủ\nLượt xem: 12\nBản in\n".encode(), Reason.EMPTY),
        "empty.gz": (gzip.compress(b"", mtime=0), Reason.EMPTY),
        "short.txt": ("Tin vắn.".encode(), Reason.TOO_SHORT),
        "numbers.txt": (b"12 345 6789\n" * 40, Reason.EMPTY),
        "english.txt": (ENGLISH.encode(), Reason.NOT_VIETNAMESE),
        "french.txt": (FRENCH.encode(), Reason.NOT_VIETNAMESE),
        "french-latin-1.txt": (FRENCH.encode("latin-1"), Reason.NOT_VIETNAMESE),
        "russian.txt": (RUSSIAN.encode(), Reason.NOT_VIETNAMESE),
        "chinese.txt": (CHINESE.encode(), Reason.NOT_VIETNAMESE),
        "no-marks.txt": (_bare(TEXT).encode(), Reason.NOT_VIETNAMESE),
        "style.css": (b"body { margin: 0; padding: 0 } a:hover { color: red }\n" * 20, Reason.NOT_VIETNAMESE),
        "code.js": (b"var a = function (b) { return b + 1; };\n" * 20, Reason.NOT_VIETNAMESE),
        "scrambled.txt": (scramble("\n\n".join(LINES[2:] * 2)).encode(), Reason.SCRAMBLED),
        "report.pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 8, Reason.NOT_TEXT),
        "letter.docx": (write_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}), Reason.NOT_TEXT),
        "damaged.zip": (b"PK\x03\x04" + bytes(range(256)) * 8, Reason.UNREADABLE),
        "letter.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, Reason.NOT_TEXT),
        "photo.jpg": (b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8, Reason.NOT_TEXT),
        "photo.png": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, Reason.NOT_TEXT),
        "zeros.txt": (b"\0" * 4096, Reason.NOT_TEXT),
        "random.bin": (random.Random(SEED).randbytes(8192), Reason.NOT_TEXT),
        "cut.gz": (gzip.compress(random.Random(SEED).randbytes(4096), mtime=0)[:-700], Reason.UNREADABLE),
        "cut.zst": (zstandard.compress(TEXT.encode())[:60], Reason.UNREADABLE),
        "damaged.gz": (_flip(gzip.compress(TEXT.encode(), mtime=0)), Reason.UNREADABLE),
    }
    for name, (payload, reason) in made.items():
        yield Case(f"refused/{name}", payload, (reason,))


def _flip(payload: bytes) -> bytes:
    middle = len(payload) // 2
    return payload[:middle] + bytes(byte ^ 0xFF for byte in payload[middle : middle + 40]) + payload[middle + 40 :]


def _noise() -> Iterator[Case]:
    """The article with damage that must not hide it."""
    dice = random.Random(SEED)
    noises: dict[str, Callable[[str], str]] = {
        "emoji": lambda line: line + " \U0001f389\U0001f1fb\U0001f1f3",
        "trailing-blanks": lambda line: line + " " * dice.randrange(1, 400),
        "leading-tabs": lambda line: "\t" * 3 + line,
        "stars": lambda line: line + "\n***\n",
    }
    for name, noise in noises.items():
        yield Case(f"noise/{name}.txt", "\n\n".join(map(noise, LINES)).encode())
    yield Case("noise/many-newlines.txt", TEXT.replace("\n\n", "\n" * 3000).encode())
    yield Case("noise/one-paragraph.txt", (TEXT.replace("\n\n", " ")).encode(), lines=())
