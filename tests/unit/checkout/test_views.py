"""The message after a claim that a concurrent order has won."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.checkout.views.steps import refused
from kashcraft.core.errors import DomainError
from tests.factories import shopping
from tests.support.shopper import Shopper, text_of


@pytest.fixture
def bowl(app: Flask) -> UUID:
    """A bowl for 43.00."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        return shopping.add_product("Walnut bowl", 4300)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("voucher_ended", "This code is no longer valid."),
        ("voucher_used_up", "This code has been fully used."),
        ("voucher_used_by_customer", "You have used this code already."),
        ("gift_card_short", "There is less left on a gift card than before."),
        ("points_short", "You have fewer points than before."),
        ("reward_used", "Your reward has been used with another order."),
        ("reward_expired", "Your reward can no longer be used."),
        ("tier_too_low", "Your reward needs a higher tier."),
    ],
)
def test_a_lost_claim_shows_its_reason_and_the_current_total(
    app: Flask, client: FlaskClient, bowl: UUID, code: str, sentence: str
) -> None:
    shopper = Shopper(client)
    shopper.add(bowl, 2)
    shopper.enter_contact()
    shopper.choose_delivery()
    cookie = client.get_cookie("cart")
    assert cookie is not None
    with app.test_request_context(
        "/checkout/place", method="POST", headers={"Cookie": f"cart={cookie.value}"}
    ):
        answer = refused(DomainError(code, card_id="x", balance=0, tier="gold"), wanted="payment")
    assert answer.status_code == 422
    expected = f"{sentence} Your total is $105.11 now; please look at it and press the button again."
    assert expected in text_of(answer.get_data(as_text=True))
