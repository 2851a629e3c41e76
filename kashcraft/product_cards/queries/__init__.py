"""Queries for pages that show products."""

from kashcraft.product_cards.queries.cards import list_cards
from kashcraft.product_cards.queries.columns import status_with_page
from kashcraft.product_cards.queries.index import get_index, is_unchanged
from kashcraft.product_cards.queries.offers import OFFER, list_offers, with_page_and_picture
from kashcraft.product_cards.queries.pages import ProductPage, find_product_page, list_priced_variants

__all__ = [
    "OFFER",
    "ProductPage",
    "find_product_page",
    "get_index",
    "is_unchanged",
    "list_cards",
    "list_offers",
    "list_priced_variants",
    "status_with_page",
    "with_page_and_picture",
]
