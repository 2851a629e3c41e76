"""The application factory, which installs all parts in their order."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TypeVar

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from kashcraft import blueprints, cli, config, development, startup_errors, templating, wiring, worker
from kashcraft.accounts import views as accounts
from kashcraft.core import (
    assets,
    contexts,
    hosts,
    htmx,
    http_cache,
    logs,
    mail,
    observations,
    private_files,
    rate_limits,
    requests,
    security,
    speculation_rules,
    staging,
    switch_interval,
)
from kashcraft.core.i18n_templates import MarkedEnvironment
from kashcraft.core.settings import ROOT, Settings
from kashcraft.extensions import compress, db, limiter, login_manager

T = TypeVar("T")

# Hooks before a request run in this order, those after it in reverse order: forged requests are refused
# before limits count them, and responses are compressed last.
SETUP = (contexts, switch_interval, private_files, staging)
RESPONSES = (compress, db, logs, security, http_cache, speculation_rules, htmx)
VISITORS = (login_manager, limiter, rate_limits)
SHOP = (requests, templating, accounts, observations, wiring, blueprints, cli)


class ShopApplication(Flask):
    """Flask without coroutines: no view and no hook is one."""

    def ensure_sync(self, func: Callable[..., object]) -> Callable[..., object]:
        """Return the function itself; Flask would inspect every hook of every request."""
        return func


def start() -> Flask:
    """Return the application for the settings of the environment, for servers and commands.

    Ends the process with one line for each invalid setting.
    """
    try:
        return create_app()
    except config.ConfigError as error:
        startup_errors.end(error)


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for ``settings``, by default those of the environment. Raises ConfigError."""
    settings = settings or config.load()
    development.refuse_in_production(settings)
    app = ShopApplication(
        "kashcraft",
        root_path=str(ROOT),
        instance_path=str(settings.instance_path.resolve()),
        static_folder=None,
        template_folder=str(ROOT / "templates"),
    )
    app.jinja_environment = MarkedEnvironment
    app.ensure_sync = _unchanged  # type: ignore[method-assign,assignment]
    app.config.from_mapping(config.flask_options(settings))
    logs.configure(as_json=settings.production)
    logs.warn_of(config.warnings(settings))
    app.extensions["mail"] = mail.transport_for(settings.mail_url, settings.instance_path / "mail")
    app.config["KEEP_CONTENTS"] = settings.cache_fragments
    for part in (*_observers(settings), *SETUP, *RESPONSES, *VISITORS, *SHOP):
        part.init_app(app)
    _wrap_wsgi(app, settings)
    worker.start_embedded(app)
    return app


def _unchanged(function: T) -> T:
    """Return a view or hook as it is: none is a coroutine, for which Flask would examine each of them for
    every request.
    """
    return function


def _observers(settings: Settings) -> list[ModuleType]:
    """Return the access log and the metrics where the settings enable them."""
    wanted = {"kashcraft.core.access_log": settings.access_log, "kashcraft.metrics": settings.metrics}
    return [import_module(name) for name, is_wanted in wanted.items() if is_wanted]


def _wrap_wsgi(app: Flask, settings: Settings) -> None:
    """Wrap the application with what answers before it: static files, and refusals of other hosts."""
    files = _static_files(app, settings)
    own = hosts.own_hosts(settings.base_urls, development=not settings.production)
    app.extensions["hosts"] = own
    asked_by_machines = ["/metrics"] if settings.metrics else []
    app.wsgi_app = hosts.guard(  # type: ignore[method-assign]
        files.wrap(app.wsgi_app), own, *asked_by_machines
    )
    if trusted := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted
        )


def _static_files(app: Flask, settings: Settings) -> assets.Assets:
    files = assets.Assets(
        settings.instance_path / "assets",
        source=None if settings.production else ROOT / "static",
        node_modules=ROOT / "node_modules",
    )
    app.extensions["assets"] = files
    app.jinja_env.globals.update(asset=files.url, asset_exists=files.exists)
    return files
