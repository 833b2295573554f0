"""The lock of a folder behind a URL: a small file with an owner and a time at which it expires.

An object store frees no lock when a process is killed, so the owner renews its lease three times in its life; a run
that finds it expired takes it over. Where the store can refuse to write over a file (``If-None-Match``), two runs that
start together cannot both get it; where it cannot, and when a lease is taken over, each looks a moment later whose it
has become. The clocks of the machines must agree to within a few seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

from pipeline.errors import BusyError, ChucdanhError
from pipeline.storage import STATE, RemotePath

LEASE_SECONDS = 60.0
"""How long a killed run keeps others out. Renewed every 20 s, it survives two failed attempts."""

SETTLE_SECONDS = 2.0
"""After how long a write is seen by everyone: object stores say at once, since 2020 S3 too."""


@contextlib.contextmanager
def hold_lease(
    processed: RemotePath, *, seconds: float = LEASE_SECONDS, settle: float = SETTLE_SECONDS
) -> Iterator[Callable[[], None]]:
    """Keep every other run out of a folder behind a URL; what is yielded raises when the lease is lost.

    Raises:
        BusyError: another run holds it.
        ChucdanhError: the folder cannot be written.
    """
    lease = _Lease(processed / STATE / "lease.json", seconds)
    try:
        taken = lease.take(settle)
    except Exception as error:  # every store has errors of its own: no such host, no credentials
        raise ChucdanhError(f"cannot write to {processed}: {error}") from error
    if not taken:
        raise BusyError(
            f"another run is writing to {processed} ({lease.holder()}); wait for it, or name another folder"
        )
    stopped = threading.Event()
    renewer = threading.Thread(target=lease.renew_until, args=(stopped,), daemon=True)
    renewer.start()
    try:
        yield lease.check
    finally:
        stopped.set()
        renewer.join()
        lease.release()


class _Lease:
    """One run's claim to a folder."""

    def __init__(self, path: RemotePath, seconds: float) -> None:
        self._path = path
        self._seconds = seconds
        self._owner = f"{platform.node()} {os.getpid()} {uuid4().hex[:8]}"
        self._expires = 0.0

    def take(self, settle: float) -> bool:
        """Whether the lease is ours now."""
        found = self._read()
        if found is None and self._create():
            return True
        found = found or self._read()
        if found and found[1] > time.time():
            return False
        self._write()
        time.sleep(settle)
        return self._is_ours()

    def _create(self) -> bool:
        content, expires = self._content()
        try:
            if not self._path.create(content):
                return False
        except (NotImplementedError, TypeError, ValueError):  # the store cannot refuse to write over a file
            return False
        self._expires = expires
        return True

    def renew_until(self, stopped: threading.Event) -> None:
        """Renew the lease until told to stop; an attempt that fails is made up for by the next."""
        while not stopped.wait(self._seconds / 3):
            with contextlib.suppress(OSError):
                if self._is_ours():
                    self._write()

    def check(self) -> None:
        """
        Raises:
            BusyError: another run may have taken the folder over.
        """
        if time.time() > self._expires:
            raise BusyError(f"the lease {self._path} could not be renewed; is another run writing there?")

    def release(self) -> None:
        """Let others in."""
        with contextlib.suppress(OSError):
            if self._is_ours():
                self._path.unlink(missing_ok=True)

    def holder(self) -> str:
        """Who holds the lease, for people."""
        found = self._read()
        if found is None:
            return "just ended"
        return f"{found[0]}, until {datetime.fromtimestamp(found[1], UTC):%H:%M:%S} UTC unless it is renewed"

    def _write(self) -> None:
        content, expires = self._content()
        self._path.put(content)
        self._expires = expires

    def _content(self) -> tuple[bytes, float]:
        expires = time.time() + self._seconds
        return json.dumps({"owner": self._owner, "expires": expires}).encode(), expires

    def _is_ours(self) -> bool:
        found = self._read()
        return found is not None and found[0] == self._owner

    def _read(self) -> tuple[str, float] | None:
        """Owner and expiry; nothing when there is no lease, or none that can be read."""
        try:
            content = json.loads(self._path.read_text())
            return str(content["owner"]), float(content["expires"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None
