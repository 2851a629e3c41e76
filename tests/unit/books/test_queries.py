"""The check of stored figures: correct data has no differences, and every wrong figure is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.blog import jobs as blog_jobs
from kashcraft.books import queries
from kashcraft.core import clock
from kashcraft.core.db import Base, db, in_step, step
from kashcraft.core.jobs import run_due
from kashcraft.gift_cards import services as gift_cards
from kashcraft.inventory import jobs as stock_jobs
from kashcraft.orders import services as orders
from kashcraft.orders.models import Order, OrderLine
from kashcraft.payments import services as payments
from kashcraft.payments.gateways import cards
from kashcraft.payments.gateways.sandbox import gateway, processor
from kashcraft.payments.models import Payment
from kashcraft.pricing.rules import PointsTerms
from tests.factories.orders import member, open_payment, place, stocked, terms_of_card, voucher_terms
from tests.factories.rows import add_row

# A wrong value for each figure: the code that writes it, and the difference of found and expected.
FAULTS: list[tuple[str, str, int | None]] = [
    ("stock.quantity", "UPDATE inventories SET quantity = quantity + 1", 1),
    ("stock.reserved", "UPDATE inventories SET reserved = reserved + 1", 1),
    ("vouchers.current_usages", "UPDATE vouchers SET current_usages = current_usages + 1", 1),
    ("gift_cards.current_balance", "UPDATE gift_cards SET current_balance = current_balance + 7", 7),
    ("gift_cards.initial_value", "UPDATE gift_cards SET initial_value = initial_value + 7", 7),
    ("orders.subtotal", "UPDATE orders SET subtotal = subtotal + 3", 3),
    ("orders.discount_total", "UPDATE orders SET discount_total = discount_total - 3", -3),
    ("orders.line_tax", "UPDATE order_lines SET tax = tax + 1", 1),
    ("orders.tax_total", "UPDATE orders SET tax_total = tax_total + 1", 1),
    ("orders.total", "UPDATE orders SET total = total + 5, amount_due = amount_due + 5", 5),
    ("orders.amount_due", "UPDATE orders SET amount_due = amount_due + 5", 5),
    ("orders.gift_cards", "UPDATE gift_card_usages SET amount = amount - 2 WHERE kind = 'charge'", 2),
    ("orders.voucher", "UPDATE orders SET voucher_code = NULL", 1),
    ("voucher_usages.discount_amount", "UPDATE voucher_usages SET discount_amount = discount_amount + 1", 1),
    ("voucher_usages.order_total", "UPDATE voucher_usages SET order_total = order_total - 2", -2),
    ("voucher_usages.final_total", "UPDATE voucher_usages SET final_total = final_total + 2", 2),
    ("voucher_usages.discount_amount", "UPDATE order_lines SET points_discount = points_discount + 1", None),
    ("orders.points_spent", "UPDATE orders SET points_spent = points_spent + 5", 5),
    ("orders.points", "UPDATE orders SET points_spent = points_spent + 5", -5),
    ("orders.refunded_total", "UPDATE orders SET refunded_total = refunded_total - 1", -1),
    ("orders.refunded_quantity", "UPDATE order_lines SET refunded_quantity = refunded_quantity + 1", 1),
    ("payments.paid", "UPDATE payments SET status = 'failed'", None),
    ("refunds.tenders", "UPDATE refunds SET amount = amount + 4", 4),
    ("refunds.lines", "UPDATE refund_lines SET amount = amount + 4", -4),
    ("refunds.tax_amount", "UPDATE refunds SET tax_amount = tax_amount + 1", 1),
    ("refunds.line_tax", "UPDATE refund_lines SET tax_amount = tax_amount - 1", -1),
    ("payments.amount", "UPDATE payments SET amount = amount + 1", 1),
    ("payments.refunded_amount", "UPDATE payments SET refunded_amount = refunded_amount - 6", -6),
    ("payments.paid_out", "UPDATE refunds SET state = 'pending'", None),
    ("journal.view_count", "UPDATE blog_posts SET view_count = view_count + 1", 1),
    ("prices.price", "UPDATE products SET price = price + 2", 2),
    ("prices.sale_price", "UPDATE price_changes SET sale_price = 3", -3),
    ("points.available_points", "UPDATE loyalty_accounts SET available_points = available_points + 9", 9),
    ("points.total_points", "UPDATE loyalty_accounts SET total_points = total_points + 9", 9),
    ("points.total_spent", "UPDATE loyalty_accounts SET total_spent = total_spent + 9", 9),
    ("points.total_purchases", "UPDATE loyalty_accounts SET total_purchases = total_purchases + 1", 1),
    ("points.remaining", "UPDATE points_histories SET remaining = remaining - 1 WHERE remaining > 0", None),
    ("points.lot", "UPDATE points_histories SET lot_points = lot_points - 1 WHERE lot_points > 1", None),
    ("points.redemption", "UPDATE points_lot_uses SET points = points + 1", None),
]  # fmt: skip


def settle(order: Order) -> None:
    """Pay an order with a sandbox card, and deliver the webhook."""
    payment_id = open_payment(order).id
    reference = db.session.get_one(Payment, payment_id).gateway_reference or ""
    event = processor().pay(reference, cards.CARDS[0])
    assert event is not None
    payments.receive(gateway="sandbox", body=event.body, signature=gateway().sign(event.body))


def create_all_kinds_of_data() -> None:
    """Sell an order paid by voucher, points, gift card and card, and refund a unit of it.

    Another order with a voucher is cancelled, a third one is unpaid.
    """
    product, voucher, user_id = stocked(20), voucher_terms(per_user=5), member(1_000)
    card = in_step(lambda: gift_cards.issue(card=gift_cards.NewCard(value=30_00, currency="USD"))[0])
    sold = place(
        (product, 3), user_id=user_id, voucher=voucher, gift_cards=(terms_of_card(card),), tax_rate=72_500,
        points=PointsTerms(points=500, balance=1_000),
    )  # fmt: skip
    settle(sold)
    run_due()
    line_id = db.session.scalars(sa.select(OrderLine.id).where(OrderLine.order_id == sold.id)).one()
    in_step(lambda: orders.refund(order_id=sold.id, lines={line_id: 1}, restock=True, key="one"))
    run_due()
    ended = place((product, 2), user_id=user_id, voucher=voucher)
    in_step(lambda: orders.cancel(order_id=ended.id))
    place((product, 1), tax_rate=190_000, tax_inclusive=True)
    create_read_post()


def create_read_post() -> None:
    """Create a post with views on two days and in a month long ago."""
    with step():
        post = add_row("blog_posts", view_count=111)
        add_row("blog_view_months", post_id=post, year=2024, month=12, views=100)
        for day, views in ((1, 1), (2, 10)):
            add_row("blog_view_days", post_id=post, day=date(2026, 3, day), views=views)


@contextmanager
def rolled_back(table: str) -> Iterator[None]:
    """Run a step without the CHECK constraints of a table, and roll it back."""
    lite = db.engine.dialect.name == "sqlite"
    with pytest.raises(RollBackError), step() as session:
        if lite:
            session.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        for check in [] if lite else Base.metadata.tables[table].constraints:
            if isinstance(check, sa.CheckConstraint):
                session.execute(sa.text(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check.name}"))
        try:
            yield
        finally:
            if lite:
                session.execute(sa.text("PRAGMA ignore_check_constraints = OFF"))
        raise RollBackError


class RollBackError(Exception):
    """Raised to roll the step back."""


def test_a_shop_with_all_kinds_of_data_has_no_differences(database: Flask) -> None:
    create_all_kinds_of_data()
    assert queries.list_differences() == []


def test_every_wrong_figure_is_found(database: Flask) -> None:
    create_all_kinds_of_data()
    for figure, fault, off in FAULTS:
        with rolled_back(fault.split()[1]):
            db.session.execute(sa.text(fault))
            found = [entry for entry in queries.list_differences() if entry.figure == figure]
            assert found, figure
            assert off is None or {entry.found - entry.expected for entry in found} == {off}, figure
    assert queries.list_differences() == []


def test_every_stored_figure_is_checked_or_listed_as_not_checked() -> None:
    figures = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if _is_figure(column)
    }
    free = [column for columns in queries.NOT_CHECKED.values() for column in columns]
    assert len(free) == len(set(free))
    assert queries.list_checked_columns() & set(free) == set()
    assert queries.list_checked_columns() | set(free) == figures


def _is_figure(column: sa.Column[Any]) -> bool:
    """Return whether a column holds money or points, or counts units, uses or views."""
    if column.name == "version" or column.primary_key:
        return False
    counts = re.compile(
        r"quantity|reserved|available|current_usages|total_purchases|views|.*_(count|quantity)$"
    )
    return isinstance(column.type, sa.BigInteger) or (
        isinstance(column.type, sa.Integer) and bool(counts.match(column.name))
    )


def test_the_archive_is_part_of_the_ledger(database: Flask, frozen: clock.FrozenClock) -> None:
    product = stocked(20)
    frozen.advance(days=100)
    stock_jobs.archive_logs()
    assert queries.list_differences() == []
    with step() as session:
        session.execute(sa.text("UPDATE inventory_log_archives SET quantity_change = 19"))
    found = [
        (entry.figure, entry.subject, entry.expected, entry.found) for entry in queries.list_differences()
    ]
    assert found == [("stock.opening", str(product.id), 19, 20)]


def test_views_are_right_before_and_after_days_are_merged_into_months(
    database: Flask, frozen: clock.FrozenClock
) -> None:
    create_read_post()
    frozen.advance(days=500)
    blog_jobs.roll_up_views()
    assert queries.list_differences() == []
    with step() as session:
        session.execute(sa.text("UPDATE blog_view_months SET views = views + 4 WHERE year = 2026"))
    assert [(entry.figure, entry.expected, entry.found) for entry in queries.list_differences()] == [
        ("journal.view_count", 115, 111)
    ]


def test_every_check_has_a_fault_that_it_finds() -> None:
    tried = {figure for figure, _, _ in FAULTS} | {"stock.opening"}
    assert {check.figure for check in queries.CHECKS} <= tried
    assert len(tried) == queries.count_checks()


def test_the_check_takes_one_statement_per_figure(database: Flask, count_statements: Any) -> None:
    create_all_kinds_of_data()
    with count_statements() as seen:
        queries.list_differences()
    assert (len(seen), seen.writes) == (queries.count_checks(), [])
