"""New prices of many products at once."""

from __future__ import annotations

from kashcraft.core.errors import DomainError
from kashcraft.core.money import Money, round_half_up


def change_price(price: Money, *, basis_points: int = 0, amount: int = 0) -> Money:
    """Return a price that is raised or lowered by a share and then by an amount, both signed.

    ``basis_points`` are hundredths of a percent, ``amount`` is in minor units. The share is rounded once,
    half up to the minor unit. Raises DomainError('price_negative') if less than 0 would remain.
    """
    share = round_half_up(price.minor * basis_points, 10_000)
    changed = Money(price.minor + share + amount, price.currency)
    if changed.minor < 0:
        raise DomainError("price_negative", field="amount")
    return changed
