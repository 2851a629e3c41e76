"""The demo shop loads once, and its ledgers add up."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.accounts.models import Role, User, UserRole
from kashcraft.catalogue.models import Category, Kind, Product, ProductImage
from kashcraft.content.models import Page
from kashcraft.core import clock
from kashcraft.core.db import Base, db
from kashcraft.core.jobs import Outbox
from kashcraft.core.passwords import matches
from kashcraft.gift_cards.models import EntryKind, GiftCard, GiftCardUsage
from kashcraft.inventory.models import Inventory, InventoryLog, InventoryReservation, ReservationStatus
from kashcraft.notifications.models import Message, MessageStatus
from kashcraft.orders.models import Order, OrderLine, OrderStatus, Refund, RefundState, RefundStatus
from kashcraft.payments.gateways import sandbox
from kashcraft.payments.models import Payment, PaymentStatus
from kashcraft.reviews.models import Review, ReviewStatus
from kashcraft.vouchers import rules as voucher_rules
from kashcraft.vouchers.models import Voucher, VoucherUsage
from tests.conftest import browser
from tests.factories.people import signed_in
from tests.support.shopper import Shopper, text_of

ROOT = Path(__file__).parents[2]


def rows(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {
            table.name: db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()
            for table in Base.metadata.sorted_tables
        }


def total(column: Any, *where: Any) -> int:
    return int(db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(column), 0)).where(*where)) or 0)


def test_the_demo_shop_loads_once_and_its_ledgers_add_up(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["demo", "load"])
    before = rows(app)
    second = app.test_cli_runner().invoke(args=["demo", "load"])

    assert first.exit_code == 0, first.output
    assert first.output.startswith("43 products, 64 customers, 325 orders and 198 reviews are in the shop.\n")
    assert second.output == "The demo shop is here already; nothing was changed.\n"
    assert rows(app) == before
    proof = app.test_cli_runner().invoke(args=["books", "prove"])
    assert (proof.exit_code, proof.output[:20]) == (0, "The books are right:"), proof.output
    ready = app.test_cli_runner().invoke(args=["shop", "check"])
    assert (ready.exit_code, ready.output) == (0, "The shop is ready for its first sale.\n")
    with app.app_context():
        products_are_in_their_categories(app)
        staff_and_customers_can_sign_in()
        orders_are_in_every_state()
        stock_equals_its_ledger()
        money_equals_its_ledger(app)
        reviews_are_by_customers_who_have_the_product()
        no_email_is_sent()
        vouchers_and_gift_cards_were_used()
    printed_codes_work_in_the_cart(app, first.output)


def products_are_in_their_categories(app: Flask) -> None:
    kinds = Counter(db.session.scalars(sa.select(Product.kind)))
    media = app.config["SETTINGS"].media_path
    images = db.session.scalars(sa.select(ProductImage)).all()

    assert kinds == {Kind.SINGLE: 27, Kind.PARENT: 16, Kind.VARIANT: 59}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Category)) == 14
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Page)) == 6
    assert len(images) == 88
    for image in images:
        for width in image.widths.split():
            assert (media / f"{image.stem}-{width}.avif").is_file()


def staff_and_customers_can_sign_in() -> None:
    owner = db.session.scalars(sa.select(User).where(User.email == "owner@kashcraft.example")).one()

    assert {role for (role,) in db.session.execute(sa.select(UserRole.role))} == set(Role)
    assert owner.is_confirmed
    assert matches(owner.password_hash, "saffron-and-walnut")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 68


def orders_are_in_every_state() -> None:
    states = Counter(
        (row.status, row.refund_status)
        for row in db.session.execute(sa.select(Order.status, Order.refund_status))
    )

    assert states == {
        (OrderStatus.PENDING, RefundStatus.NONE): 4,
        (OrderStatus.PAID, RefundStatus.NONE): 9,
        (OrderStatus.PROCESSING, RefundStatus.NONE): 7,
        (OrderStatus.SHIPPED, RefundStatus.NONE): 14,
        (OrderStatus.DELIVERED, RefundStatus.NONE): 251,
        (OrderStatus.DELIVERED, RefundStatus.PARTIAL): 8,
        (OrderStatus.DELIVERED, RefundStatus.FULL): 5,
        (OrderStatus.CANCELLED, RefundStatus.NONE): 8,
        (OrderStatus.CANCELLED, RefundStatus.FULL): 7,
        (OrderStatus.EXPIRED, RefundStatus.NONE): 12,
    }
    for order in db.session.scalars(sa.select(Order)):
        times = [order.placed_at, order.paid_at, order.processed_at, order.shipped_at, order.delivered_at]
        past = [moment for moment in times if moment is not None]
        assert past == sorted(past)
        assert past[-1] <= clock.now()


def stock_equals_its_ledger() -> None:
    for stock in db.session.scalars(sa.select(Inventory)):
        assert stock.quantity == total(
            InventoryLog.quantity_change, InventoryLog.product_id == stock.product_id
        )
        assert stock.reserved == total(
            InventoryReservation.quantity,
            InventoryReservation.product_id == stock.product_id,
            InventoryReservation.status == ReservationStatus.ACTIVE,
        )
    found = sa.select(Inventory.quantity).join(Product, Product.id == Inventory.product_id)
    for sku, left in {"KC-WN-BOOKENDS": 0, "KC-CU-TASHT": 1, "KC-PA-KAHWA": 64, "KC-WRAP-ROSE": 9}.items():
        assert db.session.scalars(found.where(Product.sku == sku)).one() == left


def money_equals_its_ledger(app: Flask) -> None:
    paid = Payment.status == PaymentStatus.SUCCEEDED

    assert total(Payment.amount, paid) == total(Order.amount_due, Order.paid_at.is_not(None))
    assert total(Payment.refunded_amount) == total(Order.refunded_total) == total(Refund.amount) > 0
    assert set(db.session.scalars(sa.select(Refund.state))) == {RefundState.DONE}
    for order in db.session.scalars(sa.select(Order)):
        assert order.subtotal == total(OrderLine.gross, OrderLine.order_id == order.id)
        tax = total(OrderLine.tax, OrderLine.order_id == order.id)
        assert order.tax_total == tax + order.shipping_tax
    payment = db.session.scalars(sa.select(Payment).where(paid).limit(1)).one()
    assert sandbox.processor().get(payment.gateway_reference or "").amount == payment.amount


def reviews_are_by_customers_who_have_the_product() -> None:
    bought = (
        sa.select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(
            Order.user_id == Review.user_id,
            sa.func.coalesce(Product.parent_id, Product.id) == Review.product_id,
            # A gift card is had as soon as it is paid.
            sa.func.coalesce(Order.delivered_at, sa.case((Product.is_gift_card, Order.paid_at)))
            < Review.created_at,
        )
    )

    assert db.session.scalars(sa.select(Review.id).where(~bought.exists())).all() == []
    assert total(Product.rating_count) == 191
    published = Review.status == ReviewStatus.PUBLISHED
    assert total(Product.rating_total) == total(Review.rating, published)


def no_email_is_sent() -> None:
    assert set(db.session.scalars(sa.select(Message.status))) == {MessageStatus.SENT}
    waiting = db.session.scalars(sa.select(Outbox.payload).where(Outbox.done_at.is_(None))).all()
    assert not [payload for payload in waiting if payload.keys() & {"message_id", "order_id", "user_id"}]


def vouchers_and_gift_cards_were_used() -> None:
    now = clock.now()
    found = {one.code: one for one in db.session.scalars(sa.select(Voucher))}
    uses = sa.select(sa.func.count(), sa.func.sum(VoucherUsage.discount_amount)).join(Voucher)

    assert {code: voucher_rules.state_of(one, now).value for code, one in found.items()} == {
        "WELCOME10": "running",
        "SHAWL25": "running",
        "CHINAR20": "used_up",
        "ALMOND15": "scheduled",
        "HEIRLOOM": "running",
    }
    assert {code: one.current_usages for code, one in found.items() if one.current_usages} == {
        "WELCOME10": 14,
        "SHAWL25": 5,
        "CHINAR20": 8,
    }
    assert [code for code, one in found.items() if not one.requires_code] == ["HEIRLOOM"]
    assert db.session.execute(uses.where(Voucher.code == "SHAWL25")).one() == (5, 12_500)
    assert db.session.execute(uses).one() == (27, 66_670)
    visitor = sa.select(User.id).where(User.email == "eleanor.whitfield@example.com")
    assert total(VoucherUsage.slot, VoucherUsage.user_id.in_(visitor)) == 0

    assert total(-GiftCardUsage.amount, GiftCardUsage.kind == EntryKind.CHARGE) == 24_000
    assert total(Order.gift_card_total) == 24_000
    assert db.session.scalars(sa.select(GiftCard.id).where(GiftCard.sent_at.is_(None))).all() == []


def printed_codes_work_in_the_cart(app: Flask, output: str) -> None:
    """Visitors can use the fixed amount, the percentage and the gift card that are printed."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with app.app_context():
        wrap = db.session.scalars(sa.select(Product.id).where(Product.sku == "KC-WRAP-ROSE")).one()
    visitor = Shopper(browser(app), htmx=True)
    visitor.add(wrap, 2)

    for code, effect in {
        "SHAWL25": "−$25.00",
        "WELCOME10": "−$40.00",
        "CHINAR20": "This code has been fully used.",
        "ALMOND15": "This code is not valid yet.",
        "GC-KASH-CRAF-TDEM-0001": "$150.00",
    }.items():
        assert code in readme
        answer = visitor.post("/cart/codes", target="cart", code=code)
        assert effect in text_of(answer), code
    assert [line.split()[0] for line in output.splitlines()[8:]] == [
        "WELCOME10", "SHAWL25", "GC-KASH-CRAF-TDEM-0001",
    ]  # fmt: skip


