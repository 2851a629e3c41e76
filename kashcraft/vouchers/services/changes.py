"""The history of changes of vouchers by staff."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from kashcraft.core import activity_log
from kashcraft.core.db import db, insert_into
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId, VoucherId
from kashcraft.vouchers.models import VoucherChange, VoucherChangeKind


def write(
    voucher_id: VoucherId,
    kind: VoucherChangeKind,
    data: dict[str, object],
    *,
    actor_id: UserId | None,
    key: str | None = None,
) -> None:
    """Add a change to the history of a voucher.

    Raises DomainError('voucher_done_before') if a concurrent transaction has just made the change that
    ``key`` names.
    """
    statement = insert_into(VoucherChange).values(
        voucher_id=voucher_id, kind=kind, actor_id=actor_id, idempotency_key=key, data=data
    )
    once = statement.on_conflict_do_nothing(index_elements=["idempotency_key"])
    if db.session.scalar(once.returning(VoucherChange.id)) is None:
        raise DomainError("voucher_done_before")
    codes = data.get("count")
    activity_log.note(
        "voucher",
        action=kind.value,
        voucher_id=voucher_id,
        codes=codes if isinstance(codes, int) else None,
    )


def voucher_of(key: str | None) -> VoucherId | None:
    """Return the voucher of the change with this key, or None if it was not made yet."""
    known = sa.select(VoucherChange.voucher_id).where(VoucherChange.idempotency_key == key)
    return db.session.scalar(known) if key else None


def last(voucher_id: VoucherId) -> UUID | None:
    """Return the id of the latest change of a voucher, or None."""
    latest = sa.select(VoucherChange.id).where(VoucherChange.voucher_id == voucher_id)
    return db.session.scalar(latest.order_by(VoucherChange.id.desc()).limit(1))
