"""The production server: web processes that are forked from a parent with the application loaded.

Started by ``flask serve`` as ``python -m kashcraft.server``. ``rsgi_adapter`` passes requests to the
application.
"""

from __future__ import annotations

import argparse
import functools
import gc
import multiprocessing
import os
import signal
import socket
import sys
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from kashcraft import process_watch
from kashcraft.rsgi_adapter import RsgiAdapter

# The limit counts connections, which open pages keep; further ones wait until others are closed.
MOST_CONNECTIONS = 8192
WAITING_CONNECTIONS = 1024
# A process that does not stop is killed after this time.
STOP_SECONDS = 30


class Server(MPServer):
    """Granian with the sockets that it is given, whose parent process becomes a small one after forking."""

    _shd: Any
    _sso: Any

    def __init__(self, sockets: list[socket.socket], **options: Any) -> None:
        self._sockets = sockets
        super().__init__("wsgi:app", interface=Interfaces.RSGI, **options)

    def _init_shared_socket(self) -> None:
        """Do nothing, because the sockets exist already."""
        self._sso = None

    def _spawn_worker(self, idx: int, *rest: Any, **options: Any) -> Any:
        """Start a process with the next socket."""
        self._shd = SocketHolder(self._sockets[idx].fileno(), False, WAITING_CONNECTIONS)  # type: ignore[call-arg]
        return super()._spawn_worker(idx, *rest, **options)

    def _serve_loop(self, *rest: Any, **options: Any) -> None:
        """Become the program that waits for the processes, unless the server has to stop."""
        process_watch.block_signals()
        if not self.interrupt_signal:
            process_watch.become([worker.inner.pid for worker in self.wrks], seconds=STOP_SECONDS)
        super()._serve_loop(*rest, **options)  # type: ignore[no-untyped-call]


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m kashcraft.server")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--workers", required=True, type=int)
    parser.add_argument("--threads", required=True, type=int)
    parser.add_argument("--patience", required=True, type=float)
    options = parser.parse_args()
    sockets = listening(options.host, options.port, options.workers, patience=options.patience)
    sys.stderr.write(f"Kashcraft is open at http://{options.host}:{options.port}\n")
    multiprocessing.set_start_method("fork")
    # A child that gets the signal while it loads must stop, and not run its parent's handler.
    os.register_at_fork(after_in_child=_restore_signal_handlers)
    server = Server(
        sockets,
        address=options.host,
        port=options.port,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=round(options.patience * 1000)),
        workers=options.workers,
        workers_kill_timeout=STOP_SECONDS,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.warning,
    )
    if options.workers > 1:
        server.on_startup(functools.partial(create_shared_application, server))
    load: Any = functools.partial(load_adapter, threads=options.threads, seconds=options.patience)
    server.serve(target_loader=load, wrap_loader=False)


def listening(host: str, port: int, count: int, *, patience: float) -> list[socket.socket]:
    """Return ``count`` sockets for one address, between which the system distributes the connections.

    No other server can listen there, because the first socket is bound exclusively. A connection ends when
    its visitor does not read data for ``patience`` seconds. Exits where the port is in use.
    """
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    sockets: list[socket.socket] = []
    for _ in range(count):
        opened = socket.socket(family, socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(bool(sockets)))
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(patience * 1000))
        try:
            opened.bind((host, port))
        except OSError as error:
            raise SystemExit(f"Error: cannot listen at {host}:{port}: {error.strerror}.") from None
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.setblocking(False)
        opened.set_inheritable(True)
        sockets.append(opened)
    for opened in sockets:
        opened.listen(WAITING_CONNECTIONS)
    return sockets


def load_adapter(*, threads: int, seconds: float) -> RsgiAdapter:
    """Return the application in its RSGI adapter, in the process that serves it."""
    import wsgi
    from kashcraft import preparation
    from kashcraft.core.security import body_limit, takes_chunks

    preparation.get_ready(wsgi.app)
    limit_of = functools.partial(body_limit, wsgi.app)
    in_chunks = functools.partial(takes_chunks, wsgi.app)
    return RsgiAdapter(wsgi.app, limit_of=limit_of, in_chunks=in_chunks, threads=threads, seconds=seconds)


def create_shared_application(server: Any = None) -> None:
    """Create the application in the parent process, so that the web processes share its memory.

    It contains what first pages need, and nothing that processes cannot share: no connection, identifier or
    thread. Loaded objects are excluded from garbage collection, which would write to their memory pages and
    so copy them. With embedded workers, which are threads, each process creates its own.
    """
    from sqlalchemy.orm import configure_mappers

    from kashcraft import config, preparation

    if config.load().embedded_worker:
        return
    import wsgi

    configure_mappers()
    for name in wsgi.app.jinja_env.list_templates():
        wsgi.app.jinja_env.get_template(name)
    preparation.prepare(wsgi.app)
    preparation.close_connections(wsgi.app)
    gc.collect()
    gc.freeze()
    if server is not None and server.interrupt_signal:
        raise SystemExit(0)


def _restore_signal_handlers() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


if __name__ == "__main__":
    main()
