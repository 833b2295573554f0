"""Bylines: who wrote an article, as the short lines at its head and foot tell it.

What enters is one line; what leaves is a :class:`Byline` (authors, photographers, sources), or ``None`` when the line
is something else. The forms read:

1. names alone: ``Sỹ Thành, Hoàng Thanh``; ``Hồng Phương- Ngọc Khánh``; ``NGUYỆT THU - KLONG THẢO``; ``T.Hoa``;
``K.L``; ``H’Lim``
2. a label: ``Tin, ảnh: Ngọc Hường``; ``Bài: Mai Chi``; ``Tác giả: …``; ``PV Hà Duyên``
3. a photo credit, which makes nobody an author: ``Ảnh: Nguyên Vũ``; together: ``Tin: A; Ảnh: B``
4. a source: ``Theo …``, ``Nguồn: …``, ``(Xã Thanh Ba)``, ``(CTV Xã Mai Châu)``
5. what is said of the writer stays outside the name: ``Minh Hạnh (CTV)``, ``Hoàng Yến - Công chức VHXH xã …``,
   ``Cao Quỳnh - Tiến Thắng (Trung tâm …)``, ``H.Y (tổng hợp)``
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.lexicon import marked
from pipeline.orthography import key, traditional

MAX_BYLINE = 160
_WRITERS = re.compile(r"\s*(?:[,;/|&+]|\s[-–—]\s?|(?<=\w)[-–—](?=\s|[^\W\d_]{2})|\s(?:và|and)\s)\s*")
_ASIDE = re.compile(r"\s*[(\[]\s*(?P<aside>[^()\[\]]{0,120})[)\]]\s*")
_LABEL = re.compile(r"^[\s(*\-–•]*(?P<label>[^\W\d_][^:：\d]{0,24}?)\s*[:：]\s*(?P<rest>.*)$", re.DOTALL)
_NAME = re.compile(r"[^\W\d_]+(?:['’ʼ‘`´.][^\W\d_]+)*\.?(?:\s+[^\W\d_]+(?:['’ʼ‘`´.][^\W\d_]+)*\.?){0,5}")
_LEAD = re.compile(r"^(?P<word>[^\W\d_][\w.]*)\s+(?P<rest>.+)$")
_STAFF_WORDS = 3  # of a term for staff that stands behind a name
_APOSTROPHE = re.compile("[’ʼ‘`´]")
_END_OF_BODY = re.compile(r"[.!?…”\"]\s*(?:/\s*\.?|\.\s*/\s*\.?)?\s*$")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who is named in a byline. ``labelled``: the line says what it is (``Tin, ảnh:``) and needs no look at its
    place."""

    authors: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    labelled: bool = False


@lru_cache(maxsize=8192)
def parse_byline(line: str) -> Byline | None:
    """The byline that ``line`` is, or ``None``; see the module for the forms.

    >>> parse_byline("Hồng Phương- Ngọc Khánh").authors, parse_byline("Tin, ảnh: Thuỳ Chi").authors
    (('Hồng Phương', 'Ngọc Khánh'), ('Thùy Chi',))
    >>> parse_byline("Ảnh: Nguyên Vũ").photographers, parse_byline("(Xã Thanh Ba)").sources
    (('Nguyên Vũ',), ('Xã Thanh Ba',))
    >>> parse_byline("Quang cảnh hội nghị")
    """
    text = line.strip().strip("*_ \t")
    if not text or len(text) > MAX_BYLINE:
        return None
    labelled = _parse_labelled(text)
    if labelled is not None:
        return labelled
    if text.startswith("(") and text.endswith(")"):
        return _parse_aside(text[1:-1].strip())
    led = _parse_led(text)
    if led is not None:
        return led
    names, sources = _split_names(text)
    # "Mỹ - Anh" under a photo: single words in a row are no names without a label.
    if not names or (len(names) > 1 and not any(" " in name or "." in name for name in names)):
        return None
    return Byline(authors=names, sources=sources)


def _parse_labelled(text: str) -> Byline | None:
    """``Tin, ảnh: X``, ``Ảnh: X``, ``Nguồn: X``, and several of them in one line parted by ``;`` or a dash."""
    match = _LABEL.match(text) if ":" in text or "：" in text else None
    if match is None:
        return None
    kind = _labels().get(_label_key(match["label"]))
    if kind is None:
        return None
    rest = match["rest"].rstrip()
    rest = rest if rest.count("(") == rest.count(")") else rest.rstrip(")] ")
    own, _, more = rest.partition(";")
    following = parse_byline(more) if more.strip() else None
    if following is None:
        own = rest
        second = re.search(
            r"[\s,.\-–/]+(?P<tail>(?:ảnh|tin|bài|theo|nguồn)[^:：\d]{0,16}[:：].+)$", rest, re.IGNORECASE
        )
        if second is not None:
            own, following = rest[: second.start()], parse_byline(second["tail"])
    return _merge(_labelled(kind, own.strip()), following)


def _labelled(kind: str, text: str) -> Byline:
    if kind == "source":
        return Byline(sources=(text,) if text else (), labelled=True)
    names, sources = _split_names(text)
    if kind == "photo":
        return Byline(photographers=names, labelled=True)
    return Byline(authors=names, sources=sources, labelled=True)


def _merge(first: Byline, second: Byline | None) -> Byline:
    if second is None:
        return first
    return Byline(
        first.authors + second.authors,
        first.photographers + second.photographers,
        first.sources + second.sources,
        labelled=True,
    )


