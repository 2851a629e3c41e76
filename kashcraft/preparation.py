"""What a web process reads and renders before its first request, so that no visitor waits for it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from kashcraft.core import caches, clock
from kashcraft.core.db import db
from kashcraft.core.logs import log
from kashcraft.core.page_store import page_store, remove_stores
from kashcraft.product_cards.queries import get_index
from kashcraft.storefront import queries

PATHS = ("/", "/products")


def get_ready(app: Flask) -> None:
    """Prepare ``app``, or read what has changed since the parent of this process has prepared it."""
    prepared = app.extensions.get("prepared")
    if prepared is None:
        prepare(app)
    elif prepared:
        _attempt(lambda: _read_index(app))


def prepare(app: Flask) -> None:
    """Build the index of the catalogue and render the home page, a list and a product once.

    The pages run without the hooks around a request, so nothing is written, counted or logged. Where the
    database cannot be read, one line is logged, and the first visitors' pages do it instead. Parts of pages
    that an earlier server has stored are deleted.
    """
    remove_stores(app.config["SETTINGS"].instance_path)
    app.extensions["prepared"] = _attempt(lambda: _show_pages(app))


def _attempt(work: Callable[[], None]) -> bool:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one page, the others have to be served
        reason = str(error.__cause__ or error).partition("\n")[0]
        log.warning("first pages were not prepared", kind=type(error).__name__, reason=reason)
        return False
    return True


def _read_index(app: Flask) -> None:
    with app.app_context():
        get_index(clock.now())


def _show_pages(app: Flask) -> None:
    _read_index(app)
    with app.app_context():
        paths = [*PATHS, *_product_paths()]
    for path in paths:
        with app.test_request_context(path):
            caches.begin_request()
            app.dispatch_request()


def close_connections(app: Flask) -> None:
    """Close every connection to the database and the stored pages, because processes cannot share one."""
    with app.app_context():
        page_store().close()
        db.session.remove()
        db.engine.dispose()


def _product_paths() -> list[str]:
    return [card.url for card in queries.get_home_view(clock.now()).new[:1]]
