"""Checks of prices: those of a product are those of the last entry of its history."""

from __future__ import annotations

from kashcraft.books.queries.checking import Check
from kashcraft.catalogue.queries.prices import recorded_prices, recorded_sale_prices

CHECKS = (
    Check("prices.price", recorded_prices, ("products.price", "price_changes.price")),
    Check("prices.sale_price", recorded_sale_prices, ("products.sale_price", "price_changes.sale_price")),
)
