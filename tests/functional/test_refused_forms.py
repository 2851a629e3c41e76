"""A form that is refused says so in the title, has the focus on its summary, and leads to each field.

Every address that takes a form is walked through, as a browser without JavaScript sends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kashcraft.accounts.models import Role
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.rules import PageInput, SkuInput, StoredPicture, VariantInput
from kashcraft.catalogue.rules.picture_changes import product_subject
from kashcraft.core import clock
from kashcraft.core.db import db, step
from kashcraft.core.money import Money
from kashcraft.core.signing import sign
from kashcraft.orders import services as orders
from kashcraft.payments.models import Payment
from tests.conftest import browser
from tests.factories import shopping
from tests.factories.catalogue import make_category, make_product_with_variants
from tests.factories.delivery import make_method, make_rate
from tests.factories.gift_cards import make_card
from tests.factories.members import an_offer, member
from tests.factories.orders import paid, stocked, uncounted
from tests.factories.pages import make_link, write_page
from tests.factories.people import an_invitation, person, signed_in
from tests.factories.rows import add_row
from tests.factories.vouchers import make_voucher
from tests.support.shopper import Shopper

# What is typed into each form: nothing, or nothing that makes sense.
FORMS: dict[str, dict[str, str]] = {
    "backoffice.change_method": {"name": "", "bands-0-price": "x"},
    "backoffice.change_zone": {"name": "", "regions-0-region": "x"},
    "backoffice.create_method": {"name": "", "bands-0-amount": "5"},
    "backoffice.save_rate": {"rate": "x"},
    "backoffice.add_rate": {"rate": "101"},
    "backoffice.create_zone": {"name": "x", "countries": "ZZ"},
    "accounts.confirm": {"password": "x"},
    "accounts.forgot": {"email": "nobody"},
    "accounts.register": {"email": "nobody"},
    "accounts.reset": {"password": "x"},
    "accounts.sign_in": {"email": "", "password": ""},
    "accounts.staff_invitation": {"password": "x"},
    "backoffice.adjust_gift_card": {"amount": "x", "key": "k"},
    "backoffice.adjust_points": {"points": "x", "key": "k"},
    "backoffice.cancel_gift_card": {},
    "backoffice.change_staff_roles": {},
    "backoffice.create_category": {"name": ""},
    "backoffice.create_link": {"kind": "path", "path": "x"},
    "backoffice.create_page": {"title": ""},
    "backoffice.create_offer": {"name": "", "key": "k"},
    "backoffice.create_voucher": {"name": "", "key": "k"},
    "backoffice.create_product": {"name": ""},
    "backoffice.edit_product": {"name": ""},
    "backoffice.edit_category": {"name": ""},
    "backoffice.edit_picture": {"alt": ""},
    "backoffice.replace_picture": {},
    "backoffice.send_pictures": {},
    "backoffice.use_picture": {"alt": ""},
    "backoffice.change_voucher": {"name": "", "expires_at": "x", "key": "k"},
    "backoffice.edit_offer": {"name": "", "key": "k"},
    "backoffice.edit_link": {"kind": "path", "path": "x"},
    "backoffice.edit_page": {"title": ""},
    "backoffice.edit_tier": {"net_spend": "x"},
    "backoffice.find_gift_card": {"find": "GC-AAAA-BBBB-CCCC-DDDD"},
    "backoffice.grant_reward": {"key": "k"},
    "backoffice.invite_staff": {"email": "nobody"},
    "backoffice.issue_gift_cards": {"value": "x", "key": "k"},
    "backoffice.limit_stock": {"most": "x"},
    "backoffice.make_codes": {"count": "x", "key": "k"},
    "backoffice.note_order": {"note": ""},
    "backoffice.preview_refund": {"amount": "x", "key": "k"},
    "backoffice.receive_stock": {"key": "k"},
    "backoffice.save_settings": {"shop_name": ""},
    "backoffice.save_options": {"name_1": "Size"},
    "backoffice.send_product_file": {},
    "backoffice.start_counting": {"quantity": "x"},
    "cart.add_code": {"code": ""},
    "cart.add_line": {"product_id": ""},
    "cart.change_line": {"quantity": "x"},
    "cart.choose_reward": {"reward": "x"},
    "cart.restore_line": {},
    "cart.spend_points": {"points": "x"},
    "checkout.add_code": {"code": ""},
    "checkout.choose_reward": {"reward": "x"},
    "checkout.contact": {"email": "nobody"},
    "checkout.delivery": {"delivery": "teleport"},
    "checkout.spend_points": {"points": "x"},
    "gift_cards.balance": {"code": ""},
    "loyalty.keep_birthday": {"month": "13", "day": "40"},
    "orders.request_return": {"once": "k"},
    "orders.find": {"number": "", "email": ""},
    "sandbox.charge": {"number": "1"},
    "storefront.buy_variant": {},
    "storefront.buy_gift_card": {"whom": "somebody"},
    "storefront.set_deliver_to": {"country": "ZZ"},
}
# What takes nothing that could be mistyped: buttons, fields that may be empty, and machines.
BUTTONS = {
    "accounts.sign_out", "backoffice.answer_return", "backoffice.cancel_order", "backoffice.move_order",
    "backoffice.run_product_import",
    "backoffice.change_products", "backoffice.copy_product", "backoffice.pick_products",
    "backoffice.switch_product", "backoffice.undo_products",
    "backoffice.delete_category", "backoffice.shift_category", "backoffice.switch_category",
    "backoffice.customize_menu", "backoffice.delete_link", "backoffice.reset_menu", "backoffice.shift_link",
    "backoffice.delete_page", "backoffice.restore_page", "backoffice.shift_page", "backoffice.start_page",
    "backoffice.move_orders", "backoffice.run_jobs_again", "backoffice.send_messages_again",
    "backoffice.undo_delivery", "backoffice.undo_move", "backoffice.discard_picture",
    "backoffice.order_pictures", "backoffice.remove_picture", "backoffice.restore_picture",
    "backoffice.shift_picture",
    "backoffice.delete_method", "backoffice.delete_rate", "backoffice.delete_zone", "backoffice.move_method",
    "backoffice.move_zone", "backoffice.receive_return", "backoffice.refund", "backoffice.remove_staff",
    "backoffice.retry_refund",
    "backoffice.run_job_again", "backoffice.send_gift_card", "backoffice.send_invitation",
    "backoffice.send_message_again", "backoffice.show_gift_card_code", "backoffice.stop_counting",
    "backoffice.suspend_staff", "backoffice.switch_offer", "backoffice.switch_voucher",
    "backoffice.switch_vouchers", "backoffice.withdraw_invitation",
    "cart.acknowledge_prices", "cart.order_again", "cart.remove_code", "cart.remove_line", "cart.save_line",
    "cart.unsave_line", "checkout.address", "checkout.place", "checkout.remove_code", "checkout.retry",
    "loyalty.exchange", "loyalty.join", "loyalty.start_upgrade", "orders.cancel", "orders.extend",
    "payments.check", "payments.pay", "payments.webhook", "sandbox.cancel", "sandbox.confirm",
}  # fmt: skip


@dataclass
class World:
    """A shop with one of everything, who looks at it, and what its addresses name."""

    app: Flask
    visitors: dict[str, FlaskClient]
    names: dict[str, Any]

    def send(self, endpoint: str, data: dict[str, str]) -> TestResponse:
        """Send a form as the one who may."""
        with self.app.test_request_context():
            arguments = next(self.app.url_map.iter_rules(endpoint)).arguments
            named = {one: self.names.get(f"{endpoint} {one}", self.names.get(one)) for one in arguments}
            address = url_for(endpoint, **named)
        return self.visitors[_who(endpoint)].post(address, data=data)


def _who(endpoint: str) -> str:
    if endpoint.startswith("backoffice."):
        return "staff"
    members = endpoint.startswith(("loyalty.", "orders.request_return")) or endpoint.endswith(
        ("_points", "_reward")
    )
    return "member" if members else "guest"


@pytest.fixture
def names(app: Flask, frozen: clock.FrozenClock) -> dict[str, Any]:
    """The shop, and what of it addresses name."""
    with app.app_context():
        shopping.add_taxes_and_delivery()
        _gift_card()
        ada = member(5000)
        order = paid((stocked(3), 1), user_id=ada)
        pictured = stocked(20).id
        with step():
            for verb in (orders.start_processing, orders.mark_shipped, orders.mark_delivered):
                verb(order_id=order.id)
            image_id = add_row("product_images", product_id=pictured, width=10, height=10, widths="10")
            ready = {"state": "ready", "picture": "bowl-0 10x10 10"}
            upload_id = add_row("uploads", subject=product_subject(pictured), **ready)
        return {
            "order_id": order.id,
            "number": order.number,
            "product_id": pictured,
            "image_id": image_id,
            "upload_id": upload_id,
            "card_id": make_card()[0].id,
            "voucher_id": make_voucher().id,
            "category_id": make_category("Vases").id,
            "offer_id": an_offer(),
            "page_id": write_page("care", "Care", "Gently."),
            "menu": "header",
            "item_id": make_link("/care"),
            "user_id": ada,
            "level": "silver",
            "group": "shop",
            "slug": "gift-card",
            **dict(zip(("zone_id", "method_id"), make_method(), strict=True)),
            "rate_id": make_rate(),
            "storefront.buy_variant slug": make_product_with_variants("Pheran").slug,
            "backoffice.start_counting product_id": uncounted().id,
            "accounts.confirm token": sign("register", ["new@shop.example", "Ada King", None, None]),
            "accounts.reset token": sign("password_reset", [str(ada), 1]),
            "accounts.staff_invitation token": an_invitation("new@shop.example"),
            "person_id": person(Role.SUPPORT),
        }


@pytest.fixture
def world(app: Flask, names: dict[str, Any]) -> World:
    """A guest and a member at the last step of the checkout, one order that waits at the processor, staff."""
    visitors = {
        "guest": browser(app),
        "member": signed_in(app, user_id=names["user_id"]),
        "staff": signed_in(app, Role.OWNER),
    }
    buyer = Shopper(browser(app))
    for shopper in (buyer, Shopper(visitors["guest"]), Shopper(visitors["member"])):
        shopper.add(names["product_id"])
        shopper.enter_contact()
        shopper.choose_delivery()
    buyer.place()
    line = re.search(r"/cart/lines/([0-9a-f-]+)/save", visitors["guest"].get("/cart").text)
    assert line
    with app.app_context():
        paying = sa.select(Payment.gateway_reference).order_by(Payment.created_at.desc())
        reference = db.session.scalars(paying).first()
    return World(app, visitors, {**names, "line_id": line[1], "reference": reference})


def _gift_card() -> None:
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
                for value in ("25", "50")
            ],
        )
        for stem in ("card-madder", "card-lake"):
            picture = StoredPicture(stem=stem, width=1280, height=1600, widths=(320, 640))
            catalogue.add_image(product_id=family.id, picture=picture, alt="A card")


def test_every_address_that_takes_a_form_is_walked_through_or_a_button(app: Flask) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posted - FORMS.keys() - BUTTONS == set(), (
        "enter these endpoints in FORMS with input that is refused, or in BUTTONS if no input can be refused"
    )
    assert FORMS.keys() | BUTTONS == posted, "entries without a route"
    assert FORMS.keys() & BUTTONS == set()


@pytest.mark.parametrize("endpoint", FORMS)
def test_a_refused_form_is_found_without_javascript(world: World, endpoint: str) -> None:
    page = world.send(endpoint, FORMS[endpoint])

    assert page.status_code == 422
    assert "<title>Error: " in page.text
    summary = re.search(
        r'<(?:div|p) class="[^"]*error-summary[^>]*tabindex="-1" autofocus>.*?</(?:div|p)>',
        page.text,
        re.DOTALL,
    )
    assert summary, endpoint
    assert page.text.count("autofocus") == 1
    linked = re.search(r"error-summary.*?</div>\s*</div>", page.text, re.DOTALL)
    for target in re.findall(r'href="#([^"]+)"', linked[0] if linked else ""):
        assert f'id="{target}"' in page.text
        assert f'id="{target.removesuffix("-0")}-error"' in page.text or target == "savings"


def test_no_form_has_the_error_in_its_title_before_it_is_sent(world: World) -> None:
    for path in ("/account/register", "/account/sign-in", "/orders/find", "/gift-cards/balance", "/cart"):
        page = world.visitors["guest"].get(path).text
        assert "<title>Error:" not in page
        assert "error-summary" not in page
