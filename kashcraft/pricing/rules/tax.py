"""Tax on one amount, in both tax modes; rates are parts per million."""

from __future__ import annotations

from kashcraft.core.money import round_half_up
from kashcraft.pricing.rules.input import PPM


def tax_on_top(net: int, rate: int) -> int:
    """Return the tax to add to a net price, rounded half-up: 43.12 at 20 % adds 8.62."""
    return round_half_up(net * rate, PPM)


def tax_inside(gross: int, rate: int) -> int:
    """Return the tax that a gross price includes, rounded half-up: 46.66 at 10 % includes 4.24."""
    return round_half_up(gross * rate, PPM + rate)


def tax_of(amount: int, rate: int, *, inclusive: bool) -> int:
    """Return the tax of a shown price: included in it in inclusive mode, added to it otherwise."""
    return tax_inside(amount, rate) if inclusive else tax_on_top(amount, rate)
