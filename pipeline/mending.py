"""Repairs of decoded text, each counted: mojibake, invisible characters, blanks, look-alike letters, mark order,
wrapped lines.

What enters is text; what leaves is text in NFC with one kind of line end. The author's spelling stays. A repair that
guesses (mojibake, entities) is kept only when the line is more Vietnamese after it than before.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import takewhile

from pipeline.gazetteer import load_gazetteer
from pipeline.lexicon import marked, unit_words
from pipeline.orthography import key, settle
from pipeline.vietnamese import weigh

_NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")
_NEXT_LINE = re.compile("\x85")  # after mojibake: "ễ" read as Latin-1 holds one
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BLANK = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_EMPTY_LINES = re.compile(r"\n[ \t\u00a0]*\n[ \t\u00a0\n]*")
_RUN = re.compile(r" {2,}")
_TAB = re.compile(r" *\t[ \t]*")
_LOST = re.compile("\ufffd")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,5});")
_WIDE = re.compile(r"[\uff01-\uff5e\ufb00-\ufb06]")
_BAD_ORDER = re.compile("([\u0300\u0301\u0303\u0309])([\u0302\u0306])")
_DOUBLED = re.compile("([\u0300-\u036f])\\1+")
_FOREIGN_WORD = re.compile(r"[^\W\d_]*[\u0370-\u03ff\u0400-\u052f][^\W\d_]*")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1ea0-\u1ef9]")

# The lead bytes of UTF-8 Vietnamese (C3, C4, C6, E1 BA, E1 BB, E2 80) read as Windows-1252, and a byte that may follow.
_MOJIBAKE = re.compile("(?:[ÃÂÄÅÆ]|á[º»]|â€|Ì|Ã¡Â)[\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]?")


def mend_whole(text: str, counts: Counter[str]) -> str:
    """What must be mended before a text is split or parsed: mojibake, line ends, long runs of empty lines.

    >>> mend_whole("á»¦y ban xÃ£\\r\\n\\r\\n\\r\\n", Counter())
    'Ủy ban xã\\n\\n'
    """
    text = _replace(text, _NEWLINE, "\n", "line_end", counts)
    text = _mend_mojibake(text, counts)
    text = _replace(text, _NEXT_LINE, "\n", "line_end", counts)
    return _EMPTY_LINES.sub("\n\n", text)


def mend_text(text: str, counts: Counter[str]) -> str:
    """``text`` settled and without invisible characters; what was mended is added to ``counts``.

    >>> counts = Counter()
    >>> mend_text("Ð\u1ea3ng\u200b u\u0309y, h\u0435t", counts), dict(counts)
    ('Đảng ủy, het', {'invisible': 1, 'lookalike': 1, 'eth': 1, 'nfc': 1})
    """
    text = _replace(text, _INVISIBLE, "", "invisible", counts)
    text = _replace(text, _CONTROL, "", "control", counts)
    _add(counts, "lost", len(_LOST.findall(text)))
    text = _mend_lookalikes(text, counts)
    text = _mend_order(text, counts)
    _add(counts, "eth", text.count("\u00d0") + text.count("\u00f0"))
    plain = text.replace("\u00d0", "Đ").replace("\u00f0", "đ")
    settled = settle(text)
    _add(counts, "nfc", len(plain) - len(settled) or int(plain != settled))
    return settled


def mend_line(line: str, counts: Counter[str]) -> str:
    """``line`` trimmed, with runs of blanks as one blank; tabs stay, they part the cells of a table.

    >>> counts = Counter()
    >>> mend_line("  Bí thư\u00a0 Huyện ủy \\t1 ", counts), dict(counts)
    ('Bí thư Huyện ủy\\t1', {'nbsp': 1, 'blanks': 1})
    """
    line = _replace(line, _BLANK, " ", "nbsp", counts).strip(" \t")
    if "  " in line:
        line = _replace(line, _RUN, " ", "blanks", counts)
    return _TAB.sub(lambda match: "\t" * match[0].count("\t"), line) if "\t" in line else line


def mend_entities(text: str, counts: Counter[str]) -> str:
    """Plain text with HTML entities left in it (``Ho&agrave; B&igrave;nh``), resolved.

    >>> mend_entities("&#272;ảng ủy x&atilde;", Counter())
    'Đảng ủy xã'
    """
    found = len(_ENTITY.findall(text)) if "&" in text else 0
    _add(counts, "entity", found)
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if found else text


def _replace(text: str, pattern: re.Pattern[str], instead: str, name: str, counts: Counter[str]) -> str:
    text, found = pattern.subn(instead, text)
    _add(counts, name, found)
    return text


def _add(counts: Counter[str], name: str, found: int) -> None:
    if found:
        counts[name] += found


# --- mojibake -------------------------------------------------------------------------------------------------------

MAX_PIECE = 20_000  # characters; ftfy looks at a line several times
_LINE_OR_TAG = re.compile(r"(\n|<[^<>\n]{0,2000}>)")


def _mend_mojibake(text: str, counts: Counter[str]) -> str:
    """UTF-8 that was read as Windows-1252 or Latin-1, line by line; a page may hold both sound and damaged lines."""
    if _MOJIBAKE.search(text) is None:
        return text
    parts = _LINE_OR_TAG.split(text)
    for at, part in enumerate(parts):
        if len(_MOJIBAKE.findall(part)) >= 2:
            pieces = (part[start : start + MAX_PIECE] for start in range(0, len(part), MAX_PIECE))
            mended = "".join(map(_fix_encoding, pieces))
            if mended != part and _is_better(mended, part):
                parts[at] = mended
                counts["mojibake"] += 1
    return "".join(parts)


def _fix_encoding(line: str) -> str:
    import ftfy

    return ftfy.fix_encoding(line)


def _is_better(mended: str, line: str) -> bool:
    after, before = weigh(mended), weigh(line)
    return after.valid > 0 and after.score > before.score and len(mended) < len(line)


# --- letters --------------------------------------------------------------------------------------------------------


def _mend_lookalikes(text: str, counts: Counter[str]) -> str:
    text, wide = _WIDE.subn(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    _add(counts, "wide", wide)
    always, mixed = _lookalikes()
    found = sum(text.count(sign) for sign in map(chr, always))
    _add(counts, "lookalike", found)
    if found:
        text = text.translate(always)

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        latin = word.translate(mixed)
        if _LATIN.search(word) is None or not all(_LATIN.match(c) or unicodedata.combining(c) for c in latin):
            return word
        counts["lookalike"] += sum(a != b for a, b in zip(word, latin, strict=True))
        return latin

    return _FOREIGN_WORD.sub(mend, text) if re.search("[\u0370-\u052f]", text) else text


@cache
def _lookalikes() -> tuple[dict[int, str], dict[int, str]]:
    rows = marked("lookalikes.tsv", surface="sign", kind="kind", extra="letter")
    return (
        {ord(row.surface): row.extra for row in rows if row.kind == "latin"},
        {ord(row.surface): row.extra for row in rows if row.kind != "latin"},
    )


def _mend_order(text: str, counts: Counter[str]) -> str:
    """Tone before circumflex, breve or horn, and marks typed twice: NFC would leave them apart from their letter."""
    if not any("\u0300" <= c <= "\u036f" for c in _combining_sample(text)):
        return text
    decomposed = unicodedata.normalize("NFD", text)
    # NFD sorts the dot below and the horn by class, so only marks of one class can stand in the wrong order.
    ordered, swapped = _BAD_ORDER.subn(r"\2\1", decomposed)
    ordered, doubled = _DOUBLED.subn(r"\1", ordered)
    if not swapped and not doubled:
        return text
    composed = unicodedata.normalize("NFC", ordered)
    before = len(_COMBINING.findall(unicodedata.normalize("NFC", text)))
    _add(counts, "mark_order", before - len(_COMBINING.findall(composed)))
    return composed


_COMBINING = re.compile("[\u0300-\u036f]")


def _combining_sample(text: str) -> str:
    return "".join(_COMBINING.findall(text)[:1])


# --- wrapped lines --------------------------------------------------------------------------------------------------

WRAP_WIDTHS = range(40, 131)  # columns of typewriters, mail and PDF converters
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*\s*(?:/\s*\.?)?\s*$")
_STARTS_ITEM = re.compile(r"^\s*(?:[-–+•*·]\s|\(?\d{1,3}(?:[.)]|/(?!\d))\s|[IVX]{1,5}[.)]\s)")


def join_wrapped(text: str, counts: Counter[str]) -> str:
    """Lines that a converter broke at a fixed width, joined to paragraphs; other texts stay as they are.

    The evidence: runs of lines without blank ones between, most of which end in mid-sentence close to one width.

    >>> lines = "Sáng 15-11, Ban Thường vụ Thị ủy tổ chức hội\\nnghị gặp mặt các đồng chí Bí thư Chi bộ trên\\n"
    >>> join_wrapped(lines * 3 + "địa bàn.", Counter()).count("\\n")
    0
    """
    lines = text.split("\n")
    broken = [at for at, line in enumerate(lines[:-1]) if line.strip() and lines[at + 1].strip()]
    width = _wrap_width([len(lines[at].rstrip()) for at in broken])
    if width is None:
        return text
    open_ends = [at for at in broken if _continues(lines[at], lines[at + 1], width)]
    if len(open_ends) < 4 or len(open_ends) < 0.6 * len(broken):
        return text
    counts["joined_line"] += len(open_ends)
    joined = set(open_ends)
    parts: list[str] = []
    for at, line in enumerate(lines):
        parts.append(line.rstrip() + " " if at in joined else line + "\n")
    return "".join(parts).removesuffix("\n")


def join_abbreviated(text: str, counts: Counter[str]) -> str:
    """Lines that a sentence splitter broke behind the abbreviation of a unit or a degree, before the name that it
    belongs to; many collections hold one sentence a line.

    >>> join_abbreviated("Chiều 2-3, tại TP.\\nHà Nội, PGS.\\nLê Văn Tám nói.", Counter())
    'Chiều 2-3, tại TP. Hà Nội, PGS. Lê Văn Tám nói.'
    >>> join_abbreviated("Ông Tám báo cáo UBND TP.\\nSở Tài chính góp ý.", Counter()).count("\\n")
    1
    """
    parts: list[str] = []
    at = 0
    for match in _STOP_AND_BREAK.finditer(text):
        word = _LAST_WORD.search(text[max(at, match.start() - _LONGEST_ABBREVIATION) : match.start()])
        kind = _kind_of(word[0].lower()) if word is not None else None
        if kind is not None and _OPENED[kind](text[match.end() : match.end() + _LONGEST_NAME]):
            parts.append(text[at : match.start()] + ". ")
            at = match.end()
    if parts:
        counts["joined_line"] += len(parts)
    return "".join(parts) + text[at:]


_STOP_AND_BREAK = re.compile(r"\.\n(?=[^\W\d_])")
_LAST_WORD = re.compile(r"(?<![\w./&-])[^\W\d_][\w./]*\Z")
_LONGEST_ABBREVIATION = 8  # letters, and one before them that makes it another word
_LONGEST_NAME = 40


def _kind_of(word: str) -> str | None:
    return _abbreviations().get(word) or _abbreviations().get(word.rpartition(".")[2])  # PGS.TS


@cache
def _abbreviations() -> dict[str, str]:
    """Abbreviations whose full stop ends no sentence, and what they stand for: a unit or a degree."""
    rows = marked("abbreviations.tsv", surface="abbreviation", kind="kind")
    units = {surface for word in unit_words() for surface in word.surfaces}
    degrees = {row.surface for row in marked("honorifics.tsv", surface="surface", kind="kind") if row.kind == "degree"}
    known = {row.surface.lower() for row in rows if row.kind == "before"}
    return {word: "unit" if word in units else "degree" for word in known & (units | degrees)}


def _opens_town(text: str) -> bool:
    """Whether a line opens with the name of a city or town: ``Hà Nội``, but not ``Sở Tài chính``."""
    words = list(takewhile(lambda word: word == "-" or word[0].isupper(), re.findall(r"[\w'’]+|-", text)))
    keys = [key(word) for word in words]
    units = load_gazetteer()
    kinds = {kind for n in units.name_lengths(keys, 0) for kind in units.kinds(" ".join(keys[:n]))} if keys else set()
    return bool(kinds & {"thành phố", "thị xã", "thị trấn"})


def _opens_person(text: str) -> bool:
    """Whether a line opens with a name: two words with capitals, or one before a mark (``Lương, …``)."""
    first, _, second = text.partition(" ")
    return first[0].isupper() and (not first.isalpha() or not second[:1].islower())


_OPENED = {"unit": _opens_town, "degree": _opens_person}


def _wrap_width(lengths: list[int]) -> int | None:
    if len(lengths) < 4:
        return None
    width = sorted(lengths)[-max(1, len(lengths) // 50)]
    return width if width in WRAP_WIDTHS else None


def _continues(line: str, following: str, width: int) -> bool:
    """Whether the next word would not have fitted on ``line``."""
    first = following.split(None, 1)[0]
    bare = line.rstrip()
    room = len(bare) + 1 + len(first) > width - 6
    return (
        room
        and "\t" not in line
        and not _STARTS_ITEM.match(following)
        and not (_ENDS.search(bare) and len(bare) < width - 12)
    )
