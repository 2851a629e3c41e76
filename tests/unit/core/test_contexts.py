"""Settings and caches are those of the application in whose context something runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask

from kashcraft import config, create_app
from kashcraft.core import caches
from kashcraft.core import settings as shop_settings
from kashcraft.core.settings import settings


@pytest.fixture
def other(tmp_path: Path) -> Flask:
    """A second shop in the same process."""
    return create_app(config.load({}, instance_path=tmp_path, mail_url="memory:", shop_name="Other"))


def test_settings_are_those_of_the_innermost_application(database: Flask, other: Flask) -> None:
    assert settings().shop_name == "Kashcraft"
    with other.app_context():
        assert settings().shop_name == "Other"
    assert settings().shop_name == "Kashcraft"


def test_a_context_that_is_entered_twice_restores_the_previous_settings(
    database: Flask, other: Flask
) -> None:
    """Streamed responses enter the context of their request."""
    context = other.app_context()
    with context, context:
        assert settings().shop_name == "Other"
    assert settings().shop_name == "Kashcraft"


def test_there_are_no_settings_and_no_caches_outside_of_an_application(app: Flask) -> None:
    seen: list[str] = []

    def read() -> None:
        for reader in (settings, lambda: caches.app_values("anything")):
            try:
                reader()
            except LookupError as error:
                seen.append(str(error))

    thread = Thread(target=read)
    thread.start()
    thread.join()

    assert seen == [
        "no settings outside of an application's context",
        "no caches outside of an application's context",
    ]


def test_changed_settings_apply_immediately(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database.config, "SETTINGS", replace(settings(), return_days=14))

    assert shop_settings.settings().return_days == 14
