"""The overview of an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import services as accounts
from kashcraft.accounts.models import AddressType, User
from kashcraft.core import clock
from kashcraft.core.db import step
from kashcraft.loyalty import services as loyalty
from kashcraft.orders import services as orders
from tests.factories.members import member
from tests.factories.orders import paid, place, stocked
from tests.factories.people import person, signed_in
from tests.support.shopper import text_of

PAGE = "/account/"
HOME = {
    "full_name": "Emmy Noether", "street_address": "Hauptstraße 1", "city": "Berlin", "postal_code": "10115",
    "country": "DE",
}  # fmt: skip


@pytest.fixture
def user_id(app: Flask, frozen: clock.FrozenClock) -> UUID:
    """A member since the first of March 2026 with 700 points."""
    frozen.moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with app.app_context():
        return member(700)


@pytest.fixture
def asha(app: Flask, user_id: UUID) -> FlaskClient:
    """The member's browser."""
    return signed_in(app, user_id=user_id)


def keep(user_id: UUID, *, is_default: bool = False) -> None:
    with step():
        accounts.save_address(user_id=user_id, kind=AddressType.SHIPPING, address=HOME, is_default=is_default)


def test_the_last_order_is_shown_with_its_status_and_a_link(
    app: Flask, user_id: UUID, frozen: clock.FrozenClock
) -> None:
    with app.app_context():
        bowl = stocked(10)
        place((bowl, 1), user_id=user_id)
        frozen.moment = datetime(2026, 4, 2, 12, tzinfo=UTC)
        last = place((bowl, 2), user_id=user_id)
        place((bowl, 3))
        with step():
            orders.cancel(order_id=last.id, actor_id=user_id, reason="Changed my mind")

    page = signed_in(app, user_id=user_id).get(PAGE)

    assert f'<a href="/orders/{last.number}">' in page.text
    assert "and 1 more Cancelled" in text_of(page)
    assert f"{last.number}, placed on April 2, 2026," in text_of(page)
    assert "See all 2 orders" in text_of(page)


def test_points_are_shown_with_tier_and_next_expiry(asha: FlaskClient) -> None:
    page = text_of(asha.get(PAGE))

    assert "700 points worth $7.00 at checkout Tier: Bronze 700 points expire on March 1, 2027" in page


def test_only_the_next_expiry_of_points_is_shown(
    app: Flask, user_id: UUID, frozen: clock.FrozenClock
) -> None:
    frozen.moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    with app.app_context(), step():
        loyalty.adjust(user_id=user_id, points=50, reason="For a test", key="second")

    page = text_of(signed_in(app, user_id=user_id).get(PAGE))

    assert "750 points" in page
    assert "700 points expire on March 1, 2027" in page


def test_addresses_have_the_format_of_their_country(app: Flask, asha: FlaskClient, user_id: UUID) -> None:
    with app.app_context():
        keep(user_id, is_default=True)

    assert "Emmy Noether Hauptstraße 1 10115 Berlin Germany Default" in text_of(asha.get(PAGE))


def test_an_empty_account_shows_explanations(app: Flask) -> None:
    with app.app_context():
        stranger = person(email="new@shop.example")

    page = text_of(signed_in(app, user_id=stranger).get(PAGE))

    assert "What you order while signed in is kept here" in page
    assert "You have not joined yet." in page
    assert "An address that you save at checkout appears here." in page
    assert "new@shop.example" in page


def test_the_number_of_statements_is_constant(
    app: Flask, asha: FlaskClient, user_id: UUID, count_statements: Callable[[], Any]
) -> None:
    asha.get(PAGE)
    with count_statements() as few:
        asha.get(PAGE)
    with app.app_context():
        bowl = stocked(20)
        for _ in range(5):
            keep(user_id)
            paid((bowl, 1), user_id=user_id)
        for number in range(5):
            with step():
                loyalty.adjust(user_id=user_id, points=10, reason="For a test", key=f"more {number}")
    asha.get(PAGE)
    with count_statements() as many:
        asha.get(PAGE)

    assert len(few) == len(many)
    assert many.writes == []


def test_the_page_is_not_cached_and_requires_sign_in(client: FlaskClient, asha: FlaskClient) -> None:
    assert asha.get(PAGE).headers["Cache-Control"] == "private, no-store"
    assert client.get(PAGE).headers["Location"].startswith("/account/sign-in?next=")


def test_names_do_not_change_the_text_direction(app: Flask) -> None:
    with app.app_context():
        user_id = person()
        with step() as session:
            session.execute(sa.update(User).where(User.id == user_id).values(full_name="نورا الحسيني"))
            accounts.save_address(
                user_id=user_id,
                kind=AddressType.SHIPPING,
                address=HOME | {"full_name": "نورا"},
                is_default=True,
            )
    page = signed_in(app, user_id=user_id).get(PAGE).text

    assert page.count("<bdi>نورا الحسيني</bdi>") == 2
    assert "<bdi>نورا</bdi>\n<bdi>Hauptstraße 1</bdi>\n<bdi>10115 Berlin</bdi>\n<bdi>Germany</bdi>\n" in page
