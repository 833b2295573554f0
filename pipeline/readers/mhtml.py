"""A page saved by a browser as one file (MHTML, ``.mht``): its HTML, out of the MIME message round it.

What enters is an open binary stream; what leaves is one :class:`RawDocument` with the page's address and charset, or a
:class:`Rejection`. Pictures, styles and frames are left where they are. The message is taken apart by its boundary
lines, in one pass.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from itertools import pairwise
from typing import IO

from pipeline.models import RawDocument, Reason, Rejection
from pipeline.readers.records import Container
from pipeline.readers.unpacking import read_up_to

MAX_HEADER = 1 << 16
MAX_DEPTH = 4  # mail programs put a page into an alternative within a whole; nobody goes deeper

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FIELD = re.compile(rb"[!-9;-~]{1,80}:|[ \t]")
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")


def is_mhtml(head: bytes) -> bool:
    """Whether ``head`` begins with the header of a MIME message of several parts, or of one page.

    >>> is_mhtml(b"From: <Saved by Blink>\\nMIME-Version: 1.0\\nContent-Type: multipart/related; boundary=x\\n\\n--x")
    True
    >>> is_mhtml(b"Ghi chu: content-type\\n\\nx")
    False
    """
    header = _BLANK_LINE.split(head.lstrip(b"\r\n"), maxsplit=1)[0]
    lower = header.lower()
    if b"mime-version:" not in lower or b"content-type:" not in lower:
        return False
    lines = header.splitlines()
    # The head may end within the header.
    if not all(_FIELD.match(line) for line in lines[:-1] if line):
        return False
    kind = message_from_bytes(header).get_content_type()
    return kind.startswith("multipart/") or kind in _PAGES[:2]


def read_mhtml(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """The page, as the only document of its file."""
    data = read_up_to(stream, container.limit)
    if len(data) > container.limit:
        yield container.reject(None, Reason.TOO_LARGE, f"more than {container.limit >> 20} MiB")
        return
    found = _find_page(data.lstrip(b"\r\n"), MAX_DEPTH)
    if found is None:
        yield container.reject(None, Reason.BAD_RECORD, "the message holds no page (no part of it is HTML)")
        return
    header, page = found
    whole = _parse_header(data.lstrip(b"\r\n"))[0]
    yield RawDocument(
        article_id=hashlib.sha256(page).hexdigest()[:16],
        source=container.source,
        payload=page,
        format=container.format,
        url=_address(whole["Snapshot-Content-Location"]) or _address(header["Content-Location"]),
        charset=header.get_content_charset(),
    )


def _address(value: object) -> str | None:
    text = "".join(str(value or "").split())
    return text if text.startswith(("http://", "https://")) else None


def _parse_header(data: bytes) -> tuple[Message, bytes]:
    """The header of a message or a part, and what follows it."""
    blank = _BLANK_LINE.search(data, 0, MAX_HEADER)
    if blank is None:
        return Message(), data
    return message_from_bytes(data[: blank.start()]), data[blank.end() :]


def _find_page(data: bytes, depth: int) -> tuple[Message, bytes] | None:
    """The first part that is HTML, else the first that is plain text."""
    header, body = _parse_header(data)
    kind = header.get_content_type()
    if not kind.startswith("multipart/"):
        return (header, _decode_transfer(header, body)) if kind in _PAGES else None
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary or depth == 0:
        return None
    plain = None
    for part in _parts(body, boundary.encode("utf-8", "surrogateescape")):
        found = _find_page(part, depth - 1)
        if found is not None and found[0].get_content_type() != "text/plain":
            return found
        plain = plain or found
    return plain


def _parts(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the boundary lines; a cut file ends within its last part."""
    marks = list(re.finditer(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)", body))
    for mark, following in pairwise([*marks, None]):
        if mark is not None and mark[1] is None:
            yield body[mark.end() : following.start() if following else len(body)]


def _decode_transfer(header: Message, body: bytes) -> bytes:
    encoding = str(header["Content-Transfer-Encoding"] or "").strip().lower()
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + _rest(letters))
    return body


def _rest(letters: bytes) -> bytes:
    rest = letters[len(letters) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
