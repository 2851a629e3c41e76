"""A local web server, for code that downloads from the web."""

from __future__ import annotations

import io
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """A running server: ``pages`` are the responses by path, ``asked`` the requested paths."""

    port: int = 0
    scheme: str = "http"
    pages: dict[str, Answering] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a path of this server."""
        return f"{self.scheme}://{host}:{self.port}{path}"


def answer(status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answering:
    """Return a page with this status, body and headers; Content-Length is set unless it is given."""
    all_headers = {"Content-Length": str(len(body)), **(headers or {})}

    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in all_headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return send


def picture(
    red: int = 200,
    size: tuple[int, int] = (40, 50),
    kind: str = "PNG",
    headers: Mapping[str, str] | None = None,
) -> Answering:
    """Return a page with a picture of one color, which depends on ``red``."""
    return answer(200, drawn(red, size, kind), {"Content-Type": f"image/{kind.lower()}", **(headers or {})})


def drawn(red: int = 200, size: tuple[int, int] = (40, 50), kind: str = "PNG") -> bytes:
    """Return the bytes of a picture of one color."""
    out = io.BytesIO()
    Image.new("RGB", size, (red, 60, 40)).save(out, format=kind)
    return out.getvalue()


def redirect(location: str, status: int = 302) -> Answering:
    """Return a page that redirects."""
    return answer(status, headers={"Location": location})


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Web]:
    """Run a server on a free port of 127.0.0.1, with TLS where it has a certificate."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.heads.append(dict(self.headers.items()))
            web.pages.get(self.path, answer(404))(self)

        def log_message(self, *_: object) -> None:
            """Do not log requests."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Ignore clients that disconnect."""

    server = Quiet(("127.0.0.1", 0), Handler)
    web.port = server.server_port
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        web.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
