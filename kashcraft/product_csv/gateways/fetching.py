"""Fetching a file from an untrusted address; only public addresses are requested.

The host is resolved here, each of its addresses is checked, and the connection is made to exactly the checked
address, so that a later DNS answer cannot change the target. No proxy is used.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from kashcraft.core import clock
from kashcraft.product_csv.rules.addresses import (
    PORTS,
    IpAddress,
    Refused,
    Target,
    as_ip,
    is_public,
    read_address,
    resolve_redirect,
)

_CHUNK = 64 * 1024
# Of the many addresses that a name may have, only the first few are tried.
_MOST_ADDRESSES = 4
_MOVED = (301, 302, 303, 307, 308)
_LATER = (408, 425, 429)
_HEADERS = {
    "User-Agent": "Kashcraft",
    "Accept": "image/jpeg,image/png,image/webp,image/*;q=0.8",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class Unavailable(Exception):
    """A file cannot be fetched now; the message says why, ``after`` is the pause that the server has
    requested.
    """

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


def look_up(host: str, port: int) -> Sequence[IpAddress]:
    """Return the addresses that the system has for a host, which may be an address itself.

    Raises OSError (socket.gaierror) if there are none. The system limits how long this takes.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(as_ip(str(place[0])) for *_, place in found))


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of a request; the defaults are those of production.

    ``authorities`` is a file of trusted certificates, None for those of the system.
    """

    may_ask: Callable[[IpAddress], bool] = is_public
    look_up: Callable[[str, int], Sequence[IpAddress]] = look_up
    ports: frozenset[int] = frozenset(PORTS.values())
    redirects: int = 5
    most_bytes: int = 20_000_000
    connect_seconds: float = 5.0
    total_seconds: float = 60.0
    authorities: Path | None = None


STRICT = Policy()


def fetch_image(address: str, into: Path, *, policy: Policy = STRICT) -> None:
    """Write the image at ``address`` to the file ``into``.

    At most five redirects are followed, each checked like the first address. Raises Refused if it will never
    be fetched, and Unavailable if it may be tried again.
    """
    deadline = time.monotonic() + policy.total_seconds
    target = read_address(address, policy.ports)
    for _ in range(policy.redirects + 1):
        location = _Visit(target, policy, deadline).save(into)
        if location is None:
            return
        target = resolve_redirect(target, location, policy.ports)
    raise Refused(f"the address leads on more than {policy.redirects} times")


@dataclass(slots=True)
class _Visit:
    """One request to one server."""

    target: Target
    policy: Policy
    deadline: float
    sock: socket.socket = field(init=False)

    def save(self, into: Path) -> str | None:
        """Write the image to a file, or return the location of a redirect."""
        with self._translated_errors():
            self.sock = self._connect()
        try:
            with self._translated_errors():
                self._encrypt()
                answer = self._ask()
            if answer.status in _MOVED:
                return _location(answer)
            _refuse_others(answer, self.policy.most_bytes)
            with into.open("wb") as file:
                for chunk in self._chunks(answer):
                    file.write(chunk)
        finally:
            self.sock.close()
        return None

    def _connect(self) -> socket.socket:
        """Connect to a checked address of the host."""
        target = self.target
        found = self.policy.look_up(target.host, target.port)
        allowed = [address for address in found if self.policy.may_ask(address)]
        if not allowed:
            raise Refused("the address leads to a private or reserved network")
        failure: OSError = TimeoutError()
        for address in allowed[:_MOST_ADDRESSES]:
            patience = min(self.policy.connect_seconds, self._left())
            try:
                return socket.create_connection((str(address), target.port), timeout=patience)
            except OSError as error:
                failure = error
        raise failure

    def _encrypt(self) -> None:
        if self.target.scheme == "https":
            context = ssl.create_default_context(cafile=self.policy.authorities)
            self.sock.settimeout(self._left())
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)

    def _ask(self) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.target.host, self.target.port)
        connection.sock = _Wire(self.sock, self._left)
        connection.auto_open = 0
        connection.request("GET", self.target.path, headers={"Host": self.target.netloc, **_HEADERS})
        return connection.getresponse()

    def _chunks(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        received = 0
        while True:
            with self._translated_errors():
                chunk = answer.read(_CHUNK)
            received += len(chunk)
            if received > self.policy.most_bytes:
                raise _too_large(self.policy.most_bytes)
            if not chunk:
                break
            yield chunk
        if answer.length:
            raise Unavailable("the connection ended in the middle of the picture")

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        """Translate errors of the connection to Unavailable, or to Refused if trying again makes no sense."""
        try:
            yield
        except TimeoutError as error:
            raise Unavailable("the server did not answer in time") from error
        except ssl.SSLCertVerificationError as error:
            raise Refused("the certificate of the server does not prove that it is the right one") from error
        except socket.gaierror as error:
            # A server without a connection gets the same error for every name, so trying again may help.
            raise Unavailable("the name of the server could not be looked up") from error
        except UnicodeError as error:
            raise Refused("there is no server of this name") from error
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable("the connection to the server failed") from error


class _Wire:
    """A socket for http.client whose operations time out after the remaining seconds of ``left``."""

    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self._sock = sock
        self._left = left

    def sendall(self, data: bytes) -> None:
        """Send all data in time. Raises TimeoutError."""
        self._sock.settimeout(self._left())
        self._sock.sendall(data)

    def makefile(self, _: str) -> io.BufferedReader:
        """Return the received data as a file."""
        return io.BufferedReader(_Received(self._sock, self._left))

    def close(self) -> None:
        """Leave the socket open for the response; the visit closes it."""


class _Received(io.RawIOBase):
    def __init__(self, sock: socket.socket, left: Callable[[], float]) -> None:
        self._sock = sock
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview[int], /) -> int:  # type: ignore[override]
        self._sock.settimeout(self._left())
        return self._sock.recv_into(buffer)


def _location(answer: http.client.HTTPResponse) -> str:
    location = answer.headers.get("Location", "")
    if not location:
        raise Refused(f"the server answers {answer.status} and does not say where the picture is")
    try:
        return location.encode("latin-1").decode("utf-8")  # as browsers read it; http.client reads Latin-1
    except UnicodeError:
        return location


def _refuse_others(answer: http.client.HTTPResponse, most_bytes: int) -> None:
    """Raise for every response but an image within the size limit."""
    if answer.status in _LATER or answer.status >= 500:
        after = _retry_after(answer.headers.get("Retry-After", ""))
        raise Unavailable(f"the server answers {answer.status}", after)
    if answer.status != 200:
        raise Refused(f"the server answers {answer.status}")
    if "Content-Type" not in answer.headers or answer.headers.get_content_maintype() != "image":
        kind = answer.headers.get_content_type() if "Content-Type" in answer.headers else "something unnamed"
        raise Refused(f"the server sends {kind[:80]}, not a picture")
    if answer.length is not None and answer.length > most_bytes:
        raise _too_large(most_bytes)


def _too_large(most_bytes: int) -> Refused:
    return Refused(f"the file is larger than {most_bytes // 1_000_000} MB")


def _retry_after(text: str) -> timedelta | None:
    """Return the pause that a server requests, in seconds or until a time."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        return max(parsedate_to_datetime(text) - clock.now(), timedelta())
    except (ValueError, TypeError, OverflowError):
        return None
