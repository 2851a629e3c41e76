"""The address book of an account."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from kashcraft.accounts.models import AddressType, SavedAddress
from kashcraft.core.db import db
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId


def save_address(
    *, user_id: UserId, kind: AddressType, address: Mapping[str, object], is_default: bool
) -> SavedAddress:
    """Add an address to the address book, unless it exists, and return it. A new default replaces the old
    one.

    ``address`` has the fields of ``accounts.rules.Address``. Raises DomainError('address_incomplete') without
    a street.
    """
    if not address.get("street_address"):
        raise DomainError("address_incomplete", field="street_address")
    if is_default:
        db.session.execute(
            sa.update(SavedAddress)
            .where(SavedAddress.user_id == user_id, SavedAddress.type == kind, SavedAddress.is_default)
            .values(is_default=False)
        )
    existing = db.session.scalars(
        sa.select(SavedAddress).where(SavedAddress.user_id == user_id, SavedAddress.type == kind)
    ).all()
    for saved in existing:
        if all((getattr(saved, name) or "") == (value or "") for name, value in address.items()):
            saved.is_default = saved.is_default or is_default
            return saved
    saved = SavedAddress(user_id=user_id, type=kind, is_default=is_default, **address)
    db.session.add(saved)
    return saved
