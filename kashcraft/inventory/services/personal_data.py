"""Holds of stock in an erasure: they count units, not people."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.core.personal_data import Export, Individual, run_erasures
from kashcraft.inventory.models import InventoryReservation


def export_personal_data(*, person: Individual) -> Export:
    """Return nothing: a hold repeats what its order says."""
    return {}


def erase_personal_data(*, person: Individual) -> None:
    """Remove the account from the holds of a person."""
    if person.user_id is not None:
        own = sa.update(InventoryReservation).where(InventoryReservation.user_id == person.user_id)
        run_erasures(own.values(user_id=None))
