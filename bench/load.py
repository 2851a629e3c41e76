"""A load generator: a number of connections that send the next request as soon as the last one is answered.

One thread serves all connections, so that the generator takes little of the processors that it measures; its
own share is reported. Each connection is replaced after some answers, because the system divides connections
between the web processes by chance and would otherwise give each measurement another division. The loop is
closed (a slow server is sent fewer requests), so it yields rates and no latencies. Every status is checked.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

ANSWERS_PER_CONNECTION = 50
TIMEOUT_SECONDS = 60.0
_CHUNK = 1 << 18
_END_OF_HEADERS = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length:"


class LoadError(Exception):
    """An answer had another status than expected, or no answer came."""


@dataclass(frozen=True)
class Request:
    """A request of a visitor. ``cookies`` is a Cookie header; a ``form`` that is not empty is posted."""

    path: str
    cookies: str = ""
    form: str = ""

    @property
    def status(self) -> int:
        """Return the status of a good answer: 303 to a form, otherwise 200."""
        return 303 if self.form else 200

    def headers(self) -> dict[str, str]:
        """Return the headers that a browser would send, without Host and Content-Length."""
        headers = {"Cookie": self.cookies} if self.cookies else {}
        if self.form:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            }
        return headers


@lru_cache(maxsize=20_000)
def encode(request: Request, host: str) -> bytes:
    """Return a request as it is sent to ``host``."""
    headers = {"Host": host, **request.headers()}
    if request.form:
        headers["Content-Length"] = str(len(request.form))
    lines = [f"{'POST' if request.form else 'GET'} {request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", request.form]).encode()


@dataclass(frozen=True)
class Load:
    """What a load came to: answers, seconds, and the seconds of processor time that the generator used."""

    answers: int
    seconds: float
    own_seconds: float

    @property
    def rate(self) -> float:
        """Return the answers per second."""
        return self.answers / self.seconds


def send_load(
    url: str,
    requests: Iterator[Request],
    *,
    connections: int,
    seconds: float = float("inf"),
    count: int | None = None,
) -> Load:
    """Send ``requests``, which have no end, to the server at ``url`` for ``seconds`` or until ``count`` of
    them are answered; return what came of it.

    Raises LoadError at the first answer with another status than that of its request.
    """
    generator = _Generator(url, requests, count)
    began, used = time.perf_counter(), time.process_time()
    generator.run(connections, began + seconds)
    return Load(generator.answers, time.perf_counter() - began, time.process_time() - used)


class _Connection:
    """One connection, and how much of the current answer has arrived."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=TIMEOUT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = 0
        self.missing = 0
        self.head = b""

    def send(self, request: Request, host: str) -> None:
        """Send a request."""
        self.request = request
        self.missing, self.head = 0, b""
        self.socket.sendall(encode(request, host))

    def receive(self) -> bool:
        """Read what has arrived; return whether the answer is complete. Raises LoadError."""
        chunk = self.socket.recv(_CHUNK)
        if not chunk:
            raise LoadError(f"{self.request.path}: the connection was closed before the answer was complete")
        if self.missing:
            self.missing -= len(chunk)
            return not self.missing
        self.head += chunk
        end = self.head.find(_END_OF_HEADERS)
        if end < 0:
            return False
        if int(self.head[9:12]) != self.request.status:
            text = self.head[:400].decode(errors="replace")
            raise LoadError(f"{self.request.path}: {self.request.status} was expected, but came {text}")
        self.missing = end + len(_END_OF_HEADERS) + _length_of(self.head[: end + 2]) - len(self.head)
        return not self.missing


def _length_of(headers: bytes) -> int:
    at = headers.lower().find(_LENGTH)
    if at < 0:
        raise LoadError("an answer came without its length")
    return int(headers[at + len(_LENGTH) : headers.index(b"\r\n", at + 2)])


class _Generator:
    """The loop over the connections."""

    def __init__(self, url: str, requests: Iterator[Request], count: int | None) -> None:
        parts = urlsplit(url)
        self._host = parts.netloc
        self._address = (parts.hostname or "", parts.port or 80)
        self._requests = requests
        self._count = count
        self.answers = 0

    def run(self, connections: int, until: float) -> None:
        """Send requests until the moment ``until`` of the performance counter, or until all are answered."""
        with selectors.DefaultSelector() as selector:
            try:
                for _ in range(connections):
                    self._open(selector)
                while time.perf_counter() < until and not self._done():
                    ready = selector.select(min(TIMEOUT_SECONDS, until - time.perf_counter()))
                    if not ready and time.perf_counter() < until:
                        raise LoadError(f"nothing was answered for {TIMEOUT_SECONDS:g} seconds")
                    for key, _ in ready:
                        self._read(selector, key.data)
            finally:
                for key in list(selector.get_map().values()):
                    key.data.socket.close()

    def _done(self) -> bool:
        return self._count is not None and self.answers >= self._count

    def _open(self, selector: selectors.BaseSelector) -> None:
        connection = _Connection(self._address)
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.send(next(self._requests), self._host)

    def _read(self, selector: selectors.BaseSelector, connection: _Connection) -> None:
        if not connection.receive():
            return
        self.answers += 1
        connection.answers += 1
        if connection.answers < ANSWERS_PER_CONNECTION:
            connection.send(next(self._requests), self._host)
            return
        selector.unregister(connection.socket)
        connection.socket.close()
        self._open(selector)
