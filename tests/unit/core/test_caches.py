"""What a process keeps, and what a request remembers."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kashcraft import config, create_app
from kashcraft.core import caches


@pytest.fixture
def other(tmp_path: Path) -> Flask:
    """A second shop in the same process."""
    return create_app(config.load({}, instance_path=tmp_path, mail_url="memory:", shop_name="Other"))


def test_what_is_kept_lives_as_long_as_its_application(database: Flask, other: Flask) -> None:
    caches.kept("test")["key"] = "ours"
    with other.app_context():
        assert caches.kept("test") == {}
    with database.app_context():
        assert caches.kept("test") == {"key": "ours"}
    del database.extensions["caches"]["test"]


def test_what_is_remembered_ends_with_the_request(database: Flask) -> None:
    caches.remembered()["key"] = "outside"
    assert caches.remembered() == {}
    with database.test_request_context():
        database.preprocess_request()
        caches.remembered()["key"] = "inside"
        assert caches.remembered() == {"key": "inside"}
    assert caches.remembered() == {}
