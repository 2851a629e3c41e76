"""Development mode: Flask's own server with debugger and reloader, started by ``make dev``."""

from __future__ import annotations

import click
from flask.cli import run_command
from flask.helpers import get_debug_flag
from werkzeug.serving import is_running_from_reloader

from kashcraft.config import ConfigError
from kashcraft.core.settings import Settings

NOT_IN_PRODUCTION = (
    "production runs without Flask's debugger: unset FLASK_DEBUG, and use flask serve instead of flask run"
)


def refuse_in_production(settings: Settings) -> None:
    """Raise ConfigError for the debugger in production, because visitors could run code with it."""
    if settings.production and (get_debug_flag() or _is_run()):
        raise ConfigError(NOT_IN_PRODUCTION)


def only_watches() -> bool:
    """Return whether this process only watches the sources for ``flask run``, while another one serves."""
    if not _is_run() or is_running_from_reloader():
        return False
    chosen = click.get_current_context().params.get("reload")
    return get_debug_flag() if chosen is None else bool(chosen)


def _is_run() -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and context.command is run_command
