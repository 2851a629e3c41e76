"""Staff send orders on and refill stock; everybody else finds nothing there, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts import queries as accounts_queries
from kashcraft.accounts import services as accounts
from kashcraft.accounts.models import Role
from kashcraft.catalogue.models import Category, Product, ProductImage
from kashcraft.catalogue.rules.picture_changes import product_subject
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, step
from kashcraft.core.ids import UserId, new_id
from kashcraft.gift_cards.models import GiftCardAction, GiftCardUsage
from kashcraft.inventory.models import Inventory, InventoryLog
from kashcraft.loyalty.models import LoyaltyChange, PointsHistory
from kashcraft.notifications.models import Message
from kashcraft.notifications.services import mark_failed, queue_message
from kashcraft.orders import services as orders
from kashcraft.orders.models import (
    Order,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    ReturnReason,
    ReturnRequest,
)
from kashcraft.product_csv.services import receive_file
from kashcraft.uploads.models import Upload
from kashcraft.vouchers.models import VoucherChange
from tests.conftest import browser
from tests.factories.catalogue import add_picture, make_category
from tests.factories.delivery import make_method, make_rate
from tests.factories.gift_cards import make_card
from tests.factories.members import an_offer, member
from tests.factories.orders import paid, place, stocked
from tests.factories.pages import make_link, write_page
from tests.factories.people import person, signed_in
from tests.factories.rows import add_row
from tests.factories.vouchers import make_voucher

OWNER, EDITOR, FULFILMENT, SUPPORT = Role.OWNER, Role.EDITOR, Role.FULFILMENT, Role.SUPPORT
# Every route of the back office with those who may. A new one has to be entered here.
ROUTES: dict[tuple[str, str], set[Role]] = {
    ("GET", "/backoffice/"): {OWNER, EDITOR, FULFILMENT, SUPPORT},
    ("GET", "/backoffice/find"): {OWNER, EDITOR, FULFILMENT, SUPPORT},
    ("GET", "/backoffice/orders"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/orders/selected/<any(processing, shipped, delivered):status>"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/orders/undo/<any(processing, shipped, delivered):status>"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/orders/<uuid:order_id>/<any(processing, shipped, delivered):status>"): {
        OWNER,
        FULFILMENT,
    },
    ("GET", "/backoffice/orders/<uuid:order_id>"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/orders/<uuid:order_id>/refund/preview"): {OWNER, SUPPORT},
    ("POST", "/backoffice/orders/<uuid:order_id>/refund"): {OWNER, SUPPORT},
    ("POST", "/backoffice/orders/<uuid:order_id>/refunds/<uuid:refund_id>/retry"): {OWNER, SUPPORT},
    ("POST", "/backoffice/orders/<uuid:order_id>/cancel"): {OWNER, SUPPORT},
    ("POST", "/backoffice/orders/<uuid:order_id>/notes"): {OWNER, FULFILMENT, SUPPORT},
    ("GET", "/backoffice/returns"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/returns/<uuid:return_id>/<any(approve, refuse):decision>"): {OWNER, SUPPORT},
    ("POST", "/backoffice/returns/<uuid:return_id>/receive"): {OWNER, FULFILMENT, SUPPORT},
    ("GET", "/backoffice/not-sent"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/not-sent/<uuid:message_id>"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/not-sent/selected"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/not-sent/jobs/<uuid:row_id>"): {OWNER, FULFILMENT, SUPPORT},
    ("POST", "/backoffice/not-sent/jobs/selected"): {OWNER, FULFILMENT, SUPPORT},
    ("GET", "/backoffice/catalogue"): {OWNER, EDITOR},
    ("GET", "/backoffice/catalogue/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/pick"): {OWNER, EDITOR},
    (
        "POST",
        "/backoffice/catalogue/selected/<any(publish, archive, restore, tag, untag, prices):change>",
    ): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/selected/undo"): {OWNER, EDITOR},
    ("GET", "/backoffice/catalogue/import"): {OWNER},
    ("POST", "/backoffice/catalogue/import"): {OWNER},
    ("GET", "/backoffice/catalogue/import/<uuid:import_id>"): {OWNER},
    ("POST", "/backoffice/catalogue/import/<uuid:import_id>/run"): {OWNER},
    ("GET", "/backoffice/catalogue/export.csv"): {OWNER},
    ("GET", "/backoffice/catalogue/<uuid:product_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>"): {OWNER, EDITOR},
    ("GET", "/backoffice/catalogue/<uuid:product_id>/options"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/options"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/copy"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/<any(active, draft, archived):status>"): {
        OWNER,
        EDITOR,
    },
    ("GET", "/backoffice/categories"): {OWNER, EDITOR},
    ("GET", "/backoffice/categories/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/categories/new"): {OWNER, EDITOR},
    ("GET", "/backoffice/categories/<uuid:category_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/categories/<uuid:category_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/categories/<uuid:category_id>/<any(show, hide):state>"): {OWNER, EDITOR},
    ("POST", "/backoffice/categories/<uuid:category_id>/<any(earlier, later):direction>"): {OWNER, EDITOR},
    ("POST", "/backoffice/categories/<uuid:category_id>/delete"): {OWNER, EDITOR},
    ("GET", "/backoffice/pages"): {OWNER, EDITOR},
    (
        "POST",
        "/backoffice/pages/drafts/<any(shipping, returns, contact, about, privacy, terms):name>",
    ): {OWNER, EDITOR},
    ("GET", "/backoffice/pages/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/pages/new"): {OWNER, EDITOR},
    ("GET", "/backoffice/pages/<uuid:page_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/pages/<uuid:page_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/pages/<uuid:page_id>/<any(earlier, later):direction>"): {OWNER, EDITOR},
    ("POST", "/backoffice/pages/<uuid:page_id>/delete"): {OWNER, EDITOR},
    ("POST", "/backoffice/pages/<uuid:page_id>/restore"): {OWNER, EDITOR},
    ("GET", "/backoffice/catalogue/<uuid:product_id>/pictures"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures"): {OWNER, EDITOR},
    ("GET", "/backoffice/catalogue/<uuid:product_id>/pictures/sent/<uuid:upload_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/sent/<uuid:upload_id>/use"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/sent/<uuid:upload_id>/discard"): {
        OWNER,
        EDITOR,
    },
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/<uuid:image_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/<uuid:image_id>/replace"): {OWNER, EDITOR},
    (
        "POST",
        "/backoffice/catalogue/<uuid:product_id>/pictures/<uuid:image_id>/<any(earlier, later):direction>",
    ): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/<uuid:image_id>/remove"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/order"): {OWNER, EDITOR},
    ("POST", "/backoffice/catalogue/<uuid:product_id>/pictures/restore"): {OWNER, EDITOR},
    ("GET", "/backoffice/navigation"): {OWNER, EDITOR},
    ("POST", "/backoffice/navigation/<any(header, more, footer):menu>/customize"): {OWNER, EDITOR},
    ("GET", "/backoffice/navigation/<any(header, more, footer):menu>/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/navigation/<any(header, more, footer):menu>/new"): {OWNER, EDITOR},
    ("GET", "/backoffice/navigation/links/<uuid:item_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/navigation/links/<uuid:item_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/navigation/links/<uuid:item_id>/<any(earlier, later):direction>"): {OWNER, EDITOR},
    ("POST", "/backoffice/navigation/links/<uuid:item_id>/delete"): {OWNER, EDITOR},
    ("POST", "/backoffice/navigation/<any(header, more, footer):menu>/reset"): {OWNER, EDITOR},
    ("GET", "/backoffice/stock"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/stock"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/stock/undo"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/stock/<uuid:product_id>/limit"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/stock/<uuid:product_id>/counting"): {OWNER, FULFILMENT},
    ("POST", "/backoffice/stock/<uuid:product_id>/without-count"): {OWNER, FULFILMENT},
    ("GET", "/backoffice/stock/not-counted"): {OWNER, FULFILMENT},
    ("GET", "/backoffice/stock/<uuid:product_id>"): {OWNER, FULFILMENT},
    ("GET", "/backoffice/stock/figures"): {OWNER, FULFILMENT},
    ("GET", "/backoffice/vouchers"): {OWNER, EDITOR, SUPPORT},
    ("GET", "/backoffice/vouchers/campaigns"): {OWNER, EDITOR, SUPPORT},
    ("GET", "/backoffice/vouchers/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/vouchers/new"): {OWNER, EDITOR},
    ("GET", "/backoffice/vouchers/<uuid:voucher_id>"): {OWNER, EDITOR, SUPPORT},
    ("GET", "/backoffice/vouchers/<uuid:voucher_id>/edit"): {OWNER, EDITOR},
    ("POST", "/backoffice/vouchers/<uuid:voucher_id>/edit"): {OWNER, EDITOR},
    ("POST", "/backoffice/vouchers/<uuid:voucher_id>/<any(on, off):state>"): {OWNER, EDITOR},
    ("POST", "/backoffice/vouchers/selected/<any(on, off):state>"): {OWNER, EDITOR},
    ("POST", "/backoffice/vouchers/<uuid:voucher_id>/codes"): {OWNER, EDITOR},
    ("GET", "/backoffice/vouchers/<uuid:voucher_id>/codes"): {OWNER, EDITOR},
    ("GET", "/backoffice/vouchers/<uuid:voucher_id>/codes.csv"): {OWNER, EDITOR},
    ("GET", "/backoffice/delivery"): {OWNER, FULFILMENT, SUPPORT},
    ("GET", "/backoffice/delivery/zones/new"): {OWNER},
    ("POST", "/backoffice/delivery/zones/new"): {OWNER},
    ("GET", "/backoffice/delivery/zones/<uuid:zone_id>"): {OWNER},
    ("POST", "/backoffice/delivery/zones/<uuid:zone_id>"): {OWNER},
    ("POST", "/backoffice/delivery/zones/<uuid:zone_id>/<any(up, down):direction>"): {OWNER},
    ("GET", "/backoffice/delivery/zones/<uuid:zone_id>/methods/new"): {OWNER},
    ("POST", "/backoffice/delivery/zones/<uuid:zone_id>/methods/new"): {OWNER},
    ("GET", "/backoffice/delivery/methods/<uuid:method_id>"): {OWNER},
    ("POST", "/backoffice/delivery/methods/<uuid:method_id>"): {OWNER},
    ("POST", "/backoffice/delivery/methods/<uuid:method_id>/<any(up, down):direction>"): {OWNER},
    ("GET", "/backoffice/delivery/methods/<uuid:method_id>/delete"): {OWNER},
    ("POST", "/backoffice/delivery/methods/<uuid:method_id>/delete"): {OWNER},
    ("GET", "/backoffice/taxes"): {OWNER, SUPPORT},
    ("GET", "/backoffice/taxes/new"): {OWNER},
    ("POST", "/backoffice/taxes/new"): {OWNER},
    ("GET", "/backoffice/taxes/<uuid:rate_id>"): {OWNER},
    ("POST", "/backoffice/taxes/<uuid:rate_id>"): {OWNER},
    ("GET", "/backoffice/taxes/<uuid:rate_id>/delete"): {OWNER},
    ("POST", "/backoffice/taxes/<uuid:rate_id>/delete"): {OWNER},
    ("GET", "/backoffice/delivery/zones/<uuid:zone_id>/delete"): {OWNER},
    ("POST", "/backoffice/delivery/zones/<uuid:zone_id>/delete"): {OWNER},
    ("GET", "/backoffice/gift-cards"): {OWNER, SUPPORT},
    ("POST", "/backoffice/gift-cards/find"): {OWNER, SUPPORT},
    ("GET", "/backoffice/gift-cards/issue"): {OWNER},
    ("POST", "/backoffice/gift-cards/issue"): {OWNER},
    ("GET", "/backoffice/gift-cards/figures"): {OWNER},
    ("GET", "/backoffice/gift-cards/<uuid:card_id>"): {OWNER, SUPPORT},
    ("POST", "/backoffice/gift-cards/<uuid:card_id>/code"): {OWNER},
    ("POST", "/backoffice/gift-cards/<uuid:card_id>/adjust"): {OWNER},
    ("POST", "/backoffice/gift-cards/<uuid:card_id>/cancel"): {OWNER, SUPPORT},
    ("POST", "/backoffice/gift-cards/<uuid:card_id>/send"): {OWNER, SUPPORT},
    ("GET", "/backoffice/loyalty"): {OWNER, EDITOR, SUPPORT},
    ("GET", "/backoffice/loyalty/members"): {OWNER, SUPPORT},
    ("GET", "/backoffice/loyalty/members/<uuid:user_id>"): {OWNER, SUPPORT},
    ("POST", "/backoffice/loyalty/members/<uuid:user_id>/points"): {OWNER, SUPPORT},
    ("POST", "/backoffice/loyalty/members/<uuid:user_id>/rewards"): {OWNER, SUPPORT},
    ("GET", "/backoffice/loyalty/tiers"): {OWNER, EDITOR, SUPPORT},
    ("GET", "/backoffice/loyalty/tiers/<level>"): {OWNER},
    ("POST", "/backoffice/loyalty/tiers/<level>"): {OWNER},
    ("GET", "/backoffice/loyalty/offers"): {OWNER, EDITOR, SUPPORT},
    ("GET", "/backoffice/loyalty/offers/new"): {OWNER, EDITOR},
    ("POST", "/backoffice/loyalty/offers/new"): {OWNER, EDITOR},
    ("GET", "/backoffice/loyalty/offers/<uuid:offer_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/loyalty/offers/<uuid:offer_id>"): {OWNER, EDITOR},
    ("POST", "/backoffice/loyalty/offers/<uuid:offer_id>/<any(on, off):state>"): {OWNER, EDITOR},
    ("GET", "/backoffice/settings"): {OWNER},
    ("GET", "/backoffice/settings/<any(shop, region, orders, loyalty, email):group>"): {OWNER},
    ("POST", "/backoffice/settings/<any(shop, region, orders, loyalty, email):group>"): {OWNER},
    ("GET", "/backoffice/audit"): {OWNER},
    ("GET", "/backoffice/staff"): {OWNER},
    ("GET", "/backoffice/staff/invite"): {OWNER},
    ("POST", "/backoffice/staff/invite"): {OWNER},
    ("POST", "/backoffice/staff/invitations/<uuid:invitation_id>/send"): {OWNER},
    ("POST", "/backoffice/staff/invitations/<uuid:invitation_id>/withdraw"): {OWNER},
    ("GET", "/backoffice/staff/<uuid:person_id>"): {OWNER},
    ("POST", "/backoffice/staff/<uuid:person_id>/roles"): {OWNER},
    ("POST", "/backoffice/staff/<uuid:person_id>/<any(suspend, resume):action>"): {OWNER},
    ("POST", "/backoffice/staff/<uuid:person_id>/remove"): {OWNER},
}


@dataclass
class Work:
    """The ids of the records that staff can open or change.

    They are a paid order with a failed refund, its product with low stock, a return that waits for a
    decision, a voucher, a gift card, a member, an offer of a reward, an e-mail and a job that were given up,
    a member of staff and an invitation, a picture of the product and a sent one.
    a member of staff and an invitation, and a zone with a delivery method, a tax rate.
    """

    order_id: UUID
    number: str
    product_id: UUID
    return_id: UUID
    voucher_id: UUID
    card_id: UUID
    refund_id: UUID
    user_id: UUID
    offer_id: UUID
    message_id: UUID
    row_id: UUID
    zone_id: UUID
    method_id: UUID
    rate_id: UUID
    category_id: UUID
    person_id: UUID
    invitation_id: UUID
    page_id: UUID
    image_id: UUID
    upload_id: UUID
    import_id: UUID
    item_id: UUID

    def url(self, route: str) -> str:
        """Return the address of a route with these ids in its places, and the first of each ``any``."""
        values = {
            "any(up, down):direction": "up", "uuid:zone_id": self.zone_id, "uuid:method_id": self.method_id,
            "uuid:rate_id": self.rate_id,
            "uuid:order_id": self.order_id, "uuid:product_id": self.product_id,
            "uuid:return_id": self.return_id, "uuid:voucher_id": self.voucher_id,
            "any(on, off):state": "off", "uuid:card_id": self.card_id,
            "uuid:refund_id": self.refund_id, "uuid:user_id": self.user_id, "uuid:offer_id": self.offer_id,
            "uuid:import_id": self.import_id,
            "uuid:person_id": self.person_id, "uuid:invitation_id": self.invitation_id,
            "uuid:category_id": self.category_id, "uuid:page_id": self.page_id,
            "uuid:item_id": self.item_id,
            "any(show, hide):state": "hide", "level": "silver", "uuid:message_id": self.message_id,
            "uuid:row_id": self.row_id,
            "uuid:image_id": self.image_id, "uuid:upload_id": self.upload_id,
        }  # fmt: skip
        named = re.sub(r"<any\((\w+)[^>]*>", lambda found: str(values.get(found[0][1:-1], found[1])), route)
        return re.sub(r"<([^>]+)>", lambda found: str(values[found[1]]), named)


@pytest.fixture
def work(app: Flask) -> Work:
    with app.app_context():
        return paid_order(5, 2)


def paid_order(stock: int, units: int) -> Work:
    """Place and pay an order of a new product; return it with the other records."""
    product = stocked(stock, name="Walnut bowl")
    order = place((product, units))
    with step():
        orders.mark_paid(order_id=order.id, payment_reference=str(order.id))
        refund = orders.refund(order_id=order.id, amount=100, reason="Late", key=f"late:{order.id}")
        orders.mark_refund_failed(refund_id=refund.id, reason="The account is closed")
    voucher, (card, _) = make_voucher(), make_card()
    ids = (
        return_of(product),
        voucher.id,
        card.id,
        refund.id,
        member(),
        an_offer(),
        *given_up(),
        *make_method(),
        make_rate(),
        make_category().id,
        *staff(),
        write_page("care", "Care", "Gently."),
        *pictures_of(product),
        sent_product_file(),
        make_link("/care"),
    )
    return Work(order.id, order.number, product.id, *ids)


def sent_product_file() -> UUID:
    """Return the id of a product file that waits for its check."""
    user_id = UserId(person())
    with step():
        return receive_file(name="a.csv", data=b"Handle", pictures=False, user_id=user_id)


def given_up() -> tuple[UUID, UUID]:
    """Return the ids of an e-mail and of a job that were given up."""
    with step() as session:
        message = queue_message(kind="account_exists", recipient="ada@shop.example", key=str(new_id()))
        mark_failed(message_id=message.id, reason="The mail server is gone")
        row = session.get_one(jobs.Outbox, jobs.enqueue(jobs.find("jobs.purge")))
        row.failed_at, row.last_error = clock.now(), "The disk is full"
        return message.id, row.id


def staff() -> tuple[UUID, UUID]:
    """Return the ids of a member of staff and of an open invitation."""
    person_id = person(SUPPORT)
    with step():
        return person_id, accounts.invite_staff(email="new@shop.example", roles=[EDITOR]).id


def pictures_of(product: Product) -> tuple[UUID, UUID]:
    """Return the ids of a picture of the product and of one that was sent for it."""
    with step():
        add_picture(product)
        upload_id = add_row("uploads", subject=product_subject(product.id))
        own = sa.select(ProductImage.id).where(ProductImage.product_id == product.id)
        return db.session.scalars(own).one(), upload_id


def return_of(product: Product) -> UUID:
    """Deliver an order of the product, request its return, and give the id of the request."""
    order = paid((product, 1))
    with step():
        for verb in (orders.start_processing, orders.mark_shipped, orders.mark_delivered):
            verb(order_id=order.id)
        line = db.session.scalars(sa.select(OrderLine).where(OrderLine.order_id == order.id)).one()
        return orders.request_return(
            order_id=order.id, lines={line.id: (1, ReturnReason.DAMAGED)}, key=str(order.id)
        ).id


def stands(app: Flask, work: Work) -> tuple[Any, ...]:
    """Return everything that staff can change about the order and the stock."""
    of_product = Inventory.product_id == work.product_id
    with app.app_context():
        return (
            db.session.scalar(sa.select(Order.status).where(Order.id == work.order_id)),
            db.session.scalar(sa.select(sa.func.count()).select_from(OrderEvent)),
            db.session.scalar(sa.select(Inventory.quantity).where(of_product)),
            db.session.scalar(sa.select(sa.func.count()).select_from(InventoryLog)),
            db.session.scalar(sa.select(sa.func.count()).select_from(Refund)),
            db.session.scalar(sa.select(Refund.state).where(Refund.id == work.refund_id)),
            db.session.scalar(sa.select(ReturnRequest.state).where(ReturnRequest.id == work.return_id)),
            db.session.execute(sa.select(ProductImage.id, ProductImage.alt, ProductImage.stem)).all(),
            db.session.execute(sa.select(Upload.subject)).all(),
            db.session.scalar(sa.select(sa.func.count()).select_from(VoucherChange)),
            db.session.scalar(sa.select(sa.func.count()).select_from(GiftCardUsage)),
            db.session.scalar(sa.select(sa.func.count()).select_from(GiftCardAction)),
            db.session.scalar(sa.select(sa.func.count()).select_from(PointsHistory)),
            db.session.scalar(sa.select(sa.func.count()).select_from(LoyaltyChange)),
            db.session.execute(sa.select(Category.name, Category.is_active)).all(),
            db.session.execute(sa.select(Product.name, Product.status, Product.price)).all(),
            db.session.scalar(sa.select(Message.status).where(Message.id == work.message_id)),
            db.session.scalar(sa.select(jobs.Outbox.failed_at).where(jobs.Outbox.id == work.row_id)),
            accounts_queries.find_staff(work.person_id),
            [(one.version, one.withdrawn_at) for one in accounts_queries.list_open_invitations()],
        )


def send(client: FlaskClient, work: Work, method: str, route: str) -> Any:
    data = {
        "quantity": "3", "key": "delivery-1", "note": "Called", "amount": "1.00", "reason": "Late",
        "count": "2", "max_usages": "1", "value": "5.00", "cancel_reason": "Stolen", "to": "recipient",
        f"units-{work.product_id}": "3",
    }  # fmt: skip
    return client.open(work.url(route), method=method, data=data if method == "POST" else None)


def test_every_route_is_entered_in_the_table_of_who_may(app: Flask) -> None:
    found = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("backoffice.") or rule.rule.startswith("/backoffice")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert found - set(ROUTES) == set(), "enter these routes with their roles in ROUTES of this file"
    assert set(ROUTES) - found == set(), "rows of ROUTES without a route"


def test_strangers_are_asked_to_sign_in_and_change_nothing(app: Flask, work: Work) -> None:
    before = stands(app, work)
    for method, route in ROUTES:
        answer = send(browser(app), work, method, route)

        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/account/sign-in")
    assert stands(app, work) == before


def test_customers_find_nothing_and_change_nothing(app: Flask, work: Work) -> None:
    before = stands(app, work)
    customer = signed_in(app)

    assert [send(customer, work, *route).status_code for route in ROUTES] == [404] * len(ROUTES)
    assert stands(app, work) == before


@pytest.mark.parametrize("role", list(Role))
def test_each_role_finds_its_own_work_only(app: Flask, work: Work, role: Role) -> None:
    before = stands(app, work)
    client = signed_in(app, role)
    forbidden = [route for route, roles in ROUTES.items() if role not in roles]

    assert [send(client, work, *route).status_code for route in forbidden] == [404] * len(forbidden)
    assert stands(app, work) == before
    for route, roles in ROUTES.items():
        if role in roles:
            # A refund that was not calculated yet is answered with its preview.
            assert send(client, work, *route).status_code in (200, 303, 422), route


def test_a_role_that_is_taken_away_ends_at_once(app: Flask, work: Work) -> None:
    client = signed_in(app, OWNER)
    assert client.get("/backoffice/orders").status_code == 200

    with app.app_context(), step() as session:
        session.execute(sa.text("DELETE FROM user_roles"))

    assert client.get("/backoffice/orders").status_code == 404


def test_the_first_page_lists_the_work_that_the_person_may_do(app: Flask, work: Work) -> None:
    packer = signed_in(app, FULFILMENT).get("/backoffice/")
    editor = signed_in(app, EDITOR).get("/backoffice/").text

    assert packer.headers["Cache-Control"] == "private, no-store"
    assert '<a href="/backoffice/orders">1 order is waiting to be packed</a>' in packer.text
    assert '<a href="/backoffice/stock">' in packer.text
    assert "waiting for an answer" not in packer.text
    assert "refused by the payment processor" not in packer.text
    assert "Nothing is waiting for you right now." in editor


def test_the_first_page_says_when_the_ledgers_were_checked(app: Flask) -> None:
    client = signed_in(app, SUPPORT)
    assert "Ledgers checked" not in client.get("/backoffice/").text

    with app.app_context():
        with step():
            jobs.enqueue(jobs.find("books.prove"))
        jobs.run_due()

    assert "just now</time>: every figure is correct." in client.get("/backoffice/").text
    assert "Ledgers checked" not in signed_in(app, EDITOR).get("/backoffice/").text


def test_staff_find_the_way_there_from_their_account_and_customers_do_not(app: Flask) -> None:
    link = 'href="/backoffice/"'

    assert link in signed_in(app, EDITOR).get("/account/").text
    assert link not in signed_in(app).get("/account/").text


@pytest.fixture
def packer(app: Flask) -> FlaskClient:
    """The browser of a signed-in member of the fulfilment team."""
    return signed_in(app, FULFILMENT)


def test_an_order_is_packed_shipped_and_delivered(app: Flask, work: Work, packer: FlaskClient) -> None:
    page = packer.get("/backoffice/orders").text
    assert work.number in page
    assert "2 × Walnut bowl" in page
    assert "Start preparing" in page

    for status, tab in (("processing", "preparing"), ("shipped", "shipped"), ("delivered", "all")):
        answer = packer.post(f"/backoffice/orders/{work.order_id}/{status}", data={"back": "?tab=all"})
        assert answer.headers["Location"].startswith("/backoffice/orders?tab=all&undo=")
        assert stands(app, work)[0] is OrderStatus(status)
        page = packer.get(answer.headers["Location"]).text
        assert f"{work.number}: " in page
        assert work.number in packer.get(f"/backoffice/orders?tab={tab}").text
    assert work.number not in packer.get("/backoffice/orders").text


def test_a_step_is_undone_for_half_a_minute_and_its_email_is_not_sent(
    app: Flask, work: Work, packer: FlaskClient, frozen: clock.FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    data = {"ids": [str(work.order_id)]}
    packer.post(f"/backoffice/orders/{work.order_id}/processing")
    packer.post(f"/backoffice/orders/{work.order_id}/shipped")
    frozen.advance(seconds=29)
    with app.app_context():
        jobs.run_due()
    undone = packer.post("/backoffice/orders/undo/shipped", data=data)
    frozen.advance(minutes=5)
    with app.app_context():
        jobs.run_due()
    late = packer.post("/backoffice/orders/undo/processing", data=data)

    assert "1 order moved back." in packer.get(undone.headers["Location"]).text
    assert "It is too late to undo this." in packer.get(late.headers["Location"]).text
    assert stands(app, work)[0] is OrderStatus.PROCESSING
    assert [mail for mail in sent_emails if "shipped" in mail["Subject"]] == []


def test_selected_orders_are_moved_together_and_others_are_reported(
    app: Flask, work: Work, packer: FlaskClient
) -> None:
    data = {"ids": [str(work.order_id), str(new_id())]}
    answer = packer.post("/backoffice/orders/selected/delivered", data=data)
    assert answer.headers["Location"] == "/backoffice/orders?notice=order_elsewhere"

    packer.post("/backoffice/orders/selected/processing", data={"ids": [str(work.order_id)]})
    assert stands(app, work)[0] is OrderStatus.PROCESSING
    assert packer.post("/backoffice/orders/selected/shipped").headers["Location"] == (
        "/backoffice/orders?notice=nothing_selected"
    )


def test_the_history_names_who_did_it(app: Flask, work: Work) -> None:
    with app.app_context():
        asha = person(FULFILMENT)
    signed_in(app, user_id=asha).post(f"/backoffice/orders/{work.order_id}/processing")

    with app.app_context():
        rows = sa.select(OrderEvent).where(OrderEvent.order_id == work.order_id)
        event = db.session.scalars(rows.order_by(OrderEvent.sequence.desc())).first()
    assert event is not None
    assert (event.kind, event.actor_id) == ("processing", asha)


def test_a_step_of_a_cancelled_order_is_refused_in_words(app: Flask, work: Work, packer: FlaskClient) -> None:
    with app.app_context(), step():
        orders.cancel(order_id=work.order_id)
    answer = packer.post(f"/backoffice/orders/{work.order_id}/processing")

    assert answer.headers["Location"] == "/backoffice/orders?notice=order_elsewhere"


def test_a_step_too_far_is_refused_in_words(app: Flask, work: Work, packer: FlaskClient) -> None:
    before = stands(app, work)
    answer = packer.post(f"/backoffice/orders/{work.order_id}/delivered")

    assert answer.headers["Location"] == "/backoffice/orders?notice=order_elsewhere"
    assert stands(app, work) == before


def test_the_same_press_twice_moves_an_order_once(app: Flask, work: Work, packer: FlaskClient) -> None:
    packer.post(f"/backoffice/orders/{work.order_id}/processing")
    once = stands(app, work)
    packer.post(f"/backoffice/orders/{work.order_id}/processing")

    assert stands(app, work) == once


def test_htmx_gets_the_same_answer_as_a_redirect(app: Flask, work: Work, packer: FlaskClient) -> None:
    answer = packer.post(f"/backoffice/orders/{work.order_id}/processing", headers={"HX-Request": "true"})

    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].startswith("/backoffice/orders?undo=")
    assert stands(app, work)[0] is OrderStatus.PROCESSING


def test_what_does_not_exist_is_not_found(work: Work, packer: FlaskClient) -> None:
    nobody = UUID(int=7)

    assert packer.post(f"/backoffice/orders/{nobody}/processing").status_code == 404
    delivery = {f"units-{nobody}": "3", "key": "k"}
    assert packer.post("/backoffice/stock", data=delivery).status_code == 404


@pytest.mark.parametrize("path", ["/backoffice/", "/backoffice/orders", "/backoffice/stock"])
def test_lists_read_as_much_for_one_row_as_for_many(
    app: Flask,
    work: Work,
    packer: FlaskClient,
    count_statements: Callable[[], Any],
    path: str,
) -> None:
    packer.get(path)
    with count_statements() as one:
        packer.get(path)
    with app.app_context():
        for _ in range(10):
            paid_order(3, 1)
    packer.get(path)
    with count_statements() as many:
        packer.get(path)

    assert len(one) == len(many)
