"""Where the shop delivers to."""

from __future__ import annotations

from kashcraft.accounts.rules import countries
from kashcraft.shipping import queries as shipping


def countries_to_choose() -> list[tuple[str, str]]:
    """Return the countries that are delivered to as (code, name), by name; one statement."""
    covered = shipping.coverage()
    return [(code, name) for code, name in countries() if covered.includes(code)]
