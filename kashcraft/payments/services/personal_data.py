"""Saved cards and wallets in the export of personal data, and their deletion."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures
from kashcraft.payments.models import SavedPaymentMethod


def export_personal_data(*, person: Individual) -> Export:
    """Return a person's saved cards and wallets, without the references of the processor. One statement,
    none for a guest.
    """
    if person.user_id is None:
        return {}
    saved = sa.select(
        SavedPaymentMethod.type, SavedPaymentMethod.brand, SavedPaymentMethod.last4,
        SavedPaymentMethod.cardholder_name, SavedPaymentMethod.expiry_month, SavedPaymentMethod.expiry_year,
        SavedPaymentMethod.wallet_email, SavedPaymentMethod.billing_zip, SavedPaymentMethod.billing_country,
        SavedPaymentMethod.created_at, SavedPaymentMethod.deleted_at,
    )  # fmt: skip
    own = saved.where(SavedPaymentMethod.user_id == person.user_id)
    return {"cards and wallets": read_rows(own.order_by(SavedPaymentMethod.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete a person's saved cards and wallets."""
    if person.user_id is not None:
        run_erasures(sa.delete(SavedPaymentMethod).where(SavedPaymentMethod.user_id == person.user_id))
