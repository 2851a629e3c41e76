"""A use of a voucher by an order: taken once, given back once, and taken again where late money needs it.

The voucher's row is changed first and stays locked until the step ends, so uses of one voucher are counted
one after another; the CHECK on the counter and the unique slots stand behind that.
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
    """Count one use of the voucher for the order and return it; amounts are minor units.

    ``customer_key`` comes from ``queries.find_customer_key`` and is kept as a hash. Claiming twice changes
    nothing; after a release the same row counts again. Two statements the first time. Raises
    DomainError('voucher_ended'), ('voucher_used_up') or ('voucher_used_by_customer'); the step has to end
    with it.
    """
    limits = _take(voucher_id, order_id)
    if limits is None:
        return _taken_before(voucher_id, order_id)
    customer = queries.list_customer_hashes(customer_key)
    values: dict[str, object] = {
        "customer_hash": customer[0], "user_id": user_id, "status": UsageStatus.APPLIED,
        "discount_amount": discount, "order_total": order_total, "final_total": final_total,
        "applied_at": clock.now(), "released_at": None,
    }  # fmt: skip
    slot, fits = _slot(voucher_id, customer, user_id, limits.max_usage_per_user)
    fixed: dict[str, object] = {"id": new_id(), "voucher_id": voucher_id, "order_id": order_id, **values}
    used = _insert(fixed, slot, fits) or _use_again(voucher_id, order_id, values, slot, fits)
    if used is None:
        raise DomainError("voucher_used_by_customer", voucher_id=str(voucher_id))
    return used


def release(*, order_id: OrderId) -> bool:
    """Give back the use that an order has taken; return False where it has none, or gave it back before."""
    given_back = db.session.scalars(
        sa.update(VoucherUsage)
        .where(VoucherUsage.order_id == order_id, VoucherUsage.status == UsageStatus.APPLIED)
        .values(status=UsageStatus.RELEASED, released_at=clock.now())
        .returning(VoucherUsage.voucher_id)
        .execution_options(synchronize_session=False)
    ).all()
    if given_back:
        db.session.execute(
            sa.update(Voucher)
            .where(Voucher.id.in_(given_back))
            .values(current_usages=Voucher.current_usages - 1)
            .execution_options(synchronize_session=False)
        )
    return bool(given_back)


def assign_guest_uses(*, user_id: UserId, email: str) -> int:
    """Note that what a guest with this address used is their new account's; return how many uses."""
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


def _take(voucher_id: VoucherId, order_id: OrderId) -> sa.Row[int | None] | None:
    """Raise the counter of a running voucher and return its limit per customer, None where that cannot be."""
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


def _taken_before(voucher_id: VoucherId, order_id: OrderId) -> VoucherUsage:
    """Return the use that the order has already. Raises DomainError, saying why, where it has none."""
    used = db.session.scalar(
        sa.select(VoucherUsage).where(
            VoucherUsage.voucher_id == voucher_id,
            VoucherUsage.order_id == order_id,
            VoucherUsage.status == UsageStatus.APPLIED,
        )
    )
    if used is not None:
        return used
    voucher = db.session.scalar(
        sa.select(Voucher).where(Voucher.id == voucher_id).execution_options(populate_existing=True)
    )
    running = voucher is not None and voucher.is_running(clock.now())
    raise DomainError("voucher_used_up" if running else "voucher_ended", voucher_id=str(voucher_id))


def _slot(
    voucher_id: VoucherId, customer: list[str], user_id: UserId | None, limit: int | None
) -> tuple[sa.ScalarSelect[int], sa.ColumnElement[bool]]:
    """Return the customer's lowest free slot, and whether the limit leaves one, both as SQL.

    Slots are numbered without a limit too, so that one which is set later counts what was used before.
    """
    own = aliased(VoucherUsage)
    of_customer: sa.ColumnElement[bool] = own.customer_hash.in_(customer)
    if user_id is not None:
        of_customer = sa.or_(of_customer, own.user_id == user_id)
    applied = (own.voucher_id == voucher_id, of_customer, own.status == UsageStatus.APPLIED)
    taken = sa.select(own.slot).where(*applied)
    next_ones = sa.union_all(
        sa.select(sa.literal_column("1").label("slot")), sa.select(own.slot + 1).where(*applied)
    ).subquery("next_ones")
    lowest = sa.select(sa.func.min(next_ones.c.slot)).where(next_ones.c.slot.not_in(taken))
    uses = sa.select(sa.func.count()).select_from(own).where(*applied).scalar_subquery()
    return lowest.scalar_subquery(), uses >= 0 if limit is None else uses < limit


def _insert(
    fixed: dict[str, object], slot: sa.ScalarSelect[int], fits: sa.ColumnElement[bool]
) -> VoucherUsage | None:
    """Insert the use where it fits; None where it does not, or where the order has a row already."""
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
    """Turn the order's released use back into an applied one; None where there is none or it does not fit."""
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
