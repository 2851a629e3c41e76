"""Settings that are saved in the database, over those of the environment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from structlog.testing import capture_logs

from kashcraft import config, create_app
from kashcraft.core import clock, jobs, reference_version, stored_settings
from kashcraft.core.db import READ_ERRORS, db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.jobs import task
from kashcraft.core.setting_rules import Fault
from kashcraft.core.settings import Settings, installation, settings
from kashcraft.core.stored_settings import Setting, SettingsRefused, state_of, with_saved


def save(**values: Any) -> bool:
    with step():
        return stored_settings.save(values=values, seen=state_of(values, settings()))


def test_a_saved_setting_applies_to_the_rest_of_the_context_that_saved_it(database: Flask) -> None:
    assert (settings().return_days, settings().is_stated("return_days")) == (30, False)

    assert save(return_days=14)

    assert (settings().return_days, settings().is_stated("return_days")) == (14, True)
    assert installation().return_days == 30


def test_a_context_sees_one_version_of_the_settings(database: Flask, app: Flask) -> None:
    assert settings().shop_name == "Kashcraft"
    with app.app_context():
        save(shop_name="Zoon & Sons")
        assert settings().shop_name == "Zoon & Sons"
    assert settings().shop_name == "Kashcraft"
    reference_version.forget()
    assert settings().shop_name == "Zoon & Sons"


def test_a_default_can_be_stated(database: Flask) -> None:
    assert save(shop_country="US")
    assert not save(shop_country="US")

    assert settings().saved == {"shop_country"}


def test_the_environment_wins(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    save(shop_name="Saved", page_size=12)
    stated = replace(installation(), shop_name="Stated", in_environment=frozenset({"shop_name"}))
    monkeypatch.setitem(database.config, "SETTINGS", stated)

    assert (settings().shop_name, settings().page_size) == ("Stated", 12)
    assert not save(shop_name="Other")
    assert db.session.get_one(Setting, "shop_name").value == "Saved"


def test_an_outdated_form_is_refused(database: Flask) -> None:
    seen = state_of(["return_days"], settings())
    save(return_days=14)

    with pytest.raises(DomainError, match="settings_changed"), step():
        stored_settings.save(values={"return_days": 7}, seen=seen)
    assert settings().return_days == 14


def test_invalid_values_are_refused_together(database: Flask) -> None:
    with pytest.raises(SettingsRefused) as refused:
        save(shop_currency="XYZ", at_risk_days=200, return_days=-1, shop_name="Shop")

    assert refused.value.faults == {
        "shop_currency": Fault("no_currency"),
        "return_days": Fault("at_least", 0),
        "inactive_days": Fault("before_at_risk", 200),
    }
    assert db.session.scalars(sa.select(Setting.name)).all() == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"shop_name": "Zoon"}, {"shop_name": "Zoon"}),
        ({"shop_name": 7, "secret_key": "stolen", "gone": 1}, {}),
        ({"hold_minutes": 0, "return_days": 14}, {"return_days": 14}),
        ({"prices_include_tax": 1}, {}),
        ({"shop_currency": "JPY"}, {"shop_currency": "JPY", "point_value": 1}),
        ({"shop_currency": "KWD", "point_value": 25}, {"shop_currency": "KWD", "point_value": 25}),
        ({"point_value": 0}, {"point_value": 1}),
    ],
)
def test_rows_replace_defaults_where_they_are_valid(rows: dict[str, Any], expected: dict[str, Any]) -> None:
    own = Settings(point_value=1)

    found = with_saved(own, rows)

    assert found == replace(own, **expected, saved=found.saved)


def test_a_row_that_cannot_be_used_is_logged(database: Flask) -> None:
    with capture_logs() as lines:
        assert with_saved(Settings(), {"page_size": -1}).page_size == 24
    assert [(line["event"], line["names"]) for line in lines] == [
        ("saved settings are invalid and not used", ["page_size"])
    ]


def test_settings_of_a_step_that_fails_do_not_apply(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), step():
        stored_settings.save(values={"return_days": 14}, seen=state_of(["return_days"], settings()))
        raise ZeroDivisionError
    reference_version.forget()
    assert settings().return_days == 30


def test_a_change_is_recorded_with_its_values(
    database: Flask, recorded: Callable[[], list[tuple[str, Any, Any]]]
) -> None:
    save(return_days=14, gift_code_days=30)

    assert recorded() == [
        ("changed", {"return_days": 30, "gift_code_days": 30}, {"return_days": 14, "gift_code_days": 30})
    ]


@pytest.fixture
def recorded() -> Callable[[], list[tuple[str, Any, Any]]]:
    """Return what the audit trail has of settings."""
    entries = sa.table(
        "audit_entries", sa.column("action"), sa.column("before", sa.JSON()), sa.column("after", sa.JSON())
    )
    return lambda: [tuple(row) for row in db.session.execute(sa.select(entries))]


def test_every_change_of_a_row_raises_the_reference_version(database: Flask) -> None:
    table, name = Setting.__table__, "page_size"
    changes: tuple[Any, ...] = (
        sa.insert(table).values(name=name, value=12, updated_at=clock.now()),
        sa.update(table).values(value=48),
        sa.delete(table),
    )
    seen = []
    for change in changes:
        with db.engine.begin() as connection:
            connection.execute(change)
        reference_version.forget()
        seen.append((settings().page_size, reference_version.seen_version()))
    assert [size for size, _ in seen] == [12, 48, 24]
    assert [version for _, version in seen] == sorted({version for _, version in seen})


def test_one_statement_tells_that_nothing_has_changed(
    database: Flask, count_statements: Callable[[], Any]
) -> None:
    with count_statements() as seen:
        reference_version.forget()
        assert settings().page_size == settings().page_size
        assert reference_version.seen_version() == reference_version.seen_version()
    assert len(seen) == 1


def test_the_same_settings_stay_when_something_else_has_changed(database: Flask) -> None:
    save(page_size=12)
    before = settings()
    with step():
        db.session.execute(sa.update(reference_version.ReferenceVersion).values(version=1))
    reference_version.forget()

    assert settings() is before


@task("settings.see")
def see() -> None:
    """Note the name of the shop."""
    names.append(settings().shop_name)


names: list[str] = []


def test_every_job_sees_the_current_settings(database: Flask, app: Flask) -> None:
    names.clear()
    for name in ("First", "Second"):
        with app.app_context():
            save(shop_name=name)
        with step():
            jobs.enqueue(see)
        jobs.run_due()
    assert names == ["First", "Second"]


def test_the_last_known_settings_serve_while_the_database_is_down(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(shop_name="Zoon")
    assert settings().shop_name == "Zoon"
    reference_version.forget()

    def fail(*_: object) -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("the server is gone"))

    monkeypatch.setattr(stored_settings.autocommit, "rows", fail)
    with pytest.raises(READ_ERRORS):
        settings()
    assert settings().shop_name == "Zoon"
    reference_version.forget()
    stored_settings.use_last_known(installation())
    assert settings().shop_name == "Zoon"


def test_before_the_first_migration_the_environment_alone_counts(tmp_path: Any) -> None:
    empty = create_app(config.load({}, instance_path=tmp_path, mail_url="memory:"))
    with empty.app_context():
        assert settings().shop_name == "Kashcraft"
