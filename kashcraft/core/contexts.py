"""Binds the settings and caches of an application to its contexts: requests, jobs and commands."""

from __future__ import annotations

from flask import Flask, appcontext_pushed, g

from kashcraft.core import caches
from kashcraft.core.settings import Settings, use_source


def init_app(app: Flask) -> None:
    """Activate the settings and caches of ``app`` in each of its contexts, and restore the previous ones
    after it.
    """
    own_caches: caches.Caches = app.extensions.setdefault("caches", {})

    def own_settings() -> Settings:
        found: Settings = app.config["SETTINGS"]
        return found

    def begin(_: Flask, **__: object) -> None:
        before = use_source(own_settings), caches.use(own_caches)
        # A context can be entered twice before it is left, as for a streamed response.
        g.setdefault("before", before)

    # Teardown functions run in reverse order; registered first, this one runs last.
    @app.teardown_appcontext
    def end(_: BaseException | None) -> None:
        settings, previous_caches = g.pop("before", (None, None))
        use_source(settings)
        caches.use(previous_caches)

    appcontext_pushed.connect(begin, app, weak=False)
    app.before_request(caches.begin_request)
    app.teardown_request(lambda _: caches.end_request())
