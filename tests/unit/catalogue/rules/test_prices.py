"""The price at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kashcraft.catalogue.rules import price_now

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("sale", "starts", "ends", "price"),
    [
        (None, None, None, 1000),
        (800, None, None, 800),
        (800, NOW, None, 800),
        (800, NOW + HOUR, None, 1000),
        (800, None, NOW + HOUR, 800),
        (800, None, NOW, 1000),
        (800, NOW - HOUR, NOW + HOUR, 800),
    ],
)
def test_a_sale_includes_its_start_and_excludes_its_end(
    sale: int | None, starts: datetime | None, ends: datetime | None, price: int
) -> None:
    assert price_now(1000, sale, starts, ends, NOW) == price
