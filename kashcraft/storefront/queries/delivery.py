"""The countries that the shop delivers to."""

from __future__ import annotations

from kashcraft.accounts.rules import countries
from kashcraft.shipping import queries as shipping


def list_countries() -> list[tuple[str, str]]:
    """Return the countries that the shop delivers to as pairs of code and name, by name. One statement."""
    covered = shipping.get_coverage()
    return [(code, name) for code, name in countries() if covered.includes(code)]
