"""The load generator: what it sends, and which answers it counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle

import pytest

from bench.load import Load, LoadError, Request, encode, send_load


class Answers(BaseHTTPRequestHandler):
    """Answers 200 with a long page, 303 to forms, and 404 to /missing."""

    protocol_version = "HTTP/1.1"
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self._answer(404 if self.path == "/missing" else 200, b"x" * 100_000)

    def do_POST(self) -> None:
        self.asked.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._answer(303, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


class Server(ThreadingHTTPServer):
    """A server that does not mind when a load ends in the middle of an answer."""

    def handle_error(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    Answers.asked = []
    with Server(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_page_is_asked_for_with_the_cookies_of_its_visitor() -> None:
    assert encode(Request("/cart", "cart=a.2"), "shop.example") == (
        b"GET /cart HTTP/1.1\r\nHost: shop.example\r\nCookie: cart=a.2\r\n\r\n"
    )


def test_form_is_posted_from_the_shop_itself() -> None:
    assert encode(Request("/cart/lines", form="a=1"), "shop.example") == (
        b"POST /cart/lines HTTP/1.1\r\nHost: shop.example\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
        b"Content-Length: 3\r\n\r\na=1"
    )


def test_requests_are_sent_in_turn_until_the_count_is_answered(url: str) -> None:
    load = send_load(url, cycle([Request("/a"), Request("/b")]), connections=1, count=4)

    assert load.answers == 4
    assert Answers.asked[:4] == ["/a", "/b", "/a", "/b"]


def test_connections_are_replaced_and_go_on(url: str) -> None:
    assert send_load(url, cycle([Request("/a")]), connections=1, count=120).answers == 120


def test_redirect_is_a_good_answer_to_a_form(url: str) -> None:
    assert send_load(url, cycle([Request("/cart/lines", form="a=1")]), connections=1, count=2).answers == 2
    assert Answers.asked[:2] == ["a=1", "a=1"]


def test_another_status_ends_the_load(url: str) -> None:
    with pytest.raises(LoadError, match=r"^/missing: 200 was expected, but came HTTP/1\.1 404 Not Found"):
        send_load(url, cycle([Request("/a"), Request("/missing")]), connections=2, count=10)


def test_rate_is_answers_per_second() -> None:
    assert Load(answers=900, seconds=3.0, own_seconds=0.5).rate == 300.0
