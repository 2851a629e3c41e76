"""Who may have Flask's own server, and which of its processes serves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click
import pytest
from flask.cli import run_command

from kashcraft import config, development
from kashcraft.config import ConfigError


@pytest.mark.parametrize(
    ("reload", "debug", "second", "watches"),
    [
        (None, "1", "", True),
        (None, "1", "true", False),
        (None, "", "", False),
        (True, "", "", True),
        (False, "1", "", False),
    ],
)
def test_the_first_of_the_reloaders_processes_only_watches(
    monkeypatch: pytest.MonkeyPatch, reload: bool | None, debug: str, second: str, watches: bool
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", debug)
    monkeypatch.setenv("WERKZEUG_RUN_MAIN", second)

    with click.Context(run_command) as context:
        context.params["reload"] = reload
        assert development.only_watches() is watches


def test_other_commands_and_servers_watch_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_DEBUG", "1")

    assert development.only_watches() is False
    with click.Context(click.Command("run")):
        assert development.only_watches() is False


@pytest.mark.parametrize("debug", ["", "1"])
def test_developers_may_have_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, debug: str) -> None:
    monkeypatch.setenv("FLASK_DEBUG", debug)

    with click.Context(run_command):
        development.refuse_in_production(config.load({}, instance_path=tmp_path))


def test_a_real_shop_may_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = replace(config.load({}, instance_path=tmp_path), env="production")

    monkeypatch.setenv("FLASK_DEBUG", "")
    development.refuse_in_production(real)
    with click.Context(run_command), pytest.raises(ConfigError, match="use flask serve instead of flask run"):
        development.refuse_in_production(real)
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(ConfigError, match="unset FLASK_DEBUG"):
        development.refuse_in_production(real)
