"""Bytes to text: which encoding a document is in, decided by evidence.

What enters is a raw document; what leaves is a :class:`Document`, or :class:`pipeline.errors.Refused`. In this order:
magic numbers and control characters (binary data), byte order marks, a Unicode encoding that the protocol declares,
UTF-16 without a mark, UTF-8 (whole, or with a few damaged bytes), then the single-byte sets, each judged by how
Vietnamese the result is; what is declared decides only where the evidence does not. Nothing is guessed on short or
mixed text. (Unicode that was typed in a legacy font, "§¶ng bé", is the cleaner's affair: :mod:`pipeline.fonts`.)
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from functools import cache

from pipeline.errors import Refused
from pipeline.lexicon import marked
from pipeline.models import Document, RawDocument, Reason, Rejection, Stage
from pipeline.readers.legacy import LEGACY, decode_legacy, restore_capitals
from pipeline.vietnamese import Evidence, weigh

# Evidence a legacy reading must show. Articles reach a score of 0.64 to 0.9 (2,061 measured, 2026-11), wrong readings
# stay below 0.2.
MIN_WORDS = 12
MIN_SCORE = 0.45
MIN_VALID = 0.9
SAMPLE_BYTES = 200_000

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]{2,40})",
    re.IGNORECASE,
)
_MULTIBYTE = re.compile(rb"[\xc3-\xc6][\x80-\xbf]|[\xe1-\xe2][\x80-\xbf]{2}|\xcc[\x80-\xbf]")
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|span|article|section|table|br|h[1-6]|a|ul|img|meta|font|b|i|strong|em)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"</(?:html|body|div|p|span|article|section|table|h[1-6]|a|ul|font|b|i|strong|em)\s*>", re.IGNORECASE
)


def decode_document(raw: RawDocument) -> Document:
    """The text or markup of ``raw``; ``format`` becomes ``text`` or ``html``, after a container's name
    (``jsonl/html``).

    Raises:
        Refused: binary data (not_text), nothing (empty) or bytes in no encoding that makes sense (unreadable).

    >>> document = decode_document(RawDocument("0" * 16, "a.txt", "Đảng bộ xã".encode("utf-16")))
    >>> document.content, document.format, document.encoding
    ('Đảng bộ xã', 'text', 'utf-16')
    """
    counts: Counter[str] = Counter()
    if isinstance(raw.payload, str):
        text, encoding = raw.payload, "unicode"
    else:
        text, encoding = _decode(raw, raw.payload, counts)
    if not text.strip("\ufeff\x00 \t\r\n\u00a0\u200b"):
        raise _refuse(raw, Reason.EMPTY, "the document holds nothing but blanks")
    kind = "html" if is_markup(text) else "text"
    return Document(
        article_id=raw.article_id,
        source=raw.source,
        content=text,
        format=f"{raw.format}/{kind}" if raw.format else kind,
        encoding=encoding,
        url=raw.url,
        title=raw.title,
        published_on=raw.published_on,
        authors=raw.authors,
        repairs=dict(sorted(counts.items())),
    )


def is_markup(text: str) -> bool:
    """Whether ``text`` is HTML: a page, or a fragment with tags that open and close.

    >>> is_markup("<p>Sáng 15-11</p>"), is_markup("a < b và b > c"), is_markup("<!DOCTYPE html><title>x")
    (True, False, True)
    """
    head = text[:200_000]
    start = head[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html", "<?xml")) and "<" in head[5:]:
        return True
    return _MARKUP.search(head) is not None and (_CLOSING.search(head) is not None or "<br" in head.lower())


# --- bytes ----------------------------------------------------------------------------------------------------------


def _decode(raw: RawDocument, payload: bytes, counts: Counter[str]) -> tuple[str, str]:
    if not payload:
        raise _refuse(raw, Reason.EMPTY, "the file is empty")
    kind = _binary_kind(payload)
    if kind is not None:
        raise _refuse(raw, Reason.NOT_TEXT, kind)
    for reading in (_by_mark, _by_declaration, _by_wide_units, _by_utf8):
        found = reading(payload, counts, raw.charset)
        if found is not None:
            return found
    found = _by_evidence(payload, raw.charset)
    if found is None:
        raise _refuse(raw, Reason.UNREADABLE, "no known encoding gives Vietnamese text")
    return found


def _binary_kind(payload: bytes) -> str | None:
    """What the data is when it is no text, else ``None``."""
    for magic, name in _magic():
        if payload.startswith(magic):
            return f"{name}; only text, HTML, MHTML, JSON, CSV, Parquet, WARC, ZIP and tar are read"
    head = payload[:65536]
    if head.startswith(tuple(mark for mark, _ in _BOMS)) or wide_order(head) is not None:
        return None
    controls = sum(map(head.count, _CONTROL_BYTES))
    # The old sets place up to 14 capitals among the control characters; binary data holds NUL and many more.
    if head.count(0) * 200 > len(head):
        return "binary data (NUL bytes)"
    return "binary data (control characters)" if controls * 25 > len(head) else None


_CONTROL_BYTES = tuple(bytes([code]) for code in range(32) if code not in (0, 9, 10, 11, 12, 13, 26, 27))


@cache
def _magic() -> tuple[tuple[bytes, str], ...]:
    return tuple((bytes.fromhex(row.surface), row.kind) for row in marked("magic.tsv", surface="bytes", kind="name"))


def _by_mark(payload: bytes, counts: Counter[str], charset: str | None) -> tuple[str, str] | None:
    for mark, name in _BOMS:
        if payload.startswith(mark):
            text = payload.decode(name, "replace")
            _count_lost(text, counts)
            counts["bom"] += 1
            return text.lstrip("\ufeff"), name.removesuffix("-sig")
    return None


_UNICODE = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


def _by_declaration(payload: bytes, counts: Counter[str], charset: str | None) -> tuple[str, str] | None:
    """A Unicode encoding that HTTP or MIME declares, when every byte agrees and letters come out."""
    try:
        name = codecs.lookup(charset or "").name
        text = payload.decode(name) if name in _UNICODE else ""
    except (LookupError, ValueError):
        return None
    return (text, name) if text and "\x00" not in text and weigh(_visible(text)).share >= 0.5 else None


def _by_wide_units(payload: bytes, counts: Counter[str], charset: str | None) -> tuple[str, str] | None:
    """UTF-16 without a mark: every other byte is one of the few high bytes of Vietnamese text."""
    name = wide_order(payload[:65536])
    if name is None:
        return None
    text = payload.decode(name, "replace")
    _count_lost(text, counts)
    return text, name


_HIGH_BYTES = (0x00, 0x01, 0x03, 0x1E, 0x20)


def wide_order(head: bytes) -> str | None:
    """The byte order of UTF-16 text without a mark, by where its high bytes stand; ``None`` for other bytes."""
    if len(head) < 8 or head.count(0) * 10 < len(head) * 3:
        return None
    pairs = len(head) // 2
    for name, high, low in (("utf-16-le", head[1::2], head[0::2]), ("utf-16-be", head[0::2], head[1::2])):
        if sum(map(high.count, _HIGH_BYTES)) > 0.98 * pairs and low.count(0) < 0.02 * pairs:
            return name
    return None


def _by_utf8(payload: bytes, counts: Counter[str], charset: str | None) -> tuple[str, str] | None:
    try:
        return payload.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    text = payload.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    # A few damaged bytes among many sound sequences: a cut or mixed file, still UTF-8.
    if lost * 12 > len(_MULTIBYTE.findall(payload)):
        return None
    _count_lost(text, counts)
    return text, "utf-8"


def _count_lost(text: str, counts: Counter[str]) -> None:
    # The cleaner counts U+FFFD as "lost"; here only what the container's damage is called.
    if "\ufffd" in text:
        counts["damaged_bytes"] += text.count("\ufffd")


# --- single-byte sets -----------------------------------------------------------------------------------------------


def _by_evidence(payload: bytes, charset: str | None) -> tuple[str, str] | None:
    name = choose_encoding(payload, charset)
    if name is None:
        return None
    return read_whole(payload, name), name


def choose_encoding(payload: bytes, charset: str | None = None) -> str | None:
    """The single-byte set of ``payload``: the most Vietnamese reading, else what is declared (by ``charset``, or by the
    page itself), else the harmless one."""
    sample = payload[:SAMPLE_BYTES]
    readings = {name: read_as(sample, name) for name in ("windows-1258", "windows-1252", *LEGACY)}
    best = best_reading(readings)
    if best is not None:
        return best
    for declared in (_known_set(charset), _declared(sample)):
        if declared is not None and _agrees(readings[declared]):
            return declared
    # Not enough words to tell the sets apart: Windows-1258 only where nothing contradicts it.
    evidence = weigh(_visible(readings["windows-1258"]))
    if evidence.words and evidence.share >= MIN_VALID:
        return "windows-1258"
    return "windows-1252" if weigh(_visible(readings["windows-1252"])).words >= MIN_WORDS else None


def read_as(payload: bytes, name: str) -> str:
    """``payload`` in one of the single-byte sets, NFC; undefined bytes become U+FFFD.

    >>> read_as(b"x\\xe3", "windows-1258"), read_as(b"x\\xb7", "tcvn3")
    ('xă', 'xã')
    """
    if name in LEGACY:
        return decode_legacy(payload, name)
    return unicodedata.normalize("NFC", payload.decode(name, "replace"))


def read_whole(payload: bytes, name: str) -> str:
    """``payload`` as :func:`read_as` reads it, its lines in fonts of capitals as capitals."""
    text = read_as(payload, name)
    return restore_capitals(text) if name == "tcvn3" else text


def _declared(payload: bytes) -> str | None:
    match = _DECLARED.search(payload[:4096])
    if match is None:
        return None
    return _known_set((match[1] or match[2]).decode("ascii", "replace"))


def _known_set(charset: str | None) -> str | None:
    return _sets().get((charset or "").strip().lower())


@cache
def _sets() -> dict[str, str]:
    return {row.surface: row.kind for row in marked("charsets.tsv", surface="name", kind="set")}


def _agrees(text: str) -> bool:
    """Whether a declared reading may stand: of its marked words hardly one is impossible, or it is not Vietnamese at
    all."""
    evidence = weigh(_visible(text))
    return evidence.valid >= MIN_VALID * evidence.marked or evidence.share < 0.5


def best_reading(readings: dict[str, str]) -> str | None:
    """The reading that is convincingly Vietnamese, if one is; of equals the first named."""
    weighed = {name: weigh(_visible(text)) for name, text in readings.items()}
    name = max(weighed, key=lambda reading: weighed[reading].score)
    if name == "tcvn5712" and _flaws(readings["tcvn3"], weighed["tcvn3"]) <= _flaws(readings[name], weighed[name]):
        name = "tcvn3"
    return name if _convinces(weighed[name]) else None


def _flaws(text: str, evidence: Evidence) -> int:
    """Impossible words, and bytes that mean nothing: a dash read as a capital ("Ọ") is no flaw, but no merit either."""
    return evidence.marked - evidence.valid + len(_NO_LETTER.findall(text))


def _convinces(evidence: Evidence) -> bool:
    return (
        evidence.marked >= MIN_WORDS and evidence.score >= MIN_SCORE and evidence.valid >= MIN_VALID * evidence.marked
    )


# Control characters, and Windows signs that news has no use for where a capital of TCVN 5712 may be meant.
_NO_LETTER = re.compile("[\x01-\x08\x0e-\x1f\x80-\x9f€‚ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ]")
_TAG = re.compile(r"<[^<>]{0,2000}>")


def _visible(text: str) -> str:
    """Text without tags; scripts and menus of a page would water the evidence down."""
    sample = text[:200_000]
    if "<" not in sample:
        return sample
    sample = re.sub(r"(?is)<(script|style)\b.{0,100000}?</\1", " ", sample) if sample.count("<s") < 200 else sample
    return _TAG.sub(" ", sample)


def _refuse(raw: RawDocument, reason: Reason, detail: str) -> Refused:
    return Refused(Rejection(raw.source, raw.article_id, Stage.READ, reason, detail))
