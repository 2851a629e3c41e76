"""Where the shop delivers to."""

from __future__ import annotations

from kashcraft.accounts.rules import countries
from kashcraft.shipping import queries as shipping


def list_countries() -> list[tuple[str, str]]:
    """Return the countries that are delivered to as (code, name), by name; one statement."""
    covered = shipping.get_coverage()
    return [(code, name) for code, name in countries() if covered.includes(code)]
