"""A WSGI application behind granian's interface RSGI, with buffered requests and responses.

A request takes a thread only after its body was read completely, and its response is sent without the thread.
So slow visitors do not block others.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from functools import lru_cache
from queue import SimpleQueue
from typing import Any, BinaryIO

import structlog

# Maximum bytes of incomplete bodies in memory, for all visitors together.
MOST_BUFFERED = 64 * 1024 * 1024
# The slowest speed for bodies that take longer than the basic time limit.
BYTES_A_SECOND = 64 * 1024
# A refused body is read up to these limits, because a client reads no response while it is sending.
MOST_DRAINED = 16 * 1024 * 1024
DRAIN_SECONDS = 3.0
REFUSED = "kashcraft.refused"
PLAIN = [("content-type", "text/plain; charset=utf-8")]

Headers = list[tuple[str, str]]
log = structlog.get_logger()


class BodyError(Exception):
    """A refused request body; ``status`` is the HTTP status of the response."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class SentFile:
    """A file as the response body (``wsgi.file_wrapper``), which the server sends itself."""

    def __init__(self, file: BinaryIO, _size: int = 8192) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        """Yield the content of the file, for callers other than the server."""
        return iter(lambda: self.file.read(65536), b"")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


class RsgiAdapter:
    """A WSGI application with granian's interface RSGI, run on ``threads`` threads.

    ``limit_of`` returns the maximum length of a body in bytes by method and path, ``in_chunks`` whether it
    may come without its length. A body may take ``seconds``, plus the time that its length takes at
    BYTES_A_SECOND.
    """

    def __init__(
        self,
        application: Callable[..., Any],
        *,
        limit_of: Callable[[str, str], int],
        in_chunks: Callable[[str, str], bool],
        threads: int,
        seconds: float,
    ) -> None:
        self._application = application
        self._limit_of = limit_of
        self._in_chunks = in_chunks
        self._threads = threads
        self._seconds = seconds
        self._held = 0
        self._waiting: SimpleQueue[Any] = SimpleQueue()
        self._answered: deque[asyncio.Future[None]] = deque()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Start the threads."""
        self._loop = loop
        for number in range(self._threads):
            threading.Thread(target=self._work, name=f"web-{number}", daemon=True).start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop the threads and end open requests."""
        self._settle()
        loop.run_until_complete(asyncio.sleep(0))
        for _number in range(self._threads):
            self._waiting.put(None)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        headers = scope.headers
        if "content-length" not in headers and "transfer-encoding" not in headers:
            await self._answered_by_a_thread(scope, protocol)
            return
        body, refused = b"", 0
        parts = _parts(protocol)
        try:
            body = await self._body(scope, parts)
        except BodyError as error:
            refused = error.status
        if refused == 503:
            protocol.response_str(
                503, [*PLAIN, ("retry-after", "5")], "Busy, please try again in a moment.\n"
            )
            return
        try:
            await self._answered_by_a_thread(scope, protocol, body, refused)
        finally:
            self._held -= len(body)
        if refused in (411, 413):
            await _drain(parts)

    async def _body(self, scope: Any, arriving: AsyncIterator[bytes]) -> bytes:
        """Return the complete body. Raises BodyError."""
        headers = scope.headers
        announced = int(headers.get("content-length", "-1"))
        # In chunks, the server does not distinguish a truncated body from a complete one.
        if "transfer-encoding" in headers and not self._in_chunks(scope.method, scope.path):
            raise BodyError(411)
        limit = self._limit_of(scope.method, scope.path)
        if announced > limit:
            raise BodyError(413)
        parts: list[bytes] = []
        size = 0
        started = self._loop.time()
        try:
            async with asyncio.timeout(self._seconds) as deadline:
                async for part in arriving:
                    size += len(part)
                    if size > limit:
                        raise BodyError(413)
                    if self._held + len(part) > MOST_BUFFERED:
                        raise BodyError(503)
                    self._held += len(part)
                    parts.append(part)
                    deadline.reschedule(started + self._seconds + size / BYTES_A_SECOND)
            if announced not in (-1, size):
                raise BodyError(400)
        except (TimeoutError, BodyError) as error:
            self._held -= sum(map(len, parts))
            raise (error if isinstance(error, BodyError) else BodyError(408)) from None
        return b"".join(parts)

    async def _answered_by_a_thread(
        self, scope: Any, protocol: Any, body: bytes | None = None, refused: int = 0
    ) -> None:
        self._settle()
        answered = self._loop.create_future()
        self._waiting.put((scope, protocol, body, refused, answered))
        await answered

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            scope, protocol, body, refused, answered = job
            failed = False
            try:
                self._answer(scope, protocol, body, refused)
            except Exception:
                failed = True
                log.exception("a request could not be answered", path=scope.path)
                with contextlib.suppress(Exception):
                    protocol.response_str(500, PLAIN, "Something went wrong, please try again.\n")
            self._answered.append(answered)
            # The server has the response already. Without a body the coroutine can end with the next request,
            # so that the loop is not woken each time; with a body its connection stays open until then.
            if failed or body is not None:
                self._loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        """End the coroutines whose responses were handed over."""
        while self._answered:
            answered = self._answered.popleft()
            if not answered.done():
                answered.set_result(None)

    def _answer(self, scope: Any, protocol: Any, body: bytes | None, refused: int) -> None:
        """Run the application and hand over its complete response; a closed connection is ignored."""
        started: list[Any] = []

        def start_response(status: str, headers: Headers, _error: object = None) -> None:
            started[:] = int(status[:3]), headers

        environ = environ_of(scope, body)
        if refused:
            environ[REFUSED] = refused
        sent = self._application(environ, start_response)
        try:
            if isinstance(sent, SentFile) and isinstance(sent.file, io.BufferedReader):
                protocol.response_file(*started, sent.file.name)
                return
            content = b"".join(sent)
        finally:
            if hasattr(sent, "close"):
                sent.close()
        protocol.response_bytes(*started, content)


def environ_of(scope: Any, body: bytes | None) -> dict[str, Any]:
    """Return the WSGI environment (PEP 3333) of a request with its complete body."""
    host, _, port = scope.server.rpartition(":")
    environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": host.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body or b""),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": SentFile,
    }
    for name, value in scope.headers.items():
        key = _key(name)
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    # Names with an underscore are dropped, because they would look like names with a hyphen set by a proxy.
    environ.pop("", None)
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE", "")
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    environ.pop("HTTP_CONTENT_LENGTH", None)
    if body is not None:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


@lru_cache(maxsize=256)
def _key(name: str) -> str:
    """Return the key of a header in the environment, or an empty text for a name with an underscore."""
    return "" if "_" in name else "HTTP_" + name.upper().replace("-", "_")


async def _parts(protocol: Any) -> AsyncIterator[bytes]:
    """Yield the parts of the body. The server allows one reader, so draining continues with this iterator."""
    async for part in protocol:
        yield part


async def _drain(parts: AsyncIterator[bytes]) -> None:
    """Read and discard the rest of a refused body for a limited time."""
    drained = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            async for part in parts:
                drained += len(part)
                if drained > MOST_DRAINED:
                    return
    except TimeoutError:
        return
