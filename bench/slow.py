"""What slow visitors cost everybody else: a page alone, and while fifty of them hold their connections open.

Some send a body without end, some headers without end, some ask for pages and do not read the answers.
"""

from __future__ import annotations

import http.client
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from bench.servers import prepare, shop
from tests.support import postgres

SLOW = 50
SECONDS = 4.0
ROUNDS = 2
PAGE = "/products"
FORM = (
    b"POST /account/sign-in HTTP/1.1\r\nHost: %s\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\nemail="
)
HEADERS = b"GET / HTTP/1.1\r\nHost: %s\r\n"
READER = b"GET /products HTTP/1.1\r\nHost: %s\r\n\r\n" * 5
KINDS = {"bodies": FORM, "headers": HEADERS, "readers": READER}
# What comes a byte at a time, so that the visitor is slow and not silent.
DRIPS = {"bodies": b"a", "headers": b"X-A: a\r\n"}
DRIP_SECONDS = 0.5
# Until the shop has made the pages that nobody reads: they are work like any other, and not what is measured.
SETTLE_SECONDS = 3.0


def run(databases: Sequence[str], seconds: float = SECONDS, slow: int = SLOW) -> Iterator[str]:
    """Measure on each database and yield the lines of the report.

    Ratios are to the page alone in the same round.
    """
    yield f"{PAGE}, one visitor after another for {seconds:g} s; {slow} slow visitors of each kind; ms"
    with ExitStack() as stack:
        cluster = stack.enter_context(postgres.cluster(durable=True)) if "postgres" in databases else None
        for database in databases:
            instance = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = cluster.create_database() if cluster and database == "postgres" else None
            prepare(instance, url, 200)
            with shop(instance, url, cached=True) as server:
                yield f"\n{database:16}{'median':>10}{'p95':>10}{'pages':>10}{'ratio of medians':>20}"
                yield from _measure(server.url, seconds, slow)


def _measure(url: str, seconds: float, slow: int) -> Iterator[str]:
    _latencies(url, 1.0)
    for _ in range(ROUNDS):
        alone = _latencies(url, seconds)
        yield _row("alone", alone, alone)
        for kind in KINDS:
            with slow_visitors(url, kind, slow):
                time.sleep(SETTLE_SECONDS)
                yield _row(f"slow {kind}", _latencies(url, seconds), alone)


def _row(name: str, found: Sequence[float], alone: Sequence[float]) -> str:
    middle, late = statistics.median(found), statistics.quantiles(found, n=20)[-1]
    ratio = middle / statistics.median(alone)
    return f"{name:16}{middle * 1000:>10.1f}{late * 1000:>10.1f}{len(found):>10}{ratio:>20.2f}"


def _latencies(url: str, seconds: float) -> list[float]:
    """Return how long each of the pages took that one visitor asked for, with a connection for each."""
    parts = urlsplit(url)
    found: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(found) < 2:
        began = time.monotonic()
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        connection.request("GET", PAGE)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{PAGE} answered {answer.status}")
        found.append(time.monotonic() - began)
    return found


@contextmanager
def slow_visitors(url: str, kind: str, count: int) -> Iterator[None]:
    """Hold so many connections of one kind open for the length of the block."""
    parts, over = urlsplit(url), threading.Event()
    address = (parts.hostname or "", parts.port or 80)
    opening = KINDS[kind].replace(b"%s", parts.netloc.encode())
    visitors = [_connected(address, opening) for _ in range(count)]

    def drip() -> None:
        while not over.wait(DRIP_SECONDS):
            for place, visitor in enumerate(visitors):
                try:
                    visitor.sendall(DRIPS[kind])
                except OSError:
                    # The shop has ended it; another one comes in its place.
                    visitor.close()
                    visitors[place] = _connected(address, opening)

    dripping = threading.Thread(target=drip)
    if kind in DRIPS:
        dripping.start()
    try:
        yield
    finally:
        over.set()
        if kind in DRIPS:
            dripping.join()
        for visitor in visitors:
            visitor.close()


def _connected(address: tuple[str, int], opening: bytes) -> socket.socket:
    visitor = socket.socket()
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    visitor.settimeout(10)
    visitor.connect(address)
    visitor.sendall(opening)
    return visitor
