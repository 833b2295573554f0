"""Streams: gzip and Zstandard unpacked, the first bytes looked at, wide encodings as UTF-8, a limit on what comes out.

What enters is an open binary stream; what leaves is another one over it. Nothing here closes what it was given, and
memory is bounded whatever a stream unpacks to.
"""

from __future__ import annotations

import codecs
import gzip
import io
import tempfile
import zlib
from contextlib import ExitStack
from typing import IO, Any

import zstandard

from pipeline.readers.decoding import wide_order

HEAD = 1 << 16
PACKED_ERRORS = (OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What reading from an unpacked stream may raise."""

MAX_WINDOW = 1 << 27
"""Bytes that a Zstandard frame may ask to be kept in memory: what ``zstd --long`` uses."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


def unpack(stream: IO[bytes]) -> tuple[IO[bytes], str]:
    """``stream`` without its packing, and the name of it (empty: there was none), told by the first bytes.

    >>> plain, packed = unpack(io.BufferedReader(io.BytesIO(gzip.compress(b"x"))))
    >>> plain.read(), packed
    (b'x', 'gzip')
    """
    magic = peek(stream)[:4]
    if magic.startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=stream)), "gzip"
    if magic == _ZSTD:
        return io.BufferedReader(_Unzstd(stream)), "zstd"
    return stream, ""


def peek(stream: IO[bytes]) -> bytes:
    """The first bytes, left in the stream; one ``peek`` may return fewer than there are, which is enough for a
    format."""
    return stream.peek(HEAD)[:HEAD]  # type: ignore[attr-defined,no-any-return]


def read_up_to(stream: IO[bytes], limit: int) -> bytes:
    """The whole stream, or its first ``limit`` bytes and some more: a single call would set ``limit`` bytes aside."""
    parts: list[bytes] = []
    left = limit
    while left >= 0 and (part := stream.read(min(left + 1, HEAD))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def spool(stream: IO[bytes] | io.RawIOBase, stack: ExitStack) -> IO[bytes]:
    """``stream`` as a temporary file, for what is read from its end; ``stack`` closes it."""
    spooled: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the caller's stack closes it
    while chunk := stream.read(1 << 20) or b"":
        spooled.write(chunk)
    spooled.seek(0)
    return spooled


class Borrowed(io.RawIOBase):
    """Keeps a stream's owner in charge of closing it: a ``TextIOWrapper`` would close what it wraps."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the stream."""
        found = self._stream.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


class _Unzstd(io.RawIOBase):
    """Frames of Zstandard unpacked; unlike the library's own reader it tells a cut file from a whole one."""

    # A block of 128 KiB may take 4 bytes: what is fed at once bounds what comes out at once (to 32 MiB).
    STEP = 1024

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            packed = self._raw.read(self.STEP)
            if not packed:
                if self._frame is not None:
                    raise EOFError("the file ends within a Zstandard frame")
                return 0
            self._ready = memoryview(self._unpack(packed))
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _unpack(self, packed: bytes) -> bytes:
        out = bytearray()
        while packed:
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
            out += self._frame.decompress(packed)
            packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = None
        return bytes(out)


# --- how much may come out ------------------------------------------------------------------------------------------

MOST_TIMES = 200
"""How many times its own size an archive may unpack to. News pages pack to a fifth or a tenth, a folder of pages of one
site to a fortieth at best; a bomb to a thousandth or less."""

MOST_ANYWAY = 256 << 20
"""Bytes that any archive may unpack to, however small it is."""


class OutOfProportion(Exception):
    """More comes out of an archive than its size allows."""


class Budget:
    """What may still come out of one archive file, all archives inside it counted together."""

    def __init__(self, size: int) -> None:
        self._left = max(MOST_ANYWAY, size * MOST_TIMES)

    def spend(self, number: int) -> None:
        """Count ``number`` bytes.

        Raises:
            OutOfProportion: they are more than is left.
        """
        self._left -= number
        if self._left < 0:
            raise OutOfProportion(f"unpacks to more than {MOST_TIMES} times its size")


class Metered(Borrowed):
    """A stream whose bytes are counted against a budget."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        super().__init__(stream)
        self._budget = budget

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the stream, and count."""
        number = super().readinto(buffer)
        self._budget.spend(number)
        return number


# --- wide encodings -------------------------------------------------------------------------------------------------

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 when ``head`` shows it, by its mark or by its high bytes.

    >>> wide_encoding("text,title\\n".encode("utf-16")), wide_encoding("text,title\\n".encode("utf-16-be"))
    ('utf-16', 'utf-16-be')
    """
    return next((name for mark, name in _WIDE_MARKS if head.startswith(mark)), None) or wide_order(head)


def show_wide(head: bytes, encoding: str) -> bytes:
    """The first bytes of a wide stream as UTF-8."""
    return head[: len(head) & ~3].decode(encoding, "replace").encode("utf-8", "replace")


def recode(stream: IO[bytes], encoding: str) -> IO[bytes]:
    """A wide stream as UTF-8: containers are parsed as bytes. What is damaged becomes U+FFFD."""
    return io.BufferedReader(_Recoded(stream, encoding))


class _Recoded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            chunk = self._stream.read(HEAD)
            self._ended = not chunk
            self._ready = self._decoder.decode(chunk, final=self._ended).encode("utf-8", "replace")
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size
