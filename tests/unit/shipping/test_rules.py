from datetime import UTC, date, datetime
from typing import Any

import pytest

from kashcraft.shipping.rules import (
    Band,
    DeliveryWindow,
    Method,
    Zone,
    add_business_days,
    delivery_window,
    free_from,
    is_business_day,
    method_price,
    missing_for_free,
    offers,
    price_steps,
)

BANDS = (
    Band(price=700),
    Band(price=500, from_merchandise=5000),
    Band(price=1200, over_grams=1000),
    Band(price=900, over_grams=1000, from_merchandise=5000),
    Band(price=3000, over_grams=10_000),
)


def method(code: str = "standard", **more: Any) -> Method:
    defaults: dict[str, Any] = {
        "bands": BANDS,
        "handling_days": 1,
        "transit_days_min": 2,
        "transit_days_max": 4,
    }
    return Method(code=code, name=code.title(), is_express=code == "express", **(defaults | more))


def zone(*methods: Method, free_above: int | None = 10_000) -> Zone:
    return Zone(name="Home", currency="USD", methods=methods, free_above=free_above)


@pytest.mark.parametrize(
    ("grams", "goods", "price"),
    [
        (0, 0, 700),
        (1000, 4999, 700),
        (1000, 5000, 500),
        (1001, 4999, 1200),
        (10_000, 5000, 900),
        (10_001, 5000, 3000),
        (99_000, 0, 3000),
    ],
)
def test_the_price_depends_on_weight_and_amount_of_goods(grams: int, goods: int, price: int) -> None:
    assert method_price(method(), weight_grams=grams, merchandise=goods) == price


def test_price_steps_of_a_weight() -> None:
    assert price_steps(method(), 1500) == ((0, 1200), (5000, 900))


@pytest.mark.parametrize(("grams", "price"), [(20_000, 3000), (20_001, None)])
def test_a_method_carries_parcels_up_to_its_maximum_weight(grams: int, price: int | None) -> None:
    assert method_price(method(max_weight_grams=20_000), weight_grams=grams, merchandise=0) == price


def test_a_method_without_prices_has_no_price() -> None:
    assert method_price(method(bands=()), weight_grams=1, merchandise=0) is None
    assert (
        method_price(method(bands=(Band(price=1, over_grams=500),)), weight_grams=500, merchandise=0) is None
    )


def test_express_is_never_free_by_amount() -> None:
    assert free_from(zone(), method("standard")) == 10_000
    assert free_from(zone(), method("express")) is None


@pytest.mark.parametrize(("goods", "missing"), [(2500, 7500), (9999, 1), (10_000, 0), (20_000, 0)])
def test_the_amount_missing_for_free_delivery(goods: int, missing: int) -> None:
    assert missing_for_free(zone(), goods) == missing


def test_no_amount_is_missing_if_delivery_is_never_free() -> None:
    assert missing_for_free(zone(free_above=None), 100) is None


@pytest.mark.parametrize(("goods", "prices"), [(9999, [500, 500]), (10_000, [0, 500])])
def test_offers_are_in_order_and_have_the_free_threshold(goods: int, prices: list[int]) -> None:
    found = offers(zone(method(), method("express")), weight_grams=100, merchandise=goods)
    assert [offer.method.code for offer in found] == ["standard", "express"]
    assert [offer.price for offer in found] == prices
    assert [offer.is_free for offer in found] == [price == 0 for price in prices]
    assert [offer.free_from for offer in found] == [10_000, None]
    assert found[0].price_steps == ((0, 700), (5000, 500))


def test_methods_that_cannot_carry_the_parcel_are_left_out() -> None:
    light = method("express", max_weight_grams=500)
    found = offers(zone(light, method()), weight_grams=501, merchandise=0)
    assert [offer.method.code for offer in found] == ["standard"]


FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 3, day) for day in (6, 7, 8, 9))


def test_weekends_and_holidays_are_no_business_days() -> None:
    assert [is_business_day(day) for day in (FRIDAY, SATURDAY, SUNDAY, MONDAY)] == [True, False, False, True]
    assert not is_business_day(MONDAY, {MONDAY})


@pytest.mark.parametrize(
    ("day", "count", "holidays", "reached"),
    [
        (FRIDAY, 0, (), FRIDAY),
        (SATURDAY, 0, (), MONDAY),
        (FRIDAY, 1, (), MONDAY),
        (FRIDAY, 1, (MONDAY,), date(2026, 3, 10)),
        (SUNDAY, 1, (), date(2026, 3, 10)),
        (FRIDAY, 5, (), date(2026, 3, 13)),
    ],
)
def test_business_days_are_counted_over_weekends_and_holidays(
    day: date, count: int, holidays: tuple[date, ...], reached: date
) -> None:
    assert add_business_days(day, count, holidays) == reached


@pytest.mark.parametrize(
    ("ordered_at", "ships", "first", "last"),
    [
        (datetime(2026, 3, 2, 13, 59, tzinfo=UTC), 3, 5, 9),
        (datetime(2026, 3, 2, 14, 0, tzinfo=UTC), 4, 6, 10),
        (datetime(2026, 3, 6, 14, 0, tzinfo=UTC), 10, 12, 16),
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), 10, 12, 16),
    ],
)
def test_the_window_counts_handling_then_transit_from_the_cut_off(
    ordered_at: datetime, ships: int, first: int, last: int
) -> None:
    window = delivery_window(method(), ordered_at=ordered_at, cutoff_hour=14)
    assert window == DeliveryWindow(date(2026, 3, ships), date(2026, 3, first), date(2026, 3, last))


def test_an_early_order_without_handling_ships_the_same_day() -> None:
    same_day = method(handling_days=0, transit_days_min=1, transit_days_max=1)
    window = delivery_window(
        same_day, ordered_at=datetime(2026, 3, 6, 9, tzinfo=UTC), cutoff_hour=14, holidays={MONDAY}
    )
    assert window == DeliveryWindow(FRIDAY, date(2026, 3, 10), date(2026, 3, 10))
