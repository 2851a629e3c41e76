"""A member's page: card, ledger, rewards, birthday and referrals."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import User
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.loyalty import services
from kashcraft.loyalty.models import (
    LoyaltyReward,
    LoyaltyTier,
    Referral,
    ReferralState,
    RewardOffer,
    RewardType,
    TierDelivery,
)
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order
from tests.factories.members import account, an_offer, balance, bought, entries, member
from tests.factories.orders import place, stocked
from tests.factories.people import person, signed_in

PAGE = "/account/loyalty"
HTMX = {"HX-Request": "true"}
FRIEND = {"full_name": "Ada King", "email": "ada@shop.example"}
CHOSEN = {"full_name": "Ada King", "password": "seven carpets fly"}


@pytest.fixture
def user_id(app: Flask, frozen: clock.FrozenClock) -> UUID:
    """A member with 700 points."""
    with app.app_context():
        return member(700)


@pytest.fixture
def asha(app: Flask, user_id: UUID) -> FlaskClient:
    """The member's browser."""
    return signed_in(app, user_id=user_id)


def text_of(markup: str) -> str:
    """Return the visible text."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def exchange_fields(markup: str) -> dict[str, str]:
    """Return the form fields of the first exchange button."""
    return dict(re.findall(r'name="(offer_id|cost|key)" value="([^"]+)"', markup)[:3])


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient) -> None:
    answer = client.get(PAGE)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/sign-in?next=")


@pytest.mark.parametrize(
    "path", ["/join", "/rewards", "/birthday", f"/rewards/{new_id()}/start"], ids=lambda path: path[:12]
)
def test_a_stranger_changes_nothing(client: FlaskClient, path: str) -> None:
    assert client.post(PAGE + path).status_code == 303


def test_card_shows_tier_balance_and_progress(app: Flask, asha: FlaskClient, user_id: UUID) -> None:
    with app.app_context():
        bought(user_id, 100_00)
    text = text_of(asha.get(PAGE).text)
    assert "Bronze Member since March 2, 2026 800 points worth $8.00 at checkout" in text
    assert "1 point for each $1.00 spent on items 50 points on your birthday" in text
    assert "Next tier: Silver" in text
    assert "300 more points and $150.00 more spent on items." in text
    assert "Free standard delivery from $50.00" in text


def test_ledger_shows_every_entry_and_what_expires(
    app: Flask, asha: FlaskClient, user_id: UUID, frozen: clock.FrozenClock
) -> None:
    frozen.advance(days=3)
    with app.app_context():
        number = db.session.get_one(Order, bought(user_id, 40_00)).number
    page = asha.get(PAGE).text
    text = text_of(page)
    assert "700 points expire on March 2, 2027" in text
    assert "March 5, 2027 40" in text
    assert (
        f"March 5, 2026 Earned by an order {number} Points +40"
        " March 2, 2026 Corrected by us: For a test Points +600"
    ) in text
    assert f'href="/orders/{number}"' in page


def test_a_long_ledger_is_paged(app: Flask, asha: FlaskClient, user_id: UUID) -> None:
    with app.app_context():
        for number in range(10):
            bought(user_id, 1_00 * (number + 1))
    first, second = asha.get(PAGE).text, asha.get(f"{PAGE}?page=2").text
    assert "Welcome" not in text_of(first)
    assert f"{PAGE}?page=2#points" in first
    assert "Welcome" in text_of(second)
    assert asha.get(f"{PAGE}?page=3").status_code == 404


def test_number_of_statements_does_not_grow_with_rows(
    app: Flask, asha: FlaskClient, user_id: UUID, count_statements: Callable[[], Any]
) -> None:
    def statements() -> int:
        with count_statements() as seen:
            assert asha.get(PAGE).status_code == 200
        return len(seen)

    with app.app_context():
        an_offer(200)
        bought(user_id, 10_00)
    asha.get(PAGE)
    few = statements()
    with app.app_context():
        for number in range(8):
            bought(user_id, 10_00)
            an_offer(300 + number)
    assert statements() == few
    assert few <= 12


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_points_are_exchanged_for_a_reward(
    app: Flask, asha: FlaskClient, user_id: UUID, headers: dict[str, str]
) -> None:
    with app.app_context():
        an_offer(500)
    sent = exchange_fields(asha.get(PAGE).text)
    for _ in range(2):
        answer = asha.post(f"{PAGE}/rewards", data=sent, headers=headers)
    if headers:
        assert answer.status_code == 200
        assert answer.text.lstrip().startswith('<div class="loyalty" id="loyalty">')
        assert "The reward is yours" in answer.headers["HX-Trigger"]
    else:
        assert answer.headers["Location"] == f"{PAGE}?notice=reward_exchanged"
    with app.app_context():
        assert balance(user_id) == 200
    text = text_of(asha.get(f"{PAGE}?notice=reward_exchanged").text)
    assert "The reward is yours. You can use it at checkout." in text
    assert "Your rewards 5.00 off Use it before May 31, 2026. Use it at checkout" in text
    assert "Rewards you can get 5.00 off 300 more points needed. 500 points" in text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize("free_from", [0, 50_00])
def test_benefit_of_the_tier_needs_confirmation(
    app: Flask, asha: FlaskClient, user_id: UUID, free_from: int, headers: dict[str, str]
) -> None:
    with app.app_context(), step():
        terms = services.OfferTerms(
            name="Free standard delivery", reward_type=RewardType.FREE_SHIPPING, points_cost=400
        )
        offer = services.create_offer(terms=terms).id
        tiers = sa.update(LoyaltyTier)
        db.session.execute(tiers.values(free_shipping=TierDelivery.STANDARD, free_shipping_from=free_from))
    page = asha.get(PAGE).text
    said = "You already have this from $50.00." if free_from else "You already have this."
    assert said in text_of(page)
    assert ("Redeem 400 points" in page, 'name="sure"' in page) == (bool(free_from), bool(free_from))
    sent = {"offer_id": str(offer), "cost": "400", "key": str(new_id())}
    answer = asha.post(f"{PAGE}/rewards", data=sent, headers=headers)
    assert answer.status_code == 422
    assert "You already have this. No points were spent." in answer.text
    wanted = asha.post(f"{PAGE}/rewards", data=sent | {"sure": "yes"}, headers=headers)
    assert wanted.status_code == (422 if not free_from else 200 if headers else 303)
    with app.app_context():
        assert balance(user_id) == (300 if free_from else 700)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_exchange_from_an_outdated_page_is_refused_with_the_reason(
    app: Flask, asha: FlaskClient, user_id: UUID, headers: dict[str, str]
) -> None:
    with app.app_context():
        an_offer(500)
    sent = exchange_fields(asha.get(PAGE).text)
    with app.app_context(), step():
        services.adjust(user_id=user_id, points=-300, reason="A mistake", key="again")
    answer = asha.post(f"{PAGE}/rewards", data=sent, headers=headers)
    assert answer.status_code == 422
    assert "You have fewer points than this needs." in answer.text
    assert ("<html" in answer.text) is (not headers)
    with app.app_context():
        assert balance(user_id) == 400


def test_exchange_at_an_outdated_price_is_refused(app: Flask, asha: FlaskClient, user_id: UUID) -> None:
    with app.app_context():
        offer_id = an_offer(500)
    sent = exchange_fields(asha.get(PAGE).text)
    with app.app_context(), step() as session:
        session.execute(sa.update(RewardOffer).where(RewardOffer.id == offer_id).values(points_cost=600))
    answer = asha.post(f"{PAGE}/rewards", data=sent)
    assert answer.status_code == 422
    assert "The price of this reward in points has changed." in answer.text
    with app.app_context():
        assert balance(user_id) == 700
    assert asha.post(f"{PAGE}/rewards", data=exchange_fields(answer.text)).status_code == 303
    with app.app_context():
        assert balance(user_id) == 100


@pytest.mark.parametrize(
    "sent", [{}, {"offer_id": "nonsense", "key": "x"}, {"offer_id": "-" * 36, "key": "-" * 36}]
)
def test_unknown_offer_is_not_found(asha: FlaskClient, sent: dict[str, str]) -> None:
    assert asha.post(f"{PAGE}/rewards", data=sent).status_code == 404


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_upgrade_is_started_by_its_owner(
    app: Flask, asha: FlaskClient, user_id: UUID, headers: dict[str, str]
) -> None:
    with app.app_context(), step():
        reward_id = services.grant_reward(
            user_id=user_id,
            prize=services.Prize(name="A tier up", reward_type=RewardType.VIP_UPGRADE, value=3),
        ).id
    stranger = signed_in(app, user_id=_another(app))
    start = f"{PAGE}/rewards/{reward_id}/start"
    assert stranger.post(start, headers=headers).status_code == 404
    with app.app_context():
        assert db.session.get_one(LoyaltyReward, reward_id).redeemed_at is None
    answer = asha.post(start, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    text = text_of(asha.get(PAGE).text)
    assert "Silver Member since March 2, 2026" in text
    assert "Raised by an upgrade until June 2, 2026." in text
    again = asha.post(start, headers=headers)
    assert (again.status_code, "This reward has been used." in again.text) == (422, True)


def _another(app: Flask) -> UUID:
    with app.app_context():
        return member()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_birthday_is_stored_and_shown(
    app: Flask, asha: FlaskClient, user_id: UUID, headers: dict[str, str]
) -> None:
    sent = {"day": "29", "month": "2"}
    answer = asha.post(f"{PAGE}/birthday", data=sent, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    with app.app_context():
        found = account(user_id)
        assert (found.birth_day, found.birth_month) == (29, 2)
    markup = asha.get(PAGE).text
    assert re.search(r'<input [^>]*name="day" [^>]*value="29"', markup)
    assert '<option selected value="2">February</option>' in markup


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"day": "31", "month": "4"}, "This month has no such day."),
        ({"day": "", "month": "4"}, "Please enter the day."),
        ({"day": "40", "month": "4"}, "A day from 1 to 31."),
    ],
)
def test_a_day_that_does_not_exist_is_refused_beside_its_field(
    app: Flask, asha: FlaskClient, user_id: UUID, sent: dict[str, str], message: str, headers: dict[str, str]
) -> None:
    answer = asha.post(f"{PAGE}/birthday", data=sent, headers=headers)
    assert answer.status_code == 422
    assert f'<p class="field__error" id="day-error">{message}</p>' in answer.text
    with app.app_context():
        assert account(user_id).birth_day is None


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_customer_without_a_loyalty_account_can_open_one(app: Flask, headers: dict[str, str]) -> None:
    with app.app_context():
        user_id = person()
    asha = signed_in(app, user_id=user_id)
    assert ">Join<" in asha.get(PAGE).text
    answer = asha.post(f"{PAGE}/join", headers=headers)
    assert answer.status_code == (200 if headers else 303)
    with app.app_context():
        assert balance(user_id) == 100
    assert "Welcome" in text_of(asha.get(PAGE).text)


def test_referred_customer_who_buys_rewards_both(
    app: Flask, asha: FlaskClient, user_id: UUID, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    link = re.search(r'value="http://localhost(/r/[^"]+)"', asha.get(PAGE).text)
    assert link
    led = client.get(link[1])
    assert led.status_code == 302
    form = client.get(led.headers["Location"])
    assert "A friend sent you here" in form.text
    code = re.search(r'name="ref" type="hidden" value="([^"]+)"', form.text)
    assert code
    client.post("/account/register", data=FRIEND | {"ref": code[1]})
    with app.app_context():
        jobs.run_due()
    confirm = re.search(
        r"http://localhost(/account/confirm/\S+)", sent_emails[0].as_string().replace("=\n", "")
    )
    assert confirm
    assert client.post(confirm[1], data=CHOSEN).status_code == 303
    with app.app_context():
        assert db.session.scalars(sa.select(Referral.state)).one() is ReferralState.JOINED
        friend = db.session.scalars(sa.select(User.id).where(User.email_key == FRIEND["email"])).one()
        order = place((stocked(2), 1), user_id=friend, email=FRIEND["email"])
        with step():
            orders.mark_paid(order_id=order.id, payment_reference="p")
        assert entries(friend) == [
            ("bonus", "signup", 100),
            ("earn", "purchase", 40),
            ("bonus", "referral", 100),
        ]
        assert balance(user_id) == 800
    text = text_of(asha.get(PAGE).text)
    assert "Created an account 1 Signed in 1 Bought 1 Points earned 100" in text


def test_following_a_link_writes_nothing(
    app: Flask, client: FlaskClient, count_statements: Callable[[], Any]
) -> None:
    with count_statements() as seen:
        answer = client.get("/r/7K4M2B9C")
    assert answer.headers["Location"] == "/account/register?ref=7K4M2B9C"
    assert len(seen) == 0
    assert "Set-Cookie" not in answer.headers


def test_unknown_referral_code_does_not_prevent_registration(
    app: Flask, client: FlaskClient, sent_emails: list[EmailMessage]
) -> None:
    answer = client.post("/account/register", data=FRIEND | {"ref": "x" * 300})
    assert answer.status_code == 200
    with app.app_context():
        jobs.run_due()
    confirm = re.search(
        r"http://localhost(/account/confirm/\S+)", sent_emails[0].as_string().replace("=\n", "")
    )
    assert confirm
    client.post(confirm[1], data=CHOSEN)
    with app.app_context():
        assert db.session.scalars(sa.select(User.email_key)).one() == FRIEND["email"]
        assert db.session.scalars(sa.select(Referral)).all() == []
