"""Uses of vouchers in the export of personal data, and in an erasure: they still count, by a hash."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.vouchers.models import Voucher, VoucherUsage


def export_personal_data(*, person: Individual) -> Export:
    """Return the vouchers that a member has used. One statement, none for a guest."""
    if person.user_id is None:
        return {}
    uses = sa.select(Voucher.code, VoucherUsage.discount_amount, VoucherUsage.status, VoucherUsage.applied_at)
    own = uses.join(Voucher, Voucher.id == VoucherUsage.voucher_id)
    return {"uses": read_rows(own.where(VoucherUsage.user_id == person.user_id).order_by(VoucherUsage.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Remove the account from a person's uses; the hash of the mailbox stays, which limits per customer
    need.
    """
    if person.user_id is not None:
        run_erasures(
            sa.update(VoucherUsage).where(VoucherUsage.user_id == person.user_id).values(user_id=None)
        )
