"""Binds the settings and caches of an application to its contexts: requests, jobs and commands."""

from __future__ import annotations

from flask import Flask, appcontext_pushed, g

from kashcraft.core import caches, reference_version, stored_settings
from kashcraft.core.reference_version import Seen
from kashcraft.core.settings import Settings, use_source


def init_app(app: Flask) -> None:
    """Activate the settings and caches of ``app`` in each of its contexts, and restore the previous ones
    after it.
    """
    own_caches: caches.Caches = app.extensions.setdefault("caches", {})

    def of_environment() -> Settings:
        found: Settings = app.config["SETTINGS"]
        return found

    def own_settings() -> Settings:
        return stored_settings.current(of_environment())

    def begin(_: Flask, **__: object) -> None:
        before = (
            use_source(own_settings, of_environment),
            caches.use(own_caches),
            reference_version.begin_context(Seen()),
        )
        # A context can be entered twice before it is left, as for a streamed response.
        g.setdefault("before", before)

    # Teardown functions run in reverse order; registered first, this one runs last.
    @app.teardown_appcontext
    def end(_: BaseException | None) -> None:
        sources, previous_caches, seen = g.pop("before", ((None, None), None, None))
        use_source(*sources)
        caches.use(previous_caches)
        reference_version.begin_context(seen)

    def begin_request() -> None:
        caches.begin_request()
        reference_version.forget()

    appcontext_pushed.connect(begin, app, weak=False)
    app.before_request(begin_request)
    app.teardown_request(lambda _: caches.end_request())
