"""Web archives (WARC) to pages, one at a time and in bounded memory.

What enters is an open binary stream; what leaves is one :class:`RawDocument` per page that a server answered with
status 200 (or that was stored without HTTP), with its address and the charset of its HTTP header, and a
:class:`Rejection` for every other answer that may be a page. Pictures, scripts, requests and notes are no documents and
leave no row. Needs ``warcio`` (extra ``chucdanh[warc]``), and for pages in Brotli ``brotli``.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from io import BytesIO
from typing import IO, Any

import zstandard

from pipeline.models import RawDocument, Reason, Rejection
from pipeline.readers.records import Container
from pipeline.readers.unpacking import MAX_WINDOW

# What warcio raises over damaged headers, besides its own error.
_DAMAGE = (OSError, ValueError, EOFError, AttributeError, TypeError, LookupError, zlib.error)
_KINDS = ("response", "resource", "conversion", "revisit")


def read_warc(stream: IO[bytes], container: Container) -> Iterator[RawDocument | Rejection]:
    """The pages of a web archive; number n counts the records that may be pages."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError:
        yield container.reject(None, Reason.UNREADABLE, "web archives need warcio: pip install 'chucdanh[warc]'")
        return
    number = 0
    try:
        for record in ArchiveIterator(stream):
            if record.rec_type in _KINDS and _may_be_page(record):
                yield _as_page(record, number, container)
                number += 1
    except (ArchiveLoadFailed, *_DAMAGE) as error:
        detail = f"the archive is damaged after record {number}: {' '.join(str(error).split())[:120]}"
        yield container.reject(None, Reason.UNREADABLE, detail)


def _may_be_page(record: Any) -> bool:
    kind = _header(record.http_headers, "Content-Type") if record.http_headers else record.content_type or ""
    return (
        not kind if record.http_headers and not kind else any(name in kind.lower() for name in ("html", "text/plain"))
    )


def _header(headers: Any, name: str) -> str:
    return str(headers.get_header(name) or "") if headers else ""


def _as_page(record: Any, number: int, container: Container) -> RawDocument | Rejection:
    url = _header(record.rec_headers, "WARC-Target-URI").strip("<> ") or None
    if record.rec_type == "revisit":
        return container.reject(number, Reason.DUPLICATE, f"stored as unchanged since an earlier visit of {_cut(url)}")
    status = record.http_headers.get_statuscode() if record.http_headers else "200"
    if status != "200":
        return container.reject(number, Reason.BAD_STATUS, f"HTTP status {_cut(status)} for {_cut(url)}")
    packed = _body(record).read(container.limit + 1)
    data = decode_content(packed[: container.limit], _header(record.http_headers, "Content-Encoding"), container.limit)
    if isinstance(data, str):
        return container.reject(number, Reason.UNREADABLE, data)
    if len(packed) > container.limit or len(data) > container.limit:
        return container.reject(number, Reason.TOO_LARGE, f"a page of more than {container.limit} bytes")
    return RawDocument(
        article_id=hashlib.sha256(data).hexdigest()[:16],
        source=f"{container.source}#{number}",
        payload=data,
        format=container.format,
        url=url,
        charset=charset_of(_header(record.http_headers, "Content-Type")),
    )


def _body(record: Any) -> Any:
    """The body in one piece, still in its content encoding: the library would unpack without a limit."""
    from warcio.bufferedreaders import ChunkedDataReader

    chunked = _header(record.http_headers, "Transfer-Encoding").strip().lower() == "chunked"
    return ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream


def _cut(text: str | None) -> str:
    return (text or "an unnamed page")[:200]


def charset_of(content_type: str) -> str | None:
    """The charset of a ``Content-Type``.

    >>> charset_of('text/html; charset="windows-1258"'), charset_of("text/html")
    ('windows-1258', None)
    """
    message = Message()
    message["Content-Type"] = " ".join(content_type.split())
    return message.get_content_charset()


# --- content encodings ----------------------------------------------------------------------------------------------


def decode_content(data: bytes, encoding: str, limit: int) -> bytes | str:
    """``data`` without its HTTP content encoding, at most ``limit + 1`` bytes; a sentence when that cannot be done.

    Crawlers that unpack a page often leave the header as it was: what does not look packed is taken as it is.

    >>> import gzip
    >>> decode_content(gzip.compress(b"<p>x"), "gzip", 99), decode_content(b"<p>x", "gzip", 99)
    (b'<p>x', b'<p>x')
    >>> decode_content(b"...", "x-secret", 99)
    "the content encoding 'x-secret' is not read"
    """
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name in ("identity", "none", "utf-8"):
            continue
        decode = _DECODERS.get(name)
        if decode is None:
            return f"the content encoding {name[:40]!r} is not read"
        if data.lstrip()[:1] == b"<" or not data:
            continue
        try:
            data = decode(data, limit)
        except ImportError:
            return "pages in Brotli need brotli: pip install 'chucdanh[warc]'"
        except (zlib.error, zstandard.ZstdError, EOFError, ValueError) as error:
            return f"the page is damaged within its content encoding {name}: {str(error)[:80]}"
    return data


def _inflate(data: bytes, limit: int) -> bytes:
    """gzip, or deflate with or without its header: servers mix the names up."""
    bits = 31 if data.startswith(b"\x1f\x8b") else 15 if _has_zlib_header(data) else -15
    unpacker = zlib.decompressobj(bits)
    found = unpacker.decompress(data, limit + 1)
    if not unpacker.eof and len(found) <= limit:
        raise EOFError("it ends too early")
    return found


def _has_zlib_header(data: bytes) -> bool:
    return len(data) > 1 and data[0] & 15 == 8 and (data[0] * 256 + data[1]) % 31 == 0


def _unbrotli(data: bytes, limit: int) -> bytes:
    import brotli

    unpacker = brotli.Decompressor()
    try:
        found: bytes = unpacker.process(data, output_buffer_limit=limit + 1)
    except brotli.error as error:
        raise ValueError(str(error)) from error
    if not unpacker.is_finished() and len(found) <= limit:
        raise EOFError("it ends too early")
    return found


def _unzstd(data: bytes, limit: int) -> bytes:
    with zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(BytesIO(data)) as reader:
        return reader.read(limit + 1)


_DECODERS: Mapping[str, Callable[[bytes, int], bytes]] = {
    "gzip": _inflate,
    "x-gzip": _inflate,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
