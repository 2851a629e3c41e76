"""The WSGI environment of a request, and what a body may be."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from flask import Flask

from kashcraft.core.security import FORM_BYTES, MESSAGE_BYTES, body_limit, takes_chunks
from kashcraft.rsgi_adapter import RsgiAdapter, environ_of


class Headers(list[tuple[str, str]]):
    """Headers as the server gives them."""

    def items(self) -> list[tuple[str, str]]:
        return self


def scope(*headers: tuple[str, str], **changes: Any) -> Any:
    given = {
        "method": "POST", "path": "/p/é", "query_string": "a=1", "client": "[::1]:5000", "server": "[::1]:80",
        "scheme": "http", "http_version": "1.1", "authority": None, "headers": Headers(headers),
    }  # fmt: skip
    return SimpleNamespace(**given | changes)


def test_the_environment_of_a_request() -> None:
    environ = environ_of(
        scope(("host", "shop"), ("cookie", "a=1"), ("cookie", "b=2"), ("content-type", "text/plain")), b"body"
    )

    assert environ["PATH_INFO"] == "/p/Ã©"
    assert (environ["REMOTE_ADDR"], environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("::1", "::1", "80")
    assert (environ["HTTP_HOST"], environ["HTTP_COOKIE"]) == ("shop", "a=1; b=2")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "4")
    assert environ["wsgi.input"].read() == b"body"


def test_a_name_with_an_underscore_is_left_out_and_an_absolute_address_names_the_host() -> None:
    environ = environ_of(
        scope(("x_forwarded_for", "1.2.3.4"), ("host", "shop"), authority="other.example"), None
    )

    assert environ["HTTP_HOST"] == "other.example"
    assert not {"", "HTTP_X_FORWARDED_FOR", "CONTENT_LENGTH"} & set(environ)


def test_a_body_may_have_what_its_route_takes(app: Flask) -> None:
    assert body_limit(app, "POST", "/account/sign-in") == FORM_BYTES == 524_288
    assert body_limit(app, "POST", "/payments/webhooks/sandbox") == MESSAGE_BYTES == 65_536
    assert body_limit(app, "POST", "/nowhere") == FORM_BYTES
    assert body_limit(app, "DELETE", "/") == FORM_BYTES


def test_only_what_proves_itself_by_a_signature_comes_in_chunks(app: Flask) -> None:
    assert takes_chunks(app, "POST", "/payments/webhooks/sandbox")
    assert not takes_chunks(app, "POST", "/account/sign-in")
    assert not takes_chunks(app, "POST", "/nowhere")


def test_a_request_whose_answer_breaks_off_is_answered_at_once() -> None:
    def breaks_off(_environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [])
        yield b"a part"
        raise LookupError

    answers: list[int] = []
    protocol = SimpleNamespace(response_str=lambda status, _headers, _text: answers.append(status))
    loop = asyncio.new_event_loop()
    front = RsgiAdapter(breaks_off, limit_of=lambda *_: 0, in_chunks=lambda *_: False, threads=1, seconds=1)
    front.__rsgi_init__(loop)

    def answer() -> None:
        loop.run_until_complete(asyncio.wait_for(front.__rsgi__(scope(), protocol), timeout=10))
        front.__rsgi_del__(loop)
        loop.close()

    # In a thread of its own: where browsers are driven, the test's thread has a loop that runs already.
    with ThreadPoolExecutor() as pool:
        pool.submit(answer).result()

    assert answers == [500]
