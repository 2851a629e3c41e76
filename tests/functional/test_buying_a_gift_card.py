"""Buying a gift card: its recipient in the cart, at checkout and on the order, and its delivery."""

import re
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.cart.models import CartLine
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.models import Product
from kashcraft.catalogue.rules import PageInput, SkuInput, StoredPicture, VariantInput
from kashcraft.core import clock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.jobs import run_due
from kashcraft.core.money import Money
from kashcraft.gift_cards import services as gift_cards
from kashcraft.gift_cards.models import GiftCard
from kashcraft.orders.models import Order, OrderLine, OrderStatus
from tests.factories import shopping
from tests.support.shopper import Shopper, target_of, text_of

BOTH = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
PAGE = "/p/gift-card"


@pytest.fixture
def amounts(app: Flask, frozen: clock.FrozenClock) -> dict[str, UUID]:
    """A gift card of 25.00, 50.00 or 100.00 with two pictures, which is not stocked; on March 2, 2026."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        with step():
            family = catalogue.create_product_with_variants(
                page=PageInput(name="Gift card", slug="gift-card"),
                option_names=["Value"],
                variants=[
                    VariantInput(
                        option_values={"Value": value},
                        sold=SkuInput(
                            sku=f"GIFT-{value}", price=Money(int(value) * 100, "USD"), is_gift_card=True
                        ),
                    )
                    for value in ("25", "50", "100")
                ],
            )
            for stem, alt in (("card-madder", "A madder card"), ("card-lake", "A card of the lake")):
                picture = StoredPicture(stem=stem, width=1280, height=1600, widths=(320, 640))
                catalogue.add_image(product_id=family.id, picture=picture, alt=alt)
        rows = db.session.scalars(sa.select(Product).where(Product.parent_id == family.id))
        return {row.option_values["Value"]: row.id for row in rows}


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    """A guest with an empty cart."""
    return Shopper(client)


def typed(amount: UUID, **changes: str) -> dict[str, str]:
    return {
        "product_id": str(amount), "quantity": "1", "design": "card-lake", "whom": "somebody",
        "recipient_name": "Noor Bhat", "recipient_email": "noor@example.com",
        "message": "Happy birthday\r\nfrom all of us", "deliver_on": "2026-03-10", **changes,
    }  # fmt: skip


def buy(shopper: Shopper, amount: UUID, **changes: str) -> Any:
    return shopper.post(f"{PAGE}/gift-card", target="cart-drawer-body", **typed(amount, **changes))


def stored_gifts(app: Flask) -> list[tuple[int, dict[str, Any] | None]]:
    with app.app_context():
        rows = db.session.scalars(sa.select(CartLine).order_by(CartLine.id))
        return [(row.quantity, row.details) for row in rows]


NOORS = {
    "recipient_name": "Noor Bhat",
    "recipient_email": "noor@example.com",
    "message": "Happy birthday\nfrom all of us",
    "design": "card-lake",
    "deliver_on": "2026-03-10",
}


def test_the_page_has_all_fields_and_is_never_sold_out(shopper: Shopper, amounts: dict[str, UUID]) -> None:
    page = shopper.client.get(PAGE)
    said = text_of(page)
    assert "Amount $25.00 $50.00 $100.00" in said
    assert "Who is it for? Somebody else Me" in said
    assert "Sold out" not in said
    assert re.findall(r'name="design"[^>]*value="([^"]+)"( checked)?', page.text) == [
        ("card-madder", " checked"), ("card-lake", ""),
    ]  # fmt: skip
    assert 'min="2026-03-02"' in page.text
    assert 'max="2027-03-02"' in page.text
    assert "Sold out" not in text_of(shopper.client.get("/products"))


@BOTH
def test_a_gift_card_is_bought_and_sent_by_email(
    app: Flask,
    shopper: Shopper,
    amounts: dict[str, UUID],
    htmx: bool,
    sent_emails: list[EmailMessage],
    frozen: clock.FrozenClock,
) -> None:
    shopper.htmx = htmx
    answer = buy(shopper, amounts["50"])
    if htmx:
        assert "Gift card: added to your bag." in answer.headers["HX-Trigger"]
        assert "For Noor Bhat, sent on March 10, 2026 to noor@example.com." in text_of(answer)
        assert re.search(r'id="gift-form"[^>]* hx-swap-oob="true"', answer.text)
        assert 'value="Noor Bhat"' not in answer.text
    else:
        assert answer.headers["Location"] == "/cart?notice=bag_added"
    assert stored_gifts(app) == [(1, NOORS)]
    cart = text_of(shopper.client.get("/cart"))
    assert "For Noor Bhat, sent on March 10, 2026 to noor@example.com." in cart
    assert "“Happy birthday from all of us”" in cart
    assert "Delivery By e-mail, free" in cart
    shopper.enter_contact()
    page = text_of(shopper.checkout())
    assert "For Noor Bhat, sent on March 10, 2026 to noor@example.com." in page
    assert "Tax $0.00 Total $50.00" in page
    shown = shopper.pay(target_of(shopper.place()))
    assert "Noor Bhat" in text_of(shown)
    with app.app_context():
        order = db.session.scalars(sa.select(Order)).one()
        assert (order.status, order.total, order.tax_total) == (OrderStatus.PAID, 5_000, 0)
        assert db.session.scalars(sa.select(OrderLine.details)).one() == NOORS
        card = db.session.scalars(sa.select(GiftCard)).one()
        assert (card.current_balance, card.recipient_email, card.sent_at) == (5_000, "noor@example.com", None)
        assert card.custom_message == "Happy birthday\nfrom all of us"
        run_due()
        assert [email["To"] for email in sent_emails] == ["ada@example.com"]
        frozen.advance(days=8)
        in_step(gift_cards.deliver_due)
        run_due()
        assert [email["To"] for email in sent_emails] == ["ada@example.com", "noor@example.com"]


@BOTH
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"recipient_name": " "}, "Enter their name."),
        ({"recipient_email": ""}, "Enter their e-mail address."),
        ({"recipient_email": "noor at home"}, "This does not look like an e-mail address."),
        ({"message": "x" * 301}, "At most 300 characters."),
        ({"message": "ring \x07"}, "Please remove special characters."),
        ({"deliver_on": "2026-03-01"}, "Please choose a day from today to March 2, 2027."),
        ({"deliver_on": "2027-03-03"}, "Please choose a day from today to March 2, 2027."),
        ({"deliver_on": "soon"}, "Not a valid date value."),
        ({"design": "../../etc"}, "Not a valid choice."),
        ({"quantity": "0"}, "Please enter a number between 1 and 999."),
    ],
)
def test_errors_are_beside_their_fields_and_the_input_is_retained(
    app: Flask,
    shopper: Shopper,
    amounts: dict[str, UUID],
    htmx: bool,
    changes: dict[str, str],
    sentence: str,
) -> None:
    shopper.htmx = htmx
    answer = buy(shopper, amounts["100"], **changes)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    whole = {**typed(amounts["100"]), **changes}
    for name in ("recipient_name", "recipient_email"):
        if whole[name].strip():
            assert f'value="{whole[name]}"' in answer.text
    assert re.search(rf'value="{amounts["100"]}" checked', answer.text)
    if htmx:
        assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("#gift-form", "outerHTML")
        assert answer.text.lstrip().startswith('<form class="buy gift" id="gift-form"')
    else:
        assert "<h1>Gift card</h1>" in answer.text
    assert stored_gifts(app) == []


def test_refused_input_is_not_shown_to_other_visitors(
    shopper: Shopper, amounts: dict[str, UUID], app: Flask
) -> None:
    buy(shopper, amounts["50"], recipient_email="")
    assert "Noor" not in shopper.client.get(PAGE).text


@BOTH
def test_a_gift_card_for_the_buyer_needs_no_name(
    app: Flask, shopper: Shopper, amounts: dict[str, UUID], htmx: bool
) -> None:
    shopper.htmx = htmx
    nobody = {"whom": "me", "recipient_name": "", "recipient_email": "", "message": "", "deliver_on": ""}
    assert buy(shopper, amounts["25"], **nobody).status_code < 400
    assert stored_gifts(app) == [
        (
            1,
            {
                "recipient_name": "",
                "recipient_email": "",
                "message": "",
                "design": "card-lake",
                "deliver_on": "",
            },
        )
    ]
    assert "For you, sent as soon as it is paid to your own e-mail address." in text_of(
        shopper.client.get("/cart")
    )


def test_input_for_another_recipient_is_ignored_for_the_buyer(
    app: Flask, shopper: Shopper, amounts: dict[str, UUID]
) -> None:
    assert buy(shopper, amounts["25"], whom="me", recipient_email="half an addr").status_code == 303
    ((_, details),) = stored_gifts(app)
    assert details is not None
    assert (details["recipient_name"], details["recipient_email"]) == ("", "")


def test_gift_cards_share_a_line_only_for_equal_recipients(
    app: Flask, shopper: Shopper, amounts: dict[str, UUID]
) -> None:
    buy(shopper, amounts["50"])
    buy(shopper, amounts["50"], recipient_name="Zoon", recipient_email="zoon@example.com")
    buy(shopper, amounts["50"])
    assert [
        (quantity, details["recipient_name"] if details else "") for quantity, details in stored_gifts(app)
    ] == [
        (2, "Noor Bhat"),
        (1, "Zoon"),
    ]
    shopper.enter_contact()
    assert "2 items For Noor Bhat" in text_of(shopper.checkout())
    shopper.place()
    waiting = text_of(shopper.checkout())
    assert re.search(r"Noor Bhat, sent .{,99} us” \$100\.00", waiting)
    assert re.search(r"Zoon, sent .{,99} us” \$50\.00", waiting)


@BOTH
def test_a_removed_gift_card_is_restored_unchanged(
    app: Flask, shopper: Shopper, amounts: dict[str, UUID], htmx: bool
) -> None:
    buy(shopper, amounts["50"])
    (line,) = re.findall(r'action="/cart/lines/([0-9a-f-]{36})/remove"', shopper.client.get("/cart").text)
    shopper.htmx = htmx
    answer = shopper.post(f"/cart/lines/{line}/remove", target="cart")
    if not htmx:
        assert answer.headers["Location"] == "/cart"
        return
    gift = re.search(r'name="gift" value="([^"]+)"', answer.text)
    assert gift
    shopper.post(
        "/cart/lines/restore", target="cart", product_id=str(amounts["50"]), quantity=1, gift=gift[1]
    )
    assert stored_gifts(app) == [(1, NOORS)]


def test_unsigned_gift_data_is_refused(app: Flask, shopper: Shopper, amounts: dict[str, UUID]) -> None:
    forged = '{"recipient_email": "eve@example.com", "design": "../secret"}'
    shopper.post("/cart/lines/restore", product_id=str(amounts["50"]), quantity=1, gift=forged)
    assert stored_gifts(app) == [(1, None)]


def test_only_gift_cards_have_gift_data(app: Flask, shopper: Shopper, amounts: dict[str, UUID]) -> None:
    with app.app_context():
        bowl = shopping.add_product("Walnut bowl")
        slug = db.session.get_one(Product, bowl).slug
    assert shopper.post(f"/p/{slug}/gift-card", **typed(bowl)).status_code == 404
    assert shopper.post("/p/nothing/gift-card", **typed(bowl)).status_code == 404
    assert buy(shopper, bowl).status_code == 422
    assert stored_gifts(app) == []


def test_goods_are_shipped_and_gift_cards_sent_by_email(
    app: Flask, shopper: Shopper, amounts: dict[str, UUID]
) -> None:
    with app.app_context():
        bowl = shopping.add_product("Walnut bowl", 4300)
    buy(shopper, amounts["50"])
    shopper.add(bowl)
    shopper.enter_contact()
    shopper.choose_delivery()
    assert ("Subtotal $93.00 Delivery Standard $12.00 Tax $3.99 Total $108.99") in text_of(shopper.checkout())
