"""Archiving of ledger entries and deletion of released holds."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs, queries, services
from kashcraft.inventory.models import (
    HolderKind,
    Inventory,
    InventoryLog,
    InventoryLogArchive,
    InventoryReservation,
    LogReason,
)
from tests.factories.orders import place, stocked

QUICK = HolderKind.QUICK_CHECKOUT


def ledger(product: Product, table: Any = InventoryLog) -> list[tuple[LogReason, int, int]]:
    return ledger_of(product.id, table)


def ledger_of(product_id: UUID, table: Any = InventoryLog) -> list[tuple[LogReason, int, int]]:
    rows = (
        sa.select(table.reason, table.quantity_change, table.new_quantity)
        .where(table.product_id == product_id)
        .order_by(table.created_at, table.id)
    )
    return [tuple(row) for row in db.session.execute(rows)]


def differences() -> int:
    """Return the number of products whose quantity differs from the sum of their ledger."""
    logged = (
        sa.select(sa.func.coalesce(sa.func.sum(InventoryLog.quantity_change), 0))
        .where(InventoryLog.product_id == Inventory.product_id)
        .scalar_subquery()
    )
    wrong = sa.select(sa.func.count()).select_from(Inventory).where(Inventory.quantity != logged)
    return db.session.scalar(wrong) or 0


def take_out(product: Product, units: int, key: str) -> None:
    with step():
        services.damage(product_id=product.id, quantity=units, key=key)


def test_entries_older_than_ninety_days_become_an_opening_balance(
    database: Flask, frozen: FrozenClock
) -> None:
    bowl, shawl = stocked(10), stocked(4)
    frozen.advance(days=1)
    take_out(bowl, 3, "first")
    moved_at = clock.now()
    frozen.advance(days=80)
    take_out(bowl, 2, "second")
    frozen.advance(days=10, seconds=1)
    jobs.archive_logs()

    assert ledger(bowl) == [(LogReason.OPENING, 7, 7), (LogReason.DAMAGE, -2, 5)]
    assert ledger(bowl, InventoryLogArchive) == [(LogReason.RESTOCK, 10, 10), (LogReason.DAMAGE, -3, 7)]
    assert ledger(shawl) == [(LogReason.OPENING, 4, 4)]
    opened = sa.select(InventoryLog.created_at).where(
        InventoryLog.product_id == bowl.id, InventoryLog.reason == LogReason.OPENING
    )
    assert db.session.scalar(opened) == moved_at
    assert differences() == 0


def test_a_second_run_changes_nothing(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(10)
    frozen.advance(days=91)
    for _ in range(2):
        jobs.archive_logs()
    assert ledger(bowl) == [(LogReason.OPENING, 10, 10)]
    assert ledger(bowl, InventoryLogArchive) == [(LogReason.RESTOCK, 10, 10)]


def test_the_opening_balance_includes_later_archived_entries(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(10)
    frozen.advance(days=60)
    take_out(bowl, 4, "later")
    frozen.advance(days=31)
    jobs.archive_logs()
    assert ledger(bowl) == [(LogReason.OPENING, 10, 10), (LogReason.DAMAGE, -4, 6)]
    frozen.advance(days=60)
    jobs.archive_logs()
    assert ledger(bowl) == [(LogReason.OPENING, 6, 6)]
    assert [change for _, change, _ in ledger(bowl, InventoryLogArchive)] == [10, -4]
    assert differences() == 0


def test_archived_entries_store_user_reason_and_order(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(5)
    order = place((bowl, 2))
    with step():
        services.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)
    before, _ = queries.list_movements(bowl.id, page=1, size=10)
    frozen.advance(days=91)
    jobs.archive_logs()

    after, total = queries.list_movements(bowl.id, page=1, size=10)
    assert total == 2
    assert after == before
    assert after[0].order_id == order.id


def test_an_archived_key_is_not_applied_again(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(5)
    frozen.advance(days=91)
    jobs.archive_logs()
    with step():
        again = services.restock(product_id=bowl.id, quantity=5, key=f"first:{bowl.id}")
    assert again == {}
    assert ledger(bowl) == [(LogReason.OPENING, 5, 5)]


def test_many_products_are_archived_in_several_steps(database: Flask, frozen: FrozenClock) -> None:
    products = [stocked(units + 1) for units in range(5)]
    frozen.advance(days=91)
    sizes = []
    for _ in range(3):
        with step():
            sizes.append(services.archive_logs(products=3))
    assert sizes == [3, 2, 0]
    assert [ledger(product) for product in products] == [
        [(LogReason.OPENING, units + 1, units + 1)] for units in range(5)
    ]


def test_two_concurrent_runs_move_every_entry_once(app: Flask) -> None:
    with app.app_context():
        start = clock.now() - timedelta(days=100)
        with clock.frozen(start):
            made = [stocked(7) for _ in range(12)]
            for product in made:
                take_out(product, 2, f"broken:{product.id}")
            products = [product.id for product in made]
        db.session.remove()
    gate = threading.Barrier(3)

    def run() -> None:
        with app.app_context():
            gate.wait()
            jobs.archive_logs()
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    with app.app_context():
        jobs.archive_logs()
        assert [ledger_of(product) for product in products] == [[(LogReason.OPENING, 5, 5)]] * 12
        moved = sa.select(sa.func.count()).select_from(InventoryLogArchive)
        assert db.session.scalar(moved) == 24
        assert differences() == 0


def test_only_released_holds_are_deleted_after_ninety_days(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(9)
    order = place((bowl, 1))
    with step():
        services.confirm(holder_kind=HolderKind.ORDER, holder_id=order.id, order_id=order.id)

    def hold_and_release() -> None:
        holder = new_id()
        with step():
            services.hold(
                holder_kind=QUICK, holder_id=holder, lines=[(bowl.id, 1)],
                expires_at=clock.now() + timedelta(days=400),
            )  # fmt: skip
            services.release(holder_kind=QUICK, holder_id=holder)

    hold_and_release()
    frozen.advance(days=45)
    hold_and_release()
    with step():
        services.hold(
            holder_kind=QUICK, holder_id=new_id(), lines=[(bowl.id, 2)],
            expires_at=clock.now() + timedelta(days=400),
        )  # fmt: skip
    frozen.advance(days=45, seconds=1)
    for _ in range(2):
        jobs.purge_released()

    left = db.session.scalars(sa.select(InventoryReservation.status).order_by(InventoryReservation.id))
    assert [str(status) for status in left] == ["confirmed", "released", "active"]
    assert queries.get_free_units([bowl.id]) == {bowl.id: 6}
