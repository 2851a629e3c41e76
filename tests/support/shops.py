"""A separate shop with its own settings, for tests that cannot use the shared one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask

from kashcraft import cli, config, create_app
from kashcraft.core.db import db


@contextmanager
def own_shop(folder: Path, **settings: object) -> Iterator[Flask]:
    """Yield a migrated shop in ``folder``, on SQLite unless the settings say otherwise."""
    options = {"mail_url": "memory:", "base_url": "http://localhost", **settings}
    app = create_app(config.load({}, instance_path=folder, **options))
    app.testing = True
    cli.enable_migrations(app)
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()
