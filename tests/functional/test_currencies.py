"""The same shop in currencies with three, two and no decimals: prices, points, refunds, and the demo.

A point is earned by the main unit, or by 100 of a currency without decimals, and is worth a hundredth of
that, so that every currency gives one per cent.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.books import queries as books
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.loyalty.models import LoyaltyAccount, LoyaltyTier, Tier
from kashcraft.orders import services
from kashcraft.orders.models import Order, OrderLine, Refund, RefundStatus
from kashcraft.payments import services as payments
from kashcraft.pricing.rules import PointsTerms
from tests.conftest import browser
from tests.factories.orders import member, paid_by_card, stocked
from tests.support import postgres
from tests.support.shopper import text_of
from tests.support.shops import own_shop

DATABASES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@dataclass(frozen=True)
class Sums:
    """What a shop of a currency reckons with: 19.80 as it is written there, and amounts in minor units."""

    currency: str
    price: str
    point: int
    three_less_100_points: int
    silver_from: int


CURRENCIES = [
    Sums("USD", "19.80", 1, 5_840, 250_00),
    Sums("JPY", "1980", 1, 5_840, 25_000),
    Sums("KWD", "19.800", 10, 58_400, 250_000),
    Sums("VND", "1980", 1, 5_840, 25_000),
]


@contextmanager
def a_shop(request: pytest.FixtureRequest, database: str, currency: str, instance: Path) -> Iterator[Flask]:
    """A new shop that sells in the currency, with its context pushed."""
    url = ""
    if database == "postgres":
        cluster: postgres.Cluster = request.getfixturevalue("cluster")
        url = cluster.create_database()
    locale = "ja_JP" if currency == "JPY" else "en_US"
    given = {"database_url": url, "shop_currency": currency, "shop_locale": locale}
    with own_shop(instance, **given) as app, app.app_context():
        yield app
        db.session.remove()


@pytest.fixture(scope="module", params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture(scope="module", params=CURRENCIES, ids=lambda sums: sums.currency)
def sums(
    request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sums]:
    """The sums of a shop that runs for all tests; each has a member of its own."""
    instance = tmp_path_factory.mktemp(request.param.currency)
    with a_shop(request, database, request.param.currency, instance) as app:
        assert app.config["SETTINGS"].point_value == request.param.point
        yield request.param


def balance(user_id: UUID) -> int:
    """Return a member's points."""
    rows = sa.select(LoyaltyAccount.available_points).where(LoyaltyAccount.user_id == user_id)
    return db.session.scalars(rows).one()


def first_line(order_id: UUID) -> UUID:
    """Return the id of an order's only line."""
    return db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == order_id)).one()


def refund(order_id: UUID, units: int) -> Refund:
    """Refund units of an order's only line, and have the processor pay it out."""
    with step():
        made = services.refund(
            order_id=order_id, lines={first_line(order_id): units}, key=str(new_id()), reason="Broken"
        )
    payments.return_refund(refund_id=made.id)
    return made


def test_every_currency_gives_one_per_cent(sums: Sums) -> None:
    user_id = member(0)
    goods = stocked(5, price=sums.price, currency=sums.currency)
    order_id = paid_by_card((goods, 3), user_id=user_id, currency=sums.currency, shipping=0).id
    assert balance(user_id) == 59
    refund(order_id, 1)
    assert balance(user_id) == 39
    assert books.list_differences() == []


def test_spent_points_take_their_worth_off_and_come_back_by_the_unit(sums: Sums) -> None:
    user_id = member(100)
    order = paid_by_card(
        (stocked(5, price=sums.price, currency=sums.currency), 3),
        user_id=user_id,
        currency=sums.currency,
        shipping=0,
        points=PointsTerms(points=100, balance=100, worth=sums.point),
    )
    order_id = order.id
    assert (order.discount_total, order.total) == (100 * sums.point, sums.three_less_100_points)
    assert balance(user_id) == 58
    refund(order_id, 1)
    assert balance(user_id) == 38 + 33
    refund(order_id, 2)
    assert balance(user_id) == 100
    assert books.list_differences() == []


def test_tiers_ask_for_the_same_worth_and_say_in_which_currency(sums: Sums) -> None:
    member()
    rows = db.session.scalars(sa.select(LoyaltyTier).order_by(LoyaltyTier.net_spend)).all()
    silver = sums.silver_from
    assert [row.net_spend for row in rows] == [0, silver, 4 * silver, 12 * silver]
    assert rows[1].free_shipping_from == silver // 5
    assert {row.currency for row in rows} == {sums.currency}


def test_amounts_and_points_beyond_32_bits_are_earned_refunded_and_proven(sums: Sums) -> None:
    user_id = member(0)
    dear = {"USD": "900000000.00", "KWD": "900000000.000"}.get(sums.currency, "90000000000")
    carpet = stocked(20, price=dear, currency=sums.currency)
    minor = 10 * int(dear.replace(".", ""))
    points = minor // (100 * sums.point)
    for _ in range(2):
        order_id = paid_by_card((carpet, 10), user_id=user_id, currency=sums.currency, shipping=0).id
    found = db.session.scalars(sa.select(LoyaltyAccount).where(LoyaltyAccount.user_id == user_id)).one()
    assert (found.available_points, found.total_spent) == (3 * points, 2 * minor)
    assert found.current_tier is Tier.PLATINUM
    refund(order_id, 10)
    order = db.session.get_one(Order, order_id, populate_existing=True)
    assert (order.refund_status, order.refunded_total) == (RefundStatus.FULL, minor)
    assert balance(user_id) == points
    assert books.list_differences() == []


@pytest.mark.parametrize(
    ("currency", "price"), [("JPY", "￥4,200"), ("KWD", "KWD 42.000")], ids=["JPY", "KWD"]
)
def test_the_demo_shop_opens_in_other_currencies(
    request: pytest.FixtureRequest, database: str, currency: str, price: str, tmp_path: Path
) -> None:
    with a_shop(request, database, currency, tmp_path) as app:
        loaded = app.test_cli_runner().invoke(args=["demo", "load"])
        assert loaded.stdout.startswith("43 products, 64 customers, 325 orders"), loaded.stdout
        assert books.list_differences() == []
        page = browser(app).get("/p/knitted-cap")
        assert price in text_of(page).replace("\N{NO-BREAK SPACE}", " ")
