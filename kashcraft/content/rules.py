"""Help pages: their addresses, and those that the shop itself links to."""

from __future__ import annotations

# The pages that the shop's own pages link to: delivery dates, returns, the terms of an order, and so on.
FIXED_SLUGS = ("shipping", "returns", "contact", "about", "privacy", "terms")


def page_path(slug: str) -> str:
    """Return the address of a help page."""
    return f"/help/{slug}"