def _parse_aside(text: str) -> Byline | None:
    """A whole line in brackets: ``(Xã Thanh Ba)``, ``(Theo Báo …)``, ``(PV Hà Duyên)``."""
    if not text or len(text) > 80 or _END_OF_BODY.search(text):
        return None
    inner = parse_byline(text)
    if inner is not None:
        return inner
    return Byline(sources=(text,)) if _starts_with(text, "body") else None


def _parse_led(text: str) -> Byline | None:
    """A label without a colon: ``Theo Tuổi Trẻ``, ``PV Hà Duyên``."""
    match = _LEAD.match(text)
    if match is None:
        return None
    word = key(match["word"])
    if word == "theo" and len(text) <= 60 and text[5:6].isupper() and not _END_OF_BODY.search(text):
        return Byline(sources=(match["rest"],), labelled=True)
    if word == "ảnh" and is_author(match["rest"]):
        return Byline(photographers=(settle_author(match["rest"]),), labelled=True)
    if word in _kind("staff") and match["word"][0].isupper():
        names, sources = _split_names(match["rest"])
        return Byline(authors=names, sources=sources, labelled=True) if names else None
    return None


def _split_names(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people named and the bodies named beside them; no people when any other part is neither."""
    bare = (_ASIDE.sub(" ", text) if "(" in text or "[" in text else text).strip(" .,;-–—")
    first = _WRITERS.split(bare, maxsplit=1)[0].split()
    if len(first) > _most_words() or sum(word[0].islower() for word in first) > _STAFF_WORDS + 1:
        return (), ()
    parts = _WRITERS.split(bare)
    sources = tuple(m["aside"].strip() for m in _ASIDE.finditer(text) if _starts_with(m["aside"], "body"))
    names: list[str] = []
    for at, part in enumerate(parts):
        name = _strip_staff(part.strip())
        if not name or key(name) in _kind("staff"):
            continue
        if at and (_starts_with(name, "body") or key(name) in _kind("not_name") or _is_post(name)):
            sources += (name,)
        elif is_author(name):
            names.append(settle_author(name))
        else:
            return (), ()
    return tuple(dict.fromkeys(names)), sources


@cache
def _most_words() -> int:
    """Words of the longest first part that can be a name: six, or a term for staff, and what :func:`_strip_staff` takes
    off."""
    return _STAFF_WORDS + max(6, *(name.count(" ") + 1 for name in _kind("staff")))


def _is_post(part: str) -> bool:
    """``Công chức VHXH xã …``: a capital, then a word in lower case: what the writer is, not who."""
    words = part.split()
    return len(words) > 1 and words[0][0].isupper() and any(word[0].islower() for word in words[1:])


def is_author(name: str) -> bool:
    """Whether a string has the shape of a byline name: one to six words, all with a capital; no body, desk or agency.

    >>> is_author("Nông Thế Mạnh"), is_author("K.L"), is_author("Xã Thanh Ba"), is_author("Quang cảnh")
    (True, True, False, False)
    """
    if not _NAME.fullmatch(name) or len(name) < 2 or len(name) > 48:
        return False
    words = name.split()
    if not all(word[0].isupper() for word in words):
        return False
    if len(words) == 1 and len(name) > 12:
        return False
    if len(words) == 2 and key(words[0]) in _kind("pen"):
        return True
    return not (key(name) in _kind("not_name") or _starts_with(name, "body") or _starts_with(name, "title"))


def settle_author(name: str) -> str:
    """The name as the tables show it: single blanks, traditional tones, one apostrophe, capitals to title case.

    >>> settle_author("N.LÂN"), settle_author("HÀ  DUYÊN"), settle_author("K.L"), settle_author("H’Lim")
    ('N.Lân', 'Hà Duyên', 'K.L', "H'Lim")
    """
    settled = _APOSTROPHE.sub("'", traditional(" ".join(name.strip(" ,;-–—").split())))
    settled = settled.rstrip(".") if settled.count(".") == 1 else settled
    return re.sub(r"[^\W\d_]+", lambda match: _title_case(match[0]), settled) if settled.isupper() else settled


def _title_case(word: str) -> str:
    return word if len(word) == 1 else word[0] + word[1:].lower()


def _strip_staff(name: str) -> str:
    match = _LEAD.match(name)
    if match and key(match["word"].rstrip(".")) in _kind("staff") and match["rest"][0].isupper():
        return match["rest"]
    words = name.split()
    for length in range(1, _STAFF_WORDS + 1):
        if len(words) > length and key(" ".join(words[-length:])) in _kind("staff") and words[-length][0].islower():
            return " ".join(words[:-length])
    return name


def is_signature(line: str) -> bool:
    """The line above the name that signs a document: ``TM. ỦY BAN NHÂN DÂN``, ``CHỦ TỊCH``, ``KT. GIÁM ĐỐC``.

    >>> is_signature("KT. CHỦ TỊCH"), is_signature("Hồng Phương"), is_signature("Chủ tịch xã đến thăm")
    (True, False, False)
    """
    return line.isupper() and len(line) <= 60 and (_starts_with(line, "title") or _starts_with(line, "body"))


def _starts_with(text: str, kind: str) -> bool:
    words = [word.rstrip(".") for word in key(text[:80]).replace(".", ". ").split()]
    first = _kind(kind)
    return any(" ".join(words[:length]) in first for length in (1, 2))


def _label_key(label: str) -> str:
    return re.sub(r"\s*([,/&\-–])\s*", r"\1", key(label)).strip(" .-–")


@cache
def _labels() -> dict[str, str]:
    return {_label_key(word): kind for kind in ("author", "photo", "source") for word in _kind(kind)}


@cache
def _kind(kind: str) -> frozenset[str]:
    rows = marked("byline_words.tsv", surface="word", kind="kind")
    return frozenset(key(row.surface) for row in rows if row.kind == kind)
