"""The production server: web processes that share the code which their parent has loaded.

Started by ``flask serve`` as ``python -m kashcraft.server``.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# Counts connections, not requests, and open pages keep theirs: what is beyond it waits at the door.
MOST_CONNECTIONS = 8192


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m kashcraft.server")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--workers", required=True, type=int)
    parser.add_argument("--threads", required=True, type=int)
    chosen = parser.parse_args()
    multiprocessing.set_start_method("fork")
    server = Granian(
        "wsgi:app",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=chosen.workers,
        blocking_threads=chosen.threads,
        backpressure=MOST_CONNECTIONS,
        log_level=LogLevels.warning,
    )
    if chosen.workers > 1:
        server.on_startup(make_the_application)
    server.serve()


def make_the_application() -> None:
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


if __name__ == "__main__":
    main()
