"""Visitors who send or read slowly hold up nobody, and their connections end; the shop as it is shipped."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kashcraft.payments.gateways.sandbox import signature_of
from tests.support import server

PATIENCE = 2
SECRET = "a-secret-of-this-test-0123456789abcdef"
# What a busy machine may add to the shop's own deadline.
MARGIN = 8
FORM = (
    b"POST /account/sign-in HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
WEBHOOK = b"POST /payments/webhooks/sandbox HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """A shop on SQLite with four threads and little patience."""
    instance = tmp_path_factory.mktemp("slow")
    server.flask("db", "upgrade", variables=server.environment(instance))
    settings = {"request_seconds": str(PATIENCE), "sandbox_webhook_secret": SECRET}
    with server.running(instance, **settings) as running:
        yield running


def connected(shop: server.Server, sent: bytes) -> socket.socket:
    """Return a connection on which ``sent`` was sent, whose buffer for answers is small."""
    visitor = socket.socket()
    visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    visitor.connect(("127.0.0.1", shop.port))
    visitor.sendall(sent)
    return visitor


def answer_of(visitor: socket.socket, within: float = PATIENCE + MARGIN) -> tuple[int, bytes]:
    """Return the status and all that came until the connection ended. Raises TimeoutError."""
    visitor.settimeout(within)
    got = b""
    while part := visitor.recv(65536):
        got += part
    return int(got.split(b" ", 2)[1]) if got else 0, got


def is_open(visitor: socket.socket) -> bool:
    """Return whether the system still counts the connection as established."""
    port = f":{visitor.getsockname()[1]:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[2].endswith(port) and line.split()[3] == "01" for line in lines)


def seconds_for_a_page(shop: server.Server) -> float:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=30)
    connection.request("GET", "/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return time.monotonic() - began


@pytest.mark.parametrize(
    "sent",
    [
        FORM + b"Content-Length: 100\r\n\r\nemail=",
        WEBHOOK + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
        WEBHOOK + b"Content-Length: 100\r\n\r\n{",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n",
    ],
    ids=["a form", "a webhook in chunks", "a webhook", "headers"],
)
def test_what_never_ends_holds_no_thread_and_its_connection_ends(shop: server.Server, sent: bytes) -> None:
    seconds_for_a_page(shop)
    visitors = [connected(shop, sent) for _ in range(20)]

    assert seconds_for_a_page(shop) < PATIENCE
    answers = {answer_of(visitor)[0] for visitor in visitors}

    assert answers == ({0} if sent.startswith(b"GET") else {408})


def test_a_body_that_trickles_has_its_time_as_a_whole(shop: server.Server) -> None:
    visitor = connected(shop, FORM + b"Content-Length: 500\r\n\r\n")
    began = time.monotonic()
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        while time.monotonic() - began < PATIENCE + MARGIN:
            visitor.sendall(b"a")
            time.sleep(0.1)

    assert time.monotonic() - began < PATIENCE + MARGIN


def test_an_idle_connection_ends(shop: server.Server) -> None:
    visitor = connected(shop, b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")

    assert answer_of(visitor)[0] == 200


def test_visitors_who_do_not_read_hold_no_thread_and_their_connections_end(shop: server.Server) -> None:
    visitors = [connected(shop, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 100) for _ in range(20)]

    assert seconds_for_a_page(shop) < 20
    until = time.monotonic() + 4 * PATIENCE + MARGIN
    while any(map(is_open, visitors)) and time.monotonic() < until:
        time.sleep(0.2)

    assert not any(map(is_open, visitors))


LARGE = b"email=" + b"a" * 600_000


@pytest.mark.parametrize(
    "sent",
    [
        FORM + b"Content-Length: %d\r\n\r\n" % len(LARGE) + LARGE,
        WEBHOOK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(LARGE) + LARGE + b"\r\n0\r\n\r\n",
        WEBHOOK + b"Content-Length: 70000\r\n\r\n" + LARGE[:70_000],
    ],
    ids=["announced", "in chunks", "of a webhook"],
)
def test_a_body_that_is_too_large_is_refused_whatever_it_announces(shop: server.Server, sent: bytes) -> None:
    status, answer = answer_of(connected(shop, sent))

    assert status == 413
    assert b"That was too large" in answer


def test_a_body_that_is_cut_off_is_not_acted_on(shop: server.Server) -> None:
    visitor = connected(shop, FORM + b"Content-Length: 500\r\n\r\nemail=a%40shop.example&password=x")
    visitor.shutdown(socket.SHUT_WR)

    assert answer_of(visitor)[0] in (0, 400)


CHUNKED = FORM + b"Transfer-Encoding: chunked\r\n\r\n"
TYPED = b"email=ada%40shop.example&password=wrong"


@pytest.mark.parametrize("end", [b"0\r\n\r\n", b""], ids=["whole", "cut off"])
def test_a_form_in_chunks_is_asked_for_its_length_and_not_acted_on(shop: server.Server, end: bytes) -> None:
    visitor = connected(shop, CHUNKED + b"%x\r\n%s\r\n" % (len(TYPED), TYPED) + end)
    if not end:
        visitor.shutdown(socket.SHUT_WR)
    status, answer = answer_of(visitor)

    assert status == 411
    assert b"That did not say how long it is" in answer
    assert b"ada@shop.example" not in answer


def test_a_large_form_in_chunks_is_asked_for_its_length_too(shop: server.Server) -> None:
    sent = CHUNKED + b"%x\r\n" % len(LARGE) + LARGE + b"\r\n0\r\n\r\n"

    assert answer_of(connected(shop, sent))[0] == 411


@pytest.mark.parametrize(("end", "expected"), [(b"0\r\n\r\n", 204), (b"", 400)], ids=["whole", "cut off"])
def test_the_signature_tells_whether_a_webhook_in_chunks_is_whole(
    shop: server.Server, end: bytes, expected: int
) -> None:
    first, second = b'{"id":"evt_1","type":"payment.created",', b'"data":null}'
    signature = signature_of(first + second, SECRET, int(time.time())).encode()
    visitor = connected(
        shop,
        WEBHOOK
        + b"X-Sandbox-Signature: %s\r\nTransfer-Encoding: chunked\r\n\r\n" % signature
        + b"%x\r\n%s\r\n" % (len(first), first)
        + (b"%x\r\n%s\r\n" % (len(second), second) + end if end else b""),
    )
    if not end:
        visitor.shutdown(socket.SHUT_WR)

    assert answer_of(visitor)[0] == expected


def test_a_header_with_an_underscore_passes_for_no_other(shop: server.Server) -> None:
    forged = FORM.replace(
        b"Sec-Fetch-Site: same-origin", b"Origin: http://evil.example\r\nSec_Fetch_Site: none"
    )

    assert answer_of(connected(shop, forged + b"Content-Length: 0\r\n\r\n"))[0] == 403


def test_a_style_sheet_is_sent_whole(shop: server.Server) -> None:
    page = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=30)
    page.request("GET", "/")
    html = page.getresponse().read().decode()
    path = html.split('rel="stylesheet" href="', 1)[1].split('"', 1)[0]
    page.request("GET", path, headers={"Accept-Encoding": "identity"})
    sheet = page.getresponse()
    content = sheet.read()

    assert sheet.status == 200
    assert sheet.headers["Content-Type"].startswith("text/css")
    assert int(sheet.headers["Content-Length"]) == len(content) > 10_000
    assert sheet.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    page.request("GET", path, headers={"Accept-Encoding": "identity", "Range": "bytes=0-9"})
    part = page.getresponse()
    assert (part.status, part.read()) == (206, content[:10])


def test_nothing_of_the_visitors_stays_open_in_the_process(shop: server.Server) -> None:
    def sockets() -> int:
        found = 0
        for entry in Path(f"/proc/{shop.pids()[-1]}/fd").iterdir():
            with suppress(FileNotFoundError):  # it was closed in between
                found += str(entry.readlink()).startswith("socket:")
        return found

    before = sockets()
    visitors = [connected(shop, FORM + b"Content-Length: 9\r\n\r\n") for _ in range(10)]
    for visitor in visitors:
        visitor.close()
    until = time.monotonic() + PATIENCE + 5 * MARGIN
    while sockets() > before and time.monotonic() < until:
        time.sleep(0.2)

    assert sockets() <= before
