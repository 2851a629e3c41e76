"""Codes, points and rewards in the cart and at checkout: their effects, messages and failures."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.cart.models import Cart, CartCode
from kashcraft.core import clock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.passwords import hash_password
from kashcraft.gift_cards import services as gift_cards
from kashcraft.gift_cards.models import GiftCard
from kashcraft.loyalty import services as loyalty
from kashcraft.loyalty.models import RewardType
from kashcraft.orders import services as order_services
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from kashcraft.payments.models import Payment
from kashcraft.shipping import services as shipping
from kashcraft.shipping.models import MethodCode
from kashcraft.shipping.rules import Band
from kashcraft.taxes import services as taxes
from kashcraft.vouchers import services as vouchers
from kashcraft.vouchers.models import DiscountType, Voucher
from tests.conftest import browser
from tests.factories import people, shopping
from tests.factories.catalogue import make_category, make_product
from tests.factories.gift_cards import make_card
from tests.factories.members import balance, bought, member
from tests.factories.vouchers import make_voucher, voucher_input
from tests.support.shopper import Shopper, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
UNKNOWN = "We do not know this code. Please check its letters and digits."


def voucher(app: Flask, **values: Any) -> str:
    with app.app_context():
        return make_voucher(**values).code


def card(app: Flask, value: int = 5_000, **values: Any) -> str:
    with app.app_context():
        return make_card(value, **values)[1]


def cart_text(shopper: Shopper) -> str:
    return text_of(shopper.client.get("/cart"))


def enter(shopper: Shopper, code: str, place: str = "cart") -> Any:
    return shopper.post(f"/{place}/codes", target=place, code=code)


def orders(app: Flask) -> list[Order]:
    with app.app_context():
        placed = (
            sa.select(Order).where(Order.email.iendswith("@example.com")).order_by(Order.placed_at, Order.id)
        )
        return list(db.session.scalars(placed))


def codes(app: Flask) -> list[str]:
    with app.app_context():
        rows = db.session.scalars(sa.select(CartCode).order_by(CartCode.id))
        return [row.voucher_code or row.last_four for row in rows]


def uses(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(Voucher.current_usages)).one()


def left_on_card(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(sa.select(GiftCard.current_balance)).one()


def shop_of_the_example() -> tuple[UUID, UUID]:
    """Tax everything at 20 %, deliver express for 5.00; return A for 25.00 and B for 30.00."""
    with step():
        zone = shipping.save_zone(name="Home", currency="USD", countries=[("US", "")])
        db.session.flush()  # the methods refer to the zone
        for code, price in ((MethodCode.STANDARD, 1200), (MethodCode.EXPRESS, 500)):
            shipping.save_method(
                zone=zone, code=code, name=code.value.capitalize(), bands=[Band(price=price)],
                transit_days_min=1, transit_days_max=2,
            )  # fmt: skip
        taxes.save_rate(tax_class="standard", country="US", region="", rate=200_000, name="Tax")
    return shopping.add_product("A", 2500), shopping.add_product("B", 3000)


@BOTH
def test_the_worked_example_to_the_cent(app: Flask, htmx: bool) -> None:
    with app.app_context():
        first, second = shop_of_the_example()
        silver = member(100)
        bought(silver, 40_000)
        assert balance(silver) == 500
    code = voucher(app, max_discount=600)
    gift = card(app, 5_000)
    shopper = Shopper(people.signed_in(app, user_id=silver), htmx=htmx)
    shopper.add(first, 2)
    shopper.add(second)
    for answer in (
        enter(shopper, code.lower()),
        enter(shopper, gift.replace("-", " ")),
        shopper.post("/cart/points", target="cart", points="500"),
    ):
        assert answer.status_code == (200 if htmx else 303)
    estimated = cart_text(shopper)
    assert f"Promo code {code} −$6.00" in estimated
    assert "500 points −$5.00 Delivery to United States Free as a member" in estimated
    shopper.enter_contact()
    assert "Free as a member" in text_of(shopper.checkout())
    shopper.choose_delivery("express")
    page = text_of(shopper.checkout())
    assert (
        f"Subtotal $80.00 Promo code {code} −$6.00 500 points −$5.00 Delivery Express $5.00 Tax $14.80 "
        f"Total $88.80 Gift card …{gift[-4:]} −$50.00 To pay $38.80"
    ) in page
    assert "To pay $38.80" in page
    target = target_of(shopper.place())
    assert "$38.80" in text_of(shopper.client.get(target))
    (order,) = orders(app)
    with app.app_context():
        assert balance(silver) == 0
    assert (uses(app), left_on_card(app)) == (1, 0)
    shopper.pay(target)
    (order,) = orders(app)
    assert (order.status, order.total, order.tax_total, order.gift_card_total, order.amount_due) == (
        OrderStatus.PAID, 8880, 1480, 5000, 3880,
    )  # fmt: skip
    with app.app_context():
        assert balance(silver) == 86
        assert [payment.amount for payment in db.session.scalars(sa.select(Payment))] == [3880]
        found = sa.select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
        assert [(line.gross, line.discount, line.tax) for line in db.session.scalars(found)] == [
            (5000, 688, 862), (3000, 412, 518),
        ]  # fmt: skip
        cart = db.session.scalars(sa.select(Cart)).one()
        assert (cart.points, cart.reward_id) == (0, None)
    assert codes(app) == []


@BOTH
def test_a_voucher_applies_at_once_and_can_be_removed(app: Flask, shopper: Shopper, htmx: bool) -> None:
    shopper.htmx = htmx
    code = voucher(app)
    answer = enter(shopper, code)
    if htmx:
        assert f"{code} applied: $8.60 off." in answer.headers["HX-Trigger"]
        assert answer.text.lstrip().startswith('<div id="cart">')
    else:
        assert f"{code} applied: $8.60 off." in text_of(shopper.client.get(answer.headers["Location"]))
    assert f"{code} $8.60 off Remove" in cart_text(shopper)
    assert f"Subtotal $86.00 Promo code {code} −$8.60 Delivery to United States $12.00" in cart_text(shopper)
    (path,) = re.findall(r'action="(/cart/codes/[^"]+/remove)"', shopper.client.get("/cart").text)
    assert shopper.post(path, target="cart").status_code == (200 if htmx else 303)
    assert "Promo code VC" not in cart_text(shopper)
    assert codes(app) == []


@BOTH
@pytest.mark.parametrize("typed", ["SPRING", "GC-2222-3333-4444-5555", "x" * 5_000, "'; DROP TABLE carts"])
def test_unknown_codes_get_the_same_answer_and_stay_in_the_field(
    app: Flask, shopper: Shopper, htmx: bool, typed: str
) -> None:
    shopper.htmx = htmx
    answer = enter(shopper, typed)
    assert answer.status_code == 422
    assert UNKNOWN in text_of(answer)
    shown = typed[:60].replace("'", "&#39;")
    assert f'name="code" value="{shown}"' in answer.text
    assert 'aria-invalid="true" aria-describedby="code-error"' in answer.text
    assert codes(app) == []


def test_an_empty_code_has_an_error_beside_the_field(shopper: Shopper) -> None:
    answer = enter(shopper, "  ")
    assert (answer.status_code, "Please enter a code." in text_of(answer)) == (422, True)


@pytest.mark.usefixtures("rate_limits")
def test_only_unknown_codes_are_limited_across_cart_and_checkout(app: Flask, shopper: Shopper) -> None:
    right = voucher(app)
    for _ in range(12):
        assert enter(shopper, right).status_code == 303
    for number in range(10):
        assert enter(shopper, f"WRONG{number}", ("cart", "checkout")[number % 2]).status_code == 422
    assert enter(shopper, "WRONG").status_code == 429
    assert enter(shopper, right, "checkout").status_code == 429


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"min_order_value": 8_601}, "needs $0.01 more in your bag."),
        ({"max_order_value": 8_599}, "is for smaller orders: your bag is $0.01 above its limit."),
        ({"is_active": False}, "This code is no longer valid."),
        (
            {"discount_type": DiscountType.FIXED, "discount_value": 500, "currency": "EUR"},
            "is in another currency.",
        ),
    ],
)
def test_a_voucher_that_does_not_apply_has_a_reason(
    app: Flask, shopper: Shopper, values: dict[str, Any], sentence: str
) -> None:
    answer = enter(shopper, voucher(app, **values))
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert codes(app) == []


@pytest.mark.parametrize(
    "values", [{"min_order_value": 8_600}, {"max_order_value": 8_600}], ids=["minimum", "maximum"]
)
def test_the_limits_of_a_voucher_are_inclusive(app: Flask, shopper: Shopper, values: dict[str, int]) -> None:
    assert enter(shopper, voucher(app, **values)).status_code == 303


def test_a_voucher_of_a_category_covers_its_descendants(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        textiles = make_category("Textiles")
        shawls = make_category("Shawls", parent=textiles)
        shawl = make_product("Shawl", price="100.00", categories=(shawls,)).id
        other = make_product("Box", price="20.00").id
        category = textiles.id
    shopper = Shopper(client)
    shopper.add(other)
    code = voucher(app, category_ids=(category,))
    assert "does not apply to anything in your bag." in text_of(enter(shopper, code))
    shopper.add(shawl)
    enter(shopper, code)
    assert f"Promo code {code} −$10.00" in cart_text(shopper)


@BOTH
def test_another_voucher_replaces_the_first(app: Flask, shopper: Shopper, htmx: bool) -> None:
    first, second = voucher(app), voucher(app, discount_value=2_000)
    enter(shopper, first)
    shopper.htmx = htmx
    answer = enter(shopper, second)
    if htmx:
        assert f"{second} applied: $17.20 off. {first} removed." in answer.headers["HX-Trigger"]
    assert codes(app) == [second]
    assert f"Promo code {second} −$17.20" in cart_text(shopper)


@BOTH
@pytest.mark.parametrize("place", ["cart", "checkout"])
def test_a_voucher_that_saves_less_does_not_replace_a_better_one(
    app: Flask, shopper: Shopper, htmx: bool, place: str
) -> None:
    """A code for 25.00 once replaced one that saved 40.00."""
    shopper.enter_contact()
    shopper.choose_delivery()
    better, worse = voucher(app, discount_value=2_000), voucher(app)
    enter(shopper, better)
    shopper.htmx = htmx
    answer = enter(shopper, worse, place)
    assert answer.status_code == 422
    assert f"{better} saves $8.60 more, so it stays." in text_of(answer)
    assert codes(app) == [better]
    assert f"Promo code {better} −$17.20" in cart_text(shopper)
    (path,) = re.findall(r'action="(/cart/codes/[^"]+/remove)"', shopper.client.get("/cart").text)
    shopper.post(path, target="cart")
    assert enter(shopper, worse).status_code == (200 if htmx else 303)
    assert codes(app) == [worse]


def test_an_automatic_voucher_is_shown_with_its_reason(app: Flask, shopper: Shopper) -> None:
    voucher(app, code="WINTER", requires_code=False)
    assert "WINTER applied automatically: $8.60 off" in cart_text(shopper)
    weaker = voucher(app, discount_value=500)
    enter(shopper, weaker)
    page = cart_text(shopper)
    assert f"WINTER applied automatically: $8.60 off, $4.30 more than with {weaker}" in page
    assert f"{weaker} is not used: the discount that applies saves $4.30 more." in page
    stronger = voucher(app, discount_value=2_000)
    enter(shopper, stronger)
    assert f"{stronger} $17.20 off, $8.60 more than with WINTER" in cart_text(shopper)


@BOTH
def test_a_voucher_below_its_minimum_is_removed_with_a_note(app: Flask, shopper: Shopper, htmx: bool) -> None:
    code = voucher(app, min_order_value=8_000)
    enter(shopper, code)
    (line,) = re.findall(r'action="/cart/lines/([0-9a-f-]{36})"', shopper.client.get("/cart").text)
    shopper.htmx = htmx
    answer = shopper.post(f"/cart/lines/{line}", target="cart", quantity=1)
    if htmx:
        assert f"{code} was removed. {code} needs $37.00 more in your bag." in text_of(answer)
        assert f"{code} was removed." in answer.headers["HX-Trigger"]
    else:
        page = text_of(shopper.client.get(answer.headers["Location"]))
        assert "Your promo code does not apply to what is left in your bag, so it was removed." in page
    assert codes(app) == []


def test_a_voucher_that_expires_in_the_cart_is_reported_at_the_order(
    app: Flask, shopper: Shopper, frozen: Any
) -> None:
    code = voucher(app, expires_at=clock.now() + timedelta(minutes=10))
    enter(shopper, code)
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    frozen.advance(minutes=10)
    answer = shopper.place(seen)
    page = text_of(answer)
    assert answer.status_code == 422
    assert (
        "Your order has changed since you last saw it. Please look at it and press the button again. "
        f"This code is no longer valid. {code} does not apply any more. "
        "The tax is $7.11 instead of $6.48. The total is $105.11 instead of $95.88."
    ) in page
    assert f"{code} This code is no longer valid. Remove" in page
    assert orders(app) == []
    assert shopper.place().status_code == 303


@BOTH
def test_only_the_order_button_reveals_that_a_guest_used_a_code(
    app: Flask, shopper: Shopper, bowl: UUID, htmx: bool
) -> None:
    code = voucher(app)
    enter(shopper, code)
    shopper.reach_payment()
    again = Shopper(browser(app), htmx=htmx)
    again.add(bowl, 2)
    assert enter(again, code).status_code < 400
    again.enter_contact(email="ADA+again@example.com")
    again.choose_delivery()
    assert f"{code} $8.60 off Remove" in text_of(again.checkout())
    assert enter(again, code, "checkout").status_code < 400
    answer = again.place()
    assert answer.status_code == 422
    assert f"You have used this code already. {code} does not apply any more." in text_of(answer)
    seen = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert seen
    assert again.place(seen[1]).status_code < 400
    assert [(order.discount_total, order.voucher_code) for order in orders(app)] == [(860, code), (0, None)]


def test_the_last_use_of_a_voucher_can_be_taken_by_a_concurrent_order(
    app: Flask, shopper: Shopper, bowl: UUID
) -> None:
    code = voucher(app, max_usages=1)
    faster = Shopper(browser(app))
    faster.add(bowl)
    for one in (shopper, faster):
        enter(one, code)
        one.enter_contact(email=f"{'ada' if one is shopper else 'eve'}@example.com")
        one.choose_delivery()
    seen = shopper.seen()
    assert faster.place().status_code == 303
    answer = shopper.place(seen)
    assert answer.status_code == 422
    assert f"This code has been fully used. {code} does not apply any more." in text_of(answer)
    assert uses(app) == 1
    assert len(orders(app)) == 1


def test_gift_cards_pay_together_earliest_expiry_first(app: Flask, shopper: Shopper) -> None:
    never, soon = card(app, 5_000), card(app, 3_000, expires_at=clock.now() + timedelta(days=9))
    for code in (never, soon, never):
        assert enter(shopper, code).status_code == 303
    page = cart_text(shopper)
    assert f"Gift card …{soon[-4:]} −$30.00 Gift card …{never[-4:]} −$50.00" in page
    assert "Left to pay before taxes $18.00" in page
    third = card(app, 10_000)
    address = enter(shopper, third).headers["Location"]
    assert f"Gift card …{third[-4:]} applied." in text_of(shopper.client.get(address))
    assert f"Gift card …{third[-4:]} $18.00 used, $82.00 left on the card" in cart_text(shopper)


def test_the_code_of_a_gift_card_is_not_stored(app: Flask, shopper: Shopper) -> None:
    code = card(app)
    enter(shopper, code)
    with app.app_context():
        row = db.session.execute(sa.text("SELECT * FROM cart_codes")).one()
    assert row.last_four == code[-4:]
    assert all(code[3:7] not in str(value) for value in row)


def test_empty_cards_and_cards_for_gift_cards_are_refused(app: Flask, client: FlaskClient) -> None:
    with app.app_context():
        shopping.add_taxes_and_delivery()
        present = shopping.add_product("Gift card", 5_000, gift_card=True)
        empty, code = make_card(1_000)
        in_step(lambda: gift_cards.adjust(card_id=empty.id, change=-1_000, key="spent", reason="A test"))
    shopper = Shopper(client)
    shopper.add(present)
    assert "There is nothing left on this gift card." in text_of(enter(shopper, code))
    answer = enter(shopper, card(app))
    assert (answer.status_code, "cannot pay for a gift card." in text_of(answer)) == (422, True)


@BOTH
def test_an_order_paid_by_gift_card_needs_no_payment(app: Flask, shopper: Shopper, htmx: bool) -> None:
    shopper.htmx = htmx
    enter(shopper, card(app, 20_000))
    shopper.enter_contact()
    shopper.choose_delivery()
    page = text_of(shopper.checkout())
    assert "To pay $0.00" in page
    assert "Nothing is left to pay." in page
    assert "Place order" in page
    answer = shopper.place()
    assert target_of(answer).startswith("/orders/KC-")
    (order,) = orders(app)
    assert (order.status, order.amount_due, order.gift_card_total) == (OrderStatus.PAID, 0, 10_511)
    assert left_on_card(app) == 9_489
    with app.app_context():
        assert db.session.scalars(sa.select(Payment)).all() == []


def test_a_card_emptied_by_a_concurrent_order_refuses_the_whole_order(app: Flask, shopper: Shopper) -> None:
    with app.app_context():
        gift, code = make_card(5_000)
    enter(shopper, code)
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    with app.app_context():
        in_step(lambda: gift_cards.adjust(card_id=gift.id, change=-4_000, key="less", reason="A test"))
    answer = shopper.place(seen)
    assert answer.status_code == 422
    assert (
        f"Gift card …{code[-4:]} pays $10.00 instead of $50.00. You pay $95.11 instead of $55.11."
        in text_of(answer)
    )
    assert (orders(app), left_on_card(app)) == ([], 1_000)
    assert shopper.place().status_code == 303


@BOTH
def test_a_cancelled_order_refunds_its_benefits_and_the_cart_retains_them(
    app: Flask, shopper: Shopper, bowl: UUID, htmx: bool
) -> None:
    code, gift = voucher(app, max_usages=1), card(app)
    enter(shopper, code)
    enter(shopper, gift)
    shopper.reach_payment()
    assert (uses(app), left_on_card(app)) == (1, 0)
    shopper.htmx = htmx
    enter(shopper, gift, "checkout")
    assert (uses(app), left_on_card(app)) == (0, 5_000)
    assert [order.status for order in orders(app)] == [OrderStatus.CANCELLED]
    page = text_of(shopper.checkout())
    assert f"Promo code {code} −$8.60" in page
    assert f"Gift card …{gift[-4:]} −$50.00" in page
    assert shopper.place().status_code < 400


@pytest.fixture
def asha(app: Flask, bowl: UUID) -> tuple[UUID, Shopper]:
    """A member with 5,000 points and two bowls in the cart."""
    with app.app_context():
        user_id = member(5_000)
    shopper = Shopper(people.signed_in(app, user_id=user_id))
    shopper.add(bowl, 2)
    return user_id, shopper


@BOTH
def test_points_are_applied_in_the_cart_or_at_checkout(asha: tuple[UUID, Shopper], htmx: bool) -> None:
    shopper = asha[1]
    page = cart_text(shopper)
    assert "You have 5,000 points, worth $50.00. You can use 100 to 5,000 here." in page
    shopper.htmx = htmx
    answer = shopper.post("/cart/points", target="cart", points="500")
    if htmx:
        assert "500 points applied ($5.00 off)." in answer.headers["HX-Trigger"]
    assert "500 points −$5.00" in cart_text(shopper)
    shopper.enter_contact()
    shopper.choose_delivery()
    shopper.post("/checkout/points", points="0")
    assert "Total $105.11" in text_of(shopper.checkout())
    shopper.post("/checkout/points", points="1000")
    assert "1,000 points −$10.00" in text_of(shopper.checkout())


@BOTH
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("99", "Use at least 100 points."),
        ("5001", "You have 5,000 points."),
        ("-5", "Please enter a whole number."),
        ("many", "Please enter a whole number."),
        ("9" * 30, "Please enter a whole number."),
    ],
)
def test_refused_points_stay_in_the_field(
    asha: tuple[UUID, Shopper], htmx: bool, typed: str, sentence: str
) -> None:
    shopper = asha[1]
    shopper.htmx = htmx
    answer = shopper.post("/cart/points", target="cart", points=typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert f'name="points" value="{typed[:20]}"' in answer.text
    assert "points -$" not in cart_text(shopper)


def test_points_never_exceed_the_cost_of_the_goods(app: Flask, bowl: UUID) -> None:
    with app.app_context():
        rich = member(20_000)
    shopper = Shopper(people.signed_in(app, user_id=rich))
    shopper.add(bowl)
    assert "You can use 100 to 4,300 here." in cart_text(shopper)
    shopper.post("/cart/points", points="20000")
    page = cart_text(shopper)
    assert "4,300 points −$43.00" in page
    assert "Total before taxes $12.00" in page


def test_guests_cannot_spend_points(shopper: Shopper) -> None:
    assert "Points to use" not in cart_text(shopper)
    answer = shopper.post("/cart/points", points="500")
    assert answer.status_code == 422
    assert "Please sign in to use points and rewards." in text_of(answer)
    assert "points -$" not in cart_text(shopper)


@BOTH
def test_a_reward_is_used_once(app: Flask, asha: tuple[UUID, Shopper], htmx: bool) -> None:
    user_id, shopper = asha
    with app.app_context():
        reward = in_step(
            lambda: loyalty.grant_reward(
                user_id=user_id,
                prize=loyalty.Prize(name="Five off", reward_type=RewardType.DISCOUNT, value=500),
            )
        ).id
    assert "Reward No reward Five off" in cart_text(shopper)
    shopper.htmx = htmx
    shopper.post("/cart/reward", target="cart", reward=str(reward))
    assert "Five off −$5.00" in cart_text(shopper)
    target = target_of(shopper.reach_payment())
    shopper.pay(target)
    (order,) = orders(app)
    assert (order.status, order.discount_total) == (OrderStatus.PAID, 500)
    assert "Five off" not in cart_text(shopper)
    for gone in (str(reward), "nonsense"):
        shopper.add(order_product(app))
        answer = shopper.post("/cart/reward", target="cart", reward=gone)
        assert (answer.status_code, "This reward can no longer be used." in text_of(answer)) == (422, True)


def order_product(app: Flask) -> UUID:
    with app.app_context():
        return shopping.add_product()


def test_a_free_delivery_reward_is_shown(app: Flask, asha: tuple[UUID, Shopper]) -> None:
    user_id, shopper = asha
    with app.app_context():
        reward = in_step(
            lambda: loyalty.grant_reward(
                user_id=user_id,
                prize=loyalty.Prize(name="Free delivery", reward_type=RewardType.FREE_SHIPPING),
            )
        ).id
    shopper.post("/cart/reward", reward=str(reward))
    assert "Delivery to United States Free with your reward" in cart_text(shopper)


@BOTH
@pytest.mark.parametrize("place", ["cart", "checkout"])
def test_a_reward_without_effect_cannot_be_selected(
    app: Flask, asha: tuple[UUID, Shopper], htmx: bool, place: str
) -> None:
    """It was once shown as used and stayed selected."""
    user_id, shopper = asha
    with app.app_context():
        reward = in_step(
            lambda: (
                loyalty.grant_reward(
                    user_id=user_id,
                    prize=loyalty.Prize(name="Free delivery", reward_type=RewardType.FREE_SHIPPING),
                ).id
            )
        )
    shopper.post("/cart/reward", reward=str(reward))
    assert "Free with your reward" in cart_text(shopper)
    with app.app_context(), step():
        loyalty.adjust(user_id=user_id, points=1, reason="Tier", key="tier")
        db.session.execute(
            sa.text("UPDATE loyalty_tiers SET free_shipping = 'standard', free_shipping_from = 5000")
        )
    shopper.enter_contact()
    shopper.choose_delivery()
    for page in (shopper.client.get("/cart").text, shopper.checkout().text):
        assert re.search(r'name="reward" value=""[^>]* checked', page)
        assert re.search(rf'name="reward" value="{reward}" disabled', page)
        assert text_of(page).count("You already have this: delivery of this order is free.") == 1
        assert ("was not needed" in page, "reward-error" in page) == (False, False)
    shopper.post("/cart/reward", reward="")
    shopper.htmx = htmx
    answer = shopper.post(f"/{place}/reward", target=place, reward=str(reward))
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalar(sa.select(Cart.reward_id)) is None


def test_codes_and_rewards_of_other_customers_are_refused(app: Flask, bowl: UUID, shopper: Shopper) -> None:
    code = voucher(app)
    enter(shopper, code)
    (path,) = re.findall(r'action="(/cart/codes/[^"]+/remove)"', shopper.client.get("/cart").text)
    stranger = Shopper(browser(app))
    stranger.add(bowl)
    assert stranger.post(path).status_code == 404
    assert browser(app).post(path).status_code == 404
    with app.app_context():
        theirs = member()
        reward = in_step(
            lambda: loyalty.grant_reward(
                user_id=theirs,
                prize=loyalty.Prize(name="Five off", reward_type=RewardType.DISCOUNT, value=500),
            )
        ).id
        other = member()
    other_shopper = Shopper(people.signed_in(app, user_id=other))
    other_shopper.add(bowl)
    answer = other_shopper.post("/cart/reward", reward=str(reward))
    assert (answer.status_code, "This reward can no longer be used." in text_of(answer)) == (422, True)
    assert codes(app) == [code]


def test_an_empty_cart_refuses_codes(app: Flask, client: FlaskClient) -> None:
    shopper = Shopper(client)
    assert enter(shopper, voucher(app)).status_code == 422
    assert enter(shopper, "X", "checkout").headers["Location"].startswith("/cart")
    assert codes(app) == []


def test_signing_in_combines_the_codes_of_both_carts(app: Flask, bowl: UUID) -> None:
    with app.app_context():
        user_id = shopping.customer(password_hash=hash_password("a long pass phrase"))
    mine, brought = voucher(app), card(app)
    owner = Shopper(people.signed_in(app, user_id=user_id))
    owner.add(bowl)
    enter(owner, mine)
    guest = Shopper(browser(app))
    guest.add(bowl)
    enter(guest, brought)
    guest.client.post("/account/sign-in", data={"email": "ada@example.com", "password": "a long pass phrase"})
    page = cart_text(guest)
    assert f"Promo code {mine} −$4.30" in page
    assert f"Gift card …{brought[-4:]}" in page


def test_a_cancelled_order_releases_its_voucher(app: Flask, shopper: Shopper) -> None:
    code = voucher(app, max_usages=1)
    enter(shopper, code)
    shopper.reach_payment()
    (order,) = orders(app)
    with app.app_context():
        in_step(lambda: order_services.cancel(order_id=order.id, reason="No more wanted"))
    assert uses(app) == 0
    with app.app_context():
        changed = voucher_input(code=code)
        found = db.session.scalars(sa.select(Voucher)).one().id
        in_step(lambda: vouchers.update_voucher(voucher_id=found, data=changed))
    assert f"Promo code {code} −$8.60" in text_of(shopper.checkout())


@BOTH
def test_an_order_paid_by_gift_card_reports_every_change(app: Flask, shopper: Shopper, htmx: bool) -> None:
    """The amount due is 0 before and after, but the payment of the card and the product differ."""
    shopper.htmx = htmx
    with app.app_context():
        box = shopping.add_product("Willow box", 4300)
    enter(shopper, card(app, 50_000))
    shopper.enter_contact()
    shopper.choose_delivery()
    seen = shopper.seen()
    shopper.add(box)
    answer = shopper.place(seen)
    assert answer.status_code == 422
    assert "Willow box was added to your bag: 1 at $43.00 each." in text_of(answer)
    assert orders(app) == []
    found = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert found
    assert shopper.place(found[1]).status_code in (204, 303)
    assert len(orders(app)) == 1
