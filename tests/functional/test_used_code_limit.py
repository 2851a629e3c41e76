"""The order button reveals only a few times per hour that an e-mail address has used a code."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kashcraft.cart.rules import Owner
from kashcraft.checkout.views.used_code_limit import UsedCodeLimit
from kashcraft.vouchers.models import Voucher
from tests.conftest import browser
from tests.factories import shopping
from tests.factories.people import signed_in
from tests.factories.vouchers import make_voucher, use
from tests.support.shopper import Shopper, text_of

pytestmark = pytest.mark.usefixtures("rate_limits", "frozen")

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
USED = "You have used this code already."
WITHHELD = "This code cannot be used with this order now. Please sign in to use it."


@pytest.fixture
def bowl(app: Flask) -> UUID:
    """A bowl for 43.00."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300, stock=100)


@pytest.fixture
def code(app: Flask) -> str:
    """A code for once per customer, which guest0 to guest9 have used."""
    with app.app_context():
        voucher: Voucher = make_voucher()
        for number in range(10):
            use(voucher, f"guest{number}@example.com")
        return voucher.code


def guest_at_payment(app: Flask, bowl: UUID, code: str, email: str, network: str = ELSEWHERE) -> Shopper:
    """Return a new guest who is about to order with the code under this address."""
    guest = Shopper(browser(app))
    guest.client.environ_base["REMOTE_ADDR"] = network
    guest.add(bowl)
    assert guest.post("/cart/codes", target="cart", code=code).status_code < 400
    guest.enter_contact(email=email)
    guest.choose_delivery()
    return guest


def place_as_guest(*args: str | UUID | Flask) -> TestResponse:
    """Press the order button as ``guest_at_payment`` says; return the answer."""
    return guest_at_payment(*args).place()  # type: ignore[arg-type]


def reveal_five_times(app: Flask, bowl: UUID, code: str) -> None:
    for number in range(5):
        answer = place_as_guest(app, bowl, code, f"guest{number}@example.com")
        assert (answer.status_code, USED in text_of(answer)) == (422, True)


def test_after_five_refusals_used_and_unused_codes_have_the_same_answer(
    app: Flask, bowl: UUID, code: str
) -> None:
    reveal_five_times(app, bowl, code)
    pages = []
    for email in ("guest7@example.com", "nobody@example.com"):
        answer = place_as_guest(app, bowl, code, email)
        assert answer.status_code == 422
        pages.append(text_of(answer).replace(email, "..."))
    assert pages[0] == pages[1]
    assert f"{WITHHELD} {code} does not apply any more." in pages[0]
    assert USED not in pages[0]


def test_the_order_can_be_placed_without_the_code(app: Flask, bowl: UUID, code: str) -> None:
    reveal_five_times(app, bowl, code)
    guest = guest_at_payment(app, bowl, code, "nobody@example.com")
    answer = guest.place()
    assert answer.status_code == 422
    seen = answer.text.split('name="seen" value="')[1].split('"')[0]
    assert guest.place(seen).status_code == 303


def test_other_networks_and_members_are_not_limited(app: Flask, bowl: UUID, code: str) -> None:
    reveal_five_times(app, bowl, code)
    assert place_as_guest(app, bowl, code, "nobody@example.com", HOME).status_code == 303
    with app.app_context():
        ada = shopping.customer("ada@example.com")
    member = Shopper(signed_in(app, user_id=ada))
    member.client.environ_base["REMOTE_ADDR"] = ELSEWHERE
    member.add(bowl)
    assert member.post("/cart/codes", target="cart", code=code).status_code < 400
    member.enter_contact()
    member.choose_delivery()
    assert member.place().status_code == 303


def test_a_guest_is_limited_across_networks(app: Flask, bowl: UUID, code: str) -> None:
    guest = guest_at_payment(app, bowl, code, "guest0@example.com")
    for number in range(5):
        guest.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        assert USED in text_of(guest.place())
    guest.client.environ_base["REMOTE_ADDR"] = HOME
    assert WITHHELD in text_of(guest.place())


def test_a_code_without_a_limit_per_customer_is_never_withheld(app: Flask, bowl: UUID, code: str) -> None:
    with app.app_context():
        free = make_voucher(max_usage_per_user=None).code
    reveal_five_times(app, bowl, code)
    assert place_as_guest(app, bowl, free, "guest7@example.com").status_code == 303


def test_requests_without_a_code_do_not_count(app: Flask, bowl: UUID) -> None:
    with app.test_request_context():
        for _ in range(100):
            limit = UsedCodeLimit(Owner(token="a"))
            assert not limit.withheld
            limit.end()


def test_orders_with_a_code_are_limited_to_sixty_per_hour(app: Flask, bowl: UUID) -> None:
    with app.test_request_context():
        for _ in range(60):
            limit = UsedCodeLimit(Owner(token="a"))
            assert not limit.withheld
            limit.end(accepted=True)
        assert UsedCodeLimit(Owner(token="b")).withheld
        assert not UsedCodeLimit(Owner(user_id=UUID(int=1))).withheld
