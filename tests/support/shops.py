"""A shop with settings of its own, for tests of what differs from the shop that all others share."""

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
    """A migrated shop in ``folder``, on SQLite unless the settings say otherwise."""
    given = {"mail_url": "memory:", "base_url": "http://localhost", **settings}
    app = create_app(config.load({}, instance_path=folder, **given))
    app.testing = True
    cli.enable_migrations(app)
    with app.app_context():
        flask_migrate.upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()
