"""Claiming and releasing a use of a voucher for an order. A late payment can claim it again.

The row of the voucher is updated first and stays locked until the transaction ends, so uses of one voucher
are counted one after another. A CHECK on the counter and the unique slots guarantee the limits.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kashcraft.core import clock
from kashcraft.core.db import db, insert_into, rows_changed, table_of
from kashcraft.core.email_addresses import mailbox
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import OrderId, UserId, VoucherId, new_id
from kashcraft.vouchers import queries
from kashcraft.vouchers.models import UsageStatus, Voucher, VoucherUsage


def claim(
    *,
    voucher_id: VoucherId,
    order_id: OrderId,
    customer_key: str,
    user_id: UserId | None,
    discount: int,
    order_total: int,
    final_total: int,
) -> VoucherUsage:
    """Claim one use of the voucher for the order and return it. Amounts are minor units.

    ``customer_key`` comes from ``queries.find_customer_key`` and is stored as a hash. Claiming twice changes
    nothing; after a release the same row is applied again. Two statements the first time. Raises
    DomainError('voucher_ended'), ('voucher_used_up') or ('voucher_used_by_customer'); the transaction has to
    be rolled back.
    """
    limits = _increment_uses(voucher_id, order_id)
    if limits is None:
        return _get_existing_use(voucher_id, order_id)
    customer = queries.list_customer_hashes(customer_key)
    values: dict[str, object] = {
        "customer_hash": customer[0], "user_id": user_id, "status": UsageStatus.APPLIED,
        "discount_amount": discount, "order_total": order_total, "final_total": final_total,
        "applied_at": clock.now(), "released_at": None,
    }  # fmt: skip
    slot, fits = _slot(voucher_id, customer, user_id, limits.max_usage_per_user)
    fixed: dict[str, object] = {"id": new_id(), "voucher_id": voucher_id, "order_id": order_id, **values}
    usage = _insert(fixed, slot, fits) or _use_again(voucher_id, order_id, values, slot, fits)
    if usage is None:
        raise DomainError("voucher_used_by_customer", voucher_id=str(voucher_id))
    return usage


def release(*, order_id: OrderId) -> bool:
    """Release the use of an order. Return False if it has none, or if it was released before."""
    released = db.session.scalars(
        sa.update(VoucherUsage)
        .where(VoucherUsage.order_id == order_id, VoucherUsage.status == UsageStatus.APPLIED)
        .values(status=UsageStatus.RELEASED, released_at=clock.now())
        .returning(VoucherUsage.voucher_id)
        .execution_options(synchronize_session=False)
    ).all()
    if released:
        db.session.execute(
            sa.update(Voucher)
            .where(Voucher.id.in_(released))
            .values(current_usages=Voucher.current_usages - 1)
            .execution_options(synchronize_session=False)
        )
    return bool(released)


def assign_guest_uses(*, user_id: UserId, email: str) -> int:
    """Assign the uses of a guest with this address to their new account; return the number of uses."""
    result = db.session.execute(
        sa.update(VoucherUsage)
        .where(
            VoucherUsage.customer_hash.in_(queries.list_customer_hashes(mailbox(email))),
            VoucherUsage.user_id.is_(None),
        )
        .values(user_id=user_id)
        .execution_options(synchronize_session=False)
    )
    return rows_changed(result)


def _increment_uses(voucher_id: VoucherId, order_id: OrderId) -> sa.Row[int | None] | None:
    """Increment the counter of a running voucher. Return its limit per customer, or None if it cannot be
    used.
    """
    now = clock.now()
    uses = sa.select(VoucherUsage.id).where(
        VoucherUsage.voucher_id == voucher_id,
        VoucherUsage.order_id == order_id,
        VoucherUsage.status == UsageStatus.APPLIED,
    )
    return db.session.execute(
        sa.update(Voucher)
        .where(
            Voucher.id == voucher_id,
            Voucher.is_active,
            Voucher.start_date <= now,
            Voucher.expires_at > now,
            sa.or_(Voucher.max_usages.is_(None), Voucher.current_usages < Voucher.max_usages),
            ~uses.exists(),
        )
        .values(current_usages=Voucher.current_usages + 1)
        .returning(Voucher.max_usage_per_user)
        .execution_options(synchronize_session=False)
    ).first()


def _get_existing_use(voucher_id: VoucherId, order_id: OrderId) -> VoucherUsage:
    """Return the use that the order has already. Raises DomainError with the reason if it has none."""
    usage = db.session.scalar(
        sa.select(VoucherUsage).where(
            VoucherUsage.voucher_id == voucher_id,
            VoucherUsage.order_id == order_id,
            VoucherUsage.status == UsageStatus.APPLIED,
        )
    )
    if usage is not None:
        return usage
    voucher = db.session.scalar(
        sa.select(Voucher).where(Voucher.id == voucher_id).execution_options(populate_existing=True)
    )
    running = voucher is not None and voucher.is_running(clock.now())
    raise DomainError("voucher_used_up" if running else "voucher_ended", voucher_id=str(voucher_id))


def _slot(
    voucher_id: VoucherId, customer: list[str], user_id: UserId | None, limit: int | None
) -> tuple[sa.ScalarSelect[int], sa.ColumnElement[bool]]:
    """Return the customer's lowest free slot, and whether the limit allows it, both as SQL.

    Slots are numbered without a limit too, so that a limit that is set later includes earlier uses.
    """
    own = aliased(VoucherUsage)
    of_customer: sa.ColumnElement[bool] = own.customer_hash.in_(customer)
    if user_id is not None:
        of_customer = sa.or_(of_customer, own.user_id == user_id)
    applied = (own.voucher_id == voucher_id, of_customer, own.status == UsageStatus.APPLIED)
    used_slots = sa.select(own.slot).where(*applied)
    next_ones = sa.union_all(
        sa.select(sa.literal_column("1").label("slot")), sa.select(own.slot + 1).where(*applied)
    ).subquery("next_ones")
    lowest = sa.select(sa.func.min(next_ones.c.slot)).where(next_ones.c.slot.not_in(used_slots))
    uses = sa.select(sa.func.count()).select_from(own).where(*applied).scalar_subquery()
    return lowest.scalar_subquery(), uses >= 0 if limit is None else uses < limit


def _insert(
    fixed: dict[str, object], slot: sa.ScalarSelect[int], fits: sa.ColumnElement[bool]
) -> VoucherUsage | None:
    """Insert the use if the limit allows it. Return None if it does not, or if the order has a row
    already.
    """
    columns = table_of(VoucherUsage).c
    row = sa.select(
        *(sa.literal(value, columns[name].type).label(name) for name, value in fixed.items()),
        slot.label("slot"),
    ).where(fits)
    statement = insert_into(VoucherUsage).from_select([*fixed, "slot"], row, include_defaults=False)
    return db.session.scalars(statement.on_conflict_do_nothing().returning(VoucherUsage)).one_or_none()


def _use_again(
    voucher_id: VoucherId,
    order_id: OrderId,
    values: dict[str, object],
    slot: sa.ScalarSelect[int],
    fits: sa.ColumnElement[bool],
) -> VoucherUsage | None:
    """Apply the order's released use again. Return None if there is none or the limit does not allow it."""
    return db.session.scalars(
        sa.update(VoucherUsage)
        .where(
            VoucherUsage.voucher_id == voucher_id,
            VoucherUsage.order_id == order_id,
            VoucherUsage.status == UsageStatus.RELEASED,
            fits,
        )
        .values(**values, slot=slot)
        .returning(VoucherUsage)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
