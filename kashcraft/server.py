"""The production server: web processes that share the code which their parent has loaded.

Started by ``flask serve`` as ``python -m kashcraft.server``. ``rsgi_adapter`` hands requests to the shop.
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

from kashcraft.rsgi_adapter import RsgiAdapter

# Counts connections, not requests, and open pages keep theirs: what is beyond it waits at the door.
MOST_CONNECTIONS = 8192
WAITING_CONNECTIONS = 1024
# What is asked to stop and does not is ended after this time.
STOP_SECONDS = 30


class Server(MPServer):
    """Granian on sockets of its own, which it shares with no other server."""

    _shd: Any
    _sso: Any

    def __init__(self, sockets: list[socket.socket], **options: Any) -> None:
        self._sockets = sockets
        super().__init__("wsgi:app", interface=Interfaces.RSGI, **options)

    def _init_shared_socket(self) -> None:
        """The sockets are there already."""
        self._sso = None

    def _spawn_worker(self, idx: int, *rest: Any, **options: Any) -> Any:
        """Give each process the next socket."""
        self._shd = SocketHolder(self._sockets[idx].fileno(), False, WAITING_CONNECTIONS)  # type: ignore[call-arg]
        return super()._spawn_worker(idx, *rest, **options)


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m kashcraft.server")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--workers", required=True, type=int)
    parser.add_argument("--threads", required=True, type=int)
    parser.add_argument("--patience", required=True, type=float)
    chosen = parser.parse_args()
    sockets = listening(chosen.host, chosen.port, chosen.workers, patience=chosen.patience)
    sys.stderr.write(f"Kashcraft is open at http://{chosen.host}:{chosen.port}\n")
    multiprocessing.set_start_method("fork")
    # A process that is told to stop while it loads the shop stops, instead of asking its parent's handler.
    os.register_at_fork(after_in_child=_stop_when_told)
    server = Server(
        sockets,
        address=chosen.host,
        port=chosen.port,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=round(chosen.patience * 1000)),
        workers=chosen.workers,
        workers_kill_timeout=STOP_SECONDS,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.warning,
    )
    if chosen.workers > 1:
        server.on_startup(functools.partial(make_the_application, server))
    load: Any = functools.partial(load_adapter, threads=chosen.threads, seconds=chosen.patience)
    server.serve(target_loader=load, wrap_loader=False)


def listening(host: str, port: int, count: int, *, patience: float) -> list[socket.socket]:
    """Return ``count`` sockets for one address, between which the system divides the visitors.

    Nobody else listens there: the first is bound alone. A connection whose visitor reads nothing for
    ``patience`` seconds ends, because what was sent stays unread that long. Exits where the port is taken.
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
    """Return the shop behind its front, in the process that serves it."""
    import wsgi
    from kashcraft.core.security import body_limit, takes_chunks

    limit_of = functools.partial(body_limit, wsgi.app)
    in_chunks = functools.partial(takes_chunks, wsgi.app)
    return RsgiAdapter(wsgi.app, limit_of=limit_of, in_chunks=in_chunks, threads=threads, seconds=seconds)


def make_the_application(server: Any = None) -> None:
    """Make the application before the web processes part from this one, so that its code is there once.

    Nothing is made that must not be shared: no connection, no identifier, no thread. What is loaded is taken
    out of the collector's rounds, which would write to every page of it and so copy them all.
    """
    from sqlalchemy.orm import configure_mappers

    import wsgi

    configure_mappers()
    for name in wsgi.app.jinja_env.list_templates():
        wsgi.app.jinja_env.get_template(name)
    gc.collect()
    gc.freeze()
    if server is not None and server.interrupt_signal:
        raise SystemExit(0)


def _stop_when_told() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


if __name__ == "__main__":
    main()
