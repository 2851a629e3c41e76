"""Benefits of a cart that follow from a quote."""

from dataclasses import replace
from uuid import UUID

import pytest

from kashcraft.cart.rules import GIFT_CARD, VOUCHER, Benefits, Code, max_spendable_points
from kashcraft.pricing.rules import CartToPrice, LineToPrice, PointsTerms, quote

BOWL = LineToPrice(key="bowl", product_id="p", quantity=1, unit_price=5_000, regular_price=5_000, tax_rate=0)
PLAIN = CartToPrice(currency="USD", lines=(BOWL,))


@pytest.mark.parametrize(("worth", "room"), [(1, 5_000), (3, 1_666)])
def test_spendable_points_are_limited_by_the_cost_of_the_goods(worth: int, room: int) -> None:
    assert max_spendable_points(quote(PLAIN), worth) == room


def test_applied_points_count_as_spendable() -> None:
    spending = replace(PLAIN, points=PointsTerms(points=2_000, balance=2_000))
    assert max_spendable_points(quote(spending), 1) == 5_000


def test_the_voucher_code_is_found_among_gift_cards() -> None:
    voucher = Code(id=UUID(int=1), kind=VOUCHER, label="SPRING")
    card = Code(id=UUID(int=2), kind=GIFT_CARD, label="…7K4M")
    assert Benefits(codes=(voucher, card)).voucher_code == voucher
    assert Benefits(codes=(card,)).voucher_code is None
