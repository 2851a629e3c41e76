"""Saved comparisons in the export of personal data, and their deletion."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.comparisons.models import SavedComparison, SavedComparisonItem
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures


def export_personal_data(*, person: Individual) -> Export:
    """Return the products of a person's comparisons by their names. One statement, none for a guest."""
    if person.user_id is None:
        return {}
    items = sa.select(SavedComparison.name, SavedComparison.description, SavedComparisonItem.product_id)
    own = items.join(SavedComparisonItem).where(SavedComparison.user_id == person.user_id)
    return {"comparisons": read_rows(own.order_by(SavedComparison.id, SavedComparisonItem.position))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the comparisons of a person; their links lead nowhere."""
    if person.user_id is not None:
        run_erasures(sa.delete(SavedComparison).where(SavedComparison.user_id == person.user_id))
