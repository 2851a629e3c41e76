"""The version that rises with every change of zones, methods, prices and tax rates."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.core import caches, reference_version
from kashcraft.core.caches import Cache
from kashcraft.core.db import db, step
from kashcraft.shipping import queries as shipping
from kashcraft.shipping.models import ShippingMethod, ShippingRateBand, ShippingZone, ShippingZoneCountry
from kashcraft.taxes import queries as taxes
from kashcraft.taxes import services as tax_services
from kashcraft.taxes.models import TaxRate
from kashcraft.taxes.rules import Destination
from tests.factories.shopping import add_taxes_and_delivery

DAY = date(2026, 3, 2)
TABLES = (ShippingZoneCountry, ShippingRateBand, ShippingMethod, ShippingZone, TaxRate)


def number() -> int:
    db.session.rollback()
    return int(db.session.execute(sa.select(reference_version.current())).scalar_one())


@pytest.fixture
def terms(database: Flask) -> None:
    """A shop that delivers, and taxes."""
    add_taxes_and_delivery()
    db.session.rollback()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.__tablename__))
@pytest.mark.usefixtures("terms")
def test_the_version_rises_with_every_change(table: Any) -> None:
    columns = table.__table__.c
    row = dict(db.session.execute(sa.select(*columns)).mappings().first() or {})
    seen = [number()]
    one = columns.id == row["id"]
    for change in (
        sa.update(table.__table__).where(one).values(id=row["id"]),
        sa.delete(table.__table__).where(one),
        sa.insert(table.__table__).values(row),
    ):
        with db.engine.begin() as connection:
            if db.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            _without_children(connection, table, row)
            connection.execute(change)
        seen.append(number())
    assert seen == sorted(set(seen))


def _without_children(connection: sa.Connection, table: Any, row: dict[str, Any]) -> None:
    """Delete the rows that refer to the row."""
    children = {
        ShippingMethod: (ShippingRateBand, "method_id"),
        ShippingZone: (ShippingZoneCountry, "zone_id"),
    }
    if table is ShippingZone:
        methods = sa.select(ShippingMethod.id).where(ShippingMethod.zone_id == row["id"])
        connection.execute(sa.delete(ShippingRateBand).where(ShippingRateBand.method_id.in_(methods)))
        connection.execute(sa.delete(ShippingMethod).where(ShippingMethod.zone_id == row["id"]))
    if table in children:
        child, key = children[table]
        connection.execute(sa.delete(child).where(getattr(child, key) == row["id"]))


@pytest.mark.usefixtures("terms")
def test_zones_and_rates_are_read_once_per_version(count_statements: Callable[[], Any]) -> None:
    home = Destination("US", "CA", "94704")

    def ask(version: int | None) -> int:
        with count_statements() as seen:
            shipping.find_zone("US", "CA", version=version)
            taxes.list_rates_for(home, on=DAY, version=version)
        return len(seen)

    now = number()
    assert [ask(now), ask(now), ask(now + 1), ask(now + 1), ask(None)] == [2, 0, 2, 0, 2]


@pytest.mark.usefixtures("terms")
def test_cached_data_equals_data_that_is_read() -> None:
    with step():
        tax_services.save_rate(tax_class="standard", country="US", region="NY", rate=40_000, name="State")
        tax_services.save_rate(
            tax_class="standard", country="US", region="NY", postal_prefix="100", rate=88_750, name="City"
        )
    for place in (Destination("us", "NY", "10025"), Destination("US", "NY"), Destination("FR")):
        cached = [taxes.list_rates_for(place, on=DAY, version=number()) for _ in range(2)]
        assert cached == [taxes.list_rates_for(place, on=DAY)] * 2
    assert shipping.find_zone(" us ", "ca", version=number()) == shipping.find_zone("US", "CA")


@pytest.mark.usefixtures("terms")
def test_a_country_of_too_many_rates_is_read_for_each_place(
    count_statements: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taxes, "MOST_CACHED", 0)
    monkeypatch.setattr(taxes, "_OF_COUNTRY", taxes._RATES.limit(1))
    home, now = Destination("US", "CA", "94704"), number()
    with count_statements() as seen:
        first = taxes.list_rates_for(home, on=DAY, version=now)
        second = taxes.list_rates_for(home, on=DAY, version=now)
    assert first == second == taxes.list_rates_for(home, on=DAY)
    assert len(seen) == 3


def test_the_number_of_cached_places_is_bounded(database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "DECLARED", {})
    places: Cache[str, tuple[int, str]] = Cache("places", most=2)
    asked: list[str] = []

    def ask(key: str) -> str:
        return reference_version.cached_at_version(1, places, key, lambda: asked.append(key) or key)

    assert [ask(key) for key in ("a", "b", "a", "c", "a", "b")] == ["a", "b", "a", "c", "a", "b"]
    assert asked == ["a", "b", "c", "b"]


def _fee(amount: int) -> None:
    db.session.execute(sa.update(ShippingRateBand).values(price=amount))


def _cached_fee() -> int:
    zone = shipping.find_zone("US", version=number())
    assert zone is not None
    return zone.methods[0].bands[0].price


@pytest.mark.usefixtures("terms")
def test_a_restored_backup_does_not_repeat_a_version() -> None:
    before, saved = _cached_fee(), number()
    with step():
        _fee(before + 100)
    assert _cached_fee() == before + 100
    with step():  # the backup
        _fee(before)
        db.session.execute(sa.update(reference_version.ReferenceVersion).values(version=saved))
    with step():
        _fee(before + 500)
    assert _cached_fee() == before + 500


@pytest.mark.usefixtures("terms")
def test_data_of_a_rolled_back_step_is_not_cached() -> None:
    before = _cached_fee()
    with pytest.raises(ZeroDivisionError), step():
        _fee(before + 100)
        own = int(db.session.execute(sa.select(reference_version.current())).scalar_one())
        shipping.find_zone("US", version=own)
        raise ZeroDivisionError
    with step():
        _fee(before + 500)
        # SQLite tells milliseconds apart, so the next step may come by the same number.
        db.session.execute(sa.update(reference_version.ReferenceVersion).values(version=own))
    assert _cached_fee() == before + 500
