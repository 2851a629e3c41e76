"""What several unit tests start from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kashcraft import cli, config, create_app
from kashcraft.core.db import db
from tests.support import postgres


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    url = ""
    if request.param == "postgres":
        cluster: postgres.Cluster = request.getfixturevalue("cluster")
        url = cluster.create_database()
    app = create_app(config.load({}, instance_path=tmp_path, database_url=url, mail_url="memory:"))
    cli.enable_migrations(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