def test_a_production_shop_refuses_the_demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], env="production"))
    before = rows(app)

    result = app.test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 1
    assert "this is a production shop" in result.output
    assert rows(app) == before


def test_the_demo_uses_the_time_zone_of_the_shop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    in_srinagar = replace(app.config["SETTINGS"], shop_timezone="Asia/Kolkata")
    monkeypatch.setitem(app.config, "SETTINGS", in_srinagar)
    loaded = app.test_cli_runner().invoke(args=["demo", "load"])
    assert loaded.exit_code == 0, loaded.output
    proof = app.test_cli_runner().invoke(args=["books", "prove"])
    assert (proof.exit_code, proof.output[:20]) == (0, "The books are right:"), proof.output
    with app.app_context():
        owner = db.session.scalars(sa.select(UserRole.user_id).where(UserRole.role == Role.OWNER)).first()
    page = signed_in(app, user_id=owner).get("/backoffice/orders").text
    assert page.count("India Time") == 1


def test_the_demo_uses_american_english() -> None:
    data, pictures = ROOT / "kashcraft" / "demo" / "data", ROOT / "kashcraft" / "demo" / "pictures"
    texts = [path.read_text() for path in data.rglob("*") if path.suffix in (".toml", ".md", ".psv")]
    prose = re.sub(r'^colours =|"walnut-jewellery-box-[12]"', "", "\n".join(texts), flags=re.MULTILINE)
    prose += "".join(picture["alt"] for picture in json.loads((pictures / "index.json").read_text()))
    british = re.compile(
        r"\b\w*(?:colour|jewell|favour|neighbour|litre|metre|centre|mould)\w*|\bgrey\w*", re.IGNORECASE
    )
    assert len(prose) > 50_000
    assert british.findall(prose) == []
