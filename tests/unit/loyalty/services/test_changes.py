"""Changed fields as the history of tiers, offers and rewards stores them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kashcraft.loyalty.models import LoyaltyTier, Tier
from kashcraft.loyalty.services.changes import plain, rewrite


def test_rewrite_returns_old_and_new_values_of_changed_fields_only() -> None:
    tier = LoyaltyTier(tier=Tier.SILVER, net_spend=250_00, early_access=False, birthday_points=100)

    changed = rewrite(tier, {"net_spend": 300_00, "early_access": True, "birthday_points": 100})

    assert changed == {"net_spend": [250_00, 300_00], "early_access": [False, True]}
    assert (tier.net_spend, tier.early_access, tier.birthday_points) == (300_00, True, 100)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (None, None),
        (True, True),
        (5, 5),
        (Decimal("1.25"), "1.25"),
        (datetime(2026, 3, 2, 10, tzinfo=UTC), "2026-03-02T10:00:00+00:00"),
    ],
)
def test_history_stores_plain_values(value: object, stored: object) -> None:
    assert plain(value) == stored
