"""Tax on one amount, in both modes; rates are parts per million."""

from __future__ import annotations

from kashcraft.core.money import round_half_up
from kashcraft.pricing.rules.input import PPM


def tax_on_top(net: int, rate: int) -> int:
    """The tax to add to a price without tax, rounded half-up: 43.12 at 20 % adds 8.62."""
    return round_half_up(net * rate, PPM)


def tax_inside(gross: int, rate: int) -> int:
    """The tax that a price with tax holds, rounded half-up: 46.66 at 10 % holds 4.24."""
    return round_half_up(gross * rate, PPM + rate)


def tax_of(amount: int, rate: int, *, inclusive: bool) -> int:
    """The tax of a price as it is shown: inside it in inclusive mode, else on top of it."""
    return tax_inside(amount, rate) if inclusive else tax_on_top(amount, rate)
