"""Settings as values, and what follows from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kashcraft.core import settings as module
from kashcraft.core.clock import FrozenClock
from kashcraft.core.settings import Settings, formats, settings, shop_time


@pytest.fixture
def srinagar() -> Settings:
    """A shop in Srinagar, whose settings are in force."""
    found = Settings(shop_timezone="Asia/Kolkata", shop_locale="de_DE")
    before = module.use_source(lambda: found)
    yield found
    module.use_source(*before)


def test_the_shop_s_day_begins_in_its_own_time_zone(srinagar: Settings, frozen: FrozenClock) -> None:
    frozen.advance(hours=9)

    assert shop_time().isoformat() == "2026-03-03T00:30:00+05:30"


def test_formats_use_the_locale_of_the_shop(srinagar: Settings) -> None:
    assert formats().number(1250) == "1.250"
    assert formats().day(datetime(2026, 3, 2, 20, 0, tzinfo=UTC)) == "3. M\u00e4rz 2026"


def test_an_unpaid_order_holds_its_stock_for_three_spans_at_most(srinagar: Settings) -> None:
    assert settings().longest_hold_time == timedelta(minutes=10 + 2 * 30)


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///shop.db", Path("/data/shop.db")),
        ("sqlite:////var/shop.db", Path("/var/shop.db")),
        ("sqlite:///:memory:", None),
        ("postgresql://localhost/shop", None),
    ],
)
def test_a_database_has_a_file_on_sqlite_only(url: str, file: Path | None) -> None:
    assert Settings(instance_path=Path("/data"), database_url=url).database_file == file
