"""HTML to lines: the article's text with captions and headline told apart, and the page's metadata.

What enters is markup; what leaves is a :class:`Page`. In this order: the metadata is read from the whole tree,
captions and table cells are marked, clutter is taken off, trafilatura decides what is the article, and the marks
become sections.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from html import unescape
from itertools import islice
from typing import Any

from lxml import etree, html

from pipeline.grammar.bylines import is_author, parse_byline, settle_author
from pipeline.grammar.dates import parse_date
from pipeline.layout import PageLine, furniture_kind, is_dateline
from pipeline.lexicon import marked
from pipeline.models import Section

# Signs no Vietnamese page uses carry what trafilatura's plain text would lose (it drops private-use characters).
_CAPTION_MARK = "\u29c9"
_TAB_MARK = "\u29c8"
_ROW_MARK = "\u29c7"
_HYPHEN_MARK = "\u29c6"  # the soft hyphen, which is "ư" in ABC fonts
_MARKS = re.compile(f"[{_CAPTION_MARK}{_TAB_MARK}{_ROW_MARK}{_HYPHEN_MARK}]")

# Control characters are letters of some old fonts, and no tree takes them: they pass as signs of another block.
_UNTOLD = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNTOLD_REFERENCE = re.compile(
    r"&#(?:0*([1-8]|1[124-9]|2\d|3[01])|[xX]0*([1-8bcefBCEF]|1[\da-fA-F]|fff[ef]|FFF[EF]));?(?![\da-fA-F])"
)
_STAND_INS = {code: 0x2980 + code for code in range(32) if code not in (0, 9, 10, 13)} | {
    0xFFFE: 0xFFFD,
    0xFFFF: 0xFFFD,
}
_STAND_IN = re.compile("[\u2980-\u299f]")

MAX_DEPTH = 200  # trafilatura and lxml's serialiser recurse; deeper trees are flattened to text
MAX_NODES = 200_000
MAX_CAPTION = 300
MIN_TEXT = 20
RESCUE = 4  # lines before and after the article in which its dateline and byline are looked for
MIN_SHARE = 0.35  # below this share of the page's paragraphs trafilatura has cut off the article: take the paragraphs

_TABS = re.compile(f" ?{_TAB_MARK} ?")
_TITLE_PARTS = re.compile(r"\s+[|–—\-»:]+\s+")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>", re.IGNORECASE)
_BLOCKS = frozenset(
    f"h{level}" if level else name
    for name in ("p", "div", "li", "td", "th", "tr", "blockquote", "pre", "dd", "dt", "section", "article", "br")
    for level in range(7)
)
_TOKENS = re.compile(r"\S+")
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")


@dataclass(frozen=True, slots=True)
class Page:
    """Lines of a page and what it says about itself."""

    lines: tuple[PageLine, ...]
    title: str | None = None
    published_on: date | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None


def read_markup(content: str, counts: Counter[str]) -> Page:
    """The article of an HTML page; ``counts`` gains ``furniture`` for every line of the page left out.

    >>> page = read_markup("<html><head><title>Gặp mặt bí thư - Báo X</title></head><body><h1>Gặp mặt bí thư</h1>"
    ...     "<p>Sáng nay, Thị ủy gặp mặt các bí thư chi bộ trên địa bàn thị xã.</p></body></html>", Counter())
    >>> page.title, [line.text[:8] for line in page.lines]
    ('Gặp mặt bí thư', ['Gặp mặt ', 'Sáng nay'])
    """
    tree = _parse(content)
    if tree is None:
        return Page(tuple(PageLine(line) for line in _strip_tags(content).split("\n")))
    ld = _linked_data(tree)
    title = _title(tree, ld)
    before = _text_lines(tree)
    page = Page((), _shown(title) if title else None, _published(tree, ld, before), _authors(tree, ld), _url(tree))
    _mark_captions(tree)
    _mark_tables(tree)
    _drop_clutter(tree)
    lines = _article_lines(tree, title)
    counts["furniture"] += max(0, len(before) - len(lines))
    if not counts["furniture"]:
        del counts["furniture"]
    return replace(page, lines=tuple(lines))


# --- parsing --------------------------------------------------------------------------------------------------------


def _parse(content: str) -> Any | None:
    """The tree, or ``None`` when lxml finds none or it is too deep or large to walk."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=False)
    content = _tell(_DECLARATION.sub("", _MARKS.sub("", content).replace("\u00ad", _HYPHEN_MARK)))
    try:
        tree = html.document_fromstring(content.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    depth = nodes = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        nodes += event == "start"
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            return None
    return tree


def _tell(content: str) -> str:
    """Markup whose control characters, written or by number, pass as other signs."""
    content = _STAND_IN.sub("", content)
    if "&#" in content:
        content = _UNTOLD_REFERENCE.sub(
            lambda found: chr(_STAND_INS[int(found[1] or found[2], 10 if found[1] else 16)]), content
        )
    return content.translate(_STAND_INS) if _UNTOLD.search(content) else content


def _strip_tags(content: str) -> str:
    """Text of markup that is no tree, scripts left out: tags that open or close a block become line ends."""
    kept: list[str] = []
    silent = ""
    for at, part in enumerate(content.split("<")):
        tag, closed, text = part.partition(">")
        name = (_TAG_NAME.match(tag) or [""])[0].lower()
        if silent:
            silent = "" if name == "/" + silent else silent
        elif name in ("script", "style", "noscript"):
            silent = name
        if not silent:
            kept.append("\n" if at and name.lstrip("/") in _BLOCKS else "")
            kept.append(part if at == 0 else text if closed else "")
    return unescape("".join(kept))


def _text(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _shown(text: str) -> str:
    text = text.replace(_HYPHEN_MARK, "\u00ad")
    return _STAND_IN.sub(lambda found: chr(ord(found[0]) - 0x2980), text) if _STAND_IN.search(text) else text


def _text_lines(tree: Any) -> list[str]:
    """Every line of the page, menus and all, as a browser would break them."""
    lines: list[str] = []
    current: list[str] = []

    def flush() -> None:
        line = " ".join("".join(current).split())
        current.clear()
        if line:
            lines.append(line)

    body = tree.find("body")
    for event, element in etree.iterwalk(body if body is not None else tree, events=("start", "end")):
        if not isinstance(element.tag, str) or element.tag in ("script", "style", "noscript", "template"):
            if event == "end" and element.tail:
                current.append(element.tail)
            continue
        if element.tag in _BLOCKS:
            flush()
        if event == "start" and element.text:
            current.append(element.text)
        if event == "end" and element.tail:
            current.append(element.tail)
    flush()
    return lines


# --- metadata -------------------------------------------------------------------------------------------------------


def _linked_data(tree: Any) -> list[dict[str, Any]]:
    """JSON-LD objects of the page that describe an article."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text or len(script.text) > 200_000:
            continue
        try:
            value = json.loads(script.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _flatten(value):
            if "article" in str(item.get("@type", "")).lower():
                found.append(item)
    return found


def _flatten(value: Any) -> Iterator[dict[str, Any]]:
    items = value if isinstance(value, list) else [value]
    for item in items[:50]:
        if isinstance(item, dict):
            yield item
            graph = item.get("@graph")
            if isinstance(graph, list):
                yield from (entry for entry in graph[:50] if isinstance(entry, dict))


def _meta(tree: Any) -> dict[str, str]:
    """Meta fields by lower-case name, property or itemprop; the first value of each."""
    fields: dict[str, str] = {}
    for element in tree.iter("meta"):
        value = (element.get("content") or "").strip()
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and value:
                fields.setdefault(name, value)
    return fields


def _title(tree: Any, ld: Sequence[dict[str, Any]]) -> str | None:
    """The headline: a heading that the page's own title repeats, else that title without the site's name.

    >>> page = "<title>Bầu chủ tịch xã | Cổng X</title><h1>Cổng X</h1><h2>Bầu chủ tịch xã</h2>"
    >>> _title(html.document_fromstring(page), [])
    'Bầu chủ tịch xã'
    """
    meta = _meta(tree)
    tag = next((_text(element) for element in tree.iter("title")), "")
    named = _plain(ld[0].get("headline")) if ld else ""
    stated = [title for title in (named, meta.get("og:title", ""), meta.get("twitter:title", ""), tag) if _tells(title)]
    headings = [(element.tag, _text(element)) for element in tree.iter("h1", "h2", "h3", "h4")][:40]
    whole = [" ".join(title.casefold().split()) for title in stated]
    for _, text in headings:
        if len(text.split()) >= 2 and any(_repeats(title, text.casefold()) for title in whole):
            return text
    marked_titles = {text for element in _named(tree, "title") if 3 <= len((text := _text(element)).split()) <= 60}
    if len(marked_titles) == 1:
        return marked_titles.pop()
    firsts = [text for name, text in headings if name == "h1" and len(text.split()) >= 4 and _tells(text)]
    if len(firsts) == 1:
        return firsts[0]
    return _without_site(stated[0], meta.get("og:site_name", "")) if stated else None


def _tells(title: str) -> bool:
    """Whether a page title says anything of the article: portals call every page "Chi tiết tin"."""
    first = _TITLE_PARTS.split(" ".join(title.casefold().split()))[0].strip()
    return bool(first) and first not in _marks("no_title") and furniture_kind(first) is None


def _repeats(title: str, heading: str) -> bool:
    """Whether a page title is the heading, alone or parted from the site's name."""
    if title == heading:
        return True
    parts = _TITLE_PARTS.split(title)
    return (
        title.startswith(heading)
        and _TITLE_PARTS.match(title, len(heading)) is not None
        and len(heading) * 3 > len(title)
    ) or (
        len(parts) > 1
        and parts[0] != parts[-1]
        and title.endswith(heading)
        and len(heading) > len(title) - len(heading)
    )


def _without_site(title: str, site: str) -> str | None:
    title = " ".join(title.split())
    if site and title.casefold().endswith(site.casefold()):
        return _TITLE_PARTS.sub(" ", title[: -len(site)] + " \u0000").replace("\u0000", "").strip(" |–—-»:") or None
    parts = list(_TITLE_PARTS.finditer(title))
    if (
        parts
        and (parts[-1][0].strip() in "|»" or len(title[parts[-1].end() :].split()) <= 6)
        and len(title[: parts[-1].start()].split()) >= 4
    ):
        title = title[: parts[-1].start()]
    return title or None


def _plain(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _published(tree: Any, ld: Sequence[dict[str, Any]], lines: Sequence[str]) -> date | None:
    """The day the page says it was published: metadata, then elements named for it, then a dateline."""
    meta = _meta(tree)
    stated = [_plain(item.get(name)) for item in ld for name in ("datePublished", "dateCreated", "dateModified")]
    stated += [meta[name] for name in _marks("meta_date") if name in meta]
    stated += [element.get("datetime") or _text(element) for element in tree.iter("time")]
    stated += [text for element in _named(tree, "date") if len(text := _text(element)) <= 120]
    stated += [line for line in lines if is_dateline(line)]
    return next((day for value in stated if (day := parse_date(value)) is not None), None)


def _authors(tree: Any, ld: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """Writers that the metadata names; a site, desk or login is none."""
    names = [
        _plain(author.get("name"))
        for item in ld
        for author in _flatten(item.get("author"))
        if author.get("@type") != "Organization"
    ]
    names += [_text(element) for element in _named(tree, "author")]
    meta = _meta(tree)
    names += [meta[name] for name in _marks("meta_author") if name in meta]
    for name in names:
        byline = parse_byline(name)
        if byline is not None and byline.authors and all(" " in author or "." in author for author in byline.authors):
            return byline.authors
        if is_author(name) and " " in name:
            return (settle_author(name),)
    return ()


def _url(tree: Any) -> str | None:
    for element in tree.iter("link"):
        if (element.get("rel") or "").lower() == "canonical" and (element.get("href") or "").startswith("http"):
            return str(element.get("href"))
    url = _meta(tree).get("og:url", "")
    return url if url.startswith("http") else None


# --- the article ----------------------------------------------------------------------------------------------------


@cache
def _marks(kind: str) -> tuple[str, ...]:
    return tuple(row.surface for row in marked("page_marks.tsv", surface="mark", kind="kind") if row.kind == kind)


def _named(tree: Any, kind: str) -> list[Any]:
    """Elements one of whose classes, id or itemprop is a mark of ``kind``."""
    wanted = frozenset(_marks(kind))
    return [element for element in tree.iter(etree.Element) if wanted & _names(element)]


def _names(element: Any) -> frozenset[str]:
    values = (element.get(name) or "" for name in ("class", "id", "itemprop"))
    return frozenset(word for value in values for word in value.lower().split())


def _mark_captions(tree: Any) -> None:
    for element in [*tree.iter("figcaption"), *_named(tree, "caption")]:
        text = _text(element)
        if element.tag in ("body", "html", "table") or not text or text[0] == _CAPTION_MARK or len(text) > MAX_CAPTION:
            continue
        _replace_text(element, [_CAPTION_MARK + text])
        # trafilatura drops frames by their class ("wp-caption").
        for frame in islice(element.iterancestors(), 3):
            if frame.tag not in ("body", "html") and len(_text(frame)) <= len(text) + 20:
                frame.attrib.clear()
    for element in tree.iter("figure", "form"):
        element.tag = "div"


def _replace_text(element: Any, paragraphs: Sequence[str]) -> None:
    """``element`` as a ``div`` (a cell stays one) of paragraphs; what follows it stays."""
    tail = element.tail
    element.clear()
    element.tail = tail
    if element.tag not in ("td", "th"):
        element.tag = "div"
    for paragraph in paragraphs:
        etree.SubElement(element, "p").text = paragraph


def _mark_tables(tree: Any) -> None:
    """Tables of data become paragraphs, one per row, cells parted by a tab; the text of picture tables is captions;
    tables that lay out the page become ``div``."""
    for table in list(tree.iter("table")):
        rows = [[_text(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        if _is_data(table, rows):
            _replace_text(table, [_ROW_MARK + f" {_TAB_MARK} ".join(row) for row in rows if any(row)])
        elif _is_picture(table, rows):
            texts = [cell for row in rows for cell in row if cell]
            _replace_text(table, [_CAPTION_MARK + text.lstrip(_CAPTION_MARK) for text in texts])
        else:
            _lay_open(table)


def _is_picture(table: Any, rows: Sequence[Sequence[str]]) -> bool:
    """A frame round pictures: an image, no list or heading, and no cell longer than a caption."""
    texts = [cell for row in rows for cell in row if cell]
    if (
        next(table.iter("img"), None) is None
        or next(table.iter("ul", "ol", "h1", "h2", "h3", "form"), None) is not None
    ):
        return False
    return len(texts) <= 4 and all(len(text) <= MAX_CAPTION for text in texts)


def _lay_open(table: Any) -> None:
    for element in list(table.iter("tbody", "thead", "tfoot", "tr")):
        element.drop_tag()
    for element in table.iter("table", "td", "th"):
        element.tag = "div"


def _is_data(table: Any, rows: Sequence[Sequence[str]]) -> bool:
    """Two rows and two columns at least, short cells, no pictures and no table inside."""
    return (
        sum(len(row) >= 2 for row in rows) >= 2
        and all(len(cell) <= 300 for row in rows for cell in row)
        and next(table.iter("img"), None) is None
        and sum(1 for _ in table.iter("table")) == 1
    )


def _drop_clutter(tree: Any) -> None:
    total = len(_text(tree))
    for element in _named(tree, "clutter"):
        parent = element.getparent()
        # A page whose whole body is classed "related" is an article all the same.
        if parent is not None and element.tag not in ("body", "html") and len(_text(element)) * 2 < total:
            element.drop_tree()


def _article_lines(tree: Any, title: str | None) -> list[PageLine]:
    paragraphs = [text for p in tree.iter("p") if (text := _text(p))]
    whole = _text_lines(tree)
    lines = [" ".join(_TOKENS.findall(line)) for line in _extract(tree).split("\n")]
    found = sum(map(len, lines))
    if found < MIN_SHARE * sum(map(len, paragraphs)):
        lines = paragraphs
    elif found < MIN_TEXT:
        lines = whole
    return [line for raw in _rescue(lines, whole) if (line := _as_line(raw, title)) is not None]


def _rescue(lines: Sequence[str], whole: Sequence[str]) -> list[str]:
    """``lines`` and the datelines and bylines that stand among or next to them on the page: short lines easily get
    lost."""
    index = {_bare(line): number for number, line in enumerate(lines)}
    at = [number for number, line in enumerate(whole) if len(line) > 20 and _bare(line) in index]
    if not at:
        return list(lines)
    before: dict[int, list[str]] = {}
    place = 0
    for line in whole[max(0, at[0] - RESCUE) : at[-1] + RESCUE + 1]:
        bare = _bare(line)
        if bare in index:
            place = index[bare] + 1
        elif len(line) <= 160 and (is_dateline(line) or _is_credit(line)):
            before.setdefault(place, []).append(line)
    return [part for number in range(len(lines) + 1) for part in (*before.get(number, ()), *lines[number : number + 1])]


def _bare(line: str) -> str:
    return "".join(_MARKS.sub("", line).split())


def _is_credit(line: str) -> bool:
    byline = parse_byline(line)
    return (
        byline is not None and bool(byline.authors) and (byline.labelled or all(" " in name for name in byline.authors))
    )


def _extract(tree: Any) -> str:
    """trafilatura's reading of the tree; a failure inside it counts as nothing found."""
    import trafilatura

    try:
        return trafilatura.extract(tree, output_format="txt", include_comments=False) or ""
    except (etree.LxmlError, ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return ""


def _as_line(raw: str, title: str | None) -> PageLine | None:
    text = _shown(_TABS.sub("\t", raw)).strip(" ")
    section = (
        Section.CAPTION if text.startswith(_CAPTION_MARK) else Section.BODY if text.startswith(_ROW_MARK) else None
    )
    text = _MARKS.sub("", text)
    if not text:
        return None
    if section is None and title is not None and text.casefold() == title.casefold():
        section = Section.TITLE
    return PageLine(text, section)
