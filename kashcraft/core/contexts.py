"""Binds the settings and caches of an application to what runs in its context: requests, jobs, commands."""

from __future__ import annotations

from flask import Flask, appcontext_pushed, g

from kashcraft.core import caches
from kashcraft.core.settings import Settings, use_source


def init_app(app: Flask) -> None:
    """Hand ``app``'s settings and caches to each of its contexts, and take them back at its end."""
    kept: caches.Caches = app.extensions.setdefault("caches", {})

    def own() -> Settings:
        found: Settings = app.config["SETTINGS"]
        return found

    def begin(_: Flask, **__: object) -> None:
        before = use_source(own), caches.use(kept)
        # A context may be entered once more before it is left, as that of a streamed answer is.
        g.setdefault("before", before)

    # Registered before all others, so that it runs after them.
    @app.teardown_appcontext
    def end(_: BaseException | None) -> None:
        settings, cached = g.pop("before", (None, None))
        use_source(settings)
        caches.use(cached)

    appcontext_pushed.connect(begin, app, weak=False)
    app.before_request(caches.begin_request)
    app.teardown_request(lambda _: caches.end_request())
