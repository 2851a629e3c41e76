"""The history of what staff did to vouchers."""

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
    """Write one act into a voucher's history.

    Raises DomainError('voucher_done_before') where another step has just done what ``key`` names.
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
    """Return the voucher that the act called ``key`` was done to, or None where it was not done yet."""
    known = sa.select(VoucherChange.voucher_id).where(VoucherChange.idempotency_key == key)
    return db.session.scalar(known) if key else None


def last(voucher_id: VoucherId) -> UUID | None:
    """Return the last act of a voucher's history, None where it has none."""
    acts = sa.select(VoucherChange.id).where(VoucherChange.voucher_id == voucher_id)
    return db.session.scalar(acts.order_by(VoucherChange.id.desc()).limit(1))
