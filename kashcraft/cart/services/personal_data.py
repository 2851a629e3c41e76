"""The cart of an account in the export of personal data, and its deletion."""

from __future__ import annotations

import sqlalchemy as sa

from kashcraft.cart.models import Cart, CartLine
from kashcraft.core.personal_data import Export, Individual, read_rows, run_erasures


def export_personal_data(*, person: Individual) -> Export:
    """Return the lines of a person's cart. One statement, none for a guest, whose cart names nobody."""
    if person.user_id is None:
        return {}
    lines = sa.select(CartLine.product_id, CartLine.quantity, CartLine.is_saved, CartLine.details)
    own = lines.join(Cart, Cart.id == CartLine.cart_id).where(Cart.user_id == person.user_id)
    return {"lines": read_rows(own.order_by(CartLine.id))}


def erase_personal_data(*, person: Individual) -> None:
    """Delete the cart of a person with its lines, codes and checkouts."""
    if person.user_id is not None:
        run_erasures(sa.delete(Cart).where(Cart.user_id == person.user_id))
