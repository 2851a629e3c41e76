"""Checks of free units, new holds, and the transfer of holds from one holder to another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import new_id
from kashcraft.inventory import queries, services
from kashcraft.inventory.models import HolderKind, Inventory, InventoryReservation
from tests.factories.orders import place, stocked

HALF_HOUR = timedelta(minutes=30)
ORDER, QUICK, WAITING = HolderKind.ORDER, HolderKind.QUICK_CHECKOUT, HolderKind.WAITLIST


def hold(*lines: tuple[Product, int], kind: HolderKind = QUICK, holder: UUID | None = None) -> UUID:
    holder = holder or new_id()
    wanted = [(product.id, units) for product, units in lines]
    with step():
        services.hold(holder_kind=kind, holder_id=holder, lines=wanted, expires_at=clock.now() + HALF_HOUR)
    return holder


def pass_on(kind: HolderKind, holder: UUID, to: UUID, order_id: UUID | None = None) -> dict[UUID, int]:
    with step():
        return services.transfer_holds(
            from_kind=kind, from_id=holder, to_kind=ORDER, to_id=to, order_id=order_id
        )


def reserved(product: Product) -> int | None:
    return db.session.scalar(sa.select(Inventory.reserved).where(Inventory.product_id == product.id))


def test_all_holds_of_a_holder_are_transferred_to_the_order(database: Flask, frozen: FrozenClock) -> None:
    bowl, shawl = stocked(3), stocked(5)
    session, buyer = hold((bowl, 2), (shawl, 1)), place((stocked(1), 1))
    passed = pass_on(QUICK, session, buyer.id, buyer.id)

    assert passed == {bowl.id: 2, shawl.id: 1}
    assert queries.get_held_units(holder_kind=QUICK, holder_id=session) == {}
    assert queries.get_held_units(holder_kind=ORDER, holder_id=buyer.id).items() > passed.items()
    assert (reserved(bowl), reserved(shawl)) == (2, 1)
    rows = db.session.scalars(
        sa.select(InventoryReservation).where(InventoryReservation.product_id.in_(passed))
    ).all()
    assert {row.order_id for row in rows} == {buyer.id}
    assert {row.expires_at for row in rows} == {clock.now() + HALF_HOUR}


def test_holds_are_transferred_once(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(3)
    session, first, second = hold((bowl, 2)), new_id(), new_id()

    assert pass_on(QUICK, session, first) == {bowl.id: 2}
    assert pass_on(QUICK, session, second) == {}
    assert queries.get_held_units(holder_kind=ORDER, holder_id=first) == {bowl.id: 2}
    assert reserved(bowl) == 2


def test_an_order_can_hold_transferred_units_although_no_other_unit_is_free(
    database: Flask, frozen: FrozenClock
) -> None:
    """A customer on the waiting list holds one unit and buys two."""
    bowl = stocked(2)
    waiting, order = hold((bowl, 1), kind=WAITING), new_id()
    frozen.advance(minutes=10)

    assert pass_on(WAITING, waiting, order) == {bowl.id: 1}
    hold((bowl, 2), kind=ORDER, holder=order)
    assert queries.get_held_units(holder_kind=ORDER, holder_id=order) == {bowl.id: 2}
    assert reserved(bowl) == 2


def test_an_expired_hold_is_not_transferred(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(1)
    session = hold((bowl, 1))
    frozen.advance(minutes=30)

    assert pass_on(QUICK, session, new_id()) == {}
    assert queries.get_free_units([bowl.id]) == {bowl.id: 1}


def test_a_released_hold_is_not_transferred(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(1)
    session = hold((bowl, 1))
    with step():
        services.release(holder_kind=QUICK, holder_id=session)

    assert pass_on(QUICK, session, new_id()) == {}
    assert reserved(bowl) == 0


def test_a_holder_cannot_get_two_holds_of_one_product(database: Flask, frozen: FrozenClock) -> None:
    bowl, order = stocked(3), new_id()
    session = hold((bowl, 1))
    hold((bowl, 1), kind=ORDER, holder=order)
    with pytest.raises(sa.exc.IntegrityError):
        pass_on(QUICK, session, order)

    assert queries.get_held_units(holder_kind=QUICK, holder_id=session) == {bowl.id: 1}
    assert queries.get_held_units(holder_kind=ORDER, holder_id=order) == {bowl.id: 1}


def test_transferring_holds_takes_one_statement(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    session = hold((stocked(2), 1), (stocked(2), 1))
    with count_statements() as seen:
        pass_on(QUICK, session, new_id())
    assert len(seen) == 1


def check(*lines: tuple[Product, int], most: int | None = None) -> services.FreeStock:
    with step():
        return services.check_free(lines=[(product.id, units) for product, units in lines], most=most)


def test_free_units_are_checked_in_one_statement_that_locks_nothing(
    database: Flask, frozen: FrozenClock, count_statements: Callable[[], Any]
) -> None:
    bowl, shawl = stocked(2), stocked(1)
    lines = [(bowl.id, 2), (shawl.id, 1)]
    with step(), count_statements() as seen:
        assert services.check_free(lines=lines) == services.FreeStock(has_expired_holds=False)
    assert len(seen) == 1
    assert "FOR " not in seen.texts[0]

    hold((bowl, 2))
    frozen.advance(minutes=31)
    assert check((bowl, 2)) == services.FreeStock(has_expired_holds=True)


def test_a_check_refuses_what_a_hold_would_refuse(database: Flask, frozen: FrozenClock) -> None:
    bowl, shawl = stocked(3), stocked(5)
    hold((bowl, 2))
    with pytest.raises(DomainError) as short:
        check((bowl, 2), (shawl, 1), most=2)
    with pytest.raises(DomainError) as many:
        check((bowl, 2), (shawl, 3), most=2)

    assert (short.value.code, short.value.details) == (
        "out_of_stock",
        {"product_id": str(bowl.id), "available": 1, "shortages": {str(bowl.id): 1}},
    )
    assert (many.value.code, many.value.details) == (
        "too_many_of_product",
        {"product_id": str(shawl.id), "most": 2},
    )


@pytest.mark.parametrize(("expired", "statements"), [(False, 2), (True, 3)])
def test_only_expired_holds_are_released_for_a_new_holder(
    database: Flask,
    frozen: FrozenClock,
    count_statements: Callable[[], Any],
    expired: bool,
    statements: int,
) -> None:
    bowl, holder = stocked(30), new_id()
    hold((bowl, 1))
    frozen.advance(minutes=31 if expired else 1)
    free = check((bowl, 2))
    lines = [(bowl.id, 2)]
    with count_statements() as seen, step():
        services.hold(
            holder_kind=ORDER,
            holder_id=holder,
            lines=lines,
            expires_at=clock.now() + HALF_HOUR,
            free=free,
        )

    assert len(seen) == statements
    assert seen.texts[-1].startswith("UPDATE inventories")
    assert reserved(bowl) == (2 if expired else 3)
    assert queries.get_held_units(holder_kind=ORDER, holder_id=holder) == {bowl.id: 2}


def test_the_limit_of_one_order_is_decided_by_the_update(database: Flask, frozen: FrozenClock) -> None:
    bowl = stocked(9)
    lines = [(bowl.id, 3)]
    with pytest.raises(DomainError, match="too_many_of_product"), step():
        services.hold(holder_kind=ORDER, holder_id=new_id(), lines=lines, expires_at=clock.now(), most=2)
    with step() as session:
        session.execute(sa.update(Inventory).values(most_per_order=3))
    with step():
        services.hold(holder_kind=ORDER, holder_id=new_id(), lines=lines, expires_at=clock.now(), most=2)

    assert reserved(bowl) == 3
